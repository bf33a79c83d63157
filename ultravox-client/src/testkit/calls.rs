//! The simulator's calls.

use std::time::Duration;

use serde_json::{Map, Value, json};
use voice_core::testkit::{SimAnswer, SimRequest};

use super::answers::{self, Faults};
use super::router::{Asked, Route};
use super::settings::{Overload, RetryAfter, SimSettings};
use super::world::{CallRow, World, length};
use super::{context, paging, rules};
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
    let (settings, request, body) = (asked.settings, asked.request, asked.body);
    let agent_id = asked.id;
    world.settle();
    let Some(agent) = world.agent(agent_id) else {
        return answers::not_found();
    };
    let template = agent.template.clone();
    let agent_name = agent.name.clone();
    let mut faults = Faults::default();
    rules::call(&mut faults, body);
    context::check(&mut faults, &template, body.get("templateContext"));
    let throttle = request.query_value("throttle");
    if let Some(name) = &throttle
        && !settings.throttles.iter().any(|(known, ..)| known == name)
    {
        faults.add("throttle", "There is no such throttle.");
    }
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    if let Some(refusal) = limited(world, settings, throttle.as_deref()) {
        return refusal;
    }

    let id = world.id();
    let fixed = fixed(request, &id, agent_id, &agent_name, &template, body);
    let call = CallRow {
        agent: agent_id.to_owned(),
        throttle,
        created: world.now(),
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
    SimAnswer::json(201, &shown)
}

/// The refusal of one call too many.
fn limited(world: &World, settings: &SimSettings, throttle: Option<&str>) -> Option<SimAnswer> {
    let now = world.now();
    let say = |wait: Duration| (settings.retry_after == RetryAfter::Sent).then_some(wait);
    let mut windows: Vec<(usize, Duration, Option<&str>)> = Vec::new();
    windows.extend(
        settings
            .call_rate
            .map(|(calls, window)| (calls, window, None)),
    );
    for (name, calls, window) in &settings.throttles {
        if throttle == Some(name) {
            windows.push((*calls, *window, throttle));
        }
    }
    for (most, window, only) in windows {
        let ages: Vec<Duration> = world
            .calls
            .iter()
            .filter(|call| only.is_none() || call.throttle.as_deref() == only)
            .filter_map(|call| now.duration_since(call.created).ok())
            .filter(|age| *age < window)
            .collect();
        if ages.len() >= most {
            let oldest = ages.into_iter().max().unwrap_or_default();
            return Some(answers::refused(429, say(window.saturating_sub(oldest))));
        }
    }
    let (most, overload) = settings.concurrency?;
    let open = world
        .calls
        .iter()
        .filter(|call| call.ended.is_none() && !call.deleted)
        .count();
    (open >= most).then(|| match overload {
        Overload::TooManyRequests => answers::refused(429, say(Duration::from_secs(1))),
        Overload::Unavailable => answers::refused(503, say(Duration::from_secs(1))),
    })
}

/// Everything of a call that does not change.
fn fixed(
    request: &SimRequest,
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
        Some(kind) => format!("ws://{}/calls/{id}/{kind}", request.header("host")).into(),
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
fn passes(call: &CallRow, name: &str, value: &str) -> bool {
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
