//! A campaign of 2,000 calls whose process is killed (SIGKILL) again and again in the middle: nobody is rung twice, and everybody
//! is placed or reported as unknown. The dialler is this test binary, run as a process of its own; the provider is a simulator in
//! the test, which keeps a ledger of every ring.
#![cfg(all(unix, feature = "redis", feature = "file-journal"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails by panicking, waits for real processes, and tells its child what to do by the environment"
)]

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde_json::{Value, json};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::flow::bulk::{BulkDial, Entry, ResultLines};
use voice_core::flow::journal::{
    CallJournal, DialOutcome, EntryState, FileJournal, RedisJournal, RedisJournalOptions,
};
use voice_core::ident::E164;
use voice_core::provider::{
    AgentId, Call, CallId, CallKey, CallProvider, CallStatus, Connect, FindCall, Found, MediaKind,
    OwnAgent, PlaceCall,
};
use voice_core::store::redis::{RedisConnection, RedisOptions};
use voice_core::testkit::{RedisServer, Service, SimAnswer, SimRequest, SimServer};

const ENTRIES: u32 = 2_000;
const KILLS: u32 = 6;
/// The simulator acts when a request arrives; on this machine that takes milliseconds.
const SETTLE: Duration = Duration::from_secs(2);

fn number(row: u32) -> E164 {
    E164::parse(&format!("+1415{:07}", 5_000_000 + row)).unwrap()
}

fn key(row: u32) -> CallKey {
    CallKey::new(format!("spring/row-{row}")).unwrap()
}

// ---- the provider ---------------------------------------------------------------------------------------------------

#[derive(Debug, Default)]
struct Ledger {
    /// Call ids by key, in order.
    calls: HashMap<String, Vec<String>>,
    rung: HashMap<String, u32>,
    asked: u32,
}

#[derive(Debug)]
struct Exchange {
    ledger: Arc<Mutex<Ledger>>,
    rng: Mutex<fastrand::Rng>,
}

impl Service for Exchange {
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        let mut ledger = self.ledger.lock().unwrap();
        let dice = self.rng.lock().unwrap().u32(0..1000);
        let late = Duration::from_millis(u64::from(dice % 40));
        if request.path == "/find" {
            let key = request.query_value("key").unwrap();
            let ids = ledger.calls.get(&key).cloned().unwrap_or_default();
            return match dice {
                0..30 => SimAnswer::empty(500),
                _ => SimAnswer::json(200, &json!(ids)).after(late / 4),
            };
        }
        ledger.asked += 1;
        let (key, to) = (
            request.form_value("key").unwrap(),
            request.form_value("to").unwrap(),
        );
        if to.ends_with("13") {
            return SimAnswer::empty(400);
        }
        match dice {
            0..10 => return SimAnswer::empty(429),
            // Nothing was done, but who can know.
            10..20 => return SimAnswer::empty(500),
            _ => {}
        }
        *ledger.rung.entry(to).or_default() += 1;
        let id = format!("CA{}", ledger.asked);
        ledger.calls.entry(key).or_default().push(id.clone());
        match dice {
            20..35 => SimAnswer::empty(500),
            _ => SimAnswer::json(201, &json!(id)).after(late),
        }
    }
}

/// A client of it, in the child.
#[derive(Debug)]
struct Line {
    http: reqwest::Client,
    url: String,
}

fn failed(error: &reqwest::Error) -> Error {
    let delivery = match error.is_connect() {
        true => Delivery::NotSent,
        false => Delivery::Unknown,
    };
    Error::new(ErrorKind::Connection, "no answer").with_delivery(delivery)
}

fn judged(status: u16) -> Result<(), Error> {
    match status {
        200..300 => Ok(()),
        _ => Err(
            Error::new(ErrorKind::from_status(status), "refused by the simulator")
                .with_delivery(Delivery::from_status(status)),
        ),
    }
}

#[async_trait]
impl CallProvider for Line {
    fn media(&self) -> MediaKind {
        MediaKind::Sip
    }

    async fn place_call(&self, call: &PlaceCall) -> Result<Call, Error> {
        let form = format!("key={}&to=%2B{}", call.key, call.to.digits());
        let request = self.http.post(format!("{}/dial", self.url)).body(form);
        let answer = request.send().await.map_err(|error| failed(&error))?;
        judged(answer.status().as_u16())?;
        let id = answer.bytes().await.map_err(|error| failed(&error))?;
        let id: String = serde_json::from_slice(&id).unwrap();
        Ok(Call::new(CallId::new(id)?, CallStatus::Queued))
    }

    async fn get_call(&self, id: &CallId) -> Result<Call, Error> {
        Ok(Call::new(id.clone(), CallStatus::Completed))
    }

    async fn hang_up(&self, _: &CallId) -> Result<(), Error> {
        Ok(())
    }

    async fn find_call(&self, wanted: &FindCall) -> Result<Found, Error> {
        let request = self
            .http
            .get(format!("{}/find?key={}", self.url, wanted.key));
        let answer = request.send().await.map_err(|error| failed(&error))?;
        judged(answer.status().as_u16())?;
        let ids = answer.bytes().await.map_err(|error| failed(&error))?;
        let ids: Vec<CallId> = serde_json::from_slice(&ids).unwrap();
        Ok(match ids.as_slice() {
            [] => Found::Nothing,
            [id] => Found::One(Box::new(Call::new(id.clone(), CallStatus::Queued))),
            _ => Found::Several(ids),
        })
    }
}

// ---- the dialler ----------------------------------------------------------------------------------------------------

async fn journal(place: &str) -> Box<dyn CallJournal> {
    if !place.starts_with("redis:") {
        return Box::new(FileJournal::open(place).await.unwrap());
    }
    let redis = RedisOptions::parse(place).unwrap();
    let redis = RedisConnection::open(redis.command_timeout(Duration::from_secs(5))).unwrap();
    let options = RedisJournalOptions::new()
        .lease(Duration::from_millis(800))
        .wait(Duration::from_secs(20));
    Box::new(RedisJournal::open(redis, "spring", options).await.unwrap())
}

/// What the child does. On its own it does nothing.
#[tokio::test]
async fn dialler() {
    let (Ok(url), Ok(place), Ok(results)) = (
        std::env::var("BULK_CRASH_URL"),
        std::env::var("BULK_CRASH_JOURNAL"),
        std::env::var("BULK_CRASH_RESULTS"),
    ) else {
        return;
    };
    let journal = journal(&place).await;
    let line = Line {
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
        url,
    };
    let from = E164::parse("+14155550100").unwrap();
    let agent = OwnAgent::new(AgentId::new("a1").unwrap());
    let entries = (0..ENTRIES).map(|row| {
        let connect = Connect::Agent(agent.clone());
        Entry::from(PlaceCall::new(number(row), from, connect, key(row)))
    });
    BulkDial::new()
        .per_second(700)
        .at_once(48)
        .settle(SETTLE)
        .number_key("the campaign's own key".into())
        .results(&ResultLines::file(results).unwrap())
        .run_all(&line, &*journal, entries)
        .await
        .unwrap();
}

fn spawn(url: &str, place: &str, results: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "dialler", "--nocapture"])
        .env("BULK_CRASH_URL", url)
        .env("BULK_CRASH_JOURNAL", place)
        .env("BULK_CRASH_RESULTS", results)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

// ---- the trial ------------------------------------------------------------------------------------------------------

struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn folder(name: &str) -> Folder {
    let path = std::env::temp_dir().join(format!("voice-bulk-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    Folder(path)
}

async fn trial(place: &str, folder: &Path) {
    let seed =
        std::env::var("CRASH_SEED").map_or_else(|_| fastrand::u64(..), |s| s.parse().unwrap());
    println!("CRASH_SEED={seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let exchange = SimServer::start(Arc::new(Exchange {
        ledger: Arc::clone(&ledger),
        rng: Mutex::new(rng.fork()),
    }))
    .await;
    let results = folder.join("results.jsonl");
    let start = Instant::now();
    let mut kills = 0;
    loop {
        let rung = || ledger.lock().unwrap().calls.len() as u32;
        // Somewhere within the next stretch, and then at any moment of it.
        let stretch = ENTRIES / (KILLS + 2);
        let at = rung() + rng.u32(1..stretch);
        let mut child = spawn(&exchange.url(), place, &results);
        let ended = loop {
            assert!(
                start.elapsed() < Duration::from_secs(120),
                "it hangs at {} calls",
                rung()
            );
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            if kills < KILLS && rung() >= at {
                tokio::time::sleep(Duration::from_micros(rng.u64(0..20_000))).await;
                child.kill().unwrap();
                child.wait().unwrap();
                kills += 1;
                break None;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        if let Some(status) = ended {
            assert!(status.success(), "{status}");
            break;
        }
    }
    let took = start.elapsed();
    assert_eq!(kills, KILLS, "it was killed in the middle each time");

    let journal = journal(place).await;
    let ledger = std::mem::take(&mut *ledger.lock().unwrap());
    assert_eq!(
        ledger.rung.values().max(),
        Some(&1),
        "somebody was rung twice"
    );
    let mut tally: BTreeMap<&str, u32> = BTreeMap::new();
    for row in 0..ENTRIES {
        let rung = ledger.rung.get(number(row).as_str()).copied().unwrap_or(0);
        let EntryState::Done { outcome, intent } = journal.state(&key(row)).await.unwrap() else {
            panic!("row {row} was not done with, and rung {rung} times");
        };
        assert!(intent.number.is_some());
        let word = match outcome {
            DialOutcome::Placed { call, .. } => {
                assert_eq!(ledger.calls[key(row).as_str()], [call.as_str()]);
                "placed"
            }
            DialOutcome::Refused { .. } => {
                assert_eq!((rung, row % 100), (0, 13));
                "refused"
            }
            DialOutcome::Unknown { .. } => "unknown",
            other => panic!("{other:?}"),
        };
        *tally.entry(word).or_default() += 1;
    }
    // Lines tell of every entry, masked; a kill may leave one torn line each.
    let text = std::fs::read_to_string(&results).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .filter_map(|l| serde_json::from_str(l).ok())
        .collect();
    assert!(!text.contains("+1415500"), "{text}");
    let found = lines.iter().filter(|line| line["how"] == "found").count();
    println!(
        "{tally:?}, {found} found, {kills} kills, {} dials asked for, {took:.1?}",
        ledger.asked
    );
    assert_eq!(tally["refused"], ENTRIES / 100);
    assert!(tally["placed"] > ENTRIES * 9 / 10, "{tally:?}");
    assert!(found > 0, "no call was ever found: the trial was none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again_nobody_is_rung_twice_by_a_file() {
    let folder = folder("file");
    let place = folder.0.join("calls.journal");
    trial(place.to_str().unwrap(), &folder.0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again_nobody_is_rung_twice_by_redis() {
    let folder = folder("redis");
    let server = RedisServer::start().await.unwrap();
    trial(&server.url(), &folder.0).await;
}
