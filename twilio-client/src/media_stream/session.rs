//! One stream from its first message to its last, whatever carries the messages.

use std::fmt;

use voice_core::clock::{SharedClock, SystemClock};
use voice_core::ident::{CallSid, StreamSid};

use super::event::{
    Connected, OtherEvent, StreamDtmf, StreamEvent, StreamMedia, StreamStart, StreamStop,
};
use super::{
    CustomParameters, Interruption, MarkOutcome, Playback, StreamCommand, StreamError,
    StreamMessage,
};

/// What came, put in order.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Received {
    /// The socket is up; `start` follows.
    Connected(Connected),
    /// The stream has started: from now on audio can be sent. The session keeps it: [`StreamSession::start`].
    Started,
    /// 20 ms of the caller's voice.
    Media(StreamMedia),
    /// A key was pressed.
    Dtmf(StreamDtmf),
    /// A mark came back.
    Mark {
        /// Its name.
        name: String,
        /// Whether the audio before it was played.
        outcome: MarkOutcome,
    },
    /// The stream has stopped; Twilio closes the socket.
    Stopped(StreamStop),
    /// An event this version does not know. Go on.
    Other(OtherEvent),
}

/// Takes Twilio's text frames in and gives text frames out; any WebSocket library can carry them. See the
/// [module page](super).
///
/// It never holds a frame back: what a method returns is to be sent at once, in the order of the calls. Nothing is sent
/// twice or kept for later, so dropping a session loses nothing.
pub struct StreamSession {
    clock: SharedClock,
    start: Option<(StreamSid, Box<StreamStart>)>,
    has_stopped: bool,
    last_sequence: Option<u64>,
    missing: u64,
    playback: Playback,
}

impl Default for StreamSession {
    fn default() -> Self {
        Self::new()
    }
}

impl StreamSession {
    /// A stream that has not started.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(SystemClock::shared())
    }

    /// A stream that has not started, on a given clock.
    #[must_use]
    pub fn with_clock(clock: SharedClock) -> Self {
        Self {
            clock,
            start: None,
            has_stopped: false,
            last_sequence: None,
            missing: 0,
            playback: Playback::new(),
        }
    }

    /// Takes a text frame in.
    ///
    /// # Errors
    /// As for [`StreamMessage::parse`]; [`StreamError::OtherStream`] when it is of another stream than the one that
    /// started, or starts a second; and for a `start`, [`StreamError::Missing`] without a stream SID and
    /// [`StreamError::Format`] when the audio is not μ-law. The session is then as it was before: skip the frame and go
    /// on. A stream in another format is read with [`StreamMessage`] alone.
    pub fn receive(&mut self, text: &str) -> Result<Received, StreamError> {
        let message = StreamMessage::parse(text)?;
        if let (Some((own, _)), Some(named)) = (&self.start, &message.stream_sid)
            && own != named
        {
            return Err(StreamError::OtherStream);
        }
        let received = match message.event {
            StreamEvent::Connected(connected) => Received::Connected(connected),
            StreamEvent::Start(start) => {
                self.begin(message.stream_sid, start)?;
                Received::Started
            }
            StreamEvent::Media(media) => Received::Media(media),
            StreamEvent::Dtmf(dtmf) => Received::Dtmf(dtmf),
            StreamEvent::Mark(mark) => {
                let name = mark.name.ok_or(StreamError::Missing("mark.name"))?;
                let outcome = self.playback.echoed(&name);
                Received::Mark { name, outcome }
            }
            StreamEvent::Stop(stop) => {
                self.has_stopped = true;
                Received::Stopped(stop)
            }
            StreamEvent::Other(other) => Received::Other(other),
        };
        self.count(message.sequence);
        Ok(received)
    }

    fn begin(
        &mut self,
        outer: Option<StreamSid>,
        start: Box<StreamStart>,
    ) -> Result<(), StreamError> {
        if self.start.is_some() {
            return Err(StreamError::OtherStream);
        }
        let sid = start.stream_sid.or(outer);
        let sid = sid.ok_or(StreamError::Missing("streamSid"))?;
        if start
            .media_format
            .as_ref()
            .is_some_and(|format| !format.is_mulaw())
        {
            return Err(StreamError::Format);
        }
        self.start = Some((sid, start));
        Ok(())
    }

    fn count(&mut self, sequence: Option<u64>) {
        let Some(sequence) = sequence else { return };
        if let Some(last) = self.last_sequence {
            self.missing = self
                .missing
                .saturating_add(sequence.saturating_sub(last.saturating_add(1)));
        }
        self.last_sequence = self.last_sequence.max(Some(sequence));
    }

    /// Plays audio after what waits already: raw [μ-law](super::mulaw) of any length. Returns the frame to send.
    ///
    /// # Errors
    /// [`StreamError::NotStarted`], [`StreamError::Stopped`], [`StreamError::NoAudio`], [`StreamError::FileHeader`],
    /// [`StreamError::BufferFull`].
    pub fn play(&mut self, audio: &[u8]) -> Result<String, StreamError> {
        let stream = self.sendable()?;
        if audio.starts_with(b"RIFF") && audio.get(8..12) == Some(b"WAVE") {
            return Err(StreamError::FileHeader);
        }
        self.playback.sent_audio(audio.len(), self.clock.now())?;
        Ok(StreamCommand::media_text(&stream, audio))
    }

    /// Asks to be told when what was sent so far has been played. Returns the frame to send.
    ///
    /// # Errors
    /// [`StreamError::NotStarted`], [`StreamError::Stopped`], [`StreamError::MarkName`], [`StreamError::TooManyMarks`].
    pub fn mark(&mut self, name: impl Into<String>) -> Result<String, StreamError> {
        let stream = self.sendable()?;
        let command = StreamCommand::Mark(name.into());
        let text = command.to_text(&stream);
        if let StreamCommand::Mark(name) = command {
            self.playback.sent_mark(name)?;
        }
        Ok(text)
    }

    /// Throws away what waits. Returns the frame to send, and what the person did not hear.
    ///
    /// # Errors
    /// [`StreamError::NotStarted`], [`StreamError::Stopped`].
    pub fn clear(&mut self) -> Result<(String, Interruption), StreamError> {
        let stream = self.sendable()?;
        let interruption = self.playback.cleared(self.clock.now());
        Ok((StreamCommand::Clear.to_text(&stream), interruption))
    }

    /// As [`clear`](Self::clear), but only when something is being played: what to do when the caller begins to speak.
    ///
    /// # Errors
    /// [`StreamError::NotStarted`], [`StreamError::Stopped`].
    pub fn interrupt(&mut self) -> Result<Option<(String, Interruption)>, StreamError> {
        self.sendable()?;
        if self.playback.is_playing(self.clock.now()) {
            self.clear().map(Some)
        } else {
            Ok(None)
        }
    }

    fn sendable(&self) -> Result<StreamSid, StreamError> {
        match &self.start {
            None => Err(StreamError::NotStarted),
            Some(_) if self.has_stopped => Err(StreamError::Stopped),
            Some((stream, _)) => Ok(*stream),
        }
    }

    /// The stream, once it has started.
    #[must_use]
    pub fn stream_sid(&self) -> Option<StreamSid> {
        self.start.as_ref().map(|(stream, _)| *stream)
    }

    /// What `start` said.
    #[must_use]
    pub fn start(&self) -> Option<&StreamStart> {
        self.start.as_ref().map(|(_, start)| &**start)
    }

    /// The call, once the stream has started.
    #[must_use]
    pub fn call_sid(&self) -> Option<CallSid> {
        self.start().and_then(|start| start.call_sid)
    }

    /// A `<Parameter>` of the TwiML.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.start()
            .and_then(|start| start.custom_parameters.as_ref())
            .and_then(|parameters: &CustomParameters| parameters.get(name))
    }

    /// Whether `stop` came. A socket that closes without it was lost, and is not connected again.
    #[must_use]
    pub fn has_stopped(&self) -> bool {
        self.has_stopped
    }

    /// How many messages never arrived or could not be read, by their sequence numbers.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.missing
    }

    /// What was sent and not played yet.
    #[must_use]
    pub fn playback(&self) -> &Playback {
        &self.playback
    }

    /// Whether something is being played now.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.playback.is_playing(self.clock.now())
    }
}

impl fmt::Debug for StreamSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamSession")
            .field("start", &self.start())
            .field("has_stopped", &self.has_stopped)
            .field("missing", &self.missing)
            .field("playback", &self.playback)
            .finish_non_exhaustive()
    }
}
