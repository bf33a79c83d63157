//! Calls and what belongs to one, held against the official OpenAPI files: events, recordings, debugger entries, messages.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use common::exercise::Exercise;
use common::{call_sid, full, scripted};
use serde_json::json;
use twilio_client::calls::IdempotencyKey;
use twilio_client::calls::events::ListEvents;
use twilio_client::calls::messages::{CreateMessage, CreateSubscription, MessageContent};
use twilio_client::calls::recordings::CreateRecording;
use twilio_client::calls::{RecordingChannels, RecordingEvent, RecordingTrack, Trim};
use twilio_client::notifications::{ListNotifications, LogLevel};
use twilio_client::recordings::{
    ListCreated, PauseBehavior, RecordingOf, RecordingStatus, UpdateRecording,
};
use twilio_client::types::{DateFilter, HttpMethod};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{NotificationSid, RecordingSid, UserDefinedMessageSubscriptionSid};
use voice_core::testkit::Reply;
use voice_core::webhook::WebhookUrl;

fn recording() -> RecordingSid {
    RecordingSid::parse(concat!("RE", "0123456789abcdef0123456789abcdef")).unwrap()
}

fn notification() -> NotificationSid {
    NotificationSid::parse(concat!("NO", "0123456789abcdef0123456789abcdef")).unwrap()
}

fn subscription() -> UserDefinedMessageSubscriptionSid {
    UserDefinedMessageSubscriptionSid::parse(concat!("ZY", "0123456789abcdef0123456789abcdef"))
        .unwrap()
}

fn url() -> WebhookUrl {
    WebhookUrl::parse("https://app.example.com/told").unwrap()
}

fn day() -> DateFilter {
    DateFilter::parse("2026-11-01").unwrap()
}

fn key() -> IdempotencyKey {
    IdempotencyKey::new("k-1").unwrap()
}

fn notifications() -> ListNotifications {
    ListNotifications::new()
        .log(LogLevel::Warning)
        .logged_on(day())
        .logged_before(day())
        .logged_from(day())
        .page_size(20_u32)
        .page(0_u32)
        .page_token("PA1")
}

#[tokio::test]
async fn every_operation_of_calls_is_as_documented() {
    let Some(mut on) = Exercise::of(&["calls", "call_events", "notifications"]) else {
        return;
    };
    for request in full::all_creates() {
        on.call("CreateCall", async |c| c.calls().create(&request).await)
            .await;
    }
    for request in full::all_updates() {
        on.call("UpdateCall", async |c| {
            c.calls().update(call_sid(), &request).await
        })
        .await;
    }
    on.call("ListCall", async |c| {
        c.calls().list(&full::all_filters()).collect().await
    })
    .await;
    on.call("FetchCall", async |c| c.calls().get(call_sid()).await)
        .await;
    on.call("DeleteCall", async |c| c.calls().delete(call_sid()).await)
        .await;
    on.call("ListCallEvent", async |c| {
        let list = ListEvents::new()
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1");
        c.calls().events(call_sid()).list(&list).collect().await
    })
    .await;
    on.call("ListNotification", async |c| {
        c.notifications().list(&notifications()).collect().await
    })
    .await;
    on.call("FetchNotification", async |c| {
        c.notifications().get(notification()).await
    })
    .await;
    on.call("ListCallNotification", async |c| {
        let of_call = c.calls().notifications(call_sid());
        of_call.list(&notifications()).collect().await
    })
    .await;
    on.call("FetchCallNotification", async |c| {
        c.calls()
            .notifications(call_sid())
            .get(notification())
            .await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn every_operation_of_call_recordings_is_as_documented() {
    let Some(mut on) = Exercise::of(&["call_recordings"]) else {
        return;
    };
    on.call("ListCallRecording", async |c| {
        let list = ListCreated::new()
            .created_on(day())
            .created_before(day())
            .created_from(day())
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1");
        c.calls().recordings(call_sid()).list(&list).collect().await
    })
    .await;
    on.call("CreateCallRecording", async |c| {
        let request = CreateRecording::new()
            .recording_status_callback_event(vec![
                RecordingEvent::InProgress,
                RecordingEvent::Absent,
            ])
            .recording_status_callback(url())
            .recording_status_callback_method(HttpMethod::Get)
            .trim(Trim::TrimSilence)
            .recording_channels(RecordingChannels::Dual)
            .recording_track(RecordingTrack::Inbound);
        c.calls().recordings(call_sid()).create(&request).await
    })
    .await;
    on.call("FetchCallRecording", async |c| {
        c.calls().recordings(call_sid()).get(recording()).await
    })
    .await;
    on.call("UpdateCallRecording", async |c| {
        let pause = UpdateRecording::pause().pause_behavior(PauseBehavior::Skip);
        c.calls()
            .recordings(call_sid())
            .update(RecordingOf::Current, &pause)
            .await
    })
    .await;
    on.call("DeleteCallRecording", async |c| {
        c.calls().recordings(call_sid()).delete(recording()).await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn every_operation_of_messages_is_as_documented() {
    let Some(mut on) = Exercise::of(&["user_defined_messages"]) else {
        return;
    };
    on.call("CreateUserDefinedMessage", async |c| {
        let message = CreateMessage::new(json!({"a": [1]})).idempotency_key(key());
        c.calls().messages(call_sid()).create(&message).await
    })
    .await;
    on.call("CreateUserDefinedMessageSubscription", async |c| {
        let request = CreateSubscription::new(url())
            .idempotency_key(key())
            .method(HttpMethod::Get);
        let messages = c.calls().messages(call_sid());
        messages.subscriptions().create(&request).await
    })
    .await;
    on.call("DeleteUserDefinedMessageSubscription", async |c| {
        let messages = c.calls().messages(call_sid());
        messages.subscriptions().delete(subscription()).await
    })
    .await;
    on.finish();
}

#[tokio::test(start_paused = true)]
async fn a_message_is_repeated_only_with_a_key() {
    let sid = json!({"sid": concat!("KX", "0123456789abcdef0123456789abcdef")});
    let (client, transport) = scripted([Reply::status(500, ""), Reply::json(&sid)]);
    let message = CreateMessage::new(json!({"card": 7}));
    let error = client
        .calls()
        .messages(call_sid())
        .create(&message)
        .await
        .unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 1)
    );

    let (client, transport) = scripted([Reply::status(500, ""), Reply::json(&sid)]);
    let sent = client
        .calls()
        .messages(call_sid())
        .create(&message.idempotency_key(key()))
        .await
        .unwrap();
    assert!(sent.sid.is_some());
    let bodies: Vec<String> = transport.sent().iter().map(|sent| sent.text()).collect();
    assert_eq!(
        bodies,
        ["Content=%7B%22card%22%3A7%7D&IdempotencyKey=k-1"; 2]
    );

    let (client, transport) = scripted([Reply::status(500, ""), Reply::json(&json!({}))]);
    let messages = client.calls().messages(call_sid());
    let subscribe = CreateSubscription::new(url());
    let error = messages
        .subscriptions()
        .create(&subscribe)
        .await
        .unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 1)
    );
    messages
        .subscriptions()
        .create(&subscribe.idempotency_key(key()))
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_recording_is_begun_once_and_paused_as_often_as_it_takes() {
    let answer = || Reply::json(&json!({"status": "paused"}));
    let (client, transport) = scripted([Reply::status(500, "")]);
    let recordings = client.calls().recordings(call_sid());
    let error = recordings
        .create(&CreateRecording::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 1)
    );

    for (of, request) in [
        (RecordingOf::Current, UpdateRecording::pause()),
        (RecordingOf::Current, UpdateRecording::resume()),
        (recording().into(), UpdateRecording::stop()),
    ] {
        let (client, transport) = scripted([Reply::status(500, ""), answer()]);
        let recordings = client.calls().recordings(call_sid());
        let updated = recordings.update(of, &request).await.unwrap();
        assert_eq!(updated.status, Some(RecordingStatus::Paused));
        assert_eq!(transport.sent().len(), 2, "{request:?}");
    }
    for (of, request) in [
        (RecordingOf::Current, UpdateRecording::stop()),
        (
            recording().into(),
            UpdateRecording::to(RecordingStatus::Other("forgotten".into())),
        ),
        (
            recording().into(),
            UpdateRecording::pause().parameter("New", "1"),
        ),
    ] {
        let (client, transport) = scripted([Reply::status(500, ""), answer()]);
        let recordings = client.calls().recordings(call_sid());
        recordings.update(of, &request).await.unwrap_err();
        assert_eq!(transport.sent().len(), 1, "{request:?}");
    }
}

#[tokio::test]
async fn a_call_that_goes_on_is_not_deleted() {
    let refusal = json!({"code": 20009, "message": "Cannot delete", "status": 409});
    let (client, transport) = scripted([Reply::status(409, refusal.to_string())]);
    let error = client.calls().delete(call_sid()).await.unwrap_err();
    assert_eq!(
        (error.code(), transport.sent().len()),
        (Some("20009"), 1),
        "{error}"
    );
}

#[tokio::test]
async fn what_twilio_would_refuse_is_not_sent() {
    let (client, transport) = scripted([]);
    let recordings = client.calls().recordings(call_sid());
    for bad in [
        UpdateRecording::to(RecordingStatus::Completed),
        UpdateRecording::stop().pause_behavior(PauseBehavior::Silence),
    ] {
        let error = recordings
            .update(RecordingOf::Current, &bad)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.fields().len()),
            (ErrorKind::InvalidInput, 1)
        );
    }
    let under_score = WebhookUrl::parse("https://my_app.example.com/x").unwrap();
    let messages = client.calls().messages(call_sid());
    let error = messages
        .subscriptions()
        .create(&CreateSubscription::new(under_score))
        .await
        .unwrap_err();
    assert_eq!(error.fields()[0].field, "Callback");
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn what_is_personal_stays_out_of_debug() {
    let event = json!({
        "request": {"url": "https://app.example.com/x?key=s3cret", "method": "POST", "parameters": {"Digits": "s3cret"}},
        "response": {"response_body": "s3cret"},
    });
    let entry = json!({
        "error_code": "11200", "log": "0", "message_text": "s3cret", "request_url": "https://a.example/s3cret",
        "request_variables": "Digits=s3cret", "response_body": "s3cret", "response_headers": "Cookie: s3cret",
    });
    let (client, _) = scripted([
        Reply::json(&json!({"events": [event]})),
        Reply::json(&entry),
    ]);
    let calls = client.calls();
    let events = calls
        .events(call_sid())
        .list(&ListEvents::new())
        .collect()
        .await
        .unwrap();
    assert_eq!(
        (events[0].request_method(), events[0].request_url()),
        (Some("POST"), Some("https://app.example.com/x?key=s3cret"))
    );
    let entry = client.notifications().get(notification()).await.unwrap();
    let code = entry.code().unwrap();
    assert_eq!(
        (code.get(), code.name()),
        (11200, Some("HTTP retrieval failure"))
    );
    let content = MessageContent::from(json!({"pin": "s3cret"}));
    let shown = format!("{events:?} {entry:?} {:?}", CreateMessage::new(content));
    assert!(
        !shown.contains("s3cret") && shown.contains("11200"),
        "{shown}"
    );
}
