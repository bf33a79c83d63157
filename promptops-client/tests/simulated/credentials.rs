//! Keys, signatures, clocks and limits.

use std::time::Duration;

use promptops_client::error::AuthReason;
use promptops_client::models::{KeyStatus, NewApiKey, Scope};
use promptops_client::resources::KeyFilter;
use promptops_client::testkit::{PromptOpsSimulator, Signatures, Speaks};
use promptops_client::{KeyMode, Signer, SkewCorrection, TimestampFormat};
use voice_core::error::{Error, ErrorKind};

use super::support::*;

const MODES: [KeyMode; 2] = [KeyMode::Secret, KeyMode::SecretSha256Hex];
const FORMATS: [TimestampFormat; 3] = [
    TimestampFormat::Rfc3339Z,
    TimestampFormat::NaiveIso,
    TimestampFormat::UnixSecs,
];

fn reason(error: &Error) -> AuthReason {
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
    AuthReason::of(error).unwrap()
}

#[tokio::test(start_paused = true)]
async fn each_key_mode_and_time_format_fits_itself_alone() {
    for mode in MODES {
        for format in FORMATS {
            let builder = PromptOpsSimulator::builder()
                .key_mode(mode)
                .timestamps(format);
            let world = World::with(builder).await;
            world.sim.add("greet", "1.0.0", "Hello");
            for key_mode in MODES {
                for timestamp_format in FORMATS {
                    let signer = Signer::HmacV1 {
                        key_mode,
                        timestamp_format,
                    };
                    let builder = world.sim.client_builder().signer(signer);
                    let client = builder.options(world.options()).build().unwrap();
                    let before = world.sim.requests("prompts.get");
                    let answer = client.prompts().get("greet").await;
                    let valid = client.keys().validate_self().await.unwrap().valid;
                    assert_eq!(valid, key_mode == mode, "the time does not matter to it");
                    match (key_mode == mode, timestamp_format == format) {
                        (true, true) => assert!(answer.is_ok()),
                        (false, true) => {
                            assert_eq!(reason(&answer.unwrap_err()), AuthReason::InvalidSignature);
                        }
                        _ => assert_eq!(reason(&answer.unwrap_err()), AuthReason::Timestamp),
                    }
                    assert_eq!(world.sim.requests("prompts.get"), before + 1);
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_key_alone_passes_only_where_signatures_are_ignored() {
    for (signatures, passes) in [(Signatures::Checked, false), (Signatures::Ignored, true)] {
        let builder = PromptOpsSimulator::builder().signatures(signatures);
        let world = World::with(builder).await;
        let client = world.sim.client_builder().signer(Signer::BearerOnly);
        let client = client.options(world.options()).build().unwrap();
        match client.usage().limits().await {
            Ok(_) => assert!(passes),
            Err(error) => {
                assert!(!passes);
                assert_eq!(reason(&error), AuthReason::MissingHeaders);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_clock_is_corrected_once() {
    for error in [Ok(Duration::from_secs(900)), Err(Duration::from_secs(7200))] {
        let world = World::new().await;
        world.sim.add("greet", "1.0.0", "Hello");
        world.sim.set_clock_error(Some(error));
        world.client.prompts().get("greet").await.unwrap();
        assert_eq!(world.sim.requests("prompts.get"), 2);
        world.client.prompts().get("greet").await.unwrap();
        assert_eq!(world.sim.requests("prompts.get"), 3, "it is known now");

        let stubborn = world
            .sim
            .client_builder()
            .skew_correction(SkewCorrection::Off);
        let stubborn = stubborn.options(world.options()).build().unwrap();
        let error = stubborn.prompts().get("greet").await.unwrap_err();
        assert_eq!(reason(&error), AuthReason::Timestamp);
        assert_eq!(world.sim.requests("prompts.get"), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn the_window_is_three_hundred_seconds() {
    for (seconds, passes) in [(299, true), (300, true), (302, false)] {
        let world = World::new().await;
        world
            .sim
            .set_clock_error(Some(Ok(Duration::from_secs(seconds))));
        let client = world
            .sim
            .client_builder()
            .skew_correction(SkewCorrection::Off);
        let client = client.options(world.options()).build().unwrap();
        assert_eq!(client.usage().limits().await.is_ok(), passes, "{seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_waits_for_the_next_minute_in_both_forms() {
    for speaks in [Speaks::Server, Speaks::Docs] {
        let builder = PromptOpsSimulator::builder()
            .speaks(speaks)
            .limits(2, 100, 1000);
        let world = World::with(builder).await;
        world.sim.add("greet", "1.0.0", "Hello");
        for _ in 0..2 {
            world
                .at_once(world.client.prompts().get("greet"))
                .await
                .unwrap();
        }
        // It is 12:00:45.
        world.client.prompts().get("greet").await.unwrap();
        let waited = world.clock.elapsed();
        assert!(
            waited >= 15 * SECOND && waited < 25 * SECOND,
            "{speaks:?}: {waited:?}"
        );
        assert_eq!(world.sim.requests("prompts.get"), 4);

        let hurried = world
            .client
            .with(voice_core::client::RequestOptions::new().retries(0));
        hurried.prompts().get("greet").await.unwrap();
        let error = hurried.prompts().get("greet").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert_eq!(AuthReason::of(&error), None);
        assert!(error.retry_after().is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_left_is_told() {
    let builder = PromptOpsSimulator::builder().limits(100, 6000, 144_000);
    let world = World::with(builder).await;
    world.sim.set_usage(24, 499, 7999);
    let limits = world.client.usage().limits().await.unwrap();
    assert_eq!(
        (limits.current_usage_minute, limits.remaining_day),
        (Some(25), Some(136_000))
    );
    let reset = limits.reset_time_hour.as_ref().and_then(|time| time.time());
    assert_eq!(
        reset,
        "2024-01-01T13:00:00Z"
            .parse()
            .ok()
            .and_then(|t: promptops_client::models::PoTime| t.time())
    );
}

#[tokio::test(start_paused = true)]
async fn keys_are_made_used_expired_and_revoked() {
    let world = World::new().await;
    let end: promptops_client::models::PoTime = "2024-01-01T12:10:00Z".parse().unwrap();
    let wanted = NewApiKey::new("second")
        .allowed_scopes([Scope::Read])
        .expires_at(end);
    let made = world.client.keys().create(&wanted).await.unwrap();
    let client = world
        .sim
        .client_builder()
        .api_key(made.api_key.clone().into_secret())
        .secret_key(made.secret_key.clone().into_secret())
        .options(world.options())
        .build()
        .unwrap();
    client.usage().limits().await.unwrap();
    world.pass(600 * SECOND).await;
    assert_eq!(
        reason(&client.usage().limits().await.unwrap_err()),
        AuthReason::KeyExpired
    );

    let keys = world
        .client
        .keys()
        .list(&KeyFilter::new())
        .collect()
        .await
        .unwrap();
    assert_eq!(keys.len(), 2);
    assert!(keys[1].secret_key.is_some(), "the server shows it");
    let own = keys[0].id.clone();
    world.client.keys().revoke(&own).await.unwrap();
    let error = world.client.usage().limits().await.unwrap_err();
    assert_eq!(reason(&error), AuthReason::KeyRevoked);
    world
        .sim
        .change_key(|key| key.status = Some(KeyStatus::Other("suspended".to_owned())));
    let error = world.client.usage().limits().await.unwrap_err();
    assert_eq!(reason(&error), AuthReason::KeyInactive);
    let error = world.client.keys().revoke("nobody's").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);

    let stranger = world
        .sim
        .client_builder()
        .token("wrong")
        .options(world.options());
    let error = stranger
        .build()
        .unwrap()
        .aliases()
        .list()
        .await
        .unwrap_err();
    assert_eq!(reason(&error), AuthReason::InvalidToken);
}
