//! What every limiter keeps.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

use crate::clock::SharedClock;
use crate::limits::{LimitRule, Observed, Permit, RateLimiter, RateLimits};

/// What a turn may be late by in an idle process, before it counts as a wrong wait.
const SLACK: Duration = Duration::from_millis(20);
const STREAM: Duration = Duration::from_secs(2);
const PER_SECOND: u32 = 100;
const STREAM_BURST: u32 = 10;
const SLOW_BURST: u32 = 5;
const WAITERS: usize = 12;

/// Requests per second and burst in, the handles of a fleet out.
type Make = dyn Fn(u32, u32) -> Vec<Arc<dyn RateLimiter>> + Send + Sync;

/// Makes limiters: the handles of one fleet that shares so many per second and such a burst, all its turns unused. For a
/// limiter of one process these are its clones.
pub struct LimiterFixture {
    make: Box<Make>,
    clock: SharedClock,
}

impl LimiterFixture {
    /// A fixture. `make` takes requests per second and burst; each call is a fleet of its own.
    pub fn new(
        make: impl Fn(u32, u32) -> Vec<Arc<dyn RateLimiter>> + Send + Sync + 'static,
        clock: SharedClock,
    ) -> Self {
        Self {
            make: Box::new(make),
            clock,
        }
    }

    fn fleet(&self, per_second: u32, burst: u32) -> Fleet<'_> {
        let handles = (self.make)(per_second, burst);
        assert!(!handles.is_empty(), "there is a limiter to test");
        Fleet {
            handles,
            clock: &self.clock,
        }
    }
}

impl fmt::Debug for LimiterFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LimiterFixture").finish_non_exhaustive()
    }
}

/// Grants the burst and then denies with the right wait; keeps to the rate over two seconds and uses it; serves in the order
/// of asking; takes back a turn that was not used; holds everybody when the server asks to wait; leaves nothing behind when
/// a waiter goes. Takes about six seconds.
pub async fn rate_limiter(fixture: &LimiterFixture) {
    burst_then_wait(&fixture.fleet(1, SLOW_BURST)).await;
    costs(&fixture.fleet(1, SLOW_BURST)).await;
    given_back(&fixture.fleet(1, SLOW_BURST)).await;
    held(&fixture.fleet(PER_SECOND, STREAM_BURST)).await;
    in_order(&fixture.fleet(20, 1)).await;
    steady(&fixture.fleet(PER_SECOND, STREAM_BURST)).await;
}

struct Fleet<'a> {
    handles: Vec<Arc<dyn RateLimiter>>,
    clock: &'a SharedClock,
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
impl Fleet<'_> {
    fn handle(&self, number: usize) -> &Arc<dyn RateLimiter> {
        let index = number % self.handles.len();
        self.handles.get(index).expect("an index within")
    }

    fn within(&self, time: Duration) -> Instant {
        self.clock.now() + time
    }

    /// Uses up the burst, and says since when.
    async fn spend(&self, burst: u32) -> Instant {
        let start = self.clock.now();
        for number in 0..burst {
            let turn = self
                .handle(number as usize)
                .acquire(1, self.within(Duration::from_millis(500)));
            drop(turn.await.expect("a burst goes at once"));
        }
        start
    }
}

async fn burst_then_wait(fleet: &Fleet<'_>) {
    let start = fleet.spend(SLOW_BURST).await;
    let asked = fleet.clock.now();
    let denied = fleet
        .handle(1)
        .acquire(1, fleet.within(Duration::from_millis(300)));
    let denied = match denied.await {
        Err(denied) => denied,
        Ok(_) => panics("more than the burst went at once"),
    };
    let waited = fleet.clock.now().saturating_duration_since(asked);
    let wait = denied.wait().unwrap_or_default();
    let since = fleet.clock.now().saturating_duration_since(start);
    let second = Duration::from_secs(1);
    assert!(
        wait <= second + SLACK && wait + since + SLACK >= second,
        "the wait until the next turn is told: {wait:?}, {since:?} after the first"
    );
    assert!(
        waited < Duration::from_millis(300),
        "who cannot have a turn in time is told before the time is over"
    );
    let turn = fleet.handle(0).acquire(1, fleet.within(second * 2)).await;
    let came = fleet.clock.now().saturating_duration_since(start);
    assert!(turn.is_ok(), "who can wait gets a turn");
    assert!(came + SLACK >= second, "and not before it is due: {came:?}");
    let past = fleet.clock.now();
    fleet.clock.sleep(Duration::from_millis(5)).await;
    let late = fleet.handle(0).acquire(1, past).await;
    assert!(late.is_err(), "a deadline that has passed gets no turn");
}

async fn costs(fleet: &Fleet<'_>) {
    let soon = Duration::from_millis(500);
    let most = fleet
        .handle(0)
        .acquire(SLOW_BURST + 1, fleet.within(soon * 100));
    match most.await {
        Err(never) => {
            assert_eq!(never.wait(), None, "no wait makes room for that cost");
            assert!(matches!(never.rule(), LimitRule::Cost { .. }), "{never}");
        }
        Ok(_) => panics("a request that costs more than the burst went"),
    }
    let turn = fleet.handle(0).acquire(SLOW_BURST - 1, fleet.within(soon));
    assert!(turn.await.is_ok(), "a request may cost nearly the burst");
    let turn = fleet.handle(1).acquire(2, fleet.within(soon)).await;
    assert!(turn.is_err(), "what it cost is gone");
    let turn = fleet.handle(1).acquire(1, fleet.within(soon)).await;
    assert!(turn.is_ok(), "what is left can be had");
}

async fn given_back(fleet: &Fleet<'_>) {
    fleet.spend(SLOW_BURST - 1).await;
    let soon = Duration::from_millis(500);
    match fleet.handle(0).acquire(1, fleet.within(soon)).await {
        Ok(turn) => turn.give_back(),
        Err(denied) => panics(&format!("the last of the burst: {denied}")),
    }
    // A shared limiter is told in the background.
    fleet.clock.sleep(Duration::from_millis(50)).await;
    let turn = fleet.handle(1).acquire(1, fleet.within(soon)).await;
    assert!(turn.is_ok(), "a turn that was given back can be had");
    let turn = fleet.handle(0).acquire(1, fleet.within(soon / 5)).await;
    assert!(turn.is_err(), "and once only");
}

async fn held(fleet: &Fleet<'_>) {
    let wait = Duration::from_millis(600);
    let start = fleet.clock.now();
    let limits = RateLimits::default().with_retry_after(wait);
    fleet.handle(0).observe(&limits, Observed::Limited);
    fleet.clock.sleep(Duration::from_millis(50)).await;
    for number in 0..fleet.handles.len() {
        let denied = fleet
            .handle(number)
            .acquire(1, fleet.within(Duration::from_millis(100)));
        match denied.await {
            Err(denied) => assert_eq!(denied.rule(), &LimitRule::Hold, "the reason is told"),
            Ok(_) => panics("a turn was granted though the server asked to wait"),
        }
    }
    let turn = fleet.handle(1).acquire(1, fleet.within(wait * 3)).await;
    let came = fleet.clock.now().saturating_duration_since(start);
    assert!(turn.is_ok(), "when the wait is over there are turns again");
    assert!(came + SLACK >= wait, "and not before: {came:?}");
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn in_order(fleet: &Fleet<'_>) {
    fleet.spend(1).await;
    let (sender, mut turns) = tokio::sync::mpsc::unbounded_channel();
    let mut tasks = Vec::new();
    for number in 0..WAITERS {
        let (limiter, sender) = (Arc::clone(fleet.handle(0)), sender.clone());
        let deadline = fleet.within(Duration::from_secs(30));
        tasks.push(tokio::spawn(async move {
            let turn = limiter.acquire(1, deadline).await;
            let _ = sender.send(number);
            drop(turn.expect("who can wait gets a turn"));
        }));
        // So that they ask in this order.
        fleet.clock.sleep(Duration::from_millis(2)).await;
    }
    // One in the middle goes.
    if let Some(gone) = tasks.get(WAITERS / 2) {
        gone.abort();
    }
    drop(sender);
    let mut order = Vec::new();
    while let Some(number) = turns.recv().await {
        order.push(number);
    }
    let expected: Vec<_> = (0..WAITERS).filter(|n| *n != WAITERS / 2).collect();
    assert_eq!(order, expected, "turns come in the order of asking");
}

async fn steady(fleet: &Fleet<'_>) {
    let start = fleet.clock.now();
    let end = start + STREAM;
    let granted = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = (0..WAITERS)
        .map(|number| {
            let (limiter, granted) = (Arc::clone(fleet.handle(number)), Arc::clone(&granted));
            tokio::spawn(async move {
                while let Ok(turn) = limiter.acquire(1, end).await {
                    granted.fetch_add(1, SeqCst);
                    drop::<Permit>(turn);
                }
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.is_ok(), "a task ends");
    }
    let granted = granted.load(SeqCst);
    let rated = PER_SECOND * u32::try_from(STREAM.as_secs()).unwrap_or_default();
    assert!(
        granted <= rated + STREAM_BURST,
        "never more than the rate and the burst: {granted}"
    );
    assert!(granted >= rated * 4 / 5, "the rate is used: {granted}");
}

#[allow(clippy::panic, reason = "a conformance suite fails by panicking")]
#[track_caller]
fn panics<T>(text: &str) -> T {
    panic!("{text}");
}
