//! Signatures of webhooks: what is good, and everything that is not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, Method};
use proptest::prelude::*;
use ultravox_client::types::{EndReason, UvTime};
use ultravox_client::webhooks::{
    DEFAULT_WINDOW, EventKind, SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookVerifier, sign,
};
use voice_core::error::ErrorKind;
use voice_core::provider::WebhookVerifier as _;
use voice_core::secret::SecretString;
use voice_core::testkit::TestClock;
use voice_core::testkit::conformance::{WebhookFixture, webhook_verifier};
use voice_core::webhook::{ReplayWindow, WebhookError, WebhookRequest};

const BODY: &str = r#"{"event":"call.ended","call":{"callId":"3c90c3cc-0d44-4b50-8888-8dd25736052a","endReason":"hangup"}}"#;
const STAMP: &str = "2026-01-02T03:04:05.678901+00:00";
const SECRET: &str = "test-webhook-secret";
/// The second of [`STAMP`].
const SENT: u64 = 1_767_323_045;

const GOOD: &str = "258557090a54cef5d1714facc8ef29c84654e44dabc822a72ceb97ad987e5768";
const BY_OLD: &str = "d8b11e1031e90f813a8e09a3b2ec05648621c28a92d67ded4b26cb609b3ff497";
const WRONG_ORDER: &str = "573f5c381d5afef0e50b52a71989cbdd4ba868b65a6dac568db82364f702428e";

fn verifier_at(secrets: &[&str], second: u64) -> WebhookVerifier {
    WebhookVerifier::with_secrets(secrets.iter().map(|secret| SecretString::from(*secret)))
        .unwrap()
        .clock(Arc::new(TestClock::at(second)))
}

fn verifier(secrets: &[&str]) -> WebhookVerifier {
    verifier_at(secrets, SENT)
}

fn headers(signature: &str, stamp: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(SIGNATURE_HEADER, signature.parse().unwrap());
    headers.insert(TIMESTAMP_HEADER, stamp.parse().unwrap());
    headers
}

fn check_with(
    verifier: &WebhookVerifier,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<usize, WebhookError> {
    let request = WebhookRequest::new(&Method::POST, "/hook", headers, body);
    verifier.check(&request).map(|verified| verified.key)
}

fn check(secrets: &[&str], signature: &str) -> Result<usize, WebhookError> {
    check_with(
        &verifier(secrets),
        &headers(signature, STAMP),
        BODY.as_bytes(),
    )
}

#[tokio::test]
async fn the_test_set() {
    assert_eq!(BODY.len(), 100);
    assert_eq!(sign(SECRET, BODY.as_bytes(), STAMP), GOOD);
    assert_eq!(sign("old-secret", BODY.as_bytes(), STAMP), BY_OLD);
    assert_eq!(check(&[SECRET], GOOD), Ok(0));
    assert_eq!(check(&["old-secret"], BY_OLD), Ok(0));
    // Rotation: both sign, and either secret alone will do.
    let both = format!("{BY_OLD},{GOOD}");
    assert_eq!(check(&[SECRET], &both), Ok(0));
    assert_eq!(check(&["old-secret"], &both), Ok(0));
    assert_eq!(check(&["third", "old-secret"], &both), Ok(1));
    assert_eq!(check(&[SECRET], &format!(" {BY_OLD} ,\t{GOOD} ,")), Ok(0));
    assert_eq!(check(&[SECRET], &GOOD.to_uppercase()), Ok(0));
    // The usual mistake.
    assert_eq!(
        check(&[SECRET], WRONG_ORDER),
        Err(WebhookError::BadSignature)
    );
    assert_eq!(check(&["other"], &both), Err(WebhookError::BadSignature));
}

#[tokio::test]
async fn other_texts_under_the_same_secret_do_not_pass() {
    for (text, stamp) in [
        (format!("{STAMP}.{BODY}"), ""),
        (format!("{STAMP}{BODY}"), ""),
        (format!("{BODY}.{STAMP}"), ""),
        (BODY.to_owned(), ""),
        (format!("{BODY}\n"), STAMP),
        (BODY.to_owned(), "2026-01-02T03:04:05.678901Z"),
    ] {
        let signature = sign(SECRET, text.as_bytes(), stamp);
        assert_eq!(
            check(&[SECRET], &signature),
            Err(WebhookError::BadSignature),
            "{text} {stamp}"
        );
    }
}

#[tokio::test]
async fn the_signature_may_come_in_several_lines_and_the_time_may_not() {
    let mut lines = headers("00", STAMP);
    lines.append(SIGNATURE_HEADER, GOOD.parse().unwrap());
    assert_eq!(
        check_with(&verifier(&[SECRET]), &lines, BODY.as_bytes()),
        Ok(0)
    );
    lines.append(TIMESTAMP_HEADER, STAMP.parse().unwrap());
    assert_eq!(
        check_with(&verifier(&[SECRET]), &lines, BODY.as_bytes()),
        Err(WebhookError::Malformed(TIMESTAMP_HEADER))
    );
}

#[tokio::test]
async fn missing_and_garbled_headers_are_named() {
    for name in [SIGNATURE_HEADER, TIMESTAMP_HEADER] {
        let mut without = headers(GOOD, STAMP);
        without.remove(name);
        let check =
            |headers: &HeaderMap| check_with(&verifier(&[SECRET]), headers, BODY.as_bytes());
        assert_eq!(check(&without), Err(WebhookError::MissingHeader(name)));
        without.insert(name, HeaderValue::from_bytes(b"\xe4").unwrap());
        assert_eq!(check(&without), Err(WebhookError::Malformed(name)));
    }
}

#[tokio::test]
async fn every_form_of_the_time_is_understood_and_signed_as_it_stands() {
    for stamp in [
        "2026-01-02T03:04:05.678901+00:00",
        "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.6Z",
        "2026-01-02T03:04:05.678901",
        "2026-01-02T03:04:05",
        "2026-01-02T08:34:05+05:30",
        "2026-01-01T22:04:05-05:00",
    ] {
        let signature = sign(SECRET, BODY.as_bytes(), stamp);
        let headers = headers(&signature, stamp);
        let request = WebhookRequest::new(&Method::POST, "/", &headers, BODY.as_bytes());
        let verified = verifier(&[SECRET]).check(&request).unwrap();
        let second = verified
            .sent
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap();
        assert_eq!(second.as_secs(), SENT, "{stamp}");
    }
    // Signed, and yet no time, or one that could be the end of a body and the beginning of a time.
    for stamp in [
        "",
        "now",
        "1767323045",
        "2026-13-01T00:00:00Z",
        "+002026-01-02T03:04:05Z",
    ] {
        let headers = headers(&sign(SECRET, BODY.as_bytes(), stamp), stamp);
        assert_eq!(
            check_with(&verifier(&[SECRET]), &headers, BODY.as_bytes()),
            Err(WebhookError::Malformed(TIMESTAMP_HEADER)),
            "{stamp}"
        );
    }
}

#[tokio::test]
async fn the_window_is_a_minute_either_way_unless_set() {
    assert_eq!(DEFAULT_WINDOW, Duration::from_secs(60));
    let at = |second: u64, window: Option<ReplayWindow>| {
        let verifier = verifier_at(&[SECRET], second);
        let verifier = match window {
            Some(window) => verifier.window(window),
            None => verifier,
        };
        check_with(&verifier, &headers(GOOD, STAMP), BODY.as_bytes())
    };
    assert_eq!(at(SENT + 60, None), Ok(0));
    assert_eq!(at(SENT + 61, None), Err(WebhookError::TooOld));
    assert_eq!(at(SENT - 60, None), Ok(0));
    assert_eq!(at(SENT - 61, None), Err(WebhookError::TooNew));
    let wide = ReplayWindow::new(Duration::from_secs(36_000), Duration::from_secs(5));
    assert_eq!(at(SENT + 36_000, Some(wide)), Ok(0));
    assert_eq!(at(SENT - 6, Some(wide)), Err(WebhookError::TooNew));
    // A forgery is told nothing of the time.
    assert_eq!(
        check_with(
            &verifier_at(&[SECRET], SENT + 999),
            &headers(WRONG_ORDER, STAMP),
            BODY.as_bytes()
        ),
        Err(WebhookError::BadSignature)
    );
}

#[test]
fn no_secret_and_empty_ones_are_refused() {
    for secrets in [&[][..], &[""], &["good", " "], &["\t"]] {
        let secrets = secrets.iter().map(|secret| SecretString::from(*secret));
        let error = WebhookVerifier::with_secrets(secrets).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_eq!(error.provider(), "ultravox");
    }
    assert!(WebhookVerifier::new("").is_err());
    let shown = format!("{:?}", WebhookVerifier::new("planted").unwrap());
    assert!(!shown.contains("planted"), "{shown}");
}

#[tokio::test]
async fn a_verified_webhook_is_read() {
    let headers = headers(GOOD, STAMP);
    let request = WebhookRequest::new(&Method::POST, "/", &headers, BODY.as_bytes());
    let event = verifier(&[SECRET]).event(&request).unwrap();
    assert_eq!(event.kind, EventKind::CallEnded);
    assert_eq!(event.call.end_reason, Some(EndReason::Hangup));
    let key = "call.ended:3c90c3cc-0d44-4b50-8888-8dd25736052a";
    assert_eq!(event.dedup_key().as_deref(), Some(key));
    let shared = verifier(&[SECRET]).verify(&request).unwrap();
    assert_eq!(
        (
            shared.provider,
            shared.kind.as_str(),
            shared.dedup_key.as_deref()
        ),
        ("ultravox", "call.ended", Some(key))
    );
    assert_eq!(
        shared.call.as_ref().unwrap().as_str(),
        &key["call.ended:".len()..]
    );
    assert_eq!(shared.payload["call"]["endReason"], "hangup");
}

#[tokio::test]
async fn what_is_signed_and_cannot_be_read_is_400_and_what_is_new_is_kept() {
    let ask = |body: &str| {
        let headers = headers(&sign(SECRET, body.as_bytes(), STAMP), STAMP);
        let request = WebhookRequest::new(&Method::POST, "/", &headers, body.as_bytes());
        let verifier = verifier(&[SECRET]);
        (verifier.event(&request), verifier.verify(&request))
    };
    for body in ["", "[]", "{}", r#"{"event": 7}"#] {
        let (typed, shared) = ask(body);
        assert_eq!(typed.unwrap_err().suggested_status(), 400, "{body}");
        assert_eq!(shared.unwrap_err().suggested_status(), 400, "{body}");
    }
    let (typed, shared) = ask(r#"{"event": "agent.born", "agent": {"agentId": "a"}}"#);
    assert_eq!(typed.unwrap().extra["agent"]["agentId"], "a");
    let shared = shared.unwrap();
    assert_eq!((shared.call, shared.dedup_key), (None, None));
    // The shared reader needs no more than the outline.
    let (typed, shared) = ask(r#"{"event": "call.ended", "call": {"callId": "c", "created": 5}}"#);
    let named = WebhookError::Unreadable("call.created has an unexpected form".to_owned());
    assert_eq!(typed.unwrap_err(), named);
    assert_eq!(shared.unwrap().dedup_key.as_deref(), Some("call.ended:c"));
}

#[tokio::test]
async fn the_conformance_suite() {
    let genuine = WebhookFixture::new(
        Method::POST,
        "https://hooks.example.com/ultravox",
        headers(&format!("{BY_OLD},{GOOD}"), STAMP),
        BODY,
        SIGNATURE_HEADER,
    );
    webhook_verifier(&verifier(&[SECRET]), &genuine);
    webhook_verifier(&verifier(&["old-secret", SECRET]), &genuine);
}

proptest! {
    /// Body and time are signed without anything between them: moving the border keeps the signature, and is refused.
    #[test]
    fn the_border_between_body_and_time_cannot_be_moved(
        body in "[ -~]{1,40}[0-9]{0,6}",
        by in -30_isize..=30,
        second in 0_u64..4_000_000_000,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _guard = runtime.enter();
        let stamp = UvTime::from(SystemTime::UNIX_EPOCH + Duration::from_secs(second)).to_string();
        let signature = sign(SECRET, body.as_bytes(), &stamp);
        let whole = format!("{body}{stamp}");
        let border = body.len().saturating_add_signed(by).min(whole.len());
        let (body, moved) = whole.split_at(border);
        prop_assume!(moved != stamp && moved.trim() == moved);
        let headers = headers(&signature, moved);
        let got = check_with(&verifier_at(&[SECRET], second), &headers, body.as_bytes());
        prop_assert!(got.is_err(), "{body} | {moved}");
    }

    #[test]
    fn any_headers_and_body_are_judged(
        signature in "[0-9a-fA-F, ]{0,140}",
        stamp in "[0-9TZ:+. -]{0,30}",
        body in proptest::collection::vec(any::<u8>(), 0..50),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _guard = runtime.enter();
        let headers = headers(signature.trim(), stamp.trim());
        prop_assert!(check_with(&verifier(&[SECRET]), &headers, &body).is_err());
        // And whatever is properly signed is judged by its time alone.
        let good = sign(SECRET, &body, stamp.trim());
        let headers = self::headers(&good, stamp.trim());
        let got = check_with(&verifier(&[SECRET]), &headers, &body);
        prop_assert!(got != Err(WebhookError::BadSignature));
    }
}
