//! Downloads as streams: what bounds them, what breaks them, and where redirects may lead.
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

use bytes::Bytes;
use common::{DIAL, GET, PLANTED, SEC, Sample, client, client_with};
use futures_util::{StreamExt, stream};
use voice_core::client::{Client, ClientOptions, Download, Operation, RequestOptions, Response};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::testkit::{Fault, FaultProxy, Reply, ScriptedTransport, TestClock};
use voice_core::transport::{BaseUrl, Body};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Stands in presigned URLs.
const SIGNATURE: &str = "c0ffee5ecre7";

async fn fetch(client: &Client) -> Result<Response<Download>, Error> {
    client.request(&GET).path("id", "1").send_stream().await
}

fn audio(body: Body) -> Reply {
    Reply::body(200, body)
        .header("content-type", "audio/wav")
        .header("x-request-id", "req-1")
}

fn pieces(sizes: &[usize]) -> Body {
    let chunks: Vec<_> = sizes
        .iter()
        .map(|n| Ok(Bytes::from(vec![b'x'; *n])))
        .collect();
    Body::from_stream(stream::iter(chunks))
}

/// Its name is what its own base URL is, so that a redirect between two of them leads to another origin.
fn real(url: &str) -> Client {
    let base = BaseUrl::parse(url).unwrap();
    let options = ClientOptions::new()
        .retries(0)
        .attempt_timeout(Duration::from_secs(5));
    Client::new(Arc::new(Sample), base, "sample-client/1.0", options).unwrap()
}

/// No part of the URL, and no key.
fn is_clean(text: &str) {
    for secret in [SIGNATURE, PLANTED, "bucket", "storage.example"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

fn whole_text(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {}", error.log_value());
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    text
}

#[tokio::test(start_paused = true)]
async fn the_body_comes_in_pieces_with_what_the_head_said() {
    let transport = ScriptedTransport::new([
        Reply::status(503, ""),
        audio(pieces(&[3, 0, 4])).header("content-length", "7"),
    ]);
    let mut answer = fetch(&client(&transport)).await.unwrap();
    assert_eq!(answer.attempts(), 2, "up to the head it is retried");
    assert_eq!(answer.content_type(), Some("audio/wav"));
    assert_eq!(answer.content_length(), Some(7));
    assert_eq!(answer.request_id(), Some("req-1"));
    assert_eq!(answer.chunk().await.unwrap().unwrap().len(), 3);
    assert_eq!(answer.chunk().await.unwrap().unwrap().len(), 4);
    assert_eq!(answer.received(), 7);
    assert!(answer.chunk().await.unwrap().is_none());
    assert!(answer.chunk().await.unwrap().is_none());
    assert_eq!(transport.sent()[0].header("accept"), "*/*");
    assert_eq!(transport.sent()[0].header("x-api-key"), PLANTED);
}

#[tokio::test(start_paused = true)]
async fn all_at_once_or_as_a_stream() {
    let transport = ScriptedTransport::new([
        audio(pieces(&[3, 4, 5])),
        audio(Body::from_bytes("whole")),
        audio(Body::from_bytes("")),
        audio(pieces(&[3, 4])),
    ]);
    let client = client(&transport);
    let bytes = fetch(&client).await.unwrap().bytes().await.unwrap();
    assert_eq!((bytes.len(), bytes.request_id()), (12, Some("req-1")));
    let bytes = fetch(&client).await.unwrap().bytes().await.unwrap();
    assert_eq!(*bytes, "whole");
    assert!(
        fetch(&client)
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap()
            .is_empty()
    );
    let chunks: Vec<_> = fetch(&client).await.unwrap().into_inner().collect().await;
    let sizes: Vec<_> = chunks.into_iter().map(|c| c.unwrap().len()).collect();
    assert_eq!(sizes, [3, 4]);
}

#[tokio::test(start_paused = true)]
async fn an_error_answer_is_read_and_judged_as_always() {
    let body = r#"{"message": "no recording of +15551234567"}"#;
    let transport =
        ScriptedTransport::new([Reply::status(404, body).header("x-request-id", "req-9")]);
    let error = fetch(&client(&transport)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation(), error.request_id()),
        (ErrorKind::NotFound, "calls.get", Some("req-9"))
    );
    assert!(error.message().starts_with("no recording"), "{error}");
    assert!(error.body_excerpt().is_some());
    assert!(!whole_text(&error).contains("5551234567"));
}

#[tokio::test(start_paused = true)]
async fn a_stalled_download_ends_in_an_error_that_says_whose() {
    let first = stream::iter([Ok(Bytes::from_static(b"x"))]);
    let stalled = Body::from_stream(first.chain(stream::pending()));
    let transport = ScriptedTransport::new([audio(stalled)]);
    let client = client(&transport).with(RequestOptions::new().attempt_timeout(7 * SEC));
    let mut download = fetch(&client).await.unwrap().into_inner();
    assert!(download.chunk().await.unwrap().is_some());
    let begun = tokio::time::Instant::now();
    let error = download.chunk().await.unwrap_err();
    let waited = begun.elapsed();
    assert!(waited >= 7 * SEC && waited < 8 * SEC, "{waited:?}");
    assert_eq!(
        (error.kind(), error.provider(), error.operation()),
        (ErrorKind::Timeout, "sample", "calls.get")
    );
    assert_eq!(error.status().map(|s| s.as_u16()), Some(200));
    assert_eq!((error.request_id(), error.attempts()), (Some("req-1"), 1));
    assert!(error.elapsed() >= 7 * SEC, "{:?}", error.elapsed());
    assert!(download.chunk().await.unwrap().is_none(), "it has ended");
}

#[tokio::test(start_paused = true)]
async fn a_slow_download_may_outlast_every_deadline_as_long_as_it_moves() {
    let slow = stream::unfold(0, |n| async move {
        tokio::time::sleep(20 * SEC).await;
        (n < 30).then(|| (Ok(Bytes::from_static(b"x")), n + 1))
    });
    let transport = ScriptedTransport::new([audio(Body::from_stream(slow))]);
    let answer = fetch(&client(&transport)).await.unwrap();
    let bytes = answer.bytes().await.unwrap();
    assert_eq!(
        bytes.len(),
        30,
        "ten minutes, with 30 s allowed between two"
    );
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_loses_nothing_and_a_wait_set_here_holds() {
    let slow = stream::once(async {
        tokio::time::sleep(5 * SEC).await;
        Ok(Bytes::from_static(b"late"))
    });
    let transport = ScriptedTransport::new([audio(Body::from_stream(slow))]);
    let answer = fetch(&client(&transport)).await.unwrap();
    let mut download = answer.into_inner().with_idle_timeout(6 * SEC);
    assert!(
        tokio::time::timeout(2 * SEC, download.chunk())
            .await
            .is_err()
    );
    assert_eq!(download.chunk().await.unwrap().unwrap(), "late");
}

#[tokio::test(start_paused = true)]
async fn the_cap_is_exact_and_needs_no_such_body() {
    let too_large = |error: Error| {
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::BodyTooLarge, Delivery::Answered)
        );
        assert_eq!(error.request_id(), Some("req-1"));
    };
    let announced =
        || audio(pieces(&[1])).header("content-length", ((1_u64 << 30) + 1).to_string());
    let transport = ScriptedTransport::new([
        audio(pieces(&[4, 6])),
        audio(pieces(&[4, 7])),
        announced(),
        announced(),
        audio(pieces(&[8, 8])),
    ]);
    let client = client_with(&transport, ClientOptions::new().body_cap(10));
    let fetch = || async { fetch(&client).await.unwrap() };

    assert_eq!(fetch().await.bytes().await.unwrap().len(), 10);
    let mut download = fetch().await.into_inner().with_cap(10);
    assert_eq!(download.chunk().await.unwrap().unwrap().len(), 4);
    too_large(download.chunk().await.unwrap_err());
    assert!(download.chunk().await.unwrap().is_none());

    // One byte more than a GiB is announced: refused unread, unless that is wanted.
    too_large(fetch().await.chunk().await.unwrap_err());
    let mut wanted = fetch().await.into_inner().with_cap(1 << 31);
    assert_eq!(wanted.chunk().await.unwrap().unwrap().len(), 1);
    let error = wanted.chunk().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "and does not come");

    too_large(fetch().await.bytes().await.unwrap_err());
}

#[tokio::test]
async fn a_body_cut_off_is_an_error_and_never_an_end() {
    let server = MockServer::start().await;
    let body = vec![b'x'; 300_000];
    Mock::given(method("GET"))
        .respond_with(
            ResponseTemplate::new(200)
                .insert_header("x-request-id", "req-5")
                .set_body_bytes(body.clone()),
        )
        .mount(&server)
        .await;
    let proxy = FaultProxy::start(*server.address()).await.unwrap();
    let client = real(&proxy.url());
    for fault in [
        Fault::Truncate(100_000),
        Fault::Truncate(299_999),
        Fault::ResetMidAnswer(100_000),
    ] {
        proxy.push(fault.clone());
        let mut download = fetch(&client).await.unwrap();
        let error = loop {
            match download.chunk().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{fault:?} looked like a whole body"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
        assert_eq!(
            (error.status().map(|s| s.as_u16()), error.request_id()),
            (Some(200), Some("req-5"))
        );
        proxy.push(fault);
        assert!(fetch(&client).await.unwrap().bytes().await.is_err());
    }
    let whole = fetch(&client).await.unwrap().bytes().await.unwrap();
    assert_eq!(*whole, body);
}

/// A server whose every answer to `/v1/calls/1` leads to `location`.
async fn leading(location: &str, status: u16) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(path("/v1/calls/1"))
        .respond_with(
            ResponseTemplate::new(status)
                .insert_header("location", location)
                .insert_header("x-request-id", "req-7"),
        )
        .mount(&server)
        .await;
    server
}

#[tokio::test]
async fn another_origin_gets_the_request_without_anything_of_ours() {
    let storage = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/bucket/x"))
        .and(query_param("sig", SIGNATURE))
        .respond_with(ResponseTemplate::new(200).set_body_raw("RIFF", "audio/wav"))
        .expect(5)
        .mount(&storage)
        .await;
    for status in [301, 302, 303, 307, 308] {
        let target = format!("{}/bucket/x?sig={SIGNATURE}#frag", storage.uri());
        let api = leading(&target, status).await;
        let options = RequestOptions::new().header("x-tenant", "acme").unwrap();
        let answer = fetch(&real(&api.uri()).with(options)).await.unwrap();
        assert_eq!((answer.attempts(), answer.request_id()), (1, Some("req-7")));
        assert_eq!(answer.content_type(), Some("audio/wav"));
        is_clean(&format!("{answer:?}"));
        assert_eq!(*answer.bytes().await.unwrap(), "RIFF");
        let asked = &api.received_requests().await.unwrap()[0];
        assert_eq!(asked.headers["x-api-key"], PLANTED);
        assert_eq!(asked.headers["x-tenant"], "acme");
    }
    for request in storage.received_requests().await.unwrap() {
        let mut names: Vec<_> = request.headers.keys().map(|n| n.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
        let shown = format!("{:?}", request.headers);
        assert!(!shown.contains(PLANTED), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_origin_is_signed_for_and_once_away_nobody_is() {
    let lead = |to: &str| Reply::status(302, "").header("location", to);
    let transport = ScriptedTransport::new([
        lead("/v2/file?x=1"),
        lead("https://storage.example/bucket"),
        lead("https://api.sample.example/v3"),
        audio(Body::from_bytes("x")),
    ]);
    fetch(&client(&transport)).await.unwrap();
    let sent = transport.sent();
    let seen: Vec<_> = sent
        .iter()
        .map(|sent| (sent.uri.to_string(), sent.header("x-api-key")))
        .collect();
    let seen: Vec<_> = seen.iter().map(|(uri, key)| (uri.as_str(), *key)).collect();
    assert_eq!(
        seen,
        [
            ("https://api.sample.example/v1/calls/1", PLANTED),
            ("https://api.sample.example/v2/file?x=1", PLANTED),
            ("https://storage.example/bucket", ""),
            ("https://api.sample.example/v3", ""),
        ]
    );
    assert!(sent[2].header("x-signed-at").is_empty());
}

#[tokio::test(start_paused = true)]
async fn redirects_that_lead_nowhere_good_are_protocol_errors() {
    for location in [
        "http://192.0.2.1/bucket",
        "http://127.0.0.1/bucket",
        "https://user:c0ffee5ecre7@storage.example/bucket",
        "ftp://storage.example/bucket",
        "https://[storage.example/bucket",
        "\u{e9}",
    ] {
        let reply = Reply::status(302, "")
            .header("location", location)
            .header("x-request-id", "req-7");
        let transport = ScriptedTransport::new([reply]);
        let error = fetch(&client(&transport)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{location}");
        assert_eq!(
            (error.status().map(|s| s.as_u16()), error.request_id()),
            (Some(302), Some("req-7"))
        );
        assert_eq!(transport.sent().len(), 1, "{location}");
        is_clean(&whole_text(&error));
    }
    let transport = ScriptedTransport::new([Reply::status(302, "")]);
    let error = fetch(&client(&transport)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[tokio::test(start_paused = true)]
async fn five_redirects_are_followed_and_a_loop_is_left() {
    let around = || Reply::status(307, "").header("location", "https://storage.example/bucket");
    let ending = (0..5)
        .map(|_| around())
        .chain([audio(Body::from_bytes("x"))]);
    let transport = ScriptedTransport::new(ending);
    assert!(fetch(&client(&transport)).await.is_ok());

    let transport = ScriptedTransport::new((0..50).map(|_| around()));
    let error = fetch(&client(&transport)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Protocol, 1));
    assert_eq!(transport.sent().len(), 6);
    is_clean(&whole_text(&error));
}

#[tokio::test]
async fn a_storage_that_refuses_says_nothing_of_our_key_and_shows_no_url() {
    for status in [400, 401, 403, 404] {
        let storage = MockServer::start().await;
        let quoting =
            format!("<Error><StringToSign>/bucket?sig={SIGNATURE}</StringToSign></Error>");
        Mock::given(path("/bucket"))
            .respond_with(ResponseTemplate::new(status).set_body_string(quoting))
            .mount(&storage)
            .await;
        let api = leading(&format!("{}/bucket?sig={SIGNATURE}", storage.uri()), 302).await;
        let error = fetch(&real(&api.uri())).await.unwrap_err();
        assert!(!error.is_auth(), "{error:?}");
        let kind = match status {
            404 => ErrorKind::NotFound,
            _ => ErrorKind::Other,
        };
        assert_eq!(error.kind(), kind);
        assert_eq!(
            (error.operation(), error.request_id(), error.attempts()),
            ("calls.get", Some("req-7"), 1)
        );
        assert_eq!(error.status().map(|s| s.as_u16()), Some(status));
        let hint = error.hint().unwrap();
        assert!(
            hint.contains("storage link was refused or has expired"),
            "{hint}"
        );
        is_clean(&whole_text(&error));
        assert!(error.body_excerpt().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn trouble_of_the_storage_is_retried_for_a_fresh_link_and_not_the_providers() {
    let lead = || Reply::status(302, "").header("location", "https://storage.example/bucket");
    let script = (0..20).flat_map(|_| [lead(), Reply::status(503, "")]);
    let transport = ScriptedTransport::new(script);
    let client = client(&transport);
    for _ in 0..5 {
        let error = fetch(&client).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Unavailable, 4)
        );
    }
    // Twenty failures would have opened the provider's breaker long ago.
    assert_eq!(transport.sent().len(), 40);

    let transport = ScriptedTransport::new([
        lead(),
        Reply::fail(ErrorKind::Connect, Delivery::NotSent),
        lead(),
        audio(Body::from_bytes("x")),
    ]);
    let answer = fetch(&common::client(&transport)).await.unwrap();
    assert_eq!(answer.attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_storage_that_stays_silent_costs_one_attempts_time() {
    let transport = ScriptedTransport::new([
        Reply::status(302, "")
            .header("location", "https://storage.example/bucket")
            .after(4 * SEC),
        Reply::hang(),
    ]);
    let client =
        client(&transport).with(RequestOptions::new().attempt_timeout(10 * SEC).retries(0));
    let begun = tokio::time::Instant::now();
    let error = fetch(&client).await.unwrap_err();
    let waited = begun.elapsed();
    assert!(waited >= 10 * SEC && waited < 11 * SEC, "{waited:?}");
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Timeout, Delivery::Unknown)
    );
    is_clean(&whole_text(&error));
}

#[tokio::test(start_paused = true)]
async fn only_downloads_by_get_follow() {
    let lead = || Reply::status(302, "").header("location", "https://storage.example/bucket");
    static RECORDING: Operation = Operation::get("recording", "/v1/recording").expect_redirect();
    let transport = ScriptedTransport::new([lead(), lead(), lead(), lead()]);
    let client = client(&transport);
    let request = client.request(&DIAL).json(&serde_json::json!({}));
    let error = request.send_stream().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    let request = client.request(&GET).path("id", "1");
    assert_eq!(
        request.send_raw().await.unwrap_err().kind(),
        ErrorKind::Protocol
    );
    assert!(client.request(&RECORDING).send_raw().await.is_ok());
    assert_eq!(transport.sent().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_clients_clock_measures_the_silence() {
    let transport = ScriptedTransport::new([audio(Body::from_stream(stream::pending()))]);
    let base = BaseUrl::parse("https://api.sample.example").unwrap();
    let options = ClientOptions::new()
        .transport(Arc::new(transport))
        .clock(Arc::new(TestClock::at(1_000_000_000)));
    let client = Client::new(Arc::new(Sample), base, "x/1", options).unwrap();
    let error = fetch(&client).await.unwrap().bytes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("30s"), "{error}");
}
