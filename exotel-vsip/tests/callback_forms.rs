//! Status callbacks: three forms, one event; who may send them; nothing shown.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

use std::net::IpAddr;

use exotel_vsip::callback::{
    CallTracker, CallbackError, CallbackReceiver, CallbackSources, Freshness, MAX_BODY,
    StatusCallback,
};
use exotel_vsip::voice::{AnsweredBy, CallEvent, CallStatus, Direction};
use http::{HeaderMap, HeaderValue, Method, header};
use proptest::prelude::*;
use serde_json::json;
use voice_core::error::{Error, ErrorKind};
use voice_core::secret::SecretString;
use voice_core::webhook::{WebhookRequest, WebhookUrl};

const SID: &str = "b6cfaf5f5cef3ca0fc937749ef960e25";

fn full() -> serde_json::Value {
    json!({
        "CallSid": SID, "EventType": "terminal", "Status": "completed", "DateCreated": "2026-01-31 10:00:00",
        "DateUpdated": "2026-01-31 10:02:00", "To": "08123456789", "From": "09876543210", "PhoneNumberSid": "08047112345",
        "StartTime": "2026-01-31 10:00:05", "EndTime": "2026-01-31 10:01:10", "ConversationDuration": "60",
        "Direction": "outbound-api", "CustomField": "vk42", "RecordingUrl": "https://r.example/s3cret.mp3",
        "Legs": [
            {"OnCallDuration": "65", "Status": "completed", "AnsweredBy": "HUMAN"},
            {"OnCallDuration": "60", "Status": "no-answer", "AnsweredBy": "NotSure"},
        ],
    })
}

/// The pairs a form has for it.
fn flat() -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (name, value) in full().as_object().unwrap() {
        match value.as_array() {
            None => pairs.push((name.clone(), value.as_str().unwrap().to_owned())),
            Some(legs) => {
                for (at, leg) in legs.iter().enumerate() {
                    for (property, value) in leg.as_object().unwrap() {
                        let name = format!("Legs[{at}][{property}]");
                        pairs.push((name, value.as_str().unwrap().to_owned()));
                    }
                }
            }
        }
    }
    pairs
}

fn form() -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(flat())
        .finish()
}

fn multipart(boundary: &str) -> String {
    let parts: String = flat()
        .iter()
        .map(|(name, value)| {
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
        })
        .collect();
    format!("{parts}--{boundary}--\r\n")
}

#[test]
fn one_event_comes_out_of_all_three_forms() {
    let json =
        StatusCallback::parse(Some("application/json"), full().to_string().as_bytes()).unwrap();
    let form = StatusCallback::parse(
        Some("application/x-www-form-urlencoded; charset=utf-8"),
        form().as_bytes(),
    )
    .unwrap();
    let parts = StatusCallback::parse(
        Some("multipart/form-data; boundary=\"----x 1\""),
        multipart("----x 1").as_bytes(),
    )
    .unwrap();
    assert_eq!(json, form);
    assert_eq!(json, parts);
    assert_eq!(json.call_sid().as_str(), SID);
    assert_eq!(json.event, Some(CallEvent::Terminal));
    assert_eq!(json.status, Some(CallStatus::Completed));
    assert_eq!(json.direction, Some(Direction::OutboundApi));
    assert_eq!(json.conversation_duration.unwrap().get(), 60);
    assert_eq!(json.call_key().unwrap().as_str(), "vk42");
    let legs = json.legs.as_ref().unwrap();
    assert_eq!(legs[0].answered_by, Some(AnsweredBy::Human));
    assert_eq!(
        (legs.len(), legs[1].status.as_ref()),
        (2, Some(&CallStatus::NoAnswer))
    );
    assert!(json.is_final() && json.report().extra.is_empty());
    assert_eq!(json.dedup_key(), format!("{SID}/terminal/completed"));
}

#[test]
fn words_of_another_page_are_read_and_unknown_ones_kept() {
    let body = "CallSid=a1&CallFrom=09876543210&CallTo=08123456789&CallType=completed&Duration=12&Price=0.50\
                &Status=teleported&EventType=moved&Legs[0][Status]=&Legs[0][AnsweredBy]=NA&New=1";
    let callback =
        StatusCallback::parse(Some("application/x-www-form-urlencoded"), body.as_bytes()).unwrap();
    assert_eq!(callback.from.as_deref(), Some("09876543210"));
    assert_eq!(
        (
            callback.call_type.as_deref(),
            callback.duration.unwrap().get()
        ),
        (Some("completed"), 12)
    );
    assert_eq!(callback.price.as_ref().unwrap().as_str(), "0.50");
    assert_eq!(
        callback.status,
        Some(CallStatus::Other("teleported".into()))
    );
    assert_eq!(callback.event, Some(CallEvent::Other("moved".into())));
    let leg = &callback.legs.as_ref().unwrap()[0];
    assert_eq!(
        (&leg.status, leg.answered_by.as_ref()),
        (&None, Some(&AnsweredBy::NotApplicable))
    );
    assert!(!callback.is_final() && callback.extra.contains_key("New"));

    let little = StatusCallback::parse(
        Some("application/json"),
        br#"{"CallSid":"a1","Status":null}"#,
    )
    .unwrap();
    assert_eq!(
        (little.status.as_ref(), little.dedup_key().as_str()),
        (None, "a1//")
    );
    assert_eq!(little.to_event().kind, "status");
}

#[test]
fn the_family_gets_its_event() {
    let callback = StatusCallback::parse(None, full().to_string().as_bytes()).unwrap();
    let event = callback.to_event();
    assert_eq!(
        (event.provider, event.kind.as_str()),
        ("exotel", "terminal")
    );
    assert_eq!(event.call.unwrap().as_str(), SID);
    assert_eq!(event.dedup_key, Some(callback.dedup_key()));
    assert_eq!(
        (&event.payload["CallSid"], &event.payload["Status"]),
        (&json!(SID), &json!("completed"))
    );
}

#[test]
fn nothing_personal_or_secret_is_shown() {
    let receiver = CallbackReceiver::new()
        .token(SecretString::from("t0ken"))
        .unwrap();
    let callback = StatusCallback::parse(None, form().as_bytes()).unwrap();
    let url = receiver.url(&WebhookUrl::parse("https://hooks.example.com/x").unwrap());
    let shown = format!(
        "{receiver:?} {callback:?} {url:?} {:?}",
        callback.to_event()
    );
    for hidden in ["9876543210", "8123456789", "8047112345", "s3cret", "t0ken"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    assert!(url.as_str().ends_with("?token=t0ken"));
}

fn receive(
    receiver: &CallbackReceiver,
    url: &str,
    body: &str,
    peer: Option<&str>,
) -> Result<StatusCallback, CallbackError> {
    let mut headers = HeaderMap::new();
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(header::CONTENT_TYPE, form);
    headers.insert("x-forwarded-for", HeaderValue::from_static("203.0.113.9"));
    let request = WebhookRequest::new(&Method::POST, url, &headers, body.as_bytes());
    receiver.receive(&request, peer.map(|peer| peer.parse::<IpAddr>().unwrap()))
}

#[test]
fn the_door_checks_the_sender_then_the_token_then_reads() {
    let secret = |text: &str| SecretString::from(text);
    let sources = CallbackSources::new().allow("203.0.113.0/24").unwrap();
    let receiver = CallbackReceiver::new()
        .token(secret("old"))
        .and_then(|receiver| receiver.token(secret("n&w")))
        .unwrap()
        .sources(sources);
    let good = receiver.url(&WebhookUrl::parse("https://hooks.example.com/x?a=b").unwrap());
    let (inside, outside) = (Some("203.0.113.7"), Some("198.51.100.7"));
    let old = "https://hooks.example.com/x?token=old#f";
    for (url, body, peer, outcome) in [
        (good.as_str(), "CallSid=a1", inside, None),
        (old, "CallSid=a1", inside, None),
        ("/x?token=old", "CallSid=a1", inside, None),
        (
            good.as_str(),
            "CallSid=a1",
            outside,
            Some(CallbackError::Source),
        ),
        (
            good.as_str(),
            "CallSid=a1",
            None,
            Some(CallbackError::Source),
        ),
        (
            "https://hooks.example.com/x",
            "CallSid=a1",
            inside,
            Some(CallbackError::Token),
        ),
        (
            "https://hooks.example.com/x?token=",
            "CallSid=a1",
            inside,
            Some(CallbackError::Token),
        ),
        (
            "https://hooks.example.com/x?token=ol",
            "CallSid=a1",
            inside,
            Some(CallbackError::Token),
        ),
        (
            "https://hooks.example.com/x?token=oldx&token=old",
            "",
            inside,
            Some(CallbackError::Token),
        ),
        (old, "", outside, Some(CallbackError::Source)),
        (old, "", inside, Some(CallbackError::NoCall)),
        (old, "CallSid=a/b", inside, Some(CallbackError::NoCall)),
    ] {
        let got = receive(&receiver, url, body, peer);
        assert_eq!(got.as_ref().err(), outcome.as_ref(), "{url} {peer:?}");
    }
    // An XFF header alone opens nothing, and without either check everybody is let in.
    assert!(receive(&CallbackReceiver::new(), "/x", "CallSid=a1", None).is_ok());
    for blank in ["", " \t"] {
        let error = CallbackReceiver::new().token(secret(blank)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    let own = CallbackReceiver::new()
        .token_parameter("k")
        .token(secret("x"))
        .unwrap();
    assert!(receive(&own, "/x?k=x", "CallSid=a1", None).is_ok());
}

#[test]
fn the_key_in_the_url_counts_more_than_the_one_in_the_body() {
    let receiver = CallbackReceiver::new();
    let url = "https://hooks.example.com/x?voice_call_key=vk1";
    let both = receive(&receiver, url, "CallSid=a1&CustomField=vk2", None).unwrap();
    assert_eq!(both.call_key().unwrap().as_str(), "vk1");
    let body = receive(&receiver, "/x", "CallSid=a1&CustomField=vk2", None).unwrap();
    assert_eq!(body.call_key().unwrap().as_str(), "vk2");
}

#[test]
fn refusals_have_a_status_a_hint_and_an_error() {
    for (error, status) in [
        (CallbackError::Source, 403),
        (CallbackError::Token, 401),
        (CallbackError::TooLarge, 413),
        (CallbackError::ContentType, 415),
        (CallbackError::Malformed, 400),
        (CallbackError::NoCall, 400),
    ] {
        assert_eq!(error.suggested_status(), status);
        let error: Error = error.into();
        assert_eq!(error.kind(), ErrorKind::Webhook);
        assert!(error.hint().is_some());
    }
    let big = format!("CallSid=a1&x={}", "y".repeat(MAX_BODY));
    assert_eq!(
        StatusCallback::parse(None, big.as_bytes()),
        Err(CallbackError::TooLarge)
    );
}

#[test]
fn repeated_deliveries_in_any_form_are_one() {
    let tracker = CallTracker::new();
    let json = StatusCallback::parse(None, full().to_string().as_bytes()).unwrap();
    let form = StatusCallback::parse(None, form().as_bytes()).unwrap();
    assert_eq!(
        (tracker.note(&json), tracker.note(&form)),
        (Freshness::New, Freshness::Duplicate)
    );
}

proptest! {
    #[test]
    fn no_callback_panics(
        body in proptest::collection::vec(any::<u8>(), 0..300),
        text in "(CallSid=a1&|\\{\"CallSid\":\"a1\",)?[-A-Za-z0-9\\[\\]{}=&:\",%+\\r\\n]{0,200}",
        url in ".{0,60}",
        content_type in "(application/json|multipart/form-data; ?boundary=.{0,5}|application/x-www-form-urlencoded|.{0,20})",
    ) {
        for body in [body.as_slice(), text.as_bytes()] {
            if let Ok(callback) = StatusCallback::parse(Some(&content_type), body) {
                let _ = (format!("{callback:?}"), callback.to_event(), callback.dedup_key());
            }
            let headers = HeaderMap::new();
            let request = WebhookRequest::new(&Method::POST, &url, &headers, body);
            let receiver = CallbackReceiver::new().token(SecretString::from("t")).unwrap();
            let _ = receiver.receive(&request, None);
        }
    }
}
