//! ConversationRelay: a call as text over a WebSocket.
//!
//! TwiML's `<Connect><ConversationRelay url="wss://…">` lets Twilio dial a socket of yours. Twilio turns the caller's
//! speech into text, and your text into speech. This module holds the messages of both sides and depends on no WebSocket
//! library: [`RelaySession`] takes text frames in and gives text frames out.
//!
//! ```
//! use twilio_client::conversation_relay::{RelayError, RelayEvent, RelaySession};
//!
//! /// What to send after a text frame came.
//! fn answer(session: &mut RelaySession, text: &str) -> Result<Vec<String>, RelayError> {
//!     Ok(match session.receive(text)? {
//!         // Tokens may be sent as a language model makes them; the last one says that it is the last.
//!         RelayEvent::Prompt(prompt) => {
//!             vec![session.say("You said: ")?, session.finish(&prompt.text)?]
//!         }
//!         RelayEvent::Dtmf(_) => vec![session.end(Some("pressed a key"))?],
//!         _ => Vec::new(),
//!     })
//! }
//!
//! let mut session = RelaySession::new();
//! answer(&mut session, r#"{"type":"setup","callStatus":"RINGING","customParameters":{"team":"sales"}}"#)?;
//! assert_eq!(session.parameter("team"), Some("sales"));
//!
//! let frames = answer(&mut session, r#"{"type":"prompt","voicePrompt":"Good morning","lang":"en-US","last":true}"#)?;
//! assert_eq!(frames[0], r#"{"last":false,"token":"You said: ","type":"text"}"#);
//!
//! // The caller breaks in: a conversation's history is to hold only what was heard.
//! let interrupt = r#"{"type":"interrupt","utteranceUntilInterrupt":"You said:","durationUntilInterruptMs":"420"}"#;
//! let RelayEvent::Interrupted(stopped) = session.receive(interrupt)? else { unreachable!() };
//! assert_eq!((stopped.heard.as_str(), stopped.unheard.as_deref()), ("You said:", Some(" Good morning")));
//! # Ok::<(), RelayError>(())
//! ```
//!
//! The upgrade carries `X-Twilio-Signature`, which is checked as for [media streams](crate::media_stream).
//!
//! # What to know
//! - Twilio drops a frame it does not understand (64107) and closes the socket after ten of them in a row (64105, close
//!   code 1007). What [`RelayCommand`] writes is what it documents, checked when it is built.
//! - A socket that is lost without [`end`](RelaySession::end) is not connected again, and the call fails, unless the
//!   `action` of `<Connect>` answers with a new `<ConversationRelay>`.
//! - The data given to `end` arrives at that `action` as `HandoffData`.
//! - Whether Twilio keeps text that was not spoken yet after an interruption is not documented: stop generating, and keep
//!   of the turn what was [heard](RelayInterruption::heard).

mod command;
mod message;
mod session;

#[cfg(test)]
mod tests;

use voice_core::error::{Error, ErrorKind};

pub use crate::media_stream::CustomParameters;
pub use command::{LanguageSwitch, PlayMedia, RelayCommand, RelayDigits, TextToken};
pub use message::{
    InfoName, OtherRelayMessage, RelayDtmf, RelayFault, RelayInfo, RelayInterrupt, RelayMessage,
    RelayPrompt, RelaySetup,
};
pub use session::{PartialPrompts, Prompt, RelayEvent, RelayInterruption, RelaySession};

/// The longest message that is read, in bytes. Twilio's longest is what somebody says without a pause.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;

/// Why a message cannot be read, or must not be sent. Nothing of its content is in it.
///
/// None of them ends the session: skip the frame and go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RelayError {
    /// Longer than [`MAX_MESSAGE_BYTES`], alone or with the parts before it.
    #[error("a message of {0} bytes is too long")]
    TooLong(usize),
    /// Not a JSON object.
    #[error("the message is no JSON object")]
    NotJson,
    /// A field without which the message means nothing is missing or of another form.
    #[error("the message has no usable {0}")]
    Missing(&'static str),
    /// Digits are `0` to `9`, `w` (wait half a second), `#` and `*`, and there is at least one.
    #[error("digits are one or more of 0-9, w, # and *")]
    Digits,
    /// The source of media is an `http` or `https` URL.
    #[error("media is played from an http or https URL")]
    Source,
    /// Media is played 0 (as often as possible, up to 1,000) to 1,000 times.
    #[error("media is played 0 to 1000 times, not {0}")]
    Loop(u32),
    /// A language is named by a tag such as `en-US`.
    #[error("a language is a tag such as en-US")]
    Language,
    /// Nothing can be sent any more: the session was ended.
    #[error("the session was ended")]
    Ended,
}

impl From<RelayError> for Error {
    fn from(error: RelayError) -> Self {
        Self::new(ErrorKind::InvalidInput, error.to_string()).with_source(error)
    }
}
