//! 5,000 signed webhooks over the whole of it: the real pipeline, client, webhook source and sidebands, on the simulator of
//! the API and over real sockets; with duplicates, forgeries, outages, faults of the provider, and callers of every kind.
//! Every call ends up taken once, or refused with its reason, or gone; and nothing stays behind. On stores in memory, and on
//! a real Redis that goes away and comes back empty.
//!
//! What is delivered, who calls and what goes wrong follows from a seed; how it falls out depends on the machine as well.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::missing_docs_in_private_items,
    reason = "a test fails by panicking, and waits for real sockets"
)]

mod load;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use load::callers::{OPEN, pause, talk};
use load::checks::{check_calls, check_figures, check_tally};
use load::parts::{Phone, Records, State, Unsteady};
use load::plan::{
    ACME, BETA, BROKEN, DISABLED, Delivery, FORGERIES, Kind, NOBODY, Plan, SPEECHLESS, UNKNOWN,
};
use openai_calls::testkit::{CallSpec, OpenAiSim, Phase, SignedWebhook, SimCall, SimSettings};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use voice_core::clock::SystemClock;
use voice_core::intake::instructions::{PromptKind, StoreTrouble};
use voice_core::intake::tools::{FnBuilder, FnTool, ToolAnswer, ToolRegistry};
use voice_core::intake::{
    Happened, Intake, IntakeSettings, Outcome, Redelivery, Rejected, WhenOver,
};
use voice_core::provider::ToolSpec;
use voice_core::store::redis::{RedisCapacity, RedisConnection, RedisDedup, RedisOptions};
use voice_core::store::{
    CapacityStore, DedupStore, GuardedCapacity, GuardedDedup, InUse, MemoryCapacity, MemoryDedup,
    WhenDown,
};
use voice_core::testkit::RedisServer;
use voice_examples::{CallDesk, LOOKUP};

const WEBHOOKS: usize = 5_000;
const AT_A_TIME: usize = 40;
const GLOBAL: u32 = 50;
const OF_BETA: u32 = 6;
const TENANTS: [&str; 6] = [
    "acme",
    "beta",
    "broken",
    "disabled",
    "speechless",
    "unknown",
];

/// What the intake keeps its claims and places in, and how it goes away.
struct Stores {
    dedup: Arc<dyn DedupStore>,
    capacity: Arc<dyn CapacityStore>,
    away: Away,
}

enum Away {
    Memory(Arc<Unsteady<MemoryDedup>>, Arc<Unsteady<MemoryCapacity>>),
    Redis(Box<RedisServer>, Arc<GuardedDedup>, Arc<GuardedCapacity>),
}

impl Stores {
    fn memory() -> Self {
        let clock = SystemClock::shared();
        let dedup = Unsteady::new(MemoryDedup::new(clock.clone()));
        let capacity = Unsteady::new(MemoryCapacity::new(clock));
        Self {
            dedup: dedup.clone(),
            capacity: capacity.clone(),
            away: Away::Memory(dedup, capacity),
        }
    }

    async fn redis() -> Self {
        let clock = SystemClock::shared();
        let server = RedisServer::start().await.expect("a redis-server");
        let options = RedisOptions::parse(&server.url()).unwrap();
        let redis = RedisConnection::open(options).unwrap();
        let dedup = Arc::new(RedisDedup::new(redis.clone()));
        let dedup = Arc::new(GuardedDedup::new(dedup, WhenDown::Local, clock.clone()));
        let capacity = Arc::new(RedisCapacity::new(redis));
        let capacity = Arc::new(GuardedCapacity::new(capacity, WhenDown::Local, clock));
        Self {
            dedup: dedup.clone(),
            capacity: capacity.clone(),
            away: Away::Redis(Box::new(server), dedup, capacity),
        }
    }

    /// What happens to them before this delivery.
    async fn weather(&mut self, at: usize) {
        match &mut self.away {
            Away::Memory(dedup, capacity) => match at {
                1_800 => dedup.set(State::Down),
                2_400 => capacity.set(State::Down),
                3_000 => dedup.set(State::Silent),
                3_600 => capacity.set(State::Silent),
                1_840 | 2_460 | 3_040 | 3_660 => {
                    dedup.set(State::Well);
                    capacity.set(State::Well);
                }
                _ => {}
            },
            Away::Redis(server, ..) => match at {
                1_800 | 3_000 => server.stop(),
                2_100 | 3_300 => server.restart().await.unwrap(),
                _ => {}
            },
        }
    }

    /// Whether the limits are held to the letter. A Redis that comes back empty does not know of the calls that go on.
    fn are_exact(&self, at: usize) -> bool {
        matches!(self.away, Away::Memory(..)) || at < 1_800
    }
}

/// All there is.
struct Bench {
    sim: Arc<OpenAiSim>,
    desk: CallDesk,
    directory: Arc<Unsteady<Arc<voice_core::intake::tenant::MemoryDirectory>>>,
    phone: Arc<Phone>,
    records: Records,
    intake: Intake,
    plan: Plan,
    calls: Vec<Option<(SimCall, SignedWebhook)>>,
    /// The calls that rang when they were last looked at.
    waiting: Vec<usize>,
    talks: JoinSet<()>,
}

fn settings() -> IntakeSettings {
    let secs = Duration::from_secs;
    let mut settings = IntakeSettings::default();
    settings.max_calls = GLOBAL;
    settings.store_limit = secs(1);
    settings.accept_limit = secs(2);
    settings.start_limit = secs(3);
    settings.hang_up_limit = secs(2);
    settings.farewell = secs(1);
    settings.claim_lease = secs(9);
    settings.place_lease = secs(4);
    settings
}

fn lookup() -> ToolRegistry {
    let builder = FnBuilder::new(LOOKUP, |_, _| {
        let schema = json!({"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]});
        let spec = ToolSpec::new(LOOKUP, "Says when the shop is open.", schema);
        let tool = FnTool::new(spec, |_: Value, _| async {
            pause(Duration::from_millis(5)).await;
            Ok(ToolAnswer::new(OPEN))
        });
        Ok(Some(tool.shared()))
    });
    ToolRegistry::new().register(builder)
}

impl Bench {
    async fn new(seed: u64, stores: &Stores) -> Self {
        let ring_time = SimSettings::new().ring_time(Duration::from_secs(6));
        let sim = Arc::new(OpenAiSim::start_with(ring_time).await.unwrap());
        let desk = CallDesk::at(&sim.base_url()).unwrap();
        desk.tenant("acme", ACME, None).unwrap();
        desk.tenant("beta", BETA, Some(OF_BETA)).unwrap();
        let broken = desk.tenant("broken", BROKEN, None).unwrap().tenant_id;
        let document = json!({"schema_version": 1, "tenant_id": "broken", "timezone": 7});
        desk.directory.put_document(broken, document);
        let disabled = desk.tenant("disabled", DISABLED, None).unwrap();
        let mut document = disabled.to_document();
        document["status"] = json!("disabled");
        desk.directory.put_document(disabled.tenant_id, document);
        let speechless = desk.tenant("speechless", SPEECHLESS, None).unwrap();
        desk.texts.remove_text(
            &speechless.tenant_id,
            PromptKind::Instruction,
            "instruction",
        );
        let unknown = desk.tenant("unknown", UNKNOWN, None).unwrap().tenant_id;
        desk.directory.remove_document(&unknown);

        let directory = Unsteady::new(desk.directory.clone());
        let phone = Arc::new(Phone::new(desk.client.clone()));
        let records = Records::default();
        let intake = desk
            .intake_of(phone.clone(), directory.clone(), lookup())
            .settings(settings())
            .dedup(stores.dedup.clone())
            .capacity(stores.capacity.clone())
            .after_call(records.clone())
            .build()
            .unwrap();
        let plan = Plan::new(seed, WEBHOOKS);
        let calls = plan.callers.iter().map(|_| None).collect();
        Self {
            sim,
            desk,
            directory,
            phone,
            records,
            intake,
            plan,
            calls,
            waiting: Vec::new(),
            talks: JoinSet::new(),
        }
    }

    /// The call, which rings from when it is first heard of.
    fn call(&mut self, index: usize) -> (SimCall, SignedWebhook) {
        let caller = &self.plan.callers[index];
        let (sim, waiting) = (&self.sim, &mut self.waiting);
        self.calls[index]
            .get_or_insert_with(|| {
                waiting.push(index);
                let from = format!("+1415556{:04}", index % 10_000);
                let mut spec = CallSpec::new(caller.number, from).form(caller.form);
                if let Some(patience) = caller.patience {
                    spec = spec.ring_time(patience);
                }
                let call = sim.ring(spec);
                let webhook = sim.webhook_for(&call);
                (call, webhook)
            })
            .clone()
    }

    /// What is known of some calls.
    fn some(&self, calls: &[usize]) -> Vec<String> {
        let accepts = self.phone.accepts.lock().unwrap();
        let calls = calls.iter().take(9).filter_map(|index| {
            let (call, _) = self.calls[*index].as_ref()?;
            let deeds = accepts.get(call.id().as_str());
            let (counts, phase) = (call.counts(), call.phase());
            Some(format!("{} {phase:?} {counts:?} {deeds:?}", call.id()))
        });
        calls.collect()
    }

    fn weather(&self, at: usize) {
        match at {
            600 => self.desk.texts.trouble(StoreTrouble::Down),
            700 => self.desk.texts.trouble(StoreTrouble::NoTexts),
            800 => self.desk.texts.trouble(StoreTrouble::None),
            1_200 => self.directory.set(State::Down),
            1_280 => self.directory.set(State::Well),
            _ => {}
        }
    }

    /// Whoever was connected begins to talk.
    fn let_talk(&mut self) {
        for index in std::mem::take(&mut self.waiting) {
            let Some((call, _)) = &self.calls[index] else {
                continue;
            };
            match call.phase() {
                Phase::Ringing => self.waiting.push(index),
                Phase::Accepted => {
                    let caller = self.plan.callers[index].clone();
                    let (sim, intake) = (self.sim.clone(), self.intake.clone());
                    self.talks.spawn(talk(sim, intake, call.clone(), caller));
                }
                _ => {}
            }
        }
        while let Some(talk) = self.talks.try_join_next() {
            talk.unwrap();
        }
    }
}

fn webhook_of(
    delivery: &Delivery,
    at: usize,
    sim: &OpenAiSim,
    genuine: &SignedWebhook,
) -> SignedWebhook {
    let long = Duration::from_secs(310);
    match delivery.kind {
        Kind::Genuine => genuine.again(),
        Kind::OtherId => genuine.with_id(format!("wh_other_{at}")),
        Kind::Other => sim.webhook("response.completed", &json!({"id": "resp_1"})),
        Kind::Forged(0) => genuine.forged(),
        Kind::Forged(1) => genuine.with_body(genuine.body.to_vec().repeat(2)),
        Kind::Forged(2) => genuine.sent_ago(long),
        Kind::Forged(3) => genuine.sent_ahead(long),
        Kind::Forged(4) => genuine.without("webhook-signature"),
        Kind::Forged(5) => genuine.without("webhook-timestamp"),
        Kind::Forged(6) => genuine.signed_with("whsec_c29tZWJvZHkgZWxzZQ==").unwrap(),
        Kind::Forged(_) => genuine.with_header("webhook-id", "wh_somebody_elses"),
    }
}

/// What came of all deliveries.
#[derive(Debug, Default)]
struct Tally {
    outcomes: BTreeMap<String, usize>,
    taken: HashMap<usize, usize>,
    refused: HashMap<usize, Rejected>,
    with_fallback: usize,
    peak: usize,
}

impl Tally {
    fn count(&mut self, word: &str) {
        *self.outcomes.entry(word.to_owned()).or_default() += 1;
    }

    fn note(&mut self, index: usize, number: &str, outcome: &Outcome) {
        match outcome.happened() {
            Happened::Accepted { texts } => {
                *self.taken.entry(index).or_default() += 1;
                self.with_fallback += usize::from(texts.is_fallback());
                self.count("accepted");
            }
            Happened::Rejected(rejected) => {
                assert!(is_its_reason(number, rejected), "{number} {rejected}");
                let before = self.refused.insert(index, rejected);
                assert!(before.is_none(), "{index} was refused twice");
                self.count(&format!("rejected {rejected}"));
            }
            Happened::Failed(code) => self.count(&format!("failed {code}")),
            other => self.count(&format!("{other:?}").to_lowercase()),
        }
    }
}

/// Whether this number may be refused so; an outage of the directory has its own reasons.
fn is_its_reason(number: &str, rejected: Rejected) -> bool {
    match rejected {
        Rejected::Capacity(_) => number != NOBODY,
        Rejected::TenantResolveFailed => true,
        Rejected::TenantNotConfigured => number != NOBODY,
        Rejected::InstructionsMissing => number == SPEECHLESS,
        Rejected::TenantConfigParseError => number == BROKEN,
        _ => false,
    }
}

async fn run(seed: u64, mut stores: Stores) -> Tally {
    println!("seed {seed}");
    let begun = Instant::now();
    let mut bench = Bench::new(seed, &stores).await;
    let mut tally = Tally::default();
    let deliveries = std::mem::take(&mut bench.plan.deliveries);
    let mut open: JoinSet<(usize, Option<Outcome>)> = JoinSet::new();
    let settle = |bench: &Bench, tally: &mut Tally, at: usize, outcome: Option<Outcome>| {
        let delivery = &deliveries[at];
        let Some(outcome) = outcome else {
            return tally.count("dropped");
        };
        let forged = matches!(delivery.kind, Kind::Forged(_));
        assert_eq!(outcome.status(), if forged { 401 } else { 200 });
        assert_eq!(forged, outcome.happened() == Happened::Unauthorised);
        let number = bench.plan.callers[delivery.call].number;
        tally.note(delivery.call, number, &outcome);
    };
    for (at, delivery) in deliveries.iter().enumerate() {
        stores.weather(at).await;
        bench.weather(at);
        let (_, genuine) = bench.call(delivery.call);
        Plan::order_mishap(&bench.sim, delivery);
        let webhook = webhook_of(delivery, at, &bench.sim, &genuine);
        let (intake, breaks_off) = (bench.intake.clone(), delivery.breaks_off);
        open.spawn(async move {
            let request = webhook.request();
            let handle = intake.handle(&request);
            let outcome = match breaks_off {
                Some(limit) => tokio::time::timeout(limit, handle).await.ok(),
                None => Some(handle.await),
            };
            (at, outcome)
        });
        while open.len() >= AT_A_TIME {
            let (at, outcome) = open.join_next().await.unwrap().unwrap();
            settle(&bench, &mut tally, at, outcome);
        }
        if at % 5 == 0 {
            bench.let_talk();
            let in_use = stores.capacity.in_use("beta").await.unwrap();
            if stores.are_exact(at) {
                assert!(
                    in_use.global <= GLOBAL && in_use.tenant <= OF_BETA,
                    "{in_use:?}"
                );
            }
            tally.peak = tally.peak.max(in_use.global as usize);
        }
    }
    while let Some(done) = open.join_next().await {
        let (at, outcome) = done.unwrap();
        settle(&bench, &mut tally, at, outcome);
    }
    println!(
        "delivered after {:?}: {:#?}",
        begun.elapsed(),
        tally.outcomes
    );
    let seen: usize = tally.outcomes.values().sum();
    assert_eq!(seen, WEBHOOKS, "every delivery came to something");

    deliver_until_settled(&mut bench, &mut tally).await;
    println!("settled after {:?}", begun.elapsed());
    while let Some(talk) = bench.talks.join_next().await {
        talk.unwrap();
    }
    let drained = bench
        .intake
        .drain(Duration::from_secs(12), WhenOver::Leave)
        .await;
    assert_eq!((drained.hung_up, drained.left), (0, 0));
    assert!(bench.intake.active().is_empty());
    if let Away::Redis(_, dedup, capacity) = &stores.away {
        dedup.settle().await.unwrap();
        capacity.settle().await.unwrap();
        assert_eq!((dedup.stats().owed, capacity.stats().owed), (0, 0));
        assert_eq!(dedup.stats().conflicts, 0);
    }
    for tenant in TENANTS {
        let in_use = stores.capacity.in_use(tenant).await.unwrap();
        assert_eq!(in_use, InUse::new(0, 0), "{tenant}");
    }
    check_calls(&bench, &tally);
    check_figures(&bench, &tally);
    println!("done after {:?}", begun.elapsed());
    tally
}

/// Delivers every call's webhook again, as the provider does for days, until each is known to be done.
async fn deliver_until_settled(bench: &mut Bench, tally: &mut Tally) {
    for index in 0..bench.calls.len() {
        let _ = bench.call(index);
    }
    let mut unsettled: Vec<usize> = (0..bench.calls.len()).collect();
    let begun = Instant::now();
    while !unsettled.is_empty() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{} are not settled: {:#?}",
            unsettled.len(),
            bench.some(&unsettled)
        );
        let mut still = Vec::new();
        for some in unsettled.chunks(AT_A_TIME) {
            let mut open = JoinSet::new();
            for index in some {
                let (index, (_, webhook)) = (*index, bench.call(*index));
                let intake = bench.intake.clone();
                open.spawn(async move { (index, intake.handle(&webhook.again().request()).await) });
            }
            while let Some(done) = open.join_next().await {
                let (index, outcome) = done.unwrap();
                tally.note(index, bench.plan.callers[index].number, &outcome);
                let is_done = outcome.happened() == Happened::Deduped
                    && outcome.redelivery() == Redelivery::Useless;
                if !is_done {
                    still.push(index);
                }
            }
            bench.let_talk();
        }
        unsettled = still;
        pause(Duration::from_millis(100)).await;
    }
    // And so it is under any other webhook's id.
    for index in (0..bench.calls.len()).step_by(50) {
        let (_, webhook) = bench.call(index);
        let other = webhook.with_id(format!("wh_last_{index}"));
        let outcome = bench.intake.handle(&other.request()).await;
        assert_eq!(outcome.happened(), Happened::Deduped);
        tally.count("deduped");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_memory_every_call_is_taken_once_or_refused_and_nothing_stays() {
    let tally = run(7, Stores::memory()).await;
    check_tally(&tally);
    assert!(
        tally.outcomes.contains_key("failed dedup_store_error"),
        "the claims were away"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_redis_it_is_the_same_while_redis_comes_and_goes() {
    let tally = run(8, Stores::redis().await).await;
    check_tally(&tally);
}

#[test]
fn the_plan_follows_from_the_seed() {
    let plan = Plan::new(7, WEBHOOKS);
    assert_eq!(plan, Plan::new(7, WEBHOOKS));
    assert_ne!(plan, Plan::new(8, WEBHOOKS));
    assert_eq!(plan.deliveries.len(), WEBHOOKS);
    for way in 0..FORGERIES {
        assert!(
            plan.deliveries
                .iter()
                .any(|delivery| delivery.kind == Kind::Forged(way))
        );
    }
}
