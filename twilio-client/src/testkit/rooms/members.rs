//! The operations of participants: dial in, list, read, change, put out.

use std::time::Duration;

use serde_json::{Value, json};
use voice_core::ident::{CallSid, ConferenceSid};
use voice_core::testkit::SimAnswer;

use super::super::TwilioSimulator;
use super::super::answer::{Refused, named, ok};
use super::super::create::{check_values, reports, whom};
use super::super::desk::Asked;
use super::super::legs::LegOrder;
use super::super::pages::listed;
use super::super::record::Order;
use super::super::state::State;
use super::api::{announcement, open_room, play};
use super::{Leaving, Member, Room, remove};
use crate::calls::CallStatus;
use crate::conferences::ParticipantStatus;
use crate::types::ApiTime;
use crate::webhook::Params;

/// The participant that a segment names, by SID or label.
fn find<'r>(room: &'r Room, named: &str) -> Option<&'r Member> {
    room.members
        .iter()
        .find(|member| member.call.as_str() == named || member.label.as_deref() == Some(named))
}

fn to_json(state: &State, room: &Room, member: &Member, queued: Option<Duration>) -> Value {
    let account = TwilioSimulator::ACCOUNT_SID;
    let status = match state.find(&member.call).map(|call| &call.status) {
        Some(CallStatus::Queued) | None => ParticipantStatus::Queued,
        Some(CallStatus::Initiated) => ParticipantStatus::Connecting,
        Some(CallStatus::Ringing) => ParticipantStatus::Ringing,
        Some(CallStatus::InProgress) => ParticipantStatus::Connected,
        Some(CallStatus::Completed) => ParticipantStatus::Complete,
        Some(_) => ParticipantStatus::Failed,
    };
    let mut shown = json!({
        "account_sid": account,
        "call_sid": member.call,
        "conference_sid": room.sid,
        "label": member.label,
        "muted": member.muted,
        "hold": member.hold,
        "coaching": member.coaching,
        "call_sid_to_coach": member.coach,
        "start_conference_on_enter": member.starts,
        "end_conference_on_exit": member.ends,
        "status": status,
        "date_created": ApiTime::from_time(member.created),
        "date_updated": ApiTime::from_time(member.updated),
        "uri": format!(
            "/2010-04-01/Accounts/{account}/Conferences/{}/Participants/{}.json",
            room.sid, member.call
        ),
    });
    if let (Some(queued), Some(object)) = (queued, shown.as_object_mut()) {
        object.insert(
            "queue_time".to_owned(),
            json!(queued.as_millis().to_string()),
        );
    }
    shown
}

pub(super) fn list(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let state = asked.shared.lock();
    let room = state.room(asked.part(0)).ok_or_else(|| asked.not_found())?;
    let wants = |name: &str, is: bool| {
        asked
            .query(name)
            .is_none_or(|wanted| wanted == is.to_string())
    };
    let found = room
        .members
        .iter()
        .rev()
        .filter(|member| {
            wants("Muted", member.muted)
                && wants("Hold", member.hold)
                && wants("Coaching", member.coaching)
        })
        .map(|member| (member.call.to_string(), to_json(&state, room, member, None)))
        .collect();
    listed(asked.request, "participants", found)
}

pub(super) fn get(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let state = asked.shared.lock();
    let found = state
        .room(asked.part(0))
        .and_then(|room| Some((room, find(room, asked.part(1))?)));
    let (room, member) = found.ok_or_else(|| asked.not_found())?;
    Ok(ok(200, &to_json(&state, room, member, None)))
}

pub(super) fn create(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let form = asked.form();
    let (to, from) = whom(asked.shared, &form)?;
    check_values(&form)?;
    check_wishes(&form)?;
    let named_room = asked.part(0).to_owned();
    check_room(&asked.shared.lock(), asked, &form)?;
    let order = Order {
        reports: reports(&form),
        time_limit: form.parsed("TimeLimit").map(Duration::from_secs),
        legs: LegOrder::of(&form),
        ..Order::between(to, from)
    };
    let at = asked.shared.clock.wall();
    let mut place = 0;
    let sid = asked.shared.place_with(order, |state, sid| {
        place = state.enter(&named_room, &form, sid, at);
        state.wishes.insert(sid, form.clone());
    });
    let state = asked.shared.lock();
    let queued = state.find(&sid).map(|call| call.queued_for);
    let room = state.rooms.get(place);
    match room.and_then(|room| Some((room, room.member(&sid)?))) {
        Some((room, member)) => Ok(ok(201, &to_json(&state, room, member, queued))),
        None => Err(Refused::new(500, 20500, "the participant is gone")),
    }
}

fn check_wishes(form: &Params) -> Result<(), Refused> {
    if form.filled("Label").is_some_and(|label| {
        label.chars().count() > 128 || label.contains('/') || CallSid::parse(label).is_ok()
    }) {
        return Err(Refused::bad(16024, named(16024)));
    }
    if form.get("MaxParticipants").is_some_and(|most| {
        !most
            .parse()
            .is_ok_and(|most: u32| (2..=250).contains(&most))
    }) {
        return Err(Refused::bad(16002, named(16002)));
    }
    if form.get("Coaching") == Some("true") && form.filled("CallSidToCoach").is_none() {
        return Err(Refused::bad(16002, "CallSidToCoach is required"));
    }
    Ok(())
}

fn check_room(state: &State, asked: &Asked<'_>, form: &Params) -> Result<(), Refused> {
    let named_room = asked.part(0);
    let Some(room) = state.room_at(named_room).and_then(|at| state.rooms.get(at)) else {
        return match ConferenceSid::parse(named_room) {
            Ok(_) => Err(Refused::bad(16003, named(16003))),
            Err(_) if form.filled("CallSidToCoach").is_some() => {
                Err(Refused::bad(16028, named(16028)))
            }
            Err(_) => Ok(()),
        };
    };
    if room.is_over() {
        return Err(Refused::bad(16022, named(16022)));
    }
    if form
        .filled("Label")
        .is_some_and(|label| find(room, label).is_some())
    {
        return Err(Refused::bad(16026, named(16026)));
    }
    if room.members.len() >= room.most {
        return Err(Refused::bad(16020, named(16020)));
    }
    check_coach(room, form)
}

/// Who is whispered to must be there, and not on hold.
fn check_coach(room: &Room, form: &Params) -> Result<(), Refused> {
    let Some(sid) = form.filled("CallSidToCoach") else {
        return Ok(());
    };
    match room
        .members
        .iter()
        .find(|member| member.call.as_str() == sid)
    {
        Some(member) if member.hold => Err(Refused::bad(16027, named(16027))),
        Some(member) if member.joined => Ok(()),
        _ => Err(Refused::bad(16028, named(16028))),
    }
}

pub(super) fn update(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let form = asked.form();
    let announce = announcement(&form)?;
    let at = asked.shared.clock.wall();
    {
        let mut guard = asked.shared.lock();
        let call = {
            let room = open_room(&mut guard, asked)?;
            check_coach(room, &form)?;
            find(room, asked.part(1))
                .ok_or_else(|| asked.not_found())?
                .call
        };
        let State { rooms, outbox, .. } = &mut *guard;
        if let Some(room) = rooms.iter_mut().find(|room| room.sid == asked.part(0)) {
            for event in change(room, &call, &form, at) {
                room.report_member(outbox, event, &call, at, &[]);
            }
            if let Some((url, by_get)) = announce {
                play(asked.shared, &room.sid, Some(call), url, by_get);
            }
        }
    }
    get(asked)
}

/// Sets what the form says, and gives the events of what has changed by that.
fn change(
    room: &mut Room,
    call: &CallSid,
    form: &Params,
    at: std::time::SystemTime,
) -> Vec<&'static str> {
    let Some(member) = room.members.iter_mut().find(|it| it.call == *call) else {
        return Vec::new();
    };
    let flag = |name: &str| match form.get(name) {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => None,
    };
    let mut events = Vec::new();
    if let Some(muted) = flag("Muted").filter(|muted| *muted != member.muted) {
        member.muted = muted;
        events.push(if muted {
            "participant-mute"
        } else {
            "participant-unmute"
        });
    }
    if let Some(hold) = flag("Hold").filter(|hold| *hold != member.hold) {
        member.hold = hold;
        events.push(if hold {
            "participant-hold"
        } else {
            "participant-unhold"
        });
    }
    let mut modified = false;
    if let Some(ends) = flag("EndConferenceOnExit") {
        modified |= ends != member.ends;
        member.ends = ends;
    }
    if let Some(sid) = form
        .filled("CallSidToCoach")
        .and_then(|sid| sid.parse().ok())
    {
        modified |= member.coach != Some(sid);
        member.coach = Some(sid);
    }
    if let Some(coaching) = flag("Coaching") {
        modified |= coaching != member.coaching;
        member.coaching = coaching;
        if !coaching {
            member.coach = None;
        }
    }
    if modified {
        events.push("participant-modify");
    }
    member.updated = at;
    events
}

pub(super) fn delete(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let call = {
        let mut state = asked.shared.lock();
        let room = open_room(&mut state, asked)?;
        find(room, asked.part(1))
            .ok_or_else(|| asked.not_found())?
            .call
    };
    remove(asked.shared, &call, Some(Leaving::Kicked));
    Ok(SimAnswer::empty(204))
}
