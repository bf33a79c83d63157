//! What a journal says of an entry.

use std::fmt;
use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::ident::E164;
use crate::provider::{Call, CallId, CallKey, CallStatus};

/// An entry that is about to be dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Intent {
    /// The entry, and the key its call carries.
    pub key: CallKey,
    /// Calendar time just before the dial; journals keep whole milliseconds.
    pub at: SystemTime,
    /// The number in a form that can be compared and not read.
    pub number: Option<NumberMark>,
}

impl Intent {
    /// An intent without a mark of its number.
    #[must_use]
    pub fn new(key: CallKey, at: SystemTime) -> Self {
        Self {
            key,
            at,
            number: None,
        }
    }

    /// With a mark of its number.
    #[must_use]
    pub fn number(mut self, mark: NumberMark) -> Self {
        self.number = Some(mark);
        self
    }
}

/// A phone number as HMAC-SHA256 (RFC 2104) under a key of yours, cut to 128 bits, in hex. Without the key nobody can try all
/// numbers against it, which a plain hash allows.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NumberMark(String);

impl NumberMark {
    /// The mark of a number. The key must be the same after a restart.
    #[must_use]
    pub fn of(key: &SecretString, number: E164) -> Self {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()) else {
            return Self(String::new());
        };
        mac.update(b"voice call journal number\0");
        mac.update(number.digits().as_bytes());
        let bytes = mac.finalize().into_bytes();
        Self(bytes.iter().take(16).fold(String::new(), |mut hex, byte| {
            use fmt::Write as _;
            // Writing to a string does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        }))
    }

    /// The hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NumberMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NumberMark({})", self.0)
    }
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallEnd {
    /// The last status.
    pub status: CallStatus,
    /// Whole seconds spoken, where the provider has counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
}

impl CallEnd {
    /// The end of a call that is over; `None` while it goes on.
    #[must_use]
    pub fn of(call: &Call) -> Option<Self> {
        call.status.is_final().then(|| Self {
            status: call.status.clone(),
            seconds: call.duration.map(|length: Duration| length.as_secs()),
        })
    }
}

/// What became of a dial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[non_exhaustive]
pub enum DialOutcome {
    /// The provider has the call.
    Placed {
        /// The call.
        call: CallId,
        /// How it ended, once that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        end: Option<CallEnd>,
    },
    /// The provider refused this entry for good; nobody was rung.
    Refused {
        /// The [kind](crate::error::ErrorKind::as_str) of the error.
        kind: String,
        /// Its line, without secrets and numbers.
        message: String,
    },
    /// Nobody can say whether the person was rung. Never dialled again by itself.
    Unknown {
        /// Why not, without secrets and numbers.
        message: String,
    },
    /// Nothing was sent, or nothing was done: the entry is as good as new.
    NotDialled,
}

/// What is known of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryState {
    /// Nobody was rung for it.
    New,
    /// A dial was about to leave; it is not known what became of it.
    Dialling(Intent),
    /// It is done with.
    Done {
        /// The dial.
        intent: Intent,
        /// What became of it; never [`DialOutcome::NotDialled`].
        outcome: DialOutcome,
    },
}

/// Whether an entry may be dialled now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Begun {
    /// The intent is written: dial.
    Yes,
    /// It is not new; nothing was written.
    No(Box<EntryState>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_of_number_and_key_and_shows_neither() {
        let (one, other) = (SecretString::from("one key"), SecretString::from("another"));
        let number = E164::parse("+14155550111").unwrap();
        let mark = NumberMark::of(&one, number);
        assert_eq!(mark, NumberMark::of(&one, number));
        assert_ne!(mark, NumberMark::of(&other, number));
        assert_ne!(
            mark,
            NumberMark::of(&one, E164::parse("+14155550112").unwrap())
        );
        assert_eq!(mark.as_str().len(), 32);
        assert!(!format!("{mark:?}").contains("5550111"));
    }

    #[test]
    fn a_call_that_goes_on_has_no_end() {
        let mut call = Call::new(CallId::new("CA1").unwrap(), CallStatus::InProgress);
        assert_eq!(CallEnd::of(&call), None);
        call.status = CallStatus::Completed;
        call.duration = Some(Duration::from_millis(7_900));
        assert_eq!(CallEnd::of(&call).unwrap().seconds, Some(7));
    }
}
