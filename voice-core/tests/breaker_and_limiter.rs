//! Breaker and limiter around the requests of one client, under paused time.
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

use common::{Call, GET, SEC, call, client_with};
use voice_core::breaker::BreakerSettings;
use voice_core::client::{Client, ClientOptions, RequestOptions};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::limits::Limiter;
use voice_core::testkit::{Reply, ScriptedTransport};
use voice_core::transport::BaseUrl;

#[tokio::test(start_paused = true)]
async fn the_breaker_opens_per_host_and_a_probe_closes_it() {
    let transport = ScriptedTransport::new((0..5).map(|_| Reply::status(500, "")));
    let client = client_with(
        &transport,
        ClientOptions::new()
            .retries(0)
            .breaker(BreakerSettings::new(5, 30 * SEC)),
    );
    for _ in 0..5 {
        assert!(
            client
                .request(&GET)
                .path("id", "1")
                .send_raw()
                .await
                .is_err()
        );
    }
    let error = client
        .request(&GET)
        .path("id", "1")
        .send_raw()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::CircuitOpen, Delivery::NotSent)
    );
    assert!(error.retry_after().is_some_and(|wait| wait <= 30 * SEC));
    assert_eq!(transport.sent().len(), 5);

    transport.push(call());
    let elsewhere = BaseUrl::parse("https://other.sample.example").unwrap();
    assert!(
        client
            .request(&GET)
            .path("id", "1")
            .base(elsewhere)
            .send_raw()
            .await
            .is_ok(),
        "another host is another scope"
    );

    tokio::time::sleep(30 * SEC).await;
    transport.push(call());
    assert!(
        client
            .request(&GET)
            .path("id", "1")
            .send_raw()
            .await
            .is_ok()
    );
    transport.push(call());
    assert!(
        client
            .request(&GET)
            .path("id", "1")
            .send_raw()
            .await
            .is_ok()
    );
}

#[tokio::test(start_paused = true)]
async fn rate_limits_and_callers_mistakes_do_not_open_the_breaker() {
    let statuses = [400, 401, 404, 422, 429, 400, 401, 404, 422, 429];
    let transport = ScriptedTransport::new(statuses.map(|s| Reply::status(s, "")));
    let client = client_with(&transport, ClientOptions::new().retries(0));
    for _ in statuses {
        let error = client
            .request(&GET)
            .path("id", "1")
            .send_raw()
            .await
            .unwrap_err();
        assert_ne!(error.kind(), ErrorKind::CircuitOpen);
    }
}

#[tokio::test(start_paused = true)]
async fn callers_in_a_hurry_do_not_open_the_breaker_for_the_others() {
    let transport = ScriptedTransport::new((0..10).map(|_| Reply::hang()).chain([call()]));
    let client = client_with(&transport, ClientOptions::new().retries(0));
    let hasty = client.with(RequestOptions::new().deadline(SEC / 10));
    for _ in 0..10 {
        let error = hasty
            .request(&GET)
            .path("id", "1")
            .send_raw()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
    }
    assert!(
        client
            .request(&GET)
            .path("id", "1")
            .send_raw()
            .await
            .is_ok()
    );
}

#[tokio::test(start_paused = true)]
async fn a_dropped_probe_does_not_leave_the_breaker_half_open() {
    let transport = ScriptedTransport::new(
        (0..5)
            .map(|_| Reply::status(500, ""))
            .chain([Reply::hang(), call()]),
    );
    let client = client_with(&transport, ClientOptions::new().retries(0));
    for _ in 0..5 {
        assert!(
            client
                .request(&GET)
                .path("id", "1")
                .send_raw()
                .await
                .is_err()
        );
    }
    tokio::time::sleep(30 * SEC).await;
    let probe = tokio::time::timeout(SEC, client.request(&GET).path("id", "1").send_raw()).await;
    assert!(probe.is_err(), "the probe was dropped");
    assert!(
        client
            .request(&GET)
            .path("id", "1")
            .send_raw()
            .await
            .is_ok()
    );
}

#[tokio::test(start_paused = true)]
async fn the_limiter_paces_is_fed_and_never_waits_past_the_deadline() {
    let transport = ScriptedTransport::new((0..3).map(|_| call()));
    let limiter = Limiter::builder().per_second(1).build().unwrap();
    let client = client_with(
        &transport,
        ClientOptions::new().limiter(limiter).deadline(5 * SEC),
    );
    let start = tokio::time::Instant::now();
    for _ in 0..3 {
        client
            .request(&GET)
            .path("id", "1")
            .send::<Call>()
            .await
            .unwrap();
    }
    assert!(start.elapsed() >= 2 * SEC, "{:?}", start.elapsed());

    transport.push(Reply::status(429, "").header("retry-after", "30"));
    let hasty = client.with(RequestOptions::new().retries(0).deadline(10 * SEC));
    tokio::time::sleep(2 * SEC).await;
    assert!(
        hasty
            .request(&GET)
            .path("id", "1")
            .send_raw()
            .await
            .unwrap_err()
            .is_rate_limited()
    );
    // Everybody is held now; nobody who cannot wait that long is kept waiting.
    let start = tokio::time::Instant::now();
    let error = hasty
        .request(&GET)
        .path("id", "1")
        .send_raw()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::RateLimited, Delivery::NotSent)
    );
    assert!(
        error.retry_after().is_some_and(|wait| wait > 20 * SEC),
        "{error:?}"
    );
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_request_leaks_no_permit() {
    let transport = ScriptedTransport::new([Reply::hang(), call()]);
    let limiter = Limiter::builder().max_in_flight(1).build().unwrap();
    let client = client_with(&transport, ClientOptions::new().limiter(limiter));
    let dropped = tokio::time::timeout(SEC, client.request(&GET).path("id", "1").send_raw()).await;
    assert!(dropped.is_err());
    assert!(
        client
            .request(&GET)
            .path("id", "1")
            .send_raw()
            .await
            .is_ok()
    );
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_opens_the_breaker_whatever_the_settings() {
    for (attempt, deadline) in [
        (60 * SEC, 20 * SEC),
        (30 * SEC, 20 * SEC),
        (30 * SEC, 90 * SEC),
        (5 * SEC, 90 * SEC),
    ] {
        let transport = ScriptedTransport::new((0..5).map(|_| Reply::hang()));
        let options = ClientOptions::new()
            .retries(0)
            .attempt_timeout(attempt)
            .deadline(deadline);
        let client = client_with(&transport, options);
        let mut kinds = Vec::new();
        for _ in 0..6 {
            tokio::time::advance(Duration::from_micros(3)).await;
            let request = client.request(&GET).path("id", "1");
            kinds.push(request.send_raw().await.unwrap_err().kind());
        }
        assert_eq!(kinds[5], ErrorKind::CircuitOpen, "{attempt:?} {deadline:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn neither_do_callers_with_a_short_attempt_timeout_but_a_504_counts_even_for_them() {
    let transport = ScriptedTransport::new((0..6).map(|_| Reply::hang()));
    let settings = BreakerSettings::new(5, 30 * SEC);
    let client = client_with(
        &transport,
        ClientOptions::new().retries(0).breaker(settings),
    );
    let hasty = client.with(RequestOptions::new().attempt_timeout(SEC / 10));
    let kind = async |client: &Client| {
        let request = client.request(&GET).path("id", "1");
        request.send_raw().await.unwrap_err().kind()
    };
    for _ in 0..6 {
        assert_eq!(kind(&hasty).await, ErrorKind::Timeout);
    }
    for _ in 0..5 {
        transport.push(Reply::status(504, ""));
        assert_eq!(kind(&hasty).await, ErrorKind::Timeout);
    }
    assert_eq!(kind(&client).await, ErrorKind::CircuitOpen);
}
