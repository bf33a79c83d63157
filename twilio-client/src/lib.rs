#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod accounts;
pub mod balance;
mod builder;
pub mod calls;
mod client;
pub mod conferences;
mod credentials;
mod dialect;
mod environment;
pub mod error;
mod host;
pub mod notifications;
mod operation;
mod paging;
mod provider;
pub mod queues;
pub mod recordings;
#[cfg(feature = "testkit")]
#[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
pub mod testkit;
pub mod transcriptions;
pub mod twiml;
pub mod types;
pub mod webhook;
mod xml;

pub use builder::{BuildError, TwilioClientBuilder};
pub use client::TwilioClient;
pub use environment::{phone_number_from, phone_number_from_env};
pub use host::{Edge, HostPartError, Product, Region};
pub use operation::{OPERATIONS, SpecOperation};
pub use provider::CALL_KEY;
