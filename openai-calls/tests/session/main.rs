//! Session objects against their schemas, and the rules that are checked before they are sent.
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

mod accept;
mod rules;
#[path = "../specs/mod.rs"]
mod specs;

use std::collections::BTreeMap;
use std::fmt::Debug;

use openai_calls::session::{
    AnySession, AudioFormat, AudioInput, Connector, DEFAULT_MODEL, FunctionTool, JsonMap, McpTool,
    Model, NoiseReductionType, OutputModality, PromptTemplate, RetentionRatio, ServerVad, Session,
    Setting, Tool, ToolChoice, Tracing, TranscriptionModel, TranscriptionSession,
    TranslationSession, Truncation, TurnDetection, Voice, VoiceName,
};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use specs::{Spec, any_json, assert_typed, odd_values};
use voice_core::error::{Error, ErrorKind};
use voice_core::provider::AcceptCall;
use voice_core::wire::Secret;

fn both_ways<T: DeserializeOwned + Serialize + Debug>(spec: &Spec, schema: &str) -> usize {
    let instances = spec.instances(schema);
    for value in &instances {
        let read: T = serde_json::from_value(value.clone()).unwrap();
        assert_typed(&read, value);
        assert_eq!(&serde_json::to_value(&read).unwrap(), value, "{schema}");
        for name in value.as_object().unwrap().keys().filter(|n| *n != "type") {
            for odd in odd_values() {
                let mut changed = value.clone();
                changed[name] = odd;
                let read: T = serde_json::from_value(changed.clone()).unwrap();
                assert_eq!(serde_json::to_value(&read).unwrap(), changed, "{name}");
            }
        }
    }
    instances.len()
}

#[test]
fn every_property_of_the_schemas_comes_back() {
    let Some(spec) = Spec::load() else { return };
    let counts = [
        both_ways::<Session>(&spec, "RealtimeSessionCreateRequestGA"),
        both_ways::<Session>(&spec, "RealtimeSessionCreateResponseGA"),
        both_ways::<TranscriptionSession>(&spec, "RealtimeTranscriptionSessionCreateRequestGA"),
        both_ways::<TranscriptionSession>(&spec, "RealtimeTranscriptionSessionCreateResponseGA"),
        both_ways::<TranslationSession>(&spec, "RealtimeTranslationSessionCreateRequest"),
        both_ways::<TranslationSession>(&spec, "RealtimeTranslationSession"),
        both_ways::<AnySession>(&spec, "RealtimeSessionCreateRequestGA"),
        both_ways::<AnySession>(&spec, "RealtimeTranscriptionSessionCreateResponseGA"),
        both_ways::<Tool>(&spec, "MCPTool"),
        both_ways::<Tool>(&spec, "RealtimeFunctionTool"),
    ];
    // All models, all voices, all connectors were there.
    assert!(counts[0] >= Model::KNOWN.len());
    assert!(counts[0] >= VoiceName::KNOWN.len());
    assert!(counts[8] >= Connector::KNOWN.len());
}

#[test]
fn null_is_told_from_absent_and_from_a_value() {
    for (path, value) in [
        ("turn_detection", json!({"type": "semantic_vad"})),
        ("transcription", json!({"model": "whisper-1"})),
        ("noise_reduction", json!({"type": "far_field"})),
    ] {
        for state in [json!({}), json!({path: null}), json!({path: value})] {
            let raw = json!({"type": "realtime", "audio": {"input": state}});
            let read: Session = serde_json::from_value(raw.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), raw);
        }
    }
    for (name, value) in [("prompt", json!({"id": "p"})), ("tracing", json!("auto"))] {
        for state in [None, Some(Value::Null), Some(value)] {
            let mut raw = json!({"type": "realtime"});
            if let Some(state) = state {
                raw[name] = state;
            }
            let read: Session = serde_json::from_value(raw.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), raw);
        }
    }
    let off = Session::changes()
        .tracing(Setting::Null)
        .prompt(None)
        .input(
            AudioInput::new()
                .turn_detection(TurnDetection::ServerVad(
                    ServerVad::new().idle_timeout_ms(None),
                ))
                .transcription(Setting::Null),
        );
    assert_eq!(
        serde_json::to_value(&off).unwrap(),
        json!({
            "type": "realtime",
            "tracing": null,
            "prompt": null,
            "audio": {"input": {
                "turn_detection": {"type": "server_vad", "idle_timeout_ms": null},
                "transcription": null,
            }},
        })
    );
}

#[test]
fn a_whole_session_is_built_by_setters() {
    let session = Session::new("Be brief.")
        .output_modalities(OutputModality::Audio)
        .voice(VoiceName::Marin)
        .speed(1.25)
        .input(
            AudioInput::new()
                .format(AudioFormat::pcmu())
                .noise_reduction(NoiseReductionType::NearField)
                .transcription(TranscriptionModel::Gpt4oTranscribe)
                .turn_detection(TurnDetection::semantic()),
        )
        .tool(FunctionTool::new(
            "hours",
            "Opening hours.",
            json!({"type": "object"}),
        ))
        .tool(McpTool::at_url("crm", "https://crm.example/mcp").authorization("tok"))
        .tool_choice(ToolChoice::function("hours"))
        .max_output_tokens(400)
        .truncation(RetentionRatio::new(0.5))
        .prompt(PromptTemplate::new("pmpt_1").version("2"))
        .tracing(Tracing::Auto);
    session.check().unwrap();
    assert_eq!(
        serde_json::to_value(&session).unwrap(),
        json!({
            "type": "realtime",
            "model": DEFAULT_MODEL,
            "instructions": "Be brief.",
            "output_modalities": ["audio"],
            "audio": {
                "input": {
                    "format": {"type": "audio/pcmu"},
                    "noise_reduction": {"type": "near_field"},
                    "transcription": {"model": "gpt-4o-transcribe"},
                    "turn_detection": {"type": "semantic_vad"},
                },
                "output": {"voice": "marin", "speed": 1.25},
            },
            "tools": [
                {"type": "function", "name": "hours", "description": "Opening hours.", "parameters": {"type": "object"}},
                {"type": "mcp", "server_label": "crm", "server_url": "https://crm.example/mcp", "authorization": "tok"},
            ],
            "tool_choice": {"type": "function", "name": "hours"},
            "max_output_tokens": 400,
            "truncation": {"type": "retention_ratio", "retention_ratio": 0.5},
            "prompt": {"id": "pmpt_1", "version": "2"},
            "tracing": "auto",
        })
    );
    assert_eq!(
        serde_json::to_string(&Session::changes()).unwrap(),
        r#"{"type":"realtime"}"#
    );
}

fn fields(checked: Result<(), Error>) -> Vec<String> {
    let Err(error) = checked else {
        return Vec::new();
    };
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    error
        .fields()
        .iter()
        .map(|field| field.field.clone())
        .collect()
}

#[test]
fn unknown_words_and_fields_survive() {
    let raw = json!({
        "type": "realtime",
        "model": "gpt-realtime-9",
        "output_modalities": ["audio", "text"],
        "mood": {"good": true},
        "reasoning": {"effort": "heroic", "aloud": true},
        "truncation": {"type": "forget_everything"},
        "tool_choice": {"type": "dance"},
        "tools": [{"type": "web_search", "depth": 3}],
        "audio": {
            "input": {"turn_detection": {"type": "telepathy"}, "format": {"type": "audio/opus"}},
            "output": {"voice": {"id": "voice_1", "style": "new"}},
        },
    });
    let session: Session = serde_json::from_value(raw.clone()).unwrap();
    assert_eq!(serde_json::to_value(&session).unwrap(), raw);
    assert_eq!(session.model, Some(Model::Other("gpt-realtime-9".into())));
    assert_eq!(session.output_modalities, None);
    assert!(matches!(session.truncation, Some(Truncation::Other(_))));
    assert!(matches!(session.tool_choice, Some(ToolChoice::Other(_))));
    session.check().unwrap();
    let text = session.output_modalities(OutputModality::Text);
    assert_eq!(
        serde_json::to_value(&text).unwrap()["output_modalities"],
        json!(["text"])
    );
}

#[test]
fn debug_shows_no_instructions_and_no_secrets() {
    let headers = BTreeMap::from([("X-Key".to_owned(), Secret::from("hush-1"))]);
    let session = Session::new("hush-2")
        .tool(
            McpTool::at_url("crm", "https://hush-3.example")
                .authorization("hush-4")
                .headers(headers),
        )
        .prompt(PromptTemplate::new("p").variables(JsonMap::from([("name", "hush-5")])))
        .with_extra("new", "hush-6");
    for shown in [format!("{session:?}"), format!("{session:#?}")] {
        assert!(!shown.contains("hush"), "{shown}");
        assert!(
            shown.contains("crm") && shown.contains("GptRealtime2_1"),
            "{shown}"
        );
    }
    let secrets: Vec<&str> = session.secrets().into_iter().map(Secret::expose).collect();
    assert_eq!(secrets, ["hush-4", "hush-1"]);
    assert_eq!(
        Voice::custom("voice_1"),
        serde_json::from_value(json!({"id": "voice_1"})).unwrap()
    );
}

proptest! {
    #[test]
    fn any_json_is_a_session_or_refused(value in any_json()) {
        match serde_json::from_value::<Session>(value.clone()) {
            Ok(session) => {
                let _ = format!("{session:?} {:?}", session.check());
                let again: Session = serde_json::from_value(serde_json::to_value(&session).unwrap()).unwrap();
                prop_assert_eq!(again, session);
            }
            Err(_) => prop_assert!(!value.is_object()),
        }
    }

    #[test]
    fn whatever_a_call_adds_is_sent(
        name in "[a-z_]{1,12}",
        value in any_json(),
    ) {
        let mut call = AcceptCall::new("x");
        call.extra.insert(name.clone(), value.clone());
        let sent = serde_json::to_value(Session::from(&call)).unwrap();
        if !Session::FIELDS.contains(&name.as_str()) && name != "type" {
            prop_assert_eq!(&sent[&name], &value);
        }
        if name != "instructions" {
            prop_assert_eq!(&sent["instructions"], "x");
        }
    }
}
