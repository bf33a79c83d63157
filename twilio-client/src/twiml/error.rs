//! Why a document cannot be written.

use voice_core::error::{Error, ErrorKind};

use crate::error::ErrorCode;

/// Why TwiML is refused before Twilio sees it. It names elements and attributes, never their values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TwimlError {
    /// The name of an element or attribute is no XML name.
    #[error(
        "the name of an element or attribute must be letters, digits, '-', '_' or ':', beginning with a letter"
    )]
    Name,
    /// The document has more than 64 kB (error 11750 at Twilio).
    #[error("the document has {0} bytes; Twilio takes at most 65,536")]
    TooLarge(usize),
    /// The document has more than 4,000 characters and is to be given inline (error 32018 at Twilio).
    #[error("the document has {0} characters; inline TwiML may have at most 4,000")]
    TooLongInline(usize),
    /// A relative URL in a document given inline (error 15004 at Twilio).
    #[error("<{0}> has a relative URL, which inline TwiML cannot have")]
    RelativeInline(String),
    /// A `<Parameter>` whose name and value together have 500 characters or more.
    #[error(
        "a <Parameter> has {0} characters of name and value together; fewer than 500 are allowed"
    )]
    Parameter(usize),
    /// A stream URL that is not `wss://` (error 31922 at Twilio).
    #[error("a stream URL must be an absolute wss:// URL")]
    StreamScheme,
    /// A stream URL with a query or a fragment (error 31920 at Twilio).
    #[error("a stream URL has no query and no fragment; pass values with parameter(…)")]
    StreamQuery,
    /// A stream's `track` elsewhere than in a Start (error 31941 at Twilio).
    #[error("a stream has a track in <Start> only")]
    StreamTrack,
    /// A ConversationRelay URL that is not `wss://` (error 64101 at Twilio).
    #[error("a ConversationRelay URL must be an absolute wss:// URL")]
    RelayScheme,
    /// A setting of ConversationRelay beyond its range: `speechTimeout` is 600 to 5,000 ms or `auto`, `eotThreshold` 0.5
    /// to 0.9 (error 64101 at Twilio).
    #[error("{0} of a ConversationRelay is out of its range")]
    RelayRange(&'static str),
    /// A Conference together with other nouns (error 13000 at Twilio).
    #[error("a <Conference> stands alone in its <Dial>")]
    ConferenceMixed,
    /// More than ten nouns in a Dial, or addresses in a Sip (error 13250 at Twilio).
    #[error("<{element}> has {count} targets; at most 10 are allowed")]
    TooManyTargets {
        /// `Dial` or `Sip`.
        element: &'static str,
        /// How many there are.
        count: usize,
    },
    /// A label that is too long, has a `/`, or is a call SID (error 16023 at Twilio for participants, 32650 for tracks).
    #[error(
        "{0} may have at most 128 characters; a participant's has no '/' and is not a call SID"
    )]
    Label(&'static str),
    /// More than 500 hints (error 13330 at Twilio).
    #[error("there are {0} hints; at most 500 are allowed")]
    Hints(usize),
    /// Keys that are none (error 13222 at Twilio for `sendDigits`, 13310 for the `finishOnKey` of a Gather, 13430 for
    /// Play, 13613 for the `finishOnKey` of a Record).
    #[error("{attribute} of <{element}> has a character that is no key")]
    Keys {
        /// The element.
        element: &'static str,
        /// The attribute.
        attribute: &'static str,
    },
    /// More text than the voice takes (error 13521 at Twilio).
    #[error("<Say> has {size} bytes of text; its voice takes at most {limit}")]
    SayTooLong {
        /// How many there are.
        size: usize,
        /// How many the voice takes.
        limit: usize,
    },
    /// A URL of a Pay that is not `https`.
    #[error("{0} of <Pay> must be an https:// URL")]
    PayHttps(&'static str),
    /// The name of a SIP header is none (error 13252 at Twilio).
    #[error("the name of a SIP header must be letters, digits and '-'")]
    SipHeaderName,
    /// The value of a SIP header has a control character, which would begin another header.
    #[error("the value of a SIP header has a control character")]
    SipHeaderValue,
    /// A SIP header of more than 1,024 characters (error 13253 at Twilio).
    #[error("a SIP header has {0} characters; at most 1,024 are allowed")]
    SipHeaderTooLong(usize),
    /// A text that is not one well-formed `<Response>` (errors 12100 and 12102 at Twilio).
    #[error("the text is not one well-formed <Response>")]
    NotAResponse,
    /// Elements are nested more than 64 deep.
    #[error("elements are nested more than 64 deep")]
    TooDeep,
}

impl TwimlError {
    /// The error Twilio would answer with, where there is one for it.
    ///
    /// ```
    /// use twilio_client::twiml::{Stream, TwimlError};
    ///
    /// let refused = Stream::new("ws://media.example.com").err().and_then(|error| error.code());
    /// assert_eq!(refused.map(|code| code.get()), Some(31922));
    /// ```
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        Some(ErrorCode::new(match self {
            Self::TooLarge(_) => 11750,
            Self::TooLongInline(_) => 32018,
            Self::RelativeInline(_) => 15004,
            Self::StreamScheme => 31922,
            Self::StreamQuery => 31920,
            Self::StreamTrack => 31941,
            Self::RelayScheme | Self::RelayRange(_) => 64101,
            Self::ConferenceMixed => 13000,
            Self::TooManyTargets { .. } => 13250,
            Self::Label("participantLabel") => 16023,
            Self::Label(_) => 32650,
            Self::Hints(_) => 13330,
            Self::Keys {
                element: "Play", ..
            } => 13430,
            Self::Keys {
                element: "Record", ..
            } => 13613,
            Self::Keys {
                element: "Gather", ..
            } => 13310,
            Self::Keys { .. } => 13222,
            Self::SayTooLong { .. } => 13521,
            Self::SipHeaderName => 13252,
            Self::SipHeaderTooLong(_) => 13253,
            Self::Name | Self::NotAResponse => 12100,
            Self::Parameter(_) | Self::PayHttps(_) | Self::SipHeaderValue | Self::TooDeep => {
                return None;
            }
        }))
    }
}

impl From<TwimlError> for Error {
    fn from(error: TwimlError) -> Self {
        Self::new(ErrorKind::InvalidInput, format!("TwiML: {error}")).with_source(error)
    }
}
