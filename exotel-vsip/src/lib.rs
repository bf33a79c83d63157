#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod account;
pub mod applet;
mod builder;
pub mod callback;
mod client;
mod dialect;
mod environment;
pub mod error;
pub mod operations;
pub mod provider;
mod region;
pub mod sip;
pub mod voice;
mod xml;

pub use account::{AccountName, AccountNameError};
pub use builder::{AddressCheck, ExotelClientBuilder};
pub use client::ExotelClient;
pub use error::ErrorCode;
pub use operations::OPERATIONS;
pub use region::Region;

/// The provider's name in errors, spans and metrics.
pub const PROVIDER: &str = "exotel";
