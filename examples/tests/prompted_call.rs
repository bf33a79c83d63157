//! A prompt kept at PromptOps starts a call: what the agent speaks by is the prepared text, and the call goes through.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use voice_core::config::Environment;
use voice_core::error::ErrorKind;
use voice_core::flow::{OutboundAgentCall, outbound_agent_call};
use voice_core::ident::{AgentName, E164};
use voice_core::provider::AgentProvider;
use voice_examples::{Outcome, PromptStage, Stage, give_prompt, prepare_prompt};

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
    give_prompt(&stage.agents, &name, "Be kind to {{customer_name}}.")
        .await
        .unwrap();
    give_prompt(&stage.agents, &name, "Speak for Globex.")
        .await
        .unwrap();

    let to = E164::parse("+15551234567").unwrap();
    stage.let_calls_end(&to, Outcome::Answered);
    let call =
        OutboundAgentCall::new(name.clone(), to, stage.from).look_every(Duration::from_millis(100));
    let report = outbound_agent_call(&stage.agents, &stage.phone, &call)
        .await
        .unwrap();
    assert!(report.call.status.is_final());
    let agent = stage.agents.find_agent(&name).await.unwrap().unwrap();
    let agent = stage.agents.get_agent(&agent.id).await.unwrap();
    assert_eq!(agent.prompt.as_deref(), Some("Speak for Globex."));
    assert_eq!(
        prepared.text,
        "You are a support agent of Globex {{odd}}. You ring valued customer: be brief."
    );

    let other = AgentName::parse("Another Agent").unwrap();
    give_prompt(
        &stage.agents,
        &other,
        &prepared.text.replace("{{odd}}", "Ltd"),
    )
    .await
    .unwrap();
    let made = stage.agents.find_agent(&other).await.unwrap().unwrap();
    assert!(
        made.prompt
            .unwrap()
            .starts_with("You are a support agent of Globex Ltd.")
    );
}

#[tokio::test]
async fn an_account_of_the_environment_is_asked_instead_of_the_simulator() {
    let stage = PromptStage::start().await.unwrap();
    stage
        .simulator
        .add("own", "2.0.0", "Speak for {{company}}.");
    let id = "own".parse().unwrap();
    let given = [("company".to_owned(), "Initech".to_owned())];
    let error = prepare_prompt(None, &id, &given).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::NotFound,
        "the built-in one has no such prompt"
    );
    let malformed = Environment::from_pairs([("PROMPTOPS_SECRET_KEY", "planted")]);
    let error = prepare_prompt(Some(&malformed), &id, &given)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!error.to_string().contains("planted"));
}
