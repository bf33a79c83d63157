//! The surface that every validated text shares: parsing, showing, comparing, and serde.
//!
//! A type brings `parse` and `as_str`; the macros here add the rest, so that thirty-odd types behave alike.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};

use super::IdentError;
use super::error::{Grammar, IdentRule};

/// Implements the shared traits for a type with `GRAMMAR`, `parse(&str)` and `as_str(&self)`.
///
/// `Debug` is left out: whether a value may be shown in full differs between types.
macro_rules! text_surface {
    ($name:ident) => {
        impl std::str::FromStr for $name {
            type Err = $crate::ident::IdentError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::ident::IdentError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::ident::IdentError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::ident::surface::deserialize(deserializer, &Self::GRAMMAR)
            }
        }
    };
}

/// Implements `Debug` as the name of the type around the text. For values that are neither personal nor secret.
macro_rules! plain_debug {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }
    };
}

pub(super) use {plain_debug, text_surface};

/// Refuses an empty text, one of more than `max` bytes, and the first byte that `allowed` does not accept.
///
/// Only for types whose accepted characters are ASCII, so that bytes are characters.
pub(super) fn check_ascii(
    text: &str,
    grammar: &'static Grammar,
    max: usize,
    allowed: impl Fn(u8) -> bool,
) -> Result<(), IdentError> {
    if text.is_empty() {
        return Err(IdentError::new(grammar, IdentRule::Empty));
    }
    for (at, byte) in text.bytes().enumerate() {
        let rule = if !allowed(byte) {
            IdentRule::Character
        } else if at >= max {
            IdentRule::TooLong { max }
        } else {
            continue;
        };
        let error = IdentError::new(grammar, rule).at(text, at);
        return Err(match rule {
            IdentRule::Character => error.found(byte),
            _ => error,
        });
    }
    Ok(())
}

/// The start of the first character that ends past `max` bytes, for texts that hold any character.
pub(super) fn first_beyond(text: &str, max: usize) -> Option<usize> {
    text.char_indices()
        .find(|(at, character)| at + character.len_utf8() > max)
        .map(|(at, _)| at)
}

/// Reads a string and parses it, without ever repeating the input in an error.
///
/// serde's own "invalid type" message quotes what it found, and a phone number written as a bare number would be
/// quoted in full. `deserialize_any` would let the visitor see such a number first, but formats differ in what they
/// hand out then (XML gives a map), so the message is replaced instead.
pub(super) fn deserialize<'de, D, T>(
    deserializer: D,
    grammar: &'static Grammar,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<String, Error = IdentError> + for<'a> TryFrom<&'a str, Error = IdentError>,
{
    let visitor = TextVisitor {
        grammar,
        target: PhantomData,
    };
    deserializer.deserialize_str(visitor).map_err(|error| {
        if error.to_string().starts_with("invalid type") {
            D::Error::custom(format_args!(
                "invalid type: not a string, expected {} as a string: {}",
                grammar.what, grammar.form
            ))
        } else {
            error
        }
    })
}

struct TextVisitor<T> {
    grammar: &'static Grammar,
    target: PhantomData<T>,
}

impl<T> Visitor<'_> for TextVisitor<T>
where
    T: TryFrom<String, Error = IdentError> + for<'a> TryFrom<&'a str, Error = IdentError>,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.grammar.what, self.grammar.form)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::try_from(text).map_err(E::custom)
    }

    fn visit_string<E: Error>(self, text: String) -> Result<T, E> {
        T::try_from(text).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::Expected;

    use super::*;
    use crate::ident::E164;

    #[test]
    fn a_format_with_messages_of_its_own_can_still_say_what_is_expected() {
        let visitor = TextVisitor::<E164> {
            grammar: &E164::GRAMMAR,
            target: PhantomData,
        };
        let expected: &dyn Expected = &visitor;
        assert_eq!(
            expected.to_string(),
            "E164: + and 7 to 15 digits, the first 1 to 9, nothing between them"
        );
    }
}
