//! How a session is to be.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use voice_core::clock::{SharedClock, SystemClock};
use voice_core::error::Error;

use super::{ClientTools, PcmFormat, Underflow};
use crate::types::WebSocketMedium;

/// The longest queue of messages or events: channels have a limit of their own, and panic above it.
const LONGEST_QUEUE: usize = 1 << 20;

/// What becomes of audio that arrives faster than events are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SlowReader {
    /// Nothing more is read until there is room: the server's own buffer fills up. Client tools wait as well. The
    /// default: nothing is lost here.
    #[default]
    Wait,
    /// Audio that finds no room is dropped and counted; messages are waited for.
    DropAudio,
}

/// How a session is to be. The sample rates must be those of the call's medium.
///
/// ```
/// use std::time::Duration;
/// use ultravox_client::realtime::{PcmFormat, SessionOptions, Underflow};
///
/// let options = SessionOptions::new(PcmFormat::HZ_16000)
///     .output(PcmFormat::HZ_24000)
///     .underflow(Underflow::Nothing)
///     .audio_queue(Duration::from_secs(5));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct SessionOptions {
    pub(super) input: PcmFormat,
    pub(super) output: PcmFormat,
    pub(super) underflow: Underflow,
    pub(super) audio_queue: Duration,
    pub(super) message_queue: usize,
    pub(super) event_queue: usize,
    pub(super) slow_reader: SlowReader,
    pub(super) max_message_bytes: usize,
    pub(super) connect_timeout: Duration,
    pub(super) close_timeout: Duration,
    pub(super) keep_alive: Duration,
    pub(super) silence_limit: Duration,
    pub(super) experimental_messages: Vec<String>,
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) tools: Option<Arc<ClientTools>>,
    pub(super) clock: SharedClock,
}

impl SessionOptions {
    /// The defaults, with audio of this form both ways.
    #[must_use]
    pub fn new(format: PcmFormat) -> Self {
        Self {
            input: format,
            output: format,
            underflow: Underflow::default(),
            audio_queue: Duration::from_secs(1),
            message_queue: 64,
            event_queue: 256,
            slow_reader: SlowReader::default(),
            max_message_bytes: 1024 * 1024,
            connect_timeout: Duration::from_secs(10),
            close_timeout: Duration::from_secs(2),
            keep_alive: Duration::from_secs(10),
            silence_limit: Duration::from_secs(30),
            experimental_messages: Vec::new(),
            roots: Vec::new(),
            tools: None,
            clock: SystemClock::shared(),
        }
    }

    /// The defaults, with the sample rates of a medium.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) when the medium has none, or one that is
    /// none of 8,000, 16,000, 24,000 and 48,000 Hz.
    pub fn of_medium(medium: &WebSocketMedium) -> Result<Self, Error> {
        let format = |field: &str, rate: Option<i32>| {
            let rate = rate.ok_or_else(|| Error::invalid_input(field, "is not set"))?;
            PcmFormat::new(u32::try_from(rate).unwrap_or_default())
                .map_err(|error| Error::invalid_input(field, error.to_string()))
        };
        let input = format("inputSampleRate", medium.input_sample_rate)?;
        let output = match medium.output_sample_rate {
            Some(rate) => format("outputSampleRate", Some(rate))?,
            None => input,
        };
        Ok(Self::new(input).output(output))
    }

    /// The agent's audio has this form; as what is sent by default.
    #[must_use]
    pub fn output(mut self, format: PcmFormat) -> Self {
        self.output = format;
        self
    }

    /// What is sent when there is no audio to send; silence by default.
    #[must_use]
    pub fn underflow(mut self, underflow: Underflow) -> Self {
        self.underflow = underflow;
        self
    }

    /// How much audio may wait to be sent; 1 s by default, 20 ms at least.
    #[must_use]
    pub fn audio_queue(mut self, length: Duration) -> Self {
        self.audio_queue = length;
        self
    }

    /// How many messages may wait to be sent; 64 by default, 1 to 1,048,576.
    #[must_use]
    pub fn message_queue(mut self, messages: usize) -> Self {
        self.message_queue = messages.clamp(1, LONGEST_QUEUE);
        self
    }

    /// How many events may wait to be taken; 256 by default, which is some 5 s of audio; 1 to 1,048,576.
    #[must_use]
    pub fn event_queue(mut self, events: usize) -> Self {
        self.event_queue = events.clamp(1, LONGEST_QUEUE);
        self
    }

    /// What becomes of audio that arrives faster than events are taken; it waits by default.
    #[must_use]
    pub fn slow_reader(mut self, policy: SlowReader) -> Self {
        self.slow_reader = policy;
        self
    }

    /// The longest message either way, in bytes; 1 MiB by default, 1 KiB at least. A longer one of the server's ends the
    /// session.
    #[must_use]
    pub fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.max_message_bytes = bytes.max(1024);
        self
    }

    /// Longest time for name, TCP, TLS and upgrade together; 10 s by default.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long the server's side of a close is waited for; 2 s by default.
    #[must_use]
    pub fn close_timeout(mut self, limit: Duration) -> Self {
        self.close_timeout = limit;
        self
    }

    /// How often the connection is pinged; every 10 s by default, 100 ms at least.
    #[must_use]
    pub fn keep_alive(mut self, every: Duration) -> Self {
        self.keep_alive = every.max(Duration::from_millis(100));
        self
    }

    /// How long nothing at all may come from the server, not even the answer to a ping, until the session ends as
    /// [`Unresponsive`](super::CloseReason::Unresponsive); 30 s by default. Time in which events are not taken does not
    /// count.
    #[must_use]
    pub fn silence_limit(mut self, limit: Duration) -> Self {
        self.silence_limit = limit;
        self
    }

    /// Messages without a promise to ask for, by the names the vendor gives them.
    #[must_use]
    pub fn experimental_messages(
        mut self,
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.experimental_messages = names.into_iter().map(Into::into).collect();
        self
    }

    /// Trusts one more root certificate (PEM, possibly several in one text), as an inspecting proxy needs it. There is no
    /// switch to turn certificate checks off.
    #[must_use]
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// The tools that run here. With them every invocation is answered by the session, one of a tool that is not among
    /// them as undefined. Without, invocations are only events, and their results are the caller's to send.
    #[must_use]
    pub fn tools(mut self, tools: ClientTools) -> Self {
        self.tools = Some(Arc::new(tools));
        self
    }

    /// The clock that paces, times out and measures.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }
}

impl fmt::Debug for SessionOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionOptions")
            .field("input", &self.input)
            .field("output", &self.output)
            .field("underflow", &self.underflow)
            .field("audio_queue", &self.audio_queue)
            .field("event_queue", &self.event_queue)
            .field("slow_reader", &self.slow_reader)
            .field("max_message_bytes", &self.max_message_bytes)
            .field("extra_roots", &self.roots.len())
            .field("tools", &self.tools)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_of_any_length_can_be_asked_for() {
        for length in [0, 1, usize::MAX] {
            let options = SessionOptions::new(PcmFormat::HZ_8000)
                .event_queue(length)
                .message_queue(length);
            let (events, _taken) = tokio::sync::mpsc::channel::<()>(options.event_queue);
            let (messages, _taken) = tokio::sync::mpsc::channel::<()>(options.message_queue);
            let lengths = (events.max_capacity(), messages.max_capacity());
            assert_eq!(lengths, (options.event_queue, options.message_queue));
        }
    }

    #[test]
    fn rates_come_from_the_medium() {
        let medium = WebSocketMedium::new(16_000).output_sample_rate(24_000);
        let options = SessionOptions::of_medium(&medium).unwrap();
        assert_eq!(
            (options.input, options.output),
            (PcmFormat::HZ_16000, PcmFormat::HZ_24000)
        );
        let same = SessionOptions::of_medium(&WebSocketMedium::new(8_000)).unwrap();
        assert_eq!(same.output, PcmFormat::HZ_8000);
        for wrong in [WebSocketMedium::new(11_025), WebSocketMedium::new(-1)] {
            assert!(SessionOptions::of_medium(&wrong).is_err());
        }
    }
}
