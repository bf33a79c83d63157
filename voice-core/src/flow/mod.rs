//! Whole jobs, composed from the shared traits.
//!
//! [`outbound_agent_call`] is the main one: an agent's session, a dial, and the call followed to its end, with whoever
//! provides the agent and whoever provides the telephone. [`start_agent_call`] is the same up to the moment the telephone
//! provider has the call.

mod event;
mod follow;
mod outbound;
mod reconcile;
mod request;

pub use event::{FlowEvent, Timeline, TimelineEntry};
pub use outbound::{CallReport, StartedCall, outbound_agent_call, start_agent_call};
pub use request::{AgentRef, OutboundAgentCall};
