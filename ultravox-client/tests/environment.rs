//! Building a client, from settings and from the environment.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::KEY;
use ultravox_client::UltravoxClient;
use voice_core::config::Environment;
use voice_core::error::ErrorKind;

fn problems(pairs: &[(&str, &str)]) -> String {
    let environment = Environment::from_pairs(pairs.iter().copied());
    let error = UltravoxClient::from_environment(&environment).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = format!("{error} {error:?} {}", error.log_value());
    for (_, value) in pairs {
        assert!(
            value.trim().is_empty() || !text.contains(value.trim()),
            "{text}"
        );
    }
    error.to_string()
}

#[test]
fn key_and_base_url_are_read() {
    let environment = Environment::from_pairs([("ULTRAVOX_API_KEY", KEY)]);
    let client = UltravoxClient::from_environment(&environment).unwrap();
    assert_eq!(client.raw().base_url().as_str(), "https://api.ultravox.ai");

    let environment = Environment::from_pairs([
        ("ULTRAVOX_API_KEY", KEY),
        ("ULTRAVOX_BASE_URL", "https://gateway.example/ultravox/"),
    ]);
    let client = UltravoxClient::from_environment(&environment).unwrap();
    assert_eq!(
        client.raw().base_url().as_str(),
        "https://gateway.example/ultravox"
    );
}

#[test]
fn everything_wrong_is_named_at_once_and_no_value_is_shown() {
    assert!(problems(&[]).contains("ULTRAVOX_API_KEY is not set"));
    assert!(problems(&[("ULTRAVOX_API_KEY", "")]).contains("ULTRAVOX_API_KEY is not set"));
    let both = problems(&[
        ("ULTRAVOX_API_KEY", " blank-planted.key "),
        ("ULTRAVOX_BASE_URL", "http://plain.example"),
    ]);
    assert!(
        both.contains("ULTRAVOX_API_KEY is malformed")
            && both.contains("ULTRAVOX_BASE_URL is malformed"),
        "{both}"
    );
    assert!(problems(&[("ULTRAVOX_API_KEY", "Bearer planted")]).contains("without Bearer"));
    assert!(problems(&[("ULTRAVOX_API_KEY", "plan\nted")]).contains("no key has"));
    let doubled = problems(&[
        ("ULTRAVOX_API_KEY", KEY),
        ("ULTRAVOX_BASE_URL", "https://api.ultravox.example/api"),
    ]);
    assert!(doubled.contains("must not end in /api"), "{doubled}");
}

#[test]
fn a_builder_checks_what_it_is_given() {
    let build = |key: &str, base: &str| {
        UltravoxClient::builder()
            .api_key(key)
            .base_url(base)
            .build()
            .map_err(|error| {
                assert_eq!(error.kind(), ErrorKind::Config);
                assert!(!error.to_string().contains("planted"), "{error}");
                error.to_string()
            })
    };
    assert!(build(KEY, "http://127.0.0.1:1").is_ok());
    assert!(
        build("any-other-form", "https://api.ultravox.ai").is_ok(),
        "the form of keys may change"
    );
    for (key, base, part) in [
        ("", "https://a.example", "api_key is empty"),
        ("planted key", "https://a.example", "api_key has a blank"),
        ("Bearer planted", "https://a.example", "without Bearer"),
        (KEY, "planted", "base_url not an absolute URL"),
        (KEY, "http://planted.example", "plain http"),
        (KEY, "https://a.example/api/", "must not end in /api"),
    ] {
        let error = build(key, base).unwrap_err();
        assert!(error.contains(part), "{part} in {error}");
    }
    let error = UltravoxClient::builder().build().unwrap_err();
    assert!(error.to_string().contains("api_key is not set"), "{error}");
    let error = UltravoxClient::builder()
        .api_key(KEY)
        .web_socket_sample_rate(0)
        .build()
        .unwrap_err();
    assert!(
        error.to_string().contains("web_socket_sample_rate"),
        "{error}"
    );
}

#[test]
fn a_client_is_shared_across_threads_and_shows_no_key() {
    fn assert_shareable<T: Send + Sync + Clone + 'static>(_: &T) {}
    let builder = UltravoxClient::builder().api_key(KEY);
    let shown = format!("{builder:?}");
    let client = builder.build().unwrap();
    assert_shareable(&client);
    let shown = format!(
        "{shown} {client:?} {:?} {:?}",
        client.raw(),
        client.agents()
    );
    assert!(!shown.contains("0123456789"), "{shown}");
}
