//! What a provider crate supplies: how its API signs, and how it says no.

use std::fmt;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use http::{HeaderMap, Method, StatusCode, Uri};
use secrecy::SecretString;

use super::Operation;
use crate::error::{Delivery, Error, ErrorKind, FieldError};
use crate::limits::{self, RateLimits};
use crate::retry::Advice;

/// A provider's manner of speaking. It holds no loop, no sleep and no HTTP client.
#[async_trait]
pub trait Dialect: fmt::Debug + Send + Sync + 'static {
    /// The provider's name in errors, spans and metrics, such as `twilio`.
    fn provider(&self) -> &'static str;

    /// Signs one attempt: called afresh for each, after everything else of the request stands.
    ///
    /// # Errors
    /// An error ends the operation before anything is sent.
    async fn authorize(&self, request: &mut Outgoing<'_>) -> Result<(), Error>;

    /// Reads a complete answer: `None` is a success, otherwise what the provider says went wrong.
    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal>;

    /// The request id among an answer's headers.
    fn request_id<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str>;

    /// The request id within an answer's body, for an API that puts it there; asked when there is none among the headers.
    /// The default knows none.
    fn body_request_id(&self, _body: &[u8]) -> Option<String> {
        None
    }

    /// The rate limits among an answer's headers. The default reads every dialect of [`limits`].
    fn rate_limits(&self, headers: &HeaderMap, now: SystemTime) -> RateLimits {
        limits::read(headers, now)
    }

    /// Whether a refusal without `Retry-After` is waited out until the exhausted quotas of [`rate_limits`](Self::rate_limits)
    /// start anew; the default. An API whose resets tell when a quota is **full** again, long after there is some of it,
    /// says no, and the backoff decides.
    fn waits_for_resets(&self) -> bool {
        true
    }

    /// The secrets of this client, so that no error can quote them back.
    fn secrets(&self) -> Vec<SecretString>;
}

/// One attempt about to be sent, as [`Dialect::authorize`] sees it.
#[non_exhaustive]
pub struct Outgoing<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// The method.
    pub method: &'a Method,
    /// The absolute URI.
    pub uri: &'a Uri,
    /// The headers; credentials go here, marked sensitive.
    pub headers: &'a mut HeaderMap,
    /// The body.
    pub body: &'a [u8],
    /// The calendar time to sign with.
    pub now: SystemTime,
}

/// A complete answer, as [`Dialect::judge`] sees it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Answer<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body, or what arrived of it.
    pub body: &'a [u8],
    /// The calendar time of arrival.
    pub now: SystemTime,
}

impl<'a> Answer<'a> {
    /// An answer to judge; also for tests of one's own dialects.
    #[must_use]
    pub fn new(
        operation: &'a Operation,
        status: StatusCode,
        headers: &'a HeaderMap,
        body: &'a [u8],
        now: SystemTime,
    ) -> Self {
        Self {
            operation,
            status,
            headers,
            body,
            now,
        }
    }

    /// Whether the status alone is a success for this operation.
    #[must_use]
    pub fn status_is_success(&self) -> bool {
        self.status.is_success()
            || (self.status.is_redirection()
                && self.operation.redirect() == super::Redirect::Expect)
    }
}

/// What a provider says went wrong.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The kind.
    pub kind: ErrorKind,
    /// Whether the provider may have acted.
    pub delivery: Delivery,
    /// The provider's code.
    pub code: Option<String>,
    /// The provider's message; empty when it gave none.
    pub message: String,
    /// Messages about single fields.
    pub fields: Vec<FieldError>,
    /// The likely cause, where the provider's table has one apart from the hint.
    pub cause: Option<&'static str>,
    /// Cause and remedy.
    pub hint: Option<&'static str>,
    /// What it says of repeating.
    pub advice: Advice,
    /// A wait found in the body.
    pub retry_after: Option<Duration>,
    /// What else is known.
    pub context: Vec<(&'static str, String)>,
}

impl Refusal {
    /// What a status alone says.
    #[must_use]
    pub fn from_status(status: StatusCode) -> Self {
        Self {
            kind: ErrorKind::from_status(status.as_u16()),
            delivery: Delivery::from_status(status.as_u16()),
            code: None,
            message: String::new(),
            fields: Vec::new(),
            cause: None,
            hint: None,
            advice: Advice::None,
            retry_after: None,
            context: Vec::new(),
        }
    }

    /// The same with a message.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// The same with the provider's code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

/// Headers hold credentials, paths ids, bodies personal data: only the outline is shown.
impl fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("operation", &self.operation.name())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Only the outline is shown.
impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("operation", &self.operation.name())
            .field("status", &self.status.as_u16())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What the provider said in words is redacted only when it becomes an error: it is not shown here.
impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("kind", &self.kind)
            .field("delivery", &self.delivery)
            .field("hint", &self.hint)
            .field("advice", &self.advice)
            .field("retry_after", &self.retry_after)
            .finish_non_exhaustive()
    }
}
