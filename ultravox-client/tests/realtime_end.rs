//! How sessions end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::live::{LIVE, all, joined, kinds, ms, options, within};
use ultravox_client::realtime::{CloseReason, Underflow};
use ultravox_client::testkit::realtime::Script;
use ultravox_client::types::EndReason;
use voice_core::clock::{Clock, SystemClock};
use voice_core::error::ErrorKind;

#[tokio::test]
async fn close_codes_are_typed() {
    for (code, reason, kind) in [
        (1000, CloseReason::Normal, None),
        (1001, CloseReason::GoingAway, Some(ErrorKind::Unavailable)),
        (1008, CloseReason::Policy, Some(ErrorKind::InvalidInput)),
        (1011, CloseReason::Code(1011), Some(ErrorKind::Server)),
        (4598, CloseReason::Setup, Some(ErrorKind::InvalidInput)),
        (4404, CloseReason::Status(404), Some(ErrorKind::NotFound)),
        (4429, CloseReason::Status(429), Some(ErrorKind::RateLimited)),
        (4000, CloseReason::Code(4000), Some(ErrorKind::Other)),
    ] {
        let script = Script::new().close(code, "because of +14155550123");
        let (_sim, mut session) = joined(script, options()).await;
        let (_, end) = all(&mut session).await;
        assert_eq!((&end.reason, end.code), (&reason, Some(code)));
        assert!(
            end.text.starts_with("because of") && !end.text.contains("5550123"),
            "{end}"
        );
        assert_eq!(session.end(), Some(&end));
        let error = end.into_result().err();
        assert_eq!(
            error.as_ref().map(voice_core::error::Error::kind),
            kind,
            "{code}"
        );
        if let Some(error) = error {
            assert_eq!(error.code(), Some(code.to_string().as_str()));
            assert!(error.hint().is_some());
        }
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_lost() {
    for script in [
        Script::new().drop_connection(),
        Script::new().drop_within_frame(),
    ] {
        let (_sim, mut session) = joined(script, options()).await;
        let (_, end) = all(&mut session).await;
        assert_eq!((end.reason, end.code), (CloseReason::Lost, None));
    }
}

#[tokio::test]
async fn too_large_a_message_ends_the_session() {
    let (sim, mut session) = joined(Script::new().huge(1024 * 1024), options()).await;
    let (_, end) = all(&mut session).await;
    assert_eq!(end.reason, CloseReason::TooLarge);
    let seen = sim.wait_seen(LIVE, |seen| seen.close_code.is_some()).await;
    assert_eq!(seen.close_code, Some(1009));

    let larger = options().max_message_bytes(2 * 1024 * 1024);
    let (_sim, mut session) = joined(Script::new().huge(1024 * 1024).hang_up(), larger).await;
    let (events, end) = all(&mut session).await;
    assert!(end.reason.is_expected());
    assert!(
        common::live::messages(&events)
            .iter()
            .any(|message| message.kind() == "debug")
    );
}

#[tokio::test]
async fn a_server_that_falls_silent_is_given_up() {
    let (_sim, mut session) = joined(
        Script::new().stall(ms(10_000)),
        options()
            .keep_alive(ms(100))
            .silence_limit(ms(400))
            .underflow(Underflow::Nothing),
    )
    .await;
    let clock = SystemClock::default();
    let start = clock.now();
    let (_, end) = all(&mut session).await;
    assert_eq!(end.reason, CloseReason::Unresponsive);
    assert!(clock.now() - start < ms(5000));
}

#[tokio::test]
async fn a_quiet_call_is_kept_alive() {
    let (_sim, mut session) = joined(
        Script::new().wait(ms(1800)).hang_up(),
        options()
            .keep_alive(ms(100))
            .silence_limit(ms(1000))
            .underflow(Underflow::Nothing),
    )
    .await;
    let (_, end) = all(&mut session).await;
    assert_eq!(end.reason, CloseReason::Normal);
}

#[tokio::test]
async fn closing_sends_what_waits_and_says_goodbye() {
    let (sim, session) = joined(Script::new(), options()).await;
    let sender = session.sender();
    for text in 0..10 {
        sender.text(text.to_string()).await.unwrap();
    }
    let end = within(session.close()).await;
    assert_eq!(end.reason, CloseReason::ClosedHere);
    end.into_result().unwrap();
    let seen = sim.wait_seen(LIVE, |seen| seen.ended.is_some()).await;
    assert_eq!((seen.messages.len(), seen.close_code), (10, Some(1000)));
    assert_eq!(seen.ended, Some(EndReason::Hangup));
    assert_eq!(
        sender.text("late").await.unwrap_err().kind(),
        ErrorKind::Conflict
    );
}

#[tokio::test]
async fn dropping_the_session_closes_it_although_senders_are_left() {
    let (sim, session) = joined(Script::new(), options()).await;
    let sender = session.sender();
    sender.text("last words").await.unwrap();
    drop(session);
    let seen = within(sim.wait_seen(LIVE, |seen| seen.ended.is_some())).await;
    assert_eq!(seen.close_code, Some(1000));
    assert_eq!(kinds(&seen.messages), ["user_text_message"]);
    assert!(sender.text("late").await.is_err());
}

#[tokio::test]
async fn closing_does_not_wait_for_a_server_that_stalls() {
    let (_sim, session) = joined(
        Script::new().stall(ms(10_000)),
        options().close_timeout(ms(200)),
    )
    .await;
    let clock = SystemClock::default();
    let start = clock.now();
    let end = session.close().await;
    assert_eq!(end.reason, CloseReason::ClosedHere);
    assert!(clock.now() - start < ms(5000));
}

#[tokio::test]
async fn closing_does_not_wait_for_events_to_be_taken() {
    let (sim, session) = joined(Script::new().audio(ms(5000)), options().event_queue(1)).await;
    SystemClock::default().sleep(ms(200)).await;
    let end = within(session.close()).await;
    assert_eq!(end.reason, CloseReason::ClosedHere);
    within(sim.wait_seen(LIVE, |seen| seen.ended.is_some())).await;
}

#[tokio::test]
async fn hanging_up_after_words_lets_them_be_heard() {
    let (sim, mut session) = joined(Script::new(), options()).await;
    session.sender().hang_up_saying("Goodbye.").await.unwrap();
    let (_, end) = all(&mut session).await;
    assert_eq!(end.reason, CloseReason::Normal);
    assert_eq!(sim.seen(LIVE).ended, Some(EndReason::Hangup));
}
