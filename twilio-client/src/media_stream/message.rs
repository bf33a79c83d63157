//! The messages Twilio sends, read and written.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use voice_core::ident::StreamSid;

use super::event::{OtherEvent, StreamEvent, StreamMedia};
use super::{MAX_MESSAGE_BYTES, StreamError};
use crate::types::{Numeric, read, unreadable};

/// One message from Twilio: an event, and where it stands among the others.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct StreamMessage {
    /// Counts the stream's messages, from 1 at `start`; `connected` has none.
    pub sequence: Option<u64>,
    /// The stream; `connected` has none.
    pub stream_sid: Option<StreamSid>,
    /// What happened.
    pub event: StreamEvent,
    /// Whatever else came beside it.
    pub extra: Map<String, Value>,
}

impl StreamMessage {
    /// Reads a text frame.
    ///
    /// # Errors
    /// [`StreamError::TooLong`] beyond [`MAX_MESSAGE_BYTES`], [`StreamError::NotJson`], [`StreamError::Missing`] without
    /// an `event` or without the object of a known event, [`StreamError::Payload`] when audio is not base64.
    pub fn parse(text: &str) -> Result<Self, StreamError> {
        if text.len() > MAX_MESSAGE_BYTES {
            return Err(StreamError::TooLong(text.len()));
        }
        let mut map: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| StreamError::NotJson)?;
        let name: String = match map.get("event") {
            Some(Value::String(name)) => name.clone(),
            _ => return Err(StreamError::Missing("event")),
        };
        let sequence = |map: &mut Map<String, Value>| {
            let number = Numeric::deserialize(map.get("sequenceNumber")?).ok()?;
            let number = number.to_u64()?;
            map.remove("sequenceNumber");
            Some(number)
        };
        let event = match name.as_str() {
            "connected" => {
                let known = ["protocol", "version"]
                    .into_iter()
                    .filter_map(|name| map.remove_entry(name));
                let known: Map<String, Value> = known.collect();
                StreamEvent::Connected(known.into())
            }
            "start" => StreamEvent::Start(Box::new(inner(&mut map, "start")?.into())),
            "media" => StreamEvent::Media(StreamMedia::from_map(inner(&mut map, "media")?)?),
            "dtmf" => StreamEvent::Dtmf(inner(&mut map, "dtmf")?.into()),
            "mark" => StreamEvent::Mark(inner(&mut map, "mark")?.into()),
            "stop" => StreamEvent::Stop(inner(&mut map, "stop")?.into()),
            _ => {
                let mut aside = map.clone();
                return Ok(Self {
                    sequence: sequence(&mut aside),
                    stream_sid: read(&mut aside, "streamSid"),
                    event: StreamEvent::Other(OtherEvent {
                        event: name,
                        message: map,
                    }),
                    extra: Map::new(),
                });
            }
        };
        map.remove("event");
        Ok(Self {
            sequence: sequence(&mut map),
            stream_sid: read(&mut map, "streamSid"),
            event,
            extra: map,
        })
    }

    /// A message, for simulators and tests.
    #[must_use]
    pub fn new(sequence: Option<u64>, stream: Option<StreamSid>, event: StreamEvent) -> Self {
        Self {
            sequence,
            stream_sid: stream,
            event,
            extra: Map::new(),
        }
    }

    /// The text frame Twilio would send: numbers as texts, as it writes them.
    #[must_use]
    pub fn to_text(&self) -> String {
        let (name, value) = match &self.event {
            // The only one whose properties stand beside its name.
            StreamEvent::Connected(connected) => ("connected", object(connected)),
            StreamEvent::Other(other) => return Value::Object(other.message.clone()).to_string(),
            StreamEvent::Start(start) => ("start", object(start)),
            StreamEvent::Media(media) => ("media", media.to_map()),
            StreamEvent::Dtmf(dtmf) => ("dtmf", object(dtmf)),
            StreamEvent::Mark(mark) => ("mark", object(mark)),
            StreamEvent::Stop(stop) => ("stop", object(stop)),
        };
        let mut map = self.extra.clone();
        map.insert("event".to_owned(), name.into());
        if let Some(sequence) = self.sequence {
            map.insert("sequenceNumber".to_owned(), sequence.to_string().into());
        }
        if let Some(stream) = &self.stream_sid {
            map.insert("streamSid".to_owned(), stream.as_str().into());
        }
        if matches!(self.event, StreamEvent::Connected(_)) {
            map.extend(value);
        } else {
            map.insert(name.to_owned(), Value::Object(value));
        }
        Value::Object(map).to_string()
    }
}

fn object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn inner(
    map: &mut Map<String, Value>,
    name: &'static str,
) -> Result<Map<String, Value>, StreamError> {
    match map.remove(name) {
        Some(Value::Object(inner)) => Ok(inner),
        _ => Err(StreamError::Missing(name)),
    }
}

impl fmt::Debug for StreamMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamMessage")
            .field("sequence", &self.sequence)
            .field("stream_sid", &self.stream_sid)
            .field("event", &self.event)
            .field("extra", &unreadable(&self.extra))
            .finish()
    }
}
