//! [`MeteredVerifier`]: counts webhooks on their way.

use ::metrics::{Label, counter};

use super::name;
use crate::provider::WebhookVerifier;
use crate::webhook::{WebhookError, WebhookEvent, WebhookRequest};

/// A [`WebhookVerifier`] that counts in [`name::WEBHOOKS`] what the one below it says: `verified`, or why it was refused.
#[derive(Debug, Clone)]
pub struct MeteredVerifier<V> {
    below: V,
    provider: &'static str,
}

impl<V: WebhookVerifier> MeteredVerifier<V> {
    /// Counts what `below` says, under the name of its provider.
    pub fn new(provider: &'static str, below: V) -> Self {
        Self { below, provider }
    }
}

impl<V: WebhookVerifier> WebhookVerifier for MeteredVerifier<V> {
    fn verify(&self, request: &WebhookRequest<'_>) -> Result<WebhookEvent, WebhookError> {
        let verdict = self.below.verify(request);
        let outcome = match &verdict {
            Ok(_) => "verified",
            Err(error) => reason(error),
        };
        let labels = vec![
            Label::from_static_parts("voice.provider", self.provider),
            Label::from_static_parts("outcome", outcome),
        ];
        counter!(name::WEBHOOKS, labels).increment(1);
        verdict
    }
}

/// A stable word for a refusal; what a header is called is no part of it.
const fn reason(error: &WebhookError) -> &'static str {
    match error {
        WebhookError::MissingHeader(_) => "missing_header",
        WebhookError::Malformed(_) => "malformed",
        WebhookError::BadSignature => "bad_signature",
        WebhookError::BodyMismatch => "body_mismatch",
        WebhookError::TooOld => "too_old",
        WebhookError::TooNew => "too_new",
        WebhookError::Unreadable(_) => "unreadable",
    }
}
