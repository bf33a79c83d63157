//! The key by which Twilio recognises a request it has seen; four operations take one.

use voice_core::clock::Clock;
use voice_core::provider::{CallKey, IdError};

use crate::types::{Encode, Sink};

/// A key for one request: sent again with the same key, it does nothing a second time.
///
/// Payments need one, user-defined messages may have one. It is a field of the body: no header of Twilio's does this, and
/// dialling takes no such key at all. Every new request needs a new key.
///
/// ```
/// use twilio_client::calls::IdempotencyKey;
///
/// assert_eq!(IdempotencyKey::new("order-4711-capture-1")?.as_str(), "order-4711-capture-1");
/// assert!(IdempotencyKey::new("").is_err());
/// # Ok::<(), voice_core::provider::IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(CallKey);

impl IdempotencyKey {
    /// Takes a key of one's own: 1 to 255 visible ASCII characters.
    ///
    /// # Errors
    /// [`IdError`] says which rule broke.
    pub fn new(key: impl Into<String>) -> Result<Self, IdError> {
        CallKey::new(key).map(Self)
    }

    /// A key that no other request has.
    pub fn unique(clock: &dyn Clock) -> Self {
        Self(CallKey::unique(clock))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Encode for IdempotencyKey {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, self.as_str());
    }
}
