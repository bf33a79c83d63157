//! Breaks, reconnects, ends, and what becomes of what was to be sent.

use http::StatusCode;
use openai_calls::events::ClientEvent;
use openai_calls::sideband::{CloseReason, Reconnect, SidebandEvent};
use serde_json::json;
use voice_core::error::ErrorKind;

use super::server::{
    Functions, Server, all, arguments, created, done, function_call, go_on, ms, output, until,
    within,
};

#[tokio::test]
async fn a_break_within_a_function_call() {
    let server = Server::start().await;
    let functions = Functions::new();
    let options = server.options().functions(functions.clone()).greeting("Hi");
    let (mut sideband, mut peer) = server.attached(options).await;
    assert_eq!(peer.hear().await["type"], "response.create");
    peer.say(created("r1")).await;
    peer.say(arguments("r1", "a", "later")).await;
    until(&mut sideband, "response.function_call_arguments.done").await;
    drop(peer);

    let mut peer = server.accept().await;
    // The server tells it again: it is not run again.
    peer.say(done("r1", &json!([function_call("a", "later")])))
        .await;
    peer.hear_nothing().await;
    functions.permits.add_permits(5);
    assert_eq!(peer.hear().await, output("a", "later"));
    assert_eq!(peer.hear().await, go_on());
    peer.hear_nothing().await;
    assert_eq!(functions.runs(), 1);
    peer.close(1000, "").await;
    let (events, end) = all(&mut sideband).await;
    assert!(matches!(
        events[0],
        Ok(SidebandEvent::Reconnecting { attempt: 1, .. })
    ));
    assert!(matches!(events[1], Ok(SidebandEvent::Reconnected { .. })));
    assert!(end.is_call_over() && end.error().is_none() && end.reconnects == 1);
}

#[tokio::test]
async fn what_was_under_way_is_reported_and_not_sent_again() {
    let server = Server::start().await;
    let (mut sideband, mut peer) = server.attached(server.options()).await;
    let sender = sideband.sender();
    let arrived = sender.send(ClientEvent::cancel()).await.unwrap();
    assert_eq!(peer.hear_with_id().await.0, arrived.as_str());
    // The answer to the ping that followed it is on its way when this comes.
    peer.hear_nothing().await;
    peer.say(json!({"type": "marker"})).await;
    until(&mut sideband, "marker").await;
    // From here on the server reads nothing.
    let lost = sender.send(ClientEvent::go_on()).await.unwrap();
    within(async { while sideband_has_queued(&peer).await {} }).await;
    drop(peer);
    let mut peer = server.accept().await;
    let unknown = loop {
        match within(sideband.next_event()).await.unwrap().unwrap() {
            SidebandEvent::Reconnected { unknown } => break unknown,
            other => assert!(matches!(other, SidebandEvent::Reconnecting { .. })),
        }
    };
    assert_eq!(unknown.len(), 1);
    assert_eq!(
        (&unknown[0].event_id, unknown[0].kind.as_str()),
        (&lost, "response.create")
    );
    peer.hear_nothing().await;
    let next = sender.send(ClientEvent::cancel()).await.unwrap();
    assert_eq!(peer.hear_with_id().await.0, next.as_str());
}

/// Whether nothing has come to the server's socket yet.
async fn sideband_has_queued(peer: &super::server::Peer) -> bool {
    let mut byte = [0];
    peer.0.get_ref().peek(&mut byte).await.unwrap() == 0
}

#[tokio::test]
async fn a_caller_who_hung_up_is_known_by_the_first_try() {
    let server = Server::start().await;
    let (mut sideband, peer) = server.attached(server.options()).await;
    drop(peer);
    server.refuse(404).await;
    let (events, end) = all(&mut sideband).await;
    assert_eq!(events.len(), 1);
    assert_eq!(end.reason, CloseReason::CallOver);
    assert!(end.error().is_none());
}

#[tokio::test]
async fn a_refusal_of_the_reconnect_ends_it_at_once() {
    for status in [400, 401, 403, 409, 429] {
        let server = Server::start().await;
        let (mut sideband, peer) = server.attached(server.options()).await;
        drop(peer);
        server.refuse(status).await;
        let (events, end) = all(&mut sideband).await;
        assert_eq!(events.len(), 1, "{status}");
        let status = StatusCode::from_u16(status).unwrap();
        assert_eq!(end.reason, CloseReason::Handshake(status));
        let error = end.error().unwrap();
        assert_eq!(error.status(), Some(status));
        let shown = format!("{end:?} {error:?} {error} {}", error.log_value());
        assert!(!shown.contains("planted"), "{shown}");
    }
}

#[tokio::test]
async fn close_codes_have_their_meaning() {
    for (code, reason) in [
        (1000, CloseReason::CallOver),
        (1008, CloseReason::Code(1008)),
        (4000, CloseReason::Code(4000)),
        (4404, CloseReason::Code(4404)),
    ] {
        let server = Server::start().await;
        let (mut sideband, peer) = server.attached(server.options()).await;
        peer.close(code, "for +14155550123").await;
        let (events, end) = all(&mut sideband).await;
        assert!(events.is_empty());
        assert_eq!((end.reason, end.code), (reason, Some(code)));
        assert!(!end.text.contains("5550123"));
    }
    for code in [1001, 1011, 1012, 1013] {
        let server = Server::start().await;
        let (mut sideband, peer) = server.attached(server.options()).await;
        peer.close(code, "").await;
        let mut peer = server.accept().await;
        peer.say(json!({"type": "marker"})).await;
        until(&mut sideband, "marker").await;
    }
}

#[tokio::test]
async fn a_5xx_on_the_reconnect_is_tried_again() {
    let server = Server::start().await;
    let (mut sideband, peer) = server.attached(server.options()).await;
    drop(peer);
    server.refuse(500).await;
    server.refuse(503).await;
    let peer = server.accept().await;
    peer.close(1000, "").await;
    let (events, end) = all(&mut sideband).await;
    assert_eq!(
        events.len(),
        4,
        "three tries, and one that stood: {events:?}"
    );
    assert_eq!(end.reason, CloseReason::CallOver);
}

#[tokio::test]
async fn no_hope_is_left_after_the_last_try() {
    let server = Server::start().await;
    let options = server
        .options()
        .reconnect(Reconnect::default().tries(2).first_wait(ms(5)));
    let (mut sideband, peer) = server.attached(options).await;
    let sender = sideband.sender();
    drop(peer);
    server.refuse(502).await;
    server.refuse(500).await;
    let (events, end) = all(&mut sideband).await;
    assert_eq!(events.len(), 2);
    assert_eq!(end.reason, CloseReason::Lost);
    assert_eq!(end.error().unwrap().kind(), ErrorKind::Connection);
    let error = sender.send(ClientEvent::cancel()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn what_never_left_is_handed_back() {
    let server = Server::start().await;
    let slow = Reconnect::default()
        .first_wait(ms(60_000))
        .longest_wait(ms(60_000));
    let (mut sideband, peer) = server.attached(server.options().reconnect(slow)).await;
    let sender = sideband.sender();
    drop(peer);
    let event = within(sideband.next_event()).await.unwrap().unwrap();
    assert!(matches!(event, SidebandEvent::Reconnecting { .. }));
    let first = sender.send(ClientEvent::respond("planted")).await.unwrap();
    let second = sender
        .send(ClientEvent::cancel().with_event_id("mine"))
        .await
        .unwrap();
    let end = within(sideband.close()).await;
    assert_eq!(end.reason, CloseReason::ClosedHere);
    let ids: Vec<_> = end
        .unsent
        .iter()
        .map(|event| event.event_id().unwrap())
        .collect();
    assert_eq!(ids, [first.as_str(), second.as_str()]);
    assert_eq!(second.as_str(), "mine");
    assert!(end.unknown.is_empty());
    assert!(!format!("{end:?}").contains("planted"));
}

#[tokio::test]
async fn what_waits_leaves_before_a_close_and_on_a_drop() {
    let server = Server::start().await;
    let (mut sideband, mut peer) = server.attached(server.options()).await;
    let sender = sideband.sender();
    for _ in 0..50 {
        sender.send(ClientEvent::cancel()).await.unwrap();
    }
    let (end, code) = tokio::join!(sideband.close(), async {
        for _ in 0..50 {
            assert_eq!(peer.hear().await["type"], "response.cancel");
        }
        peer.closed_with().await
    });
    assert_eq!(code, Some(1000));
    assert!(end.unsent.is_empty() && end.unknown.is_empty());
    assert!(sender.send(ClientEvent::cancel()).await.is_err());

    let (sideband, peer) = server.attached(server.options()).await;
    drop(sideband);
    assert_eq!(peer.closed_with().await, Some(1000));
}
