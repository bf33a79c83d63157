//! Status callbacks: what they say, in three forms, and the tries to deliver them, to this machine only.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use voice_core::testkit::deliver_webhook;
use voice_core::webhook::WebhookUrl;

use super::time::india;
use super::v1::record::{Record, ReportForm};
use super::world::Shared;

const BOUNDARY: &str = "exotel-simulator-7d2f";
const MULTIPART: &str = "multipart/form-data; boundary=exotel-simulator-7d2f";

/// A report that is due.
#[derive(Debug, Clone)]
pub(super) struct Event {
    url: String,
    form: ReportForm,
    report: Map<String, Value>,
}

/// A try to deliver a status callback.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivered {
    /// Where to, as it was given.
    pub url: String,
    /// Its content type.
    pub content_type: &'static str,
    /// What it says, as JSON; in the forms the same stands as texts.
    pub report: Map<String, Value>,
    /// The body as it was sent.
    pub body: String,
    /// Which try it was, from 1.
    pub attempt: usize,
    /// The HTTP status it was answered with; `None` when there was no answer, or the URL is not on this machine.
    pub answered: Option<u16>,
}

/// Shows no number and no URL.
impl fmt::Debug for Delivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivered")
            .field("event", &self.report.get("EventType"))
            .field("status", &self.report.get("Status"))
            .field("attempt", &self.attempt)
            .field("answered", &self.answered)
            .finish_non_exhaustive()
    }
}

impl Event {
    /// That everybody was connected, if that is to be reported.
    pub(super) fn answered(record: &Record) -> Option<Self> {
        let reports = record.order.reports.as_ref()?;
        reports.answered.then(|| Self::of(record, "answered"))?
    }

    /// That the call is over, if that is to be reported.
    pub(super) fn terminal(record: &Record) -> Option<Self> {
        let reports = record.order.reports.as_ref()?;
        reports.terminal.then(|| Self::of(record, "terminal"))?
    }

    fn of(record: &Record, event: &str) -> Option<Self> {
        let reports = record.order.reports.as_ref()?;
        let mut report = Map::new();
        let mut put = |name: &str, value: Value| report.insert(name.to_owned(), value);
        put("CallSid", record.sid.as_str().into());
        put("DateUpdated", india(record.updated).into());
        put("Status", record.status.as_str().into());
        put(
            "RecordingUrl",
            record.recording_url().unwrap_or_default().into(),
        );
        if let Some(text) = &record.order.custom_field {
            put("CustomField", text.as_str().into());
        }
        if reports.extended {
            let legs: Vec<Value> = record
                .legs()
                .into_iter()
                .map(|(status, length)| {
                    let answered = status.as_ref().is_some_and(|status| {
                        matches!(status.as_str(), "completed" | "in-progress")
                    });
                    let by = if answered { "HUMAN" } else { "NA" };
                    json!({"OnCallDuration": length, "Status": status, "AnsweredBy": by})
                })
                .collect();
            put("EventType", event.into());
            put("DateCreated", india(record.created).into());
            put("To", record.order.to.as_deref().into());
            put("From", record.order.from.as_str().into());
            put("PhoneNumberSid", record.order.caller_id.as_str().into());
            put("StartTime", record.started.map(india).into());
            put("EndTime", record.ended.map(india).into());
            put("ConversationDuration", record.length().into());
            put("Direction", "outbound-api".into());
            put("Legs", legs.into());
        }
        Some(Self {
            url: reports.url.clone(),
            form: reports.form,
            report,
        })
    }

    fn content_type(&self) -> &'static str {
        match self.form {
            ReportForm::Json => "application/json",
            ReportForm::Multipart => MULTIPART,
            ReportForm::Form => "application/x-www-form-urlencoded",
        }
    }

    fn body(&self) -> String {
        match self.form {
            ReportForm::Json => Value::Object(self.report.clone()).to_string(),
            ReportForm::Multipart => {
                let mut out = String::new();
                for (name, value) in self.pairs() {
                    out += &format!(
                        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                    );
                }
                out + &format!("--{BOUNDARY}--\r\n")
            }
            ReportForm::Form => {
                let mut out = form_urlencoded::Serializer::new(String::new());
                out.extend_pairs(self.pairs());
                out.finish()
            }
        }
    }

    /// As texts: legs by index, null as nothing.
    fn pairs(&self) -> Vec<(String, String)> {
        fn text(value: &Value) -> String {
            match value {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            }
        }
        let mut out = Vec::new();
        for (name, value) in &self.report {
            match value {
                Value::Array(legs) => {
                    for (index, leg) in legs.iter().enumerate() {
                        let parts = leg.as_object().into_iter().flatten();
                        out.extend(parts.map(|(part, value)| {
                            (format!("{name}[{index}][{part}]"), text(value))
                        }));
                    }
                }
                value => out.push((name.clone(), text(value))),
            }
        }
        out
    }
}

/// Puts a report on its way, if there is one. Each goes on its own: one that fails holds up no other.
pub(super) fn send(shared: &Arc<Shared>, event: Option<Event>) {
    if let Some(event) = event {
        shared.runtime.spawn(deliver(Arc::clone(shared), event));
    }
}

async fn deliver(shared: Arc<Shared>, event: Event) {
    let waits = shared.settings.callback_waits.clone();
    for (wait, attempt) in std::iter::once(Duration::ZERO).chain(waits).zip(1..) {
        if !wait.is_zero() {
            shared.settings.clock.sleep(wait).await;
        }
        if shared.is_stopped() {
            return;
        }
        let mut delivery = Delivered {
            url: event.url.clone(),
            content_type: event.content_type(),
            report: event.report.clone(),
            body: event.body(),
            attempt,
            answered: None,
        };
        delivery.answered = attempt_once(&shared, &delivery).await;
        let answered = delivery.answered;
        shared.lock().delivered.push(delivery);
        match answered {
            Some(200..=299) => return,
            // Nobody will ever answer there.
            None if !can_be_reached(&shared, &event.url) => return,
            _ => {}
        }
    }
}

/// Sends a callback once more or for the first time; the status it was answered with.
pub(super) async fn attempt_once(shared: &Shared, delivery: &Delivered) -> Option<u16> {
    let hook = shared.hooks().callback.clone();
    if let Some(hook) = hook {
        return Some(hook(delivery));
    }
    if !can_be_reached(shared, &delivery.url) {
        return None;
    }
    deliver_webhook(
        &delivery.url,
        delivery.content_type,
        &[],
        delivery.body.clone(),
    )
    .await
    .ok()
}

/// Plain http is allowed to this machine only: that is what the type checks.
fn can_be_reached(shared: &Shared, url: &str) -> bool {
    shared.hooks().callback.is_some()
        || (url.starts_with("http://") && WebhookUrl::parse(url).is_ok())
}
