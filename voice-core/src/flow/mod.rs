//! Whole jobs, composed from the shared traits.
//!
//! [`outbound_agent_call`] is the main one: an agent's session, a dial, and the call followed to its end, with whoever
//! provides the agent and whoever provides the telephone.

mod event;
mod follow;
mod outbound;
mod reconcile;

pub use event::{FlowEvent, Timeline, TimelineEntry};
pub use outbound::{AgentRef, CallReport, OutboundAgentCall, outbound_agent_call};
