//! From what any provider is told about a call to a session.

use openai_calls::session::{JsonMap, Session, Setting, ToolChoice};
use serde_json::json;
use voice_core::provider::{self, AcceptCall, ToolSpec};

use super::fields;

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
