//! Session objects: how a call is accepted, what a client secret is for, what `session.update` changes, and what the
//! server tells about a session.
//!
//! [`Session`] speaks; [`TranscriptionSession`] only listens; [`TranslationSession`] interprets. The same type goes both
//! ways. Ranges are checked by `check` before anything is sent; what is read is never refused.
//!
//! ```
//! use openai_calls::session::{AudioInput, FunctionTool, Session, TurnDetection};
//! use serde_json::json;
//!
//! let session = Session::new("You answer the phone of a bakery.")
//!     .voice("marin")
//!     .input(AudioInput::new().turn_detection(TurnDetection::semantic()))
//!     .tool(FunctionTool::new("opening_hours", "When the shop is open.", json!({"type": "object"})));
//! session.check()?;
//! assert_eq!(serde_json::to_value(&session)?["model"], "gpt-realtime-2.1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accept;
mod audio;
mod check;
mod limit;
mod mcp;
mod model;
mod prompt;
mod realtime;
mod tool;
mod tool_choice;
mod tracing;
mod transcription;
mod translation;
mod turn;
mod voice;

pub use crate::wire::{JsonMap, Setting};
pub use audio::{
    AudioFormat, AudioInput, AudioOutput, G711Format, NoiseReduction, NoiseReductionType,
    PcmFormat, SessionAudio,
};
pub use limit::{MaxOutputTokens, RetentionRatio, TokenLimits, Truncation};
pub use mcp::{
    AllowedTools, ApprovalFilter, Connector, McpTool, RequireApproval, ToolCaller, ToolFilter,
};
pub use model::{DEFAULT_MODEL, Include, Model, OutputModality, Reasoning, ReasoningEffort};
pub use prompt::PromptTemplate;
pub use realtime::{AnySession, Session};
pub use tool::{FunctionTool, Tool};
pub use tool_choice::{ForcedFunction, ForcedMcp, ToolChoice};
pub use tracing::{Tracing, TracingDetails};
pub use transcription::{
    Transcription, TranscriptionAudio, TranscriptionDelay, TranscriptionModel, TranscriptionSession,
};
pub use translation::{
    SessionType, TranslationAudio, TranslationInput, TranslationOutput, TranslationSession,
};
pub use turn::{Eagerness, SemanticVad, ServerVad, TurnDetection};
pub use voice::{CustomVoice, Voice, VoiceName};

pub(crate) use check::Problems;
