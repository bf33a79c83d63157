//! The circuit breaker: stop asking a provider that keeps failing.
//!
//! One breaker serves one provider, account and host. [`Breaker::acquire`] gives a [`Pass`] or says for how long the
//! circuit stays open. After [`BreakerSettings::failures`] transient failures in a row it opens for
//! [`BreakerSettings::open_for`]; then **one** request goes through as a probe, and its result closes or re-opens it.
//!
//! Faults that come by chance also come in rows: at 15 % of them a client sees five in a row once in some 30,000 requests,
//! and a hiccup of a busy gateway fails whatever is in flight. To refuse everything for half a minute would cost a hundred
//! times more than either. So the default also asks that at least half of the last 32 verdicts were failures
//! ([`BreakerSettings::lookback`]) and that the row has lasted for two seconds ([`BreakerSettings::lasting`]): a hiccup of less
//! than a second looks longer, since everybody waits before trying again. In an outage both are true soon: at 100 requests
//! a second it opens after two seconds.
//!
//! A pass that is dropped without a verdict (a cancelled request) counts as nothing; a dropped probe gives its place to
//! the next request, so that a half-open circuit can never stick.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::{SharedClock, later};

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerSettings {
    /// Transient failures in a row that open the circuit; 5 by default. Zero counts as 1.
    pub failures: u32,
    /// How long it stays open before a probe; 30 s by default.
    pub open_for: Duration,
    /// Of so many of the last verdicts at least half must be failures too, or the row is put down to chance; 32, which is the
    /// most, by default. With 0 the row alone decides. A silence longer than [`open_for`](Self::open_for) clears them.
    pub lookback: u32,
    /// How long the row must have lasted, from its first failure to its latest; 2 s by default.
    pub lasting: Duration,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self {
            failures: 5,
            open_for: Duration::from_secs(30),
            lookback: u32::BITS,
            lasting: Duration::from_secs(2),
        }
    }
}

impl BreakerSettings {
    /// Opens after `failures` in a row (at least 1), for `open_for`: at once, and whatever was before them.
    #[must_use]
    pub fn new(failures: u32, open_for: Duration) -> Self {
        Self {
            failures: failures.max(1),
            open_for,
            lookback: 0,
            lasting: Duration::ZERO,
        }
    }

    /// Another [`lookback`](Self::lookback); more than 32 counts as 32.
    #[must_use]
    pub fn with_lookback(mut self, verdicts: u32) -> Self {
        self.lookback = verdicts.min(u32::BITS);
        self
    }

    /// Another [`lasting`](Self::lasting).
    #[must_use]
    pub fn with_lasting(mut self, time: Duration) -> Self {
        self.lasting = time;
        self
    }
}

/// What state a breaker is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreakerState {
    /// Requests go through.
    Closed,
    /// Requests are refused here.
    Open,
    /// One probe is under way, or due.
    HalfOpen,
}

/// The circuit is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the circuit breaker is open for another {retry_in:?}")]
pub struct CircuitOpen {
    /// Until a probe may go; zero while a probe is under way.
    pub retry_in: Duration,
}

/// A circuit breaker; see the [module page](self).
#[derive(Debug, Clone)]
pub struct Breaker {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: BreakerSettings,
    clock: SharedClock,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Closed(Recent),
    Open { until: Instant },
    Probing,
}

/// The last verdicts of a closed circuit.
#[derive(Debug, Clone, Copy, Default)]
struct Recent {
    /// One bit for each, the latest lowest; a failure is a one.
    verdicts: u32,
    /// How many of the bits count.
    known: u32,
    /// Failures since the last success.
    row: u32,
    /// When the row began.
    since: Option<Instant>,
    last: Option<Instant>,
}

impl Recent {
    /// Takes a verdict. What is older than a silence of `forget` says nothing about now; a row of failures stays one.
    fn note(&mut self, failed: bool, now: Instant, forget: Duration) {
        let silence = self.last.map(|last| now.saturating_duration_since(last));
        if silence.is_some_and(|silence| silence > forget) {
            (self.verdicts, self.known) = (0, 0);
        }
        self.last = Some(now);
        self.verdicts = (self.verdicts << 1) | u32::from(failed);
        self.known = (self.known + 1).min(u32::BITS);
        if failed {
            self.row = self.row.saturating_add(1);
            self.since.get_or_insert(now);
        } else {
            (self.row, self.since) = (0, None);
        }
    }

    /// Whether the provider is down rather than unlucky.
    fn is_bad(&self, settings: &BreakerSettings, now: Instant) -> bool {
        let lasted = self.since.map(|since| now.saturating_duration_since(since));
        let looked_at = self.known.min(settings.lookback);
        let mask = u32::MAX.checked_shr(u32::BITS - looked_at).unwrap_or(0);
        self.row >= settings.failures
            && lasted.is_some_and(|lasted| lasted >= settings.lasting)
            && (self.verdicts & mask).count_ones() * 2 >= looked_at
    }
}

impl Breaker {
    /// A closed breaker.
    #[must_use]
    pub fn new(settings: BreakerSettings, clock: SharedClock) -> Self {
        Self {
            shared: Arc::new(Shared {
                settings,
                clock,
                state: Mutex::new(State::Closed(Recent::default())),
            }),
        }
    }

    /// Whether [`acquire`](Self::acquire) would give a pass now. Takes none: for whoever has to wait for something else
    /// first, and would otherwise hold the probe's place while waiting.
    ///
    /// # Errors
    /// [`CircuitOpen`] with the time until a probe may go.
    pub fn check(&self) -> Result<(), CircuitOpen> {
        self.shared.look(&self.shared.lock())
    }

    /// Asks to send one request.
    ///
    /// # Errors
    /// [`CircuitOpen`] with the time until a probe may go.
    pub fn acquire(&self) -> Result<Pass, CircuitOpen> {
        let mut state = self.shared.lock();
        self.shared.look(&state)?;
        let probe = matches!(*state, State::Open { .. });
        if probe {
            *state = State::Probing;
        }
        Ok(Pass {
            shared: Arc::clone(&self.shared),
            probe,
            settled: false,
        })
    }

    /// The state now.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        match *self.shared.lock() {
            State::Closed(_) => BreakerState::Closed,
            State::Probing => BreakerState::HalfOpen,
            State::Open { until } if until <= self.shared.clock.now() => BreakerState::HalfOpen,
            State::Open { .. } => BreakerState::Open,
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self, state: &State) -> Result<(), CircuitOpen> {
        let retry_in = match *state {
            State::Closed(_) => return Ok(()),
            State::Probing => Duration::ZERO,
            State::Open { until } => {
                let left = until.saturating_duration_since(self.clock.now());
                if left.is_zero() {
                    return Ok(());
                }
                left
            }
        };
        Err(CircuitOpen { retry_in })
    }

    fn open(&self) -> State {
        State::Open {
            until: later(self.clock.now(), self.settings.open_for),
        }
    }
}

/// The right to send one request; give it a verdict when the request ends.
#[derive(Debug)]
#[must_use = "a pass without a verdict tells the breaker nothing"]
pub struct Pass {
    shared: Arc<Shared>,
    probe: bool,
    settled: bool,
}

impl Pass {
    /// The provider is alive: it answered, be it with an error of the caller's.
    pub fn success(mut self) {
        self.settled = true;
        let mut state = self.shared.lock();
        match &mut *state {
            State::Closed(recent) => {
                let now = self.shared.clock.now();
                recent.note(false, now, self.shared.settings.open_for);
            }
            // Only the probe speaks for the present: a request from before the opening is old news.
            State::Open { .. } | State::Probing if self.probe => {
                *state = State::Closed(Recent::default());
            }
            State::Open { .. } | State::Probing => {}
        }
    }

    /// A transient failure of the provider or the way to it.
    pub fn failure(mut self) {
        self.settled = true;
        let mut state = self.shared.lock();
        match &mut *state {
            State::Closed(recent) => {
                let (now, settings) = (self.shared.clock.now(), &self.shared.settings);
                recent.note(true, now, settings.open_for);
                if recent.is_bad(settings, now) {
                    *state = self.shared.open();
                }
            }
            State::Open { .. } | State::Probing if self.probe => *state = self.shared.open(),
            State::Open { .. } | State::Probing => {}
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.probe && !self.settled {
            let mut state = self.shared.lock();
            if matches!(*state, State::Probing) {
                *state = State::Open {
                    until: self.shared.clock.now(),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, SystemClock};

    const OPEN_FOR: Duration = Duration::from_secs(30);

    fn opened() -> Breaker {
        let breaker = Breaker::new(BreakerSettings::new(5, OPEN_FOR), SystemClock::shared());
        for _ in 0..5 {
            assert_eq!(breaker.state(), BreakerState::Closed);
            breaker.acquire().unwrap().failure();
        }
        breaker
    }

    async fn pass_time(duration: Duration) {
        SystemClock::default().sleep(duration).await;
    }

    #[tokio::test(start_paused = true)]
    async fn five_in_a_row_open_it_and_a_probe_closes_it() {
        let breaker = opened();
        assert_eq!(breaker.acquire().unwrap_err().retry_in, OPEN_FOR);
        pass_time(OPEN_FOR).await;
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        let probe = breaker.acquire().unwrap();
        assert!(breaker.acquire().is_err(), "one probe only");
        probe.success();
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_probe_opens_it_for_the_full_time_again() {
        let breaker = opened();
        pass_time(OPEN_FOR).await;
        breaker.acquire().unwrap().failure();
        assert_eq!(breaker.acquire().unwrap_err().retry_in, OPEN_FOR);
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_probe_gives_its_place_to_the_next() {
        let breaker = opened();
        pass_time(OPEN_FOR).await;
        drop(breaker.acquire().unwrap());
        breaker
            .acquire()
            .expect("the place is free at once")
            .success();
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_success_in_between_starts_the_count_anew() {
        let breaker = Breaker::new(BreakerSettings::new(2, OPEN_FOR), SystemClock::shared());
        for _ in 0..10 {
            breaker.acquire().unwrap().failure();
            breaker.acquire().unwrap().success();
        }
        drop(breaker.acquire().unwrap());
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    fn after_successes(settings: BreakerSettings) -> Breaker {
        let breaker = Breaker::new(settings, SystemClock::shared());
        for _ in 0..40 {
            breaker.acquire().unwrap().success();
        }
        breaker
    }

    fn fail(breaker: &Breaker, times: u32) {
        for _ in 0..times {
            assert_eq!(breaker.state(), BreakerState::Closed);
            breaker.acquire().unwrap().failure();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_row_among_many_successes_is_bad_luck_and_a_long_one_is_an_outage() {
        let breaker = after_successes(BreakerSettings::new(5, OPEN_FOR).with_lookback(99));
        fail(&breaker, 15);
        assert_eq!(breaker.state(), BreakerState::Closed);
        breaker.acquire().unwrap().success();
        fail(&breaker, 5);
        assert_eq!(breaker.state(), BreakerState::Open);

        let breaker = after_successes(BreakerSettings::new(5, OPEN_FOR).with_lookback(20));
        fail(&breaker, 10);
        assert_eq!(breaker.state(), BreakerState::Open);

        let breaker = after_successes(BreakerSettings::new(5, OPEN_FOR));
        fail(&breaker, 5);
        assert_eq!(breaker.state(), BreakerState::Open, "the row alone");
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_good_before_a_long_silence_does_not_count_and_a_row_goes_on() {
        let breaker = after_successes(BreakerSettings::default());
        fail(&breaker, 3);
        pass_time(OPEN_FOR + Duration::from_secs(1)).await;
        fail(&breaker, 2);
        assert_eq!(breaker.state(), BreakerState::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn a_hiccup_opens_nothing_and_a_row_that_lasts_does() {
        let breaker = after_successes(BreakerSettings::default());
        fail(&breaker, 200);
        pass_time(Duration::from_millis(1_990)).await;
        fail(&breaker, 1);
        pass_time(Duration::from_millis(10)).await;
        fail(&breaker, 1);
        assert_eq!(breaker.state(), BreakerState::Open);

        let breaker = after_successes(BreakerSettings::default());
        fail(&breaker, 200);
        breaker.acquire().unwrap().success();
        pass_time(Duration::from_secs(2)).await;
        fail(&breaker, 200);
        assert_eq!(breaker.state(), BreakerState::Closed, "a row of its own");
    }

    #[tokio::test(start_paused = true)]
    async fn faults_by_chance_never_open_it() {
        let settings = BreakerSettings::default().with_lasting(Duration::ZERO);
        let breaker = Breaker::new(settings, SystemClock::shared());
        let mut chance = fastrand::Rng::with_seed(1);
        for _ in 0..200_000 {
            let pass = breaker.acquire().expect("15 % of faults are no outage");
            if chance.f64() < 0.15 {
                pass.failure();
            } else {
                pass.success();
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn late_news_from_before_the_opening_changes_nothing() {
        let breaker = Breaker::new(BreakerSettings::new(1, OPEN_FOR), SystemClock::shared());
        let (early, late) = (breaker.acquire().unwrap(), breaker.acquire().unwrap());
        early.failure();
        late.success();
        assert_eq!(breaker.state(), BreakerState::Open);
        pass_time(OPEN_FOR).await;
        let probe = breaker.acquire().unwrap();
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        probe.success();
    }

    #[tokio::test(start_paused = true)]
    async fn late_failures_neither_prolong_the_opening_nor_end_the_probe() {
        let breaker = Breaker::new(BreakerSettings::new(1, OPEN_FOR), SystemClock::shared());
        let mut late = [(); 4].map(|()| breaker.acquire().unwrap()).into_iter();
        late.next().unwrap().failure();
        pass_time(OPEN_FOR / 2).await;
        late.next().unwrap().failure();
        assert_eq!(breaker.acquire().unwrap_err().retry_in, OPEN_FOR / 2);
        pass_time(OPEN_FOR / 2).await;
        let probe = breaker.acquire().unwrap();
        late.next().unwrap().failure();
        drop(late.next());
        assert!(breaker.acquire().is_err(), "its place is taken");
        assert_eq!(
            breaker.state(),
            BreakerState::HalfOpen,
            "the probe is still under way"
        );
        probe.success();
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_takes_nothing() {
        let breaker = Breaker::new(BreakerSettings::new(0, OPEN_FOR), SystemClock::shared());
        assert_eq!(breaker.check(), Ok(()));
        breaker.acquire().unwrap().failure();
        assert_eq!(breaker.check().unwrap_err().retry_in, OPEN_FOR);
        pass_time(OPEN_FOR).await;
        assert_eq!((breaker.check(), breaker.check()), (Ok(()), Ok(())));
        let probe = breaker.acquire().unwrap();
        assert_eq!(breaker.check().unwrap_err().retry_in, Duration::ZERO);
        probe.success();
        assert_eq!(breaker.check(), Ok(()));
    }
}
