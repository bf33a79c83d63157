//! What happens during a flow, as it happens.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::{Clock, SharedClock};
use crate::ident::E164;
use crate::provider::{AgentId, CallId, CallStatus, SessionId};

/// One step of a flow. [`Display`](fmt::Display) is one readable line with masked numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlowEvent {
    /// The agent is known.
    AgentFound {
        /// Its id.
        agent: AgentId,
    },
    /// The agent waits to be joined.
    SessionOpened {
        /// The session.
        session: SessionId,
    },
    /// Opening had no clear outcome; the session was found by its key.
    SessionRecovered {
        /// The session.
        session: SessionId,
    },
    /// The order to dial goes out.
    Dialling {
        /// Who is rung.
        to: E164,
        /// The number shown.
        from: E164,
    },
    /// The telephone provider has the call.
    Placed {
        /// The call.
        call: CallId,
        /// How far it is.
        status: CallStatus,
    },
    /// The order had no clear outcome: nothing is dialled again, the call is looked for.
    OutcomeUnknown,
    /// The call was found and is followed.
    Recovered {
        /// The call.
        call: CallId,
    },
    /// The call went on to another status.
    Status {
        /// The call.
        call: CallId,
        /// Its status now.
        status: CallStatus,
    },
    /// A look at the call failed; it is looked at again.
    LookFailed {
        /// What went wrong, in one line.
        error: String,
    },
    /// The session was ended, since nobody will join it.
    SessionEnded {
        /// The session.
        session: SessionId,
    },
    /// The session could not be ended; it ends by itself when its join timeout has passed.
    SessionLeft {
        /// The session.
        session: SessionId,
    },
}

impl fmt::Display for FlowEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AgentFound { agent } => write!(f, "agent found ({agent})"),
            Self::SessionOpened { session } => write!(f, "agent session opened ({session})"),
            Self::SessionRecovered { session } => {
                write!(f, "agent session found by its key ({session})")
            }
            Self::Dialling { to, from } => {
                write!(f, "dialling {} from {}", to.masked(), from.masked())
            }
            Self::Placed { call, status } => write!(f, "call {status} ({call})"),
            Self::OutcomeUnknown => {
                f.write_str("no clear answer to the dial: looking for the call, not dialling again")
            }
            Self::Recovered { call } => write!(f, "the call exists ({call})"),
            Self::Status { status, .. } => write!(f, "call {status}"),
            Self::LookFailed { error } => write!(f, "could not look at the call: {error}"),
            Self::SessionEnded { .. } => f.write_str("agent session ended"),
            Self::SessionLeft { .. } => {
                f.write_str("agent session left to end by itself at its join timeout")
            }
        }
    }
}

/// An event and when it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimelineEntry {
    /// Since the flow began.
    pub at: Duration,
    /// What happened.
    pub event: FlowEvent,
}

/// The events of a flow, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline(Vec<TimelineEntry>);

impl Timeline {
    /// The entries.
    pub fn iter(&self) -> std::slice::Iter<'_, TimelineEntry> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Timeline {
    type Item = &'a TimelineEntry;
    type IntoIter = std::slice::Iter<'a, TimelineEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in self {
            writeln!(f, "{:>8.3}s  {}", entry.at.as_secs_f64(), entry.event)?;
        }
        Ok(())
    }
}

pub(super) type Listener = Arc<dyn Fn(&TimelineEntry) + Send + Sync>;

/// Writes the timeline and tells the listener.
pub(super) struct Recorder {
    clock: SharedClock,
    start: Instant,
    listener: Option<Listener>,
    entries: Mutex<Vec<TimelineEntry>>,
}

impl Recorder {
    pub(super) fn new(clock: SharedClock, listener: Option<Listener>) -> Self {
        Self {
            start: clock.now(),
            clock,
            listener,
            entries: Mutex::new(Vec::new()),
        }
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    pub(super) fn note(&self, event: FlowEvent) {
        let entry = TimelineEntry {
            at: self.clock.now().saturating_duration_since(self.start),
            event,
        };
        tracing::info!(target: "voice_core", at_ms = u64::try_from(entry.at.as_millis()).unwrap_or(u64::MAX), "{}", entry.event);
        if let Some(listener) = &self.listener {
            listener(&entry);
        }
        self.entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(entry);
    }

    pub(super) fn timeline(&self) -> Timeline {
        Timeline(
            self.entries
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        )
    }
}
