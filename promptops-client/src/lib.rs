#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod macros;

mod builder;
pub mod cache;
mod check;
mod client;
mod dialect;
#[cfg(feature = "doctor")]
#[cfg_attr(docsrs, doc(cfg(feature = "doctor")))]
pub mod doctor;
pub mod envelope;
mod environment;
pub mod error;
pub mod experiments;
pub mod ids;
mod list;
pub mod models;
mod operations;
mod preset;
mod provider;
pub mod render;
pub mod resources;
pub mod service;
mod signing;
pub mod snapshot;
pub mod telemetry;
#[cfg(feature = "testkit")]
pub mod testkit;
mod token;

pub use builder::PromptOpsClientBuilder;
pub use client::{CacheSwitch, Latest, PromptOpsClient, Settings};
pub use dialect::SkewCorrection;
pub use operations::{Auth, Endpoint, Evidence, OPERATIONS};
pub use preset::{Preset, UnknownPreset};
pub use service::PromptOps;
pub use signing::{
    KeyMode, NonceSource, RandomNonces, RequestSigner, Signer, TimestampFormat, ToSign,
};
pub use token::TokenSource;

/// The provider's name in errors, spans and metrics.
pub const PROVIDER: &str = "promptops";
