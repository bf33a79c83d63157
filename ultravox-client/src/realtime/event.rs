//! What happens in a session, as its reader sees it.

use std::time::Duration;

use super::message::ServerMessage;
use super::{PcmFrame, SessionEnd, ToolRun};

/// What happens in a session.
///
/// `Debug` shows no audio, no transcript and no tool parameters.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The server says something. Invocations of tools show up here as well; in a session with
    /// [client tools](super::ClientTools) these are at work already, and answer by themselves.
    Message(ServerMessage),
    /// Audio of the agent.
    Audio(PcmFrame),
    /// A client tool is done, and its result was queued to be sent.
    ToolFinished(ToolRun),
    /// The session is over. Always the last.
    Closed(SessionEnd),
}

/// What a session has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionStats {
    /// Frames of 20 ms with audio that were sent.
    pub frames_sent: u64,
    /// Frames of silence that were sent because there was no audio.
    pub silent_frames_sent: u64,
    /// How often the audio to send ran out without a flush.
    pub underruns: u64,
    /// Audio that was thrown away instead of sent: it found the queue full, or the queue was cleared.
    pub audio_dropped: Duration,
    /// Audio that was received.
    pub audio_received: Duration,
    /// Audio that was received and dropped because events were not taken, see
    /// [`SlowReader::DropAudio`](super::SlowReader::DropAudio).
    pub received_dropped: Duration,
    /// Messages that were sent.
    pub messages_sent: u64,
    /// Messages that were received.
    pub messages_received: u64,
    /// Messages and frames of audio that were received and cannot be read.
    pub unreadable: u64,
    /// Invocations of tools that came a second time and were left alone.
    pub repeated_invocations: u64,
    /// The last round trip of a [`ping`](super::SessionSender::ping): through the server's own code.
    pub latency: Option<Duration>,
    /// The last round trip of the connection's own ping.
    pub connection_latency: Option<Duration>,
}
