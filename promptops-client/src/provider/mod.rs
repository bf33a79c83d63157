//! The traits of `voice_core::provider` over this client.

mod health;
mod prompt;
