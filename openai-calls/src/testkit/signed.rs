//! Webhooks as they are sent: signed, repeated, late, forged.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::future::join_all;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use voice_core::clock::SharedClock;
use voice_core::error::Error;
use voice_core::testkit::conformance::WebhookFixture;
use voice_core::testkit::deliver_webhook;
use voice_core::webhook::WebhookRequest;
use voice_core::webhook::standard::{ID_HEADER, SIGNATURE_HEADER, SigningKey, TIMESTAMP_HEADER};

const JSON: &str = "application/json";
const AGENT: &str = "OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)";

/// A webhook, signed now. Its parts are what a web framework would hand on; [`request`](Self::request) lends them to a
/// verifier or a pipeline, and [`deliver`](Self::deliver) sends them over HTTP.
#[derive(Clone)]
#[must_use]
pub struct SignedWebhook {
    /// `POST`.
    pub method: Method,
    /// The URL as requested.
    pub url: String,
    /// The headers, signature and all.
    pub headers: HeaderMap,
    /// The raw body.
    pub body: Bytes,
    id: String,
    keys: Vec<SigningKey>,
    clock: SharedClock,
}

impl SignedWebhook {
    pub(super) fn new(id: String, body: &Value, keys: Vec<SigningKey>, clock: SharedClock) -> Self {
        let mut webhook = Self {
            method: Method::POST,
            url: "https://hooks.example.com/openai".to_owned(),
            headers: HeaderMap::new(),
            body: body.to_string().into(),
            id,
            keys,
            clock,
        };
        webhook.put("content-type", JSON);
        webhook.put("user-agent", AGENT);
        webhook.sign(0);
        webhook
    }

    /// The parts, lent.
    #[must_use]
    pub fn request(&self) -> WebhookRequest<'_> {
        WebhookRequest::new(&self.method, &self.url, &self.headers, &self.body)
    }

    /// The parts for the suite that every verifier passes.
    #[must_use]
    pub fn fixture(&self) -> WebhookFixture {
        WebhookFixture::new(
            self.method.clone(),
            self.url.clone(),
            self.headers.clone(),
            self.body.to_vec(),
            SIGNATURE_HEADER,
        )
    }

    /// The id that its deliveries share (`wh_…`).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Another delivery of it: the same id and body, the time and signature of now.
    pub fn again(&self) -> Self {
        let mut again = self.clone();
        again.sign(0);
        again
    }

    /// The same, sent so long ago: properly signed, and too old beyond 300 s.
    pub fn sent_ago(&self, ago: Duration) -> Self {
        let mut late = self.clone();
        late.sign(-i64::try_from(ago.as_secs()).unwrap_or(i64::MAX));
        late
    }

    /// The same, sent so far in the future.
    pub fn sent_ahead(&self, ahead: Duration) -> Self {
        let mut early = self.clone();
        early.sign(i64::try_from(ahead.as_secs()).unwrap_or(i64::MAX));
        early
    }

    /// The same under another webhook id: to the receiver another webhook about the same thing.
    pub fn with_id(&self, id: impl Into<String>) -> Self {
        let mut other = self.clone();
        other.id = id.into();
        other.sign(0);
        other
    }

    /// The same, signed with another secret alone.
    ///
    /// # Errors
    /// Those of [`SigningKey::from_text`].
    pub fn signed_with(&self, secret: &str) -> Result<Self, Error> {
        let mut other = self.clone();
        other.keys = vec![SigningKey::from_text(secret)?];
        other.sign(0);
        Ok(other)
    }

    /// A forgery: somebody changed the body and kept the signature.
    pub fn with_body(&self, body: impl Into<Bytes>) -> Self {
        let mut forged = self.clone();
        forged.body = body.into();
        forged
    }

    /// Another body, properly signed: what the provider would send if it sent such a thing.
    pub fn saying(&self, body: impl Into<Bytes>) -> Self {
        let mut other = self.with_body(body);
        other.sign(0);
        other
    }

    /// A forgery: a signature that nobody's secret made.
    pub fn forged(&self) -> Self {
        let mut forged = self.clone();
        forged.put(
            SIGNATURE_HEADER,
            "v1,Zm9yZ2VkIGZvcmdlZCBmb3JnZWQgZm9yZ2VkIGZvcmc=",
        );
        forged
    }

    /// The same without a header.
    pub fn without(&self, header: &'static str) -> Self {
        let mut less = self.clone();
        less.headers.remove(header);
        less
    }

    /// The same with another text in a header; one that cannot stand in a header is left out.
    pub fn with_header(&self, header: &'static str, text: &str) -> Self {
        let mut other = self.without(header);
        other.put(header, text);
        other
    }

    /// Posts it to a URL on this machine; gives the status it was answered with.
    ///
    /// # Errors
    /// What broke, in words. Any address but a loopback one is refused.
    pub async fn deliver(&self, url: &str) -> Result<u16, String> {
        let names = [ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER, "user-agent"];
        let headers: Vec<(&'static str, String)> = names
            .into_iter()
            .filter_map(|name| {
                let text = self.headers.get(name)?.to_str().ok()?;
                Some((name, text.to_owned()))
            })
            .collect();
        deliver_webhook(url, JSON, &headers, self.body.clone()).await
    }

    /// Posts it as the API does: until a 2xx acknowledges it, at most `tries` times, with a fresh time and signature for each
    /// and twice the wait between them. Gives what came of each.
    pub async fn deliver_until_acknowledged(
        &self,
        url: &str,
        tries: usize,
        first_wait: Duration,
    ) -> Vec<Result<u16, String>> {
        let (mut outcomes, mut wait) = (Vec::new(), first_wait);
        while outcomes.len() < tries {
            if !outcomes.is_empty() {
                self.clock.sleep(wait).await;
                wait = wait.saturating_mul(2);
            }
            let outcome = self.again().deliver(url).await;
            let is_through = matches!(outcome, Ok(200..300));
            outcomes.push(outcome);
            if is_through {
                break;
            }
        }
        outcomes
    }

    /// Posts so many copies of it at the same time.
    pub async fn deliver_copies(&self, url: &str, copies: usize) -> Vec<Result<u16, String>> {
        join_all((0..copies).map(|_| self.deliver(url))).await
    }

    /// Signs with all secrets, so many seconds from now.
    fn sign(&mut self, from_now: i64) {
        let now = self
            .clock
            .wall()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let stamp = now.saturating_add(from_now).to_string();
        let entries: Vec<String> = self
            .keys
            .iter()
            .map(|key| key.sign(&self.id, &stamp, &self.body))
            .collect();
        let id = self.id.clone();
        self.put(ID_HEADER, &id);
        self.put(TIMESTAMP_HEADER, &stamp);
        self.put(SIGNATURE_HEADER, &entries.join(" "));
    }

    fn put(&mut self, name: &'static str, text: &str) {
        if let Ok(value) = HeaderValue::from_str(text) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// Bodies hold phone numbers.
impl fmt::Debug for SignedWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedWebhook")
            .field("id", &self.id)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
