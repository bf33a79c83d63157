//! Credentials at Plivo.

use std::collections::BTreeMap;

use voice_core::client::{Client, Operation, Response};
use voice_core::error::Error;
use voice_core::provider::AgentId;
use voice_core::retry::Repeat;

use super::{KeyPrefix, Shared, config};
use crate::check::Problems;
use crate::types::Secret;

config! {
    "Plivo" "/api/telephony_configs/plivo" "telephony_configs.plivo"
    GET_PLIVO CREATE_PLIVO UPDATE_PLIVO DELETE_PLIVO
    PlivoConfigs NewPlivoConfig PlivoConfigUpdate PlivoConfig
}

request! {
    /// Credentials at Plivo, to be set.
    NewPlivoConfig(
        /// The auth id.
        auth_id: String => "authId",
        /// The auth token. Write-only: answers have its beginning.
        auth_token: Secret => "authToken",
    ) {
        /// The agents that Plivo may create calls of: at most 100. Not together with `call_creation_allow_all_agents`.
        call_creation_allowed_agent_ids: Vec<AgentId> => "callCreationAllowedAgentIds",
        /// Whether it may create calls of every agent; no by default.
        call_creation_allow_all_agents: bool => "callCreationAllowAllAgents",
        /// Fields of Plivo's request, and the fields of the template context they become; dots between names.
        request_context_mapping: BTreeMap<String, String> => "requestContextMapping",
    }
}

impl NewPlivoConfig {
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        std::iter::once(&self.auth_token)
    }

    fn own(&self, problems: &mut Problems) {
        problems.text("authId", Some(&self.auth_id), usize::MAX);
        problems.secret("authToken", Some(&self.auth_token), usize::MAX);
    }
}

request! {
    /// What to change of the credentials at Plivo; what is not set stays.
    PlivoConfigUpdate() {
        /// The auth id.
        auth_id: String => "authId",
        /// The auth token. Write-only: answers have its beginning.
        auth_token: Secret => "authToken",
        /// The agents that Plivo may create calls of: at most 100. Not together with `call_creation_allow_all_agents`.
        call_creation_allowed_agent_ids: Vec<AgentId> => "callCreationAllowedAgentIds",
        /// Whether it may create calls of every agent; no by default.
        call_creation_allow_all_agents: bool => "callCreationAllowAllAgents",
        /// Fields of Plivo's request, and the fields of the template context they become; dots between names.
        request_context_mapping: BTreeMap<String, String> => "requestContextMapping",
    }
}

impl PlivoConfigUpdate {
    fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.auth_token.iter()
    }

    fn own(&self, problems: &mut Problems) {
        problems.text("authId", self.auth_id.as_ref(), usize::MAX);
        problems.secret("authToken", self.auth_token.as_ref(), usize::MAX);
    }
}

model! {
    /// Credentials at Plivo as Ultravox knows them; what is secret is not given out.
    response PlivoConfig {
        /// The auth id.
        auth_id: String => "authId",
        /// How the auth token begins.
        auth_token_prefix: KeyPrefix => "authTokenPrefix",
        /// The agents that Plivo may create calls of.
        call_creation_allowed_agent_ids: Vec<AgentId> => "callCreationAllowedAgentIds",
        /// Whether it may create calls of every agent.
        call_creation_allow_all_agents: bool => "callCreationAllowAllAgents",
        /// Fields of Plivo's request, and the fields of the template context they become.
        request_context_mapping: BTreeMap<String, String> => "requestContextMapping",
    }
}
