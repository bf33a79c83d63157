//! Requests that are worth nothing when they are late, that take a success by its status, or that bring credentials.
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

use async_trait::async_trait;
use common::{GET, SEC};
use http::{HeaderMap, HeaderValue, header};
use secrecy::SecretString;
use voice_core::client::{
    Answer, Client, ClientOptions, Dialect, Outgoing, Refusal, RequestOptions,
};
use voice_core::error::{Error, ErrorKind};
use voice_core::testkit::{Reply, ScriptedTransport};
use voice_core::transport::{BaseUrl, Body, TransportError};

/// Leaves credentials alone that are there already.
#[derive(Debug)]
struct Polite;

#[async_trait]
impl Dialect for Polite {
    fn provider(&self) -> &'static str {
        "polite"
    }
    async fn authorize(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        request
            .headers
            .entry(header::AUTHORIZATION)
            .or_insert(HeaderValue::from_static("Bearer the-clients"));
        Ok(())
    }
    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        let said = String::from_utf8_lossy(answer.body);
        (!answer.status_is_success())
            .then(|| Refusal::from_status(answer.status).with_message(said))
    }
    fn request_id<'h>(&self, _: &'h HeaderMap) -> Option<&'h str> {
        None
    }
    fn secrets(&self) -> Vec<SecretString> {
        Vec::new()
    }
}

fn polite(transport: &ScriptedTransport, options: ClientOptions) -> Client {
    let base = BaseUrl::parse("https://api.sample.example").unwrap();
    let options = options.transport(Arc::new(transport.clone()));
    Client::new(Arc::new(Polite), base, "x/1", options).unwrap()
}

async fn hasty(client: &Client) -> Error {
    let request = client.request(&GET).path("id", "1");
    request
        .within(2 * SEC, 5 * SEC)
        .send_head()
        .await
        .unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn an_urgent_request_has_its_own_times_unless_somebody_asked_for_others() {
    let run = async |options: ClientOptions, own: RequestOptions| {
        let transport = ScriptedTransport::new(std::iter::repeat_with(Reply::hang).take(9));
        let client = polite(&transport, options).with(own);
        let start = tokio::time::Instant::now();
        let error = hasty(&client).await;
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        (start.elapsed().as_secs(), transport.sent().len())
    };
    let usual = || ClientOptions::new().retries(9);
    let (took, tries) = run(usual(), RequestOptions::new()).await;
    assert!((4..=5).contains(&took) && tries >= 2, "{took} s, {tries}");
    // The caller of this very request knows best.
    let own = RequestOptions::new()
        .attempt_timeout(3 * SEC)
        .deadline(3 * SEC);
    assert_eq!(run(usual(), own).await, (3, 1));
    // A client that is in a hurry itself is not slowed down.
    let brief = usual().attempt_timeout(SEC).deadline(SEC);
    assert_eq!(run(brief, RequestOptions::new()).await, (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_success_is_taken_by_its_status_whatever_its_body_does() {
    let broken = || {
        let lost = TransportError::new(
            ErrorKind::Connection,
            voice_core::error::Delivery::Unknown,
            "lost",
        );
        Body::from_stream(futures_util::stream::iter([Err(lost)]))
    };
    let transport = ScriptedTransport::new([
        Reply::body(200, broken()),
        Reply::status(200, "no JSON at all"),
        Reply::status(404, "nobody there"),
    ]);
    let client = polite(&transport, ClientOptions::new());
    let send = || client.request(&GET).path("id", "1").send_head();
    for _ in 0..2 {
        let answer = send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.attempts()), (200, 1));
    }
    let error = send().await.unwrap_err();
    assert_eq!(error.message(), "nobody there", "an error's body is read");
    assert_eq!(transport.sent()[0].header("accept"), "*/*");
}

#[tokio::test(start_paused = true)]
async fn a_request_can_bring_its_own_credentials_and_no_error_shows_them() {
    const TOKEN: &str = "planted-token-55aa";
    let transport = ScriptedTransport::new([
        Reply::status(401, format!("bad token {TOKEN}")),
        Reply::status(200, ""),
    ]);
    let client = polite(&transport, ClientOptions::new());
    let token = SecretString::from(TOKEN);
    let request = client.request(&GET).path("id", "1").bearer(&token);
    let error = request.send_head().await.unwrap_err();
    let shown = format!("{error} {error:?} {}", error.log_value());
    assert!(
        !shown.contains(TOKEN) && shown.contains("bad token"),
        "{shown}"
    );
    client
        .request(&GET)
        .path("id", "1")
        .send_head()
        .await
        .unwrap();
    let sent = transport.sent();
    assert_eq!(sent[0].header("authorization"), format!("Bearer {TOKEN}"));
    assert!(sent[0].headers["authorization"].is_sensitive());
    assert_eq!(sent[1].header("authorization"), "Bearer the-clients");

    let odd = SecretString::from("line\nbreak");
    let request = client.request(&GET).path("id", "1").bearer(&odd);
    let error = request.send_head().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(transport.sent().len(), 2, "nothing was sent");
}
