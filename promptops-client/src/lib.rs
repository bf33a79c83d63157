#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod macros;

pub mod cache;
pub mod models;
pub mod snapshot;
pub mod telemetry;

/// The provider's name in errors, spans and metrics.
pub const PROVIDER: &str = "promptops";
