//! Properties of many types alike.

use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use voice_core::ident::IdentError;

/// A text is refused soundly, or every way in takes it and every way out gives it back.
pub fn surface<T>(text: &str)
where
    T: FromStr<Err = IdentError>
        + for<'a> TryFrom<&'a str, Error = IdentError>
        + TryFrom<String, Error = IdentError>
        + Display
        + Debug
        + PartialEq
        + Ord
        + Hash
        + Serialize
        + DeserializeOwned,
{
    let json = Value::from(text);
    match text.parse::<T>() {
        Err(error) => {
            assert_eq!(T::try_from(text).err(), Some(error));
            assert_eq!(T::try_from(text.to_owned()).err(), Some(error));
            let refused = serde_json::from_value::<T>(json).err();
            assert_eq!(
                refused.map(|error| error.to_string()),
                Some(error.to_string())
            );
            sound_refusal(&error, text);
        }
        Ok(value) => {
            assert_eq!(T::try_from(text).as_ref(), Ok(&value));
            assert_eq!(T::try_from(text.to_owned()).as_ref(), Ok(&value));
            assert_eq!(serde_json::from_value::<T>(json).unwrap(), value);
            let shown = value.to_string();
            assert!(shown.len() <= 3 * text.len() + 16, "it grew: {shown}");
            let again = shown.parse::<T>().expect("what is shown can be read");
            assert_eq!((&again, again.to_string()), (&value, shown));
            let written = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<T>(&written).unwrap(), value);
        }
    }
}

/// An error points into the text, is one line, and repeats nothing of the text but what its own words hold.
pub fn sound_refusal(error: &IdentError, text: &str) {
    if let Some(position) = error.position() {
        assert!(position < text.len() && text.is_char_boundary(position));
    }
    let shown = error.to_string();
    assert!(!shown.contains('\n') && shown.contains(error.example()));
    let own = shown.replace(error.example(), "");
    for digits in text.split(|character: char| !character.is_ascii_digit()) {
        assert!(
            digits.len() <= 3 || !own.contains(digits),
            "quotes digits: {own}"
        );
    }
}

/// No run of seven digits or more of `text` stands in `shown`.
pub fn no_number_shown(text: &str, shown: &str) {
    for digits in text.split(|character: char| !character.is_ascii_digit()) {
        assert!(
            digits.len() < 7 || !shown.contains(digits),
            "shows a number: {shown}"
        );
    }
}

/// What is read and written reads the same again, and is written the same again.
pub fn written_again<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> Value {
    let written = serde_json::to_value(value).expect("it can be written");
    let again: T = serde_json::from_value(written.clone())
        .unwrap_or_else(|error| panic!("what was written cannot be read: {error}: {written}"));
    assert_eq!(&again, value, "{written}");
    assert_eq!(serde_json::to_value(&again).unwrap(), written);
    written
}

/// A JSON document as `T`: refused, or [`written_again`].
pub fn json<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str) -> Option<T> {
    let value: T = serde_json::from_str(text).ok()?;
    let _ = format!("{value:?}");
    written_again(&value);
    Some(value)
}
