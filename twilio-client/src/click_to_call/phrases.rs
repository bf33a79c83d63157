//! What is spoken.

use std::collections::BTreeMap;
use std::fmt;

use voice_core::flow::click_to_call::Refusal;

use crate::twiml::{LanguageTag, Say, Voice};

/// A line the agent may hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Line {
    /// "Press any key to be connected to {{name}}."
    PressKey,
    /// What stands for `{{name}}` where the contact has none.
    YourContact,
    /// No key was pressed.
    NoInput,
    /// The URL has no token.
    MissingToken,
    /// The token is wrong, or of another call.
    InvalidToken,
    /// The token has expired.
    Expired,
    /// The token was used.
    Replayed,
    /// The application knows no such contact.
    UnknownContact,
    /// The application said no.
    Declined,
    /// Something failed on this side.
    Problem,
    /// The lead's line was busy.
    LeadBusy,
    /// The lead did not answer.
    LeadNoAnswer,
    /// The lead could not be connected.
    LeadFailed,
    /// For whoever is not proven to be Twilio.
    Goodbye,
}

impl Line {
    const fn english(self) -> &'static str {
        match self {
            Self::PressKey => "Press any key to be connected to {{name}}.",
            Self::YourContact => "your contact",
            Self::NoInput => "No key was pressed. Goodbye.",
            Self::MissingToken => "This call cannot be connected: missing token.",
            Self::InvalidToken => "This call cannot be connected: the link is not valid.",
            Self::Expired => {
                "This call cannot be connected: the link has expired. Please click again."
            }
            Self::Replayed => {
                "This call cannot be connected: the link was used already. Please click again."
            }
            Self::UnknownContact => "This contact was not found, or has no telephone number.",
            Self::Declined => "This contact cannot be called now.",
            Self::Problem => "Sorry, something went wrong. Please click again.",
            Self::LeadBusy => "The line is busy. Goodbye.",
            Self::LeadNoAnswer => "There is no answer. Goodbye.",
            Self::LeadFailed => "The number could not be reached. Goodbye.",
            Self::Goodbye => "Goodbye.",
        }
    }

    /// What is said about a refusal.
    pub(super) const fn of(refusal: Refusal) -> Self {
        match refusal {
            Refusal::BadSignature => Self::Goodbye,
            Refusal::MissingToken => Self::MissingToken,
            Refusal::InvalidToken | Refusal::WrongCall | Refusal::UnknownClick => {
                Self::InvalidToken
            }
            Refusal::Expired => Self::Expired,
            Refusal::Replayed => Self::Replayed,
            Refusal::UnknownContact => Self::UnknownContact,
            Refusal::Declined => Self::Declined,
            _ => Self::Problem,
        }
    }
}

/// The spoken lines; English unless set.
///
/// ```
/// use twilio_client::click_to_call::{Line, Phrases};
/// use twilio_client::twiml::LanguageTag;
///
/// let phrases = Phrases::new()
///     .say(Line::PressKey, "Drücken Sie eine Taste, um mit {{name}} verbunden zu werden.")
///     .language("de-DE");
/// ```
#[derive(Clone, Default)]
pub struct Phrases {
    own: BTreeMap<Line, String>,
    language: Option<LanguageTag>,
    voice: Option<Voice>,
}

impl Phrases {
    /// The English lines, in the account's default voice.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another text for a line. In [`Line::PressKey`], `{{name}}` stands for the contact's name.
    #[must_use]
    pub fn say(mut self, line: Line, text: impl Into<String>) -> Self {
        self.own.insert(line, text.into());
        self
    }

    /// The language of all lines.
    #[must_use]
    pub fn language(mut self, language: impl Into<LanguageTag>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// The voice of all lines.
    #[must_use]
    pub fn voice(mut self, voice: impl Into<Voice>) -> Self {
        self.voice = Some(voice.into());
        self
    }

    /// The text of a line.
    #[must_use]
    pub fn text(&self, line: Line) -> &str {
        self.own.get(&line).map_or(line.english(), String::as_str)
    }

    pub(super) fn spoken(&self, line: Line) -> Say {
        self.spoken_text(self.text(line))
    }

    /// The name is put in once: whatever stands in it is not looked at again.
    pub(super) fn press_key(&self, name: Option<&str>) -> Say {
        let name = name
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| self.text(Line::YourContact));
        // More is no name, and would be read out to its end.
        let name: String = name.chars().take(100).collect();
        self.spoken_text(&self.text(Line::PressKey).replace("{{name}}", &name))
    }

    fn spoken_text(&self, text: &str) -> Say {
        let mut say = Say::new(text);
        if let Some(language) = &self.language {
            say = say.language(language.clone());
        }
        if let Some(voice) = &self.voice {
            say = say.voice(voice.clone());
        }
        say
    }
}

impl fmt::Debug for Phrases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phrases({} own)", self.own.len())
    }
}
