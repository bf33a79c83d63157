//! Uploads: to presigned URLs without credentials, with word of their progress, and as multipart forms.
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
use std::time::Duration;

use common::{DIAL, GET, PLANTED, Sample, client, client_with};
use http::HeaderValue;
use serde_json::Value;
use voice_core::breaker::BreakerSettings;
use voice_core::client::{Client, ClientOptions, Multipart, Operation, RequestOptions};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::limits::Limiter;
use voice_core::observe::{AttemptEvent, Observer};
use voice_core::testkit::{Fault, FaultProxy, Reply, ScriptedTransport};
use voice_core::transport::{BaseUrl, SecretUrl, UploadProgress};
use wiremock::matchers::{body_bytes, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

static PUT: Operation = Operation::put("corpora.upload", "/{presigned_url}");

const SIGNATURE: &str = "c0ffee5ecre7";
const PDF: HeaderValue = HeaderValue::from_static("application/pdf");

fn url() -> SecretUrl {
    SecretUrl::parse(&format!("https://storage.example/bucket/x?sig={SIGNATURE}")).unwrap()
}

fn real(url: &str) -> Client {
    let base = BaseUrl::parse(url).unwrap();
    let options = ClientOptions::new().attempt_timeout(Duration::from_secs(10));
    Client::new(Arc::new(Sample), base, "sample-client/1.0", options).unwrap()
}

fn is_clean(text: &str) {
    for secret in [SIGNATURE, PLANTED, "bucket", "storage.example"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

fn whole_text(error: &Error) -> String {
    format!("{error} {error:?} {error:#?} {}", error.log_value())
}

type Heard = Arc<Mutex<Vec<UploadProgress>>>;

fn listener() -> (Heard, impl Fn(UploadProgress) + Send + Sync + 'static) {
    let heard = Heard::default();
    let inner = Arc::clone(&heard);
    (heard, move |progress| inner.lock().unwrap().push(progress))
}

#[tokio::test]
async fn a_file_goes_to_the_storage_and_no_key_with_it() {
    let storage = MockServer::start().await;
    let file: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
    Mock::given(method("PUT"))
        .and(path("/bucket/x"))
        .and(query_param("sig", SIGNATURE))
        .and(header("content-type", "application/pdf"))
        .and(body_bytes(file.clone()))
        .respond_with(ResponseTemplate::new(200).insert_header("etag", "\"e1\""))
        .expect(1)
        .mount(&storage)
        .await;
    let target = format!("{}/bucket/x?sig={SIGNATURE}", storage.uri());
    let client =
        real("http://127.0.0.1:9").with(RequestOptions::new().header("x-tenant", "acme").unwrap());
    let (heard, listener) = listener();
    let upload = client
        .upload(&PUT, SecretUrl::parse(&target).unwrap())
        .content_type(PDF)
        .body(file)
        .on_progress(listener);
    is_clean(&format!("{upload:?} {upload:#?}"));
    let answer = upload.send().await.unwrap();
    assert_eq!(answer.headers()["etag"], "\"e1\"");
    let request = &storage.received_requests().await.unwrap()[0];
    let mut names: Vec<_> = request.headers.keys().map(|n| n.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "accept-encoding",
            "content-length",
            "content-type",
            "host",
            "user-agent"
        ]
    );
    let sent: Vec<u64> = heard.lock().unwrap().iter().map(|p| p.sent).collect();
    assert_eq!(sent, [0, 65_536, 131_072, 196_608, 200_000]);
}

#[tokio::test]
async fn a_retry_tells_from_the_beginning_with_the_next_number() {
    let storage = MockServer::start().await;
    Mock::given(method("PUT"))
        .respond_with(ResponseTemplate::new(200))
        .expect(1)
        .mount(&storage)
        .await;
    let proxy = FaultProxy::start(*storage.address()).await.unwrap();
    proxy.push(Fault::StatusInstead {
        status: 503,
        body: String::new(),
        forwarded: voice_core::testkit::Forwarded::No,
    });
    let client = real("http://127.0.0.1:9");
    let (heard, listener) = listener();
    let answer = client
        .upload(&PUT, SecretUrl::parse(&proxy.url()).unwrap())
        .body(vec![b'x'; 70_000])
        .on_progress(listener)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.attempts(), 2);
    let heard: Vec<_> = heard
        .lock()
        .unwrap()
        .iter()
        .map(|p| (p.attempt, p.sent, p.total))
        .collect();
    let told = |attempt| [0, 65_536, 70_000].map(|sent| (attempt, sent, 70_000));
    assert_eq!(heard, [told(1), told(2)].concat());
}

#[tokio::test]
async fn any_request_with_a_body_can_be_watched_and_one_without_tells_nothing() {
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::any())
        .respond_with(ResponseTemplate::new(200).set_body_json(serde_json::json!({})))
        .mount(&server)
        .await;
    let client = real(&server.uri());
    let (heard, first) = listener();
    let request = client.request(&DIAL).json(&serde_json::json!({"a": 1}));
    request.on_progress(first).send::<Value>().await.unwrap();
    let sent: Vec<_> = heard
        .lock()
        .unwrap()
        .iter()
        .map(|p| (p.sent, p.total))
        .collect();
    assert_eq!(sent, [(0, 7), (7, 7)]);
    let (heard, second) = listener();
    let request = client.request(&GET).path("id", "1").on_progress(second);
    request.send::<Value>().await.unwrap();
    assert!(heard.lock().unwrap().is_empty());
}

#[derive(Debug, Default, Clone)]
struct Hosts(Arc<Mutex<Vec<String>>>);

impl Observer for Hosts {
    fn on_attempt(&self, event: &AttemptEvent<'_>) {
        let text = format!("{}|{}|{event:?}", event.host, event.path);
        self.0.lock().unwrap().push(text);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_link_is_a_typed_error_that_shows_no_url_and_blames_no_key() {
    for status in [401, 403, 410] {
        let quoting = format!("<Error><Resource>/bucket/x?sig={SIGNATURE}</Resource></Error>");
        let transport = ScriptedTransport::new([Reply::status(status, quoting)]);
        let hosts = Hosts::default();
        let client = client_with(&transport, ClientOptions::new().observer(hosts.clone()));
        let error = client
            .upload(&PUT, url())
            .body("x")
            .send()
            .await
            .unwrap_err();
        assert_eq!(
            (error.provider(), error.operation(), error.attempts()),
            ("sample", "corpora.upload", 1)
        );
        assert!(!error.is_auth(), "{error:?}");
        assert!(error.hint().unwrap().contains("upload link was refused"));
        is_clean(&whole_text(&error));
        let events = hosts.0.lock().unwrap();
        assert!(events[0].starts_with("|/{presigned_url}|"), "{events:?}");
        is_clean(&events[0]);
        let sent = &transport.sent()[0];
        assert_eq!(sent.method, http::Method::PUT);
        assert_eq!(sent.header("x-api-key"), "");
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_is_repeated_as_a_put_is_and_a_redirect_is_refused() {
    let transport = ScriptedTransport::new([
        Reply::fail(ErrorKind::Connection, Delivery::Unknown),
        Reply::status(500, ""),
        Reply::status(200, ""),
        Reply::status(307, "").header("location", "https://storage.example/y"),
    ]);
    let client = client(&transport);
    let answer = client.upload(&PUT, url()).body("x").send().await.unwrap();
    assert_eq!(answer.attempts(), 3);
    let error = client.upload(&PUT, url()).body("x").send().await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Protocol);
    assert_eq!(transport.sent().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_storage_in_trouble_leaves_the_providers_breaker_and_limiter_alone() {
    let script = (0..20).map(|_| Reply::status(503, ""));
    let transport = ScriptedTransport::new(script.chain([common::call()]));
    let limiter = Limiter::builder().per_minute(1).build().unwrap();
    let breaker = BreakerSettings::new(5, Duration::from_secs(30));
    let options = ClientOptions::new()
        .retries(0)
        .limiter(limiter)
        .breaker(breaker);
    let client = client_with(&transport, options);
    let begun = tokio::time::Instant::now();
    let mut last = ErrorKind::Other;
    for _ in 0..20 {
        let error = client.upload(&PUT, url()).body("x").send().await;
        last = error.unwrap_err().kind();
    }
    assert_eq!(
        last,
        ErrorKind::CircuitOpen,
        "the storage has one of its own"
    );
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "no turn was waited for"
    );
    let request = client.request(&GET).path("id", "1").send_raw().await;
    assert_ne!(
        request.err().map(|e| e.kind()),
        Some(ErrorKind::CircuitOpen)
    );
}

#[tokio::test(start_paused = true)]
async fn an_upload_must_be_a_put() {
    let transport = ScriptedTransport::new([]);
    let client = client(&transport);
    let error = client.upload(&DIAL, url()).body("x").send().await;
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::InvalidInput, "calls.create")
    );
    assert!(transport.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_multipart_form_is_the_body_of_every_attempt() {
    static FORM: Operation = Operation::put("voices.clone", "/v1/voices");
    let transport = ScriptedTransport::new([Reply::status(503, ""), common::call()]);
    let client = client(&transport);
    let form = Multipart::new().text("name", "Ada").file(
        "file",
        "a.wav",
        HeaderValue::from_static("audio/wav"),
        "RIFF",
    );
    let request = client.request(&FORM).multipart(form);
    request.send_raw().await.unwrap();
    let sent = transport.sent();
    assert_eq!((sent.len(), &sent[0].body), (2, &sent[1].body));
    let boundary = sent[0]
        .header("content-type")
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    assert!(sent[0].text().starts_with(&format!("--{boundary}\r\n")));
    assert!(
        sent[0]
            .text()
            .ends_with(&format!("\r\nRIFF\r\n--{boundary}--\r\n"))
    );

    let error = client.request(&FORM).multipart(Multipart::new());
    let error = error.send_raw().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::InvalidInput, Delivery::NotSent)
    );
}
