//! The sideband against a scripted server on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod breaks;
mod frames;
mod functions;
mod handshake;
mod pressure;
mod server;
mod sessions;
