//! Sessions against the simulator.

use ultravox_client::UltravoxClient;
use ultravox_client::testkit::UltravoxSimulator;
use voice_core::clock::SystemClock;
use voice_core::provider::{AgentId, AgentProvider, AgentSpec, CallKey, MediaKind, SessionRequest};

pub(crate) fn key() -> CallKey {
    CallKey::unique(&SystemClock::default())
}

pub(crate) async fn with_agent() -> (UltravoxSimulator, UltravoxClient, AgentId) {
    let simulator = UltravoxSimulator::start().await;
    let client = simulator.client().build().unwrap();
    let spec = AgentSpec::new("Greeter".parse().unwrap(), "Greet {{name}}.");
    let agent = client.create_agent(&spec).await.unwrap();
    (simulator, client, agent.id)
}

pub(crate) fn order(agent: &AgentId, key: &CallKey) -> SessionRequest {
    let mut order = SessionRequest::new(agent.clone(), key.clone(), MediaKind::Twilio);
    order.context.insert("name".to_owned(), "Ada".into());
    order
}
