//! The request pipeline as a provider crate uses it, over a scripted transport and under paused time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod common;

use std::sync::{Arc, Mutex};

use common::{Call, DIAL, GET, PLANTED, Sample, call, client, client_with};
use serde_json::json;
use voice_core::client::{
    Answer, Client, ClientOptions, Dialect, Form, Operation, Outgoing, Refusal, RequestOptions,
};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::observe::{AttemptEvent, Observer, OperationEvent, RetryEvent, Stats};
use voice_core::testkit::{Reply, ScriptedTransport};
use voice_core::transport::{BaseUrl, Body};

#[tokio::test(start_paused = true)]
async fn an_answer_carries_the_value_and_everything_around_it() {
    let transport = ScriptedTransport::new([call().header("x-ratelimit-remaining", "7")]);
    let client = client(&transport);
    let answer = client
        .request(&GET)
        .path("id", "c/1")
        .query("q", "a b")
        .send::<Call>()
        .await
        .unwrap();
    assert_eq!(answer.id, "c1");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.request_id(), Some("req-1"));
    assert_eq!(answer.rate_limits().remaining(), Some(7));
    assert_eq!(answer.attempts(), 1);
    let sent = &transport.sent()[0];
    assert_eq!(sent.uri, "https://api.sample.example/v1/calls/c%2F1?q=a+b");
    assert_eq!(sent.header("accept"), "application/json");
    assert_eq!(sent.header("user-agent"), "sample-client/1.0");
    assert_eq!(sent.header("x-api-key"), PLANTED);
}

#[tokio::test(start_paused = true)]
async fn the_body_cap_holds_and_is_typed() {
    let transport = ScriptedTransport::new([Reply::status(200, vec![b' '; 2049])]);
    let client = client_with(&transport, ClientOptions::new().body_cap(2048));
    let error = client
        .request(&GET)
        .path("id", "1")
        .send::<Call>()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::BodyTooLarge, 1)
    );
    assert_eq!(error.delivery(), Delivery::Answered);
}

#[tokio::test(start_paused = true)]
async fn an_undecodable_success_says_where_and_is_never_repeated() {
    let body = json!({"id": "c1", "seconds": "+15551234567", "authToken": "hunter2hunter2"});
    let transport = ScriptedTransport::new([Reply::json(&body).header("x-request-id", "req-9")]);
    let error = client(&transport)
        .request(&GET)
        .path("id", "1")
        .send::<Call>()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.delivery(), Delivery::Answered);
    assert_eq!(error.request_id(), Some("req-9"));
    assert_eq!(error.status().map(|s| s.as_u16()), Some(200));
    let text = format!("{error} {error:?} {}", error.log_value());
    assert!(text.contains("seconds"), "{text}");
    assert!(
        !text.contains("5551234567") && !text.contains("hunter2"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn no_error_loses_its_request_id() {
    for status in [400, 401, 403, 404, 409, 422, 429, 500, 501, 503, 302] {
        for body in [
            "",
            "<html>bad gateway</html>",
            "{\"message\":\"no\"}",
            "{",
            "[1,2",
        ] {
            let transport = ScriptedTransport::new([
                Reply::status(status, body).header("x-request-id", "req-7")
            ]);
            let client = client(&transport).with(RequestOptions::new().retries(0));
            let error = client
                .request(&GET)
                .path("id", "1")
                .send::<Call>()
                .await
                .unwrap_err();
            assert_eq!(error.request_id(), Some("req-7"), "{status} {body}");
            assert!(error.to_string().contains("req-7"), "{error}");
            assert_eq!(error.status().map(|s| s.as_u16()), Some(status));
        }
    }
    // Nor when the body breaks off.
    let broken = futures_util::stream::iter([Err(voice_core::transport::TransportError::new(
        ErrorKind::Connection,
        Delivery::Unknown,
        "reset",
    ))]);
    let reply = Reply::body(200, Body::from_stream(broken)).header("x-request-id", "req-8");
    let transport = ScriptedTransport::new([reply]);
    let error = client(&transport)
        .request(&DIAL)
        .json(&json!({}))
        .send::<Call>()
        .await
        .unwrap_err();
    assert_eq!(error.request_id(), Some("req-8"));
    assert!(error.may_have_happened());
}

#[tokio::test(start_paused = true)]
async fn redirects_are_never_followed_and_links_elsewhere_never_asked() {
    let reply = Reply::status(302, "").header("location", "https://evil.example/");
    let transport = ScriptedTransport::new([reply]);
    let error = client(&transport)
        .request(&GET)
        .path("id", "1")
        .send::<Call>()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(transport.sent().len(), 1);

    let transport = ScriptedTransport::new([]);
    for link in [
        "https://evil.example/v1/calls",
        "//evil.example/x",
        "http://api.sample.example/v1",
    ] {
        let error = client(&transport)
            .request(&GET)
            .link(link)
            .send_raw()
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Protocol, Delivery::NotSent),
            "{link}"
        );
    }
    assert!(transport.sent().is_empty(), "no key went anywhere");

    static RECORDING: Operation = Operation::get("recording", "/v1/recording").expect_redirect();
    let reply = Reply::status(302, "").header("location", "https://storage.example/x");
    let transport = ScriptedTransport::new([reply]);
    let answer = client(&transport)
        .request(&RECORDING)
        .send_raw()
        .await
        .unwrap();
    assert_eq!(answer.headers()["location"], "https://storage.example/x");
}

#[tokio::test(start_paused = true)]
async fn mistakes_in_the_parts_come_back_before_anything_is_sent() {
    let transport = ScriptedTransport::new([]);
    let client = client(&transport);
    let requests = [
        client.request(&GET).path("id", ".."),
        client.request(&GET).path("id", ""),
        client.request(&GET).path("other", "1"),
        client.request(&GET),
        client.request(&GET).path("id", "1").path("id", "2"),
    ];
    for request in requests {
        let error = request.send_raw().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::InvalidInput, Delivery::NotSent)
        );
        assert_eq!((error.provider(), error.attempts()), ("sample", 0));
    }
    assert!(transport.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn options_of_one_request_hold_for_that_request() {
    let transport = ScriptedTransport::new([Reply::status(500, ""), call(), call()]);
    let client = client(&transport);
    let once = client.with(
        RequestOptions::new()
            .retries(0)
            .header("x-correlation-id", "lead-42")
            .unwrap(),
    );
    assert!(
        once.request(&GET)
            .path("id", "1")
            .send::<Call>()
            .await
            .is_err()
    );
    assert!(
        client
            .request(&GET)
            .path("id", "1")
            .send::<Call>()
            .await
            .is_ok()
    );
    let sent = transport.sent();
    assert_eq!(sent[0].header("x-correlation-id"), "lead-42");
    assert_eq!(sent[1].header("x-correlation-id"), "");
}

#[derive(Debug, Default, Clone)]
struct Diary(Arc<Mutex<Vec<String>>>);

impl Observer for Diary {
    fn on_attempt(&self, event: &AttemptEvent<'_>) {
        self.0
            .lock()
            .unwrap()
            .push(format!("attempt {} {:?}", event.attempt, event.status));
    }
    fn on_retry(&self, event: &RetryEvent<'_>) {
        self.0
            .lock()
            .unwrap()
            .push(format!("retry after {}", event.error.kind()));
    }
    fn on_operation(&self, event: &OperationEvent<'_>) {
        self.0
            .lock()
            .unwrap()
            .push(format!("{} {}", event.operation, event.attempts));
    }
}

#[tokio::test(start_paused = true)]
async fn observers_see_every_attempt_and_the_end() {
    let transport = ScriptedTransport::new([Reply::status(500, ""), call()]);
    let (diary, stats) = (Diary::default(), Stats::default());
    let options = ClientOptions::new()
        .observer(diary.clone())
        .observer(stats.clone());
    client_with(&transport, options)
        .request(&GET)
        .path("id", "1")
        .send::<Call>()
        .await
        .unwrap();
    assert_eq!(
        *diary.0.lock().unwrap(),
        [
            "attempt 1 Some(500)",
            "retry after server",
            "attempt 2 Some(200)",
            "calls.get 2"
        ]
    );
    let figures = &stats.snapshot()[0];
    assert_eq!(
        (figures.operations, figures.failures, figures.attempts),
        (1, 0, 2)
    );
}

#[tokio::test(start_paused = true)]
async fn forms_and_errors_of_fields() {
    let transport = ScriptedTransport::new([Reply::status(
        422,
        json!({"message": "bad", "fields": {"To": "not a number: +15551234567"}}).to_string(),
    )]);
    let form = Form::new()
        .with("To", "+15551234567")
        .with("E", "a")
        .with("E", "b");
    let error = client(&transport)
        .request(&DIAL)
        .form(form)
        .send::<Call>()
        .await
        .unwrap_err();
    let sent = &transport.sent()[0];
    assert_eq!(sent.text(), "To=%2B15551234567&E=a&E=b");
    assert_eq!(
        sent.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    assert_eq!(error.fields()[0].field, "To");
    assert!(!format!("{error:?}{error}").contains("5551234567"));
}

#[tokio::test]
async fn the_clients_secret_is_hidden_in_messages_about_fields() {
    let mut fields = serde_json::Map::new();
    fields.insert("key".to_owned(), format!("{PLANTED} is no key").into());
    fields.insert(PLANTED.to_owned(), "is no field".into());
    let body = json!({"message": "bad", "fields": fields}).to_string();
    let transport = ScriptedTransport::new([Reply::status(422, body)]);
    let error = client(&transport)
        .request(&DIAL)
        .send::<Call>()
        .await
        .unwrap_err();
    assert_eq!(error.fields().len(), 2);
    let text = format!("{error:?} {error} {}", error.log_value());
    assert!(!text.contains(PLANTED), "{text}");
}

#[test]
fn nothing_of_the_client_prints_its_secret() {
    let transport = ScriptedTransport::new([]);
    let client = client(&transport);
    let request = client.request(&DIAL).json(&json!({"secret": PLANTED}));
    let text = format!("{client:?} {request:?} {Sample:?}");
    assert!(!text.contains(PLANTED), "{text}");
}

#[tokio::test(start_paused = true)]
async fn no_part_of_an_error_quotes_the_clients_secret() {
    let fields = json!({"message": "bad", "fields": {"To": format!("key {PLANTED} is bad"), PLANTED: "odd"}});
    let transport = ScriptedTransport::new([
        Reply::status(422, fields.to_string()).header("x-request-id", format!("r-{PLANTED}")),
        Reply::json(
            &json!({"authToken": "hunter2hunter2", "id": "Ada Lovelace", "seconds": "hunter2hunter2"}),
        ),
        Reply::json(&json!({"id": ["Ada Lovelace"], "seconds": PLANTED})),
    ]);
    let client = client(&transport);
    for _ in 0..3 {
        let request = client.request(&DIAL).json(&json!({}));
        let error = request.send::<Call>().await.unwrap_err();
        let text = format!("{error} {error:?} {}", error.log_value());
        assert!(!text.contains(PLANTED), "{text}");
        let line = error.to_string();
        assert!(!line.contains("hunter2") && !line.contains("Ada"), "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_from_signing_means_that_nothing_was_sent() {
    /// Needs a token first, whose request has no clear outcome.
    #[derive(Debug)]
    struct NeedsToken;
    #[async_trait::async_trait]
    impl Dialect for NeedsToken {
        fn provider(&self) -> &'static str {
            "token"
        }
        async fn authorize(&self, _: &mut Outgoing<'_>) -> Result<(), Error> {
            Err(Error::new(ErrorKind::Server, "the token service failed")
                .with_delivery(Delivery::Unknown))
        }
        fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
            Sample.judge(answer)
        }
        fn request_id<'h>(&self, _: &'h http::HeaderMap) -> Option<&'h str> {
            None
        }
        fn secrets(&self) -> Vec<secrecy::SecretString> {
            Vec::new()
        }
    }
    let transport = ScriptedTransport::new([]);
    let base = BaseUrl::parse("https://api.sample.example").unwrap();
    let options = ClientOptions::new().transport(Arc::new(transport.clone()));
    let client = Client::new(Arc::new(NeedsToken), base, "x/1", options).unwrap();
    let request = client.request(&DIAL).json(&json!({}));
    let error = request.send_raw().await.unwrap_err();
    assert_eq!(
        (error.delivery(), error.operation()),
        (Delivery::NotSent, "calls.create")
    );
    assert!(transport.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn links_under_a_base_with_a_prefix_do_not_double_it() {
    let transport = ScriptedTransport::new((0..3).map(|_| call()));
    let base = BaseUrl::parse("https://gw.example/twilio").unwrap();
    let options = ClientOptions::new().transport(Arc::new(transport.clone()));
    let client = Client::new(Arc::new(Sample), base, "x/1", options).unwrap();
    for link in [
        "https://gw.example/twilio/v1/calls?page=2",
        "/twilio/v1/calls?page=2",
        "/v1/calls?page=2",
    ] {
        client.request(&GET).link(link).send_raw().await.unwrap();
    }
    for sent in transport.sent() {
        assert_eq!(sent.uri, "https://gw.example/twilio/v1/calls?page=2");
    }
}

#[tokio::test(start_paused = true)]
async fn a_path_that_would_change_the_host_or_is_too_long_is_never_sent() {
    static USERINFO: Operation = Operation::get("raw", "@evil.example/");
    static SUFFIX: Operation = Operation::get("raw", ".evil.example/");
    static EMPTY: Operation = Operation::get("raw", "");
    let transport = ScriptedTransport::new([]);
    let client = client(&transport);
    let long = "x".repeat(70_000);
    let requests = [
        client.request(&USERINFO),
        client.request(&SUFFIX),
        client.request(&EMPTY),
        client.request(&GET).path("id", &long),
        client.request(&GET).path("id", "1").query("q", &long),
    ];
    for request in requests {
        let error = request.send_raw().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::InvalidInput, Delivery::NotSent)
        );
    }
    assert!(transport.sent().is_empty());
}
