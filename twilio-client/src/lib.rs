#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod access_token;
pub mod accounts;
pub mod addresses;
pub mod applications;
mod archives;
pub mod auth_tokens;
pub mod available_phone_numbers;
pub mod balance;
mod builder;
pub mod byoc_trunks;
pub mod calls;
pub mod click_to_call;
mod client;
pub mod conferences;
pub mod connection_policies;
pub mod conversation_relay;
mod credentials;
mod dialect;
pub mod dialing_permissions;
#[cfg(feature = "doctor")]
#[cfg_attr(docsrs, doc(cfg(feature = "doctor")))]
pub mod doctor;
mod environment;
pub mod error;
mod host;
pub mod incoming_phone_numbers;
pub mod insights;
pub mod ip_records;
pub mod keys;
pub mod lookups;
pub mod media_stream;
pub mod monitor;
pub mod notifications;
mod numbers;
pub mod oauth;
mod operation;
pub mod outgoing_caller_ids;
mod paging;
pub mod pricing;
mod provider;
pub mod public_keys;
pub mod queues;
pub mod recordings;
pub mod routes;
pub mod sip;
#[cfg(feature = "testkit")]
#[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
pub mod testkit;
pub mod tokens;
pub mod transcriptions;
pub mod trunks;
pub mod twiml;
pub mod types;
pub mod usage;
pub mod webhook;
mod xml;

pub use builder::{BuildError, TwilioClientBuilder};
pub use client::TwilioClient;
pub use environment::{phone_number_from, phone_number_from_env};
pub use host::{Edge, HostPartError, Product, Region};
pub use operation::{OPERATIONS, SpecOperation};
pub use provider::CALL_KEY;
