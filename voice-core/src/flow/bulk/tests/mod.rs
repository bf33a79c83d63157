//! A provider in memory, and campaigns on it under paused time.

mod failing;
mod once;
mod pace;
mod telling;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures_util::stream;

use super::*;
use crate::clock::{Clock, SharedClock};
use crate::error::{Delivery, Error, ErrorKind};
use crate::flow::journal::{
    Begun, CallJournal, DialOutcome, EntryState, Intent, JournalError, MemoryJournal,
};
use crate::ident::E164;
use crate::provider::{
    AgentId, Call, CallId, CallKey, CallProvider, CallStatus, Connect, FindCall, Found, MediaKind,
    OwnAgent, PlaceCall,
};
use crate::testkit::TestClock;

const SECOND: Duration = Duration::from_secs(1);

fn key(row: usize) -> CallKey {
    CallKey::new(format!("row-{row}")).unwrap()
}

fn number(row: usize) -> E164 {
    E164::parse(&format!("+1415{:07}", 5_000_000 + row)).unwrap()
}

fn call(row: usize) -> PlaceCall {
    let connect = Connect::Agent(OwnAgent::new(AgentId::new("a").unwrap()));
    PlaceCall::new(
        number(row),
        number(9_999_999 - 5_000_000),
        connect,
        key(row),
    )
}

fn entries(rows: std::ops::Range<usize>) -> impl Iterator<Item = Entry> + Send {
    rows.map(|row| Entry::from(call(row)))
}

/// What the next dial does instead of being placed.
#[derive(Debug, Clone)]
enum Trick {
    Limited(Option<Duration>),
    Fail(ErrorKind, Delivery),
    /// It is placed, and the answer gets lost.
    Lost,
}

/// A provider in memory. A dial takes 100 ms.
#[derive(Debug)]
struct Phone {
    clock: SharedClock,
    dials: Mutex<Vec<(String, Instant)>>,
    calls: Mutex<HashMap<CallKey, Vec<CallId>>>,
    tricks: Mutex<VecDeque<Trick>>,
    /// What looks find instead of the key's calls.
    looks: Mutex<Option<Result<Found, ErrorKind>>>,
    looked: AtomicUsize,
    talk: Mutex<HashMap<CallId, u32>>,
}

#[async_trait]
impl CallProvider for Phone {
    fn media(&self) -> MediaKind {
        MediaKind::Sip
    }
    async fn place_call(&self, call: &PlaceCall) -> Result<Call, Error> {
        let at = self.clock.now();
        self.dials.lock().unwrap().push((call.key.to_string(), at));
        self.clock.sleep(SECOND / 10).await;
        let trick = self.tricks.lock().unwrap().pop_front();
        let error = |kind, delivery| Error::new(kind, "a trick").with_delivery(delivery);
        let id = CallId::new(format!("CA-{}", call.key)).unwrap();
        match trick {
            Some(Trick::Limited(wait)) => {
                let error = error(ErrorKind::RateLimited, Delivery::Refused);
                return Err(match wait {
                    Some(wait) => error.with_retry_after(wait),
                    None => error,
                });
            }
            Some(Trick::Fail(kind, delivery)) => return Err(error(kind, delivery)),
            Some(Trick::Lost) | None => {}
        }
        let mut calls = self.calls.lock().unwrap();
        calls.entry(call.key.clone()).or_default().push(id.clone());
        match trick {
            Some(_) => Err(error(ErrorKind::Timeout, Delivery::Unknown)),
            None => Ok(Call::new(id, CallStatus::Queued)),
        }
    }
    async fn get_call(&self, id: &CallId) -> Result<Call, Error> {
        let mut talk = self.talk.lock().unwrap();
        let looks = talk.entry(id.clone()).or_default();
        *looks += 1;
        let mut call = Call::new(id.clone(), CallStatus::InProgress);
        if *looks > 3 {
            call.status = CallStatus::Completed;
            call.duration = Some(SECOND * 3);
        }
        Ok(call)
    }
    async fn hang_up(&self, _: &CallId) -> Result<(), Error> {
        Ok(())
    }
    async fn find_call(&self, wanted: &FindCall) -> Result<Found, Error> {
        self.looked.fetch_add(1, Ordering::Relaxed);
        if let Some(look) = &*self.looks.lock().unwrap() {
            return match look {
                Ok(found) => Ok(found.clone()),
                Err(kind) => Err(Error::new(*kind, "a look failed")),
            };
        }
        let calls = self.calls.lock().unwrap();
        Ok(match calls.get(&wanted.key).map(Vec::as_slice) {
            None | Some([]) => Found::Nothing,
            Some([id]) => Found::One(Box::new(Call::new(id.clone(), CallStatus::Queued))),
            Some(ids) => Found::Several(ids.to_vec()),
        })
    }
}

struct Scene {
    clock: Arc<TestClock>,
    phone: Phone,
    journal: MemoryJournal,
    control: BulkControl,
    results: Arc<Mutex<Vec<String>>>,
}

impl Scene {
    fn new() -> Self {
        let clock = Arc::new(TestClock::at(1_700_000_000));
        Self {
            phone: Phone {
                clock: clock.clone(),
                dials: Mutex::default(),
                calls: Mutex::default(),
                tricks: Mutex::default(),
                looks: Mutex::default(),
                looked: AtomicUsize::new(0),
                talk: Mutex::default(),
            },
            clock,
            journal: MemoryJournal::new(),
            control: BulkControl::new(),
            results: Arc::default(),
        }
    }

    /// Ten dials a second, five at once.
    fn dial(&self) -> BulkDial {
        let results = Arc::clone(&self.results);
        BulkDial::new()
            .per_second(10)
            .at_once(5)
            .clock(self.clock.clone())
            .control(&self.control)
            .on_result(move |result| {
                let detail = match &result.outcome {
                    EntryOutcome::Placed { how, .. } => format!("{how:?}"),
                    EntryOutcome::Refused { error } | EntryOutcome::Unknown { error } => {
                        let why = error.context_value("reconcile").unwrap_or_default();
                        format!("{} {why}", error.kind())
                    }
                    EntryOutcome::Skipped { why } => format!("{why:?}"),
                };
                let word = result.outcome.as_str();
                let line = format!("{} {word} {} {detail}", result.key, result.dials);
                results.lock().unwrap().push(line.trim_end().to_owned());
            })
    }

    fn trick(&self, tricks: impl IntoIterator<Item = Trick>) {
        self.phone.tricks.lock().unwrap().extend(tricks);
    }

    async fn run(&self, rows: std::ops::Range<usize>) -> Result<BulkReport, BulkFailure> {
        self.dial()
            .run_all(&self.phone, &self.journal, entries(rows))
            .await
    }

    fn results(&self) -> Vec<String> {
        std::mem::take(&mut self.results.lock().unwrap())
    }

    fn dials(&self) -> Vec<(String, Instant)> {
        self.phone.dials.lock().unwrap().clone()
    }

    async fn began(&self, row: usize) {
        let begun = self
            .journal
            .begin(&Intent::new(key(row), self.clock.wall()))
            .await;
        assert_eq!(begun, Ok(Begun::Yes));
    }

    async fn state(&self, row: usize) -> EntryState {
        self.journal.state(&key(row)).await.unwrap()
    }
}

fn is_placed(state: &EntryState) -> bool {
    matches!(
        state,
        EntryState::Done {
            outcome: DialOutcome::Placed { .. },
            ..
        }
    )
}

impl Scene {
    #[allow(
        clippy::type_complexity,
        reason = "three parts of a call that is never made"
    )]
    fn new_without_time() -> (BulkDial, Phone, MemoryJournal) {
        let clock: SharedClock = crate::clock::SystemClock::shared();
        let phone = Phone {
            clock,
            dials: Mutex::default(),
            calls: Mutex::default(),
            tricks: Mutex::default(),
            looks: Mutex::default(),
            looked: AtomicUsize::new(0),
            talk: Mutex::default(),
        };
        (BulkDial::new(), phone, MemoryJournal::new())
    }
}
