//! Reachability over HTTP: a request goes the way the clients' requests go, and its answer is held against what is
//! expected.

mod exchange;
mod judge;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use secrecy::{ExposeSecret, SecretString};

use super::{CheckContext, DoctorCheck, Finding, ProbeUrl, WebhookHabits, limits_left, skew};
use crate::limits;

pub(super) use exchange::{Answer, NoAnswer};
pub(super) use judge::{failed, judge};

/// What an answer should be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Expected {
    /// Any 2xx.
    Success,
    /// Any 2xx; and 401 or 403, which prove that the service is reached: the probe sends no credentials.
    #[default]
    Reachable,
    /// One of these statuses.
    Status(Vec<u16>),
}

/// Sends one request and judges the answer: status, time to the head and in all, known headers, the beginning of the body.
///
/// Redirects are not followed. Of the body at most 16 KiB are read and 512 bytes shown, redacted. Headers are shown from a
/// list of harmless ones. Nothing is retried: a doctor tells what is.
///
/// ```
/// use voice_core::doctor::{Expected, HttpCheck, ProbeUrl};
///
/// let url = ProbeUrl::parse("https://voice.example.com/connect")?;
/// let check = HttpCheck::new("connect by POST", url)
///     .form([("CallSid", "CA123"), ("From", "+15551234567")])
///     .expect(Expected::Status(vec![200]));
/// # Ok::<(), voice_core::transport::SecretUrlError>(())
/// ```
#[derive(Clone)]
pub struct HttpCheck {
    name: String,
    url: ProbeUrl,
    method: Method,
    body: Bytes,
    headers: HeaderMap,
    expected: Expected,
    window: Option<Duration>,
    limits: Limits,
}

/// Whether a second finding says what is left of the rate limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limits {
    Untold,
    Told,
}

impl HttpCheck {
    /// A GET of `url` that expects [`Expected::Reachable`].
    pub fn new(name: impl Into<String>, url: ProbeUrl) -> Self {
        Self {
            name: name.into(),
            url,
            method: Method::GET,
            body: Bytes::new(),
            headers: HeaderMap::new(),
            expected: Expected::default(),
            window: None,
            limits: Limits::Untold,
        }
    }

    /// Another method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// A POST of a form, as telephone providers send their webhooks.
    #[must_use]
    pub fn form<'a>(mut self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.method = Method::POST;
        self.body = form.into();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.headers.insert(http::header::CONTENT_TYPE, form);
        self
    }

    /// Adds a header, such as credentials; it is shown nowhere. A value that no header can hold is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &SecretString) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value.expose_secret()) {
            value.set_sensitive(true);
            self.headers.insert(name, value);
        }
        self
    }

    /// What the answer should be.
    #[must_use]
    pub fn expect(mut self, expected: Expected) -> Self {
        self.expected = expected;
        self
    }

    /// Adds a finding about this machine's clock, which the provider lets be off by `window`.
    #[must_use]
    pub fn clock_window(mut self, window: Duration) -> Self {
        self.window = Some(window);
        self
    }

    /// Adds a finding about what the answer's headers say of rate limits.
    #[must_use]
    pub fn with_limits(mut self) -> Self {
        self.limits = Limits::Told;
        self
    }

    /// A POST as the provider of `habits` would send it, with its forged signature.
    pub(super) fn forged(mut self, habits: &WebhookHabits) -> Self {
        let (content_type, body) = &habits.body;
        self.method = Method::POST;
        self.body = Bytes::from_static(body.as_bytes());
        self.headers
            .insert(http::header::CONTENT_TYPE, content_type.clone());
        for (name, value) in &habits.signature {
            self.headers.insert(name.clone(), value.clone());
        }
        self
    }

    /// The same request to another URL.
    pub(super) fn at(mut self, url: ProbeUrl) -> Self {
        self.url = url;
        self
    }

    pub(super) fn url(&self) -> &ProbeUrl {
        &self.url
    }

    pub(super) fn expected(&self) -> &Expected {
        &self.expected
    }

    /// The findings about one answer, or about none.
    fn findings(&self, outcome: &Result<Answer, NoAnswer>) -> Vec<Finding> {
        let answer = match outcome {
            Ok(answer) => answer,
            Err(error) => return vec![failed(&self.name, &self.url, error)],
        };
        let mut findings = vec![judge(&self.name, &self.url, &self.expected, answer)];
        if let Some(window) = self.window {
            let name = format!("{} clock", self.name);
            findings.push(skew::finding(
                &name,
                &answer.headers,
                answer.between,
                window,
            ));
        }
        if self.limits == Limits::Told {
            let limits = limits::read(&answer.headers, answer.between.1);
            findings.push(limits_left(&format!("{} limits", self.name), &limits));
        }
        findings
    }
}

#[async_trait]
impl DoctorCheck for HttpCheck {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        self.findings(&self.exchange(context).await)
    }
}

/// Neither headers nor the form are shown: both may hold secrets.
impl fmt::Debug for HttpCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpCheck")
            .field("name", &crate::secret::redact(&self.name))
            .field("method", &self.method)
            .field("url", &self.url)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
