//! Signing for every attempt, the clock that is off, the bearer token, what is wrong with credentials.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use common::{KEY, SECRET, TOKEN, builder, prompt, reply, scripted, scripted_with};
use http::{HeaderName, HeaderValue};
use promptops_client::error::AuthReason;
use promptops_client::{
    PromptOpsClient, RequestSigner, Signer, SkewCorrection, TimestampFormat, ToSign, TokenSource,
};
use secrecy::SecretString;
use serde_json::json;
use voice_core::error::{Error, ErrorKind};
use voice_core::testkit::Reply;

/// Ten minutes after the clock of the tests.
const AHEAD: &str = "Mon, 01 Jan 2024 12:10:45 GMT";

fn too_late() -> Reply {
    reply(401, &json!({"detail": "Invalid or expired timestamp"})).header("date", AHEAD)
}

#[tokio::test(start_paused = true)]
async fn a_signature_is_made_for_every_attempt_and_never_reused() {
    let (client, transport) = scripted([
        reply(500, &json!({})).header("retry-after", "2"),
        reply(502, &json!({})).header("retry-after", "2"),
        reply(200, &prompt("greet", "1.0.0")),
    ]);
    client.prompts().get("greet").await.unwrap();
    let sent = transport.sent();
    let times: HashSet<&str> = sent
        .iter()
        .map(|sent| sent.header("x-promptops-timestamp"))
        .collect();
    let signatures: HashSet<&str> = sent
        .iter()
        .map(|sent| sent.header("x-promptops-signature"))
        .collect();
    assert_eq!((sent.len(), times.len(), signatures.len()), (3, 3, 3));
    assert!(
        sent.iter()
            .all(|sent| sent.headers["x-promptops-signature"].is_sensitive())
    );
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_off_is_corrected_once_and_stays_corrected() {
    let (client, transport) = scripted([
        too_late(),
        reply(200, &prompt("greet", "1.0.0")),
        reply(200, &prompt("greet", "1.0.0")),
    ]);
    client.prompts().get("greet").await.unwrap();
    client.prompts().get("greet").await.unwrap();
    let times: Vec<String> = transport
        .sent()
        .iter()
        .map(|sent| sent.header("x-promptops-timestamp").to_owned())
        .collect();
    assert_eq!(
        times,
        [
            "2024-01-01T12:00:45Z",
            "2024-01-01T12:10:45Z",
            "2024-01-01T12:10:45Z"
        ]
    );

    let (client, transport) = scripted([too_late(), too_late(), too_late()]);
    let error = client.prompts().get("greet").await.unwrap_err();
    assert_eq!(AuthReason::of(&error), Some(AuthReason::Timestamp));
    assert!(error.hint().unwrap().contains("NaiveIso"));
    assert_eq!(transport.sent().len(), 2, "once");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_right_or_not_to_be_corrected_is_left_alone() {
    let right = || too_late().header("x", "y");
    let off = builder().skew_correction(SkewCorrection::Off);
    let (client, transport) = scripted_with(off, [right()]);
    assert!(client.prompts().get("greet").await.is_err());
    assert_eq!(transport.sent().len(), 1);

    let now = reply(401, &json!({"detail": "Invalid or expired timestamp"}))
        .header("date", "Mon, 01 Jan 2024 12:00:45 GMT");
    let (client, transport) = scripted([now]);
    assert!(client.prompts().get("greet").await.is_err());
    assert_eq!(
        transport.sent().len(),
        1,
        "the format is wrong, not the clock"
    );
}

#[tokio::test(start_paused = true)]
async fn the_signature_covers_the_decoded_path_without_the_query() {
    let (client, transport) = scripted([reply(404, &json!({}))]);
    let _ = client
        .prompts()
        .project("p")
        .for_model("greet", &"open ai".into(), "gpt-4:x/y")
        .await;
    let sent = &transport.sent()[0];
    assert!(sent.uri.path().contains("open%20ai"), "{}", sent.uri);
    let text = format!(
        "{KEY}:{}:GET:/v1/client/prompts/greet/model/open ai/gpt-4:x/y",
        sent.header("x-promptops-timestamp")
    );
    use hmac::{Hmac, KeyInit, Mac};
    let mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    let bytes = mac.chain_update(text.as_bytes()).finalize().into_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(sent.header("x-promptops-signature"), hex);
}

#[derive(Debug)]
struct Mine;

impl RequestSigner for Mine {
    fn sign(&self, request: &ToSign<'_>) -> Result<Vec<(HeaderName, HeaderValue)>, Error> {
        let path =
            HeaderValue::from_str(request.path).map_err(|_| Error::invalid_input("path", "?"))?;
        Ok(vec![(HeaderName::from_static("x-own"), path)])
    }
}

#[tokio::test(start_paused = true)]
async fn other_schemes_are_sent_as_they_are_chosen() {
    let answer = || [reply(200, &prompt("greet", "1.0.0"))];
    let (client, transport) = scripted_with(builder().signer(Signer::BearerOnly), answer());
    client.prompts().get("greet").await.unwrap();
    let sent = &transport.sent()[0];
    assert_eq!(sent.header("authorization"), format!("Bearer {KEY}"));
    assert_eq!(sent.header("x-promptops-signature"), "");

    let (client, transport) = scripted_with(builder().signer(Signer::LegacyNonce), answer());
    client.prompts().get("greet").await.unwrap();
    let sent = &transport.sent()[0];
    assert_eq!(sent.header("authorization"), format!("PromptOps {KEY}"));
    assert_eq!(sent.header("x-promptops-nonce").len(), 32);

    let (client, transport) =
        scripted_with(builder().signer(Signer::Own(Arc::new(Mine))), answer());
    client.prompts().get("greet").await.unwrap();
    let sent = &transport.sent()[0];
    assert_eq!(sent.header("x-own"), "/v1/client/prompts/greet");
    assert_eq!(sent.header("authorization"), "");

    let (client, transport) = scripted_with(builder().signer(Signer::reference_server()), answer());
    client.prompts().get("greet").await.unwrap();
    assert_eq!(
        transport.sent()[0].header("x-promptops-timestamp"),
        TimestampFormat::NaiveIso.write(std::time::UNIX_EPOCH + Duration::from_secs(1_704_110_445))
    );
}

#[derive(Debug)]
struct Tokens;

#[async_trait::async_trait]
impl TokenSource for Tokens {
    async fn token(&self) -> Result<SecretString, Error> {
        Ok("from-the-source".into())
    }
}

#[tokio::test(start_paused = true)]
async fn operations_outside_take_the_token_and_say_so_when_there_is_none() {
    let without = PromptOpsClient::builder().api_key(KEY).secret_key(SECRET);
    let (client, transport) = scripted_with(without.clone(), []);
    let error = client.experiments().get("e").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("bearer token"), "{error}");
    assert!(transport.sent().is_empty());

    let (client, transport) = scripted_with(
        without.token_source(Tokens),
        [
            reply(200, &json!({"id": "e"})),
            reply(201, &json!({"id": "ev"})),
        ],
    );
    client.experiments().get("e").await.unwrap();
    let event = promptops_client::models::NewEvent::new("e", "s", "conversion", "buy");
    client.events().create(&event).await.unwrap();
    let sent = transport.sent();
    assert_eq!(sent[0].header("authorization"), "Bearer from-the-source");
    assert_eq!(
        sent[1].header("authorization"),
        "",
        "events take no credentials"
    );
}

#[tokio::test(start_paused = true)]
async fn no_error_shows_a_secret_even_when_the_server_quotes_it() {
    let quoting = json!({"detail": format!("Invalid API key {KEY} with {SECRET} and {TOKEN}")});
    let (client, _) = scripted([reply(401, &quoting)]);
    let error = client.prompts().get("greet").await.unwrap_err();
    let text = format!("{error} {error:?} {} {client:?}", error.log_value());
    for secret in [KEY, SECRET, TOKEN] {
        assert!(!text.contains(secret), "{text}");
    }
    assert_eq!(AuthReason::of(&error), Some(AuthReason::InvalidKey));
    assert!(KEY.starts_with(client.key_prefix()) && client.key_prefix().len() == 8);
}

#[tokio::test(start_paused = true)]
async fn a_key_is_never_called_valid_without_asking_the_service() {
    let (client, transport) = scripted([
        reply(200, &json!({"valid": true})),
        reply(200, &json!({"valid": false, "error": "Invalid signature"})),
    ]);
    client.keys().check_credentials().await.unwrap();
    let error = client.keys().check_credentials().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(AuthReason::of(&error), Some(AuthReason::InvalidSignature));
    let sent = &transport.sent()[0];
    assert_eq!(
        (sent.method.as_str(), sent.uri.path()),
        ("POST", "/v1/client/auth/validate")
    );

    let bearer = PromptOpsClient::builder().api_key(KEY);
    let (client, transport) =
        scripted_with(bearer, [reply(401, &json!({"detail": "Invalid API key"}))]);
    assert!(client.keys().check_credentials().await.is_err());
    assert_eq!(transport.sent()[0].uri.path(), "/v1/client/usage/limits");
    let error = client.keys().validate_self().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}
