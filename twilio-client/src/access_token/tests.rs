//! Tokens, read by this crate's eyes and by an independent library.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use voice_core::clock::{Clock, Sleep, SystemClock};
use voice_core::ident::{AccountSid, ApiKeySid, ApplicationSid, CredentialSid};

use super::*;
use crate::host::Region;

const ACCOUNT: &str = concat!("AC", "00112233445566778899aabbccddeeff");
const KEY: &str = concat!("SK", "00112233445566778899aabbccddeeff");
const APP: &str = concat!("AP", "00112233445566778899aabbccddeeff");
const PUSH: &str = concat!("CR", "00112233445566778899aabbccddeeff");
const SECRET: &str = "k3y-s3cret";
const NOW: u64 = 1_800_000_000;

/// A calendar that stands still; these tests wait for nothing.
#[derive(Debug)]
struct At(SystemTime);

impl Clock for At {
    fn now(&self) -> std::time::Instant {
        SystemClock::default().now()
    }

    fn wall(&self) -> SystemTime {
        self.0
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        SystemClock::default().sleep(duration)
    }

    fn unit(&self) -> f64 {
        0.5
    }
}

fn builder() -> AccessTokenBuilder {
    let account = AccountSid::parse(ACCOUNT).unwrap();
    let key = ApiKeySid::parse(KEY).unwrap();
    AccessToken::builder(account, key, SECRET).clock(Arc::new(At(
        UNIX_EPOCH + Duration::from_millis(NOW * 1000 + 700)
    )))
}

fn part(token: &AccessToken, at: usize) -> Value {
    let part = token.expose().split('.').nth(at).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn grants(grant: impl Into<Grant>) -> Value {
    part(&builder().grant(grant).build().unwrap(), 1)["grants"].clone()
}

#[test]
fn header_and_claims_are_exact() {
    let token = builder().build().unwrap();
    let header = token.expose().split('.').next().unwrap();
    assert_eq!(
        URL_SAFE_NO_PAD.decode(header).unwrap(),
        br#"{"typ":"JWT","alg":"HS256","cty":"twilio-fpa;v=1"}"#
    );
    assert_eq!(
        part(&token, 1),
        json!({
            "jti": format!("{KEY}-{NOW}"), "iss": KEY, "sub": ACCOUNT, "iat": NOW, "exp": NOW + 3600, "grants": {},
        })
    );
    assert_eq!(
        token.expires_at(),
        UNIX_EPOCH + Duration::from_secs(NOW + 3600)
    );

    let token = builder()
        .region(Region::parse("ie1").unwrap())
        .algorithm(SigningAlgorithm::Hs512)
        .not_before(UNIX_EPOCH + Duration::from_secs(NOW + 30))
        .lifetime(Duration::from_millis(60_900))
        .identity("alice")
        .build()
        .unwrap();
    assert_eq!(
        part(&token, 0),
        json!({"typ": "JWT", "alg": "HS512", "cty": "twilio-fpa;v=1", "twr": "ie1"})
    );
    let claims = part(&token, 1);
    assert_eq!(
        (&claims["nbf"], &claims["exp"]),
        (&json!(NOW + 30), &json!(NOW + 60))
    );
    assert_eq!(claims["grants"], json!({"identity": "alice"}));
}

#[test]
fn every_grant_has_its_key_and_nothing_that_is_not_set() {
    let app = ApplicationSid::parse(APP).unwrap();
    assert_eq!(grants(VoiceGrant::new()), json!({"voice": {}}));
    assert_eq!(
        grants(VoiceGrant::new().outgoing(app)),
        json!({"voice": {"outgoing": {"application_sid": APP}}})
    );
    let full = VoiceGrant::new()
        .allow_incoming()
        .outgoing_with(app, [("team", "sales")])
        .push_credential(CredentialSid::parse(PUSH).unwrap())
        .endpoint_id("phone");
    assert_eq!(
        grants(full),
        json!({"voice": {
            "incoming": {"allow": true}, "outgoing": {"application_sid": APP, "params": {"team": "sales"}},
            "push_credential_sid": PUSH, "endpoint_id": "phone",
        }})
    );
    assert_eq!(
        grants(VideoGrant::new().room("lobby")),
        json!({"video": {"room": "lobby"}})
    );
    let chat = ChatGrant::new()
        .service_sid("IS1")
        .endpoint_id("e")
        .deployment_role_sid("RL1")
        .push_credential_sid("CR1");
    assert_eq!(
        grants(chat),
        json!({"chat": {
            "service_sid": "IS1", "endpoint_id": "e", "deployment_role_sid": "RL1", "push_credential_sid": "CR1",
        }})
    );
    assert_eq!(
        grants(DataSyncGrant::new().service_sid("IS1").endpoint_id("e")),
        json!({"data_sync": {"service_sid": "IS1", "endpoint_id": "e"}})
    );
    assert_eq!(
        grants(
            TaskRouterGrant::new()
                .workspace_sid("WS1")
                .worker_sid("WK1")
                .role("worker")
        ),
        json!({"task_router": {"workspace_sid": "WS1", "worker_sid": "WK1", "role": "worker"}})
    );
    let player = PlayerGrant::new()
        .request_credentials(Value::Null)
        .playback_url("https://live.example.com/1")
        .player_streamer_sid("VJ1");
    assert_eq!(
        grants(player),
        json!({"player": {
            "requestCredentials": null, "playbackUrl": "https://live.example.com/1", "playerStreamerSid": "VJ1",
        }})
    );
    let other: Map<String, Value> = [("a".to_owned(), json!([1]))].into_iter().collect();
    assert_eq!(
        grants(Grant::other("hologram", other)),
        json!({"hologram": {"a": [1]}})
    );
}

#[test]
fn a_second_grant_of_a_key_takes_the_place_of_the_first() {
    let token = builder()
        .grant(VideoGrant::new().room("one"))
        .grant(DataSyncGrant::new())
        .grant(VideoGrant::new().room("two"))
        .build()
        .unwrap();
    assert_eq!(
        part(&token, 1)["grants"],
        json!({"data_sync": {}, "video": {"room": "two"}})
    );
}

#[test]
fn what_twilio_would_refuse_is_refused_here() {
    let day = AccessToken::MAX_LIFETIME;
    assert!(builder().lifetime(day).build().is_ok());
    assert!(builder().lifetime(Duration::from_secs(1)).build().is_ok());
    let over = day + Duration::from_nanos(1);
    for (builder, error) in [
        (
            builder().lifetime(over),
            AccessTokenError::LifetimeTooLong(over),
        ),
        (
            builder().lifetime(Duration::from_millis(999)),
            AccessTokenError::LifetimeTooShort(Duration::from_millis(999)),
        ),
        (
            builder().not_before(UNIX_EPOCH + Duration::from_secs(NOW + 3600)),
            AccessTokenError::NeverValid,
        ),
        (builder().identity(" "), AccessTokenError::Identity),
        (builder().identity("a\nb"), AccessTokenError::Identity),
        (
            builder().grant(Grant::other("", Map::new())),
            AccessTokenError::GrantKey,
        ),
        (
            builder().grant(Grant::other("identity", Map::new())),
            AccessTokenError::GrantKey,
        ),
        (
            builder().clock(Arc::new(At(UNIX_EPOCH - Duration::from_secs(1)))),
            AccessTokenError::Clock,
        ),
    ] {
        assert_eq!(builder.build().unwrap_err(), error);
    }
    let account = AccountSid::parse(ACCOUNT).unwrap();
    let key = ApiKeySid::parse(KEY).unwrap();
    let unsigned = AccessToken::builder(account, key, " ").build();
    assert_eq!(unsigned.unwrap_err(), AccessTokenError::EmptySecret);
}

#[test]
fn nothing_secret_is_shown() {
    let builder = builder()
        .identity("alice")
        .grant(PlayerGrant::new().playback_url("https://s3cret"));
    let token = builder.build().unwrap();
    let shown = format!("{token:?} {builder:?}");
    for hidden in ["eyJ", SECRET, "alice", "s3cret"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
    assert!(shown.contains("[REDACTED]") && shown.contains(KEY));
}

/// What the independent library reads from a token, if it accepts the signature.
fn verifies(jwt: &str, algorithm: SigningAlgorithm, secret: &str) -> Option<Value> {
    let mut checks = Validation::new(match algorithm {
        SigningAlgorithm::Hs256 => Algorithm::HS256,
        SigningAlgorithm::Hs384 => Algorithm::HS384,
        SigningAlgorithm::Hs512 => Algorithm::HS512,
    });
    // The tokens of these tests are of another time.
    checks.validate_exp = false;
    checks.set_issuer(&[KEY]);
    let key = DecodingKey::from_secret(secret.as_bytes());
    let token = decode::<Value>(jwt, &key, &checks).ok()?;
    assert_eq!(token.header.cty.as_deref(), Some("twilio-fpa;v=1"));
    assert_eq!(token.header.typ.as_deref(), Some("JWT"));
    Some(token.claims)
}

#[test]
fn an_independent_library_reads_and_verifies_it() {
    for algorithm in [
        SigningAlgorithm::Hs256,
        SigningAlgorithm::Hs384,
        SigningAlgorithm::Hs512,
    ] {
        let token = builder()
            .identity("zoë")
            .grant(VoiceGrant::new().allow_incoming())
            .algorithm(algorithm)
            .build()
            .unwrap();
        let claims = verifies(token.expose(), algorithm, SECRET).unwrap();
        assert_eq!(claims["exp"], NOW + 3600);
        assert_eq!(claims["iat"], NOW);
        assert_eq!(claims["sub"], ACCOUNT);
        assert_eq!(
            claims["grants"],
            json!({"identity": "zoë", "voice": {"incoming": {"allow": true}}})
        );
        assert_eq!(verifies(token.expose(), algorithm, "k3y-s3creT"), None);
    }
}

proptest! {
    #[test]
    fn a_token_that_was_tampered_with_is_refused(at in any::<prop::sample::Index>(), other in "[A-Za-z0-9_.-]") {
        let token = builder().identity("alice").grant(VoiceGrant::new()).build().unwrap();
        let jwt = token.expose();
        let at = at.index(jwt.len());
        prop_assert!(verifies(jwt, SigningAlgorithm::Hs256, SECRET).is_some());
        let tampered = format!("{}{other}{}", &jwt[..at], &jwt[at + 1..]);
        // The last character of an unpadded text may differ in bits that no byte has; the library refuses those too.
        if tampered != jwt {
            prop_assert_eq!(verifies(&tampered, SigningAlgorithm::Hs256, SECRET), None);
        }
    }

    #[test]
    fn any_identity_arrives_as_it_was_given(identity in "[^\\p{Cc}]{1,40}") {
        prop_assume!(!identity.trim().is_empty());
        let token = builder().identity(identity.clone()).build().unwrap();
        let claims = verifies(token.expose(), SigningAlgorithm::Hs256, SECRET).unwrap();
        prop_assert_eq!(&claims["grants"]["identity"], &Value::String(identity));
    }
}
