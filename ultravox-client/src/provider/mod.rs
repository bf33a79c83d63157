//! The shared traits, for applications that swap providers.

mod agent;
mod call;
mod end;
mod health;
mod outgoing;
mod status;

pub use call::UltravoxCalls;
pub use outgoing::Outgoing;
