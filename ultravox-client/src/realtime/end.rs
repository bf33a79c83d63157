//! How a session ended.

use std::fmt;

use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::secret::redact;

use crate::PROVIDER;

/// Longest text of a close frame that is kept; the protocol has 123 bytes.
const TEXT_BYTES: usize = 123;

/// Why a session ended.
///
/// The meaning of 4598 and of 4000 + status is the vendor's; which failure has which of the two is not documented.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseReason {
    /// Closed here: [`close`](super::RealtimeSession::close), or the session was dropped.
    ClosedHere,
    /// 1000: the call is over. Somebody hung up, or its time was up.
    Normal,
    /// 1001: the server goes away.
    GoingAway,
    /// 1008: refused by a rule of the server's. The call could not start, a parameter is wrong, or no audio came.
    Policy,
    /// 4598: the call could not start, a parameter is wrong, or no audio came.
    Setup,
    /// 4000 + an HTTP status, which is this one.
    Status(u16),
    /// Another code of the server's.
    Code(u16),
    /// The connection broke, or was closed without a word (1006).
    Lost,
    /// Nothing at all came from the server for longer than the [limit](super::SessionOptions::silence_limit).
    Unresponsive,
    /// The server sent a message above the [limit](super::SessionOptions::max_message_bytes). The session was closed
    /// with 1009.
    TooLarge,
    /// The server broke the rules of WebSocket. The session was closed with 1002.
    Protocol,
}

impl CloseReason {
    /// What a close code of the server's says.
    #[must_use]
    pub fn from_code(code: u16) -> Self {
        match code {
            1000 => Self::Normal,
            1001 => Self::GoingAway,
            1008 => Self::Policy,
            4598 => Self::Setup,
            4100..=4599 => Self::Status(code - 4000),
            // 1005 and 1006 stand for a close frame that said nothing, or never came.
            1005 | 1006 => Self::Lost,
            other => Self::Code(other),
        }
    }

    /// Whether this is how sessions should end.
    #[must_use]
    pub fn is_expected(&self) -> bool {
        matches!(self, Self::ClosedHere | Self::Normal)
    }

    /// The kind of error this is, if it is one.
    #[must_use]
    pub fn kind(&self) -> Option<ErrorKind> {
        Some(match self {
            Self::ClosedHere | Self::Normal => return None,
            Self::GoingAway => ErrorKind::Unavailable,
            Self::Policy | Self::Setup => ErrorKind::InvalidInput,
            Self::Status(status) => ErrorKind::from_status(*status),
            Self::Code(1011..=1014) => ErrorKind::Server,
            Self::Code(_) => ErrorKind::Other,
            Self::Lost => ErrorKind::Connection,
            Self::Unresponsive => ErrorKind::Timeout,
            Self::TooLarge => ErrorKind::BodyTooLarge,
            Self::Protocol => ErrorKind::Protocol,
        })
    }

    /// The likely cause and remedy, where one is known.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::ClosedHere | Self::Normal => return None,
            Self::Policy | Self::Setup => {
                "Check that the session's sample rates are those of the call's medium, that audio is sent all the time \
                 (silence too), and the medium's mediaIdleTimeout"
            }
            Self::Status(401 | 403 | 404 | 410) => {
                "The join URL is no good any more: its join timeout is over, or the call is. Create another call"
            }
            Self::Status(409) => "A join URL takes one connection: is another client on this call?",
            Self::Status(429 | 503) | Self::GoingAway | Self::Code(1012 | 1013) => {
                "The server has no capacity just now: wait, then create another call"
            }
            Self::Lost | Self::Unresponsive => {
                "A call cannot be joined twice: look at its end reason with calls().get, and create another one. A firewall \
                 or proxy may cut idle or long connections"
            }
            Self::TooLarge => "Raise max_message_bytes if such messages are to be expected",
            Self::Status(_) | Self::Code(_) | Self::Protocol => {
                "Look at the call's events and end reason with calls().get"
            }
        })
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedHere => f.write_str("closed by this side"),
            Self::Normal => f.write_str("the call is over"),
            Self::GoingAway => f.write_str("the server goes away"),
            Self::Policy => f.write_str("refused by the server (1008)"),
            Self::Setup => f.write_str("refused by the server (4598)"),
            Self::Status(status) => write!(f, "ended by the server with status {status}"),
            Self::Code(code) => write!(f, "ended by the server with code {code}"),
            Self::Lost => f.write_str("the connection was lost"),
            Self::Unresponsive => f.write_str("the server fell silent"),
            Self::TooLarge => f.write_str("the server sent too large a message"),
            Self::Protocol => f.write_str("the server broke the WebSocket protocol"),
        }
    }
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionEnd {
    /// Why.
    pub reason: CloseReason,
    /// The server's close code, if it sent one.
    pub code: Option<u16>,
    /// The server's words with it; redacted, at most 123 bytes, often empty.
    pub text: String,
}

impl SessionEnd {
    pub(super) fn new(reason: CloseReason) -> Self {
        Self {
            reason,
            code: None,
            text: String::new(),
        }
    }

    /// Of a close frame.
    pub(super) fn of_frame(code: u16, text: &str) -> Self {
        let end = (0..=TEXT_BYTES.min(text.len()))
            .rev()
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or(0);
        Self {
            reason: CloseReason::from_code(code),
            code: Some(code),
            text: redact(text.get(..end).unwrap_or_default()).into_owned(),
        }
    }

    /// Fails unless the session ended as sessions should.
    ///
    /// # Errors
    /// The end as the family's error, with kind and hint.
    pub fn into_result(self) -> Result<(), Error> {
        let Some(kind) = self.reason.kind() else {
            return Ok(());
        };
        let mut text = self.reason.to_string();
        if !self.text.is_empty() {
            text = format!("{text}: {}", self.text);
        }
        let mut error = Error::new(kind, text)
            .with_operation(PROVIDER, super::OPERATION)
            .with_delivery(Delivery::Answered);
        if let Some(code) = self.code {
            error = error.with_code(code.to_string());
        }
        if let Some(hint) = self.reason.hint() {
            error = error.with_hint(hint);
        }
        Err(error)
    }
}

impl fmt::Display for SessionEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)?;
        if !self.text.is_empty() {
            write!(f, ": {}", self.text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_have_their_meaning() {
        for (code, reason) in [
            (1000, CloseReason::Normal),
            (1001, CloseReason::GoingAway),
            (1005, CloseReason::Lost),
            (1006, CloseReason::Lost),
            (1008, CloseReason::Policy),
            (1011, CloseReason::Code(1011)),
            (4404, CloseReason::Status(404)),
            (4503, CloseReason::Status(503)),
            (4598, CloseReason::Setup),
            (4000, CloseReason::Code(4000)),
            (3000, CloseReason::Code(3000)),
        ] {
            assert_eq!(CloseReason::from_code(code), reason);
        }
        let error = SessionEnd::of_frame(4404, "no call for +14155550123")
            .into_result()
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::NotFound, Some("4404"))
        );
        assert!(error.hint().is_some() && !error.to_string().contains("5550123"));
    }

    proptest! {
        #[test]
        fn any_code_and_text_will_do(code in any::<u16>(), text in "\\PC{0,200}") {
            let end = SessionEnd::of_frame(code, &text);
            prop_assert_eq!(end.code, Some(code));
            prop_assert_eq!(end.reason.is_expected(), end.reason.kind().is_none());
            prop_assert_eq!(end.into_result().is_ok(), code == 1000);
        }
    }
}
