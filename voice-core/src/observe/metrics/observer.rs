//! [`MetricsObserver`]: what a client does, told to the facade.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::metrics::{Label, counter, gauge, histogram};

use super::name;
use crate::breaker::BreakerState;
use crate::observe::{AttemptEvent, Observer, OperationEvent, RetryEvent, StartEvent};

/// An [`Observer`] that feeds the recorder of the facade `metrics`; without a recorder it does next to nothing.
///
/// One may serve any number of clients; cloning shares what it knows of their breakers. It goes to the recorder that is
/// installed when something happens, in the thread in which it happens.
#[derive(Debug, Clone, Default)]
pub struct MetricsObserver {
    breakers: Arc<Mutex<Breakers>>,
}

/// The last state seen, by provider, host and port: as many as clients have base URLs.
type Breakers = HashMap<(&'static str, String, Option<u16>), BreakerState>;

impl MetricsObserver {
    /// Describes all figures to the installed recorder, and is ready.
    #[must_use]
    pub fn new() -> Self {
        super::describe();
        Self::default()
    }

    fn breaker(&self, event: &AttemptEvent<'_>, state: BreakerState) {
        let (value, word) = match state {
            BreakerState::Closed => (0.0, "closed"),
            BreakerState::HalfOpen => (1.0, "half_open"),
            BreakerState::Open => (2.0, "open"),
        };
        let labels = place(event);
        gauge!(name::BREAKER_STATE, labels.clone()).set(value);
        let key = (event.provider, event.host.to_owned(), event.port);
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let before = breakers.insert(key, state).unwrap_or(BreakerState::Closed);
        drop(breakers);
        if before != state {
            let labels = with(labels, "voice.breaker.state", word);
            counter!(name::BREAKER_CHANGES, labels).increment(1);
        }
    }
}

impl Observer for MetricsObserver {
    fn on_start(&self, event: &StartEvent<'_>) {
        let labels = asked(event.provider, event.operation);
        gauge!(name::OPERATIONS_ACTIVE, labels).increment(1.0);
    }

    fn on_dropped(&self, event: &StartEvent<'_>) {
        let labels = asked(event.provider, event.operation);
        gauge!(name::OPERATIONS_ACTIVE, labels.clone()).decrement(1.0);
        counter!(name::OPERATIONS_DROPPED, labels).increment(1);
    }

    fn on_attempt(&self, event: &AttemptEvent<'_>) {
        let provider = Label::from_static_parts("voice.provider", event.provider);
        if !event.waited.is_zero() {
            histogram!(name::LIMITER_WAIT, vec![provider.clone()])
                .record(event.waited.as_secs_f64());
        }
        if let Some(limits) = event.rate_limits
            && let Some(left) = limits.tightest().and_then(|window| window.remaining())
        {
            #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
            gauge!(name::RATE_LIMIT_REMAINING, place(event)).set(left as f64);
        }
        if let Some(state) = event.breaker {
            self.breaker(event, state);
        }
        if let Some(by) = event.held_back {
            let labels = vec![
                provider,
                Label::from_static_parts("voice.held_back", by.as_str()),
            ];
            counter!(name::HELD_BACK, labels).increment(1);
            return;
        }
        let mut labels = place(event);
        labels.push(Label::new("http.request.method", event.method.to_owned()));
        labels.push(Label::new("url.template", event.path.to_owned()));
        if let Some(status) = event.status {
            labels.push(Label::new("http.response.status_code", status.to_string()));
        }
        if let Some(error) = event.error {
            labels = with(labels, "error.type", error.kind().as_str());
        }
        let took = event.elapsed.saturating_sub(event.waited);
        histogram!(name::REQUEST_DURATION, labels).record(took.as_secs_f64());
    }

    fn on_retry(&self, event: &RetryEvent<'_>) {
        let labels = asked(event.provider, event.operation);
        histogram!(name::RETRY_WAIT, labels.clone()).record(event.wait.as_secs_f64());
        let labels = with(labels, "error.type", event.error.kind().as_str());
        counter!(name::RETRIES, labels).increment(1);
    }

    fn on_operation(&self, event: &OperationEvent<'_>) {
        let mut labels = asked(event.provider, event.operation);
        gauge!(name::OPERATIONS_ACTIVE, labels.clone()).decrement(1.0);
        if let Some(error) = event.error {
            labels = with(labels, "error.type", error.kind().as_str());
            labels = with(labels, "voice.delivery", error.delivery().as_str());
        }
        histogram!(name::OPERATION_DURATION, labels).record(event.elapsed.as_secs_f64());
    }
}

/// Who was asked for what.
fn asked(provider: &'static str, operation: &str) -> Vec<Label> {
    vec![
        Label::from_static_parts("voice.provider", provider),
        Label::new("voice.operation", operation.to_owned()),
    ]
}

/// Where an attempt went; nothing for an upload to a presigned URL.
fn place(event: &AttemptEvent<'_>) -> Vec<Label> {
    let mut labels = Vec::with_capacity(7);
    labels.push(Label::from_static_parts("voice.provider", event.provider));
    if !event.host.is_empty() {
        labels.push(Label::new("server.address", event.host.to_owned()));
    }
    if let Some(port) = event.port {
        labels.push(Label::new("server.port", port.to_string()));
    }
    labels
}

fn with(mut labels: Vec<Label>, key: &'static str, value: &'static str) -> Vec<Label> {
    labels.push(Label::from_static_parts(key, value));
    labels
}
