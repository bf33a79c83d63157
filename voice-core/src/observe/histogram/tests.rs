use super::*;
use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};

const HOUR_NS: u64 = 3_600_000_000_000;

fn of(values: &[u64]) -> Histogram {
    let histogram = Histogram::new();
    for ns in values {
        histogram.record(Duration::from_nanos(*ns));
    }
    histogram
}

#[test]
fn an_empty_histogram_answers_nothing() {
    let snapshot = Histogram::new().snapshot();
    assert_eq!(snapshot.count(), 0);
    assert_eq!(snapshot.min(), None);
    assert_eq!(snapshot.max(), None);
    assert_eq!(snapshot.mean(), None);
    assert_eq!(snapshot.quantile(0.5), None);
    assert_eq!(snapshot.to_string(), "count=0");
}

#[test]
fn memory_is_as_stated() {
    assert_eq!(BUCKETS, 530);
    assert_eq!(Histogram::BYTES, 4_280);
}

#[test]
fn every_boundary_falls_into_its_bucket_and_buckets_follow_each_other() {
    let mut last = 0;
    for power in FIRST_POWER..END_POWER {
        for step in 0..LINEAR as u64 {
            let low = (1 << power) + (step << (power - LINEAR_BITS));
            assert_eq!(bucket_of(low), last + 1, "{low}");
            assert_eq!(bucket_of(low - 1), last, "{low}");
            last += 1;
        }
    }
    assert!(bucket_of(HOUR_NS) < BUCKETS - 1);
    assert_eq!(bucket_of(1 << END_POWER), BUCKETS - 1);
    assert_eq!(bucket_of(u64::MAX), BUCKETS - 1);
    assert_eq!(bucket_of(0), 0);
}

#[test]
fn values_beyond_the_range_are_counted_at_its_ends() {
    let histogram = of(&[0, 1, 2]);
    histogram.record(Duration::MAX);
    histogram.record(Duration::MAX);
    let snapshot = histogram.snapshot();
    assert_eq!(snapshot.count(), 5);
    assert_eq!(snapshot.min(), Some(Duration::ZERO));
    assert_eq!(snapshot.max(), Some(Duration::from_nanos(u64::MAX)));
    assert!(snapshot.quantile(0.4).unwrap() < Duration::from_micros(1));
    assert_eq!(snapshot.quantile(0.8), snapshot.max());
}

#[test]
fn odd_fractions_do_no_harm() {
    let snapshot = of(&[5_000, 6_000, 7_000]).snapshot();
    assert_eq!(snapshot.quantile(f64::NAN), None);
    assert_eq!(snapshot.quantile(-1.0), snapshot.min());
    assert_eq!(snapshot.quantile(f64::INFINITY), snapshot.max());
}

#[test]
fn threads_may_record_at_once() {
    let histogram = Histogram::new();
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let histogram = &histogram;
            scope.spawn(move || {
                for value in 1..=1_000 {
                    histogram.record(Duration::from_micros(value * (thread + 1)));
                }
            });
        }
    });
    let snapshot = histogram.snapshot();
    assert_eq!(snapshot.count(), 4_000);
    assert_eq!(snapshot.min(), Some(Duration::from_micros(1)));
    assert_eq!(snapshot.max(), Some(Duration::from_micros(4_000)));
    assert_eq!(snapshot.mean(), Some(Duration::from_nanos(1_251_250)));
}

#[test]
fn display_is_one_line() {
    let snapshot = of(&[1_000_000, 3_000_000]).snapshot();
    let line = "count=2 min=1ms mean=2ms p50=1ms p95=3ms p99=3ms max=3ms";
    assert_eq!(snapshot.to_string(), line);
    assert_eq!(
        format!("{snapshot:?}"),
        format!("HistogramSnapshot({line})")
    );
}

/// Values over the whole range, each power of ten as likely as another.
fn values() -> impl Strategy<Value = Vec<u64>> {
    let value = (3_i32..13, 1.0..10.0_f64)
        .prop_map(|(power, factor)| ((10_f64.powi(power) * factor) as u64).clamp(1_000, HOUR_NS));
    proptest::collection::vec(value, 1..300)
}

proptest! {
    #[test]
    fn quantiles_are_near_the_exact_ones(mut values in values(), q in prop_oneof![0.0..=1.0_f64, 0.9..=1.0_f64]) {
        let snapshot = of(&values).snapshot();
        values.sort_unstable();
        let rank = ((q * values.len() as f64).ceil() as usize).max(1);
        let exact = values[rank - 1] as f64;
        let found = snapshot.quantile(q).unwrap().as_nanos() as f64;
        prop_assert!((found / exact - 1.0).abs() <= Histogram::RELATIVE_ERROR, "{found} for {exact}");
        prop_assert_eq!(snapshot.count(), values.len() as u64);
        prop_assert_eq!(snapshot.min(), Some(Duration::from_nanos(values[0])));
        prop_assert_eq!(snapshot.max(), values.last().map(|ns| Duration::from_nanos(*ns)));
        let mean = values.iter().sum::<u64>() / values.len() as u64;
        prop_assert_eq!(snapshot.mean(), Some(Duration::from_nanos(mean)));
    }

    #[test]
    fn merging_is_recording_both(left in values(), right in values()) {
        let both = of(&[left.clone(), right.clone()].concat()).snapshot();
        let mut merged = of(&left).snapshot();
        merged.merge(&of(&right).snapshot());
        prop_assert_eq!(&merged, &both);
        merged.merge(&Histogram::new().snapshot());
        prop_assert_eq!(&merged, &both);
        let histogram = of(&left);
        histogram.merge(&of(&right).snapshot());
        histogram.merge(&Histogram::new().snapshot());
        prop_assert_eq!(&histogram.snapshot(), &both);
    }
}
