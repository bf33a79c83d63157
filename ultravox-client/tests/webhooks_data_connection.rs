//! Signatures of data connections.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use ultravox_client::webhooks::{
    CALL_ID_HEADER, CONNECTION_SIGNATURE_HEADER, CONNECTION_TIMESTAMP_HEADER,
    DataConnectionVerifier, sign_connection,
};
use voice_core::error::ErrorKind;
use voice_core::provider::CallId;
use voice_core::secret::SecretString;
use voice_core::testkit::TestClock;
use voice_core::webhook::{ReplayWindow, WebhookError};

const CALL: &str = "3c90c3cc-0d44-4b50-8888-8dd25736052a";
const STAMP: &str = "2026-01-02T03:04:05.678901+00:00";
const SENT: u64 = 1_767_323_045;
const SECRET: &str = "shared-secret-0123456789";
const GOOD: &str = "08b51bb3e643af10547562fef26ee170638a84ca40d3106a96a57eec4c2b8edb";

fn verifier(secrets: &[&str], second: u64) -> DataConnectionVerifier {
    DataConnectionVerifier::with_secrets(secrets.iter().map(|secret| SecretString::from(*secret)))
        .unwrap()
        .clock(Arc::new(TestClock::at(second)))
}

fn headers(call: &str, signature: &str, stamp: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (CALL_ID_HEADER, call),
        (CONNECTION_SIGNATURE_HEADER, signature),
        (CONNECTION_TIMESTAMP_HEADER, stamp),
    ] {
        headers.insert(name, value.parse().unwrap());
    }
    headers
}

#[tokio::test]
async fn the_test_set_and_several_secrets() {
    let call = CallId::new(CALL).unwrap();
    assert_eq!(sign_connection(SECRET, &call, STAMP), GOOD);
    let opened = verifier(&[SECRET], SENT)
        .check(&headers(CALL, GOOD, STAMP))
        .unwrap();
    assert_eq!((opened.call, opened.verified.key), (call.clone(), 0));
    let other = sign_connection("another-shared-secret", &call, STAMP);
    let both = format!("{other}, {GOOD}");
    let opened = verifier(&["third-shared-secret", SECRET], SENT)
        .check(&headers(CALL, &both, STAMP))
        .unwrap();
    assert_eq!(opened.verified.key, 1);
}

#[tokio::test]
async fn forged_moved_old_and_unsigned_ones_are_refused() {
    let check = |headers: &HeaderMap, second| verifier(&[SECRET], second).check(headers);
    let other = "3c90c3cc-0d44-4b50-8888-8dd25736052b";
    assert_eq!(
        check(&headers(other, GOOD, STAMP), SENT),
        Err(WebhookError::BadSignature)
    );
    let later = "2026-01-02T03:05:05.678901+00:00";
    assert_eq!(
        check(&headers(CALL, GOOD, later), SENT),
        Err(WebhookError::BadSignature)
    );
    // The border between id and time moved: the signature fits, the time is none.
    for by in [1, 4] {
        let (id, rest) = (format!("{CALL}{}", &STAMP[..by]), &STAMP[by..]);
        assert_eq!(
            check(&headers(&id, GOOD, rest), SENT),
            Err(WebhookError::Malformed(CONNECTION_TIMESTAMP_HEADER))
        );
    }
    assert_eq!(
        check(&headers(CALL, GOOD, STAMP), SENT + 61),
        Err(WebhookError::TooOld)
    );
    assert_eq!(
        check(&headers(CALL, GOOD, STAMP), SENT - 61),
        Err(WebhookError::TooNew)
    );
    let wide =
        verifier(&[SECRET], SENT + 500).window(ReplayWindow::symmetric(Duration::from_secs(500)));
    assert!(wide.check(&headers(CALL, GOOD, STAMP)).is_ok());
    for name in [
        CALL_ID_HEADER,
        CONNECTION_SIGNATURE_HEADER,
        CONNECTION_TIMESTAMP_HEADER,
    ] {
        let mut without = headers(CALL, GOOD, STAMP);
        without.remove(name);
        assert_eq!(
            check(&without, SENT),
            Err(WebhookError::MissingHeader(name))
        );
    }
    let mut two = headers(CALL, GOOD, STAMP);
    two.append(CALL_ID_HEADER, other.parse().unwrap());
    assert_eq!(
        check(&two, SENT),
        Err(WebhookError::Malformed(CALL_ID_HEADER))
    );
}

#[test]
fn a_webhook_is_no_data_connection_and_no_secret_is_empty() {
    for bad in ["", " "] {
        let error = DataConnectionVerifier::new(bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    let shown = format!("{:?}", DataConnectionVerifier::new("planted").unwrap());
    assert!(!shown.contains("planted"), "{shown}");
}
