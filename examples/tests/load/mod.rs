//! Parts of the load test of the intake.
#![allow(unreachable_pub, reason = "shared within one test")]

pub mod callers;
pub mod checks;
pub mod parts;
pub mod plan;
