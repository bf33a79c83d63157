//! Building a client, from settings and from the environment.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{KEY, TOKEN, builder, environment};
use exotel_vsip::{ExotelClient, Region};
use voice_core::error::ErrorKind;

fn problems(pairs: &[(&str, &str)]) -> String {
    let error = ExotelClient::from_environment(&environment(pairs)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = format!("{error} {error:?} {}", error.log_value());
    for (_, value) in pairs {
        let value = value.trim();
        assert!(
            value.is_empty() || !text.contains(value),
            "{value} in {text}"
        );
    }
    error.to_string()
}

#[test]
fn both_families_of_names_are_read_setting_by_setting() {
    let current = [
        ("EXOTEL_API_KEY", KEY),
        ("EXOTEL_API_TOKEN", TOKEN),
        ("EXOTEL_ACCOUNT_SID", "acc1"),
    ];
    let older = [
        ("EXO_AUTH_KEY", KEY),
        ("EXO_AUTH_TOKEN", TOKEN),
        ("EXO_ACCOUNT_SID", "acc2"),
    ];
    let mixed = [
        ("EXOTEL_API_KEY", KEY),
        ("EXO_AUTH_TOKEN", TOKEN),
        ("EXO_ACCOUNT_SID", "acc3"),
    ];
    for (pairs, account) in [(current, "acc1"), (older, "acc2"), (mixed, "acc3")] {
        let client = ExotelClient::from_environment(&environment(&pairs)).unwrap();
        assert_eq!(
            (client.account().as_str(), client.region()),
            (account, &Region::Mumbai)
        );
    }
    let both: Vec<(&str, &str)> = current.into_iter().chain(older).collect();
    let client = ExotelClient::from_environment(&environment(&both)).unwrap();
    assert_eq!(client.account().as_str(), "acc1", "the current family wins");
}

#[test]
fn the_host_is_a_name_or_a_url() {
    let base = [
        ("EXOTEL_API_KEY", KEY),
        ("EXOTEL_API_TOKEN", TOKEN),
        ("EXOTEL_ACCOUNT_SID", "acc"),
    ];
    for (name, host, url) in [
        (
            "EXOTEL_SUBDOMAIN",
            "api.in.exotel.com",
            "https://api.in.exotel.com",
        ),
        (
            "EXOTEL_SUBDOMAIN",
            "https://api.in.exotel.com/",
            "https://api.in.exotel.com",
        ),
        (
            "EXO_SUBSCRIBIX_DOMAIN",
            "api.exotel.com",
            "https://api.exotel.com",
        ),
        (
            "EXO_SUBSCRIBIX_DOMAIN",
            "http://127.0.0.1:9",
            "http://127.0.0.1:9",
        ),
    ] {
        let pairs: Vec<(&str, &str)> = base.into_iter().chain([(name, host)]).collect();
        let client = ExotelClient::from_environment(&environment(&pairs)).unwrap();
        assert_eq!(client.raw().base_url().as_str(), url);
    }
}

#[test]
fn everything_wrong_is_named_at_once_and_no_value_is_shown() {
    let nothing = problems(&[("EXOTEL_API_KEY", "")]);
    for part in [
        "EXOTEL_API_KEY (or EXO_AUTH_KEY) is not set",
        "EXOTEL_API_TOKEN (or EXO_AUTH_TOKEN) is not set",
        "EXOTEL_ACCOUNT_SID (or EXO_ACCOUNT_SID) is not set",
    ] {
        assert!(nothing.contains(part), "{part} in {nothing}");
    }
    let wrong = problems(&[
        ("EXO_AUTH_KEY", "plantedkey:plantedtoken"),
        ("EXOTEL_API_TOKEN", "planted token"),
        ("EXO_ACCOUNT_SID", "planted/acc"),
        ("EXOTEL_SUBDOMAIN", "http://planted.example"),
    ]);
    for part in [
        "EXO_AUTH_KEY is malformed: is the key alone",
        "EXOTEL_API_TOKEN is malformed: has a blank",
        "EXO_ACCOUNT_SID is malformed: has letters, digits",
        "EXOTEL_SUBDOMAIN is malformed: plain http",
    ] {
        assert!(wrong.contains(part), "{part} in {wrong}");
    }
}

#[test]
fn blanks_around_a_value_are_an_error_of_their_own() {
    for value in [
        " plantedvalue",
        "plantedvalue ",
        "plantedvalue\n",
        "\tplantedvalue",
    ] {
        let text = problems(&[
            ("EXOTEL_API_KEY", value),
            ("EXOTEL_API_TOKEN", TOKEN),
            ("EXOTEL_ACCOUNT_SID", value),
        ]);
        for name in ["EXOTEL_API_KEY", "EXOTEL_ACCOUNT_SID"] {
            let part =
                format!("{name} is malformed: has blanks or a line break at its beginning or end");
            assert!(text.contains(&part), "{text}");
        }
    }
}

#[test]
fn a_builder_checks_what_it_is_given_and_says_all_of_it() {
    let error = ExotelClient::builder()
        .requests_per_minute(0)
        .build()
        .unwrap_err();
    let fields: Vec<&str> = error
        .fields()
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(
        fields,
        ["account", "api_key", "api_token", "requests_per_minute"]
    );
    for (key, token, part) in [
        ("planted:x", TOKEN, "api_key is the key alone"),
        ("", TOKEN, "api_key is empty"),
        (KEY, " planted", "api_token has blanks"),
        (KEY, "plan\nted", "api_token has a blank"),
    ] {
        let error = builder().api_key(key).api_token(token).build().unwrap_err();
        assert!(
            error.to_string().contains(part) && !error.to_string().contains("planted"),
            "{error}"
        );
    }
}

#[test]
fn a_client_is_shared_across_threads() {
    fn assert_shareable<T: Send + Sync + Clone + 'static>(_: &T) {}
    assert_shareable(&builder().build().unwrap());
}
