//! The shared traits of `voice-core`, kept by [`TwilioClient`](crate::TwilioClient).
//!
//! An application written against [`CallProvider`](voice_core::provider::CallProvider),
//! [`TrunkProvider`](voice_core::provider::TrunkProvider) and [`HealthCheck`](voice_core::provider::HealthCheck) uses Twilio
//! without naming it.

mod calls;
mod find;
mod hang_up;
mod health;
mod trunks;

pub(crate) use calls::dial;

/// The name under which a call's key travels: in the query of its status callback, and as a `<Parameter>` of its stream.
///
/// ```
/// let key = twilio_client::webhook::call_key("https://hooks.example.com/status?a=1&voice_call_key=vk42");
/// assert_eq!(key.unwrap().as_str(), "vk42");
/// ```
pub const CALL_KEY: &str = "voice_call_key";
