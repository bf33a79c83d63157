//! The two tests behind the patterns, at the level of one in a hundred.

/// How far the upper hundredth of a normal distribution lies out, in standard deviations.
const Z: f64 = 2.326;

/// Whether events are spread over groups as chance would spread them, in proportion to the groups' sizes; `None` when
/// there are too few to tell.
///
/// Pearson's test of homogeneity: neighbouring groups are joined until each is expected to hold 5 events or more; with
/// fewer than two such groups there is nothing to compare. The sum of the squared deviations, each divided by the binomial
/// variance, is held against the upper hundredth of the chi-squared distribution (by the approximation of Wilson and
/// Hilferty).
pub(super) fn evenly_spread(groups: impl IntoIterator<Item = (u64, u64)>) -> Option<bool> {
    let groups: Vec<(f64, f64)> = groups
        .into_iter()
        .filter(|(size, _)| *size > 0)
        .map(|(size, events)| (float(size), float(events)))
        .collect();
    let size: f64 = groups.iter().map(|(size, _)| size).sum();
    let events: f64 = groups.iter().map(|(_, events)| events).sum();
    let share = events / size;
    if !(share > 0.0 && share < 1.0) {
        return None;
    }
    let mut joined: Vec<(f64, f64)> = Vec::new();
    let mut open = (0.0, 0.0);
    for (size, events) in groups {
        open = (open.0 + size, open.1 + events);
        if open.0 * share >= 5.0 {
            joined.push(open);
            open = (0.0, 0.0);
        }
    }
    // What is left over is too little for a group of its own.
    if let Some(last) = joined.last_mut() {
        *last = (last.0 + open.0, last.1 + open.1);
    }
    if joined.len() < 2 {
        return None;
    }
    let deviation: f64 = joined
        .iter()
        .map(|(size, events)| {
            let expected = size * share;
            (events - expected).powi(2) / (expected * (1.0 - share))
        })
        .sum();
    let freedom = float(joined.len() as u64 - 1);
    let part = 2.0 / (9.0 * freedom);
    let limit = freedom * (1.0 - part + Z * part.sqrt()).powi(3);
    Some(deviation <= limit)
}

/// Whether the first group has a higher share of events than the second, by more than chance gives in one case of a
/// hundred: the one-sided test of two proportions.
pub(super) fn more_often(first: (u64, u64), second: (u64, u64)) -> bool {
    let [(n1, k1), (n2, k2)] = [first, second].map(|(size, events)| (float(size), float(events)));
    if n1 == 0.0 || n2 == 0.0 {
        return false;
    }
    let pooled = (k1 + k2) / (n1 + n2);
    let deviation = (pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2)).sqrt();
    deviation > 0.0 && (k1 / n1 - k2 / n2) / deviation > Z
}

#[allow(
    clippy::cast_precision_loss,
    reason = "exact up to 2^53, and a test is none the worse beyond"
)]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_and_uneven_spreads_are_told_apart() {
        let even = [(1000, 30), (1000, 28), (500, 16), (1000, 33), (1000, 27)];
        assert_eq!(evenly_spread(even), Some(true));
        let burst = [(1000, 5), (1000, 6), (1000, 110), (1000, 4), (1000, 5)];
        assert_eq!(evenly_spread(burst), Some(false));
        assert_eq!(evenly_spread([(1000, 30)]), None);
        assert_eq!(evenly_spread([(100, 1), (100, 2)]), None);
        assert_eq!(evenly_spread([(10, 0), (10, 0)]), None);
        assert_eq!(evenly_spread([(10, 10), (10, 10)]), None);
        assert_eq!(evenly_spread([]), None);
    }

    #[test]
    fn chance_alone_is_called_uneven_about_once_in_a_hundred() {
        let mut random = fastrand::Rng::with_seed(7);
        let uneven = (0..2000)
            .filter(|_| {
                let day = (0..24).map(|_| {
                    let events = (0..300).filter(|_| random.f64() < 0.03).count();
                    (300, events as u64)
                });
                evenly_spread(day.collect::<Vec<_>>()) == Some(false)
            })
            .count();
        assert!((8..=40).contains(&uneven), "{uneven} of 2000");
    }

    #[test]
    fn a_share_is_higher_only_when_it_is_by_much() {
        assert!(more_often((1000, 150), (1000, 10)));
        assert!(!more_often((1000, 12), (1000, 10)));
        assert!(!more_often((1000, 10), (1000, 150)));
        assert!(!more_often((0, 0), (1000, 10)));
        assert!(!more_often((10, 0), (10, 0)));
        assert!(!more_often((10, 10), (10, 10)));
    }
}
