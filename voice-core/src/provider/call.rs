//! Calls: who is rung.

use std::fmt;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::{AgentId, CallId, CallKey, JoinUrl};
use crate::error::Error;
use crate::ident::E164;
use crate::webhook::WebhookUrl;

/// Places and follows calls.
#[async_trait]
pub trait CallProvider: fmt::Debug + Send + Sync {
    /// In what form a call's audio reaches an agent's session.
    fn media(&self) -> MediaKind;

    /// Rings a phone. Never repeated by itself once it may have left.
    ///
    /// # Errors
    /// The provider's. With [`Delivery::Unknown`](crate::error::Delivery::Unknown) the person may be ringing now: look
    /// with [`find_call`](Self::find_call), and do not place it again.
    async fn place_call(&self, request: &PlaceCall) -> Result<Call, Error>;

    /// Reads a call.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::error::ErrorKind::NotFound) when there is none.
    async fn get_call(&self, id: &CallId) -> Result<Call, Error>;

    /// Ends a call: cancels one that is not answered yet. One that is over already is no error.
    ///
    /// # Errors
    /// The provider's. [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported), with nothing sent, where the
    /// API has no way to end a call.
    async fn hang_up(&self, id: &CallId) -> Result<(), Error>;

    /// Looks for the call that a request with an unknown outcome may have placed. One look; the caller repeats it until
    /// [`FindCall::settled_after`].
    ///
    /// # Errors
    /// The provider's.
    async fn find_call(&self, request: &FindCall) -> Result<Found, Error>;
}

/// In what form a call's audio travels to an agent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaKind {
    /// Twilio Media Streams over a WebSocket.
    Twilio,
    /// Telnyx media streaming.
    Telnyx,
    /// Plivo audio streaming.
    Plivo,
    /// Exotel voice streaming.
    Exotel,
    /// SIP.
    Sip,
    /// Raw PCM over a WebSocket.
    WebSocket,
    /// WebRTC.
    WebRtc,
}

/// What the called person is connected to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Connect {
    /// An agent's session, both ways.
    Session(JoinUrl),
    /// An agent of the provider that dials: it opens the session itself. Providers that have no agents refuse it with
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported), before anything is sent.
    Agent(OwnAgent),
}

/// An agent of the provider that dials, and what it is told of this call.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct OwnAgent {
    /// The agent.
    pub agent: AgentId,
    /// Values for its template variables.
    pub context: Map<String, Value>,
}

impl OwnAgent {
    /// An agent that is told nothing.
    #[must_use]
    pub fn new(agent: AgentId) -> Self {
        Self {
            agent,
            context: Map::new(),
        }
    }

    /// A value for one of the agent's template variables.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.context.insert(name.into(), value.into());
        self
    }
}

/// Values are personal data and are not shown.
impl fmt::Debug for OwnAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variables: Vec<&String> = self.context.keys().collect();
        f.debug_struct("OwnAgent")
            .field("agent", &self.agent)
            .field("variables", &variables)
            .finish()
    }
}

/// A call to be placed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PlaceCall {
    /// Who is rung.
    pub to: E164,
    /// The number shown, which the account must be allowed to use.
    pub from: E164,
    /// What they hear.
    pub connect: Connect,
    /// Recognises the call later, as far as the provider can.
    pub key: CallKey,
    /// How long it rings; 30 s unless set.
    pub ring_timeout: Duration,
    /// Longest call, where the provider lets one say.
    pub time_limit: Option<Duration>,
    /// Where the provider reports progress.
    pub status_callback: Option<WebhookUrl>,
}

impl PlaceCall {
    /// A call that rings for 30 s.
    #[must_use]
    pub fn new(to: E164, from: E164, connect: Connect, key: CallKey) -> Self {
        Self {
            to,
            from,
            connect,
            key,
            ring_timeout: Duration::from_secs(30),
            time_limit: None,
            status_callback: None,
        }
    }
}

/// A call as the provider knows it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// How far it is.
    pub status: CallStatus,
    /// Seconds spoken, once it is over and the provider has counted.
    pub duration: Option<Duration>,
    /// The provider's own object, whole; personal data.
    pub raw: Value,
}

impl Call {
    /// A call.
    #[must_use]
    pub fn new(id: CallId, status: CallStatus) -> Self {
        Self {
            id,
            status,
            duration: None,
            raw: Value::Null,
        }
    }
}

/// The provider's object holds personal data and is not shown.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("duration", &self.duration)
            .finish_non_exhaustive()
    }
}

crate::open_enum! {
    /// How far a call is, in the words most providers use.
    pub enum CallStatus {
        /// Accepted, not dialled yet.
        Queued = "queued",
        /// Dialled.
        Initiated = "initiated",
        /// It rings.
        Ringing = "ringing",
        /// They speak.
        InProgress = "in-progress",
        /// It was answered, and is over.
        Completed = "completed",
        /// The line was busy.
        Busy = "busy",
        /// Nobody answered.
        NoAnswer = "no-answer",
        /// It could not be connected.
        Failed = "failed",
        /// It was ended before it was answered.
        Canceled = "canceled",
    }
}

impl CallStatus {
    /// Nothing more will happen to it.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Busy | Self::NoAnswer | Self::Failed | Self::Canceled
        )
    }
}

/// What is known of a call that may have been placed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FindCall {
    /// Who would have been rung.
    pub to: E164,
    /// The number that would have been shown.
    pub from: E164,
    /// The key it would carry.
    pub key: CallKey,
    /// Calendar time just before the first try was sent.
    pub sent_from: SystemTime,
    /// Calendar time just after the last try gave up.
    pub sent_until: SystemTime,
}

impl FindCall {
    /// How long after [`sent_until`](Self::sent_until) a request may still turn into a call: 35 s, somewhat more than the
    /// longest server-side processing that was seen (Twilio: 26 to 30 s).
    pub const SETTLE: Duration = Duration::from_secs(35);

    /// Looks for the call of `request`, sent between two calendar times.
    #[must_use]
    pub fn of(request: &PlaceCall, sent_from: SystemTime, sent_until: SystemTime) -> Self {
        Self {
            to: request.to,
            from: request.from,
            key: request.key.clone(),
            sent_from,
            sent_until,
        }
    }

    /// From when on finding nothing means that there is nothing.
    #[must_use]
    pub fn settled_after(&self) -> SystemTime {
        self.sent_until
            .checked_add(Self::SETTLE)
            .unwrap_or(self.sent_until)
    }
}

/// What a look for a call found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Found {
    /// No such call, so far.
    Nothing,
    /// Exactly one that can be it.
    One(Box<Call>),
    /// Several that could be it: nothing tells them apart.
    Several(Vec<CallId>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_is_not_known_is_not_taken_for_the_end() {
        for word in CallStatus::KNOWN {
            let over = !["queued", "initiated", "ringing", "in-progress"].contains(word);
            assert_eq!(CallStatus::from_word(word).is_final(), over, "{word}");
        }
        assert!(!CallStatus::from_word("teleported").is_final());
    }
}
