//! What an agent's calls are made of: the settings one sends, and the template as it comes back.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use serde_json::Value;
use voice_core::template::Template;

use crate::check::{self, Least, Problems};
use crate::types::{
    CallMedium, DataConnection, ExternalVoice, FirstSpeaker, JsonMap, MessageMedium,
    RetentionPolicy, Secret, SelectedTool, TimedMessage, UvDuration, UvTime, VadSettings,
};

model! {
    /// The settings of an agent's calls: prompt, voice, model, tools, limits. What is unset has the API's default.
    ///
    /// # Template variables
    /// `{{name}}` stands for a value of a call's template context. It works in `system_prompt`, `language_hint`,
    /// `time_exceeded_message`, the text of `inactivity_messages`, and in `selected_tools`: descriptions, values of
    /// static parameters, and credentials. [`variables`](Self::variables) lists them.
    ///
    /// Where a call has several stages, most of these hold only for stages that do not set their own.
    both TemplateSpec {
        /// What the agent is told to be. A template.
        system_prompt: String => "systemPrompt" quiet,
        /// The model; `ultravox-v0.7` by default.
        model: String => "model",
        /// How freely it speaks: 0 to 1; 0 by default.
        temperature: f64 => "temperature",
        /// A voice of Ultravox's, by name or id. Not together with `external_voice`.
        voice: String => "voice",
        /// A voice of another provider, for which the account has a key. Not together with `voice`.
        external_voice: ExternalVoice => "externalVoice",
        /// Changes to `voice`, of the same provider, that do not change its price.
        voice_overrides: ExternalVoice => "voiceOverrides",
        /// A BCP 47 language tag that helps recognition and speech. A template.
        language_hint: String => "languageHint",
        /// How calls travel; WebRTC by default.
        medium: CallMedium => "medium",
        /// Speech or text at first; speech by default.
        initial_output_medium: MessageMedium => "initialOutputMedium",
        /// How long a call waits to be joined; 30 s by default.
        join_timeout: UvDuration => "joinTimeout",
        /// The longest call; 1 h by default.
        max_duration: UvDuration => "maxDuration",
        /// What the agent says when the time is up. A template.
        time_exceeded_message: String => "timeExceededMessage",
        /// What the agent says into silence. Durations add up.
        inactivity_messages: Vec<TimedMessage> => "inactivityMessages",
        /// Who speaks first; the agent by default.
        first_speaker_settings: FirstSpeaker => "firstSpeakerSettings",
        /// When the person has spoken.
        vad_settings: VadSettings => "vadSettings",
        /// Whether calls are recorded. Users report recordings in spite of a no: promise nobody privacy by it.
        recording_enabled: bool => "recordingEnabled",
        /// The tools.
        selected_tools: Vec<SelectedTool> => "selectedTools",
        /// A second WebSocket for data.
        data_connection: DataConnection => "dataConnection",
        /// JSON Schema of the template context; made of the variables unless set.
        context_schema: JsonMap => "contextSchema",
        /// 16 to 127 characters each; sign what Ultravox sends to data connections. **Write-only**: no answer has them.
        shared_secrets: Vec<Secret> => "sharedSecrets",
        /// How long data is kept.
        retention_policy: RetentionPolicy => "retentionPolicy",
    }
}

impl TemplateSpec {
    /// Settings with a prompt.
    #[must_use]
    pub fn new(system_prompt: impl Into<String>) -> Self {
        Self::default().system_prompt(system_prompt)
    }

    /// The names of the template variables, each once, in order of appearance.
    ///
    /// ```
    /// use ultravox_client::agents::TemplateSpec;
    ///
    /// let spec = TemplateSpec::new("Greet {{customer_name}}.").time_exceeded_message("Bye, {{customer_name}} of {{city}}.");
    /// assert_eq!(spec.variables(), ["customer_name", "city"]);
    /// ```
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        self.each_text(&mut |text| {
            for name in Template::parse(text).variables() {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        });
        names
    }

    /// What a call's template context lacks, each name once.
    ///
    /// That is what the `required` of `context_schema` names, or, without a schema, every variable. `a.b` is found as
    /// the key `a.b` or as `b` within `a`.
    #[must_use]
    pub fn missing_from(&self, context: &JsonMap) -> Vec<String> {
        if let Some(schema) = &self.context_schema {
            let required = schema.get("required").and_then(Value::as_array);
            let names = required.into_iter().flatten().filter_map(Value::as_str);
            return names
                .filter(|name| !context.contains_key(*name))
                .map(str::to_owned)
                .collect();
        }
        let mut missing: Vec<String> = Vec::new();
        self.each_text(&mut |text| {
            if let Err(error) = Template::parse(text).render(&**context) {
                for name in error.missing() {
                    if !missing.contains(name) {
                        missing.push(name.clone());
                    }
                }
            }
        });
        missing
    }

    /// Everything that is a template.
    fn each_text(&self, take: &mut dyn FnMut(&str)) {
        let texts = [
            &self.system_prompt,
            &self.language_hint,
            &self.time_exceeded_message,
        ];
        for text in texts.into_iter().flatten() {
            take(text);
        }
        for message in self.inactivity_messages.iter().flatten() {
            message.message.as_deref().into_iter().for_each(&mut *take);
        }
        for tool in self.selected_tools.iter().flatten() {
            let definition = tool.temporary_tool.as_deref();
            let description = tool
                .description_override
                .as_deref()
                .or_else(|| definition.and_then(|tool| tool.description.as_deref()));
            description.into_iter().for_each(&mut *take);
            let fixed = definition.and_then(|tool| tool.static_parameters.as_ref());
            for parameter in fixed.into_iter().flatten() {
                parameter
                    .value
                    .iter()
                    .for_each(|value| each_string(value, take));
            }
            let overrides = tool.parameter_overrides.iter().flat_map(|map| map.values());
            overrides.for_each(|value| each_string(value, take));
            for token in tool.auth_tokens.iter().flat_map(BTreeMap::values) {
                take(token.expose());
            }
        }
    }

    /// What is wrong with it, by the names of its fields.
    pub(crate) fn problems(&self) -> Problems {
        let mut found = Problems::default();
        let problems = &mut found;
        problems.range("temperature", self.temperature, 0.0..=1.0);
        problems.rule(
            self.voice.is_some() && self.external_voice.is_some(),
            "externalVoice",
            "must not be set together with voice",
        );
        problems.duration("joinTimeout", self.join_timeout.as_ref(), Least::Positive);
        problems.duration("maxDuration", self.max_duration.as_ref(), Least::Positive);
        check::voices(
            problems,
            self.external_voice.as_ref(),
            self.voice_overrides.as_ref(),
        );
        check::medium(problems, self.medium.as_ref());
        check::vad(problems, self.vad_settings.as_ref());
        check::inactivity(problems, self.inactivity_messages.as_ref());
        check::first_speaker(problems, self.first_speaker_settings.as_ref());
        check::tools(problems, "selectedTools", self.selected_tools.as_ref());
        check::shared_secrets(problems, self.shared_secrets.as_ref());
        found
    }
}

fn each_string(value: &Value, take: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => take(text),
        Value::Array(items) => items.iter().for_each(|item| each_string(item, take)),
        Value::Object(map) => map.values().for_each(|item| each_string(item, take)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An agent's template as it comes back: the [settings](TemplateSpec), to which it dereferences, and what the server adds.
///
/// Write-only fields are not in it: `shared_secrets` is always unset here, and credentials of tools may be.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct CallTemplate {
    /// The template's name.
    pub name: Option<String>,
    /// When it was made.
    pub created: Option<UvTime>,
    /// When it was last changed.
    pub updated: Option<UvTime>,
    /// The settings.
    pub settings: TemplateSpec,
}

impl Deref for CallTemplate {
    type Target = TemplateSpec;

    fn deref(&self) -> &TemplateSpec {
        &self.settings
    }
}

impl fmt::Debug for CallTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallTemplate")
            .field("name", &self.name)
            .field("created", &self.created)
            .field("updated", &self.updated)
            .field("settings", &self.settings)
            .finish()
    }
}

impl<'de> serde::Deserialize<'de> for CallTemplate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut settings = TemplateSpec::deserialize(deserializer)?;
        // A value of another type than expected stays where it is.
        let mut take = |name: &str| match settings.extra.get(name) {
            Some(Value::String(_)) => settings.extra.remove(name),
            _ => None,
        };
        let mut time = |name| take(name).and_then(|text| serde_json::from_value(text).ok());
        let (created, updated) = (time("created"), time("updated"));
        let name = take("name").and_then(|text| text.as_str().map(str::to_owned));
        Ok(Self {
            name,
            created,
            updated,
            settings,
        })
    }
}
