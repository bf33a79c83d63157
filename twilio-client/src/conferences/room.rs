//! Which conference somebody is dialled into.

use std::fmt;

use voice_core::ident::ConferenceSid;
use voice_core::secret::redact;

/// A conference, by its SID, or by its name: one of that name that goes on, else a new one. `Debug` masks numbers in the
/// name.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Room(Which);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Which {
    Sid(ConferenceSid),
    Name(Box<str>),
}

/// A text cannot be a conference's name. It never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error(
    "a conference's name must have 1 to 128 characters, no control character, and not be . or .."
)]
pub struct RoomNameError;

impl Room {
    /// A conference by its name, 1 to 128 characters. A text in the form of a SID is one.
    ///
    /// # Errors
    /// [`RoomNameError`] for any other length, control characters, and the names `.` and `..`, which no path can hold.
    pub fn name(name: impl AsRef<str>) -> Result<Self, RoomNameError> {
        let name = name.as_ref();
        if let Ok(sid) = ConferenceSid::parse(name) {
            return Ok(sid.into());
        }
        let good = (1..=128).contains(&name.chars().count())
            && !name.chars().any(char::is_control)
            && !matches!(name, "." | "..");
        if good {
            Ok(Self(Which::Name(name.into())))
        } else {
            Err(RoomNameError)
        }
    }

    /// The SID, if it is named by one.
    #[must_use]
    pub fn sid(&self) -> Option<ConferenceSid> {
        match &self.0 {
            Which::Sid(sid) => Some(*sid),
            Which::Name(_) => None,
        }
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Which::Sid(sid) => f.debug_tuple("Room").field(sid).finish(),
            Which::Name(name) => f.debug_tuple("Room").field(&redact(name)).finish(),
        }
    }
}

impl From<ConferenceSid> for Room {
    fn from(sid: ConferenceSid) -> Self {
        Self(Which::Sid(sid))
    }
}

impl AsRef<str> for Room {
    fn as_ref(&self) -> &str {
        match &self.0 {
            Which::Sid(sid) => sid.as_str(),
            Which::Name(name) => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_sids_are_told_apart() {
        let sid = concat!("CF", "0123456789abcdef0123456789abcdef");
        assert_eq!(Room::name(sid).unwrap().sid().unwrap(), sid);
        let room = Room::name("Room 7/b").unwrap();
        assert_eq!((room.sid(), room.as_ref()), (None, "Room 7/b"));
        let number = Room::name("call with +14155550123").unwrap();
        assert!(!format!("{number:?}").contains("5550"), "{number:?}");
        assert!(format!("{room:?}").contains("Room 7/b"), "{room:?}");
        for bad in ["", ".", "..", "a\tb", &"x".repeat(129)] {
            assert_eq!(Room::name(bad), Err(RoomNameError));
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_taken_is_kept(text in ".*") {
            if let Ok(room) = Room::name(&text) {
                prop_assert_eq!(room.as_ref(), text);
            }
        }
    }
}
