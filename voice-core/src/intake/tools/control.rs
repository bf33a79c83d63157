//! [`CallControl`]: what a tool can do with the call it serves.

use std::fmt;

use async_trait::async_trait;

use crate::intake::IntakeError;

/// What a tool can do with the call it serves.
#[async_trait]
pub trait CallControl: fmt::Debug + Send + Sync {
    /// Hands the call on to a destination of the tenant's configuration, by its id.
    ///
    /// # Errors
    /// [`IntakeError`] when there is no such destination, or the provider refused.
    async fn transfer(&self, destination_id: &str) -> Result<Transferred, IntakeError>;

    /// Ends the call.
    ///
    /// # Errors
    /// [`IntakeError`] when the provider refused.
    async fn hang_up(&self) -> Result<(), IntakeError>;
}

/// What came of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transferred {
    /// The provider took the order; that does not prove that the transfer happened.
    Ordered,
    /// The call was over.
    CallGone,
}
