#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod access_token;
pub mod accounts;
mod builder;
pub mod calls;
mod client;
pub mod conversation_relay;
mod credentials;
mod dialect;
mod environment;
pub mod error;
mod host;
pub mod media_stream;
mod operation;
mod paging;
mod provider;
#[cfg(feature = "testkit")]
#[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
pub mod testkit;
pub mod twiml;
pub mod types;
pub mod webhook;
mod xml;

pub use builder::{BuildError, TwilioClientBuilder};
pub use client::TwilioClient;
pub use environment::{phone_number_from, phone_number_from_env};
pub use host::{Edge, HostPartError, Region};
pub use operation::{OPERATIONS, SpecOperation};
pub use provider::CALL_KEY;
