//! The filters that lists of calls, deleted calls and usage figures share.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use voice_core::testkit::SimRequest;

use super::rules;
use super::world::CallRow;
use crate::types::UvTime;

/// Whether a call passes all filters of a query. What the API does not know it ignores.
pub(super) fn passes(call: &CallRow, request: &SimRequest) -> bool {
    let filters = request.query_pairs();
    let mut agents = filters
        .iter()
        .filter(|(name, _)| name == "agentIds")
        .peekable();
    let of_these = agents.peek().is_none() || agents.any(|(_, id)| *id == call.agent);
    of_these
        && filters
            .iter()
            .all(|(name, value)| passes_one(call, name, value))
}

fn passes_one(call: &CallRow, name: &str, value: &str) -> bool {
    if let Some(key) = name.strip_prefix("metadata.") {
        return call.metadata(key) == Some(value);
    }
    let time = || value.parse::<UvTime>().ok().and_then(|time| time.time());
    let is_date = value.len() == "2026-01-01".len();
    let day = Duration::from_secs(86_400);
    match name {
        "fromDate" => time().is_none_or(|from| call.created >= from),
        "toDate" => time().is_none_or(|until| {
            if is_date {
                call.created < until + day
            } else {
                call.created <= until
            }
        }),
        "timeOfDayStart" => clock(value).is_none_or(|start| time_of_day(call.created) >= start),
        "timeOfDayEnd" => clock(value).is_none_or(|end| time_of_day(call.created) <= end),
        "durationMin" => rules::seconds(value).is_none_or(|min| call.length().as_secs_f64() >= min),
        "durationMax" => rules::seconds(value).is_none_or(|max| call.length().as_secs_f64() <= max),
        "voiceId" => call.fixed.get("voice").and_then(|voice| voice.as_str()) == Some(value),
        // What the real search looks through nobody says; here it is the metadata's values.
        "search" => {
            let metadata = call.fixed.get("metadata").and_then(|map| map.as_object());
            let mut texts = metadata.into_iter().flat_map(|map| map.values());
            texts.any(|text| text.as_str().is_some_and(|text| text.contains(value)))
        }
        _ => true,
    }
}

/// Seconds since midnight, UTC.
fn time_of_day(time: SystemTime) -> f64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    (since.as_secs() % 86_400) as f64 + f64::from(since.subsec_nanos()) / 1e9
}

/// `HH:MM:SS`, perhaps with decimals.
fn clock(text: &str) -> Option<f64> {
    let mut parts = text.splitn(3, ':').map(|part| part.parse::<f64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    Some((hours * 60.0 + minutes) * 60.0 + seconds)
}
