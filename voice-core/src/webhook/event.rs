//! A verified webhook, in a form every provider shares.

use std::fmt;

use serde_json::Value;

use crate::provider::CallId;

/// A webhook that was proven to come from the provider.
///
/// Provider crates have typed events as well; this is what provider-neutral code works with.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// The provider.
    pub provider: &'static str,
    /// What happened, in the provider's word (`call.ended`, `completed` …).
    pub kind: String,
    /// A key that a repeated delivery has too.
    pub dedup_key: Option<String>,
    /// The call it is about.
    pub call: Option<CallId>,
    /// The whole payload; form fields as texts, repeated ones as arrays.
    pub payload: Value,
}

impl WebhookEvent {
    /// An event of `kind` with its payload.
    pub fn new(provider: &'static str, kind: impl Into<String>, payload: Value) -> Self {
        Self {
            provider,
            kind: kind.into(),
            dedup_key: None,
            call: None,
            payload,
        }
    }

    /// The same with a key for de-duplication.
    #[must_use]
    pub fn with_dedup_key(mut self, key: Option<String>) -> Self {
        self.dedup_key = key;
        self
    }

    /// The same with the call it is about.
    #[must_use]
    pub fn with_call(mut self, call: Option<CallId>) -> Self {
        self.call = call;
        self
    }
}

/// Payloads hold personal data: only the outline is shown.
impl fmt::Debug for WebhookEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookEvent")
            .field("provider", &self.provider)
            .field("kind", &self.kind)
            .field("dedup_key", &self.dedup_key)
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_outline_and_not_the_payload() {
        let event = WebhookEvent::new("acme", "call.ended", serde_json::json!({"from": "anna"}))
            .with_dedup_key(Some("wh_1".to_owned()))
            .with_call(CallId::new("call_1").ok());
        let shown = format!("{event:?}");
        for part in ["acme", "call.ended", "wh_1", "call_1"] {
            assert!(shown.contains(part), "{shown}");
        }
        assert!(!shown.contains("anna"), "{shown}");
    }
}
