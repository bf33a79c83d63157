//! Slowing down after refusals that nobody explains, and picking up again.
//!
//! Additive increase, multiplicative decrease, as in TCP: it is what finds a fair share of a quota that others use too,
//! without knowing its size.

use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);
/// Full speed, in millionths.
const FULL: u32 = 1_000_000;
/// An unexplained refusal leaves this much of the speed.
const KEEP: u32 = 700_000;
/// What each accepted answer gives back, up to nine tenths of the speed at which the server refused…
const STEP: u32 = 20_000;
/// … from where on it is one part in so many of the present speed, …
const PROBE: u32 = 2_000;
/// … which doubles with each so many answers, so that a quota that has become free is found soon.
const PROBE_DOUBLES: u32 = 100;
/// … and the most that a second does. Without it, hundreds of answers a second would undo a cut before it is felt.
const STEPS_PER_SECOND: u32 = 5;
/// How many answers must have been accepted at a rate before a refusal says something about it.
const CEILING_ANSWERS: u32 = 5;
/// The slowest.
const FLOOR: u32 = 50_000;
/// How many refusals may come by chance at once, and how many accepted answers earn one more.
const STRAYS: u32 = 3;
const STRAY_ANSWERS: u32 = 25;
/// Refusals within this time after a cut are answers to requests sent before it, and cut no further.
const SETTLE: Duration = SECOND;
/// Requests stay spaced until this many were accepted since the last refusal…
const CALM_ANSWERS: u32 = 50;
/// … and this many of the longest windows have passed, within these bounds. Less than one would let a whole window's
/// worth go at once to a server that has just refused the rest of one. Each time it turns out to have been too early the
/// time doubles.
const CALM_WINDOWS: u32 = 3;
const CALM_MIN: Duration = Duration::from_secs(60);
const CALM_MAX: Duration = Duration::from_secs(60 * 60);

/// How much slower than its rules the limiter runs.
#[derive(Debug)]
pub(super) struct SlowDown {
    /// Millionths of the full rate.
    rate: u32,
    /// The rate at which the server refused last, if that was less than the full one.
    ceiling: u32,
    /// Accepted since the rate was cut.
    since_cut: u32,
    /// Accepted answers that no stray refusal was set off against.
    credit: u32,
    /// Millionths of the places in flight.
    slots: u32,
    refused_at: Option<Instant>,
    rate_cut_at: Option<Instant>,
    slots_cut_at: Option<Instant>,
    accepted: u32,
    /// How often spacing was turned on.
    spells: u32,
    /// When the current second of steps began, and how many there were.
    steps_since: Option<Instant>,
    steps: u32,
}

impl SlowDown {
    pub(super) fn new() -> Self {
        Self {
            rate: FULL,
            ceiling: FULL,
            since_cut: 0,
            credit: 0,
            slots: FULL,
            refused_at: None,
            rate_cut_at: None,
            slots_cut_at: None,
            accepted: 0,
            spells: 0,
            steps_since: None,
            steps: 0,
        }
    }

    /// Whether requests are spaced: from a refusal until things have been calm for a while.
    pub(super) fn is_on(&self) -> bool {
        self.refused_at.is_some()
    }

    /// The interval between requests at the present speed.
    pub(super) fn stretch(&self, interval: Duration) -> Duration {
        let nanos = interval.as_nanos() * u128::from(FULL) / u128::from(self.rate.max(1));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// The places in flight at present, at least one.
    pub(super) fn slots(&self, max: u32) -> u32 {
        let slots = u64::from(max) * u64::from(self.slots) / u64::from(FULL);
        u32::try_from(slots).unwrap_or(max).max(1)
    }

    /// An answer that was no refusal.
    pub(super) fn accepted(&mut self, now: Instant, longest_window: Duration) {
        self.credit = self.credit.saturating_add(1).min(STRAYS * STRAY_ANSWERS);
        self.since_cut = self.since_cut.saturating_add(1);
        if self.rate < FULL || self.slots < FULL {
            self.step(now);
        }
        let Some(refused_at) = self.refused_at else {
            return;
        };
        self.accepted = self.accepted.saturating_add(1);
        let doublings = 1_u32
            .checked_shl(self.spells.saturating_sub(1))
            .unwrap_or(u32::MAX);
        let calm = longest_window
            .saturating_mul(CALM_WINDOWS)
            .max(CALM_MIN)
            .saturating_mul(doublings)
            .min(CALM_MAX);
        let calm = now.saturating_duration_since(refused_at) >= calm;
        let full = self.rate == FULL && self.slots == FULL;
        if calm && full && self.accepted >= CALM_ANSWERS {
            self.refused_at = None;
        }
    }

    fn step(&mut self, now: Instant) {
        let begins = self
            .steps_since
            .is_none_or(|since| now.saturating_duration_since(since) >= SECOND);
        if begins {
            self.steps_since = Some(now);
            self.steps = 0;
        }
        if self.steps < STEPS_PER_SECOND {
            self.steps += 1;
            self.rate = self.rate.saturating_add(self.rate_step()).min(FULL);
            self.slots = self.slots.saturating_add(STEP).min(FULL);
        }
    }

    fn rate_step(&self) -> u32 {
        let known = self.ceiling / 10 * 9;
        if self.ceiling == FULL || self.rate < known {
            return STEP;
        }
        let doublings = (self.since_cut / PROBE_DOUBLES).min(16);
        (self.rate / PROBE).saturating_mul(1 << doublings).min(STEP)
    }

    /// Whether a refusal may be put down to chance: at full speed, and with many accepted answers for each.
    pub(super) fn is_stray(&mut self) -> bool {
        match self.credit.checked_sub(STRAY_ANSWERS) {
            Some(left) if self.rate == FULL => {
                self.credit = left;
                true
            }
            _ => false,
        }
    }

    /// A refusal, explained or not: from here on requests are spaced.
    pub(super) fn refused(&mut self, now: Instant) {
        if self.refused_at.is_none() {
            self.spells = self.spells.saturating_add(1);
        }
        self.refused_at = Some(now);
        self.accepted = 0;
    }

    /// A refusal that says nothing about time: slower.
    pub(super) fn cut_rate(&mut self, now: Instant) {
        if settled(self.rate_cut_at, now) {
            self.rate_cut_at = Some(now);
            // Cuts with hardly an answer between them say nothing about a rate: the server takes nothing at all.
            if self.since_cut >= CEILING_ANSWERS {
                self.ceiling = self.rate;
            }
            self.since_cut = 0;
            let kept = u64::from(self.rate) * u64::from(KEEP) / u64::from(FULL);
            self.rate = u32::try_from(kept).unwrap_or(FULL).max(FLOOR);
        }
    }

    /// A refusal that has to do with requests in flight: fewer of them. `used` is how many there were, when it is known
    /// to be their number that was refused.
    pub(super) fn cut_slots(&mut self, max: u32, used: Option<u32>, now: Instant) {
        if settled(self.slots_cut_at, now) {
            self.slots_cut_at = Some(now);
            let held =
                u64::from(used.unwrap_or(u32::MAX)) * u64::from(FULL) / u64::from(max.max(1));
            let held = u32::try_from(held).unwrap_or(FULL).min(self.slots);
            let kept = u64::from(held) * u64::from(KEEP) / u64::from(FULL);
            self.slots = u32::try_from(kept).unwrap_or(FULL);
        }
    }
}

fn settled(cut_at: Option<Instant>, now: Instant) -> bool {
    cut_at.is_none_or(|cut_at| now.saturating_duration_since(cut_at) >= SETTLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(
        clippy::disallowed_methods,
        reason = "any origin will do for arithmetic on instants"
    )]
    fn origin() -> Instant {
        Instant::now()
    }

    #[test]
    fn a_cut_leaves_seven_tenths_and_each_answer_gives_two_hundredths_back() {
        let t0 = origin();
        let mut slow = SlowDown::new();
        slow.refused(t0);
        slow.cut_rate(t0);
        slow.cut_rate(t0 + SECOND / 2);
        assert_eq!(slow.stretch(7 * SECOND), 10 * SECOND);
        slow.cut_rate(t0 + SECOND);
        assert_eq!(slow.stretch(49 * SECOND), 100 * SECOND);
        for n in 0..13 {
            slow.accepted(t0 + n * SECOND, SECOND);
        }
        assert_eq!(slow.stretch(75 * SECOND), 100 * SECOND);
        for n in 13..26 {
            slow.accepted(t0 + n * SECOND, SECOND);
        }
        assert_eq!(slow.stretch(SECOND), SECOND);
        for n in 2..60 {
            slow.cut_rate(t0 + n * SECOND);
        }
        assert_eq!(slow.stretch(SECOND), 20 * SECOND);
    }

    #[test]
    fn one_refusal_for_each_twenty_five_answers_is_chance_and_three_at_once_at_most() {
        let t0 = origin();
        let mut slow = SlowDown::new();
        assert!(!slow.is_stray(), "nothing was accepted yet");
        for _ in 0..1_000 {
            slow.accepted(t0, SECOND);
        }
        assert!(slow.is_stray() && slow.is_stray() && slow.is_stray());
        assert!(!slow.is_stray());
        for _ in 0..25 {
            slow.accepted(t0, SECOND);
        }
        slow.cut_rate(t0);
        assert!(!slow.is_stray(), "not while it is slowed down");
    }

    #[test]
    fn near_the_speed_that_was_refused_it_picks_up_slowly_and_then_ever_faster() {
        let t0 = origin();
        let mut slow = SlowDown::new();
        let mut second = 0;
        let mut answers = |slow: &mut SlowDown, count: u32| {
            for _ in 0..count {
                second += 1;
                slow.accepted(t0 + SECOND * second, SECOND);
            }
        };
        slow.cut_rate(t0);
        answers(&mut slow, 5);
        // Refused at 800 thousandths: back to nine tenths of that at once, and no further.
        slow.cut_rate(t0 + SECOND * 6);
        answers(&mut slow, 8);
        assert!((720_000..730_000).contains(&slow.rate), "{}", slow.rate);
        answers(&mut slow, 50);
        assert!(slow.rate < 760_000, "{}", slow.rate);
        answers(&mut slow, 350);
        assert_eq!(slow.rate, FULL);
    }

    #[test]
    fn no_second_gives_more_than_a_tenth_back() {
        let t0 = origin();
        let mut slow = SlowDown::new();
        slow.cut_rate(t0);
        for n in 0..1_000 {
            slow.accepted(t0 + Duration::from_millis(n), SECOND);
        }
        assert_eq!(slow.stretch(8 * SECOND), 10 * SECOND);
        slow.accepted(t0 + SECOND, SECOND);
        assert_eq!(slow.stretch(82 * SECOND), 100 * SECOND);
    }

    #[test]
    fn spacing_ends_after_three_calm_windows_and_fifty_answers() {
        let secs = Duration::from_secs;
        for (window, calm) in [(1, 60), (60, 180), (86_400, 3_600)] {
            let t0 = origin();
            let mut slow = SlowDown::new();
            assert!(!slow.is_on());
            slow.refused(t0);
            for _ in 0..200 {
                slow.accepted(t0 + secs(calm - 1), secs(window));
            }
            assert!(slow.is_on());
            slow.accepted(t0 + secs(calm), secs(window));
            assert!(!slow.is_on());

            let mut slow = SlowDown::new();
            slow.refused(t0);
            for _ in 0..49 {
                slow.accepted(t0 + secs(calm), secs(window));
            }
            assert!(slow.is_on());
            slow.accepted(t0 + secs(calm), secs(window));
            assert!(!slow.is_on());
        }
    }

    #[test]
    fn each_relapse_doubles_the_calm_up_to_an_hour() {
        let mut now = origin();
        let mut slow = SlowDown::new();
        for calm in [60, 120, 240, 480, 960, 1_920, 3_600, 3_600].map(Duration::from_secs) {
            slow.refused(now);
            for _ in 0..100 {
                slow.accepted(now + calm - SECOND, SECOND);
            }
            assert!(slow.is_on());
            now += calm;
            slow.accepted(now, SECOND);
            assert!(!slow.is_on());
        }
        slow.spells = u32::MAX;
        slow.refused(now);
        slow.accepted(now, Duration::MAX);
        assert!(slow.is_on());
    }

    #[test]
    fn places_in_flight_shrink_from_what_was_used_and_never_to_none() {
        let t0 = origin();
        let mut slow = SlowDown::new();
        slow.cut_slots(100, Some(10), t0);
        assert_eq!(slow.slots(100), 7);
        slow.accepted(t0, Duration::ZERO);
        assert_eq!(slow.slots(100), 9);
        slow.cut_slots(100, None, t0 + Duration::from_secs(2));
        assert_eq!(slow.slots(100), 6);
        slow.cut_slots(100, Some(0), t0 + Duration::from_secs(4));
        assert_eq!(slow.slots(100), 1);
    }
}
