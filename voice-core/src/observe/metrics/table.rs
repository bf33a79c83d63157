//! Every name, with kind, unit and meaning, in one table.

use ::metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// The buckets OpenTelemetry advises for durations of HTTP requests, in seconds.
pub const DURATION_BUCKETS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetricKind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Many values, of which a distribution is kept.
    Histogram,
}

/// One row of [`NAMES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetricName {
    /// The name.
    pub name: &'static str,
    /// What it is.
    pub kind: MetricKind,
    /// Its unit in UCUM, as OpenTelemetry writes it: `s`, or what is counted in braces.
    pub unit: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

macro_rules! names {
    ($($constant:ident $name:literal $kind:ident $unit:literal $meaning:literal)*) => {
        /// The names of all figures.
        pub mod name {
            $(
                #[doc = concat!("`", $name, "` (", $unit, "): ", $meaning, ".")]
                pub const $constant: &str = $name;
            )*
        }

        /// Every figure of this module.
        pub static NAMES: &[MetricName] = &[$(MetricName {
            name: $name,
            kind: MetricKind::$kind,
            unit: $unit,
            meaning: $meaning,
        },)*];
    };
}

names! {
    REQUEST_DURATION "http.client.request.duration" Histogram "s"
        "how long each attempt took, without the wait for a turn of the limiter"
    OPERATION_DURATION "voice.client.operation.duration" Histogram "s"
        "how long each operation took, with all its attempts and waits"
    OPERATIONS_ACTIVE "voice.client.operations.active" Gauge "{operation}"
        "operations under way"
    OPERATIONS_DROPPED "voice.client.operations.dropped" Counter "{operation}"
        "operations that were dropped before their end"
    RETRIES "voice.client.retries" Counter "{attempt}"
        "attempts that follow another, by the kind of error before them"
    RETRY_WAIT "voice.client.retry.wait" Histogram "s"
        "how long was waited before another attempt"
    LIMITER_WAIT "voice.client.limiter.wait" Histogram "s"
        "how long was waited for a turn of the limiter, when it was waited for"
    HELD_BACK "voice.client.held_back" Counter "{attempt}"
        "attempts that breaker or limiter kept from being sent"
    BREAKER_STATE "voice.client.breaker.state" Gauge "1"
        "the breaker after the last attempt: 0 closed, 1 half open, 2 open"
    BREAKER_CHANGES "voice.client.breaker.changes" Counter "{change}"
        "how often the breaker was found in another state, by the new one"
    RATE_LIMIT_REMAINING "voice.client.rate_limit.remaining" Gauge "{request}"
        "what the last answer said is left of the tightest quota"
    WEBHOOKS "voice.webhooks" Counter "{webhook}"
        "webhooks, by whether they were verified or why they were refused"
    OPERATION_LATENCY "voice.client.operation.latency" Gauge "s"
        "quantiles of the time operations took, from published statistics"
    CALLS_ACTIVE "voice.intake.calls.active" Gauge "{call}"
        "inbound calls that go on"
    INTAKE_MINUTES "voice.intake.minutes" Gauge "min"
        "minutes of inbound calls that are over"
    INTAKE_EVENTS "voice.intake.events" Counter "{event}"
        "what the pipeline for inbound calls counts, by its name there"
    INTAKE_REJECTED "voice.intake.calls.rejected" Counter "{call}"
        "inbound calls that were refused, by reason"
    PROMPT_CACHE "voice.prompt.cache.reads" Counter "{read}"
        "reads of the prompt cache, by outcome"
    PROMPT_CACHE_LOADS "voice.prompt.cache.loads" Counter "{load}"
        "loads of the prompt cache from its service, by outcome"
    PROMPT_CACHE_SIZE "voice.prompt.cache.size" Gauge "{entry}"
        "prompts in the memory of the cache"
    PROMPT_CACHE_EVICTIONS "voice.prompt.cache.evictions" Counter "{entry}"
        "prompts that gave way to others for want of room"
}

/// Tells the installed recorder unit and meaning of every name. [`MetricsObserver::new`](super::MetricsObserver::new)
/// does it as well; call it yourself when the recorder is installed later.
pub fn describe() {
    for row in NAMES {
        let unit = match row.unit {
            "s" => Some(Unit::Seconds),
            "1" | "min" => None,
            _ => Some(Unit::Count),
        };
        macro_rules! say {
            ($describe:ident) => {
                match unit {
                    Some(unit) => $describe!(row.name, unit, row.meaning),
                    None => $describe!(row.name, row.meaning),
                }
            };
        }
        match row.kind {
            MetricKind::Counter => say!(describe_counter),
            MetricKind::Gauge => say!(describe_gauge),
            MetricKind::Histogram => say!(describe_histogram),
        }
    }
}
