//! [`Frame`]: what travels on a socket.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// Longest text of a close frame: 125 bytes less the code (RFC 6455 section 5.5).
const REASON_BYTES: usize = 123;
/// Longest payload of a ping or pong (RFC 6455 section 5.5).
const CONTROL_BYTES: usize = 125;

/// One message or control frame. Fragments are put together before they get here.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Frame {
    /// A text.
    Text(Text),
    /// Bytes.
    Binary(Bytes),
    /// A ping. One that comes is answered by the socket itself, as soon as something is read or written after it.
    Ping(Bytes),
    /// The answer to a ping.
    Pong(Bytes),
    /// The other side, or this one, is through.
    Close {
        /// The code (RFC 6455 section 7.4), if there is one.
        code: Option<u16>,
        /// Words with it; often empty.
        reason: Text,
    },
}

impl Frame {
    /// A text.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    /// Closes with a code and no words.
    #[must_use]
    pub fn close(code: u16) -> Self {
        Self::Close {
            code: Some(code),
            reason: Text::default(),
        }
    }

    /// `None` for a raw frame, which never comes out of a read.
    pub(super) fn of(message: Message) -> Option<Self> {
        Some(match message {
            Message::Text(text) => Self::Text(Text(text)),
            Message::Binary(bytes) => Self::Binary(bytes),
            Message::Ping(bytes) => Self::Ping(bytes),
            Message::Pong(bytes) => Self::Pong(bytes),
            Message::Close(Some(frame)) => Self::Close {
                code: Some(frame.code.into()),
                reason: Text(frame.reason),
            },
            Message::Close(None) => Self::Close {
                code: None,
                reason: Text::default(),
            },
            Message::Frame(_) => return None,
        })
    }

    /// As the library sends it. A code that stands for the absence of one (RFC 6455 section 7.4.1) is left out, and what is
    /// too long for a control frame is cut.
    pub(super) fn into_message(self) -> Message {
        match self {
            Self::Text(text) => Message::Text(text.0),
            Self::Binary(bytes) => Message::Binary(bytes),
            Self::Ping(bytes) => Message::Ping(control(bytes)),
            Self::Pong(bytes) => Message::Pong(control(bytes)),
            Self::Close {
                code: None | Some(0..=999 | 1005 | 1006 | 1015),
                ..
            } => Message::Close(None),
            Self::Close {
                code: Some(code),
                reason,
            } => Message::Close(Some(CloseFrame {
                code: code.into(),
                reason: reason.cut(REASON_BYTES).0,
            })),
        }
    }
}

fn control(mut bytes: Bytes) -> Bytes {
    bytes.truncate(CONTROL_BYTES);
    bytes
}

/// What is said is personal: only lengths are shown.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Binary(bytes) => write!(f, "Binary({} bytes)", bytes.len()),
            Self::Ping(bytes) => write!(f, "Ping({} bytes)", bytes.len()),
            Self::Pong(bytes) => write!(f, "Pong({} bytes)", bytes.len()),
            Self::Close { code, reason } => {
                write!(f, "Close({code:?}, {} bytes)", reason.len())
            }
        }
    }
}

/// A text, as it came: reading it copies nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text(Utf8Bytes);

impl Text {
    /// The first `bytes` of it, or fewer where that would split a character.
    fn cut(self, bytes: usize) -> Self {
        if self.len() <= bytes {
            return self;
        }
        let end = (0..=bytes)
            .rev()
            .find(|end| self.is_char_boundary(*end))
            .unwrap_or(0);
        Self::from(self.get(..end).unwrap_or_default().to_owned())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.as_str()
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

/// What is said is personal: only the length is shown.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_close_frame_always_fits(code in any::<u16>(), reason in "\\PC{0,200}") {
            let frame = Frame::Close { code: Some(code), reason: reason.as_str().into() };
            let Message::Close(sent) = frame.into_message() else { panic!("no close") };
            match sent {
                None => prop_assert!(code < 1000 || [1005, 1006, 1015].contains(&code)),
                Some(sent) => {
                    prop_assert_eq!(u16::from(sent.code), code);
                    prop_assert!(sent.reason.len() <= REASON_BYTES && reason.starts_with(sent.reason.as_str()));
                }
            }
        }
    }

    #[test]
    fn frames_come_back_as_they_went_and_show_no_words() {
        let frames = [
            Frame::text("planted"),
            Frame::Binary(Bytes::from_static(b"planted")),
            Frame::Ping(Bytes::from_static(b"planted")),
            Frame::Pong(Bytes::from_static(b"planted")),
            Frame::Close {
                code: Some(4000),
                reason: "planted".into(),
            },
            Frame::Close {
                code: None,
                reason: Text::default(),
            },
        ];
        for frame in frames {
            assert!(!format!("{frame:?} {frame:#?}").contains("planted"));
            assert_eq!(Frame::of(frame.clone().into_message()), Some(frame));
        }
        let long = Frame::Ping(Bytes::from(vec![0; 300])).into_message();
        assert_eq!(long.len(), CONTROL_BYTES);
    }
}
