//! The account itself.

use crate::types::{Secret, UvDuration, UvTime};

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
