//! OpenAI's own rules for retries, each under paused time, and the deadline of a ringing call.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{KEY, call, refusal, scripted, scripted_with};
use openai_calls::OpenAiClient;
use openai_calls::calls::CallOutcome;
use openai_calls::client_secrets::NewClientSecret;
use openai_calls::session::Session;
use serde_json::json;
use tokio::time::Instant;
use voice_core::client::{ClientOptions, RequestOptions};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::E164;
use voice_core::provider::TransferTarget;
use voice_core::testkit::{Reply, ScriptedTransport, TestClock};

fn ok() -> Reply {
    Reply::json(&json!({"value": "ek_abcdef123456", "expires_at": 1, "session": {}}))
}

/// How a client secret fares: what came of it, the tries, the time.
async fn fare(script: Vec<Reply>) -> (Result<(), Error>, usize, Duration) {
    let options = ClientOptions::new()
        .clock(Arc::new(TestClock::at(1_000_000_000)))
        .deadline(Duration::from_secs(1_000));
    let (client, transport) = scripted_with(script, options);
    let start = Instant::now();
    let outcome = client
        .client_secrets()
        .create(&NewClientSecret::default())
        .await;
    (outcome.map(drop), transport.sent().len(), start.elapsed())
}

fn within(wait: Duration, low: f64, high: f64) -> bool {
    (low - 0.01..=high + 0.01).contains(&wait.as_secs_f64())
}

#[tokio::test(start_paused = true)]
async fn what_the_official_library_retries_is_retried_and_nothing_else() {
    for status in (400..=599).filter(|status| *status != 407) {
        let (outcome, tries, _) = fare(vec![Reply::status(status, ""), ok()]).await;
        let retried = matches!(status, 408 | 409 | 429 | 500..);
        assert_eq!(tries, if retried { 2 } else { 1 }, "{status}");
        assert_eq!(outcome.is_ok(), retried, "{status}");
    }
    for kind in [ErrorKind::Connect, ErrorKind::Dns] {
        let (outcome, tries, _) = fare(vec![Reply::fail(kind, Delivery::NotSent), ok()]).await;
        assert!(outcome.is_ok() && tries == 2, "{kind}");
    }
    let (outcome, tries, took) = fare(vec![Reply::hang(), ok()]).await;
    assert!(outcome.is_ok() && tries == 2 && took >= Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn there_are_two_retries_with_the_official_backoff() {
    let broken = || Reply::status(500, "");
    let (outcome, tries, took) = fare(vec![broken(), broken(), broken(), ok()]).await;
    assert_eq!((outcome.unwrap_err().attempts(), tries), (3, 3));
    assert!(within(took, 0.375 + 0.75, 0.5 + 1.0), "{took:?}");
}

/// A read can be had once more: nothing is done by it, and two retries lose one in 300 at 15 % of faults.
#[tokio::test(start_paused = true)]
async fn a_read_has_three_retries_unless_the_caller_says_otherwise() {
    for (options, tries) in [
        (ClientOptions::new(), 4),
        (ClientOptions::new().retries(1), 2),
        (ClientOptions::new().retries(5), 6),
    ] {
        let script = (0..9).map(|_| Reply::status(500, ""));
        let (client, transport) = scripted_with(script, options);
        client.webhook_endpoints().event_types().await.unwrap_err();
        assert_eq!(transport.sent().len(), tries);
    }
    let script = (0..9).map(|_| Reply::status(500, ""));
    let (client, transport) = scripted_with(script, ClientOptions::new().retries(5));
    client
        .client_secrets()
        .create(&NewClientSecret::default())
        .await
        .unwrap_err();
    assert_eq!(
        transport.sent().len(),
        6,
        "what the caller says goes for all"
    );
}

#[tokio::test(start_paused = true)]
async fn after_a_hiccup_calls_are_taken_again_while_they_still_ring() {
    let broken = std::iter::repeat_with(|| Reply::status(500, "")).take(10);
    let script: Vec<Reply> = broken.chain([Reply::status(200, "")]).collect();
    let (client, transport) = scripted_with(script, ClientOptions::new().retries(0));
    for _ in 0..10 {
        client.calls().hang_up(&call()).await.unwrap_err();
        tokio::time::sleep(Duration::from_millis(225)).await;
    }
    let error = client.calls().hang_up(&call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CircuitOpen);
    assert_eq!(transport.sent().len(), 10);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let outcome = client.calls().hang_up(&call()).await.unwrap();
    assert!(matches!(outcome, CallOutcome::Done(_)));
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_read_from_either_header_and_the_finer_one_goes_first() {
    for (name, value, low, high) in [
        ("retry-after-ms", "1500", 1.5, 1.65),
        ("retry-after-ms", "250.5", 0.2505, 0.28),
        ("retry-after", "3", 3.0, 3.3),
        ("retry-after", "2.5", 2.5, 2.75),
        ("retry-after", "120", 120.0, 121.0),
        // 20 s after the clock's 2001-09-09T01:46:40Z.
        ("retry-after", "Sun, 09 Sep 2001 01:47:00 GMT", 20.0, 21.0),
        // Nothing that can be waited for: the backoff decides.
        ("retry-after", "0", 0.375, 0.5),
        ("retry-after", "-5", 0.375, 0.5),
        ("retry-after", "inf", 0.375, 0.5),
        ("retry-after", "nan", 0.375, 0.5),
        ("retry-after", "soon", 0.375, 0.5),
        ("retry-after-ms", "-1", 0.375, 0.5),
        ("retry-after", "Sun, 09 Sep 2001 01:46:00 GMT", 0.375, 0.5),
    ] {
        for status in [429, 503] {
            let busy = Reply::status(status, "").header(name, value);
            let (outcome, tries, took) = fare(vec![busy, ok()]).await;
            assert!(outcome.is_ok() && tries == 2, "{name}: {value}");
            assert!(within(took, low, high), "{name}: {value} took {took:?}");
        }
    }
    let both = Reply::status(429, "")
        .header("retry-after-ms", "2000")
        .header("retry-after", "60");
    let (_, _, took) = fare(vec![both, ok()]).await;
    assert!(within(took, 2.0, 2.2), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn more_than_120_seconds_are_not_waited_for_whatever_should_retry_says() {
    for (name, value) in [
        ("retry-after", "120.5"),
        ("retry-after", "86400"),
        ("retry-after-ms", "120001"),
        ("retry-after", "Sun, 09 Sep 2001 02:00:00 GMT"),
        ("retry-after", "99999999999999999999"),
    ] {
        let busy = Reply::status(429, "")
            .header(name, value)
            .header("x-should-retry", "true");
        let (outcome, tries, took) = fare(vec![busy, ok()]).await;
        let error = outcome.unwrap_err();
        assert!(
            error.retry_after().unwrap() > Duration::from_secs(120),
            "{value}"
        );
        assert_eq!((tries, took), (1, Duration::ZERO), "{name}: {value}");
    }
}

#[tokio::test(start_paused = true)]
async fn should_retry_goes_before_the_status_if_it_is_exactly_that() {
    for (status, word, tries) in [
        (400, "true", 2),
        (404, "true", 2),
        (500, "false", 1),
        (429, "false", 1),
        (409, "false", 1),
        (400, "True", 1),
        (400, "1", 1),
        (500, "FALSE", 2),
        (500, "no", 2),
    ] {
        let answer = Reply::status(status, "").header("x-should-retry", word);
        let (_, sent, _) = fare(vec![answer, ok()]).await;
        assert_eq!(sent, tries, "{status} {word}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_without_credit_is_not_asked_again() {
    for reply in [
        refusal(
            429,
            "insufficient_quota",
            Some("insufficient_quota"),
            "No credit.",
        ),
        refusal(429, "insufficient_quota", None, "No credit."),
        refusal(429, "requests", Some("insufficient_quota"), "No credit.")
            .header("x-should-retry", "true"),
    ] {
        let (outcome, tries, _) = fare(vec![reply, ok()]).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), tries), (ErrorKind::Quota, 1));
        assert!(error.hint().unwrap().contains("billing"));
    }
    let slow = refusal(429, "requests", Some("rate_limit_exceeded"), "Slow down.");
    assert!(fare(vec![slow, ok()]).await.0.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_reset_of_a_quota_is_no_wait() {
    let busy = Reply::status(429, "")
        .header("x-ratelimit-limit-requests", "60")
        .header("x-ratelimit-remaining-requests", "0")
        .header("x-ratelimit-reset-requests", "6m0s");
    let (outcome, _, took) = fare(vec![busy, ok()]).await;
    assert!(outcome.is_ok() && within(took, 0.375, 0.5), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn what_acts_anew_each_time_is_never_sent_again_after_an_unknown_outcome() {
    let target = TransferTarget::Phone(E164::parse("+14155550123").unwrap());
    for reply in [
        Reply::status(500, ""),
        Reply::status(520, "").header("x-should-retry", "true"),
        Reply::status(408, ""),
        Reply::hang(),
        Reply::fail(ErrorKind::Connection, Delivery::Unknown),
    ] {
        let (client, transport) = scripted([reply, Reply::status(200, "")]);
        let error = client.calls().refer(&call(), &target).await.unwrap_err();
        assert!(error.may_have_happened(), "{error}");
        assert_eq!(transport.sent().len(), 1);
    }
    for reply in [
        Reply::status(429, ""),
        Reply::fail(ErrorKind::Connect, Delivery::NotSent),
    ] {
        let (client, transport) = scripted([reply, Reply::status(200, "")]);
        assert!(
            client
                .calls()
                .refer(&call(), &target)
                .await
                .unwrap()
                .is_done()
        );
        assert_eq!(transport.sent().len(), 2, "it was not done the first time");
    }
}

#[tokio::test(start_paused = true)]
async fn a_conflict_says_that_something_is_under_way_and_that_is_not_done_again() {
    let target = TransferTarget::Phone(E164::parse("+14155550123").unwrap());
    for reply in [
        Reply::status(409, ""),
        Reply::status(409, "").header("x-should-retry", "true"),
    ] {
        let (client, transport) = scripted([reply, Reply::status(200, "")]);
        let error = client.calls().refer(&call(), &target).await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(409));
        assert_eq!(transport.sent().len(), 1, "each REFER may ring somebody");
    }
}

#[tokio::test(start_paused = true)]
async fn the_callers_rules_go_before_openais() {
    let options = ClientOptions::new().retries(0);
    let (client, transport) = scripted_with([Reply::status(429, ""), ok()], options);
    let request = NewClientSecret::default();
    assert!(client.client_secrets().create(&request).await.is_err());
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_decision_on_a_ringing_call_takes_five_seconds_at_most() {
    for order in ["accept", "reject"] {
        let (client, transport) = scripted(std::iter::repeat_with(Reply::hang).take(9));
        let start = Instant::now();
        let outcome = match order {
            "accept" => client.calls().accept(&call(), &Session::new("x")).await,
            _ => client.calls().reject(&call(), None).await,
        };
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Timeout, Delivery::Unknown)
        );
        let took = start.elapsed();
        assert!(
            took >= Duration::from_secs(4) && took <= Duration::from_secs(5),
            "{took:?}"
        );
        assert_eq!(transport.sent().len(), 2, "two tries of 2 s each");
    }
    // Ending a call is in no hurry.
    let late = Reply::status(200, "").after(Duration::from_secs(20));
    let (client, _) = scripted([late]);
    assert!(client.calls().hang_up(&call()).await.unwrap().is_done());
}

#[tokio::test(start_paused = true)]
async fn the_ringing_deadline_can_be_set_and_one_request_can_have_its_own() {
    let transport = ScriptedTransport::new(std::iter::repeat_with(Reply::hang).take(9));
    let options = ClientOptions::new().transport(Arc::new(transport.clone()));
    let client = OpenAiClient::builder()
        .api_key(KEY)
        .ringing_deadline(Duration::from_secs(3))
        .ringing_attempt_timeout(Duration::from_secs(3))
        .options(options)
        .build()
        .unwrap();
    let session = Session::new("x");
    let start = Instant::now();
    assert!(client.calls().accept(&call(), &session).await.is_err());
    assert_eq!(start.elapsed(), Duration::from_secs(3));

    let own = RequestOptions::new()
        .deadline(Duration::from_secs(8))
        .attempt_timeout(Duration::from_secs(8));
    let start = Instant::now();
    assert!(
        client
            .with(own)
            .calls()
            .accept(&call(), &session)
            .await
            .is_err()
    );
    assert_eq!(start.elapsed(), Duration::from_secs(8));

    let long_wait = Reply::status(429, "").header("retry-after", "30");
    let (client, transport) = scripted([long_wait, Reply::status(200, "")]);
    let start = Instant::now();
    assert!(client.calls().accept(&call(), &session).await.is_err());
    assert_eq!(
        (start.elapsed(), transport.sent().len()),
        (Duration::ZERO, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn who_is_not_there_is_gone_unless_an_earlier_try_may_have_been_carried_out() {
    let gone = || refusal(404, "invalid_request_error", None, "No call found");
    let taken = || refusal(409, "invalid_request_error", None, "Not ringing");
    let (session, lost) = (Session::new("x"), || Reply::status(502, "<html>"));

    let (client, _) = scripted([gone()]);
    let outcome = client.calls().accept(&call(), &session).await.unwrap();
    assert!(outcome.is_already_gone());
    assert_eq!(outcome.request_id(), Some("req_1"));
    let CallOutcome::AlreadyGone(error) = outcome else {
        panic!("gone");
    };
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::NotFound, "No call found")
    );

    for second in [gone(), taken()] {
        let (client, transport) = scripted([lost(), second, taken(), taken()]);
        let outcome = client.calls().accept(&call(), &session).await.unwrap();
        assert!(outcome.is_unclear(), "{outcome:?}");
        assert!(transport.sent().len() >= 2);
    }
    // A refusal is no unknown outcome.
    let (client, _) = scripted([Reply::status(429, ""), gone()]);
    let outcome = client.calls().accept(&call(), &session).await.unwrap();
    assert!(outcome.is_already_gone());
    // Decided by somebody else.
    let (client, _) = scripted([taken(), taken(), taken()]);
    let error = client.calls().accept(&call(), &session).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Conflict, Delivery::Answered)
    );

    // To be over is what a hang-up and a refusal want.
    for order in ["hangup", "reject"] {
        let (client, _) = scripted([lost(), gone()]);
        let outcome = match order {
            "hangup" => client.calls().hang_up(&call()).await,
            _ => client.calls().reject(&call(), None).await,
        };
        assert!(outcome.unwrap().is_already_gone(), "{order}");
    }
    let (client, _) = scripted([lost(), taken(), taken()]);
    assert!(
        client
            .calls()
            .reject(&call(), None)
            .await
            .unwrap()
            .is_unclear()
    );
    let made = refusal(400, "t", Some("decision_already_made"), "Decided.");
    let (client, _) = scripted([lost(), made]);
    let live = client.live_sessions();
    assert!(
        live.accept(&call(), &serde_json::Map::new())
            .await
            .unwrap()
            .is_unclear()
    );
}

#[tokio::test]
async fn a_wrong_path_or_model_is_no_missing_caller() {
    let session = Session::new("x");
    for (reply, kind) in [
        (
            Reply::status(404, "<html><title>404 Not Found</title>nginx</html>"),
            ErrorKind::Unsupported,
        ),
        (
            refusal(
                404,
                "invalid_request_error",
                Some("model_not_found"),
                "No such model.",
            ),
            ErrorKind::InvalidInput,
        ),
        (
            refusal(
                404,
                "invalid_request_error",
                None,
                "Invalid URL (POST /realtime/calls)",
            ),
            ErrorKind::Unsupported,
        ),
        (
            refusal(
                404,
                "invalid_request_error",
                Some("unknown_url"),
                "Unknown.",
            ),
            ErrorKind::Unsupported,
        ),
    ] {
        let (client, _) = scripted([reply]);
        let error = client.calls().accept(&call(), &session).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
}
