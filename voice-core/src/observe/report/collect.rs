//! Counts attempts, from running clients or from files, and makes reports of them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::bounded::Bounded;
use super::sample::Sample;
use super::sources::read_test_results;
use super::state::{State, millis};
use super::zone::civil;
use super::{
    EndpointRow, ErrorReport, HourRow, Latency, OperationRow, Operations, ReportOptions, Share,
    Slow, Tally, fraction, patterns,
};
use crate::clock::{SharedClock, SystemClock};
use crate::observe::log::{
    Entry, LogReader, Outcome, ReadSummary, Record, RecordKind, rotated_files,
};
use crate::observe::{AttemptEvent, HistogramSnapshot, Observer, OperationEvent};

/// Counts attempts and operations for an [`ErrorReport`]. Cloning shares the counts.
///
/// As an [`Observer`] it counts what clients do; it can also be given [records](Self::add) and files. It takes about 2 MiB
/// at the most, whatever is counted: hours of five weeks, minutes of one week, and so many different names, messages and
/// codes; what comes beyond is counted under `(others)`.
#[derive(Debug, Clone)]
pub struct ReportCollector {
    state: Arc<Mutex<State>>,
    clock: SharedClock,
}

impl ReportCollector {
    /// An empty one.
    #[must_use]
    pub fn new(options: ReportOptions) -> Self {
        Self {
            state: Arc::new(Mutex::new(State::new(options))),
            clock: SystemClock::shared(),
        }
    }

    /// Where the times of observed attempts come from; the system's clock. Give the one the client has.
    #[must_use]
    pub fn with_clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Counts a record.
    pub fn add(&self, record: &Record) {
        let mut state = self.lock();
        match record.event {
            RecordKind::Attempt => state.attempt(&Sample::of_record(record)),
            RecordKind::Operation => {
                state.operation_ended(record.outcome == Outcome::Failed, record.attempt);
            }
        }
    }

    /// Counts everything in a log of [`JsonlLog`](crate::observe::log::JsonlLog); malformed lines are counted as such.
    ///
    /// # Errors
    /// Those of the reader; what stood before has been counted.
    pub fn read_log(&self, input: impl BufRead) -> io::Result<ReadSummary> {
        let mut summary = ReadSummary::default();
        let mut result = Ok(());
        for entry in LogReader::new(input) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    result = Err(error);
                    break;
                }
            };
            summary.count(&entry);
            if let Entry::Record(record) = entry {
                self.add(&record);
            }
        }
        self.lock().read(&summary);
        result.map(|()| summary)
    }

    /// Counts a log file and its rotated predecessors, oldest first.
    ///
    /// # Errors
    /// When a file cannot be opened or read, also when there is none.
    pub fn read_log_file(&self, path: impl AsRef<Path>) -> io::Result<Vec<ReadSummary>> {
        let path = path.as_ref();
        let mut files = rotated_files(path);
        if files.is_empty() {
            files.push(path.to_owned());
        }
        files
            .iter()
            .map(|file| self.read_log(BufReader::new(File::open(file)?)))
            .collect()
    }

    /// Counts test results: a JSON object with `test_results`, a list of `{success, timestamp, endpoint,
    /// result: {status_code}}`, or such a list alone; up to 256 MiB.
    ///
    /// Of an entry nothing is required: without `success` it succeeded, without `timestamp` it is in no hour. A time
    /// without a zone is one of the report's zone. Endpoints lose what looks like an id. Understood besides: `provider`,
    /// `operation`, `method`, `code`, `message` or `error`, `response_time` (seconds) and `duration_ms`, here or in
    /// `result`. Entries that are no objects, and a document that breaks off, are counted as malformed.
    ///
    /// ```
    /// use voice_core::observe::report::{ReportCollector, ReportOptions};
    ///
    /// let file = br#"{"test_results":[{"success":false,"endpoint":"/v2/trunks","result":{"status_code":429}}]}"#;
    /// let collector = ReportCollector::new(ReportOptions::new());
    /// collector.read_test_results(&file[..])?;
    /// assert_eq!(collector.report().by_status[0].name, "429");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the reader; what stood before has been counted.
    pub fn read_test_results(&self, input: impl Read) -> io::Result<ReadSummary> {
        let zone = self.lock().options.zone.clone();
        let mut each = |sample: &Sample<'_>| self.lock().attempt(sample);
        let summary = read_test_results(input, &zone, &mut each)?;
        self.lock().read(&summary);
        Ok(summary)
    }

    /// The report of everything counted so far.
    #[must_use]
    pub fn report(&self) -> ErrorReport {
        report(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for ReportCollector {
    fn on_attempt(&self, event: &AttemptEvent<'_>) {
        let at = Timestamp::try_from(self.clock.wall()).ok();
        self.lock().attempt(&Sample::of_attempt(event, at));
    }

    fn on_operation(&self, event: &OperationEvent<'_>) {
        self.lock()
            .operation_ended(event.error.is_some(), event.attempts);
    }
}

fn report(state: &State) -> ErrorReport {
    let options = &state.options;
    let all = state.attempts.total;
    let mut by_operation: Vec<OperationRow> = state
        .by_operation
        .iter()
        .map(|(name, count)| OperationRow {
            name: name.to_owned(),
            tally: count.tally,
            latency: latency(&count.latency.snapshot()),
        })
        .collect();
    by_operation.sort_by(|a, b| by_failures(&a.tally, &b.tally));
    let mut by_endpoint: Vec<EndpointRow> = state
        .by_endpoint
        .iter()
        .map(|(name, tally)| EndpointRow {
            name: name.to_owned(),
            tally: *tally,
        })
        .collect();
    by_endpoint.sort_by(|a, b| by_failures(&a.tally, &b.tally));
    by_endpoint.truncate(options.endpoints);
    let mut messages = shares(plain(&state.messages), all);
    messages.truncate(options.messages);
    ErrorReport {
        schema: 1,
        zone: options.zone.to_string(),
        from: state.first.map(|at| options.zone.stamp(at)),
        to: state.last.map(|at| options.zone.stamp(at)),
        attempts: state.attempts,
        operations: (state.operations.total > 0).then_some(Operations {
            tally: state.operations,
            rescued: state.rescued,
        }),
        latency: latency(&state.latency.snapshot()),
        by_status: shares(
            state
                .statuses
                .iter()
                .map(|(name, tally)| (name, tally.total)),
            all,
        ),
        failed_by_status: shares(
            state
                .statuses
                .iter()
                .map(|(name, tally)| (name, tally.failed))
                .filter(|(_, failed)| *failed > 0),
            all,
        ),
        by_code: shares(plain(&state.codes), all),
        by_kind: shares(plain(&state.kinds), all),
        by_operation,
        by_endpoint,
        by_hour: state
            .hours
            .iter()
            .map(|(number, hour)| HourRow {
                hour: civil(number.saturating_mul(3600), "%Y-%m-%dT%H"),
                tally: hour.tally,
                errors: hour.errors,
            })
            .collect(),
        without_hour: state.without_hour,
        messages,
        slow: Slow {
            threshold_ms: millis(options.slow),
            count: state.slow,
            calls: state
                .slow_calls
                .iter()
                .map(|(_, row)| row.clone())
                .collect(),
        },
        last_errors: state
            .last_errors
            .iter()
            .map(|(_, row)| row.clone())
            .collect(),
        patterns: patterns::find(state),
        input: state.input.clone(),
    }
}

fn by_failures(a: &Tally, b: &Tally) -> std::cmp::Ordering {
    (b.failed, b.total).cmp(&(a.failed, a.total))
}

fn plain(counts: &Bounded<u64>) -> impl Iterator<Item = (&str, u64)> {
    counts.iter().map(|(name, count)| (name, *count))
}

/// Most frequent first; of equals in the order of their names.
fn shares<'a>(counts: impl Iterator<Item = (&'a str, u64)>, all: u64) -> Vec<Share> {
    let mut shares: Vec<Share> = counts
        .map(|(name, count)| Share {
            name: name.to_owned(),
            count,
            rate: fraction(count, all),
        })
        .collect();
    shares.sort_by_key(|share| std::cmp::Reverse(share.count));
    shares
}

fn latency(snapshot: &HistogramSnapshot) -> Option<Latency> {
    Some(Latency {
        count: snapshot.count(),
        p50_ms: millis(snapshot.p50()?),
        p95_ms: millis(snapshot.p95()?),
        p99_ms: millis(snapshot.p99()?),
        max_ms: millis(snapshot.max()?),
    })
}
