//! This crate's own client against the simulator.

use std::time::Duration;

use openai_calls::calls::{CallOutcome, RejectStatus};
use openai_calls::session::Session;
use openai_calls::testkit::{OpenAiSim, Phase};
use voice_core::provider::TransferTarget;
use voice_core::testkit::Mishap;

use crate::http_client::ring;

#[tokio::test]
async fn calls_are_taken_refused_handed_on_and_ended() {
    let sim = OpenAiSim::start().await.unwrap();
    let client = sim.client().build().unwrap();
    let calls = client.calls();
    let session = Session::new("Be kind.").voice("marin");
    let call = ring(&sim);
    assert!(calls.accept(call.id(), &session).await.unwrap().is_done());
    assert_eq!(call.session()["audio"]["output"]["voice"], "marin");
    let target = TransferTarget::Phone("+15550123".parse().unwrap());
    assert!(calls.refer(call.id(), &target).await.unwrap().is_done());
    assert_eq!(call.phase(), Phase::Referred("tel:+15550123".to_owned()));
    assert!(calls.hang_up(call.id()).await.unwrap().is_already_gone());
    let call = ring(&sim);
    let busy = Some(RejectStatus::BUSY_HERE);
    assert!(calls.reject(call.id(), busy).await.unwrap().is_done());
    assert_eq!(call.counts().rejects, [486]);
    let call = ring(&sim);
    assert!(calls.reject(call.id(), None).await.unwrap().is_done());
    assert_eq!(call.counts().rejects, [603]);
    assert!(calls.hang_up(call.id()).await.unwrap().is_already_gone());
    voice_core::testkit::conformance::health_ok(&client).await;
    let types = client.webhook_endpoints().event_types().await.unwrap();
    assert!(types.iter().any(|kind| kind == "realtime.call.incoming"));
}

#[tokio::test]
async fn an_accept_whose_answer_was_lost_is_unclear_and_happened_once() {
    let sim = OpenAiSim::start().await.unwrap();
    let client = sim
        .client()
        .ringing_attempt_timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    let session = Session::new("Be kind.");
    for mishap in [
        Mishap::ResetAfterActing,
        Mishap::NoAnswerAfterActing,
        Mishap::ServerErrorAfterActing,
    ] {
        let call = ring(&sim);
        sim.mishaps().next_of("calls.accept", mishap);
        let outcome = client.calls().accept(call.id(), &session).await.unwrap();
        assert!(matches!(outcome, CallOutcome::Unclear(_)), "{outcome:?}");
        let counts = call.counts();
        assert!(
            counts.accepts == 1 && counts.accept_requests > 1,
            "{counts:?}"
        );
    }
}
