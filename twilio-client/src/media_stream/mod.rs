//! Media Streams: the audio of a call over a WebSocket.
//!
//! TwiML's `<Connect><Stream url="wss://…">` ([`Connect::stream`](crate::twiml::Connect::stream)) lets Twilio dial a
//! socket of yours. It sends the caller's voice as it is spoken, and plays what it is sent. This module holds the messages
//! of both sides and the audio in them, and depends on no WebSocket library: [`StreamSession`] takes text frames in and
//! gives text frames out.
//!
//! ```
//! use twilio_client::media_stream::{Received, StreamError, StreamSession};
//!
//! /// What to send after a text frame came. A bot that echoes, and falls silent when a key is pressed.
//! fn answer(session: &mut StreamSession, text: &str) -> Result<Vec<String>, StreamError> {
//!     Ok(match session.receive(text)? {
//!         Received::Media(media) => vec![session.play(&media.audio)?],
//!         Received::Dtmf(_) => session.interrupt()?.into_iter().map(|(frame, _)| frame).collect(),
//!         _ => Vec::new(),
//!     })
//! }
//!
//! let mut session = StreamSession::new();
//! let sid = concat!("MZ", "00112233445566778899aabbccddeeff");
//! answer(&mut session, r#"{"event":"connected","protocol":"Call","version":"1.0.0"}"#)?;
//! answer(&mut session, &format!(
//!     r#"{{"event":"start","sequenceNumber":"1","streamSid":"{sid}","start":{{"streamSid":"{sid}",
//!        "customParameters":{{"language":"en"}},
//!        "mediaFormat":{{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1}}}}}}"#
//! ))?;
//! assert_eq!(session.parameter("language"), Some("en"));
//! let frames = answer(&mut session, &format!(
//!     r#"{{"event":"media","sequenceNumber":"2","streamSid":"{sid}","media":{{"payload":"fn5+"}}}}"#
//! ))?;
//! assert_eq!(frames, [format!(r#"{{"event":"media","streamSid":"{sid}","media":{{"payload":"fn5+"}}}}"#)]);
//!
//! // A frame that cannot be read is skipped, and the stream goes on.
//! assert_eq!(answer(&mut session, "?"), Err(StreamError::NotJson));
//! # Ok::<(), StreamError>(())
//! ```
//!
//! # Is it Twilio?
//! The upgrade carries `X-Twilio-Signature`, made over the `wss://` URL exactly as it stands in the TwiML. Check it
//! **before** accepting, with the URL from your configuration and not from `Host`:
//!
//! ```
//! use http::{HeaderMap, Method};
//! use twilio_client::webhook::SignatureValidator;
//! use voice_core::webhook::{WebhookError, WebhookRequest};
//!
//! fn may_upgrade(validator: &SignatureValidator, headers: &HeaderMap) -> Result<(), WebhookError> {
//!     let request = WebhookRequest::new(&Method::GET, "wss://voice.example.com/media", headers, b"");
//!     validator.check(&request).map(drop)
//! }
//! # let validator = SignatureValidator::new("0123456789abcdef0123456789abcdef").unwrap();
//! # assert!(may_upgrade(&validator, &HeaderMap::new()).is_err());
//! ```
//!
//! Such a URL has no query (31920); values travel as `<Parameter>`s and arrive in `start`.
//!
//! # Playing, marks and interruption
//! Audio is queued at Twilio and played in order, so a whole answer may be sent as fast as it is made. A
//! [`mark`](StreamSession::mark) comes back when the audio before it was played. When the caller speaks up,
//! [`interrupt`](StreamSession::interrupt) throws away what waits; the marks in it then come back at once, so an echo
//! alone does not prove that something was heard: [`MarkOutcome`] tells the two apart.
//!
//! # Audio
//! [`mulaw`] converts between μ-law and linear samples, cuts frames and makes silence.
//!
//! # Limits
//!
//! | limit | value | here |
//! |---|---|---|
//! | unplayed audio at Twilio | about 10 minutes (31931) | [`StreamError::BufferFull`] beyond [`MAX_BUFFERED`] |
//! | frames | text, JSON, known fields (31950, 31951) | [`StreamCommand`] writes no others |
//! | two-way streams of a call | one | – |
//! | message from Twilio | not documented | [`StreamError::TooLong`] beyond [`MAX_MESSAGE_BYTES`] |
//!
//! Twilio does not connect a lost socket again. Closing it ends `<Connect>`, and the next verb of the TwiML runs.

mod command;
mod error;
mod event;
mod message;
pub mod mulaw;
mod parameters;
mod playback;
mod session;

#[cfg(test)]
mod tests;

pub use command::StreamCommand;
pub use error::StreamError;
pub use event::{
    Connected, MediaFormat, OtherEvent, StreamDtmf, StreamEvent, StreamMark, StreamMedia,
    StreamStart, StreamStop, Track,
};
pub use message::StreamMessage;
pub use parameters::CustomParameters;
pub use playback::{Interruption, MAX_BUFFERED, MAX_PENDING_MARKS, MarkOutcome, Playback};
pub use session::{Received, StreamSession};

/// The longest message that is read, in bytes. Twilio's are far shorter: 20 ms of audio are 216 characters.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;
