//! Credentials at Twilio.

use std::collections::BTreeMap;

use voice_core::client::{Client, Operation, Response};
use voice_core::error::Error;
use voice_core::provider::AgentId;
use voice_core::retry::Repeat;

use super::{KeyPrefix, Shared, config};
use crate::check::Problems;
use crate::types::Secret;

config! {
    "Twilio" "/api/telephony_configs/twilio" "telephony_configs.twilio"
    GET_TWILIO CREATE_TWILIO UPDATE_TWILIO DELETE_TWILIO
    TwilioConfigs NewTwilioConfig TwilioConfigUpdate TwilioConfig
}

request! {
    /// Credentials at Twilio, to be set.
    NewTwilioConfig(
        /// The account's SID.
        account_sid: String => "accountSid",
        /// The account's auth token. Write-only: answers have its beginning.
        auth_token: Secret => "authToken",
    ) {
        /// The agents that Twilio may create calls of: at most 100. Not together with `call_creation_allow_all_agents`.
        call_creation_allowed_agent_ids: Vec<AgentId> => "callCreationAllowedAgentIds",
        /// Whether it may create calls of every agent; no by default.
        call_creation_allow_all_agents: bool => "callCreationAllowAllAgents",
        /// Fields of Twilio's request, and the fields of the template context they become; dots between names.
        request_context_mapping: BTreeMap<String, String> => "requestContextMapping",
    }
}

impl NewTwilioConfig {
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        std::iter::once(&self.auth_token)
    }

    fn own(&self, problems: &mut Problems) {
        problems.text("accountSid", Some(&self.account_sid), usize::MAX);
        problems.secret("authToken", Some(&self.auth_token), usize::MAX);
    }
}

request! {
    /// What to change of the credentials at Twilio; what is not set stays.
    TwilioConfigUpdate() {
        /// The account's SID.
        account_sid: String => "accountSid",
        /// The account's auth token. Write-only: answers have its beginning.
        auth_token: Secret => "authToken",
        /// The agents that Twilio may create calls of: at most 100. Not together with `call_creation_allow_all_agents`.
        call_creation_allowed_agent_ids: Vec<AgentId> => "callCreationAllowedAgentIds",
        /// Whether it may create calls of every agent; no by default.
        call_creation_allow_all_agents: bool => "callCreationAllowAllAgents",
        /// Fields of Twilio's request, and the fields of the template context they become; dots between names.
        request_context_mapping: BTreeMap<String, String> => "requestContextMapping",
    }
}

impl TwilioConfigUpdate {
    fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.auth_token.iter()
    }

    fn own(&self, problems: &mut Problems) {
        problems.text("accountSid", self.account_sid.as_ref(), usize::MAX);
        problems.secret("authToken", self.auth_token.as_ref(), usize::MAX);
    }
}

model! {
    /// Credentials at Twilio as Ultravox knows them; what is secret is not given out.
    response TwilioConfig {
        /// The account's SID.
        account_sid: String => "accountSid",
        /// How the auth token begins.
        auth_token_prefix: KeyPrefix => "authTokenPrefix",
        /// The agents that Twilio may create calls of.
        call_creation_allowed_agent_ids: Vec<AgentId> => "callCreationAllowedAgentIds",
        /// Whether it may create calls of every agent.
        call_creation_allow_all_agents: bool => "callCreationAllowAllAgents",
        /// Fields of Twilio's request, and the fields of the template context they become.
        request_context_mapping: BTreeMap<String, String> => "requestContextMapping",
    }
}
