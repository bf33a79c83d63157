//! Several processes take calls side by side. Over one Redis they share who works on which call, how many calls there may
//! be at once, and how often they may ask a service that allows so many questions a second. One of them is killed: its
//! places come back, and another takes the call that was on its way to it.
//!
//! Calls come from the built-in simulator of OpenAI's API. Redis is the one of `REDIS_URL`, or one that this program starts
//! for itself when `redis-server` is installed. Without any it shows the same in one process, with everything in memory.
//!
//! ```sh
//! cargo run --example fleet
//! REDIS_URL=redis://127.0.0.1:6379 cargo run --example fleet
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use openai_calls::testkit::{CallSpec, OpenAiSim, Phase, SignedWebhook, SimCall};
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::task::JoinSet;
use voice_core::clock::{Clock, SystemClock};
use voice_core::config::Environment;
use voice_core::intake::tools::{FnBuilder, FnTool, ToolAnswer, ToolError, ToolRegistry};
use voice_core::intake::{Intake, IntakeSettings, WhenOver};
use voice_core::limits::{Limiter, RateLimiter};
use voice_core::provider::ToolSpec;
use voice_core::store::redis::{
    RedisCapacity, RedisConnection, RedisDedup, RedisLimiter, RedisOptions,
};
use voice_core::store::{
    CapacityStore, DedupStore, GuardedCapacity, GuardedDedup, MemoryCapacity, MemoryDedup, WhenDown,
};
use voice_core::testkit::{RedisServer, RedisServerError};
use voice_examples::{CallDesk, Failure, LOOKUP, Worker, post, take_webhooks};

/// Number, tenant, and its calls at once; none for as many as there are over all.
const TENANTS: [(&str, &str, Option<u32>); 2] = [
    ("+14155550100", "acme", None),
    ("+14155550101", "beta", Some(2)),
];
const PLACES: u32 = 6;
const PROCESSES: u32 = 3;
/// Lookups a second over all processes, and at once.
const RATE: u32 = 5;
const BURST: u32 = 2;

/// Shows processes that share limits, claims and places.
#[derive(Debug, Parser)]
#[command(name = "fleet")]
struct Args {
    /// Be one of the processes, for the API at this address
    #[arg(long, hide = true, requires = "redis")]
    api: Option<String>,

    /// The Redis to share
    #[arg(long, hide = true)]
    redis: Option<String>,

    /// What stands before every key
    #[arg(long, hide = true, default_value = "voice-example:")]
    prefix: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let outcome = match (&args.api, &args.redis) {
        (Some(api), Some(redis)) => work(api, redis, &args.prefix).await,
        _ => show().await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}

/// The claims, the places and the limiter of a process.
struct Shared {
    dedup: Arc<dyn DedupStore>,
    capacity: Arc<dyn CapacityStore>,
    limiter: Arc<dyn RateLimiter>,
}

impl Shared {
    /// In this process alone.
    fn memory() -> Result<Self, Failure> {
        let clock = SystemClock::shared();
        let limiter = Limiter::builder().per_second(RATE).burst(BURST).build()?;
        Ok(Self {
            dedup: Arc::new(MemoryDedup::new(clock.clone())),
            capacity: Arc::new(MemoryCapacity::new(clock)),
            limiter: Arc::new(limiter),
        })
    }

    /// Over Redis; while it is away each process goes on with its part of the limits.
    fn redis(redis: &RedisConnection) -> Result<Self, Failure> {
        let clock = SystemClock::shared();
        let dedup = Arc::new(RedisDedup::new(redis.clone()));
        let capacity = Arc::new(RedisCapacity::new(redis.clone()));
        let limiter = RedisLimiter::builder(redis.clone(), "lookups")
            .per_second(RATE)
            .burst(BURST)
            .share(PROCESSES)
            .build()?;
        Ok(Self {
            dedup: Arc::new(GuardedDedup::new(dedup, WhenDown::Local, clock.clone())),
            capacity: Arc::new(
                GuardedCapacity::new(capacity, WhenDown::Local, clock).share(PROCESSES),
            ),
            limiter: Arc::new(limiter),
        })
    }

    fn intake(&self, api: &str) -> Result<Intake, Failure> {
        let desk = CallDesk::at(api)?;
        for (number, tenant, calls) in TENANTS {
            desk.tenant(tenant, number, calls)?;
        }
        // Shorter than usual, so that this program is through in seconds: a dead process is missed sooner.
        let mut settings = IntakeSettings::default();
        settings.max_calls = PLACES;
        settings.store_limit = Duration::from_millis(700);
        settings.accept_limit = Duration::from_millis(1_400);
        settings.start_limit = Duration::from_millis(1_400);
        settings.hang_up_limit = Duration::from_millis(1_000);
        settings.claim_lease = Duration::from_secs(5);
        settings.remembered = Duration::from_secs(60);
        settings.place_lease = Duration::from_secs(3);
        let intake = desk
            .intake(lookups(self.limiter.clone()))
            .settings(settings)
            .dedup(self.dedup.clone())
            .capacity(self.capacity.clone());
        Ok(intake.build()?)
    }
}

/// A tool that asks a service which allows so many questions a second, whoever asks.
fn lookups(limiter: Arc<dyn RateLimiter>) -> ToolRegistry {
    let builder = FnBuilder::new(LOOKUP, move |_, _| {
        let limiter = Arc::clone(&limiter);
        let spec = ToolSpec::new(
            LOOKUP,
            "Says when the shop is open.",
            json!({"type": "object"}),
        );
        let tool = FnTool::new(spec, move |_: Value, _| {
            let limiter = Arc::clone(&limiter);
            async move {
                let deadline = SystemClock::default().now() + Duration::from_secs(8);
                let turn = limiter.acquire(1, deadline).await;
                let turn = turn.map_err(|error| ToolError::new(error.to_string()))?;
                // Here the service would be asked.
                drop(turn);
                Ok(ToolAnswer::new("From nine to five."))
            }
        });
        Ok(Some(tool.shared()))
    });
    ToolRegistry::new().register(builder)
}

/// The life of one of the processes.
async fn work(api: &str, redis: &str, prefix: &str) -> Result<(), Failure> {
    let redis = RedisConnection::open(RedisOptions::parse(redis)?.prefix(prefix)?)?;
    let intake = Shared::redis(&redis)?.intake(api)?;
    take_webhooks(intake, Duration::from_secs(5)).await
}

async fn show() -> Result<(), Failure> {
    let sim = OpenAiSim::start().await?;
    let environment = Environment::process();
    let (url, _server) = match environment.reader("redis").text(&["REDIS_URL"]) {
        Some(url) => (url, None),
        None => match RedisServer::start().await {
            Ok(server) => (server.url(), Some(server)),
            Err(RedisServerError::NotInstalled) => {
                println!(
                    "No Redis: REDIS_URL is not set and redis-server is not installed. This is one process with its stores \
                     in memory; install Redis to see several.\n"
                );
                let shared = Shared::memory()?;
                let intake = shared.intake(&sim.base_url())?;
                let fleet = Fleet::new(sim, vec![Process::Here(intake)], shared.capacity);
                return fleet.run().await;
            }
            Err(error) => return Err(error.into()),
        },
    };
    // Keys of its own in a Redis that may be somebody's; what it leaves there is gone in a minute.
    let prefix = format!("voice-example-{}:", std::process::id());
    let redis = RedisConnection::open(RedisOptions::parse(&url)?.prefix(&prefix)?)?;
    redis.ping().await?;
    println!("{PROCESSES} processes over one Redis, {PLACES} places, of which beta may have 2.\n");
    let mut processes = Vec::new();
    for _ in 0..PROCESSES {
        let mut command = Command::new(std::env::current_exe()?);
        let api = sim.base_url();
        command.args(["--api", &api, "--redis", &url, "--prefix", &prefix]);
        processes.push(Process::Other(Box::new(Worker::start(command).await?)));
    }
    let capacity = Arc::new(RedisCapacity::new(redis));
    Fleet::new(sim, processes, capacity).run().await
}

/// Where webhooks go.
enum Process {
    Other(Box<Worker>),
    Here(Intake),
    Dead,
}

/// A call that is in somebody's hands.
struct Taken {
    call: SimCall,
    by: usize,
}

struct Fleet {
    sim: OpenAiSim,
    processes: Vec<Process>,
    capacity: Arc<dyn CapacityStore>,
    clock: SystemClock,
    taken: Vec<Taken>,
    /// What became of deliveries, by process.
    table: Vec<BTreeMap<String, usize>>,
}

impl Fleet {
    fn new(sim: OpenAiSim, processes: Vec<Process>, capacity: Arc<dyn CapacityStore>) -> Self {
        Self {
            sim,
            table: vec![BTreeMap::new(); processes.len()],
            processes,
            capacity,
            clock: SystemClock::default(),
            taken: Vec::new(),
        }
    }

    async fn run(mut self) -> Result<(), Failure> {
        match self.processes.len() {
            1 => println!("Ten calls ring:"),
            _ => println!("Ten calls ring, and each webhook goes to a process at random:"),
        }
        let [acme, beta] = TENANTS;
        for (number, tenant, _) in [acme, acme, beta, acme, beta, beta, acme, acme, acme, beta] {
            self.ring(number, tenant).await?;
        }
        self.repeat().await?;
        self.look_things_up().await?;
        if self.processes.len() > 1 {
            self.kill_one().await?;
        }
        self.finish().await
    }

    async fn in_use(&self) -> Result<u32, Failure> {
        Ok(self.capacity.in_use("acme").await?.global)
    }

    /// Delivers to a process; `None` when it does not answer.
    async fn deliver(&mut self, to: usize, webhook: &SignedWebhook) -> Option<(u16, Value)> {
        let answer = match self.processes.get(to)? {
            Process::Other(worker) => post(worker.address(), webhook).await.ok(),
            Process::Here(intake) => {
                let outcome = intake.handle(&webhook.request()).await;
                Some((outcome.status_asking_again(), outcome.body()))
            }
            Process::Dead => None,
        };
        let word = match &answer {
            None => "no answer".to_owned(),
            Some((_, body)) => word(body),
        };
        *self.table.get_mut(to)?.entry(word).or_default() += 1;
        answer
    }

    /// A call rings, and its webhook is delivered until somebody takes it for done.
    async fn ring(&mut self, number: &str, tenant: &str) -> Result<(), Failure> {
        let first = fastrand::usize(..self.processes.len());
        self.ring_at(number, tenant, first).await
    }

    async fn ring_at(&mut self, number: &str, tenant: &str, first: usize) -> Result<(), Failure> {
        let call = self.sim.ring(CallSpec::new(number, "+14155560199"));
        let webhook = self.sim.webhook_for(&call);
        let mut at = first;
        for _ in 0..40 {
            let Some((status, body)) = self.deliver(at, &webhook.again()).await else {
                println!("  {tenant:4}  process {}  no answer", at + 1);
                at = (at + 1) % self.processes.len();
                continue;
            };
            println!("  {tenant:4}  process {}  {}", at + 1, word(&body));
            if body.get("accepted") == Some(&Value::Bool(true)) {
                self.taken.push(Taken {
                    call: call.clone(),
                    by: at,
                });
            }
            if status == 200 {
                return Ok(());
            }
            self.clock.sleep(Duration::from_millis(250)).await;
        }
        Err(format!("a call of {tenant} was never done").into())
    }

    /// The same webhooks once more, to other processes.
    async fn repeat(&mut self) -> Result<(), Failure> {
        let calls: Vec<_> = self
            .taken
            .iter()
            .map(|taken| (taken.call.clone(), taken.by))
            .collect();
        for (call, by) in &calls {
            let webhook = self.sim.webhook_for(call);
            let other = (by + 1) % self.processes.len();
            if let Some((_, body)) = self.deliver(other, &webhook).await
                && body.get("deduped") != Some(&Value::Bool(true))
            {
                return Err(format!("a call was dealt with twice: {body}").into());
            }
        }
        let places = self.in_use().await?;
        println!(
            "\nOf the {} calls that were taken another webhook tells, to another process if there is one: each is known. {places} places are \
             taken.\n",
            calls.len()
        );
        Ok(())
    }

    /// Every agent looks something up, twice, all at once.
    async fn look_things_up(&mut self) -> Result<(), Failure> {
        let begun = self.clock.now();
        let mut lookups = JoinSet::new();
        for taken in self.taken.iter().chain(&self.taken) {
            let call = taken.call.clone();
            let id = call.call_function(LOOKUP, "{}");
            let clock = self.clock;
            lookups.spawn(async move {
                let seen = call
                    .wait_seen(|seen| !seen.outputs_of(&id).is_empty())
                    .await;
                (clock.now(), seen.outputs_of(&id))
            });
        }
        let mut times = Vec::new();
        while let Some(lookup) = lookups.join_next().await {
            let (at, outputs) = lookup?;
            if outputs.len() != 1 || !outputs.iter().any(|output| output.contains("nine")) {
                return Err(format!("a lookup came to nothing: {outputs:?}").into());
            }
            times.push(at.saturating_duration_since(begun));
        }
        times.sort();
        let number = u32::try_from(times.len())?;
        let took = times.last().copied().unwrap_or_default();
        let least = Duration::from_secs(1) * number.saturating_sub(BURST) / RATE;
        println!(
            "{number} lookups at once, {RATE} a second allowed over all processes and {BURST} at once: the last came after \
             {:.1} s, and no sooner than {:.1} s was allowed.\n",
            took.as_secs_f64(),
            least.as_secs_f64()
        );
        if took + Duration::from_millis(150) < least {
            return Err("the limiter let too much through".into());
        }
        Ok(())
    }

    /// Kills the process that has most calls.
    async fn kill_one(&mut self) -> Result<(), Failure> {
        let calls_of = |at| self.taken.iter().filter(|taken| taken.by == at).count();
        let victim = (0..self.processes.len())
            .max_by_key(|at| calls_of(*at))
            .unwrap_or(0);
        let (held, before) = (calls_of(victim), self.in_use().await?);
        let process = self.processes.get_mut(victim).ok_or("no process")?;
        let Process::Other(worker) = std::mem::replace(process, Process::Dead) else {
            return Err("a process that cannot be killed".into());
        };
        worker.kill().await?;
        println!(
            "Process {} is killed. It had {held} of the {before} places.",
            victim + 1
        );
        // Its callers have nobody to talk to.
        for taken in self.taken.iter().filter(|taken| taken.by == victim) {
            taken.call.caller_hangs_up();
        }
        self.taken.retain(|taken| taken.by != victim);
        let begun = self.clock.now();
        let left = u32::try_from(self.taken.len())?;
        while self.in_use().await? > left {
            self.clock.sleep(Duration::from_millis(100)).await;
            if self.clock.now().saturating_duration_since(begun) > Duration::from_secs(8) {
                return Err("the places of the dead process do not come back".into());
            }
        }
        let took = self.clock.now().saturating_duration_since(begun);
        println!(
            "Its places are back after {:.1} s, when their leases were over: {left} are taken. A call whose webhook goes to \
             it finds another process:",
            took.as_secs_f64()
        );
        let (number, tenant, _) = TENANTS[0];
        self.ring_at(number, tenant, victim).await
    }

    /// Everybody hangs up, and the processes end.
    async fn finish(mut self) -> Result<(), Failure> {
        for taken in &self.taken {
            taken.call.caller_hangs_up();
        }
        for process in std::mem::take(&mut self.processes) {
            match process {
                Process::Other(worker) => {
                    if !worker.finish().await? {
                        return Err("a process did not end well".into());
                    }
                }
                Process::Here(intake) => {
                    let patience = Duration::from_secs(5);
                    intake.drain(patience, WhenOver::HangUp).await;
                }
                Process::Dead => {}
            }
        }
        println!("\nprocess  deliveries");
        for (at, row) in self.table.iter().enumerate() {
            let words: Vec<_> = row
                .iter()
                .map(|(word, count)| format!("{count} {word}"))
                .collect();
            println!("{:7}  {}", at + 1, words.join(", "));
        }
        let calls = self.sim.calls();
        let twice = calls
            .iter()
            .filter(|call| call.counts().accepts > 1)
            .count();
        let open = calls
            .iter()
            .filter(|call| matches!(call.phase(), Phase::Ringing | Phase::Accepted));
        let (open, places) = (open.count(), self.in_use().await?);
        println!(
            "\n{} calls: {twice} taken twice, {open} left without an answer, {places} places still taken.",
            calls.len()
        );
        if twice + open > 0 || places > 0 {
            return Err("something stayed behind".into());
        }
        Ok(())
    }
}

/// An answer in a word or two.
fn word(body: &Value) -> String {
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    match () {
        () if body.get("accepted") == Some(&Value::Bool(true)) => "taken".to_owned(),
        () if body.get("deduped") == Some(&Value::Bool(true)) => "known".to_owned(),
        () if body.get("rejected").is_some() => format!("refused: {}", text("rejected")),
        () => text("reason").to_owned(),
    }
}
