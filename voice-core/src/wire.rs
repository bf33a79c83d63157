//! What every API's types are made of: words that may be more than those known today, open objects, secrets among other
//! fields, and what of a value shows in a log.

mod json;
mod place;
mod secret;
mod show;

pub use json::JsonMap;
pub(crate) use place::{Again, bounded};
pub use place::{Misfit, read_json, read_value};
pub use secret::Secret;
pub use show::{NotShown, Shown};

/// Declares an open enum from an API's words.
///
/// A word that is not known is kept in `Other` and written back unchanged, so that a new value of the API's breaks nobody.
/// The enum gets `from_word`, `as_str`, `KNOWN`, `Display`, `From<&str>`, `From<String>` and serde (as the word), and is
/// `non_exhaustive`. The calling crate needs no dependency for it.
///
/// ```
/// voice_core::open_enum! {
///     /// How it went.
///     pub enum Outcome {
///         /// Somebody answered.
///         Answered = "answered",
///         /// Nobody did.
///         NoAnswer = "no-answer",
///     }
/// }
///
/// assert_eq!(Outcome::from("no-answer"), Outcome::NoAnswer);
/// assert_eq!(Outcome::from("teleported").as_str(), "teleported");
/// assert_eq!(Outcome::KNOWN, ["answered", "no-answer"]);
/// ```
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$about:meta])* $variant:ident = $word:literal, )* }
    ) => {
        $(#[$meta])*
        ///
        /// Open: a word that is not known here is kept in `Other` and written back unchanged.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$about])* $variant, )*
            /// A word this version does not know.
            Other(String),
        }

        impl $name {
            /// The words this version knows, as the API spells them.
            pub const KNOWN: &'static [&'static str] = &[$($word),*];

            /// Reads the API's word; any other is kept.
            #[must_use]
            pub fn from_word(word: &str) -> Self {
                match word {
                    $( $word => Self::$variant, )*
                    other => Self::Other(other.to_owned()),
                }
            }

            /// The API's word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )*
                    Self::Other(word) => word,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                Self::from_word(word)
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match Self::from_word(&word) {
                    Self::Other(_) => Self::Other(word),
                    known => known,
                }
            }
        }

        impl $crate::wire::serde::Serialize for $name {
            fn serialize<S: $crate::wire::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::wire::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::wire::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                <String as $crate::wire::serde::Deserialize>::deserialize(deserializer)
                    .map(Self::from)
            }
        }
    };
}

pub use crate::open_enum;

#[doc(hidden)]
pub use serde;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro declares public items")]
mod tests {
    use proptest::prelude::*;

    open_enum! {
        /// A colour.
        pub enum Colour {
            /// Red.
            Red = "RED",
            /// Green.
            Green = "green",
        }
    }

    proptest! {
        #[test]
        fn every_word_survives(word in "RED|green|red|\\PC{0,20}") {
            let read: Colour = serde_json::from_value(word.clone().into()).unwrap();
            prop_assert_eq!(read.as_str(), &word);
            prop_assert_eq!(serde_json::to_value(&read).unwrap(), serde_json::Value::from(word.clone()));
            prop_assert_eq!(matches!(read, Colour::Other(_)), !Colour::KNOWN.contains(&word.as_str()));
            prop_assert_eq!(&Colour::from(word.as_str()), &read);
            prop_assert_eq!(&Colour::from(word), &read);
        }
    }

    #[test]
    fn what_is_no_word_is_refused() {
        assert!(serde_json::from_str::<Colour>("5").is_err());
        assert_eq!(Colour::Red.to_string(), "RED");
    }
}
