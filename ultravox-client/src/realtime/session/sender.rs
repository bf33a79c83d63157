//! The sending side of a session.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use voice_core::error::{Error, ErrorKind};

use super::Shared;
use super::shared::over;
use crate::PROVIDER;
use crate::realtime::message::{
    ClientMessage, HangUp, OutputMedium, Ping, SetOutputMedium, ToolResult,
};
use crate::realtime::{PcmFrame, SessionStats, TrySendAudioError};

/// Sends messages and audio into a session; cheap to clone. It does not keep the session open.
///
/// A message counts as sent when it is queued; it leaves in order, and a session that breaks takes with it what is still
/// queued.
#[derive(Clone)]
pub struct SessionSender {
    shared: Arc<Shared>,
}

impl SessionSender {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Sends a message; waits while the queue (64 messages by default) is full.
    ///
    /// Cancel-safe: dropped before it is ready, nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] when the message breaks a rule the API states or is above the session's limit;
    /// [`ErrorKind::AlreadyExists`] for a second result of the same invocation; [`ErrorKind::Conflict`] when the session
    /// is over.
    pub async fn send(&self, message: &ClientMessage) -> Result<(), Error> {
        self.shared.send(message).await
    }

    /// Sends a text to the agent, as if the person had typed it; taken up soon.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub async fn text(&self, text: impl Into<String>) -> Result<(), Error> {
        self.send(&ClientMessage::text(text)).await
    }

    /// Puts words into the agent's mouth.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub async fn say(&self, content: impl Into<String>) -> Result<(), Error> {
        self.send(&ClientMessage::say(content)).await
    }

    /// Lets the agent speak or write from now on.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub async fn set_output_medium(&self, medium: OutputMedium) -> Result<(), Error> {
        self.send(&ClientMessage::SetOutputMedium(SetOutputMedium::new(
            medium,
        )))
        .await
    }

    /// Answers a client tool, in a session without [`ClientTools`](crate::realtime::ClientTools). A session that has them
    /// answers every invocation by itself: one of a tool they do not have, at once and as undefined.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub async fn tool_result(&self, result: ToolResult) -> Result<(), Error> {
        self.send(&ClientMessage::ClientToolResult(result)).await
    }

    /// Measures latency: the round trip is in [`SessionStats::latency`] when the pong is there.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub async fn ping(&self) -> Result<(), Error> {
        let now = self.shared.clock.now();
        let timestamp = self.shared.pings(|pings| pings.next(now));
        self.send(&ClientMessage::Ping(Ping::new(timestamp))).await
    }

    /// Ends the call. The server closes the connection then.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub async fn hang_up(&self) -> Result<(), Error> {
        self.send(&ClientMessage::hang_up()).await
    }

    /// Ends the call once the agent has said this.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub async fn hang_up_saying(&self, message: impl Into<String>) -> Result<(), Error> {
        self.send(&ClientMessage::HangUp(HangUp::new().message(message)))
            .await
    }

    /// Sends audio of any length: 20 ms of it leave every 20 ms. Waits while the queue (1 s by default) is full.
    ///
    /// When a frame is due and less than 20 ms are queued, silence fills it up; with
    /// [`Underflow::Nothing`](crate::realtime::Underflow::Nothing) the rest waits for more, or for
    /// [`flush_audio`](Self::flush_audio). Calls from several tasks come one after the other, each in one piece. Not cancel-safe: dropped before it is ready, the beginning of the audio may be queued.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for audio of another sample rate than the session's; [`ErrorKind::Conflict`] when the
    /// session is over.
    pub async fn send_audio(&self, audio: &PcmFrame) -> Result<(), Error> {
        match self.shared.audio.push(audio).await {
            Ok(()) => Ok(()),
            Err(TrySendAudioError::Form(error)) => {
                Err(Error::new(ErrorKind::InvalidInput, error.to_string())
                    .with_operation(PROVIDER, "realtime.send_audio")
                    .with_source(error))
            }
            Err(TrySendAudioError::Full | TrySendAudioError::Closed) => Err(over()),
        }
    }

    /// Sends audio if there is room for all of it. What is not taken is counted as dropped.
    ///
    /// # Errors
    /// [`TrySendAudioError`]; nothing was taken then.
    pub fn try_send_audio(&self, audio: &PcmFrame) -> Result<(), TrySendAudioError> {
        self.shared.audio.try_push(audio)
    }

    /// Lets the rest of the audio go out although it is not a whole frame; silence fills the frame up. Call it at the end
    /// of what is said: running out of audio then counts as no underrun.
    pub fn flush_audio(&self) {
        self.shared.audio.flush();
    }

    /// Throws away the audio that was not sent, and says how much that was.
    pub fn clear_audio(&self) -> Duration {
        self.shared.audio.clear()
    }

    /// How much audio waits to be sent.
    #[must_use]
    pub fn queued_audio(&self) -> Duration {
        self.shared.audio.queued()
    }

    /// What was done so far.
    #[must_use]
    pub fn stats(&self) -> SessionStats {
        self.shared.stats()
    }
}

impl fmt::Debug for SessionSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionSender")
            .field("queued_audio", &self.queued_audio())
            .finish_non_exhaustive()
    }
}
