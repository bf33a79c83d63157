//! Every form of the provider's documentation, parameter by parameter; which form a body is; and what no form shows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

#[path = "../common/mod.rs"]
mod common;

mod any;
mod documented;
mod hidden;
mod kinds;
mod parameters;
mod values;
mod words;

/// A SID of a kind.
fn sid(prefix: &str) -> String {
    format!("{prefix}0123456789abcdef0123456789abcdef")
}
