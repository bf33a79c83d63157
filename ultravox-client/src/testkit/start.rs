//! How the simulator's calls begin: of an agent, without one, or because a telephone provider asks.

use std::time::SystemTime;

use serde_json::{Map, Value, json};
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::record::Record;
use super::router::{Asked, Route};
use super::settings::SimSettings;
use super::throttles::{self, Throttle};
use super::world::{AgentRow, CallRow, World, length};
use super::{context, limits, rules, telephony};

type Object = Map<String, Value>;

pub(super) static ROUTES: &[Route] = &[
    Route::new(
        "agents.calls.create",
        "POST",
        "api/agents/*/calls",
        of_agent,
    ),
    Route::new("calls.create", "POST", "api/calls", direct),
];

/// A call about to begin: what was sent, and what stands behind it where nothing was sent.
pub(super) struct Start {
    /// The agent's id and name.
    pub(super) agent: Option<(String, String)>,
    /// Settings of the agent, or of a prior call.
    pub(super) template: Object,
    /// The request.
    pub(super) body: Object,
    /// What was said before.
    pub(super) before: Vec<Value>,
}

impl Start {
    pub(super) fn of_agent(agent: &AgentRow, body: Object) -> Self {
        Self {
            agent: Some((agent.id.clone(), agent.name.clone())),
            template: agent.template.clone(),
            before: rules::list(body.get("initialMessages")).to_vec(),
            body,
        }
    }

    fn without_agent(body: Object) -> Self {
        Self {
            agent: None,
            template: Object::new(),
            before: rules::list(body.get("initialMessages")).to_vec(),
            body,
        }
    }

    fn of_call(&self, name: &str) -> Option<Value> {
        self.body.get(name).cloned()
    }

    fn either(&self, name: &str) -> Option<Value> {
        self.of_call(name)
            .or_else(|| self.template.get(name).cloned())
    }

    fn medium(&self) -> Value {
        self.either("medium")
            .unwrap_or_else(|| json!({"webRtc": {}}))
    }
}

fn of_agent(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
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
    if let Some(refusal) = limits::limited(world, settings, throttle.as_ref()) {
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
        let start = Start::of_agent(agent, self.body.clone());
        telephony::credentials(world, &mut faults, "medium", Some(&start.medium()));
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
        let body = self.body.clone();
        let start = match world.agent(self.agent) {
            Some(agent) => Start::of_agent(agent, body),
            None => Start::without_agent(body),
        };
        let call = row(world, start, throttle, created);
        let shown = call.shown();
        world.calls.push(call);
        shown
    }
}

/// A call without an agent; where there is a prior call its settings and messages stand behind the request.
fn direct(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let mut start = Start::without_agent(asked.body.clone());
    let mut faults = Faults::default();
    let prior = asked.request.query_value("priorCallId");
    rules::direct(&mut faults, asked.body, prior.is_some());
    if let Some(id) = prior {
        match world.call_row(&id) {
            Some(call) => {
                start.template = call.fixed.clone();
                start.before = call.record.last_stage_messages();
            }
            None => faults.add("priorCallId", "There is no such call."),
        }
    }
    let greeting = asked.request.query_value("enableGreetingPrompt");
    if greeting.is_some_and(|word| word != "true" && word != "false") {
        faults.add("enableGreetingPrompt", "Must be a valid boolean.");
    }
    telephony::credentials(world, &mut faults, "medium", Some(&start.medium()));
    let name = asked.request.query_value("throttle");
    let throttle = name
        .as_ref()
        .and_then(|name| throttles::named(world, asked.settings, name));
    if name.is_some() && throttle.is_none() {
        faults.add("throttle", "There is no such throttle.");
    }
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    world.settle();
    if let Some(refusal) = limits::limited(world, asked.settings, throttle.as_ref()) {
        return refusal;
    }
    let now = world.now();
    let call = row(world, start, throttle, now);
    let shown = call.shown();
    world.calls.push(call);
    SimAnswer::json(201, &shown)
}

/// The row of a call; it is not in the world yet.
pub(super) fn row(
    world: &mut World,
    start: Start,
    throttle: Option<Throttle>,
    created: SystemTime,
) -> CallRow {
    let id = world.id();
    #[allow(unused_mut, reason = "only live sessions change it")]
    let mut fixed = fixed(&world.host, &id, &start);
    #[cfg(feature = "realtime")]
    if let Some(url) = live_url(world, &id, &fixed) {
        fixed.insert("joinUrl".to_owned(), url.into());
    }
    let record = Record::begin(world.id(), created, &fixed, &start);
    let callbacks = start.of_call("callbacks").unwrap_or_default();
    CallRow {
        agent: start.agent.map(|(id, _)| id).unwrap_or_default(),
        throttle: throttle.map(|throttle| throttle.key),
        created,
        joined: None,
        ended: None,
        join_timeout: length(fixed.get("joinTimeout"), 30.0),
        max_duration: length(fixed.get("maxDuration"), 3600.0),
        fixed,
        callbacks,
        messages: Vec::new(),
        deleted: false,
        record,
        id,
    }
}

/// Everything of a call that does not change.
fn fixed(host: &str, id: &str, start: &Start) -> Object {
    let either = |name: &str| start.either(name);
    let or_null = |name: &str| either(name).unwrap_or_default();
    let values = start.body.get("templateContext");
    let text = |name: &str| match either(name).as_ref().and_then(Value::as_str) {
        Some(text) => context::filled(text, values).into(),
        None => Value::Null,
    };
    let medium = start.medium();
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
        Some("CALL_RETENTION_POLICY_AUTO_DELETE" | "auto_delete") => "auto_delete".into(),
        Some("CALL_RETENTION_POLICY_RETAIN" | "retain") => "retain".into(),
        _ => Value::Null,
    };
    let first = either("firstSpeakerSettings");
    let word = match (either("firstSpeaker"), &first) {
        (Some(word), None) => word,
        (_, Some(first)) if first.get("user").is_some() => "FIRST_SPEAKER_USER".into(),
        _ => "FIRST_SPEAKER_AGENT".into(),
    };
    let (agent, agent_id) = match &start.agent {
        Some((id, name)) => (json!({"agentId": id, "name": name}), id.as_str().into()),
        None => (Value::Null, Value::Null),
    };
    let fields = json!({
        "clientVersion": null,
        "billedSideInputTokens": null,
        "billedSideOutputTokens": null,
        "firstSpeaker": word,
        "firstSpeakerSettings": first.unwrap_or_else(|| json!({"agent": {}})),
        "inactivityMessages": either("inactivityMessages").unwrap_or_else(|| json!([])),
        "initialOutputMedium": either("initialOutputMedium").unwrap_or_else(|| "MESSAGE_MEDIUM_VOICE".into()),
        "joinTimeout": either("joinTimeout").unwrap_or_else(|| "30s".into()),
        "joinUrl": join_url,
        "languageHint": text("languageHint"),
        "maxDuration": either("maxDuration").unwrap_or_else(|| "3600s".into()),
        "medium": medium,
        "model": either("model").unwrap_or_else(|| "ultravox-v0.7".into()),
        "recordingEnabled": either("recordingEnabled").unwrap_or_else(|| false.into()),
        "retentionPolicy": retention,
        "systemPrompt": text("systemPrompt"),
        "temperature": either("temperature").unwrap_or_else(|| 0.0.into()),
        "timeExceededMessage": text("timeExceededMessage"),
        "voice": or_null("voice"),
        "transcriptOptional": true,
        "vadSettings": either("vadSettings"),
        "shortSummary": null,
        "summary": null,
        "agent": agent,
        "agentId": agent_id,
        "experimentalSettings": start.of_call("experimentalSettings"),
        "metadata": start.of_call("metadata").unwrap_or_else(|| json!({})),
        "initialState": start.of_call("initialState").unwrap_or_else(|| json!({})),
        "requestContext": start.of_call("requestContext").unwrap_or_else(|| json!({})),
        "sipDetails": null,
    });
    let mut fields = match fields {
        Value::Object(fields) => fields,
        _ => Object::new(),
    };
    // Not nullable in the schema: absent where there is none.
    for name in ["externalVoice", "voiceOverrides", "callbacks"] {
        if let Some(value) = either(name) {
            fields.insert(name.to_owned(), value);
        }
    }
    if let Some(data) = either("dataConnection").or_else(|| either("dataConnectionConfig")) {
        fields.insert("dataConnectionConfig".to_owned(), data);
    }
    fields
}

/// Where the live session of a call over a WebSocket is, if such sessions are simulated.
#[cfg(feature = "realtime")]
fn live_url(world: &World, id: &str, fixed: &Object) -> Option<String> {
    let sessions = world.realtime.as_ref()?;
    let medium = fixed.get("medium")?.get("serverWebSocket")?;
    let rate = ["outputSampleRate", "inputSampleRate"]
        .iter()
        .find_map(|name| medium.get(*name)?.as_i64());
    Some(sessions.expect(id, rate))
}
