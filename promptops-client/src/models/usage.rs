//! Usage: what is reported of a request, and what the service counted.

use std::collections::BTreeMap;

use super::{Decimal, PoTime};
use crate::macros::model;

model! {
    /// One request, as it is reported. Prompt texts and values of variables have no place in it.
    UsageRecord (
        /// The path that was asked.
        endpoint: String,
        /// The method.
        method: String,
        /// The HTTP status.
        status_code: u16,
    ) {
        /// The prompt.
        prompt_id: String,
        /// The project.
        project_id: String,
        /// Tokens that were asked for.
        tokens_requested: u64,
        /// Tokens that were used.
        tokens_used: u64,
        /// The size of the answer, in bytes.
        response_size: u64,
        /// How long it took, in milliseconds.
        processing_time_ms: u64,
        /// What it cost, in US dollars.
        estimated_cost_usd: Decimal,
        /// What went wrong.
        error_message: String,
        /// Which program asked.
        user_agent: String,
        /// From where.
        ip_address: String,
        /// The request's id.
        request_id: String,
    } []
}

model! {
    /// What the service counted.
    UsageStats () {
        /// Requests.
        total_requests: u64,
        /// Tokens that were asked for.
        total_tokens_requested: u64,
        /// Tokens that were used.
        total_tokens_used: u64,
        /// What it cost, in US dollars.
        total_cost_usd: Decimal,
        /// The mean time of an answer, in milliseconds.
        average_response_time_ms: f64,
        /// The share of requests with a status below 400, 0 to 1.
        success_rate: f64,
        /// Requests by path.
        requests_by_endpoint: BTreeMap<String, u64>,
        /// The first moment counted.
        period_start: PoTime,
        /// The last.
        period_end: PoTime,
    } [
        /// Requests by hour.
        requests_by_hour: HourCount,
        /// The prompts asked for most, at most ten.
        top_prompts: PromptCount,
    ]
}

model! {
    /// Requests in an hour.
    HourCount (
        /// The hour, UTC: `2024-01-01 10:00`.
        hour: String,
        /// How many.
        count: u64,
    ) {} []
}

model! {
    /// Requests for a prompt.
    PromptCount (
        /// The prompt.
        prompt_id: String,
        /// How many.
        count: u64,
    ) {} []
}

model! {
    /// How much of its limits a key has used. Windows are calendar minutes, hours and days, UTC; refused requests count too.
    UsageLimits () {
        /// Requests in this minute.
        current_usage_minute: u64,
        /// Requests in this hour.
        current_usage_hour: u64,
        /// Requests on this day.
        current_usage_day: u64,
        /// Allowed in a minute.
        limits_minute: u64,
        /// Allowed in an hour.
        limits_hour: u64,
        /// Allowed on a day.
        limits_day: u64,
        /// Left in this minute.
        remaining_minute: i64,
        /// Left in this hour.
        remaining_hour: i64,
        /// Left on this day.
        remaining_day: i64,
        /// When the next minute begins.
        reset_time_minute: PoTime,
        /// When the next hour begins.
        reset_time_hour: PoTime,
        /// When the next day begins.
        reset_time_day: PoTime,
    } []
}
