//! What Twilio is told. Everything is checked when it is built, since Twilio drops what it does not understand.

use std::fmt;

use serde_json::{Map, Value};

use super::RelayError;
use crate::types::Toggle;

/// One message to Twilio.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RelayCommand {
    /// Text to be spoken.
    Text(TextToken),
    /// Media to be played.
    Play(PlayMedia),
    /// Keys to be pressed.
    SendDigits(RelayDigits),
    /// Another language from now on.
    Language(LanguageSwitch),
    /// The end of the session; the text arrives at the `action` of `<Connect>` as `HandoffData`.
    End(Option<String>),
    /// Fields this version has no type for, `type` among them. Twilio closes the socket after ten frames in a row that it
    /// does not know.
    Other(Map<String, Value>),
}

/// Text to be spoken, or a part of it. Blanks count: tokens are joined as they are. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TextToken {
    pub(super) token: String,
    pub(super) last: Toggle,
    language: Option<String>,
    interruptible: Option<Toggle>,
    preemptible: Option<Toggle>,
}

impl TextToken {
    /// A part, after which more comes.
    #[must_use]
    pub fn part(token: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            last: Toggle::Off,
            language: None,
            interruptible: None,
            preemptible: None,
        }
    }

    /// The last part, or all of it. May be empty.
    #[must_use]
    pub fn last(token: impl Into<String>) -> Self {
        Self {
            last: Toggle::On,
            ..Self::part(token)
        }
    }

    /// The language it is spoken in; the session's unless set.
    ///
    /// # Errors
    /// [`RelayError::Language`] unless it is a tag such as `en-US`.
    pub fn language(mut self, tag: impl Into<String>) -> Result<Self, RelayError> {
        self.language = Some(checked_tag(tag.into())?);
        Ok(self)
    }

    /// Whether the caller may break in; as the TwiML says unless set.
    #[must_use]
    pub fn interruptible(mut self, setting: Toggle) -> Self {
        self.interruptible = Some(setting);
        self
    }

    /// Whether what is sent next takes its place.
    #[must_use]
    pub fn preemptible(mut self, setting: Toggle) -> Self {
        self.preemptible = Some(setting);
        self
    }
}

/// Media to be played.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlayMedia {
    source: String,
    repeat: Option<u32>,
    interruptible: Option<Toggle>,
    preemptible: Option<Toggle>,
}

impl PlayMedia {
    /// Media at a URL, once.
    ///
    /// # Errors
    /// [`RelayError::Source`] unless it is an `http` or `https` URL.
    pub fn new(source: impl Into<String>) -> Result<Self, RelayError> {
        let source = source.into();
        let host = source
            .strip_prefix("https://")
            .or_else(|| source.strip_prefix("http://"));
        if host.is_none_or(str::is_empty)
            || source.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            return Err(RelayError::Source);
        }
        Ok(Self {
            source,
            repeat: None,
            interruptible: None,
            preemptible: None,
        })
    }

    /// How often, 0 to 1,000; 0 is as often as possible. Once unless set.
    ///
    /// # Errors
    /// [`RelayError::Loop`] beyond 1,000.
    pub fn times(mut self, times: u32) -> Result<Self, RelayError> {
        if times > 1_000 {
            return Err(RelayError::Loop(times));
        }
        self.repeat = Some(times);
        Ok(self)
    }

    /// Whether the caller may break in; as the TwiML says unless set.
    #[must_use]
    pub fn interruptible(mut self, setting: Toggle) -> Self {
        self.interruptible = Some(setting);
        self
    }

    /// Whether what is sent next takes its place.
    #[must_use]
    pub fn preemptible(mut self, setting: Toggle) -> Self {
        self.preemptible = Some(setting);
        self
    }
}

/// Keys to be pressed. `Debug` does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct RelayDigits(String);

impl RelayDigits {
    /// Digits of `0` to `9`, `#`, `*` and `w`, which waits half a second.
    ///
    /// # Errors
    /// [`RelayError::Digits`] when there is none, or another character.
    pub fn new(digits: impl Into<String>) -> Result<Self, RelayError> {
        let digits = digits.into();
        let good = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'w' | b'#' | b'*');
        if digits.is_empty() || !digits.bytes().all(good) {
            return Err(RelayError::Digits);
        }
        Ok(Self(digits))
    }
}

/// Another language: for what is spoken, for what is understood, or for both.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LanguageSwitch {
    speech: Option<String>,
    transcription: Option<String>,
}

impl LanguageSwitch {
    /// What is spoken.
    ///
    /// # Errors
    /// [`RelayError::Language`] unless it is a tag such as `en-US`.
    pub fn speech(tag: impl Into<String>) -> Result<Self, RelayError> {
        Ok(Self {
            speech: Some(checked_tag(tag.into())?),
            transcription: None,
        })
    }

    /// What is understood.
    ///
    /// # Errors
    /// As for [`speech`](Self::speech).
    pub fn transcription(tag: impl Into<String>) -> Result<Self, RelayError> {
        Ok(Self {
            speech: None,
            transcription: Some(checked_tag(tag.into())?),
        })
    }

    /// Both.
    ///
    /// # Errors
    /// As for [`speech`](Self::speech).
    pub fn both(tag: impl Into<String>) -> Result<Self, RelayError> {
        let tag = checked_tag(tag.into())?;
        Ok(Self {
            speech: Some(tag.clone()),
            transcription: Some(tag),
        })
    }
}

/// Letters, digits and hyphens: the form of a language tag (RFC 5646), and of `multi`.
fn checked_tag(tag: String) -> Result<String, RelayError> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if tag.is_empty() || tag.len() > 35 || !tag.bytes().all(good) {
        return Err(RelayError::Language);
    }
    Ok(tag)
}

impl RelayCommand {
    /// The text frame to send.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut map = Map::new();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                map.insert(name.to_owned(), value);
            }
        };
        let text = |text: &str| Some(Value::from(text));
        let toggle =
            |toggle: Option<Toggle>| toggle.map(|toggle| Value::from(toggle == Toggle::On));
        match self {
            Self::Text(token) => {
                set("type", text("text"));
                set("token", text(&token.token));
                set("last", toggle(Some(token.last)));
                set("lang", token.language.as_deref().and_then(text));
                set("interruptible", toggle(token.interruptible));
                set("preemptible", toggle(token.preemptible));
            }
            Self::Play(media) => {
                set("type", text("play"));
                set("source", text(&media.source));
                set("loop", media.repeat.map(Value::from));
                set("interruptible", toggle(media.interruptible));
                set("preemptible", toggle(media.preemptible));
            }
            Self::SendDigits(digits) => {
                set("type", text("sendDigits"));
                set("digits", text(&digits.0));
            }
            Self::Language(language) => {
                set("type", text("language"));
                set("ttsLanguage", language.speech.as_deref().and_then(text));
                let transcription = language.transcription.as_deref();
                set("transcriptionLanguage", transcription.and_then(text));
            }
            Self::End(handoff) => {
                set("type", text("end"));
                set("handoffData", handoff.as_deref().and_then(text));
            }
            Self::Other(fields) => map.clone_from(fields),
        }
        Value::Object(map).to_string()
    }
}

impl fmt::Debug for TextToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextToken")
            .field("bytes", &self.token.len())
            .field("last", &self.last)
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

/// A URL may be signed, so it is not shown.
impl fmt::Debug for PlayMedia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlayMedia")
            .field("repeat", &self.repeat)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RelayDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RelayDigits({} keys)", self.0.len())
    }
}
