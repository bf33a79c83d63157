#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[macro_use]
mod macros;

mod account;
pub mod applet;
pub mod batch;
mod builder;
pub mod callback;
mod check;
mod client;
pub mod create_or_get;
pub mod credentials;
pub mod destinations;
mod dialect;
#[cfg(feature = "doctor")]
#[cfg_attr(docsrs, doc(cfg(feature = "doctor")))]
pub mod doctor;
pub mod envelope;
mod environment;
pub mod error;
mod list;
pub mod numbers;
pub mod operations;
pub mod provider;
pub mod provision;
mod region;
pub mod rules;
pub mod settings;
pub mod sip;
#[cfg(feature = "testkit")]
#[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
pub mod testkit;
mod trunk;
pub mod trunk_maps;
pub mod trunks;
pub mod types;
pub mod voice;
pub mod whitelisted_ips;
mod xml;

pub use account::{AccountName, AccountNameError};
pub use builder::{AddressCheck, ExotelClientBuilder};
pub use client::ExotelClient;
pub use error::ErrorCode;
pub use list::Paging;
pub use operations::OPERATIONS;
pub use region::Region;
pub use trunk::TrunkParts;

use voice_core::error::{Delivery, Error, ErrorKind};

/// The provider's name in errors, spans and metrics.
pub const PROVIDER: &str = "exotel";

/// An answer lacks what every answer of its kind has.
fn missing(resource: &'static str, field: &str) -> Error {
    Error::new(ErrorKind::Decode, format!("the answer has no {field}"))
        .with_operation(PROVIDER, resource)
        .with_delivery(Delivery::Answered)
}
