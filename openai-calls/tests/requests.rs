//! What is sent, to the byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{CALL, KEY, call, only, scripted};
use openai_calls::OpenAiClient;
use openai_calls::calls::RejectStatus;
use openai_calls::client_secrets::{NewClientSecret, NewTranslationSecret, SecretLifetime};
use openai_calls::session::{Session, TranscriptionSession, TranslationSession};
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use voice_core::client::{ClientOptions, RequestOptions};
use voice_core::error::ErrorKind;
use voice_core::ident::{E164, SipUri};
use voice_core::provider::{CallId, TransferTarget};
use voice_core::testkit::{Reply, ScriptedTransport, Sent};

const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

fn path(order: &str) -> String {
    format!("/v1/realtime/calls/{CALL}/{order}")
}

fn first(transport: &ScriptedTransport) -> Sent {
    transport.sent().remove(0)
}

#[tokio::test]
async fn an_accept_has_the_session_as_its_body() {
    let (client, transport) = scripted([Reply::status(200, "")]);
    let session = Session::new("You answer the phone.").voice("marin");
    let outcome = client.calls().accept(&call(), &session).await.unwrap();
    assert!(outcome.is_done() && !outcome.is_unclear() && !outcome.is_already_gone());
    let expected = json!({
        "type": "realtime",
        "model": "gpt-realtime-2.1",
        "instructions": "You answer the phone.",
        "audio": {"output": {"voice": "marin"}},
    });
    assert_eq!(
        only(&transport),
        ("POST".to_owned(), path("accept"), expected)
    );
    let sent = first(&transport);
    assert_eq!(sent.header("authorization"), format!("Bearer {KEY}"));
    assert!(sent.headers["authorization"].is_sensitive());
    assert_eq!(sent.header("content-type"), "application/json");
    assert_eq!(sent.header("accept"), "*/*");
    assert!(sent.header("user-agent").starts_with("openai-calls/"));
    assert_eq!(sent.header("openai-organization"), "");
    assert_eq!(sent.header("openai-project"), "");
    assert_eq!(sent.header("idempotency-key"), "", "it has no effect here");
}

#[tokio::test]
async fn a_hang_up_and_a_plain_rejection_have_no_body_at_all() {
    for order in ["hangup", "reject"] {
        let (client, transport) = scripted([Reply::status(200, "")]);
        let outcome = match order {
            "hangup" => client.calls().hang_up(&call()).await,
            _ => client.calls().reject(&call(), None).await,
        };
        assert!(outcome.unwrap().is_done());
        let sent = first(&transport);
        assert_eq!(sent.uri.path(), path(order));
        assert!(sent.body.is_empty());
        assert_eq!(sent.header("content-type"), "");
    }
}

#[tokio::test]
async fn a_rejection_may_say_why_and_a_transfer_says_where() {
    let (client, transport) = scripted([Reply::status(200, "")]);
    let busy = Some(RejectStatus::BUSY_HERE);
    assert!(
        client
            .calls()
            .reject(&call(), busy)
            .await
            .unwrap()
            .is_done()
    );
    assert_eq!(only(&transport).2, json!({"status_code": 486}));

    for (target, uri) in [
        (
            TransferTarget::Phone(E164::parse("+14155550123").unwrap()),
            "tel:+14155550123",
        ),
        (
            TransferTarget::Sip(SipUri::parse("sip:agent@example.com;transport=tls").unwrap()),
            "sip:agent@example.com;transport=tls",
        ),
    ] {
        let (client, transport) = scripted([Reply::status(200, "")]);
        assert!(
            client
                .calls()
                .refer(&call(), &target)
                .await
                .unwrap()
                .is_done()
        );
        let (_, sent_to, body) = only(&transport);
        assert_eq!((sent_to, body), (path("refer"), json!({"target_uri": uri})));
    }
}

#[tokio::test]
async fn any_2xx_is_a_success_whatever_its_body() {
    for (status, body) in [
        (200, ""),
        (200, "null"),
        (200, "not JSON"),
        (201, "{}"),
        (202, "<html>"),
        (204, ""),
    ] {
        let orders: [Reply; 4] =
            std::array::from_fn(|_| Reply::status(status, body).header("x-request-id", "req_7"));
        let (client, transport) = scripted(orders);
        let calls = client.calls();
        let target = TransferTarget::Phone(E164::parse("+14155550123").unwrap());
        for outcome in [
            calls.accept(&call(), &Session::new("x")).await.unwrap(),
            calls.reject(&call(), None).await.unwrap(),
            calls.refer(&call(), &target).await.unwrap(),
            calls.hang_up(&call()).await.unwrap(),
        ] {
            assert!(outcome.is_done(), "{status} {body}");
            assert_eq!(outcome.request_id(), Some("req_7"));
        }
        assert_eq!(transport.sent().len(), 4);
    }
}

#[tokio::test]
async fn ids_are_encoded_and_paths_are_refused() {
    let (client, transport) = scripted([Reply::status(200, "")]);
    let odd = CallId::new("a?b#c%20d;e").unwrap();
    assert!(client.calls().hang_up(&odd).await.unwrap().is_done());
    assert_eq!(
        only(&transport).1,
        "/v1/realtime/calls/a%3Fb%23c%2520d%3Be/hangup"
    );

    let (client, transport) = scripted([]);
    let target = TransferTarget::Phone(E164::parse("+14155550123").unwrap());
    for path in [
        ".",
        "..",
        "%2e",
        "%2E%2e",
        ".%2E",
        "%252e%252e",
        "a/b",
        "a%2fb",
    ] {
        let id = CallId::new(path).unwrap();
        let (calls, live) = (client.calls(), client.live_sessions());
        for refused in [
            calls.accept(&id, &Session::new("x")).await,
            calls.reject(&id, None).await,
            calls.refer(&id, &target).await,
            calls.hang_up(&id).await,
            live.accept(&id, &Map::new()).await,
            live.reject(&id, RejectStatus::DECLINE).await,
            live.refer(&id, &target).await,
            live.hang_up(&id).await,
        ] {
            let error = refused.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{path}");
            assert!(!error.may_have_happened());
        }
        let endpoint = client.webhook_endpoints().get(path).await.unwrap_err();
        assert_eq!(endpoint.kind(), ErrorKind::InvalidInput, "{path}");
    }
    assert!(client.webhook_endpoints().delete("").await.is_err());
    assert_eq!(transport.sent().len(), 0);
}

#[tokio::test]
async fn a_webrtc_call_is_created_from_an_offer() {
    let answer = || {
        Reply::status(201, "v=0\r\nanswer")
            .header("content-type", "application/sdp")
            .header("location", format!("/v1/realtime/calls/{CALL}"))
    };
    let (client, transport) = scripted([answer(), answer()]);
    let session = Session::new("Hi.");
    let created = client.calls().create(OFFER, Some(&session)).await.unwrap();
    assert_eq!(
        (created.status().as_u16(), created.sdp.as_str()),
        (201, "v=0\r\nanswer")
    );
    assert_eq!(created.id().unwrap().as_str(), CALL);
    assert!(!format!("{created:?}").contains("answer"));
    let sent = first(&transport);
    let kind = sent.header("content-type").to_owned();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let json = r#"{"type":"realtime","model":"gpt-realtime-2.1","instructions":"Hi."}"#;
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"sdp\"\r\nContent-Type: application/sdp\r\n\r\n{OFFER}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"session\"\r\nContent-Type: application/json\r\n\r\n{json}\r\n\
         --{boundary}--\r\n"
    );
    assert_eq!(sent.text(), expected);
    assert_eq!(sent.header("accept"), "application/sdp");
    assert_eq!(sent.uri.path(), "/v1/realtime/calls");

    let secret = SecretString::from("ek_68af296e8e408191a1120ab6383263c2");
    client
        .calls()
        .create_with_secret(OFFER, &secret)
        .await
        .unwrap();
    let sent = transport.sent().remove(1);
    assert_eq!(sent.header("content-type"), "application/sdp");
    assert_eq!(sent.text(), OFFER);
    let bearer = "Bearer ek_68af296e8e408191a1120ab6383263c2";
    assert_eq!(
        sent.header("authorization"),
        bearer,
        "the secret speaks for itself"
    );
}

#[tokio::test(start_paused = true)]
async fn an_offer_is_checked_and_a_creation_is_sent_once() {
    let (client, transport) = scripted([Reply::status(500, ""), Reply::status(201, "v=0")]);
    let error = client.calls().create("hello", None).await.unwrap_err();
    assert_eq!(
        (error.kind(), transport.sent().len()),
        (ErrorKind::InvalidInput, 0)
    );
    let error = client.calls().create(OFFER, None).await.unwrap_err();
    assert!(error.may_have_happened());
    assert_eq!(transport.sent().len(), 1);
    let created = client.calls().create(OFFER, None).await.unwrap();
    assert_eq!(
        created.id().unwrap_err().kind(),
        ErrorKind::Decode,
        "no Location"
    );
}

#[tokio::test]
async fn a_session_that_breaks_a_rule_is_not_sent() {
    let (client, transport) = scripted([]);
    let fast = Session::new("x").speed(9.0);
    let error = client.calls().accept(&call(), &fast).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::InvalidInput, "calls.accept")
    );
    assert!(client.calls().create(OFFER, Some(&fast)).await.is_err());
    let secret = NewClientSecret::new(fast);
    assert!(client.client_secrets().create(&secret).await.is_err());
    assert_eq!(transport.sent().len(), 0);
}

#[tokio::test]
async fn client_secrets_are_asked_for_and_kept() {
    const VALUE: &str = "ek_68af296e8e408191a1120ab6383263c2";
    let answer = json!({
        "value": VALUE, "expires_at": 1_756_310_470,
        "session": {"type": "realtime", "instructions": "private words"}, "new": 1,
    });
    let (client, transport) = scripted([Reply::json(&answer), Reply::json(&answer)]);
    let minute = SecretLifetime::from_secs(60).unwrap();
    let session = TranscriptionSession::with_model("whisper-1");
    let request = NewClientSecret::new(session).lifetime(minute);
    let secret = client.client_secrets().create(&request).await.unwrap();
    assert_eq!(secret.secret().unwrap().expose(), VALUE);
    let expires = secret
        .expires()
        .unwrap()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    assert_eq!(expires.as_secs(), 1_756_310_470);
    assert_eq!(secret.session.as_ref().unwrap()["type"], "realtime");
    assert_eq!(secret.extra["new"], 1);
    let debug = format!("{secret:?}");
    assert!(
        !debug.contains("68af296e") && !debug.contains("private words"),
        "{debug}"
    );
    let sent = first(&transport);
    let body: Value = serde_json::from_str(&sent.text()).unwrap();
    assert_eq!(sent.uri.path(), "/v1/realtime/client_secrets");
    assert_eq!(
        body["expires_after"],
        json!({"anchor": "created_at", "seconds": 60})
    );
    assert_eq!(body["session"]["type"], "transcription");

    let session = TranslationSession::new("gpt-realtime-translate").language("es");
    let request = NewTranslationSecret::new(session);
    client
        .client_secrets()
        .create_translation(&request)
        .await
        .unwrap();
    let sent = transport.sent().remove(1);
    assert_eq!(sent.uri.path(), "/v1/realtime/translations/client_secrets");
    let body: Value = serde_json::from_str(&sent.text()).unwrap();
    assert_eq!(body["session"]["audio"]["output"]["language"], "es");
    assert!(body.get("expires_after").is_none());
}

#[tokio::test]
async fn a_secret_without_a_session_asks_for_nothing() {
    let (client, transport) = scripted([Reply::json(&json!({}))]);
    let secret = client
        .client_secrets()
        .create(&NewClientSecret::default())
        .await
        .unwrap();
    assert_eq!(only(&transport).2, json!({}));
    assert_eq!(secret.secret().unwrap_err().kind(), ErrorKind::Decode);
    assert_eq!(secret.expires(), None);
}

#[tokio::test]
#[allow(deprecated, reason = "they are operations of the API all the same")]
async fn the_beta_has_its_two_operations() {
    let answer =
        json!({"id": "sess_1", "client_secret": {"value": "ek_abcdef123456", "expires_at": 1}});
    let (client, transport) = scripted([Reply::json(&answer), Reply::json(&answer)]);
    let mut body = Map::new();
    body.insert("voice".to_owned(), "alloy".into());
    let session = client.client_secrets().legacy_session(&body).await.unwrap();
    assert_eq!(session.secret().unwrap().expose(), "ek_abcdef123456");
    assert!(!format!("{session:?}").contains("abcdef123456"));
    client
        .client_secrets()
        .legacy_transcription_session(&body)
        .await
        .unwrap();
    let sent = transport.sent();
    assert_eq!(sent[0].uri.path(), "/v1/realtime/sessions");
    assert_eq!(sent[1].uri.path(), "/v1/realtime/transcription_sessions");
    assert_eq!(sent[1].text(), r#"{"voice":"alloy"}"#);
}

#[tokio::test]
async fn gpt_live_nests_the_session_and_always_says_why() {
    let replies: [Reply; 4] = std::array::from_fn(|_| Reply::status(200, ""));
    let (client, transport) = scripted(replies);
    let live = client.live_sessions();
    let mut session = Map::new();
    session.insert("model".to_owned(), "gpt-live-1".into());
    let target = TransferTarget::Phone(E164::parse("+14155550123").unwrap());
    assert!(live.accept(&call(), &session).await.unwrap().is_done());
    assert!(
        live.reject(&call(), RejectStatus::BUSY_HERE)
            .await
            .unwrap()
            .is_done()
    );
    assert!(live.refer(&call(), &target).await.unwrap().is_done());
    assert!(live.hang_up(&call()).await.unwrap().is_done());
    let bodies = [
        (
            "accept",
            r#"{"session":{"model":"gpt-live-1","type":"live"}}"#,
        ),
        ("reject", r#"{"status_code":486}"#),
        ("refer", r#"{"target_uri":"tel:+14155550123"}"#),
        ("hangup", ""),
    ];
    for (sent, (order, body)) in transport.sent().iter().zip(bodies) {
        assert_eq!(sent.uri.path(), format!("/v1/live/sessions/{CALL}/{order}"));
        assert_eq!(sent.text(), body);
    }
}

#[tokio::test]
async fn organisation_and_project_travel_with_every_request() {
    let transport = ScriptedTransport::new([Reply::status(200, "")]);
    let options = ClientOptions::new().transport(std::sync::Arc::new(transport.clone()));
    let client = OpenAiClient::builder()
        .api_key(KEY)
        .organization("org-1")
        .project("proj_1")
        .options(options)
        .build()
        .unwrap();
    let once = RequestOptions::new()
        .header("x-correlation-id", "lead-42")
        .unwrap();
    let outcome = client.with(once).calls().hang_up(&call()).await;
    assert!(outcome.unwrap().is_done());
    let sent = first(&transport);
    assert_eq!(sent.header("openai-organization"), "org-1");
    assert_eq!(sent.header("openai-project"), "proj_1");
    assert_eq!(sent.header("x-correlation-id"), "lead-42");
}
