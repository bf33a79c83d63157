//! How much agents were used.

use voice_core::client::Operation;

use super::AgentSummary;
use crate::types::UvTime;

/// `GET /api/agents/usage`, which the vendor's pages do not mention.
pub static USAGE: Operation = Operation::get("agents.usage", "/api/agents/usage");

model! {
    /// How much an agent was used.
    response AgentUsage {
        /// The agent.
        agent: AgentSummary => "agent",
        /// Day by day.
        usage: Vec<AgentDailyUsage> => "usage",
    }
}

model! {
    /// How much an agent was used on one day.
    response AgentDailyUsage {
        /// The day.
        date: UvTime => "date",
        /// Minutes billed.
        billed_minutes: f64 => "billedMinutes",
        /// How many calls.
        calls: u64 => "calls",
    }
}
