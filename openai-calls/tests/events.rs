//! Every event of the schema against its type, both ways.
//!
//! The schema is not part of the repository: `VOICE_SPECS_DIR` names the directory that holds it, and without it the
//! tests that need it say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod specs;

use std::collections::BTreeSet;

use openai_calls::events::{
    ApiError, AudioData, ClientEvent, ContentPart, CreateItem, EventError, FunctionCallId, Item,
    ItemId, MessageRole, ResponseParams, ServerEvent, StatusReason,
};
use openai_calls::session::{JsonMap, Session, Setting};
use proptest::prelude::*;
use serde_json::{Value, json};
use specs::{Spec, any_json, assert_typed, file, odd_values};

/// The types of one direction, and the names of their schemas.
fn types(direction: &str) -> Option<Vec<(String, String)>> {
    let events = file("openai.realtime_events.json")?;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let events = events[direction].as_array().unwrap().iter();
    Some(
        events
            .map(|event| (text(&event["type"]), text(&event["schema"])))
            .collect(),
    )
}

fn server(value: &Value) -> ServerEvent {
    ServerEvent::parse(&value.to_string()).unwrap()
}

fn client(value: &Value) -> ClientEvent {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn there_are_11_client_events_and_46_server_events() {
    assert_eq!(ClientEvent::KNOWN.len(), 11);
    assert_eq!(ServerEvent::KNOWN.len(), 46);
    let known = |words: &[&str]| {
        words
            .iter()
            .map(|w| (*w).to_owned())
            .collect::<BTreeSet<_>>()
    };
    for (direction, words) in [
        ("client", known(ClientEvent::KNOWN)),
        ("server", known(ServerEvent::KNOWN)),
    ] {
        let Some(types) = types(direction) else {
            return;
        };
        let types: BTreeSet<String> = types.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(types, words);
    }
}

#[test]
fn every_server_event_is_typed_and_nothing_is_lost() {
    let (Some(types), Some(spec)) = (types("server"), Spec::load()) else {
        return;
    };
    let mut seen = BTreeSet::new();
    for (kind, schema) in types {
        for value in spec.instances(&schema) {
            let event = server(&value);
            assert_eq!(event.kind(), kind);
            assert_eq!(event.event_id(), value["event_id"].as_str());
            assert_typed(&event, &value);
            assert_eq!(serde_json::to_value(&event).unwrap(), value);
            seen.insert(kind.clone());
        }
        let bare = json!({"type": kind});
        let event = server(&bare);
        assert_typed(&event, &bare);
        assert_eq!(event.kind(), kind);
        assert_eq!(serde_json::to_value(&event).unwrap(), bare);
    }
    assert_eq!(seen.len(), 46);
}

#[test]
fn every_client_event_is_typed_and_nothing_is_lost() {
    let (Some(types), Some(spec)) = (types("client"), Spec::load()) else {
        return;
    };
    let mut seen = BTreeSet::new();
    for (kind, schema) in types {
        for value in spec.instances(&schema) {
            let event = client(&value);
            assert_eq!(event.kind(), kind);
            assert_typed(&event, &value);
            assert_eq!(serde_json::to_value(&event).unwrap(), value);
            seen.insert(kind.clone());
        }
        let bare = json!({"type": kind});
        let event = client(&bare);
        assert_typed(&event, &bare);
        assert_eq!(serde_json::to_value(&event).unwrap(), bare);
        let named = event.with_event_id("mine");
        assert_eq!(named.event_id(), Some("mine"));
        assert_eq!(serde_json::to_value(&named).unwrap()["event_id"], "mine");
    }
    assert_eq!(seen.len(), 11);
}

#[test]
fn a_field_that_is_not_as_documented_costs_only_itself() {
    let (Some(types), Some(spec)) = (types("server"), Spec::load()) else {
        return;
    };
    for (kind, schema) in types {
        let value = spec.instances(&schema).swap_remove(0);
        for name in value.as_object().unwrap().keys().filter(|n| *n != "type") {
            for odd in odd_values() {
                let mut changed = value.clone();
                changed[name] = odd;
                let event = server(&changed);
                assert_eq!(event.kind(), kind);
                assert!(!matches!(event, ServerEvent::Unknown { .. }));
                assert_eq!(serde_json::to_value(&event).unwrap(), changed, "{name}");
            }
            let mut changed = value.clone();
            changed[name] = Value::Null;
            assert_eq!(server(&changed).kind(), kind);
        }
    }
}

/// Replaces every text that is somebody's words.
fn hush(value: &mut Value, hushed: &mut usize) {
    const PRIVATE: &[&str] = &[
        "text",
        "transcript",
        "delta",
        "instructions",
        "arguments",
        "output",
        "audio",
        "token",
        "image_url",
        "event",
        "reason",
        "obfuscation",
        "prompt",
        "authorization",
        "server_url",
    ];
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                match value {
                    // Why a response ended is one of a few words.
                    Value::String(text) if name == "reason" && text != "text" => {}
                    Value::String(text) if PRIVATE.contains(&name.as_str()) => {
                        *text = "hush-hush".to_owned();
                        *hushed += 1;
                    }
                    other => hush(other, hushed),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hush(item, hushed)),
        _ => {}
    }
}

#[test]
fn debug_shows_nobodys_words() {
    let Some(spec) = Spec::load() else { return };
    let mut hushed = 0;
    for direction in ["client", "server"] {
        for (_, schema) in types(direction).unwrap() {
            for mut value in spec.instances(&schema) {
                hush(&mut value, &mut hushed);
                let shown = if direction == "client" {
                    format!("{0:?} {0:#?}", client(&value))
                } else {
                    format!("{0:?} {0:#?}", server(&value))
                };
                assert!(!shown.contains("hush"), "{shown}");
            }
        }
    }
    assert!(hushed > 100, "{hushed}");
}

#[test]
fn an_unknown_event_is_kept_whole() {
    let raw = json!({"type": "response.sung", "event_id": "e", "song": {"words": "secret"}});
    let event = server(&raw);
    assert_eq!(
        (event.kind(), event.event_id()),
        ("response.sung", Some("e"))
    );
    assert_eq!(serde_json::to_value(&event).unwrap(), raw);
    assert!(!format!("{event:?}").contains("secret"));
    let ServerEvent::Unknown { kind, raw: kept } = event else {
        panic!("typed");
    };
    assert_eq!(kind, "response.sung");
    assert_eq!(kept["song"]["words"], "secret");
}

#[test]
fn unknown_words_items_and_fields_survive() {
    let raw = json!({
        "type": "response.done",
        "event_id": "e",
        "shard": 3,
        "response": {
            "status": "postponed",
            "status_details": {"type": "postponed", "reason": "tired"},
            "usage": null,
            "output": [
                {"type": "dance", "steps": [1, 2]},
                {"type": "function_call", "call_id": "c", "name": "n", "arguments": "{", "mood": "good"},
                {"no": "type"},
            ],
        },
    });
    let event = server(&raw);
    let mut written = raw.clone();
    written["response"].as_object_mut().unwrap().remove("usage");
    assert_eq!(serde_json::to_value(&event).unwrap(), written);
    let ServerEvent::ResponseDone(done) = event else {
        panic!("another");
    };
    let response = done.response.unwrap();
    assert_eq!(
        response.status_details.as_ref().unwrap().reason,
        Some(StatusReason::Other("tired".into()))
    );
    let calls: Vec<_> = response.function_calls().collect();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].call_id, Some(FunctionCallId::from("c")));
    assert_eq!(calls[0].extra, JsonMap::from([("mood", "good")]));
    assert!(matches!(&response.output.unwrap()[2], Item::Unknown { kind, .. } if kind.is_empty()));
}

#[test]
fn what_is_no_event_is_refused_without_being_quoted() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (text, error) in [
        ("", EventError::NotJson { line: 1, column: 0 }),
        ("{\n\"type\": x", EventError::NotJson { line: 2, column: 9 }),
        ("[]", EventError::NotAnObject),
        ("\"type\"", EventError::NotAnObject),
        ("{}", EventError::NoType),
        (r#"{"type": 5}"#, EventError::NoType),
        (r#"{"type": null}"#, EventError::NoType),
    ] {
        assert_eq!(ServerEvent::parse(text), Err(error), "{text}");
    }
    assert!(matches!(
        ServerEvent::parse(&deep),
        Err(EventError::NotJson { .. })
    ));
    let long = json!({"type": "response.output_text.delta", "delta": "x".repeat(3_000_000)});
    assert_eq!(server(&long).kind(), "response.output_text.delta");
}

#[test]
fn keys_have_no_event_id_and_do_not_show() {
    let raw = json!({"type": "input_audio_buffer.dtmf_event_received", "event": "9", "received_at": 1763605109});
    let event = server(&raw);
    assert_eq!(event.event_id(), None);
    assert!(!format!("{event:?}").contains("\"9\""));
    let ServerEvent::DtmfReceived(key) = event else {
        panic!("another");
    };
    assert_eq!(
        (key.event.as_deref(), key.received_at),
        (Some("9"), Some(1_763_605_109))
    );
}

#[test]
fn an_error_names_the_clients_event() {
    let raw = json!({
        "type": "error",
        "event_id": "event_890",
        "error": {"type": "invalid_request_error", "code": null, "message": "m", "param": null, "event_id": "greet-1"},
    });
    let event = server(&raw);
    assert_eq!(event.event_id(), Some("event_890"));
    assert_eq!(serde_json::to_value(&event).unwrap(), raw);
    let ServerEvent::Error(event) = event else {
        panic!("another");
    };
    let error: ApiError = event.error.unwrap();
    assert_eq!(error.event_id.value().unwrap().as_str(), "greet-1");
    assert_eq!((error.code, error.param), (Setting::Null, Setting::Null));
}

#[test]
fn the_first_item_has_null_before_it() {
    let read = |raw: Value| match server(&raw) {
        ServerEvent::ConversationItemAdded(event) => event.previous_item_id,
        other => panic!("{other:?}"),
    };
    let kind = "conversation.item.added";
    assert_eq!(read(json!({"type": kind})), Setting::Absent);
    assert_eq!(
        read(json!({"type": kind, "previous_item_id": null})),
        Setting::Null
    );
    assert_eq!(
        read(json!({"type": kind, "previous_item_id": "i"})),
        Setting::Value(ItemId::from("i"))
    );
}

#[test]
fn audio_is_decoded_when_it_is_asked_for() {
    for (delta, decoded) in [("AAEC", Some(&[0_u8, 1, 2][..])), ("??", None)] {
        let ServerEvent::OutputAudioDelta(event) =
            server(&json!({"type": "response.output_audio.delta", "delta": delta}))
        else {
            panic!("another");
        };
        let audio = event.delta.unwrap();
        assert_eq!(audio.as_base64(), delta);
        assert_eq!(audio.decode().ok().as_deref(), decoded);
    }
}

#[test]
fn messages_are_made_of_parts() {
    use openai_calls::events::Message;

    for (message, role, kind) in [
        (Message::system("x"), "system", "input_text"),
        (Message::user("x"), "user", "input_text"),
        (Message::assistant("x"), "assistant", "output_text"),
    ] {
        assert_eq!(
            serde_json::to_value(ClientEvent::item(message)).unwrap(),
            json!({
                "type": "conversation.item.create",
                "item": {"type": "message", "role": role, "content": [{"type": kind, "text": "x"}]},
            })
        );
    }
    let spoken = ContentPart::input_audio(AudioData::encode([0])).transcript("hello");
    assert_eq!(spoken.words(), Some("hello"));
    assert_eq!(
        Message::of(MessageRole::User, spoken)
            .content
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn what_a_client_says_is_checked_before_it_is_sent() {
    let fields = |event: &ClientEvent| -> Vec<String> {
        let Err(error) = event.to_text() else {
            return Vec::new();
        };
        error
            .fields()
            .iter()
            .map(|field| field.field.clone())
            .collect()
    };
    let bare = |kind: &str| client(&json!({"type": kind}));
    for (event, broken) in [
        (ClientEvent::respond("hi"), vec![]),
        (ClientEvent::go_on(), vec![]),
        (ClientEvent::cancel(), vec![]),
        (
            ClientEvent::cancel().with_event_id("x".repeat(513)),
            vec!["event_id"],
        ),
        (ClientEvent::cancel().with_event_id("x".repeat(512)), vec![]),
        (ClientEvent::truncate("i", 1500), vec![]),
        (ClientEvent::function_output("c", ""), vec![]),
        (ClientEvent::append(AudioData::encode([0; 3])), vec![]),
        (
            client(&json!({"type": "input_audio_buffer.append", "audio": "?"})),
            vec!["audio"],
        ),
        (
            ClientEvent::append(AudioData::encode(vec![0; 15 * 1024 * 1024 + 1])),
            vec!["audio"],
        ),
        (
            ClientEvent::update(Session::changes().speed(9.0).max_output_tokens(4097)),
            vec!["audio.output.speed", "max_output_tokens"],
        ),
        (
            ClientEvent::update(Session::changes().max_output_tokens(4096)),
            vec![],
        ),
        (bare("session.update"), vec!["session"]),
        (bare("conversation.item.create"), vec!["item"]),
        (bare("conversation.item.delete"), vec!["item_id"]),
        (bare("conversation.item.retrieve"), vec!["item_id"]),
        (
            bare("conversation.item.truncate"),
            vec!["item_id", "content_index", "audio_end_ms"],
        ),
        (bare("input_audio_buffer.append"), vec!["audio"]),
        (bare("input_audio_buffer.commit"), vec![]),
        (bare("dance"), vec![]),
        (
            ClientEvent::ConversationItemCreate(
                CreateItem::new().with_extra("item", json!({"type": "dance"})),
            ),
            vec![],
        ),
    ] {
        assert_eq!(fields(&event), broken, "{}", event.kind());
    }
}

#[test]
fn metadata_has_its_limits() {
    let check = |metadata: JsonMap| {
        let params = ResponseParams::new().metadata(metadata);
        let event = openai_calls::events::CreateResponse::new().response(params);
        ClientEvent::ResponseCreate(event).check().is_ok()
    };
    let many = |n: usize| (0..n).map(|at| (at.to_string(), "x")).collect::<JsonMap>();
    assert!(check(many(16)));
    assert!(!check(many(17)));
    assert!(check(JsonMap::from([("ä".repeat(64), "ö".repeat(512))])));
    assert!(!check(JsonMap::from([("a".repeat(65), "x")])));
    assert!(!check(JsonMap::from([("a", "x".repeat(513))])));
    assert!(!check(JsonMap::from([("a", 5)])));
}

proptest! {
    #[test]
    fn any_text_is_an_event_or_an_error(text in "\\PC{0,80}|\\{\"type\":\"\\PC{0,20}\"\\}") {
        if let Ok(event) = ServerEvent::parse(&text) {
            prop_assert!(serde_json::to_string(&event).is_ok());
        }
    }

    #[test]
    fn any_object_with_a_known_type_is_that_event(
        at in 0..ServerEvent::KNOWN.len(),
        fields in prop::collection::hash_map(
            prop::sample::select(vec![
                "item", "session", "response", "error", "delta", "part", "usage", "rate_limits",
                "event_id", "previous_item_id", "item_id", "logprobs", "output_index", "new",
            ]),
            any_json(),
            0..8,
        ),
    ) {
        let kind = ServerEvent::KNOWN[at];
        let mut value: Value = fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<serde_json::Map<_, _>>().into();
        value["type"] = kind.into();
        let event = server(&value);
        prop_assert_eq!(event.kind(), kind);
        let is_typed = !matches!(event, ServerEvent::Unknown { .. });
        prop_assert!(is_typed);
        let _ = format!("{event:?}");
        let again = server(&serde_json::to_value(&event).unwrap());
        prop_assert_eq!(again, event);
    }

    #[test]
    fn any_json_is_a_client_event_or_refused(value in any_json()) {
        match serde_json::from_value::<ClientEvent>(value.clone()) {
            Ok(event) => {
                let _ = event.check();
                prop_assert!(value.is_object());
            }
            Err(_) => prop_assert!(!value.is_object()),
        }
    }
}
