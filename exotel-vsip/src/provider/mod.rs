//! The shared traits of `voice-core` for Exotel.
//!
//! [`ExotelCalls`] is the [`CallProvider`](voice_core::provider::CallProvider): how a person who is rung reaches the agent is
//! a choice, [`CallRoute`]. [`ExotelClient`](crate::ExotelClient) itself keeps
//! [`HealthCheck`](voice_core::provider::HealthCheck) and [`TrunkProvider`](voice_core::provider::TrunkProvider).

mod call;
pub(crate) mod custom;
mod find;
mod health;
mod sessions;
mod trunk;

pub use call::{CallRoute, ExotelCalls};
pub use custom::SessionField;

/// The name under which a call's key travels in the query of its status callback.
pub const CALL_KEY: &str = "voice_call_key";
