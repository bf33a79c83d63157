//! What a limiter learns from answers.

use std::task::Waker;
use std::time::{Duration, Instant};

use super::State;
use crate::limits::limiter::log::WindowLog;
use crate::limits::limiter::{Observed, builder, later};
use crate::limits::{RateLimits, RateWindow, Unit};

/// The most rules, those learned from the server included.
const MAX_RULES: usize = 16;
/// How much later a hold must end than the one before for those who wait to be told. A batch of refusals comes with
/// nearly the same end, and each must not stir the whole queue.
const NEWS: Duration = Duration::from_millis(100);
/// A reset this much longer than a rule's window is about another window; servers round up to whole seconds.
const ROUNDING: Duration = Duration::from_secs(1);
/// Travel times differ by less than the margin of a window as long as this: no refusal there is due to them.
const SHORT: Duration = Duration::from_secs(10);

impl State {
    /// Learns from an answer. The wakers are of all for whom it changes something.
    pub(in crate::limits::limiter) fn observe(
        &mut self,
        limits: &RateLimits,
        outcome: Observed,
        now: Instant,
    ) -> Vec<Waker> {
        let now = self.tick(now);
        // The usual answer says nothing, and then nobody needs to be woken.
        let news = !limits.is_empty() || self.slow.is_on();
        for window in limits.windows().filter(|w| *w.unit() == Unit::Requests) {
            self.learn_limit(window);
            self.learn_remaining(window, now);
        }
        let mut woken = Vec::new();
        match outcome {
            Observed::Accepted => {
                self.slow.accepted(now, self.longest_window());
                for rule in &mut self.rules {
                    rule.narrow();
                }
            }
            Observed::Limited => woken = self.learn_refusal(limits, now),
        }
        woken.extend(self.queue.first().filter(|_| news));
        woken
    }

    /// A limit per window of known length tightens the rule of that window, or becomes one.
    fn learn_limit(&mut self, window: &RateWindow) {
        let (Some(limit @ 1..), Some(length)) = (window.limit(), window.length()) else {
            return;
        };
        if length > builder::MAX_WINDOW {
            return;
        }
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let mut known = false;
        for rule in self.rules.iter_mut().filter(|rule| rule.window() == length) {
            rule.set_server_limit(limit);
            known = true;
        }
        if !known && self.rules.len() < MAX_RULES {
            let margin = builder::margin(length, self.settings.margin);
            self.rules.push(WindowLog::learned(limit, length, margin));
        }
    }

    /// A remainder lower than our own count explains bounds what may still go until the reset.
    fn learn_remaining(&mut self, window: &RateWindow, now: Instant) {
        let (Some(remaining), Some(reset)) = (window.remaining(), window.reset()) else {
            return;
        };
        if reset.is_zero() || self.explains(window, remaining, reset, now) {
            return;
        }
        let reset_at = later(now, reset.min(self.settings.max_hold));
        self.quotas.note(window.scope(), remaining, reset_at);
    }

    /// Whether our own rules are at least as strict as that window and count at least as many requests: then the server
    /// tells nothing new, and the rules know better than a rounded reset when the next may go. The server counted a while
    /// before its answer came here, hence the look back over the time of travel.
    fn explains(
        &mut self,
        window: &RateWindow,
        remaining: u64,
        reset: Duration,
        now: Instant,
    ) -> bool {
        let Some(limit) = window.limit() else {
            return false;
        };
        let counted = limit.saturating_sub(remaining);
        let alone = self.rules.len() == 1;
        let mut most_used = 0;
        for rule in &mut self.rules {
            rule.prune(now);
            let used = rule.used_lately(now, self.travel);
            most_used = used.max(most_used);
            let same_window = match window.length() {
                Some(length) => rule.window() == length,
                None => alone || u64::from(rule.limit()) == limit,
            };
            let as_strict = u64::from(rule.limit()) <= limit;
            let as_soon = reset <= rule.window().saturating_add(ROUNDING);
            if same_window && as_strict && as_soon && counted <= used {
                return true;
            }
        }
        // A server that spaces requests calls its burst the limit, and the time until its bucket is full the reset.
        let (Some(burst), Some(interval)) = (self.settings.burst, self.interval()) else {
            return false;
        };
        let full = interval.saturating_mul(u32::try_from(limit).unwrap_or(u32::MAX));
        window.length().is_none()
            && u64::from(burst) <= limit
            && reset <= full.saturating_add(ROUNDING)
            && counted <= most_used
    }

    fn learn_refusal(&mut self, limits: &RateLimits, now: Instant) -> Vec<Waker> {
        let held = self.hold_until.is_some_and(|hold| hold > now);
        let hint = limits.wait_hint().filter(|hint| !hint.is_zero());
        let counted = limits.concurrent_requests().is_some();
        let short = self.longest_window().saturating_add(ROUNDING);
        let by_chance = !self.rules.is_empty()
            && !counted
            && hint.is_none_or(|hint| hint <= short)
            && self.longest_window() < SHORT
            && self.slow.is_stray();
        if by_chance {
            for rule in &mut self.rules {
                rule.widen();
            }
            return hint.map_or_else(Vec::new, |hint| self.hold(hint, now));
        }
        // Refused again soon after a hold that was kept: the wait alone does not help.
        let again = self.slow.is_on() && !held;
        self.slow.refused(now);
        if hint.is_none() || again {
            self.slow.cut_rate(now);
        }
        if let Some(max) = self.settings.max_in_flight
            && (counted || hint.is_none())
        {
            let used = counted.then_some(self.in_flight);
            self.slow.cut_slots(max, used, now);
        }
        if let Some(interval) = self.interval() {
            self.pace.restart(self.slow.stretch(interval), now);
        }
        hint.map_or_else(Vec::new, |hint| self.hold(hint, now))
    }

    /// Nobody goes before that. The wakers are of all who cannot wait so long.
    fn hold(&mut self, hint: Duration, now: Instant) -> Vec<Waker> {
        let until = later(now, hint.min(self.settings.max_hold));
        let before = self.hold_until.unwrap_or(now);
        self.hold_until = Some(until.max(before));
        if until.saturating_duration_since(before) >= NEWS {
            self.queue.not_until(until)
        } else {
            Vec::new()
        }
    }
}
