//! A call as Ultravox knows it.

use std::collections::BTreeMap;

use serde_json::Value;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::{AgentId, CallId, CallKey, JoinUrl};

use super::KEY_METADATA;
use crate::PROVIDER;
use crate::agents::AgentSummary;
use crate::types::{
    BillingStatus, CallMedium, Callbacks, DataConnection, EndReason, ExternalVoice, FirstSpeaker,
    FirstSpeakerWord, JsonMap, MessageMedium, Secret, SipTermination, StoredRetentionPolicy,
    TimedMessage, UvDuration, UvTime, VadSettings,
};

model! {
    /// A call as Ultravox knows it.
    ///
    /// Every field may be absent: answers differ with a call's age, and the API grows and shrinks.
    response Call {
        /// Its id; see also [`id`](Self::id).
        call_id: CallId => "callId",
        /// The version of the client that joined.
        client_version: String => "clientVersion",
        /// When it was created.
        created: UvTime => "created",
        /// When it was joined; unset until then.
        joined: UvTime => "joined",
        /// When it ended; unset until then.
        ended: UvTime => "ended",
        /// Why it ended.
        end_reason: EndReason => "endReason",
        /// How long it is billed for.
        billed_duration: UvDuration => "billedDuration",
        /// Tokens that went into side generations.
        billed_side_input_tokens: i64 => "billedSideInputTokens",
        /// Tokens that came out of side generations.
        billed_side_output_tokens: i64 => "billedSideOutputTokens",
        /// Whether and how it is billed.
        billing_status: BillingStatus => "billingStatus",
        /// Who was to speak first; deprecated by the API in favour of `first_speaker_settings`.
        first_speaker: FirstSpeakerWord => "firstSpeaker",
        /// Who was to speak first.
        first_speaker_settings: FirstSpeaker => "firstSpeakerSettings",
        /// What the agent says into silence.
        inactivity_messages: Vec<TimedMessage> => "inactivityMessages",
        /// Speech or text at first.
        initial_output_medium: MessageMedium => "initialOutputMedium",
        /// How long it waits to be joined.
        join_timeout: UvDuration => "joinTimeout",
        /// Where it is joined, a secret; see [`join_url`](Self::join_url). Unset where Ultravox dials over SIP.
        join_url: Secret => "joinUrl",
        /// The language.
        language_hint: String => "languageHint",
        /// The longest it may last.
        max_duration: UvDuration => "maxDuration",
        /// How it travels.
        medium: CallMedium => "medium",
        /// The model.
        model: String => "model",
        /// Whether it is recorded.
        recording_enabled: bool => "recordingEnabled",
        /// How long its data is kept.
        retention_policy: StoredRetentionPolicy => "retentionPolicy",
        /// What the agent is told to be.
        system_prompt: String => "systemPrompt" quiet,
        /// How freely the agent speaks.
        temperature: f64 => "temperature",
        /// What the agent says when the time is up.
        time_exceeded_message: String => "timeExceededMessage",
        /// The voice, by name or id.
        voice: String => "voice",
        /// A voice of another provider.
        external_voice: ExternalVoice => "externalVoice",
        /// Changes to the voice.
        voice_overrides: ExternalVoice => "voiceOverrides",
        /// Deprecated by the API.
        transcript_optional: bool => "transcriptOptional",
        /// When the person has spoken.
        vad_settings: VadSettings => "vadSettings",
        /// What it was about, in short; unset until it is written.
        short_summary: String => "shortSummary" quiet,
        /// What it was about; unset until it is written.
        summary: String => "summary" quiet,
        /// The agent, in short.
        agent: AgentSummary => "agent",
        /// The agent's id; unset for calls without an agent.
        agent_id: AgentId => "agentId",
        /// Settings without a promise: any JSON.
        experimental_settings: Value => "experimentalSettings" quiet,
        /// What the caller attached.
        metadata: BTreeMap<String, String> => "metadata" quiet,
        /// The state tools read and write, as it was at the start.
        initial_state: JsonMap => "initialState",
        /// Where the call came from, in the telephone provider's words: any JSON.
        request_context: Value => "requestContext" quiet,
        /// A second WebSocket for data.
        data_connection_config: DataConnection => "dataConnectionConfig",
        /// Where Ultravox reports what becomes of it.
        callbacks: Callbacks => "callbacks",
        /// The SIP side, if it has one.
        sip_details: SipDetails => "sipDetails",
    }
}

model! {
    /// The SIP side of a call.
    response SipDetails {
        /// How long it is billed for.
        billed_duration: UvDuration => "billedDuration",
        /// How it ended.
        termination_reason: SipTermination => "terminationReason",
    }
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallPhase {
    /// It waits to be joined.
    Waiting,
    /// It was joined and goes on.
    Live,
    /// It is over; [`Call::end_reason`] says why.
    Ended,
}

impl Call {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] for an answer without one, which the API does not give.
    pub fn id(&self) -> Result<&CallId, Error> {
        self.call_id
            .as_ref()
            .ok_or_else(|| crate::missing("calls", "callId"))
    }

    /// Where it is joined: once, by one client, before the join timeout. Whoever has it speaks with the agent.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] when it has none, because Ultravox dials itself, or one that is no WebSocket URL. The URL
    /// is not quoted.
    pub fn join_url(&self) -> Result<JoinUrl, Error> {
        let failed = |message: &str| {
            let id = self.call_id.as_ref().map_or("", CallId::as_str);
            Error::new(ErrorKind::Conflict, message)
                .with_operation(PROVIDER, "calls.join_url")
                .with_delivery(Delivery::Answered)
                .with_context("call", id)
        };
        let Some(url) = &self.join_url else {
            return Err(failed("the call has no join URL")
                .with_hint("Ultravox dials outgoing SIP calls itself; there is nothing to join"));
        };
        JoinUrl::new(url.clone().into_secret())
            .map_err(|_| failed("the call's join URL is no wss:// URL"))
    }

    /// How far it is.
    #[must_use]
    pub fn phase(&self) -> CallPhase {
        if self.ended.is_some() || self.end_reason.is_some() {
            CallPhase::Ended
        } else if self.joined.is_some() {
            CallPhase::Live
        } else {
            CallPhase::Waiting
        }
    }

    /// Whether it was created with this key.
    #[must_use]
    pub fn has_key(&self, key: &CallKey) -> bool {
        let metadata = self.metadata.as_ref();
        metadata
            .and_then(|map| map.get(KEY_METADATA))
            .is_some_and(|value| value == key.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn call(value: Value) -> Call {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn phases() {
        assert_eq!(call(json!({})).phase(), CallPhase::Waiting);
        assert_eq!(
            call(json!({"joined": null, "ended": null})).phase(),
            CallPhase::Waiting
        );
        assert_eq!(
            call(json!({"joined": "2026-01-01T00:00:00Z"})).phase(),
            CallPhase::Live
        );
        assert_eq!(
            call(json!({"ended": "2026-01-01T00:00:00Z"})).phase(),
            CallPhase::Ended
        );
        assert_eq!(
            call(json!({"endReason": "unjoined"})).phase(),
            CallPhase::Ended
        );
    }

    #[test]
    fn a_join_url_is_checked_when_it_is_asked_for_and_never_quoted() {
        let url = |value: Value| call(json!({"callId": "c-1", "joinUrl": value})).join_url();
        assert_eq!(
            url(json!("wss://voice.ultravox.ai/calls/c-1/x"))
                .unwrap()
                .expose(),
            "wss://voice.ultravox.ai/calls/c-1/x"
        );
        let none = url(Value::Null).unwrap_err();
        assert!(none.to_string().contains("has no join URL"), "{none}");
        assert_eq!(none.context_value("call"), Some("c-1"));
        let other = url(json!("https://planted-secret.example/x")).unwrap_err();
        assert!(
            !format!("{other:?} {other}").contains("planted"),
            "{other:?}"
        );
    }
}
