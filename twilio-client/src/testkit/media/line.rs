//! The line to the caller's ear: audio and marks that wait, and what was heard of them.

use std::collections::VecDeque;
use std::fmt;

use voice_core::ident::StreamSid;

use crate::error::ErrorCode;
use crate::media_stream::{MAX_BUFFERED, StreamCommand, StreamError, mulaw};

/// Stream: media discarded.
const DISCARDED: ErrorCode = ErrorCode::new(31931);
/// Stream: malformed message.
const MALFORMED: ErrorCode = ErrorCode::new(31950);
/// Stream: invalid message.
const INVALID: ErrorCode = ErrorCode::new(31951);

/// What came from the application, and what the caller heard of it.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct StreamHeard {
    /// Every command that was understood, in order.
    pub commands: Vec<StreamCommand>,
    /// The audio that was played, without the pauses between.
    pub audio: Vec<u8>,
    /// How many bytes `clear` threw away.
    pub cleared: usize,
    /// The marks that were returned, in order.
    pub marks: Vec<String>,
    /// What Twilio would have reported: 31931, 31950, 31951.
    pub warnings: Vec<ErrorCode>,
}

impl StreamHeard {
    /// How many `clear`s came.
    #[must_use]
    pub fn clears(&self) -> usize {
        self.commands
            .iter()
            .filter(|command| **command == StreamCommand::Clear)
            .count()
    }
}

impl fmt::Debug for StreamHeard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamHeard")
            .field("commands", &self.commands.len())
            .field("audio", &mulaw::duration_of(self.audio.len()))
            .field("cleared", &mulaw::duration_of(self.cleared))
            .field("marks", &self.marks)
            .field("warnings", &self.warnings)
            .finish()
    }
}

enum Waiting {
    Audio(VecDeque<u8>),
    Mark(String),
}

/// What waits, and what was heard.
#[derive(Default)]
pub(super) struct Line {
    waiting: VecDeque<Waiting>,
    buffered: usize,
    /// Marks to be returned.
    returned: VecDeque<String>,
    pub(super) heard: StreamHeard,
}

impl Line {
    /// A text frame of the application.
    pub(super) fn take_in(&mut self, text: &str, own: Option<StreamSid>) {
        let command = match StreamCommand::parse(text) {
            Ok((stream, command)) if Some(stream) == own => command,
            Err(StreamError::NotJson) => return self.warn(MALFORMED),
            Ok(_) | Err(_) => return self.warn(INVALID),
        };
        self.heard.commands.push(command.clone());
        match command {
            StreamCommand::Media(audio) => {
                if mulaw::duration_of(self.buffered.saturating_add(audio.len())) > MAX_BUFFERED {
                    return self.warn(DISCARDED);
                }
                self.buffered += audio.len();
                self.waiting.push_back(Waiting::Audio(audio.into()));
            }
            StreamCommand::Mark(name) => self.waiting.push_back(Waiting::Mark(name)),
            StreamCommand::Clear => {
                self.heard.cleared += std::mem::take(&mut self.buffered);
                for waiting in std::mem::take(&mut self.waiting) {
                    if let Waiting::Mark(name) = waiting {
                        self.returned.push_back(name);
                    }
                }
            }
        }
    }

    /// A binary frame of the application.
    pub(super) fn take_in_binary(&mut self) {
        self.warn(MALFORMED);
    }

    fn warn(&mut self, code: ErrorCode) {
        self.heard.warnings.push(code);
    }

    /// Another 20 ms are heard.
    pub(super) fn play_frame(&mut self) {
        let mut room = mulaw::FRAME_BYTES;
        while let Some(first) = self.waiting.pop_front() {
            match first {
                Waiting::Mark(name) => self.returned.push_back(name),
                Waiting::Audio(mut audio) => {
                    let length = room.min(audio.len());
                    self.heard.audio.extend(audio.drain(..length));
                    self.buffered = self.buffered.saturating_sub(length);
                    room -= length;
                    if !audio.is_empty() {
                        self.waiting.push_front(Waiting::Audio(audio));
                        return;
                    }
                }
            }
        }
    }

    /// The next mark to be returned.
    pub(super) fn returned(&mut self) -> Option<String> {
        let name = self.returned.pop_front()?;
        self.heard.marks.push(name.clone());
        Some(name)
    }
}
