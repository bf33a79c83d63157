//! What a server says, case by case.

use openai_calls::events::{
    ApiError, EventError, FunctionCallId, Item, ItemId, ServerEvent, StatusReason,
};
use openai_calls::session::{JsonMap, Setting};
use serde_json::{Value, json};

use super::server;

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
    let mut written = raw;
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
