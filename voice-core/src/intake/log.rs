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

#[cfg(test)]
#[cfg(feature = "json-log")]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use serde_json::json;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;
    use crate::intake::{EVENTS, Reason};
    use crate::observe::json_log::{JsonLog, LogLevel};

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn lines(level: LogLevel, act: impl FnOnce()) -> Vec<Value> {
        let page = Page::default();
        let log = JsonLog::to(page.clone()).layer(level.into());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(log), act);
        let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn every_event_is_said_at_the_level_of_the_table_with_its_words() {
        let lines = lines(LogLevel::Debug, || {
            for row in EVENTS {
                emit(row.code, None, &[]);
            }
        });
        assert_eq!(lines.len(), EVENTS.len());
        for (row, line) in EVENTS.iter().zip(&lines) {
            assert_eq!(line["event"], row.code.as_str());
            assert_eq!(line["level"], row.level.as_str());
            assert_eq!(line["msg"], row.message);
            assert_eq!(line["logger"], TARGET);
        }
    }

    #[test]
    fn an_error_is_nested_whose_call_it_is_said_and_nothing_personal_told() {
        let acme = TenantId::parse("acme").unwrap();
        let call = CallId::new("rtc_1").unwrap();
        let error = IntakeError::new(EventCode::InstructionsMissing, Reason::GreetingTextEmpty)
            .of(&acme)
            .with("greeting_id", "greeting_xyz");
        let details = [
            ("rejected", json!("instructions_missing")),
            ("from", json!("+14155552671")),
            ("list", json!(["+14155552671"])),
            ("status", json!(200)),
        ];
        let lines = lines(LogLevel::Error, || {
            let span = call_span(None, Some(&call));
            span.record("tenant_id", acme.as_str());
            let _span = span.entered();
            emit(EventCode::InstructionsMissing, Some(&error), &details);
            emit(EventCode::CallAccepted, None, &[]);
        });
        assert_eq!(lines.len(), 1);
        let line = &lines[0];
        assert_eq!(line["tenant_id"], "acme");
        assert_eq!(line["call_id"], "rtc_1");
        assert_eq!(line["error"], error.log_value());
        assert_eq!(line["error"]["context"]["greeting_id"], "greeting_xyz");
        assert_eq!(line["rejected"], "instructions_missing");
        assert_eq!(line["status"], 200);
        assert!(!line.to_string().contains("4155552671"), "{line}");
    }

    #[test]
    fn other_layers_get_redacted_text_too() {
        let text = object(&[
            ("from", json!("+14155552671")),
            ("n", json!({"a": "sk-abcdefgh"})),
        ]);
        let text = text.unwrap();
        assert!(
            !text.contains("4155552671") && !text.contains("abcdefgh"),
            "{text}"
        );
    }
}
