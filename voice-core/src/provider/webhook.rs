//! Is this webhook from the provider?

use std::fmt;

use crate::webhook::{WebhookError, WebhookEvent, WebhookRequest};

/// Raw bytes and headers in, an event out, or a reason.
pub trait WebhookVerifier: fmt::Debug + Send + Sync {
    /// Verifies the signature over the raw request first, and reads it only then.
    ///
    /// # Errors
    /// [`WebhookError`] says why it is refused, and which HTTP status to answer with.
    fn verify(&self, request: &WebhookRequest<'_>) -> Result<WebhookEvent, WebhookError>;
}
