//! What the simulator records of a call: stages and what was said in them, events, sound.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::rules;
use super::start::Start;
use super::world::stamp;

type Object = Map<String, Value>;

/// What is recorded of one call.
#[derive(Debug)]
pub(super) struct Record {
    /// Oldest first; never empty.
    pub(super) stages: Vec<Stage>,
    pub(super) events: Vec<Value>,
    /// How its SIP side ended, if a test said so.
    pub(super) sip: Option<String>,
    pub(super) deleted: Option<SystemTime>,
}

/// A stage.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) id: String,
    pub(super) created: SystemTime,
    /// As it is given out, ids and times aside.
    pub(super) fields: Object,
    /// What was said before it began.
    pub(super) initial: Vec<Value>,
    /// What was said in it.
    pub(super) said: Vec<Value>,
    pub(super) tools: Vec<Value>,
}

impl Record {
    /// The record of a call that begins: one stage.
    pub(super) fn begin(stage: String, now: SystemTime, call: &Object, start: &Start) -> Self {
        let mut fields = Object::new();
        for name in STAGE {
            if let Some(value) = call.get(name) {
                fields.insert(name.to_owned(), value.clone());
            }
        }
        let mut tools = rules::list(start.template.get("selectedTools")).to_vec();
        if let Some(own) = start.body.get("selectedTools") {
            tools = rules::list(Some(own)).to_vec();
        }
        if let Some(overrides) = start.body.get("toolOverrides") {
            let removed = rules::list(overrides.get("remove"));
            let all = overrides.get("removeAll") == Some(&Value::Bool(true));
            tools.retain(|tool| !all && !removed.iter().any(|name| name == tool_name(tool)));
            tools.extend_from_slice(rules::list(overrides.get("add")));
        }
        Self {
            stages: vec![Stage {
                tools: call_tools(&stage, &tools),
                id: stage,
                created: now,
                fields,
                initial: start.before.clone(),
                said: Vec::new(),
            }],
            events: Vec::new(),
            sip: None,
            deleted: None,
        }
    }

    /// Begins another stage, as a tool that answers `new-stage` does: what `settings` names is new, the rest as before.
    /// Unless they have `initialMessages` the conversation so far goes on.
    pub(super) fn new_stage(&mut self, id: String, now: SystemTime, settings: &Object) {
        let Some(last) = self.stages.last() else {
            return;
        };
        let mut fields = last.fields.clone();
        for name in STAGE {
            if let Some(value) = settings.get(name) {
                fields.insert(name.to_owned(), value.clone());
            }
        }
        let initial = match settings.get("initialMessages") {
            Some(messages) => rules::list(Some(messages)).to_vec(),
            None => self.last_stage_messages(),
        };
        let tools = match settings.get("selectedTools") {
            Some(tools) => call_tools(&id, rules::list(Some(tools))),
            None => last.tools.clone(),
        };
        self.stages.push(Stage {
            id,
            created: now,
            fields,
            initial,
            said: Vec::new(),
            tools,
        });
    }

    pub(super) fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// Adds a message to the stage that goes on.
    pub(super) fn say(&mut self, message: Value) {
        if let Some(stage) = self.stages.last_mut() {
            stage.said.push(message);
        }
    }

    /// All messages of the last stage, as they are sent: without ids.
    pub(super) fn last_stage_messages(&self) -> Vec<Value> {
        let Some(stage) = self.stages.last() else {
            return Vec::new();
        };
        let all = stage.initial.iter().chain(&stage.said);
        all.map(|message| {
            let mut message = message.clone();
            if let Some(message) = message.as_object_mut() {
                message.remove("timespan");
                message.remove("wallClockTimespan");
            }
            message
        })
        .collect()
    }
}

/// What a stage shares with its call.
const STAGE: [&str; 11] = [
    "inactivityMessages",
    "languageHint",
    "model",
    "systemPrompt",
    "temperature",
    "timeExceededMessage",
    "voice",
    "externalVoice",
    "voiceOverrides",
    "experimentalSettings",
    "initialState",
];

impl Stage {
    /// The stage as it is given out.
    pub(super) fn shown(&self, call: &str) -> Value {
        let mut stage = self.fields.clone();
        let words = |messages: &[Value]| -> usize {
            let texts = messages
                .iter()
                .filter_map(|message| message.get("text")?.as_str());
            texts.map(|text| text.split_whitespace().count()).sum()
        };
        let prompt = self.fields.get("systemPrompt").and_then(Value::as_str);
        let prompt = prompt.map_or(0, |text| text.split_whitespace().count());
        let initial = prompt + words(&self.initial);
        for (name, value) in [
            ("callId", Value::from(call)),
            ("callStageId", self.id.as_str().into()),
            ("created", stamp(self.created)),
            ("initialTokenCount", initial.into()),
            ("latestTokenCount", (initial + words(&self.said)).into()),
            ("errorCount", 0.into()),
        ] {
            stage.insert(name.to_owned(), value);
        }
        stage.into()
    }

    /// Its messages as they are given out, with a name each; the initial ones too, or not.
    pub(super) fn messages(&self, with_initial: bool) -> Vec<(String, Value)> {
        let skipped = if with_initial { 0 } else { self.initial.len() };
        let all = self
            .initial
            .iter()
            .chain(&self.said)
            .enumerate()
            .skip(skipped);
        all.map(|(at, message)| {
            let mut message = message.clone();
            if let Some(message) = message.as_object_mut() {
                message.insert("callStageId".to_owned(), self.id.as_str().into());
                // The dialect leaves defaults out: the first has no index.
                if at > 0 {
                    message.insert("callStageMessageIndex".to_owned(), at.into());
                }
            }
            (format!("{}.{at}", self.id), message)
        })
        .collect()
    }
}

/// A time from the start of a call.
pub(super) fn since(start: Option<SystemTime>, now: SystemTime) -> String {
    let length = start.and_then(|start| now.duration_since(start).ok());
    seconds(length.unwrap_or_default())
}

pub(super) fn seconds(length: Duration) -> String {
    crate::types::UvDuration::from(length).to_string()
}

fn tool_name(tool: &Value) -> &Value {
    let temporary = tool.pointer("/temporaryTool/modelToolName");
    let names = [
        tool.get("nameOverride"),
        temporary,
        tool.get("toolName"),
        tool.get("toolId"),
    ];
    names.into_iter().flatten().next().unwrap_or(&Value::Null)
}

/// The tools of a stage as they are given out. Of tools that were not defined on the spot the definition is empty here.
fn call_tools(stage: &str, tools: &[Value]) -> Vec<Value> {
    let shown = tools.iter().enumerate().map(|(at, tool)| {
        let definition = tool.get("temporaryTool").and_then(Value::as_object);
        json!({
            "callToolId": format!("{stage}-{at}"),
            "toolId": tool.get("toolId"),
            "name": tool_name(tool),
            "definition": definition.map(definition_of).unwrap_or_default(),
        })
    });
    shown.collect()
}

/// A definition without credentials: of them only the names are given out.
fn definition_of(tool: &Object) -> Object {
    let mut shown = tool.clone();
    shown.remove("modelToolName");
    let requirements = shown.remove("requirements");
    let options = requirements
        .as_ref()
        .and_then(|value| value.pointer("/httpSecurityOptions/options"));
    let (mut headers, mut queries) = (Vec::new(), Vec::new());
    for option in rules::list(options) {
        let needed = option.get("requirements").and_then(Value::as_object);
        for requirement in needed.into_iter().flat_map(Object::values) {
            headers.extend(requirement.pointer("/headerApiKey/name").cloned());
            queries.extend(requirement.pointer("/queryApiKey/name").cloned());
            headers.extend(requirement.get("httpAuth").map(|_| "Authorization".into()));
        }
    }
    if let Some(Value::Object(http)) = shown.get_mut("http") {
        http.insert("authHeaders".to_owned(), headers.into());
        http.insert("authQueryParams".to_owned(), queries.into());
    }
    shown
}
