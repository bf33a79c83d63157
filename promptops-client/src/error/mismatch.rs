//! Another prompt than the one asked for.

use voice_core::client::Operation;
use voice_core::error::{Delivery, Error, ErrorKind};

use crate::PROVIDER;

/// The service answered with another prompt, or another version, than it was asked for.
///
/// The reference server looks for ids with a wildcard: asked for `greet` it may answer with `greet-verbose`, and an `_`
/// stands for any character. The text of another prompt is worse than none, so it is refused. This is the
/// [source](std::error::Error::source) of an error of kind [`Protocol`](ErrorKind::Protocol).
///
/// ```
/// use promptops_client::error::IdMismatch;
///
/// fn was_another_prompt(error: &voice_core::error::Error) -> bool {
///     IdMismatch::of(error).is_some()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("asked for {asked}, answered with {answered}")]
#[non_exhaustive]
pub struct IdMismatch {
    /// What was asked for.
    pub asked: String,
    /// What came.
    pub answered: String,
}

impl IdMismatch {
    /// What was asked for and what came, if that is what went wrong.
    #[must_use]
    pub fn of(error: &Error) -> Option<&Self> {
        std::error::Error::source(error)?.downcast_ref()
    }

    pub(crate) fn new(asked: impl Into<String>, answered: impl Into<String>) -> Self {
        Self {
            asked: asked.into(),
            answered: answered.into(),
        }
    }

    pub(crate) fn into_error(self, operation: &Operation) -> Error {
        Error::new(ErrorKind::Protocol, "the service answered with another prompt than the one asked for")
            .with_operation(PROVIDER, operation.name())
            .with_endpoint(operation.method().clone(), operation.path())
            .with_delivery(Delivery::Answered)
            .with_context("prompt_id", &self.asked)
            .with_context("answered", &self.answered)
            .with_hint("The prompt asked for does not exist under exactly this id; list the versions to see what there is")
            .with_source(self)
    }
}
