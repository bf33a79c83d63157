//! TwiML: what a call does.
//!
//! A document is a [`Response`] of verbs, built from typed values and written once, checked:
//!
//! ```
//! use twilio_client::twiml::{Dial, Response, Say};
//! use voice_core::ident::E164;
//!
//! let response = Response::new()
//!     .with(Say::new("Connecting you to Smith & Sons."))
//!     .with(Dial::number(E164::parse("+14155550123")?));
//! assert_eq!(
//!     response.to_twiml()?.as_str(),
//!     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>\
//!      <Say>Connecting you to Smith &amp; Sons.</Say><Dial>+14155550123</Dial></Response>"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Verbs, nouns, attributes
//! Every verb of TwiML for voice is a type with a setter for each of its attributes; [`ELEMENTS`] is the table of them
//! (`<Assistant>`, which the vendor has withdrawn, is left to the escape hatch). What Twilio does not allow in an element
//! does not compile ([`Within`]):
//!
//! ```compile_fail
//! use twilio_client::twiml::{Dial, Say};
//!
//! let wrong = Dial::new().with(Say::new("Hello")); // error 13215 at Twilio
//! ```
//!
//! Values are typed too: durations for seconds and milliseconds, [`Toggle`](crate::types::Toggle) for what is on or off,
//! [`Link`] for URLs, open enums for words. A word that is too new for this version is written as it is:
//!
//! ```
//! use std::time::Duration;
//! use twilio_client::twiml::{Dial, Number, Response, RingTone};
//! use twilio_client::types::{CallEvent, Toggle};
//! use voice_core::ident::E164;
//!
//! let number = Number::new(E164::parse("+14155550123")?)
//!     .status_callback_event([CallEvent::Ringing, CallEvent::Answered]);
//! let dial = Dial::new()
//!     .with(number)
//!     .timeout(Duration::from_secs(20))
//!     .answer_on_bridge(Toggle::On)
//!     .ring_tone(RingTone::from("mars"));
//! let document = Response::new().with(dial).to_twiml()?;
//! assert!(document.as_str().contains(r#"<Dial timeout="20" answerOnBridge="true" ringTone="mars">"#));
//! assert!(document.as_str().contains(r#"<Number statusCallbackEvent="ringing answered">"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is checked
//! - Text and attributes are escaped. Characters XML forbids (most control characters) are **dropped**, so that a name
//!   from a database never makes a caller hear "an application error has occurred".
//! - [`Response::to_twiml`] is for webhook answers: at most 64 kB (error 11750). [`Response::to_inline`] is for call
//!   creation and updates: at most 4,000 characters (32018), and no relative URLs, which have nothing to be relative to
//!   (15004).
//! - [`Stream`] URLs are `wss://` without a query (31920, 31922); values travel as [`Stream::parameter`]. An agent's
//!   [`JoinUrl`](voice_core::provider::JoinUrl) is taken as it is.
//! - Limits of single elements: a Conference stands alone (13000), texts, labels, hints, keys and SIP headers have their
//!   sizes and forms. [`TwimlError`] lists them, each with its code.
//!
//! What Twilio takes and hardly anybody means, such as a verb after a Redirect, is told by [`Response::warnings`].
//!
//! In tests compare [`XmlTree`]s, not bytes: the order of attributes means nothing.
//!
//! # Escape hatch
//! Every element takes any attribute by [`attribute`](Say::attribute), any element by [`element`](Say::element) and
//! comments by [`comment`](Say::comment). [`Element`] stands for any element, with any children and text, and may stand
//! anywhere: what Twilio adds tomorrow can be written today.

mod attribute;
mod check;
mod conference;
mod connect;
mod conversation;
mod dial;
mod document;
mod element;
mod error;
mod gather;
mod language;
mod link;
mod lint;
mod macros;
mod nest;
mod open_text;
mod parameter;
mod pay;
mod payment;
mod queue;
mod record;
mod relay;
mod ring_tone;
mod sip;
pub mod ssml;
mod start;
mod stream;
mod table;
mod values;
mod verbs;
mod words;
mod write;

pub use crate::xml::{XmlError, XmlTree};
pub use attribute::AttributeText;
pub use conference::Conference;
pub use connect::{AiSession, Autopilot, Connect, ConversationRelaySession, Room, VirtualAgent};
pub use conversation::{Conversation, ConversationEvent};
pub use dial::{Application, ApplicationSid, Client, Dial, Identity, Number, Sim, WhatsApp};
pub use document::{InlineTwiml, Response, Twiml};
pub use element::Element;
pub use error::TwimlError;
pub use gather::Gather;
pub use language::LanguageTag;
pub use link::{Link, LinkError};
pub use lint::Warning;
pub use nest::{AttributeKind, AttributeSpec, ElementSpec, Within};
pub use parameter::{Config, Parameter};
pub use pay::{Pay, Prompt};
pub use payment::{
    BankAccountType, CardType, PayInput, PaymentMethod, PostalCode, PromptError, PromptFor,
    TokenType,
};
pub use queue::{Enqueue, Queue, Task};
pub use record::{Record, Recording};
pub use relay::{ConversationRelay, Language};
pub use ring_tone::RingTone;
pub use sip::{Header, Headers, Refer, ReferSip, Sip, Uri};
pub use start::{Siprec, Start, Stop, Transcription};
pub use stream::Stream;
pub use table::ELEMENTS;
pub use values::{Hints, RelaySpeechTimeout, SpeechTimeout, Voice};
pub use verbs::{Echo, Hangup, Leave, Pause, Play, Redirect, Reject, Say, Sms};
pub use words::{
    ConferenceBeep, ConferenceEvent, ConferenceRecord, ConferenceRegion, ConversationRecord,
    DialEvent, DialRecord, GatherInput, InterruptSensitivity, Interruptible, JitterBufferSize,
    RejectReason, SpeechModel, Track, TranscriptionEngine,
};
