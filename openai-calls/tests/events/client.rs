//! What a client says, and what is checked before it does.

use openai_calls::events::{
    AudioData, ClientEvent, ContentPart, CreateItem, CreateResponse, Message, MessageRole,
    ResponseParams,
};
use openai_calls::session::{JsonMap, Session};
use serde_json::json;

use super::client;

#[test]
fn messages_are_made_of_parts() {
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
        let event = CreateResponse::new().response(params);
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
