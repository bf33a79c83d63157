//! The SIP status a call is refused with.

use std::fmt;

use serde::{Serialize, Serializer};
use voice_core::error::Error;
use voice_core::provider::RejectReason;

/// A SIP status to refuse a call with (RFC 3261 section 21): 400 to 699.
///
/// The API's schema says only that it is an integer; what is no final refusal in SIP is not taken here.
///
/// ```
/// use openai_calls::calls::RejectStatus;
///
/// assert_eq!(RejectStatus::new(486)?, RejectStatus::BUSY_HERE);
/// assert!(RejectStatus::new(200).is_err());
/// # Ok::<(), openai_calls::calls::RejectStatusError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RejectStatus(u16);

/// The number is no SIP status that refuses a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} does not refuse a call; expected 400 to 699")]
pub struct RejectStatusError(u16);

impl From<RejectStatusError> for Error {
    fn from(error: RejectStatusError) -> Self {
        Self::invalid_input("status_code", error.to_string()).with_source(error)
    }
}

impl RejectStatus {
    /// 404: nobody here has this number.
    pub const NOT_FOUND: Self = Self(404);
    /// 480: temporarily unavailable.
    pub const TEMPORARILY_UNAVAILABLE: Self = Self(480);
    /// 486: busy.
    pub const BUSY_HERE: Self = Self(486);
    /// 503: no capacity at present.
    pub const SERVICE_UNAVAILABLE: Self = Self(503);
    /// 603: declined; what the API takes when none is given.
    pub const DECLINE: Self = Self(603);

    /// A status of 400 to 699.
    ///
    /// # Errors
    /// [`RejectStatusError`] for any other number.
    pub const fn new(status: u16) -> Result<Self, RejectStatusError> {
        match status {
            400..=699 => Ok(Self(status)),
            _ => Err(RejectStatusError(status)),
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl From<RejectReason> for RejectStatus {
    fn from(reason: RejectReason) -> Self {
        Self::new(reason.sip_status()).unwrap_or(Self::DECLINE)
    }
}

impl fmt::Display for RejectStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for RejectStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_status_and_every_refusal_fits() {
        for (reason, status) in [
            (RejectReason::Busy, 486),
            (RejectReason::NoCapacity, 503),
            (RejectReason::Declined, 603),
            (RejectReason::UnknownNumber, 404),
        ] {
            assert_eq!(RejectStatus::from(reason).get(), status);
        }
        for status in 0..=u16::MAX {
            let fits = (400..=699).contains(&status);
            assert_eq!(RejectStatus::new(status).is_ok(), fits, "{status}");
        }
    }
}
