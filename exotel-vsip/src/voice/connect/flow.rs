//! A call that runs a flow.

use std::fmt;

use voice_core::client::{Form, Operation};
use voice_core::error::Error;
use voice_core::provider::CallKey;
use voice_core::secret::SecretString;

use super::{Common, Dial, common_setters};
use crate::account::AccountName;
use crate::check::Problems;
use crate::region::Region;
use crate::voice::CONNECT_FLOW;
use crate::voice::id::AppId;
use crate::voice::number::Number;

/// Rings `from` and, when somebody answers, runs the flow `app`; they see the ExoPhone `caller_id`.
///
/// The flow is named by a URL at the dashboard of the client's region; that of Singapore for a custom host. One vendor page
/// says that [`events`](Self::events) do not go with a flow, another lists them for it.
///
/// ```
/// use exotel_vsip::voice::{AppId, ConnectFlow, Number};
/// use voice_core::ident::E164;
///
/// let customer = E164::parse("+919876543210")?;
/// let request = ConnectFlow::new(customer, AppId::parse("1262658")?, Number::parse("08047112345")?);
/// request.check()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct ConnectFlow {
    pub(super) common: Common,
    app: AppId,
}

impl ConnectFlow {
    /// Rings `from` and runs the flow `app`.
    pub fn new(from: impl Into<Number>, app: AppId, caller_id: impl Into<Number>) -> Self {
        Self {
            common: Common::new(from.into(), caller_id.into()),
            app,
        }
    }

    /// Checks every value, as sending does by itself.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with one field message for each rule that is
    /// broken; no value is quoted.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        self.common.check(&mut problems);
        problems.finish(&CONNECT_FLOW)
    }
}

common_setters!(ConnectFlow);

impl Dial for ConnectFlow {
    fn operation(&self) -> &'static Operation {
        &CONNECT_FLOW
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn check(&self) -> Result<(), Error> {
        Self::check(self)
    }

    /// A text of the caller's own may be where an agent waits.
    fn secrets(&self) -> Vec<SecretString> {
        let words = self
            .common
            .custom_field
            .iter()
            .flat_map(|text| text.split(' '));
        words
            .filter(|word| word.contains("://"))
            .map(SecretString::from)
            .collect()
    }

    fn form(&self, account: &AccountName, region: &Region, key: &CallKey) -> Form {
        // Documented with plain http; it is a name for the flow, not a place anybody sends credentials to.
        let host = region.dashboard().unwrap_or("my.exotel.com");
        let url = format!("http://{host}/{account}/exoml/start_voice/{}", self.app);
        let mut form = self.common.begin().with("Url", url);
        self.common.finish(&mut form, key);
        form
    }
}

impl fmt::Debug for ConnectFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ConnectFlow");
        self.common.show(&mut shown);
        shown.field("app", &self.app).finish()
    }
}
