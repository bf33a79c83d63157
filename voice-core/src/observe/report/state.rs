//! The counts behind a report. All of it is bounded, whatever is counted: about 2 MiB at the most.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::bounded::Bounded;
use super::messages::clean;
use super::messages::normalize_message;
use super::sample::{Class, Sample};
use super::{CallRow, Classes, Input, ReportOptions, Tally};
use crate::observe::Histogram;
use crate::observe::log::ReadSummary;

/// Hours that are kept: five weeks.
pub(super) const HOURS: usize = 35 * 24;
/// Minutes that are kept for finding clusters: a week.
pub(super) const MINUTES: usize = 7 * 24 * 60;
/// Longest name, in bytes.
const NAME: usize = 160;
/// Hosts of time-outs that are told apart.
pub(super) const HOSTS: usize = 16;

#[derive(Debug, Default)]
pub(super) struct OperationCount {
    pub(super) tally: Tally,
    pub(super) latency: Histogram,
}

#[derive(Debug, Default)]
pub(super) struct Hour {
    pub(super) tally: Tally,
    pub(super) errors: Classes,
}

#[derive(Debug, Default)]
pub(super) struct Minute {
    pub(super) total: u32,
    pub(super) timeouts: u32,
    /// Where they were: one bit for each of [`State::hosts`].
    pub(super) hosts: u16,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) options: ReportOptions,
    pub(super) first: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
    pub(super) attempts: Tally,
    pub(super) operations: Tally,
    pub(super) rescued: u64,
    pub(super) latency: Histogram,
    pub(super) statuses: Bounded<Tally>,
    pub(super) codes: Bounded<u64>,
    pub(super) kinds: Bounded<u64>,
    pub(super) by_operation: Bounded<OperationCount>,
    pub(super) by_endpoint: Bounded<Tally>,
    pub(super) messages: Bounded<u64>,
    /// By the number of the hour on the zone's clock.
    pub(super) hours: BTreeMap<i64, Hour>,
    pub(super) without_hour: u64,
    /// By the number of the minute in universal time.
    pub(super) minutes: BTreeMap<i64, Minute>,
    pub(super) hosts: Vec<String>,
    pub(super) slow: u64,
    /// Longest first.
    pub(super) slow_calls: Vec<(Duration, CallRow)>,
    /// Newest first.
    pub(super) last_errors: Vec<(Option<Timestamp>, CallRow)>,
    pub(super) input: Input,
}

impl State {
    pub(super) fn new(options: ReportOptions) -> Self {
        Self {
            options,
            first: None,
            last: None,
            attempts: Tally::default(),
            operations: Tally::default(),
            rescued: 0,
            latency: Histogram::new(),
            statuses: Bounded::new(64),
            codes: Bounded::new(200),
            kinds: Bounded::new(64),
            by_operation: Bounded::new(100),
            by_endpoint: Bounded::new(200),
            messages: Bounded::new(500),
            hours: BTreeMap::new(),
            without_hour: 0,
            minutes: BTreeMap::new(),
            hosts: Vec::new(),
            slow: 0,
            slow_calls: Vec::new(),
            last_errors: Vec::new(),
            input: Input::default(),
        }
    }

    pub(super) fn operation_ended(&mut self, failed: bool, attempts: u32) {
        add(&mut self.operations, failed);
        if !failed && attempts > 1 {
            self.rescued += 1;
        }
    }

    pub(super) fn attempt(&mut self, sample: &Sample<'_>) {
        let status = sample.effective_status();
        add(&mut self.attempts, sample.failed);
        let by_status = match status {
            Some(status) => self.statuses.entry(&status.to_string()),
            None => self.statuses.entry("none"),
        };
        add(by_status, sample.failed);
        let operation = operation_name(sample);
        let endpoint = endpoint_name(sample);
        let timed = sample.duration.filter(|_| !sample.held_back);
        let count = self.by_operation.entry(&operation);
        add(&mut count.tally, sample.failed);
        if let Some(duration) = timed {
            count.latency.record(duration);
            self.latency.record(duration);
        }
        if !endpoint.is_empty() {
            add(self.by_endpoint.entry(&endpoint), sample.failed);
        }
        let class = sample
            .failed
            .then(|| Class::of(status, sample.error_kind()));
        if let Some(at) = sample.at {
            self.first = Some(self.first.map_or(at, |first| first.min(at)));
            self.last = Some(self.last.map_or(at, |last| last.max(at)));
            self.count_hour(at, class);
            self.count_minute(at, class, sample.host);
        } else {
            self.without_hour += 1;
        }
        if sample.failed {
            self.failure(sample, status, &operation, &endpoint);
        }
        if let Some(duration) = timed.filter(|duration| *duration > self.options.slow) {
            self.slow += 1;
            let keep = self.options.calls;
            let place = self
                .slow_calls
                .partition_point(|(longer, _)| *longer >= duration);
            if place < keep {
                let row = self.row(sample, status, operation, endpoint);
                self.slow_calls.insert(place, (duration, row));
                self.slow_calls.truncate(keep);
            }
        }
    }

    fn failure(
        &mut self,
        sample: &Sample<'_>,
        status: Option<u16>,
        operation: &str,
        endpoint: &str,
    ) {
        if let Some(code) = sample.code.filter(|code| !code.is_empty()) {
            let name = format!("{} {code}", sample.provider);
            *self.codes.entry(&clean(name.trim(), NAME)) += 1;
        }
        *self.kinds.entry(&clean(sample.error_kind(), NAME)) += 1;
        let shape = normalize_message(sample.message.unwrap_or_default());
        let shape = match shape.as_str() {
            "" => "(no message)",
            shape => shape,
        };
        *self.messages.entry(shape) += 1;

        let keep = self.options.last_errors;
        let place = self.last_errors.partition_point(|(at, _)| *at > sample.at);
        if place < keep {
            let row = self.row(sample, status, operation.to_owned(), endpoint.to_owned());
            self.last_errors.insert(place, (sample.at, row));
            self.last_errors.truncate(keep);
        }
    }

    fn row(
        &self,
        sample: &Sample<'_>,
        status: Option<u16>,
        operation: String,
        endpoint: String,
    ) -> CallRow {
        let text = |text: &str| clean(text, NAME);
        CallRow {
            time: sample.at.map(|at| self.options.zone.stamp(at)),
            operation,
            endpoint,
            status,
            code: sample.code.map(text),
            kind: sample.failed.then(|| text(sample.error_kind())),
            message: sample.message.map(text),
            request_id: sample.request_id.map(text),
            duration_ms: sample.duration.map(millis),
        }
    }

    fn count_hour(&mut self, at: Timestamp, class: Option<Class>) {
        let number = self.options.zone.local_seconds(at).div_euclid(3600);
        if self.hours.len() >= HOURS && !self.hours.contains_key(&number) {
            // Older than all that is kept: it is the one to be left out.
            if self
                .hours
                .first_key_value()
                .is_some_and(|(oldest, _)| *oldest > number)
            {
                self.without_hour += 1;
                return;
            }
            if let Some((_, oldest)) = self.hours.pop_first() {
                self.without_hour += oldest.tally.total;
            }
        }
        let hour = self.hours.entry(number).or_default();
        add(&mut hour.tally, class.is_some());
        if let Some(class) = class {
            hour.errors.count(class);
        }
    }

    fn count_minute(&mut self, at: Timestamp, class: Option<Class>, host: &str) {
        let number = at.as_second().div_euclid(60);
        if self.minutes.len() >= MINUTES && !self.minutes.contains_key(&number) {
            match self.minutes.first_key_value() {
                Some((oldest, _)) if *oldest > number => return,
                _ => drop(self.minutes.pop_first()),
            }
        }
        let timed_out = class == Some(Class::Timeout);
        let host = match timed_out {
            true => self.host_bit(host),
            false => 0,
        };
        let minute = self.minutes.entry(number).or_default();
        minute.total = minute.total.saturating_add(1);
        if timed_out {
            minute.timeouts = minute.timeouts.saturating_add(1);
            minute.hosts |= host;
        }
    }

    /// The host's bit; none for a host too many.
    fn host_bit(&mut self, host: &str) -> u16 {
        let host = clean(host, NAME);
        let place = match self.hosts.iter().position(|known| *known == host) {
            Some(place) => place,
            None if host.is_empty() || self.hosts.len() >= HOSTS => return 0,
            None => {
                self.hosts.push(host);
                self.hosts.len() - 1
            }
        };
        1 << place
    }

    /// Takes in what a reader counted, except for records, which came one by one.
    pub(super) fn read(&mut self, summary: &ReadSummary) {
        self.input.lines += summary.lines;
        self.input.malformed += summary.malformed;
        self.input.lost = self.input.lost.saturating_add(summary.lost);
        let room = 20_usize.saturating_sub(self.input.malformed_at.len());
        let more = summary.malformed_at.iter().take(room);
        self.input.malformed_at.extend(more);
    }
}

pub(super) fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

pub(super) fn add(tally: &mut Tally, failed: bool) {
    tally.total += 1;
    tally.failed += u64::from(failed);
}

fn operation_name(sample: &Sample<'_>) -> String {
    let name = match (sample.operation, sample.endpoint) {
        ("", "") => "(unknown)".to_owned(),
        // Where no operation was named, its endpoint stands for it.
        ("", _) => endpoint_name(sample),
        (operation, _) => format!("{} {operation}", sample.provider),
    };
    clean(name.trim(), NAME)
}

fn endpoint_name(sample: &Sample<'_>) -> String {
    let name = format!("{} {}", sample.method, sample.endpoint);
    clean(name.trim(), NAME)
}
