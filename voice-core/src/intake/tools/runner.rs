//! [`ToolRunner`]: every function call of the agent gets exactly one answer.

use std::fmt;

use async_trait::async_trait;

/// Answers the agent's function calls; it never fails, since the agent must hear something.
#[async_trait]
pub trait ToolRunner: fmt::Debug + Send + Sync {
    /// Runs one and says what the agent is to hear.
    async fn run(&self, call: FunctionCall) -> ToolAnswer;
}

/// A function call as the agent made it. Its id is the function call's, not the telephone call's.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionCall {
    /// The function call's id.
    pub id: String,
    /// Which function.
    pub name: String,
    /// The arguments as the agent wrote them: JSON, if all is well.
    pub arguments: String,
}

impl FunctionCall {
    /// A function call.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            arguments: arguments.into(),
        }
    }
}

/// The arguments are personal.
impl fmt::Debug for FunctionCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionCall")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("arguments_bytes", &self.arguments.len())
            .finish()
    }
}

/// What the agent hears of a function call.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolAnswer {
    /// The text for the agent.
    pub output: String,
    /// What the agent does with it.
    pub then: Then,
}

/// What the agent does once it has the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Then {
    /// Goes on speaking.
    #[default]
    Speak,
    /// Waits: the call is being handed on or ended, and words would be cut off.
    Wait,
}

impl ToolAnswer {
    /// A text after which the agent goes on.
    pub fn new(output: impl Into<String>) -> Self {
        Self {
            output: output.into(),
            then: Then::Speak,
        }
    }

    /// The same, but the agent waits.
    #[must_use]
    pub const fn and_wait(mut self) -> Self {
        self.then = Then::Wait;
        self
    }
}

/// The output is personal.
impl fmt::Debug for ToolAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolAnswer")
            .field("output_bytes", &self.output.len())
            .field("then", &self.then)
            .finish()
    }
}
