//! One error for the whole family.
//!
//! [`Error`] is opaque and one pointer wide. It answers, in one line of [`Display`](std::fmt::Display), the questions of
//! whoever is woken by it: which provider, which operation, what did the server say, **was it done or not**, and what
//! can I do. Everything in that line is also an accessor, and [`Error::log_value`] gives all of it as one flat JSON
//! object.
//!
//! Nothing secret and no full phone number is ever in it: every text that enters passes [`crate::secret::redact`], and
//! sources that might quote a body or a URL are not kept.
//!
//! ```
//! use voice_core::error::{Delivery, Error, ErrorKind};
//!
//! let error = Error::new(ErrorKind::Timeout, "no answer within 30s")
//!     .with_operation("twilio", "calls.create")
//!     .with_delivery(Delivery::Unknown);
//! assert_eq!(
//!     error.to_string(),
//!     "twilio calls.create: no answer within 30s (outcome unknown, it may have happened)"
//! );
//! assert!(error.may_have_happened());
//! ```

mod display;
mod guidance;
mod kind;
mod log;
mod report;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

use http::{Method, StatusCode};

use crate::limits::RateLimits;
use crate::secret::redact;

pub use kind::{Delivery, ErrorKind};
pub use report::BugReport;

/// A source that an error can carry.
pub type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// The result of anything in the family.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One rule that one field broke, as the client or the server put it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FieldError {
    /// The field's name as the API spells it; nested names joined by `.`, empty when the server named none.
    pub field: String,
    /// What is wrong with it, redacted.
    pub message: String,
}

impl FieldError {
    /// A message about `field`; both are redacted, put on one line and bounded (to 200 and 2,000 bytes).
    pub fn new(field: impl AsRef<str>, message: impl AsRef<str>) -> Self {
        Self {
            field: clean(field.as_ref(), NAME_BYTES),
            message: clean(message.as_ref(), TEXT_BYTES),
        }
    }
}

/// Whatever went wrong, anywhere in the family.
///
/// See the [module page](self) for what it promises.
pub struct Error(Box<Inner>);

pub(crate) struct Inner {
    kind: ErrorKind,
    delivery: Delivery,
    provider: &'static str,
    operation: &'static str,
    endpoint: Option<(Method, &'static str)>,
    status: Option<StatusCode>,
    code: Option<String>,
    message: String,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    rate_limits: Option<Box<RateLimits>>,
    fields: Vec<FieldError>,
    attempts: u32,
    elapsed: Duration,
    cause: Option<Cow<'static, str>>,
    hint: Option<Cow<'static, str>>,
    body: Option<String>,
    context: Vec<(Cow<'static, str>, String)>,
    source: Option<BoxError>,
}

impl Error {
    /// An error of `kind`; `message` is redacted. Delivery starts as [`Delivery::NotSent`].
    pub fn new(kind: ErrorKind, message: impl AsRef<str>) -> Self {
        Self(Box::new(Inner {
            kind,
            delivery: Delivery::NotSent,
            provider: "",
            operation: "",
            endpoint: None,
            status: None,
            code: None,
            message: clean(message.as_ref(), TEXT_BYTES),
            request_id: None,
            retry_after: None,
            rate_limits: None,
            fields: Vec::new(),
            attempts: 0,
            elapsed: Duration::ZERO,
            cause: None,
            hint: None,
            body: None,
            context: Vec::new(),
            source: None,
        }))
    }

    /// An [`ErrorKind::InvalidInput`] about one field, found before anything was sent.
    pub fn invalid_input(field: impl AsRef<str>, message: impl AsRef<str>) -> Self {
        let field = field.as_ref();
        let text = format!("{field}: {}", message.as_ref());
        Self::new(ErrorKind::InvalidInput, text).with_field(FieldError::new(field, message))
    }

    // ---- what it says -------------------------------------------------------------------------------------------

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the server may have acted. For a call: may the person have been rung?
    ///
    /// When several attempts were made this is the worst of them: an unknown first try stays unknown, whatever a later
    /// refusal said.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.0.delivery
    }

    /// The provider's name, such as `twilio`; empty when none was asked.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.0.provider
    }

    /// The operation's name, such as `calls.create`; empty outside an operation.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The HTTP method and the path template, where a request was made; never the path itself, which may hold ids.
    #[must_use]
    pub fn endpoint(&self) -> Option<(&str, &'static str)> {
        let (method, path) = self.0.endpoint.as_ref()?;
        Some((method.as_str(), path))
    }

    /// The HTTP status, when an answer's head arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The provider's own error code, as text; provider crates read it into a typed, open enum.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What happened, in the provider's words where it had any; redacted and on one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The id the provider's support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long to wait before the same request has a chance, as far as anybody said.
    ///
    /// Set for rate limits, refusals with `Retry-After` (also when the wait was longer than the deadline, which is why
    /// the error came back at once) and an open breaker.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The rate-limit headers of the last answer.
    #[must_use]
    pub fn rate_limits(&self) -> Option<&RateLimits> {
        self.0.rate_limits.as_deref()
    }

    /// Per-field messages, from validation here or at the server.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// How many times a request was sent or tried; 0 when the failure came before the first.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Time from the start of the operation until this error, waits included.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// The likely cause and remedy, where one is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The beginning of the answer's body, bounded and redacted.
    #[must_use]
    pub fn body_excerpt(&self) -> Option<&str> {
        self.0.body.as_deref()
    }

    /// What else is known: tenant, call, resource, reason, in the order it was added.
    pub fn context(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.context.iter().map(|(k, v)| (k.as_ref(), v.as_str()))
    }

    /// One value of [`context`](Self::context).
    #[must_use]
    pub fn context_value(&self, key: &str) -> Option<&str> {
        self.context().find(|(k, _)| *k == key).map(|(_, v)| v)
    }

    // ---- questions ----------------------------------------------------------------------------------------------

    /// The same request may succeed later; this says nothing about whether repeating it is **safe**, see
    /// [`may_have_happened`](Self::may_have_happened).
    ///
    /// # Troubleshooting
    /// The client has already retried within its policy. If these persist, look at the provider's status page, at
    /// [`rate_limits`](Self::rate_limits) and at the breaker's state.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.0.kind.is_transient()
    }

    /// The server may have acted although no success came back: the outcome is [`Delivery::Unknown`], or it was a success
    /// that could not be read ([`ErrorKind::Decode`], [`ErrorKind::BodyTooLarge`]).
    ///
    /// # Troubleshooting
    /// Never repeat such a dial blindly: look for the call first (`CallProvider::find_call`), or let `flow` do it. Reads
    /// and idempotent operations can simply be repeated.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        match self.0.delivery {
            Delivery::Unknown => true,
            Delivery::Answered => {
                matches!(self.0.kind, ErrorKind::Decode | ErrorKind::BodyTooLarge)
            }
            Delivery::NotSent | Delivery::Refused => false,
        }
    }

    /// The resource is not there, or not visible with these credentials.
    ///
    /// # Troubleshooting
    /// Compare account, region and id. Some providers answer 404 for a moment after a creation.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// The provider or the client-side limiter asks to slow down.
    ///
    /// # Troubleshooting
    /// [`retry_after`](Self::retry_after) says how long; give the client a limiter below the provider's figure, and
    /// share it between clients of one account.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.0.kind == ErrorKind::RateLimited
    }

    /// The credentials were refused or do not reach this far.
    ///
    /// # Troubleshooting
    /// Check that key and secret belong together, to this account and to this region, and were not rotated.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Authentication | ErrorKind::Permission
        )
    }

    // ---- building -----------------------------------------------------------------------------------------------

    /// Names the provider and the operation.
    #[must_use]
    pub fn with_operation(mut self, provider: &'static str, operation: &'static str) -> Self {
        self.0.provider = provider;
        self.0.operation = operation;
        self
    }

    /// Names the HTTP method and the path template; give the template and not a path that was filled in.
    #[must_use]
    pub fn with_endpoint(mut self, method: Method, path_template: &'static str) -> Self {
        self.0.endpoint = Some((method, path_template));
        self
    }

    /// Says whether the server may have acted.
    #[must_use]
    pub fn with_delivery(mut self, delivery: Delivery) -> Self {
        self.0.delivery = delivery;
        self
    }

    /// Replaces the kind; for adapters that know better than the status did.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Records the HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Records the provider's code; redacted and bounded to 200 bytes.
    #[must_use]
    pub fn with_code(mut self, code: impl AsRef<str>) -> Self {
        self.0.code = Some(clean(code.as_ref(), NAME_BYTES));
        self
    }

    /// Records the provider's request id; redacted and bounded to 200 bytes.
    #[must_use]
    pub fn with_request_id(mut self, id: impl AsRef<str>) -> Self {
        self.0.request_id = Some(clean(id.as_ref(), NAME_BYTES));
        self
    }

    /// Records how long to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Records the rate limits of the answer; empty ones are dropped.
    #[must_use]
    pub fn with_rate_limits(mut self, limits: RateLimits) -> Self {
        self.0.rate_limits = (!limits.is_empty()).then(|| Box::new(limits));
        self
    }

    /// Adds a field's message.
    #[must_use]
    pub fn with_field(mut self, field: FieldError) -> Self {
        self.0.fields.push(field);
        self
    }

    /// Records how often and how long it was tried.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32, elapsed: Duration) -> Self {
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }

    /// Records cause and remedy; one that is not a literal is redacted.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(match hint.into() {
            Cow::Owned(text) => clean(&text, TEXT_BYTES).into(),
            Cow::Borrowed(literal) => Cow::Borrowed(literal),
        });
        self
    }

    /// Records a piece of the body that [`crate::secret::excerpt`] has bounded and redacted.
    #[must_use]
    pub fn with_body_excerpt(mut self, excerpt: String) -> Self {
        let excerpt = match redact(&excerpt) {
            Cow::Owned(redacted) => redacted,
            Cow::Borrowed(_) => excerpt,
        };
        self.0.body = Some(excerpt).filter(|text| !text.is_empty());
        self
    }

    /// Adds something known; the value is redacted, and so is a key that is not a literal. A key given twice keeps the
    /// newer value.
    #[must_use]
    pub fn with_context(
        mut self,
        key: impl Into<Cow<'static, str>>,
        value: impl AsRef<str>,
    ) -> Self {
        let key = match key.into() {
            Cow::Owned(text) => Cow::Owned(clean(&text, NAME_BYTES)),
            Cow::Borrowed(literal) => Cow::Borrowed(literal),
        };
        let value = redact(value.as_ref()).into_owned();
        match self.0.context.iter_mut().find(|(k, _)| *k == key) {
            Some(entry) => entry.1 = value,
            None => self.0.context.push((key, value)),
        }
        self
    }

    /// Keeps the cause. Only give sources that quote neither URLs nor bodies.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

/// Longest name, code or id that an error keeps.
const NAME_BYTES: usize = 200;
/// Longest message that an error keeps.
pub(crate) const TEXT_BYTES: usize = 2_000;

/// Redacted, then on one line (no line separator and no control character of any kind), then cut to `max` bytes.
pub(crate) fn clean(text: &str, max: usize) -> String {
    let redacted = redact(text);
    let mut out = String::with_capacity(redacted.len().min(max + '…'.len_utf8()));
    for char in redacted.chars() {
        if out.len() + char.len_utf8() > max {
            out.push('…');
            break;
        }
        let breaks = char.is_control() || matches!(char, '\u{2028}' | '\u{2029}');
        out.push(if breaks { ' ' } else { char });
    }
    out
}

impl From<crate::ident::IdentError> for Error {
    fn from(error: crate::ident::IdentError) -> Self {
        Self::invalid_input(error.what(), error.to_string()).with_source(error)
    }
}
