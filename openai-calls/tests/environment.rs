//! Building a client, from settings and from the environment.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::KEY;
use openai_calls::{DEFAULT_MODEL, OpenAiClient};
use voice_core::config::Environment;
use voice_core::error::ErrorKind;

fn problems(pairs: &[(&str, &str)]) -> String {
    let environment = Environment::from_pairs(pairs.iter().copied());
    let error = OpenAiClient::from_environment(&environment).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = common::shown(&error);
    for (_, value) in pairs {
        assert!(
            value.trim().is_empty() || !text.contains(value.trim()),
            "{text}"
        );
    }
    error.to_string()
}

#[test]
fn key_base_organisation_and_project_are_read() {
    let environment = Environment::from_pairs([("OPENAI_API_KEY", KEY)]);
    let client = OpenAiClient::from_environment(&environment).unwrap();
    assert_eq!(
        client.raw().base_url().as_str(),
        "https://api.openai.com/v1"
    );
    assert_eq!(client.default_model(), DEFAULT_MODEL);
    let headers = client.handshake_headers();
    assert_eq!(headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(headers.len(), 1);

    let environment = Environment::from_pairs([
        ("OPENAI_API_KEY", KEY),
        ("OPENAI_BASE_URL", "https://gateway.example/openai/v1/"),
        ("OPENAI_ORG_ID", "org-1"),
        ("OPENAI_PROJECT_ID", "proj_1"),
    ]);
    let client = OpenAiClient::from_environment(&environment).unwrap();
    assert_eq!(
        client.raw().base_url().as_str(),
        "https://gateway.example/openai/v1"
    );
    let headers = client.handshake_headers();
    assert_eq!(headers["openai-organization"], "org-1");
    assert_eq!(headers["openai-project"], "proj_1");
    assert!(
        !format!("{headers:?}").contains(KEY),
        "the key is marked sensitive"
    );
}

#[test]
fn everything_wrong_is_named_at_once_and_no_value_is_shown() {
    assert!(problems(&[]).contains("OPENAI_API_KEY is not set"));
    let all = problems(&[
        ("OPENAI_API_KEY", " blank-planted "),
        ("OPENAI_BASE_URL", "http://plain.example"),
        ("OPENAI_ORG_ID", "planted org"),
        ("OPENAI_PROJECT_ID", "planted\nproject"),
    ]);
    for name in [
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "OPENAI_ORG_ID",
        "OPENAI_PROJECT_ID",
    ] {
        assert!(all.contains(&format!("{name} is malformed")), "{all}");
    }
    assert!(problems(&[("OPENAI_API_KEY", "Bearer planted")]).contains("without Bearer"));
    let webhook = problems(&[("OPENAI_API_KEY", "whsec_plantedSecret")]);
    assert!(webhook.contains("signing secret"), "{webhook}");
}

#[test]
fn a_builder_checks_what_it_is_given() {
    let refused = |builder: openai_calls::OpenAiClientBuilder, part: &str| {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = common::shown(&error);
        assert!(text.contains(part) && !text.contains("planted"), "{text}");
    };
    let good = || OpenAiClient::builder().api_key(KEY);
    assert!(good().base_url("http://127.0.0.1:1/v1").build().is_ok());
    refused(OpenAiClient::builder(), "api_key is not set");
    refused(OpenAiClient::builder().api_key(""), "api_key is empty");
    refused(good().base_url("planted"), "base_url");
    refused(good().base_url("http://planted.example"), "base_url");
    refused(good().organization("planted org"), "organization");
    refused(good().project(""), "project is empty");
    refused(good().default_model(""), "default_model is empty");
    refused(good().ringing_deadline(Duration::ZERO), "ringing_deadline");
    refused(
        good().ringing_attempt_timeout(Duration::ZERO),
        "ringing_attempt_timeout",
    );
}

#[test]
fn a_client_is_shared_across_threads_and_shows_no_key() {
    fn assert_shareable<T: Send + Sync + Clone + 'static>(_: &T) {}
    let builder = OpenAiClient::builder().api_key(KEY);
    let shown = format!("{builder:?}");
    let client = builder.build().unwrap();
    assert_shareable(&client);
    let shown = format!(
        "{shown} {client:?} {:?} {:?} {:?} {:?} {:?}",
        client.raw(),
        client.calls(),
        client.client_secrets(),
        client.webhook_endpoints(),
        client.live_sessions(),
    );
    assert!(!shown.contains("planted"), "{shown}");
}
