//! Setting a simulator up.

use std::time::Duration;

use voice_core::clock::{SharedClock, SystemClock};

use super::PromptOpsSimulator;
use super::choice::{Creates, Signatures, Speaks};
use crate::{KeyMode, TimestampFormat};

/// Settings of a [`PromptOpsSimulator`]; begun by [`PromptOpsSimulator::builder`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is started"]
pub struct SimulatorBuilder {
    pub(super) clock: SharedClock,
    pub(super) speaks: Speaks,
    pub(super) key_mode: Option<KeyMode>,
    pub(super) timestamps: Option<TimestampFormat>,
    pub(super) signatures: Signatures,
    pub(super) creates: Option<Creates>,
    pub(super) limits: [u64; 3],
    pub(super) latency: Duration,
}

impl SimulatorBuilder {
    pub(super) fn new() -> Self {
        Self {
            clock: SystemClock::shared(),
            speaks: Speaks::default(),
            key_mode: None,
            timestamps: None,
            signatures: Signatures::default(),
            creates: None,
            limits: [10_000, 100_000, 1_000_000],
            latency: Duration::ZERO,
        }
    }

    /// The clock by which timestamps are judged and limits counted; the system's.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// In whose words it answers; the server's.
    pub fn speaks(mut self, speaks: Speaks) -> Self {
        self.speaks = speaks;
        self
    }

    /// What keys the signatures: the secret's SHA-256 for the server, the secret for the documentation, unless set.
    pub fn key_mode(mut self, mode: KeyMode) -> Self {
        self.key_mode = Some(mode);
        self
    }

    /// The one form of timestamps it reads: without a zone for the server, with one for the documentation, unless set.
    pub fn timestamps(mut self, format: TimestampFormat) -> Self {
        self.timestamps = Some(format);
        self
    }

    /// Whether signatures are looked at; they are.
    pub fn signatures(mut self, signatures: Signatures) -> Self {
        self.signatures = signatures;
        self
    }

    /// What becomes of creating experiments, flags and segments: 500 from the server, success in the documentation, unless
    /// set.
    pub fn creates(mut self, creates: Creates) -> Self {
        self.creates = Some(creates);
        self
    }

    /// Requests [`PromptOpsSimulator::API_KEY`] may make in a calendar minute, hour and day; 10,000, 100,000 and 1,000,000,
    /// the most a key can have.
    pub fn limits(mut self, minute: u64, hour: u64, day: u64) -> Self {
        self.limits = [minute, hour, day];
        self
    }

    /// How long every answer takes; nothing.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Starts it.
    pub async fn start(self) -> PromptOpsSimulator {
        PromptOpsSimulator::start_with(self).await
    }

    pub(super) fn signs_with(&self) -> KeyMode {
        self.key_mode.unwrap_or(match self.speaks {
            Speaks::Server => KeyMode::SecretSha256Hex,
            Speaks::Docs => KeyMode::Secret,
        })
    }

    pub(super) fn reads_times(&self) -> TimestampFormat {
        self.timestamps.unwrap_or(match self.speaks {
            Speaks::Server => TimestampFormat::NaiveIso,
            Speaks::Docs => TimestampFormat::Rfc3339Z,
        })
    }

    pub(super) fn creates_work(&self) -> bool {
        let creates = self.creates.unwrap_or(match self.speaks {
            Speaks::Server => Creates::Fail,
            Speaks::Docs => Creates::Work,
        });
        creates == Creates::Work
    }
}
