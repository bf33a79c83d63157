//! What numbering plans say of a phone number (feature `phone-metadata`): region, type, validity, national form.
//!
//! [`E164`] proves the shape of a number; this module asks the metadata of Google's libphonenumber, as the crate
//! `phonenumber` carries it, what the number is. Metadata ages with the crate: a range that was opened last week is *not valid*
//! here, so do not refuse a person for that alone.
//!
//! - [`E164::metadata`] gives [`PhoneMetadata`]: region, [`NumberKind`], whether it is possible and valid, the national form.
//! - [`E164::parse_national`] reads what people of a [`RegionCode`] write.
//! - [`DialGuard`] refuses numbers that cost a fortune or lead nowhere, before they are dialled.
//!
//! ```
//! use voice_core::ident::metadata::{DialGuard, NumberKind, RegionCode};
//! use voice_core::ident::E164;
//!
//! let gb = RegionCode::parse("GB")?;
//! let number = E164::parse_national("020 7946 0958", gb)?;
//! assert_eq!(number, "+442079460958");
//! let known = number.metadata();
//! assert_eq!((known.region(), known.kind()), (Some(gb), NumberKind::FixedLine));
//!
//! let guard = DialGuard::new();
//! assert!(guard.check(&number).is_ok());
//! assert!(guard.check(&E164::parse("+449098790879")?).is_err(), "premium rate");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Why this crate, and how much of it
//!
//! Two ports of libphonenumber are maintained. `phonenumber` (of the Whisperfish project) builds by itself and carries the
//! newest metadata; `rlibphonenumber` follows the original's code more closely, but needs `protoc`, or a compiler for
//! Protocol Buffers among its dependencies, to be built. Only the data of `phonenumber` are used here: its own parser loses
//! digits (`8 800 555-35-35` of Russia), its classification drops the zero that numbers of Italy begin with, and its patterns
//! match beginnings. What reads and classifies is written here, matches whole numbers, and sees nothing but ASCII digits.

mod guard;
mod kind;
mod national;
mod pattern;
mod plan;
mod region;
#[cfg(test)]
mod tests;

pub use guard::{DialGuard, DialRefusal};
pub use kind::NumberKind;
pub use national::NationalError;
pub use plan::PhoneMetadata;
pub use region::{RegionCode, RegionCodeError};

use super::E164;

impl E164 {
    /// What numbering plans say of this number. The first call in a process reads the metadata, which takes some
    /// milliseconds; later ones take microseconds.
    #[must_use]
    pub fn metadata(&self) -> PhoneMetadata {
        PhoneMetadata::of(*self)
    }
}
