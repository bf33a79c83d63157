//! Every branch of the loop, under paused time.

use std::cell::RefCell;
use std::collections::VecDeque;

use super::*;
use crate::retry::{ExponentialBackoff, JitterMode, NeverRetry, SafeRetry};
use crate::testkit::TestClock;

const SEC: Duration = Duration::from_secs(1);

/// A run of the loop with everything at hand.
struct Bench {
    repeat: Repeat,
    max_attempts: u32,
    deadline: Duration,
    budget: Option<Arc<RetryBudget>>,
    policy: Box<dyn RetryPolicy>,
    clock: TestClock,
    script: RefCell<VecDeque<Outcome>>,
    tries: RefCell<Vec<(u32, Duration, bool)>>,
    announced: RefCell<Vec<Duration>>,
}

enum Outcome {
    Good(&'static str),
    Bad(Error),
    Advised(Error, Advice),
    HeldBack(Error),
    TakesThen(Duration, Box<Outcome>),
}

fn bench(repeat: Repeat, script: impl IntoIterator<Item = Outcome>) -> Bench {
    Bench {
        repeat,
        max_attempts: 4,
        deadline: 90 * SEC,
        budget: None,
        policy: Box::new(SafeRetry),
        clock: TestClock::at(1_000_000_000).with_unit(0.0),
        script: RefCell::new(script.into_iter().collect()),
        tries: RefCell::default(),
        announced: RefCell::default(),
    }
}

impl Bench {
    async fn run(&self) -> Result<Finished<&'static str>, Error> {
        let backoff = ExponentialBackoff::new(SEC, 20 * SEC).with_jitter(JitterMode::None);
        let parts = Parts {
            repeat: self.repeat,
            policy: &*self.policy,
            max_attempts: self.max_attempts,
            backoff: &backoff,
            budget: self.budget.as_ref(),
            clock: &self.clock,
            deadline: self.deadline,
            retry_after_cap: 60 * SEC,
        };
        run(
            &parts,
            |mut this| {
                if let Some(token) = this.token.take() {
                    token.spend();
                }
                self.tries.borrow_mut().push((
                    this.number,
                    self.clock.elapsed(),
                    this.after_unknown,
                ));
                let next = self.script.borrow_mut().pop_front();
                self.play(next.expect("the script is long enough"))
            },
            |_, wait| self.announced.borrow_mut().push(wait),
        )
        .await
    }

    async fn play(&self, mut outcome: Outcome) -> Result<&'static str, Failure> {
        loop {
            match outcome {
                Outcome::Good(value) => return Ok(value),
                Outcome::Bad(error) => return Err(error.into()),
                Outcome::Advised(error, advice) => {
                    return Err(Failure {
                        error,
                        advice,
                        held_back: None,
                    });
                }
                Outcome::HeldBack(error) => {
                    return Err(Failure {
                        error,
                        advice: Advice::None,
                        held_back: Some("held back here"),
                    });
                }
                Outcome::TakesThen(time, next) => {
                    crate::clock::SystemClock::default().sleep(time).await;
                    outcome = *next;
                }
            }
        }
    }

    fn tries(&self) -> usize {
        self.tries.borrow().len()
    }
}

fn error(kind: ErrorKind, delivery: Delivery) -> Error {
    Error::new(kind, "scripted").with_delivery(delivery)
}

fn unknown() -> Outcome {
    Outcome::Bad(error(ErrorKind::Timeout, Delivery::Unknown))
}

fn refused() -> Outcome {
    Outcome::Bad(error(ErrorKind::RateLimited, Delivery::Refused))
}

fn refused_for(wait: Duration) -> Outcome {
    Outcome::Bad(error(ErrorKind::RateLimited, Delivery::Refused).with_retry_after(wait))
}

fn not_sent() -> Outcome {
    Outcome::Bad(error(ErrorKind::Connect, Delivery::NotSent))
}

#[tokio::test(start_paused = true)]
async fn a_first_success_costs_nothing() {
    let bench = bench(Repeat::Once, [Outcome::Good("yes")]);
    let done = bench.run().await.unwrap();
    assert_eq!(
        (done.value, done.attempts, done.elapsed),
        ("yes", 1, Duration::ZERO)
    );
    assert!(bench.clock.sleeps().is_empty());
}

#[tokio::test(start_paused = true)]
async fn waits_double_and_are_announced() {
    let script = [not_sent(), not_sent(), not_sent(), Outcome::Good("yes")];
    let bench = bench(Repeat::Safe, script);
    let done = bench.run().await.unwrap();
    assert_eq!(done.attempts, 4);
    assert_eq!(bench.clock.sleeps(), [SEC, 2 * SEC, 4 * SEC]);
    assert_eq!(*bench.announced.borrow(), [SEC, 2 * SEC, 4 * SEC]);
    assert!(done.elapsed >= 7 * SEC);
}

#[tokio::test(start_paused = true)]
async fn attempts_run_out() {
    let bench = bench(Repeat::Safe, [unknown(), unknown(), unknown(), unknown()]);
    let error = bench.run().await.unwrap_err();
    assert_eq!(error.attempts(), 4);
    assert!(error.elapsed() >= 7 * SEC);
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test(start_paused = true)]
async fn a_dial_that_may_have_happened_is_never_repeated() {
    let bench = bench(Repeat::Once, [unknown()]);
    let error = bench.run().await.unwrap_err();
    assert_eq!((error.attempts(), error.delivery()), (1, Delivery::Unknown));
    assert_eq!(bench.tries(), 1);
}

#[tokio::test(start_paused = true)]
async fn not_even_by_a_policy_that_says_so() {
    #[derive(Debug)]
    struct Reckless;
    impl RetryPolicy for Reckless {
        fn decide(&self, _: &Failed<'_>) -> Decision {
            Decision::Retry
        }
    }
    let mut bench = bench(Repeat::Once, [unknown()]);
    bench.policy = Box::new(Reckless);
    assert!(bench.run().await.is_err());
    assert_eq!(bench.tries(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dial_that_was_refused_or_not_sent_is_repeated() {
    let bench = bench(
        Repeat::Once,
        [not_sent(), refused(), Outcome::Good("rung once")],
    );
    assert_eq!(bench.run().await.unwrap().attempts, 3);
}

#[tokio::test(start_paused = true)]
async fn answered_failures_are_final() {
    let bench = bench(
        Repeat::Safe,
        [Outcome::Bad(error(ErrorKind::NotFound, Delivery::Answered))],
    );
    let error = bench.run().await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.delivery()),
        (1, Delivery::Answered)
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_server_asks_for_goes_before_the_schedule() {
    let bench = bench(Repeat::Safe, [refused_for(7 * SEC), Outcome::Good("yes")]);
    bench.run().await.unwrap();
    assert_eq!(bench.clock.sleeps(), [7 * SEC]);
}

#[tokio::test(start_paused = true)]
async fn it_is_never_shortened_and_spread_by_at_most_a_tenth_or_a_second() {
    for (asked, most) in [(5 * SEC, Duration::from_millis(5500)), (40 * SEC, 41 * SEC)] {
        let mut bench = bench(Repeat::Safe, [refused_for(asked), Outcome::Good("yes")]);
        bench.clock = TestClock::at(0).with_unit(0.999_999);
        bench.run().await.unwrap();
        let slept = bench.clock.sleeps()[0];
        assert!(slept >= asked && slept <= most, "{slept:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_of_zero_still_backs_off() {
    let bench = bench(
        Repeat::Safe,
        [refused_for(Duration::ZERO), Outcome::Good("yes")],
    );
    bench.run().await.unwrap();
    assert_eq!(bench.clock.sleeps(), [SEC]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_of_the_cap_itself_is_waited_for() {
    let bench = bench(Repeat::Safe, [refused_for(60 * SEC), Outcome::Good("yes")]);
    bench.run().await.unwrap();
    assert_eq!(bench.clock.sleeps(), [60 * SEC]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_beyond_the_cap_returns_at_once_with_the_wait() {
    let bench = bench(Repeat::Safe, [refused_for(61 * SEC)]);
    let error = bench.run().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(61 * SEC));
    assert_eq!(bench.clock.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn no_wait_goes_past_the_deadline() {
    let mut short = bench(Repeat::Safe, [refused_for(10 * SEC)]);
    short.deadline = 10 * SEC;
    let error = short.run().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(10 * SEC));
    assert_eq!(
        short.clock.elapsed(),
        Duration::ZERO,
        "it returns instead of waiting"
    );

    let late = Outcome::TakesThen(89 * SEC, Box::new(not_sent()));
    let bench = bench(Repeat::Safe, [late]);
    let error = bench.run().await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert!(bench.clock.sleeps().is_empty());
}

#[tokio::test(start_paused = true)]
async fn every_try_knows_the_deadline_and_the_past() {
    let bench = bench(
        Repeat::Idempotent,
        [unknown(), refused(), Outcome::Good("yes")],
    );
    bench.run().await.unwrap();
    let tries = bench.tries.borrow();
    let past: Vec<(u32, bool)> = tries.iter().map(|(n, _, unknown)| (*n, *unknown)).collect();
    assert_eq!(past, [(1, false), (2, true), (3, true)]);
}

#[tokio::test(start_paused = true)]
async fn a_later_refusal_does_not_undo_an_unknown_try() {
    let mut bench = bench(Repeat::Idempotent, [unknown(), refused()]);
    bench.max_attempts = 2;
    let error = bench.run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.delivery(), Delivery::Unknown);
}

#[tokio::test(start_paused = true)]
async fn nor_does_a_later_answer_unless_nothing_could_be_done() {
    let answered = || Outcome::Bad(error(ErrorKind::Authentication, Delivery::Answered));
    for (repeat, delivery) in [
        (Repeat::Keyed, Delivery::Unknown),
        (Repeat::Idempotent, Delivery::Unknown),
        (Repeat::Safe, Delivery::Answered),
    ] {
        let error = bench(repeat, [unknown(), answered()])
            .run()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication);
        assert_eq!(error.delivery(), delivery, "{repeat:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_policy_repeats_a_dial_whose_success_was_too_large_to_read() {
    #[derive(Debug)]
    struct Reckless;
    impl RetryPolicy for Reckless {
        fn decide(&self, _: &Failed<'_>) -> Decision {
            Decision::Retry
        }
    }
    let large = Outcome::Bad(error(ErrorKind::BodyTooLarge, Delivery::Answered));
    let mut bench = bench(Repeat::Once, [large]);
    bench.policy = Box::new(Reckless);
    assert!(bench.run().await.is_err());
    assert_eq!(bench.tries(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_comes_back_when_its_retry_is_never_sent() {
    let budget = Arc::new(RetryBudget::new(1, 0.0));
    let clock = TestClock::at(0);
    let backoff = ExponentialBackoff::default();
    let parts = Parts {
        repeat: Repeat::Safe,
        policy: &SafeRetry,
        max_attempts: 2,
        backoff: &backoff,
        budget: Some(&budget),
        clock: &clock,
        deadline: 90 * SEC,
        retry_after_cap: 60 * SEC,
    };
    let outcome = run(
        &parts,
        |this| {
            // Held back before it was sent: the token is dropped with the try.
            assert_eq!(this.token.is_some(), this.number == 2);
            async { Err::<(), _>(error(ErrorKind::Connect, Delivery::NotSent).into()) }
        },
        |_, _| (),
    )
    .await;
    assert_eq!(outcome.unwrap_err().attempts(), 2);
    assert_eq!(budget.level(), 1);
}

#[tokio::test(start_paused = true)]
async fn fresh_credentials_are_tried_at_once_and_once() {
    let stale = || {
        Outcome::Advised(
            error(ErrorKind::Authentication, Delivery::Answered),
            Advice::Reauthorize,
        )
    };
    let good = bench(Repeat::Once, [stale(), Outcome::Good("yes")]);
    good.run().await.unwrap();
    assert!(good.clock.sleeps().is_empty(), "without a wait");

    let bad = bench(Repeat::Once, [stale(), stale()]);
    assert_eq!(bad.run().await.unwrap_err().attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn advice_against_it_is_heard() {
    let outcome = Outcome::Advised(
        error(ErrorKind::RateLimited, Delivery::Refused),
        Advice::Never,
    );
    assert_eq!(
        bench(Repeat::Safe, [outcome])
            .run()
            .await
            .unwrap_err()
            .attempts(),
        1
    );
}

#[tokio::test(start_paused = true)]
async fn the_budget_pays_for_retries_and_runs_dry() {
    let budget = Arc::new(RetryBudget::new(1, 0.0));
    let mut first = bench(Repeat::Safe, [not_sent(), Outcome::Good("yes")]);
    first.budget = Some(Arc::clone(&budget));
    first.run().await.unwrap();
    assert_eq!(budget.level(), 0);

    let mut second = bench(Repeat::Safe, [not_sent()]);
    second.budget = Some(Arc::clone(&budget));
    let error = second.run().await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert_eq!(
        error.context_value("retry"),
        Some("the retry budget is empty")
    );
}

#[tokio::test(start_paused = true)]
async fn a_success_brings_budget_back() {
    let budget = Arc::new(RetryBudget::new(1, 1.0));
    budget.withdraw().unwrap().spend();
    let mut bench = bench(Repeat::Safe, [Outcome::Good("yes")]);
    bench.budget = Some(Arc::clone(&budget));
    bench.run().await.unwrap();
    assert_eq!(budget.level(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_dropped_while_it_waits_loses_no_budget() {
    let budget = Arc::new(RetryBudget::new(5, 0.0));
    let mut bench = bench(Repeat::Safe, [not_sent(), Outcome::Good("never")]);
    bench.budget = Some(Arc::clone(&budget));
    let limited =
        crate::clock::timeout(&crate::clock::SystemClock::default(), SEC / 2, bench.run()).await;
    assert!(limited.is_err(), "it was dropped in its first wait");
    assert_eq!((bench.tries(), budget.level()), (1, 5));
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_is_held_back_here_does_not_hide_the_failure() {
    let open =
        Outcome::HeldBack(error(ErrorKind::CircuitOpen, Delivery::NotSent).with_retry_after(SEC));
    let bench = bench(Repeat::Safe, [unknown(), open]);
    let error = bench.run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.delivery(), Delivery::Unknown);
    assert_eq!(error.context_value("retry"), Some("held back here"));
    assert_eq!(error.retry_after(), Some(SEC));
}

#[tokio::test(start_paused = true)]
async fn a_breaker_that_is_open_from_the_start_says_so() {
    let open = Outcome::HeldBack(error(ErrorKind::CircuitOpen, Delivery::NotSent));
    let error = bench(Repeat::Safe, [open]).run().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::CircuitOpen, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_never_retries_is_obeyed() {
    let mut bench = bench(Repeat::Safe, [not_sent()]);
    bench.policy = Box::new(NeverRetry);
    assert_eq!(bench.run().await.unwrap_err().attempts(), 1);
}
