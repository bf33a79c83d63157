//! What came from a client.

use std::time::{Duration, Instant};

use crate::realtime::message::{ClientMessage, ToolResult};
use crate::types::EndReason;

/// What came from the client of one call.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Seen {
    /// Connections that were tried, refused ones too.
    pub connections: usize,
    /// The query of the last one, without the question mark.
    pub query: String,
    /// The messages, in order.
    pub messages: Vec<ClientMessage>,
    /// Text frames that are no messages.
    pub unreadable: usize,
    /// The audio.
    pub audio: SeenAudio,
    /// Pings of the connection's.
    pub pings: usize,
    /// The client's close code.
    pub close_code: Option<u16>,
    /// How the call ended, once it has.
    pub ended: Option<EndReason>,
}

impl Seen {
    /// The results of tools, in order.
    pub fn tool_results(&self) -> impl Iterator<Item = &ToolResult> {
        self.messages.iter().filter_map(|message| match message {
            ClientMessage::ClientToolResult(result)
            | ClientMessage::DataConnectionToolResult(result) => Some(result),
            _ => None,
        })
    }

    /// Whether a message of this type came.
    #[must_use]
    pub fn has(&self, kind: &str) -> bool {
        self.messages.iter().any(|message| message.kind() == kind)
    }
}

/// The audio that came, and how evenly.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SeenAudio {
    /// Frames.
    pub frames: usize,
    /// Frames that are nothing but silence.
    pub silent_frames: usize,
    /// Bytes in all.
    pub bytes: usize,
    /// The largest frame, in bytes.
    pub largest: usize,
    /// The longest time between two frames.
    pub longest_gap: Duration,
    /// How far the audio was ahead of real time at most, counted from the first frame.
    pub most_ahead: Duration,
    /// From the first frame to the last.
    pub span: Duration,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl SeenAudio {
    /// Notes a frame that came now; `before` is how long the audio before it plays.
    pub(super) fn note(&mut self, bytes: &[u8], before: Duration, now: Instant) {
        let first = *self.first.get_or_insert(now);
        self.span = now.saturating_duration_since(first);
        self.most_ahead = self.most_ahead.max(before.saturating_sub(self.span));
        let gap = self
            .last
            .map_or(Duration::ZERO, |last| now.saturating_duration_since(last));
        self.longest_gap = self.longest_gap.max(gap);
        self.last = Some(now);
        self.frames += 1;
        self.silent_frames += usize::from(bytes.iter().all(|byte| *byte == 0));
        self.bytes += bytes.len();
        self.largest = self.largest.max(bytes.len());
    }
}
