//! The shared traits of `voice_core::provider`.

mod health;
mod inbound;

pub(crate) use health::GET_MODEL;
