//! The one error of every validated value: which type, which rule, and where.
//!
//! A refused value may be a phone number or a secret that was pasted into the wrong place, so the error holds nothing
//! of it except the place and, for types that are no secret, one offending ASCII character that is not a digit.

use std::fmt;

use super::HostClass;

/// What a type accepts, in the words its errors use.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Grammar {
    /// The name of the type.
    pub(super) what: &'static str,
    /// What a valid value looks like, to follow "expected".
    pub(super) form: &'static str,
    /// One valid value.
    pub(super) example: &'static str,
    /// What the lengths in [`IdentRule::TooShort`] and [`IdentRule::TooLong`] count.
    pub(super) unit: &'static str,
}

/// A value that is not what its type promises.
///
/// Says what was being built ([`what`](Self::what)), which rule the text broke ([`rule`](Self::rule)) and where
/// ([`position`](Self::position)). `Display` is one line that also states the rule of the type and shows a valid value.
/// Neither `Display` nor `Debug` ever repeats the refused text, so this error can be logged as it is.
///
/// ```
/// use voice_core::ident::{E164, IdentRule};
///
/// let Err(error) = E164::parse("+1 (415) 555-0123") else { unreachable!() };
/// assert_eq!(error.what(), "E164");
/// assert_eq!(error.rule(), IdentRule::Character);
/// assert_eq!(error.position(), Some(2));
/// assert_eq!(
///     error.to_string(),
///     "invalid E164 at byte 2: the character ' ' has no place here; \
///      expected + and 7 to 15 digits, the first 1 to 9, nothing between them, such as +14155550123",
/// );
/// ```
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", Sentence::new(.grammar, *.rule, *.position, *.found))]
pub struct IdentError {
    grammar: &'static Grammar,
    rule: IdentRule,
    position: Option<usize>,
    found: Option<char>,
}

impl IdentError {
    /// The rule `rule` of `grammar` was broken, at no place in particular.
    pub(super) const fn new(grammar: &'static Grammar, rule: IdentRule) -> Self {
        Self {
            grammar,
            rule,
            position: None,
            found: None,
        }
    }

    /// Adds the place: a byte offset into `text`. An offset past the end (something is missing there) is no place.
    pub(super) const fn at(mut self, text: &str, position: usize) -> Self {
        if position < text.len() {
            self.position = Some(position);
        }
        self
    }

    /// Names the offending byte, if it is an ASCII character other than a digit. Never used by secret types.
    pub(super) const fn found(mut self, byte: u8) -> Self {
        if byte.is_ascii() && !byte.is_ascii_digit() {
            self.found = Some(byte as char);
        }
        self
    }

    /// The name of the type that refused the text, such as `E164`.
    #[must_use]
    pub const fn what(&self) -> &'static str {
        self.grammar.what
    }

    /// The rule that the text broke; the first one, reading from the left.
    #[must_use]
    pub const fn rule(&self) -> IdentRule {
        self.rule
    }

    /// Where: the byte offset of the first character that broke the rule, counted from 0.
    ///
    /// Always the start of a character of the refused text. `None` when the text as a whole is at fault, such as when
    /// it is empty or too short.
    #[must_use]
    pub const fn position(&self) -> Option<usize> {
        self.position
    }

    /// What the type accepts, in words.
    #[must_use]
    pub const fn expected(&self) -> &'static str {
        self.grammar.form
    }

    /// A value that the type accepts.
    #[must_use]
    pub const fn example(&self) -> &'static str {
        self.grammar.example
    }
}

impl fmt::Debug for IdentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentError")
            .field("what", &self.grammar.what)
            .field("rule", &self.rule)
            .field("position", &self.position)
            .finish()
    }
}

/// A rule that a refused text broke. Lengths count characters, or digits for [`E164`](super::E164).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdentRule {
    /// The text is empty.
    Empty,
    /// Fewer than `min` characters.
    TooShort {
        /// The least that is accepted.
        min: usize,
    },
    /// More than `max` characters; the position is that of the first one too many.
    TooLong {
        /// The most that is accepted.
        max: usize,
    },
    /// A character that the type does not accept at this place.
    Character,
    /// A part of the value is missing or stands in the wrong place.
    Shape,
    /// A phone number starts with `+`.
    Plus,
    /// The digit after `+` is 1 to 9: no country code starts with 0.
    FirstDigit,
    /// `(0)` inside a number: whether that digit is dialled from abroad cannot be told, so nothing is assumed.
    TrunkPrefix,
    /// A Twilio SID starts with the two letters of its kind.
    SidPrefix {
        /// The two letters the type asks for.
        expected: &'static str,
        /// The two letters found, when they are those of another kind of SID.
        found: Option<&'static str>,
    },
    /// The value is a word that the service keeps for itself.
    Reserved,
    /// Not a dotted IPv4 address: four numbers from 0 to 255 without leading zeros.
    Ipv4,
    /// A network mask outside the accepted range.
    Mask {
        /// The shortest mask accepted.
        min: u8,
        /// The longest mask accepted.
        max: u8,
    },
    /// The scheme is not the one asked for, or one is written where none belongs.
    Scheme,
    /// A user name in a place that takes none.
    UserInfo,
    /// A password in a URI, where everybody on the way can read it.
    Password,
    /// Not a host: a dotted IPv4 address, an IPv6 address in brackets, or a name of at least two labels.
    Host,
    /// A host that the public internet cannot reach, and why.
    NotPublic(HostClass),
    /// A port is a number from 1 to 65535 without leading zeros.
    Port,
    /// A transport is missing or not one of those known.
    Transport,
    /// A query (`?…`) in a place that takes none.
    Query,
    /// A fragment (`#…`) in a place that takes none.
    Fragment,
    /// More than one `/` at the end.
    TrailingSlash,
    /// A `.` or `..` segment in a path.
    DotSegment,
    /// Not a URL.
    Url,
}

/// An error as one line of text.
struct Sentence<'a> {
    grammar: &'a Grammar,
    rule: IdentRule,
    position: Option<usize>,
    found: Option<char>,
}

impl<'a> Sentence<'a> {
    const fn new(
        grammar: &'a Grammar,
        rule: IdentRule,
        position: Option<usize>,
        found: Option<char>,
    ) -> Self {
        Self {
            grammar,
            rule,
            position,
            found,
        }
    }

    fn reason(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Grammar { unit, .. } = self.grammar;
        f.write_str(match self.rule {
            IdentRule::Empty => "the text is empty",
            IdentRule::TooShort { min } => return write!(f, "fewer than {min} {unit}"),
            IdentRule::TooLong { max } => return write!(f, "more than {max} {unit}"),
            IdentRule::Character => match self.found {
                Some(found) => return write!(f, "the character {found:?} has no place here"),
                None => "a character has no place here",
            },
            IdentRule::Shape => "a part is missing or out of place",
            IdentRule::Plus => "a phone number starts with +",
            IdentRule::FirstDigit => "the first digit after + is 1 to 9",
            IdentRule::TrunkPrefix => {
                "(0) is a prefix for calls inside the country; write the number as it is dialled from abroad"
            }
            IdentRule::SidPrefix { expected, found } => {
                return super::sid::describe_prefix(f, expected, found);
            }
            IdentRule::Reserved => "the word is reserved",
            IdentRule::Ipv4 => "not a dotted IPv4 address",
            IdentRule::Mask { min, max } => {
                return write!(f, "the mask is a number from {min} to {max}");
            }
            IdentRule::Scheme => "the scheme is wrong, or none belongs here",
            IdentRule::UserInfo => "no user name belongs here",
            IdentRule::Password => "no password belongs in a URI",
            IdentRule::Host => "not a host name of two or more labels, and not an IP address",
            IdentRule::NotPublic(class) => {
                return write!(f, "the public internet cannot reach the host, it is {class}");
            }
            IdentRule::Port => "a port is a number from 1 to 65535",
            IdentRule::Transport => "the transport is missing or unknown",
            IdentRule::Query => "no query belongs here",
            IdentRule::Fragment => "no fragment belongs here",
            IdentRule::TrailingSlash => "more than one slash at the end",
            IdentRule::DotSegment => "a path has no . or .. segment",
            IdentRule::Url => "not a URL",
        })
    }
}

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Grammar {
            what,
            form,
            example,
            ..
        } = self.grammar;
        write!(f, "invalid {what}")?;
        if let Some(position) = self.position {
            write!(f, " at byte {position}")?;
        }
        f.write_str(": ")?;
        self.reason(f)?;
        write!(f, "; expected {form}, such as {example}")
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
