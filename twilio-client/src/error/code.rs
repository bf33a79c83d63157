//! Twilio's error codes, typed and open.

use std::fmt;

use voice_core::error::ErrorKind;

use super::table;

/// An error code of Twilio's, such as 21211. Open: a code that is not known here is kept like any other.
///
/// ```
/// use twilio_client::error::{Class, ErrorCode};
///
/// let code = ErrorCode::new(21211);
/// assert_eq!(code.name(), Some("Invalid 'To' Phone Number"));
/// assert_eq!(code.class(), Some(Class::Number));
/// assert!(code.hint().is_some_and(|hint| hint.contains("E.164")));
/// assert_eq!(ErrorCode::new(4711).name(), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(u32);

/// Who has to act on an error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Wait, or send less: the same may work later. Only 20429 is safe to repeat for every operation.
    Retry,
    /// The account, its credentials or what it is entitled to.
    Account,
    /// The request, the TwiML or a frame is wrong.
    Caller,
    /// The number, the destination or the carrier.
    Number,
    /// Your web or socket server.
    Web,
    /// Your SIP side.
    Sip,
    /// Twilio's side.
    Vendor,
    /// A product this crate does not speak to.
    OtherProduct,
}

impl ErrorCode {
    /// 401: SID and secret are no pair, or belong elsewhere.
    pub const PERMISSION_DENIED: Self = Self(20003);
    /// 404.
    pub const NOT_FOUND: Self = Self(20404);
    /// 429: too many REST requests at once; nothing was done.
    pub const TOO_MANY_REQUESTS: Self = Self(20429);
    /// A call may not be changed in the state it is in.
    pub const INVALID_CALL_STATE: Self = Self(21220);
    /// The destination is no valid number.
    pub const INVALID_TO: Self = Self(21211);
    /// The caller id is no valid number.
    pub const INVALID_FROM: Self = Self(21212);
    /// No usable answer came from your URL.
    pub const HTTP_RETRIEVAL_FAILURE: Self = Self(11200);

    /// A code.
    #[must_use]
    pub const fn new(code: u32) -> Self {
        Self(code)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Twilio's name for it, where known.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        table::find(self.0).map(|entry| entry.name)
    }

    /// Who has to act, where known.
    #[must_use]
    pub fn class(self) -> Option<Class> {
        table::find(self.0).map(|entry| entry.class)
    }

    /// Likely cause and remedy, where known.
    #[must_use]
    pub fn hint(self) -> Option<&'static str> {
        table::find(self.0).map(|entry| entry.hint)
    }

    /// The parameter of a request it is about, where it is about one.
    #[must_use]
    pub const fn field(self) -> Option<&'static str> {
        Some(match self.0 {
            21201 | 21202 | 21203 | 21211 | 21214 | 21215 | 21216 | 21217 | 21219 => "To",
            21210 | 21212 | 21213 | 21264 => "From",
            21205 => "Url",
            21206 => "SendDigits",
            21208 => "Timeout",
            21209 => "Method",
            21218 => "ApplicationSid",
            21234 => "MachineDetection",
            21262 => "AsyncAmdStatusCallback",
            20007 => "PageSize",
            21481 => "PageToken",
            32018 => "Twiml",
            _ => return None,
        })
    }

    /// Where Twilio explains it.
    #[must_use]
    pub fn docs_url(self) -> String {
        format!("https://www.twilio.com/docs/api/errors/{}", self.0)
    }

    /// The kind it stands for, where it says more than the HTTP status.
    pub(super) const fn kind(self) -> Option<ErrorKind> {
        Some(match self.0 {
            20003 => ErrorKind::Authentication,
            20404 => ErrorKind::NotFound,
            20429 => ErrorKind::RateLimited,
            20009 | 20162 | 20409 | 21204 | 21220 => ErrorKind::Conflict,
            16025 | 16026 | 21449 | 21450 | 21453 => ErrorKind::AlreadyExists,
            10001 | 10002 | 10003 | 10005 | 20005 | 20006 | 20008 | 20010 | 20403 | 32005 => {
                ErrorKind::Permission
            }
            13227 | 21203 | 21215 | 21219 | 21264 | 32205 => ErrorKind::Permission,
            _ => return None,
        })
    }
}

impl From<u32> for ErrorCode {
    fn from(code: u32) -> Self {
        Self(code)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "ErrorCode({}: {name})", self.0),
            None => write!(f, "ErrorCode({})", self.0),
        }
    }
}
