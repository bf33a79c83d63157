//! The scheme of the older Python client, keyed with the API key.

use http::{HeaderName, HeaderValue, header};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use voice_core::error::Error;

use super::hmac_v1::mac;
use super::{NONCE, SIGNATURE, TIMESTAMP, TimestampFormat, ToSign, hex, value};

/// `METHOD:path[?query]:timestamp:nonce[:sha256hex(body)]`.
fn text_to_sign(request: &ToSign<'_>, timestamp: &str, nonce: &str) -> String {
    let mut text = format!("{}:{}", request.method, request.path);
    if let Some(query) = request.query.filter(|query| !query.is_empty()) {
        text.push('?');
        text.push_str(query);
    }
    text.push_str(&format!(":{timestamp}:{nonce}"));
    if !request.body.is_empty() {
        text.push(':');
        text.push_str(&hex(&Sha256::digest(request.body)));
    }
    text
}

pub(super) fn headers(
    request: &ToSign<'_>,
    nonce: &str,
) -> Result<Vec<(HeaderName, HeaderValue)>, Error> {
    let key = request.api_key.expose_secret();
    let timestamp = TimestampFormat::UnixSecs.write(request.now);
    let signature = mac(key.as_bytes(), &text_to_sign(request, &timestamp, nonce));
    Ok(vec![
        (header::AUTHORIZATION, value(&format!("PromptOps {key}"))?),
        (SIGNATURE, value(&signature)?),
        (TIMESTAMP, value(&timestamp)?),
        (NONCE, value(nonce)?),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;
    use std::time::{Duration, SystemTime};

    const NONCE_TEXT: &str = "0123456789abcdef0123456789abcdef";

    fn signed(method: &Method, path: &str, query: Option<&str>, body: &[u8]) -> (String, String) {
        let request = ToSign {
            api_key: &"test-api-key-12345678".into(),
            method,
            path,
            query,
            body,
            now: SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
        };
        let text = text_to_sign(&request, "1700000000", NONCE_TEXT);
        let headers = headers(&request, NONCE_TEXT).unwrap();
        let authorization = headers[0].1.to_str().unwrap();
        assert_eq!(authorization, "PromptOps test-api-key-12345678");
        (text, headers[1].1.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_vectors_with_and_without_a_body() {
        let (text, signature) = signed(&Method::GET, "/api/prompts/test", None, b"");
        assert_eq!(
            text,
            format!("GET:/api/prompts/test:1700000000:{NONCE_TEXT}")
        );
        assert_eq!(
            signature,
            "5fe99cd60608a05212bf3fb0a6ce70f5c4c87b7a467213a5e315c1193079c1c8"
        );
        let (_, signature) = signed(&Method::POST, "/api/prompts/", None, br#"{"name": "test"}"#);
        assert_eq!(
            signature,
            "a7eddc62207fb94bee4f0b3665bc742f6af6ba1e90c699870a266b83046333eb"
        );
    }

    #[test]
    fn the_query_is_covered() {
        let (text, _) = signed(&Method::GET, "/api/prompts", Some("limit=2"), b"");
        assert!(
            text.starts_with("GET:/api/prompts?limit=2:1700000000:"),
            "{text}"
        );
    }
}
