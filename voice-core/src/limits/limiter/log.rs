//! One rule "N per window", as a sliding log of what was let through.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::later;
use super::pace::{Pace, Spacing};

/// Windows shorter than this are used evenly while requests wait for a turn.
const EVEN_BELOW: Duration = Duration::from_secs(10);
/// This part of the limit may still go at once then, to make up for late timers.
const EVEN_BURST: u32 = 100;
/// What one refusal adds to the safety margin, as a part of the window…
const WIDEN: u32 = 400;
/// … up to this part of it…
const WIDEST: u32 = 20;
/// … and after how many accepted answers that is taken back. It is the share of refusals, 1 in so many, that the margin
/// aims at.
const NARROW: u32 = 330;

/// Up to this limit every request has an entry of its own; above it, entries span this part of a window.
const EXACT: u32 = 512;

/// What was let through within one granule, or at one instant.
#[derive(Debug, Clone, Copy)]
struct Entry {
    first: Instant,
    last: Instant,
    tokens: u64,
}

/// A sliding log: at most `limit` tokens within any `span`.
#[derive(Debug)]
pub(super) struct WindowLog {
    /// The limit in force; at least 1.
    limit: u32,
    /// The limit as set by the user; none for a rule learned from the server.
    configured: Option<u32>,
    window: Duration,
    /// The window and its safety margin.
    span: Duration,
    /// The least that the span may be: the window and the margin as set.
    least_span: Duration,
    /// How evenly turns go while requests wait; none unless they do.
    even: Option<Pace>,
    entries: VecDeque<Entry>,
    /// What left the span, kept for another one.
    past: VecDeque<Entry>,
    used: u64,
}

impl WindowLog {
    /// A rule the user set. `limit` and `window` are above zero.
    pub(super) fn configured(limit: u32, window: Duration, margin: Duration) -> Self {
        Self {
            configured: Some(limit),
            ..Self::learned(limit, window, margin)
        }
    }

    /// A rule the server told.
    pub(super) fn learned(limit: u32, window: Duration, margin: Duration) -> Self {
        Self {
            limit: limit.max(1),
            configured: None,
            window,
            span: window.saturating_add(margin),
            least_span: window.saturating_add(margin),
            even: None,
            entries: VecDeque::new(),
            past: VecDeque::new(),
            used: 0,
        }
    }

    pub(super) fn limit(&self) -> u32 {
        self.limit
    }

    pub(super) fn window(&self) -> Duration {
        self.window
    }

    /// Tokens let through within the last span, as of the last [`prune`](Self::prune).
    #[cfg(test)]
    pub(super) fn used(&self) -> u64 {
        self.used
    }

    /// Tokens let through within the last span and `more`, up to a span.
    pub(super) fn used_lately(&self, now: Instant, more: Duration) -> u64 {
        let reach = self.span.saturating_add(more);
        self.past
            .iter()
            .rev()
            .take_while(|entry| later(entry.last, reach) > now)
            .fold(self.used, |sum, entry| sum.saturating_add(entry.tokens))
    }

    /// Time per token when the limit is spread evenly.
    pub(super) fn interval(&self) -> Duration {
        self.span / self.limit.max(1)
    }

    /// The server's limit for this window: it holds when it is lower than the one that was set.
    pub(super) fn set_server_limit(&mut self, limit: u32) {
        self.limit = limit.min(self.configured.unwrap_or(u32::MAX)).max(1);
    }

    /// Requests begin to wait for this rule. A whole window's worth that goes at once meets the one before it at both ends
    /// of the window, and where the margin is short, one late request of that is one too many: from now on they go evenly.
    pub(super) fn queue_begins(&mut self, cost: u32) {
        let is_full = self.used.saturating_add(u64::from(cost)) > u64::from(self.limit);
        if is_full && self.limit > 1 && self.window < EVEN_BELOW && self.even.is_none() {
            self.even = Some(Pace::default());
        }
    }

    /// Nobody waits any more: once a quarter of the limit is free, whoever comes may go at once.
    pub(super) fn queue_is_over(&mut self) {
        if self.used.saturating_mul(4) <= u64::from(self.limit).saturating_mul(3) {
            self.even = None;
        }
    }

    fn spacing(&self) -> Spacing {
        Spacing {
            burst: (self.limit / EVEN_BURST).max(1),
            interval: self.interval(),
        }
    }

    /// The server refused a request that this rule had let through: it arrived sooner after the others than it was sent.
    pub(super) fn widen(&mut self) {
        let most = self.least_span.saturating_add(self.window / WIDEST);
        self.span = self.span.saturating_add(self.window / WIDEN).min(most);
    }

    /// The server accepted one.
    pub(super) fn narrow(&mut self) {
        if self.span > self.least_span {
            let less = self.span.saturating_sub(self.window / WIDEN / NARROW);
            self.span = less.max(self.least_span);
        }
    }

    /// Counts no longer what lies a full span or more in the past.
    pub(super) fn prune(&mut self, now: Instant) {
        while let Some(oldest) = pop_older(&mut self.entries, self.span, now) {
            self.used = self.used.saturating_sub(oldest.tokens);
            self.past.push_back(oldest);
        }
        while pop_older(&mut self.past, self.span.saturating_mul(2), now).is_some() {}
    }

    /// The earliest moment, from `start` on, by which `tokens` more could have been let through one by one.
    ///
    /// The limit is seen as that many slots, each free again one span after it was used. Within the first round the slots
    /// free up as the log says, and each further round comes one span later. For tokens up to the limit this is exact;
    /// beyond, it is a lower bound.
    pub(super) fn ready_at(&self, tokens: u64, start: Instant) -> Instant {
        let Some(last) = tokens.checked_sub(1) else {
            return start;
        };
        let slots = u64::from(self.limit.max(1));
        let (rounds, slot) = (last / slots, last % slots);
        let first_round = match self.used.saturating_add(slot).checked_sub(slots) {
            None => start,
            Some(index) => self.freed_at(index).unwrap_or(start).max(start),
        };
        let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
        later(first_round, self.span.saturating_mul(rounds))
    }

    /// The same by the even pace alone, if there is one, for `tokens` of which the last `cost` are one request.
    pub(super) fn even_at(&self, tokens: u64, cost: u32, start: Instant) -> Option<Instant> {
        let spacing = self.spacing();
        // What costs more than the pace lets through at once still goes at once.
        let burst = spacing.burst.max(cost);
        let pace = self.even.as_ref()?;
        Some(pace.ready_at(tokens, Spacing { burst, ..spacing }, start))
    }

    /// When the token number `index`, counted from the oldest, leaves the span.
    fn freed_at(&self, index: u64) -> Option<Instant> {
        let mut passed = 0_u64;
        let entry = self.entries.iter().find(|entry| {
            passed = passed.saturating_add(entry.tokens);
            passed > index
        })?;
        Some(later(entry.last, self.span))
    }

    /// Enters tokens let through at `now`, which is never earlier than the entry before.
    pub(super) fn push(&mut self, tokens: u32, now: Instant) {
        let tokens = u64::from(tokens);
        if tokens == 0 {
            return;
        }
        self.used = self.used.saturating_add(tokens);
        let spacing = self.spacing();
        if let Some(pace) = &mut self.even {
            pace.take(u32::try_from(tokens).unwrap_or(u32::MAX), spacing, now);
        }
        let granule = if self.limit > EXACT {
            self.window / EXACT
        } else {
            Duration::ZERO
        };
        match self.entries.back_mut() {
            Some(newest) if now.saturating_duration_since(newest.first) <= granule => {
                newest.last = newest.last.max(now);
                newest.tokens = newest.tokens.saturating_add(tokens);
            }
            _ => self.entries.push_back(Entry {
                first: now,
                last: now,
                tokens,
            }),
        }
    }

    /// Takes tokens out again that were entered at `at`.
    pub(super) fn give_back(&mut self, tokens: u32, at: Instant) {
        let found = self
            .entries
            .iter()
            .rposition(|entry| entry.first <= at && at <= entry.last);
        let Some(at) = found else {
            return;
        };
        if let Some(entry) = self.entries.get_mut(at) {
            let spacing = Spacing {
                burst: 1,
                interval: self.span / self.limit.max(1),
            };
            if let Some(pace) = &mut self.even {
                pace.give_back(tokens, spacing);
            }
            let taken = u64::from(tokens).min(entry.tokens);
            entry.tokens -= taken;
            self.used = self.used.saturating_sub(taken);
            if entry.tokens == 0 {
                self.entries.remove(at);
            }
        }
    }
}

/// Takes out the oldest entry if it lies `span` or more in the past.
fn pop_older(entries: &mut VecDeque<Entry>, span: Duration, now: Instant) -> Option<Entry> {
    let oldest = entries.front()?;
    if later(oldest.last, span) > now {
        return None;
    }
    entries.pop_front()
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
