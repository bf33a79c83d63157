//! Brown-outs under a steady load: how many requests go out, what waits, how soon it is over, and who comes back at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use voice_core::client::ClientOptions;

use crate::long;
use crate::parties::{CORE, PARTIES, Party};
use crate::weather::{SeededClock, Sky, Weather};

const SEC: Duration = Duration::from_secs(1);
const BEGINS: Duration = Duration::from_secs(10);
/// How long the load goes on after it.
const AFTER: Duration = Duration::from_secs(60);
/// The longest opening of a breaker, a probe, and a second.
const BACK_WITHIN: Duration = Duration::from_secs(32);
const FAIR: Sky = Sky::Fair(Duration::from_millis(50));

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Full,
    Half,
    Slow,
    Refused,
}

impl Kind {
    fn sky(self, chance: &mut fastrand::Rng) -> Sky {
        match self {
            Self::Half if chance.bool() => FAIR,
            Self::Full | Self::Half => Sky::Status(503, None),
            Self::Slow => Sky::Fair(20 * SEC),
            Self::Refused => Sky::Refused,
        }
    }
}

/// One operation: when it began and ended, and as what.
struct Done {
    began: Duration,
    ended: Duration,
    error: Option<&'static str>,
}

struct Outcome {
    rate: u32,
    weather: Weather,
    done: Vec<Done>,
    ends: Duration,
}

impl Outcome {
    /// Requests per operation while it lasted, the first seconds left out, in which the budget is spent.
    fn amplification(&self) -> f64 {
        let from = BEGINS + self.ends.saturating_sub(BEGINS) / 2;
        let asked = self.began(from, self.ends).count().max(1);
        self.weather.sent_between(from, self.ends) as f64 / asked as f64
    }

    /// All requests of it per operation of it, the full budget included.
    fn overall(&self) -> f64 {
        let asked = self.began(BEGINS, self.ends).count().max(1);
        self.weather.sent_between(BEGINS, self.ends) as f64 / asked as f64
    }

    fn began(&self, from: Duration, to: Duration) -> impl Iterator<Item = &Done> {
        let within = move |done: &&Done| done.began >= from && done.began < to;
        self.done.iter().filter(within)
    }

    /// Time after the end from which on every operation succeeds.
    fn back_after(&self) -> Duration {
        let failed = self.done.iter().filter(|done| done.error.is_some());
        let last = failed.map(|done| done.began).max().unwrap_or_default();
        last.saturating_sub(self.ends)
    }

    fn longest(&self) -> Duration {
        let times = self.done.iter().map(|done| done.ended - done.began);
        times.max().unwrap_or_default()
    }

    fn errors(&self) -> BTreeMap<&'static str, u32> {
        let mut errors = BTreeMap::new();
        for error in self.done.iter().filter_map(|done| done.error) {
            *errors.entry(error).or_default() += 1;
        }
        errors
    }
}

async fn brown_out(
    party: &Party,
    kind: Kind,
    lasts: Duration,
    rate: u32,
    options: ClientOptions,
) -> Outcome {
    let rate = party.most_per_second.map_or(rate, |most| most.min(rate));
    let clock = SeededClock::shared(7);
    let ends = BEGINS + lasts;
    let weather = Weather::new(Arc::clone(&clock), party.good, 7, move |chance, since| {
        if (BEGINS..ends).contains(&since) {
            kind.sky(chance)
        } else {
            FAIR
        }
    });
    let options = options
        .clock(Arc::clone(&clock))
        .transport(Arc::new(weather.clone()));
    let read = party.read(options, None);
    let done: Arc<Mutex<Vec<Done>>> = Arc::default();
    let start = clock.now();
    let step = SEC / rate;
    let mut running = Vec::new();
    for n in 0..u32::MAX {
        let at = step * n;
        if at >= ends + AFTER {
            break;
        }
        let (read, done, clock) = (read.clone(), Arc::clone(&done), Arc::clone(&clock));
        running.push(tokio::spawn(async move {
            clock.sleep(at).await;
            let outcome = read().await;
            done.lock().unwrap().push(Done {
                began: at,
                ended: clock.now() - start,
                error: outcome.err().map(|error| error.kind().as_str()),
            });
        }));
    }
    for task in running {
        task.await.unwrap();
    }
    let done = std::mem::take(&mut *done.lock().unwrap());
    Outcome {
        rate,
        weather,
        done,
        ends,
    }
}

async fn hold(party: &Party, kind: Kind, lasts: Duration, breaker: bool) {
    let mut options = ClientOptions::new();
    if !breaker {
        options = options.without_breaker();
    }
    let rate = if long() { 100 } else { 20 };
    let outcome = brown_out(party, kind, lasts, rate, options).await;
    let (ends, rate) = (outcome.ends, outcome.rate);
    let herd = outcome.weather.busiest_tenth(ends, ends + AFTER);
    let said = format!(
        "{} | {kind:?} {lasts:?} at {rate}/s, breaker {} | {:.3} requests each ({:.3} with the full budget) | back after {:.1?} | \
         at most {herd} in 100 ms after, {} in flight, {:.1?} for one | {:?}",
        party.name,
        if breaker { "on" } else { "off" },
        outcome.amplification(),
        outcome.overall(),
        outcome.back_after(),
        outcome.weather.most_in_flight(),
        outcome.longest(),
        outcome.errors(),
    );
    println!("{said}");
    // Half of the answers being good refills the budget, by a quarter of a retry each; so few that it never runs dry are
    // tried twice each.
    let half_of_it = outcome.began(BEGINS, ends).count() / 2;
    let most = match kind {
        Kind::Half if half_of_it < 250 => 2.0,
        Kind::Half => 1.25,
        Kind::Full | Kind::Slow | Kind::Refused => 1.1,
    };
    assert!(outcome.amplification() <= most, "{said}");
    assert!(outcome.back_after() <= BACK_WITHIN, "{said}");
    // A client that keeps to so many in flight has a queue then, which goes as places become free.
    let queued = if kind == Kind::Slow { 8 } else { 2 };
    assert!(herd <= (rate / 10).max(1) * 2 + queued, "a herd: {said}");
    assert!(outcome.longest() <= 91 * SEC, "{said}");
    let before: Vec<_> = outcome.began(Duration::ZERO, BEGINS - 3 * SEC).collect();
    assert!(before.iter().all(|done| done.error.is_none()), "{said}");
    match kind {
        Kind::Slow => {
            assert!(outcome.errors().is_empty(), "slow is not broken: {said}");
            let most = outcome.weather.most_in_flight();
            assert!(most <= rate * 21, "more waits than was asked: {said}");
        }
        Kind::Full | Kind::Refused if breaker => {
            let errors = outcome.errors();
            let open = errors.get("circuit_open").copied().unwrap_or(0);
            let others = errors.values().sum::<u32>() - open;
            assert!(open > others, "the breaker opens: {said}");
            let asked = outcome.began(BEGINS, ends).count() as u64;
            let sent = outcome.weather.sent_between(BEGINS + 4 * SEC, ends);
            assert!(sent < asked / 4, "and spares the provider: {said}");
        }
        _ => {}
    }
}

#[tokio::test(start_paused = true)]
async fn half_a_minute_of_503_for_every_provider() {
    for party in &PARTIES {
        hold(party, Kind::Full, 30 * SEC, true).await;
    }
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_brown_out() {
    let (parties, lengths): (&[Party], &[Duration]) = if long() {
        (
            &PARTIES,
            &[Duration::from_secs(30), Duration::from_secs(300)],
        )
    } else {
        (&[CORE], &[Duration::from_secs(30)])
    };
    for party in parties {
        for lasts in lengths {
            for kind in [Kind::Full, Kind::Half, Kind::Slow, Kind::Refused] {
                hold(party, kind, *lasts, true).await;
            }
        }
    }
}

/// The budget alone keeps the load down too.
#[tokio::test(start_paused = true)]
async fn without_a_breaker_the_budget_holds() {
    for kind in [Kind::Full, Kind::Half, Kind::Refused] {
        hold(&CORE, kind, 120 * SEC, false).await;
    }
}
