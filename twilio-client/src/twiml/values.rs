//! Values with a form of their own: voices, hints, the pause that ends speech.

use std::borrow::Cow;
use std::time::Duration;

use super::open_text::open_text;
use super::{AttributeKind, AttributeText};
use crate::types::{Milliseconds, whole_seconds};

open_text! {
    /// A voice: a basic one, or one of Polly's or Google's by its full name, such as `Polly.Amy-Neural`.
    ///
    /// Twilio has some 900, and new ones all the time; any name is kept as it is. How much one Say may hold depends on the
    /// voice: see [`Say`](super::Say).
    Voice {
        MAN = "man",
        WOMAN = "woman",
        POLLY_AMY_NEURAL = "Polly.Amy-Neural",
        POLLY_BRIAN_NEURAL = "Polly.Brian-Neural",
        POLLY_DANIEL_NEURAL = "Polly.Daniel-Neural",
        POLLY_JOANNA_GENERATIVE = "Polly.Joanna-Generative",
        POLLY_JOANNA_NEURAL = "Polly.Joanna-Neural",
        POLLY_KAJAL_NEURAL = "Polly.Kajal-Neural",
        POLLY_LEA_NEURAL = "Polly.Lea-Neural",
        POLLY_LUPE_NEURAL = "Polly.Lupe-Neural",
        POLLY_MATTHEW_NEURAL = "Polly.Matthew-Neural",
        POLLY_VICKI_NEURAL = "Polly.Vicki-Neural",
    }
}

/// Words and phrases that are likely to be said: at most 500 (error 13330).
///
/// ```
/// use twilio_client::twiml::Hints;
///
/// assert_eq!(Hints::from(["sales", "technical support"]).as_str(), "sales,technical support");
/// assert_eq!(Hints::from("sales, support").as_str(), "sales, support");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hints(String);

impl Hints {
    /// The most entries Twilio takes.
    pub const MAX: usize = 500;

    /// The entries, joined by commas.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<S: AsRef<str>> FromIterator<S> for Hints {
    /// A comma within an entry separates, as everywhere.
    fn from_iter<I: IntoIterator<Item = S>>(entries: I) -> Self {
        let mut text = String::new();
        for entry in entries {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(entry.as_ref());
        }
        Self(text)
    }
}

impl<S: AsRef<str>, const N: usize> From<[S; N]> for Hints {
    fn from(entries: [S; N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<S: AsRef<str>> From<Vec<S>> for Hints {
    fn from(entries: Vec<S>) -> Self {
        entries.into_iter().collect()
    }
}

impl From<&str> for Hints {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Hints {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl AttributeText for Hints {
    const KIND: AttributeKind = AttributeKind::Text;

    fn into_text(self) -> Cow<'static, str> {
        Cow::Owned(self.0)
    }
}

/// The silence after speech that ends a Gather.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpeechTimeout {
    /// Twilio finds the end; it needs a speech model other than the default (error 13335).
    Auto,
    /// This long, in whole seconds (rounded up).
    After(Duration),
}

impl From<Duration> for SpeechTimeout {
    fn from(duration: Duration) -> Self {
        Self::After(duration)
    }
}

impl AttributeText for SpeechTimeout {
    const KIND: AttributeKind = AttributeKind::Text;

    fn into_text(self) -> Cow<'static, str> {
        match self {
            Self::Auto => Cow::Borrowed("auto"),
            Self::After(duration) => Cow::Owned(whole_seconds(duration).to_string()),
        }
    }
}

/// The silence after which ConversationRelay takes speech as finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RelaySpeechTimeout {
    /// Twilio finds the end.
    Auto,
    /// This long: 600 ms to 5 s, in whole milliseconds.
    After(Duration),
}

impl From<Duration> for RelaySpeechTimeout {
    fn from(duration: Duration) -> Self {
        Self::After(duration)
    }
}

impl AttributeText for RelaySpeechTimeout {
    const KIND: AttributeKind = AttributeKind::Text;

    fn into_text(self) -> Cow<'static, str> {
        match self {
            Self::Auto => Cow::Borrowed("auto"),
            Self::After(duration) => Milliseconds::from(duration).into_text(),
        }
    }
}
