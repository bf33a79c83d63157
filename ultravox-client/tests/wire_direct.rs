//! What goes over the wire for calls without an agent, and what is wrong before anything does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{CALL, call, call_id, created, only, scripted};
use serde_json::{Value, json};
use ultravox_client::ErrorCode;
use ultravox_client::calls::{CreateOptions, GreetingPrompt, StartCall};
use ultravox_client::types::{
    CallMedium, Callback, Callbacks, ExternalVoice, FirstSpeaker, FirstSpeakerWord, LmntVoice,
    Message, Secret, SelectedTool, TimedMessage, UvDuration, VadSettings, WebSocketMedium,
};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::testkit::Reply;

#[tokio::test]
async fn a_call_without_an_agent() {
    let (client, transport) = scripted([created(&call())]);
    let order = StartCall::new("Be brief.")
        .voice("Mark")
        .temperature(0.0)
        .recording_enabled(false)
        .key(&"order-1".parse().unwrap())
        .initial_messages([Message::agent("Hello.")])
        .selected_tools([SelectedTool::by_name("hangUp")])
        .first_speaker(FirstSpeakerWord::User)
        .first_speaker_settings(FirstSpeaker::user())
        .medium(CallMedium::server_web_socket(16_000));
    let answer = client.calls().create(&order).await.unwrap();
    assert_eq!(answer.id().unwrap(), &call_id());
    assert_eq!(
        only(&transport),
        (
            "POST".to_owned(),
            "/api/calls".to_owned(),
            json!({
                "systemPrompt": "Be brief.",
                "temperature": 0.0,
                "voice": "Mark",
                "recordingEnabled": false,
                "initialMessages": [{"role": "MESSAGE_ROLE_AGENT", "text": "Hello."}],
                "selectedTools": [{"toolName": "hangUp"}],
                "firstSpeaker": "FIRST_SPEAKER_USER",
                "firstSpeakerSettings": {"user": {}},
                "medium": {"serverWebSocket": {"inputSampleRate": 16000}},
                "metadata": {"voice_call_key": "order-1"},
            }),
        )
    );
}

#[tokio::test]
async fn what_stands_beside_a_call_is_in_the_query() {
    for (options, query) in [
        (CreateOptions::new(), String::new()),
        (
            CreateOptions::new().greeting_prompt(GreetingPrompt::LeftOut),
            "?enableGreetingPrompt=false".to_owned(),
        ),
        (
            CreateOptions::new()
                .greeting_prompt(GreetingPrompt::Added)
                .prior_call(call_id())
                .throttled_by("out bound"),
            format!("?enableGreetingPrompt=true&priorCallId={CALL}&throttle=out+bound"),
        ),
    ] {
        let (client, transport) = scripted([created(&call())]);
        let order = StartCall::default();
        client.calls().create_with(&order, &options).await.unwrap();
        let (_, target, body) = only(&transport);
        assert_eq!((target, body), (format!("/api/calls{query}"), json!({})));
    }
}

fn fields(error: &Error) -> Vec<&str> {
    error
        .fields()
        .iter()
        .map(|field| field.field.as_str())
        .collect()
}

#[tokio::test]
async fn what_breaks_a_rule_is_not_sent() {
    let (client, transport) = scripted([]);
    let lmnt = || ExternalVoice::Lmnt(LmntVoice::new().voice_id("v"));
    let short = Secret::from("too-short");
    let none = CreateOptions::new();
    let prior = CreateOptions::new().prior_call(call_id());
    let hello = StartCall::default().initial_messages([Message::user("Hi.")]);
    for (order, options, field) in [
        (StartCall::default().temperature(1.01), &none, "temperature"),
        (
            StartCall::default().temperature(f64::NAN),
            &none,
            "temperature",
        ),
        (
            StartCall::default().voice("a").external_voice(lmnt()),
            &none,
            "externalVoice",
        ),
        (
            StartCall::default().voice_overrides(lmnt()),
            &none,
            "voiceOverrides",
        ),
        (hello.clone(), &prior, "initialMessages"),
        (
            StartCall::default(),
            &CreateOptions::new().throttled_by(""),
            "throttle",
        ),
        (
            StartCall::default()
                .first_speaker(FirstSpeakerWord::User)
                .first_speaker_settings(FirstSpeaker::agent()),
            &none,
            "firstSpeaker",
        ),
        (
            StartCall::default()
                .first_speaker(FirstSpeakerWord::Agent)
                .first_speaker_settings(FirstSpeaker::user()),
            &none,
            "firstSpeaker",
        ),
        (
            StartCall::default().join_timeout(Duration::ZERO),
            &none,
            "joinTimeout",
        ),
        (
            StartCall::default().max_duration(Duration::ZERO),
            &none,
            "maxDuration",
        ),
        (
            StartCall::default().tag("ultravox.x", "y"),
            &none,
            "metadata",
        ),
        (
            StartCall::default().medium(CallMedium::ServerWebSocket(WebSocketMedium::default())),
            &none,
            "medium.serverWebSocket.inputSampleRate",
        ),
        (
            StartCall::default().vad_settings(VadSettings::new().frame_activation_threshold(0.0)),
            &none,
            "vadSettings.frameActivationThreshold",
        ),
        (
            StartCall::default()
                .inactivity_messages([TimedMessage::new(UvDuration::seconds(0), "Hm?")]),
            &none,
            "inactivityMessages.0.duration",
        ),
        (
            StartCall::default().selected_tools([SelectedTool::default()]),
            &none,
            "selectedTools.0",
        ),
        (
            StartCall::default().shared_secrets([short]),
            &none,
            "sharedSecrets.0",
        ),
    ] {
        let error = client
            .calls()
            .create_with(&order, options)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), fields(&error)),
            (ErrorKind::InvalidInput, vec![field])
        );
        assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
    }
    assert!(transport.sent().is_empty());

    let agreeing = [
        StartCall::default().first_speaker(FirstSpeakerWord::User),
        StartCall::default()
            .first_speaker(FirstSpeakerWord::Unspecified)
            .first_speaker_settings(FirstSpeaker::user()),
        StartCall::default().voice("a").voice_overrides(lmnt()),
        hello,
    ];
    for order in agreeing {
        let (client, _) = scripted([created(&call())]);
        client.calls().create(&order).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_repeated_when_refused_and_never_when_nobody_knows() {
    for (status, tries, delivery) in [
        (429, 4, Delivery::Refused),
        (503, 4, Delivery::Refused),
        (500, 1, Delivery::Unknown),
        (502, 1, Delivery::Unknown),
        (504, 1, Delivery::Unknown),
        (408, 1, Delivery::Unknown),
        (400, 1, Delivery::Answered),
    ] {
        let replies = (0..4).map(|_| Reply::status(status, r#"{"detail": "No."}"#));
        let (client, transport) = scripted(replies);
        let error = client
            .calls()
            .create(&StartCall::new("x"))
            .await
            .unwrap_err();
        assert_eq!(
            (transport.sent().len(), error.delivery()),
            (tries, delivery),
            "{error}"
        );
        assert_eq!(error.operation(), "calls.create");
        if status == 500 {
            assert_eq!(ErrorCode::of(&error), ErrorCode::ExternalServiceError);
        }
    }
}

#[test]
fn nothing_personal_shows() {
    let order = StartCall::new("planted prompt")
        .tag("name", "Planted")
        .initial_messages([Message::user("planted")])
        .initial_state([("x", "planted")])
        .experimental_settings([("x", "planted")])
        .callbacks(
            Callbacks::new()
                .ended(Callback::new("https://me.example").secrets([Secret::from("planted")])),
        )
        .shared_secrets([Secret::from("planted-planted-planted")])
        .with_extra("future", "planted");
    let shown = format!("{order:?} {order:#?}");
    assert!(!shown.to_lowercase().contains("planted"), "{shown}");
    let back: StartCall = serde_json::from_value(serde_json::to_value(&order).unwrap()).unwrap();
    assert_eq!(back, order);
    assert_eq!(
        serde_json::to_value(&back).unwrap()["future"],
        Value::from("planted")
    );
}
