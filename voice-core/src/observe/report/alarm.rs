//! Watches the share of failures while it happens.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::state::add;
use super::{Alert, AlertRule, Tally};
use crate::clock::{SharedClock, SystemClock};
use crate::observe::log::Outcome;
use crate::observe::{AttemptEvent, Observer};

/// Into how many parts the window is cut.
const PARTS: u32 = 60;

/// An [`Observer`] that calls back when more attempts fail than a rule allows, within a sliding window.
///
/// It calls once, and again only after the share had come down clearly (see [`rearm_at`](Self::rearm_at)) while there were
/// enough attempts to judge, or after a whole window without any. The call is made inline by whichever request brought the
/// share over the threshold: be quick (send to a channel), and do not panic.
///
/// ```
/// use std::time::Duration;
/// use voice_core::client::ClientOptions;
/// use voice_core::observe::report::{AlertRule, ErrorAlarm};
///
/// let (alerts, _inbox) = std::sync::mpsc::channel();
/// let alarm = ErrorAlarm::new(AlertRule::over_percent(5), move |alert| {
///     // A receiver that is gone wants no alerts.
///     let _ = alerts.send(*alert);
/// });
/// let options = ClientOptions::new().observer(alarm.window(Duration::from_secs(600)));
/// ```
pub struct ErrorAlarm {
    rule: AlertRule,
    /// In percent of the rule's threshold.
    rearm: u32,
    window: Duration,
    clock: SharedClock,
    call: Box<dyn Fn(&Alert) + Send + Sync>,
    state: Mutex<Watch>,
}

#[derive(Default)]
struct Watch {
    /// By the moment each part began, oldest first.
    parts: VecDeque<(Instant, Tally)>,
    sum: Tally,
    raised: bool,
}

impl ErrorAlarm {
    /// Calls `call` when the share of failures of the last 5 minutes goes over what `rule` allows.
    pub fn new(rule: AlertRule, call: impl Fn(&Alert) + Send + Sync + 'static) -> Self {
        Self {
            rule,
            rearm: 80,
            window: Duration::from_secs(300),
            clock: SystemClock::shared(),
            call: Box::new(call),
            state: Mutex::default(),
        }
    }

    /// Another window; 5 minutes, and no less than 1 s. It slides by a sixtieth at a time.
    #[must_use]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window.max(Duration::from_secs(1));
        self
    }

    /// How far the share must come down before there can be another call, in percent of the threshold: 80, and no more than
    /// 100. With a threshold of 5 % that is 4 %. A share that hovers about the threshold calls once and not every minute.
    #[must_use]
    pub fn rearm_at(mut self, percent_of_threshold: u32) -> Self {
        self.rearm = percent_of_threshold.min(100);
        self
    }

    /// Another clock. Give the one the client has.
    #[must_use]
    pub fn with_clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Counts one attempt; for attempts that no client observes.
    pub fn count(&self, outcome: Outcome) {
        let failed = outcome == Outcome::Failed;
        let now = self.clock.now();
        let alert = {
            let mut watch = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            watch.count(now, self.window, failed);
            watch.judge(&self.rule, self.rearm)
        };
        // Without the lock, so that the callback may make requests of its own.
        if let Some(alert) = alert {
            (self.call)(&alert);
        }
    }
}

impl Watch {
    fn count(&mut self, now: Instant, window: Duration, failed: bool) {
        while let Some((began, tally)) = self.parts.front().copied() {
            if now.saturating_duration_since(began) < window {
                break;
            }
            self.parts.pop_front();
            self.sum.total -= tally.total;
            self.sum.failed -= tally.failed;
        }
        if self.parts.is_empty() {
            self.raised = false;
        }
        let part = window / PARTS;
        match self.parts.back_mut() {
            Some((began, tally)) if now.saturating_duration_since(*began) < part => {
                add(tally, failed);
            }
            _ => {
                let mut tally = Tally::default();
                add(&mut tally, failed);
                self.parts.push_back((now, tally));
            }
        }
        add(&mut self.sum, failed);
    }

    fn judge(&mut self, rule: &AlertRule, rearm: u32) -> Option<Alert> {
        let Tally { total, failed } = self.sum;
        if let Some(alert) = rule.judge(total, failed) {
            let raised = std::mem::replace(&mut self.raised, true);
            return (!raised).then_some(alert);
        }
        // Too few to judge says nothing about it.
        if rule.is_enough(total) && !rule.scaled(rearm).is_over(total, failed) {
            self.raised = false;
        }
        None
    }
}

impl Observer for ErrorAlarm {
    fn on_attempt(&self, event: &AttemptEvent<'_>) {
        self.count(match event.error {
            Some(_) => Outcome::Failed,
            None => Outcome::Succeeded,
        });
    }
}

impl fmt::Debug for ErrorAlarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let watch = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("ErrorAlarm")
            .field("rule", &self.rule)
            .field("window", &self.window)
            .field("in_window", &watch.sum)
            .field("raised", &watch.raised)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    fn alarm() -> (ErrorAlarm, Arc<AtomicU64>) {
        let calls = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&calls);
        let rule = AlertRule::over_percent(10).min_sample(10);
        let alarm = ErrorAlarm::new(rule, move |alert| {
            assert!(alert.rate() > 0.1 && alert.total() >= 10);
            counted.fetch_add(1, Ordering::Relaxed);
        });
        (alarm.window(Duration::from_secs(60)), calls)
    }

    fn feed(alarm: &ErrorAlarm, good: u32, bad: u32) {
        for _ in 0..good {
            alarm.count(Outcome::Succeeded);
        }
        for _ in 0..bad {
            alarm.count(Outcome::Failed);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_calls_once_until_the_share_has_come_down() {
        let (alarm, calls) = alarm();
        let calls = || calls.load(Ordering::Relaxed);
        feed(&alarm, 9, 1);
        assert_eq!(calls(), 0, "10 % is not over 10 %");
        feed(&alarm, 0, 20);
        assert_eq!(calls(), 1);
        feed(&alarm, 300, 0);
        feed(&alarm, 0, 60);
        assert_eq!(calls(), 2, "it came down, and went over once more");
        // 80 of 800 are the threshold itself, not clearly less.
        feed(&alarm, 409, 0);
        feed(&alarm, 0, 10);
        assert_eq!(calls(), 2, "it only hovers");
    }

    #[tokio::test(start_paused = true)]
    async fn failures_leave_the_window() {
        let (alarm, calls) = alarm();
        let calls = || calls.load(Ordering::Relaxed);
        feed(&alarm, 0, 9);
        tokio::time::advance(Duration::from_secs(61)).await;
        feed(&alarm, 9, 1);
        assert_eq!(calls(), 0, "the nine are gone");
        tokio::time::advance(Duration::from_secs(30)).await;
        feed(&alarm, 0, 10);
        assert_eq!(calls(), 1);
        // A silence of a whole window ends it as well.
        tokio::time::advance(Duration::from_secs(120)).await;
        feed(&alarm, 0, 10);
        assert_eq!(calls(), 2);
        assert!(alarm.state.lock().unwrap().parts.len() <= PARTS as usize);
    }

    #[tokio::test(start_paused = true)]
    async fn the_callback_may_use_the_alarm() {
        let cell: Arc<std::sync::OnceLock<Arc<ErrorAlarm>>> = Arc::default();
        let inner = Arc::clone(&cell);
        let rule = AlertRule::over_percent(0).min_sample(1);
        let alarm = Arc::new(ErrorAlarm::new(rule, move |_| {
            if let Some(alarm) = inner.get() {
                alarm.count(Outcome::Succeeded);
            }
        }));
        cell.set(Arc::clone(&alarm)).unwrap();
        alarm.count(Outcome::Failed);
        assert!(format!("{alarm:?}").contains("total: 2"));
    }
}
