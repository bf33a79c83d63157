//! A call of an agent, to be started.

use std::collections::BTreeMap;

use voice_core::client::Operation;
use voice_core::error::Error;
use voice_core::provider::{AgentId, CallKey};

use super::KEY_METADATA;
use crate::agents::TemplateSpec;
use crate::check::{self, Least, Problems};
use crate::types::{
    CallMedium, Callbacks, DataConnection, ExternalVoice, FirstSpeaker, JsonMap, Message,
    MessageMedium, RetentionPolicy, Secret, ToolOverrides, UvDuration,
};

model! {
    /// A call of an agent, to be started. What is unset is as the agent has it.
    ///
    /// Prompt, model, temperature, tools and voice activity detection are the agent's and cannot be set for one call.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ultravox_client::calls::StartAgentCall;
    /// use ultravox_client::types::{CallMedium, JsonMap};
    ///
    /// let call = StartAgentCall::new()
    ///     .template_context([("customer_name", "Ada")])
    ///     .medium(CallMedium::twilio())
    ///     .join_timeout(Duration::from_secs(60))
    ///     .metadata([("order".to_owned(), "4711".to_owned())]);
    /// assert_eq!(
    ///     serde_json::to_value(&call)?,
    ///     serde_json::json!({
    ///         "templateContext": {"customer_name": "Ada"},
    ///         "metadata": {"order": "4711"},
    ///         "medium": {"twilio": {}},
    ///         "joinTimeout": "60s",
    ///     })
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    plain StartAgentCall {
        /// Values for the template variables of the agent; personal data.
        template_context: JsonMap => "templateContext",
        /// What was said before the call.
        initial_messages: Vec<Message> => "initialMessages",
        /// Anything worth knowing of the call, for filters and webhooks. Keys must not start with `ultravox.`.
        metadata: BTreeMap<String, String> => "metadata" quiet,
        /// How the call travels. **A medium that dials rings somebody as soon as the call is created.**
        medium: CallMedium => "medium",
        /// How long it waits to be joined: queueing and ringing must fit in.
        join_timeout: UvDuration => "joinTimeout",
        /// The longest it may last.
        max_duration: UvDuration => "maxDuration",
        /// Whether it is recorded.
        recording_enabled: bool => "recordingEnabled",
        /// Speech or text at first.
        initial_output_medium: MessageMedium => "initialOutputMedium",
        /// Who speaks first.
        first_speaker_settings: FirstSpeaker => "firstSpeakerSettings",
        /// A second WebSocket for data.
        data_connection: DataConnection => "dataConnection",
        /// Settings without a promise.
        experimental_settings: JsonMap => "experimentalSettings",
        /// Where Ultravox reports what becomes of the call.
        callbacks: Callbacks => "callbacks",
        /// Another voice, by name or id.
        voice: String => "voice",
        /// Changes to `voice`; valid only together with it.
        voice_overrides: ExternalVoice => "voiceOverrides",
        /// Changes to the tools.
        tool_overrides: ToolOverrides => "toolOverrides",
        /// How long data is kept.
        retention_policy: RetentionPolicy => "retentionPolicy",
        /// 16 to 127 characters each; sign what Ultravox sends to data connections. Write-only: no answer has them.
        shared_secrets: Vec<Secret> => "sharedSecrets",
        /// The agent, where the path does not say it: in the answer of a SIP fallback handler. Ignored otherwise.
        agent_id: AgentId => "agentId",
    }
}

impl StartAgentCall {
    /// Adds a value of the template context.
    #[must_use]
    pub fn variable(
        mut self,
        name: impl Into<String>,
        value: impl Into<serde_json::Value>,
    ) -> Self {
        let context = self.template_context.get_or_insert_default();
        context.insert(name.into(), value.into());
        self
    }

    /// Adds a piece of metadata.
    #[must_use]
    pub fn tag(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata
            .get_or_insert_default()
            .insert(name.into(), value.into());
        self
    }

    /// Marks the call with a key of the caller's, in the metadata under [`KEY_METADATA`], so that it can be
    /// [found again](super::Calls::find_by_key) after an unknown outcome.
    #[must_use]
    pub fn key(self, key: &CallKey) -> Self {
        self.tag(KEY_METADATA, key.as_str())
    }

    pub(crate) fn check(
        &self,
        operation: &Operation,
        template: Option<&TemplateSpec>,
    ) -> Result<(), Error> {
        let mut problems = Problems::default();
        check::metadata(&mut problems, self.metadata.as_ref());
        problems.duration("joinTimeout", self.join_timeout.as_ref(), Least::Positive);
        problems.duration("maxDuration", self.max_duration.as_ref(), Least::Positive);
        problems.rule(
            self.voice_overrides.is_some() && self.voice.is_none(),
            "voiceOverrides",
            "is valid only together with voice in the same request",
        );
        check::voices(&mut problems, None, self.voice_overrides.as_ref());
        check::medium(&mut problems, self.medium.as_ref());
        check::first_speaker(&mut problems, self.first_speaker_settings.as_ref());
        check::tool_overrides(&mut problems, self.tool_overrides.as_ref());
        check::shared_secrets(&mut problems, self.shared_secrets.as_ref());
        if let Some(template) = template {
            let none = JsonMap::new();
            let context = self.template_context.as_ref().unwrap_or(&none);
            crate::context::check(&mut problems, template, context);
        }
        problems.finish(operation)
    }
}
