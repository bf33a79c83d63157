//! Limits an account sets on its own lookups.

use serde::Serialize;

use crate::types::{Numeric, resource};

/// How many lookups a bucket may have, and for how long the rule holds.
#[derive(Debug, Clone, Default, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct SetRateLimit {
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<u32>,
}

impl SetRateLimit {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of requests.
    pub fn limit(mut self, requests: u32) -> Self {
        self.limit = Some(requests);
        self
    }

    /// The time the rule holds, in seconds.
    pub fn ttl(mut self, seconds: u32) -> Self {
        self.ttl = Some(seconds);
        self
    }
}

resource! {
    /// A limit of a field and bucket.
    LookupRateLimit {
        /// The field.
        field: String,
        /// How many requests.
        limit: Numeric,
        /// The bucket's name.
        bucket: String,
        /// Who made the rule.
        owner: String,
        /// How long it holds, in seconds.
        ttl: Numeric,
    }
}

resource! {
    /// The limits of an account.
    LookupRateLimits {
        /// All of them.
        rate_limits: Vec<LookupRateLimit>,
    }
}
