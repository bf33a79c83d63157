//! Click-to-call: what the handler promises, request by request, and both legs through the simulator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod handler;
mod hostile;
mod legs;
mod progress;
mod settings;
mod support;
