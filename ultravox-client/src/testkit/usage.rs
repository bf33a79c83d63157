//! The simulator's figures of calls, counted from the calls it has.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::answers;
use super::filter;
use super::router::{Asked, Route};
use super::world::{CallRow, World, stamp};
use crate::types::{UvDate, UvTime};

pub(super) static ROUTES: &[Route] = &[
    Route::new(
        "accounts.billing.usage",
        "GET",
        "api/accounts/me/billing/usage",
        billing,
    ),
    Route::new(
        "accounts.usage.calls",
        "GET",
        "api/accounts/me/usage/calls",
        usage,
    ),
    Route::new(
        "accounts.usage.concurrency",
        "GET",
        "api/accounts/me/usage/concurrency",
        concurrency,
    ),
];

const DAY: Duration = Duration::from_secs(86_400);

fn day(time: SystemTime) -> String {
    UvDate::from(time).to_string()
}

/// Billed in whole minutes begun.
pub(super) fn minutes(call: &CallRow) -> f64 {
    if call.ended.is_none() {
        return 0.0;
    }
    (call.length().as_secs_f64() / 60.0).ceil()
}

fn is_sip(call: &CallRow) -> bool {
    call.fixed
        .get("medium")
        .is_some_and(|medium| medium.get("sip").is_some())
}

fn billing(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    world.settle();
    let date = |name: &str| {
        let text = asked.request.query_value(name);
        text.map(|text| text.parse::<UvDate>().ok().and_then(|day| day.start()))
    };
    let (from, to) = match (date("fromDate"), date("toDate")) {
        (Some(None), _) => return bad("fromDate"),
        (_, Some(None)) => return bad("toDate"),
        (from, to) => (from.flatten(), to.flatten()),
    };
    // The month that is billed began 30 days ago.
    let from = from.unwrap_or_else(|| world.now() - DAY * 30);
    let to = to.unwrap_or_else(|| world.now() + DAY);
    if to
        .duration_since(from)
        .is_ok_and(|length| length > DAY * 90)
    {
        return SimAnswer::json(400, &json!({"toDate": ["At most 90 days after fromDate."]}));
    }
    let mut days: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    let within = |call: &&CallRow| call.created >= from && call.created < to;
    for call in world.calls.iter().filter(within) {
        let (all, sip) = days.entry(day(call.created)).or_default();
        *all += minutes(call);
        if is_sip(call) {
            *sip += minutes(call);
        }
    }
    let total: f64 = days.values().map(|(all, _)| all).sum();
    let sip: f64 = days.values().map(|(_, sip)| sip).sum();
    let daily: Vec<Value> = days
        .iter()
        .map(|(date, (all, sip))| json!({"date": date, "minutes": all, "sipMinutes": sip}))
        .collect();
    SimAnswer::json(
        200,
        &json!({"dailyUsage": daily, "totalMinutes": total, "totalSipMinutes": sip}),
    )
}

fn bad(field: &str) -> SimAnswer {
    SimAnswer::json(400, &json!({field: ["Date has wrong format."]}))
}

/// Figures of some calls.
#[derive(Default)]
struct Figures {
    total: usize,
    errors: usize,
    joined: usize,
    length: Duration,
    billed: f64,
}

impl Figures {
    fn add(&mut self, call: &CallRow) {
        let reason = call.ended.as_ref().map(|(_, reason)| reason.as_str());
        self.total += 1;
        self.errors += usize::from(matches!(reason, Some("connection_error" | "system_error")));
        self.joined += usize::from(call.joined.is_some());
        self.length += call.length();
        self.billed += minutes(call);
    }

    fn shown(&self) -> Value {
        json!({
            "totalCount": self.total,
            "errorCount": self.errors,
            "duration": format!("{}s", self.length.as_secs()),
            "joinedCount": self.joined,
            "billedMinutes": self.billed,
        })
    }
}

fn usage(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    world.settle();
    let mut all = Figures::default();
    let mut daily: BTreeMap<String, Figures> = BTreeMap::new();
    let mut hourly: BTreeMap<(String, u64), Figures> = BTreeMap::new();
    for call in &world.calls {
        if !filter::passes(call, asked.request) {
            continue;
        }
        let since = call.created.duration_since(SystemTime::UNIX_EPOCH);
        let hour = since.unwrap_or_default().as_secs() / 3600 % 24;
        all.add(call);
        daily.entry(day(call.created)).or_default().add(call);
        let hour = hourly.entry((day(call.created), hour)).or_default();
        hour.add(call);
    }
    let with = |figures: &Figures, more: Value| {
        let mut shown = figures.shown();
        if let (Value::Object(shown), Value::Object(more)) = (&mut shown, more) {
            shown.extend(more);
        }
        shown
    };
    let daily: Vec<Value> = daily
        .iter()
        .map(|(date, figures)| with(figures, json!({"date": date})))
        .collect();
    let hourly: Vec<Value> = hourly
        .iter()
        .map(|((date, hour), figures)| with(figures, json!({"date": date, "hour": hour})))
        .collect();
    SimAnswer::json(
        200,
        &json!({"allTime": all.shown(), "daily": daily, "hourly": hourly}),
    )
}

fn concurrency(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    world.settle();
    let bucket = match asked.request.query_value("bucket").as_deref() {
        None | Some("minute") => Duration::from_secs(60),
        Some("5min") => Duration::from_secs(300),
        Some("hour") => Duration::from_secs(3600),
        Some("day") => DAY,
        Some(_) => return SimAnswer::json(400, &json!({"bucket": ["Not a valid choice."]})),
    };
    let time = |name: &str| {
        let text = asked.request.query_value(name)?;
        text.parse::<UvTime>().ok()?.time()
    };
    let end = time("end").unwrap_or_else(|| world.now());
    let start = time("start").unwrap_or(end - DAY);
    if end <= start {
        return answers::detail(400, "end must be after start.");
    }
    let mut points = Vec::new();
    let mut from = start;
    while from < end {
        let to = (from + bucket).min(end);
        let (most, average) = at_a_time(&world.calls, from, to, |call| Some(call.created));
        let (most_joined, average_joined) = at_a_time(&world.calls, from, to, |call| call.joined);
        points.push(json!({
            "timestamp": stamp(from),
            "maxTotalCalls": most,
            "maxJoinedCalls": most_joined,
            "avgTotalCalls": average,
            "avgJoinedCalls": average_joined,
        }));
        from = to;
    }
    SimAnswer::json(200, &json!({"timeSeries": points}))
}

/// Most calls at a time within a stretch, and how many on average.
fn at_a_time(
    calls: &[CallRow],
    from: SystemTime,
    to: SystemTime,
    begins: fn(&CallRow) -> Option<SystemTime>,
) -> (usize, f64) {
    let spans: Vec<(SystemTime, SystemTime)> = calls
        .iter()
        .filter_map(|call| {
            let end = call.ended.as_ref().map_or(to, |(end, _)| *end);
            Some((begins(call)?.max(from), end.min(to)))
        })
        .filter(|(begin, end)| begin < end)
        .collect();
    // The most at a time are there when one of them begins.
    let at = |time: SystemTime| {
        let open = spans
            .iter()
            .filter(|(begin, end)| *begin <= time && time < *end);
        open.count()
    };
    let most = spans.iter().map(|(begin, _)| at(*begin)).max().unwrap_or(0);
    let length = |begin: SystemTime, end: SystemTime| {
        let length = end.duration_since(begin).unwrap_or_default();
        length.as_secs_f64()
    };
    let sum: f64 = spans.iter().map(|(begin, end)| length(*begin, *end)).sum();
    (most, sum / length(from, to))
}
