//! Why a connection override is none.

use voice_core::error::Error;

use crate::error::ErrorCode;

/// A setting that Twilio would not take. It never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OverrideError {
    /// A number out of its range, or none at all.
    #[error("{setting} must be a whole number from {min} to {max}")]
    Range {
        /// The setting, as it stands in the fragment.
        setting: &'static str,
        /// The least.
        min: u16,
        /// The most.
        max: u16,
    },
    /// No edge, or a name no edge can have.
    #[error(
        "e must be a comma-separated list of edges such as dublin,ashburn (Twilio's error 11240)"
    )]
    Edge,
    /// `roaming`, which is for Voice SDK clients.
    #[error("e cannot be roaming: name an edge such as dublin (Twilio's error 11241)")]
    EdgeNotSupported,
    /// No retry policy, or an unknown one.
    #[error(
        "rp must be a comma-separated list out of ct, rt, 4xx, 5xx and all (Twilio's error 11243)"
    )]
    Policy,
    /// Neither `y` nor `n`.
    #[error("sni must be y or n")]
    Sni,
    /// Not a list of `name=value` pairs.
    #[error("expected name=value pairs joined by &, such as rc=2&rp=ct,rt")]
    Malformed,
    /// A setting that is given twice.
    #[error("a setting is given twice")]
    Repeated,
}

impl OverrideError {
    /// The error Twilio would report, had the URL been handed to it; where it is known.
    #[must_use]
    pub const fn code(self) -> Option<ErrorCode> {
        match self {
            Self::Edge => Some(ErrorCode::new(11240)),
            Self::EdgeNotSupported => Some(ErrorCode::new(11241)),
            Self::Policy => Some(ErrorCode::new(11243)),
            _ => None,
        }
    }
}

impl From<OverrideError> for Error {
    fn from(error: OverrideError) -> Self {
        Self::invalid_input("url", error.to_string()).with_source(error)
    }
}
