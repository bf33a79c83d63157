//! Tools that run here: every way they can go, each reported once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::live::{LIVE, all, joined, ms, options, within};
use serde_json::{Value, json};
use ultravox_client::realtime::message::{
    ClientMessage, ServerMessage, ToolErrorType, ToolInvocation, ToolReaction, ToolResponseType,
    ToolResult,
};
use ultravox_client::realtime::{
    ClientTools, Event, ToolCall, ToolError, ToolOutcome, ToolReply, ToolRun,
};
use ultravox_client::testkit::realtime::Script;
use voice_core::clock::{Clock, SystemClock};

fn runs(events: &[Result<Event, voice_core::error::Error>]) -> Vec<&ToolRun> {
    let runs = events.iter().filter_map(|event| match event {
        Ok(Event::ToolFinished(run)) => Some(run),
        _ => None,
    });
    runs.collect()
}

/// The result of the only invocation, and what became of it.
async fn invoked(tools: ClientTools, tool: &str, parameters: Value) -> (ToolResult, ToolOutcome) {
    let parameters = ultravox_client::types::JsonMap::try_from(parameters).unwrap();
    let script = Script::new()
        .invoke_tool(tool, parameters)
        .wait(ms(50))
        .hang_up();
    let (sim, mut session) = joined(script, options().tools(tools)).await;
    let (events, _) = all(&mut session).await;
    let seen = sim.seen(LIVE);
    let results: Vec<_> = seen.tool_results().collect();
    assert_eq!(results.len(), 1, "exactly one result");
    let runs = runs(&events);
    assert_eq!(runs.len(), 1);
    (results[0].clone(), runs[0].outcome)
}

#[tokio::test]
async fn a_tool_answers_with_what_it_was_given() {
    let tools = ClientTools::new()
        .tool("lookup", |call: ToolCall| async move {
            let id: u64 = call.parameter("orderId")?;
            Ok(json!({"orderId": id, "status": "shipped"}))
        })
        .unwrap();
    let (result, outcome) = invoked(tools, "lookup", json!({"orderId": 4711})).await;
    assert_eq!(outcome, ToolOutcome::Answered);
    assert_eq!(result.invocation_id.as_deref(), Some("invocation-1"));
    let said: Value = serde_json::from_str(&result.result.unwrap()).unwrap();
    assert_eq!(said, json!({"orderId": 4711, "status": "shipped"}));
    assert_eq!((result.error_type, result.response_type), (None, None));
}

#[tokio::test]
async fn a_tool_can_hang_up_or_begin_a_stage() {
    let tools = ClientTools::new()
        .tool("bye", |_: ToolCall| async { Ok(ToolReply::hang_up()) })
        .unwrap()
        .tool("stage", |_: ToolCall| async {
            Ok(ToolReply::new_stage([("systemPrompt", "Be brief.")])
                .reaction(ToolReaction::SpeaksOnce)
                .update_call_state([("step", 2)]))
        })
        .unwrap();
    let (result, _) = invoked(tools.clone(), "bye", json!({})).await;
    assert_eq!(result.response_type, Some(ToolResponseType::HangUp));
    let (result, _) = invoked(tools, "stage", json!({})).await;
    assert_eq!(result.response_type, Some(ToolResponseType::NewStage));
    assert_eq!(
        result.result.as_deref(),
        Some(r#"{"systemPrompt":"Be brief."}"#)
    );
    assert_eq!(result.agent_reaction, Some(ToolReaction::SpeaksOnce));
    assert_eq!(result.update_call_state.unwrap()["step"], 2);
}

#[tokio::test]
async fn whatever_goes_wrong_is_reported_safely() {
    let tools = ClientTools::new()
        .tool("said", |_: ToolCall| async {
            Err::<Value, _>(ToolError::new("The shop is closed."))
        })
        .unwrap()
        .tool("foreign", |_: ToolCall| async {
            let _: u8 = "planted".parse()?;
            Ok("")
        })
        .unwrap()
        .tool("panics", |_: ToolCall| async {
            if true {
                panic!("planted");
            }
            Ok("")
        })
        .unwrap()
        .tool("panics_at_once", |call: ToolCall| {
            assert!(call.name.is_empty(), "planted");
            async { Ok("") }
        })
        .unwrap()
        .tool_within("slow", ms(60), |_: ToolCall| async {
            std::future::pending::<()>().await;
            Ok("")
        })
        .unwrap()
        .tool("large", |_: ToolCall| async {
            Ok("x".repeat(2 * 1024 * 1024))
        })
        .unwrap();
    let error = Some(ToolErrorType::ImplementationError);
    let cases = [
        ("said", ToolOutcome::Failed, &error, "The shop is closed."),
        ("foreign", ToolOutcome::Failed, &error, "The tool failed."),
        ("panics", ToolOutcome::Panicked, &error, "The tool failed."),
        (
            "panics_at_once",
            ToolOutcome::Panicked,
            &error,
            "The tool failed.",
        ),
        (
            "slow",
            ToolOutcome::TimedOut,
            &error,
            "The tool did not answer in time.",
        ),
        (
            "large",
            ToolOutcome::TooLarge,
            &error,
            "The tool's result is too large.",
        ),
        (
            "nobody",
            ToolOutcome::Undefined,
            &Some(ToolErrorType::Undefined),
            "There is no such tool.",
        ),
    ];
    for (name, outcome, kind, message) in cases {
        let (result, became) = invoked(tools.clone(), name, json!({"a": "planted"})).await;
        assert_eq!((became, &result.error_type), (outcome, kind), "{name}");
        assert_eq!(result.error_message.as_deref(), Some(message));
        assert_eq!(result.result, None);
    }
}

#[tokio::test]
async fn a_data_connection_tool_is_answered_as_such() {
    let tools = ClientTools::new()
        .tool("t", |_: ToolCall| async { Ok("done") })
        .unwrap();
    let script = Script::new().invoke_data_tool("t", [("a", 1)]).hang_up();
    let (sim, mut session) = joined(script, options().tools(tools)).await;
    all(&mut session).await;
    let seen = sim.seen(LIVE);
    assert!(
        matches!(&seen.messages[..], [ClientMessage::DataConnectionToolResult(result)]
            if result.result.as_deref() == Some("done")),
        "{seen:?}"
    );
}

fn order(tool: &str, id: &str) -> ServerMessage {
    ServerMessage::ClientToolInvocation(ToolInvocation::new(tool, id, [("a", 1)]))
}

#[tokio::test]
async fn an_invocation_that_comes_twice_runs_once() {
    let count = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&count);
    let tools = ClientTools::new()
        .tool("t", move |_: ToolCall| {
            counting.fetch_add(1, Ordering::Relaxed);
            async { Ok("done") }
        })
        .unwrap();
    let script = Script::new()
        .message(order("t", "same"))
        .message(order("t", "same"))
        .message(order("t", ""))
        .message(order("t", "other"))
        .wait(ms(200))
        .message(order("t", "same"))
        .wait(ms(100))
        .hang_up();
    let (sim, mut session) = joined(script, options().tools(tools)).await;
    let sender = session.sender();
    all(&mut session).await;
    let seen = sim.seen(LIVE);
    let mut ids: Vec<_> = seen
        .tool_results()
        .map(|result| result.invocation_id.clone().unwrap())
        .collect();
    ids.sort();
    assert_eq!(ids, ["other", "same"]);
    assert_eq!(count.load(Ordering::Relaxed), 2);
    assert_eq!(sender.stats().repeated_invocations, 2);
}

#[tokio::test]
async fn so_many_run_at_a_time_and_so_many_wait() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (Arc::clone(&running), Arc::clone(&most));
    let tools = ClientTools::new()
        .at_once(2)
        .tool("t", move |_: ToolCall| {
            let (now, peak) = (Arc::clone(&now), Arc::clone(&peak));
            async move {
                peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                SystemClock::default().sleep(ms(20)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                Ok("done")
            }
        })
        .unwrap();
    let mut script = Script::new();
    for id in 0..40 {
        script = script.message(order("t", &format!("i{id}")));
    }
    let (sim, mut session) = joined(script.wait(ms(1500)).hang_up(), options().tools(tools)).await;
    let (events, _) = all(&mut session).await;
    let runs = runs(&events);
    assert_eq!(
        (runs.len(), sim.seen(LIVE).tool_results().count()),
        (40, 40)
    );
    assert!(most.load(Ordering::SeqCst) <= 2);
    // Two run and sixteen wait; of the others none waits.
    let overloaded = runs
        .iter()
        .filter(|run| run.outcome == ToolOutcome::Overloaded)
        .count();
    let answered = runs
        .iter()
        .filter(|run| run.outcome == ToolOutcome::Answered)
        .count();
    assert!(
        overloaded > 0 && answered >= 18 && overloaded + answered == 40,
        "{overloaded} {answered}"
    );
}

/// Notes when it is dropped.
struct Guard(Arc<AtomicUsize>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn tools_end_with_the_session() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let guards = Arc::clone(&dropped);
    let started = Arc::new(tokio::sync::Notify::new());
    let starting = Arc::clone(&started);
    let tools = ClientTools::new()
        .tool("t", move |_: ToolCall| {
            let guard = Guard(Arc::clone(&guards));
            starting.notify_one();
            async move {
                std::future::pending::<()>().await;
                drop(guard);
                Ok("")
            }
        })
        .unwrap();
    let (sim, session) = joined(
        Script::new().invoke_tool("t", [("a", 1)]),
        options().tools(tools),
    )
    .await;
    within(started.notified()).await;
    session.close().await;
    let clock = SystemClock::default();
    within(async {
        while dropped.load(Ordering::SeqCst) == 0 {
            clock.sleep(ms(5)).await;
        }
    })
    .await;
    assert_eq!(sim.seen(LIVE).tool_results().count(), 0);
}

#[tokio::test]
async fn without_tools_the_result_is_the_callers() {
    let (sim, mut session) = joined(
        Script::new().invoke_tool("t", [("a", 1)]).hang_up(),
        options(),
    )
    .await;
    let sender = session.sender();
    within(async {
        while let Some(event) = session.next_event().await {
            if let Ok(Event::Message(ServerMessage::ClientToolInvocation(order))) = event {
                let id = order.invocation_id.unwrap();
                sender
                    .tool_result(ToolResult::new(id, "by hand"))
                    .await
                    .unwrap();
            }
        }
    })
    .await;
    let seen = sim.seen(LIVE);
    let results: Vec<_> = seen
        .tool_results()
        .map(|result| result.result.as_deref())
        .collect();
    assert_eq!(results, [Some("by hand")]);
}
