//! What PromptOps says went wrong, in words of its own.
//!
//! Every failure is a [`voice_core::error::Error`]. What is particular to PromptOps is read from it here: the code, the
//! reason of a 401, another prompt than the one asked for.

mod code;
mod mismatch;
mod reason;

pub use code::ErrorCode;
pub use mismatch::IdMismatch;
pub use reason::AuthReason;
