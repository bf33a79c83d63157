//! What the service counts, in bounded memory.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use voice_core::error::Error;
use voice_core::observe::{
    AttemptEvent, Histogram, HistogramSnapshot, Observer, OperationEvent, OperationStats, Stats,
};

use super::error::{ServiceCode, Step};

/// Most events kept.
pub const MOST_EVENTS: usize = 10_000;
/// Most requests to providers kept.
pub const MOST_API_CALLS: usize = 1_000;

/// Counts attempts, successes and failures of creating agents and starting calls, and how long they took; keeps the last
/// 10,000 events and the last 1,000 requests to providers. Labels are words of few values: no numbers, prompts or names.
///
/// It is an [`Observer`] as well: give it to the clients ([`ClientOptions::observer`]) so that it hears of every request
/// they make. Cloning shares the figures.
///
/// [`ClientOptions::observer`]: voice_core::client::ClientOptions::observer
#[derive(Debug, Clone, Default)]
pub struct ServiceMetrics(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    stats: Stats,
    counts: Mutex<BTreeMap<&'static str, u64>>,
    codes: Mutex<BTreeMap<&'static str, u64>>,
    durations: [Histogram; 4],
    events: Mutex<VecDeque<ServiceEvent>>,
    api_calls: Mutex<VecDeque<ApiCall>>,
}

/// Something the service did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceEvent {
    /// When it ended.
    pub at: SystemTime,
    /// `agent_creation` or `call_initiation`.
    pub what: &'static str,
    /// How long it took.
    pub took: Duration,
    /// How it failed, if it did.
    pub failed: Option<ServiceCode>,
}

/// A request to a provider, with all its attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiCall {
    /// The provider.
    pub provider: &'static str,
    /// The operation's name.
    pub operation: String,
    /// How often it was sent.
    pub attempts: u32,
    /// All of it, waits included.
    pub took: Duration,
    /// How it failed, if it did: the kind of error.
    pub failed: Option<&'static str>,
}

/// The four things that are timed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Timed {
    AgentCreation,
    CallInitiation,
    JoinUrl,
    PhoneCall,
}

impl Timed {
    const ALL: [(Self, &'static str); 4] = [
        (Self::AgentCreation, "agent_creation_duration_seconds"),
        (Self::CallInitiation, "call_initiation_duration_seconds"),
        (Self::JoinUrl, "ultravox_join_url_duration_seconds"),
        (Self::PhoneCall, "twilio_call_creation_duration_seconds"),
    ];
}

/// The figures at one moment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MetricsSnapshot {
    /// `agent_creation_attempts_total`, `…_success_total`, `…_failures_total`, and the same of `call_initiation`.
    pub counters: BTreeMap<&'static str, u64>,
    /// Failures by their code.
    pub failures: BTreeMap<&'static str, u64>,
    /// `agent_creation_duration_seconds`, `call_initiation_duration_seconds`, `ultravox_join_url_duration_seconds`,
    /// `twilio_call_creation_duration_seconds` (the name is kept whichever provider dials).
    pub durations: BTreeMap<&'static str, HistogramSnapshot>,
    /// Requests by provider and operation.
    pub operations: Vec<OperationStats>,
}

const COUNTERS: [[&str; 3]; 2] = [
    [
        "agent_creation_attempts_total",
        "agent_creation_success_total",
        "agent_creation_failures_total",
    ],
    [
        "call_initiation_attempts_total",
        "call_initiation_success_total",
        "call_initiation_failures_total",
    ],
];

impl ServiceMetrics {
    /// Nothing counted yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The figures now.
    #[must_use]
    pub fn snapshot(&self) -> MetricsSnapshot {
        let mut counters: BTreeMap<&'static str, u64> =
            COUNTERS.iter().flatten().map(|name| (*name, 0)).collect();
        counters.extend(lock(&self.0.counts).iter());
        MetricsSnapshot {
            counters,
            failures: lock(&self.0.codes).clone(),
            durations: Timed::ALL
                .iter()
                .zip(&self.0.durations)
                .map(|((_, name), histogram)| (*name, histogram.snapshot()))
                .collect(),
            operations: self.0.stats.snapshot().operations,
        }
    }

    /// The last events, newest first; at most `limit`.
    #[must_use]
    pub fn events(&self, limit: usize) -> Vec<ServiceEvent> {
        lock(&self.0.events)
            .iter()
            .rev()
            .take(limit)
            .cloned()
            .collect()
    }

    /// The last requests to providers, newest first; at most `limit`.
    #[must_use]
    pub fn api_calls(&self, limit: usize) -> Vec<ApiCall> {
        lock(&self.0.api_calls)
            .iter()
            .rev()
            .take(limit)
            .cloned()
            .collect()
    }

    pub(super) fn time(&self, what: Timed, took: Duration) {
        if let Some(histogram) = self.0.durations.get(what as usize) {
            histogram.record(took);
        }
    }

    /// One attempt of creating an agent or starting a call has ended.
    pub(super) fn ended(
        &self,
        step: Step,
        at: SystemTime,
        took: Duration,
        failed: Option<ServiceCode>,
    ) {
        let (what, timed, [attempts, success, failures]) = match step {
            Step::CreateAgent => ("agent_creation", Timed::AgentCreation, COUNTERS[0]),
            Step::StartCall => ("call_initiation", Timed::CallInitiation, COUNTERS[1]),
            _ => return,
        };
        {
            let mut counts = lock(&self.0.counts);
            *counts.entry(attempts).or_default() += 1;
            let outcome = if failed.is_some() { failures } else { success };
            *counts.entry(outcome).or_default() += 1;
        }
        if let Some(code) = failed {
            *lock(&self.0.codes).entry(code.as_str()).or_default() += 1;
        }
        self.time(timed, took);
        let event = ServiceEvent {
            at,
            what,
            took,
            failed,
        };
        push(&self.0.events, MOST_EVENTS, event);
    }
}

impl Observer for ServiceMetrics {
    fn on_attempt(&self, event: &AttemptEvent<'_>) {
        self.0.stats.on_attempt(event);
    }

    fn on_operation(&self, event: &OperationEvent<'_>) {
        self.0.stats.on_operation(event);
        let call = ApiCall {
            provider: event.provider,
            operation: event.operation.to_owned(),
            attempts: event.attempts,
            took: event.elapsed,
            failed: event.error.map(|error: &Error| error.kind().as_str()),
        };
        push(&self.0.api_calls, MOST_API_CALLS, call);
    }
}

impl MetricsSnapshot {
    /// The figures as JSON: `counters`, `failures`, `durations` (count, mean, p50, p95, p99 in seconds), `operations`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let durations: serde_json::Map<String, Value> = self
            .durations
            .iter()
            .map(|(name, histogram)| ((*name).to_owned(), shown(histogram)))
            .collect();
        let operations: Vec<Value> = self
            .operations
            .iter()
            .map(|stats| {
                json!({
                    "provider": stats.provider,
                    "operation": stats.operation,
                    "count": stats.operations,
                    "failures": stats.failures,
                    "attempts": stats.attempts,
                    "latency": shown(&stats.latency),
                })
            })
            .collect();
        json!({
            "counters": self.counters,
            "failures": self.failures,
            "durations": durations,
            "operations": operations,
        })
    }
}

fn shown(histogram: &HistogramSnapshot) -> Value {
    let seconds = |value: Option<Duration>| value.map(|value| value.as_secs_f64());
    json!({
        "count": histogram.count(),
        "mean": seconds(histogram.mean()),
        "p50": seconds(histogram.p50()),
        "p95": seconds(histogram.p95()),
        "p99": seconds(histogram.p99()),
    })
}

fn lock<T>(what: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Adds to a queue that forgets its oldest.
fn push<T>(queue: &Mutex<VecDeque<T>>, most: usize, item: T) {
    let mut queue = lock(queue);
    if queue.len() >= most {
        queue.pop_front();
    }
    queue.push_back(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_the_newest_come_first() {
        let metrics = ServiceMetrics::new();
        for second in 0..10_100u64 {
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
            let failed = (second % 10 == 0).then_some(ServiceCode::ValidationError);
            metrics.ended(Step::StartCall, at, Duration::from_millis(5), failed);
        }
        assert_eq!(metrics.events(usize::MAX).len(), MOST_EVENTS);
        let newest = metrics.events(1);
        assert_eq!(
            newest[0].at,
            SystemTime::UNIX_EPOCH + Duration::from_secs(10_099)
        );
        let figures = metrics.snapshot();
        assert_eq!(figures.counters["call_initiation_attempts_total"], 10_100);
        assert_eq!(figures.counters["call_initiation_failures_total"], 1_010);
        assert_eq!(figures.counters["call_initiation_success_total"], 9_090);
        assert_eq!(figures.counters["agent_creation_attempts_total"], 0);
        assert_eq!(figures.failures["validation_error"], 1_010);
        assert_eq!(
            figures.durations["call_initiation_duration_seconds"].count(),
            10_100
        );
        let json = figures.to_json();
        assert_eq!(
            json["durations"]["call_initiation_duration_seconds"]["count"],
            10_100
        );
    }
}
