use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

fn both_ways(server: &Value) {
    let read: ServerMessage = serde_json::from_value(server.clone()).unwrap();
    assert!(!matches!(read, ServerMessage::Other(_)), "{server}");
    assert_eq!(&serde_json::to_value(&read).unwrap(), server);
}

#[test]
fn every_documented_server_message_is_typed() {
    let all = [
        json!({"type": "pong", "timestamp": 12.5}),
        json!({"type": "state", "state": "thinking"}),
        json!({"type": "transcript", "role": "agent", "medium": "voice", "delta": "Hel", "final": false, "ordinal": 3}),
        json!({"type": "client_tool_invocation", "toolName": "t", "invocationId": "i", "parameters": {"a": [1]}}),
        json!({"type": "data_connection_tool_invocation", "toolName": "t", "invocationId": "i", "parameters": {}}),
        json!({"type": "debug", "message": "m"}),
        json!({"type": "call_started", "callId": "c", "added": {"later": true}}),
        json!({"type": "playback_clear_buffer"}),
        json!({"type": "thread_spawned", "threadId": "t"}),
        json!({"type": "thread_rejected", "threadId": "t", "reason": "r"}),
        json!({"type": "thread_terminated", "threadId": "t", "reason": "r"}),
        json!({"type": "side_generation_delta", "threadId": "t", "delta": "d"}),
        json!({"type": "side_generation_completed", "threadId": "t", "text": "x", "toolCalls": [{"name": "n"}]}),
    ];
    assert_eq!(all.len(), ServerMessage::KNOWN.len());
    all.iter().for_each(both_ways);
}

#[test]
fn every_documented_client_message_is_typed() {
    let all = [
        (
            ClientMessage::Ping(Ping::new(7)),
            json!({"type": "ping", "timestamp": 7}),
        ),
        (
            ClientMessage::UserTextMessage(
                UserText::new()
                    .text("x")
                    .urgency(MessageUrgency::Immediate)
                    .thread_id("UI"),
            ),
            json!({"type": "user_text_message", "text": "x", "urgency": "immediate", "threadId": "UI"}),
        ),
        (
            ClientMessage::SetOutputMedium(SetOutputMedium::new(OutputMedium::Text)),
            json!({"type": "set_output_medium", "medium": "text"}),
        ),
        (
            ClientMessage::ClientToolResult(
                ToolResult::new("i", "{}")
                    .response_type(ToolResponseType::NewStage)
                    .agent_reaction(ToolReaction::SpeaksOnce)
                    .update_call_state([("a", 1)]),
            ),
            json!({
                "type": "client_tool_result", "invocationId": "i", "result": "{}", "responseType": "new-stage",
                "agentReaction": "speaks-once", "updateCallState": {"a": 1},
            }),
        ),
        (
            ClientMessage::DataConnectionToolResult(ToolResult::undefined("i")),
            json!({
                "type": "data_connection_tool_result", "invocationId": "i", "errorType": "undefined",
                "errorMessage": "There is no such tool.",
            }),
        ),
        (
            ClientMessage::ForcedAgentMessage(
                ForcedMessage::new()
                    .content("Hello")
                    .tool_calls([ForcedToolCall::new("t", [("a", 1)])])
                    .uninterruptible(true)
                    .urgency(MessageUrgency::Soon),
            ),
            json!({
                "type": "forced_agent_message", "content": "Hello", "toolCalls": [{"name": "t", "arguments": {"a": 1}}],
                "uninterruptible": true, "urgency": "soon",
            }),
        ),
        (
            ClientMessage::HangUp(HangUp::new().message("Bye")),
            json!({"type": "hang_up", "message": "Bye"}),
        ),
        (
            ClientMessage::SpawnThread(
                SpawnThread::new("side")
                    .if_exists(IfExists::Replace)
                    .tool_filter(ToolFilter::new().allowed_tools(["t".to_owned()]))
                    .limits(ThreadLimits::new().generation_limit(2)),
            ),
            json!({
                "type": "spawn_thread", "newThreadId": "side", "ifExists": "replace",
                "toolFilter": {"allowedTools": ["t"]}, "limits": {"generationLimit": 2},
            }),
        ),
    ];
    assert_eq!(all.len(), ClientMessage::KNOWN.len());
    for (message, wire) in all {
        assert_eq!(serde_json::to_value(&message).unwrap(), wire);
        let read: ClientMessage = serde_json::from_value(wire).unwrap();
        assert_eq!(read, message);
    }
}

#[test]
fn what_is_not_as_documented_is_kept_whole() {
    for raw in [
        json!({"type": "user_started_speaking", "at": 1}),
        json!({"type": "transcript", "ordinal": "three"}),
        json!({"type": "state", "state": {"a": 1}}),
        json!({"type": ""}),
    ] {
        let read: ServerMessage = serde_json::from_value(raw.clone()).unwrap();
        let ServerMessage::Other(other) = &read else {
            panic!("{read:?}")
        };
        assert_eq!(Value::from(Map::from(other.raw().clone())), raw);
        assert_eq!(read.kind(), raw["type"]);
        assert_eq!(serde_json::to_value(&read).unwrap(), raw);
    }
}

#[test]
fn what_is_no_message_is_an_error() {
    for text in [
        "",
        "5",
        "[]",
        "null",
        "{}",
        r#"{"type": 5}"#,
        r#"{"type": null}"#,
        "{\"type\"",
    ] {
        assert!(
            serde_json::from_str::<ServerMessage>(text).is_err(),
            "{text}"
        );
        assert!(
            serde_json::from_str::<ClientMessage>(text).is_err(),
            "{text}"
        );
    }
}

#[test]
fn nothing_said_shows() {
    let messages = [
        json!({"type": "transcript", "role": "user", "text": "planted", "delta": "planted"}),
        json!({"type": "client_tool_invocation", "toolName": "t", "invocationId": "i", "parameters": {"a": "planted"}}),
        json!({"type": "debug", "message": "planted"}),
        json!({"type": "side_generation_completed", "text": "planted", "toolCalls": [{"a": "planted"}]}),
        json!({"type": "new", "a": "planted"}),
    ];
    for message in messages {
        let read: ServerMessage = serde_json::from_value(message).unwrap();
        let shown = format!("{read:?} {read:#?}");
        assert!(!shown.contains("planted"), "{shown}");
    }
    let result = ClientMessage::ClientToolResult(ToolResult::new("i", "planted"));
    assert!(!format!("{result:?}").contains("planted"));
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Quarters: read back exactly from their text.
        any::<i32>().prop_map(|n| Value::from(f64::from(n) / 4.0)),
        "\\PC{0,12}".prop_map(Value::from),
        prop_oneof!["agent", "voice", "speaking"].prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = Value> {
    let known: Vec<&str> = ServerMessage::KNOWN
        .iter()
        .chain(ClientMessage::KNOWN)
        .copied()
        .collect();
    let kind = prop_oneof![
        4 => prop::sample::select(known).prop_map(str::to_owned),
        1 => "\\PC{0,16}",
    ];
    let field = prop_oneof![
        3 => prop::sample::select(vec![
            "timestamp", "state", "role", "medium", "text", "delta", "final", "ordinal", "toolName", "invocationId",
            "parameters", "message", "callId", "threadId", "reason", "toolCalls", "result", "urgency", "limits",
        ]).prop_map(str::to_owned),
        1 => "[a-zA-Z]{1,8}",
    ];
    (kind, prop::collection::btree_map(field, json_value(), 0..6)).prop_map(|(kind, fields)| {
        let mut object: Map<String, Value> = fields.into_iter().collect();
        object.insert("type".to_owned(), kind.into());
        Value::Object(object)
    })
}

/// A typed field that is null reads as unset, and what is unset is not written.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.clone(), without_nulls(value)))
                .collect(),
        ),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn any_object_with_a_type_is_read_and_comes_back(raw in object()) {
        let server: ServerMessage = serde_json::from_str(&raw.to_string()).unwrap();
        prop_assert_eq!(server.kind(), raw["type"].as_str().unwrap());
        prop_assert_eq!(without_nulls(&serde_json::to_value(&server).unwrap()), without_nulls(&raw));
        let again: ServerMessage = serde_json::from_value(serde_json::to_value(&server).unwrap()).unwrap();
        prop_assert_eq!(again, server);

        let client: ClientMessage = serde_json::from_str(&raw.to_string()).unwrap();
        prop_assert_eq!(without_nulls(&serde_json::to_value(&client).unwrap()), without_nulls(&raw));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,64}") {
        let _ = serde_json::from_str::<ServerMessage>(&text);
        let _ = serde_json::from_str::<ClientMessage>(&format!("{{\"type\":{text}}}"));
    }
}
