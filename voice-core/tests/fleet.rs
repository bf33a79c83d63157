//! Four processes share calls, capacity and a real Redis, and are killed at random: at no time are there more calls than
//! places, no call has two owners at once, and everything a dead process held comes back.
//!
//! Each child writes down what it holds and until when it may rely on it: a lease that was asked for at a moment holds at
//! least its time from that moment. The parent compares these spans after the run, so that neither a slow machine nor the
//! moment of a kill can hide or make up a fault.
#![cfg(all(feature = "redis", feature = "testkit"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "test code, in real time and several processes"
)]

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use voice_core::clock::SystemClock;
use voice_core::store::redis::{RedisCapacity, RedisConnection, RedisDedup, RedisOptions};
use voice_core::store::{
    CapacityStore, Claim, ClaimOwner, DedupStore, Held, KEEP_DONE, Lease, LeaseLimits, Renewal,
    Reservation,
};
use voice_core::testkit::RedisServer;

const CHILDREN: usize = 4;
const TASKS: usize = 6;
const CALLS: usize = 320;
const TENANTS: usize = 4;
const LIMITS: LeaseLimits = LeaseLimits::new(8, 3);
const LEASE: Duration = Duration::from_millis(900);
const RENEW: Duration = Duration::from_millis(150);
const KILLS: usize = 8;
/// Set for the children: where Redis is, and the file to write to.
const URL: &str = "VOICE_FLEET_URL";
const JOURNAL: &str = "VOICE_FLEET_JOURNAL";

fn connection(url: &str) -> RedisConnection {
    let options = RedisOptions::parse(url).unwrap();
    RedisConnection::open(options.command_timeout(Duration::from_secs(5))).unwrap()
}

fn micros() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(now.as_micros()).unwrap()
}

fn tenant_of(call: usize) -> String {
    format!("tenant {}", call % TENANTS)
}

fn key_of(call: usize) -> String {
    format!("rtc_{call}")
}

/// What a child writes: one line per event, each in one write, so that a kill cuts off a line at most.
#[derive(Clone)]
struct Journal(Arc<std::fs::File>);

impl Journal {
    /// `what` is C (claimed), S (place taken), R (renewed; claim and place), E (about to give both back), D (done) or L (lost).
    fn write(&self, what: char, call: usize, owner: &ClaimOwner, asked: u64) {
        let line = format!("{what} {call} {} {asked} {}\n", owner.as_str(), micros());
        (&*self.0).write_all(line.as_bytes()).unwrap();
    }
}

/// Run by the test below, several times and in processes of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a part of a_fleet_that_is_killed_at_random_never_holds_more_than_it_may"]
async fn part_serves_calls_until_all_are_done() {
    let (Ok(url), Ok(path)) = (std::env::var(URL), std::env::var(JOURNAL)) else {
        return;
    };
    let file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path);
    let journal = Journal(Arc::new(file.unwrap()));
    let redis = connection(&url);
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let worker = Worker {
                dedup: RedisDedup::new(redis.clone()),
                capacity: RedisCapacity::new(redis.clone()),
                journal: journal.clone(),
            };
            tokio::spawn(async move { worker.run().await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

struct Worker {
    dedup: RedisDedup,
    capacity: RedisCapacity,
    journal: Journal,
}

impl Worker {
    async fn run(&self) {
        let mut open: Vec<_> = (0..CALLS).collect();
        while !open.is_empty() {
            let index = fastrand::usize(..open.len());
            if self.serve(open[index]).await {
                open.swap_remove(index);
            } else {
                pause(fastrand::u64(1..10)).await;
            }
        }
    }

    /// Serves a call unless another does or there is no place. Whether it is done.
    async fn serve(&self, call: usize) -> bool {
        let (key, lease) = (key_of(call), Lease::new(tenant_of(call), key_of(call)));
        let owner = ClaimOwner::unique(&SystemClock::default());
        let asked = micros();
        match self.dedup.claim(&key, &owner, LEASE).await.unwrap() {
            Claim::Claimed => self.journal.write('C', call, &owner, asked),
            claim => return claim == Claim::Done,
        }
        let asked = micros();
        let place = self.capacity.reserve(&lease, LIMITS, LEASE).await.unwrap();
        if place != Reservation::Granted {
            self.journal.write('E', call, &owner, asked);
            self.dedup.release(&key, &owner).await.unwrap();
            return false;
        }
        self.journal.write('S', call, &owner, asked);
        if !self.talk(call, &owner, &key, &lease).await {
            self.journal.write('L', call, &owner, micros());
            return false;
        }
        self.journal.write('E', call, &owner, micros());
        self.capacity.release(&lease).await.unwrap();
        let held = self.dedup.complete(&key, &owner, KEEP_DONE).await.unwrap();
        if held == Held::Yes {
            self.journal.write('D', call, &owner, micros());
        }
        true
    }

    /// Holds the call for a while, renewing both; whether both were held to the end.
    async fn talk(&self, call: usize, owner: &ClaimOwner, key: &str, lease: &Lease) -> bool {
        let long = fastrand::u8(..10) == 0;
        let end = Instant::now() + Duration::from_millis(if long { 400 } else { 40 });
        while Instant::now() < end {
            tokio::time::sleep(RENEW.min(end - Instant::now())).await;
            let asked = micros();
            let renewal = self.capacity.renew(lease, LEASE).await.unwrap();
            let claim = self.dedup.claim(key, owner, LEASE).await.unwrap();
            if renewal == Renewal::Lost || claim != Claim::Claimed {
                return false;
            }
            self.journal.write('R', call, owner, asked);
        }
        true
    }
}

async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

struct Fleet {
    url: String,
    folder: PathBuf,
    children: Vec<Child>,
    started: usize,
}

impl Fleet {
    fn spawn(&mut self) -> Child {
        let path = self.folder.join(format!("{}.journal", self.started));
        self.started += 1;
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "part_serves_calls_until_all_are_done",
                "--ignored",
            ])
            .env(URL, &self.url)
            .env(JOURNAL, path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Kills one without a word (SIGKILL) and starts another in its place.
    fn kill_one(&mut self) {
        let index = fastrand::usize(..self.children.len());
        let next = self.spawn();
        let mut victim = std::mem::replace(&mut self.children[index], next);
        victim.kill().unwrap();
        victim.wait().unwrap();
    }

    fn is_at_work(&mut self) -> bool {
        self.children
            .iter_mut()
            .any(|child| child.try_wait().unwrap().is_none())
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn a_fleet_that_is_killed_at_random_never_holds_more_than_it_may() {
    let server = RedisServer::start().await.expect("a redis-server");
    let folder = std::env::temp_dir().join(format!("voice-fleet-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut fleet = Fleet {
        url: server.url(),
        folder,
        children: Vec::new(),
        started: 0,
    };
    for _ in 0..CHILDREN {
        let child = fleet.spawn();
        fleet.children.push(child);
    }
    let capacity = RedisCapacity::new(connection(&server.url()));
    let start = Instant::now();
    let (mut kills, mut next_kill) = (0, 700);
    while fleet.is_at_work() {
        assert!(start.elapsed() < Duration::from_secs(90), "it does not end");
        for tenant in 0..TENANTS {
            let used = capacity.in_use(&tenant_of(tenant)).await.unwrap();
            let fits = used.global <= LIMITS.global && used.tenant <= LIMITS.tenant;
            assert!(fits, "over capacity: {used:?}");
        }
        if kills < KILLS && start.elapsed() >= Duration::from_millis(next_kill) {
            fleet.kill_one();
            kills += 1;
            next_kill += fastrand::u64(200..450);
        }
        pause(5).await;
    }
    assert_eq!(kills, KILLS, "there was something to kill");

    let spans = Spans::read(&fleet.folder);
    spans.check_places();
    spans.check_owners();
    assert!(
        spans.handed_over > 0,
        "a dead process's call was served by another"
    );

    // What the last ones to be killed held comes back by itself, and all the rest was given back.
    pause(u64::try_from(LEASE.as_millis()).unwrap() + 50).await;
    for tenant in 0..TENANTS {
        let used = capacity.in_use(&tenant_of(tenant)).await.unwrap();
        assert_eq!((used.global, used.tenant), (0, 0));
    }
    let dedup = RedisDedup::new(connection(&server.url()));
    for call in 0..CALLS {
        let owner = ClaimOwner::unique(&SystemClock::default());
        let claim = dedup.claim(&key_of(call), &owner, LEASE).await.unwrap();
        assert_eq!(claim, Claim::Done, "call {call}");
    }
}

/// What somebody could rely on, from when until when.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: u64,
    until: u64,
}

#[derive(Default)]
struct Spans {
    /// Per call and owner.
    claims: BTreeMap<(usize, String), Span>,
    claimed_places: BTreeMap<(usize, String), Span>,
    /// Per call, none of one call at the same time.
    places: Vec<(usize, Span)>,
    done: HashMap<usize, Vec<u64>>,
    handed_over: usize,
}

impl Spans {
    fn read(folder: &Path) -> Self {
        let mut spans = Self::default();
        let lease = u64::try_from(LEASE.as_micros()).unwrap();
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            // A line that was cut off by a kill has no end.
            for line in text
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'))
            {
                let words: Vec<_> = line.split_whitespace().collect();
                let [what, call, owner, asked, at] = words[..] else {
                    panic!("{line:?}");
                };
                let number = |text: &str| text.parse::<u64>().unwrap();
                let (asked, at) = (number(asked), number(at));
                let call: usize = call.parse().unwrap();
                let id = (call, owner.to_owned());
                let until = asked + lease;
                let span = Span { from: at, until };
                match what {
                    "C" => drop(spans.claims.insert(id, span)),
                    "S" => drop(spans.claimed_places.insert(id, span)),
                    "R" => {
                        spans.claims.get_mut(&id).unwrap().until = until;
                        spans.claimed_places.get_mut(&id).unwrap().until = until;
                    }
                    "E" | "L" => {
                        let claim = spans.claims.get_mut(&id);
                        for held in claim.into_iter().chain(spans.claimed_places.get_mut(&id)) {
                            held.until = held.until.min(at);
                        }
                    }
                    "D" => spans.done.entry(call).or_default().push(at),
                    _ => panic!("{line:?}"),
                }
            }
        }
        spans.merge();
        spans
    }

    /// A call has one place, whoever serves it: who takes over from the dead may find it held still, and renews it.
    fn merge(&mut self) {
        let mut of_call: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
        for ((call, _), span) in &self.claimed_places {
            of_call.entry(*call).or_default().push(*span);
        }
        for (call, mut spans) in of_call {
            spans.sort_unstable_by_key(|span| span.from);
            self.handed_over += usize::from(spans.len() > 1);
            let starts: Vec<_> = spans.iter().skip(1).map(|next| next.from).collect();
            for (span, next) in spans.iter_mut().zip(starts) {
                span.until = span.until.min(next);
            }
            self.places
                .extend(spans.into_iter().map(|span| (call, span)));
        }
    }

    /// Never more calls than places, over all and for each tenant; and the limits were reached.
    fn check_places(&self) {
        let peak_of = |is_counted: &dyn Fn(usize) -> bool| {
            let counted = self.places.iter().filter(|(call, _)| is_counted(*call));
            peak(&counted.map(|(_, span)| *span).collect::<Vec<_>>())
        };
        let global = peak_of(&|_| true);
        assert_eq!(global, LIMITS.global as usize, "over all tenants");
        for tenant in 0..TENANTS {
            let of_tenant = peak_of(&|call| call % TENANTS == tenant);
            assert_eq!(of_tenant, LIMITS.tenant as usize, "tenant {tenant}");
        }
    }

    /// Never two owners of a call at once, and nobody after it was done, which happens once.
    fn check_owners(&self) {
        for call in 0..CALLS {
            let spans: Vec<_> = self
                .claims
                .range((call, String::new())..(call + 1, String::new()))
                .map(|(_, span)| *span)
                .collect();
            assert_eq!(
                peak(&spans),
                1,
                "call {call} had two owners at once: {spans:?}"
            );
            let done = self.done.get(&call).map_or(&[][..], Vec::as_slice);
            assert!(done.len() <= 1, "call {call} was done {} times", done.len());
            if let [done] = done {
                let late = spans.iter().find(|span| span.from > *done);
                assert!(late.is_none(), "call {call} was served when it was done");
            }
        }
    }
}

/// The most spans at one moment. Where one ends as another begins they do not meet.
fn peak(spans: &[Span]) -> usize {
    let spans = spans.iter().filter(|span| span.from < span.until);
    let mut edges: Vec<_> = spans
        .flat_map(|span| [(span.from, 1), (span.until, -1)])
        .collect();
    edges.sort_unstable();
    let (mut now, mut most) = (0_isize, 0);
    for (_, change) in edges {
        now += change;
        most = most.max(now);
    }
    usize::try_from(most).unwrap()
}

#[test]
fn overlaps_are_counted() {
    let span = |from, until| Span { from, until };
    assert_eq!(peak(&[]), 0);
    assert_eq!(peak(&[span(1, 3), span(3, 5), span(6, 6)]), 1);
    assert_eq!(peak(&[span(1, 4), span(3, 5), span(2, 9), span(8, 9)]), 3);
}
