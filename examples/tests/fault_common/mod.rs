//! What the tests of faults share: the simulated providers, an operation of every class of each, and the trial that one
//! operation stands at one point.
#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod borders;
pub(crate) mod operations;
pub(crate) mod place;
pub(crate) mod sweep;
pub(crate) mod tally;
pub(crate) mod tls;
pub(crate) mod trial;
pub(crate) mod world;

/// Whether the long run was asked for: `VOICE_LONG=1`.
pub(crate) fn is_long() -> bool {
    std::env::var("VOICE_LONG").is_ok_and(|value| value == "1")
}
