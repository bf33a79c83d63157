//! [`ToolLimits`]: how much the agent may do with its tools.

use std::time::Duration;

/// How much the agent may do with its tools during one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolLimits {
    /// Longest time of one run, for tools that set none; 10 s unless set.
    pub time: Duration,
    /// Function calls in one telephone call; 32 unless set.
    pub rounds: u32,
    /// Bytes of one function call's arguments; 64 KiB unless set.
    pub argument_bytes: usize,
    /// Bytes of one answer; 64 KiB unless set. What is longer is cut off, and says so.
    pub output_bytes: usize,
}

impl Default for ToolLimits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(10),
            rounds: 32,
            argument_bytes: 64 * 1024,
            output_bytes: 64 * 1024,
        }
    }
}
