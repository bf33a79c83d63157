//! Create, or find what is there: the way to make something exactly once although answers get lost.
//!
//! Exotel knows no idempotency keys. What identifies a thing is its natural key, and after a refusal with 1008 or an outcome
//! that nobody knows it is looked for by that key:
//!
//! | thing | key | a second one | looked for in |
//! |---|---|---|---|
//! | trunk | `trunk_name` | is refused | the list of trunks |
//! | number | `phone_number` | is refused | the trunk's numbers; after 1008 also the trunk map of the number |
//! | address | `ip` | is refused | the trunk's access list |
//! | destination | `destination`, without `sip:` and case | nobody knows | the trunk's destinations, **before** it is made too |
//! | credential | `user_name` | nobody knows | the trunk's credentials, **before** it is made too |
//! | setting | `name` | nobody knows | the trunk's settings, **before** it is made too |
//!
//! Every resource has three ways to make one:
//!
//! - `create`, `map`, `add`, `set_one`: one request; 1008 and unknown outcomes are errors.
//! - `create_or_explain`: the same, but an error with 1008 carries what is there ([`CreateError::existing`]).
//! - `create_or_get`: the end is that it is there, and [`Ensured`] says how.
//!
//! `create_or_get` never sends a second POST after an unknown outcome without having looked, and never a third. Where the
//! server may take a second one it waits first, so that a request that was slow to act can be seen
//! ([`settle`](crate::ExotelClientBuilder::settle), 2 s). A request that arrives even later than that can still make a
//! second destination or credential; the API offers nothing against it.

mod credential;
mod destination;
mod ensure;
mod explain;
mod ip;
mod look;
mod number;
mod setting;
mod trunk;
mod unique_name;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::types::NumberMode;

pub use explain::CreateError;
pub use unique_name::{NameStyle, UniqueName};

pub(crate) use credential::CredentialOf;
pub(crate) use destination::DestinationOf;
pub(crate) use ensure::{Before, Kind, NOWHERE, Seen, ensure, mismatched, nowhere};
pub(crate) use ip::IpOf;
pub(crate) use look::{Asked, items};
pub(crate) use number::NumberOf;
pub(crate) use setting::SettingOf;
pub(crate) use trunk::TrunkOf;

/// It is there; this is how that came.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Ensured<T> {
    /// This call made it.
    Created(T),
    /// It was found after a request of this call whose outcome nobody knows, and nobody had looked before: this call
    /// probably made it.
    Recovered(T),
    /// It was there before.
    Found(T),
    /// Something with its key was there before, but is not, or not certainly, what was asked for. Nothing was changed.
    Differs(T, Vec<Mismatch>),
}

impl<T> Ensured<T> {
    /// What is there.
    #[must_use]
    pub fn value(&self) -> &T {
        match self {
            Self::Created(value)
            | Self::Recovered(value)
            | Self::Found(value)
            | Self::Differs(value, _) => value,
        }
    }

    /// What is there.
    #[must_use]
    pub fn into_value(self) -> T {
        match self {
            Self::Created(value)
            | Self::Recovered(value)
            | Self::Found(value)
            | Self::Differs(value, _) => value,
        }
    }

    /// In what it differs from what was asked for; empty unless it is [`Differs`](Self::Differs).
    #[must_use]
    pub fn mismatches(&self) -> &[Mismatch] {
        match self {
            Self::Differs(_, mismatches) => mismatches,
            _ => &[],
        }
    }

    /// Whether this call surely made it.
    #[must_use]
    pub fn is_created(&self) -> bool {
        matches!(self, Self::Created(_))
    }
}

/// In what an existing thing differs from what was asked for. Phone numbers and secrets are not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mismatch {
    /// The trunk has another NSO code.
    NsoCode {
        /// What was asked for.
        wanted: String,
        /// What it has.
        existing: String,
    },
    /// The trunk has another domain. No operation changes it.
    DomainName {
        /// What was asked for.
        wanted: String,
        /// What it has.
        existing: String,
    },
    /// The number is mapped to this trunk in another mode.
    Mode {
        /// What was asked for.
        wanted: NumberMode,
        /// What it has.
        existing: NumberMode,
    },
    /// The address is listed with another mask.
    Mask {
        /// What was asked for.
        wanted: u8,
        /// What it has.
        existing: u8,
    },
    /// The user exists. Its password cannot be read, so that nobody knows whether it is this one.
    PasswordUnverified,
    /// The credential has another name for people, or none.
    FriendlyName,
    /// The setting has another value.
    Value,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NsoCode { wanted, existing } => {
                write!(f, "the NSO code is {existing}, not {wanted}")
            }
            Self::DomainName { wanted, existing } => {
                write!(f, "the domain is {existing}, not {wanted}")
            }
            Self::Mode { wanted, existing } => write!(f, "the mode is {existing}, not {wanted}"),
            Self::Mask { wanted, existing } => write!(f, "the mask is {existing}, not {wanted}"),
            Self::PasswordUnverified => f.write_str("the password cannot be compared"),
            Self::FriendlyName => f.write_str("the friendly name is another"),
            Self::Value => f.write_str("the value is another"),
        }
    }
}
