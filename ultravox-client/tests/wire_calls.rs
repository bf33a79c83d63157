//! What goes over the wire for calls, to the letter.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{AGENT, CALL, agent_id, call, call_id, created, only, scripted};
use serde_json::{Value, json};
use ultravox_client::agents::ListAgentCalls;
use ultravox_client::calls::{
    DataMessage, ForcedMessage, ForcedToolCall, ListCalls, MessageUrgency, StartAgentCall, UserText,
};
use ultravox_client::types::{
    CallMedium, Callback, Callbacks, ExternalVoice, FirstSpeaker, LmntVoice, Message,
    MessageMedium, OutgoingCall, RetentionPolicy, Secret, SelectedTool, SipMedium, SipOutgoing,
    TelephonyMedium, ToolOverrides, UvDuration,
};
use voice_core::error::ErrorKind;
use voice_core::testkit::Reply;

#[tokio::test]
async fn a_call_of_an_agent() {
    let (client, transport) = scripted([created(&call())]);
    let order = StartAgentCall::new()
        .variable("name", "Ada")
        .variable("visits", 3)
        .tag("order", "4711")
        .key(&"order-4711-try-1".parse().unwrap())
        .medium(CallMedium::twilio())
        .join_timeout(Duration::from_secs(60));
    let agents = client.agents();
    let id = agent_id();
    agents
        .calls(&id)
        .throttled_by("out bound")
        .create(&order)
        .await
        .unwrap();
    assert_eq!(
        only(&transport),
        (
            "POST".to_owned(),
            format!("/api/agents/{AGENT}/calls?throttle=out+bound"),
            json!({
                "templateContext": {"name": "Ada", "visits": 3},
                "metadata": {"order": "4711", "voice_call_key": "order-4711-try-1"},
                "medium": {"twilio": {}},
                "joinTimeout": "60s",
            }),
        )
    );
}

#[tokio::test]
async fn a_call_with_nothing_set_is_an_empty_object() {
    let (client, transport) = scripted([created(&call())]);
    client
        .agents()
        .calls(&agent_id())
        .create(&StartAgentCall::new())
        .await
        .unwrap();
    assert_eq!(only(&transport).2, json!({}));
}

#[tokio::test]
async fn a_full_call() {
    let (client, transport) = scripted([created(&call())]);
    let order =
        StartAgentCall::new()
            .initial_messages([Message::user("Hi."), Message::agent("Hello.")])
            .medium(CallMedium::Sip(SipMedium::Outgoing(
                SipOutgoing::new("sip:ada@example.com", "sip:desk@example.com").password("planted"),
            )))
            .max_duration(UvDuration::seconds(60))
            .recording_enabled(true)
            .initial_output_medium(MessageMedium::Text)
            .first_speaker_settings(FirstSpeaker::user())
            .experimental_settings([("x", 1)])
            .callbacks(Callbacks::new().ended(
                Callback::new("https://me.example/ended").secrets([Secret::from("planted")]),
            ))
            .voice("Mark")
            .voice_overrides(ExternalVoice::Lmnt(LmntVoice::new()))
            .tool_overrides(
                ToolOverrides::new()
                    .remove_all(true)
                    .add([SelectedTool::by_id("t")]),
            )
            .retention_policy(RetentionPolicy::Retain)
            .shared_secrets([Secret::from("sixteen-characters")]);
    client
        .agents()
        .calls(&agent_id())
        .create(&order)
        .await
        .unwrap();
    assert_eq!(
        only(&transport).2,
        json!({
            "initialMessages": [
                {"role": "MESSAGE_ROLE_USER", "text": "Hi."},
                {"role": "MESSAGE_ROLE_AGENT", "text": "Hello."},
            ],
            "medium": {"sip": {"outgoing": {
                "to": "sip:ada@example.com", "from": "sip:desk@example.com", "password": "planted",
            }}},
            "maxDuration": "60s",
            "recordingEnabled": true,
            "initialOutputMedium": "MESSAGE_MEDIUM_TEXT",
            "firstSpeakerSettings": {"user": {}},
            "experimentalSettings": {"x": 1},
            "callbacks": {"ended": {"url": "https://me.example/ended", "secrets": ["planted"]}},
            "voice": "Mark",
            "voiceOverrides": {"lmnt": {}},
            "toolOverrides": {"removeAll": true, "add": [{"toolId": "t"}]},
            "retentionPolicy": "CALL_RETENTION_POLICY_RETAIN",
            "sharedSecrets": ["sixteen-characters"],
        })
    );
}

#[tokio::test]
async fn an_outgoing_medium_and_a_sip_one() {
    let outgoing =
        OutgoingCall::new("+14155550123", "+14155550100").additional_params([("Record", true)]);
    let twilio = CallMedium::Twilio(TelephonyMedium::new().outgoing(outgoing));
    assert!(twilio.dials());
    assert_eq!(
        serde_json::to_value(twilio).unwrap(),
        json!({"twilio": {"outgoing": {
            "to": "+14155550123", "from": "+14155550100", "additionalParams": {"Record": true},
        }}})
    );
    assert_eq!(
        serde_json::to_value(CallMedium::sip_incoming()).unwrap(),
        json!({"sip": {"incoming": {}}})
    );
}

#[tokio::test]
async fn calls_are_read_filtered_and_deleted() {
    let (client, transport) = scripted([Reply::json(&call())]);
    client.calls().get(&call_id()).await.unwrap();
    assert_eq!(
        only(&transport),
        ("GET".to_owned(), format!("/api/calls/{CALL}"), Value::Null)
    );

    let (client, transport) = scripted([Reply::json(&json!({"results": [], "total": 0}))]);
    let filter = ListCalls::new()
        .agent(agent_id())
        .agent("second".parse().unwrap())
        .metadata("campaign", "spring & summer")
        .metadata("tier", "gold")
        .created_from(
            "2026-01-01"
                .parse::<ultravox_client::types::UvTime>()
                .unwrap(),
        )
        .created_until(std::time::UNIX_EPOCH + Duration::from_secs(1_800_000_000))
        .time_of_day("09:00:00".parse().unwrap(), "17:30:00".parse().unwrap())
        .longer_than(Duration::from_secs(300))
        .shorter_than(UvDuration::seconds(600))
        .voice_id("v")
        .search("refund")
        .sort("-created")
        .page_size(50);
    client.calls().page(&filter).await.unwrap();
    let (_, target, _) = only(&transport);
    assert_eq!(
        target,
        format!(
            "/api/calls?agentIds={AGENT}&agentIds=second&metadata.campaign=spring+%26+summer&metadata.tier=gold\
             &fromDate=2026-01-01&toDate=2027-01-15T08%3A00%3A00Z&timeOfDayStart=09%3A00%3A00&timeOfDayEnd=17%3A30%3A00\
             &durationMin=300s&durationMax=600s&voiceId=v&search=refund&sort=-created&pageSize=50"
        )
    );

    let (client, transport) = scripted([Reply::status(204, "")]);
    client.calls().delete(&call_id()).await.unwrap();
    assert_eq!(
        only(&transport),
        (
            "DELETE".to_owned(),
            format!("/api/calls/{CALL}"),
            Value::Null
        )
    );

    let (client, transport) = scripted([Reply::json(&json!({"results": []}))]);
    let agents = client.agents();
    agents
        .calls(&agent_id())
        .page(&ListAgentCalls::new().page_size(3))
        .await
        .unwrap();
    assert_eq!(
        only(&transport).1,
        format!("/api/agents/{AGENT}/calls?pageSize=3")
    );
}

#[tokio::test]
async fn data_messages() {
    let text = UserText::new()
        .text("Hi.")
        .urgency(MessageUrgency::Later)
        .thread_id("UI");
    let forced = ForcedMessage::new()
        .content("One moment.")
        .tool_calls([ForcedToolCall::new("lookUp", [("id", 7)])])
        .uninterruptible(true)
        .urgency(MessageUrgency::Immediate);
    for (message, wire) in [
        (
            DataMessage::text("Hi."),
            json!({"type": "user_text_message", "text": "Hi."}),
        ),
        (
            DataMessage::UserTextMessage(text),
            json!({"type": "user_text_message", "text": "Hi.", "urgency": "later", "threadId": "UI"}),
        ),
        (
            DataMessage::say("Bye."),
            json!({"type": "forced_agent_message", "content": "Bye."}),
        ),
        (
            DataMessage::ForcedAgentMessage(forced),
            json!({
                "type": "forced_agent_message", "content": "One moment.",
                "toolCalls": [{"name": "lookUp", "arguments": {"id": 7}}],
                "uninterruptible": true, "urgency": "immediate",
            }),
        ),
        (DataMessage::hang_up(), json!({"type": "hang_up"})),
        (
            DataMessage::hang_up_saying("Bye."),
            json!({"type": "hang_up", "message": "Bye."}),
        ),
    ] {
        let (client, transport) = scripted([Reply::status(204, "")]);
        client
            .calls()
            .send_data_message(&call_id(), &message)
            .await
            .unwrap();
        let expected = (
            "POST".to_owned(),
            format!("/api/calls/{CALL}/send_data_message"),
            wire,
        );
        assert_eq!(only(&transport), expected);
    }
}

#[tokio::test]
async fn ids_stay_one_segment() {
    let (client, transport) = scripted([Reply::json(&call())]);
    client
        .calls()
        .get(&"a/../b?c#d".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(only(&transport).1, "/api/calls/a%2F..%2Fb%3Fc%23d");
    let error = client
        .calls()
        .get(&"..".parse().unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}
