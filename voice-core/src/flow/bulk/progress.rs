//! How far a campaign is.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use super::{BulkReport, BulkState, EntryOutcome, HowPlaced};

/// How far back the rate looks.
const WINDOW: Duration = Duration::from_secs(10);
/// Most dials the rate looks at.
const MOST: usize = 1024;

/// How far a campaign is.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct BulkProgress {
    /// What it does.
    pub state: BulkState,
    /// How many entries there are, where that is known.
    pub total: Option<u64>,
    /// Entries at work: waiting for their turn, dialling, looked for, followed.
    pub at_work: u64,
    /// What was done.
    pub done: BulkReport,
    /// Dials per second lately: over the last 10 s (or the last 1,024 dials), 0 before the second.
    pub rate: f64,
    /// How long the rest takes at that rate, where total and rate are known.
    pub eta: Option<Duration>,
}

/// One line for a person.
impl fmt::Display for BulkProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.total {
            Some(total) => write!(f, "{}/{total}", self.done.finished())?,
            None => write!(f, "{}", self.done.finished())?,
        }
        write!(f, ", {} at work, {:.1} dials/s", self.at_work, self.rate)?;
        match self.state {
            BulkState::Running => {}
            BulkState::Paused => f.write_str(", paused")?,
            BulkState::Stopping => f.write_str(", stopping")?,
        }
        match self.eta {
            Some(eta) => write!(f, ", {}s to go", eta.as_secs()),
            None => Ok(()),
        }
    }
}

/// Counts.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) report: BulkReport,
    pub(super) total: Option<u64>,
    pub(super) at_work: u64,
    start: Instant,
    dials: VecDeque<Instant>,
}

impl Tally {
    pub(super) fn new(total: Option<u64>, start: Instant) -> Self {
        Self {
            report: BulkReport::default(),
            total,
            at_work: 0,
            start,
            dials: VecDeque::new(),
        }
    }

    pub(super) fn dialled(&mut self, now: Instant) {
        self.report.dials += 1;
        self.dials.push_back(now);
        if self.dials.len() > MOST {
            self.dials.pop_front();
        }
    }

    pub(super) fn count(&mut self, outcome: &EntryOutcome) {
        let report = &mut self.report;
        match outcome {
            EntryOutcome::Placed { how, .. } => {
                report.placed += 1;
                report.found += u64::from(*how == HowPlaced::Found);
            }
            EntryOutcome::Refused { .. } => report.refused += 1,
            EntryOutcome::Unknown { .. } => report.unknown += 1,
            EntryOutcome::Skipped { .. } => report.skipped += 1,
        }
    }

    pub(super) fn progress(&mut self, state: BulkState, now: Instant) -> BulkProgress {
        self.report.took = now.saturating_duration_since(self.start);
        while let Some(first) = self.dials.front()
            && now.saturating_duration_since(*first) > WINDOW
        {
            self.dials.pop_front();
        }
        let rate = self.rate();
        let left = self
            .total
            .map(|total| total.saturating_sub(self.report.finished()));
        #[allow(clippy::cast_precision_loss, reason = "an estimate")]
        let eta = left
            .filter(|_| rate > 0.0)
            .and_then(|left| Duration::try_from_secs_f64(left as f64 / rate).ok());
        BulkProgress {
            state,
            total: self.total,
            at_work: self.at_work,
            done: self.report.clone(),
            rate,
            eta,
        }
    }

    fn rate(&self) -> f64 {
        let (Some(first), Some(last)) = (self.dials.front(), self.dials.back()) else {
            return 0.0;
        };
        let span = last.saturating_duration_since(*first).as_secs_f64();
        #[allow(clippy::cast_precision_loss, reason = "at most 1,024")]
        let gaps = self.dials.len().saturating_sub(1) as f64;
        if span > 0.0 { gaps / span } else { 0.0 }
    }
}
