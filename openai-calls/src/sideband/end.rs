//! How a sideband ended.

use std::fmt;

use http::StatusCode;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::secret::redact;

use super::{PROVIDER, SESSION, SentEvent};
use crate::events::ClientEvent;

/// Longest text of a close frame that is kept; the protocol has 123 bytes.
const TEXT_BYTES: usize = 123;

/// Why a sideband ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseReason {
    /// Closed here: [`close`](super::Sideband::close), or it was dropped.
    ClosedHere,
    /// The call is over: the server closed with 1000, or did not know the call any more when the connection was to be
    /// restored. A caller who hangs up breaks the connection without a word, so that only this tells it from a fault.
    CallOver,
    /// The server closed with a code that leaves no hope; the call may still stand.
    Code(u16),
    /// The server refused to restore the connection, with this status; the call may still stand.
    Handshake(StatusCode),
    /// The connection broke and could not be restored; the call may still stand.
    Lost,
    /// The server sent a message above the [limit](super::SidebandOptions::max_message_bytes). Closed with 1009.
    TooLarge,
    /// The server broke the rules of WebSocket. Closed with 1002.
    Protocol,
}

impl CloseReason {
    /// Whether this is how sidebands should end.
    #[must_use]
    pub fn is_expected(&self) -> bool {
        matches!(self, Self::ClosedHere | Self::CallOver)
    }

    fn kind(self) -> Option<ErrorKind> {
        Some(match self {
            Self::ClosedHere | Self::CallOver => return None,
            Self::Code(1008) => ErrorKind::InvalidInput,
            Self::Code(_) => ErrorKind::Other,
            Self::Handshake(status) => ErrorKind::from_status(status.as_u16()),
            Self::Lost => ErrorKind::Connection,
            Self::TooLarge => ErrorKind::BodyTooLarge,
            Self::Protocol => ErrorKind::Protocol,
        })
    }

    fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::ClosedHere | Self::CallOver => return None,
            Self::Handshake(_) => {
                "Check that the key is still valid and of the project whose call it is"
            }
            Self::Lost => {
                "A firewall or proxy may cut idle or long connections; look at the provider's status page"
            }
            Self::TooLarge => "Raise max_message_bytes if such messages are to be expected",
            Self::Code(_) | Self::Protocol => "Look at the code and the words that came with it",
        })
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedHere => f.write_str("closed by this side"),
            Self::CallOver => f.write_str("the call is over"),
            Self::Code(code) => write!(f, "closed by the server with code {code}"),
            Self::Handshake(status) => {
                write!(
                    f,
                    "the server refused to restore the connection with status {}",
                    status.as_u16()
                )
            }
            Self::Lost => f.write_str("the connection was lost and could not be restored"),
            Self::TooLarge => f.write_str("the server sent too large a message"),
            Self::Protocol => f.write_str("the server broke the WebSocket protocol"),
        }
    }
}

/// How a sideband ended, and what became of what was to be sent.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SidebandEnd {
    /// Why.
    pub reason: CloseReason,
    /// The server's last close code, if it sent one.
    pub code: Option<u16>,
    /// The server's words with it; redacted, at most 123 bytes, often empty.
    pub text: String,
    /// How often the connection was restored.
    pub reconnects: u32,
    /// Events that were queued and never left, in order, each with its id.
    pub unsent: Vec<ClientEvent>,
    /// Events that were handed to the last connection shortly before its end: nobody knows whether they arrived. Those of
    /// earlier connections came with [`Reconnected`](super::SidebandEvent::Reconnected).
    pub unknown: Vec<SentEvent>,
    /// What the last try to restore the connection came to, in words.
    pub(super) last: Option<String>,
}

impl SidebandEnd {
    pub(super) fn new(reason: CloseReason) -> Self {
        Self {
            reason,
            code: None,
            text: String::new(),
            reconnects: 0,
            unsent: Vec::new(),
            unknown: Vec::new(),
            last: None,
        }
    }

    /// The same with the words of a close frame.
    pub(super) fn told(mut self, code: Option<u16>, text: &str) -> Self {
        let end = (0..=TEXT_BYTES.min(text.len()))
            .rev()
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or(0);
        self.code = code;
        self.text = redact(text.get(..end).unwrap_or_default()).into_owned();
        self
    }

    /// Whether the call is known to be over.
    #[must_use]
    pub fn is_call_over(&self) -> bool {
        self.reason == CloseReason::CallOver
    }

    /// The end as the family's error; `None` if it ended as sidebands should.
    #[must_use]
    pub fn error(&self) -> Option<Error> {
        let kind = self.reason.kind()?;
        let mut text = self.reason.to_string();
        for more in [Some(&self.text), self.last.as_ref()].into_iter().flatten() {
            if !more.is_empty() {
                text = format!("{text}: {more}");
            }
        }
        let mut error = Error::new(kind, text)
            .with_operation(PROVIDER, SESSION)
            .with_delivery(Delivery::Answered);
        if let Some(code) = self.code {
            error = error.with_code(code.to_string());
        }
        if let CloseReason::Handshake(status) = self.reason {
            error = error.with_status(status);
        }
        Some(match self.reason.hint() {
            Some(hint) => error.with_hint(hint),
            None => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_unexpected_end_is_an_error_with_a_hint() {
        for reason in [
            CloseReason::ClosedHere,
            CloseReason::CallOver,
            CloseReason::Code(1008),
            CloseReason::Code(4001),
            CloseReason::Handshake(StatusCode::UNAUTHORIZED),
            CloseReason::Lost,
            CloseReason::TooLarge,
            CloseReason::Protocol,
        ] {
            let error = SidebandEnd::new(reason).error();
            assert_eq!(error.is_none(), reason.is_expected(), "{reason}");
            if let Some(error) = error {
                assert!(error.hint().is_some(), "{reason}");
                assert_eq!(error.operation(), SESSION);
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_will_do(code in any::<u16>(), text in "\\PC{0,200}") {
            let end = SidebandEnd::new(CloseReason::Code(code)).told(Some(code), &text);
            let error = end.error().unwrap();
            let code = code.to_string();
            prop_assert_eq!(error.code(), Some(code.as_str()));
        }
    }

    #[test]
    fn numbers_do_not_show() {
        let end = SidebandEnd::new(CloseReason::Lost).told(Some(1011), "no call for +14155550123");
        let error = end.error().unwrap();
        assert!(!format!("{end:?} {error:?} {error}").contains("5550123"));
    }
}
