//! What Twilio is told. On two-way streams only: a stream under `<Start>` just listens.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Map, Value};
use voice_core::ident::StreamSid;

use super::StreamError;

/// One message to Twilio.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamCommand {
    /// Play this audio after what is waiting: raw [μ-law](super::mulaw), any length, no file header.
    Media(Vec<u8>),
    /// Send this name back when the audio before it was played.
    Mark(String),
    /// Throw away what is waiting, and send the marks in it back at once.
    Clear,
}

impl StreamCommand {
    /// The text frame to send.
    ///
    /// ```
    /// use twilio_client::media_stream::StreamCommand;
    /// use voice_core::ident::StreamSid;
    ///
    /// let stream = StreamSid::parse(concat!("MZ", "00112233445566778899aabbccddeeff"))?;
    /// let text = StreamCommand::Mark("greeting".to_owned()).to_text(&stream);
    /// assert_eq!(text, format!(r#"{{"event":"mark","streamSid":"{stream}","mark":{{"name":"greeting"}}}}"#));
    /// # Ok::<(), voice_core::ident::IdentError>(())
    /// ```
    #[must_use]
    pub fn to_text(&self, stream: &StreamSid) -> String {
        match self {
            Self::Media(audio) => Self::media_text(stream, audio),
            Self::Mark(name) => Frame {
                event: "mark",
                stream_sid: stream.as_str(),
                media: None,
                mark: Some(Mark { name }),
            }
            .text(),
            Self::Clear => Frame {
                event: "clear",
                stream_sid: stream.as_str(),
                media: None,
                mark: None,
            }
            .text(),
        }
    }

    /// The text frame that plays `audio`, without taking it.
    pub(super) fn media_text(stream: &StreamSid, audio: &[u8]) -> String {
        Frame {
            event: "media",
            stream_sid: stream.as_str(),
            media: Some(Media {
                payload: STANDARD.encode(audio),
            }),
            mark: None,
        }
        .text()
    }

    /// Reads a text frame as strictly as Twilio does (31951), for simulators: the stream it names, and what to do.
    ///
    /// # Errors
    /// [`StreamError::NotJson`], [`StreamError::Missing`] for a field that is missing, of another form or too many, and
    /// [`StreamError::Payload`].
    pub fn parse(text: &str) -> Result<(StreamSid, Self), StreamError> {
        let mut map: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| StreamError::NotJson)?;
        let event = taken_text(&mut map, "event")?;
        let stream = taken_text(&mut map, "streamSid")?;
        let stream = StreamSid::parse(&stream).map_err(|_| StreamError::Missing("streamSid"))?;
        let command = match event.as_str() {
            "media" => {
                let payload = only_text(&mut map, "media", "payload")?;
                let audio = STANDARD.decode(payload).map_err(|_| StreamError::Payload)?;
                Self::Media(audio)
            }
            "mark" => Self::Mark(only_text(&mut map, "mark", "name")?),
            "clear" => Self::Clear,
            _ => return Err(StreamError::Missing("event")),
        };
        if map.is_empty() {
            Ok((stream, command))
        } else {
            Err(StreamError::Missing("form without further fields"))
        }
    }
}

fn taken_text(map: &mut Map<String, Value>, name: &'static str) -> Result<String, StreamError> {
    match map.remove(name) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(StreamError::Missing(name)),
    }
}

/// The one text in an object.
fn only_text(
    map: &mut Map<String, Value>,
    object: &'static str,
    name: &'static str,
) -> Result<String, StreamError> {
    match map.remove(object) {
        Some(Value::Object(mut inner)) if inner.len() == 1 => taken_text(&mut inner, name),
        _ => Err(StreamError::Missing(object)),
    }
}

#[derive(Serialize)]
struct Frame<'a> {
    event: &'static str,
    #[serde(rename = "streamSid")]
    stream_sid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<Media>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<Mark<'a>>,
}

#[derive(Serialize)]
struct Media {
    payload: String,
}

#[derive(Serialize)]
struct Mark<'a> {
    name: &'a str,
}

impl Frame<'_> {
    fn text(&self) -> String {
        // Texts only: nothing in it can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl fmt::Debug for StreamCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Media(audio) => write!(f, "Media({} bytes)", audio.len()),
            Self::Mark(name) => f.debug_tuple("Mark").field(name).finish(),
            Self::Clear => f.write_str("Clear"),
        }
    }
}
