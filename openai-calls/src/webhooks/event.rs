//! An event: its envelope, and what it says.

use std::fmt;

use serde_json::{Map, Value};
use voice_core::provider::CallId;
use voice_core::webhook::WebhookError;

use super::data::{
    AgentActionRequired, AgentSession, AgentSessionCreated, BlockedIdentifier, IncomingCall,
    IncomingLiveCall, IncomingLiveTransport, LiveTransportConnected, ObjectRef,
};
use super::field::{Field, may};
use super::outline::{Outline, unreadable};

/// An event, typed. What this version does not know is kept, and [`to_value`](Self::to_value) gives all of it back.
///
/// ```
/// use openai_calls::webhooks::{Event, EventData};
///
/// let event = Event::parse(br#"{"id": "evt_1", "created_at": 1, "type": "batch.failed", "data": {"id": "batch_1"}}"#)?;
/// assert!(matches!(&event.data, EventData::BatchFailed(batch) if batch.id == "batch_1"));
///
/// let event = Event::parse(br#"{"type": "video.completed", "data": {"id": "video_1"}}"#)?;
/// assert_eq!(event.data.kind(), "video.completed");
/// # Ok::<(), voice_core::webhook::WebhookError>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// The event's own id (`evt_…`). Deliveries are told apart by
    /// [`Delivery::webhook_id`](super::Delivery::webhook_id), not by this.
    pub id: Option<String>,
    /// `event`, if it says so.
    pub object: Option<String>,
    /// When it happened, in seconds since 1970.
    pub created_at: Option<i64>,
    /// What happened.
    pub data: EventData,
    /// Fields of the envelope this version does not know.
    pub extra: Map<String, Value>,
}

impl Event {
    /// Reads a body **that was verified before**; [`OpenAiWebhooks::event`](super::OpenAiWebhooks::event) does both.
    ///
    /// # Errors
    /// [`WebhookError::Unreadable`] when it is no JSON object with a `type`, or a known event lacks a field or has one of
    /// another form. The error names the field and quotes nothing.
    pub fn parse(body: &[u8]) -> Result<Self, WebhookError> {
        let Outline { kind, mut fields } = Outline::read(body)?;
        fields.remove("type");
        let is_known = EventData::KNOWN.contains(&kind.as_str());
        let data = match fields.remove("data") {
            Some(Value::Object(data)) if is_known => {
                EventData::read(kind, data).map_err(|path| unreadable(&format!("data.{path}")))?
            }
            _ if is_known => return Err(unreadable("data is missing or no object")),
            raw => EventData::Unknown {
                kind,
                raw: raw.unwrap_or_default(),
            },
        };
        Ok(Self {
            id: envelope(&mut fields, "id", is_known)?,
            object: envelope(&mut fields, "object", is_known)?,
            created_at: envelope(&mut fields, "created_at", is_known)?,
            data,
            extra: fields,
        })
    }

    /// The event as it stands in a body.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut map = self.extra.clone();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                map.insert(name.to_owned(), value);
            }
        };
        put("id", self.id.as_ref().map(Field::write));
        put("object", self.object.as_ref().map(Field::write));
        put("created_at", self.created_at.as_ref().map(Field::write));
        put("type", Some(Value::from(self.data.kind())));
        put(
            "data",
            Some(self.data.write()).filter(|data| !data.is_null()),
        );
        Value::Object(map)
    }

    /// The call that is over, when this is one of the [events that say so](super::ENDED_KINDS). They are in no official
    /// list: rely on the end of the sideband socket, on hang-ups and on leases, and take these as a hint.
    #[must_use]
    pub fn ended_call(&self) -> Option<CallId> {
        match &self.data {
            EventData::Unknown { kind, raw } => super::outline::ended(kind, raw),
            _ => None,
        }
    }
}

/// Takes a field of the envelope. What an unknown event has under such a name may be anything, and stays where it is.
fn envelope<T: Field>(
    fields: &mut Map<String, Value>,
    name: &str,
    is_known: bool,
) -> Result<Option<T>, WebhookError> {
    let before = fields.get(name).cloned();
    match (may(fields, name), before) {
        (Ok(value), _) => Ok(value),
        (Err(_), Some(odd)) if !is_known => {
            fields.insert(name.to_owned(), odd);
            Ok(None)
        }
        (Err(path), _) => Err(unreadable(&path)),
    }
}

/// Data may be personal: only the outline is shown.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("created_at", &self.created_at)
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}

macro_rules! events {
    ($( $(#[$about:meta])* $variant:ident($data:ident) = $word:literal, )*) => {
        /// What happened, and to what.
        ///
        /// Open: the list grows, and an event that is not known here is kept whole.
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum EventData {
            $( $(#[$about])* $variant($data), )*
            /// An event this version does not know.
            Unknown {
                /// Its `type`.
                kind: String,
                /// Its `data`, whatever that is; null when there is none.
                raw: Value,
            },
        }

        impl EventData {
            /// The types this version knows, as the API spells them.
            pub const KNOWN: &'static [&'static str] = &[$($word),*];

            /// The event's `type`.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $( Self::$variant(_) => $word, )*
                    Self::Unknown { kind, .. } => kind,
                }
            }

            /// The names of the fields this version knows in the data of an event; `None` for an unknown type.
            #[must_use]
            pub fn fields_of(kind: &str) -> Option<&'static [&'static str]> {
                match kind {
                    $( $word => Some($data::FIELDS), )*
                    _ => None,
                }
            }

            fn read(kind: String, data: Map<String, Value>) -> Result<Self, String> {
                Ok(match kind.as_str() {
                    $( $word => Self::$variant($data::read(data)?), )*
                    _ => Self::Unknown { kind, raw: Value::Object(data) },
                })
            }

            fn write(&self) -> Value {
                match self {
                    $( Self::$variant(data) => Value::Object(data.write()), )*
                    Self::Unknown { raw, .. } => raw.clone(),
                }
            }
        }

        impl fmt::Debug for EventData {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( Self::$variant(data) => f.debug_tuple(stringify!($variant)).field(data).finish(), )*
                    Self::Unknown { kind, .. } => write!(f, "Unknown({kind:?})"),
                }
            }
        }
    };
}

events! {
    /// An environment is over, and cannot be taken up again.
    AgentEnvironmentExpired(ObjectRef) = "agent.environment.expired",
    /// An environment could not be set up.
    AgentEnvironmentFailed(ObjectRef) = "agent.environment.failed",
    /// An environment waits for a session.
    AgentEnvironmentReady(ObjectRef) = "agent.environment.ready",
    /// An environment rests, and can be taken up again.
    AgentEnvironmentSuspended(ObjectRef) = "agent.environment.suspended",
    /// A session waits for somebody to act.
    AgentSessionActionRequired(AgentActionRequired) = "agent.session.action_required",
    /// A session was created.
    AgentSessionCreated(AgentSessionCreated) = "agent.session.created",
    /// A session failed.
    AgentSessionFailed(AgentSession) = "agent.session.failed",
    /// A session has nothing to do.
    AgentSessionIdle(AgentSession) = "agent.session.idle",
    /// A session works.
    AgentSessionInProgress(AgentSession) = "agent.session.in_progress",
    /// A batch was cancelled.
    BatchCancelled(ObjectRef) = "batch.cancelled",
    /// A batch is done.
    BatchCompleted(ObjectRef) = "batch.completed",
    /// A batch was not done in time.
    BatchExpired(ObjectRef) = "batch.expired",
    /// A batch failed.
    BatchFailed(ObjectRef) = "batch.failed",
    /// An evaluation was cancelled. The API spells it with one l here.
    EvalRunCanceled(ObjectRef) = "eval.run.canceled",
    /// An evaluation failed.
    EvalRunFailed(ObjectRef) = "eval.run.failed",
    /// An evaluation is done.
    EvalRunSucceeded(ObjectRef) = "eval.run.succeeded",
    /// A fine-tuning job was cancelled.
    FineTuningJobCancelled(ObjectRef) = "fine_tuning.job.cancelled",
    /// A fine-tuning job failed.
    FineTuningJobFailed(ObjectRef) = "fine_tuning.job.failed",
    /// A fine-tuning job is done.
    FineTuningJobSucceeded(ObjectRef) = "fine_tuning.job.succeeded",
    /// A call rings (live API, older name).
    LiveCallIncoming(IncomingLiveCall) = "live.call.incoming",
    /// A live session began.
    LiveTransportConnected(LiveTransportConnected) = "live.transport.connected",
    /// A call rings (live API).
    LiveTransportIncoming(IncomingLiveTransport) = "live.transport.incoming",
    /// A call rings.
    RealtimeCallIncoming(IncomingCall) = "realtime.call.incoming",
    /// A background response was cancelled.
    ResponseCancelled(ObjectRef) = "response.cancelled",
    /// A background response is done.
    ResponseCompleted(ObjectRef) = "response.completed",
    /// A background response failed.
    ResponseFailed(ObjectRef) = "response.failed",
    /// A background response was cut short.
    ResponseIncomplete(ObjectRef) = "response.incomplete",
    /// There is a safety alert for a project.
    SafetyAlertCreated(ObjectRef) = "safety.alert.created",
    /// A safety identifier is being deactivated.
    SafetyDeactivationIssued(ObjectRef) = "safety.deactivation_issued",
    /// There is a safety alert for an enterprise workspace.
    SafetyOrgAlertCreated(ObjectRef) = "safety.org_alert.created",
    /// There is a warning about a safety identifier.
    SafetyWarningIssued(ObjectRef) = "safety.warning_issued",
    /// Requests with a safety identifier are refused.
    SafetyIdentifierBlocked(BlockedIdentifier) = "safety_identifier.blocked",
}
