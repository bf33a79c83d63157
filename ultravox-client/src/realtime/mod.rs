//! Live sessions: a call with the `serverWebSocket` medium, joined from here.
//!
//! A server WebSocket carries audio as binary frames (PCM, signed 16 bits, one channel, 20 ms every 20 ms) and
//! [messages](message) as text. [`RealtimeSession`] gives what comes as [`Event`]s; its [`SessionSender`]s send, with
//! audio paced and queues bounded; [`ClientTools`] run here when the agent calls them.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use std::time::Duration;
//! use serde_json::json;
//! use ultravox_client::realtime::message::ServerMessage;
//! use ultravox_client::realtime::{
//!     ClientTools, Event, PcmFormat, PcmFrame, RealtimeSession, SessionOptions, ToolCall, Transcripts,
//! };
//! # use ultravox_client::testkit::realtime::{RealtimeSim, Script};
//! # let sim = RealtimeSim::start().await?;
//! # let script = Script::new().say("Your order?").invoke_tool("lookup_order", [("orderId", "4711")]).hang_up();
//! # let join_url = sim.call("5e000000-0000-4000-8000-000000000001", script)?;
//!
//! let tools = ClientTools::new()
//!     .tool("lookup_order", |_: ToolCall| async { Ok(json!({"status": "shipped"})) })?;
//! let options = SessionOptions::new(PcmFormat::HZ_16000).tools(tools);
//! let mut session = RealtimeSession::connect(&join_url, options).await?; // from call.join_url()?
//!
//! let speech = PcmFrame::silence(PcmFormat::HZ_16000, Duration::from_millis(100));
//! session.sender().send_audio(&speech).await?; // leaves in real time
//!
//! let mut said = Transcripts::new();
//! while let Some(event) = session.next_event().await {
//!     match event? {
//!         Event::Message(ServerMessage::Transcript(part)) => drop(said.add(&part)),
//!         Event::Closed(end) => end.into_result()?,
//!         _ => {}
//!     }
//! }
//! assert_eq!(said.iter().next().map(|line| line.text.as_str()), Some("Your order?"));
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is bounded
//!
//! | what | default | when it is full |
//! |---|---|---|
//! | audio to send | 1 s | [`send_audio`](SessionSender::send_audio) waits, [`try_send_audio`](SessionSender::try_send_audio) refuses |
//! | messages to send | 64 | [`send`](SessionSender::send) waits |
//! | events | 256 | [`SlowReader`]: nothing more is read, or audio is dropped |
//! | a message, either way | 1 MiB | refused; one of the server's ends the session |
//! | tools at a time | 8, and 64 that wait | reported to the agent as failed |
//!
//! # Cancel-safety
//!
//! [`next_event`](RealtimeSession::next_event) and [`send`](SessionSender::send) lose nothing when dropped.
//! [`send_audio`](SessionSender::send_audio) may leave the beginning of its audio queued. [`connect`](RealtimeSession::connect)
//! closes what it opened; the server may count the call as joined then. A session that is dropped says goodbye in the
//! background.

mod audio;
mod connect;
mod end;
mod event;
pub mod message;
mod options;
mod session;
mod tools;
mod transcripts;

pub use audio::{
    FRAME, PcmError, PcmFormat, PcmFrame, PlaybackBuffer, TrySendAudioError, Underflow,
};
pub use end::{CloseReason, SessionEnd};
pub use event::{Event, SessionStats};
pub use options::{SessionOptions, SlowReader};
pub use session::{RealtimeSession, SessionSender};
pub use tools::{
    ClientToolError, ClientTools, TOOL_TIMEOUT, TOOL_TIMEOUT_MAX, ToolCall, ToolError, ToolOutcome,
    ToolReply, ToolRun,
};
pub use transcripts::{Transcripts, Utterance};

/// The name of a session in errors.
pub(crate) const OPERATION: &str = "realtime.session";
