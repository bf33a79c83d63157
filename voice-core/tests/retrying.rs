//! When a request is sent again, and when it is not, under paused time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod common;

use std::time::Duration;

use common::{Call, DELETE, DIAL, GET, SEC, call, client, client_with};
use serde_json::json;
use voice_core::client::{ClientOptions, Operation, RequestOptions};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::limits::Limiter;
use voice_core::retry::Repeat;
use voice_core::testkit::{Reply, ScriptedTransport};
use voice_core::transport::Body;

#[tokio::test(start_paused = true)]
async fn a_dial_is_not_repeated_after_a_reset_or_timeout_but_a_read_is() {
    let reset = || Reply::fail(ErrorKind::Connection, Delivery::Unknown);
    for lost in [
        reset(),
        Reply::hang(),
        Reply::status(500, ""),
        Reply::status(503, ""),
        Reply::status(408, ""),
    ] {
        let transport = ScriptedTransport::new([lost, call()]);
        let error = client(&transport)
            .request(&DIAL)
            .json(&json!({}))
            .send::<Call>()
            .await
            .unwrap_err();
        assert_eq!(transport.sent().len(), 1, "one dial only: {error}");
        assert!(error.may_have_happened(), "{error}");
        assert!(error.to_string().contains("outcome unknown"), "{error}");
    }
    for lost in [
        reset(),
        Reply::hang(),
        Reply::status(500, ""),
        Reply::status(503, ""),
        Reply::status(504, ""),
    ] {
        let transport = ScriptedTransport::new([lost, call()]);
        let answer = client(&transport)
            .request(&GET)
            .path("id", "1")
            .send::<Call>()
            .await
            .unwrap();
        assert_eq!(answer.attempts(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_dial_that_was_refused_or_never_left_is_repeated() {
    let lost = [
        Reply::fail(ErrorKind::Dns, Delivery::NotSent),
        Reply::status(429, ""),
        Reply::hang_connecting(),
    ];
    let transport = ScriptedTransport::new(lost.into_iter().chain([call()]));
    let answer = client(&transport)
        .request(&DIAL)
        .json(&json!({}))
        .send::<Call>()
        .await
        .unwrap();
    assert_eq!(answer.attempts(), 4);
    // Each attempt was signed afresh.
    let stamps: Vec<String> = transport
        .sent()
        .iter()
        .map(|s| s.header("x-signed-at").to_owned())
        .collect();
    assert!(
        stamps.windows(2).all(|pair| pair[0] < pair[1]),
        "{stamps:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_keyed_request_may_be_repeated_and_an_update_that_starts_something_may_not() {
    let transport = ScriptedTransport::new([Reply::status(502, ""), call()]);
    let client = client_with(&transport, ClientOptions::new());
    let keyed = client
        .request(&DIAL)
        .json(&json!({"IdempotencyKey": "k"}))
        .repeat(Repeat::Keyed);
    assert_eq!(keyed.send::<Call>().await.unwrap().attempts(), 2);

    transport.push(Reply::status(502, ""));
    static UPDATE: Operation = Operation::post("calls.update", "/v1/calls", Repeat::Idempotent);
    let starts = client
        .request(&UPDATE)
        .json(&json!({"Url": "x"}))
        .repeat(Repeat::Once);
    assert!(starts.send::<Call>().await.unwrap_err().may_have_happened());
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_obeyed_in_every_dialect_and_returned_when_it_is_too_long() {
    let dialects: [(&'static str, &str, Duration); 4] = [
        ("retry-after", "3", 3 * SEC),
        ("retry-after", "2.5", Duration::from_millis(2500)),
        ("retry-after-ms", "1500", Duration::from_millis(1500)),
        // The clock of these tests begins at 2001-09-09T01:46:40Z.
        ("retry-after", "Sun, 09 Sep 2001 01:46:44 GMT", 4 * SEC),
    ];
    for (name, value, wait) in dialects {
        let transport =
            ScriptedTransport::new([Reply::status(429, "").header(name, value), call()]);
        let answer = client(&transport)
            .request(&DIAL)
            .json(&json!({}))
            .send::<Call>()
            .await
            .unwrap();
        let longest = wait + wait / 10 + Duration::from_millis(10);
        assert!(
            answer.elapsed() >= wait && answer.elapsed() <= longest,
            "{name}: {value}: {:?}",
            answer.elapsed()
        );
    }
    let transport = ScriptedTransport::new([Reply::status(429, "").header("retry-after", "3600")]);
    let error = client(&transport)
        .request(&GET)
        .path("id", "1")
        .send::<Call>()
        .await
        .unwrap_err();
    assert_eq!(error.retry_after(), Some(3600 * SEC));
    assert_eq!(error.elapsed(), Duration::ZERO);

    let body = json!({"error": "Rate limit exceeded", "retry_after": 5});
    let transport = ScriptedTransport::new([Reply::status(429, body.to_string()), call()]);
    let answer = client(&transport)
        .request(&GET)
        .path("id", "1")
        .send::<Call>()
        .await
        .unwrap();
    assert!(answer.elapsed() >= 5 * SEC);
}

#[tokio::test(start_paused = true)]
async fn x_should_retry_overrides_the_status() {
    let transport =
        ScriptedTransport::new([Reply::status(500, "").header("x-should-retry", "false")]);
    let error = client(&transport)
        .request(&GET)
        .path("id", "1")
        .send::<Call>()
        .await
        .unwrap_err();
    assert_eq!(error.attempts(), 1);
    let transport = ScriptedTransport::new([
        Reply::status(409, "").header("x-should-retry", "true"),
        call(),
    ]);
    assert!(
        client(&transport)
            .request(&GET)
            .path("id", "1")
            .send::<Call>()
            .await
            .is_ok()
    );
    let transport = ScriptedTransport::new([
        Reply::status(409, "").header("x-should-retry", "true"),
        call(),
    ]);
    assert!(
        client(&transport)
            .request(&DIAL)
            .json(&json!({}))
            .send::<Call>()
            .await
            .is_err()
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_outlives_the_deadline() {
    let transport = ScriptedTransport::new((0..10).map(|_| Reply::hang()));
    let client = client_with(&transport, ClientOptions::new().deadline(45 * SEC));
    let start = tokio::time::Instant::now();
    let error = client
        .request(&GET)
        .path("id", "1")
        .send::<Call>()
        .await
        .unwrap_err();
    assert!(
        start.elapsed() <= 45 * SEC + Duration::from_millis(5),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.attempts(), 2, "30 s, a short wait, and what was left");

    // A body that drips for ever ends with the attempt too, and keeps the status it came with.
    let drip = futures_util::stream::unfold((), |()| async {
        tokio::time::sleep(SEC).await;
        Some((Ok(bytes::Bytes::from_static(b" ")), ()))
    });
    let transport = ScriptedTransport::new([Reply::body(200, Body::from_stream(Box::pin(drip)))]);
    let options = RequestOptions::new().retries(0).attempt_timeout(10 * SEC);
    let client = common::client(&transport).with(options);
    let start = tokio::time::Instant::now();
    let error = client
        .request(&GET)
        .path("id", "1")
        .send::<Call>()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status().map(|s| s.as_u16())),
        (ErrorKind::Timeout, Some(200))
    );
    assert!(start.elapsed() <= 10 * SEC + Duration::from_millis(5));
}

#[tokio::test(start_paused = true)]
async fn a_repeated_delete_that_finds_nothing_has_succeeded_and_a_first_one_has_not() {
    let transport = ScriptedTransport::new([Reply::status(502, ""), Reply::status(404, "")]);
    client(&transport)
        .request(&DELETE)
        .path("id", "1")
        .send_empty()
        .await
        .unwrap();
    let transport = ScriptedTransport::new([Reply::status(404, "")]);
    let error = client(&transport)
        .request(&DELETE)
        .path("id", "1")
        .send_empty()
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    // A refusal proves that nothing had been deleted before.
    let transport = ScriptedTransport::new([Reply::status(429, ""), Reply::status(404, "")]);
    assert!(
        client(&transport)
            .request(&DELETE)
            .path("id", "1")
            .send_empty()
            .await
            .is_err()
    );
}

#[tokio::test(start_paused = true)]
async fn a_retry_without_a_turn_comes_back_as_the_failure_before_it() {
    let transport =
        ScriptedTransport::new([Reply::status(502, "").header("x-request-id", "req-3")]);
    let limiter = Limiter::builder().per_hour(1).build().unwrap();
    let client = client_with(&transport, ClientOptions::new().limiter(limiter));
    let request = client.request(&GET).path("id", "1");
    let error = request.send_raw().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.request_id()),
        (ErrorKind::Server, Some("req-3"))
    );
    assert!(
        error.context_value("retry").unwrap().contains("limiter"),
        "{error:?}"
    );
    assert!(error.retry_after().is_some_and(|wait| wait > 3000 * SEC));
}
