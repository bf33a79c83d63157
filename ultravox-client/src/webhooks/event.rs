//! What a webhook says.

use serde_json::{Map, Value};
use voice_core::provider::CallId;
use voice_core::secret::redact;
use voice_core::webhook::WebhookError;
use voice_core::wire::{open_enum, read_value};

use crate::calls::Call;
use crate::types::JsonMap;

/// The most characters of a field's name in an error.
const NAME_CHARS: usize = 200;

open_enum! {
    /// What happened to a call.
    pub enum EventKind {
        /// It was created.
        CallStarted = "call.started",
        /// Somebody joined.
        CallJoined = "call.joined",
        /// It is over.
        CallEnded = "call.ended",
        /// It was billed: `billed_duration` and `billing_status` are final.
        CallBilled = "call.billed",
    }
}

/// A webhook's content: what happened, and the whole call as reading it would give it. There is no transcript in it.
///
/// An event this version does not know is kept: [`kind`](Self::kind) has its name, `call` the call if it has one of the
/// known form (else nothing in it is set), and `extra` the rest.
///
/// ```
/// use ultravox_client::types::EndReason;
/// use ultravox_client::webhooks::{Event, EventKind};
///
/// let event = Event::parse(br#"{"event": "call.ended", "call": {"callId": "c-1", "endReason": "hangup"}}"#)?;
/// assert_eq!(event.kind, EventKind::CallEnded);
/// assert_eq!(event.call.end_reason, Some(EndReason::Hangup));
/// assert_eq!(event.dedup_key().as_deref(), Some("call.ended:c-1"));
/// # Ok::<(), voice_core::webhook::WebhookError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The call, as it was when this was sent.
    pub call: Box<Call>,
    /// Fields this version does not know, by their wire names.
    pub extra: JsonMap,
}

impl Event {
    /// Reads a body **that was verified before**; [`WebhookVerifier::event`](super::WebhookVerifier::event) does both.
    ///
    /// # Errors
    /// [`WebhookError::Unreadable`] when it is no JSON object with an `event`, or a known event has no readable `call`. The
    /// error names the field and quotes nothing.
    pub fn parse(body: &[u8]) -> Result<Self, WebhookError> {
        let (kind, mut fields) = outline(body)?;
        let kind = EventKind::from(kind);
        fields.remove("event");
        let call = match fields.remove("call") {
            Some(call @ Value::Object(_)) => call,
            other if matches!(kind, EventKind::Other(_)) => {
                fields.extend(other.map(|call| ("call".to_owned(), call)));
                Value::Object(Map::new())
            }
            _ => return Err(unreadable("call is missing or no object")),
        };
        let call = match (read(&call), &kind) {
            (Ok(call), _) => call,
            (Err(_), EventKind::Other(_)) => {
                fields.insert("call".to_owned(), call);
                Call::default()
            }
            (Err(path), _) => {
                return Err(unreadable(&format!("call.{path} has an unexpected form")));
            }
        };
        Ok(Self {
            kind,
            call: Box::new(call),
            extra: fields.into(),
        })
    }

    /// A key that repeated deliveries have too: what happened and the call's id. `None` only for an event without a call.
    #[must_use]
    pub fn dedup_key(&self) -> Option<String> {
        let call = self.call.call_id.as_ref()?;
        Some(dedup_key(self.kind.as_str(), call))
    }
}

pub(super) fn dedup_key(kind: &str, call: &CallId) -> String {
    format!("{kind}:{call}")
}

/// The event's name, and all fields.
pub(super) fn outline(body: &[u8]) -> Result<(String, Map<String, Value>), WebhookError> {
    let fields = match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Err(unreadable("it is no JSON object")),
        // The place only: the error's text could quote the body.
        Err(error) => {
            let place = format!(
                "no JSON at line {}, column {}",
                error.line(),
                error.column()
            );
            return Err(unreadable(&place));
        }
    };
    let kind = fields
        .get("event")
        .and_then(Value::as_str)
        .filter(|kind| !kind.is_empty())
        .map(str::to_owned);
    match kind {
        Some(kind) => Ok((kind, fields)),
        None => Err(unreadable("event is missing or no text")),
    }
}

/// The call, or the name of the first field that cannot be read. Within an object of open content, such as metadata, a
/// name is somebody's choice: it may be a phone number, and of any length.
fn read(call: &Value) -> Result<Call, String> {
    read_value(call).map_err(|misfit| redact(misfit.path()).chars().take(NAME_CHARS).collect())
}

fn unreadable(why: &str) -> WebhookError {
    WebhookError::Unreadable(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn parse(value: &Value) -> Result<Event, WebhookError> {
        Event::parse(value.to_string().as_bytes())
    }

    #[test]
    fn known_events_have_their_call_and_keep_what_is_new() {
        for (word, kind) in [
            ("call.started", EventKind::CallStarted),
            ("call.joined", EventKind::CallJoined),
            ("call.ended", EventKind::CallEnded),
            ("call.billed", EventKind::CallBilled),
        ] {
            let body =
                json!({"event": word, "call": {"callId": "c-1", "mood": "good"}, "attempt": 2});
            let event = parse(&body).unwrap();
            assert_eq!(event.kind, kind);
            assert_eq!(event.call.extra.get("mood"), Some(&json!("good")));
            assert_eq!(event.extra.get("attempt"), Some(&json!(2)));
            assert_eq!(event.dedup_key(), Some(format!("{word}:c-1")));
            assert_eq!(event.extra.len(), 1);
        }
    }

    #[test]
    fn unknown_events_are_kept_whole() {
        let event = parse(&json!({"event": "call.hummed", "call": {"callId": "c-1"}})).unwrap();
        assert_eq!(event.kind.as_str(), "call.hummed");
        assert_eq!(event.dedup_key().as_deref(), Some("call.hummed:c-1"));
        for call in [json!("c-1"), json!({"callId": 5}), Value::Null] {
            let event = parse(&json!({"event": "agent.born", "call": call, "agent": {}})).unwrap();
            assert_eq!(event.extra.get("call"), Some(&call));
            assert_eq!((event.dedup_key(), event.extra.len()), (None, 2));
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_and_not_quoted() {
        for (body, why) in [
            ("", "no JSON at line 1, column 0"),
            ("{\"planted\"", "no JSON at line 1, column 10"),
            ("[\"planted\"]", "it is no JSON object"),
            (
                "{\"event\": {\"planted\": 1}}",
                "event is missing or no text",
            ),
            ("{\"event\": \"\"}", "event is missing or no text"),
            (
                "{\"event\": \"call.ended\"}",
                "call is missing or no object",
            ),
            (
                "{\"event\": \"call.ended\", \"call\": {\"agent\": {\"name\": [\"planted\"]}}}",
                "call.agent.name has an unexpected form",
            ),
        ] {
            let error = Event::parse(body.as_bytes()).unwrap_err();
            assert_eq!(error, unreadable(why), "{body}");
            assert_eq!(error.suggested_status(), 400);
        }
    }

    #[test]
    fn a_name_that_is_itself_personal_is_hidden_and_bounded() {
        for name in ["+14155550123".to_owned(), "x".repeat(5000)] {
            let call = json!({"callId": "c-1", "metadata": {name: 5}});
            let error = parse(&json!({"event": "call.ended", "call": call})).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("call.metadata."), "{shown}");
            assert!(
                !shown.contains("5550123") && shown.len() < 1000,
                "{}",
                shown.len()
            );
        }
    }

    proptest! {
        #[test]
        fn any_body_is_read_or_refused(body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..60),
            "\\{\"event\":\"[a-z.]{0,12}\",\"call\":[a-z0-9\\[\\]{}\":,]{0,30}\\}".prop_map(String::into_bytes),
        ]) {
            if let Ok(event) = Event::parse(&body) {
                prop_assert!(!event.kind.as_str().is_empty());
            }
        }
    }
}
