//! The client: one account, cheap to clone, a resource per accessor.

use std::fmt;
use std::sync::Arc;

use voice_core::client::{Client, Operation, RequestBuilder, RequestOptions};
use voice_core::ident::{AccountSid, CallSid};
use voice_core::provider::DialLedger;

use crate::accounts::Accounts;
use crate::builder::TwilioClientBuilder;
use crate::calls::Calls;
use crate::credentials::Credentials;
use crate::host::{Bases, Product};

/// The name in errors, spans and metrics.
pub(crate) const PROVIDER: &str = "twilio";

/// A client for one Twilio account. Cloning is cheap and shares the connection pool, the retry budget and what is known
/// of calls already placed.
///
/// ```
/// use twilio_client::TwilioClient;
/// use voice_core::ident::{AccountSid, AuthToken};
///
/// let client = TwilioClient::builder()
///     .account_sid(AccountSid::parse(concat!("AC", "0123456789abcdef0123456789abcdef"))?)
///     .auth_token(AuthToken::parse("0123456789abcdef0123456789abcdef")?)
///     .build()?;
/// assert_eq!(client.base_url(), "https://api.twilio.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct TwilioClient {
    core: Client,
    bases: Arc<Bases>,
    account: AccountSid,
    own_account: AccountSid,
    uses_key: bool,
    ledger: Arc<DialLedger<CallSid>>,
}

impl TwilioClient {
    /// Begins building a client.
    pub fn builder() -> TwilioClientBuilder {
        TwilioClientBuilder::default()
    }

    pub(crate) fn new(
        core: Client,
        bases: Bases,
        account: AccountSid,
        credentials: &Credentials,
    ) -> Self {
        Self {
            core,
            bases: Arc::new(bases),
            account,
            own_account: account,
            uses_key: matches!(credentials, Credentials::Key(..)),
            ledger: Arc::default(),
        }
    }

    /// The same client with settings for the requests made through it: timeout, deadline, retries, headers.
    #[must_use]
    pub fn with(&self, options: RequestOptions) -> Self {
        Self {
            core: self.core.with(options),
            ..self.clone()
        }
    }

    /// The same credentials on a subaccount of the account. Webhooks of a subaccount are signed with **its** Auth Token.
    ///
    /// Only operations with an account in their path act on it, which is most of [`Product::Api`]; those of other products
    /// act on the account of the credentials.
    #[must_use]
    pub fn for_account(&self, account: AccountSid) -> Self {
        Self {
            account,
            ..self.clone()
        }
    }

    /// The account it acts on.
    #[must_use]
    pub fn account_sid(&self) -> AccountSid {
        self.account
    }

    /// Where it sends.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.core.base_url().as_str()
    }

    /// Calls: dial, read, list, change, hang up.
    #[must_use]
    pub fn calls(&self) -> Calls<'_> {
        Calls::new(self)
    }

    /// Accounts: the main account and its subaccounts.
    #[must_use]
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts::new(self)
    }

    /// The request pipeline itself, for an endpoint no typed method covers: requests made through it are signed, limited,
    /// retried and reported like any other.
    ///
    /// ```no_run
    /// # async fn example(client: twilio_client::TwilioClient) -> Result<(), voice_core::error::Error> {
    /// use voice_core::client::Operation;
    ///
    /// const BALANCE: Operation = Operation::get("balance.get", "/2010-04-01/Accounts/{AccountSid}/Balance.json");
    /// let balance = client.raw().request(&BALANCE).path("AccountSid", client.account_sid()).send::<serde_json::Value>().await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn raw(&self) -> &Client {
        &self.core
    }

    /// Where requests for a product are sent.
    #[must_use]
    pub fn product_url(&self, product: Product) -> &str {
        self.bases.of(product).as_str()
    }

    /// Begins a request for a product, its account filled in where the path has one.
    pub(crate) fn at<'a>(
        &'a self,
        product: Product,
        operation: &'a Operation,
    ) -> RequestBuilder<'a> {
        let request = self.core.request(operation);
        let request = match product {
            Product::Api => request,
            _ => request.base(self.bases.of(product).clone()),
        };
        if operation.path().contains("{AccountSid}") {
            return request.path("AccountSid", self.account);
        }
        request
    }

    pub(crate) fn ledger(&self) -> &DialLedger<CallSid> {
        &self.ledger
    }

    /// Whether the credentials may read the account resource itself. A standard API key may not.
    pub(crate) fn may_read_account(&self) -> bool {
        !self.uses_key
    }
}

impl fmt::Debug for TwilioClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("TwilioClient");
        shown.field("account", &self.account);
        if self.account != self.own_account {
            shown.field("credentials_of", &self.own_account);
        }
        shown
            .field("base", &self.base_url())
            .finish_non_exhaustive()
    }
}
