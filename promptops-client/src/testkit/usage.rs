//! Usage: what was reported, what was counted of it, what a key has left.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::answer::{Good, Problem, Refusal, Said};
use super::fields::Check;
use super::world::{Call, State};
use super::{auth, keys, time};
use crate::models::{Decimal, PoTime, UsageRecord};

const MONTH: Duration = Duration::from_secs(30 * 86_400);

pub(super) fn log(call: &Call<'_>, state: &mut State) -> Said {
    let any = 0..=i64::MAX;
    Check::of(&call.body)
        .required(&["endpoint", "method", "status_code"])
        .text("endpoint", 0..=usize::MAX)
        .text("method", 0..=usize::MAX)
        .number("status_code", 0..=999)
        .number("tokens_requested", any.clone())
        .number("tokens_used", any.clone())
        .number("response_size", any.clone())
        .number("processing_time_ms", any)
        .decimal("estimated_cost_usd")
        .text("error_message", 0..=usize::MAX)
        .done()?;
    auth::project(call, state, call.text("project_id"))?;
    let record = serde_json::from_value::<UsageRecord>(call.body.clone());
    let record = record.map_err(|_| Refusal::broken())?;
    state.usage.push((call.wall, record));
    Ok(Good::message("Usage logged successfully"))
}

fn moment(call: &Call<'_>, name: &'static str) -> Result<Option<SystemTime>, Refusal> {
    let Some(text) = call.query(name) else {
        return Ok(None);
    };
    let time = text.parse::<PoTime>().ok().and_then(|time| time.time());
    time.map(Some).ok_or_else(|| {
        Refusal::fields(vec![Problem {
            loc: vec!["query".to_owned(), name.to_owned()],
            message: "Input should be a valid datetime".to_owned(),
            kind: "datetime_parsing",
        }])
    })
}

pub(super) fn stats(call: &Call<'_>, state: &State) -> Said {
    auth::project(call, state, call.query("project_id"))?;
    let end = moment(call, "end_date")?.unwrap_or(call.wall);
    let start = moment(call, "start_date")?
        .or_else(|| end.checked_sub(MONTH))
        .unwrap_or(SystemTime::UNIX_EPOCH);
    let is_meant = |wanted: Option<&str>, given: &Option<String>| {
        wanted.is_none() || wanted == given.as_deref()
    };
    let records: Vec<&(SystemTime, UsageRecord)> = state
        .usage
        .iter()
        .filter(|(at, _)| (start..=end).contains(at))
        .filter(|(_, record)| is_meant(call.query("prompt_id"), &record.prompt_id))
        .filter(|(_, record)| is_meant(call.query("project_id"), &record.project_id))
        .collect();

    let (mut endpoints, mut hours, mut prompts) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let (mut asked, mut used, mut cost, mut took, mut good) = (0_u64, 0_u64, 0.0, 0_u64, 0_u64);
    for (at, record) in &records {
        *endpoints.entry(record.endpoint.as_str()).or_insert(0_u64) += 1;
        *hours.entry(time::hour(*at)).or_insert(0_u64) += 1;
        if let Some(prompt) = &record.prompt_id {
            *prompts.entry(prompt.as_str()).or_insert(0_u64) += 1;
        }
        asked = asked.saturating_add(record.tokens_requested.unwrap_or(0));
        used = used.saturating_add(record.tokens_used.unwrap_or(0));
        took = took.saturating_add(record.processing_time_ms.unwrap_or(0));
        cost += record
            .estimated_cost_usd
            .as_ref()
            .map_or(0.0, Decimal::as_f64);
        good += u64::from(record.status_code < 400);
    }
    let mut top: Vec<(&str, u64)> = prompts.into_iter().collect();
    top.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    top.truncate(10);
    let share = |sum: u64| match records.len() {
        0 => 0.0,
        #[allow(clippy::cast_precision_loss, reason = "a mean needs no 64 bits")]
        count => sum as f64 / count as f64,
    };
    let speaks = call.speaks();
    Ok(Good::ok(json!({
        "total_requests": records.len(),
        "total_tokens_requested": asked,
        "total_tokens_used": used,
        "total_cost_usd": format!("{cost:.6}"),
        "average_response_time_ms": share(took),
        "success_rate": share(good),
        "requests_by_endpoint": endpoints,
        "requests_by_hour": rows("hour", hours),
        "top_prompts": rows("prompt_id", top),
        "period_start": time::written(start, speaks),
        "period_end": time::written(end, speaks),
    })))
}

fn rows<K: Into<Value>>(name: &str, counts: impl IntoIterator<Item = (K, u64)>) -> Vec<Value> {
    let counts = counts.into_iter();
    counts
        .map(|(key, count)| {
            let mut row = Map::new();
            row.insert(name.to_owned(), key.into());
            row.insert("count".to_owned(), count.into());
            row.into()
        })
        .collect()
}

pub(super) fn limits(call: &Call<'_>, state: &State) -> Said {
    let key = call.key.and_then(|index| state.keys.get(index));
    let key = key.ok_or_else(Refusal::broken)?;
    let mut body = Map::new();
    for window in key.windows.standing(call.wall, keys::limits(&key.data)) {
        let name = window.name;
        let reset = time::written(window.reset, call.speaks());
        body.insert(format!("current_usage_{name}"), window.used.into());
        body.insert(format!("limits_{name}"), window.limit.into());
        body.insert(format!("remaining_{name}"), window.remaining().into());
        body.insert(format!("reset_time_{name}"), reset.into());
    }
    Ok(Good::ok(body))
}
