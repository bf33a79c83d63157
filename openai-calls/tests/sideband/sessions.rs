//! Sidebands as the sessions of the pipeline for inbound calls.

use std::sync::Arc;

use async_trait::async_trait;
use openai_calls::sideband::SidebandSessions;
use serde_json::{Value, json};
use voice_core::error::ErrorKind;
use voice_core::intake::tenant::TenantId;
use voice_core::intake::tools::{FunctionCall, ToolAnswer, ToolRunner};
use voice_core::intake::{CallSessions, EndReason, LiveCall, SessionEvent, SessionStart, Speaker};

use super::server::{Peer, Server, call, done, function_call, go_on, output, within};

#[derive(Debug)]
struct Echo;

#[async_trait]
impl ToolRunner for Echo {
    async fn run(&self, call: FunctionCall) -> ToolAnswer {
        let answer = ToolAnswer::new(format!("{} {}", call.name, call.arguments));
        if call.name == "transfer" {
            return answer.and_wait();
        }
        answer
    }
}

async fn started(server: &Server, greeting: Option<&str>) -> (Box<dyn LiveCall>, Peer) {
    let sessions = SidebandSessions::new(server.options());
    let mut start = SessionStart::new(call(), TenantId::parse("bakery").unwrap(), Arc::new(Echo));
    start.greeting = greeting.map(str::to_owned);
    let (session, peer) = tokio::join!(sessions.start(start), server.accept());
    (session.unwrap(), peer)
}

fn used(response: &str) -> Value {
    let mut event = done(response, &json!([]));
    event["response"]["usage"] = json!({"input_tokens": 7, "output_tokens": 3, "total_tokens": 10});
    event
}

#[tokio::test]
async fn a_call_from_the_greeting_to_the_end() {
    let server = Server::start().await;
    let (mut session, mut peer) = started(&server, Some("Good morning")).await;
    assert_eq!(peer.hear().await["type"], "response.create");
    peer.say(
        json!({"type": "response.output_audio_transcript.done", "transcript": "Good morning"}),
    )
    .await;
    peer.say(json!({"type": "conversation.item.input_audio_transcription.completed", "transcript": "Hello"})).await;
    peer.say(
        json!({"type": "conversation.item.input_audio_transcription.completed", "transcript": " "}),
    )
    .await;
    peer.say(used("r1")).await;
    peer.say(used("r1")).await;
    peer.say(used("r2")).await;
    peer.say(done("r3", &json!([function_call("a", "hours")])))
        .await;
    assert_eq!(peer.hear().await, output("a", "hours {\"q\":1}"));
    assert_eq!(peer.hear().await, go_on());
    peer.say(done("r4", &json!([function_call("b", "transfer")])))
        .await;
    assert_eq!(peer.hear().await["item"]["call_id"], "b");
    peer.hear_nothing().await;
    drop(peer);
    server.refuse(404).await;

    for (speaker, text) in [(Speaker::Agent, "Good morning"), (Speaker::Caller, "Hello")] {
        let SessionEvent::Transcript(turn) = within(session.next()).await else {
            panic!("no transcript");
        };
        assert_eq!((turn.speaker, turn.text.as_str()), (speaker, text));
    }
    for tokens in [7, 7, 0, 0] {
        let SessionEvent::Usage(usage) = within(session.next()).await else {
            panic!("no usage");
        };
        assert_eq!((usage.input_tokens, usage.responses), (tokens, 1));
        assert_eq!(usage.extra.contains_key("total_tokens"), tokens > 0);
    }
    for _ in 0..2 {
        let event = within(session.next()).await;
        assert!(
            matches!(event, SessionEvent::Ended(EndReason::CallEnded)),
            "{event:?}"
        );
    }
}

#[tokio::test]
async fn words_that_are_told_again_after_a_break_were_said_once() {
    let server = Server::start().await;
    let (mut session, mut peer) = started(&server, None).await;
    let agent = |item: &str, part: u32| {
        json!({"type": "response.output_audio_transcript.done", "item_id": item, "content_index": part,
               "transcript": "Yes"})
    };
    let caller = json!({"type": "conversation.item.input_audio_transcription.completed", "item_id": "i2",
                        "content_index": 0, "transcript": "Hello"});
    peer.say(agent("i1", 0)).await;
    peer.say(caller.clone()).await;
    drop(peer);
    let mut peer = server.accept().await;
    peer.say(agent("i1", 0)).await;
    peer.say(caller).await;
    peer.say(agent("i1", 1)).await;
    peer.say(agent("i3", 0)).await;
    peer.close(1000, "").await;
    let mut turns = Vec::new();
    while let SessionEvent::Transcript(turn) = within(session.next()).await {
        turns.push(turn.text);
    }
    assert_eq!(turns, ["Yes", "Hello", "Yes", "Yes"]);
}

#[tokio::test]
async fn a_session_that_is_lost_says_why() {
    let server = Server::start().await;
    let (mut session, peer) = started(&server, None).await;
    peer.close(4001, "no").await;
    for _ in 0..2 {
        let SessionEvent::Ended(EndReason::Lost(error)) = within(session.next()).await else {
            panic!("not lost");
        };
        assert_eq!(error.code(), Some("4001"));
    }
}

#[tokio::test]
async fn a_session_that_is_closed_here() {
    let server = Server::start().await;
    let (mut session, peer) = started(&server, None).await;
    let ((), code) = tokio::join!(session.close(), peer.closed_with());
    assert_eq!(code, Some(1000));
    let event = within(session.next()).await;
    assert!(
        matches!(event, SessionEvent::Ended(EndReason::Closed)),
        "{event:?}"
    );
}

#[tokio::test]
async fn a_call_that_is_over_cannot_be_attached_to() {
    let server = Server::start().await;
    let sessions = SidebandSessions::new(server.options());
    let start = SessionStart::new(call(), TenantId::parse("bakery").unwrap(), Arc::new(Echo));
    let (session, ()) = tokio::join!(sessions.start(start), server.refuse(404));
    assert_eq!(session.unwrap_err().kind(), ErrorKind::NotFound);
}
