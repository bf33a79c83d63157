#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod events;
pub mod session;
#[cfg(feature = "sideband")]
#[cfg_attr(docsrs, doc(cfg(feature = "sideband")))]
pub mod sideband;
mod wire;
