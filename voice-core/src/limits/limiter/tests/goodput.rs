//! Throughput and refusals against servers that limit in the three usual ways.
//!
//! The bars are the house's: at least 98 % of what the server allows, and under 0.5 % of the answers refused. Travel
//! times differ from request to request, up to what the safety margin is for.

use std::collections::VecDeque;

use super::*;
use crate::limits::{RateLimits, RateWindow, Scope};

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// So many per window of the server's calendar, which starts at an odd moment.
    Fixed,
    /// So many within any window.
    Sliding,
    /// A bucket of that many that fills up evenly.
    Gcra { burst: u32 },
}

#[derive(Debug)]
struct Server {
    kind: Kind,
    limit: u32,
    window: Duration,
    start: Instant,
    log: VecDeque<Instant>,
    due: Instant,
    accepted: u32,
    refused: u32,
}

impl Server {
    fn new(kind: Kind, limit: u32, window: Duration) -> Self {
        let start = now();
        Self {
            kind,
            limit,
            window,
            start: start - window.mul_f64(0.37),
            log: VecDeque::new(),
            due: start,
            accepted: 0,
            refused: 0,
        }
    }

    fn answer(&mut self, headers: bool) -> (RateLimits, Observed) {
        let now = now();
        let interval = self.window / self.limit;
        let (open, left, reset) = match self.kind {
            Kind::Fixed => {
                let passed = (now - self.start).as_nanos() % self.window.as_nanos();
                let passed = Duration::from_nanos(u64::try_from(passed).unwrap());
                self.log.retain(|at| *at + passed >= now);
                let left = (self.limit as usize).saturating_sub(self.log.len() + 1);
                (
                    self.log.len() < self.limit as usize,
                    left,
                    self.window - passed,
                )
            }
            Kind::Sliding => {
                self.log.retain(|at| *at + self.window > now);
                let left = (self.limit as usize).saturating_sub(self.log.len() + 1);
                let oldest = self.log.front().copied().unwrap_or(now);
                (
                    self.log.len() < self.limit as usize,
                    left,
                    oldest + self.window - now,
                )
            }
            Kind::Gcra { burst } => {
                let next = self.due.max(now) + interval;
                let open = next - now <= interval * burst;
                let left = (interval * burst).saturating_sub(next - now).as_nanos();
                let left = usize::try_from(left / interval.as_nanos()).unwrap();
                if open {
                    self.due = next;
                }
                (open, left, self.due - now)
            }
        };
        let limits = if headers {
            // In whole seconds, rounded up, as servers do.
            let reset = secs(reset.as_secs() + 1);
            let window = RateWindow::new(Scope::Default)
                .with_limit(u64::from(match self.kind {
                    Kind::Gcra { burst } => burst,
                    Kind::Fixed | Kind::Sliding => self.limit,
                }))
                .with_remaining(left as u64)
                .with_reset(reset);
            RateLimits::default().with_window(window)
        } else {
            RateLimits::default()
        };
        if open {
            self.log.push_back(now);
            self.accepted += 1;
            (limits, Observed::Accepted)
        } else {
            self.refused += 1;
            (limits, Observed::Limited)
        }
    }
}

/// Keeps `clients` busy for `length` and returns the share of what is allowed that got through, and of what was refused.
async fn drive(
    limiter: LimiterBuilder,
    server: Server,
    clients: usize,
    length: Duration,
    jitter: u64,
    headers: bool,
) -> (f64, f64) {
    let limiter = limiter.build().unwrap();
    let allowed = f64::from(server.limit) * length.as_secs_f64() / server.window.as_secs_f64();
    let server = Arc::new(Mutex::new(server));
    let end = now() + length;
    let mut tasks = Vec::new();
    for client in 0..clients {
        let (limiter, server) = (limiter.clone(), server.clone());
        tasks.push(tokio::spawn(async move {
            let mut random = fastrand::Rng::with_seed(client as u64);
            while let Ok(permit) = limiter.acquire(1, end).await {
                sleep(ms(20 + random.u64(0..=jitter))).await;
                let (limits, outcome) = server.lock().unwrap().answer(headers);
                sleep(ms(20 + random.u64(0..=jitter))).await;
                limiter.observe(&limits, outcome);
                drop(permit);
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let server = server.lock().unwrap();
    let answers = f64::from(server.accepted + server.refused);
    // The first window's worth goes at once and would flatter the result.
    let first = f64::from(server.limit);
    (
        (f64::from(server.accepted) - first) / (allowed - first),
        f64::from(server.refused) / answers,
    )
}

#[track_caller]
fn assert_bars(case: &str, (goodput, refused): (f64, f64)) {
    assert!(
        goodput >= 0.98,
        "{case}: goodput {goodput:.4}, refused {refused:.4}"
    );
    assert!(
        refused < 0.005,
        "{case}: goodput {goodput:.4}, refused {refused:.4}"
    );
}

async fn meets_the_bars(limit: u32, window: Duration, length: Duration, jitter: u64) {
    let clients = (limit as usize / 2).clamp(8, 200);
    for headers in [false, true] {
        for kind in [Kind::Fixed, Kind::Sliding, Kind::Gcra { burst: limit }] {
            let limiter = Limiter::builder().rule(limit, window);
            let server = Server::new(kind, limit, window);
            let result = drive(limiter, server, clients, length, jitter, headers).await;
            assert_bars(
                &format!("{limit} per {window:?}, {kind:?}, headers {headers}"),
                result,
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_per_second() {
    meets_the_bars(1, secs(1), secs(600), 9).await;
}

#[tokio::test(start_paused = true)]
async fn a_hundred_per_minute() {
    meets_the_bars(100, secs(60), secs(3_600), 400).await;
}

#[tokio::test(start_paused = true)]
async fn five_hundred_per_second() {
    meets_the_bars(500, secs(1), secs(20), 9).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_spaces_requests_is_met_with_a_burst() {
    for (limit, window, burst, length) in [
        (100, secs(60), 5, secs(3_600)),
        (500, secs(1), 20, secs(20)),
    ] {
        for headers in [false, true] {
            let limiter = Limiter::builder().rule(limit, window).burst(burst / 2);
            let server = Server::new(Kind::Gcra { burst }, limit, window);
            let result = drive(limiter, server, 100, length, 5, headers).await;
            let case = format!("{limit} per {window:?} by {burst}, headers {headers}");
            assert_bars(&case, result);
        }
    }
}

/// Twice the server's limit was set, and nothing in its answers says so: no bars, but no disaster either.
#[tokio::test(start_paused = true)]
async fn a_limit_set_too_high_is_found_by_slowing_down() {
    for (limit, window, length) in [
        (50, secs(60), secs(3_600)),
        (5, secs(1), secs(120)),
        (250, secs(1), secs(10)),
    ] {
        for kind in [Kind::Fixed, Kind::Sliding, Kind::Gcra { burst: limit }] {
            let limiter = Limiter::builder().rule(2 * limit, window);
            let server = Server::new(kind, limit, window);
            let (goodput, refused) = drive(limiter, server, 50, length, 5, false).await;
            let case = format!("{limit} per {window:?}, {kind:?}");
            assert!(goodput > 0.7, "{case}: goodput {goodput:.3}");
            assert!(refused < 0.13, "{case}: refused {refused:.3}");
        }
    }
}

/// Half of the quota is used by somebody else, and the headers say so.
#[tokio::test(start_paused = true)]
async fn a_shared_quota_is_kept_to_by_the_headers() {
    let server = Arc::new(Mutex::new(Server::new(Kind::Fixed, 100, secs(60))));
    let limiter = Limiter::builder().per_minute(100).build().unwrap();
    let end = now() + secs(3_600);
    let other = tokio::spawn({
        let server = server.clone();
        async move {
            let mut got = 0;
            while now() < end {
                let (_, outcome) = server.lock().unwrap().answer(false);
                got += u32::from(outcome == Observed::Accepted);
                sleep(ms(1_200)).await;
            }
            got
        }
    });
    let mut tasks = Vec::new();
    for _ in 0..20 {
        let (limiter, server) = (limiter.clone(), server.clone());
        tasks.push(tokio::spawn(async move {
            let mut refused = 0;
            while let Ok(permit) = limiter.acquire(1, end).await {
                sleep(ms(30)).await;
                let (limits, outcome) = server.lock().unwrap().answer(true);
                refused += u32::from(outcome == Observed::Limited);
                sleep(ms(30)).await;
                limiter.observe(&limits, outcome);
                drop(permit);
            }
            refused
        }));
    }
    let mut refused = 0;
    for task in tasks {
        refused += task.await.unwrap();
    }
    other.await.unwrap();
    let accepted = server.lock().unwrap().accepted;
    assert!(accepted >= 5_880, "{accepted} of 6000");
    // The other may take the last one while ours is on its way; that is once in a window at most.
    assert!(refused < 60, "{refused} refused");
}
