//! Two variants side by side.

use std::f64::consts::FRAC_1_SQRT_2;

use super::normal::erfc;
use super::{Confidence, Sample, float};

/// From where to where.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Interval {
    pub(super) fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    /// Whether a value is in it, bounds included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// A treatment held against control. All differences are treatment minus control.
///
/// Where a test says nothing (a variant without participants, no conversions at all, or nothing else), z and χ² are 0, the
/// p value is 1, and nothing is significant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    control: Sample,
    treatment: Sample,
    confidence: Confidence,
    z: f64,
}

impl Comparison {
    /// Compares two samples.
    #[must_use]
    pub fn of(control: Sample, treatment: Sample, confidence: Confidence) -> Self {
        let [n, m] = [control, treatment].map(|sample| float(sample.participants()));
        let conversions = float(control.conversions()) + float(treatment.conversions());
        let pooled = conversions / (n + m);
        let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
        let z = (treatment.rate() - control.rate()) / error;
        Self {
            control,
            treatment,
            confidence,
            z: if error > 0.0 && z.is_finite() { z } else { 0.0 },
        }
    }

    /// Control's sample.
    #[must_use]
    pub fn control(&self) -> Sample {
        self.control
    }

    /// The treatment's sample.
    #[must_use]
    pub fn treatment(&self) -> Sample {
        self.treatment
    }

    /// The difference of the rates, -1 to 1.
    #[must_use]
    pub fn difference(&self) -> f64 {
        self.treatment.rate() - self.control.rate()
    }

    /// The difference as a part of control's rate: 0.3 is 30 per cent more. `None` when control's rate is 0.
    #[must_use]
    pub fn lift(&self) -> Option<f64> {
        let base = self.control.rate();
        (base > 0.0).then(|| self.difference() / base)
    }

    /// The statistic of the two-proportion z test, with the pooled variance. Positive in favour of the treatment.
    #[must_use]
    pub fn z(&self) -> f64 {
        self.z
    }

    /// The two-sided p value of that test: how likely a difference of this size or more is where there is none.
    #[must_use]
    pub fn p_value(&self) -> f64 {
        erfc(self.z.abs() * FRAC_1_SQRT_2)
    }

    /// Pearson's χ² of the two-by-two table, without correction. With its one degree of freedom it is the square of z, and
    /// has the same p value.
    #[must_use]
    pub fn chi_squared(&self) -> f64 {
        self.z * self.z
    }

    /// The interval of the difference at the confidence given, with the unpooled variance. It can, rarely, disagree with the
    /// test about whether 0 is possible, since the two estimate the variance differently. All from -1 to 1 when a variant
    /// has no participants.
    #[must_use]
    pub fn interval(&self) -> Interval {
        let variance = |sample: Sample| {
            let rate = sample.rate();
            rate * (1.0 - rate) / float(sample.participants())
        };
        let half = self.confidence.z() * (variance(self.control) + variance(self.treatment)).sqrt();
        if half.is_finite() {
            Interval::new(self.difference() - half, self.difference() + half)
        } else {
            Interval::new(-1.0, 1.0)
        }
    }

    /// Whether the p value is below what the confidence leaves: 0.05 for 95 per cent. Says nothing about the direction.
    #[must_use]
    pub fn is_significant(&self) -> bool {
        self.p_value() < self.confidence.alpha()
    }

    /// Whether the treatment is better, and significantly so.
    #[must_use]
    pub fn is_improvement(&self) -> bool {
        self.z > 0.0 && self.is_significant()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compare(control: (u64, u64), treatment: (u64, u64)) -> Comparison {
        let sample = |(n, x)| Sample::new(n, x).unwrap();
        Comparison::of(sample(control), sample(treatment), Confidence::default())
    }

    /// The aspirin study as Agresti (Categorical Data Analysis, table 2.3) evaluates it: placebo 189 of 11,034, aspirin 104
    /// of 11,037; difference 0.0077 with the interval 0.0047 to 0.0107, chi-squared 25.01.
    #[test]
    fn the_aspirin_study_has_its_published_values() {
        let study = compare((11_037, 104), (11_034, 189));
        assert!((study.difference() - 0.0077).abs() < 5e-5);
        let interval = study.interval();
        assert!((interval.low - 0.0047).abs() < 5e-5 && (interval.high - 0.0107).abs() < 5e-5);
        assert!(
            (study.chi_squared() - 25.01).abs() < 5e-3,
            "{}",
            study.chi_squared()
        );
        assert!((study.z() - 5.001).abs() < 1e-3);
        assert!(study.p_value() < 1e-6 && study.is_improvement());
    }

    #[test]
    fn the_test_is_the_chi_squared_of_the_table() {
        // a, b, c, d of the table; n (ad - bc)^2 over the product of the margins.
        let (a, b, c, d) = (30.0_f64, 70.0, 45.0, 55.0);
        let margins = (a + b) * (c + d) * (a + c) * (b + d);
        let expected = (a + b + c + d) * (a * d - b * c).powi(2) / margins;
        let got = compare((100, 30), (100, 45));
        assert!((got.chi_squared() - expected).abs() < 1e-12);
        assert!((got.chi_squared() - 4.8).abs() < 1e-12);
        assert!(
            (got.p_value() - 0.028_459_7).abs() < 1e-6,
            "{}",
            got.p_value()
        );
        assert!((got.lift().unwrap() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn where_nothing_can_be_said_nothing_is() {
        for (control, treatment) in [
            ((0, 0), (0, 0)),
            ((0, 0), (10, 5)),
            ((10, 0), (10, 0)),
            ((10, 10), (9, 9)),
        ] {
            let got = compare(control, treatment);
            assert_eq!((got.z(), got.chi_squared(), got.p_value()), (0.0, 0.0, 1.0));
            assert!(!got.is_significant() && !got.is_improvement());
        }
        assert_eq!(
            compare((0, 0), (10, 5)).interval(),
            Interval::new(-1.0, 1.0)
        );
        assert_eq!(compare((10, 0), (10, 5)).lift(), None);
    }

    proptest! {
        #[test]
        fn exchanging_the_two_turns_the_signs(n in 1..10_000_u64, m in 1..10_000_u64, x in 0..10_000_u64, y in 0..10_000_u64) {
            let (first, second) = ((n, x.min(n)), (m, y.min(m)));
            let (there, back) = (compare(first, second), compare(second, first));
            prop_assert!((there.z() + back.z()).abs() < 1e-9);
            prop_assert!((there.difference() + back.difference()).abs() < 1e-12);
            prop_assert!((0.0..=1.0).contains(&there.p_value()));
            prop_assert!(there.interval().contains(there.difference()));
            prop_assert!(there.z() == 0.0 || (there.z() > 0.0) == (there.difference() > 0.0));
        }
    }
}
