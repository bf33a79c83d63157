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

mod client;
mod server;
#[path = "../specs/mod.rs"]
mod specs;

use std::collections::BTreeSet;

use openai_calls::events::{ClientEvent, ServerEvent};
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
