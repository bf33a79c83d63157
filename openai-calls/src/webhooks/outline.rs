//! The least a webhook has to say, for code that must not fail on the rest.

use serde_json::{Map, Value};
use voice_core::provider::{CallId, InboundEvent, RingingCall, SipHeader};
use voice_core::webhook::WebhookError;

/// The types that tell of a call's end. They are in no official list; some services rely on the first.
pub const ENDED_KINDS: [&str; 3] = [
    "realtime.call.ended",
    "realtime.call.hangup",
    "realtime.call.hungup",
];

/// A JSON object with a `type`.
pub(super) struct Outline {
    pub(super) kind: String,
    pub(super) fields: Map<String, Value>,
}

impl Outline {
    pub(super) fn read(body: &[u8]) -> Result<Self, WebhookError> {
        let fields = match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => return Err(unreadable("it is no JSON object")),
            // The place only: the error's text could quote the body.
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                let place = format!("no JSON at line {line}, column {column}");
                return Err(unreadable(&place));
            }
        };
        let kind = fields
            .get("type")
            .and_then(Value::as_str)
            .filter(|kind| !kind.is_empty())
            .map(str::to_owned);
        match kind {
            Some(kind) => Ok(Self { kind, fields }),
            None => Err(unreadable("type is missing or no text")),
        }
    }

    fn data(&self) -> &Value {
        self.fields.get("data").unwrap_or(&Value::Null)
    }

    /// The call it is about.
    pub(super) fn call(&self) -> Option<CallId> {
        id(self.data(), "call_id").or_else(|| ended(&self.kind, self.data()))
    }

    /// What it means for ringing calls. A header that cannot be read is left out: the caller shall not be lost over it.
    pub(super) fn inbound(&self) -> InboundEvent {
        let data = self.data();
        if self.kind != "realtime.call.incoming" {
            return ended(&self.kind, data).map_or(InboundEvent::Other, InboundEvent::Ended);
        }
        let Some(call) = id(data, "call_id") else {
            return InboundEvent::RingingWithoutId;
        };
        let headers = data.get("sip_headers").and_then(Value::as_array);
        let headers = headers.into_iter().flatten().filter_map(|header| {
            let text = |name: &str| header.get(name).and_then(Value::as_str);
            Some(SipHeader::new(text("name")?, text("value")?))
        });
        InboundEvent::Ringing(RingingCall::new(call, headers.collect()))
    }
}

/// The call that ended, if that is what the event says. Where the id stands is not documented: `call_id`, else `id`.
pub(super) fn ended(kind: &str, data: &Value) -> Option<CallId> {
    if !ENDED_KINDS.contains(&kind) {
        return None;
    }
    id(data, "call_id").or_else(|| id(data, "id"))
}

fn id(data: &Value, name: &str) -> Option<CallId> {
    let text = data.get(name).and_then(Value::as_str)?;
    CallId::new(text).ok()
}

pub(super) fn unreadable(why: &str) -> WebhookError {
    WebhookError::Unreadable(why.to_owned())
}
