#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[macro_use]
mod macros;

pub mod accounts;
pub mod agents;
pub mod api_keys;
pub mod call_throttles;
pub mod calls;
mod carried;
mod check;
mod client;
mod code;
mod context;
pub mod corpora;
pub mod deleted_calls;
mod dialect;
#[cfg(feature = "doctor")]
#[cfg_attr(docsrs, doc(cfg(feature = "doctor")))]
pub mod doctor;
mod list;
pub mod models;
pub mod operations;
mod provider;
#[cfg(feature = "realtime")]
#[cfg_attr(docsrs, doc(cfg(feature = "realtime")))]
pub mod realtime;
pub mod schema;
pub mod service;
pub mod sip;
pub mod strict;
pub mod telephony_configs;
#[cfg(feature = "testkit")]
#[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
pub mod testkit;
pub mod tool_calls;
pub mod tools;
pub mod types;
pub mod voices;
pub mod webhook_endpoints;
pub mod webhooks;

pub use client::{UltravoxClient, UltravoxClientBuilder};
pub use code::ErrorCode;
pub use operations::OPERATIONS;
pub use provider::{Outgoing, UltravoxCalls};

use voice_core::error::{Delivery, Error, ErrorKind};

/// The provider's name in errors, spans and metrics.
pub const PROVIDER: &str = "ultravox";

/// An answer lacks what every answer of its kind has.
fn missing(resource: &'static str, field: &str) -> Error {
    Error::new(ErrorKind::Decode, format!("the answer has no {field}"))
        .with_operation(PROVIDER, resource)
        .with_delivery(Delivery::Answered)
}
