use std::collections::BTreeSet;

use metrics_util::MetricKind as Kind;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshot};

use super::*;
use crate::observe::{Observer, OperationEvent, StartEvent, Stats};
use crate::provider::WebhookVerifier;
use crate::webhook::{WebhookError, WebhookEvent, WebhookRequest};

/// What a recorder heard while `act` ran.
fn heard(act: impl FnOnce()) -> Snapshot {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    ::metrics::with_local_recorder(&recorder, act);
    snapshotter.snapshot()
}

/// Kind, name with labels, and value.
fn lines(snapshot: Snapshot) -> BTreeSet<String> {
    let all = snapshot.into_vec().into_iter();
    all.map(|(key, _, _, value)| {
        let labels: Vec<String> = key
            .key()
            .labels()
            .map(|label| format!("{}={}", label.key(), label.value()))
            .collect();
        let value = match value {
            DebugValue::Counter(value) => value.to_string(),
            DebugValue::Gauge(value) => value.to_string(),
            DebugValue::Histogram(values) => format!("{} values", values.len()),
        };
        format!("{} {} {value}", key.key().name(), labels.join(","))
    })
    .collect()
}

#[test]
fn every_name_is_described_with_its_kind_and_unit() {
    let names: BTreeSet<&str> = NAMES.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), NAMES.len(), "no name twice");
    let snapshot = heard(|| {
        describe();
        for row in NAMES {
            match row.kind {
                MetricKind::Counter => ::metrics::counter!(row.name).increment(1),
                MetricKind::Gauge => ::metrics::gauge!(row.name).set(1.0),
                MetricKind::Histogram => ::metrics::histogram!(row.name).record(1.0),
            }
        }
    });
    let told = snapshot.into_vec();
    assert_eq!(told.len(), NAMES.len());
    for (key, unit, description, _) in told {
        let row = NAMES.iter().find(|row| row.name == key.key().name());
        let row = row.unwrap();
        let kind = match row.kind {
            MetricKind::Counter => Kind::Counter,
            MetricKind::Gauge => Kind::Gauge,
            MetricKind::Histogram => Kind::Histogram,
        };
        assert_eq!(key.kind(), kind, "{}", row.name);
        assert_eq!(
            unit == Some(::metrics::Unit::Seconds),
            row.unit == "s",
            "{}",
            row.name
        );
        assert_eq!(description.as_deref(), Some(row.meaning));
    }
}

#[test]
fn what_was_dropped_is_under_way_no_more() {
    let event = StartEvent {
        provider: "sample",
        operation: "calls.get",
    };
    let told = heard(|| {
        let observer = MetricsObserver::default();
        observer.on_start(&event);
        observer.on_start(&event);
        observer.on_dropped(&event);
    });
    let labels = "voice.provider=sample,voice.operation=calls.get";
    let expected = [
        format!("voice.client.operations.active {labels} 1"),
        format!("voice.client.operations.dropped {labels} 1"),
    ];
    assert_eq!(lines(told), BTreeSet::from(expected));
}

#[test]
fn published_statistics_are_quantiles_by_operation() {
    let stats = Stats::default();
    stats.on_operation(&OperationEvent {
        provider: "sample",
        operation: "calls.get",
        repeat: crate::retry::Repeat::Safe,
        attempts: 1,
        elapsed: std::time::Duration::from_millis(250),
        error: None,
    });
    let told = lines(heard(|| publish_stats(&stats.snapshot())));
    let expected = ["0.5", "0.95", "0.99"].map(|q| {
        format!(
            "voice.client.operation.latency voice.provider=sample,voice.operation=calls.get,quantile={q} 0.25"
        )
    });
    assert_eq!(told, BTreeSet::from(expected));
}

#[derive(Debug)]
struct Fixed(Result<WebhookEvent, WebhookError>);

impl WebhookVerifier for Fixed {
    fn verify(&self, _: &WebhookRequest<'_>) -> Result<WebhookEvent, WebhookError> {
        self.0.clone()
    }
}

#[test]
fn webhooks_are_counted_by_outcome_and_never_by_what_they_hold() {
    let headers = http::HeaderMap::new();
    let request = WebhookRequest::new(&http::Method::POST, "https://x.example/hook", &headers, b"");
    let told = lines(heard(|| {
        for error in [
            WebhookError::BadSignature,
            WebhookError::BadSignature,
            WebhookError::Unreadable("of +14155550123".to_owned()),
            WebhookError::MissingHeader("x-signature"),
        ] {
            let verifier = MeteredVerifier::new("sample", Fixed(Err(error.clone())));
            assert_eq!(verifier.verify(&request).unwrap_err(), error);
        }
    }));
    let expected = [
        ("bad_signature", 2),
        ("unreadable", 1),
        ("missing_header", 1),
    ];
    let expected = expected.map(|(outcome, count)| {
        format!("voice.webhooks voice.provider=sample,outcome={outcome} {count}")
    });
    assert_eq!(told, BTreeSet::from(expected));
}

#[cfg(feature = "intake")]
#[test]
fn figures_of_the_pipeline_have_no_tenants() {
    use crate::intake::figures::{Figure, IntakeFigures};
    use crate::intake::tenant::TenantId;

    let figures = IntakeFigures::default();
    let tenant = TenantId::parse("acme").unwrap();
    figures.count(Figure::RejectedCapacity, Some(&tenant));
    figures.count(Figure::WebhooksRefused, None);
    let call = figures.begin(&tenant);
    let told = lines(heard(|| publish_intake(&figures.snapshot())));
    call.end(std::time::Duration::ZERO);
    for line in [
        "voice.intake.calls.active  1",
        "voice.intake.calls.rejected reason=capacity 1",
        "voice.intake.events event=webhooks_refused 1",
        "voice.intake.events event=accepted_calls 0",
    ] {
        assert!(told.contains(line), "{line} in {told:#?}");
    }
    assert!(told.iter().all(|line| !line.contains("acme")), "{told:#?}");
}
