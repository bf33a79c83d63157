//! Each pattern is found where it is, and not where something else is.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::*;
use crate::observe::log::{Outcome, Record, RecordKind};
use crate::observe::report::{ReportCollector, ReportOptions};

/// A day in India, attempt by attempt; `fails` says what becomes of one at a second of the day.
fn day(
    per_hour: impl Fn(u64) -> u64,
    mut fails: impl FnMut(u64, &mut fastrand::Rng) -> Option<u16>,
) -> Vec<PatternKind> {
    let midnight: SystemTime = UNIX_EPOCH + Duration::from_secs(1_736_706_600);
    let collector = ReportCollector::new(ReportOptions::new().zone(Zone::INDIA));
    let mut random = fastrand::Rng::with_seed(11);
    for hour in 0..24 {
        let count = per_hour(hour);
        for number in 0..count {
            let second = hour * 3600 + number * 3600 / count;
            let mut record = Record::new(
                RecordKind::Attempt,
                midnight + Duration::from_secs(second),
                "sample",
                "calls.get",
            );
            record.host = Some("api.sample.example".into());
            record.status = Some(200);
            if let Some(status) = fails(second, &mut random) {
                record.outcome = Outcome::Failed;
                // A time-out has no status.
                record.status = Some(status).filter(|status| *status != 0);
                record.error_kind = (status == 0).then(|| "timeout".to_owned());
            }
            collector.add(&record);
        }
    }
    let patterns = collector.report().patterns;
    for pattern in &patterns {
        assert_eq!(pattern.name, pattern.kind.name());
        assert!(!pattern.analysis.is_empty() && !pattern.recommendation.is_empty());
    }
    patterns.into_iter().map(|pattern| pattern.kind).collect()
}

fn even(_: u64) -> u64 {
    120
}

fn sometimes(share: f64, status: u16) -> impl FnMut(u64, &mut fastrand::Rng) -> Option<u16> {
    move |_, random| (random.f64() < share).then_some(status)
}

#[test]
fn a_few_500s_at_any_hour_are_intermittent() {
    let found = [PatternKind::Intermittent500];
    assert_eq!(day(even, sometimes(0.03, 500)), found);
    assert_eq!(day(even, sometimes(0.03, 502)), found);
    // More requests by day do not make it uneven: it is the share that counts.
    let busy_by_day = |hour| if (9..18).contains(&hour) { 400 } else { 40 };
    assert_eq!(day(busy_by_day, sometimes(0.03, 500)), found);
}

#[test]
fn too_few_too_many_or_in_one_heap_are_not() {
    assert_eq!(day(even, sometimes(0.01, 500)), []);
    assert_eq!(day(even, sometimes(0.10, 500)), []);
    assert_eq!(day(even, sometimes(0.03, 503)), []);
    assert_eq!(day(even, sometimes(0.03, 404)), []);
    // 3 % of the day, all of it in one hour.
    let outage = |second: u64, random: &mut fastrand::Rng| {
        (second / 3600 == 3 && random.f64() < 0.72).then_some(500)
    };
    assert_eq!(day(even, outage), []);
    // Not enough attempts to say anything.
    assert_eq!(day(|_| 8, sometimes(0.03, 500)), []);
}

#[test]
fn both_ends_of_2_to_5_percent_count() {
    let exactly = |one_in: u64| {
        move |second: u64, _: &mut fastrand::Rng| {
            let number = second * 100 / 3600;
            number.is_multiple_of(one_in).then_some(500)
        }
    };
    let found = [PatternKind::Intermittent500];
    assert_eq!(day(|_| 100, exactly(20)), found);
    assert_eq!(day(|_| 100, exactly(50)), found);
    assert_eq!(day(|_| 100, exactly(10)), []);
}

fn is_peak(second: u64) -> bool {
    (9 * 3600..18 * 3600).contains(&second)
}

#[test]
fn refusals_in_the_peak_hours_are_peak_hour_failures() {
    let peak = |second, random: &mut fastrand::Rng| {
        let status = if random.bool() { 429 } else { 503 };
        (is_peak(second) && random.f64() < 0.15).then_some(status)
    };
    assert_eq!(day(even, peak), [PatternKind::PeakHourFailures]);
}

#[test]
fn the_same_all_day_at_night_in_small_or_of_another_kind_is_not() {
    assert_eq!(day(even, sometimes(0.15, 429)), []);
    let night = |second, random: &mut fastrand::Rng| {
        (!is_peak(second) && random.f64() < 0.15).then_some(429)
    };
    assert_eq!(day(even, night), []);
    let little = |second, random: &mut fastrand::Rng| {
        (is_peak(second) && random.f64() < 0.04).then_some(429)
    };
    assert_eq!(day(even, little), []);
    let wrong = |second, random: &mut fastrand::Rng| {
        (is_peak(second) && random.f64() < 0.15).then_some(404)
    };
    assert_eq!(day(even, wrong), []);
    let only_by_day = |hour| if (9..18).contains(&hour) { 120 } else { 1 };
    let peak = |second, random: &mut fastrand::Rng| {
        (is_peak(second) && random.f64() < 0.15).then_some(429)
    };
    assert_eq!(day(only_by_day, peak), [], "nothing to compare with");
}

/// Time-outs for so many minutes from 21:10.
fn window(minutes: u64, share: f64) -> impl FnMut(u64, &mut fastrand::Rng) -> Option<u16> {
    let from = 21 * 3600 + 600;
    move |second, random| {
        let inside = (from..from + minutes * 60).contains(&second);
        (inside && random.f64() < share).then_some(0)
    }
}

#[test]
fn time_outs_in_a_window_of_5_to_15_minutes_are_regional() {
    let found = [PatternKind::RegionalConnectivity];
    for minutes in [5, 10, 15] {
        assert_eq!(day(|_| 600, window(minutes, 0.8)), found, "{minutes}");
    }
}

#[test]
fn time_outs_that_are_short_long_rare_or_scattered_are_not() {
    for (minutes, share) in [(4, 0.8), (16, 0.8), (120, 0.8), (10, 0.02)] {
        assert_eq!(
            day(|_| 600, window(minutes, share)),
            [],
            "{minutes} {share}"
        );
    }
    assert_eq!(day(|_| 600, sometimes(0.01, 0)), []);
    assert_eq!(day(|_| 600, sometimes(0.5, 0)), []);
    // 503s in a window are no time-outs.
    let mut inside = window(10, 0.8);
    let refused = |second: u64, random: &mut fastrand::Rng| inside(second, random).map(|_| 404);
    assert_eq!(day(|_| 600, refused), []);
}

#[test]
fn weather_of_all_three_kinds_is_told_apart() {
    let mut cut_off = window(10, 0.6);
    let found = day(
        |_| 400,
        |second, random| {
            let lost = cut_off(second, random);
            lost.or_else(|| match random.f64() {
                x if x < 0.03 => Some(500),
                x if x < 0.15 && is_peak(second) => Some(429),
                _ => None,
            })
        },
    );
    assert_eq!(
        found,
        [
            PatternKind::Intermittent500,
            PatternKind::PeakHourFailures,
            PatternKind::RegionalConnectivity
        ]
    );
}
