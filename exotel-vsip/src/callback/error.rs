//! Why a callback is refused.

use voice_core::error::{Error, ErrorKind};

/// Why a callback is refused. Nothing of its content is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// It comes from an address that may not call.
    #[error("the callback comes from an address that is not allowed")]
    Source,
    /// The token that is expected in the URL is missing or another one.
    #[error("the callback's URL does not have the expected token")]
    Token,
    /// More than 64 KiB.
    #[error("the callback is larger than 64 KiB")]
    TooLarge,
    /// Neither JSON nor a form.
    #[error("the callback is neither JSON nor a form")]
    ContentType,
    /// It is not what its content type says.
    #[error("the callback's body cannot be read")]
    Malformed,
    /// It does not say which call it is about.
    #[error("the callback has no valid CallSid")]
    NoCall,
}

impl CallbackError {
    /// The HTTP status to answer with. Exotel repeats what is not answered 2xx.
    #[must_use]
    pub const fn suggested_status(&self) -> u16 {
        match self {
            Self::Source => 403,
            Self::Token => 401,
            Self::TooLarge => 413,
            Self::ContentType => 415,
            Self::Malformed | Self::NoCall => 400,
        }
    }

    /// Cause and remedy.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Source => {
                "Not from Exotel, its addresses have changed, or a proxy stands between: see CallbackSources::behind"
            }
            Self::Token => {
                "Not from Exotel, a rotated token, or a proxy that drops the query: give calls the URL that CallbackReceiver::url makes"
            }
            Self::TooLarge | Self::ContentType | Self::Malformed | Self::NoCall => {
                "Exotel may have changed its format, or something else posts to this URL; keep the raw body"
            }
        }
    }
}

impl From<CallbackError> for Error {
    fn from(error: CallbackError) -> Self {
        Self::new(ErrorKind::Webhook, error.to_string())
            .with_hint(error.hint())
            .with_source(error)
    }
}
