//! What the numbers of an experiment say.
//!
//! The server fills its results with placeholders, so they are computed here, from participants and conversions per
//! variant. Differences are **treatment minus control** throughout: a positive one is in favour of the treatment.
//!
//! | | |
//! |---|---|
//! | [`Sample`], [`Sample::wilson`] | a variant's participants and conversions; the interval of its rate |
//! | [`Comparison`] | difference, lift, z test (pooled), interval of the difference (unpooled), χ² |
//! | [`sample_size`] | how many participants a comparison needs |
//! | [`winner`] | the best significant improvement, once there are enough |
//! | [`normal_quantile`], [`normal_cdf`] | the distribution below |
//!
//! The formulas are those of any textbook on two proportions. They are approximations by the normal distribution, fit for
//! the numbers of an experiment (100 participants and more for each variant) and not for a handful. Looking at the numbers
//! again and again and stopping when they please finds winners where there are none; decide on the number beforehand.
//!
//! ```
//! use promptops_client::experiments::stats::{Comparison, Confidence, Sample};
//!
//! let control = Sample::new(1000, 100)?;
//! let treatment = Sample::new(1000, 130)?;
//! let comparison = Comparison::of(control, treatment, Confidence::default());
//! assert!((comparison.difference() - 0.03).abs() < 1e-12);
//! assert!((comparison.p_value() - 0.0355).abs() < 1e-4);
//! assert!(comparison.is_significant());
//! # Ok::<(), promptops_client::experiments::stats::StatsError>(())
//! ```

mod comparison;
mod normal;
mod sample;
mod size;
mod winner;

pub use comparison::{Comparison, Interval};
pub use normal::{normal_cdf, normal_quantile};
pub use sample::{Confidence, Sample, StatsError};
pub use size::{SizeError, sample_size};
pub use winner::{Verdict, winner};

/// Exact up to 2^53, and no estimate is the worse beyond.
#[allow(
    clippy::cast_precision_loss,
    reason = "exact up to 2^53, and no estimate is the worse beyond"
)]
fn float(count: u64) -> f64 {
    count as f64
}
