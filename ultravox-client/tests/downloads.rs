//! Recordings, audio of messages and SIP logs: redirects without the key, what is not there, what is not ready.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{CALL, KEY, call_id, new_agent, scripted};
use ultravox_client::calls::{StartAgentCall, StartCall};
use ultravox_client::testkit::{MediaFrom, SimSettings, UltravoxSimulator};
use ultravox_client::types::{
    CallMedium, EndReason, MessageRole, SipMedium, SipOutgoing, SipTermination, StageId,
};
use ultravox_client::{ErrorCode, UltravoxClient};
use voice_core::client::RequestOptions;
use voice_core::error::{Delivery, ErrorKind};
use voice_core::provider::CallId;
use voice_core::testkit::{Reply, TestClock};

async fn recorded(settings: SimSettings) -> (UltravoxSimulator, UltravoxClient, CallId) {
    let clock = Arc::new(TestClock::at(1_800_000_000));
    let simulator = UltravoxSimulator::start_with(settings.clock(clock.clone())).await;
    let client = simulator.client().build().unwrap();
    let agent = client
        .agents()
        .create(&new_agent("A", "Hi."))
        .await
        .unwrap();
    let order = StartAgentCall::new().recording_enabled(true);
    let agents = client.agents();
    let call = agents
        .calls(agent.id().unwrap())
        .create(&order)
        .await
        .unwrap();
    let id = call.id().unwrap().clone();
    let missing = client.calls().recording(&id).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    assert!(
        missing.hint().unwrap().contains("not recorded"),
        "{missing}"
    );
    assert!(simulator.join(&id));
    clock.step(Ok(Duration::from_secs(2)));
    assert!(simulator.say(&id, &MessageRole::User, "Hello?"));
    assert!(simulator.end(&id, &EndReason::Hangup));
    (simulator, client, id)
}

#[tokio::test]
async fn a_recording_comes_from_the_api_or_from_a_storage_that_never_sees_the_key() {
    for (from, fetched) in [(MediaFrom::Storage, 1), (MediaFrom::Api, 0)] {
        let (simulator, client, id) = recorded(SimSettings::new().media(from)).await;
        let mut recording = client.calls().recording(&id).await.unwrap().into_inner();
        assert_eq!(recording.content_type(), Some("audio/wav"));
        let announced = recording.content_length();
        let mut bytes = Vec::new();
        while let Some(chunk) = recording.chunk().await.unwrap() {
            bytes.extend_from_slice(&chunk);
        }
        // Two seconds of 8,000 samples of two bytes, and the head.
        assert_eq!((bytes.len(), announced), (32_044, Some(32_044)));
        assert_eq!((&bytes[..4], &bytes[8..12]), (&b"RIFF"[..], &b"WAVE"[..]));
        assert_eq!(
            (
                simulator.requests("storage.get"),
                simulator.leaked_credentials()
            ),
            (fetched, 0)
        );
    }
}

#[tokio::test]
async fn a_download_has_a_cap() {
    let (_simulator, client, id) = recorded(SimSettings::new()).await;
    let recording = client.calls().recording(&id).await.unwrap().into_inner();
    let error = recording.with_cap(1_000).bytes().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::BodyTooLarge, "calls.recording")
    );
}

#[tokio::test]
async fn the_audio_of_one_message() {
    let (simulator, client, id) = recorded(SimSettings::new()).await;
    let calls = client.calls();
    let stages = calls.stages(&id);
    let stage = stages
        .list(&Default::default())
        .next()
        .await
        .unwrap()
        .unwrap();
    let stage = stage.id().unwrap().clone();
    let audio = stages.message_audio(&stage, 0).await.unwrap();
    assert_eq!(audio.content_type(), Some("audio/wav"));
    assert_eq!(audio.bytes().await.unwrap().len(), 44 + 16_000);
    assert_eq!(
        (
            simulator.requests("storage.get"),
            simulator.leaked_credentials()
        ),
        (1, 0)
    );
    for (stage, index) in [(stage, 1), (StageId::new("other").unwrap(), 0)] {
        assert!(
            stages
                .message_audio(&stage, index)
                .await
                .unwrap_err()
                .is_not_found()
        );
    }
}

#[tokio::test]
async fn what_goes_over_the_wire() {
    let wav = || Reply::status(200, "RIFF").header("content-type", "audio/wav");
    let (client, transport) = scripted([wav(), wav(), wav()]);
    let id = call_id();
    let calls = client.calls();
    calls.recording(&id).await.unwrap();
    calls.sip_logs(&id).await.unwrap();
    let stage = StageId::new("s").unwrap();
    let audio = calls.stages(&id).message_audio(&stage, 7).await.unwrap();
    assert_eq!(audio.bytes().await.unwrap().as_ref(), b"RIFF");
    let sent = transport.sent();
    let targets: Vec<&str> = sent.iter().map(|sent| sent.uri.path()).collect();
    assert_eq!(
        targets,
        [
            format!("/api/calls/{CALL}/recording"),
            format!("/api/calls/{CALL}/sip_logs"),
            format!("/api/calls/{CALL}/stages/s/messages/7/audio"),
        ]
    );
    assert!(
        sent.iter()
            .all(|sent| sent.method == "GET" && sent.header("x-api-key") == KEY)
    );
}

#[tokio::test]
async fn a_redirect_takes_nothing_of_the_client_along_and_shows_nowhere() {
    const LINK: &str = "https://bucket.storage.example/call.wav?X-Signature=planted-signature";
    let (client, transport) = scripted([
        Reply::status(302, "").header("location", LINK),
        Reply::status(403, "<Error>planted-signature</Error>"),
    ]);
    let error = client.calls().recording(&call_id()).await.unwrap_err();
    let sent = transport.sent();
    assert_eq!(sent[1].uri.to_string(), LINK);
    for name in ["x-api-key", "authorization", "cookie"] {
        assert!(!sent[1].headers.contains_key(name), "{name}");
    }
    // A refusal there does not accuse the key.
    assert_eq!(error.kind(), ErrorKind::Other, "{error}");
    let shown = format!("{error} {error:?} {}", error.log_value());
    assert!(
        !shown.contains("planted") && !shown.contains("bucket"),
        "{shown}"
    );
}

fn over_sip() -> CallMedium {
    let target = SipOutgoing::new("sip:ada@example.com", "sip:desk@example.com");
    CallMedium::Sip(SipMedium::Outgoing(target))
}

#[tokio::test]
async fn sip_logs_are_there_are_not_or_are_not_yet() {
    let clock = Arc::new(TestClock::at(1_800_000_000));
    let settings = SimSettings::new().sip_logs_after(Duration::from_secs(60));
    let simulator = UltravoxSimulator::start_with(settings.clock(clock.clone())).await;
    let client = simulator.client().build().unwrap();
    let order = |medium| StartCall::new("Hi.").medium(medium);
    let web = client
        .calls()
        .create(&order(CallMedium::web_rtc()))
        .await
        .unwrap();
    let none = client
        .calls()
        .sip_logs(web.id().unwrap())
        .await
        .unwrap_err();
    assert_eq!(none.kind(), ErrorKind::NotFound);
    assert!(none.hint().unwrap().contains("no SIP logs"), "{none}");

    let call = client.calls().create(&order(over_sip())).await.unwrap();
    assert!(call.join_url.is_none(), "Ultravox dials");
    let id = call.id().unwrap();
    assert!(simulator.end_sip(id, &SipTermination::Busy));
    let hasty = client.with(RequestOptions::new().retries(0));
    let error = hasty.calls().sip_logs(id).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Conflict, Delivery::Refused)
    );
    assert_eq!(ErrorCode::of(&error), ErrorCode::NotReady);
    assert_eq!(error.status().unwrap().as_u16(), 425);
    assert!(error.hint().unwrap().contains("ask again"), "{error}");

    clock.step(Ok(Duration::from_secs(61)));
    let logs = client.calls().sip_logs(id).await.unwrap();
    assert_eq!(logs.content_type(), Some("text/plain"));
    assert!(logs.bytes().await.unwrap().starts_with(b"INVITE sip:"));
    assert_eq!(
        (
            simulator.requests("storage.get"),
            simulator.leaked_credentials()
        ),
        (1, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn logs_that_are_not_ready_are_asked_for_again_and_do_not_open_the_breaker() {
    let wait = || Reply::status(425, "");
    let ready = || Reply::status(200, "INVITE").header("content-type", "text/plain");
    let (client, transport) = scripted([wait(), wait(), ready()]);
    let logs = client.calls().sip_logs(&call_id()).await.unwrap();
    assert_eq!((logs.attempts(), transport.sent().len()), (3, 3));

    // Far more than the breaker's five in a row.
    let (client, transport) = scripted((0..12).map(|_| wait()).chain([ready()]));
    let patient = client.with(
        RequestOptions::new()
            .retries(20)
            .deadline(Duration::from_secs(600)),
    );
    patient.calls().sip_logs(&call_id()).await.unwrap();
    assert_eq!(transport.sent().len(), 13);
}

#[tokio::test]
async fn the_simulators_storage_refuses_whoever_brings_the_key() {
    use voice_core::transport::{HttpTransport, Transport};

    let (simulator, _, id) = recorded(SimSettings::new()).await;
    let transport = HttpTransport::builder().build().unwrap();
    let ask = |url: String, key: Option<&str>| {
        let mut request = http::Request::get(url);
        if let Some(key) = key {
            request = request.header("x-api-key", key);
        }
        transport.send(request.body(Default::default()).unwrap())
    };
    let url = format!("{}/api/calls/{id}/recording", simulator.url());
    let answer = ask(url, Some(ultravox_client::testkit::API_KEY))
        .await
        .unwrap();
    assert_eq!(answer.status(), 302);
    let link = answer.headers()["location"].to_str().unwrap().to_owned();
    assert!(!link.starts_with(&simulator.url()), "another port");
    for (url, key, status) in [
        (link.clone(), Some("any"), 403),
        (link.split('?').next().unwrap().to_owned(), None, 403),
        (link.clone(), None, 200),
    ] {
        assert_eq!(ask(url, key).await.unwrap().status(), status);
    }
    assert_eq!(simulator.leaked_credentials(), 1);
}
