//! Agents and sessions. A session is an Ultravox call that waits to be joined.
//!
//! A session carries its key in the call's metadata ([`KEY_METADATA`](crate::calls::KEY_METADATA)), by which it is found
//! again after an unknown outcome; it is never created a second time by itself.

use async_trait::async_trait;
use serde_json::Value;
use voice_core::client::Page;
use voice_core::error::{Error, ErrorKind};
use voice_core::provider::{
    Agent, AgentChange, AgentId, AgentProvider, AgentSession, AgentSpec, CallId, CallKey,
    ListAgents, MediaKind, SessionId, SessionRequest,
};

use crate::agents::{self, AgentUpdate, NewAgent, TemplateSpec};
use crate::calls::{Call, StartAgentCall};
use crate::types::{CallMedium, JsonMap};
use crate::{PROVIDER, UltravoxClient};

#[async_trait]
impl AgentProvider for UltravoxClient {
    async fn create_agent(&self, spec: &AgentSpec) -> Result<Agent, Error> {
        let mut template = TemplateSpec::new(&spec.prompt);
        template.voice.clone_from(&spec.voice);
        template.model.clone_from(&spec.model);
        template.language_hint.clone_from(&spec.language);
        template.temperature = spec.temperature;
        template.max_duration = spec.max_duration.map(Into::into);
        template.extra = spec.extra.clone().into();
        let agent = NewAgent::new(spec.name.clone(), template);
        shared_agent(self.agents().create_as::<Value>(&agent).await?.into_inner())
    }

    async fn get_agent(&self, id: &AgentId) -> Result<Agent, Error> {
        shared_agent(self.agents().get_as::<Value>(id).await?.into_inner())
    }

    async fn list_agents(&self, request: &ListAgents) -> Result<Page<Agent>, Error> {
        let mut filter = agents::ListAgents::new();
        filter.search.clone_from(&request.search);
        filter.page_size = request.page_size;
        filter.cursor.clone_from(&request.cursor);
        let page = self.agents().page_as::<Value>(&filter).await?.into_inner();
        let agents: Result<Vec<Agent>, Error> = page.items.into_iter().map(shared_agent).collect();
        Ok(Page::new(agents?, page.next).with_total(page.total))
    }

    async fn update_agent(&self, id: &AgentId, change: &AgentChange) -> Result<Agent, Error> {
        let mut template = TemplateSpec::default();
        template.system_prompt.clone_from(&change.prompt);
        template.voice.clone_from(&change.voice);
        template.model.clone_from(&change.model);
        template.language_hint.clone_from(&change.language);
        template.extra = change.extra.clone().into();
        let mut update = AgentUpdate::new().template(template);
        update.name.clone_from(&change.name);
        shared_agent(
            self.agents()
                .update_as::<Value>(id, &update)
                .await?
                .into_inner(),
        )
    }

    async fn open_session(&self, request: &SessionRequest) -> Result<AgentSession, Error> {
        let mut call = StartAgentCall::new()
            .medium(medium(&request.media, self.sample_rate())?)
            .join_timeout(request.join_timeout)
            .key(&request.key);
        if !request.context.is_empty() {
            call = call.template_context(JsonMap::from(request.context.clone()));
        }
        call.max_duration = request.max_duration.map(Into::into);
        let answer = self.agents().calls(&request.agent).create(&call).await?;
        session(&answer)
    }

    async fn find_session(&self, key: &CallKey) -> Result<Option<AgentSession>, Error> {
        let found = self.calls().find_by_key(key).await?;
        found.as_ref().map(session).transpose()
    }

    /// Reads the call, then deletes it if nobody joined, or hangs up if somebody did. A call that is gone, that ends
    /// meanwhile, or that is joined meanwhile, is dealt with.
    async fn end_session(&self, id: &SessionId) -> Result<(), Error> {
        super::end::end(self, &CallId::new(id.as_str())?)
            .await
            .map(drop)
    }
}

fn medium(media: &MediaKind, sample_rate: i32) -> Result<CallMedium, Error> {
    Ok(match media {
        MediaKind::Twilio => CallMedium::twilio(),
        MediaKind::Telnyx => CallMedium::telnyx(),
        MediaKind::Plivo => CallMedium::plivo(),
        MediaKind::Exotel => CallMedium::exotel(),
        MediaKind::Sip => CallMedium::sip_incoming(),
        MediaKind::WebSocket => CallMedium::server_web_socket(sample_rate),
        MediaKind::WebRtc => CallMedium::web_rtc(),
        other => {
            let message = format!("Ultravox has no medium for {other:?}");
            return Err(Error::new(ErrorKind::Unsupported, message)
                .with_operation(PROVIDER, agents::CREATE_CALL.name()));
        }
    })
}

fn session(call: &Call) -> Result<AgentSession, Error> {
    let id = SessionId::new(call.id()?.as_str())?;
    Ok(AgentSession::new(id, call.join_url()?))
}

/// The parts the shared type has, and the whole beside them.
fn shared_agent(raw: Value) -> Result<Agent, Error> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let id = text(raw.get("agentId"))
        .and_then(|id| AgentId::new(id).ok())
        .ok_or_else(|| crate::missing("agents", "agentId"))?;
    let mut agent = Agent::new(id, text(raw.get("name")).unwrap_or_default());
    agent.prompt = text(raw.pointer("/callTemplate/systemPrompt"));
    agent.raw = raw;
    Ok(agent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_way_of_travelling_has_a_medium() {
        for (media, wire) in [
            (MediaKind::Twilio, json!({"twilio": {}})),
            (MediaKind::Telnyx, json!({"telnyx": {}})),
            (MediaKind::Plivo, json!({"plivo": {}})),
            (MediaKind::Exotel, json!({"exotel": {}})),
            (MediaKind::Sip, json!({"sip": {"incoming": {}}})),
            (
                MediaKind::WebSocket,
                json!({"serverWebSocket": {"inputSampleRate": 8000}}),
            ),
            (MediaKind::WebRtc, json!({"webRtc": {}})),
        ] {
            let medium = medium(&media, 8_000).unwrap();
            assert!(!medium.dials(), "a session rings nobody");
            assert_eq!(serde_json::to_value(medium).unwrap(), wire);
        }
    }

    #[test]
    fn an_agent_without_an_id_is_none() {
        assert!(shared_agent(json!({"name": "x"})).is_err());
        let agent = shared_agent(json!({"agentId": "a", "callTemplate": null})).unwrap();
        assert_eq!((agent.name.as_str(), agent.prompt), ("", None));
    }
}
