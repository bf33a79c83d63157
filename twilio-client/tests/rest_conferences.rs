//! Conferences, who is in them and their recordings, held against the official OpenAPI files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::exercise::Exercise;
use common::{call_sid, from, pairs, scripted, to};
use secrecy::SecretString;
use serde_json::json;
use twilio_client::calls::{CallEvent, MachineDetection, RecordingChannels, RecordingTrack, Trim};
use twilio_client::conferences::{
    Beep, ConferenceEvent, ConferenceRecord, ConferenceStatus, CreateParticipant, JitterBufferSize,
    ListConferences, ListParticipants, MixRegion, ParticipantLabel, RecordingStep, Room,
    UpdateConference, UpdateParticipant, WaitUrl,
};
use twilio_client::recordings::{ListCreated, PauseBehavior, RecordingOf, UpdateRecording};
use twilio_client::types::{DateFilter, Endpoint, HttpMethod, Toggle};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{ByocTrunkSid, ConferenceSid, RecordingSid, SipUri};
use voice_core::provider::{CallKey, CallProvider, Connect, FindCall, Found, PlaceCall};
use voice_core::testkit::Reply;
use voice_core::webhook::WebhookUrl;

const HEX: &str = "0123456789abcdef0123456789abcdef";

fn conference() -> ConferenceSid {
    ConferenceSid::parse(&format!("CF{HEX}")).unwrap()
}

fn recording() -> RecordingSid {
    RecordingSid::parse(&format!("RE{HEX}")).unwrap()
}

fn url() -> WebhookUrl {
    WebhookUrl::parse("https://app.example.com/told").unwrap()
}

fn day() -> DateFilter {
    DateFilter::parse("2026-11-01").unwrap()
}

fn label() -> ParticipantLabel {
    ParticipantLabel::new("order 7").unwrap()
}

fn somebody() -> CreateParticipant {
    CreateParticipant::new(to(), from(), label())
}

#[tokio::test]
async fn every_operation_of_conferences_is_as_documented() {
    let Some(mut on) = Exercise::of(&["conferences", "conference_recordings"]) else {
        return;
    };
    on.call("ListConference", async |c| {
        let list = ListConferences::new()
            .created_on(day())
            .created_before(day())
            .created_from(day())
            .updated_on(day())
            .updated_before(day())
            .updated_from(day())
            .friendly_name("room")
            .status(ConferenceStatus::InProgress)
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1");
        c.conferences().list(&list).collect().await
    })
    .await;
    on.call("FetchConference", async |c| {
        c.conferences().get(conference()).await
    })
    .await;
    on.call("UpdateConference", async |c| {
        let change = UpdateConference::end()
            .announce_url(url())
            .announce_method(HttpMethod::Get);
        c.conferences().update(conference(), &change).await
    })
    .await;
    on.call("ListConferenceRecording", async |c| {
        let list = ListCreated::new()
            .created_on(day())
            .created_before(day())
            .created_from(day())
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1");
        let recordings = c.conferences().recordings(conference());
        recordings.list(&list).collect().await
    })
    .await;
    on.call("FetchConferenceRecording", async |c| {
        let recordings = c.conferences().recordings(conference());
        recordings.get(recording()).await
    })
    .await;
    on.call("UpdateConferenceRecording", async |c| {
        let pause = UpdateRecording::pause().pause_behavior(PauseBehavior::Silence);
        let recordings = c.conferences().recordings(conference());
        recordings.update(RecordingOf::Current, &pause).await
    })
    .await;
    on.call("DeleteConferenceRecording", async |c| {
        let recordings = c.conferences().recordings(conference());
        recordings.delete(recording()).await
    })
    .await;
    on.finish();
}

fn full_participant() -> CreateParticipant {
    somebody()
        .status_callback(url())
        .status_callback_method(HttpMethod::Get)
        .status_callback_event(CallEvent::ALL)
        .timeout(Duration::from_secs(5))
        .record(Toggle::On)
        .muted(Toggle::On)
        .beep(Beep::OnEnter)
        .start_conference_on_enter(Toggle::Off)
        .end_conference_on_exit(Toggle::On)
        .wait_url(WaitUrl::Silence)
        .wait_method(HttpMethod::Get)
        .early_media(Toggle::Off)
        .max_participants(250_u32)
        .conference_record(ConferenceRecord::FromStart)
        .conference_trim(Trim::DoNotTrim)
        .conference_status_callback(url())
        .conference_status_callback_method(HttpMethod::Get)
        .conference_status_callback_event(vec![ConferenceEvent::Start, ConferenceEvent::Leave])
        .recording_channels(RecordingChannels::Dual)
        .recording_status_callback(url())
        .recording_status_callback_method(HttpMethod::Get)
        .sip_auth_username("s3cret-user")
        .sip_auth_password(SecretString::from("s3cret-password"))
        .region(MixRegion::Ie1)
        .conference_recording_status_callback(url())
        .conference_recording_status_callback_method(HttpMethod::Get)
        .recording_status_callback_event(vec![RecordingStep::Resumed])
        .conference_recording_status_callback_event(vec![RecordingStep::Failed])
        .coaching(Toggle::On)
        .call_sid_to_coach(call_sid())
        .jitter_buffer_size(JitterBufferSize::Off)
        .byoc(ByocTrunkSid::parse(&format!("BY{HEX}")).unwrap())
        .caller_id(from())
        .call_reason("An order")
        .recording_track(RecordingTrack::Outbound)
        .time_limit(Duration::from_secs(600))
        .machine_detection(MachineDetection::Enable)
        .machine_detection_timeout(Duration::from_secs(10))
        .machine_detection_speech_threshold(Duration::from_secs(1))
        .machine_detection_speech_end_threshold(Duration::from_millis(500))
        .machine_detection_silence_timeout(Duration::from_secs(10))
        .amd_status_callback(url())
        .amd_status_callback_method(HttpMethod::Get)
        .trim(Trim::DoNotTrim)
        .call_token(SecretString::from("s3cret-token"))
        .client_notification_url(url())
        .caller_display_name("s3cret name")
}

#[tokio::test]
async fn every_operation_of_participants_is_as_documented() {
    let Some(mut on) = Exercise::of(&["participants"]) else {
        return;
    };
    on.call("CreateParticipant", async |c| {
        let room = Room::name("room 7").unwrap();
        c.conferences().dial(&room, &full_participant()).await
    })
    .await;
    on.call("ListParticipant", async |c| {
        let list = ListParticipants::new()
            .muted(Toggle::On)
            .hold(Toggle::Off)
            .coaching(Toggle::Off)
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1");
        let participants = c.conferences().participants(conference());
        participants.list(&list).collect().await
    })
    .await;
    on.call("FetchParticipant", async |c| {
        let participants = c.conferences().participants(conference());
        participants.get(call_sid()).await
    })
    .await;
    on.call("UpdateParticipant", async |c| {
        let change = UpdateParticipant::new()
            .muted(Toggle::On)
            .hold(Toggle::On)
            .hold_url(url())
            .hold_method(HttpMethod::Get)
            .announce_url(url())
            .announce_method(HttpMethod::Get)
            .wait_url(url())
            .wait_method(HttpMethod::Get)
            .beep_on_exit(Toggle::Off)
            .end_conference_on_exit(Toggle::Off)
            .coaching(Toggle::On)
            .call_sid_to_coach(call_sid());
        let participants = c.conferences().participants(conference());
        participants.update(label(), &change).await
    })
    .await;
    on.call("DeleteParticipant", async |c| {
        let participants = c.conferences().participants(conference());
        participants.remove(label()).await
    })
    .await;
    on.finish();
}

#[tokio::test(start_paused = true)]
async fn nobody_is_dialled_twice_and_the_label_finds_them() {
    for failure in [
        Reply::status(500, ""),
        Reply::status(503, ""),
        Reply::fail(ErrorKind::Timeout, Delivery::Unknown),
    ] {
        let found =
            json!({"label": "order 7", "status": "ringing", "conference_sid": conference()});
        let (client, transport) = scripted([
            failure,
            Reply::json(&json!({"conferences": [{"sid": conference()}]})),
            Reply::json(&found),
        ]);
        let room = Room::name("room 7").unwrap();
        let error = client
            .conferences()
            .dial(&room, &somebody())
            .await
            .unwrap_err();
        assert_eq!(
            (error.delivery(), transport.sent().len()),
            (Delivery::Unknown, 1)
        );
        let there = client
            .conferences()
            .find_participant(&room, &label())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(there.label.as_deref(), Some("order 7"));
        let sent = transport.sent();
        let query = pairs(sent[1].uri.query().unwrap());
        assert_eq!(query[0], ("FriendlyName".into(), "room 7".into()));
        assert!(
            sent[2].uri.path().ends_with("/Participants/order%207.json"),
            "{}",
            sent[2].uri
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_dial_goes_out_again_and_a_label_in_use_is_told() {
    let (client, transport) = scripted([
        Reply::status(429, json!({"code": 20429}).to_string()),
        Reply::status(400, json!({"code": 16026, "message": "in use"}).to_string()),
    ]);
    let participants = client.conferences().participants(conference());
    let error = participants.create(&somebody()).await.unwrap_err();
    assert_eq!(
        (error.code(), transport.sent().len()),
        (Some("16026"), 2),
        "{error}"
    );
}

#[tokio::test]
async fn nobody_of_that_label_is_no_error() {
    let gone = || Reply::status(404, json!({"code": 20404}).to_string());
    let (client, transport) = scripted([
        gone(),
        Reply::json(&json!({"conferences": [{"sid": conference()}, {}]})),
        gone(),
        Reply::json(&json!({"conferences": []})),
        Reply::status(401, json!({"code": 20003}).to_string()),
    ]);
    let conferences = client.conferences();
    let by_sid = conferences
        .find_participant(&conference().into(), &label())
        .await;
    assert_eq!(by_sid.unwrap(), None);
    let room = Room::name("room").unwrap();
    let by_name = conferences.find_participant(&room, &label()).await;
    assert_eq!(by_name.unwrap(), None);
    assert_eq!(transport.left(), 1);
    let error = conferences
        .participants(conference())
        .find(&label())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
}

#[tokio::test]
async fn a_dial_into_a_conference_belongs_to_its_dialler() {
    let call = json!({
        "sid": call_sid(), "to": to().as_str(), "from": from().as_str(), "status": "queued",
        "direction": "outbound-api", "date_created": "Fri, 18 Oct 2019 17:00:00 +0000",
    });
    let at = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_571_418_000);
    let order = PlaceCall::new(
        to(),
        from(),
        Connect::Session(common::join_url()),
        CallKey::new("k").unwrap(),
    );
    let wanted = FindCall::of(&order, at, at);
    let calls = Reply::json(&json!({"calls": [call.clone()]}));
    let dialled = Reply::status(201, json!({"call_sid": call_sid()}).to_string());
    let (client, _) = scripted([dialled, calls]);
    let room = Room::name("room").unwrap();
    client.conferences().dial(&room, &somebody()).await.unwrap();
    let found = client.find_call(&wanted).await.unwrap();
    assert_eq!(found, Found::Nothing, "another dial must not take it");

    // To a client that never dialled anybody the same call is the one it looks for.
    let (stranger, _) = scripted([Reply::json(&json!({"calls": [call]}))]);
    let found = stranger.find_call(&wanted).await.unwrap();
    assert!(matches!(found, Found::One(_)), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn states_are_set_again_and_announcements_are_not() {
    let two = || scripted([Reply::status(500, ""), Reply::json(&json!({}))]);
    let (client, transport) = two();
    client.conferences().end(conference()).await.unwrap();
    assert_eq!(transport.sent().len(), 2);
    let (client, transport) = two();
    let error = client
        .conferences()
        .announce(conference(), url())
        .await
        .unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 1)
    );
    for (change, sends) in [
        (UpdateParticipant::mute(), 2),
        (UpdateParticipant::off_hold(), 2),
        (UpdateParticipant::announce(url()), 1),
        (UpdateParticipant::unmute().parameter("New", "1"), 1),
    ] {
        let (client, transport) = two();
        let participants = client.conferences().participants(conference());
        let outcome = participants.update(call_sid(), &change).await;
        assert_eq!(
            (outcome.is_ok(), transport.sent().len()),
            (sends == 2, sends),
            "{change:?}"
        );
    }
    // Who is gone after an unclear try was put out.
    let (client, transport) = scripted([Reply::status(502, ""), Reply::status(404, "")]);
    let participants = client.conferences().participants(conference());
    participants.remove(call_sid()).await.unwrap();
    assert_eq!(transport.sent().len(), 2);
}

#[tokio::test]
async fn what_twilio_would_refuse_is_not_sent() {
    let (client, transport) = scripted([]);
    let room = Room::name("room").unwrap();
    let sip = Endpoint::from(SipUri::parse("sip:desk@example.com").unwrap());
    let app = Endpoint::client("alice").unwrap();
    let byoc = ByocTrunkSid::parse(&format!("BY{HEX}")).unwrap();
    for (bad, field) in [
        (CreateParticipant::unlabelled(to(), app), "From"),
        (
            CreateParticipant::unlabelled(sip, from()).byoc(byoc),
            "Byoc",
        ),
        (somebody().timeout(Duration::from_secs(4)), "Timeout"),
        (somebody().timeout(Duration::from_secs(601)), "Timeout"),
        (somebody().time_limit(Duration::ZERO), "TimeLimit"),
        (somebody().max_participants(1_u32), "MaxParticipants"),
        (somebody().max_participants(251_u32), "MaxParticipants"),
        (somebody().caller_display_name("x"), "CallerDisplayName"),
        (
            somebody().caller_display_name("x".repeat(256)),
            "CallerDisplayName",
        ),
        (somebody().coaching(Toggle::On), "CallSidToCoach"),
        (
            somebody().machine_detection_timeout(Duration::ZERO),
            "MachineDetectionTimeout",
        ),
        (
            somebody().machine_detection_speech_threshold(Duration::from_millis(999)),
            "MachineDetectionSpeechThreshold",
        ),
        (
            somebody().machine_detection_speech_end_threshold(Duration::from_millis(5001)),
            "MachineDetectionSpeechEndThreshold",
        ),
        (
            somebody().machine_detection_silence_timeout(Duration::from_millis(1999)),
            "MachineDetectionSilenceTimeout",
        ),
        (
            somebody().sip_auth_password(SecretString::from("")),
            "SipAuthPassword",
        ),
        (somebody().call_token(SecretString::from("")), "CallToken"),
    ] {
        assert_eq!(bad.check().unwrap_err().fields()[0].field, field);
        let error = client.conferences().dial(&room, &bad).await.unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|f| f.field.as_str()).collect();
        assert_eq!(
            (error.kind(), fields),
            (ErrorKind::InvalidInput, vec![field])
        );
    }
    let conferences = client.conferences();
    for bad in [
        UpdateConference::new(),
        UpdateConference::new().status(ConferenceStatus::Init),
    ] {
        let error = conferences.update(conference(), &bad).await.unwrap_err();
        assert_eq!(error.fields()[0].field, "Status");
    }
    let participants = conferences.participants(conference());
    for (bad, field) in [
        (UpdateParticipant::new(), "Muted"),
        (
            UpdateParticipant::new().coaching(Toggle::On),
            "CallSidToCoach",
        ),
    ] {
        let error = participants.update(call_sid(), &bad).await.unwrap_err();
        assert_eq!(error.fields()[0].field, field);
    }
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn secrets_of_a_dial_are_shown_nowhere() {
    let quoting =
        json!({"code": 21224, "message": "bad password s3cret-password, token s3cret-token"});
    let (client, _) = scripted([Reply::status(400, quoting.to_string())]);
    let request = full_participant();
    let room = Room::name("room").unwrap();
    let error = client
        .conferences()
        .dial(&room, &request)
        .await
        .unwrap_err();
    let named: twilio_client::conferences::Conference =
        serde_json::from_value(json!({"friendly_name": "+14155550123"})).unwrap();
    let labelled: twilio_client::conferences::Participant =
        serde_json::from_value(json!({"label": "lead +14155550123"})).unwrap();
    let wanted = ListConferences::new().friendly_name("+14155550123");
    let shown = format!("{request:?} {error:?} {error} {named:?} {labelled:?} {wanted:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(!shown.contains("4155550123"), "{shown}");
}

#[tokio::test]
async fn silence_while_waiting_is_an_empty_text_and_no_label_is_no_parameter() {
    let (client, transport) = scripted([Reply::status(201, "{}")]);
    let request = CreateParticipant::unlabelled(to(), from()).wait_url(WaitUrl::Silence);
    let participants = client.conferences().participants(conference());
    participants.create(&request).await.unwrap();
    assert_eq!(
        transport.sent()[0].text(),
        "To=%2B14155550123&From=%2B14155550100&WaitUrl="
    );
}
