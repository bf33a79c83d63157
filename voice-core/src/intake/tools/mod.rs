//! Functions the agent may call during a call.

mod control;
mod runner;
mod tool;

pub use control::{CallControl, Transferred};
pub use runner::{FunctionCall, Then, ToolAnswer, ToolRunner};
pub use tool::{Tool, ToolBuilder, ToolContext, ToolError};
