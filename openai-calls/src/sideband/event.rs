//! What a sideband tells.

use std::sync::Arc;
use std::time::Duration;

use super::SidebandEnd;
use crate::events::{ApiError, EventId, ServerEvent};

/// What a sideband tells.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SidebandEvent {
    /// The server said something; also an error that names none of this side's events.
    Server(Box<ServerEvent>),
    /// The server refused one of this side's events. Mostly the session goes on.
    Refused {
        /// Which one.
        sent: SentEvent,
        /// Why.
        error: Box<ApiError>,
    },
    /// The connection broke, and is tried to be restored. Left out when the queue of events is full.
    Reconnecting {
        /// Which try, from 1.
        attempt: u32,
        /// How long is waited before it.
        wait: Duration,
    },
    /// The connection is restored.
    Reconnected {
        /// Events that were handed to the broken connection and may or may not have arrived. None of them is sent again.
        unknown: Vec<SentEvent>,
    },
    /// It is over; always the last.
    Closed(Arc<SidebandEnd>),
}

/// An event that was sent, without what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentEvent {
    /// Its id.
    pub event_id: EventId,
    /// Its type.
    pub kind: String,
}
