//! Everything the simulator knows.

use std::collections::{BTreeMap, HashMap};
use std::time::{Instant, UNIX_EPOCH};

use serde_json::Value;
use voice_core::clock::SharedClock;
use voice_core::webhook::standard::SigningKey;

use super::call_state::{CallState, Phase};
use super::settings::SimSettings;

#[derive(Debug)]
pub(super) struct World {
    pub(super) settings: SimSettings,
    /// What webhooks are signed with.
    pub(super) keys: Vec<SigningKey>,
    pub(super) calls: BTreeMap<String, CallState>,
    /// Webhook endpoints, the oldest first.
    pub(super) endpoints: Vec<Value>,
    /// Requests by operation.
    pub(super) requests: HashMap<&'static str, usize>,
    /// Client secrets that were given out, and when they expire, in seconds since 1970.
    pub(super) secrets: Vec<(String, u64)>,
    /// Orders to hand a call on that are answered with a success and forgotten.
    pub(super) lost_refers: usize,
    number: u64,
}

impl World {
    pub(super) fn new(settings: SimSettings, keys: Vec<SigningKey>) -> Self {
        Self {
            settings,
            keys,
            calls: BTreeMap::new(),
            endpoints: Vec::new(),
            requests: HashMap::new(),
            secrets: Vec::new(),
            lost_refers: 0,
            number: 0,
        }
    }

    pub(super) fn clock(&self) -> &SharedClock {
        &self.settings.clock
    }

    pub(super) fn now(&self) -> Instant {
        self.settings.clock.now()
    }

    /// Seconds since 1970.
    pub(super) fn unix(&self) -> u64 {
        let since = self.settings.clock.wall().duration_since(UNIX_EPOCH);
        since.unwrap_or_default().as_secs()
    }

    /// A new id of a kind: `rtc_`, `evt_` …
    pub(super) fn id(&mut self, prefix: &str) -> String {
        self.number += 1;
        let number = self.number;
        // Not in order, as real ones are not: a test that sorts ids by accident shall notice.
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!("{prefix}{mixed:016x}{number:08x}")
    }

    /// A call as it is by now: a caller who waited long enough has hung up.
    pub(super) fn call(&mut self, id: &str) -> Option<&mut CallState> {
        let now = self.settings.clock.now();
        let call = self.calls.get_mut(id)?;
        let waited = now.saturating_duration_since(call.since);
        let patience = call.patience.unwrap_or(self.settings.ring_time);
        if call.phase == Phase::Ringing && waited >= patience {
            call.end(Phase::Abandoned);
        }
        Some(call)
    }

    pub(super) fn is_known_secret(&self, secret: &str) -> bool {
        let now = self.unix();
        self.secrets
            .iter()
            .any(|(known, until)| known == secret && *until > now)
    }
}
