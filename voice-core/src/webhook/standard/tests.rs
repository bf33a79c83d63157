//! What passes, and everything that does not.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method};
use proptest::prelude::*;

use super::*;
use crate::error::ErrorKind;
use crate::testkit::TestClock;
use crate::webhook::{ReplayWindow, WebhookError, WebhookRequest};

// The vector that the scheme's own libraries publish.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const STAMP: &str = "1614265330";
const SENT: u64 = 1_614_265_330;
const BODY: &[u8] = br#"{"test": 2432232314}"#;
const GOOD: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

fn key(text: &str) -> SigningKey {
    SigningKey::from_text(text).unwrap()
}

fn at(secrets: &[&str], second: u64) -> StandardWebhooks {
    StandardWebhooks::new(secrets.iter().map(|secret| key(secret)))
        .unwrap()
        .clock(Arc::new(TestClock::at(second)))
}

fn headers(id: &str, stamp: &str, signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, text) in [
        (ID_HEADER, id),
        (TIMESTAMP_HEADER, stamp),
        (SIGNATURE_HEADER, signature),
    ] {
        let value = HeaderValue::from_bytes(text.as_bytes()).unwrap();
        headers.insert(name, value);
    }
    headers
}

fn ask(
    webhooks: &StandardWebhooks,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<usize, WebhookError> {
    let request = WebhookRequest::new(&Method::POST, "/hook", headers, body);
    webhooks.check(&request).map(|verified| verified.key)
}

fn signed(signature: &str) -> Result<usize, WebhookError> {
    ask(&at(&[SECRET], SENT), &headers(ID, STAMP, signature), BODY)
}

#[tokio::test]
async fn debug_counts_secrets_and_shows_none() {
    assert_eq!(format!("{:?}", key(SECRET)), "SigningKey([REDACTED])");
    let shown = format!("{:?}", at(&[SECRET, "raw-secret"], SENT));
    assert!(shown.contains("secrets: 2"), "{shown}");
    assert!(
        !shown.contains("MfKQ9r") && !shown.contains("raw-"),
        "{shown}"
    );
}

#[tokio::test]
async fn the_published_vector() {
    assert_eq!(key(SECRET).sign(ID, STAMP, BODY), GOOD);
    let headers = headers(ID, STAMP, GOOD);
    let request = WebhookRequest::new(&Method::POST, "/hook", &headers, BODY);
    let verified = at(&[SECRET], SENT).check(&request).unwrap();
    assert_eq!((verified.id.as_str(), verified.key), (ID, 0));
    let sent = verified.sent.duration_since(std::time::UNIX_EPOCH);
    assert_eq!(sent.unwrap().as_secs(), SENT);
}

#[tokio::test]
async fn forged_truncated_and_swapped_ones_do_not_pass() {
    let bare = &GOOD[3..];
    for bad in [
        &GOOD[..GOOD.len() - 1],
        &GOOD[..GOOD.len() - 4],
        "v1,",
        "v1",
        "",
        "v1,AAAA",
        &key("another").sign(ID, STAMP, BODY),
        &key(SECRET).sign(STAMP, ID, BODY),
        &key(SECRET).sign(ID, "1614265331", BODY),
        &key(SECRET).sign("msg_other", STAMP, BODY),
        // The text of the secret is not the key.
        &SigningKey::from_raw(SECRET).unwrap().sign(ID, STAMP, BODY),
        &format!("v1a,{bare}"),
        &format!("v2,{bare}"),
        &format!("V1,{bare}"),
        &format!("v1;{bare}"),
        &format!("v1,v1,{bare}"),
        &format!(",{bare}"),
        &format!("{GOOD},{GOOD}"),
        &format!("{GOOD}\u{e4}"),
    ] {
        assert_eq!(signed(bad), Err(WebhookError::BadSignature), "{bad}");
    }
    // Id and timestamp in each other's place.
    let swapped = headers(STAMP, ID, GOOD);
    assert_eq!(
        ask(&at(&[SECRET], SENT), &swapped, BODY),
        Err(WebhookError::Malformed(TIMESTAMP_HEADER))
    );
}

#[tokio::test]
async fn one_good_entry_among_others_is_enough() {
    let bare = &GOOD[3..];
    for good in [
        bare.to_owned(),
        format!("v2,{bare} v1,AAAA {GOOD}"),
        format!("{GOOD} v1,{}", "A".repeat(500)),
        format!("\u{e4}\u{1f600} v1,\u{e4} {GOOD}"),
        format!("  {GOOD}\t{GOOD} "),
    ] {
        assert_eq!(signed(&good), Ok(0), "{good}");
    }
    let mut lines = headers(ID, STAMP, "v1,AAAA");
    lines.append(SIGNATURE_HEADER, HeaderValue::from_static(GOOD));
    assert_eq!(ask(&at(&[SECRET], SENT), &lines, BODY), Ok(0));
}

#[tokio::test]
async fn any_secret_of_a_rotation_may_have_signed() {
    let webhooks = at(&["raw-secret", SECRET, SECRET], SENT);
    let by_new = key("raw-secret").sign(ID, STAMP, BODY);
    let both = format!("{GOOD} {by_new}");
    for (signature, made_by) in [(GOOD, 1), (&by_new, 0), (&both, 0)] {
        assert_eq!(
            ask(&webhooks, &headers(ID, STAMP, signature), BODY),
            Ok(made_by)
        );
    }
    let gone = at(&["raw-secret"], SENT);
    assert_eq!(
        ask(&gone, &headers(ID, STAMP, GOOD), BODY),
        Err(WebhookError::BadSignature)
    );
}

#[tokio::test]
async fn the_timestamp_is_signed_as_it_stands() {
    for stamp in ["1614265330", "01614265330", "+1614265330"] {
        let signature = key(SECRET).sign(ID, stamp, BODY);
        let given = headers(ID, stamp, &signature);
        assert_eq!(ask(&at(&[SECRET], SENT), &given, BODY), Ok(0), "{stamp}");
        let reprinted = headers(ID, stamp, GOOD);
        let got = ask(&at(&[SECRET], SENT), &reprinted, BODY);
        assert_eq!(got.is_ok(), stamp == STAMP, "{stamp}");
    }
}

#[tokio::test]
async fn the_tolerance_is_five_minutes_and_includes_its_bounds() {
    assert_eq!(TOLERANCE, Duration::from_secs(300));
    let given = headers(ID, STAMP, GOOD);
    let late = |second: u64| ask(&at(&[SECRET], second), &given, BODY);
    assert_eq!(late(SENT + 300), Ok(0));
    assert_eq!(late(SENT + 301), Err(WebhookError::TooOld));
    assert_eq!(late(SENT - 300), Ok(0));
    assert_eq!(late(SENT - 301), Err(WebhookError::TooNew));
    // Whole seconds: 300.9 s later is still 300.
    let clock = Arc::new(TestClock::at(SENT + 300));
    clock.step(Ok(Duration::from_millis(900)));
    let webhooks = at(&[SECRET], 0).clock(clock);
    assert_eq!(ask(&webhooks, &given, BODY), Ok(0));
    let narrow = ReplayWindow::new(Duration::from_secs(1), Duration::ZERO);
    let webhooks = at(&[SECRET], SENT + 2).window(narrow);
    assert_eq!(ask(&webhooks, &given, BODY), Err(WebhookError::TooOld));
}

#[tokio::test]
async fn the_first_failure_in_the_documented_order_is_told() {
    use WebhookError::{BadSignature, Malformed, MissingHeader, TooNew, TooOld};
    let mut given = HeaderMap::new();
    let mut expect = |name: Option<(&'static str, &'static [u8])>, error: WebhookError| {
        if let Some((name, value)) = name {
            given.insert(name, HeaderValue::from_bytes(value).unwrap());
        }
        let got = ask(&at(&[SECRET], SENT), &given, BODY);
        assert_eq!(got, Err(error.clone()), "{name:?}");
        assert_eq!(error.suggested_status(), 401);
    };
    expect(None, MissingHeader(SIGNATURE_HEADER));
    expect(
        Some((SIGNATURE_HEADER, b"\xff")),
        MissingHeader(TIMESTAMP_HEADER),
    );
    expect(Some((TIMESTAMP_HEADER, b"\xff")), MissingHeader(ID_HEADER));
    expect(Some((ID_HEADER, b"")), Malformed(TIMESTAMP_HEADER));
    expect(Some((TIMESTAMP_HEADER, b"soon")), Malformed(ID_HEADER));
    expect(Some((ID_HEADER, b"\xff")), Malformed(ID_HEADER));
    expect(Some((ID_HEADER, b"wh.1")), Malformed(ID_HEADER));
    expect(Some((ID_HEADER, b"wh_1")), Malformed(TIMESTAMP_HEADER));
    for text in [
        &b""[..],
        b"1614265330.0",
        b"1e9",
        b"0x1",
        b"99999999999999999999",
        b"1 2",
    ] {
        expect(Some((TIMESTAMP_HEADER, text)), Malformed(TIMESTAMP_HEADER));
    }
    for (text, error) in [
        (&b"0"[..], TooOld),
        (b"-9223372036854775808", TooOld),
        (b"-1", TooOld),
        (b"9223372036854775807", TooNew),
        (b"1614265631", TooNew),
    ] {
        expect(Some((TIMESTAMP_HEADER, text)), error);
    }
    expect(Some((TIMESTAMP_HEADER, b"1614265330")), BadSignature);
}

#[tokio::test]
async fn a_header_that_stands_there_twice_is_refused() {
    for (name, text) in [(ID_HEADER, ID), (TIMESTAMP_HEADER, STAMP)] {
        let mut given = headers(ID, STAMP, GOOD);
        given.append(name, text.parse().unwrap());
        let got = ask(&at(&[SECRET], SENT), &given, BODY);
        assert_eq!(got, Err(WebhookError::Malformed(name)));
    }
}

#[tokio::test]
async fn every_changed_byte_is_refused() {
    let webhooks = at(&[SECRET], SENT);
    let good = headers(ID, STAMP, GOOD);
    for at in 0..BODY.len() {
        for bit in 0..8 {
            let mut body = BODY.to_vec();
            body[at] ^= 1 << bit;
            let got = ask(&webhooks, &good, &body);
            assert_eq!(got, Err(WebhookError::BadSignature), "body {at} {bit}");
        }
    }
    for (name, text) in [
        (ID_HEADER, ID),
        (TIMESTAMP_HEADER, STAMP),
        (SIGNATURE_HEADER, GOOD),
    ] {
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] ^= 1 << bit;
                let Ok(value) = HeaderValue::from_bytes(&bytes) else {
                    continue;
                };
                let mut given = good.clone();
                given.insert(name, value);
                assert!(ask(&webhooks, &given, BODY).is_err(), "{name} {at} {bit}");
            }
        }
    }
    for body in [&BODY[..BODY.len() - 1], &[BODY, b"\n"].concat(), b""] {
        assert_eq!(ask(&webhooks, &good, body), Err(WebhookError::BadSignature));
    }
}

#[test]
fn secrets_that_anybody_could_sign_with_are_refused() {
    for empty in ["", " ", "\t\n", "whsec_", "whsec_ ", " whsec_ "] {
        for made in [
            SigningKey::from_raw(empty),
            SigningKey::from_text(empty),
            SigningKey::from_whsec(empty),
        ] {
            assert_eq!(made.unwrap_err().kind(), ErrorKind::Config, "{empty:?}");
        }
    }
    for odd in [
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
        "whsec_cGxhbnRlZA",
        "whsec_cGxhbnRlZA==planted",
        "whsec_-_-_",
        "whsec_====",
    ] {
        let error = SigningKey::from_whsec(odd).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{odd:?}");
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("MfKQ") && !shown.contains("planted"),
            "{shown}"
        );
    }
    let none = StandardWebhooks::new([]).unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn nothing_of_a_secret_is_shown() {
    let (whsec, raw) = (key(SECRET), key("planted-secret"));
    let webhooks = StandardWebhooks::new([whsec.clone(), raw.clone()]).unwrap();
    let shown = format!("{whsec:?} {raw:?} {webhooks:?}");
    assert!(
        !shown.contains("planted") && !shown.contains("MfKQ"),
        "{shown}"
    );
    // Nor as numbers.
    assert!(
        !shown.contains("112, 108") && shown.contains("secrets: 2"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn whatever_is_signed_passes_and_any_change_does_not(
        id in "[a-zA-Z0-9_-]{1,40}",
        second in 0_u64..4_000_000_000,
        body in proptest::collection::vec(any::<u8>(), 0..200),
        secret in "[!-~]{1,60}",
        flip in any::<prop::sample::Index>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _guard = runtime.enter();
        prop_assume!(!secret.starts_with("whsec_"));
        let stamp = second.to_string();
        let given = headers(&id, &stamp, &key(&secret).sign(&id, &stamp, &body));
        let webhooks = at(&[&secret], second);
        prop_assert_eq!(ask(&webhooks, &given, &body), Ok(0));
        let longer = [&body[..], b" "].concat();
        prop_assert_eq!(ask(&webhooks, &given, &longer), Err(WebhookError::BadSignature));
        if !body.is_empty() {
            let mut changed = body;
            let at = flip.index(changed.len());
            changed[at] ^= 1;
            prop_assert_eq!(ask(&webhooks, &given, &changed), Err(WebhookError::BadSignature));
        }
    }

    /// Id, timestamp and body are apart by dots: whoever moves a border keeps the signature, and is refused.
    #[test]
    fn no_border_can_be_moved(
        id in "[a-z0-9_]{1,10}",
        second in 0_u64..1_000,
        body in "[0-9.]{0,10}[ -~]{0,10}",
        first in 0_usize..12,
        width in 0_usize..12,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _guard = runtime.enter();
        let stamp = second.to_string();
        let signature = key(SECRET).sign(&id, &stamp, body.as_bytes());
        let whole = format!("{id}.{stamp}.{body}");
        let dots: Vec<usize> = whole.match_indices('.').map(|(at, _)| at).collect();
        let (one, two) = (dots[first % dots.len()], dots[(first + width) % dots.len()]);
        prop_assume!(one < two);
        let moved = (&whole[..one], &whole[one + 1..two], &whole[two + 1..]);
        prop_assume!(moved != (&id, &stamp, &body));
        let wide = ReplayWindow::symmetric(Duration::from_secs(1 << 40));
        let webhooks = at(&[SECRET], second).window(wide);
        let given = headers(moved.0, moved.1.trim(), &signature);
        prop_assert!(ask(&webhooks, &given, moved.2.as_bytes()).is_err(), "{:?}", moved);
    }

    #[test]
    fn any_headers_are_judged(
        id in "[!-~]{0,20}",
        stamp in "[0-9+-]{0,20}",
        signature in "(v[0-9]a?,)?[0-9a-zA-Z+/=, ]{0,80}",
        secret in "\\PC{0,40}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _guard = runtime.enter();
        let given = headers(&id, &stamp, signature.trim());
        let got = ask(&at(&[SECRET], SENT), &given, b"{}");
        prop_assert!(got.is_err());
        for made in [SigningKey::from_text(&secret), SigningKey::from_whsec(&secret)] {
            prop_assert!(made.is_ok() || made.unwrap_err().kind() == ErrorKind::Config);
        }
    }
}
