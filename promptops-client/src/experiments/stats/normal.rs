//! The standard normal distribution.

use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};

/// The probability of a value below `z`. Relative errors are below 1e-12 on both tails; infinities give 0 and 1.
///
/// ```
/// use promptops_client::experiments::stats::normal_cdf;
///
/// assert!((normal_cdf(1.959_963_984_540_054) - 0.975).abs() < 1e-14);
/// ```
#[must_use]
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z * FRAC_1_SQRT_2)
}

/// The value below which a normal variable is with probability `p`; `None` unless `p` is above 0 and below 1.
///
/// ```
/// use promptops_client::experiments::stats::normal_quantile;
///
/// let z = |p| normal_quantile(p).unwrap_or_default();
/// assert!((z(0.8) - 0.841_621_233_572_914).abs() < 1e-12);
/// assert!((z(0.975) - 1.959_963_984_540_054).abs() < 1e-12);
/// assert_eq!(normal_quantile(1.0), None);
/// ```
#[must_use]
pub fn normal_quantile(p: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    if p > 0.5 {
        // `1 - p` is exact here, and the lower tail keeps its digits.
        return Some(-lower_quantile(1.0 - p));
    }
    Some(lower_quantile(p))
}

/// The quantile of a `p` of at most one half: a rational start (Abramowitz and Stegun 26.2.23, good to 4.5e-4), then
/// Halley's steps on the distribution itself.
fn lower_quantile(p: f64) -> f64 {
    let t = (-2.0 * p.ln()).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = above / below - t;
    for _ in 0..3 {
        let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
        let step = (normal_cdf(z) - p) / density;
        if !step.is_finite() {
            break;
        }
        z -= step / (1.0 + 0.5 * z * step);
    }
    z
}

/// The complementary error function.
pub(super) fn erfc(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let tail = match x.abs() {
        near if near < 2.5 => 1.0 - erf_series(near),
        far if far < 27.5 => erfc_fraction(far),
        _ => 0.0,
    };
    if x < 0.0 { 2.0 - tail } else { tail }
}

/// By a series whose terms are all positive, so that nothing cancels.
fn erf_series(x: f64) -> f64 {
    let mut term = x;
    let mut sum = x;
    let mut n = 0.0;
    while term > sum * 1e-17 {
        n += 1.0;
        term *= 2.0 * x * x / (2.0 * n + 1.0);
        sum += term;
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}

/// By the continued fraction of the tail, from its far end. 120 levels are more than enough from 2.5 on.
fn erfc_fraction(x: f64) -> f64 {
    let mut rest = 0.0;
    for level in (1..=120_u32).rev() {
        rest = f64::from(level) / (SQRT_2 * x + rest);
    }
    (-x * x).exp() / (PI.sqrt() / SQRT_2 * (SQRT_2 * x + rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_close(value: f64, expected: f64, relative: f64) -> bool {
        (value - expected).abs() <= expected.abs() * relative
    }

    #[test]
    fn the_distribution_has_its_known_values() {
        for (z, p) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_542_9),
            (2.0, 0.977_249_868_051_820_8),
            (-1.0, 0.158_655_253_931_457_05),
            (-2.0, 0.022_750_131_948_179_21),
            (-3.0, 0.001_349_898_031_630_094_6),
            (-3.6, 1.591_085_901_575_338e-4),
            (-5.0, 2.866_515_718_791_939e-7),
            (-10.0, 7.619_853_024_160_527e-24),
        ] {
            assert!(is_close(normal_cdf(z), p, 1e-11), "{z}: {}", normal_cdf(z));
        }
        assert_eq!(
            (normal_cdf(f64::NEG_INFINITY), normal_cdf(f64::INFINITY)),
            (0.0, 1.0)
        );
        assert!(normal_cdf(f64::NAN).is_nan());
    }

    #[test]
    fn quantiles_have_their_known_values_and_invert() {
        for (p, z) in [
            (0.5, 0.0),
            (0.8, 0.841_621_233_572_914_2),
            (0.9, 1.281_551_565_544_600_4),
            (0.95, 1.644_853_626_951_472_2),
            (0.975, 1.959_963_984_540_054),
            (0.995, 2.575_829_303_548_900_4),
            (0.001, -3.090_232_306_167_813),
        ] {
            let got = normal_quantile(p).unwrap();
            assert!((got - z).abs() < 1e-12, "{p}: {got}");
        }
        for p in [1e-300, 1e-30, 1e-9, 0.01, 0.3, 0.5] {
            assert!(
                is_close(normal_cdf(normal_quantile(p).unwrap()), p, 1e-9),
                "{p}"
            );
        }
        for wrong in [0.0, 1.0, -1.0, 2.0, f64::NAN] {
            assert_eq!(normal_quantile(wrong), None);
        }
    }
}
