//! How the API signs, and how it says no.
//!
//! The key goes into `X-API-Key`; a bearer token is wrong here. Errors have no declared form, so their bodies are
//! [read](body) as best one can. Statuses mean what they usually mean, except where the vendor documents otherwise:
//!
//! | status | taken as |
//! |---|---|
//! | 429, and 503 in the API's own form | a refusal: nothing was done, so even the creation of a call may be sent again |
//! | 503 as a page or text, or as nothing without `Retry-After` | a gateway's word on what it handed on: nobody knows |
//! | 425 | not ready yet: a refusal of what may be repeated anyway; of SIP logs a conflict, and no sign of trouble |
//! | 422 on a data message | a conflict: the call was not joined yet, or is over |
//! | 402 | no subscription or no credit |

mod body;
mod hint;

use std::fmt;
use std::time::SystemTime;

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use voice_core::client::{Answer, Dialect, Outgoing, Refusal};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::limits::{self, RateLimits};

use crate::PROVIDER;
use crate::calls::{SEND_DATA_MESSAGE, SIP_LOGS};

/// Where an answer's request id may be; the API documents none.
const REQUEST_IDS: [&str; 4] = ["x-request-id", "request-id", "x-correlation-id", "cf-ray"];

/// The dialect of one key.
pub(crate) struct UltravoxDialect {
    key: SecretString,
    header: HeaderValue,
    key_looks_right: bool,
}

impl UltravoxDialect {
    pub(crate) fn new(key: SecretString) -> Result<Self, http::header::InvalidHeaderValue> {
        let mut header = HeaderValue::from_str(key.expose_secret())?;
        header.set_sensitive(true);
        Ok(Self {
            key_looks_right: looks_like_a_key(key.expose_secret()),
            key,
            header,
        })
    }
}

/// `^[a-zA-Z0-9]{8}\.[a-zA-Z0-9]{32}$`, as the vendor's pages have it.
fn looks_like_a_key(key: &str) -> bool {
    let alphanumeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    key.split_once('.').is_some_and(|(prefix, secret)| {
        prefix.len() == 8 && secret.len() == 32 && alphanumeric(prefix) && alphanumeric(secret)
    })
}

impl fmt::Debug for UltravoxDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UltravoxDialect")
    }
}

#[async_trait]
impl Dialect for UltravoxDialect {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    async fn authorize(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        // The schema is open to everybody.
        if *request.operation != crate::schema::GET {
            request.headers.insert("x-api-key", self.header.clone());
        }
        Ok(())
    }

    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        if answer.status_is_success() {
            return None;
        }
        let said = body::read(answer.body);
        let mut refusal = Refusal::from_status(answer.status).with_message(said.message);
        refusal.code = said.code;
        refusal.fields = said.fields;
        match answer.status {
            StatusCode::SERVICE_UNAVAILABLE if is_own_refusal(answer) => {
                refusal.delivery = Delivery::Refused;
            }
            StatusCode::TOO_EARLY if answer.operation.repeat().survives_unknown() => {
                refusal.delivery = Delivery::Refused;
                // That something is not written yet does not speak against the provider.
                if *answer.operation == SIP_LOGS {
                    refusal.kind = ErrorKind::Conflict;
                }
            }
            StatusCode::UNPROCESSABLE_ENTITY if *answer.operation == SEND_DATA_MESSAGE => {
                refusal.kind = ErrorKind::Conflict;
            }
            _ => {}
        }
        refusal.hint = hint::of(answer, self.key_looks_right);
        Some(refusal)
    }

    fn request_id<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        REQUEST_IDS.iter().find_map(|name| {
            headers
                .get(*name)?
                .to_str()
                .ok()
                .filter(|id| !id.is_empty())
        })
    }

    /// `Retry-After` is the only header the API documents; the others would be a gateway's, and are read all the same.
    fn rate_limits(&self, headers: &HeaderMap, now: SystemTime) -> RateLimits {
        limits::read(headers, now)
    }

    fn secrets(&self) -> Vec<SecretString> {
        // Its first part names the key in lists and is shown there; the second alone is as good as both.
        let second = self.key.expose_secret().split_once('.');
        let second = second.map(|(_, second)| SecretString::from(second));
        [self.key.clone()].into_iter().chain(second).collect()
    }
}

/// Whether a 503 is the API's own, which says that there was no capacity and nothing was done: JSON, or nothing but a
/// time to come back.
///
/// A page or a line of text is what a gateway makes of a server behind it that broke off, also after the request had been
/// handed on. Taken for a refusal, such a dial would ring twice; taken for an unknown outcome, a refusal is only not repeated.
fn is_own_refusal(answer: &Answer<'_>) -> bool {
    const GAVE_UP: &[u8] = b"reset before headers";
    let gave_up = || {
        answer
            .body
            .windows(GAVE_UP.len())
            .any(|window| window == GAVE_UP)
    };
    match answer.body.trim_ascii_start().first() {
        None => answer.headers.contains_key(http::header::RETRY_AFTER),
        Some(b'{' | b'[') => !gave_up(),
        Some(_) => false,
    }
}
