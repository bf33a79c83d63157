//! What a test decides beforehand: pace, outcomes, rate, numbers, keys.

use std::time::Duration;

use secrecy::SecretString;
use voice_core::ident::{ApiKeySid, E164};

use super::TwilioSimulator;
use crate::accounts::AccountStatus;

/// How long a simulated call takes from one step to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// From its turn in the queue until it is dialled.
    pub dial: Duration,
    /// From dialling until it rings.
    pub ring: Duration,
    /// From ringing until somebody answers, or it is clear that nobody does.
    pub answer: Duration,
    /// From the answer to the end; `None` goes on until somebody ends it, or the call's time limit.
    pub talk: Option<Duration>,
    /// From the end of a recording until its sound can be fetched.
    pub sound: Duration,
}

impl Pace {
    /// For tests: over within a fifth of a second.
    pub const FAST: Self = Self {
        dial: Duration::from_millis(10),
        ring: Duration::from_millis(10),
        answer: Duration::from_millis(30),
        talk: Some(Duration::from_millis(100)),
        sound: Duration::from_millis(20),
    };
    /// For people who watch: a few seconds of ringing, and a talk that somebody ends.
    pub const LIFELIKE: Self = Self {
        dial: Duration::from_millis(300),
        ring: Duration::from_millis(700),
        answer: Duration::from_secs(3),
        talk: None,
        sound: Duration::from_secs(1),
    };

    /// The same with another length of the talk; `None` goes on until somebody ends it.
    #[must_use]
    pub fn with_talk(mut self, talk: Option<Duration>) -> Self {
        self.talk = talk;
        self
    }

    /// The same with another time of ringing.
    #[must_use]
    pub fn with_answer(mut self, answer: Duration) -> Self {
        self.answer = answer;
        self
    }

    /// The same with another time before dialling.
    #[must_use]
    pub fn with_dial(mut self, dial: Duration) -> Self {
        self.dial = dial;
        self
    }
}

/// What becomes of calls to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Outcome {
    /// Somebody answers.
    #[default]
    Answered,
    /// The line is busy.
    Busy,
    /// Nobody answers.
    NoAnswer,
    /// It cannot be connected.
    Failed,
}

/// Settings of a [`TwilioSimulator`]; begun by [`TwilioSimulator::builder`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is started"]
pub struct SimulatorBuilder {
    pub(super) pace: Pace,
    pub(super) calls_per_second: f64,
    pub(super) numbers: Vec<E164>,
    pub(super) api_key: Option<(ApiKeySid, SecretString)>,
    pub(super) account_status: AccountStatus,
}

impl SimulatorBuilder {
    pub(super) fn new() -> Self {
        Self {
            pace: Pace::FAST,
            calls_per_second: 1.0,
            numbers: Vec::new(),
            api_key: None,
            account_status: AccountStatus::Active,
        }
    }

    /// How fast calls go on; [`Pace::FAST`].
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// How many calls are dialled a second, above 0; 1, as for a new account. The rest waits as `queued`.
    pub fn calls_per_second(mut self, calls: f64) -> Self {
        if calls > 0.0 {
            self.calls_per_second = calls;
        }
        self
    }

    /// A number of the account. Once one is given, calls from any other are refused (21210); until then from none.
    pub fn number(mut self, number: E164) -> Self {
        self.numbers.push(number);
        self
    }

    /// A standard API key: good for calls, refused (20003) for the account itself.
    pub fn api_key(mut self, key: ApiKeySid, secret: impl Into<SecretString>) -> Self {
        self.api_key = Some((key, secret.into()));
        self
    }

    /// Whether the account is active; it is.
    pub fn account_status(mut self, status: AccountStatus) -> Self {
        self.account_status = status;
        self
    }

    /// Starts it on a free port. Call it within a tokio runtime, which the calls then live on.
    pub async fn start(self) -> TwilioSimulator {
        TwilioSimulator::start_with(self).await
    }
}
