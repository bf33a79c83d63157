//! How a simulator is set up.

use std::time::Duration;

use secrecy::SecretString;
use voice_core::clock::{SharedClock, SystemClock};

use super::API_KEY;

/// What an accept or a reject is told when the call was decided on before. What the API says is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Repeated {
    /// 409 with the code `decision_already_made`. The default.
    #[default]
    Conflict,
    /// 404, as for a call that is gone.
    NotFound,
}

/// How a simulator is set up.
#[derive(Debug, Clone)]
#[must_use]
pub struct SimSettings {
    pub(super) clock: SharedClock,
    pub(super) api_key: SecretString,
    pub(super) webhook_secrets: Vec<SecretString>,
    pub(super) ring_time: Duration,
    pub(super) repeated: Repeated,
    pub(super) rate_limit: u64,
}

impl SimSettings {
    /// [`API_KEY`], [`WEBHOOK_SECRET`](super::WEBHOOK_SECRET), the system's clock; callers wait for 30 s; a second decision
    /// is told 409.
    pub fn new() -> Self {
        Self {
            clock: SystemClock::shared(),
            api_key: API_KEY.into(),
            webhook_secrets: Vec::new(),
            ring_time: Duration::from_secs(30),
            repeated: Repeated::default(),
            rate_limit: 10_000,
        }
    }

    /// Another clock: ring times, timestamps of webhooks, late answers.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Another API key.
    pub fn api_key(mut self, key: impl Into<SecretString>) -> Self {
        self.api_key = key.into();
        self
    }

    /// A secret of webhooks, in place of [`WEBHOOK_SECRET`](super::WEBHOOK_SECRET). Called again it adds one: webhooks are
    /// then signed with all of them, as after a rotation.
    pub fn webhook_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.webhook_secrets.push(secret.into());
        self
    }

    /// How long callers wait before they hang up.
    pub fn ring_time(mut self, ring_time: Duration) -> Self {
        self.ring_time = ring_time;
        self
    }

    /// What a second decision on a call is told.
    pub fn repeated(mut self, repeated: Repeated) -> Self {
        self.repeated = repeated;
        self
    }

    /// How many requests a minute the headers speak of. Nobody is refused for it: order
    /// [`Mishap::RateLimited`](voice_core::testkit::Mishap::RateLimited) for that.
    pub fn rate_limit(mut self, requests: u64) -> Self {
        self.rate_limit = requests;
        self
    }
}

impl Default for SimSettings {
    fn default() -> Self {
        Self::new()
    }
}
