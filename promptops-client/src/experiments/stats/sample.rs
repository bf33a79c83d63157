//! The numbers of one variant.

use super::{Interval, float, normal_quantile};

/// Numbers that do not fit each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    /// More conversions than participants. Count each participant once.
    #[error("there are {conversions} conversions of {participants} participants")]
    TooManyConversions {
        /// The participants.
        participants: u64,
        /// The conversions.
        conversions: u64,
    },
    /// The API knows confidences of 80 to 99 per cent.
    #[error("a confidence of {0} % is not 80 to 99")]
    Confidence(u32),
}

/// Participants of a variant, and how many of them converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sample {
    participants: u64,
    conversions: u64,
}

impl Sample {
    /// A sample. Participants are the exposed ones; who was not enrolled is in no sample.
    ///
    /// # Errors
    /// [`StatsError::TooManyConversions`].
    pub fn new(participants: u64, conversions: u64) -> Result<Self, StatsError> {
        if conversions > participants {
            return Err(StatsError::TooManyConversions {
                participants,
                conversions,
            });
        }
        Ok(Self {
            participants,
            conversions,
        })
    }

    /// How many took part.
    #[must_use]
    pub fn participants(self) -> u64 {
        self.participants
    }

    /// How many of them converted.
    #[must_use]
    pub fn conversions(self) -> u64 {
        self.conversions
    }

    /// The part that converted, 0 to 1; 0 without participants.
    #[must_use]
    pub fn rate(self) -> f64 {
        if self.participants == 0 {
            return 0.0;
        }
        float(self.conversions) / float(self.participants)
    }

    /// Wilson's score interval of the rate, which stays within 0 and 1. Without participants it is all of that.
    ///
    /// ```
    /// use promptops_client::experiments::stats::{Confidence, Sample};
    ///
    /// let interval = Sample::new(263, 81)?.wilson(Confidence::default());
    /// assert!((interval.low - 0.2553).abs() < 5e-5 && (interval.high - 0.3662).abs() < 5e-5);
    /// # Ok::<(), promptops_client::experiments::stats::StatsError>(())
    /// ```
    #[must_use]
    pub fn wilson(self, confidence: Confidence) -> Interval {
        if self.participants == 0 {
            return Interval::new(0.0, 1.0);
        }
        let (n, p, z) = (float(self.participants), self.rate(), confidence.z());
        let scale = 1.0 + z * z / n;
        let middle = (p + z * z / (2.0 * n)) / scale;
        let half = z / scale * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        // At the ends the bound is the end itself, which rounding would miss.
        let low = if self.conversions == 0 {
            0.0
        } else {
            middle - half
        };
        let is_all = self.conversions == self.participants;
        let high = if is_all { 1.0 } else { middle + half };
        Interval::new(low.max(0.0), high.min(1.0))
    }
}

/// A confidence in per cent, 80 to 99; 95 by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u8);

impl Confidence {
    /// Takes a confidence in per cent.
    ///
    /// # Errors
    /// [`StatsError::Confidence`] unless it is 80 to 99.
    pub fn new(percent: u32) -> Result<Self, StatsError> {
        match u8::try_from(percent) {
            Ok(small @ 80..=99) => Ok(Self(small)),
            _ => Err(StatsError::Confidence(percent)),
        }
    }

    /// The confidence in per cent.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }

    /// The probability of an error that remains: 0.05 for 95 per cent.
    #[must_use]
    pub fn alpha(self) -> f64 {
        f64::from(100 - self.0) / 100.0
    }

    /// The two-sided quantile: 1.96 for 95 per cent.
    #[must_use]
    pub fn z(self) -> f64 {
        // A confidence of 80 to 99 always has one.
        normal_quantile(1.0 - self.alpha() / 2.0).unwrap_or_default()
    }
}

impl Default for Confidence {
    fn default() -> Self {
        Self(95)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3.
    #[test]
    fn wilsons_interval_has_the_published_values() {
        for (n, x, low, high) in [
            (263, 81, 0.2553, 0.3662),
            (148, 15, 0.0624, 0.1605),
            (20, 0, 0.0, 0.1611),
            (29, 1, 0.0061, 0.1718),
        ] {
            let got = Sample::new(n, x).unwrap().wilson(Confidence::default());
            assert!(
                (got.low - low).abs() < 5e-5 && (got.high - high).abs() < 5e-5,
                "{x}/{n}: {got:?}"
            );
        }
        let full = Sample::new(20, 20).unwrap().wilson(Confidence::default());
        assert!((full.low - (1.0 - 0.1611)).abs() < 5e-5 && full.high == 1.0);
        let none = Sample::new(0, 0).unwrap();
        assert_eq!(
            (none.wilson(Confidence::default()), none.rate()),
            (Interval::new(0.0, 1.0), 0.0)
        );
    }

    #[test]
    fn confidences_have_their_quantiles() {
        for (percent, z) in [(80, 1.2816), (90, 1.6449), (95, 1.9600), (99, 2.5758)] {
            assert!(
                (Confidence::new(percent).unwrap().z() - z).abs() < 5e-5,
                "{percent}"
            );
        }
        for wrong in [79, 100, 351] {
            assert_eq!(Confidence::new(wrong), Err(StatsError::Confidence(wrong)));
        }
    }

    proptest! {
        #[test]
        fn the_rate_is_in_its_interval(n in 1..u64::MAX, part in 0.0..=1.0_f64, percent in 80..=99_u32) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "any number will do")]
            let conversions = ((n as f64 * part) as u64).min(n);
            let sample = Sample::new(n, conversions).unwrap();
            let interval = sample.wilson(Confidence::new(percent).unwrap());
            prop_assert!(0.0 <= interval.low && interval.high <= 1.0);
            prop_assert!(interval.low <= sample.rate() + 1e-12 && sample.rate() <= interval.high + 1e-12);
        }
    }
}
