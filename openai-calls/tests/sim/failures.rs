//! What goes wrong when it is told to.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use openai_calls::testkit::{OpenAiSim, Phase};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use voice_core::clock::{Clock, SystemClock, timeout};
use voice_core::testkit::{InProcess, Mishap};
use voice_core::transport::Transport;

use crate::http_client::{get, order, path, post, request, ring, try_send};

#[tokio::test]
async fn statuses_come_in_the_api_s_form_and_nothing_was_done() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = ring(&sim);
    for (mishap, status, code) in [
        (
            Mishap::RateLimited(Some(Duration::from_millis(1500))),
            429,
            "rate_limit_exceeded",
        ),
        (Mishap::Status(429), 429, "insufficient_quota"),
        (Mishap::Status(403), 403, ""),
        (Mishap::ServerError, 500, ""),
        (Mishap::Unavailable(None), 503, ""),
        (Mishap::Status(529), 529, ""),
        (Mishap::Unauthorized, 401, "invalid_api_key"),
    ] {
        sim.mishaps().next_of("calls.accept", mishap.clone());
        let answer = post(&sim, &path(&call, "accept"), &json!({"type": "realtime"})).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
        if matches!(mishap, Mishap::RateLimited(_)) {
            assert_eq!(answer.headers["retry-after-ms"], "1500");
            assert_eq!(answer.headers["retry-after"], "1.5");
        }
    }
    sim.mishaps().next(Mishap::BadGateway);
    let answer = order(&sim, &path(&call, "hangup")).await;
    assert_eq!(
        (answer.status, answer.body.starts_with(b"<html>")),
        (502, true)
    );
    let counts = call.counts();
    assert_eq!(
        (counts.accept_requests, counts.accepts, counts.hang_ups),
        (7, 0, 0)
    );
    assert_eq!((call.phase(), sim.mishaps().left()), (Phase::Ringing, 0));
}

#[tokio::test]
async fn an_answer_may_be_lost_or_garbled_after_it_was_done() {
    let sim = OpenAiSim::start().await.unwrap();
    let session = json!({"type": "realtime"});
    for mishap in [
        Mishap::ServerErrorAfterActing,
        Mishap::ResetAfterActing,
        Mishap::UnreadableSuccess,
    ] {
        let call = ring(&sim);
        sim.mishaps().next_of("calls.accept", mishap.clone());
        let answer = try_send(request(
            &sim,
            Method::POST,
            &path(&call, "accept"),
            Some(&session),
        ))
        .await;
        match (mishap, answer) {
            (Mishap::ResetAfterActing, answer) => assert!(answer.is_err()),
            (Mishap::UnreadableSuccess, answer) => {
                let answer = answer.unwrap();
                assert_eq!(answer.status, 200);
                assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_err());
            }
            (_, answer) => assert_eq!(answer.unwrap().status, 500),
        }
        assert_eq!((call.phase(), call.counts().accepts), (Phase::Accepted, 1));
        assert_eq!(
            post(&sim, &path(&call, "accept"), &session).await.status,
            409
        );
    }
    let call = ring(&sim);
    sim.mishaps().next_of("calls.accept", Mishap::Reset);
    let answer = try_send(request(
        &sim,
        Method::POST,
        &path(&call, "accept"),
        Some(&session),
    ))
    .await;
    assert!(answer.is_err());
    assert_eq!(call.phase(), Phase::Ringing);
}

#[tokio::test]
async fn an_answer_may_be_late_or_never_come() {
    let clock = SystemClock::default();
    let sim = OpenAiSim::start().await.unwrap();
    let call = ring(&sim);
    sim.mishaps()
        .next_of("calls.accept", Mishap::Slow(Duration::from_millis(120)));
    let start = clock.now();
    let answer = post(&sim, &path(&call, "accept"), &json!({"type": "realtime"})).await;
    assert_eq!(
        (
            answer.status,
            clock.now() - start >= Duration::from_millis(120)
        ),
        (200, true)
    );
    for (mishap, phase) in [
        (Mishap::NoAnswer, Phase::Accepted),
        (Mishap::NoAnswerAfterActing, Phase::HungUp),
    ] {
        sim.mishaps().next_of("calls.hang_up", mishap);
        let path = path(&call, "hangup");
        let hang_up = order(&sim, &path);
        assert!(
            timeout(&clock, Duration::from_millis(200), hang_up)
                .await
                .is_err()
        );
        assert_eq!(call.phase(), phase);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_network_minutes_pass_at_once() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = ring(&sim);
    let transport = InProcess::new(sim.service(), SystemClock::shared());
    let ask = |what: &str, body: Option<&serde_json::Value>| {
        transport.send(request(&sim, Method::POST, &path(&call, what), body))
    };
    sim.mishaps().next(Mishap::NoAnswer);
    let late = timeout(
        &SystemClock::default(),
        Duration::from_secs(20),
        ask("hangup", None),
    )
    .await;
    assert!(late.is_err());
    sim.mishaps().next(Mishap::Reset);
    assert_eq!(ask("hangup", None).await.unwrap().status(), 502);
    let session = json!({"type": "realtime"});
    assert_eq!(ask("accept", Some(&session)).await.unwrap().status(), 200);
    // Another caller has waited for 30 s.
    let other = ring(&sim);
    SystemClock::default().sleep(Duration::from_secs(31)).await;
    assert_eq!(
        (call.phase(), other.phase()),
        (Phase::Accepted, Phase::Abandoned)
    );
}

/// Sends bytes as they are; gives what comes back until the connection ends.
async fn raw(sim: &OpenAiSim, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(sim.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer);
    let _ = timeout(&SystemClock::default(), Duration::from_secs(2), end).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn the_listener_stands_what_is_no_http() {
    let sim = OpenAiSim::start().await.unwrap();
    for (bytes, status) in [
        (&b"hello\r\n\r\n"[..], "400"),
        (
            b"POST /v1/x HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
            "411",
        ),
        (b"POST /v1/x HTTP/1.1\r\ncontent-length: -1\r\n\r\n", "400"),
        (
            b"POST /v1/x HTTP/1.1\r\ncontent-length: 99999999\r\n\r\n",
            "413",
        ),
        (b"GET /v1/none HTTP/1.1\r\nconnection: close\r\n\r\n", "404"),
    ] {
        let answer = raw(&sim, bytes).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
    }
    let long = format!("GET / HTTP/1.1\r\nx: {}", "y".repeat(70_000));
    assert!(raw(&sim, long.as_bytes()).await.contains("431"));
    // Two requests on one connection, and a body that comes in pieces.
    let two = "GET /v1/none HTTP/1.1\r\n\r\nGET /v1/none HTTP/1.1\r\nconnection: close\r\n\r\n";
    assert_eq!(
        raw(&sim, two.as_bytes())
            .await
            .matches("HTTP/1.1 404")
            .count(),
        2
    );
    assert_eq!(get(&sim, "models").await.status, 200);
}

#[tokio::test]
async fn many_at_once_accept_a_call_once() {
    let sim = Arc::new(OpenAiSim::start().await.unwrap());
    let call = ring(&sim);
    let tries: Vec<_> = (0..32)
        .map(|_| {
            let request = request(
                &sim,
                Method::POST,
                &path(&call, "accept"),
                Some(&json!({"type": "realtime"})),
            );
            tokio::spawn(async move { try_send(request).await.unwrap().status })
        })
        .collect();
    let mut won = 0;
    for each in tries {
        won += usize::from(each.await.unwrap() == 200);
    }
    assert_eq!(
        (won, call.counts().accepts, call.counts().accept_requests),
        (1, 1, 32)
    );
}
