//! Changing an agent without losing what one does not know of.
//!
//! The vendor's pages say that a partial `callTemplate` is merged into the old one; a production user reports that it
//! *replaces* it. So an update reads the agent, puts the changes into the JSON as it came, and sends the whole template
//! back: right either way, with fields of newer versions untouched. A field to be removed goes as `null`, which both
//! readings take as unset.

use serde_json::{Map, Value};
use voice_core::client::Operation;
use voice_core::error::Error;
use voice_core::ident::AgentName;

use super::TemplateSpec;
use crate::check::Problems;

/// What to change of an agent; what is not named stays.
///
/// Each field set in the template replaces the old field as a whole: `selected_tools` are the new tools, not additions.
/// Setting `external_voice` removes `voice` and its overrides, and the other way round.
///
/// <div class="warning">
///
/// **Secrets that only go in are lost by an update unless you give them again.** An update sends back what the API gave
/// out, and it never gives out `sharedSecrets`, perhaps not the `authTokens` of tools either. If the agent has them, set
/// [`TemplateSpec::shared_secrets`] and [`TemplateSpec::selected_tools`] in every update. A change of the name alone does
/// not touch the template.
///
/// Two updates at the same time: the later one wins, also where it changed nothing. The API has no way to tell.
///
/// </div>
///
/// ```
/// use ultravox_client::agents::{AgentUpdate, TemplateSpec};
///
/// let change = AgentUpdate::new()
///     .prompt("You answer the phone, and you are brief.")
///     .unset("timeExceededMessage");
/// let more = AgentUpdate::new().template(TemplateSpec::default().voice("Mark").temperature(0.2));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AgentUpdate {
    /// Another name.
    pub name: Option<AgentName>,
    /// Fields to set.
    pub template: TemplateSpec,
    /// Wire names of template fields to remove.
    pub unset: Vec<String>,
}

impl AgentUpdate {
    /// No change yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another name.
    #[must_use]
    pub fn name(mut self, name: AgentName) -> Self {
        self.name = Some(name);
        self
    }

    /// Another prompt.
    #[must_use]
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.template = self.template.system_prompt(prompt);
        self
    }

    /// All template fields that are set in `template`; takes the place of what was given before, a prompt too.
    #[must_use]
    pub fn template(mut self, template: TemplateSpec) -> Self {
        self.template = template;
        self
    }

    /// Removes a template field, by its wire name, so that the API's default holds again.
    #[must_use]
    pub fn unset(mut self, field: impl Into<String>) -> Self {
        self.unset.push(field.into());
        self
    }

    /// Whether the template is to be changed at all.
    pub(super) fn touches_template(&self) -> bool {
        !self.unset.is_empty() || self.template != TemplateSpec::default()
    }

    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.within("callTemplate", self.template.problems());
        problems.rule(
            self.name.is_none() && !self.touches_template(),
            "update",
            "changes nothing",
        );
        problems.finish(operation)
    }

    /// The body of a change of the name alone.
    pub(super) fn without_template(&self) -> Value {
        let mut body = Map::new();
        if let Some(name) = &self.name {
            body.insert("name".to_owned(), name.as_str().into());
        }
        body.into()
    }

    /// The body for an agent that is `current` now.
    pub(super) fn applied_to(&self, mut current: Value) -> Result<Value, serde_json::Error> {
        let mut template = match current.get_mut("callTemplate").map(Value::take) {
            Some(Value::Object(template)) => template,
            _ => Map::new(),
        };
        for served in ["created", "updated"] {
            template.remove(served);
        }
        if self.name.is_some() {
            template.remove("name");
        }
        let excluded: &[&str] = if self.template.external_voice.is_some() {
            &["voice", "voiceOverrides"]
        } else if self.template.voice.is_some() {
            &["externalVoice"]
        } else {
            &[]
        };
        for field in excluded {
            if let Some(value) = template.get_mut(*field) {
                *value = Value::Null;
            }
        }
        if let Value::Object(set) = serde_json::to_value(&self.template)? {
            template.extend(set);
        }
        for field in &self.unset {
            template.insert(field.clone(), Value::Null);
        }
        let mut body = self.without_template();
        if let Value::Object(body) = &mut body {
            body.insert("callTemplate".to_owned(), template.into());
        }
        Ok(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{ExternalVoice, LmntVoice};
    use serde_json::json;

    fn current() -> Value {
        json!({
            "agentId": "a", "name": "Old", "statistics": {"calls": 3},
            "callTemplate": {
                "name": "Old", "created": "2026-01-01T00:00:00Z", "updated": "2026-01-02T00:00:00Z",
                "systemPrompt": "Old prompt", "voice": "Mark", "temperature": 0.5, "futureField": {"x": [1, null]},
            }
        })
    }

    #[test]
    fn what_is_not_named_stays_whatever_it_is() {
        let body = AgentUpdate::new()
            .prompt("New")
            .applied_to(current())
            .unwrap();
        assert_eq!(
            body,
            json!({"callTemplate": {
                "name": "Old", "systemPrompt": "New", "voice": "Mark", "temperature": 0.5,
                "futureField": {"x": [1, null]},
            }})
        );
    }

    #[test]
    fn voices_exclude_each_other_and_unset_is_null() {
        let lmnt = ExternalVoice::Lmnt(LmntVoice::new().voice_id("v"));
        let body = AgentUpdate::new()
            .name(AgentName::parse("New").unwrap())
            .template(TemplateSpec::default().external_voice(lmnt))
            .unset("temperature")
            .applied_to(current())
            .unwrap();
        assert_eq!(
            body,
            json!({"name": "New", "callTemplate": {
                "systemPrompt": "Old prompt", "voice": null, "externalVoice": {"lmnt": {"voiceId": "v"}},
                "temperature": null, "futureField": {"x": [1, null]},
            }})
        );
    }

    #[test]
    fn an_agent_without_a_template_gets_one_and_no_change_is_a_mistake() {
        for current in [json!({"callTemplate": null}), json!({})] {
            let body = AgentUpdate::new()
                .prompt("New")
                .applied_to(current)
                .unwrap();
            assert_eq!(body, json!({"callTemplate": {"systemPrompt": "New"}}));
        }
        let error = AgentUpdate::new().check(&super::super::UPDATE).unwrap_err();
        assert!(error.to_string().contains("changes nothing"), "{error}");
    }
}
