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

mod specs;

use std::collections::BTreeMap;
use std::fmt::Debug;

use openai_calls::session::{
    AnySession, AudioFormat, AudioInput, AudioOutput, Connector, DEFAULT_MODEL, FunctionTool,
    JsonMap, MaxOutputTokens, McpTool, Model, NoiseReductionType, OutputModality, PcmFormat,
    PromptTemplate, RetentionRatio, ServerVad, Session, Setting, Tool, ToolChoice, Tracing,
    Transcription, TranscriptionModel, TranscriptionSession, TranslationSession, Truncation,
    TurnDetection, Voice, VoiceName,
};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use specs::{Spec, any_json, assert_typed, odd_values};
use voice_core::error::{Error, ErrorKind};
use voice_core::provider::{self, AcceptCall, ToolSpec};
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
                .transcription(Transcription::from(TranscriptionModel::Gpt4oTranscribe))
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
fn ranges_are_checked_at_their_ends() {
    let vad = |vad: ServerVad| {
        Session::changes().input(AudioInput::new().turn_detection(TurnDetection::from(vad)))
    };
    let pcm = AudioFormat::Pcm(PcmFormat::new().rate(8000_u32));
    let tunnel = format!("tunnel_{}", "a1".repeat(16));
    for (session, broken) in [
        (Session::changes().speed(0.25), vec![]),
        (Session::changes().speed(1.5), vec![]),
        (Session::changes().speed(0.24), vec!["audio.output.speed"]),
        (Session::changes().speed(1.51), vec!["audio.output.speed"]),
        (
            Session::changes().speed(f64::NAN),
            vec!["audio.output.speed"],
        ),
        (Session::changes().max_output_tokens(1), vec![]),
        (Session::changes().max_output_tokens(4096), vec![]),
        (
            Session::changes().max_output_tokens(MaxOutputTokens::Unlimited),
            vec![],
        ),
        (
            Session::changes().max_output_tokens(0),
            vec!["max_output_tokens"],
        ),
        (
            Session::changes().max_output_tokens(4097),
            vec!["max_output_tokens"],
        ),
        (
            vad(ServerVad::new().threshold(0.0).idle_timeout_ms(5000)),
            vec![],
        ),
        (
            vad(ServerVad::new().threshold(1.0).idle_timeout_ms(30_000)),
            vec![],
        ),
        (vad(ServerVad::new().idle_timeout_ms(Setting::Null)), vec![]),
        (
            vad(ServerVad::new().threshold(1.1).idle_timeout_ms(4999)),
            vec![
                "audio.input.turn_detection.threshold",
                "audio.input.turn_detection.idle_timeout_ms",
            ],
        ),
        (
            vad(ServerVad::new().threshold(-0.1).idle_timeout_ms(30_001)),
            vec![
                "audio.input.turn_detection.threshold",
                "audio.input.turn_detection.idle_timeout_ms",
            ],
        ),
        (
            Session::changes().truncation(RetentionRatio::new(0.0)),
            vec![],
        ),
        (
            Session::changes().truncation(RetentionRatio::new(1.0)),
            vec![],
        ),
        (
            Session::changes().truncation(RetentionRatio::new(1.01)),
            vec!["truncation.retention_ratio"],
        ),
        (
            Session::changes().truncation(RetentionRatio::default()),
            vec!["truncation.retention_ratio"],
        ),
        (
            Session::changes()
                .input(AudioInput::new().format(pcm.clone()))
                .output(AudioOutput::new().format(pcm)),
            vec!["audio.input.format.rate", "audio.output.format.rate"],
        ),
        (
            Session::changes()
                .input(AudioInput::new().transcription(Transcription::new().languages([]))),
            vec!["audio.input.transcription.languages"],
        ),
        (
            Session::changes()
                .tool(FunctionTool::new("x".repeat(64), "", json!({})))
                .tool(FunctionTool::new("x".repeat(65), "", json!([])))
                .tool(FunctionTool::new("a b", "", json!({})))
                .tool(FunctionTool::default()),
            vec![
                "tools.1.name",
                "tools.1.parameters",
                "tools.2.name",
                "tools.3.name",
            ],
        ),
        (
            Session::changes()
                .tool(McpTool::connector("mail", Connector::Gmail))
                .tool(McpTool::tunnel("t", tunnel))
                .tool(McpTool::tunnel("t", "tunnel_X"))
                .tool(McpTool::default())
                .tool(
                    McpTool::at_url("a", "b")
                        .tunnel_id("c")
                        .allowed_callers(vec![]),
                ),
            vec![
                "tools.2.tunnel_id",
                "tools.3.server_label",
                "tools.3",
                "tools.4",
                "tools.4.tunnel_id",
                "tools.4.allowed_callers",
            ],
        ),
        (
            Session::changes().with_extra("type", "transcription"),
            vec!["type"],
        ),
    ] {
        assert_eq!(fields(session.check()), broken, "{session:?}");
        assert_eq!(fields(AnySession::from(session).check()), broken);
    }
}

#[test]
fn other_sessions_are_checked_as_well() {
    let vad = TurnDetection::from(ServerVad::new().threshold(2.0));
    let listening = TranscriptionSession::with_model("whisper-1");
    assert!(fields(listening.check()).is_empty());
    assert_eq!(
        serde_json::to_value(&listening).unwrap(),
        json!({"type": "transcription", "audio": {"input": {"transcription": {"model": "whisper-1"}}}})
    );
    let broken = listening.input(AudioInput::new().turn_detection(vad));
    assert_eq!(
        fields(broken.check()),
        ["audio.input.turn_detection.threshold"]
    );

    let interpreter = TranslationSession::new("gpt-realtime-translate").language("es");
    assert!(fields(interpreter.check()).is_empty());
    assert_eq!(
        serde_json::to_value(&interpreter).unwrap(),
        json!({"model": "gpt-realtime-translate", "audio": {"output": {"language": "es"}}})
    );
    let broken: TranslationSession = serde_json::from_value(json!({
        "model": "",
        "audio": {"input": {"transcription": {}, "noise_reduction": {}}},
    }))
    .unwrap();
    assert_eq!(
        fields(broken.check()),
        [
            "model",
            "audio.input.transcription.model",
            "audio.input.noise_reduction.type"
        ]
    );
}

#[test]
fn a_call_becomes_a_session() {
    let plain = Session::from(AcceptCall::new("Be kind."));
    assert_eq!(
        serde_json::to_value(&plain).unwrap(),
        json!({"type": "realtime", "model": "gpt-realtime-2.1", "instructions": "Be kind."})
    );
    let mut call = AcceptCall::new("");
    call.model = Some("gpt-realtime-9".to_owned());
    call.voice = Some("cedar".to_owned());
    call.tools = vec![ToolSpec::new("hours", "When.", json!({"type": "object"}))];
    call.tool_choice = Some(provider::ToolChoice::Named("hours".to_owned()));
    call.extra = serde_json::from_value(json!({
        "audio": {"output": {"speed": 1.1}, "input": {"turn_detection": null}},
        "tool_choice": "required",
        "tracing": null,
        "max_output_tokens": "inf",
        "brand_new": {"x": 1},
    }))
    .unwrap();
    let session = Session::from(&call);
    assert_eq!(session.tool_choice, Some(ToolChoice::Required));
    assert_eq!(session.tracing, Setting::Null);
    assert_eq!(
        session.extra,
        JsonMap::from([("brand_new", json!({"x": 1}))])
    );
    session.check().unwrap();
    assert_eq!(
        serde_json::to_value(&session).unwrap(),
        json!({
            "type": "realtime",
            "model": "gpt-realtime-9",
            "audio": {
                "output": {"voice": "cedar", "speed": 1.1},
                "input": {"turn_detection": null},
            },
            "tools": [{"type": "function", "name": "hours", "description": "When.", "parameters": {"type": "object"}}],
            "tool_choice": "required",
            "tracing": null,
            "max_output_tokens": "inf",
            "brand_new": {"x": 1},
        })
    );
    for (choice, json) in [
        (provider::ToolChoice::Auto, json!("auto")),
        (provider::ToolChoice::None, json!("none")),
        (provider::ToolChoice::Required, json!("required")),
        (
            provider::ToolChoice::Named("x".to_owned()),
            json!({"type": "function", "name": "x"}),
        ),
    ] {
        assert_eq!(
            serde_json::to_value(ToolChoice::from(choice)).unwrap(),
            json
        );
    }
}

#[test]
fn what_a_caller_adds_is_checked_too() {
    let mut call = AcceptCall::new("x");
    call.extra = serde_json::from_value(json!({"audio": {"output": {"speed": 3.5}}})).unwrap();
    assert_eq!(fields(Session::from(&call).check()), ["audio.output.speed"]);
    call.extra = serde_json::from_value(json!({"type": "transcription"})).unwrap();
    assert_eq!(fields(Session::from(&call).check()), ["type"]);
    call.extra = serde_json::from_value(json!({"audio": null})).unwrap();
    assert!(Session::from(&call).check().is_ok());
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
