//! Values as the text of an attribute.

use std::borrow::Cow;
use std::time::Duration;

use voice_core::ident::{ByocTrunkSid, CallSid, E164};

use super::{AttributeKind, Element, Link};
use crate::types::{Endpoint, HttpMethod, Milliseconds, Toggle};

/// A value as the text of an attribute.
pub trait AttributeText: Sized {
    /// What it is.
    const KIND: AttributeKind;

    /// Its text.
    fn into_text(self) -> Cow<'static, str>;

    /// Puts it into an element as the attribute `name`.
    #[must_use]
    fn put(self, element: Element, name: &'static str) -> Element {
        element.set(Cow::Borrowed(name), self.into_text())
    }
}

/// A word of an open enum.
pub(super) trait Word {
    /// The words that are known.
    const KNOWN: &'static [&'static str];

    /// The word itself.
    fn word(&self) -> &str;
}

/// A known word is not copied.
pub(super) fn known_or_owned(known: &'static [&'static str], word: &str) -> Cow<'static, str> {
    match known.iter().find(|known| **known == word) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(word.to_owned()),
    }
}

macro_rules! attribute_text {
    ($($type:ty, $kind:ident: |$value:ident| $text:expr;)*) => {$(
        impl AttributeText for $type {
            const KIND: AttributeKind = AttributeKind::$kind;

            fn into_text(self) -> Cow<'static, str> {
                let $value = self;
                $text
            }
        }
    )*};
}

attribute_text! {
    String, Text: |value| Cow::Owned(value);
    u32, Count: |value| Cow::Owned(value.to_string());
    f64, Fraction: |value| Cow::Owned(value.to_string());
    Toggle, Flag: |value| Cow::Borrowed(value.as_str());
    E164, Text: |value| Cow::Owned(value.as_str().to_owned());
    Endpoint, Text: |value| Cow::Owned(value.as_str().to_owned());
    CallSid, Text: |value| Cow::Owned(value.as_str().to_owned());
    ByocTrunkSid, Text: |value| Cow::Owned(value.as_str().to_owned());
    Milliseconds, Milliseconds: |value| Cow::Owned(value.get().to_string());
    // Part of a second counts as a whole.
    Duration, Seconds: |value| Cow::Owned(crate::types::whole_seconds(value).to_string());
    // Unlike in REST requests, a list is one attribute, its words joined by blanks.
    Vec<u32>, Counts: |value| Cow::Owned(joined(value.iter().map(u32::to_string)));
}

impl<T: Word> AttributeText for Vec<T> {
    const KIND: AttributeKind = AttributeKind::Words(T::KNOWN);

    fn into_text(self) -> Cow<'static, str> {
        Cow::Owned(joined(self.iter().map(Word::word)))
    }
}

impl AttributeText for Link {
    const KIND: AttributeKind = AttributeKind::Url;

    fn into_text(self) -> Cow<'static, str> {
        Cow::Owned(self.into_string())
    }

    fn put(self, element: Element, name: &'static str) -> Element {
        let is_relative = self.is_relative();
        let mut element = element.set(Cow::Borrowed(name), self.into_text());
        if is_relative {
            element.relative.push(Cow::Borrowed(name));
        }
        element
    }
}

fn joined<S: AsRef<str>>(items: impl Iterator<Item = S>) -> String {
    let mut text = String::new();
    for item in items {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(item.as_ref());
    }
    text
}

/// Open enums as attributes, alone and in lists.
macro_rules! words {
    ($($name:ty),* $(,)?) => {$(
        impl $crate::twiml::attribute::Word for $name {
            const KNOWN: &'static [&'static str] = <$name>::KNOWN;

            fn word(&self) -> &str {
                self.as_str()
            }
        }

        impl $crate::twiml::AttributeText for $name {
            const KIND: $crate::twiml::AttributeKind = $crate::twiml::AttributeKind::Word(<$name>::KNOWN);

            fn into_text(self) -> std::borrow::Cow<'static, str> {
                $crate::twiml::attribute::known_or_owned(<$name>::KNOWN, self.as_str())
            }
        }
    )*};
}

pub(super) use words;

words! { HttpMethod, crate::types::CallEvent }
words! {
    crate::calls::MachineDetection, crate::calls::RecordingChannels, crate::calls::RecordingEvent,
    crate::calls::RecordingTrack, crate::calls::Trim,
}
