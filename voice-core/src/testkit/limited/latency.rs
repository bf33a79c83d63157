//! [`Latency`]: how long requests and answers travel.

use std::time::Duration;

/// Travel times: a least time each way, and a random one on top that falls off exponentially. Only how much the way *there*
/// varies matters to a limit; the way back holds the provider's own work as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    out: Duration,
    out_jitter: Duration,
    back: Duration,
    back_jitter: Duration,
}

impl Latency {
    /// The same for every request.
    #[must_use]
    pub const fn fixed(out: Duration, back: Duration) -> Self {
        Self {
            out,
            out_jitter: Duration::ZERO,
            back,
            back_jitter: Duration::ZERO,
        }
    }

    /// A kept-alive connection to a region not far away: 30 ms there, give or take 3 ms on average, and 30 ms back after
    /// 20 ms of work on average.
    #[must_use]
    pub const fn usual() -> Self {
        Self::fixed(Duration::from_millis(30), Duration::from_millis(30))
            .with_jitter(Duration::from_millis(3), Duration::from_millis(20))
    }

    /// Far away over a bad line: 60 ms there and 20 ms more on average, 60 ms back and 60 ms more on average.
    #[must_use]
    pub const fn rough() -> Self {
        Self::fixed(Duration::from_millis(60), Duration::from_millis(60))
            .with_jitter(Duration::from_millis(20), Duration::from_millis(60))
    }

    /// With so much on top on average, there and back.
    #[must_use]
    pub const fn with_jitter(mut self, out: Duration, back: Duration) -> Self {
        self.out_jitter = out;
        self.back_jitter = back;
        self
    }

    /// The travel times of one request. No time is more than ten times its average on top.
    pub(super) fn draw(&self, random: &mut fastrand::Rng) -> (Duration, Duration) {
        // The generator is seeded: every run is the same.
        let mut more = |mean: Duration| mean.mul_f64((-(1.0 - random.f64()).ln()).clamp(0.0, 10.0));
        let out = self.out.saturating_add(more(self.out_jitter));
        (out, self.back.saturating_add(more(self.back_jitter)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_lie_above_the_least_and_average_as_they_say() {
        let mut random = fastrand::Rng::with_seed(5);
        let latency = Latency::usual();
        let mut sum = Duration::ZERO;
        for _ in 0..10_000 {
            let (out, back) = latency.draw(&mut random);
            assert!(out >= latency.out && back >= latency.back);
            assert!(out <= latency.out + latency.out_jitter * 10);
            sum += out - latency.out;
        }
        let mean = (sum / 10_000).as_secs_f64() * 1_000.0;
        assert!((2.8..3.2).contains(&mean), "{mean}");
        let fixed = Latency::fixed(Duration::from_millis(1), Duration::ZERO);
        assert_eq!(
            fixed.draw(&mut random),
            (Duration::from_millis(1), Duration::ZERO)
        );
    }
}
