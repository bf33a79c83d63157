//! OpenTelemetry's conventions for HTTP client spans, as far as a machine can hold spans against them.

use std::collections::{BTreeMap, BTreeSet};

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;

/// What the conventions name, and the type it has there.
const KNOWN: [(&str, Type); 9] = [
    ("http.request.method", Type::Text),
    ("http.request.resend_count", Type::Int),
    ("http.response.status_code", Type::Int),
    ("server.address", Type::Text),
    ("server.port", Type::Int),
    ("url.full", Type::Text),
    ("url.template", Type::Text),
    ("error.type", Type::Text),
    ("voice.attempts", Type::Int),
];

/// Namespaces of which nothing else may be used.
const NAMESPACES: [&str; 4] = ["http.", "server.", "url.", "error."];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Text,
    Int,
}

pub(crate) fn value<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    found.value.as_ref()?.value.as_ref()
}

pub(crate) fn text<'a>(span: &'a Span, key: &str) -> Option<&'a str> {
    match value(&span.attributes, key)? {
        Value::StringValue(text) => Some(text),
        _ => None,
    }
}

pub(crate) fn int(span: &Span, key: &str) -> Option<i64> {
    match value(&span.attributes, key)? {
        Value::IntValue(number) => Some(*number),
        _ => None,
    }
}

pub(crate) fn failed(span: &Span) -> bool {
    let status = span.status.as_ref();
    status.is_some_and(|status| status.code() == StatusCode::Error)
}

/// The attempts: spans of kind CLIENT.
pub(crate) fn clients(spans: &[Span]) -> Vec<&Span> {
    let clients = spans.iter().filter(|span| span.kind() == SpanKind::Client);
    clients.collect()
}

/// Span names; there must be few.
pub(crate) fn names(spans: &[Span]) -> BTreeSet<&str> {
    spans.iter().map(|span| span.name.as_str()).collect()
}

/// Holds every span against the conventions, and looks for `marks` in all of it.
pub(crate) fn hold(spans: &[Span], marks: &[&str]) {
    let by_id: BTreeMap<&[u8], &Span> = spans
        .iter()
        .map(|span| (span.span_id.as_slice(), span))
        .collect();
    assert_eq!(by_id.len(), spans.len(), "no span twice");
    let mut tries: BTreeMap<&[u8], Vec<&Span>> = BTreeMap::new();
    for span in spans {
        types(span);
        if span.kind() == SpanKind::Client {
            attempt(span);
            let parent = by_id.get(span.parent_span_id.as_slice());
            let parent = parent.unwrap_or_else(|| panic!("no parent: {span:#?}"));
            assert_eq!(parent.kind(), SpanKind::Internal, "{parent:#?}");
            assert_eq!(parent.trace_id, span.trace_id);
            assert!(text(parent, "voice.operation").is_some(), "{parent:#?}");
            tries.entry(&parent.span_id).or_default().push(span);
        } else {
            assert_eq!(span.kind(), SpanKind::Internal, "{span:#?}");
        }
        if text(span, "voice.operation").is_some() {
            operation(span);
        }
        let shown = format!("{span:?}");
        for mark in marks {
            assert!(!shown.contains(mark), "{mark} in {span:#?}");
        }
    }
    for (parent, mut tries) in tries {
        tries.sort_by_key(|span| span.start_time_unix_nano);
        let counts: Vec<i64> = tries
            .iter()
            .map(|span| int(span, "http.request.resend_count").unwrap_or(0))
            .collect();
        let expected: Vec<i64> = (0..).take(tries.len()).collect();
        assert_eq!(
            counts, expected,
            "the first try has no count, others have theirs"
        );
        if let Some(attempts) = int(by_id[parent], "voice.attempts") {
            assert_eq!(attempts, expected.len() as i64, "{:#?}", by_id[parent]);
        }
    }
}

fn types(span: &Span) {
    for attribute in &span.attributes {
        let key = attribute.key.as_str();
        assert!(!key.starts_with("otel."), "{key} was not understood");
        let found = match value(&span.attributes, key) {
            Some(Value::StringValue(_)) => Some(Type::Text),
            Some(Value::IntValue(_)) => Some(Type::Int),
            _ => None,
        };
        match KNOWN.iter().find(|(known, _)| *known == key) {
            Some((_, expected)) => assert_eq!(found, Some(*expected), "{key} in {span:#?}"),
            None => assert!(
                !NAMESPACES.iter().any(|space| key.starts_with(space)),
                "the conventions have no {key}"
            ),
        }
    }
}

fn operation(span: &Span) {
    let provider = text(span, "voice.provider").unwrap();
    let operation = text(span, "voice.operation").unwrap();
    assert_eq!(span.name, format!("{provider} {operation}"));
    assert_eq!(
        text(span, "error.type").is_some(),
        failed(span),
        "{span:#?}"
    );
}

fn attempt(span: &Span) {
    let method = text(span, "http.request.method").unwrap();
    assert!(["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method));
    let template = text(span, "url.template").unwrap();
    assert!(template.starts_with('/'), "{template}");
    assert_eq!(span.name, format!("{method} {template}"));

    let address = text(span, "server.address").unwrap();
    let port = int(span, "server.port").unwrap();
    let full: http::Uri = text(span, "url.full").unwrap().parse().unwrap();
    assert_eq!(full.host(), Some(address));
    assert_eq!(
        full.port_u16().map(i64::from),
        Some(port),
        "simulators have a port"
    );
    assert_eq!((full.scheme_str(), full.query()), (Some("http"), None));
    assert_eq!(
        full.path().matches("REDACTED").count(),
        template.matches('{').count(),
        "{full} for {template}"
    );

    assert_eq!(
        text(span, "error.type").is_some(),
        failed(span),
        "{span:#?}"
    );
    match int(span, "http.response.status_code") {
        Some(status) if status >= 400 => assert!(failed(span), "{span:#?}"),
        Some(status) => assert!((100..400).contains(&status), "{status}"),
        None => assert!(failed(span), "neither answer nor error: {span:#?}"),
    }
    let description = span.status.as_ref().map_or("", |status| &status.message);
    assert_eq!(description, "", "the status code says it");
    if let Some(count) = int(span, "http.request.resend_count") {
        assert!(count > 0, "the first try was not sent again");
    }
    assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
}
