//! How the pipeline speaks: one `tracing` event for each thing that happens, at its level in [`EVENTS`](super::EVENTS),
//! within a span that says whose call it is.
//!
//! Every event has the target [`TARGET`] and the fields `event` (the code), `error` (the error's four keys as one JSON
//! object) and `details` (whatever else belongs to it, as one JSON object). The layer of
//! [`json_log`](crate::observe::json_log) nests the first and flattens the second.

use serde_json::{Map, Value};
use tracing::Span;
use tracing::field::Empty;

use super::code::{EventCode, Level};
use super::error::IntakeError;
use super::tenant::TenantId;
use crate::provider::CallId;
use crate::secret::redact;

/// The target of every event of the pipeline.
pub(crate) const TARGET: &str = "voice_core::intake";

/// Says that something happened. Text in `details` is redacted; names are those of fields in a log line.
pub(crate) fn emit(
    code: EventCode,
    error: Option<&IntakeError>,
    details: &[(&'static str, Value)],
) {
    macro_rules! say {
        ($level:ident) => {
            if tracing::enabled!(target: TARGET, tracing::Level::$level) {
                let error = error.map(|error| error.log_value().to_string());
                let details = object(details);
                tracing::event!(
                    target: TARGET,
                    tracing::Level::$level,
                    event = code.as_str(),
                    error = error.as_deref(),
                    details = details.as_deref(),
                    "{}",
                    code.row().message
                );
            }
        };
    }
    match code.row().level {
        Level::Debug => say!(DEBUG),
        Level::Info => say!(INFO),
        Level::Warning => say!(WARN),
        Level::Error => say!(ERROR),
    }
}

fn object(details: &[(&'static str, Value)]) -> Option<String> {
    if details.is_empty() {
        return None;
    }
    let clean = |value: &Value| match value {
        Value::String(text) => Value::from(redact(text).into_owned()),
        Value::Array(_) | Value::Object(_) => Value::from(redact(&value.to_string()).into_owned()),
        plain => plain.clone(),
    };
    let map: Map<String, Value> = details
        .iter()
        .map(|(name, value)| ((*name).to_owned(), clean(value)))
        .collect();
    Some(Value::Object(map).to_string())
}

/// The span that everything of one call happens in. What is not known yet can be recorded later, as `tenant_id` and
/// `call_id`.
///
/// It is of the loudest level, so that no filter for levels takes the two ids from the lines of errors.
pub(crate) fn call_span(tenant: Option<&TenantId>, call: Option<&CallId>) -> Span {
    let span = tracing::error_span!(target: TARGET, "call", tenant_id = Empty, call_id = Empty);
    if let Some(tenant) = tenant {
        span.record("tenant_id", tenant.as_str());
    }
    if let Some(call) = call {
        span.record("call_id", call.as_str());
    }
    span
}
