//! [`StoreError`]: why a store could not do what it was asked.

use std::time::Duration;

use crate::error::{Delivery, Error, ErrorKind};

/// Why a store could not do what it was asked. No text in it holds a key, a value, a user or a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The settings break a rule; nothing was tried.
    #[error("the store's settings are wrong: {0}")]
    Config(String),
    /// No connection, or none that may be used; nothing was done.
    #[error("the store cannot be reached: {0}")]
    Unreachable(String),
    /// It failed too often just now and is left alone for a while; nothing was done.
    #[error("the store failed too often and is left alone for another {retry_in:?}")]
    CircuitOpen {
        /// Until it is tried again.
        retry_in: Duration,
    },
    /// No answer in time; it may have been done.
    #[error("the store did not answer within {0:?}")]
    Timeout(Duration),
    /// The connection broke before the answer; it may have been done.
    #[error("the connection to the store broke: {0}")]
    Lost(String),
    /// The store answered that it did not do it.
    #[error("the store refused ({code}): {message}")]
    Refused {
        /// Its own code, such as `WRONGTYPE`, `OOM` or `READONLY`.
        code: String,
        /// Its words, redacted and bounded.
        message: String,
    },
    /// It answered, but not in the form that was expected.
    #[error("the store answered in an unexpected form: {0}")]
    Unexpected(&'static str),
}

impl StoreError {
    /// Whether the store may have acted.
    #[must_use]
    pub const fn delivery(&self) -> Delivery {
        match self {
            Self::Config(_) | Self::Unreachable(_) | Self::CircuitOpen { .. } => Delivery::NotSent,
            Self::Timeout(_) | Self::Lost(_) => Delivery::Unknown,
            Self::Refused { .. } => Delivery::Refused,
            Self::Unexpected(_) => Delivery::Answered,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let kind = match &error {
            StoreError::Config(_) => ErrorKind::Config,
            StoreError::Unreachable(_) => ErrorKind::Connect,
            StoreError::CircuitOpen { .. } => ErrorKind::CircuitOpen,
            StoreError::Timeout(_) => ErrorKind::Timeout,
            StoreError::Lost(_) => ErrorKind::Connection,
            StoreError::Refused { .. } => ErrorKind::Unavailable,
            StoreError::Unexpected(_) => ErrorKind::Decode,
        };
        Self::new(kind, error.to_string())
            .with_delivery(error.delivery())
            .with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_family_keeps_kind_and_delivery() {
        let error: Error = StoreError::Timeout(Duration::from_millis(5)).into();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Timeout, Delivery::Unknown)
        );
        let error: Error = StoreError::Unreachable("refused".into()).into();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Connect, Delivery::NotSent)
        );
        let retry_in = Duration::from_secs(1);
        let error: Error = StoreError::CircuitOpen { retry_in }.into();
        assert_eq!(error.kind(), ErrorKind::CircuitOpen);
    }
}
