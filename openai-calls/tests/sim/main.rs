//! The simulator itself, asked over plain HTTP and WebSockets, without this crate's client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod client;
mod delivery;
mod failures;
mod http_client;
mod resources;
mod rest;
mod sideband;
