//! What the simulator remembers, and one request as its operations see it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use voice_core::testkit::{Mishaps, SimRequest};

use super::choice::{Outage, Speaks};
use super::limits::Windows;
use super::route::Route;
use super::settings::SimulatorBuilder;
use super::templates::Template;
use crate::ids::split_id;
use crate::models::{
    Alias, ApiKey, Assignment, Event, Experiment, FeatureFlag, ModelInfo, Prompt, UsageRecord,
    UserSegment,
};

/// Everything the server and the test share.
pub(super) struct Shared {
    pub(super) settings: SimulatorBuilder,
    pub(super) mishaps: Mishaps,
    state: Mutex<State>,
}

impl Shared {
    pub(super) fn new(settings: SimulatorBuilder, keys: Vec<Key>) -> Self {
        let state = State {
            keys,
            models: super::models::known(),
            started: Some(settings.clock.wall()),
            ..State::default()
        };
        Self {
            settings,
            mishaps: Mishaps::default(),
            state: Mutex::new(state),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
pub(super) struct State {
    pub(super) keys: Vec<Key>,
    /// Every version is a row, in the order in which they were stored.
    pub(super) prompts: Vec<Prompt>,
    /// Versions that a rollback made the latest, by prompt.
    pub(super) pinned: BTreeMap<String, String>,
    /// What the server's runtime has in its cache: prompt and version.
    pub(super) cached: BTreeSet<(String, String)>,
    pub(super) models: Vec<ModelInfo>,
    pub(super) usage: Vec<(SystemTime, UsageRecord)>,
    pub(super) templates: Vec<Template>,
    pub(super) aliases: Vec<Alias>,
    pub(super) experiments: Vec<Experiment>,
    pub(super) assignments: Vec<Assignment>,
    pub(super) events: Vec<Event>,
    pub(super) flags: Vec<FeatureFlag>,
    pub(super) segments: Vec<UserSegment>,
    pub(super) tally: BTreeMap<&'static str, Tally>,
    pub(super) outage: Outage,
    /// How far the service's clock is off; ahead when `Ok`.
    pub(super) clock_error: Option<Result<Duration, Duration>>,
    pub(super) started: Option<SystemTime>,
    minted: u64,
    rolls: u64,
}

/// How often an operation was asked for, and how often carried out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) asked: usize,
    pub(super) done: usize,
}

/// An API key and the requests it made.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) data: ApiKey,
    pub(super) windows: Windows,
}

impl State {
    /// An id nothing else has.
    pub(super) fn mint(&mut self) -> String {
        self.minted += 1;
        format!("51e00000-0000-4000-8000-{:012x}", self.minted)
    }

    /// A repeatable number in `[0, 1)` (SplitMix64).
    pub(super) fn roll(&mut self) -> f64 {
        self.rolls = self.rolls.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.rolls;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        // 53 bits are what a double holds exactly.
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Stores a version: under the prompt's id, or, when that is taken, under the id with the version. One that is there
    /// already is replaced.
    pub(super) fn store(&mut self, mut prompt: Prompt) {
        let base = base_of(&prompt.id).to_owned();
        let same = self
            .prompts
            .iter_mut()
            .find(|row| base_of(&row.id) == base && row.version == prompt.version);
        if let Some(row) = same {
            prompt.id.clone_from(&row.id);
            *row = prompt;
            return;
        }
        if self.prompts.iter().any(|row| row.id == prompt.id) {
            prompt.id = format!("{base}-v{}", prompt.version);
        }
        self.prompts.push(prompt);
    }

    /// The service's time.
    pub(super) fn wall(&self, wall: SystemTime) -> SystemTime {
        match self.clock_error {
            None => wall,
            Some(Ok(ahead)) => wall + ahead,
            Some(Err(behind)) => wall.checked_sub(behind).unwrap_or(SystemTime::UNIX_EPOCH),
        }
    }
}

/// The id without the version it may end in.
pub(super) fn base_of(id: &str) -> &str {
    split_id(id).0
}

/// One request, as the operations see it.
pub(super) struct Call<'a> {
    pub(super) settings: &'a SimulatorBuilder,
    pub(super) request: &'a SimRequest,
    pub(super) route: &'a Route,
    /// Null when there is none.
    pub(super) body: Value,
    pub(super) query: Vec<(String, String)>,
    /// The service's time.
    pub(super) wall: SystemTime,
    /// Which key it is signed with.
    pub(super) key: Option<usize>,
}

impl Call<'_> {
    pub(super) fn speaks(&self) -> Speaks {
        self.settings.speaks
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A text of the body.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }

    /// Whether the body says yes.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.body.get(name).and_then(Value::as_bool) == Some(true)
    }
}
