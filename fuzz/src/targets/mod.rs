//! The targets, by subject.

pub mod answers;
pub mod calls;
pub mod documents;
pub mod files;
pub mod ident;
pub mod limits;
pub mod lines;
pub mod messages;
pub mod secrets;
pub mod urls;
pub mod webhooks;
