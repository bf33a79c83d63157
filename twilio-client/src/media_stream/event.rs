//! What can happen on a stream, with what belongs to it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use voice_core::ident::{AccountSid, CallSid, StreamSid};

use super::{CustomParameters, StreamError, mulaw};
use crate::types::{Numeric, read, resource, unreadable};

voice_core::open_enum! {
    /// Whose voice it is.
    pub enum Track {
        /// The caller's: what comes into Twilio.
        Inbound = "inbound",
        /// What the caller hears.
        Outbound = "outbound",
    }
}

/// What happened on a stream. Open: an event that is not known here is kept whole.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum StreamEvent {
    /// The socket is up. Nothing can be sent yet.
    Connected(Connected),
    /// The stream has started: which call, which parameters, which audio.
    Start(Box<StreamStart>),
    /// 20 ms of audio.
    Media(StreamMedia),
    /// A key was pressed. On two-way streams only.
    Dtmf(StreamDtmf),
    /// A mark was reached, or flushed by `clear`.
    Mark(StreamMark),
    /// The stream has stopped: the call was hung up or the TwiML went on.
    Stop(StreamStop),
    /// An event this version does not know.
    Other(OtherEvent),
}

resource! {
    /// The socket is up.
    Connected {
        /// `Call`.
        protocol: String,
        /// `1.0.0`.
        version: String,
    }
}

resource! {
    /// The stream has started.
    StreamStart {
        /// The stream.
        stream_sid as "streamSid": StreamSid,
        /// The account.
        account_sid as "accountSid": AccountSid,
        /// The call.
        call_sid as "callSid": CallSid,
        /// Whose voices are sent.
        tracks: Vec<Track>,
        /// The `<Parameter>`s of the TwiML.
        custom_parameters as "customParameters": CustomParameters,
        /// The form of the audio.
        media_format as "mediaFormat": MediaFormat,
    }
}

resource! {
    /// The form of a stream's audio.
    MediaFormat {
        /// `audio/x-mulaw`.
        encoding: String,
        /// In Hz; 8000.
        sample_rate as "sampleRate": Numeric,
        /// 1.
        channels: Numeric,
    }
}

impl MediaFormat {
    /// Whether it is μ-law at 8,000 Hz with one channel, which is all Twilio documents. What is not said counts as that.
    #[must_use]
    pub fn is_mulaw(&self) -> bool {
        let number = |number: &Option<Numeric>, expected: u64| {
            number
                .as_ref()
                .is_none_or(|number| number.to_f64() == Some(expected as f64))
        };
        self.encoding
            .as_deref()
            .is_none_or(|encoding| encoding == "audio/x-mulaw")
            && number(&self.sample_rate, u64::from(mulaw::SAMPLE_RATE))
            && number(&self.channels, 1)
            && !["encoding", "sampleRate", "channels"]
                .iter()
                .any(|name| self.extra.contains_key(*name))
    }
}

/// Audio. `Debug` shows how much, not what.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct StreamMedia {
    /// Whose voice.
    pub track: Option<Track>,
    /// Counts the chunks of the track, from 1.
    pub chunk: Option<u64>,
    /// Since the start of the stream, in milliseconds.
    pub timestamp_ms: Option<u64>,
    /// The audio; raw [μ-law](mulaw) unless `start` said otherwise.
    pub audio: Vec<u8>,
    /// Whatever else came.
    pub extra: Map<String, Value>,
}

resource! {
    /// A key that was pressed. Personal, perhaps secret.
    StreamDtmf {
        /// Whose.
        track: String,
        /// `0` to `9`, `*`, `#`, `A` to `D`.
        digit: String => secret,
    }
}

resource! {
    /// A mark that came back: the audio before it was played, **or thrown away by `clear`**.
    StreamMark {
        /// The name it was sent with.
        name: String,
    }
}

resource! {
    /// The stream has stopped.
    StreamStop {
        /// The account.
        account_sid as "accountSid": AccountSid,
        /// The call.
        call_sid as "callSid": CallSid,
    }
}

/// An event this version does not know. `Debug` shows its name and the names of its fields.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct OtherEvent {
    /// Its name.
    pub event: String,
    /// The whole message, as it came.
    pub message: Map<String, Value>,
}

impl StreamMedia {
    /// Audio of a track, for simulators and tests.
    #[must_use]
    pub fn new(track: Track, chunk: u64, timestamp_ms: u64, audio: Vec<u8>) -> Self {
        Self {
            track: Some(track),
            chunk: Some(chunk),
            timestamp_ms: Some(timestamp_ms),
            audio,
            extra: Map::new(),
        }
    }

    pub(super) fn from_map(mut map: Map<String, Value>) -> Result<Self, StreamError> {
        let audio = match map.remove("payload") {
            Some(Value::String(text)) => STANDARD.decode(text).map_err(|_| StreamError::Payload)?,
            _ => return Err(StreamError::Missing("payload")),
        };
        let mut number = |name| read::<Numeric>(&mut map, name).and_then(|number| number.to_u64());
        Ok(Self {
            chunk: number("chunk"),
            timestamp_ms: number("timestamp"),
            track: read(&mut map, "track"),
            audio,
            extra: map,
        })
    }

    pub(super) fn to_map(&self) -> Map<String, Value> {
        let mut map = self.extra.clone();
        if let Some(track) = &self.track {
            map.insert("track".to_owned(), json!(track));
        }
        for (name, number) in [("chunk", self.chunk), ("timestamp", self.timestamp_ms)] {
            if let Some(number) = number {
                map.insert(name.to_owned(), number.to_string().into());
            }
        }
        map.insert("payload".to_owned(), STANDARD.encode(&self.audio).into());
        map
    }
}

impl fmt::Debug for StreamMedia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamMedia")
            .field("track", &self.track)
            .field("chunk", &self.chunk)
            .field("timestamp_ms", &self.timestamp_ms)
            .field("bytes", &self.audio.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OtherEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtherEvent")
            .field("event", &self.event)
            .field("fields", &unreadable(&self.message))
            .finish()
    }
}
