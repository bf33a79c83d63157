//! What spans and log events say: the names OpenTelemetry knows, and nothing personal.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod common;

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use common::{DIAL, GET, PLANTED, client};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use voice_core::testkit::{Reply, ScriptedTransport};

/// Writes everything down.
#[derive(Debug, Default, Clone)]
struct Scribe(Arc<Mutex<String>>);

struct Pen<'a>(&'a mut String);

impl Visit for Pen<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0, "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Scribe {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut text = self.0.lock().unwrap();
        writeln!(text, "span {}", span.metadata().name()).unwrap();
        span.record(&mut Pen(&mut text));
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Pen(&mut self.0.lock().unwrap()));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Pen(&mut self.0.lock().unwrap()));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test(start_paused = true)]
async fn spans_and_events_name_the_operation_and_nobody() {
    let scribe = Scribe::default();
    let guard = tracing::subscriber::set_default(scribe.clone());
    let body =
        json!({"message": format!("no such number +15551234567, key {PLANTED}")}).to_string();
    let transport = ScriptedTransport::new([
        Reply::status(500, body.clone()),
        Reply::status(404, body.clone()),
        Reply::status(502, body),
    ]);
    let client = client(&transport);
    let request = client
        .request(&GET)
        .path("id", "+15551234567")
        .query("To", "+15551234567");
    assert!(request.send_raw().await.is_err());
    let request = client
        .request(&DIAL)
        .json(&json!({"to": "+15551234567", "key": PLANTED}));
    assert!(request.send_raw().await.is_err());
    drop(guard);

    let text = scribe.0.lock().unwrap().clone();
    for line in [
        "span operation",
        "span attempt",
        "otel.name=sample calls.get",
        "otel.kind=\"client\"",
        "http.request.method=\"GET\"",
        "server.port=443",
        "url.full=https://api.sample.example/v1/calls/REDACTED",
        "http.request.resend_count=1",
        "http.response.status_code=404",
        "server.address=\"api.sample.example\"",
        "url.template=\"/v1/calls/{id}\"",
        "error.type=\"not_found\"",
        "error.type=\"server\"",
        "voice.attempts=2",
        "voice.delivery=\"answered\"",
        "voice.delivery=\"unknown\"",
        "message=trying again",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
    // The attempt says it, and the operation.
    let both = text.matches("error.type=\"not_found\"").count();
    assert_eq!(both, 2, "{text}");
    for mark in ["5551234567", PLANTED] {
        assert!(!text.contains(mark), "{mark} in\n{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_presigned_url_is_in_spans_or_events() {
    use voice_core::client::Operation;
    use voice_core::transport::SecretUrl;
    static PUT: Operation = Operation::put("corpora.upload", "/{presigned_url}");

    let url = "https://storage.example/bucket?sig=c0ffee5ecre7";
    let scribe = Scribe::default();
    let guard = tracing::subscriber::set_default(scribe.clone());
    let lead = || Reply::status(302, "").header("location", url);
    let transport = ScriptedTransport::new([
        lead(),
        Reply::status(503, url),
        lead(),
        Reply::status(403, url),
        Reply::status(503, url),
        Reply::status(403, url),
    ]);
    let client = client(&transport);
    let download = client.request(&GET).path("id", "c1");
    download.send_stream().await.unwrap_err();
    let upload = client.upload(&PUT, SecretUrl::parse(url).unwrap());
    upload.body("x").send().await.unwrap_err();
    drop(guard);
    let text = scribe.0.lock().unwrap().clone();
    for part in [
        "http.request.resend_count=1",
        "http.response.status_code=403",
    ] {
        assert_eq!(text.matches(part).count(), 2, "{part} in {text}");
    }
    for secret in ["storage.example", "bucket", "c0ffee"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_before_its_end_is_an_error() {
    let scribe = Scribe::default();
    let guard = tracing::subscriber::set_default(scribe.clone());
    let transport = ScriptedTransport::new([Reply::status(500, "")]);
    let client = client(&transport);
    let request = client.request(&GET).path("id", "1").send_raw();
    // Dropped while it waits for its second attempt.
    let waited = tokio::time::timeout(std::time::Duration::ZERO, request).await;
    assert!(waited.is_err());
    drop(guard);
    let text = scribe.0.lock().unwrap().clone();
    let count = |line: &str| text.lines().filter(|found| *found == line).count();
    assert_eq!(count("error.type=\"server\""), 1, "{text}");
    assert_eq!(count("error.type=\"cancelled\""), 1, "{text}");
    assert_eq!(count("otel.status_code=\"ERROR\""), 2, "{text}");
}
