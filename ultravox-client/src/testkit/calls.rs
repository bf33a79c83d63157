//! The simulator's calls.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::router::{Asked, Route};
use super::settings::{Overload, RetryAfter, SimSettings};
use super::throttles::{self, Throttle};
use super::world::{CallRow, World, length};
use super::{context, paging, rules, telephony};
use crate::types::EndReason;

type Object = Map<String, Value>;

pub(super) static ROUTES: &[Route] = &[
    Route::new(
        "agents.calls.list",
        "GET",
        "api/agents/*/calls",
        list_of_agent,
    ),
    Route::new("agents.calls.create", "POST", "api/agents/*/calls", create),
    Route::new("calls.list", "GET", "api/calls", list),
    Route::new("calls.get", "GET", "api/calls/*", get),
    Route::new("calls.delete", "DELETE", "api/calls/*", delete),
    Route::new(
        "calls.send_data_message",
        "POST",
        "api/calls/*/send_data_message",
        send_data_message,
    ),
];

fn create(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let settings = asked.settings;
    world.settle();
    let throttle = asked.request.query_value("throttle");
    let order = Order {
        agent: asked.id,
        body: asked.body,
        throttle: throttle.as_deref(),
    };
    if let Some(refusal) = order.refusal(world, settings) {
        return refusal;
    }
    let throttle = order.throttle(world, settings);
    if let Some(refusal) = limited(world, settings, throttle.as_ref()) {
        return refusal;
    }
    let now = world.now();
    SimAnswer::json(201, &order.placed(world, throttle, now))
}

/// A call of an agent that somebody wants.
pub(super) struct Order<'a> {
    pub(super) agent: &'a str,
    pub(super) body: &'a Object,
    /// The name or id of the throttle it is under.
    pub(super) throttle: Option<&'a str>,
}

impl Order<'_> {
    /// What is wrong with it, limits aside.
    pub(super) fn refusal(&self, world: &World, settings: &SimSettings) -> Option<SimAnswer> {
        let Some(agent) = world.agent(self.agent) else {
            return Some(answers::not_found());
        };
        let mut faults = Faults::default();
        rules::call(&mut faults, self.body);
        let medium = self.body.get("medium").or(agent.template.get("medium"));
        telephony::credentials(world, &mut faults, "medium", medium);
        let context = self.body.get("templateContext");
        context::check(&mut faults, &agent.template, context);
        if self.throttle.is_some() && self.throttle(world, settings).is_none() {
            faults.add("throttle", "There is no such throttle.");
        }
        faults.answer()
    }

    pub(super) fn throttle(&self, world: &World, settings: &SimSettings) -> Option<Throttle> {
        throttles::named(world, settings, self.throttle?)
    }

    /// Makes the call, as of a point in time, and gives it out.
    pub(super) fn placed(
        &self,
        world: &mut World,
        throttle: Option<Throttle>,
        created: SystemTime,
    ) -> Value {
        let id = world.id();
        let (name, template) = match world.agent(self.agent) {
            Some(agent) => (agent.name.clone(), agent.template.clone()),
            None => (String::new(), Object::new()),
        };
        let fixed = fixed(&world.host, &id, self.agent, &name, &template, self.body);
        let call = CallRow {
            agent: self.agent.to_owned(),
            throttle: throttle.map(|throttle| throttle.key),
            created,
            joined: None,
            ended: None,
            join_timeout: length(fixed.get("joinTimeout"), 30.0),
            max_duration: length(fixed.get("maxDuration"), 3600.0),
            fixed,
            messages: Vec::new(),
            deleted: false,
            id,
        };
        let shown = call.shown();
        world.calls.push(call);
        shown
    }
}

/// The refusal of one call too many.
fn limited(
    world: &World,
    settings: &SimSettings,
    throttle: Option<&Throttle>,
) -> Option<SimAnswer> {
    let now = world.now();
    let say = |wait: Duration| (settings.retry_after == RetryAfter::Sent).then_some(wait);
    if let Some(free) = full_until(world, settings, throttle, now) {
        let wait = free.duration_since(now).unwrap_or_default();
        return Some(answers::refused(429, say(wait)));
    }
    let (most, overload) = settings.concurrency?;
    (open_at(world, now) >= most).then(|| match overload {
        Overload::TooManyRequests => answers::refused(429, say(Duration::from_secs(1))),
        Overload::Unavailable => answers::refused(503, say(Duration::from_secs(1))),
    })
}

/// When the windows that are full at a point in time let the next call through; `None` when none is full.
fn full_until(
    world: &World,
    settings: &SimSettings,
    throttle: Option<&Throttle>,
    at: SystemTime,
) -> Option<SystemTime> {
    let rate = settings
        .call_rate
        .map(|(calls, window)| (calls, window, None));
    let named = throttle.into_iter().flat_map(|throttle| {
        let key = Some(throttle.key.as_str());
        throttle
            .rules
            .iter()
            .map(move |(calls, window)| (*calls, *window, key))
    });
    rate.into_iter()
        .chain(named)
        .filter_map(|(most, window, only)| {
            let mut within: Vec<SystemTime> = world
                .calls
                .iter()
                .filter(|call| only.is_none() || call.throttle.as_deref() == only)
                .map(|call| call.created)
                .filter(|created| at.duration_since(*created).is_ok_and(|age| age < window))
                .collect();
            within.sort_unstable();
            let first_to_leave = within.len().checked_sub(most)?;
            within.get(first_to_leave).map(|created| *created + window)
        })
        .max()
}

fn open_at(world: &World, at: SystemTime) -> usize {
    let is_open = |call: &&CallRow| {
        !call.deleted
            && call.created <= at
            && call.ended.as_ref().is_none_or(|(ended, _)| *ended > at)
    };
    world.calls.iter().filter(is_open).count()
}

/// The first point in time, from `at` on, at which the limits let a call through; `None` while that cannot be told,
/// because calls go on that may end at any time.
pub(super) fn turn(
    world: &World,
    settings: &SimSettings,
    throttle: Option<&Throttle>,
    mut at: SystemTime,
) -> Option<SystemTime> {
    loop {
        if let Some(free) = full_until(world, settings, throttle, at) {
            at = free;
            continue;
        }
        let Some((most, _)) = settings.concurrency else {
            return Some(at);
        };
        if open_at(world, at) < most {
            return Some(at);
        }
        let ends = world.calls.iter().filter_map(|call| call.ended.as_ref());
        at = ends.map(|(end, _)| *end).filter(|end| *end > at).min()?;
    }
}

/// Everything of a call that does not change.
fn fixed(
    host: &str,
    id: &str,
    agent_id: &str,
    agent_name: &str,
    template: &Object,
    body: &Object,
) -> Object {
    let of_call = |name: &str| body.get(name).cloned();
    let either = |name: &str| of_call(name).or_else(|| template.get(name).cloned());
    let or_null = |name: &str| either(name).unwrap_or_default();
    let values = body.get("templateContext");
    let text = |name: &str| match template.get(name).and_then(Value::as_str) {
        Some(text) => context::filled(text, values).into(),
        None => Value::Null,
    };
    let medium = either("medium").unwrap_or_else(|| json!({"webRtc": {}}));
    let dials_itself = medium.pointer("/sip/outgoing").is_some();
    let kind = medium
        .as_object()
        .and_then(|medium| medium.keys().next())
        .cloned();
    let join_url = match kind {
        _ if dials_itself => Value::Null,
        Some(kind) => format!("ws://{host}/calls/{id}/{kind}").into(),
        None => Value::Null,
    };
    let retention = match or_null("retentionPolicy").as_str() {
        Some("CALL_RETENTION_POLICY_AUTO_DELETE") => "auto_delete".into(),
        Some("CALL_RETENTION_POLICY_RETAIN") => "retain".into(),
        _ => Value::Null,
    };
    let fields = json!({
        "clientVersion": null,
        "billedSideInputTokens": null,
        "billedSideOutputTokens": null,
        "firstSpeaker": "FIRST_SPEAKER_AGENT",
        "firstSpeakerSettings": either("firstSpeakerSettings").unwrap_or_else(|| json!({"agent": {}})),
        "inactivityMessages": template.get("inactivityMessages").cloned().unwrap_or_else(|| json!([])),
        "initialOutputMedium": either("initialOutputMedium").unwrap_or_else(|| "MESSAGE_MEDIUM_VOICE".into()),
        "joinTimeout": either("joinTimeout").unwrap_or_else(|| "30s".into()),
        "joinUrl": join_url,
        "languageHint": text("languageHint"),
        "maxDuration": either("maxDuration").unwrap_or_else(|| "3600s".into()),
        "medium": medium,
        "model": template.get("model").cloned().unwrap_or_else(|| "ultravox-v0.7".into()),
        "recordingEnabled": either("recordingEnabled").unwrap_or_else(|| false.into()),
        "retentionPolicy": retention,
        "systemPrompt": text("systemPrompt"),
        "temperature": template.get("temperature").cloned().unwrap_or_else(|| 0.0.into()),
        "timeExceededMessage": text("timeExceededMessage"),
        "voice": or_null("voice"),
        "transcriptOptional": true,
        "vadSettings": template.get("vadSettings").cloned(),
        "shortSummary": null,
        "summary": null,
        "agent": {"agentId": agent_id, "name": agent_name},
        "agentId": agent_id,
        "experimentalSettings": of_call("experimentalSettings"),
        "metadata": of_call("metadata").unwrap_or_else(|| json!({})),
        "initialState": {},
        "requestContext": {},
        "sipDetails": null,
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Object::new(),
    }
}

fn get(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    match world.call(asked.id) {
        Some(call) => SimAnswer::json(200, &call),
        None => answers::not_found(),
    }
}

/// A call that goes on is refused; the status is this simulator's choice.
fn delete(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let now = world.now();
    match world.call_row(asked.id) {
        None => answers::not_found(),
        Some(call) if call.is_live() => answers::detail(400, "Cannot delete an ongoing call."),
        Some(call) => {
            call.ended
                .get_or_insert_with(|| (now, EndReason::Unjoined.as_str().to_owned()));
            call.deleted = true;
            SimAnswer::empty(204)
        }
    }
}

fn send_data_message(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let (now, body) = (world.now(), asked.body);
    let Some(call) = world.call_row(asked.id) else {
        return answers::not_found();
    };
    let kind = body.get("type").and_then(Value::as_str);
    let mut faults = Faults::default();
    match kind {
        Some("user_text_message" | "forced_agent_message" | "hang_up") => {}
        Some(_) => faults.add("type", "Not a message that can be sent over REST."),
        None => faults.add("type", "This field is required."),
    }
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    if !call.is_live() {
        return answers::detail(
            422,
            "The call has not been joined yet or has already ended.",
        );
    }
    if kind == Some("hang_up") {
        call.ended = Some((now, EndReason::Hangup.as_str().to_owned()));
    }
    call.messages.push(Value::Object(body.clone()));
    SimAnswer::empty(204)
}

fn list(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    listed(world, asked, None)
}

fn list_of_agent(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    match world.agent(asked.id) {
        Some(_) => listed(world, asked, Some(asked.id)),
        None => answers::not_found(),
    }
}

fn listed(world: &mut World, asked: &Asked<'_>, agent: Option<&str>) -> SimAnswer {
    world.settle();
    let request = asked.request;
    let filters = if agent.is_some() {
        Vec::new()
    } else {
        request.query_pairs()
    };
    let agents: Vec<&str> = filters
        .iter()
        .filter(|(name, _)| name == "agentIds")
        .map(|(_, id)| id.as_str())
        .chain(agent)
        .collect();
    let mut calls: Vec<&CallRow> = world
        .calls
        .iter()
        .filter(|call| !call.deleted)
        .filter(|call| agents.is_empty() || agents.contains(&call.agent.as_str()))
        .filter(|call| {
            filters
                .iter()
                .all(|(name, value)| passes(call, name, value))
        })
        .collect();
    if !filters
        .iter()
        .any(|(name, value)| name == "sort" && value == "created")
    {
        calls.reverse();
    }
    let items: Vec<(String, Value)> = calls
        .into_iter()
        .map(|call| (call.id.clone(), call.shown()))
        .collect();
    paging::page(request, asked.settings, &items)
}

/// Whether a call passes one filter; what the API does not know it ignores.
pub(super) fn passes(call: &CallRow, name: &str, value: &str) -> bool {
    if let Some(key) = name.strip_prefix("metadata.") {
        return call.metadata(key) == Some(value);
    }
    let time = || {
        value
            .parse::<crate::types::UvTime>()
            .ok()
            .and_then(|time| time.time())
    };
    let is_date = value.len() == "2026-01-01".len();
    let day = Duration::from_secs(if is_date { 86_400 } else { 0 });
    match name {
        "fromDate" => time().is_none_or(|from| call.created >= from),
        "toDate" => time().is_none_or(|until| {
            if is_date {
                call.created < until + day
            } else {
                call.created <= until
            }
        }),
        "durationMin" => rules::seconds(value).is_none_or(|min| call.length().as_secs_f64() >= min),
        "durationMax" => rules::seconds(value).is_none_or(|max| call.length().as_secs_f64() <= max),
        _ => true,
    }
}
