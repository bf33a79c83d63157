//! How many calls there were, how long they took, how many went on at a time.

use voice_core::wire::open_enum;

use crate::types::{UvDate, UvDuration, UvTime};

model! {
    /// How many calls there were, and how long they took.
    response CallUsage {
        /// In all.
        all_time: CallStatistics => "allTime",
        /// Day by day.
        daily: Vec<DailyCalls> => "daily",
        /// By day and hour.
        hourly: Vec<HourlyCalls> => "hourly",
    }
}

model! {
    /// Figures of calls.
    response CallStatistics {
        /// How many.
        total_count: u64 => "totalCount",
        /// How many ended in an error.
        error_count: u64 => "errorCount",
        /// How long they took together.
        duration: UvDuration => "duration",
        /// How many were joined.
        joined_count: u64 => "joinedCount",
        /// How many minutes are billed.
        billed_minutes: f64 => "billedMinutes",
    }
}

model! {
    /// Figures of one day's calls.
    response DailyCalls {
        /// The day.
        date: UvDate => "date",
        /// How many.
        total_count: u64 => "totalCount",
        /// How many ended in an error.
        error_count: u64 => "errorCount",
        /// How long they took together.
        duration: UvDuration => "duration",
        /// How many were joined.
        joined_count: u64 => "joinedCount",
        /// How many minutes are billed.
        billed_minutes: f64 => "billedMinutes",
    }
}

model! {
    /// Figures of one hour's calls.
    response HourlyCalls {
        /// The day.
        date: UvDate => "date",
        /// The hour of that day in UTC, 0 to 23.
        hour: u32 => "hour",
        /// How many.
        total_count: u64 => "totalCount",
        /// How many ended in an error.
        error_count: u64 => "errorCount",
        /// How long they took together.
        duration: UvDuration => "duration",
        /// How many were joined.
        joined_count: u64 => "joinedCount",
        /// How many minutes are billed.
        billed_minutes: f64 => "billedMinutes",
    }
}

open_enum! {
    /// How long each point of a time series stands for.
    pub enum ConcurrencyBucket {
        /// A minute.
        Minute = "minute",
        /// Five minutes.
        FiveMinutes = "5min",
        /// An hour.
        Hour = "hour",
        /// A day.
        Day = "day",
    }
}

/// Which time series of calls at a time is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ConcurrencyFilter {
    /// How long each point stands for; a minute by default.
    pub bucket: Option<ConcurrencyBucket>,
    /// Its beginning; 24 hours before its end by default.
    pub start: Option<UvTime>,
    /// Its end; now by default.
    pub end: Option<UvTime>,
}

impl ConcurrencyFilter {
    /// The last 24 hours, minute by minute.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Points of another length.
    #[must_use]
    pub fn bucket(mut self, bucket: ConcurrencyBucket) -> Self {
        self.bucket = Some(bucket);
        self
    }

    /// Another beginning.
    #[must_use]
    pub fn start(mut self, time: impl Into<UvTime>) -> Self {
        self.start = Some(time.into());
        self
    }

    /// Another end.
    #[must_use]
    pub fn end(mut self, time: impl Into<UvTime>) -> Self {
        self.end = Some(time.into());
        self
    }
}

model! {
    /// How many calls went on at a time.
    response Concurrency {
        /// Point by point.
        time_series: Vec<ConcurrencyPoint> => "timeSeries",
    }
}

model! {
    /// How many calls went on at a time, within one stretch.
    response ConcurrencyPoint {
        /// Its beginning.
        timestamp: UvTime => "timestamp",
        /// Most calls, those that wait to be joined included.
        max_total_calls: u64 => "maxTotalCalls",
        /// Most calls that were joined.
        max_joined_calls: u64 => "maxJoinedCalls",
        /// The same on average.
        avg_total_calls: f64 => "avgTotalCalls",
        /// The same on average, of those that were joined.
        avg_joined_calls: f64 => "avgJoinedCalls",
    }
}
