//! What answers the agent's function calls.

use std::fmt;

use async_trait::async_trait;

use crate::events::FunctionCallId;

/// Answers the agent's function calls. It cannot fail, since the agent must hear something; a panic is answered as a
/// failure.
///
/// With the feature `intake`, `voice_core::intake::tools::ToolRunner`s are served by
/// [`SidebandSessions`](super::SidebandSessions).
#[async_trait]
pub trait AnswerFunctions: fmt::Debug + Send + Sync + 'static {
    /// Runs one function and says what the agent is to hear. Several may run at a time.
    async fn answer(&self, call: FunctionRequest) -> FunctionAnswer;
}

/// A function call, as the agent made it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionRequest {
    /// The function call's id, which is not the telephone call's.
    pub id: FunctionCallId,
    /// Which function.
    pub name: String,
    /// The arguments as the agent wrote them: JSON, if all is well.
    pub arguments: String,
}

impl FunctionRequest {
    /// A function call.
    pub fn new(
        id: impl Into<FunctionCallId>,
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
impl fmt::Debug for FunctionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionRequest")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("arguments_bytes", &self.arguments.len())
            .finish()
    }
}

/// What the agent hears of a function call.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionAnswer {
    /// The text.
    pub output: String,
    /// What the agent does with it.
    pub then: AfterAnswer,
}

/// What the agent does once it has all answers it asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AfterAnswer {
    /// Goes on speaking.
    #[default]
    Speak,
    /// Waits: the call is being handed on or ended, and words would be cut off.
    Wait,
}

impl FunctionAnswer {
    /// A text after which the agent goes on.
    pub fn new(output: impl Into<String>) -> Self {
        Self {
            output: output.into(),
            then: AfterAnswer::Speak,
        }
    }

    /// The same, but the agent waits. One such answer is enough to keep it from speaking on all it asked for at a time.
    #[must_use]
    pub const fn and_wait(mut self) -> Self {
        self.then = AfterAnswer::Wait;
        self
    }
}

/// The output is personal.
impl fmt::Debug for FunctionAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionAnswer")
            .field("output_bytes", &self.output.len())
            .field("then", &self.then)
            .finish()
    }
}
