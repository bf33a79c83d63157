//! [`TelemetrySettings`] and [`UsageSink`].

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use voice_core::error::Error;
use voice_core::secret::Redactor;

use crate::models::UsageRecord;

/// Where records go: one request each. Implementors must not retry what may have arrived.
#[async_trait]
pub trait UsageSink: Debug + Send + Sync + 'static {
    /// Sends one record.
    ///
    /// # Errors
    /// The record is then counted as failed and not sent again.
    async fn send(&self, record: &UsageRecord) -> Result<(), Error>;
}

/// How much is kept, and when it is sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TelemetrySettings {
    pub(super) capacity: usize,
    pub(super) batch: usize,
    pub(super) interval: Duration,
    pub(super) sample: f64,
    pub(super) redactor: Redactor,
}

impl Default for TelemetrySettings {
    fn default() -> Self {
        Self {
            capacity: 10_000,
            batch: 100,
            interval: Duration::from_secs(30),
            sample: 1.0,
            redactor: Redactor::default(),
        }
    }
}

impl TelemetrySettings {
    /// 10,000 records at most, sent by 100 or after 30 s, all of them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The most records that wait; at least 1. Beyond that the oldest goes.
    #[must_use]
    pub fn capacity(mut self, records: usize) -> Self {
        self.capacity = records.max(1);
        self
    }

    /// How many are sent at once without waiting for the interval; at least 1.
    #[must_use]
    pub fn batch(mut self, records: usize) -> Self {
        self.batch = records.max(1);
        self
    }

    /// How long the first record waits for others.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// The share of records that is kept, by the injected random source: 0 is none, 1 all.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) outside 0 to 1.
    pub fn sample(mut self, share: f64) -> Result<Self, Error> {
        if !(0.0..=1.0).contains(&share) {
            return Err(Error::invalid_input("sample", "must be from 0 to 1"));
        }
        self.sample = share;
        Ok(self)
    }

    /// Also hides the secrets this one knows, such as the client's own key.
    #[must_use]
    pub fn redactor(mut self, redactor: Redactor) -> Self {
        self.redactor = redactor;
        self
    }
}
