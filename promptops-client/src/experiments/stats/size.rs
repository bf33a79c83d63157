//! How many participants it takes.

use super::{Confidence, normal_quantile};

/// No number of participants can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SizeError {
    /// Both rates must be above 0 and below 1.
    #[error("a rate must be above 0 and below 1")]
    Rate,
    /// There is no difference to find.
    #[error("the two rates are the same")]
    NoDifference,
    /// The power must be above 0 and below 1; 0.8 is usual.
    #[error("the power must be above 0 and below 1")]
    Power,
}

/// The participants **each variant** needs so that a true difference from `base` to `target` is found significant (two-sided,
/// at this confidence) with probability `power`; rounded up.
///
/// Both quantiles enter: that of the confidence, 1.9600 for 95 per cent, and that of the power, 0.8416 for 0.8.
///
/// # Errors
/// [`SizeError`] for rates or a power that are not between 0 and 1, and for equal rates.
///
/// ```
/// use promptops_client::experiments::stats::{Confidence, sample_size};
///
/// assert_eq!(sample_size(0.10, 0.12, 0.8, Confidence::default())?, 3841);
/// # Ok::<(), promptops_client::experiments::stats::SizeError>(())
/// ```
pub fn sample_size(
    base: f64,
    target: f64,
    power: f64,
    confidence: Confidence,
) -> Result<u64, SizeError> {
    let is_share = |share: f64| share > 0.0 && share < 1.0;
    if !is_share(base) || !is_share(target) {
        return Err(SizeError::Rate);
    }
    let difference = target - base;
    if difference == 0.0 {
        return Err(SizeError::NoDifference);
    }
    let found = normal_quantile(power).ok_or(SizeError::Power)?;
    let mean = (base + target) / 2.0;
    let unequal = (base * (1.0 - base) + target * (1.0 - target)).sqrt();
    let reach = confidence.z() * (2.0 * mean * (1.0 - mean)).sqrt() + found * unequal;
    // A power so low that chance alone reaches it still takes somebody.
    let size = (reach.max(0.0) / difference).powi(2).ceil().max(1.0);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, which is as good as infinite"
    )]
    Ok(size as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R's `power.prop.test` documents n = 76.7 for 0.50 against 0.75 with power 0.90.
    #[test]
    fn sizes_are_the_published_ones() {
        let size = |base, target, power| sample_size(base, target, power, Confidence::default());
        assert_eq!(size(0.50, 0.75, 0.90), Ok(77));
        assert_eq!(size(0.75, 0.50, 0.90), Ok(77));
        assert_eq!(size(0.10, 0.12, 0.80), Ok(3841));
    }

    #[test]
    fn what_cannot_be_found_has_no_size() {
        let size = |base, target, power| sample_size(base, target, power, Confidence::default());
        for wrong in [0.0, 1.0, -0.1, f64::NAN, f64::INFINITY] {
            assert_eq!(size(wrong, 0.5, 0.8), Err(SizeError::Rate));
            assert_eq!(size(0.5, wrong, 0.8), Err(SizeError::Rate));
            assert_eq!(size(0.5, 0.6, wrong), Err(SizeError::Power));
        }
        assert_eq!(size(0.5, 0.5, 0.8), Err(SizeError::NoDifference));
        assert_eq!(size(0.5, 0.6, 1e-9), Ok(1));
        assert!(size(0.5, 0.5 + f64::EPSILON, 0.8).unwrap() > 1 << 60);
    }
}
