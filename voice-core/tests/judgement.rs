//! What an answer, or the lack of one, means: to the caller, to the breaker, to the limiter and to the budget.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod common;

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use common::{DELETE, DIAL, GET, PLANTED, client, client_with};
use http::{HeaderMap, HeaderValue};
use secrecy::SecretString;
use serde_json::json;
use voice_core::breaker::BreakerSettings;
use voice_core::client::{
    Answer, Client, ClientOptions, Dialect, Outgoing, Refusal, RequestOptions,
};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::limits::Limiter;
use voice_core::testkit::{Reply, ScriptedTransport};
use voice_core::transport::{BaseUrl, Body, TransportError};

const SEC: Duration = Duration::from_secs(1);

/// Says little by itself, or too much.
#[derive(Debug, Default)]
struct Moody(AtomicU8);

const SILENT: u8 = 0;
const TALKATIVE: u8 = 1;
const CANNOT_SIGN: u8 = 2;
const SIGNS_FOR_EVER: u8 = 3;
const RESETS_ARE_FULL: u8 = 4;

#[async_trait]
impl Dialect for Moody {
    fn provider(&self) -> &'static str {
        "moody"
    }
    async fn authorize(&self, _: &mut Outgoing<'_>) -> Result<(), Error> {
        match self.0.load(Ordering::SeqCst) {
            CANNOT_SIGN => Err(Error::new(ErrorKind::Config, "no key")),
            SIGNS_FOR_EVER => std::future::pending().await,
            _ => Ok(()),
        }
    }
    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        if self.0.load(Ordering::SeqCst) != TALKATIVE || answer.status.is_success() {
            return None;
        }
        let mut refusal = Refusal::from_status(answer.status).with_code(format!("E-{PLANTED}"));
        refusal.retry_after = Some(7 * SEC);
        refusal.context.push(("said", format!("about {PLANTED}")));
        Some(refusal)
    }
    fn request_id<'h>(&self, _: &'h HeaderMap) -> Option<&'h str> {
        None
    }
    fn waits_for_resets(&self) -> bool {
        self.0.load(Ordering::SeqCst) != RESETS_ARE_FULL
    }
    fn secrets(&self) -> Vec<SecretString> {
        vec![SecretString::from(PLANTED)]
    }
}

fn moody(transport: &ScriptedTransport, options: ClientOptions) -> (Client, Arc<Moody>) {
    let dialect = Arc::new(Moody::default());
    let base = BaseUrl::parse("https://api.sample.example").unwrap();
    let options = options.transport(Arc::new(transport.clone()));
    let client = Client::new(Arc::clone(&dialect) as _, base, "x/1", options).unwrap();
    (client, dialect)
}

async fn get(client: &Client) -> Result<voice_core::client::Response<bytes::Bytes>, Error> {
    client.request(&GET).path("id", "1").send_raw().await
}

#[tokio::test(start_paused = true)]
async fn what_the_dialect_does_not_know_the_status_decides() {
    let transport =
        ScriptedTransport::new([Reply::status(418, "{\"a\":1}"), Reply::status(401, "")]);
    let (client, _) = moody(&transport, ClientOptions::new());
    let error = get(&client).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::InvalidInput, "I'm a teapot")
    );
    assert_eq!(error.body_excerpt(), Some("{\"a\":1}"));
    let error = get(&client).await.unwrap_err();
    assert!(error.hint().unwrap().contains("pair"), "{error}");
    assert_eq!(error.body_excerpt(), None);
}

#[tokio::test(start_paused = true)]
async fn what_the_dialect_says_is_redacted_and_its_wait_is_kept() {
    let transport = ScriptedTransport::new([
        Reply::status(429, ""),
        Reply::status(429, "").header("retry-after", "3"),
        Reply::status(204, ""),
    ]);
    let (client, dialect) = moody(&transport, ClientOptions::new());
    dialect.0.store(TALKATIVE, Ordering::SeqCst);
    let error = get(&client.with(RequestOptions::new().retries(0)))
        .await
        .unwrap_err();
    assert_eq!(error.retry_after(), Some(7 * SEC));
    let text = format!("{error} {error:?} {}", error.log_value());
    assert!(!text.contains(PLANTED) && text.contains("E-"), "{text}");
    // A header goes before the body.
    let answer = get(&client).await.unwrap();
    assert!(answer.elapsed() >= 3 * SEC && answer.elapsed() < 4 * SEC);
}

#[tokio::test(start_paused = true)]
async fn a_reset_is_a_wait_for_who_was_refused_and_for_nobody_else() {
    for (status, least, most) in [(429, 7 * SEC, 8 * SEC), (500, Duration::ZERO, SEC)] {
        let busy = Reply::status(status, "")
            .header("x-ratelimit-remaining", "0")
            .header("x-ratelimit-reset", "7");
        let transport = ScriptedTransport::new([busy, Reply::status(204, "")]);
        let answer = get(&client(&transport)).await.unwrap();
        let waited = answer.elapsed();
        assert!(waited >= least && waited <= most, "{status}: {waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reset_that_tells_when_a_quota_is_full_is_no_wait() {
    let busy = Reply::status(429, "")
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", "7");
    let transport = ScriptedTransport::new([busy, Reply::status(204, "")]);
    let (client, dialect) = moody(&transport, ClientOptions::new());
    dialect.0.store(RESETS_ARE_FULL, Ordering::SeqCst);
    let answer = get(&client).await.unwrap();
    assert!(answer.elapsed() <= SEC, "{:?}", answer.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_huge_body_is_not_searched_for_hints() {
    let body = json!({"retry_after": 5, "padding": "x".repeat(70_000)}).to_string();
    let transport = ScriptedTransport::new([Reply::status(429, body), Reply::status(204, "")]);
    assert!(get(&client(&transport)).await.unwrap().elapsed() < 5 * SEC);
}

#[tokio::test(start_paused = true)]
async fn a_success_cut_off_keeps_what_the_head_and_the_transport_said() {
    let cut = TransportError::new(
        ErrorKind::Connection,
        Delivery::Unknown,
        format!("cut {PLANTED}"),
    )
    .with_hint("look at the cable")
    .with_source(std::io::Error::other("cause"));
    let body = Body::from_stream(futures_util::stream::iter([Err(cut)]));
    let reply = Reply::body(201, body).header("x-ratelimit-remaining", "3");
    let transport = ScriptedTransport::new([reply]);
    let client = client(&transport).with(RequestOptions::new().retries(0));
    let error = get(&client).await.unwrap_err();
    assert_eq!(
        error.rate_limits().and_then(|limits| limits.remaining()),
        Some(3)
    );
    assert_eq!(error.hint(), Some("look at the cable"));
    assert_eq!(error.source().unwrap().to_string(), "cause");
    assert!(!error.to_string().contains(PLANTED), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_error_keeps_the_limits_of_its_answer() {
    let reply = Reply::status(404, "").header("x-ratelimit-remaining", "3");
    let error = get(&client(&ScriptedTransport::new([reply])))
        .await
        .unwrap_err();
    assert_eq!(
        error.rate_limits().and_then(|limits| limits.remaining()),
        Some(3)
    );
}

#[tokio::test(start_paused = true)]
async fn only_a_repeated_delete_takes_gone_for_done() {
    for status in [404, 410] {
        let replies = || [Reply::status(502, ""), Reply::status(status, "{\"no\":1}")];
        let answer = client(&ScriptedTransport::new(replies()))
            .request(&DELETE)
            .path("id", "1")
            .send_raw()
            .await
            .unwrap();
        assert_eq!((answer.status().as_u16(), answer.len()), (204, 0));
        let error = get(&client(&ScriptedTransport::new(replies())))
            .await
            .unwrap_err();
        assert!(error.is_not_found());
    }
}

#[tokio::test(start_paused = true)]
async fn every_failure_of_the_provider_or_the_way_to_it_counts_for_the_breaker() {
    let fail = |kind, delivery| move || Reply::fail(kind, delivery);
    let failures: [Box<dyn Fn() -> Reply>; 7] = [
        Box::new(|| Reply::status(500, "")),
        Box::new(|| Reply::status(503, "")),
        Box::new(Reply::hang),
        Box::new(fail(ErrorKind::Dns, Delivery::NotSent)),
        Box::new(fail(ErrorKind::Connect, Delivery::NotSent)),
        Box::new(fail(ErrorKind::Tls, Delivery::NotSent)),
        Box::new(fail(ErrorKind::Connection, Delivery::Unknown)),
    ];
    for failure in failures {
        let transport = ScriptedTransport::new([failure(), failure()]);
        let options = ClientOptions::new()
            .retries(0)
            .breaker(BreakerSettings::new(2, 30 * SEC));
        let client = client_with(&transport, options);
        let first = get(&client).await.unwrap_err().kind();
        assert_eq!(get(&client).await.unwrap_err().kind(), first);
        assert_eq!(
            get(&client).await.unwrap_err().kind(),
            ErrorKind::CircuitOpen,
            "{first}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_clears_the_count_and_a_mistake_of_our_own_does_not() {
    let down = || Reply::status(500, "");
    let options = || {
        ClientOptions::new()
            .retries(0)
            .breaker(BreakerSettings::new(2, 30 * SEC))
    };
    let transport = ScriptedTransport::new([
        down(),
        Reply::status(404, ""),
        down(),
        Reply::status(204, ""),
    ]);
    let (client, _) = moody(&transport, options());
    for _ in 0..3 {
        assert!(get(&client).await.is_err());
    }
    assert!(
        get(&client).await.is_ok(),
        "a 404 shows that somebody is there"
    );

    let transport = ScriptedTransport::new([down(), down()]);
    let (client, dialect) = moody(&transport, options());
    assert!(get(&client).await.is_err());
    dialect.0.store(CANNOT_SIGN, Ordering::SeqCst);
    assert_eq!(get(&client).await.unwrap_err().kind(), ErrorKind::Config);
    dialect.0.store(SILENT, Ordering::SeqCst);
    assert!(get(&client).await.is_err());
    assert_eq!(
        get(&client).await.unwrap_err().kind(),
        ErrorKind::CircuitOpen
    );
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_is_told_at_once_and_not_after_the_wait_for_a_turn() {
    let transport = ScriptedTransport::new([Reply::status(500, "")]);
    let limiter = Limiter::builder().per_minute(1).build().unwrap();
    let options = ClientOptions::new()
        .retries(0)
        .breaker(BreakerSettings::new(1, 300 * SEC))
        .limiter(limiter);
    let client = client_with(&transport, options);
    assert!(get(&client).await.is_err());
    let start = tokio::time::Instant::now();
    assert_eq!(
        get(&client).await.unwrap_err().kind(),
        ErrorKind::CircuitOpen
    );
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_limiter_learns_from_every_answer_and_is_paid_back_for_what_was_not_sent() {
    for status in [204, 404] {
        let reply = Reply::status(status, "")
            .header("x-ratelimit-limit", "100")
            .header("x-ratelimit-remaining", "0")
            .header("x-ratelimit-reset", "30");
        let transport = ScriptedTransport::new([reply, Reply::status(204, "")]);
        let limiter = Limiter::builder().per_minute(100).build().unwrap();
        let client = client_with(&transport, ClientOptions::new().limiter(limiter));
        let _ = get(&client).await;
        let answer = get(&client).await.unwrap();
        assert!(
            answer.elapsed() >= 29 * SEC,
            "{status}: {:?}",
            answer.elapsed()
        );
    }
    let not_sent = || Reply::fail(ErrorKind::Connect, Delivery::NotSent);
    let transport = ScriptedTransport::new([not_sent(), not_sent(), Reply::status(204, "")]);
    let limiter = Limiter::builder().per_hour(1).build().unwrap();
    let client = client_with(&transport, ClientOptions::new().limiter(limiter));
    assert_eq!(get(&client).await.unwrap().attempts(), 3);
}

#[tokio::test(start_paused = true)]
async fn without_time_nothing_is_sent_and_signing_has_no_more_time_than_an_attempt() {
    let transport = ScriptedTransport::new([Reply::status(204, "")]);
    let (client, dialect) = moody(&transport, ClientOptions::new());
    let error = get(&client.with(RequestOptions::new().deadline(Duration::ZERO)))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Timeout, Delivery::NotSent)
    );

    dialect.0.store(SIGNS_FOR_EVER, Ordering::SeqCst);
    let start = tokio::time::Instant::now();
    let dial = client.with(RequestOptions::new().retries(0).attempt_timeout(5 * SEC));
    let error = dial.request(&DIAL).send_raw().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Timeout, Delivery::NotSent)
    );
    assert!(start.elapsed() <= 5 * SEC + Duration::from_millis(5));
    assert!(transport.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_header_of_the_request_takes_the_place_of_the_clients() {
    let transport = ScriptedTransport::new([Reply::status(204, "")]);
    let options = RequestOptions::new()
        .header("accept", "text/plain")
        .unwrap();
    get(&client(&transport).with(options)).await.unwrap();
    let sent = transport.sent();
    let accepted: Vec<&HeaderValue> = sent[0].headers.get_all("accept").iter().collect();
    assert_eq!(accepted, ["text/plain"]);
}

#[tokio::test(start_paused = true)]
async fn each_retry_that_is_sent_costs_a_token() {
    let down = || Reply::status(500, "");
    let transport = ScriptedTransport::new([down(), Reply::status(204, ""), down()]);
    let client = client_with(&transport, ClientOptions::new().retry_budget(1, 0.0));
    assert_eq!(get(&client).await.unwrap().attempts(), 2);
    let error = get(&client).await.unwrap_err();
    assert_eq!(
        error.context_value("retry"),
        Some("the retry budget is empty")
    );
}
