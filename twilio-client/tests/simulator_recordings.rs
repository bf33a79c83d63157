//! Recordings, what runs beside a call, queues, keys and the debugger of the simulator, driven by the client.
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

use common::{Listener, from, quick, to, until};
use serde_json::json;
use twilio_client::TwilioClient;
use twilio_client::calls::events::ListEvents;
use twilio_client::calls::messages::{CreateMessage, MessageContent};
use twilio_client::calls::payments::{CreatePayment, UpdatePayment};
use twilio_client::calls::recordings::CreateRecording;
use twilio_client::calls::streams::{CreateStream, StreamUrl};
use twilio_client::calls::{
    CallStatus, CreateCall, ForkStatus, IdempotencyKey, RecordingChannels, RecordingEvent,
    UpdateFork,
};
use twilio_client::keys::{ListKeys, NameKey};
use twilio_client::monitor::{ListAlerts, LogLevel};
use twilio_client::notifications::ListNotifications;
use twilio_client::queues::{CreateQueue, ListMembers, ListQueues, MemberOf};
use twilio_client::recordings::{
    GetRecording, ListCreated, ListRecordings, MediaChannels, RecordingMedia, RecordingOf,
    RecordingStatus, UpdateRecording,
};
use twilio_client::testkit::{Pace, TwilioSimulator};
use twilio_client::twiml::{Pause, Response};
use twilio_client::types::Toggle;
use voice_core::clock::{Clock, SystemClock};
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::{CallSid, RecordingSid};
use voice_core::webhook::WebhookUrl;

async fn start() -> (TwilioSimulator, TwilioClient) {
    let simulator = TwilioSimulator::builder()
        .pace(Pace::FAST.with_talk(None))
        .calls_per_second(1000.0)
        .start()
        .await;
    let client = simulator.client_with(quick()).unwrap();
    (simulator, client)
}

fn code(error: &Error) -> u32 {
    error.code().unwrap_or_default().parse().unwrap_or_default()
}

async fn call(simulator: &TwilioSimulator, client: &TwilioClient) -> CallSid {
    let twiml = Response::new()
        .with(Pause::new(Duration::from_secs(1)))
        .to_inline()
        .unwrap();
    let created = client
        .calls()
        .create(&CreateCall::new(to(), from(), twiml))
        .await
        .unwrap();
    let sid = created.sid.unwrap();
    until(|| simulator.call(&sid).unwrap().status == CallStatus::InProgress).await;
    sid
}

async fn completed(client: &TwilioClient, sid: RecordingSid) {
    for _ in 0..400 {
        if client.recordings().get(sid).await.unwrap().status == Some(RecordingStatus::Completed) {
            return;
        }
        SystemClock::default().sleep(Duration::from_millis(5)).await;
    }
    panic!("the recording is never completed");
}

#[tokio::test]
async fn a_recording_is_begun_paused_stopped_fetched_and_deleted() {
    let (simulator, client) = start().await;
    let listener = Listener::start().await;
    let sid = call(&simulator, &client).await;
    let recordings = client.calls().recordings(sid);
    let request = CreateRecording::new()
        .recording_channels(RecordingChannels::Dual)
        .recording_status_callback(WebhookUrl::parse(&format!("{}/rec", listener.base)).unwrap())
        .recording_status_callback_event(vec![
            RecordingEvent::InProgress,
            RecordingEvent::Completed,
        ]);
    let made = recordings.create(&request).await.unwrap();
    let recording = made.sid.unwrap();
    assert_eq!(made.status, Some(RecordingStatus::InProgress));
    assert_eq!(code(&recordings.create(&request).await.unwrap_err()), 16108);
    assert_eq!(
        code(&recordings.delete(recording).await.unwrap_err()),
        20009
    );
    let early = client
        .recordings()
        .media(recording, RecordingMedia::wav())
        .await
        .unwrap_err();
    assert_eq!(early.kind(), ErrorKind::NotFound);

    let paused = recordings
        .update(RecordingOf::Current, &UpdateRecording::pause())
        .await
        .unwrap();
    assert_eq!(paused.status, Some(RecordingStatus::Paused));
    let resumed = recordings
        .update(recording, &UpdateRecording::resume())
        .await
        .unwrap();
    assert_eq!(resumed.status, Some(RecordingStatus::InProgress));
    recordings
        .update(RecordingOf::Current, &UpdateRecording::stop())
        .await
        .unwrap();
    let none = recordings
        .update(RecordingOf::Current, &UpdateRecording::stop())
        .await
        .unwrap_err();
    assert_eq!(code(&none), 20404);
    completed(&client, recording).await;

    let seconds = client
        .recordings()
        .get(recording)
        .await
        .unwrap()
        .length()
        .unwrap()
        .as_secs();
    let sound = client
        .recordings()
        .media(
            recording,
            RecordingMedia::wav().channels(MediaChannels::Dual),
        )
        .await
        .unwrap()
        .into_inner()
        .bytes()
        .await
        .unwrap();
    assert!(sound.starts_with(b"RIFF"));
    assert_eq!(sound.len() as u64, 58 + seconds * 16_000);
    let heard = listener.wait_for(2).await;
    let word = |at: usize| {
        twilio_client::webhook::Params::parse(&heard[at].body)
            .get("RecordingStatus")
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        (word(0), word(1)),
        ("in-progress".to_owned(), "completed".to_owned())
    );

    client.recordings().delete(recording).await.unwrap();
    let gone = client.recordings().get(recording).await.unwrap_err();
    assert_eq!(code(&gone), 20404);
    let known = GetRecording::new().include_soft_deleted(Toggle::On);
    let known = client
        .recordings()
        .get_with(recording, &known)
        .await
        .unwrap();
    assert_eq!(known.status, Some(RecordingStatus::Deleted));
    let all = ListRecordings::new().call_sid(sid);
    assert!(
        client
            .recordings()
            .list(&all)
            .collect()
            .await
            .unwrap()
            .is_empty()
    );
    let all = all.include_soft_deleted(Toggle::On);
    assert_eq!(
        client
            .recordings()
            .list(&all)
            .collect()
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_recording_ends_with_its_call_which_can_then_be_deleted() {
    let (simulator, client) = start().await;
    let sid = call(&simulator, &client).await;
    let made = client
        .calls()
        .recordings(sid)
        .create(&CreateRecording::new())
        .await
        .unwrap();
    assert_eq!(code(&client.calls().delete(sid).await.unwrap_err()), 20009);
    client.calls().hang_up(sid).await.unwrap();
    let recording = made.sid.unwrap();
    completed(&client, recording).await;
    let one = client
        .recordings()
        .media(
            recording,
            RecordingMedia::wav().channels(MediaChannels::Dual),
        )
        .await;
    assert_eq!(code(&one.unwrap_err()), 16113);
    let late = client
        .calls()
        .recordings(sid)
        .create(&CreateRecording::new())
        .await
        .unwrap_err();
    assert_eq!(code(&late), 21220);
    assert_eq!(
        client
            .calls()
            .recordings(sid)
            .list(&ListCreated::new())
            .collect()
            .await
            .unwrap()
            .len(),
        1
    );
    client.calls().delete(sid).await.unwrap();
    assert_eq!(code(&client.calls().get(sid).await.unwrap_err()), 20404);
}

#[tokio::test]
async fn what_was_asked_of_the_application_is_remembered_and_what_failed_is_an_alert() {
    let (simulator, client) = start().await;
    let listener = Listener::start().await;
    let good = WebhookUrl::parse(&format!("{}/voice?key=7", listener.base)).unwrap();
    listener.answer_xml("<Response><Pause/></Response>");
    let fine = client
        .calls()
        .create(&CreateCall::new(to(), from(), good))
        .await
        .unwrap()
        .sid
        .unwrap();
    until(|| simulator.call(&fine).unwrap().status == CallStatus::InProgress).await;
    until(|| simulator.call(&fine).unwrap().twiml.is_some()).await;
    let events = client
        .calls()
        .events(fine)
        .list(&ListEvents::new())
        .collect()
        .await
        .unwrap();
    assert_eq!(events.len(), 1);
    assert!(events[0].request_url().unwrap().ends_with("/voice?key=7"));

    // The listener answers 204 without a document, and nobody listens at the other place.
    let (broken, closed) = (
        WebhookUrl::parse(&format!("{}/broken", listener.base)).unwrap(),
        WebhookUrl::parse("http://127.0.0.1:9/voice").unwrap(),
    );
    listener.answer_xml("no document <");
    let unreadable = client
        .calls()
        .create(&CreateCall::new(to(), from(), broken))
        .await
        .unwrap()
        .sid
        .unwrap();
    let unreachable = client
        .calls()
        .create(&CreateCall::new(to(), from(), closed))
        .await
        .unwrap()
        .sid
        .unwrap();
    until(|| simulator.call(&unreadable).unwrap().status == CallStatus::Completed).await;
    until(|| simulator.call(&unreachable).unwrap().status == CallStatus::Completed).await;
    let alerts = client
        .monitor()
        .alerts(&ListAlerts::new().log_level(LogLevel::Error))
        .collect()
        .await
        .unwrap();
    let mut codes: Vec<u32> = alerts
        .iter()
        .map(|alert| alert.code().unwrap().get())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, [11205, 12100]);
    let of_call = client
        .calls()
        .notifications(unreachable)
        .list(&ListNotifications::new())
        .collect()
        .await
        .unwrap();
    assert_eq!(of_call.len(), 1);
    let alone = client
        .monitor()
        .alert(alerts[0].sid.unwrap())
        .await
        .unwrap();
    assert!(alone.request_variables.is_some());
    assert!(
        alerts[0].request_variables.is_none(),
        "only when it is read alone"
    );
}

#[tokio::test]
async fn streams_payments_and_messages_run_beside_a_call() {
    let (simulator, client) = start().await;
    let listener = Listener::start().await;
    let sid = call(&simulator, &client).await;
    let calls = client.calls();
    let url = StreamUrl::parse("wss://voice.example.com/media").unwrap();
    let made = calls
        .streams(sid)
        .create(&CreateStream::new(url))
        .await
        .unwrap();
    assert_eq!(made.status, Some(ForkStatus::InProgress));
    let over = calls
        .streams(sid)
        .update(made.sid.unwrap(), &UpdateFork::stop())
        .await
        .unwrap();
    assert_eq!(over.status, Some(ForkStatus::Stopped));

    let callback = WebhookUrl::parse(&format!("{}/pay", listener.base)).unwrap();
    let pay = |key: &str| CreatePayment::new(IdempotencyKey::new(key).unwrap(), callback.clone());
    let first = calls.payments(sid).create(&pay("a")).await.unwrap();
    let again = calls.payments(sid).create(&pay("a")).await.unwrap();
    let other = calls.payments(sid).create(&pay("b")).await.unwrap();
    assert_eq!(first.sid, again.sid, "one key, one payment");
    assert_ne!(first.sid, other.sid);
    let step = UpdatePayment::complete(IdempotencyKey::new("c").unwrap(), callback.clone());
    let on = calls
        .payments(sid)
        .update(first.sid.unwrap(), &step)
        .await
        .unwrap();
    assert_eq!(on.sid, first.sid);

    let say = CreateMessage::new(MessageContent::from(json!({"show": "card"})));
    assert!(
        calls
            .messages(sid)
            .create(&say)
            .await
            .unwrap()
            .sid
            .is_some()
    );
    client.calls().hang_up(sid).await.unwrap();
    assert_eq!(
        code(&calls.messages(sid).create(&say).await.unwrap_err()),
        21220
    );
}

#[tokio::test]
async fn queues_have_members_and_keys_have_secrets_once() {
    let (simulator, client) = start().await;
    let queue = client
        .queues()
        .create(&CreateQueue::new("support").max_size(1_u32))
        .await
        .unwrap();
    let sid = call(&simulator, &client).await;
    assert!(simulator.enqueue(&sid, "support"));
    assert!(!simulator.enqueue(&sid, "support"), "it is full");
    let members = client.queues().members(queue.sid.unwrap());
    assert_eq!(
        members
            .list(&ListMembers::new())
            .collect()
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        members.get(MemberOf::Front).await.unwrap().call_sid,
        Some(sid)
    );
    assert!(client.queues().delete(queue.sid.unwrap()).await.is_err());
    assert_eq!(
        client
            .queues()
            .list(&ListQueues::new())
            .collect()
            .await
            .unwrap()
            .len(),
        1
    );

    let key = client
        .keys()
        .create(&NameKey::new().friendly_name("ci"))
        .await
        .unwrap();
    assert!(key.secret.is_some());
    let keys = client
        .keys()
        .list(&ListKeys::new())
        .collect()
        .await
        .unwrap();
    assert_eq!(keys[0].sid, key.sid);
    let with_key = simulator.client_builder().unwrap();
    let secret = key.secret.clone().unwrap();
    let with_key = with_key
        .api_key(key.sid.unwrap(), secret)
        .options(quick())
        .build()
        .unwrap();
    assert!(
        with_key.calls().get(sid).await.is_ok(),
        "it opens the account's calls"
    );
    let refused = with_key
        .keys()
        .list(&ListKeys::new())
        .collect()
        .await
        .unwrap_err();
    assert_eq!(code(&refused), 20003, "and not its keys");
}
