//! Whole jobs, composed from the shared traits.
//!
//! [`outbound_agent_call`] is the main one: an agent's session, a dial, and the call followed to its end, with whoever
//! provides the agent and whoever provides the telephone. [`start_agent_call`] is the same up to the moment the telephone
//! provider has the call. [`click_to_call()`] rings a person of yours first, and then connects them to somebody else.
//! [`bulk`] rings everybody on a list, each once, also when the process is killed in between: [`journal`] remembers.

pub mod bulk;
pub mod click_to_call;
mod event;
mod follow;
pub mod journal;
mod outbound;
mod reconcile;
mod request;

pub use click_to_call::click_to_call;
pub use event::{FlowEvent, Timeline, TimelineEntry};
pub use outbound::{CallReport, StartedCall, outbound_agent_call, start_agent_call};
pub use request::{AgentRef, OutboundAgentCall};
