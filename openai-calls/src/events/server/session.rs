//! The session itself, its errors and its limits.

use crate::events::{ApiError, RateLimit};
use crate::session::AnySession;
use crate::wire::model;

model! {
    /// Something went wrong. `error.event_id` names the client's event that did it; `event_id` is this event's own.
    event ErrorEvent {
        /// What it was.
        error: ApiError => "error",
    }
}

model! {
    /// The session as it is now.
    event SessionEvent {
        /// The session, with everything that is in force.
        session: AnySession => "session",
    }
}

model! {
    /// What is left of the limits.
    event RateLimitsUpdated {
        /// Each limit.
        rate_limits: Vec<RateLimit> => "rate_limits",
    }
}
