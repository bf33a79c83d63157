//! Why a document cannot be written.

use voice_core::error::{Error, ErrorKind};

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
    /// A text that is not one well-formed `<Response>` (errors 12100 and 12102 at Twilio).
    #[error("the text is not one well-formed <Response>")]
    NotAResponse,
    /// Elements are nested more than 64 deep.
    #[error("elements are nested more than 64 deep")]
    TooDeep,
}

impl From<TwimlError> for Error {
    fn from(error: TwimlError) -> Self {
        Self::new(ErrorKind::InvalidInput, format!("TwiML: {error}")).with_source(error)
    }
}
