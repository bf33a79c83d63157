//! Storms, through the client of every provider and the bare core: faults by chance and in bursts, brown-outs, and answers
//! made to do harm. Each client has its own dialect and its own rules for retries; nothing but transport and clock is set.
//!
//! `VOICE_LONG=1` runs the full volumes and prints what `benchmarks/FAULTS.md` says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails by panicking, reads its own switch, and waits for real sockets"
)]

mod brownout;
mod hostile;
mod hostile_server;
mod parties;
mod reads;
mod weather;
mod webhooks;

/// Whether the full volumes are asked for.
fn long() -> bool {
    std::env::var_os("VOICE_LONG").is_some()
}
