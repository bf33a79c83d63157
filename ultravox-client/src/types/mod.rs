//! The objects of the API that are sent and received alike, and the values they are made of.
//!
//! Agents and calls themselves are in [`agents`](crate::agents) and [`calls`](crate::calls), where requests and answers
//! are types of their own. What stands here goes both ways: media, voices, tools, voice activity detection, greetings,
//! data connections, messages.
//!
//! Every field is optional: the schema grew all through 2026, and what an answer lacks must not make it unreadable.
//! Setters have the names of the fields. Numbers that the schema calls `int32` are `i32`.

mod callbacks;
mod clearable;
mod data;
mod date;
mod duration;
mod file;
mod id;
mod int64;
mod json;
mod medium;
mod message;
mod speech;
mod time;
mod tool;
mod tool_access;
mod voice;
mod word;

pub use callbacks::{Callback, Callbacks};
pub use clearable::Clearable;
pub use data::{DataConnection, DataConnectionAudio, DataMessages};
pub use date::UvDate;
pub use duration::{DurationError, UvDuration};
pub use file::{MOST_BYTES, UploadFile};
pub use id::{
    BatchId, CorpusId, DocumentId, SipRegistrationId, SourceId, StageId, ThrottleId, ToolId,
    VoiceId, WebhookId,
};
pub use int64::Int64;
pub use medium::{
    CallMedium, DtmfHandling, DtmfMessage, ExotelMedium, OutgoingCall, SipIncoming, SipMedium,
    SipOutgoing, TelephonyMedium, WebRtcMedium, WebSocketMedium,
};
pub use message::{CallTimespan, Message};
pub use speech::{
    AgentGreeting, FallbackGreeting, FirstSpeaker, TimedMessage, UserGreeting, VadSettings,
};
pub use time::{TimeError, TimeOfDay, UvTime};
pub use tool::{
    AutomaticParameter, ClientTool, DataConnectionTool, DynamicParameter, HttpTool, SelectedTool,
    StaticParameter, StaticResponse, ToolDefinition, ToolOverrides,
};
pub use tool_access::{
    ApiKeyRequirement, CallTokenRequirement, HttpAuthRequirement, SecurityOptions,
    SecurityRequirement, SecurityRequirements, ToolRequirements,
};
pub use voice::{
    CartesiaGeneration, CartesiaVoice, ElevenLabsVoice, ExternalVoice, GenericVoice, GoogleVoice,
    InworldVoice, LmntVoice, PronunciationDictionary, RespeecherVoice,
};
pub use voice_core::wire::{JsonMap, Secret};
pub use word::{
    AgentReaction, BillingStatus, ChannelMode, EndBehavior, EndReason, FirstSpeakerWord,
    JsonByteEncoding, KnownParameter, MessageMedium, MessageRole, Ownership, ParameterLocation,
    RetentionPolicy, Severity, SipTermination, StoredRetentionPolicy, Urgency, VoiceBillingStyle,
};

pub(crate) use json::{WithRaw, from_only, only_key, single};
pub(crate) use voice_core::wire::{NotShown, Shown};
