//! Callbacks of one call.

use super::Secret;

model! {
    /// Where Ultravox reports what becomes of one call. The payload is that of webhooks.
    plain Callbacks {
        /// When it is joined.
        joined: Callback => "joined",
        /// When it has ended.
        ended: Callback => "ended",
        /// When it is billed.
        billed: Callback => "billed",
    }
}

model! {
    /// One address that is called back.
    both Callback {
        /// The address.
        url: String => "url",
        /// Secrets to sign with, one signature for each.
        secrets: Vec<Secret> => "secrets",
    }
}

impl Callback {
    /// Calls `url`, unsigned unless [`secrets`](Self::secrets) are added.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self::default().url(url)
    }
}
