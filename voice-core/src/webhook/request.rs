//! A webhook as it arrived, and why one is refused.

use std::fmt;

use http::{HeaderMap, Method};

/// A webhook as the web framework received it: nothing decoded, nothing re-encoded.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct WebhookRequest<'a> {
    /// The method.
    pub method: &'a Method,
    /// The URL as the provider requested it, with the query as it stood in the request line. Behind a proxy: the
    /// configured public base URL plus the raw path and query.
    pub url: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The raw body.
    pub body: &'a [u8],
}

impl<'a> WebhookRequest<'a> {
    /// The parts of a webhook.
    #[must_use]
    pub fn new(method: &'a Method, url: &'a str, headers: &'a HeaderMap, body: &'a [u8]) -> Self {
        Self {
            method,
            url,
            headers,
            body,
        }
    }

    /// A header's text.
    ///
    /// # Errors
    /// [`WebhookError::MissingHeader`], or [`WebhookError::Malformed`] when it is not visible ASCII.
    pub fn header(&self, name: &'static str) -> Result<&'a str, WebhookError> {
        self.headers
            .get(name)
            .ok_or(WebhookError::MissingHeader(name))?
            .to_str()
            .map_err(|_| WebhookError::Malformed(name))
    }
}

/// URL and body hold personal data and tokens: only their outline is shown.
impl fmt::Debug for WebhookRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookRequest")
            .field("method", self.method)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Why a webhook is refused. Nothing of the message, and never the expected signature, is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// A header that the scheme needs is not there.
    #[error("the header {0} is missing")]
    MissingHeader(&'static str),
    /// A header or a part of the URL cannot be read.
    #[error("{0} is malformed")]
    Malformed(&'static str),
    /// No secret made this signature: a forgery, another account's webhook, a rotated secret, or a URL or body that was
    /// changed on the way here.
    #[error("the signature does not match")]
    BadSignature,
    /// The signature is good, but the body is not the one that was signed.
    #[error("the body does not match its signed hash")]
    BodyMismatch,
    /// The signed time is too long ago: a replay, a late retry, or a clock that is ahead.
    #[error("the signed time is too old")]
    TooOld,
    /// The signed time is in the future: a clock that is behind.
    #[error("the signed time is in the future")]
    TooNew,
    /// The signature is good, but the body cannot be read.
    #[error("the body cannot be read: {0}")]
    Unreadable(String),
}

impl WebhookError {
    /// The HTTP status to answer with: 401 when it is not proven to come from the provider, 400 when it is but cannot be
    /// read.
    #[must_use]
    pub const fn suggested_status(&self) -> u16 {
        match self {
            Self::Unreadable(_) => 400,
            _ => 401,
        }
    }

    /// Cause and remedy.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::MissingHeader(_) | Self::Malformed(_) => {
                "Not from the provider, or a proxy drops or changes its headers"
            }
            Self::BadSignature => {
                "Check the secret, verify the raw body, and build the URL from the public base URL as the provider calls it"
            }
            Self::BodyMismatch => "Verify the raw body, before any parsing or re-encoding",
            Self::TooOld | Self::TooNew => "Check that this machine's clock is synchronised (NTP)",
            Self::Unreadable(_) => "The provider may have changed its format; keep the raw body",
        }
    }
}

impl From<WebhookError> for crate::error::Error {
    fn from(error: WebhookError) -> Self {
        Self::new(crate::error::ErrorKind::Webhook, error.to_string()).with_hint(error.hint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_missing_header_is_told_from_a_garbled_one() {
        let mut headers = HeaderMap::new();
        headers.insert("x-good", HeaderValue::from_static("yes"));
        headers.insert("x-odd", HeaderValue::from_bytes(b"\xff").unwrap());
        let request = WebhookRequest::new(
            &Method::POST,
            "https://a.example/?token=sesame",
            &headers,
            b"text",
        );
        assert_eq!(request.header("X-Good"), Ok("yes"));
        assert_eq!(
            request.header("x-none"),
            Err(WebhookError::MissingHeader("x-none"))
        );
        assert_eq!(
            request.header("x-odd"),
            Err(WebhookError::Malformed("x-odd"))
        );
        let shown = format!("{request:?}");
        assert_eq!(shown, "WebhookRequest { method: POST, body_bytes: 4, .. }");
    }

    #[test]
    fn what_is_proven_and_unreadable_is_no_forgery() {
        use WebhookError::{
            BadSignature, BodyMismatch, Malformed, MissingHeader, TooNew, TooOld, Unreadable,
        };
        assert_eq!(Unreadable("eof".to_owned()).suggested_status(), 400);
        for (refusal, remedy) in [
            (MissingHeader("x-sign"), "proxy"),
            (Malformed("x-sign"), "proxy"),
            (BadSignature, "public base URL"),
            (BodyMismatch, "raw body"),
            (TooOld, "clock"),
            (TooNew, "clock"),
        ] {
            assert_eq!(refusal.suggested_status(), 401, "{refusal}");
            assert!(refusal.hint().contains(remedy), "{refusal}");
            let error = crate::error::Error::from(refusal);
            assert_eq!(error.kind(), crate::error::ErrorKind::Webhook);
            assert!(error.hint().is_some_and(|hint| hint.contains(remedy)));
        }
    }
}
