//! Conferences of the simulator, driven by the client: who comes, what is heard of it, and how they end.
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

use common::{Listener, from, quick, until};
use twilio_client::TwilioClient;
use twilio_client::calls::{CallStatus, CreateCall};
use twilio_client::conferences::{
    Conference, ConferenceEndReason, ConferenceEvent, ConferenceRecord, ConferenceStatus,
    CreateParticipant, ListConferences, ListParticipants, Participant, ParticipantLabel,
    ParticipantStatus, Room, UpdateParticipant,
};
use twilio_client::recordings::{ListCreated, RecordingSource, RecordingStatus};
use twilio_client::testkit::{Outcome, Pace, TwilioSimulator};
use twilio_client::twiml::{Conference as ConferenceNoun, Dial, Response};
use twilio_client::types::Toggle;
use twilio_client::webhook::Params;
use voice_core::clock::{Clock, SystemClock};
use voice_core::error::Error;
use voice_core::ident::{ConferenceSid, E164};
use voice_core::webhook::WebhookUrl;

const EVENTS: [ConferenceEvent; 8] = [
    ConferenceEvent::Start,
    ConferenceEvent::End,
    ConferenceEvent::Join,
    ConferenceEvent::Leave,
    ConferenceEvent::Mute,
    ConferenceEvent::Hold,
    ConferenceEvent::Modify,
    ConferenceEvent::Announcement,
];

async fn start() -> (TwilioSimulator, TwilioClient) {
    let simulator = TwilioSimulator::builder()
        .pace(Pace::FAST.with_talk(None))
        .calls_per_second(1000.0)
        .start()
        .await;
    let client = simulator.client_with(quick()).unwrap();
    (simulator, client)
}

async fn pause() {
    SystemClock::default().sleep(Duration::from_millis(5)).await;
}

fn number(last: u32) -> E164 {
    E164::parse(&format!("+141555501{last:02}")).unwrap()
}

fn somebody(last: u32, label: &str) -> CreateParticipant {
    let label = ParticipantLabel::new(label).unwrap();
    CreateParticipant::new(number(last), from(), label)
}

fn code(error: &Error) -> u32 {
    error.code().unwrap_or_default().parse().unwrap_or_default()
}

async fn room_of(
    client: &TwilioClient,
    request: &CreateParticipant,
) -> (ConferenceSid, Participant) {
    let room = Room::name("Room 7").unwrap();
    let created = client.conferences().dial(&room, request).await.unwrap();
    (created.conference_sid.unwrap(), created.into_inner())
}

async fn connected(client: &TwilioClient, room: ConferenceSid, label: &str) -> Participant {
    let label = ParticipantLabel::new(label).unwrap();
    let participants = client.conferences().participants(room);
    for _ in 0..400 {
        if let Some(found) = participants.find(&label).await.unwrap()
            && found.status == Some(ParticipantStatus::Connected)
        {
            return found;
        }
        pause().await;
    }
    panic!("{label:?} never came");
}

async fn ended(client: &TwilioClient, room: ConferenceSid) -> Conference {
    for _ in 0..400 {
        let found = client.conferences().get(room).await.unwrap();
        if found.status == Some(ConferenceStatus::Completed) {
            return found.into_inner();
        }
        pause().await;
    }
    panic!("the conference goes on");
}

/// What was delivered of conferences, in order.
fn heard(simulator: &TwilioSimulator) -> Vec<Params> {
    let delivered = simulator.delivered().into_iter();
    delivered
        .map(|delivery| delivery.params)
        .filter(|params| params.get("StatusCallbackEvent").is_some())
        .collect()
}

#[tokio::test]
async fn a_conference_begins_is_steered_and_ends_with_its_moderator() {
    let (simulator, client) = start().await;
    let listener = Listener::start().await;
    let url = WebhookUrl::parse(&format!("{}/room", listener.base)).unwrap();
    let agent = somebody(1, "agent")
        .end_conference_on_exit(Toggle::On)
        .conference_status_callback(url.clone())
        .conference_status_callback_event(EVENTS.to_vec());
    let customer = somebody(2, "customer").start_conference_on_enter(Toggle::Off);

    let (room, waiting) = room_of(&client, &customer).await;
    assert_eq!(waiting.status, Some(ParticipantStatus::Queued));
    connected(&client, room, "customer").await;
    let found = client.conferences().get(room).await.unwrap();
    assert_eq!(
        (found.status.clone(), found.friendly_name.as_deref()),
        (Some(ConferenceStatus::Init), Some("Room 7")),
        "whoever may not start it waits"
    );

    // Settings of the conference are the first participant's: this one has none, so nothing of it is reported.
    let (same, _) = room_of(&client, &agent).await;
    assert_eq!(same, room);
    let there = connected(&client, room, "agent").await;
    assert_eq!(there.end_conference_on_exit, Some(true));
    let found = client.conferences().get(room).await.unwrap();
    assert_eq!(found.status, Some(ConferenceStatus::InProgress));
    assert!(heard(&simulator).is_empty());

    let participants = client.conferences().participants(room);
    let call = there.call_sid.unwrap();
    client.calls().hang_up(call).await.unwrap();
    let over = ended(&client, room).await;
    assert_eq!(
        (
            over.reason_conference_ended,
            over.call_sid_ending_conference
        ),
        (Some(ConferenceEndReason::EndingParticipantLeft), Some(call))
    );
    let left = participants
        .list(&ListParticipants::new())
        .collect()
        .await
        .unwrap();
    assert!(left.is_empty());
    let customer_call = waiting.call_sid.unwrap();
    until(|| simulator.call(&customer_call).unwrap().status == CallStatus::Completed).await;
    let late = client.conferences().end(room).await.unwrap_err();
    assert_eq!(code(&late), 16022);
    let late = participants.create(&agent).await.unwrap_err();
    assert_eq!(code(&late), 16022);
}

#[tokio::test]
async fn every_change_is_reported_signed_and_numbered() {
    let (simulator, client) = start().await;
    let listener = Listener::start().await;
    let url = WebhookUrl::parse(&format!("{}/room", listener.base)).unwrap();
    let agent = somebody(1, "agent")
        .conference_status_callback(url.clone())
        .conference_status_callback_event(EVENTS.to_vec());
    let (room, _) = room_of(&client, &agent).await;
    let agent = connected(&client, room, "agent").await.call_sid.unwrap();
    room_of(&client, &somebody(2, "customer")).await;
    connected(&client, room, "customer").await;
    let participants = client.conferences().participants(room);
    let label = || ParticipantLabel::new("customer").unwrap();

    for (change, what) in [
        (UpdateParticipant::on_hold(), (Some(true), Some(false))),
        (UpdateParticipant::mute(), (Some(true), Some(true))),
        (UpdateParticipant::unmute(), (Some(true), Some(false))),
        (UpdateParticipant::off_hold(), (Some(false), Some(false))),
    ] {
        let now = participants.update(label(), &change).await.unwrap();
        assert_eq!((now.hold, now.muted), what);
    }
    // Setting what is set already is no change.
    participants
        .update(label(), &UpdateParticipant::unmute())
        .await
        .unwrap();

    let supervisor = somebody(3, "supervisor")
        .coaching(Toggle::On)
        .call_sid_to_coach(agent);
    room_of(&client, &supervisor).await;
    let coach = connected(&client, room, "supervisor").await;
    assert_eq!(
        (coach.coaching, coach.call_sid_to_coach),
        (Some(true), Some(agent))
    );
    let coaching = ListParticipants::new().coaching(Toggle::On);
    assert_eq!(
        participants.list(&coaching).collect().await.unwrap().len(),
        1
    );

    listener.answer_xml("<Response><Say>Hi</Say></Response>");
    let announce = WebhookUrl::parse(&format!("{}/announce", listener.base)).unwrap();
    client.conferences().announce(room, announce).await.unwrap();
    until(|| {
        heard(&simulator)
            .iter()
            .any(|it| it.get("StatusCallbackEvent") == Some("announcement-end"))
    })
    .await;

    participants.remove(label()).await.unwrap();
    assert_eq!(participants.find(&label()).await.unwrap(), None);
    client.conferences().end(room).await.unwrap();
    assert_eq!(
        ended(&client, room).await.reason_conference_ended,
        Some(ConferenceEndReason::ViaApi)
    );
    until(|| {
        heard(&simulator)
            .last()
            .is_some_and(|it| it.get("StatusCallbackEvent") == Some("conference-end"))
    })
    .await;

    let heard = heard(&simulator);
    let numbers: Vec<usize> = heard
        .iter()
        .map(|it| it.parsed("SequenceNumber").unwrap())
        .collect();
    assert_eq!(numbers, (0..heard.len()).collect::<Vec<_>>());
    let events: Vec<&str> = heard
        .iter()
        .map(|it| it.get("StatusCallbackEvent").unwrap())
        .collect();
    assert_eq!(
        events,
        [
            "participant-join",
            "conference-start",
            "participant-join",
            "participant-hold",
            "participant-mute",
            "participant-unmute",
            "participant-unhold",
            "participant-join",
            "announcement-end",
            "participant-leave",
            "participant-leave",
            "participant-leave",
            "conference-end",
        ]
    );
    assert_eq!(
        heard[9].get("ReasonParticipantLeft"),
        Some("participant_updated_via_api")
    );
    assert_eq!(
        heard[10].get("ReasonParticipantLeft"),
        Some("conference_ended_via_api")
    );
    assert_eq!(
        heard[12].get("ReasonConferenceEnded"),
        Some("conference-ended-via-api")
    );
    let signed = listener
        .heard()
        .iter()
        .all(|request| request.headers.contains_key("x-twilio-signature"));
    assert!(signed);
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_code() {
    let (simulator, client) = start().await;
    let (room, agent) = room_of(&client, &somebody(1, "agent").max_participants(2_u32)).await;
    let call = connected(&client, room, "agent").await.call_sid.unwrap();
    let name = Room::name("Room 7").unwrap();
    let dial = |request: CreateParticipant| {
        let (client, name) = (client.clone(), name.clone());
        async move {
            code(
                &client
                    .conferences()
                    .dial(&name, &request)
                    .await
                    .unwrap_err(),
            )
        }
    };
    assert_eq!(dial(somebody(2, "agent")).await, 16026);
    assert_eq!(simulator.dialled(&number(2)), 0, "nobody was rung");
    let nobody = somebody(2, "x")
        .coaching(Toggle::On)
        .call_sid_to_coach(common::call_sid());
    assert_eq!(dial(nobody).await, 16028);
    let participants = client.conferences().participants(room);
    participants
        .update(call, &UpdateParticipant::on_hold())
        .await
        .unwrap();
    let on_hold = somebody(2, "x")
        .coaching(Toggle::On)
        .call_sid_to_coach(call);
    assert_eq!(dial(on_hold).await, 16027);
    room_of(&client, &somebody(2, "customer")).await;
    assert_eq!(dial(somebody(3, "third")).await, 16020);
    let unknown = ConferenceSid::parse(concat!("CF", "0123456789abcdef0123456789abcdef")).unwrap();
    let nowhere = client
        .conferences()
        .dial(&unknown.into(), &somebody(3, "x"))
        .await;
    assert_eq!(code(&nowhere.unwrap_err()), 16003);
    assert_eq!(
        code(&client.conferences().get(unknown).await.unwrap_err()),
        20404
    );
    let gone = ParticipantLabel::new("nobody").unwrap();
    assert_eq!(code(&participants.get(gone).await.unwrap_err()), 20404);
    assert_eq!(agent.label.as_deref(), Some("agent"));
}

#[tokio::test]
async fn whoever_never_comes_leaves_the_list_and_an_empty_room_is_over() {
    let (simulator, client) = start().await;
    simulator.set_outcome(&number(1), Outcome::Busy);
    let (room, _) = room_of(&client, &somebody(1, "agent")).await;
    let over = ended(&client, room).await;
    assert_eq!(
        over.reason_conference_ended,
        Some(ConferenceEndReason::LastParticipantLeft)
    );
    // Its name is free again.
    let (next, _) = room_of(&client, &somebody(2, "agent")).await;
    assert_ne!(next, room);
    connected(&client, next, "agent").await;
    let named = ListConferences::new().friendly_name("Room 7");
    let all = client.conferences().list(&named).collect().await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].sid, Some(next), "newest first");
    let live = named.status(ConferenceStatus::InProgress);
    assert_eq!(
        client
            .conferences()
            .list(&live)
            .collect()
            .await
            .unwrap()
            .len(),
        1
    );
    let label = ParticipantLabel::new("agent").unwrap();
    client
        .conferences()
        .participants(next)
        .remove(label)
        .await
        .unwrap();
    let over = ended(&client, next).await;
    assert_eq!(
        over.reason_conference_ended,
        Some(ConferenceEndReason::LastParticipantKicked)
    );
}

#[tokio::test]
async fn a_dialled_conference_is_joined_and_recorded() {
    let (simulator, client) = start().await;
    let agent = somebody(1, "agent").conference_record(ConferenceRecord::FromStart);
    let (room, _) = room_of(&client, &agent).await;
    connected(&client, room, "agent").await;
    let twiml = Response::new()
        .with(Dial::new().with(ConferenceNoun::new("Room 7").participant_label("guest")))
        .to_inline()
        .unwrap();
    let guest = client
        .calls()
        .create(&CreateCall::new(number(5), from(), twiml))
        .await
        .unwrap();
    let there = connected(&client, room, "guest").await;
    assert_eq!(there.call_sid, guest.sid);

    let recordings = client.conferences().recordings(room);
    let made = recordings
        .list(&ListCreated::new())
        .collect()
        .await
        .unwrap();
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].source, Some(RecordingSource::Conference));
    client.conferences().end(room).await.unwrap();
    let sid = made[0].sid.unwrap();
    for _ in 0..400 {
        if recordings.get(sid).await.unwrap().status == Some(RecordingStatus::Completed) {
            break;
        }
        pause().await;
    }
    let done = recordings.get(sid).await.unwrap();
    assert_eq!(done.status, Some(RecordingStatus::Completed));
    assert!(done.length().is_some());
    until(|| simulator.call(&guest.sid.unwrap()).unwrap().status == CallStatus::Completed).await;
}
