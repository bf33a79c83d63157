//! Usage: reporting it, and what the service counted.

use voice_core::client::Response;
use voice_core::error::Error;

use super::{filter, resource};
use crate::check::Problems;
use crate::envelope;
use crate::models::{Granularity, PoTime, UsageLimits, UsageRecord, UsageStats};
use crate::operations::{LOG_USAGE, USAGE_LIMITS, USAGE_STATS};

resource! {
    /// Usage: report, statistics, limits.
    Usage
}

filter! {
    /// What to count.
    StatsFilter {
        /// From when; 30 days ago unless set.
        start_date: PoTime,
        /// Until when.
        end_date: PoTime,
        /// Of which prompt.
        prompt_id: String,
        /// Of which project.
        project_id: String,
        /// In what steps (documented only).
        granularity: Granularity,
    }
}

impl Usage<'_> {
    /// Reports one request; answers the service's words. Server; scope write; sent once, since a second would count twice.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn log(&self, record: &UsageRecord) -> Result<Response<String>, Error> {
        let mut problems = Problems::default();
        problems.require(!record.endpoint.is_empty(), "endpoint", "is empty");
        problems.require(!record.method.is_empty(), "method", "is empty");
        problems.range("status_code", Some(record.status_code), 100..=599);
        problems.finish(&LOG_USAGE)?;
        envelope::message(self.client.request(&LOG_USAGE).json(record)).await
    }

    /// What was used. Server; scope read.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn stats(&self, filter: &StatsFilter) -> Result<Response<UsageStats>, Error> {
        let request = self
            .client
            .request(&USAGE_STATS)
            .query_option("start_date", filter.start_date.as_ref())
            .query_option("end_date", filter.end_date.as_ref())
            .query_option("prompt_id", filter.prompt_id.as_ref())
            .query_option("project_id", filter.project_id.as_ref())
            .query_option("granularity", filter.granularity.as_ref());
        envelope::read(request).await
    }

    /// How much of its limits the key has used. Server; scope read. This shows limits of an hour or a day, which the
    /// refusals of the reference server do not.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn limits(&self) -> Result<Response<UsageLimits>, Error> {
        envelope::read(self.client.request(&USAGE_LIMITS)).await
    }
}
