//! What is wrong before anything is sent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::{agent_id, call, call_id, created, new_agent, scripted};
use serde_json::json;
use ultravox_client::agents::TemplateSpec;
use ultravox_client::calls::{
    DataMessage, ForcedMessage, ListCalls, MessageUrgency, StartAgentCall,
};
use ultravox_client::types::{
    ExternalVoice, LmntVoice, Secret, SelectedTool, TimedMessage, UvDuration,
};
use voice_core::error::ErrorKind;

#[tokio::test]
async fn what_breaks_a_rule_is_not_sent() {
    let (client, transport) = scripted([]);
    let agents = client.agents();
    let id = agent_id();
    let mut hot = new_agent("Hot", "Hi.");
    hot.call_template = hot
        .call_template
        .temperature(1.5)
        .voice("a")
        .join_timeout(Duration::ZERO);
    let error = agents.create(&hot).await.unwrap_err();
    let fields: Vec<&str> = error
        .fields()
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(
        fields,
        ["callTemplate.temperature", "callTemplate.joinTimeout"]
    );

    let reserved = StartAgentCall::new().tag("ultravox.sip.caller_id", "x");
    let overridden = StartAgentCall::new().voice_overrides(ExternalVoice::Lmnt(LmntVoice::new()));
    for order in [reserved, overridden] {
        let error = agents.calls(&id).create(&order).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    for message in [
        DataMessage::text(""),
        DataMessage::ForcedAgentMessage(ForcedMessage::new()),
        DataMessage::ForcedAgentMessage(
            ForcedMessage::new()
                .content("x")
                .urgency(MessageUrgency::Later),
        ),
    ] {
        let error = client
            .calls()
            .send_data_message(&call_id(), &message)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    let error = client
        .calls()
        .page(&ListCalls::new().metadata("", "x"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    let first = client
        .calls()
        .list(&ListCalls::new().metadata("", "x"))
        .next()
        .await
        .unwrap();
    assert_eq!(first.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn template_variables_without_a_value_are_named_before_anything_is_sent() {
    let (client, transport) = scripted([created(&call())]);
    let template = TemplateSpec::new("Greet {{name}} of {{user.city}}.")
        .inactivity_messages([TimedMessage::new(UvDuration::seconds(9), "{{nudge}}?")])
        .selected_tools([SelectedTool::by_name("x").auth_tokens(BTreeMap::from([(
            "k".to_owned(),
            Secret::from("{{token}}"),
        )]))]);
    let agents = client.agents();
    let id = agent_id();
    let calls = agents.calls(&id).checked_against(&template);
    let error = calls
        .create(&StartAgentCall::new().variable("name", "Ada"))
        .await
        .unwrap_err();
    let fields: Vec<&str> = error
        .fields()
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [
            "templateContext.user.city",
            "templateContext.nudge",
            "templateContext.token"
        ]
    );
    let whole = StartAgentCall::new()
        .variable("name", "Ada")
        .variable("user", json!({"city": "Pune"}))
        .variable("nudge", "Hello")
        .variable("token", "t");
    calls.create(&whole).await.unwrap();
    assert_eq!(transport.sent().len(), 1);

    let schema = TemplateSpec::new("{{a}} {{b}}").context_schema([("required", json!(["b"]))]);
    let error = agents
        .calls(&id)
        .checked_against(&schema)
        .create(&StartAgentCall::new())
        .await;
    assert_eq!(
        error.unwrap_err().fields().len(),
        1,
        "the schema says what is required"
    );
}
