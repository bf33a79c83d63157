//! A webhook as its provider would meet it: is there an answer, soon enough, without a redirect, and is a forged signature refused?

use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderName, HeaderValue};

use super::http::{Answer, failed};
use super::text::millis;
use super::{CheckContext, DoctorCheck, Finding, HttpCheck, ProbeUrl, explain_status};

/// What a provider sends, and how long it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookHabits {
    /// The provider's name.
    pub provider: &'static str,
    /// How long it waits for an answer.
    pub patience: Duration,
    /// The headers of its signature, each with a value of the right form and the wrong content.
    pub signature: Vec<(HeaderName, HeaderValue)>,
    /// The content type, and a body that means nothing to any handler.
    pub body: (HeaderValue, &'static str),
}

impl WebhookHabits {
    /// A provider that waits `patience`, and sends an empty JSON object without a signature.
    #[must_use]
    pub fn new(provider: &'static str, patience: Duration) -> Self {
        Self {
            provider,
            patience,
            signature: Vec::new(),
            body: (HeaderValue::from_static("application/json"), "{}"),
        }
    }

    /// Adds a header of the signature.
    #[must_use]
    pub fn signed(mut self, name: &'static str, value: &'static str) -> Self {
        self.signature.push((
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        ));
        self
    }

    /// Another body.
    #[must_use]
    pub fn body(mut self, content_type: &'static str, body: &'static str) -> Self {
        self.body = (HeaderValue::from_static(content_type), body);
        self
    }
}

/// Sends one POST with a forged signature to a webhook of yours, and judges the answer.
///
/// | answer | verdict |
/// |---|---|
/// | 401 or 403 in time | as it should be: it is reached, and checks signatures |
/// | 2xx | fails: anybody may send it webhooks |
/// | 3xx | fails: providers sign the URL they were given, and follow redirects badly or not at all |
/// | 404, 405, 5xx, none, too late | fails, with what that means |
///
/// The request names no call, and its body means nothing to a handler; a service that checks no signatures gets it all the same.
/// So this check is made only of a URL that was given for it.
#[derive(Debug, Clone)]
pub struct ForgedWebhookCheck {
    name: String,
    request: HttpCheck,
    habits: WebhookHabits,
}

impl ForgedWebhookCheck {
    /// Sends to `url` what the provider of `habits` would send, but for the signature.
    pub fn new(name: impl Into<String>, url: ProbeUrl, habits: WebhookHabits) -> Self {
        let name = name.into();
        let request = HttpCheck::new(&name, url).forged(&habits);
        Self {
            name,
            request,
            habits,
        }
    }

    fn judge(&self, answer: &Answer) -> Finding {
        let (name, status) = (&self.name, answer.status);
        let provider = self.habits.provider;
        let finding = match status.as_u16() {
            401 | 403 => Finding::pass(
                name,
                format!("{status}: it is reached, and refuses a forged signature"),
            ),
            200..=299 => Finding::fail(name, format!("{status}: a forged signature was accepted"))
                .with_cause("The handler does not check signatures, or checks are switched off")
                .with_remedy("Verify every webhook before anything else and answer 401 or 403; the crate has a verifier for it"),
            300..=399 => Finding::fail(name, format!("{status}: the URL leads elsewhere"))
                .with_cause("http instead of https, a slash at the end, another host, or a login page")
                .with_remedy("Give the provider the address it leads to: a redirect loses the body, and the signature is over the first URL"),
            404 | 410 => Finding::fail(name, format!("{status}: there is no such route"))
                .with_cause("The path is another one, or the proxy rewrites it")
                .with_remedy("Compare the path with the routes of the service and with the proxy's configuration"),
            405 => Finding::fail(name, format!("{status}: the route does not take POST"))
                .with_cause("Only GET is routed; providers send webhooks by POST")
                .with_remedy("Let the route answer POST"),
            400 | 415 | 422 => Finding::warn(name, format!("{status}: refused, but not as a forgery"))
                .with_cause("The handler reads the body before it checks the signature")
                .with_remedy("Check the signature over the raw bytes first, and answer 401 or 403"),
            429 => Finding::fail(name, format!("{status}: the service turns webhooks away"))
                .with_cause("A rate limit of the service, its proxy or CDN counts webhooks too")
                .with_remedy("Exempt the webhook's path from the limit"),
            code => {
                let finding = Finding::fail(name, format!("{status}: no webhook gets through"));
                match explain_status(code) {
                    Some(known) => finding.with_explanation(&known),
                    None => finding
                        .with_cause("The service failed before or while it checked the signature")
                        .with_remedy("Read its log at this very time; a forged webhook must end in 401 or 403"),
                }
            }
        };
        let patience = self.habits.patience;
        let finding = if answer.total > patience {
            finding.overruled(
                &format!(
                    "the answer took {}, {provider} waits {}",
                    millis(answer.total),
                    millis(patience)
                ),
                "The handler works before it answers, or waits for a slow database or a cold start",
                "Answer first and work afterwards; raise the proxy's read timeout above the provider's (30 s)",
            )
        } else {
            finding
        };
        finding
            .with_elapsed(answer.total)
            .with_detail("url", self.request.url().to_string())
            .with_detail("provider waits", millis(patience))
    }
}

#[async_trait]
impl DoctorCheck for ForgedWebhookCheck {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        vec![match self.request.exchange(context).await {
            Ok(answer) => self.judge(&answer),
            Err(error) => failed(&self.name, self.request.url(), &error),
        }]
    }
}
