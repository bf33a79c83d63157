//! Which variant is best, if any.

use super::{Comparison, Confidence, Sample};

/// What the numbers say about a winner.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Verdict<'a> {
    /// A variant, control included, has fewer participants than asked for.
    TooFew {
        /// The fewest participants of a variant.
        have: u64,
        /// How many each needs.
        need: u64,
    },
    /// No treatment is a significant improvement. Control stays.
    NoWinner,
    /// The best of the significant improvements.
    Winner {
        /// Its id.
        variant_id: &'a str,
        /// How it compares with control.
        comparison: Comparison,
    },
}

/// Finds the best significant improvement over control, once control and all treatments have `min_sample_size`
/// participants. Treatments that are no improvement do not stand in the way of one that is.
///
/// Each treatment is tested on its own. With several of them chance finds an improvement more often than the confidence
/// says; ask for a higher confidence then.
///
/// ```
/// use promptops_client::experiments::stats::{Confidence, Sample, Verdict, winner};
///
/// let control = Sample::new(2000, 200)?;
/// let treatments = [("a", Sample::new(2000, 205)?), ("b", Sample::new(2000, 270)?)];
/// let verdict = winner(control, &treatments, 1000, Confidence::default());
/// assert!(matches!(verdict, Verdict::Winner { variant_id: "b", .. }));
/// # Ok::<(), promptops_client::experiments::stats::StatsError>(())
/// ```
#[must_use]
pub fn winner<'a, T: AsRef<str>>(
    control: Sample,
    treatments: &'a [(T, Sample)],
    min_sample_size: u64,
    confidence: Confidence,
) -> Verdict<'a> {
    let samples = treatments.iter().map(|(_, sample)| *sample);
    let have = samples
        .chain([control])
        .map(Sample::participants)
        .min()
        .unwrap_or_default();
    if have < min_sample_size {
        return Verdict::TooFew {
            have,
            need: min_sample_size,
        };
    }
    treatments
        .iter()
        .map(|(id, sample)| (id.as_ref(), Comparison::of(control, *sample, confidence)))
        .filter(|(_, comparison)| comparison.is_improvement())
        .max_by(|(_, a), (_, b)| a.difference().total_cmp(&b.difference()))
        .map_or(Verdict::NoWinner, |(variant_id, comparison)| {
            Verdict::Winner {
                variant_id,
                comparison,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(treatments: &[(&'static str, u64, u64)], min: u64) -> Option<String> {
        let control = Sample::new(1000, 100).unwrap();
        let treatments: Vec<_> = treatments
            .iter()
            .map(|(id, n, x)| (*id, Sample::new(*n, *x).unwrap()))
            .collect();
        match winner(control, &treatments, min, Confidence::default()) {
            Verdict::Winner { variant_id, .. } => Some(variant_id.to_owned()),
            Verdict::NoWinner => None,
            Verdict::TooFew { have, need } => Some(format!("{have} < {need}")),
        }
    }

    #[test]
    fn the_best_significant_improvement_wins() {
        assert_eq!(
            verdict(&[("a", 1000, 140), ("b", 1000, 160)], 1000).as_deref(),
            Some("b")
        );
        assert_eq!(verdict(&[("a", 1000, 101)], 1000), None);
        assert_eq!(verdict(&[("worse", 1000, 50)], 1000), None);
        assert_eq!(verdict(&[], 1000), None);
    }

    #[test]
    fn every_variant_needs_its_participants() {
        assert_eq!(
            verdict(&[("a", 1000, 160), ("b", 999, 300)], 1000).as_deref(),
            Some("999 < 1000")
        );
        assert_eq!(
            verdict(&[("a", 2000, 400)], 1001).as_deref(),
            Some("1000 < 1001")
        );
    }
}
