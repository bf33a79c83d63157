#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod macros;

pub mod models;

/// The provider's name in errors, spans and metrics.
pub const PROVIDER: &str = "promptops";
