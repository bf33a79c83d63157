//! Whether too much fails: a rule, and what it finds.

use std::fmt;

use super::{ErrorReport, Tally, fraction};

/// When a share of failures is worth an alert.
///
/// The share is compared exactly, as a fraction of whole numbers, and an alert needs **more** than the threshold: 50 of
/// 1,000 are not over 5 %, 51 are.
///
/// ```
/// use voice_core::observe::report::AlertRule;
///
/// let rule = AlertRule::over_percent(5).min_sample(100);
/// assert!(rule.judge(1000, 50).is_none());
/// assert_eq!(rule.judge(1000, 59).map(|alert| alert.to_string()).as_deref(),
///     Some("5.90 % of 1000 attempts failed, over the threshold of 5 %"));
/// assert!(rule.judge(99, 99).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertRule {
    /// Hundredths of a percent.
    threshold: u32,
    min_sample: u64,
}

/// More than 5 % of at least 20 attempts.
impl Default for AlertRule {
    fn default() -> Self {
        Self::over_percent(5)
    }
}

impl AlertRule {
    /// More than so many percent of at least 20 attempts; from 100 on there is never an alert.
    #[must_use]
    pub const fn over_percent(percent: u32) -> Self {
        Self::over_basis_points(percent.saturating_mul(100))
    }

    /// The same in hundredths of a percent.
    #[must_use]
    pub const fn over_basis_points(points: u32) -> Self {
        Self {
            threshold: points,
            min_sample: 20,
        }
    }

    /// Fewest attempts that are judged; 20, and no less than 1.
    #[must_use]
    pub const fn min_sample(mut self, attempts: u64) -> Self {
        self.min_sample = if attempts == 0 { 1 } else { attempts };
        self
    }

    /// An alert, if so many failures are over the threshold.
    #[must_use]
    pub fn judge(&self, total: u64, failed: u64) -> Option<Alert> {
        (self.is_enough(total) && self.is_over(total, failed)).then_some(Alert {
            total,
            failed,
            threshold: self.threshold,
        })
    }

    pub(super) fn is_enough(&self, total: u64) -> bool {
        total >= self.min_sample
    }

    /// The rule with so many percent of its threshold.
    pub(super) fn scaled(self, percent: u32) -> Self {
        Self {
            threshold: self.threshold.saturating_mul(percent) / 100,
            ..self
        }
    }

    pub(super) fn is_over(&self, total: u64, failed: u64) -> bool {
        u128::from(failed) * 10_000 > u128::from(total) * u128::from(self.threshold)
    }
}

/// More failures than the rule allows. Display is one sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alert {
    total: u64,
    failed: u64,
    threshold: u32,
}

impl Alert {
    /// How many attempts were judged.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many of them failed.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed
    }

    /// The fraction that failed, from 0 to 1.
    #[must_use]
    pub fn rate(&self) -> f64 {
        fraction(self.failed, self.total)
    }

    /// The fraction that was allowed.
    #[must_use]
    pub fn threshold(&self) -> f64 {
        f64::from(self.threshold) / 10_000.0
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.2} % of {} attempts failed, over the threshold of {} %",
            self.rate() * 100.0,
            self.total,
            f64::from(self.threshold) / 100.0
        )
    }
}

impl ErrorReport {
    /// An alert, if more of all attempts failed than the rule allows.
    #[must_use]
    pub fn alert(&self, rule: &AlertRule) -> Option<Alert> {
        let Tally { total, failed } = self.attempts;
        rule.judge(total, failed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_threshold_itself_is_not_over_it() {
        let rule = AlertRule::default();
        assert!(rule.judge(100, 5).is_none());
        assert!(rule.judge(100, 6).is_some());
        assert!(rule.judge(10_000, 501).is_some());
        assert!(rule.judge(19, 19).is_none());
        let fine = AlertRule::over_basis_points(125).min_sample(0);
        assert!(fine.judge(80, 1).is_none());
        assert!(fine.judge(79, 1).is_some());
        assert!(fine.judge(0, 0).is_none());
        assert!(rule.judge(u64::MAX, u64::MAX).is_some());
        assert!(AlertRule::over_percent(100).judge(100, 100).is_none());
    }

    proptest! {
        #[test]
        fn it_agrees_with_exact_arithmetic(total in 20_u64..1_000_000, failed in 0_u64..1_000_000, percent in 0_u32..101) {
            let failed = failed.min(total);
            let over = failed * 100 > total * u64::from(percent);
            prop_assert_eq!(AlertRule::over_percent(percent).judge(total, failed).is_some(), over);
        }
    }
}
