//! The dialled number: which of our numbers a ringing call is for, read from the headers of its INVITE.
//!
//! Whoever calls can write those headers, and every carrier writes them a little differently. So everything is read by the
//! grammar of its standard ([RFC 3261] for header values and `sip:` URIs, [RFC 3966] for `tel:`), a little more is
//! tolerated where it cannot be misread, and the outcome is a number in E.164 form or nothing: no digit is guessed.
//!
//! - [`DialledNumber`] looks through the headers in a configurable order and says what it found where.
//! - [`Region`] says how numbers without `+` are to be read; without one they stay unread.
//! - [`Caller`] is who calls, for whoever follows the call up.
//!
//! Work is linear in the size of the headers and bounded: see [`DialledNumber::MAX_HEADERS`] and
//! [`DialledNumber::MAX_VALUE_BYTES`].
//!
//! [RFC 3261]: https://www.rfc-editor.org/rfc/rfc3261
//! [RFC 3966]: https://www.rfc-editor.org/rfc/rfc3966

mod address;
mod caller;
mod finder;
#[cfg(test)]
mod finder_tests;
mod look;
mod number;
#[cfg(test)]
mod properties;
mod region;
mod source;
mod uri;

pub use caller::Caller;
pub use finder::{Dialled, DialledNumber, NoDialledNumber};
pub use look::{Look, Miss};
pub use region::{Region, RegionError};
pub use source::{HeaderNameError, Source};
