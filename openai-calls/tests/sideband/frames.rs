//! What is no event, and errors that name one.

use futures_util::SinkExt;
use openai_calls::events::ClientEvent;
use openai_calls::sideband::{CloseReason, SidebandEvent};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;
use voice_core::error::ErrorKind;

use super::server::{Server, all, until, within};

#[tokio::test]
async fn what_cannot_be_read_is_told_and_skipped() {
    let server = Server::start().await;
    let (mut sideband, mut peer) = server.attached(server.options()).await;
    for text in ["planted", "[]", "{}", "{\"type\":7}", "", "{\"type\":\"x\""] {
        peer.0.send(Message::text(text)).await.unwrap();
    }
    peer.0
        .send(Message::binary(b"planted".to_vec()))
        .await
        .unwrap();
    for text in [
        r#"{"type":"later.kind","a":1}"#,
        r#"{"type":"response.done","response":7}"#,
        r#"{"type":"error","error":[]}"#,
    ] {
        peer.0.send(Message::text(text)).await.unwrap();
    }
    peer.close(1000, "").await;
    let (events, end) = all(&mut sideband).await;
    let unreadable = &events[..7];
    for event in unreadable {
        let error = event.as_ref().unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::Decode, "sideband.session")
        );
        assert!(!format!("{error:?} {error}").contains("planted"));
    }
    let kinds: Vec<String> = events[7..]
        .iter()
        .map(|event| match event {
            Ok(SidebandEvent::Server(event)) => event.kind().to_owned(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, ["later.kind", "response.done", "error"]);
    assert!(end.is_call_over());
}

#[tokio::test]
async fn a_message_above_the_limit_ends_it() {
    let server = Server::start().await;
    let (mut sideband, mut peer) = server
        .attached(server.options().max_message_bytes(2048))
        .await;
    peer.say(json!({"type": "x", "text": "x".repeat(1900)}))
        .await;
    until(&mut sideband, "x").await;
    peer.say(json!({"type": "x", "text": "x".repeat(2100)}))
        .await;
    let ((_, end), code) = tokio::join!(all(&mut sideband), peer.closed_with());
    assert_eq!((end.reason, code), (CloseReason::TooLarge, Some(1009)));
    assert_eq!(end.error().unwrap().kind(), ErrorKind::BodyTooLarge);
}

#[tokio::test]
async fn garbage_on_the_wire_ends_it() {
    let server = Server::start().await;
    let (mut sideband, mut peer) = server.attached(server.options()).await;
    peer.0.get_mut().write_all(b"\x83\x02!!").await.unwrap();
    let ((_, end), code) = tokio::join!(all(&mut sideband), peer.closed_with());
    assert_eq!((end.reason, code), (CloseReason::Protocol, Some(1002)));
}

#[tokio::test]
async fn an_error_is_matched_to_what_failed() {
    let server = Server::start().await;
    let (mut sideband, mut peer) = server.attached(server.options()).await;
    let id = sideband.sender().send(ClientEvent::cancel()).await.unwrap();
    assert_eq!(peer.hear_with_id().await.0, id.as_str());
    for named in [json!("another"), json!(null), json!(id.as_str())] {
        peer.say(
            json!({"type": "error", "error": {"code": "c", "message": "m", "event_id": named}}),
        )
        .await;
    }
    until(&mut sideband, "error").await;
    until(&mut sideband, "error").await;
    let event = within(sideband.next_event()).await.unwrap().unwrap();
    let SidebandEvent::Refused { sent, error } = event else {
        panic!("{event:?}");
    };
    assert_eq!(
        (&sent.event_id, sent.kind.as_str()),
        (&id, "response.cancel")
    );
    assert_eq!(error.code.value().map(String::as_str), Some("c"));
}
