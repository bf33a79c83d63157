//! Functions the agent may call during a call.
//!
//! A [`ToolRegistry`] holds builders and makes a tenant's [`ToolSet`]; [`CallTools`] runs its tools during one call. What
//! an application writes is a [`Tool`] and a [`ToolBuilder`], or two closures: [`FnTool`] and [`FnBuilder`].
//! [`TransferTool`] and [`HangUpTool`] are ready-made.

mod call_tools;
mod control;
mod execute;
mod function;
mod limits;
mod ready_made;
mod registry;
mod runner;
mod set;
mod spec;
#[cfg(test)]
mod tests;
mod tool;

pub use call_tools::CallTools;
pub use control::{CallControl, Transferred};
pub use function::{FnBuilder, FnTool};
pub use limits::ToolLimits;
pub use ready_made::{HangUpTool, TransferTool};
pub use registry::{BuiltTools, ToolRegistry};
pub use runner::{FunctionCall, Then, ToolAnswer, ToolRunner};
pub use set::ToolSet;
pub use tool::{Tool, ToolBuilder, ToolContext, ToolError};

/// A text of the agent's or the application's, short enough for an error.
fn bounded(text: &str) -> &str {
    crate::observe::log::cut(text, 200)
}
