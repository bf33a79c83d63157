//! Ending well: what waits is sent, what is known is written, and nothing takes longer than it may.

use std::time::Duration;

use futures_util::future::join3;
use voice_core::clock::timeout;

use super::{EventStats, PromptOps};
use crate::telemetry::FlushReport;

/// What [`PromptOps::close`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseReport {
    /// Usage records.
    pub telemetry: FlushReport,
    /// Events of experiments, over all the time.
    pub events: EventStats,
    /// Prompts in the snapshot file; `None` when it could not be written in time, 0 when there is none to write.
    pub snapshot: Option<usize>,
}

impl PromptOps {
    /// Takes no more events and usage records, sends those that wait and writes the snapshot, all within `deadline`; what is
    /// not sent by then is given up and counted. Prompts are served on, by all clones.
    pub async fn close(&self, deadline: Duration) -> CloseReport {
        let inner = &self.0;
        let snapshot = timeout(&*inner.clock, deadline, inner.cache.save_snapshot());
        let (telemetry, (), snapshot) = join3(
            inner.telemetry.close(deadline),
            inner.events.close(deadline),
            snapshot,
        )
        .await;
        CloseReport {
            telemetry,
            events: inner.events.stats(),
            snapshot: snapshot.ok().and_then(Result::ok),
        }
    }
}
