//! Ids: opaque texts that stand in a path or a query.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::read::{FromWire, ToWire};

/// Why a text is no id; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// Nothing there.
    #[error("an id must not be empty")]
    Empty,
    /// More than 64 characters.
    #[error("an id has at most 64 characters")]
    TooLong,
    /// A character that no id has.
    #[error("an id has letters, digits, hyphens and underscores only")]
    Character,
}

const MAX_LEN: usize = 64;

fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !text.bytes().all(fits) {
        return Err(IdError::Character);
    }
    if text.len() > MAX_LEN {
        return Err(IdError::TooLong);
    }
    Ok(())
}

macro_rules! ids {
    ($($(#[$docs:meta])* $name:ident)*) => {$(
        $(#[$docs])*
        ///
        /// Opaque: 1 to 64 letters, digits, `-` and `_`. It is read from a JSON string or number and written as a string.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks and takes an id; nothing is trimmed.
            ///
            /// # Errors
            /// [`IdError`] says which rule broke.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                check(text)?;
                Ok(Self(text.into()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = Value::deserialize(deserializer)?;
                Self::from_wire(&value)
                    .ok_or_else(|| serde::de::Error::custom("not an id: a short text or a number"))
            }
        }

        impl FromWire for $name {
            fn from_wire(value: &Value) -> Option<Self> {
                match value {
                    Value::String(text) => Self::parse(text).ok(),
                    Value::Number(number) => Self::parse(&number.to_string()).ok(),
                    _ => None,
                }
            }
        }

        impl ToWire for $name {
            fn to_wire(&self) -> Value {
                Value::from(self.as_str())
            }
        }
    )*};
}

ids! {
    /// The id of a trunk, such as `trmum1…`.
    TrunkSid
    /// The id of a number's mapping to a trunk. It is never the number.
    PhoneNumberId
    /// The id of an entry of a trunk's access list.
    WhitelistedIpId
    /// The id of a destination of a trunk.
    DestinationId
    /// The id of a credential of a trunk.
    CredentialId
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_read_from_texts_and_numbers() {
        for (value, id) in [
            (json!("41523"), "41523"),
            (json!(41523), "41523"),
            (json!("TR12345678"), "TR12345678"),
        ] {
            let read: PhoneNumberId = serde_json::from_value(value).unwrap();
            assert_eq!(read, id);
            assert_eq!(serde_json::to_value(&read).unwrap(), json!(id));
        }
        for bad in [
            json!(""),
            json!(null),
            json!(1.5),
            json!(-1.25),
            json!([1]),
            json!("a/b"),
            json!(".."),
        ] {
            assert!(
                serde_json::from_value::<PhoneNumberId>(bad.clone()).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn no_id_leads_out_of_its_segment() {
        for (bad, error) in [
            ("", IdError::Empty),
            (".", IdError::Character),
            ("..", IdError::Character),
            ("a/b", IdError::Character),
            ("a?b", IdError::Character),
            ("a b", IdError::Character),
            ("+918000000001", IdError::Character),
            (&"x".repeat(65), IdError::TooLong),
        ] {
            assert_eq!(TrunkSid::parse(bad), Err(error), "{bad:?}");
        }
        assert!(TrunkSid::parse(&"x".repeat(64)).is_ok());
    }

    proptest! {
        #[test]
        fn what_is_taken_comes_back(text in "\\PC{0,70}|[A-Za-z0-9_-]{1,64}") {
            if let Ok(sid) = TrunkSid::parse(&text) {
                prop_assert_eq!(sid.to_string(), text.clone());
                let back: TrunkSid = serde_json::from_value(json!(text)).unwrap();
                prop_assert_eq!(back, sid);
            }
        }
    }
}
