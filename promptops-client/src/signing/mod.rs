//! How requests under `/v1/client` are signed.
//!
//! The server wants `Authorization: Bearer KEY` and an HMAC over key, time, method and path; the seed of this project knows
//! the key alone, and an older Python client a scheme of its own. Which one a deployment takes is a [`Signer`]. A signature
//! is made afresh for every attempt and never kept: the service takes a captured one for 300 s.

mod hmac_v1;
mod legacy;
mod nonce;
mod time;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use http::{HeaderName, HeaderValue, Method, header};
use secrecy::{ExposeSecret, SecretString};
use voice_core::error::{Error, ErrorKind};

use crate::PROVIDER;

pub(crate) use hmac_v1::HmacKey;
pub use nonce::{NonceSource, RandomNonces};
pub use time::TimestampFormat;

pub(crate) const SIGNATURE: HeaderName = HeaderName::from_static("x-promptops-signature");
pub(crate) const TIMESTAMP: HeaderName = HeaderName::from_static("x-promptops-timestamp");
pub(crate) const NONCE: HeaderName = HeaderName::from_static("x-promptops-nonce");

/// How requests under `/v1/client` are signed.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Signer {
    /// `Authorization: Bearer KEY` and nothing else. The default without a secret.
    #[default]
    BearerOnly,
    /// The documented scheme: bearer key, and HMAC-SHA256 over `key:timestamp:METHOD:path`. The default with a secret.
    HmacV1 {
        /// What keys the HMAC.
        key_mode: KeyMode,
        /// How the time is written.
        timestamp_format: TimestampFormat,
    },
    /// The scheme of the Python client: `Authorization: PromptOps KEY`, and a nonce. Keyed with the API key; needs no secret.
    LegacyNonce,
    /// A scheme of one's own.
    Own(Arc<dyn RequestSigner>),
}

impl Signer {
    /// [`Signer::HmacV1`] as documented: keyed with the secret, time as RFC 3339 with `Z`.
    #[must_use]
    pub fn hmac() -> Self {
        Self::HmacV1 {
            key_mode: KeyMode::default(),
            timestamp_format: TimestampFormat::default(),
        }
    }

    /// [`Signer::HmacV1`] as the reference server computes it: keyed with the SHA-256 of the secret, time without a zone.
    #[must_use]
    pub fn reference_server() -> Self {
        Self::HmacV1 {
            key_mode: KeyMode::SecretSha256Hex,
            timestamp_format: TimestampFormat::NaiveIso,
        }
    }
}

/// What keys the HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum KeyMode {
    /// The secret, as documented.
    #[default]
    Secret,
    /// The SHA-256 of the secret in lower-case hexadecimal, which is what the reference server stores and uses.
    SecretSha256Hex,
}

/// A request about to be signed.
#[non_exhaustive]
pub struct ToSign<'a> {
    /// The API key.
    pub api_key: &'a SecretString,
    /// The method.
    pub method: &'a Method,
    /// The path, percent-decoded, as the server sees it; without the query.
    pub path: &'a str,
    /// The query as it is sent.
    pub query: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
    /// The service's time, as far as it is known: this machine's, corrected by what the service said.
    pub now: SystemTime,
}

/// Only the outline: ids and personal data may stand in the rest.
impl fmt::Debug for ToSign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToSign")
            .field("method", &self.method)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A scheme of one's own. It gives the headers to be added, `Authorization` included; they are marked as sensitive.
pub trait RequestSigner: fmt::Debug + Send + Sync + 'static {
    /// Signs one attempt.
    ///
    /// # Errors
    /// An error ends the operation before anything is sent.
    fn sign(&self, request: &ToSign<'_>) -> Result<Vec<(HeaderName, HeaderValue)>, Error>;
}

/// The client's key, its secret and the way it signs.
pub(crate) struct Credentials {
    api_key: SecretString,
    hmac: Option<HmacKey>,
    signer: Signer,
    nonces: Arc<dyn NonceSource>,
}

impl Credentials {
    /// Checks that the signer has what it needs; the text is the rule that broke.
    pub(crate) fn new(
        api_key: SecretString,
        secret: Option<&SecretString>,
        signer: Option<Signer>,
        nonces: Arc<dyn NonceSource>,
    ) -> Result<Self, &'static str> {
        if secret.is_some_and(|secret| secret.expose_secret().is_empty()) {
            return Err("is empty: anybody could sign with it");
        }
        let signer = signer.unwrap_or_else(|| match secret {
            Some(_) => Signer::hmac(),
            None => Signer::BearerOnly,
        });
        let hmac = match (&signer, secret) {
            (Signer::HmacV1 { key_mode, .. }, Some(secret)) => {
                Some(HmacKey::new(secret, *key_mode))
            }
            (Signer::HmacV1 { .. }, None) => return Err("is not set, and the signer needs it"),
            _ => None,
        };
        Ok(Self {
            api_key,
            hmac,
            signer,
            nonces,
        })
    }

    pub(crate) fn api_key(&self) -> &SecretString {
        &self.api_key
    }

    /// The headers of one attempt.
    pub(crate) fn headers(
        &self,
        request: &ToSign<'_>,
    ) -> Result<Vec<(HeaderName, HeaderValue)>, Error> {
        let key = self.api_key.expose_secret();
        match (&self.signer, &self.hmac) {
            (Signer::Own(own), _) => own.sign(request),
            (Signer::LegacyNonce, _) => {
                let nonce = self.nonces.nonce();
                legacy::headers(request, &nonce)
            }
            (Signer::HmacV1 { .. }, _) => {
                let Some(signed) = self.signature(request.method, request.path, request.now) else {
                    return Err(not_a_header());
                };
                Ok(vec![
                    (header::AUTHORIZATION, value(&format!("Bearer {key}"))?),
                    (SIGNATURE, value(&signed.signature)?),
                    (TIMESTAMP, value(&signed.timestamp)?),
                ])
            }
            (Signer::BearerOnly, _) => Ok(vec![(
                header::AUTHORIZATION,
                value(&format!("Bearer {key}"))?,
            )]),
        }
    }

    /// The documented signature of a method and a path; `None` when another scheme is in use.
    pub(crate) fn signature(&self, method: &Method, path: &str, now: SystemTime) -> Option<Signed> {
        let (
            Signer::HmacV1 {
                timestamp_format, ..
            },
            Some(key),
        ) = (&self.signer, &self.hmac)
        else {
            return None;
        };
        let timestamp = timestamp_format.write(now);
        let signature = key.sign(
            self.api_key.expose_secret(),
            &timestamp,
            method.as_str(),
            path,
        );
        Some(Signed {
            timestamp,
            signature,
        })
    }
}

/// A signature and the time it was made for.
pub(crate) struct Signed {
    pub(crate) timestamp: String,
    pub(crate) signature: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("signer", &self.signer)
            .field("has_secret", &self.hmac.is_some())
            .finish_non_exhaustive()
    }
}

fn value(text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(text).map_err(|_| not_a_header())?;
    value.set_sensitive(true);
    Ok(value)
}

fn not_a_header() -> Error {
    Error::new(ErrorKind::Config, "the credentials are no header value")
        .with_operation(PROVIDER, "sign")
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| {
        DIGITS
            .get(usize::from(nibble))
            .copied()
            .map_or('0', char::from)
    };
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn credentials(
        secret: Option<&str>,
        signer: Option<Signer>,
    ) -> Result<Credentials, &'static str> {
        let secret = secret.map(SecretString::from);
        Credentials::new(
            "po_key".into(),
            secret.as_ref(),
            signer,
            Arc::new(RandomNonces::new()),
        )
    }

    fn names(credentials: &Credentials) -> Vec<String> {
        let request = ToSign {
            api_key: &"po_key".into(),
            method: &Method::GET,
            path: "/v1/client/prompts",
            query: None,
            body: b"",
            now: SystemTime::UNIX_EPOCH + Duration::from_secs(1),
        };
        let headers = credentials.headers(&request).unwrap();
        assert!(headers.iter().all(|(_, value)| value.is_sensitive()));
        headers
            .into_iter()
            .map(|(name, _)| name.to_string())
            .collect()
    }

    #[test]
    fn the_secret_decides_unless_a_signer_is_set() {
        assert_eq!(names(&credentials(None, None).unwrap()), ["authorization"]);
        let signed = [
            "authorization",
            "x-promptops-signature",
            "x-promptops-timestamp",
        ];
        assert_eq!(names(&credentials(Some("s"), None).unwrap()), signed);
        let bearer = credentials(Some("s"), Some(Signer::BearerOnly)).unwrap();
        assert_eq!(names(&bearer), ["authorization"]);
        assert_eq!(
            names(&credentials(None, Some(Signer::LegacyNonce)).unwrap()).len(),
            4
        );
    }

    #[test]
    fn an_empty_secret_and_a_signer_without_one_are_refused() {
        assert!(credentials(Some(""), None).is_err());
        assert!(credentials(Some(""), Some(Signer::BearerOnly)).is_err());
        assert!(credentials(None, Some(Signer::hmac())).is_err());
        let shown = format!("{:?}", credentials(Some("hunter2"), None).unwrap());
        assert!(
            !shown.contains("hunter2") && !shown.contains("po_key"),
            "{shown}"
        );
    }

    #[test]
    fn hexadecimal_is_lower_case() {
        assert_eq!(hex(&[0, 15, 16, 255]), "000f10ff");
    }
}
