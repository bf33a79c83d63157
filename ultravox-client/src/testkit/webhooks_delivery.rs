//! The simulator's webhooks: signed, delivered, repeated.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde_json::{Value, json};
use voice_core::clock::SharedClock;
use voice_core::provider::CallId;
use voice_core::secret::{ExposeSecret, SecretString};
use voice_core::testkit::deliver_webhook;

use super::UltravoxSimulator;
use crate::webhooks::{EventKind, SIGNATURE_HEADER, TIMESTAMP_HEADER, sign};

/// How often a delivery is repeated.
pub(super) const RETRIES: u32 = 10;
/// How long after the first try the second comes; then it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(30);
const JSON: &str = "application/json";

/// Which time a repeated delivery is signed with. It is not known what the API does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RetryStamp {
    /// The time of this try. The default.
    #[default]
    Fresh,
    /// The time of the first try: a receiver with a narrow window then refuses all the others.
    First,
}

/// Where webhooks go, as one configures them: a URL on this machine, secrets, events.
#[derive(Clone)]
#[must_use]
pub struct WebhookTarget {
    url: String,
    secrets: Vec<SecretString>,
    events: Option<Vec<EventKind>>,
    stamp: RetryStamp,
}

impl WebhookTarget {
    /// All events go to `url`, unsigned unless secrets are added. Simulators call this machine only.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            secrets: Vec::new(),
            events: None,
            stamp: RetryStamp::default(),
        }
    }

    /// Signs with this secret too.
    pub fn secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// Only these events go there.
    pub fn events(mut self, events: impl IntoIterator<Item = EventKind>) -> Self {
        self.events = Some(events.into_iter().collect());
        self
    }

    /// Which time repeated deliveries are signed with.
    pub fn retry_stamp(mut self, stamp: RetryStamp) -> Self {
        self.stamp = stamp;
        self
    }

    pub(super) fn wants(&self, kind: &EventKind) -> bool {
        self.events
            .as_ref()
            .is_none_or(|events| events.contains(kind))
    }

    fn signature(&self, body: &str, stamp: &str) -> Option<String> {
        let signatures: Vec<String> = self
            .secrets
            .iter()
            .map(|secret| sign(secret.expose_secret(), body.as_bytes(), stamp))
            .collect();
        (!signatures.is_empty()).then(|| signatures.join(","))
    }
}

/// URLs may hold tokens, and secrets are secrets.
impl fmt::Debug for WebhookTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookTarget")
            .field("secrets", &self.secrets.len())
            .field("events", &self.events)
            .field("stamp", &self.stamp)
            .finish_non_exhaustive()
    }
}

/// One try to deliver a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryAttempt {
    /// When, by the simulator's clock.
    pub at: SystemTime,
    /// The HTTP status it was answered with; `None` when there was no answer.
    pub answered: Option<u16>,
}

/// What became of one webhook.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookDelivery {
    /// What it reported.
    pub kind: EventKind,
    /// About which call.
    pub call: CallId,
    /// Every try, in order: 1 to 11.
    pub attempts: Vec<DeliveryAttempt>,
}

impl WebhookDelivery {
    /// Whether the last try was answered with 2xx; else it was given up.
    #[must_use]
    pub fn is_acknowledged(&self) -> bool {
        self.attempts.last().is_some_and(DeliveryAttempt::is_good)
    }
}

impl DeliveryAttempt {
    fn is_good(&self) -> bool {
        self.answered
            .is_some_and(|status| (200..300).contains(&status))
    }
}

impl fmt::Debug for WebhookDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answers: Vec<Option<u16>> = self.attempts.iter().map(|one| one.answered).collect();
        f.debug_struct("WebhookDelivery")
            .field("kind", &self.kind)
            .field("call", &self.call)
            .field("answers", &answers)
            .finish()
    }
}

impl UltravoxSimulator {
    /// Reports to `target` everything that happened to a call so far, in order: that it started, was joined, ended, was
    /// billed. Empty when there is no such call, or the target wants none of it. Done again, it is a duplicate.
    ///
    /// Each report shows the call as it is now. A report that is not answered with 2xx is repeated 10 times, first after
    /// 30 s, then at twice the distance each time, on the simulator's [clock](super::SimSettings::clock); the next one
    /// waits for it.
    pub async fn deliver_webhooks(
        &self,
        call: &CallId,
        target: &WebhookTarget,
    ) -> Vec<WebhookDelivery> {
        let mut done = Vec::new();
        for kind in self.call(call).as_ref().map(happened).unwrap_or_default() {
            done.extend(self.deliver_webhook(call, kind, target).await);
        }
        done
    }

    /// Reports one event of a call to `target`, whether or not it happened; `None` when there is no such call, or the target
    /// does not want the event. Repeated as [`deliver_webhooks`](Self::deliver_webhooks) says.
    pub async fn deliver_webhook(
        &self,
        call: &CallId,
        kind: EventKind,
        target: &WebhookTarget,
    ) -> Option<WebhookDelivery> {
        let shown = self.call(call).filter(|_| target.wants(&kind))?;
        let body = json!({"event": kind, "call": shown}).to_string();
        let clock = self.world(|world| world.clock.clone());
        let attempts = deliver(&clock, target, &body, RETRIES).await;
        Some(WebhookDelivery {
            kind,
            call: call.clone(),
            attempts,
        })
    }
}

pub(super) async fn deliver(
    clock: &SharedClock,
    target: &WebhookTarget,
    body: &str,
    retries: u32,
) -> Vec<DeliveryAttempt> {
    let mut attempts: Vec<DeliveryAttempt> = Vec::new();
    let mut wait = FIRST_WAIT;
    for _ in 0..=retries {
        if !attempts.is_empty() {
            clock.sleep(wait).await;
            wait *= 2;
        }
        let at = clock.wall();
        let stamp = match (target.stamp, attempts.first()) {
            (RetryStamp::First, Some(first)) => stamp(first.at),
            _ => stamp(at),
        };
        let mut headers = vec![(TIMESTAMP_HEADER, stamp.clone())];
        headers.extend(
            target
                .signature(body, &stamp)
                .map(|signature| (SIGNATURE_HEADER, signature)),
        );
        let answered = deliver_webhook(&target.url, JSON, &headers, body.to_owned()).await;
        let attempt = DeliveryAttempt {
            at,
            answered: answered.ok(),
        };
        let is_good = attempt.is_good();
        attempts.push(attempt);
        if is_good {
            break;
        }
    }
    attempts
}

/// A time as webhooks have it: microseconds, and an offset instead of `Z`.
pub(super) fn stamp(time: SystemTime) -> String {
    let time = Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}

/// What happened to a call, in order.
pub(super) fn happened(call: &Value) -> Vec<EventKind> {
    let is_set = |field: &str| call.get(field).is_some_and(|value| !value.is_null());
    let mut events = vec![EventKind::CallStarted];
    if is_set("joined") {
        events.push(EventKind::CallJoined);
    }
    if is_set("ended") {
        events.extend([EventKind::CallEnded, EventKind::CallBilled]);
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_have_microseconds_and_an_offset() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_nanos(1_767_323_045_678_901_234);
        assert_eq!(stamp(time), "2026-01-02T03:04:05.678901+00:00");
        assert_eq!(
            stamp(SystemTime::UNIX_EPOCH),
            "1970-01-01T00:00:00.000000+00:00"
        );
    }
}
