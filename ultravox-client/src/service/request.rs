//! What the service is asked for, as text that is not checked yet.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value, json};
use voice_core::ident::{AgentName, E164};

use crate::agents::{AgentUpdate, NewAgent, TemplateSpec};
use crate::check::Problems;
use crate::types::JsonMap;

/// An agent to be created or changed.
///
/// Template variables are texts that a call uses when it brings no value of its own. They are kept at Ultravox, as the
/// defaults in the template's `contextSchema`, so that any process can start a call of the agent.
///
/// ```
/// use ultravox_client::service::AgentSettings;
///
/// let agent = AgentSettings::new("Support Agent", "Hello {{customer_name}}, this is {{company_name}}.")
///     .variable("customer_name", "valued customer")
///     .variable("company_name", "Acme Corp")
///     .voice("Mark");
/// ```
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AgentSettings {
    /// Its name, 1 to 64 characters.
    pub name: Option<String>,
    /// What it is told to be; may hold `{{name}}` variables.
    pub prompt: Option<String>,
    /// A voice, by name or id. `default` means the API's.
    pub voice: Option<String>,
    /// A BCP 47 language tag.
    pub language: Option<String>,
    /// Texts for variables that a call gives no value for.
    pub variables: BTreeMap<String, String>,
    /// Everything else the API takes; what is set above wins.
    pub template: TemplateSpec,
}

impl AgentSettings {
    /// An agent with a name and a prompt.
    pub fn new(name: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            prompt: Some(prompt.into()),
            ..Self::default()
        }
    }

    /// No settings yet, for a change.
    #[must_use]
    pub fn change() -> Self {
        Self::default()
    }

    /// A name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// A prompt.
    #[must_use]
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into());
        self
    }

    /// A voice.
    #[must_use]
    pub fn voice(mut self, voice: impl Into<String>) -> Self {
        self.voice = Some(voice.into());
        self
    }

    /// A language.
    #[must_use]
    pub fn language(mut self, tag: impl Into<String>) -> Self {
        self.language = Some(tag.into());
        self
    }

    /// A text for a variable that a call gives no value for.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.variables.insert(name.into(), text.into());
        self
    }

    /// Everything else the API takes.
    #[must_use]
    pub fn template(mut self, template: TemplateSpec) -> Self {
        self.template = template;
        self
    }

    /// The settings as the API takes them, the texts for variables aside.
    fn spec(&self) -> TemplateSpec {
        let mut spec = self.template.clone();
        if self.prompt.is_some() {
            spec.system_prompt.clone_from(&self.prompt);
        }
        if let Some(voice) = self.voice.as_ref().filter(|voice| *voice != "default") {
            spec.voice = Some(voice.clone());
        }
        if self.language.is_some() {
            spec.language_hint.clone_from(&self.language);
        }
        spec
    }

    pub(super) fn new_agent(&self, problems: &mut Problems) -> Option<NewAgent> {
        let name = self.checked_name(problems);
        if name.is_none() && self.name.is_none() {
            problems.add("name", "is required");
        }
        if self.prompt.is_none() && self.template.system_prompt.is_none() {
            problems.add("prompt", "is required");
        }
        let mut spec = self.spec();
        if !self.variables.is_empty() && spec.context_schema.is_none() {
            spec.context_schema = Some(schema(JsonMap::new(), &[], &spec, &self.variables));
        }
        Some(NewAgent::new(name?, spec))
    }

    /// Whether a change of them may leave an agent's schema without a variable or a text.
    pub(super) fn touches_variables(&self) -> bool {
        let spec = &self.template;
        spec.context_schema.is_none()
            && (!self.variables.is_empty()
                || self.prompt.is_some()
                || self.language.is_some()
                || spec.system_prompt.is_some()
                || spec.language_hint.is_some()
                || spec.time_exceeded_message.is_some()
                || spec.inactivity_messages.is_some()
                || spec.selected_tools.is_some()
                || !spec.extra.is_empty())
    }

    /// The schema of an agent that has this template now, once it is changed; `None` when it neither has one nor needs
    /// one.
    pub(super) fn changed_schema(&self, current: &TemplateSpec) -> Option<JsonMap> {
        if current.context_schema.is_none() && self.variables.is_empty() {
            return None;
        }
        let old = current.context_schema.clone().unwrap_or_default();
        let after = overlaid(current, &self.spec());
        Some(schema(old, &current.variables(), &after, &self.variables))
    }

    pub(super) fn agent_update(&self, problems: &mut Problems) -> AgentUpdate {
        let mut update = AgentUpdate::new().template(self.spec());
        update.name = self.checked_name(problems);
        update
    }

    fn checked_name(&self, problems: &mut Problems) -> Option<AgentName> {
        match AgentName::parse(self.name.as_deref()?.trim()) {
            Ok(name) => Some(name),
            Err(error) => {
                problems.add("name", error.to_string());
                None
            }
        }
    }
}

/// Prompts and texts may be personal: names and lengths are shown.
impl fmt::Debug for AgentSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variables: Vec<&String> = self.variables.keys().collect();
        f.debug_struct("AgentSettings")
            .field("name", &self.name)
            .field("prompt_bytes", &self.prompt.as_ref().map(String::len))
            .field("voice", &self.voice)
            .field("language", &self.language)
            .field("variables", &variables)
            .field("template", &self.template)
            .finish()
    }
}

/// A template with the fields of another put in, as an update does it.
fn overlaid(current: &TemplateSpec, change: &TemplateSpec) -> TemplateSpec {
    let (Ok(Value::Object(mut fields)), Ok(Value::Object(changed))) =
        (serde_json::to_value(current), serde_json::to_value(change))
    else {
        return change.clone();
    };
    fields.extend(changed);
    serde_json::from_value(fields.into()).unwrap_or_else(|_| change.clone())
}

/// The schema `old`, of a template with the variables `before`, made to fit the template `after`: new variables are
/// required, those that are gone are not any more, and neither are those that have a text. The rest of it stays.
fn schema(
    mut old: JsonMap,
    before: &[String],
    after: &TemplateSpec,
    texts: &BTreeMap<String, String>,
) -> JsonMap {
    let mut properties = match old.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    let mut required: Vec<Value> = match old.remove("required") {
        Some(Value::Array(required)) => required,
        _ => Vec::new(),
    };
    let now = after.variables();
    let is = |value: &Value, name: &String| value.as_str() == Some(name.as_str());
    required.retain(|name| {
        let is_gone =
            before.iter().any(|old| is(name, old)) && !now.iter().any(|new| is(name, new));
        let has_text = texts.keys().any(|given| is(name, given));
        !is_gone && !has_text
    });
    for name in now {
        if !texts.contains_key(&name) && !properties.contains_key(&name) {
            properties.insert(name.clone(), json!({}));
            required.push(name.into());
        }
    }
    for (name, text) in texts {
        let property = properties
            .entry(name.as_str())
            .or_insert_with(|| json!({"type": "string"}));
        match property {
            Value::Object(property) => {
                drop(property.insert("default".to_owned(), text.as_str().into()));
            }
            other => *other = json!({"type": "string", "default": text}),
        }
    }
    old.entry("type").or_insert_with(|| "object".into());
    old.insert("properties".to_owned(), properties.into());
    old.insert("required".to_owned(), required.into());
    old
}

/// The texts an agent's schema has for values that are not in `context`.
pub(super) fn defaults(spec: &TemplateSpec, context: &Map<String, Value>) -> Map<String, Value> {
    let properties = spec
        .context_schema
        .as_ref()
        .and_then(|schema| schema.get("properties"))
        .and_then(Value::as_object);
    let mut found = Map::new();
    for (name, property) in properties.into_iter().flatten() {
        if let Some(text) = property.get("default")
            && !context.contains_key(name)
        {
            found.insert(name.clone(), text.clone());
        }
    }
    found
}

/// A call to be started.
///
/// ```
/// use ultravox_client::service::CallOrder;
///
/// let order = CallOrder::new("+15551234567").value("customer_name", "Ada").value("points", 120);
/// assert!(!format!("{order:?}").contains("5551234567"));
/// ```
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct CallOrder {
    /// Who is rung: E.164, such as `+15551234567`.
    pub phone_number: String,
    /// Values for the agent's template variables.
    pub template_context: Map<String, Value>,
}

impl CallOrder {
    /// Rings a number.
    pub fn new(phone_number: impl Into<String>) -> Self {
        Self {
            phone_number: phone_number.into(),
            template_context: Map::new(),
        }
    }

    /// A value for a template variable.
    #[must_use]
    pub fn value(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.template_context.insert(name.into(), value.into());
        self
    }

    pub(super) fn number(&self, problems: &mut Problems) -> Option<E164> {
        match E164::parse(&self.phone_number) {
            Ok(number) => Some(number),
            Err(error) => {
                problems.add("phone_number", error.to_string());
                None
            }
        }
    }
}

impl fmt::Debug for CallOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<&String> = self.template_context.keys().collect();
        let number = E164::parse(&self.phone_number).ok();
        f.debug_struct("CallOrder")
            .field("phone_number", &number)
            .field("values", &values)
            .finish()
    }
}
