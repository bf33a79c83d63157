//! The log against a plain model of "never more than N within any span".

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const MARGIN: Duration = Duration::from_millis(10);

#[allow(
    clippy::disallowed_methods,
    reason = "any origin will do for arithmetic on instants"
)]
fn origin() -> Instant {
    Instant::now()
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn slots_free_up_one_span_after_they_were_used() {
    let t0 = origin();
    let mut log = WindowLog::configured(2, SECOND, MARGIN);
    log.push(1, t0);
    log.push(1, t0 + ms(300));
    assert_eq!(log.ready_at(1, t0 + ms(400)), t0 + ms(1_010));
    assert_eq!(log.ready_at(2, t0 + ms(400)), t0 + ms(1_310));
    assert_eq!(log.ready_at(3, t0 + ms(400)), t0 + ms(2_020));
    assert_eq!(log.ready_at(4, t0 + ms(400)), t0 + ms(2_320));
    log.prune(t0 + ms(1_009));
    assert_eq!(log.used(), 2);
    log.prune(t0 + ms(1_010));
    assert_eq!(log.used(), 1);
    assert_eq!(log.ready_at(1, t0 + ms(1_010)), t0 + ms(1_010));
    assert_eq!(log.used_lately(t0 + ms(1_010), Duration::ZERO), 1);
    assert_eq!(log.used_lately(t0 + ms(1_010), ms(1)), 2);
    log.prune(t0 + ms(2_020));
    assert_eq!(log.used_lately(t0 + ms(2_020), SECOND), 1);
    assert_eq!(log.ready_at(0, t0), t0);
}

#[test]
fn a_lower_limit_of_the_server_holds_and_a_higher_one_does_not() {
    let t0 = origin();
    let mut log = WindowLog::configured(10, SECOND, MARGIN);
    log.push(3, t0);
    log.push(3, t0 + ms(100));
    log.set_server_limit(4);
    assert_eq!(log.limit(), 4);
    // Six are in the log: two must leave, and then one more, before there is room.
    assert_eq!(log.ready_at(1, t0 + ms(200)), t0 + ms(1_010));
    assert_eq!(log.ready_at(2, t0 + ms(200)), t0 + ms(1_110));
    log.set_server_limit(50);
    assert_eq!(log.limit(), 10);
    let mut learned = WindowLog::learned(4, SECOND, MARGIN);
    learned.set_server_limit(50);
    assert_eq!(learned.limit(), 50);
    learned.set_server_limit(0);
    assert_eq!(learned.limit(), 1);
}

#[test]
fn what_is_given_back_is_free_at_once() {
    let t0 = origin();
    let mut log = WindowLog::configured(2, SECOND, MARGIN);
    log.push(1, t0);
    log.push(1, t0 + ms(5));
    log.give_back(1, t0);
    assert_eq!(log.used(), 1);
    assert_eq!(log.ready_at(1, t0 + ms(6)), t0 + ms(6));
    log.give_back(1, t0);
    log.give_back(9, t0 + ms(5));
    assert_eq!(log.used(), 0);
}

#[test]
fn a_large_limit_keeps_few_entries() {
    let t0 = origin();
    let mut log = WindowLog::configured(1_000_000, SECOND, Duration::ZERO);
    for micros in 0..900_000 {
        log.push(1, t0 + Duration::from_micros(micros));
    }
    assert_eq!(log.used(), 900_000);
    assert!(log.entries.len() <= 513, "{}", log.entries.len());
    // An entry counts by its latest token, so the first two milliseconds leave together.
    log.prune(t0 + SECOND);
    assert_eq!(log.used(), 900_000);
    log.prune(t0 + SECOND + ms(2));
    assert!(
        log.used() <= 898_100 && log.used() > 897_000,
        "{}",
        log.used()
    );
}

#[test]
fn arithmetic_holds_at_the_edges() {
    let t0 = origin();
    let mut log = WindowLog::configured(1, Duration::MAX, Duration::MAX);
    log.push(u32::MAX, t0);
    assert!(log.ready_at(u64::MAX, t0) > t0);
    log.prune(t0 + SECOND);
    assert_eq!(log.used(), u64::from(u32::MAX));
}

proptest! {
    /// Granting each request at the moment the log names keeps every window within the limit, and no sooner moment would.
    #[test]
    fn never_too_many_and_never_too_late(
        limit in 1_u32..12,
        asks in prop::collection::vec((0_u64..700, 1_u32..12), 1..60),
    ) {
        let t0 = origin();
        let span = SECOND + MARGIN;
        let mut log = WindowLog::configured(limit, SECOND, MARGIN);
        let mut granted: Vec<Instant> = Vec::new();
        let mut now = t0;
        for (gap, cost) in asks {
            now += ms(gap);
            let cost = cost.min(limit);
            log.prune(now);
            let at = log.ready_at(u64::from(cost), now);
            let fits = |moment: Instant| {
                let inside = granted.iter().filter(|g| **g + span > moment).count();
                inside + cost as usize <= limit as usize
            };
            prop_assert!(fits(at));
            prop_assert!(at == now || !fits(at - Duration::from_nanos(1)));
            now = at;
            log.prune(now);
            log.push(cost, now);
            granted.extend(std::iter::repeat_n(now, cost as usize));
        }
    }

    /// The moment foreseen for the k-th of a queue is when the k-th is granted.
    #[test]
    fn a_queue_is_foreseen(limit in 1_u32..8, used in prop::collection::vec(0_u64..200, 0..8), ahead in 1_u64..40) {
        let mut now = origin();
        let mut log = WindowLog::configured(limit, SECOND, MARGIN);
        for gap in used.iter().take(limit as usize) {
            now += ms(*gap);
            log.prune(now);
            log.push(1, log.ready_at(1, now).max(now));
        }
        let foreseen = log.ready_at(ahead, now);
        let mut at = now;
        for _ in 0..ahead {
            log.prune(at);
            at = log.ready_at(1, at);
            log.prune(at);
            log.push(1, at);
        }
        prop_assert_eq!(foreseen, at);
    }

    #[test]
    fn giving_back_undoes_a_push(limit in 1_u32..2_000, costs in prop::collection::vec((0_u64..50, 1_u32..5), 1..40)) {
        let mut now = origin();
        let mut log = WindowLog::configured(limit, Duration::from_secs(3_600), MARGIN);
        let mut grants = Vec::new();
        for (gap, cost) in costs {
            now += ms(gap);
            log.push(cost, now);
            grants.push((cost, now));
        }
        for (cost, at) in grants.into_iter().rev() {
            log.give_back(cost, at);
        }
        prop_assert_eq!(log.used(), 0);
        prop_assert!(log.entries.is_empty());
    }
}
