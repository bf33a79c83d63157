//! Inbound calls: from a raw webhook to a running agent, for many tenants.
//!
//! The parts stand on traits, so that provider, stores, directory and texts can each be exchanged.

mod code;
pub mod dialled;
mod error;
pub mod figures;
pub mod instructions;
mod log;
mod session;
pub mod tenant;
pub mod tools;

pub use code::{Consequence, EVENTS, EventCode, EventRow, Level};
pub use error::{IntakeError, Reason};
pub use session::{
    CallEnd, CallSessions, EndReason, LiveCall, SessionEvent, SessionStart, Speaker,
    TranscriptTurn, Usage,
};
