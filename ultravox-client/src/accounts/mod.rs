//! The account a key belongs to: its limits, its bills, its usage, its keys at other providers.

mod account;
mod billing;
mod telephony;
mod tts_keys;
mod usage;

use serde::de::DeserializeOwned;
use voice_core::client::{Client, Operation, Page, Pager, RequestBuilder, Response};
use voice_core::error::Error;

use crate::calls::CallFilter;

pub use account::Account;
pub use billing::{
    BillingDay, BillingInfo, BillingPeriod, BillingUsage, Invoice, InvoiceReason, InvoiceStatus,
    ListInvoices,
};
pub use telephony::{AccountTelephonyConfig, AccountTelephonyUpdate};
pub use tts_keys::{TtsApiKeys, TtsApiKeysUpdate};
pub use usage::{
    CallStatistics, CallUsage, Concurrency, ConcurrencyBucket, ConcurrencyFilter, ConcurrencyPoint,
    DailyCalls, HourlyCalls,
};

/// `GET /api/accounts`; undocumented.
pub static LIST: Operation = Operation::get("accounts.list", "/api/accounts");
/// `GET /api/accounts/me`
pub static ME: Operation = Operation::get("accounts.me", "/api/accounts/me");
/// `GET /api/accounts/me/billing`; undocumented.
pub static BILLING: Operation = Operation::get("accounts.billing.get", "/api/accounts/me/billing");
/// `GET /api/accounts/me/billing/invoices`; undocumented.
pub static INVOICES: Operation = Operation::get(
    "accounts.billing.invoices",
    "/api/accounts/me/billing/invoices",
);
/// `GET /api/accounts/me/billing/usage`; undocumented.
pub static BILLING_USAGE: Operation =
    Operation::get("accounts.billing.usage", "/api/accounts/me/billing/usage");
/// `GET /api/accounts/me/telephony_config`; deprecated by the API.
pub static TELEPHONY_CONFIG: Operation = Operation::get(
    "accounts.telephony_config.get",
    "/api/accounts/me/telephony_config",
);
/// `PATCH /api/accounts/me/telephony_config`; deprecated by the API.
pub static UPDATE_TELEPHONY_CONFIG: Operation = Operation::patch(
    "accounts.telephony_config.update",
    "/api/accounts/me/telephony_config",
);
/// `GET /api/accounts/me/tts_api_keys`
pub static TTS_API_KEYS: Operation =
    Operation::get("accounts.tts_api_keys.get", "/api/accounts/me/tts_api_keys");
/// `PATCH /api/accounts/me/tts_api_keys`
pub static UPDATE_TTS_API_KEYS: Operation = Operation::patch(
    "accounts.tts_api_keys.update",
    "/api/accounts/me/tts_api_keys",
);
/// `GET /api/accounts/me/usage/calls`
pub static CALL_USAGE: Operation =
    Operation::get("accounts.usage.calls", "/api/accounts/me/usage/calls");
/// `GET /api/accounts/me/usage/concurrency`
pub static CONCURRENCY: Operation = Operation::get(
    "accounts.usage.concurrency",
    "/api/accounts/me/usage/concurrency",
);

/// The account; from [`UltravoxClient::accounts`](crate::UltravoxClient::accounts).
#[derive(Debug, Clone, Copy)]
pub struct Accounts<'a> {
    client: &'a Client,
}

impl<'a> Accounts<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Reads the account this key belongs to. The cheapest authenticated read there is.
    ///
    /// # Errors
    /// The API's.
    pub async fn me(&self) -> Result<Response<Account>, Error> {
        self.me_as().await
    }

    pub(crate) async fn me_as<T: DeserializeOwned>(&self) -> Result<Response<T>, Error> {
        self.client.request(&ME).send().await
    }

    /// The accounts that this key's owner can see; not paged. Undocumented.
    ///
    /// # Errors
    /// The API's.
    pub async fn list(&self) -> Result<Response<Vec<Account>>, Error> {
        self.client.request(&LIST).send().await
    }

    /// How the account pays. Undocumented.
    ///
    /// # Errors
    /// The API's.
    pub async fn billing(&self) -> Result<Response<BillingInfo>, Error> {
        self.client.request(&BILLING).send().await
    }

    /// All invoices, as a stream that fetches page after page. Undocumented.
    pub fn invoices(&self, filter: &ListInvoices) -> Pager<'static, Invoice> {
        filter.invoices(self.client).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor. Undocumented; it tells no total.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for a page size
    /// that is not 1 to 100; otherwise the API's.
    pub async fn invoices_page(
        &self,
        filter: &ListInvoices,
    ) -> Result<Response<Page<Invoice>>, Error> {
        filter.invoices(self.client).page().await
    }

    /// Billed minutes day by day. Undocumented.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for a period that
    /// ends before it begins or has more than 90 days; otherwise the API's.
    pub async fn billing_usage(
        &self,
        period: &BillingPeriod,
    ) -> Result<Response<BillingUsage>, Error> {
        period.check(&BILLING_USAGE)?;
        self.client
            .request(&BILLING_USAGE)
            .query_option("fromDate", period.from.as_ref())
            .query_option("toDate", period.to.as_ref())
            .send()
            .await
    }

    /// The credentials at telephone providers, all in one.
    ///
    /// # Errors
    /// The API's.
    #[deprecated = "by the API; use UltravoxClient::telephony_configs"]
    pub async fn telephony_config(&self) -> Result<Response<AccountTelephonyConfig>, Error> {
        self.client.request(&TELEPHONY_CONFIG).send().await
    }

    /// Sets or clears credentials at telephone providers.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent if a rule is
    /// broken or nothing changes; otherwise the API's.
    #[deprecated = "by the API; use UltravoxClient::telephony_configs"]
    pub async fn update_telephony_config(
        &self,
        change: &AccountTelephonyUpdate,
    ) -> Result<Response<AccountTelephonyConfig>, Error> {
        change.check(&UPDATE_TELEPHONY_CONFIG)?;
        self.client
            .request(&UPDATE_TELEPHONY_CONFIG)
            .json(change)
            .carries(change.secrets())
            .send()
            .await
    }

    /// Which providers of voices the account has keys for, and how these begin.
    ///
    /// # Errors
    /// The API's.
    pub async fn tts_api_keys(&self) -> Result<Response<TtsApiKeys>, Error> {
        self.client.request(&TTS_API_KEYS).send().await
    }

    /// Sets or clears keys for providers of voices.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for an empty key or
    /// a change of nothing; otherwise the API's.
    pub async fn update_tts_api_keys(
        &self,
        change: &TtsApiKeysUpdate,
    ) -> Result<Response<TtsApiKeys>, Error> {
        change.check(&UPDATE_TTS_API_KEYS)?;
        self.client
            .request(&UPDATE_TTS_API_KEYS)
            .json(change)
            .carries(change.secrets())
            .send()
            .await
    }

    /// How many calls there were and how long they took, in all, by day and by hour, of those that `filter` lets through.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for a malformed
    /// filter; otherwise the API's.
    pub async fn call_usage(&self, filter: &CallFilter) -> Result<Response<CallUsage>, Error> {
        filter.check(&CALL_USAGE)?;
        let request = self.client.request(&CALL_USAGE);
        let pairs = filter.pairs();
        let add = |request: RequestBuilder<'a>, (name, value): &(String, String)| {
            request.query(name, value)
        };
        pairs.iter().fold(request, add).send().await
    }

    /// How many calls went on at a time.
    ///
    /// # Errors
    /// The API's.
    pub async fn concurrency(
        &self,
        filter: &ConcurrencyFilter,
    ) -> Result<Response<Concurrency>, Error> {
        self.client
            .request(&CONCURRENCY)
            .query_option("bucket", filter.bucket.as_ref())
            .query_option("start", filter.start.as_ref())
            .query_option("end", filter.end.as_ref())
            .send()
            .await
    }
}
