//! Messages both ways.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::live::{LIVE, all, joined, kinds, messages, ms, options, within};
use futures_util::StreamExt;
use serde_json::json;
use ultravox_client::realtime::message::{
    AgentState, ClientMessage, ForcedMessage, MessageUrgency, OtherMessage, OutputMedium,
    ServerMessage, SpawnThread, ThreadRejected, ToolResult, UserText,
};
use ultravox_client::realtime::{Event, Transcripts};
use ultravox_client::testkit::realtime::Script;
use voice_core::error::ErrorKind;

#[tokio::test]
async fn a_conversation_is_heard_in_full() {
    let script = Script::new()
        .say("Hello, how can I help?")
        .hear("Where is my order?")
        .hang_up();
    let (sim, mut session) = joined(script, options()).await;
    let (events, end) = all(&mut session).await;
    assert!(end.reason.is_expected(), "{end}");

    let mut said = Transcripts::new();
    let mut states = Vec::new();
    let mut messages = messages(&events).into_iter();
    let Some(ServerMessage::CallStarted(started)) = messages.next() else {
        panic!("the call starts first")
    };
    assert_eq!(started.call_id.as_deref(), Some(LIVE));
    for message in messages {
        match message {
            ServerMessage::Transcript(part) => drop(said.add(part)),
            ServerMessage::State(state) => states.push(state.state.clone().unwrap()),
            other => panic!("{other:?}"),
        }
    }
    let lines: Vec<_> = said
        .iter()
        .map(|line| (line.text.as_str(), line.is_final))
        .collect();
    assert_eq!(
        lines,
        [
            ("Hello, how can I help?", true),
            ("Where is my order?", true)
        ]
    );
    assert_eq!(
        states,
        [
            AgentState::Speaking,
            AgentState::Listening,
            AgentState::Thinking,
            AgentState::Idle
        ]
    );
    // Five words of 60 ms.
    assert_eq!(session.stats().audio_received, ms(300));
    assert_eq!(sim.seen(LIVE).connections, 1);
}

#[tokio::test]
async fn everything_a_client_can_say_arrives_in_order() {
    let (sim, session) = joined(Script::new(), options()).await;
    let sender = session.sender();
    sender.text("typed").await.unwrap();
    sender.say("forced").await.unwrap();
    sender.set_output_medium(OutputMedium::Text).await.unwrap();
    sender
        .tool_result(ToolResult::new("i", "done"))
        .await
        .unwrap();
    sender
        .send(&ClientMessage::SpawnThread(SpawnThread::new("side")))
        .await
        .unwrap();
    let other = OtherMessage::new("experimental", [("a", 1)]);
    sender
        .send(&ClientMessage::Other(other.clone()))
        .await
        .unwrap();
    let end = session.hang_up().await;
    assert!(end.reason.is_expected(), "{end}");

    let seen = sim.seen(LIVE);
    assert_eq!(
        kinds(&seen.messages),
        [
            "user_text_message",
            "forced_agent_message",
            "set_output_medium",
            "client_tool_result",
            "spawn_thread",
            "experimental",
            "hang_up"
        ]
    );
    assert_eq!(seen.messages[5], ClientMessage::Other(other));
    assert_eq!(seen.unreadable, 0);
    assert_eq!(sender.stats().messages_sent, 7);
}

#[tokio::test]
async fn rules_are_checked_before_anything_is_sent() {
    let (sim, session) = joined(Script::new(), options().max_message_bytes(2048)).await;
    let sender = session.sender();
    let later = ForcedMessage::new()
        .content("x")
        .urgency(MessageUrgency::Later);
    for message in [
        ClientMessage::UserTextMessage(UserText::new()),
        ClientMessage::ForcedAgentMessage(ForcedMessage::new()),
        ClientMessage::ForcedAgentMessage(later),
        ClientMessage::ClientToolResult(ToolResult::default()),
        ClientMessage::text("x".repeat(2048)),
    ] {
        let error = sender.send(&message).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{message:?}");
    }
    sender
        .tool_result(ToolResult::new("i", "one"))
        .await
        .unwrap();
    let twice = sender
        .tool_result(ToolResult::new("i", "two"))
        .await
        .unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::AlreadyExists);
    session.hang_up().await;
    assert_eq!(
        kinds(&sim.seen(LIVE).messages),
        ["client_tool_result", "hang_up"]
    );
    let over = sender.text("late").await.unwrap_err();
    assert_eq!(over.kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_the_session_goes_on() {
    let rejected = ServerMessage::ThreadRejected(ThreadRejected::new("t", "r"));
    let script = Script::new()
        .garbage()
        .text_frame("[1]")
        .text_frame(r#"{"no": "type"}"#)
        .half_sample()
        .unknown_type()
        .text_frame(r#"{"type": "state", "state": 5}"#)
        .message(rejected.clone())
        .hang_up();
    let (_sim, mut session) = joined(script, options()).await;
    let (events, end) = all(&mut session).await;
    assert!(end.reason.is_expected());
    let errors: Vec<_> = events
        .iter()
        .filter_map(|event| event.as_ref().err())
        .collect();
    assert_eq!(errors.len(), 4);
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Decode);
    }
    assert_eq!(session.stats().unreadable, 4);
    let messages = messages(&events);
    let others: Vec<_> = messages
        .iter()
        .filter_map(|message| match message {
            ServerMessage::Other(other) => Some(serde_json::to_value(other.raw()).unwrap()),
            _ => None,
        })
        .collect();
    assert_eq!(
        others,
        [
            json!({"type": "from_the_future", "answer": 42}),
            json!({"type": "state", "state": 5})
        ]
    );
    assert!(messages.contains(&&rejected));
}

#[tokio::test]
async fn both_latencies_are_measured() {
    let (sim, mut session) = joined(Script::new(), options().keep_alive(ms(100))).await;
    let sender = session.sender();
    sender.ping().await.unwrap();
    sender.ping().await.unwrap();
    let mut pongs = 0;
    within(async {
        while pongs < 2 || sender.stats().connection_latency.is_none() {
            // The pong of the connection is no event: look again from time to time.
            let _ = sender.ping().await;
            if let Some(Ok(Event::Message(ServerMessage::Pong(_)))) = session.next_event().await {
                pongs += 1;
            }
        }
    })
    .await;
    let stats = session.stats();
    assert!(stats.latency.unwrap() < ms(5000) && stats.connection_latency.unwrap() < ms(5000));
    session.close().await;
    assert!(sim.seen(LIVE).pings >= 1);
}

#[tokio::test]
async fn a_session_is_a_stream_of_its_events() {
    let (_sim, session) = joined(Script::new().unknown_type().hang_up(), options()).await;
    let events: Vec<_> = within(session.collect()).await;
    assert!(matches!(events.last(), Some(Ok(Event::Closed(_)))));
    assert!(events.len() >= 4, "{events:?}");
}
