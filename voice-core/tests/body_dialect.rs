//! An API that says everything in the body: failures under a status of success, the request id, what is gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;

use async_trait::async_trait;
use common::{DELETE, DIAL, GET};
use http::HeaderMap;
use secrecy::SecretString;
use serde_json::{Value, json};
use voice_core::client::{Answer, Client, ClientOptions, Dialect, Outgoing, Refusal};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::limits::Limiter;
use voice_core::testkit::{Reply, ScriptedTransport, TestClock};
use voice_core::transport::BaseUrl;

#[derive(Debug)]
struct Wrapped;

fn part<'v>(body: &'v Value, name: &str) -> Option<&'v str> {
    body.get(name)?.as_str()
}

#[async_trait]
impl Dialect for Wrapped {
    fn provider(&self) -> &'static str {
        "wrapped"
    }

    async fn authorize(&self, _: &mut Outgoing<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        let body: Value = serde_json::from_slice(answer.body).ok()?;
        let kind = match part(&body, "failure")? {
            "exists" => ErrorKind::AlreadyExists,
            "nobody's" => ErrorKind::NotFound,
            _ => ErrorKind::Other,
        };
        let mut refusal = Refusal::from_status(answer.status);
        refusal.kind = kind;
        refusal.message = part(&body, "message").unwrap_or_default().to_owned();
        Some(refusal)
    }

    fn request_id<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        headers.get("x-request-id")?.to_str().ok()
    }

    fn body_request_id(&self, body: &[u8]) -> Option<String> {
        let body: Value = serde_json::from_slice(body).ok()?;
        part(&body, "request_id").map(str::to_owned)
    }

    fn secrets(&self) -> Vec<SecretString> {
        Vec::new()
    }
}

fn wrapped(replies: impl IntoIterator<Item = Reply>) -> (Client, ScriptedTransport) {
    let transport = ScriptedTransport::new(replies);
    let options = ClientOptions::new()
        .transport(Arc::new(transport.clone()))
        .clock(Arc::new(TestClock::at(1_000_000_000)));
    let base = BaseUrl::parse("https://api.wrapped.example").unwrap();
    let client = Client::new(Arc::new(Wrapped), base, "wrapped/1", options).unwrap();
    (client, transport)
}

#[tokio::test]
async fn a_status_of_success_may_carry_a_failure() {
    let body = json!({"failure": "exists", "message": "it is there", "request_id": "r-1"});
    let (client, transport) = wrapped([Reply::json(&body)]);
    let request = client.request(&DIAL).json(&json!({}));
    let error = request.send::<Value>().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::AlreadyExists, Delivery::Answered)
    );
    assert_eq!(error.status().unwrap(), 200, "the status of the wire stays");
    assert_eq!(error.request_id(), Some("r-1"));
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test]
async fn a_request_id_of_the_headers_goes_before_one_of_the_body() {
    let body = json!({"request_id": "body"});
    let (client, _) = wrapped([
        Reply::json(&body),
        Reply::json(&body).header("x-request-id", "head"),
    ]);
    for id in ["body", "head"] {
        let answer = client.request(&GET).path("id", "1").send_raw().await;
        assert_eq!(answer.unwrap().request_id(), Some(id));
    }
}

#[tokio::test(start_paused = true)]
async fn a_repeated_delete_takes_what_the_dialect_calls_not_found_for_done() {
    let gone = || Reply::status(403, json!({"failure": "nobody's"}).to_string());
    let (client, transport) = wrapped([Reply::status(500, "{}"), gone(), gone()]);
    let delete = || client.request(&DELETE).path("id", "1").send_empty();
    assert_eq!(delete().await.unwrap().status(), 204);
    assert_eq!(transport.sent().len(), 2);
    let error = delete().await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::NotFound,
        "the first try found nothing"
    );
}

#[tokio::test]
async fn a_secret_of_one_request_shows_in_no_error_about_it() {
    let secret = SecretString::from("hunter2-hunter2");
    let echo =
        json!({"failure": "x", "message": "hunter2-hunter2 is weak", "odd": "hunter2-hunter2"});
    let (client, _) = wrapped([
        Reply::json(&echo),
        Reply::status(200, r#"{"id": "hunter2-hunter2""#),
        Reply::json(&echo),
    ]);
    for _ in 0..2 {
        let request = client.request(&DIAL).secret(&secret).json(&json!({}));
        let error = request.send::<Value>().await.unwrap_err();
        let shown = format!("{error} {error:?} {}", error.log_value());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let request = client.request(&DIAL).json(&json!({}));
    let error = request.send::<Value>().await.unwrap_err();
    assert!(
        error.message().contains("hunter2"),
        "nobody else's business"
    );
}

#[test]
fn options_say_whether_a_limiter_is_set_and_lend_their_clock() {
    let clock = Arc::new(TestClock::at(1_000));
    let options = ClientOptions::new().clock(clock);
    assert!(!options.has_limiter());
    let wall = options.shared_clock().wall();
    let since = wall.duration_since(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(since.as_secs(), 1_000);
    assert!(options.limiter(Limiter::unlimited()).has_limiter());
}
