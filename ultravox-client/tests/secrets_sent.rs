//! Secrets that are sent or come back: no error about it shows them, whatever the server quotes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::fmt::Debug;

use common::{agent_id, scripted};
use serde_json::json;
use ultravox_client::UltravoxClient;
use ultravox_client::accounts::{AccountTelephonyUpdate, TtsApiKeysUpdate};
use ultravox_client::agents::{BatchCall, BatchUpdate, NewBatch};
use ultravox_client::api_keys::NewApiKey;
use ultravox_client::sip::{
    FallbackHandler, NewSipRegistration, SipConfigUpdate, SipRegistrationUpdate,
};
use ultravox_client::telephony_configs::{
    NewPlivoConfig, NewTelnyxConfig, NewTwilioConfig, PlivoConfigUpdate, TelnyxConfigUpdate,
    TwilioConfigUpdate,
};
use ultravox_client::types::Secret;
use ultravox_client::webhook_endpoints::{NewWebhook, WebhookUpdate};
use ultravox_client::webhooks::EventKind;
use voice_core::error::Error;
use voice_core::testkit::Reply;

/// Of a form that nobody would take for a secret's.
const PLANTED: &str = "planted pass phrase";

/// The requests that carry a secret.
const REQUESTS: [&str; 20] = [
    "webhooks.create",
    "webhooks.replace",
    "webhooks.update",
    "sip.update",
    "registrations.create",
    "registrations.update",
    "twilio.create",
    "twilio.update",
    "telnyx.create",
    "telnyx.create.public",
    "telnyx.update",
    "telnyx.update.public",
    "plivo.create",
    "plivo.update",
    "telephony.twilio",
    "telephony.telnyx",
    "telephony.plivo",
    "tts_keys",
    "batches.create",
    "batches.update",
];

fn failure<T: Debug>(outcome: Result<T, Error>) -> Error {
    outcome.unwrap_err()
}

#[allow(deprecated, reason = "it is still there")]
async fn sent(client: &UltravoxClient, request: &str) -> Error {
    let secret = || Secret::from(PLANTED);
    let hook = || NewWebhook::new("https://me.example", [EventKind::CallEnded]).secrets([secret()]);
    let (agents, agent) = (client.agents(), agent_id());
    let batches = agents.scheduled_batches(&agent);
    let configs = client.telephony_configs();
    let telephony = AccountTelephonyUpdate::new();
    match request {
        "webhooks.create" => failure(client.webhooks().create(&hook()).await),
        "webhooks.replace" => failure(
            client
                .webhooks()
                .replace(&"w".parse().unwrap(), &hook())
                .await,
        ),
        "webhooks.update" => {
            let change = WebhookUpdate::new().secrets([secret()]);
            failure(
                client
                    .webhooks()
                    .update(&"w".parse().unwrap(), &change)
                    .await,
            )
        }
        "sip.update" => {
            let handler = FallbackHandler::new("https://me.example").secrets([secret()]);
            let change = SipConfigUpdate::new().fallback_handler(handler);
            failure(client.sip().update(&change).await)
        }
        "registrations.create" => {
            let new = NewSipRegistration::new("user", secret(), "sip.example");
            failure(client.sip().registrations().create(&new).await)
        }
        "registrations.update" => {
            let change = SipRegistrationUpdate::new().password(secret());
            let id = "r".parse().unwrap();
            failure(client.sip().registrations().update(&id, &change).await)
        }
        "twilio.create" => failure(
            configs
                .twilio()
                .create(&NewTwilioConfig::new("AC", secret()))
                .await,
        ),
        "twilio.update" => {
            let change = TwilioConfigUpdate::new().auth_token(secret());
            failure(configs.twilio().update(&change).await)
        }
        "telnyx.create" => {
            let new = NewTelnyxConfig::new("s", secret(), "other public key", "a");
            failure(configs.telnyx().create(&new).await)
        }
        "telnyx.create.public" => {
            let new = NewTelnyxConfig::new("s", "another api key", secret(), "a");
            failure(configs.telnyx().create(&new).await)
        }
        "telnyx.update" => {
            let change = TelnyxConfigUpdate::new().api_key(secret());
            failure(configs.telnyx().update(&change).await)
        }
        "telnyx.update.public" => {
            let change = TelnyxConfigUpdate::new().public_key(secret());
            failure(configs.telnyx().update(&change).await)
        }
        "plivo.create" => failure(
            configs
                .plivo()
                .create(&NewPlivoConfig::new("MA", secret()))
                .await,
        ),
        "plivo.update" => {
            let change = PlivoConfigUpdate::new().auth_token(secret());
            failure(configs.plivo().update(&change).await)
        }
        "telephony.twilio" => {
            let change = telephony.twilio(NewTwilioConfig::new("AC", secret()));
            failure(client.accounts().update_telephony_config(&change).await)
        }
        "telephony.telnyx" => {
            let change = telephony.telnyx(NewTelnyxConfig::new("s", secret(), secret(), "a"));
            failure(client.accounts().update_telephony_config(&change).await)
        }
        "telephony.plivo" => {
            let change = telephony.plivo(NewPlivoConfig::new("MA", secret()));
            failure(client.accounts().update_telephony_config(&change).await)
        }
        "tts_keys" => {
            let change = TtsApiKeysUpdate::new().inworld(secret());
            failure(client.accounts().update_tts_api_keys(&change).await)
        }
        "batches.create" => {
            let new = NewBatch::new([BatchCall::new()]).webhook_secret(secret());
            failure(batches.create(&new).await)
        }
        "batches.update" => {
            let change = BatchUpdate::new().webhook_secret(secret());
            failure(batches.update(&"b".parse().unwrap(), &change).await)
        }
        other => panic!("{other}"),
    }
}

fn shown(error: &Error) -> String {
    let (fields, excerpt) = (error.fields(), error.body_excerpt());
    format!(
        "{error} {error:?} {error:#?} {} {fields:?} {excerpt:?}",
        error.log_value()
    )
}

#[tokio::test]
async fn a_refusal_that_quotes_what_was_sent_does_not_show_it() {
    for request in REQUESTS {
        for body in [
            json!({"detail": format!("{PLANTED} is too weak")}).to_string(),
            json!({"field": [format!("\"{PLANTED}\" is too weak")]}).to_string(),
            format!("<p>{PLANTED}</p>"),
        ] {
            let (client, transport) = scripted([Reply::status(400, body)]);
            let error = sent(&client, request).await;
            assert_eq!(transport.sent().len(), 1, "{request}: {error}");
            assert!(transport.sent()[0].text().contains(PLANTED), "{request}");
            let shown = shown(&error);
            assert!(!shown.contains("planted"), "{request}: {shown}");
        }
    }
}

#[tokio::test]
async fn an_unreadable_answer_shows_no_secret_of_its_own() {
    let body = r#"{"secret": "planted", "webhookSecret": "planted", "secrets": ["planted", "planted-2"], "fallbackHandler": {"secrets": ["planted"]}, "events": 5"#;
    let (client, _) = scripted([Reply::status(201, body)]);
    let error = failure(client.api_keys().create(&NewApiKey::new("n")).await);
    assert!(!shown(&error).contains("planted"), "{}", shown(&error));
    let (client, _) = scripted([Reply::status(200, body)]);
    let error = failure(client.webhooks().get(&"w".parse().unwrap()).await);
    assert!(!shown(&error).contains("planted"), "{}", shown(&error));
}
