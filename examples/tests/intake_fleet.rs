//! Four processes that take calls side by side over one Redis, killed at random (SIGKILL) and started anew: never more calls
//! at once than there are places, no call taken by two of them, what a dead process held is taken over by the next delivery,
//! and nothing stays behind.
//!
//! The parent is the telephone network: it has the simulator of the API and delivers webhooks over HTTP to a process at
//! random, and to another one when there is no answer. Each process writes down which calls it works on and which it is
//! about to accept, before it does, so that a call is known to be an orphan when its process is dead. Its caller then hangs
//! up at once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "test code, in real time and several processes"
)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use openai_calls::OpenAiClient;
use openai_calls::testkit::{CallSpec, OpenAiSim, Phase, SignedWebhook, SimCall, SimSettings};
use serde_json::Value;
use tokio::process::Command;
use tokio::task::JoinSet;
use voice_core::clock::SystemClock;
use voice_core::error::Error;
use voice_core::ident::E164;
use voice_core::intake::IntakeSettings;
use voice_core::intake::tenant::{MemoryDirectory, TenantDirectory, TenantId, TenantRoute};
use voice_core::intake::tools::ToolRegistry;
use voice_core::provider::{
    AcceptCall, CallId, InboundCallProvider, Presence, RejectReason, TransferTarget,
};
use voice_core::store::redis::{RedisCapacity, RedisConnection, RedisDedup, RedisOptions};
use voice_core::store::{
    CapacityStore, Claim, ClaimOwner, DedupStore, GuardedCapacity, GuardedDedup, Held, InUse,
    StoreError, WhenDown,
};
use voice_core::testkit::{Mishap, RedisServer};
use voice_examples::{CallDesk, Worker, post, take_webhooks};

const PROCESSES: usize = 4;
const CALLS: u32 = 400;
/// How often a call rings.
const EVERY: Duration = Duration::from_millis(28);
const KILLS: usize = 9;
const GLOBAL: u32 = 12;
/// Number, tenant, places.
const TENANTS: [(&str, &str, u32); 3] = [
    ("+14155550100", "acme", 9),
    ("+14155550101", "beta", 7),
    ("+14155550102", "gamma", 5),
];
const CLAIM: Duration = Duration::from_millis(3_600);
const PLACE: Duration = Duration::from_millis(2_400);
/// Set for the children: where the API is, where Redis is, and the file to write to.
const API: &str = "VOICE_FLEET_API";
const REDIS: &str = "VOICE_FLEET_REDIS";
const JOURNAL: &str = "VOICE_FLEET_JOURNAL";

fn millis(length: u64) -> Duration {
    Duration::from_millis(length)
}

async fn pause(length: u64) {
    tokio::time::sleep(millis(length)).await;
}

fn micros() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(now.as_micros()).unwrap()
}

fn connection(url: &str) -> RedisConnection {
    RedisConnection::open(RedisOptions::parse(url).unwrap()).unwrap()
}

fn settings() -> IntakeSettings {
    let mut settings = IntakeSettings::default();
    settings.max_calls = GLOBAL;
    settings.store_limit = millis(700);
    settings.accept_limit = millis(1_000);
    settings.start_limit = millis(1_000);
    settings.hang_up_limit = millis(800);
    settings.claim_lease = CLAIM;
    settings.place_lease = PLACE;
    settings.farewell = millis(500);
    settings
}

/// What a child writes: one line for each event, each in one write, so that a kill cuts off a line at most.
#[derive(Debug, Clone)]
struct Journal(Arc<std::fs::File>);

impl Journal {
    fn open(path: &Path) -> Self {
        let file = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path);
        Self(Arc::new(file.unwrap()))
    }

    fn write(&self, what: &str, about: &str) {
        let line = format!("{what} {about} {}\n", micros());
        (&*self.0).write_all(line.as_bytes()).unwrap();
    }
}

/// The real client, which writes down first what it is about to do.
#[derive(Debug)]
struct Phone {
    client: Arc<OpenAiClient>,
    journal: Journal,
}

#[async_trait]
impl InboundCallProvider for Phone {
    async fn accept(&self, id: &CallId, request: &AcceptCall) -> Result<Presence, Error> {
        self.journal.write("accept", id.as_str());
        let outcome = self.client.accept(id, request).await;
        let word = match &outcome {
            Ok(Presence::Done) => "taken",
            Ok(_) => "gone",
            Err(error) if error.may_have_happened() => "unclear",
            Err(_) => "failed",
        };
        self.journal.write(word, id.as_str());
        outcome
    }

    async fn reject(&self, id: &CallId, reason: RejectReason) -> Result<Presence, Error> {
        self.journal.write("reject", id.as_str());
        self.client.reject(id, reason).await
    }

    async fn transfer(&self, id: &CallId, target: &TransferTarget) -> Result<Presence, Error> {
        self.client.transfer(id, target).await
    }

    async fn hang_up(&self, id: &CallId) -> Result<Presence, Error> {
        self.client.hang_up(id).await
    }
}

/// The claims, which writes down whose work begins here.
#[derive(Debug)]
struct Claims {
    inner: GuardedDedup,
    journal: Journal,
}

#[async_trait]
impl DedupStore for Claims {
    async fn claim(
        &self,
        key: &str,
        owner: &ClaimOwner,
        lease: Duration,
    ) -> Result<Claim, StoreError> {
        let claim = self.inner.claim(key, owner, lease).await;
        if let (Ok(Claim::Claimed), Some(id)) = (&claim, key.strip_prefix("openai:call:")) {
            self.journal.write("claimed", id);
        }
        claim
    }

    async fn complete(
        &self,
        key: &str,
        owner: &ClaimOwner,
        keep: Duration,
    ) -> Result<Held, StoreError> {
        self.inner.complete(key, owner, keep).await
    }

    async fn release(&self, key: &str, owner: &ClaimOwner) -> Result<Held, StoreError> {
        self.inner.release(key, owner).await
    }
}

/// A database that takes its time: most processes that die over a call die while they wait for it.
#[derive(Debug)]
struct SlowDirectory(Arc<MemoryDirectory>);

#[async_trait]
impl TenantDirectory for SlowDirectory {
    async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error> {
        pause(fastrand::u64(1..60)).await;
        self.0.route(number).await
    }

    async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error> {
        pause(fastrand::u64(20..220)).await;
        self.0.document(tenant).await
    }
}

/// Run by the test below, several times and in processes of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a part of a_fleet_that_is_killed_at_random_takes_every_call_once"]
async fn part_takes_calls_until_the_parent_is_through() {
    let variable = |name| std::env::var(name).ok();
    let (Some(api), Some(redis), Some(path)) = (variable(API), variable(REDIS), variable(JOURNAL))
    else {
        return;
    };
    let journal = Journal::open(Path::new(&path));
    let desk = CallDesk::at(&api).unwrap();
    for (number, tenant, places) in TENANTS {
        desk.tenant(tenant, number, Some(places)).unwrap();
    }
    let phone = Arc::new(Phone {
        client: desk.client.clone(),
        journal: journal.clone(),
    });
    let clock = SystemClock::shared();
    let redis = connection(&redis);
    let dedup = Arc::new(RedisDedup::new(redis.clone()));
    let capacity = Arc::new(RedisCapacity::new(redis));
    let share = u32::try_from(PROCESSES).unwrap();
    let capacity = GuardedCapacity::new(capacity, WhenDown::Local, clock.clone()).share(share);
    let intake = desk
        .intake_of(
            phone,
            Arc::new(SlowDirectory(desk.directory.clone())),
            ToolRegistry::new(),
        )
        .settings(settings())
        .dedup(Arc::new(Claims {
            inner: GuardedDedup::new(dedup, WhenDown::Local, clock),
            journal,
        }))
        .capacity(Arc::new(capacity))
        .build()
        .unwrap();
    take_webhooks(intake, Duration::from_secs(6)).await.unwrap();
}

/// A process, as the parent has it.
struct Member {
    worker: Worker,
    journal: PathBuf,
}

/// What the parent knows of one process's life.
#[derive(Debug, Clone)]
struct Life {
    journal: PathBuf,
    killed: Option<u64>,
}

struct Fleet {
    api: String,
    redis: String,
    folder: PathBuf,
    members: Vec<Option<Member>>,
    lives: Vec<Life>,
}

impl Fleet {
    /// What starts another process, and where that one writes.
    fn command(&mut self) -> (Command, PathBuf) {
        let journal = self.folder.join(format!("{}.journal", self.lives.len()));
        self.lives.push(Life {
            journal: journal.clone(),
            killed: None,
        });
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "part_takes_calls_until_the_parent_is_through"])
            .args(["--ignored", "--nocapture"])
            .env(API, &self.api)
            .env(REDIS, &self.redis)
            .env(JOURNAL, &journal);
        (command, journal)
    }

    fn anybody(&self) -> Option<SocketAddr> {
        let alive: Vec<_> = self.members.iter().flatten().collect();
        let at = fastrand::usize(..alive.len().max(1));
        alive.get(at).map(|member| member.worker.address())
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// One line of a journal.
#[derive(Debug, Clone)]
struct Entry {
    what: String,
    call: String,
    at: u64,
    life: usize,
}

fn read_journal(path: &Path, life: usize) -> Vec<Entry> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    // A line that was cut off by a kill has no end.
    let lines = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    let entries = lines.map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        let [what, call, at] = words[..] else {
            panic!("{line:?}");
        };
        Entry {
            what: what.to_owned(),
            call: call.to_owned(),
            at: at.parse().unwrap(),
            life,
        }
    });
    entries.collect()
}

/// The calls, and those whose process died.
struct Exchange {
    sim: OpenAiSim,
    calls: Mutex<BTreeMap<String, (SimCall, &'static str)>>,
    orphans: Mutex<HashSet<String>>,
}

impl Exchange {
    /// A process is dead: its callers are alone.
    fn orphaned(&self, journal: &[Entry]) {
        let calls = self.calls.lock().unwrap();
        let accepted = journal.iter().filter(|entry| entry.what == "accept");
        let alone = accepted.filter(|entry| calls[&entry.call].0.phase() == Phase::Accepted);
        self.orphans
            .lock()
            .unwrap()
            .extend(alone.map(|entry| entry.call.clone()));
    }

    /// Whoever talks to an agent whose process is dead hangs up; then nobody goes on beyond the limits.
    fn look(&self) -> usize {
        let orphans = self.orphans.lock().unwrap();
        let mut active: BTreeMap<&str, u32> = BTreeMap::new();
        for (id, (call, tenant)) in &*self.calls.lock().unwrap() {
            if call.phase() != Phase::Accepted {
                continue;
            }
            if orphans.contains(id) {
                call.caller_hangs_up();
            } else {
                *active.entry(*tenant).or_default() += 1;
            }
            assert!(call.attached() <= 1, "two agents talk on {id}");
        }
        let global: u32 = active.values().sum();
        assert!(global <= GLOBAL, "over capacity: {active:?}");
        for (_, tenant, places) in TENANTS {
            let of_tenant = active.get(tenant).copied().unwrap_or(0);
            assert!(of_tenant <= places, "over capacity: {active:?}");
        }
        global as usize
    }
}

/// Delivers until somebody takes the webhook for done, as the provider does, and lets the caller talk meanwhile.
async fn live_through(
    exchange: Arc<Exchange>,
    fleet: Arc<Mutex<Fleet>>,
    call: SimCall,
    webhook: SignedWebhook,
    talk: u64,
) -> (String, Vec<Value>) {
    let id = call.id().to_string();
    let talker = call.clone();
    let talking = tokio::spawn(async move {
        while talker.phase() == Phase::Ringing {
            pause(15).await;
        }
        pause(talk).await;
        talker.caller_hangs_up();
    });
    let mut answers = Vec::new();
    let begun = Instant::now();
    loop {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "{id} is never done: {answers:?}"
        );
        let address = fleet.lock().unwrap().anybody();
        let Some(address) = address else {
            pause(20).await;
            continue;
        };
        match post(address, &webhook.again()).await {
            Ok((200, body)) => {
                answers.push(body);
                break;
            }
            Ok((503, body)) => answers.push(body),
            Ok((status, body)) => panic!("{id}: {status} {body}"),
            // The process is dead, or has just died over it.
            Err(_) => {}
        }
        pause(fastrand::u64(40..160)).await;
    }
    // Nobody else takes it now, whoever is asked.
    let address = fleet.lock().unwrap().anybody();
    if let Some(address) = address
        && let Ok((_, body)) = post(address, &webhook.with_id(format!("{}_b", webhook.id()))).await
    {
        assert!(
            body.get("accepted") != Some(&Value::Bool(true)),
            "{id}: {answers:?} {body}"
        );
    }
    talking.await.unwrap();
    exchange.look();
    (id, answers)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fleet_that_is_killed_at_random_takes_every_call_once() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    fastrand::seed(seed);
    let server = RedisServer::start().await.expect("a redis-server");
    let ring_time = SimSettings::new().ring_time(Duration::from_secs(9));
    let sim = OpenAiSim::start_with(ring_time).await.unwrap();
    let folder = std::env::temp_dir().join(format!("voice-intake-fleet-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut fleet = Fleet {
        api: sim.base_url(),
        redis: server.url(),
        folder,
        members: (0..PROCESSES).map(|_| None).collect(),
        lives: Vec::new(),
    };
    for place in 0..PROCESSES {
        let (command, journal) = fleet.command();
        let worker = Worker::start(command).await.unwrap();
        fleet.members[place] = Some(Member { worker, journal });
    }
    let fleet = Arc::new(Mutex::new(fleet));
    let exchange = Arc::new(Exchange {
        sim,
        calls: Mutex::default(),
        orphans: Mutex::default(),
    });
    let capacity = RedisCapacity::new(connection(&server.url()));

    let begun = Instant::now();
    let (mut rung, mut kills, mut next_kill) = (0, 0, 1_500);
    let (mut peak, mut most_places) = (0, 0);
    let (mut calls, mut starting) = (JoinSet::new(), JoinSet::new());
    let mut ended: HashMap<String, Vec<Value>> = HashMap::new();
    while rung < CALLS || kills < KILLS || !calls.is_empty() || !starting.is_empty() {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "it does not end: {} calls",
            calls.len()
        );
        while rung < CALLS && begun.elapsed() >= EVERY * rung {
            let (number, tenant, _) = TENANTS[fastrand::usize(..TENANTS.len())];
            let call = exchange.sim.ring(CallSpec::new(number, "+14155560000"));
            let id = call.id().to_string();
            exchange
                .calls
                .lock()
                .unwrap()
                .insert(id, (call.clone(), tenant));
            if fastrand::u8(..100) < 4 {
                exchange
                    .sim
                    .mishaps()
                    .next_of("calls.accept", Mishap::ResetAfterActing);
            }
            let webhook = exchange.sim.webhook_for(&call);
            let talk = fastrand::u64(60..500);
            calls.spawn(live_through(
                exchange.clone(),
                fleet.clone(),
                call,
                webhook,
                talk,
            ));
            rung += 1;
        }
        if kills < KILLS && starting.is_empty() && begun.elapsed() >= millis(next_kill) {
            let place = fastrand::usize(..PROCESSES);
            let member = fleet.lock().unwrap().members[place].take().unwrap();
            member.worker.kill().await.unwrap();
            let (command, journal) = {
                let mut fleet = fleet.lock().unwrap();
                let is_its = |life: &&mut Life| life.journal == member.journal;
                fleet.lives.iter_mut().find(is_its).unwrap().killed = Some(micros());
                fleet.command()
            };
            starting.spawn(async move {
                let worker = Worker::start(command).await.unwrap();
                (place, Member { worker, journal })
            });
            exchange.orphaned(&read_journal(&member.journal, 0));
            kills += 1;
            next_kill += fastrand::u64(900..1_400);
        }
        while let Some(started) = starting.try_join_next() {
            let (place, member) = started.unwrap();
            fleet.lock().unwrap().members[place] = Some(member);
        }
        peak = peak.max(exchange.look());
        for (_, tenant, places) in TENANTS {
            let used = capacity.in_use(tenant).await.unwrap();
            most_places = most_places.max(used.global);
            assert!(
                used.global <= GLOBAL && used.tenant <= places,
                "over capacity: {used:?}"
            );
        }
        while let Some(call) = calls.try_join_next() {
            let (id, answers) = call.unwrap();
            ended.insert(id, answers);
        }
        pause(20).await;
    }
    println!(
        "all calls are over after {:?}; at most {peak} at once",
        begun.elapsed()
    );
    assert_eq!((kills, ended.len()), (KILLS, CALLS as usize));
    assert_eq!(most_places, GLOBAL, "the limit was never reached");
    assert!(
        peak >= GLOBAL as usize / 2,
        "few calls went on at once: {peak}"
    );

    // What the dead held comes back by itself, and the living give back what they have.
    let mut fleet = Arc::into_inner(fleet).unwrap().into_inner().unwrap();
    let members: Vec<_> = fleet.members.drain(..).flatten().collect();
    for member in members {
        assert!(
            member.worker.finish().await.unwrap(),
            "a process did not end well"
        );
    }
    tokio::time::sleep(PLACE).await;
    for (_, tenant, _) in TENANTS {
        assert_eq!(
            capacity.in_use(tenant).await.unwrap(),
            InUse::new(0, 0),
            "{tenant}"
        );
    }
    let dedup = RedisDedup::new(connection(&server.url()));
    for id in ended.keys() {
        let owner = ClaimOwner::unique(&SystemClock::default());
        let claim = dedup
            .claim(&format!("openai:call:{id}"), &owner, CLAIM)
            .await
            .unwrap();
        assert_eq!(claim, Claim::Done, "{id}");
    }
    check(&exchange, &fleet, &ended);
}

/// Every call was taken by one process at most, or refused, or was over; and dead processes had successors.
fn check(exchange: &Exchange, fleet: &Fleet, ended: &HashMap<String, Vec<Value>>) {
    let mut by_call: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for (life, known) in fleet.lives.iter().enumerate() {
        for entry in read_journal(&known.journal, life) {
            by_call.entry(entry.call.clone()).or_default().push(entry);
        }
    }
    let (mut taken, mut refused, mut over, mut handed_over) = (0, 0, 0, 0);
    for (id, (call, _)) in &*exchange.calls.lock().unwrap() {
        let (counts, phase) = (call.counts(), call.phase());
        let mut entries = by_call.remove(id).unwrap_or_default();
        entries.sort_by_key(|entry| entry.at);
        let what = format!("{id} {phase:?} {counts:?} {entries:?} {:?}", ended.get(id));
        assert!(phase.is_over(), "it stands for ever: {what}");
        assert!(counts.accepts + counts.rejects.len() <= 1, "{what}");
        let answers = &ended[id];
        let accepted = answers
            .iter()
            .filter(|body| body.get("accepted") == Some(&Value::Bool(true)));
        assert!(accepted.count() <= 1, "{what}");

        // Nobody begins while another is at it and alive, and nobody after it was done.
        let mut at_it: Option<&Entry> = None;
        for entry in &entries {
            match entry.what.as_str() {
                "accept" => {
                    if let Some(before) = at_it {
                        let killed = fleet.lives[before.life].killed;
                        assert!(
                            killed.is_some_and(|killed| killed < entry.at),
                            "two at once: {what}"
                        );
                    }
                    at_it = Some(entry);
                }
                // After an unclear one there may be a session; that there are never two is looked after all the time.
                "failed" | "gone" | "unclear" => at_it = None,
                _ => {}
            }
        }
        // Somebody died over it before the accept, and somebody else took it.
        let first = entries.iter().find(|entry| entry.what == "claimed");
        let taker = entries.iter().find(|entry| entry.what == "taken");
        if let (Some(first), Some(taker)) = (first, taker) {
            let is_dead = fleet.lives[first.life].killed.is_some();
            handed_over += usize::from(is_dead && first.life != taker.life);
        }
        match (counts.accepts, counts.rejects.len()) {
            (1, _) => taken += 1,
            (_, 1) => refused += 1,
            _ => over += 1,
        }
    }
    assert!(by_call.is_empty(), "calls from nowhere: {by_call:?}");
    println!(
        "{taken} taken, {refused} refused, {over} over before, {handed_over} of the taken ones after the first process died over them"
    );
    assert!(taken > CALLS / 3 && refused > 0);
    assert!(handed_over > 0, "no dead process had a successor");
}
