//! A prompt kept at PromptOps starts a call: what the agent speaks by is the prepared text, and the call goes through.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use promptops_client::testkit::{PromptOpsSimulator, Speaks};
use voice_core::config::Environment;
use voice_core::error::ErrorKind;
use voice_core::flow::{OutboundAgentCall, outbound_agent_call};
use voice_core::ident::{AgentName, E164};
use voice_core::provider::{AgentProvider, CallId};
use voice_examples::{Outcome, PROMPT_SLOT, Stage, make_room_for_prompt, prepare_prompt};

#[tokio::test]
async fn a_prepared_prompt_starts_a_call() {
    let name = AgentName::parse("Support Agent").unwrap();
    let stage = Stage::start(&name).await.unwrap();
    let given = [("company".to_owned(), "Globex {{odd}}".to_owned())];
    let id = "support-agent".parse().unwrap();
    let prepared = prepare_prompt(None, &id, &given).await.unwrap();
    assert_eq!(
        (prepared.version.as_str(), prepared.source.as_str()),
        ("1.0.0", "service")
    );
    let text = "You are a support agent of Globex {{odd}}. You ring valued customer: be brief.";
    assert_eq!(prepared.text, text);
    make_room_for_prompt(&stage.agents, &name).await.unwrap();

    let to = E164::parse("+15551234567").unwrap();
    stage.let_calls_end(&to, Outcome::Answered);
    let call = OutboundAgentCall::new(name.clone(), to, stage.from)
        .variable(PROMPT_SLOT, prepared.text)
        .look_every(Duration::from_millis(100));
    let report = outbound_agent_call(&stage.agents, &stage.phone, &call)
        .await
        .unwrap();
    assert!(report.call.status.is_final());
    assert_eq!(stage.ultravox.created_calls(), 1);
    let session = CallId::new(report.session.as_str()).unwrap();
    let shown = stage.ultravox.call(&session).unwrap().to_string();
    assert!(
        shown.contains(text),
        "the agent speaks by the prepared text: {shown}"
    );
}

#[tokio::test]
async fn the_room_for_a_prompt_is_made_once() {
    let name = AgentName::parse("Support Agent").unwrap();
    let stage = Stage::start(&name).await.unwrap();
    let prompt = async |name: &AgentName| {
        let agent = stage.agents.find_agent(name).await.unwrap().unwrap();
        stage
            .agents
            .get_agent(&agent.id)
            .await
            .unwrap()
            .prompt
            .unwrap()
    };
    make_room_for_prompt(&stage.agents, &name).await.unwrap();
    assert_eq!(prompt(&name).await, "{{prepared_prompt}}");
    let own = AgentName::parse("Own Words").unwrap();
    let spec = voice_core::provider::AgentSpec::new(own.clone(), "Be kind. {{prepared_prompt}}");
    stage.agents.create_agent(&spec).await.unwrap();
    make_room_for_prompt(&stage.agents, &own).await.unwrap();
    assert_eq!(prompt(&own).await, "Be kind. {{prepared_prompt}}");
    let new = AgentName::parse("New Agent").unwrap();
    make_room_for_prompt(&stage.agents, &new).await.unwrap();
    assert_eq!(prompt(&new).await, "{{prepared_prompt}}");
}

#[tokio::test]
async fn an_account_of_the_environment_is_asked_instead_of_the_simulator() {
    let service = PromptOpsSimulator::builder().speaks(Speaks::Docs);
    let service = service.start().await;
    service.add("own", "2.0.0", "Speak for {{company}}.");
    let id = "own".parse().unwrap();
    let given = [("company".to_owned(), "Initech".to_owned())];
    let account = Environment::from_pairs([
        ("PROMPTOPS_API_KEY", PromptOpsSimulator::API_KEY.to_owned()),
        (
            "PROMPTOPS_SECRET_KEY",
            PromptOpsSimulator::SECRET_KEY.to_owned(),
        ),
        ("PROMPTOPS_BASE_URL", service.url()),
    ]);
    let own = prepare_prompt(Some(&account), &id, &given).await.unwrap();
    assert_eq!(own.text, "Speak for Initech.");
    let empty = Environment::from_pairs::<String, String>([]);
    for none in [None, Some(&empty)] {
        let error = prepare_prompt(none, &id, &given).await.unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::NotFound,
            "the built-in one has no such prompt"
        );
    }
    let malformed = Environment::from_pairs([("PROMPTOPS_SECRET_KEY", "planted")]);
    let error = prepare_prompt(Some(&malformed), &id, &given)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!error.to_string().contains("planted"));
}
