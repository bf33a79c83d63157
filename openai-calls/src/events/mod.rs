//! What a client says to a session and what it hears of it: all events of the Realtime API, typed.
//!
//! [`ClientEvent`] has the 11 a client may send, [`ServerEvent`] the 46 a server may. Both are open: an event of another
//! `type` is kept whole as `Unknown`. A server event needs nothing but its `type`; every other field is optional, and one
//! that has not the documented form is kept in `extra` under its own name instead of ending the stream.
//!
//! The id of a function call ([`FunctionCallId`]) and the id of a telephone call ([`CallId`]) are different types, though
//! the API calls both `call_id`:
//!
//! ```compile_fail,E0277
//! use openai_calls::events::{CallId, ClientEvent};
//!
//! let call = CallId::new("rtc_1").unwrap();
//! let answer = ClientEvent::function_output(call, "nine to five");
//! ```
//!
//! `Debug` shows no text, no transcript, no instructions, no arguments and no audio.
//!
//! ```
//! use openai_calls::events::{ClientEvent, ServerEvent};
//!
//! let text = r#"{"type": "response.function_call_arguments.done", "call_id": "fc_1", "name": "hours", "arguments": "{}"}"#;
//! let ServerEvent::FunctionCallArgumentsDone(call) = ServerEvent::parse(text)? else {
//!     return Err("another event".into());
//! };
//! let answer = ClientEvent::function_output(call.call_id.ok_or("no id")?, "nine to five");
//! assert_eq!(
//!     serde_json::to_value(&answer)?,
//!     serde_json::json!({
//!         "type": "conversation.item.create",
//!         "item": {"type": "function_call_output", "call_id": "fc_1", "output": "nine to five"},
//!     })
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audio;
mod client;
mod error;
mod id;
mod item;
mod response;
mod server;
mod usage;

pub use voice_core::provider::CallId;

pub use audio::{AudioData, AudioError};
pub use client::{
    AppendAudio, CancelResponse, ClientEvent, CreateItem, CreateResponse, NameItem, PlainCommand,
    TruncateItem, UpdateSession,
};
pub use error::{ApiError, EventError};
pub use id::{ConversationId, EventId, FunctionCallId, ItemId, ResponseId};
pub use item::{
    ContentPart, ContentType, FunctionCall, FunctionCallOutput, ImageDetail, Item, ItemStatus,
    McpApprovalRequest, McpApprovalResponse, McpCall, McpError, McpExecutionError, McpHttpError,
    McpListTools, McpProtocolError, McpToolInfo, Message, MessageRole,
};
pub use response::{
    ConversationMode, RealtimeResponse, ResponseAudio, ResponseParams, ResponseStatus,
    StatusDetails, StatusReason,
};
pub use server::{
    AudioDelta, AudioDone, ContentPartEvent, Conversation, ConversationCreated, DtmfEvent,
    ErrorEvent, FunctionArgumentsDelta, FunctionArgumentsDone, InputCommitted, ItemEvent,
    ItemReference, ItemTruncated, LogProb, McpArgumentsDelta, McpArgumentsDone, McpCallEvent,
    OutputBufferEvent, OutputItemEvent, PlainEvent, RateLimitsUpdated, ResponseEvent, ServerEvent,
    SessionEvent, SpeechStarted, SpeechStopped, TextDelta, TextDone, TimeoutTriggered,
    TranscriptDone, TranscriptionCompleted, TranscriptionFailed, TranscriptionLanguage,
    TranscriptionPartial, TranscriptionSegment,
};
pub use usage::{
    InputTokens, RateLimit, RateLimitName, ResponseUsage, TokensByKind, TranscriptionDuration,
    TranscriptionTokens, TranscriptionUsage,
};

/// An event that may have an id.
pub(crate) trait Identified {
    /// The id.
    fn id(&self) -> Option<&EventId>;
}

impl<T: Identified> Identified for Box<T> {
    fn id(&self) -> Option<&EventId> {
        (**self).id()
    }
}

/// One direction's events: an open enum that knows the id of what it holds.
macro_rules! events {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$about:meta])* $variant:ident($ty:ty) => $wire:literal, )*
        }
    ) => {
        $crate::wire::tagged! {
            $(#[$meta])*
            $name {
                $( $(#[$about])* $variant($ty) => $wire, )*
            }
        }

        impl $name {
            /// The event's own id.
            #[must_use]
            pub fn event_id(&self) -> Option<&str> {
                match self {
                    $( Self::$variant(event) => {
                        $crate::events::Identified::id(event).map($crate::events::EventId::as_str)
                    } )*
                    Self::Unknown { raw, .. } => {
                        raw.get("event_id").and_then(serde_json::Value::as_str)
                    }
                }
            }
        }
    };
}

use events;
