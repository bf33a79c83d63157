//! What the facade `metrics` hears of a client: the names OpenTelemetry has, and a number of series that does not grow with
//! the number of calls.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use common::{DIAL, GET, PLANTED, client_with};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use serde_json::json;
use voice_core::breaker::BreakerSettings;
use voice_core::client::{ClientOptions, RequestOptions};
use voice_core::clock::{SystemClock, timeout};
use voice_core::observe::metrics::{MetricsObserver, NAMES, name};
use voice_core::testkit::{Reply, ScriptedTransport};

/// Every series by name and labels; a histogram's value is how many values it has.
fn series(snapshotter: &Snapshotter) -> BTreeMap<String, f64> {
    let all = snapshotter.snapshot().into_vec().into_iter();
    all.map(|(key, _, _, value)| {
        let labels: Vec<String> = key
            .key()
            .labels()
            .map(|label| format!("{}={}", label.key(), label.value()))
            .collect();
        let value = match value {
            DebugValue::Counter(value) => value as f64,
            DebugValue::Gauge(value) => value.into_inner(),
            DebugValue::Histogram(values) => values.len() as f64,
        };
        (format!("{} {}", key.key().name(), labels.join(",")), value)
    })
    .collect()
}

#[tokio::test(start_paused = true)]
async fn attempts_retries_and_ends_are_told_under_their_names() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let transport = ScriptedTransport::new([
        Reply::status(500, ""),
        Reply::json(&json!({"id": "1"})).header("x-ratelimit-remaining", "7"),
        Reply::status(404, ""),
    ]);
    let options = ClientOptions::new().observer(MetricsObserver::new());
    let client = client_with(&transport, options);
    for _ in 0..2 {
        let request = client.request(&GET).path("id", "1");
        let _ = request.send_raw().await;
    }
    let told = series(&snapshotter);
    let place = "voice.provider=sample,server.address=api.sample.example,server.port=443";
    let request = format!("{place},http.request.method=GET,url.template=/v1/calls/{{id}}");
    let asked = "voice.provider=sample,voice.operation=calls.get";
    for (line, value) in [
        (
            format!(
                "http.client.request.duration {request},http.response.status_code=500,error.type=server"
            ),
            1.0,
        ),
        (
            format!("http.client.request.duration {request},http.response.status_code=200"),
            1.0,
        ),
        (
            format!(
                "http.client.request.duration {request},http.response.status_code=404,error.type=not_found"
            ),
            1.0,
        ),
        (
            format!("voice.client.retries {asked},error.type=server"),
            1.0,
        ),
        (format!("voice.client.operation.duration {asked}"), 1.0),
        (
            format!(
                "voice.client.operation.duration {asked},error.type=not_found,voice.delivery=answered"
            ),
            1.0,
        ),
        (format!("voice.client.operations.active {asked}"), 0.0),
        (format!("voice.client.rate_limit.remaining {place}"), 7.0),
        (format!("voice.client.breaker.state {place}"), 0.0),
    ] {
        assert_eq!(told.get(&line), Some(&value), "{line} in {told:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_breaker_that_opens_is_told_once_and_what_it_holds_back_is_no_request() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let transport = ScriptedTransport::new((0..5).map(|_| Reply::status(500, "")));
    let options = ClientOptions::new()
        .breaker(BreakerSettings::new(5, Duration::from_secs(30)))
        .observer(MetricsObserver::new());
    let client = client_with(&transport, options).with(RequestOptions::new().retries(0));
    for _ in 0..8 {
        let request = client.request(&GET).path("id", "1");
        request.send_raw().await.unwrap_err();
    }
    let told = series(&snapshotter);
    let sum = |name: &str, label: &str| -> f64 {
        let of = told
            .iter()
            .filter(|(key, _)| key.starts_with(&format!("{name} ")) && key.contains(label));
        of.map(|(_, value)| value).sum()
    };
    assert_eq!(sum(name::REQUEST_DURATION, ""), 5.0, "{told:#?}");
    assert_eq!(sum(name::HELD_BACK, "voice.held_back=breaker"), 3.0);
    assert_eq!(sum(name::BREAKER_CHANGES, "voice.breaker.state=open"), 1.0);
    assert_eq!(sum(name::BREAKER_STATE, ""), 2.0);
    assert_eq!(sum(name::OPERATION_DURATION, ""), 8.0);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_operation_is_under_way_no_more() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let transport = ScriptedTransport::new([Reply::status(500, "")]);
    let options = ClientOptions::new().observer(MetricsObserver::new());
    let client = client_with(&transport, options);
    let request = client.request(&GET).path("id", "1").send_raw();
    // Dropped while it waits for its second attempt.
    let dropped = timeout(&SystemClock::default(), Duration::ZERO, request).await;
    assert!(dropped.is_err());
    let told = series(&snapshotter);
    let asked = "voice.provider=sample,voice.operation=calls.get";
    assert_eq!(
        told[&format!("voice.client.operations.active {asked}")],
        0.0
    );
    assert_eq!(
        told[&format!("voice.client.operations.dropped {asked}")],
        1.0
    );
}

#[tokio::test(start_paused = true)]
async fn a_thousand_calls_to_a_thousand_numbers_are_a_handful_of_series() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let reply = |n: u32| match n % 10 {
        9 => Reply::status(
            404,
            json!({"message": format!("no +1415{n:07}")}).to_string(),
        ),
        _ => Reply::json(&json!({"id": format!("call-{n}")})),
    };
    let transport = ScriptedTransport::new((0..1_000).map(reply));
    let options = ClientOptions::new().observer(MetricsObserver::new());
    let client = client_with(&transport, options);
    for n in 0..1_000 {
        let number = format!("+1415{n:07}");
        let _ = match n % 2 {
            0 => client.request(&GET).path("id", &number).send_raw().await,
            _ => {
                let body = json!({"to": number, "key": PLANTED});
                client.request(&DIAL).json(&body).send_raw().await
            }
        };
    }
    let told = series(&snapshotter);
    assert!(told.len() <= 16, "{} series: {told:#?}", told.len());
    let names: BTreeSet<&str> = told
        .keys()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let known: BTreeSet<&str> = NAMES.iter().map(|row| row.name).collect();
    assert!(names.is_subset(&known), "{names:?}");
    for mark in ["1415", "call-", PLANTED] {
        assert!(
            told.keys().all(|line| !line.contains(mark)),
            "{mark} in {told:#?}"
        );
    }
}
