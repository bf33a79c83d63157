//! The request log and the error report, fed by the pipeline: what is written of a request, and what never is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod common;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use common::{DIAL, GET, PLANTED, SEC, call, client_with};
use secrecy::SecretString;
use serde_json::{Value, json};
use voice_core::client::{ClientOptions, Form};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::observe::log::{
    JsonlLog, JsonlLogBuilder, LogReader, keyed_payload_hash, payload_hash,
};
use voice_core::observe::report::{AlertRule, ErrorAlarm, ReportCollector, ReportOptions, Zone};
use voice_core::testkit::{Reply, ScriptedTransport, TestClock};

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        let text = self.text();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn log(out: &Shared) -> JsonlLogBuilder {
    JsonlLog::writer(out.clone()).clock(Arc::new(TestClock::at(1_736_764_200)))
}

#[tokio::test(start_paused = true)]
async fn each_attempt_and_each_end_is_a_line() {
    let busy = Reply::status(503, r#"{"message":"busy"}"#).header("x-request-id", "req-0");
    let transport = ScriptedTransport::new([busy, call().after(SEC)]);
    let out = Shared::default();
    let log = log(&out).build();
    client_with(&transport, ClientOptions::new().observer(log.clone()))
        .request(&GET)
        .path("id", "secret-call-id")
        .send::<Value>()
        .await
        .unwrap();
    assert_eq!(log.flush().written, 3);
    let lines = out.lines();
    assert_eq!(
        lines[0],
        json!({
            "event": "attempt", "time": "2025-01-13T10:30:00.000Z", "provider": "sample",
            "operation": "calls.get", "method": "GET", "endpoint": "/v1/calls/{id}",
            "host": "api.sample.example", "status": 503, "request_id": "req-0", "duration_ms": 0.0,
            "success": false, "error_kind": "unavailable", "message": "busy", "attempt": 1,
            "delivery": "unknown",
        })
    );
    assert_eq!(lines[1]["attempt"], 2);
    assert_eq!(lines[1]["success"], true);
    assert_eq!(lines[1]["request_id"], "req-1");
    assert_eq!(lines[1]["duration_ms"], 1000.0);
    assert_eq!(lines[1]["delivery"], "answered");
    assert_eq!(lines[2]["event"], "operation");
    assert_eq!(
        (&lines[2]["attempt"], &lines[2]["success"]),
        (&json!(2), &json!(true))
    );
    assert!(!out.text().contains("secret-call-id"));
}

#[tokio::test(start_paused = true)]
async fn of_a_payload_there_is_a_hash_and_nothing_else() {
    let body = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let (one, other) = (
        body(r#"{"to":"+14155552671","from":"x"}"#),
        body(r#"{"from":"x","to":"+14155552671"}"#),
    );
    let out = Shared::default();
    let plain = log(&out).build();
    for value in [&one, &other] {
        let transport = ScriptedTransport::new([call()]);
        client_with(&transport, ClientOptions::new().observer(plain.clone()))
            .request(&DIAL)
            .json(value)
            .send::<Value>()
            .await
            .unwrap();
    }
    plain.flush();
    let lines = out.lines();
    assert_eq!(lines[0]["payload_hash"], lines[2]["payload_hash"]);
    assert_eq!(
        lines[0]["payload_hash"],
        payload_hash(one.to_string().as_bytes())
    );
    assert_eq!(lines[1].get("payload_hash"), None, "an end has no payload");
    assert!(!out.text().contains("4155552"));

    let key = SecretString::from("a key of one's own");
    for (builder, expected) in [
        (
            log(&out).payload_hash_key(key.clone()),
            Some(keyed_payload_hash(&key, b"To=1")),
        ),
        (log(&out).without_payload_hash(), None),
    ] {
        let transport = ScriptedTransport::new([call()]);
        let log = builder.build();
        client_with(&transport, ClientOptions::new().observer(log.clone()))
            .request(&DIAL)
            .form(Form::new().with("To", "1"))
            .send::<Value>()
            .await
            .unwrap();
        log.flush();
        let line = &out.lines()[out.lines().len() - 2];
        let hash = line.get("payload_hash").and_then(Value::as_str);
        assert_eq!(hash.map(str::to_owned), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn no_secret_and_no_number_gets_into_the_log_or_the_report() {
    let echo = |status| {
        let message = format!("key {PLANTED} may not ring +919876543210, token=hunter22");
        Reply::status(
            status,
            json!({"message": message, "fields": {PLANTED: PLANTED}}).to_string(),
        )
        .header("x-request-id", PLANTED)
    };
    let good = Reply::json(&json!({})).header("x-request-id", PLANTED);
    let transport = ScriptedTransport::new([echo(503), echo(400), good]);
    let out = Shared::default();
    let log = log(&out).build();
    let collector = ReportCollector::new(ReportOptions::new());
    let options = ClientOptions::new()
        .observer(log.clone())
        .observer(collector.clone());
    let client = client_with(&transport, options);
    let send = || client.request(&GET).path("id", PLANTED).send::<Value>();
    let error = send().await.unwrap_err();
    send().await.unwrap();
    log.flush();
    let report = collector.report();
    let bug = error.report().to_string();
    assert!(
        bug.contains("- **Endpoint**: `GET /v1/calls/{id}`"),
        "{bug}"
    );
    assert!(bug.contains("- **Attempts**: 2"), "{bug}");
    let shown = [
        out.text(),
        report.to_text(),
        report.to_json().to_string(),
        format!("{report:?}{collector:?}{log:?}"),
        bug,
    ];
    for text in &shown {
        for secret in [PLANTED, "9876543210", "hunter22"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    let lines = out.lines();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[3]["request_id"], "[REDACTED]", "of the success");
}

#[tokio::test(start_paused = true)]
async fn the_report_of_a_log_is_the_one_of_the_client_itself() {
    let transport = ScriptedTransport::new([
        Reply::status(500, ""),
        call(),
        Reply::fail(ErrorKind::Timeout, Delivery::Unknown),
        Reply::status(429, "").header("retry-after", "1"),
        call(),
        Reply::status(404, r#"{"message":"no call 'c7'"}"#),
    ]);
    let clock = Arc::new(TestClock::at(1_736_764_200));
    let out = Shared::default();
    let log = JsonlLog::writer(out.clone()).clock(clock.clone()).build();
    let options = ReportOptions::new().zone(Zone::INDIA);
    let live = ReportCollector::new(options.clone()).with_clock(clock);
    let client = client_with(
        &transport,
        ClientOptions::new()
            .observer(log.clone())
            .observer(live.clone()),
    );
    for _ in 0..3 {
        let _ = client.request(&GET).path("id", "1").send::<Value>().await;
    }
    log.flush();
    let read = ReportCollector::new(options);
    let text = out.text();
    let summary = read.read_log(text.as_bytes()).unwrap();
    assert_eq!(summary.lines, 9);
    let mut read = read.report();
    assert_eq!(read.input.lines, 9);
    read.input = live.report().input;
    assert_eq!(read, live.report());
    assert_eq!((read.attempts.total, read.attempts.failed), (6, 4));
    let operations = read.operations.unwrap();
    assert_eq!(
        (
            operations.tally.total,
            operations.tally.failed,
            operations.rescued
        ),
        (3, 1, 2)
    );
    assert_eq!(LogReader::new(text.as_bytes()).count(), 9);
}

#[tokio::test(start_paused = true)]
async fn an_alarm_hears_the_client() {
    let (send, inbox) = std::sync::mpsc::channel();
    let alarm = ErrorAlarm::new(AlertRule::over_percent(50).min_sample(3), move |alert| {
        send.send(*alert).unwrap();
    });
    let replies = [404, 200, 404, 404, 404].map(|status| Reply::status(status, "{}"));
    let transport = ScriptedTransport::new(replies);
    let client = client_with(&transport, ClientOptions::new().observer(alarm));
    for _ in 0..5 {
        let _ = client.request(&GET).path("id", "1").send::<Value>().await;
    }
    let alerts: Vec<_> = inbox.try_iter().collect();
    assert_eq!(alerts.len(), 1);
    assert_eq!((alerts[0].total(), alerts[0].failed()), (3, 2));
}
