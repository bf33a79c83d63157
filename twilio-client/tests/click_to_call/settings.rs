//! Settings: everything wrong at once, and no base URL that Twilio could not reach.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use twilio_client::click_to_call::{ClickToCall, ClickToCallBuilder};
use voice_core::config::Environment;
use voice_core::error::{Error, ErrorKind};
use voice_core::flow::click_to_call::Contacts;
use voice_core::ident::{AuthToken, PublicHttpsUrl};

use crate::support::{ACCOUNT, BASE, Crm, Does, TOKEN, client, from};

const GOOD: [(&str, &str); 4] = [
    ("TWILIO_ACCOUNT_SID", ACCOUNT),
    ("TWILIO_AUTH_TOKEN", TOKEN),
    ("TWILIO_PHONE_NUMBER", "+14155550100"),
    (
        "TWILIO_STATUS_CALLBACK_BASE_URL",
        "https://crm.example.com/",
    ),
];

fn crm() -> Arc<dyn Contacts> {
    Crm::that(Does::Connects)
}

fn read(changes: &[(&str, &str)]) -> Result<ClickToCallBuilder, Error> {
    let kept = GOOD
        .into_iter()
        .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let env = Environment::from_pairs(kept.chain(changes.iter().copied()));
    ClickToCall::from_environment(&env, crm())
}

#[test]
fn the_four_settings_are_enough_and_a_trailing_slash_is_cut() {
    let clicks = read(&[]).unwrap().build().unwrap();
    assert_eq!(clicks.routes().base().as_str(), BASE);
}

#[test]
fn everything_wrong_is_named_at_once_and_no_value_is_shown() {
    let error = ClickToCall::from_environment(
        &Environment::from_pairs([
            ("TWILIO_AUTH_TOKEN", "hunter2"),
            ("TWILIO_PHONE_NUMBER", "5550100"),
            ("TWILIO_STATUS_CALLBACK_BASE_URL", "http://localhost:3001"),
            ("CLICK_TO_CALL_KEYS", "sh0rt"),
        ]),
        crm(),
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = error.to_string();
    for name in [
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_PHONE_NUMBER",
        "TWILIO_STATUS_CALLBACK_BASE_URL",
        "CLICK_TO_CALL_KEYS",
    ] {
        assert!(text.contains(name), "{name} in {text}");
    }
    assert_eq!(error.fields().len(), 5);
    for value in ["hunter2", "5550100", "localhost:3001", "sh0rt"] {
        assert!(!format!("{text} {error:?}").contains(value), "{text}");
    }
}

#[test]
fn base_urls_twilio_could_not_reach_are_refused() {
    for base in [
        "http://crm.example.com",
        "http://localhost:3001",
        "https://localhost",
        "https://127.0.0.1",
        "https://10.1.2.3",
        "https://192.168.1.7:8443",
        "https://169.254.1.1",
        "https://[::1]",
        "https://[fd00::1]",
        "https://crm.local",
        "https://crm",
        "https://my_crm.example.com",
        "https://user:pass@crm.example.com",
        "https://crm.example.com?x=1",
        "https://crm.example.com#x",
        "crm.example.com",
    ] {
        let error = read(&[("TWILIO_STATUS_CALLBACK_BASE_URL", base)]).unwrap_err();
        assert_eq!(error.fields().len(), 1, "{base}");
        assert!(PublicHttpsUrl::parse(base).is_err());
    }
}

#[test]
fn an_api_key_does_not_replace_the_auth_token() {
    let key = [
        (
            "TWILIO_API_KEY",
            concat!("SK", "00112233445566778899aabbccddeeff"),
        ),
        ("TWILIO_API_SECRET", "a secret"),
    ];
    assert!(read(&key).unwrap().build().is_ok());
    let without = read(&[key[0], key[1], ("TWILIO_AUTH_TOKEN", "")]).unwrap_err();
    assert!(without.to_string().contains("TWILIO_AUTH_TOKEN is not set"));
    assert_eq!(without.fields().len(), 1);
}

#[test]
fn token_keys_may_be_several_and_limits_have_bounds() {
    let keys = "the first key of 32 bytes, right,the second key, the older one";
    assert!(
        read(&[("CLICK_TO_CALL_KEYS", keys)])
            .unwrap_err()
            .to_string()
            .contains("16 bytes")
    );
    let keys = "the first key of 32 bytes right ,the second key as the older one";
    assert!(read(&[("CLICK_TO_CALL_KEYS", keys)]).is_ok());

    let second = Duration::from_secs(1);
    for (callback, handler) in [
        (second, 14 * second),
        (12 * second, 12 * second),
        (Duration::ZERO, second),
    ] {
        let built = read(&[]).unwrap().limits(callback, handler).build();
        assert_eq!(built.unwrap_err().kind(), ErrorKind::Config);
    }
    let built = read(&[]).unwrap().lead_ring_timeout(601 * second).build();
    assert!(built.is_err());
    let short = read(&[]).unwrap().token_keys([SecretString::from("short")]);
    assert!(short.build().is_err());
}

#[test]
fn routes_can_be_moved_and_nothing_secret_is_shown() {
    let builder = ClickToCall::builder(
        &client(),
        from(),
        PublicHttpsUrl::parse("https://crm.example.com/crm").unwrap(),
        &AuthToken::parse(TOKEN).unwrap(),
        crm(),
    )
    .unwrap()
    .routes(|routes| routes.below("/hooks")?.parameter("t"))
    .unwrap();
    let shown = format!("{builder:?}");
    let clicks = builder.build().unwrap();
    assert_eq!(clicks.routes().token_parameter(), "t");
    let shown = format!("{shown} {clicks:?}");
    assert!(
        !shown.contains(TOKEN) && shown.contains("/hooks/connect"),
        "{shown}"
    );
}
