//! What requests and answers are made of: ids, names, words, times, and whatever this version does not know.

mod domain;
mod extra;
mod friendly;
mod id;
mod password;
mod read;
mod time;
mod word;

pub use domain::{DomainName, DomainNameError};
pub use extra::Extra;
pub use friendly::{FriendlyName, FriendlyNameError};
pub use id::{CredentialId, DestinationId, IdError, PhoneNumberId, TrunkSid, WhitelistedIpId};
pub use password::Password;
pub use time::ApiTime;
pub use word::{
    AuthType, DestinationType, EdgePreference, NumberMode, SettingName, Switch, TrunkStatus,
};

pub(crate) use read::{FromWire, ToWire};
pub(crate) use voice_core::wire::Shown;
