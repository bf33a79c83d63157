//! Answers as the API gives them, and as it may give them one day.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::{Duration, UNIX_EPOCH};

use common::{call_id, scripted};
use proptest::prelude::*;
use serde_json::{Value, json};
use ultravox_client::agents::{Agent, TemplateSpec};
use ultravox_client::calls::{Call, CallPhase};
use ultravox_client::types::{
    BillingStatus, CallMedium, EndReason, ExternalVoice, FirstSpeaker, FirstSpeakerWord,
    MessageMedium, SipTermination, StoredRetentionPolicy,
};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::testkit::Reply;

fn full_call() -> Value {
    serde_json::from_str(include_str!("data/call.json")).unwrap()
}

#[tokio::test]
async fn a_full_call_is_read() {
    let (client, _) = scripted([Reply::json(&full_call()).header("x-request-id", "req-1")]);
    let call = client.calls().get(&call_id()).await.unwrap();
    assert_eq!(call.request_id(), Some("req-1"));
    assert_eq!((call.status().as_u16(), call.attempts()), (200, 1));
    assert_eq!(call.id().unwrap(), &call_id());
    assert_eq!(call.phase(), CallPhase::Ended);
    assert_eq!(call.end_reason, Some(EndReason::AgentHangup));
    assert_eq!(call.billing_status, Some(BillingStatus::Billed));
    assert_eq!(call.first_speaker, Some(FirstSpeakerWord::Agent));
    assert_eq!(call.initial_output_medium, Some(MessageMedium::Voice));
    assert_eq!(
        call.retention_policy,
        Some(StoredRetentionPolicy::AutoDelete)
    );
    assert_eq!(call.temperature, Some(0.4));
    assert_eq!(call.billed_side_output_tokens, Some(0));
    assert_eq!(
        call.max_duration.as_ref().unwrap().duration(),
        Some(Duration::from_secs(600))
    );
    assert_eq!(call.max_duration.as_ref().unwrap().as_str(), "0:10:00");
    let joined = call.joined.as_ref().unwrap().time().unwrap();
    assert_eq!(joined, UNIX_EPOCH + Duration::from_secs(1_782_986_405));
    assert!(matches!(&call.medium, Some(CallMedium::Twilio(twilio)) if twilio.outgoing.is_some()));
    assert!(matches!(
        &call.external_voice,
        Some(ExternalVoice::Generic(_))
    ));
    let Some(FirstSpeaker::User(user)) = &call.first_speaker_settings else {
        panic!("{:?}", call.first_speaker_settings);
    };
    assert_eq!(
        user.fallback.as_ref().unwrap().text.as_deref(),
        Some("Hello?")
    );
    let sip = call.sip_details.as_ref().unwrap();
    assert_eq!(sip.termination_reason, Some(SipTermination::Busy));
    assert!(
        call.join_url()
            .unwrap()
            .expose()
            .starts_with("wss://voice.ultravox.ai/calls/")
    );
    assert!(call.has_key(&"k1".parse().unwrap()) && !call.has_key(&"k2".parse().unwrap()));
    assert_eq!(
        call.agent.as_ref().unwrap().name.as_deref(),
        Some("Front desk")
    );
    assert!(call.extra.is_empty(), "{:?}", call.extra);
}

#[test]
fn a_call_of_a_later_version_is_read_and_what_is_new_is_kept() {
    let call: Call = serde_json::from_value(json!({
        "callId": "c", "errorCount": 2, "sentiment": {"score": 0.5},
        "endReason": "abducted", "billingStatus": "BILLING_STATUS_BARTERED",
        "retentionPolicy": "until_monday", "joinTimeout": "a while", "created": "once",
        "medium": {"carrierPigeon": {"speed": 3}},
        "voiceOverrides": {"playHt": {"voiceId": "v"}},
        "firstSpeakerSettings": {},
        "vadSettings": {"turnEndpointDelay": "0.4s", "sensitivity": "high"},
    }))
    .unwrap();
    assert_eq!(
        call.extra.keys().collect::<Vec<_>>(),
        ["errorCount", "sentiment"]
    );
    assert_eq!(
        call.end_reason,
        Some(EndReason::Other("abducted".to_owned()))
    );
    assert_eq!(
        call.billing_status.as_ref().unwrap().as_str(),
        "BILLING_STATUS_BARTERED"
    );
    assert_eq!(call.join_timeout.as_ref().unwrap().as_str(), "a while");
    assert_eq!(call.created.as_ref().unwrap().time(), None);
    let back = |value: Value| value;
    assert_eq!(
        back(serde_json::to_value(call.medium.unwrap()).unwrap()),
        json!({"carrierPigeon": {"speed": 3}})
    );
    assert_eq!(
        back(serde_json::to_value(call.voice_overrides.unwrap()).unwrap()),
        json!({"playHt": {"voiceId": "v"}})
    );
    assert!(matches!(
        call.first_speaker_settings,
        Some(FirstSpeaker::Other(_))
    ));
    assert_eq!(
        back(serde_json::to_value(call.vad_settings.unwrap()).unwrap()),
        json!({"turnEndpointDelay": "0.4s", "sensitivity": "high"})
    );
}

#[test]
fn a_call_may_lack_everything_and_null_is_nothing() {
    let empty: Call = serde_json::from_value(json!({})).unwrap();
    assert_eq!(empty, Call::default());
    let Value::Object(mut nulls) = full_call() else {
        panic!()
    };
    nulls.values_mut().for_each(|value| *value = Value::Null);
    let nulls: Call = serde_json::from_value(nulls.into()).unwrap();
    assert_eq!(nulls, Call::default());
    assert_eq!(empty.id().unwrap_err().kind(), ErrorKind::Decode);
}

#[test]
fn a_medium_with_a_null_beside_it_is_still_that_medium() {
    let medium: CallMedium = serde_json::from_value(
        json!({"webRtc": null, "telnyx": {"dtmfHandling": {"ignore": true}}}),
    )
    .unwrap();
    assert!(matches!(&medium, CallMedium::Telnyx(telnyx) if telnyx.dtmf_handling.is_some()));
    let both = json!({"webRtc": {}, "twilio": {}});
    let medium: CallMedium = serde_json::from_value(both.clone()).unwrap();
    assert!(matches!(medium, CallMedium::Other(_)));
    assert_eq!(serde_json::to_value(medium).unwrap(), both);
}

#[test]
fn an_agent_is_read_and_its_template_can_be_used_again() {
    let agent: Agent = serde_json::from_value(json!({
        "agentId": "3c90c3cc-0d44-4b50-8888-8dd25736052a", "publishedRevisionId": null, "name": "Front desk",
        "created": "2026-01-01T00:00:00Z", "statistics": {"calls": 7},
        "callTemplate": {
            "name": "Front desk", "created": "2026-01-01T00:00:00Z", "updated": "2026-01-02T00:00:00",
            "systemPrompt": "Greet {{name}}.", "languageHint": "{{language}}", "temperature": 0, "medium": {"webRtc": {}},
            "selectedTools": [
                {"toolName": "hangUp"},
                {"temporaryTool": {
                    "modelToolName": "lookUp", "description": "For {{company}}.", "timeout": "2.5s",
                    "staticParameters": [{"name": "k", "location": "PARAMETER_LOCATION_BODY", "value": {"deep": ["{{deep}}"]}}],
                    "automaticParameters": [{"name": "c", "location": "PARAMETER_LOCATION_HEADER", "knownValue": "KNOWN_PARAM_CALL_ID"}],
                    "requirements": {"httpSecurityOptions": {"options": [{"requirements": {
                        "a": {"headerApiKey": {"name": "X"}}, "b": {"httpAuth": {"scheme": "Bearer"}},
                    }}]}},
                    "http": {"baseUrlPattern": "https://x.example", "httpMethod": "GET"},
                }},
            ],
            "unheardOf": 1,
        },
    }))
    .unwrap();
    assert_eq!(agent.prompt(), Some("Greet {{name}}."));
    assert_eq!(agent.statistics.as_ref().unwrap().calls, Some(7));
    let template = agent.call_template.as_deref().unwrap();
    assert_eq!(template.name.as_deref(), Some("Front desk"));
    assert_eq!(
        template.updated.as_ref().unwrap().time().unwrap(),
        UNIX_EPOCH + Duration::from_secs(1_767_312_000)
    );
    assert_eq!(
        template.variables(),
        ["name", "language", "company", "deep"]
    );
    assert_eq!(
        template.settings.extra.keys().collect::<Vec<_>>(),
        ["unheardOf"]
    );
    assert!(agent.extra.is_empty());
    let again = serde_json::to_value(&template.settings).unwrap();
    assert_eq!(
        again["selectedTools"][1]["temporaryTool"]["requirements"]["httpSecurityOptions"]["options"]
            [0]["requirements"]["b"],
        json!({"httpAuth": {"scheme": "Bearer"}})
    );
    assert!(again.get("created").is_none() && again["unheardOf"] == 1);
}

#[tokio::test]
async fn an_unreadable_success_says_where_and_that_it_was_carried_out() {
    for (body, path) in [
        (
            r#"{"callId": "c", "vadSettings": {"frameActivationThreshold": "high"}}"#,
            "vadSettings.frameActivationThreshold",
        ),
        (
            r#"{"callId": "c", "medium": {"twilio": {"outgoing": 3}}}"#,
            "medium",
        ),
        (r#"{"callId": "#, ""),
        ("", ""),
        ("[]", ""),
    ] {
        let (client, transport) = scripted([Reply::status(201, body)]);
        let order = ultravox_client::calls::StartAgentCall::new();
        let error = client
            .agents()
            .calls(&common::agent_id())
            .create(&order)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Decode, Delivery::Answered),
            "{body}"
        );
        assert!(error.message().contains(path), "{path} in {error}");
        assert_eq!(transport.sent().len(), 1, "never sent again");
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-zA-Z0-9_ .]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let key = prop_oneof![
            Just("twilio".to_owned()),
            Just("outgoing".to_owned()),
            Just("medium".to_owned()),
            Just("selectedTools".to_owned()),
            Just("temporaryTool".to_owned()),
            "[a-z]{1,6}",
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map(key, inner, 0..4)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    /// Whatever can be read at all goes back as it came, to the last field.
    #[test]
    fn what_is_read_goes_back_unchanged(value in json_value()) {
        if let Ok(medium) = serde_json::from_value::<CallMedium>(value.clone()) {
            prop_assert_eq!(&serde_json::to_value(medium).unwrap(), &value);
        }
        if let Ok(spec) = serde_json::from_value::<TemplateSpec>(value.clone()) {
            prop_assert_eq!(&serde_json::to_value(spec).unwrap(), &value);
        }
        let _ = serde_json::from_value::<Call>(value);
    }
}
