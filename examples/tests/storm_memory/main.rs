//! 10,000 requests in flight at once, 100,000 one after another, 10,000 cancelled, 10,000 failed: all answered, nobody starved,
//! and afterwards not a byte more is held than before. Measured by a counting allocator, so this binary has one test, and
//! nothing runs beside it.
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
#![allow(dead_code, reason = "the shared parts are used in part")]

#[path = "../storm_providers/hostile_server.rs"]
mod hostile_server;
#[path = "../storm_providers/parties.rs"]
mod parties;
mod sockets;
mod waves;

use std::alloc::System;
use std::time::Duration;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Bytes held now.
fn live() -> i64 {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated as i64 - stats.bytes_deallocated as i64
}

/// The full volume, or a small one.
fn volume(full: u32, small: u32) -> u32 {
    if std::env::var_os("VOICE_LONG").is_some() {
        full
    } else {
        small
    }
}

#[test]
fn memory_is_flat_and_nobody_starves() {
    let paused = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    for party in &parties::PARTIES {
        paused.block_on(waves::hold(party));
    }
    paused.block_on(waves::in_order_through_a_limiter());
    drop(paused);

    let real = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    real.block_on(async {
        // Nothing here can take so long, on any machine.
        tokio::time::timeout(Duration::from_secs(300), sockets::hold())
            .await
            .unwrap();
    });
}
