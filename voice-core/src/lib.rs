//! The shared floor of the voice SDK family.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod clock;
pub mod config;
pub mod error;
pub mod ident;
pub mod limits;
pub mod secret;
pub mod template;
pub mod wire;
