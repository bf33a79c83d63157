//! The account a key belongs to.

use serde::de::DeserializeOwned;
use voice_core::client::{Client, Operation, Response};
use voice_core::error::Error;

use crate::types::{Secret, UvDuration, UvTime};

/// `GET /api/accounts/me`
pub static ME: Operation = Operation::get("accounts.me", "/api/accounts/me");

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
}

model! {
    /// An account. Limits that are unset are none.
    response Account {
        /// Its id.
        account_id: String => "accountId",
        /// Its name.
        name: String => "name",
        /// Where its bills are, a link that needs no login.
        billing_url: Secret => "billingUrl",
        /// Free call time used, calls that go on included.
        free_time_used: UvDuration => "freeTimeUsed",
        /// Free call time left.
        free_time_remaining: UvDuration => "freeTimeRemaining",
        /// Whether it has a subscription.
        has_active_subscription: bool => "hasActiveSubscription",
        /// Which.
        subscription_tier: String => "subscriptionTier",
        /// How often it is billed.
        subscription_cadence: String => "subscriptionCadence",
        /// When it ends.
        subscription_expiration: UvTime => "subscriptionExpiration",
        /// When it is to change.
        subscription_scheduled_update: UvTime => "subscriptionScheduledUpdate",
        /// When it renews.
        subscription_renewal: UvTime => "subscriptionRenewal",
        /// Calls going on.
        active_calls: u64 => "activeCalls",
        /// Most calls at a time.
        allowed_concurrent_calls: u64 => "allowedConcurrentCalls",
        /// Most voices of its own.
        allowed_voices: u64 => "allowedVoices",
        /// Most corpora.
        allowed_corpora: u64 => "allowedCorpora",
    }
}
