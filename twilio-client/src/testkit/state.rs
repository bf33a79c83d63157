//! What the simulator remembers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use voice_core::clock::{SharedClock, SystemClock};
use voice_core::ident::CallSid;
use voice_core::testkit::Mishaps;
use voice_core::transport::HttpTransport;

use super::account::Account;
use super::callback::Delivered;
use super::courier::{Inbox, Outbox};
use super::exchanges::{Alert, Exchange};
use super::forks::Forks;
use super::legs::Legs;
use super::lines::Line;
use super::numbers::{self, Validation};
use super::record::{Order, Record, SimCall};
use super::rooms::{self, Room};
use super::sound::{self, Recording};
use super::world::World;
use super::{Outcome, Pace, SimulatorBuilder, drive, tables};
use crate::calls::CallStatus;
use crate::webhook::Params;

type Hook = Arc<dyn Fn(&SimCall, &str) + Send + Sync>;

#[derive(Default)]
pub(super) struct Hooks {
    pub(super) answered: Option<Hook>,
    pub(super) ended: Option<Hook>,
}

/// Everything the server, the calls' tasks and the test share.
pub(super) struct Shared {
    pub(super) settings: SimulatorBuilder,
    pub(super) mishaps: Mishaps,
    pub(super) clock: SharedClock,
    pub(super) runtime: Handle,
    state: Mutex<State>,
    world: Mutex<World>,
    hooks: Mutex<Hooks>,
    requests: AtomicU64,
    stopped: AtomicBool,
    transport: OnceLock<Option<HttpTransport>>,
    /// Itself, for what goes on in the background.
    own: Weak<Shared>,
}

pub(super) struct State {
    pub(super) pace: Pace,
    pub(super) outcomes: HashMap<String, Outcome>,
    /// Oldest first.
    pub(super) calls: Vec<Record>,
    pub(super) delivered: Vec<Delivered>,
    pub(super) legs: Legs,
    /// What was asked for with a call, for what is read only later.
    pub(super) wishes: HashMap<CallSid, Params>,
    /// Oldest first, as are all others.
    pub(super) rooms: Vec<Room>,
    pub(super) recordings: Vec<Recording>,
    pub(super) exchanges: Vec<Exchange>,
    pub(super) alerts: Vec<Alert>,
    pub(super) forks: Forks,
    pub(super) lines: Vec<Line>,
    pub(super) account: Account,
    pub(super) validations: Vec<Validation>,
    pub(super) outbox: Outbox,
    /// How many SIDs were given out, calls aside.
    given: u64,
    /// When the next call may be dialled.
    next_turn: Option<Instant>,
}

impl Shared {
    /// The other end of its outbox is for [`courier::run`](super::courier::run).
    pub(super) fn new(settings: SimulatorBuilder) -> (Arc<Self>, Inbox) {
        let (outbox, inbox) = Outbox::new();
        let clock = SystemClock::shared();
        let mut world = World::default();
        for number in &settings.numbers {
            tables::seed_number(&mut world, number, clock.wall());
        }
        let shared = Arc::new_cyclic(|own| Self {
            own: Weak::clone(own),
            world: Mutex::new(world),
            state: Mutex::new(State {
                pace: settings.pace,
                outcomes: HashMap::new(),
                calls: Vec::new(),
                delivered: Vec::new(),
                legs: Legs::default(),
                wishes: HashMap::new(),
                rooms: Vec::new(),
                recordings: Vec::new(),
                exchanges: Vec::new(),
                alerts: Vec::new(),
                forks: Forks::default(),
                lines: Vec::new(),
                account: Account::default(),
                validations: Vec::new(),
                outbox,
                given: 0,
                next_turn: None,
            }),
            settings,
            mishaps: Mishaps::default(),
            clock,
            runtime: Handle::current(),
            hooks: Mutex::default(),
            requests: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            transport: OnceLock::new(),
        });
        (shared, inbox)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything besides calls.
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn hooks(&self) -> MutexGuard<'_, Hooks> {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn count_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// What callbacks are sent with; made when the first is due.
    pub(super) fn transport(&self) -> Option<HttpTransport> {
        self.transport
            .get_or_init(|| HttpTransport::builder().build().ok())
            .clone()
    }

    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.lock().outbox.close();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Takes a call into the queue and lets it go on by itself.
    pub(super) fn place(self: &Arc<Self>, order: Order) -> CallSid {
        self.place_with(order, |_, _| ())
    }

    /// The same, and something is done before it goes on.
    pub(super) fn place_with(
        self: &Arc<Self>,
        order: Order,
        before: impl FnOnce(&mut State, CallSid),
    ) -> CallSid {
        let now = self.clock.now();
        let queued_for = {
            let mut state = self.lock();
            let turn = state.next_turn.unwrap_or(now).max(now);
            state.next_turn =
                Some(turn + Duration::from_secs_f64(1.0 / self.settings.calls_per_second));
            turn.saturating_duration_since(now)
        };
        let sid = self.add(order, queued_for);
        before(&mut self.lock(), sid);
        self.runtime
            .spawn(drive::drive(Arc::clone(self), sid, queued_for));
        sid
    }

    /// Takes a call into the list, which somebody else lets go on.
    pub(super) fn add(self: &Arc<Self>, order: Order, queued_for: Duration) -> CallSid {
        let wall = self.clock.wall();
        let (events, inbox) = tokio::sync::mpsc::unbounded_channel();
        let mut state = self.lock();
        let sid = sid(state.calls.len());
        state.calls.push(Record {
            sid,
            order,
            status: CallStatus::Queued,
            created: wall,
            updated: wall,
            started: None,
            answered: None,
            ended: None,
            queued_for,
            stream: None,
            sequence: 0,
            deleted: false,
            events,
        });
        drop(state);
        self.runtime
            .spawn(super::callback::deliver(Arc::clone(self), inbox));
        sid
    }

    /// Takes a call that goes on to its next status, and reports it; `false` when it is over.
    pub(super) fn step(&self, sid: &CallSid, to: &CallStatus) -> bool {
        let wall = self.clock.wall();
        let mut state = self.lock();
        let record = state
            .find_mut(sid)
            .filter(|record| !record.status.is_final());
        let Some(record) = record.filter(|_| !self.is_stopped()) else {
            return false;
        };
        record.status = to.clone();
        record.updated = wall;
        match to {
            CallStatus::Initiated => {
                record.started = Some(wall);
                record.report("initiated");
            }
            CallStatus::Ringing => record.report("ringing"),
            _ => {
                record.answered = Some(wall);
                record.report("answered");
            }
        }
        true
    }

    /// Ends a call as its state demands: one in progress is completed, any other canceled.
    pub(super) fn end(&self, sid: &CallSid) {
        let status = match self.lock().find(sid).map(|record| record.status.clone()) {
            Some(CallStatus::InProgress) => CallStatus::Completed,
            _ => CallStatus::Canceled,
        };
        self.finish(sid, status);
    }

    /// Ends a call that goes on, reports it, and tells the hook; a call that is over stays as it is.
    pub(super) fn finish(&self, sid: &CallSid, status: CallStatus) {
        let wall = self.clock.wall();
        let mut state = self.lock();
        let Some(record) = state
            .find_mut(sid)
            .filter(|record| !record.status.is_final())
        else {
            return;
        };
        record.status = status;
        record.ended = Some(wall);
        record.updated = wall;
        record.report("completed");
        let ended = record.snapshot();
        drop(state);
        if let Some(own) = self.own.upgrade() {
            numbers::ended(&own, sid, &ended.status);
            rooms::left(&own, sid);
            sound::ended(&own, sid);
        }
        let hook = self.hooks().ended.clone();
        if let (Some(hook), Some(stream)) = (hook, &ended.stream) {
            hook(&ended, stream);
        }
    }
}

/// SIDs count up, so that a failing test can be read.
#[allow(
    clippy::expect_used,
    reason = "\"CA\" and 32 hexadecimal digits, whatever the number"
)]
fn sid(number: usize) -> CallSid {
    CallSid::parse(&format!("CA51e{number:029x}")).expect("a call SID")
}

impl State {
    pub(super) fn find(&self, sid: &CallSid) -> Option<&Record> {
        self.calls
            .iter()
            .find(|record| record.sid == *sid && !record.deleted)
    }

    pub(super) fn find_mut(&mut self, sid: &CallSid) -> Option<&mut Record> {
        self.calls
            .iter_mut()
            .find(|record| record.sid == *sid && !record.deleted)
    }

    /// A SID that counts up, so that a failing test can be read.
    pub(super) fn new_sid(&mut self, kind: &str) -> String {
        self.given += 1;
        format!("{kind}51e{:029x}", self.given)
    }
}
