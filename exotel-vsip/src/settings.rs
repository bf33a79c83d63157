//! Settings of a trunk.

use serde::Serialize;
use voice_core::client::{Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::E164;
use voice_core::retry::Repeat;

use crate::batch::BatchOutcome;
use crate::check::Problems;
use crate::client::ExotelClient;
use crate::envelope::{BatchBody, Deleted};
use crate::list::List;
use crate::types::{ApiTime, SettingName, TrunkSid};

/// `GET /trunks/{trunk_sid}/settings`
pub static LIST: Operation = Operation::get(
    "settings.list",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/settings",
);
/// `POST /trunks/{trunk_sid}/settings`: a batch.
pub static SET: Operation = Operation::post(
    "settings.set",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/settings",
    Repeat::Once,
);
/// `DELETE /trunks/{trunk_sid}/settings?name=…`: the name stands in the query.
pub static DELETE: Operation = Operation::delete(
    "settings.delete",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/settings",
);

resource! {
    /// A setting of a trunk.
    Setting, "settings", ["name"] {
        /// Its name.
        name: SettingName => "name";
        /// Its value.
        value: String => "value";
        /// The trunk.
        trunk_sid: TrunkSid => "trunk_sid";
        /// When it was made.
        date_created: ApiTime => "date_created" | "created_at";
        /// When it was changed last.
        date_updated: ApiTime => "date_updated" | "updated_at";
    }
}

/// A setting to be set.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewSetting {
    /// Its name.
    pub name: SettingName,
    /// Its value.
    pub value: String,
}

impl NewSetting {
    /// Any setting. The value of [`SettingName::ExternalAlias`] is checked when it is sent.
    #[must_use]
    pub fn new(name: impl Into<SettingName>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }

    /// The number that outbound calls show.
    #[must_use]
    pub fn external_alias(number: &E164) -> Self {
        Self::new(SettingName::ExternalAlias, number.as_str())
    }

    pub(crate) fn check(&self, at: usize, problems: &mut Problems) {
        let empty = self.name.as_str().is_empty();
        problems.rule(empty, &format!("settings.{at}.name"), "must not be empty");
        if self.name == SettingName::ExternalAlias
            && let Err(rule) = E164::parse(&self.value)
        {
            problems.add(format!("settings.{at}.value"), rule.to_string());
        }
    }
}

/// The value may be a phone number: it is redacted.
impl std::fmt::Debug for NewSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSetting")
            .field("name", &self.name)
            .field("value", &crate::types::Shown(&self.value))
            .finish()
    }
}

#[derive(Serialize)]
struct SetBody<'a> {
    settings: &'a [NewSetting],
}

/// The settings of one trunk; from [`TrunkParts::settings`](crate::TrunkParts::settings).
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    pub(crate) client: &'a ExotelClient,
    pub(crate) trunk: &'a TrunkSid,
}

impl<'a> Settings<'a> {
    pub(crate) fn new(client: &'a ExotelClient, trunk: &'a TrunkSid) -> Self {
        Self { client, trunk }
    }

    /// All settings. The list takes no paging; should the server page it all the same, the stream follows.
    pub fn list(&self) -> Pager<'static, Setting> {
        self.listed().pager()
    }

    /// The settings of the first answer, which are all of them as far as is known.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(&self) -> Result<Response<Page<Setting>>, Error> {
        self.listed().page().await
    }

    fn listed(&self) -> List {
        List::new(self.client, &LIST).of(self.trunk)
    }

    /// Sets several settings, each with its own outcome. It is sent once: after an unknown outcome compare with the list.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for none at all, an
    /// empty name, or an alias that is not E.164; the API's when it refuses the batch as a whole. Failures of single items
    /// are in the outcome.
    pub async fn set(
        &self,
        settings: &[NewSetting],
    ) -> Result<Response<BatchOutcome<Setting>>, Error> {
        let mut problems = Problems::default();
        problems.rule(settings.is_empty(), "settings", "must be at least one");
        for (at, setting) in settings.iter().enumerate() {
            setting.check(at, &mut problems);
        }
        problems.finish(&SET)?;
        let request = self.client.request(&SET).path("trunk_sid", self.trunk);
        let answer = request.json(&SetBody { settings }).send::<BatchBody<_>>();
        Ok(answer.await?.map(|read| read.0.of_sent(settings.len())))
    }

    /// Sets one setting.
    ///
    /// # Errors
    /// As for [`set`](Self::set), and the failure of the one item.
    pub async fn set_one(&self, setting: &NewSetting) -> Result<Response<Setting>, Error> {
        let answer = self.set(std::slice::from_ref(setting)).await?;
        crate::batch::only(answer, &SET)
    }

    /// Deletes a setting. Gives it as far as the answer holds it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for an empty name;
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none, unless an earlier try of the
    /// same call may have deleted it.
    pub async fn delete(&self, name: &SettingName) -> Result<Response<Option<Setting>>, Error> {
        let mut problems = Problems::default();
        problems.rule(name.as_str().is_empty(), "name", "must not be empty");
        problems.finish(&DELETE)?;
        let request = self.client.request(&DELETE).path("trunk_sid", self.trunk);
        let answer = request.query("name", name.as_str()).send_raw().await?;
        Ok(answer.map(|body| Deleted::read(&body).0))
    }
}
