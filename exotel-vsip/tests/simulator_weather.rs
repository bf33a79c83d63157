//! Limits, mishaps and weather of the simulator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod simulator_common;

use std::sync::Arc;
use std::time::Duration;

use exotel_vsip::testkit::{
    Acted, ExotelSimulator, RetryAfter, Shapes, SimulatorBuilder, TooManyForm, Weather,
};
use serde_json::json;
use simulator_common::Wire;
use voice_core::clock::{Clock, SystemClock};
use voice_core::testkit::{Mishap, TestClock};

const HOST: &str = "api.in.exotel.com";

/// Without the limits.
fn wide() -> SimulatorBuilder {
    ExotelSimulator::builder().requests_per_minute(usize::MAX)
}

fn create(name: usize) -> String {
    format!(r#"{{"trunk_name":"t{name}","nso_code":"ANY-ANY","domain_name":"a.pstn.exotel.com"}}"#)
}

#[tokio::test(start_paused = true)]
async fn two_hundred_in_a_minute_and_what_is_refused_does_not_count() {
    // 2026-01-23T09:24:59Z
    let clock = Arc::new(TestClock::at(1_769_160_299));
    let simulator = ExotelSimulator::builder()
        .clock(clock.clone())
        .start()
        .await;
    let wire = Wire::within(&simulator, HOST);
    for number in 0..200 {
        // Both APIs count together.
        let path = if number % 2 == 0 {
            "{2}/trunks"
        } else {
            "{1}/Calls.json"
        };
        let answer = wire.get(path).await;
        assert_eq!(
            (answer.status, answer.header("x-ratelimit-limit")),
            (200, Some("200"))
        );
        assert_eq!(
            answer.header("x-ratelimit-remaining"),
            Some((199 - number).to_string().as_str())
        );
    }
    clock.sleep(Duration::from_secs(45)).await;
    for _ in 0..5 {
        let refused = wire.get("{2}/trunks").await;
        assert_eq!(
            refused.refusal(),
            (429, 429, 1030, "Too many requests".to_owned())
        );
        assert_eq!(
            (
                refused.header("retry-after"),
                refused.header("x-ratelimit-reset")
            ),
            (Some("15"), Some("1769160359"))
        );
    }
    let v1 = wire.get("{1}/Calls").await;
    assert!(
        v1.status == 429 && v1.text.contains("RATE_LIMIT_EXCEEDED"),
        "{}",
        v1.text
    );
    assert_eq!(
        wire.clone().unsigned().get("{2}/trunks").await.status,
        401,
        "nobody's request counts for nobody"
    );
    clock.sleep(Duration::from_secs(15)).await;
    assert_eq!(wire.get("{2}/trunks").await.status, 200);
    assert_eq!((simulator.limited(), simulator.requests()), (6, 208));
}

#[tokio::test(start_paused = true)]
async fn a_429_has_the_form_that_was_chosen() {
    for (form, shapes, header) in [
        (TooManyForm::Envelope, Shapes::Live, RetryAfter::Absent),
        (TooManyForm::RestException, Shapes::Live, RetryAfter::Sent),
        (TooManyForm::Hints, Shapes::Live, RetryAfter::Sent),
        (TooManyForm::OfTheApi, Shapes::Guide, RetryAfter::Sent),
    ] {
        let simulator = ExotelSimulator::builder()
            .requests_per_minute(1)
            .too_many_form(form)
            .shapes(shapes)
            .retry_after(header)
            .clock(Arc::new(TestClock::at(1_769_160_299)))
            .start()
            .await;
        let wire = Wire::within(&simulator, HOST);
        wire.get("{2}/trunks").await;
        for path in ["{2}/trunks", "{1}/Calls.json"] {
            let refused = wire.get(path).await;
            let body = refused.json();
            assert_eq!(
                (refused.status, refused.header("retry-after").is_some()),
                (429, header == RetryAfter::Sent)
            );
            match form {
                TooManyForm::Envelope => assert_eq!(body["response"]["error_data"]["code"], 1030),
                TooManyForm::RestException => assert_eq!(body["RestException"]["Status"], 429),
                _ => {
                    assert_eq!(
                        (&body["retry_after"], &body["limit"], &body["remaining"]),
                        (&json!(60), &json!(1), &json!(0))
                    );
                    assert_eq!(body["reset_time"], "2026-01-23T09:25:59Z");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_on_its_way_holds_a_connection() {
    let simulator = ExotelSimulator::builder()
        .connections(2)
        .latency(Duration::from_secs(5))
        .start()
        .await;
    let wire = Wire::within(&simulator, HOST);
    let clock = SystemClock::default();
    let start = clock.now();
    let statuses = futures(&wire, 3).await;
    assert_eq!(statuses, [200, 200, 429]);
    assert!(clock.now() - start >= Duration::from_secs(5));
    assert_eq!(futures(&wire, 2).await, [200, 200]);
}

/// So many requests at once; their statuses in order.
async fn futures(wire: &Wire, count: usize) -> Vec<u16> {
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..count {
        let wire = wire.clone();
        set.spawn(async move { wire.get("{2}/trunks").await.status });
    }
    let mut statuses = set.join_all().await;
    statuses.sort_unstable();
    statuses
}

#[tokio::test]
async fn mishaps_come_by_name_and_some_after_acting() {
    let simulator = wide().start().await;
    let wire = Wire::to(&simulator);
    let order = |mishap| simulator.mishaps().next_of("trunks.create", mishap);
    order(Mishap::ServerError);
    assert_eq!(
        wire.get("{2}/trunks").await.status,
        200,
        "meant for another operation"
    );
    let failed = wire.post("{2}/trunks", &create(0)).await;
    assert_eq!(
        (
            failed.status,
            failed.text.as_str(),
            simulator.trunks().len()
        ),
        (500, "Internal Server Error", 0)
    );
    order(Mishap::ServerErrorAfterActing);
    assert_eq!(
        (
            wire.post("{2}/trunks", &create(0)).await.status,
            simulator.trunks().len()
        ),
        (500, 1)
    );
    order(Mishap::UnreadableSuccess);
    let cut = wire.post("{2}/trunks", &create(1)).await;
    assert!(cut.status == 200 && serde_json::from_str::<serde_json::Value>(&cut.text).is_err());
    assert_eq!(simulator.trunks().len(), 2);
    for (mishap, status, wait) in [
        (
            Mishap::RateLimited(Some(Duration::from_secs(7))),
            429,
            Some("7"),
        ),
        (Mishap::RateLimited(None), 429, None),
        (
            Mishap::Unavailable(Some(Duration::from_millis(1500))),
            503,
            Some("2"),
        ),
        (Mishap::Unavailable(None), 503, None),
        (Mishap::BadGateway, 502, None),
        (Mishap::Unauthorized, 401, None),
    ] {
        order(mishap.clone());
        let answer = wire.post("{2}/trunks", &create(2)).await;
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (status, wait),
            "{mishap:?}"
        );
    }
    assert_eq!(simulator.trunks().len(), 2);
    simulator
        .mishaps()
        .next_of("calls.connect", Mishap::ServerErrorAfterActing);
    let lost = wire
        .form(
            "{1}/Calls/connect.json",
            "From=%2B919876543210&CallerId=08047112345&To=%2B918123456789",
        )
        .await;
    assert_eq!(
        (
            lost.status,
            &lost.json()["RestException"]["Status"],
            simulator.calls().len()
        ),
        (500, &json!(500), 1)
    );
    assert_eq!(simulator.requests_of("trunks.create"), 9);
}

/// Sends requests that each create something; how many were answered 200, 429, 500 and 503, and how many trunks there are
/// that nobody was told of.
async fn through(simulator: &ExotelSimulator, requests: usize) -> [usize; 5] {
    let wire = Wire::within(simulator, HOST);
    let mut counts = [0; 5];
    for number in 0..requests {
        let status = wire.post("{2}/trunks", &create(number)).await.status;
        let index = [200, 429, 500, 503]
            .iter()
            .position(|known| *known == status)
            .unwrap();
        counts[index] += 1;
    }
    counts[4] = simulator.trunks().len() - counts[0];
    counts
}

#[tokio::test(start_paused = true)]
async fn the_rates_of_the_weather_hold_over_ten_thousand_requests() {
    let near = |count: usize, share: f64| {
        let seen = count as f64 / 10_000.0;
        assert!((seen - share).abs() < 0.01, "{seen} instead of {share}");
    };
    let rainy = || {
        wide()
            .weather(Weather::Intermittent { rate: 0.05 })
            .seed(11)
    };
    let simulator = rainy().start().await;
    let first = through(&simulator, 10_000).await;
    near(first[2], 0.05);
    near(first[4], 0.025);
    assert_eq!((first[0] + first[2], first[1], first[3]), (10_000, 0, 0));
    let failures = simulator.failures();
    let acted = failures
        .iter()
        .filter(|failure| failure.acted == Acted::Yes)
        .count();
    assert_eq!(
        (failures.len(), acted),
        (first[2], first[4]),
        "what acted is said"
    );
    assert_eq!(
        (failures[0].operation, failures[0].status),
        ("trunks.create", 500)
    );
    for (seed, same) in [(11, true), (12, false)] {
        let again = rainy().seed(seed).start().await;
        through(&again, 1000).await;
        let struck = again.failures();
        assert_eq!(failures.starts_with(&struck), same, "a seed repeats it");
    }

    // 14:54:59 in India.
    let clock = Arc::new(TestClock::at(1_769_160_299));
    let simulator = wide()
        .clock(clock.clone())
        .weather(Weather::PeakHours)
        .start()
        .await;
    let peak = through(&simulator, 10_000).await;
    near(peak[0], 0.85);
    near(peak[1], 0.075);
    near(peak[3], 0.075);
    near(peak[4], 0.0375);
    assert!(
        simulator
            .failures()
            .iter()
            .all(|failure| failure.status == 503 || failure.acted == Acted::No)
    );
    clock.step(Ok(Duration::from_secs(4 * 3600)));
    let wire = Wire::within(&simulator, HOST);
    for _ in 0..200 {
        assert_eq!(
            wire.get("{2}/trunks?page_size=1").await.status,
            200,
            "after six in the evening it is calm"
        );
    }
    simulator.set_weather(Weather::Intermittent { rate: 1.0 });
    assert_eq!(wire.get("{2}/trunks").await.status, 500);
}
