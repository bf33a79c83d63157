//! The secrets that agents and calls carry, wherever in a request they stand, so that errors about it can leave them out.

use std::collections::BTreeMap;

use crate::agents::TemplateSpec;
use crate::calls::{StartAgentCall, StartCall};
use crate::types::{
    CallMedium, Callbacks, DataConnection, ExternalVoice, Secret, SelectedTool, SipMedium,
};

/// Those of an agent's template.
pub(crate) fn template(spec: &TemplateSpec) -> Vec<&Secret> {
    let mut found = Vec::new();
    shared(&mut found, spec.shared_secrets.as_ref());
    tools(&mut found, spec.selected_tools.as_ref());
    medium(&mut found, spec.medium.as_ref());
    connection(&mut found, spec.data_connection.as_ref());
    voice(&mut found, spec.external_voice.as_ref());
    voice(&mut found, spec.voice_overrides.as_ref());
    found
}

/// Those of a call of an agent.
pub(crate) fn agent_call(call: &StartAgentCall) -> Vec<&Secret> {
    let mut found = Vec::new();
    shared(&mut found, call.shared_secrets.as_ref());
    let added = call
        .tool_overrides
        .as_ref()
        .and_then(|all| all.add.as_ref());
    tools(&mut found, added);
    medium(&mut found, call.medium.as_ref());
    connection(&mut found, call.data_connection.as_ref());
    voice(&mut found, call.voice_overrides.as_ref());
    callbacks(&mut found, call.callbacks.as_ref());
    found
}

/// Those of a call without an agent.
pub(crate) fn direct_call(call: &StartCall) -> Vec<&Secret> {
    let mut found = Vec::new();
    shared(&mut found, call.shared_secrets.as_ref());
    tools(&mut found, call.selected_tools.as_ref());
    medium(&mut found, call.medium.as_ref());
    connection(&mut found, call.data_connection.as_ref());
    voice(&mut found, call.external_voice.as_ref());
    voice(&mut found, call.voice_overrides.as_ref());
    callbacks(&mut found, call.callbacks.as_ref());
    found
}

/// The password of a SIP call that Ultravox makes.
pub(crate) fn medium<'s>(found: &mut Vec<&'s Secret>, medium: Option<&'s CallMedium>) {
    if let Some(CallMedium::Sip(SipMedium::Outgoing(call))) = medium {
        found.extend(&call.password);
    }
}

/// What a voice of one's own is asked with.
pub(crate) fn voice<'s>(found: &mut Vec<&'s Secret>, voice: Option<&'s ExternalVoice>) {
    if let Some(ExternalVoice::Generic(voice)) = voice {
        found.extend(voice.headers.iter().flat_map(BTreeMap::values));
    }
}

fn shared<'s>(found: &mut Vec<&'s Secret>, secrets: Option<&'s Vec<Secret>>) {
    found.extend(secrets.into_iter().flatten());
}

fn tools<'s>(found: &mut Vec<&'s Secret>, tools: Option<&'s Vec<SelectedTool>>) {
    for tool in tools.into_iter().flatten() {
        found.extend(tool.auth_tokens.iter().flat_map(BTreeMap::values));
    }
}

fn connection<'s>(found: &mut Vec<&'s Secret>, connection: Option<&'s DataConnection>) {
    let headers = connection.and_then(|connection| connection.headers.as_ref());
    found.extend(headers.into_iter().flat_map(BTreeMap::values));
}

fn callbacks<'s>(found: &mut Vec<&'s Secret>, callbacks: Option<&'s Callbacks>) {
    let Some(all) = callbacks else { return };
    for callback in [&all.joined, &all.ended, &all.billed].into_iter().flatten() {
        found.extend(callback.secrets.iter().flatten());
    }
}
