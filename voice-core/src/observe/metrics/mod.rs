//! Figures for the facade [`metrics`](https://docs.rs/metrics) (feature `metrics`): what a client does, as counters, gauges
//! and histograms, for whatever recorder the application installs: Prometheus, StatsD, OpenTelemetry.
//!
//! [`MetricsObserver`] is given to a client and hears of everything it does. [`MeteredVerifier`] counts webhooks. What
//! others count already is handed on from time to time: [`publish_stats`] for [`Stats`](super::Stats), and with the feature
//! `intake` `publish_intake` for the pipeline's figures.
//!
//! ```
//! use voice_core::client::ClientOptions;
//! use voice_core::observe::metrics::MetricsObserver;
//!
//! let options = ClientOptions::new().observer(MetricsObserver::new());
//! ```
//!
//! # Wiring
//!
//! The recorder is the application's. With the crate `metrics-exporter-prometheus`, before the first client is built:
//!
//! ```ignore
//! use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
//! use voice_core::observe::metrics::{DURATION_BUCKETS, name};
//!
//! PrometheusBuilder::new()
//!     .set_buckets_for_metric(Matcher::Suffix("duration".to_owned()), &DURATION_BUCKETS)?
//!     .with_http_listener(([127, 0, 0, 1], 9_000))
//!     .install()?;
//! ```
//!
//! Prometheus has no dots in names, so that `http.client.request.duration` arrives there as `http_client_request_duration`.
//!
//! # Names
//!
//! Those that OpenTelemetry has are [its own](https://opentelemetry.io/docs/specs/semconv/http/http-metrics/); all others
//! begin with `voice.`. Every one stands in [`NAMES`], with kind, unit and meaning.
//!
//! # Labels
//!
//! Labels are words of few values: providers, operations, hosts, path templates, methods, statuses, kinds of error. No id, no
//! phone number and no tenant is ever one of them, so that the number of series depends on what a program calls and not on
//! how often: a test sends a thousand calls to a thousand numbers and counts the series.

#[cfg(feature = "intake")]
mod intake;
mod observer;
mod publish;
mod table;
mod webhook;

#[cfg(test)]
mod tests;

#[cfg(feature = "intake")]
#[cfg_attr(docsrs, doc(cfg(feature = "intake")))]
pub use intake::publish_intake;
pub use observer::MetricsObserver;
pub use publish::{publish_gauge, publish_stats, publish_total};
pub use table::{DURATION_BUCKETS, MetricKind, MetricName, NAMES, describe, name};
pub use webhook::MeteredVerifier;
