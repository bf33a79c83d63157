//! Values that many resources share, and the two macros their types are written with.
//!
//! Twilio's answers are loose: numbers come as texts, nearly every property may be null, and new words and properties
//! appear without notice. The types here take all of it: [`Numeric`] and [`ApiTime`] keep the text as it came, open
//! enums keep words they do not know, and every response type keeps unknown properties in its `extra`.

mod date;
mod encode;
mod endpoint;
mod mask;
mod numeric;
mod open;
mod request;
mod resource;
mod time;

pub use date::{DateFilter, DateFilterError};
pub use encode::{Milliseconds, Seconds};
pub use endpoint::{Endpoint, EndpointError};
pub use numeric::Numeric;
pub use time::ApiTime;

pub(crate) use encode::{Encode, Sink};
pub(crate) use mask::Masked;
pub(crate) use open::open_enum;
pub(crate) use request::{Parameters, Problems, list_request, query, request, settings};
pub(crate) use resource::{Slots, names, read, resource, unreadable, write};

open_enum! {
    /// The method Twilio uses for a request to your server.
    HttpMethod {
        /// Parameters in the query.
        Get = "GET",
        /// Parameters in a form body; the default everywhere.
        Post = "POST",
    }
}

open_enum! {
    /// A step of a call's progress, for status callbacks.
    CallEvent {
        /// Twilio has begun to dial.
        Initiated = "initiated",
        /// It rings.
        Ringing = "ringing",
        /// Somebody answered.
        Answered = "answered",
        /// The call is over, whatever its outcome; the only one reported unless asked otherwise.
        Completed = "completed",
    }
}

impl CallEvent {
    /// All four, in their order.
    pub const ALL: [Self; 4] = [
        Self::Initiated,
        Self::Ringing,
        Self::Answered,
        Self::Completed,
    ];
}

/// Whole seconds, part of one counted as a whole.
pub(crate) fn whole_seconds(duration: std::time::Duration) -> u64 {
    duration
        .as_secs()
        .saturating_add(u64::from(duration.subsec_nanos() > 0))
}

/// A setting that is either on or off; unset leaves Twilio's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Toggle {
    /// `true`.
    On,
    /// `false`.
    Off,
}

impl Toggle {
    /// `true` or `false`, as the API and TwiML spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::On => "true",
            Self::Off => "false",
        }
    }
}

impl std::fmt::Display for Toggle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
