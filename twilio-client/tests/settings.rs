//! Building a client, from code and from the environment.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use common::{ACCOUNT, TOKEN};
use twilio_client::webhook::SignatureValidator;
use twilio_client::{BuildError, Edge, Region, TwilioClient, phone_number_from};
use voice_core::config::Environment;
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::{AccountSid, ApiKeySid, AuthToken};
use voice_core::transport::BaseUrl;

const KEY: &str = concat!("SK", "0123456789abcdef0123456789abcdef");

fn account() -> AccountSid {
    AccountSid::parse(ACCOUNT).unwrap()
}

fn key() -> ApiKeySid {
    ApiKeySid::parse(KEY).unwrap()
}

fn token() -> AuthToken {
    AuthToken::parse(TOKEN).unwrap()
}

fn cause(error: &Error) -> Option<BuildError> {
    std::error::Error::source(error)?.downcast_ref().copied()
}

#[test]
fn what_is_missing_or_contradictory_is_a_typed_error() {
    let build = TwilioClient::builder;
    let au1 = Region::parse("au1").unwrap();
    for (builder, expected) in [
        (build(), BuildError::NoCredentials),
        (build().account_sid(account()), BuildError::NoCredentials),
        (build().auth_token(token()), BuildError::NoAccount),
        (
            build().api_key(key(), "s3cret"),
            BuildError::KeyWithoutAccount,
        ),
        (
            build()
                .account_sid(account())
                .auth_token(token())
                .api_key(key(), "s"),
            BuildError::TwoCredentials,
        ),
        (
            build().account_sid(account()).api_key(key(), ""),
            BuildError::KeySecret,
        ),
        (
            build().account_sid(account()).api_key(key(), "s3cret\n"),
            BuildError::KeySecret,
        ),
        (
            build()
                .account_sid(account())
                .auth_token(token())
                .region(au1),
            BuildError::RegionWithoutEdge,
        ),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(
            (error.kind(), cause(&error)),
            (ErrorKind::Config, Some(expected)),
            "{error}"
        );
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }
}

#[test]
fn region_and_edge_choose_the_host() {
    let build = || {
        TwilioClient::builder()
            .account_sid(account())
            .auth_token(token())
    };
    let (ie1, us1) = (Region::parse("ie1").unwrap(), Region::parse("us1").unwrap());
    let dublin = Edge::parse("dublin").unwrap();
    for (builder, host) in [
        (build(), "https://api.twilio.com"),
        (build().region(us1), "https://api.us1.twilio.com"),
        (
            build().edge(dublin.clone()),
            "https://api.dublin.us1.twilio.com",
        ),
        (
            build().edge(dublin.clone()).region(ie1.clone()),
            "https://api.dublin.ie1.twilio.com",
        ),
        (
            build()
                .edge(dublin)
                .region(ie1)
                .base_url(BaseUrl::parse("http://127.0.0.1:9/gw").unwrap()),
            "http://127.0.0.1:9/gw",
        ),
    ] {
        assert_eq!(builder.build().unwrap().base_url(), host);
    }
}

#[test]
fn the_environment_gives_a_client() {
    let token = Environment::from_pairs([
        ("TWILIO_ACCOUNT_SID", ACCOUNT),
        ("TWILIO_AUTH_TOKEN", TOKEN),
    ]);
    let client = TwilioClient::from_environment(&token).unwrap();
    assert_eq!(
        (client.account_sid(), client.base_url()),
        (account(), "https://api.twilio.com")
    );

    let key = Environment::from_pairs([
        ("TWILIO_ACCOUNT_SID", ACCOUNT),
        ("TWILIO_API_KEY", KEY),
        ("TWILIO_API_SECRET", "s3cret"),
        ("TWILIO_AUTH_TOKEN", TOKEN),
        ("TWILIO_REGION", "ie1"),
        ("TWILIO_EDGE", "dublin"),
        ("TWILIO_PHONE_NUMBER", "+14155550100"),
    ]);
    let client = TwilioClient::from_environment(&key).unwrap();
    assert_eq!(client.base_url(), "https://api.dublin.ie1.twilio.com");
    assert_eq!(phone_number_from(&key).unwrap(), "+14155550100");
    assert!(SignatureValidator::from_environment(&key).is_ok());
}

#[test]
fn everything_wrong_in_the_environment_is_said_at_once_and_no_value() {
    for (pairs, said) in [
        (
            vec![],
            vec![
                "TWILIO_ACCOUNT_SID is not set",
                "TWILIO_AUTH_TOKEN is not set",
            ],
        ),
        (
            vec![
                ("TWILIO_ACCOUNT_SID", KEY),
                ("TWILIO_AUTH_TOKEN", "pl4nted"),
            ],
            vec![
                "this is an API key SID (SK…)",
                "TWILIO_AUTH_TOKEN is malformed",
            ],
        ),
        (
            vec![("TWILIO_API_KEY", "pl4nted"), ("TWILIO_REGION", "au1")],
            vec![
                "TWILIO_ACCOUNT_SID is not set",
                "TWILIO_API_KEY is malformed",
                "TWILIO_API_SECRET is not set",
                "needs an edge",
            ],
        ),
        (
            vec![
                ("TWILIO_ACCOUNT_SID", ACCOUNT),
                ("TWILIO_API_SECRET", "pl4nted"),
                ("TWILIO_EDGE", "roaming"),
            ],
            vec!["TWILIO_API_KEY is not set", "not REST requests"],
        ),
        (
            vec![
                ("TWILIO_ACCOUNT_SID", " pl4nted"),
                ("TWILIO_AUTH_TOKEN", ""),
                ("TWILIO_REGION", "PL4NTED!"),
            ],
            vec![
                "blanks",
                "TWILIO_AUTH_TOKEN is not set",
                "TWILIO_REGION is malformed",
            ],
        ),
    ] {
        let error = TwilioClient::from_environment(&Environment::from_pairs(pairs)).unwrap_err();
        let shown = format!("{error} {error:?} {}", error.log_value());
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::Config, "from_env")
        );
        for part in said {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(!shown.to_lowercase().contains("pl4nted"), "{shown}");
    }
    let error = phone_number_from(&Environment::from_pairs([(
        "TWILIO_PHONE_NUMBER",
        "0415-pl4nted",
    )]))
    .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("TWILIO_PHONE_NUMBER is malformed")
            && !error.to_string().contains("pl4nted")
    );
    assert!(SignatureValidator::from_environment(&Environment::from_pairs([("X", "y")])).is_err());
}
