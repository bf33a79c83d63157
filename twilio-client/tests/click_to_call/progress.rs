//! Reports of the agent's leg: in any order, twice, and before the dial's own answer.

use voice_core::flow::click_to_call::{AgentFailure, ClickNews, Outcome, Refusal, Step};
use voice_core::provider::CallStatus;

use crate::support::{Bench, CALL, Does, OTHER_CALL, document};

async fn report(bench: &Bench, target: &str, status: &str, number: &str) -> ClickNews {
    let pairs = [
        ("CallSid", CALL),
        ("CallStatus", status),
        ("SequenceNumber", number),
        ("CallbackSource", "call-progress-events"),
    ];
    let answer = bench.post(target, &pairs).await;
    assert!(document(&answer).children.is_empty());
    bench.event().news
}

#[tokio::test(start_paused = true)]
async fn reports_are_ordered_and_taken_once() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let target = bench.target(id, Step::Status);
    let ringing = ClickNews::Progress(CallStatus::Ringing);
    assert_eq!(report(&bench, &target, "ringing", "1").await, ringing);
    // It came before the dial's answer, and ties the record to the call.
    assert_eq!(bench.record(id).await.call.unwrap().as_str(), CALL);
    assert_eq!(
        report(&bench, &target, "initiated", "0").await,
        ClickNews::Stale
    );
    assert_eq!(
        report(&bench, &target, "ringing", "1").await,
        ClickNews::Stale
    );
    let over = Outcome::AgentUnreachable(AgentFailure::Busy);
    assert_eq!(
        report(&bench, &target, "busy", "2").await,
        ClickNews::Over(over.clone())
    );
    assert_eq!(report(&bench, &target, "busy", "2").await, ClickNews::Stale);
    assert_eq!(bench.record(id).await.outcome, Some(over));
}

#[tokio::test(start_paused = true)]
async fn a_report_of_another_call_changes_nothing() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let target = bench.target(id, Step::Status);
    report(&bench, &target, "ringing", "1").await;
    let pairs = [
        ("CallSid", OTHER_CALL),
        ("CallStatus", "busy"),
        ("SequenceNumber", "9"),
    ];
    bench.post(&target, &pairs).await;
    assert_eq!(
        bench.event().news,
        ClickNews::Refused(Refusal::WrongCall, None)
    );
    assert_eq!(
        bench.record(id).await.agent_status,
        Some(CallStatus::Ringing)
    );
}
