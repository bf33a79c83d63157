//! Webhooks: genuine or not, and everything they can say.
//!
//! The list of events is not part of the repository: `VOICE_SPECS_DIR` names the directory that holds it, and without it the
//! test that reads it says so and passes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use http::{HeaderMap, Method};
use openai_calls::webhooks::{ENDED_KINDS, Event, EventData, OpenAiWebhooks, SECRET_VARIABLE};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use voice_core::config::Environment;
use voice_core::error::ErrorKind;
use voice_core::provider::{InboundEvent, InboundSource, WebhookVerifier};
use voice_core::secret::SecretString;
use voice_core::testkit::TestClock;
use voice_core::testkit::conformance::{WebhookFixture, webhook_verifier};
use voice_core::webhook::standard::{ID_HEADER, SIGNATURE_HEADER, SigningKey, TIMESTAMP_HEADER};
use voice_core::webhook::{WebhookError, WebhookRequest};

const SECRET: &str = "whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=";
const SENT: u64 = 1_750_861_210;
const ID: &str = "wh_685c059ae39c8190af8c71ed1022a24d";

fn webhooks(secrets: &[&str]) -> OpenAiWebhooks {
    OpenAiWebhooks::with_secrets(secrets.iter().map(|secret| SecretString::from(*secret)))
        .unwrap()
        .clock(Arc::new(TestClock::at(SENT)))
}

fn signed(secret: &str, body: &str) -> HeaderMap {
    let stamp = SENT.to_string();
    let key = SigningKey::from_text(secret).unwrap();
    let signature = key.sign(ID, &stamp, body.as_bytes());
    let mut headers = HeaderMap::new();
    headers.insert(ID_HEADER, ID.parse().unwrap());
    headers.insert(SIGNATURE_HEADER, signature.parse().unwrap());
    headers.insert(TIMESTAMP_HEADER, stamp.parse().unwrap());
    headers
}

/// Signs a body, and gives it to whoever asks.
fn with<T>(body: &str, ask: impl FnOnce(&OpenAiWebhooks, &WebhookRequest<'_>) -> T) -> T {
    let headers = signed(SECRET, body);
    let request = WebhookRequest::new(&Method::POST, "/hook", &headers, body.as_bytes());
    ask(&webhooks(&[SECRET]), &request)
}

fn notice(body: &Value) -> InboundEvent {
    with(&body.to_string(), |hooks, request| {
        let notice = hooks.read(request).unwrap();
        assert_eq!(notice.provider, "openai");
        assert_eq!(notice.kind, body["type"].as_str().unwrap());
        assert_eq!(notice.webhook_id.as_deref(), Some(ID));
        notice.event
    })
}

fn incoming() -> Value {
    json!({"id": "evt_1", "object": "event", "created_at": SENT, "type": "realtime.call.incoming", "data": {
    "call_id": "rtc_1", "sip_media_security": "srtp", "sip_headers": [
        {"name": "From", "value": "\"Ada\" <sip:+15550100@example.com>"},
        {"name": "t", "value": "<sip:+15550199@sip.example.com>"},
        {"name": "Via", "value": "1"}, {"name": "Via", "value": "2"},
    ]}})
}

#[tokio::test]
async fn the_conformance_suite() {
    let body = incoming().to_string();
    for secret in [SECRET, "a raw secret"] {
        let headers = signed(secret, &body);
        let url = "https://hooks.example.com/openai";
        let genuine =
            WebhookFixture::new(Method::POST, url, headers, body.as_str(), SIGNATURE_HEADER);
        webhook_verifier(&webhooks(&[secret]), &genuine);
        webhook_verifier(&webhooks(&["another", secret]), &genuine);
    }
}

#[tokio::test]
async fn a_ringing_call_is_told_with_its_headers_in_order() {
    let InboundEvent::Ringing(call) = notice(&incoming()) else {
        panic!("it rings");
    };
    assert_eq!(call.id.as_str(), "rtc_1");
    let names: Vec<&str> = call.sip_headers.iter().map(|h| h.name.as_str()).collect();
    assert_eq!(names, ["From", "t", "Via", "Via"]);
    assert_eq!(call.sip_headers[3].value, "2");
    let typed = with(&incoming().to_string(), |hooks, request| {
        hooks.event(request)
    });
    let typed = typed.unwrap();
    assert_eq!(typed.webhook_id, ID);
    let EventData::RealtimeCallIncoming(incoming) = &typed.event.data else {
        panic!("it rings");
    };
    assert_eq!(incoming.ringing(), call);
    let shown = format!("{typed:?} {call:?}");
    assert!(
        !shown.contains("5550100") && !shown.contains("Ada"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_caller_is_not_lost_over_an_odd_field() {
    for headers in [Value::Null, json!("x"), json!([5, {"name": "To"}, null])] {
        let mut body = incoming();
        body["data"]["sip_headers"] = headers;
        let InboundEvent::Ringing(call) = notice(&body) else {
            panic!("it rings");
        };
        assert!(call.sip_headers.is_empty());
        let typed = with(&body.to_string(), |hooks, request| hooks.event(request));
        assert_eq!(typed.unwrap_err().suggested_status(), 400);
    }
    for id in [Value::Null, json!(""), json!(5), json!("a b")] {
        let mut body = incoming();
        body["data"]["call_id"] = id;
        assert_eq!(notice(&body), InboundEvent::RingingWithoutId);
    }
    let bare = json!({"type": "realtime.call.incoming"});
    assert_eq!(notice(&bare), InboundEvent::RingingWithoutId);
}

#[tokio::test]
async fn the_same_call_announced_to_the_live_api_is_no_second_call() {
    for kind in ["live.call.incoming", "live.transport.incoming"] {
        let body = json!({"id": "evt_1", "created_at": 1, "type": kind,
            "data": {"session_id": "rtc_1", "type": "sip", "sip_headers": []}});
        assert_eq!(notice(&body), InboundEvent::Other);
    }
}

#[tokio::test]
async fn the_end_of_a_call_is_read_wherever_its_id_stands() {
    for kind in ENDED_KINDS {
        for field in ["call_id", "id"] {
            let body = json!({"type": kind, "data": {field: "rtc_9"}});
            let InboundEvent::Ended(call) = notice(&body) else {
                panic!("{kind} ends");
            };
            assert_eq!(call.as_str(), "rtc_9");
            let event = Event::parse(body.to_string().as_bytes()).unwrap();
            assert_eq!(event.ended_call(), Some(call));
            assert!(matches!(event.data, EventData::Unknown { .. }));
        }
        assert_eq!(notice(&json!({"type": kind})), InboundEvent::Other);
    }
    let other = json!({"type": "response.completed", "data": {"id": "resp_1"}});
    assert_eq!(notice(&other), InboundEvent::Other);
    let event = Event::parse(other.to_string().as_bytes()).unwrap();
    assert_eq!(event.ended_call(), None);
}

#[tokio::test]
async fn the_shared_reader_gives_key_call_and_payload() {
    let event = with(&incoming().to_string(), |hooks, request| {
        hooks.verify(request)
    });
    let event = event.unwrap();
    assert_eq!(
        (event.provider, event.kind.as_str()),
        ("openai", "realtime.call.incoming")
    );
    assert_eq!(event.dedup_key.as_deref(), Some(ID));
    assert_eq!(event.call.unwrap().as_str(), "rtc_1");
    assert_eq!(event.payload, incoming());
}

#[tokio::test]
async fn the_signature_comes_first_whatever_the_body_is() {
    for body in ["", "[]", "{}", "{\"type\": 5}", "{\"type\": \"\"}", "}{"] {
        with(body, |hooks, request| {
            assert_eq!(hooks.event(request).unwrap_err().suggested_status(), 400);
            assert_eq!(hooks.verify(request).unwrap_err().suggested_status(), 400);
            assert_eq!(hooks.read(request).unwrap_err().suggested_status(), 400);
        });
        let headers = signed("another", body);
        let request = WebhookRequest::new(&Method::POST, "/", &headers, body.as_bytes());
        let hooks = webhooks(&[SECRET]);
        assert_eq!(hooks.event(&request), Err(WebhookError::BadSignature));
        assert_eq!(hooks.verify(&request), Err(WebhookError::BadSignature));
        assert_eq!(hooks.read(&request), Err(WebhookError::BadSignature));
    }
}

#[test]
fn what_cannot_be_read_is_named_and_not_quoted() {
    for (body, why) in [
        ("{\"planted\"", "no JSON at line 1, column 10"),
        ("[\"planted\"]", "it is no JSON object"),
        ("{\"type\": {\"planted\": 1}}", "type is missing or no text"),
        (
            "{\"type\": \"batch.failed\"}",
            "data is missing or no object",
        ),
        (
            "{\"type\": \"batch.failed\", \"data\": {\"id\": [\"planted\"]}}",
            "data.id has an unexpected form",
        ),
        (
            "{\"type\": \"batch.failed\", \"data\": {}}",
            "data.id is missing",
        ),
        (
            "{\"type\": \"batch.failed\", \"data\": {\"id\": \"b\"}, \"created_at\": \"planted\"}",
            "created_at has an unexpected form",
        ),
        (
            "{\"type\": \"live.call.incoming\", \"data\": {\"session_id\": \"s\", \"sip_headers\": [{\"name\": \"planted\"}]}}",
            "data.sip_headers[0].value has an unexpected form",
        ),
    ] {
        let error = Event::parse(body.as_bytes()).unwrap_err();
        assert_eq!(error, WebhookError::Unreadable(why.to_owned()), "{body}");
    }
}

#[test]
fn unknown_events_are_kept_whole() {
    for body in [
        json!({"type": "video.completed", "id": "evt_1", "created_at": 5, "data": {"id": "video_1"}}),
        json!({"type": "video.failed", "data": [1, 2], "attempt": {"n": 2}}),
        json!({"type": "odd", "id": 5, "created_at": "later", "object": []}),
    ] {
        let event = Event::parse(body.to_string().as_bytes()).unwrap();
        assert!(matches!(event.data, EventData::Unknown { .. }));
        assert_eq!(event.to_value(), body);
    }
}

#[tokio::test]
async fn the_environment_may_hold_several_secrets_and_every_bad_one_is_told() {
    let read = |text: &str| {
        OpenAiWebhooks::from_environment(&Environment::from_pairs([(SECRET_VARIABLE, text)]))
    };
    let body = "{\"type\": \"x\"}";
    let hooks = read(&format!("raw-one, {SECRET}")).unwrap();
    let hooks = hooks.clock(Arc::new(TestClock::at(SENT)));
    for secret in [SECRET, "raw-one"] {
        let headers = signed(secret, body);
        let request = WebhookRequest::new(&Method::POST, "/", &headers, body.as_bytes());
        assert!(hooks.event(&request).is_ok());
    }
    for (text, problems) in [
        ("whsec_", 1),
        ("good,", 1),
        (",", 2),
        ("whsec_plantedplantedp,whsec_,good", 2),
        (" padded", 1),
        ("", 1),
    ] {
        let error = read(text).unwrap_err();
        assert_eq!(
            (error.kind(), error.fields().len()),
            (ErrorKind::Config, problems),
            "{text}"
        );
        let shown = format!("{error} {error:?} {}", error.log_value());
        assert!(shown.contains(SECRET_VARIABLE), "{shown}");
        assert!(!shown.contains("planted"), "{shown}");
    }
    let none: [SecretString; 0] = [];
    let error = OpenAiWebhooks::with_secrets(none).unwrap_err();
    assert_eq!(error.provider(), "openai");
    assert!(OpenAiWebhooks::new(" ").is_err());
    assert!(!format!("{hooks:?}").contains("raw-one"));
}

/// A value of the form the list names.
fn sample(form: &str) -> Value {
    if form.starts_with("List[DataSipHeader]") {
        json!([{"name": "To", "value": "<sip:a@example.com>"}])
    } else if form.contains("DataConnect") || form.starts_with("DataRequiredAction") {
        json!({"any": ["thing"]})
    } else if form.contains("webrtc") {
        json!("webrtc")
    } else if form.contains("\"sip\"") {
        json!("sip")
    } else if form.contains("srtp") {
        json!("srtp")
    } else {
        assert!(form == "str" || form.contains("Optional[str]"), "{form}");
        json!("text_1")
    }
}

#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "where the list is is told by the environment, and a skipped test says so"
)]
fn listed() -> Option<Value> {
    let Some(folder) = std::env::var_os("VOICE_SPECS_DIR") else {
        println!("skipped: VOICE_SPECS_DIR is not set");
        return None;
    };
    let path = std::path::PathBuf::from(folder).join("openai.webhook_events.json");
    let text = std::fs::read_to_string(path).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

#[test]
fn every_listed_event_is_typed_with_every_field_and_comes_back_as_it_was() {
    let Some(list) = listed() else { return };
    let events = list["events"].as_array().unwrap();
    assert_eq!((events.len(), EventData::KNOWN.len()), (32, 32));
    let mut fields = 0;
    for event in events {
        let kind = event["type"].as_str().unwrap();
        let forms = event["data"].as_object().unwrap();
        let known = EventData::fields_of(kind).unwrap();
        let known: BTreeSet<&str> = known.iter().copied().collect();
        assert_eq!(known, forms.keys().map(String::as_str).collect(), "{kind}");
        fields += known.len();

        let form = |name: &String| forms[name].as_str().unwrap();
        let whole: Map<String, Value> = forms
            .keys()
            .map(|name| (name.clone(), sample(form(name))))
            .collect();
        let body = json!({"id": "evt_1", "object": "event", "created_at": 5, "type": kind, "data": whole, "new": [1]});
        let read = Event::parse(body.to_string().as_bytes()).unwrap();
        assert!(!matches!(read.data, EventData::Unknown { .. }), "{kind}");
        assert_eq!(read.data.kind(), kind);
        assert_eq!(read.to_value(), body);

        // What may be missing, may; what may not, is named. What is new is kept.
        for name in forms.keys() {
            let mut less = body.clone();
            less["data"].as_object_mut().unwrap().remove(name);
            less["data"]["fresh"] = json!({"a": null});
            let read = Event::parse(less.to_string().as_bytes());
            if form(name).contains("= None") {
                assert_eq!(read.unwrap().to_value(), less, "{kind}.{name}");
            } else {
                let why = format!("data.{name} is missing");
                assert_eq!(read, Err(WebhookError::Unreadable(why)), "{kind}");
            }
        }
    }
    assert_eq!(fields, 54);
}

proptest! {
    #[test]
    fn any_body_is_read_or_refused(body in prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..60),
        "\\{\"type\":\"(realtime.call.incoming|realtime.call.ended|batch.failed|[a-z.]{0,12})\",\"data\":[a-z0-9\\[\\]{}\":,]{0,30}\\}"
            .prop_map(String::into_bytes),
    ]) {
        if let Ok(event) = Event::parse(&body) {
            prop_assert!(!event.data.kind().is_empty());
            let again = Event::parse(event.to_value().to_string().as_bytes());
            prop_assert_eq!(again, Ok(event));
        }
    }
}
