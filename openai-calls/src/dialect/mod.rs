//! How the API signs, and how it says no.
//!
//! Every request carries `Authorization: Bearer`, and the organisation and the project where they are set. What statuses
//! and codes mean:
//!
//! | answer | taken as |
//! |---|---|
//! | 429 | a refusal: nothing was done |
//! | 429 with `insufficient_quota` | no credit; final |
//! | 408, 500 and above | unknown: it may have been done |
//! | 404 with `model_not_found` | wrong input, and not a missing call |
//! | 404 for a path that does not exist, or as an HTML page | a wrong base URL, and not a missing call |

mod body;
mod hint;

use std::fmt;

use async_trait::async_trait;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use voice_core::client::{Answer, Dialect, Outgoing, Refusal};
use voice_core::error::{Delivery, Error, ErrorKind, FieldError};
use voice_core::retry::Advice;

use self::body::Said;
use crate::PROVIDER;

const ORGANIZATION: HeaderName = HeaderName::from_static("openai-organization");
const PROJECT: HeaderName = HeaderName::from_static("openai-project");

/// The dialect of one key.
pub(crate) struct OpenAiDialect {
    key: SecretString,
    bearer: HeaderValue,
    organization: Option<HeaderValue>,
    project: Option<HeaderValue>,
}

impl OpenAiDialect {
    pub(crate) fn new(
        key: SecretString,
        organization: Option<HeaderValue>,
        project: Option<HeaderValue>,
    ) -> Result<Self, header::InvalidHeaderValue> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret()))?;
        bearer.set_sensitive(true);
        Ok(Self {
            key,
            bearer,
            organization,
            project,
        })
    }

    /// Puts credentials, organisation and project among `headers`.
    pub(crate) fn sign(&self, headers: &mut HeaderMap) {
        headers.insert(header::AUTHORIZATION, self.bearer.clone());
        for (name, value) in [(ORGANIZATION, &self.organization), (PROJECT, &self.project)] {
            if let Some(value) = value {
                headers.insert(name, value.clone());
            }
        }
    }
}

impl fmt::Debug for OpenAiDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenAiDialect")
    }
}

#[async_trait]
impl Dialect for OpenAiDialect {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    async fn authorize(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        // An ephemeral secret speaks for itself, organisation and project included.
        if request.headers.contains_key(header::AUTHORIZATION) {
            return Ok(());
        }
        self.sign(request.headers);
        Ok(())
    }

    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        if answer.status_is_success() {
            return None;
        }
        let said = body::read(answer.body);
        let mut refusal = Refusal::from_status(answer.status);
        refusal.hint = hint::of(answer.status, &said);
        if answer.status.is_server_error() {
            refusal.delivery = Delivery::Unknown;
        }
        let is =
            |word: &str| said.code.as_deref() == Some(word) || said.kind.as_deref() == Some(word);
        if is("insufficient_quota") {
            refusal.kind = ErrorKind::Quota;
            refusal.advice = Advice::Never;
        } else if answer.status.is_client_error() && is("model_not_found") {
            refusal.kind = ErrorKind::InvalidInput;
        } else if answer.status == http::StatusCode::NOT_FOUND && is_unknown_url(&said) {
            refusal.kind = ErrorKind::Unsupported;
        }
        if let Some(param) = &said.param {
            let field = FieldError::new(param, &said.message);
            refusal.fields.push(field);
        }
        if let (Some(kind), Some(_)) = (&said.kind, &said.code) {
            refusal.context.push(("type", kind.clone()));
        }
        refusal.code = said.code.or(said.kind);
        Some(refusal.with_message(said.message))
    }

    fn request_id<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let id = headers.get("x-request-id")?.to_str().ok()?;
        (!id.is_empty()).then_some(id)
    }

    /// `x-ratelimit-reset-*` tells when a quota is full again, not when there is some of it.
    fn waits_for_resets(&self) -> bool {
        false
    }

    fn secrets(&self) -> Vec<SecretString> {
        vec![self.key.clone()]
    }
}

/// Whether a 404 is about the path rather than about what it names.
fn is_unknown_url(said: &Said) -> bool {
    said.page
        || said.code.as_deref() == Some("unknown_url")
        || said.message.starts_with("Invalid URL (")
}
