//! Inbound calls: from a raw webhook to a running agent, for many tenants.
//!
//! The parts stand on traits, so that provider, stores, directory and texts can each be exchanged.

mod code;
pub mod dialled;
mod error;
pub mod figures;
pub mod instructions;
mod log;
mod outcome;
mod pipeline;
mod session;
pub mod tenant;
pub mod tools;

pub use code::{Consequence, EVENTS, EventCode, EventRow, Level};
pub use error::{IntakeError, Reason};
pub use outcome::{Happened, Ignored, Outcome, Redelivery, Rejected};
pub use pipeline::{
    AfterCall, CallPhase, Drained, FinishedCall, HandedOn, Intake, IntakeBuilder, IntakeHealth,
    IntakeSettings, OngoingCall, Taking, WhenOver, WhenPlaceLost,
};
pub use session::{
    CallEnd, CallSessions, EndReason, LiveCall, SessionEvent, SessionStart, Speaker,
    TranscriptTurn, Usage,
};
