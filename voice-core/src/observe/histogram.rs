//! Latency histograms: fixed memory, no locks, small and known error.
//!
//! The buckets are log-linear: every power of two of nanoseconds is cut into 16 equal buckets, so that a bucket is never
//! wider than a sixteenth of the values in it and its middle never further than 3.2 % from any of them. That holds from
//! 1 µs to 1 h; what is shorter or longer is counted at either end. A sum and both extremes are kept exactly.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Buckets per power of two.
const LINEAR: usize = 16;
/// log2 of `LINEAR`.
const LINEAR_BITS: u32 = 4;
/// Values below 2^9 ns lie under the range of 1 µs; they share the first bucket.
const FIRST_POWER: u32 = 9;
/// Values from 2^42 ns, about 73 minutes, lie over the range of 1 h; they share the last bucket.
const END_POWER: u32 = 42;
/// The log-linear buckets, one below and one above.
const BUCKETS: usize = (END_POWER - FIRST_POWER) as usize * LINEAR + 2;

/// A latency histogram that any number of threads may record into at once.
///
/// Takes [`BYTES`](Histogram::BYTES) bytes, whatever it records; recording allocates nothing, takes no lock and waits for
/// nobody. A [`snapshot`](Histogram::snapshot) answers questions and can be merged with others.
///
/// ```
/// use std::time::Duration;
/// use voice_core::observe::Histogram;
///
/// let histogram = Histogram::new();
/// for millis in 1..=100 {
///     histogram.record(Duration::from_millis(millis));
/// }
/// let snapshot = histogram.snapshot();
/// assert_eq!(snapshot.count(), 100);
/// assert_eq!(snapshot.max(), Some(Duration::from_millis(100)));
/// assert_eq!(snapshot.mean(), Some(Duration::from_micros(50_500)));
/// let p95 = snapshot.p95().unwrap_or_default().as_secs_f64();
/// assert!((p95 / 0.095 - 1.0).abs() < Histogram::RELATIVE_ERROR);
/// ```
pub struct Histogram {
    buckets: Box<[AtomicU64]>,
    sum_ns: AtomicU64,
    min_ns: AtomicU64,
    max_ns: AtomicU64,
}

impl Histogram {
    /// What one histogram takes, in bytes: 530 buckets of 8, and the rest (4,280 on a 64-bit machine).
    pub const BYTES: usize = BUCKETS * size_of::<AtomicU64>() + size_of::<Self>();

    /// How far a quantile of values from 1 µs to 1 h may be off at most: 1/32, a little over 3 %.
    pub const RELATIVE_ERROR: f64 = 1.0 / (2 * LINEAR) as f64;

    /// An empty histogram.
    #[must_use]
    pub fn new() -> Self {
        Self {
            buckets: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect(),
            sum_ns: AtomicU64::new(0),
            min_ns: AtomicU64::new(u64::MAX),
            max_ns: AtomicU64::new(0),
        }
    }

    /// Counts one value. Values of more than 584 years count as that.
    pub fn record(&self, value: Duration) {
        let ns = nanos(value);
        self.sum_ns.fetch_add_saturating(ns);
        self.min_ns.fetch_min(ns, Ordering::Relaxed);
        self.max_ns.fetch_max(ns, Ordering::Relaxed);
        // Last, and with release: a snapshot that sees the count sees the extremes as well.
        if let Some(bucket) = self.buckets.get(bucket_of(ns)) {
            bucket.fetch_add(1, Ordering::Release);
        }
    }

    /// Adds everything another histogram has counted.
    pub fn merge(&self, other: &HistogramSnapshot) {
        if other.count == 0 {
            return;
        }
        self.sum_ns.fetch_add_saturating(other.sum_ns);
        self.min_ns.fetch_min(other.min_ns, Ordering::Relaxed);
        self.max_ns.fetch_max(other.max_ns, Ordering::Relaxed);
        for (bucket, count) in self.buckets.iter().zip(&other.buckets) {
            if *count > 0 {
                bucket.fetch_add(*count, Ordering::Release);
            }
        }
    }

    /// What was counted so far. Values recorded meanwhile may or may not be in it; its count and its quantiles always
    /// agree with each other, while mean and extremes may be ahead by the values under way.
    #[must_use]
    pub fn snapshot(&self) -> HistogramSnapshot {
        let buckets: Box<[u64]> = self
            .buckets
            .iter()
            .map(|bucket| bucket.load(Ordering::Acquire))
            .collect();
        HistogramSnapshot {
            count: buckets
                .iter()
                .fold(0, |sum, count| sum.saturating_add(*count)),
            buckets,
            sum_ns: self.sum_ns.load(Ordering::Relaxed),
            min_ns: self.min_ns.load(Ordering::Relaxed),
            max_ns: self.max_ns.load(Ordering::Relaxed),
        }
    }
}

impl Default for Histogram {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Histogram({})", self.snapshot())
    }
}

/// What a [`Histogram`] had counted at one moment.
///
/// Every question but the count is answered by `None` as long as nothing was counted. Display is one line:
/// `count=2 min=1ms mean=2ms p50=1ms p95=3ms p99=3ms max=3ms`.
#[derive(Clone, PartialEq, Eq)]
pub struct HistogramSnapshot {
    buckets: Box<[u64]>,
    count: u64,
    sum_ns: u64,
    min_ns: u64,
    max_ns: u64,
}

impl HistogramSnapshot {
    /// How many values were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The smallest value, exactly.
    #[must_use]
    pub fn min(&self) -> Option<Duration> {
        self.any().map(|_| Duration::from_nanos(self.min_ns))
    }

    /// The largest value, exactly.
    #[must_use]
    pub fn max(&self) -> Option<Duration> {
        self.any().map(|_| Duration::from_nanos(self.max_ns))
    }

    /// The mean, exact to the nanosecond while the sum of all values is less than 584 years.
    #[must_use]
    pub fn mean(&self) -> Option<Duration> {
        self.any()
            .map(|count| Duration::from_nanos(self.sum_ns / count))
    }

    /// The smallest value that is not exceeded by the fraction `q` of all (nearest rank), within
    /// [`Histogram::RELATIVE_ERROR`] if it lies between 1 µs and 1 h. 0 gives the minimum and 1 the maximum, both
    /// exactly; fractions beyond count as these. `None` for a `q` that is no number.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<Duration> {
        let count = self.any()?;
        if q.is_nan() {
            return None;
        }
        // A fraction of a count is no larger than the count, so the cast loses nothing that matters.
        let rank = ((q.clamp(0.0, 1.0) * count as f64).ceil() as u64).clamp(1, count);
        if rank == 1 {
            return self.min();
        }
        if rank == count {
            return self.max();
        }
        let mut below = 0_u64;
        let bucket = self.buckets.iter().position(|count| {
            below = below.saturating_add(*count);
            below >= rank
        })?;
        let ns = middle_of(bucket).clamp(self.min_ns, self.max_ns);
        Some(Duration::from_nanos(ns))
    }

    /// The median.
    #[must_use]
    pub fn p50(&self) -> Option<Duration> {
        self.quantile(0.50)
    }

    /// The value that 95 of 100 do not exceed.
    #[must_use]
    pub fn p95(&self) -> Option<Duration> {
        self.quantile(0.95)
    }

    /// The value that 99 of 100 do not exceed.
    #[must_use]
    pub fn p99(&self) -> Option<Duration> {
        self.quantile(0.99)
    }

    /// Adds what another snapshot holds; the result is that of one histogram which had recorded both.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in self.buckets.iter_mut().zip(&other.buckets) {
            *bucket = bucket.saturating_add(*count);
        }
        self.count = self.count.saturating_add(other.count);
        self.sum_ns = self.sum_ns.saturating_add(other.sum_ns);
        self.min_ns = self.min_ns.min(other.min_ns);
        self.max_ns = self.max_ns.max(other.max_ns);
    }

    fn any(&self) -> Option<u64> {
        (self.count > 0).then_some(self.count)
    }
}

impl fmt::Display for HistogramSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "count={}", self.count)?;
        for (name, value) in [
            ("min", self.min()),
            ("mean", self.mean()),
            ("p50", self.p50()),
            ("p95", self.p95()),
            ("p99", self.p99()),
            ("max", self.max()),
        ] {
            if let Some(value) = value {
                write!(f, " {name}={value:?}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for HistogramSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HistogramSnapshot({self})")
    }
}

trait Saturating {
    fn fetch_add_saturating(&self, more: u64);
}

impl Saturating for AtomicU64 {
    fn fetch_add_saturating(&self, more: u64) {
        let add = |sum: u64| Some(sum.saturating_add(more));
        // The closure always gives a value, so this cannot fail.
        let _ = self.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

fn nanos(value: Duration) -> u64 {
    u64::try_from(value.as_nanos()).unwrap_or(u64::MAX)
}

/// The bucket of a value: its power of two, and the four bits behind the leading one.
fn bucket_of(ns: u64) -> usize {
    let Some(power) = ns.checked_ilog2().filter(|power| *power >= FIRST_POWER) else {
        return 0;
    };
    if power >= END_POWER {
        return BUCKETS - 1;
    }
    let step = (ns >> (power - LINEAR_BITS)) as usize % LINEAR;
    1 + (power - FIRST_POWER) as usize * LINEAR + step
}

/// The middle of a bucket; the ends have none, so they give what lets the extremes decide.
fn middle_of(bucket: usize) -> u64 {
    if bucket == 0 {
        return 1 << (FIRST_POWER - 1);
    }
    if bucket >= BUCKETS - 1 {
        return u64::MAX;
    }
    let (octave, step) = ((bucket - 1) / LINEAR, (bucket - 1) % LINEAR);
    let power = FIRST_POWER + u32::try_from(octave).unwrap_or(END_POWER - FIRST_POWER);
    let width = 1_u64 << (power - LINEAR_BITS);
    (1_u64 << power) + step as u64 * width + width / 2
}

#[cfg(test)]
mod tests;
