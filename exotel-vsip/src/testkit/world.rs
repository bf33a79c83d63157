//! What the simulator remembers.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::Handle;
use voice_core::testkit::Mishaps;

use super::callback::Delivered;
use super::limits::Window;
use super::pace::{Outcome, Pace};
use super::settings::SimulatorBuilder;
use super::v1::record::{Record, SimCall};
use super::v2::model::Trunk;
use super::weather::{Dice, Failure, Weather};

/// Everything the server, the calls' tasks and the test share.
pub(super) struct Shared {
    pub(super) settings: SimulatorBuilder,
    pub(super) mishaps: Mishaps,
    pub(super) runtime: Handle,
    state: Mutex<State>,
    hooks: Mutex<Hooks>,
    stopped: AtomicBool,
}

type StreamHook = Arc<dyn Fn(&SimCall, &str) + Send + Sync>;
type VoicebotHook = Arc<dyn Fn(&SimCall) -> Option<String> + Send + Sync>;
type CallbackHook = Arc<dyn Fn(&Delivered) -> u16 + Send + Sync>;

#[derive(Default)]
pub(super) struct Hooks {
    pub(super) answered: Option<StreamHook>,
    pub(super) ended: Option<StreamHook>,
    pub(super) voicebot: Option<VoicebotHook>,
    pub(super) callback: Option<CallbackHook>,
}

pub(super) struct State {
    pub(super) accounts: Vec<Account>,
    pub(super) ids: Ids,
    pub(super) tally: Tally,
    pub(super) weather: Weather,
    pub(super) dice: Dice,
    pub(super) pace: Pace,
    /// By digits.
    pub(super) outcomes: HashMap<String, Outcome>,
    /// Oldest first.
    pub(super) calls: Vec<Record>,
    pub(super) delivered: Vec<Delivered>,
}

/// One account: nothing of it is seen by another.
pub(super) struct Account {
    pub(super) name: String,
    key: SecretString,
    token: SecretString,
    /// Oldest first.
    pub(super) trunks: Vec<Trunk>,
    /// Names that are taken, but by no trunk the account can see.
    pub(super) taken: BTreeSet<String>,
    pub(super) window: Window,
    pub(super) balance_asked: Option<Instant>,
}

impl Account {
    /// Whether these are its key and token, joined by a colon.
    pub(super) fn is_signed_by(&self, pair: &str) -> bool {
        pair.split_once(':').is_some_and(|(key, token)| {
            key == self.key.expose_secret() && token == self.token.expose_secret()
        })
    }
}

/// The next id of each kind; they begin about where those of recorded answers do.
#[derive(Debug)]
pub(super) struct Ids {
    requests: u64,
    trunks: u64,
    numbers: u64,
    ips: u64,
    destinations: u64,
    credentials: u64,
}

/// What an id is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Request,
    Trunk,
    Number,
    Ip,
    Destination,
    Credential,
}

impl Ids {
    pub(super) fn next(&mut self, kind: Kind) -> u64 {
        let last = match kind {
            Kind::Request => &mut self.requests,
            Kind::Trunk => &mut self.trunks,
            Kind::Number => &mut self.numbers,
            Kind::Ip => &mut self.ips,
            Kind::Destination => &mut self.destinations,
            Kind::Credential => &mut self.credentials,
        };
        *last += 1;
        *last
    }
}

/// What is counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) requests: BTreeMap<&'static str, u64>,
    pub(super) refused: u64,
    pub(super) duplicates: u64,
    pub(super) failures: Vec<Failure>,
}

impl Shared {
    pub(super) fn new(settings: SimulatorBuilder, own: [&'static str; 3]) -> Self {
        let [name, key, token] = own;
        let first = (
            name.to_owned(),
            SecretString::from(key),
            SecretString::from(token),
        );
        let more = settings
            .accounts
            .iter()
            .map(|(name, key, token)| (name.as_str().to_owned(), key.clone(), token.clone()));
        let accounts = std::iter::once(first)
            .chain(more)
            .map(|(name, key, token)| Account {
                name,
                key,
                token,
                trunks: Vec::new(),
                taken: BTreeSet::new(),
                window: Window::default(),
                balance_asked: None,
            })
            .collect();
        Self {
            state: Mutex::new(State {
                accounts,
                ids: Ids {
                    requests: 0,
                    trunks: 0,
                    numbers: 41_522,
                    ips: 1152,
                    destinations: 2542,
                    credentials: 1233,
                },
                tally: Tally::default(),
                weather: settings.weather,
                dice: Dice::new(settings.seed),
                pace: settings.pace,
                outcomes: HashMap::new(),
                calls: Vec::new(),
                delivered: Vec::new(),
            }),
            settings,
            mishaps: Mishaps::default(),
            runtime: Handle::current(),
            hooks: Mutex::default(),
            stopped: AtomicBool::new(false),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn hooks(&self) -> MutexGuard<'_, Hooks> {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
