//! Twilio's errors: the shapes of their bodies, and the codes in them.
//!
//! Every failure is a [`voice_core::error::Error`]; its [`hint`](Error::hint) comes from the table here, and
//! [`error_code`] (or [`TwilioErrorExt::twilio_code`]) gives its code typed.
//!
//! ```
//! use twilio_client::error::{ErrorCode, TwilioErrorExt};
//! use voice_core::error::{Error, ErrorKind};
//!
//! # fn handle(error: &Error) {
//! if error.twilio_code() == Some(ErrorCode::INVALID_CALL_STATE) {
//!     // The call was over before it could be changed.
//! }
//! # }
//! # handle(&Error::new(ErrorKind::Other, "x"));
//! ```

mod body;
#[cfg(test)]
mod body_tests;
mod code;
mod table;

use voice_core::error::Error;

use crate::client::PROVIDER;

pub(crate) use body::refusal;
pub use code::{Class, ErrorCode};

/// Twilio's code in an error; `None` when the error is not Twilio's or has no code.
#[must_use]
pub fn error_code(error: &Error) -> Option<ErrorCode> {
    if error.provider() != PROVIDER {
        return None;
    }
    error.code()?.parse().ok().map(ErrorCode::new)
}

/// Twilio's code as a method of the family's error.
pub trait TwilioErrorExt {
    /// The same as [`error_code`].
    fn twilio_code(&self) -> Option<ErrorCode>;
}

impl TwilioErrorExt for Error {
    fn twilio_code(&self) -> Option<ErrorCode> {
        error_code(self)
    }
}
