//! Credentials at Telnyx.

use std::collections::BTreeMap;

use voice_core::client::{Client, Operation, Response};
use voice_core::error::Error;
use voice_core::provider::AgentId;
use voice_core::retry::Repeat;

use super::{KeyPrefix, Shared, config};
use crate::check::Problems;
use crate::types::Secret;

config! {
    "Telnyx" "/api/telephony_configs/telnyx" "telephony_configs.telnyx"
    GET_TELNYX CREATE_TELNYX UPDATE_TELNYX DELETE_TELNYX
    TelnyxConfigs NewTelnyxConfig TelnyxConfigUpdate TelnyxConfig
}

request! {
    /// Credentials at Telnyx, to be set.
    NewTelnyxConfig(
        /// The account's SID.
        account_sid: String => "accountSid",
        /// The API key. Write-only: answers have its beginning.
        api_key: Secret => "apiKey",
        /// The public key. Write-only: answers have its beginning.
        public_key: Secret => "publicKey",
        /// The SID of an application with an outbound voice profile for your destinations: at most 40 characters.
        application_sid: String => "applicationSid",
    ) {
        /// The agents that Telnyx may create calls of: at most 100. Not together with `call_creation_allow_all_agents`.
        call_creation_allowed_agent_ids: Vec<AgentId> => "callCreationAllowedAgentIds",
        /// Whether it may create calls of every agent; no by default.
        call_creation_allow_all_agents: bool => "callCreationAllowAllAgents",
        /// Fields of Telnyx's request, and the fields of the template context they become; dots between names.
        request_context_mapping: BTreeMap<String, String> => "requestContextMapping",
    }
}

impl NewTelnyxConfig {
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        [&self.api_key, &self.public_key].into_iter()
    }

    fn own(&self, problems: &mut Problems) {
        problems.text("accountSid", Some(&self.account_sid), usize::MAX);
        problems.secret("apiKey", Some(&self.api_key), usize::MAX);
        problems.secret("publicKey", Some(&self.public_key), usize::MAX);
        problems.text("applicationSid", Some(&self.application_sid), 40);
    }
}

request! {
    /// What to change of the credentials at Telnyx; what is not set stays.
    TelnyxConfigUpdate() {
        /// The account's SID.
        account_sid: String => "accountSid",
        /// The API key. Write-only: answers have its beginning.
        api_key: Secret => "apiKey",
        /// The public key. Write-only: answers have its beginning.
        public_key: Secret => "publicKey",
        /// The SID of an application with an outbound voice profile for your destinations: at most 40 characters.
        application_sid: String => "applicationSid",
        /// The agents that Telnyx may create calls of: at most 100. Not together with `call_creation_allow_all_agents`.
        call_creation_allowed_agent_ids: Vec<AgentId> => "callCreationAllowedAgentIds",
        /// Whether it may create calls of every agent; no by default.
        call_creation_allow_all_agents: bool => "callCreationAllowAllAgents",
        /// Fields of Telnyx's request, and the fields of the template context they become; dots between names.
        request_context_mapping: BTreeMap<String, String> => "requestContextMapping",
    }
}

impl TelnyxConfigUpdate {
    fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.api_key.iter().chain(&self.public_key)
    }

    fn own(&self, problems: &mut Problems) {
        problems.text("accountSid", self.account_sid.as_ref(), usize::MAX);
        problems.secret("apiKey", self.api_key.as_ref(), usize::MAX);
        problems.secret("publicKey", self.public_key.as_ref(), usize::MAX);
        problems.text("applicationSid", self.application_sid.as_ref(), 40);
    }
}

model! {
    /// Credentials at Telnyx as Ultravox knows them; what is secret is not given out.
    response TelnyxConfig {
        /// The account's SID.
        account_sid: String => "accountSid",
        /// How the API key begins.
        api_key_prefix: KeyPrefix => "apiKeyPrefix",
        /// How the public key begins.
        public_key_prefix: KeyPrefix => "publicKeyPrefix",
        /// The SID of an application with an outbound voice profile for your destinations.
        application_sid: String => "applicationSid",
        /// The agents that Telnyx may create calls of.
        call_creation_allowed_agent_ids: Vec<AgentId> => "callCreationAllowedAgentIds",
        /// Whether it may create calls of every agent.
        call_creation_allow_all_agents: bool => "callCreationAllowAllAgents",
        /// Fields of Telnyx's request, and the fields of the template context they become.
        request_context_mapping: BTreeMap<String, String> => "requestContextMapping",
    }
}
