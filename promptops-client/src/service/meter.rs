//! What the service around the client counts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::cache::CacheStats;

/// Counters of what an application asked for. They are read one after another.
#[derive(Debug, Default)]
pub(super) struct Meter {
    successful: AtomicU64,
    failed: AtomicU64,
    nanos: AtomicU64,
    last_ms: AtomicU64,
}

impl Meter {
    pub(super) fn note(&self, went_well: Went, took: Duration, at: SystemTime) {
        match went_well {
            Went::Well => &self.successful,
            Went::Wrong => &self.failed,
        }
        .fetch_add(1, Ordering::Relaxed);
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
        let at = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
        self.last_ms.fetch_max(millis, Ordering::Relaxed);
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "shares and means need no 64 bits"
    )]
    pub(super) fn read(&self, cache: &CacheStats) -> ServiceStats {
        let successful = self.successful.load(Ordering::Relaxed);
        let failed = self.failed.load(Ordering::Relaxed);
        let total = successful + failed;
        let nanos = self.nanos.load(Ordering::Relaxed);
        let last = self.last_ms.load(Ordering::Relaxed);
        let per = |part: f64| match total {
            0 => 0.0,
            total => part / total as f64,
        };
        ServiceStats {
            total_requests: total,
            successful_requests: successful,
            failed_requests: failed,
            success_rate: per(successful as f64),
            average_response_time_ms: per(nanos as f64 / 1_000_000.0),
            cache_hits: cache.hits + cache.stale_hits,
            cache_misses: cache.misses,
            last_request_at: (last > 0).then(|| UNIX_EPOCH + Duration::from_millis(last)),
        }
    }
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Went {
    Well,
    Wrong,
}

impl<T, E> From<&Result<T, E>> for Went {
    fn from(outcome: &Result<T, E>) -> Self {
        match outcome {
            Ok(_) => Self::Well,
            Err(_) => Self::Wrong,
        }
    }
}

/// What an application asked for and how it went. One request is one prompt asked for, whether the cache had it or not;
/// what goes over the wire is counted by an [`Observer`](voice_core::observe::Observer) such as
/// [`Stats`](voice_core::observe::Stats).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct ServiceStats {
    /// Prompts asked for, writes included.
    pub total_requests: u64,
    /// Those that were had, from wherever.
    pub successful_requests: u64,
    /// Those that were not.
    pub failed_requests: u64,
    /// The share that was had, 0 to 1; 0 without traffic.
    pub success_rate: f64,
    /// The mean time, in milliseconds; 0 without traffic.
    pub average_response_time_ms: f64,
    /// Answered from memory, fresh or stale.
    pub cache_hits: u64,
    /// Not found in memory.
    pub cache_misses: u64,
    /// When something was last asked for.
    pub last_request_at: Option<SystemTime>,
}

/// Where prompts are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CacheLevel {
    /// Nowhere: the service is asked each time.
    None,
    /// In this process.
    Memory,
    /// In the store that processes share, and not here.
    Shared,
    /// In this process over the store that processes share.
    Hybrid,
}

impl CacheLevel {
    /// A stable name: `none`, `memory`, `redis`, `hybrid`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Memory => "memory",
            Self::Shared => "redis",
            Self::Hybrid => "hybrid",
        }
    }

    /// Whether prompts are kept at all.
    #[must_use]
    pub const fn is_enabled(self) -> bool {
        !matches!(self, Self::None)
    }
}

/// What the cache is and has done.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CacheSummary {
    /// Where prompts are kept.
    pub level: CacheLevel,
    /// The share of reads answered from memory, 0 to 1; 0 without traffic.
    pub hit_rate: f64,
    /// All counters: hits, misses, size, evictions and the rest.
    pub stats: CacheStats,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_nothing_and_means_are_means() {
        let meter = Meter::default();
        let none = meter.read(&CacheStats::default());
        assert_eq!(none, ServiceStats::default());
        let at = UNIX_EPOCH + Duration::from_secs(5);
        meter.note(Went::Well, Duration::from_millis(10), at);
        meter.note(Went::Well, Duration::from_millis(20), at);
        meter.note(Went::Wrong, Duration::from_millis(60), UNIX_EPOCH);
        let stats = meter.read(&CacheStats::default());
        assert_eq!(
            (
                stats.total_requests,
                stats.failed_requests,
                stats.average_response_time_ms
            ),
            (3, 1, 30.0)
        );
        assert!((stats.success_rate - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(stats.last_request_at, Some(at));
    }
}
