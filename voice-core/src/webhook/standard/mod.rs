//! Standard Webhooks: a scheme that OpenAI and others sign with (<https://www.standardwebhooks.com>).
//!
//! Three headers come with the body: an id, the time of this delivery in seconds since 1970, and one or more signatures.
//! What is signed is `{id}.{timestamp}.{body}`, the timestamp as the header's own text and the body byte by byte.
//!
//! | rule | here |
//! |---|---|
//! | signature | HMAC-SHA256, base64 with padding, behind the tag `v1,` |
//! | several signatures | apart by blanks; one that matches is enough |
//! | another tag, such as `v1a,` | never matches |
//! | no tag | compared as it stands, as OpenAI's own libraries do |
//! | several secrets | each may have signed: two are in use while one is rotated |
//! | time | at most 300 s from now, either way, bounds included, in whole seconds |
//! | ids | not empty and without a `.`, which would let somebody move the border between id and timestamp |
//!
//! Checks run in the order in which the parts are needed, and the first that fails is reported: the signature header is
//! there, the timestamp header, the id header; the timestamp is a number, not too old, not too new; the signature matches.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use http::{HeaderMap, HeaderValue, Method};
//! use voice_core::webhook::WebhookRequest;
//! use voice_core::webhook::standard::{self, SigningKey, StandardWebhooks};
//!
//! let key = SigningKey::from_whsec("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let now = SystemTime::UNIX_EPOCH.elapsed()?.as_secs().to_string();
//! let mut headers = HeaderMap::new();
//! headers.insert(standard::ID_HEADER, HeaderValue::from_static("wh_1"));
//! headers.insert(standard::TIMESTAMP_HEADER, HeaderValue::from_str(&now)?);
//! headers.insert(standard::SIGNATURE_HEADER, HeaderValue::from_str(&key.sign("wh_1", &now, b"{}"))?);
//!
//! let webhooks = StandardWebhooks::new([key])?;
//! let request = WebhookRequest::new(&Method::POST, "/hook", &headers, b"{}");
//! assert_eq!(webhooks.check(&request)?.id, "wh_1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod key;
#[cfg(test)]
mod tests;
mod verifier;

use std::time::Duration;

pub use key::SigningKey;
pub use verifier::{StandardWebhooks, Verified};

use crate::webhook::Scheme;

/// The header with the id that all deliveries of one webhook share.
pub const ID_HEADER: &str = "webhook-id";
/// The header with the time of this delivery, in seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// The header with the signatures.
pub const SIGNATURE_HEADER: &str = "webhook-signature";
const SCHEME: Scheme = Scheme::HmacSha256Base64;
/// How far the timestamp may be from now unless said otherwise, either way.
pub const TOLERANCE: Duration = Duration::from_secs(300);
