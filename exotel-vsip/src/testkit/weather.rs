//! Failures that nobody ordered: the two patterns an older guide describes, repeatable by a seed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Method;

/// How reliable the simulated API is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Weather {
    /// Nothing goes wrong by itself.
    #[default]
    Calm,
    /// Any request fails with 500 at this rate, from 0 to 1; the guide says 0.02 to 0.05. Half of the writing requests that
    /// fail were carried out before.
    Intermittent {
        /// The share that fails.
        rate: f64,
    },
    /// From 9:00 to 18:00 in India, by the simulator's clock, 15 % of the requests fail: half with 429, which is never
    /// carried out, half with 503. Half of the writing requests that get a 503 were carried out before; no 503 has a
    /// `Retry-After`, so that nobody can tell. Outside these hours nothing fails.
    PeakHours,
}

/// Whether a request that failed was carried out all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Acted {
    /// Nothing was done.
    No,
    /// It was carried out before it failed, as far as it was a good request.
    Yes,
}

/// A failure the weather brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The operation, by this crate's name for it.
    pub operation: &'static str,
    /// What it was answered.
    pub status: u16,
    /// Whether it was carried out.
    pub acted: Acted,
}

/// The share of requests that fail in peak hours.
const PEAK_FAILURES: f64 = 0.15;
/// When peak hours begin and end, in India.
const PEAK: std::ops::Range<u64> = 9..18;
/// India is 5 h 30 min ahead of UTC.
pub(super) const INDIA: Duration = Duration::from_secs(19_800);

impl Weather {
    /// What becomes of the next request; `None` when it is answered as it should.
    pub(super) fn strike(
        self,
        dice: &mut Dice,
        wall: SystemTime,
        method: &Method,
    ) -> Option<(u16, Acted)> {
        let status = match self {
            Self::Calm => return None,
            Self::Intermittent { rate } => (dice.roll() < rate).then_some(500)?,
            Self::PeakHours if !is_peak(wall) => return None,
            Self::PeakHours => {
                if dice.roll() >= PEAK_FAILURES {
                    return None;
                }
                if dice.coin() { 429 } else { 503 }
            }
        };
        let may_act = status != 429 && *method != Method::GET;
        let acted = if may_act && dice.coin() {
            Acted::Yes
        } else {
            Acted::No
        };
        Some((status, acted))
    }
}

fn is_peak(wall: SystemTime) -> bool {
    let seconds = (wall + INDIA)
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    PEAK.contains(&(seconds / 3600 % 24))
}

/// A repeatable sequence of numbers (SplitMix64); not for secrets.
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in `[0, 1)`.
    fn roll(&mut self) -> f64 {
        // 53 bits are what a double holds exactly.
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn coin(&mut self) -> bool {
        self.next() >> 63 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-23, so many seconds after midnight in India.
    fn india(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_769_126_400 + seconds) - INDIA
    }

    #[test]
    fn peak_hours_are_those_of_india() {
        for (hour, minute, peak) in [
            (8, 59, false),
            (9, 0, true),
            (17, 59, true),
            (18, 0, false),
            (0, 0, false),
        ] {
            assert_eq!(
                is_peak(india(hour * 3600 + minute * 60)),
                peak,
                "{hour}:{minute}"
            );
        }
    }

    #[test]
    fn the_shares_are_as_described_and_a_seed_repeats_them() {
        let count = |weather: Weather, wall, method: &Method, seed| {
            let mut dice = Dice::new(seed);
            let mut counts = [0usize; 4];
            for _ in 0..100_000 {
                match weather.strike(&mut dice, wall, method) {
                    Some((429, Acted::No)) => counts[0] += 1,
                    Some((_, Acted::No)) => counts[1] += 1,
                    Some((500 | 503, Acted::Yes)) => counts[2] += 1,
                    Some(other) => panic!("{other:?}"),
                    None => counts[3] += 1,
                }
            }
            counts
        };
        let near = |count: usize, share: f64| (count as f64 / 100_000.0 - share).abs() < 0.004;
        let noon = india(12 * 3600);
        let [refused, failed, acted, fine] = count(Weather::PeakHours, noon, &Method::POST, 7);
        assert!(
            near(refused, 0.075) && near(failed, 0.0375) && near(acted, 0.0375) && near(fine, 0.85)
        );
        assert_eq!(count(Weather::PeakHours, noon, &Method::GET, 7)[2], 0);
        assert_eq!(
            count(Weather::PeakHours, india(20 * 3600), &Method::POST, 7)[3],
            100_000
        );
        let rainy = Weather::Intermittent { rate: 0.04 };
        let [refused, failed, acted, fine] = count(rainy, noon, &Method::POST, 8);
        assert!(refused == 0 && near(failed, 0.02) && near(acted, 0.02) && near(fine, 0.96));
        assert_eq!(
            count(rainy, noon, &Method::POST, 8),
            [refused, failed, acted, fine]
        );
        assert_eq!(count(Weather::Calm, noon, &Method::POST, 8)[3], 100_000);
    }
}
