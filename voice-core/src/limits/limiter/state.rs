//! Everything a limiter knows, and what it decides from it. Time comes in as an argument; nothing here waits or wakes.
//! What it learns from answers is in `learn`.

mod learn;

use std::task::Waker;
use std::time::{Duration, Instant};

use super::log::WindowLog;
use super::pace::{Pace, Spacing};
use super::queue::{Queue, Ticket};
use super::quota::Quotas;
use super::slow_down::SlowDown;
use super::{Grant, LimitExceeded, LimitRule};

/// With every answer the longest travel time known shrinks by this part.
const TRAVEL_DECAY: u32 = 64;

/// What was set when the limiter was built.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) burst: Option<u32>,
    pub(super) max_in_flight: Option<u32>,
    pub(super) max_hold: Duration,
    pub(super) margin: Option<Duration>,
}

/// Whether a request may go.
#[derive(Debug)]
enum Verdict {
    Go,
    /// Not before that moment.
    Later(Instant, LimitRule),
    /// When something happens, or by that moment if there is one.
    Blocked(Option<Instant>, LimitRule),
    Never(LimitRule),
}

/// What the future of a waiter does next.
#[derive(Debug)]
pub(super) enum Step {
    Granted(Grant),
    Refused(LimitExceeded),
    /// Sleep until then, unless woken before.
    Wait(Instant),
}

#[derive(Debug)]
pub(super) struct State {
    settings: Settings,
    rules: Vec<WindowLog>,
    pace: Pace,
    slow: SlowDown,
    quotas: Quotas,
    hold_until: Option<Instant>,
    in_flight: u32,
    in_flight_cost: u64,
    /// How long permits lived lately: about the time a request and its answer travel.
    travel: Duration,
    queue: Queue,
    latest: Option<Instant>,
}

impl State {
    pub(super) fn new(settings: Settings, rules: Vec<WindowLog>) -> Self {
        Self {
            settings,
            rules,
            pace: Pace::default(),
            slow: SlowDown::new(),
            quotas: Quotas::default(),
            hold_until: None,
            in_flight: 0,
            in_flight_cost: 0,
            travel: Duration::ZERO,
            queue: Queue::default(),
            latest: None,
        }
    }

    pub(super) fn in_flight(&self) -> u32 {
        self.in_flight
    }

    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// The clock was read before the lock was taken, so two callers may come in the wrong order by a little.
    fn tick(&mut self, now: Instant) -> Instant {
        let now = self.latest.map_or(now, |latest| latest.max(now));
        self.latest = Some(now);
        now
    }

    /// One poll of a waiter. The waker, if any, is of the next in the queue.
    pub(super) fn step(
        &mut self,
        ticket: &mut Option<Ticket>,
        cost: u32,
        deadline: Instant,
        now: Instant,
        waker: &Waker,
    ) -> (Step, Option<Waker>) {
        let now = self.tick(now);
        if ticket.is_none() {
            self.after_queue(now);
        }
        let (first, ahead) = match ticket {
            Some(ticket) => (self.queue.is_first(*ticket), 0),
            None => (self.queue.is_empty(), self.queue.tokens()),
        };
        let out_of_time = now >= deadline;
        let too_late = ticket.is_none() && now > deadline;
        let step = match self.verdict(ahead, cost, now) {
            Verdict::Go if too_late => refuse(Some(now), LimitRule::Deadline, now),
            Verdict::Go if first => Step::Granted(self.grant(cost, now)),
            Verdict::Later(at, rule) if at > deadline => refuse(Some(at), rule, now),
            Verdict::Never(rule) => refuse(None, rule, now),
            Verdict::Blocked(until, rule) if first && out_of_time => refuse(until, rule, now),
            Verdict::Later(at, _) if first => Step::Wait(at),
            Verdict::Blocked(until, _) if first => {
                Step::Wait(until.unwrap_or(deadline).min(deadline))
            }
            _ if out_of_time => refuse(None, LimitRule::Queue, now),
            _ => Step::Wait(deadline),
        };
        let next = match (&step, *ticket) {
            (Step::Wait(_), Some(ticket)) => {
                self.queue.renew(ticket, waker);
                None
            }
            (Step::Wait(_), None) => {
                for rule in &mut self.rules {
                    rule.queue_begins(cost);
                }
                *ticket = Some(self.queue.join(cost, deadline, waker));
                None
            }
            (_, Some(held)) => {
                *ticket = None;
                self.queue.leave(held)
            }
            (_, None) => None,
        };
        (step, next)
    }

    /// Lets rules forget that requests have waited, when none does.
    fn after_queue(&mut self, now: Instant) {
        if self.queue.is_empty() {
            for rule in &mut self.rules {
                rule.prune(now);
                rule.queue_is_over();
            }
        }
    }

    /// One try without waiting.
    pub(super) fn try_now(&mut self, cost: u32, now: Instant) -> Result<Grant, LimitExceeded> {
        let now = self.tick(now);
        self.after_queue(now);
        match self.verdict(self.queue.tokens(), cost, now) {
            Verdict::Go if self.queue.is_empty() => Ok(self.grant(cost, now)),
            Verdict::Go => Err(LimitExceeded::new(None, LimitRule::Queue)),
            Verdict::Later(at, rule) => Err(exceeded(Some(at), rule, now)),
            Verdict::Blocked(until, rule) => Err(exceeded(until, rule, now)),
            Verdict::Never(rule) => Err(exceeded(None, rule, now)),
        }
    }

    /// Gives up a place in the queue.
    pub(super) fn leave(&mut self, ticket: Ticket) -> Option<Waker> {
        self.queue.leave(ticket)
    }

    /// Whether a request of that cost may go, after `ahead` tokens of others. With others ahead, the moment is the
    /// earliest possible one.
    fn verdict(&mut self, ahead: u64, cost: u32, now: Instant) -> Verdict {
        let most = self.rules.iter().map(WindowLog::limit);
        if let Some(most) = most.chain(self.settings.burst).min()
            && cost > most
        {
            return Verdict::Never(LimitRule::Cost { most });
        }
        let tokens = ahead.saturating_add(u64::from(cost));
        self.hold_until = self.hold_until.filter(|hold| *hold > now);
        let start = self.hold_until.unwrap_or(now);
        let mut latest = (start, LimitRule::Hold);

        for rule in &mut self.rules {
            rule.prune(now);
            let at = rule.ready_at(tokens, start);
            let at = rule
                .even_at(tokens, cost, start)
                .map_or(at, |even| even.max(at));
            if at > latest.0 {
                let (limit, window) = (rule.limit(), rule.window());
                latest = (at, LimitRule::Window { limit, window });
            }
        }
        if let Some((spacing, rule)) = self.spacing(cost) {
            let at = self.pace.ready_at(tokens, spacing, start);
            if at > latest.0 {
                latest = (at, rule);
            }
        }

        let mut blocked = None;
        self.quotas.prune(now);
        for quota in self.quotas.iter() {
            let remaining = quota.remaining;
            if tokens > remaining {
                if quota.reset_at > latest.0 {
                    latest = (quota.reset_at, LimitRule::Remaining { remaining });
                }
            } else if self.in_flight_cost.saturating_add(tokens) > remaining {
                blocked = Some((Some(quota.reset_at), LimitRule::Remaining { remaining }));
            }
        }
        if let Some(max) = self.settings.max_in_flight {
            let max = self.slow.slots(max);
            if self.in_flight >= max {
                blocked = Some((None, LimitRule::InFlight { max }));
            }
        }

        match (latest, blocked) {
            ((at, rule), _) if at > now => Verdict::Later(at, rule),
            (_, Some((until, rule))) => Verdict::Blocked(until, rule),
            (_, None) => Verdict::Go,
        }
    }

    /// The fastest rule's time per request.
    fn interval(&self) -> Option<Duration> {
        self.rules.iter().map(WindowLog::interval).min()
    }

    fn longest_window(&self) -> Duration {
        self.rules
            .iter()
            .map(WindowLog::window)
            .max()
            .unwrap_or_default()
    }

    /// How requests are spaced now, if they are. After a refusal they go one by one, whatever the burst.
    fn spacing(&self, cost: u32) -> Option<(Spacing, LimitRule)> {
        let interval = self.interval()?;
        if self.slow.is_on() {
            let spacing = Spacing {
                burst: cost.max(1),
                interval: self.slow.stretch(interval),
            };
            return Some((spacing, LimitRule::SlowDown));
        }
        let burst = self.settings.burst?;
        Some((Spacing { burst, interval }, LimitRule::Burst { burst }))
    }

    fn grant(&mut self, cost: u32, now: Instant) -> Grant {
        for rule in &mut self.rules {
            rule.push(cost, now);
        }
        if let Some((spacing, _)) = self.spacing(cost) {
            self.pace.take(cost, spacing, now);
        }
        self.in_flight = self.in_flight.saturating_add(1);
        self.in_flight_cost = self.in_flight_cost.saturating_add(u64::from(cost));
        Grant { cost, at: now }
    }

    /// A request is over. The waker is of the first in the queue, if that may matter to it.
    pub(super) fn release(&mut self, grant: Grant, now: Instant) -> Option<Waker> {
        let lived = self.tick(now).saturating_duration_since(grant.at);
        self.travel = lived.max(self.travel - self.travel / TRAVEL_DECAY);
        self.end(grant);
        let matters = self.settings.max_in_flight.is_some() || !self.quotas.is_empty();
        matters.then(|| self.queue.first()).flatten()
    }

    fn end(&mut self, grant: Grant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.in_flight_cost = self.in_flight_cost.saturating_sub(u64::from(grant.cost));
    }

    /// A request was never sent.
    pub(super) fn give_back(&mut self, grant: Grant) -> Option<Waker> {
        self.end(grant);
        for rule in &mut self.rules {
            rule.give_back(grant.cost, grant.at);
        }
        if let Some((spacing, _)) = self.spacing(grant.cost) {
            self.pace.give_back(grant.cost, spacing);
        }
        self.queue.first()
    }
}

fn refuse(at: Option<Instant>, rule: LimitRule, now: Instant) -> Step {
    Step::Refused(exceeded(at, rule, now))
}

fn exceeded(at: Option<Instant>, rule: LimitRule, now: Instant) -> LimitExceeded {
    LimitExceeded::new(at.map(|at| at.saturating_duration_since(now)), rule)
}
