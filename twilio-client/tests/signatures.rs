//! `X-Twilio-Signature`: published vectors, every variant that must pass, and everything that must not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use common::{ACCOUNT, CALL, TOKEN};
use http::{HeaderMap, Method};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use twilio_client::webhook::{
    IDEMPOTENCY_HEADER, Params, SIGNATURE_HEADER, SignatureAlgorithm, SignatureValidator,
    WebhookKey, dedup_key, sequence_key, sign,
};
use voice_core::error::ErrorKind;
use voice_core::ident::AccountSid;
use voice_core::provider::WebhookVerifier;
use voice_core::secret::{ExposeSecret as _, SecretString};
use voice_core::webhook::{Scheme, WebhookError, WebhookRequest};

const FORM: &str = "application/x-www-form-urlencoded";

fn validator(tokens: &[&str]) -> SignatureValidator {
    SignatureValidator::with_tokens(tokens.iter().map(|token| SecretString::from(*token))).unwrap()
}

fn headers(content_type: &str, signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if !content_type.is_empty() {
        headers.insert("content-type", content_type.parse().unwrap());
    }
    headers.insert(SIGNATURE_HEADER, signature.parse().unwrap());
    headers
}

fn check(url: &str, content_type: &str, body: &str, signature: &str) -> Result<(), WebhookError> {
    let method = if body.is_empty() {
        Method::GET
    } else {
        Method::POST
    };
    let headers = headers(content_type, signature);
    let request = WebhookRequest::new(&method, url, &headers, body.as_bytes());
    validator(&[TOKEN]).check(&request).map(drop)
}

fn signed(url: &str, body: &str) -> String {
    sign(TOKEN, url, &Params::parse(body.as_bytes()))
}

fn hash(body: &str) -> String {
    Sha256::digest(body.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn the_published_vectors() {
    for (url, number, signature) in [
        (
            "https://mycompany.com/myapp.php?foo=1&bar=2",
            "%2B12349013030",
            "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
        ),
        (
            "https://example.com/myapp.php?foo=1&bar=2",
            "%2B14158675310",
            "L/OH5YylLD5NRKLltdqwSvS0BnU=",
        ),
    ] {
        let body = format!(
            "CallSid=CA1234567890ABCDE&Caller={number}&Digits=1234&From={number}&To=%2B18005551212"
        );
        let headers = headers(FORM, signature);
        let request = WebhookRequest::new(&Method::POST, url, &headers, body.as_bytes());
        assert!(validator(&["12345"]).check(&request).is_ok(), "{url}");
        assert_eq!(
            validator(&["12346"]).check(&request),
            Err(WebhookError::BadSignature)
        );
        assert_eq!(
            sign("12345", url, &Params::parse(body.as_bytes())),
            signature
        );
    }
}

#[test]
fn what_proxies_and_parsers_do_to_a_url_is_tolerated_only_as_documented() {
    let body = "CallSid=CA1&To=%2B14155550123";
    for (signed_url, arrived, good) in [
        // Ports.
        (
            "https://a.example/x?y=1",
            "https://a.example:443/x?y=1",
            true,
        ),
        ("https://a.example:443/x", "https://a.example/x", true),
        ("https://a.example/x", "https://a.example:8443/x", true),
        ("https://a.example:8443/x", "https://a.example/x", false),
        ("http://a.example:80/x", "http://a.example/x", true),
        ("http://a.example:443/x", "http://a.example/x", false),
        (
            "https://[2001:db8::1]:443/x",
            "https://[2001:db8::1]/x",
            true,
        ),
        (
            "https://u:p@a.example:443/x",
            "https://u:p@a.example/x",
            true,
        ),
        ("HTTPS://a.example:443/x", "HTTPS://a.example/x", true),
        // Quotes, in the query only.
        (
            "https://a.example/x?y='1'",
            "https://a.example/x?y=%271%27",
            true,
        ),
        (
            "https://a.example/x?y=%271%27",
            "https://a.example:443/x?y='1'",
            true,
        ),
        (
            "https://a.example/it's?y",
            "https://a.example/it%27s?y",
            false,
        ),
        // Fragments are never sent and never signed.
        ("https://a.example/x?y", "https://a.example/x?y#rc=2", true),
        // Everything else is as it was written.
        ("https://a.example/x", "https://A.example/x", false),
        ("https://A.Example/x", "https://A.Example/x", true),
        ("https://a.example/x", "http://a.example/x", false),
        ("https://a.example/x", "https://u@a.example/x", false),
        (
            "https://a.example/x?a=1&b=2",
            "https://a.example/x?b=2&a=1",
            false,
        ),
        (
            "https://a.example/x?a=1+2",
            "https://a.example/x?a=1%202",
            false,
        ),
        ("https://a.example/x?a=", "https://a.example/x?a", false),
        ("https://a.example//x", "https://a.example/x", false),
        ("https://a.example/ü", "https://a.example/%C3%BC", false),
        ("https://a.example/ü?é=ß", "https://a.example/ü?é=ß", true),
        ("https://a.example/a/../b", "https://a.example/a/../b", true),
        ("https://a.example/x", "https://a.example/x/", false),
    ] {
        let outcome = check(arrived, FORM, body, &signed(signed_url, body));
        assert_eq!(
            outcome.is_ok(),
            good,
            "signed {signed_url}, arrived {arrived}"
        );
    }
}

#[test]
fn forms_are_signed_by_their_decoded_distinct_sorted_parameters() {
    let url = "https://a.example/x";
    let body = "b=2&a=1&b=1&b=2&Empty=&Sid=Z&SidAccount=a&Name=Zo%C3%AB+%26+co&None";
    let signature = signed(url, body);
    for same in [
        "Sid=Z&SidAccount=a&a=1&b=1&b=2&Empty=&Name=Zo%c3%ab%20%26%20co&None=",
        "None=&Name=Zo%C3%AB+%26+co&SidAccount=a&Sid=Z&Empty&b=1&b=2&b=1&a=1",
    ] {
        assert_eq!(check(url, FORM, same, &signature), Ok(()), "{same}");
        assert_eq!(
            check(
                url,
                "Application/X-WWW-Form-Urlencoded ; charset=utf-8",
                same,
                &signature
            ),
            Ok(())
        );
    }
    for other in [
        "b=2&a=1",
        &format!("{body}&New=1"),
        &body.replace("Empty=", "Empty=x"),
        &body.replace("b=1", "b=3"),
    ] {
        assert_eq!(
            check(url, FORM, other, &signature),
            Err(WebhookError::BadSignature),
            "{other}"
        );
    }
    // Sorted by name alone: "Sid" before "SidAccount", whatever the values.
    let by_hand =
        Scheme::HmacSha1Base64.sign(TOKEN.as_bytes(), &[b"https://a.example/xSidZSidAccounta"]);
    assert_eq!(check(url, FORM, "SidAccount=a&Sid=Z", &by_hand), Ok(()));
}

#[test]
fn other_bodies_are_signed_by_their_hash_in_the_url() {
    let body = r#"{"a": 1}"#;
    let url = format!("https://a.example/x?k=v&bodySHA256={}", hash(body));
    let signature = signed(&url, "");
    assert_eq!(check(&url, "application/json", body, &signature), Ok(()));
    assert_eq!(check(&url, "", body, &signature), Ok(()));
    let upper = url.replace(&hash(body), &hash(body).to_uppercase());
    assert_eq!(
        check(&upper, "text/plain", body, &signed(&upper, "")),
        Ok(())
    );

    assert_eq!(
        check(&url, "application/json", r#"{"a": 2}"#, &signature),
        Err(WebhookError::BodyMismatch)
    );
    assert_eq!(
        check(&url, "application/json", "", &signature),
        Err(WebhookError::BodyMismatch),
        "taken away"
    );
    assert_eq!(
        check(&url, FORM, "", &signature),
        Err(WebhookError::BodyMismatch),
        "and called a form"
    );
    for nothing in ["=", "&&=&="] {
        assert_eq!(
            check(&url, FORM, nothing, &signature),
            Err(WebhookError::BodyMismatch),
            "replaced by a form that adds nothing to what is signed"
        );
        assert_eq!(
            check(
                "https://a.example/get?a=b",
                FORM,
                nothing,
                &signed("https://a.example/get?a=b", "")
            ),
            Err(WebhookError::BodyMismatch),
            "added to a request without a body"
        );
    }
    assert_eq!(
        check(&url, FORM, body, &signature),
        Err(WebhookError::BadSignature)
    );
    assert_eq!(
        check(
            &url,
            "application/json",
            body,
            &signed("https://a.example/", "")
        ),
        Err(WebhookError::BadSignature)
    );
    for hash in [
        "",
        "0",
        &hash(body)[..62],
        &format!("{}00", hash(body)),
        "zz",
    ] {
        let url = format!("https://a.example/x?bodySHA256={hash}");
        assert_eq!(
            check(&url, "application/json", body, &signed(&url, "")),
            Err(WebhookError::BodyMismatch),
            "{hash}"
        );
    }
    let plain = "https://a.example/x";
    assert_eq!(
        check(plain, "application/json", body, &signed(plain, "")),
        Err(WebhookError::BodyMismatch)
    );
}

#[test]
fn requests_without_a_body_are_signed_by_their_url() {
    let url = format!("https://a.example/x?CallSid={CALL}&CallStatus=ringing&SequenceNumber=1");
    assert_eq!(check(&url, "", "", &signed(&url, "")), Ok(()));
    assert_eq!(
        check(&url, FORM, "", &signed(&url, "")),
        Ok(()),
        "a POST without parameters"
    );
    let socket = "wss://media.example.com/stream";
    assert_eq!(check(socket, "", "", &signed(socket, "")), Ok(()));
    assert_eq!(
        check(
            "https://media.example.com/stream",
            "",
            "",
            &signed(socket, "")
        ),
        Err(WebhookError::BadSignature)
    );

    let headers = headers("", &signed(&url, ""));
    let event = validator(&[TOKEN])
        .verify(&WebhookRequest::new(&Method::GET, &url, &headers, b""))
        .unwrap();
    assert_eq!(
        (event.kind.as_str(), event.call.unwrap().as_str()),
        ("ringing", CALL)
    );
    assert_eq!(event.payload["CallStatus"], "ringing");
}

#[test]
fn missing_and_malformed_signatures_are_named() {
    let method = Method::POST;
    let request = |headers: &HeaderMap| {
        validator(&[TOKEN]).check(&WebhookRequest::new(
            &method,
            "https://a.example",
            headers,
            b"",
        ))
    };
    assert_eq!(
        request(&HeaderMap::new()),
        Err(WebhookError::MissingHeader(SIGNATURE_HEADER))
    );
    let mut binary = HeaderMap::new();
    binary.insert(
        SIGNATURE_HEADER,
        http::HeaderValue::from_bytes(b"\xff").unwrap(),
    );
    assert_eq!(
        request(&binary),
        Err(WebhookError::Malformed(SIGNATURE_HEADER))
    );
    let good = signed("https://a.example", "");
    for bad in [
        "",
        "=",
        &good[..27],
        &format!("{good}="),
        &good.to_lowercase(),
        "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ] {
        assert_eq!(
            request(&headers("", bad)),
            Err(WebhookError::BadSignature),
            "{bad}"
        );
    }
    // Header names are matched without case by the map itself.
    let mut other_case = HeaderMap::new();
    other_case.insert(
        "X-TWILIO-Signature".parse::<http::HeaderName>().unwrap(),
        good.parse().unwrap(),
    );
    assert!(request(&other_case).is_ok());
}

#[test]
fn several_keys_and_keys_of_one_account() {
    let other = concat!("AC", "99999999999999999999999999999999");
    let account = |sid: &str| Some(AccountSid::parse(sid).unwrap());
    let keys = [
        (account(ACCOUNT), SecretString::from("first")),
        (account(other), SecretString::from("second")),
        (None, SecretString::from("any")),
    ];
    let validator = SignatureValidator::with_accounts(keys).unwrap();
    let url = "https://a.example/x";
    for (key, named, expected) in [
        ("first", ACCOUNT, Ok((0, account(ACCOUNT)))),
        ("second", other, Ok((1, account(other)))),
        ("any", other, Ok((2, None))),
        ("first", other, Err(WebhookError::BadSignature)),
        ("second", ACCOUNT, Err(WebhookError::BadSignature)),
        ("third", ACCOUNT, Err(WebhookError::BadSignature)),
    ] {
        let body = format!("AccountSid={named}&CallSid={CALL}");
        let headers = headers(FORM, &sign(key, url, &Params::parse(body.as_bytes())));
        let outcome = validator.check(&WebhookRequest::new(
            &Method::POST,
            url,
            &headers,
            body.as_bytes(),
        ));
        assert_eq!(
            outcome.map(|verified| (verified.key, verified.account)),
            expected,
            "{key} {named}"
        );
    }
    for empty in [vec![], vec![""], vec!["good", " "]] {
        assert!(
            SignatureValidator::with_tokens(empty.into_iter().map(SecretString::from)).is_err()
        );
    }
    assert_eq!(format!("{validator:?}"), "SignatureValidator(3 keys)");
}

/// An algorithm that no scheme has: the parts backwards, in hex.
struct Backwards;

impl SignatureAlgorithm for Backwards {
    fn made(&self, secret: &SecretString, message: &[&[u8]], signature: &str) -> bool {
        backwards(secret.expose_secret(), &message.concat()) == signature
    }
}

fn backwards(secret: &str, message: &[u8]) -> String {
    let text: Vec<u8> = message.iter().rev().copied().collect();
    Scheme::HmacSha256Hex.sign(secret.as_bytes(), &[&text])
}

#[test]
fn a_ring_takes_keys_of_any_algorithm_each_in_its_header() {
    let account = AccountSid::parse(ACCOUNT).unwrap();
    let validator = SignatureValidator::with_keys([
        WebhookKey::auth_token(TOKEN).unwrap(),
        WebhookKey::shared("shared", Scheme::HmacSha256Base64)
            .unwrap()
            .in_header("x-other-signature"),
        WebhookKey::custom("own", Backwards)
            .unwrap()
            .in_header("X-Own-Signature")
            .of_account(account),
    ])
    .unwrap();
    let url = "https://a.example/x";
    let body = format!("AccountSid={ACCOUNT}&CallSid={CALL}");
    let text = format!("{url}AccountSid{ACCOUNT}CallSid{CALL}");
    let sha256 = Scheme::HmacSha256Base64.sign(b"shared", &[text.as_bytes()]);
    let own = backwards("own", text.as_bytes());
    for (header, signature, key) in [
        (SIGNATURE_HEADER, signed(url, &body), Ok(0)),
        ("x-other-signature", sha256.clone(), Ok(1)),
        ("x-own-signature", own.clone(), Ok(2)),
        // A signature counts in the header of its key only, and by its algorithm only.
        (SIGNATURE_HEADER, sha256, Err(WebhookError::BadSignature)),
        ("x-other-signature", own, Err(WebhookError::BadSignature)),
        (
            "x-own-signature",
            signed(url, &body),
            Err(WebhookError::BadSignature),
        ),
        (
            "x-none",
            signed(url, &body),
            Err(WebhookError::MissingHeader(SIGNATURE_HEADER)),
        ),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", FORM.parse().unwrap());
        headers.insert(header, signature.parse().unwrap());
        let request = WebhookRequest::new(&Method::POST, url, &headers, body.as_bytes());
        let outcome = validator.check(&request).map(|verified| verified.key);
        assert_eq!(outcome, key, "{header}");
    }
    let shown = format!("{:?}", WebhookKey::custom("s3cret", Backwards).unwrap());
    assert!(
        !shown.contains("s3cret") && shown.contains("custom"),
        "{shown}"
    );

    // Empty secrets and empty rings are refused, whatever the algorithm.
    for empty in ["", " ", "\n"] {
        assert!(WebhookKey::auth_token(empty).is_err());
        assert!(WebhookKey::shared(empty, Scheme::HmacSha256Hex).is_err());
        let error = WebhookKey::custom(empty, Backwards).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    let error = SignatureValidator::with_keys([]).unwrap_err();
    assert_eq!(
        (error.kind(), error.provider()),
        (ErrorKind::Config, "twilio")
    );
}

#[test]
fn one_secret_may_serve_several_accounts() {
    let other = concat!("AC", "99999999999999999999999999999999");
    let keys = [ACCOUNT, other].map(|sid| {
        WebhookKey::auth_token("same")
            .unwrap()
            .of_account(AccountSid::parse(sid).unwrap())
    });
    let validator = SignatureValidator::with_keys(keys).unwrap();
    let url = "https://a.example/x";
    let third = concat!("AC", "77777777777777777777777777777777");
    for (named, expected) in [
        (ACCOUNT, Ok(0)),
        (other, Ok(1)),
        (third, Err(WebhookError::BadSignature)),
    ] {
        let body = format!("AccountSid={named}");
        let headers = headers(FORM, &sign("same", url, &Params::parse(body.as_bytes())));
        let request = WebhookRequest::new(&Method::POST, url, &headers, body.as_bytes());
        assert_eq!(
            validator.check(&request).map(|verified| verified.key),
            expected
        );
        // The same by GET, where the account stands in the query.
        let url = format!("{url}?{body}");
        let headers = self::headers("", &sign("same", &url, &Params::default()));
        let request = WebhookRequest::new(&Method::GET, &url, &headers, b"");
        assert_eq!(
            validator.check(&request).map(|verified| verified.key),
            expected
        );
    }
}

#[test]
fn upgrades_are_checked_by_the_url_of_the_twiml() {
    let account = AccountSid::parse(ACCOUNT).unwrap();
    let key = WebhookKey::auth_token(TOKEN).unwrap().of_account(account);
    let validator = SignatureValidator::with_keys([key]).unwrap();
    for (signed_url, arrived, good) in [
        (
            "wss://m.example.com/stream",
            "wss://m.example.com/stream",
            true,
        ),
        (
            "wss://m.example.com/stream",
            "https://m.example.com/stream",
            true,
        ),
        (
            "wss://m.example.com/stream",
            "wss://m.example.com:443/stream",
            true,
        ),
        (
            "wss://m.example.com:443/stream",
            "https://m.example.com/stream",
            true,
        ),
        (
            "wss://m.example.com:8443/relay?a='",
            "https://m.example.com:8443/relay?a=%27",
            true,
        ),
        ("ws://127.0.0.1:9/s", "http://127.0.0.1:9/s", true),
        (
            "wss://m.example.com/stream",
            "ws://m.example.com/stream",
            false,
        ),
        (
            "wss://m.example.com/stream",
            "wss://m.example.com/stream/",
            false,
        ),
        (
            "wss://m.example.com/stream",
            "wss://M.example.com/stream",
            false,
        ),
        (
            "https://m.example.com/stream",
            "https://m.example.com/stream",
            false,
        ),
    ] {
        let mut upgrade = HeaderMap::new();
        upgrade.insert("upgrade", "websocket".parse().unwrap());
        upgrade.insert(
            "x-twilio-signature",
            signed(signed_url, "").parse().unwrap(),
        );
        let outcome = validator.check_upgrade(arrived, &upgrade);
        assert_eq!(
            outcome.map(|verified| verified.account).ok(),
            good.then_some(Some(account)),
            "signed {signed_url}, arrived {arrived}"
        );
    }
    assert_eq!(
        validator.check_upgrade("wss://m.example.com/stream", &HeaderMap::new()),
        Err(WebhookError::MissingHeader(SIGNATURE_HEADER))
    );
}

#[test]
fn retries_share_a_key_and_without_the_token_only_numbered_callbacks_have_one() {
    let none = HeaderMap::new();
    let mut retry = HeaderMap::new();
    retry.insert("I-Twilio-Idempotency-Token", "tok-1".parse().unwrap());
    let mut blank = HeaderMap::new();
    blank.insert(IDEMPOTENCY_HEADER, "".parse().unwrap());
    let call = format!("CallSid={CALL}&CallStatus=in-progress");
    let conference = concat!("CF", "0123456789abcdef0123456789abcdef");
    let transcription = concat!("GT", "0123456789abcdef0123456789abcdef");
    for (body, key) in [
        (
            format!("{call}&SequenceNumber=2&CallbackSource=call-progress-events"),
            Some(format!("{CALL}/in-progress/2")),
        ),
        // Partial results count anew with each input of a call: two of them may not be taken for one.
        (
            format!("{call}&SequenceNumber=2&UnstableSpeechResult=a"),
            None,
        ),
        (
            format!(
                "ConferenceSid={conference}&{call}&StatusCallbackEvent=participant-join&SequenceNumber=2"
            ),
            Some(format!("{conference}/participant-join/2")),
        ),
        (
            format!(
                "ConferenceSid={conference}&StatusCallbackEvent=conference-start&SequenceNumber=1"
            ),
            Some(format!("{conference}/conference-start/1")),
        ),
        (
            format!(
                "TranscriptionSid={transcription}&TranscriptionEvent=transcription-content&SequenceId=4"
            ),
            Some(format!("{transcription}/transcription-content/4")),
        ),
        (call.clone(), None),
        (format!("{call}&SequenceNumber=%2B2"), None),
        (String::new(), None),
    ] {
        let params = Params::parse(body.as_bytes());
        assert_eq!(dedup_key(&none, &params), key, "{body}");
        assert_eq!(dedup_key(&blank, &params), key, "{body}");
        assert_eq!(sequence_key(&params), key, "{body}");
        assert_eq!(dedup_key(&retry, &params).as_deref(), Some("tok-1"));
    }
}

#[test]
fn events_have_a_kind_a_call_and_a_key_for_repeats() {
    let url = "https://a.example/x";
    for (body, token, kind, key) in [
        (
            format!("CallSid={CALL}&CallStatus=ringing&SequenceNumber=1"),
            Some("tok"),
            "ringing",
            Some("tok".to_owned()),
        ),
        (
            format!("CallSid={CALL}&CallStatus=ringing&SequenceNumber=1"),
            None,
            "ringing",
            Some(format!("{CALL}/ringing/1")),
        ),
        (
            format!("CallSid={CALL}&CallStatus=ringing"),
            None,
            "voice",
            None,
        ),
        (
            "ConferenceSid=CF1&StatusCallbackEvent=participant-join".to_owned(),
            None,
            "participant-join",
            None,
        ),
        (
            format!("CallSid={CALL}&StreamEvent=stream-error"),
            None,
            "stream-error",
            None,
        ),
        (
            "RecordingSid=RE1&RecordingStatus=completed".to_owned(),
            None,
            "recording-completed",
            None,
        ),
        // The outcome of a leg is asked about by a request for TwiML; the call goes on.
        (
            format!("CallSid={CALL}&CallStatus=in-progress&DialCallStatus=completed"),
            None,
            "voice",
            None,
        ),
        (
            format!("CallSid={CALL}&CallStatus=in-progress&StableSpeechResult=a&SequenceNumber=1"),
            None,
            "gather-partial-result",
            None,
        ),
        (
            format!("CallSid={CALL}&AnsweredBy=human"),
            None,
            "machine-detection",
            None,
        ),
        (
            "UsageTriggerSid=UT1".to_owned(),
            None,
            "usage-trigger",
            None,
        ),
        ("a=b".to_owned(), None, "webhook", None),
    ] {
        let mut headers = headers(FORM, &signed(url, &body));
        if let Some(token) = token {
            headers.insert(IDEMPOTENCY_HEADER, token.parse().unwrap());
        }
        let request = WebhookRequest::new(&Method::POST, url, &headers, body.as_bytes());
        let event = validator(&[TOKEN]).verify(&request).unwrap();
        assert_eq!(
            (event.kind.as_str(), event.dedup_key),
            (kind, key),
            "{body}"
        );
        assert_eq!(event.provider, "twilio");
    }
}

proptest! {
    #[test]
    fn what_is_signed_passes_and_what_is_changed_does_not(
        host in "[a-zA-Z0-9.-]{1,12}", path in "(/[^?#\u{0}-\u{1f}]{0,8})?", query in "(\\?[^#\u{0}-\u{1f}]{0,10})?",
        pairs in proptest::collection::vec(("[a-zA-Z]{1,4}", ".{0,4}"), 1..6), other in "[b-y]{1,3}",
    ) {
        let mut form = voice_core::client::Form::new();
        for (name, value) in &pairs {
            form.push(name, value);
        }
        let url = format!("https://{host}{path}{query}");
        let signature = signed(&url, form.encoded());
        prop_assert_eq!(check(&url, FORM, form.encoded(), &signature), Ok(()));
        let more = format!("{}&{other}X={other}", form.encoded());
        prop_assert_eq!(check(&url, FORM, &more, &signature), Err(WebhookError::BadSignature));
        let elsewhere = format!("https://{host}{path}{query}{other}");
        prop_assert_eq!(check(&elsewhere, FORM, form.encoded(), &signature), Err(WebhookError::BadSignature));
    }

    #[test]
    fn no_request_panics(
        url in ".{0,40}", content_type in "[ -~]{0,20}", body in proptest::collection::vec(any::<u8>(), 0..60), signature in "[ -~]{0,40}",
    ) {
        let headers = headers(&content_type, &signature);
        let request = WebhookRequest::new(&Method::POST, &url, &headers, &body);
        prop_assert!(validator(&[TOKEN]).verify(&request).is_err());
    }
}
