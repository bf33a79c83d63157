#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
pub mod calls;
mod client;
pub mod client_secrets;
mod code;
mod dialect;
#[cfg(feature = "doctor")]
#[cfg_attr(docsrs, doc(cfg(feature = "doctor")))]
pub mod doctor;
pub mod events;
mod ids;
pub mod live_sessions;
pub mod operations;
mod provider;
pub mod retry;
pub mod session;
#[cfg(feature = "sideband")]
#[cfg_attr(docsrs, doc(cfg(feature = "sideband")))]
pub mod sideband;
#[cfg(feature = "testkit")]
#[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
pub mod testkit;
pub mod webhook_endpoints;
pub mod webhooks;
mod wire;

pub use builder::OpenAiClientBuilder;
pub use client::OpenAiClient;
pub use code::ErrorCode;
pub use operations::OPERATIONS;
pub use session::DEFAULT_MODEL;

use voice_core::error::{Delivery, Error, ErrorKind};

/// The provider's name in errors, spans and metrics.
pub const PROVIDER: &str = "openai";

/// An answer lacks what every answer of its kind has.
fn missing(resource: &'static str, field: &str) -> Error {
    Error::new(ErrorKind::Decode, format!("the answer has no {field}"))
        .with_operation(PROVIDER, resource)
        .with_delivery(Delivery::Answered)
}
