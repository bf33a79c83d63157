//! What every webhook verifier keeps.

use http::{HeaderMap, Method};

use crate::provider::WebhookVerifier;
use crate::webhook::{WebhookError, WebhookRequest};

/// A webhook that is genuine.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WebhookFixture {
    /// The method.
    pub method: Method,
    /// The URL as requested.
    pub url: String,
    /// The headers, the signature among them.
    pub headers: HeaderMap,
    /// The raw body.
    pub body: Vec<u8>,
    /// The name of the signature's header.
    pub signature_header: &'static str,
}

impl WebhookFixture {
    /// Puts one together.
    #[must_use]
    pub fn new(
        method: Method,
        url: impl Into<String>,
        headers: HeaderMap,
        body: impl Into<Vec<u8>>,
        signature_header: &'static str,
    ) -> Self {
        Self {
            method,
            url: url.into(),
            headers,
            body: body.into(),
            signature_header,
        }
    }

    fn request(&self) -> WebhookRequest<'_> {
        WebhookRequest::new(&self.method, &self.url, &self.headers, &self.body)
    }
}

/// The genuine one passes; changed anywhere, without its signature, or with garbage in its place it does not.
#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
pub fn webhook_verifier(verifier: &dyn WebhookVerifier, genuine: &WebhookFixture) {
    let event = verifier
        .verify(&genuine.request())
        .expect("a genuine webhook passes");
    assert!(!event.kind.is_empty(), "an event says what happened");
    let again = verifier
        .verify(&genuine.request())
        .expect("and passes again");
    assert_eq!(
        event.dedup_key, again.dedup_key,
        "a repeated delivery has the same key"
    );

    let mut unsigned = genuine.clone();
    unsigned.headers.remove(genuine.signature_header);
    assert!(
        matches!(
            verifier.verify(&unsigned.request()),
            Err(WebhookError::MissingHeader(_))
        ),
        "a missing signature is named"
    );
    for garbage in ["", "x", "AAAA", "v1,AAAA", &"0".repeat(64), "\u{e4}"] {
        let mut forged = genuine.clone();
        let value = http::HeaderValue::from_bytes(garbage.as_bytes()).expect("a header value");
        forged.headers.insert(genuine.signature_header, value);
        assert!(
            verifier.verify(&forged.request()).is_err(),
            "garbage is no signature: {garbage}"
        );
    }
    for at in 0..genuine.body.len() {
        let mut changed = genuine.clone();
        if let Some(byte) = changed.body.get_mut(at) {
            *byte = if *byte == b'x' { b'y' } else { b'x' };
        }
        assert!(
            verifier.verify(&changed.request()).is_err(),
            "a body changed at byte {at} is refused"
        );
    }
    let mut longer = genuine.clone();
    longer.body.push(b' ');
    assert!(
        verifier.verify(&longer.request()).is_err(),
        "a longer body is refused"
    );
}
