//! Webhooks as large as they come, before every provider's verifier: none panics, all refuse what nobody signed.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use openai_calls::webhooks::OpenAiWebhooks;
use twilio_client::webhook::SignatureValidator;
use ultravox_client::webhooks::WebhookVerifier as UltravoxVerifier;
use voice_core::provider::WebhookVerifier;
use voice_core::webhook::WebhookRequest;

use crate::long;
use crate::parties::PLANTED;

const URL: &str = "https://agent.example/hook?x=1";

fn verifiers() -> Vec<(&'static str, Box<dyn WebhookVerifier>)> {
    let openai = OpenAiWebhooks::new("whsec_cGxhbnRlZC1zZWNyZXQtcGxhbnRlZC1zZWNyZXQ=").unwrap();
    vec![
        (
            "ultravox",
            Box::new(UltravoxVerifier::new(PLANTED).unwrap()),
        ),
        (
            "twilio",
            Box::new(SignatureValidator::new(PLANTED).unwrap()),
        ),
        ("openai", Box::new(openai)),
    ]
}

/// Every header that any of them signs with, and 10,000 that none does.
fn headers(content_type: &'static str, signature: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for name in [
        "x-ultravox-webhook-signature",
        "x-twilio-signature",
        "webhook-signature",
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_bytes(signature).unwrap(),
        );
    }
    for name in ["x-ultravox-webhook-timestamp", "webhook-id"] {
        headers.insert(name, HeaderValue::from_static("2025-06-15T15:06:40Z"));
    }
    headers.insert("webhook-timestamp", HeaderValue::from_static("1750000000"));
    headers.insert("content-type", HeaderValue::from_static(content_type));
    for n in 0..10_000 {
        let name: HeaderName = format!("x-{n}").parse().unwrap();
        headers.append(name, HeaderValue::from_bytes(&[0xff; 32]).unwrap());
    }
    headers
}

#[test]
fn ten_megabytes_and_ten_thousand_headers_that_nobody_signed() {
    let deep = "[".repeat(100_000);
    let size = if long() { 10 << 20 } else { 1 << 20 };
    let bodies: [Vec<u8>; 5] = [
        vec![0xff; size],
        b"a=%ff&".repeat(size / 16),
        deep.into_bytes(),
        Vec::new(),
        b"\xef\xbb\xbf{\"a\": 1, \"a\": 1e999}\0".to_vec(),
    ];
    let signatures: [Vec<u8>; 4] = [
        b"v1,AAAA ".repeat(50_000),
        b"AAAA,".repeat(50_000),
        vec![0xff; 1 << 20],
        b"wqYB0ERm2pzKQ2ydLWYV2QZjGq4=".to_vec(),
    ];
    let verifiers = verifiers();
    for (signature, kind) in signatures.iter().zip([
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/x-www-form-urlencoded",
    ]) {
        let headers = headers(kind, signature);
        for body in &bodies {
            for (name, verifier) in &verifiers {
                let request = WebhookRequest::new(&Method::POST, URL, &headers, body);
                let error = verifier.verify(&request).unwrap_err();
                let shown = format!("{error} {error:?}");
                assert!(
                    !shown.contains(PLANTED) && shown.len() < 4096,
                    "{name}: {shown}"
                );
            }
        }
    }
}
