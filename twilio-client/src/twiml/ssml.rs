//! SSML: how a text in [`Say`](super::Say) is spoken. Not every voice takes every element.
//!
//! Elements nest as the vendor's libraries let them: a paragraph holds sentences, a word holds no sentence. What is wrong
//! does not compile.
//!
//! ```
//! use twilio_client::twiml::ssml::{Emphasis, EmphasisLevel, P, S};
//! use twilio_client::twiml::{Response, Say};
//!
//! let strong = Emphasis::new("now").level(EmphasisLevel::Strong);
//! let say = Say::new("").with(P::new("").with(S::new("Act ").with(strong).text(".")));
//! assert!(Response::new().with(say).to_twiml().is_ok());
//! # Ok::<(), twilio_client::twiml::TwimlError>(())
//! ```
//!
//! ```compile_fail
//! use twilio_client::twiml::ssml::{S, W};
//!
//! let wrong = W::new("word").with(S::new("A sentence."));
//! ```

use std::borrow::Cow;
use std::time::Duration;

use super::attribute::words;
use super::macros::{begins_empty, takes_text, twiml_element};
use super::{AttributeKind, AttributeText, LanguageTag};
use crate::types::{Milliseconds, open_enum};

open_enum! {
    /// How long a pause is, in the voice's own measure.
    BreakStrength {
        /// None, where there would be one.
        None = "none",
        /// None.
        XWeak = "x-weak",
        /// As after a comma.
        Weak = "weak",
        /// As after a comma, or somewhat longer; the default.
        Medium = "medium",
        /// As after a sentence.
        Strong = "strong",
        /// As after a paragraph.
        XStrong = "x-strong",
    }
}

open_enum! {
    /// How much something is emphasised.
    EmphasisLevel {
        /// Louder and slower.
        Strong = "strong",
        /// Somewhat; the default.
        Moderate = "moderate",
        /// Quieter and faster.
        Reduced = "reduced",
    }
}

open_enum! {
    /// The alphabet of a pronunciation.
    PhonemeAlphabet {
        /// The International Phonetic Alphabet.
        Ipa = "ipa",
        /// X-SAMPA.
        XSampa = "x-sampa",
        /// Jyutping, for Cantonese.
        Jyutping = "x-amazon-jyutping",
        /// Pinyin, for Mandarin.
        Pinyin = "x-amazon-pinyin",
        /// Kana, for Japanese pronunciation.
        PronKana = "x-amazon-pron-kana",
        /// Yomigana, for Japanese readings.
        Yomigana = "x-amazon-yomigana",
    }
}

open_enum! {
    /// What a text is read as.
    InterpretAs {
        /// Single characters.
        Characters = "characters",
        /// Single characters.
        SpellOut = "spell-out",
        /// A number.
        Cardinal = "cardinal",
        /// A number.
        Number = "number",
        /// A place in an order, such as third.
        Ordinal = "ordinal",
        /// Single digits.
        Digits = "digits",
        /// A fraction.
        Fraction = "fraction",
        /// A measure.
        Unit = "unit",
        /// A date; see [`DateFormat`].
        Date = "date",
        /// A length of time.
        Time = "time",
        /// An address.
        Address = "address",
        /// Something to be bleeped.
        Expletive = "expletive",
        /// A telephone number.
        Telephone = "telephone",
    }
}

open_enum! {
    /// The order of a date's parts.
    DateFormat {
        /// Month, day, year.
        Mdy = "mdy",
        /// Day, month, year.
        Dmy = "dmy",
        /// Year, month, day.
        Ymd = "ymd",
        /// Month, day.
        Md = "md",
        /// Day, month.
        Dm = "dm",
        /// Year, month.
        Ym = "ym",
        /// Month, year.
        My = "my",
        /// The day alone.
        D = "d",
        /// The month alone.
        M = "m",
        /// The year alone.
        Y = "y",
        /// Eight digits; `?` stands for a part that is not there.
        Yyyymmdd = "yyyymmdd",
    }
}

words! { BreakStrength, EmphasisLevel, PhonemeAlphabet, InterpretAs, DateFormat }

/// How long a pause is: `300ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BreakTime(Duration);

impl From<Duration> for BreakTime {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl AttributeText for BreakTime {
    const KIND: AttributeKind = AttributeKind::Text;

    fn into_text(self) -> Cow<'static, str> {
        Cow::Owned(format!("{}ms", Milliseconds::from(self.0).get()))
    }
}

twiml_element! {
    /// `<break>`: a pause.
    Break = "SsmlBreak" as "break" [] {
        /// How long, in the voice's measure.
        strength = "strength": BreakStrength,
        /// How long, in whole milliseconds; voices take up to 10 s.
        time = "time": BreakTime,
    }
}

twiml_element! {
    /// `<emphasis>`: louder and slower, or the contrary.
    Emphasis = "SsmlEmphasis" as "emphasis" [Break, Emphasis, Lang, Phoneme, Prosody, SayAs, Sub, W] {
        /// How much.
        level = "level": EmphasisLevel,
    }
}

twiml_element! {
    /// `<lang>`: words of another language.
    Lang = "SsmlLang" as "lang" [Break, Emphasis, Lang, P, Phoneme, Prosody, S, SayAs, Sub, W] {
        /// Which language.
        lang = "xml:lang": LanguageTag,
    }
}

twiml_element! {
    /// `<p>`: a paragraph.
    P = "SsmlP" as "p" [Break, Emphasis, Lang, Phoneme, Prosody, S, SayAs, Sub, W] {}
}

twiml_element! {
    /// `<phoneme>`: a pronunciation.
    Phoneme = "SsmlPhoneme" as "phoneme" [] {
        /// The alphabet it is written in.
        alphabet = "alphabet": PhonemeAlphabet,
        /// The pronunciation.
        ph = "ph": String,
    }
}

twiml_element! {
    /// `<prosody>`: volume, rate and pitch.
    Prosody = "SsmlProsody" as "prosody" [Break, Emphasis, Lang, P, Phoneme, Prosody, S, SayAs, Sub, W] {
        /// Such as `loud` or `+6dB`.
        volume = "volume": String,
        /// Such as `slow` or `85%`.
        rate = "rate": String,
        /// Such as `low` or `-10%`.
        pitch = "pitch": String,
    }
}

twiml_element! {
    /// `<s>`: a sentence.
    S = "SsmlS" as "s" [Break, Emphasis, Lang, Phoneme, Prosody, SayAs, Sub, W] {}
}

twiml_element! {
    /// `<say-as>`: what a text is to be read as.
    SayAs = "SsmlSayAs" as "say-as" [] {
        /// Digits, a date, a telephone number …
        interpret_as = "interpret-as": InterpretAs,
        /// The order of a date's parts.
        format = "format": DateFormat,
    }
}

twiml_element! {
    /// `<sub>`: other words for what is written.
    Sub = "SsmlSub" as "sub" [] {
        /// The words that are spoken.
        alias = "alias": String,
    }
}

twiml_element! {
    /// `<w>`: a word, of which part of speech.
    W = "SsmlW" as "w" [Break, Emphasis, Phoneme, Prosody, SayAs, Sub] {
        /// Such as `amazon:VB`.
        role = "role": String,
    }
}

begins_empty! {
    /// A pause of the voice's usual length.
    Break,
}

macro_rules! around_text {
    ($($name:ident),*) => {$(
        impl $name {
            /// Around this text.
            pub fn new(text: impl Into<String>) -> Self {
                Self::holding(text)
            }
        }
    )*};
}

around_text! { Emphasis, P, Prosody, S, SayAs, W }
takes_text! { Emphasis, Lang, P, Prosody, S, W }

impl Lang {
    /// A text in another language.
    pub fn new(lang: impl Into<LanguageTag>, text: impl Into<String>) -> Self {
        Self::holding(text).lang(lang)
    }
}

impl Phoneme {
    /// A text and how it is pronounced.
    pub fn new(ph: impl Into<String>, text: impl Into<String>) -> Self {
        Self::holding(text).ph(ph)
    }
}

impl Sub {
    /// A text and what is spoken in its place.
    pub fn new(alias: impl Into<String>, text: impl Into<String>) -> Self {
        Self::holding(text).alias(alias)
    }
}
