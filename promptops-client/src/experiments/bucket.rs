//! The function behind every assignment: text to a number, the same everywhere.
//!
//! A bucket is the first eight bytes, as a big-endian number, of SHA-256 over use, key and unit with a byte `0x1F` in
//! between. Everything after it is exact integer arithmetic: no floating point, no modulus, no bias.

use sha2::{Digest, Sha256};

const SEPARATOR: [u8; 1] = [0x1f];

/// What a bucket is for. Different uses are independent of each other, even for the same key and unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BucketUse {
    /// Whether a unit takes part in an experiment: `exp:gate`.
    Gate,
    /// Which variant it gets: `exp:variant`.
    Variant,
    /// Whether a flag is on: `flag`.
    Flag,
}

impl BucketUse {
    /// The word that goes into the hash.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Gate => "exp:gate",
            Self::Variant => "exp:variant",
            Self::Flag => "flag",
        }
    }
}

/// The bucket of a unit, evenly spread over all 64 bits. `key` is the experiment's id or the flag's name.
///
/// ```
/// use promptops_client::experiments::{BucketUse, bucket};
///
/// assert_eq!(bucket(BucketUse::Gate, "exp1", "user-1"), 0xaf71_f146_21eb_fed9);
/// ```
#[must_use]
pub fn bucket(of: BucketUse, key: &str, unit: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(of.label());
    hash.update(SEPARATOR);
    hash.update(key);
    hash.update(SEPARATOR);
    hash.update(unit);
    let digest = hash.finalize();
    let first = digest.first_chunk::<8>().copied().unwrap_or_default();
    u64::from_be_bytes(first)
}

/// A whole percentage, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Percent(u8);

/// A percentage above 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no percentage: it must be 0 to 100")]
pub struct PercentError(pub u32);

impl Percent {
    /// Nobody.
    pub const NOBODY: Self = Self(0);
    /// Everybody.
    pub const EVERYBODY: Self = Self(100);

    /// Takes a percentage.
    ///
    /// # Errors
    /// [`PercentError`] above 100.
    pub fn new(percent: u32) -> Result<Self, PercentError> {
        match u8::try_from(percent) {
            Ok(small @ 0..=100) => Ok(Self(small)),
            _ => Err(PercentError(percent)),
        }
    }

    /// The number, 0 to 100.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }

    /// Whether a bucket is within this part of all buckets. 0 takes none and 100 takes all, and whatever a percentage
    /// takes, every higher one takes too.
    ///
    /// ```
    /// use promptops_client::experiments::Percent;
    ///
    /// assert!(!Percent::NOBODY.takes(0));
    /// assert!(Percent::EVERYBODY.takes(u64::MAX));
    /// assert!(Percent::new(50)?.takes(u64::MAX / 2) && !Percent::new(50)?.takes(u64::MAX / 2 + 1));
    /// # Ok::<(), promptops_client::experiments::PercentError>(())
    /// ```
    #[must_use]
    pub fn takes(self, bucket: u64) -> bool {
        u128::from(bucket) * 100 < u128::from(self.0) << 64
    }
}

/// The place among `weights` that a bucket falls on; `None` when they add up to nothing.
pub(super) fn pick(bucket: u64, weights: impl Iterator<Item = u64> + Clone) -> Option<usize> {
    let total: u64 = weights.clone().fold(0, u64::saturating_add);
    let point = (u128::from(bucket) * u128::from(total)) >> 64;
    let mut sum = 0_u128;
    weights.into_iter().position(|weight| {
        sum += u128::from(weight);
        sum > point
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn buckets_are_the_golden_ones() {
        for (of, key, unit, expected) in [
            (BucketUse::Gate, "exp1", "user-1", 0xaf71_f146_21eb_fed9),
            (BucketUse::Gate, "exp1", "user-2", 0x38e1_0d98_4241_1aef),
            (BucketUse::Variant, "exp1", "user-1", 0x46fb_f0f1_a8c2_d828),
            (BucketUse::Variant, "exp1", "user-2", 0xd7ca_56df_801a_3d0f),
            (BucketUse::Flag, "new-ui", "user-1", 0x8e28_f41c_b455_1eae),
            (BucketUse::Flag, "new-ui", "user-2", 0x4bb3_fd2c_1580_d36a),
        ] {
            assert_eq!(
                bucket(of, key, unit),
                expected,
                "{} {key} {unit}",
                of.label()
            );
        }
    }

    #[test]
    fn percentages_above_a_hundred_are_refused() {
        assert_eq!(Percent::new(100), Ok(Percent::EVERYBODY));
        for wrong in [101, 256, 356, u32::MAX] {
            assert_eq!(Percent::new(wrong), Err(PercentError(wrong)));
        }
    }

    #[test]
    fn weights_are_exact_at_their_borders() {
        let quarter = 1_u64 << 62;
        for (bucket, expected) in [(0, 0), (quarter - 1, 0), (quarter, 1), (u64::MAX, 1)] {
            assert_eq!(pick(bucket, [1, 3].into_iter()), Some(expected));
        }
        assert_eq!(pick(u64::MAX, [0, 0].into_iter()), None);
        assert_eq!(pick(0, [0, 5].into_iter()), Some(1));
        assert_eq!(pick(0, std::iter::empty()), None);
    }

    proptest! {
        #[test]
        fn raising_a_percentage_never_switches_anybody_off(bucket: u64, low in 0..=100_u32, more in 0..=100_u32) {
            let high = (low + more).min(100);
            if Percent::new(low).unwrap().takes(bucket) {
                prop_assert!(Percent::new(high).unwrap().takes(bucket));
            }
            prop_assert!(!Percent::NOBODY.takes(bucket) && Percent::EVERYBODY.takes(bucket));
        }

        #[test]
        fn every_bucket_picks_a_weight_that_is_not_zero(bucket: u64, weights in prop::collection::vec(0..=100_u64, 1..8)) {
            match pick(bucket, weights.iter().copied()) {
                Some(place) => prop_assert!(weights[place] > 0),
                None => prop_assert!(weights.iter().all(|weight| *weight == 0)),
            }
        }
    }
}
