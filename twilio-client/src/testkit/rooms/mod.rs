//! Conferences: who is in which, and the rules by which they begin and end.

mod api;
mod members;
mod report;

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Value, json};
use voice_core::ident::CallSid;

use super::courier::Outbox;
use super::record::Reports;
use super::sound::Wish;
use super::state::{Shared, State};
use super::{TwilioSimulator, legs};
use crate::calls::CallStatus;
use crate::conferences::{ConferenceEndReason, ConferenceStatus};
use crate::types::ApiTime;
use crate::webhook::Params;
use crate::xml::XmlTree;

pub(super) use api::LINES;

/// One conference.
pub(super) struct Room {
    pub(super) sid: String,
    name: String,
    region: String,
    pub(super) status: ConferenceStatus,
    created: SystemTime,
    updated: SystemTime,
    ended: Option<(ConferenceEndReason, Option<CallSid>)>,
    /// The first participant's settings are the conference's.
    reports: Option<Reports>,
    sequence: u64,
    /// How it is recorded, once it begins.
    record: Option<Wish>,
    most: usize,
    members: Vec<Member>,
}

/// Somebody in it, or on the way.
#[derive(Clone)]
pub(super) struct Member {
    call: CallSid,
    label: Option<String>,
    muted: bool,
    hold: bool,
    /// Whom they whisper to.
    coach: Option<CallSid>,
    coaching: bool,
    starts: bool,
    ends: bool,
    joined: bool,
    /// Whether its call came by `<Dial>`, and goes on with what stands behind it.
    visits: bool,
    created: SystemTime,
    updated: SystemTime,
}

/// Why somebody leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaving {
    HungUp,
    NeverCame,
    Kicked,
    Moderator,
    Ended,
}

impl Member {
    fn new(call: CallSid, form: &Params, at: SystemTime) -> Self {
        let is = |name: &str, word: &str| form.get(name) == Some(word);
        Self {
            call,
            label: form.filled("Label").map(str::to_owned),
            muted: is("Muted", "true"),
            hold: false,
            coach: form
                .filled("CallSidToCoach")
                .and_then(|sid| sid.parse().ok()),
            coaching: is("Coaching", "true"),
            starts: !is("StartConferenceOnEnter", "false"),
            ends: is("EndConferenceOnExit", "true"),
            joined: false,
            visits: false,
            created: at,
            updated: at,
        }
    }

    /// Their call ends, unless something stands behind its `<Dial>`.
    fn go(&self, shared: &Shared) {
        if !self.visits {
            shared.end(&self.call);
        }
    }
}

impl Room {
    fn open(sid: String, name: &str, form: &Params, at: SystemTime) -> Self {
        Self {
            sid,
            name: name.to_owned(),
            region: form.filled("Region").unwrap_or("us1").to_owned(),
            status: ConferenceStatus::Init,
            created: at,
            updated: at,
            ended: None,
            reports: report::wanted(form),
            sequence: 0,
            record: matches!(
                form.get("ConferenceRecord"),
                Some("true" | "record-from-start")
            )
            .then(|| Wish::of_conference(form)),
            most: form.parsed("MaxParticipants").unwrap_or(250),
            members: Vec::new(),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.status == ConferenceStatus::Completed
    }

    pub(super) fn began(&self) -> bool {
        self.status == ConferenceStatus::InProgress
    }

    fn member(&self, call: &CallSid) -> Option<&Member> {
        self.members.iter().find(|member| member.call == *call)
    }

    fn to_json(&self) -> Value {
        let account = TwilioSimulator::ACCOUNT_SID;
        let uri = format!("/2010-04-01/Accounts/{account}/Conferences/{}", self.sid);
        let (reason, by) = match &self.ended {
            Some((reason, by)) => (Some(reason), by.as_ref()),
            None => (None, None),
        };
        json!({
            "sid": self.sid,
            "account_sid": account,
            "friendly_name": self.name,
            "region": self.region,
            "status": self.status,
            "date_created": ApiTime::from_time(self.created),
            "date_updated": ApiTime::from_time(self.updated),
            "api_version": "2010-04-01",
            "uri": format!("{uri}.json"),
            "subresource_uris": {
                "participants": format!("{uri}/Participants.json"),
                "recordings": format!("{uri}/Recordings.json"),
            },
            "reason_conference_ended": reason,
            "call_sid_ending_conference": by,
        })
    }
}

impl State {
    /// The conference of a SID, or the one of a name that is not over.
    fn room_at(&self, named: &str) -> Option<usize> {
        self.rooms
            .iter()
            .position(|room| room.sid == named || (room.name == named && !room.is_over()))
    }

    pub(super) fn room(&self, sid: &str) -> Option<&Room> {
        self.rooms.iter().find(|room| room.sid == sid)
    }

    /// Puts a member into a conference, which is opened when it is a new name's; gives its place.
    fn enter(&mut self, named: &str, form: &Params, call: CallSid, at: SystemTime) -> usize {
        let place = self.room_at(named).unwrap_or_else(|| {
            let sid = self.new_sid("CF");
            self.rooms.push(Room::open(sid, named, form, at));
            self.rooms.len() - 1
        });
        if let Some(room) = self.rooms.get_mut(place) {
            room.members.push(Member::new(call, form, at));
        }
        place
    }
}

/// A call was answered: if it is a participant's, they are in the conference now, which may begin by that.
pub(super) fn joined(shared: &Arc<Shared>, call: &CallSid) {
    let at = shared.clock.wall();
    let mut guard = shared.lock();
    let State { rooms, outbox, .. } = &mut *guard;
    let Some(room) = rooms
        .iter_mut()
        .find(|room| !room.is_over() && room.member(call).is_some())
    else {
        return;
    };
    let mut begins = false;
    for member in &mut room.members {
        if member.call == *call && !member.joined {
            member.joined = true;
            member.updated = at;
            begins = member.starts && room.status == ConferenceStatus::Init;
        }
    }
    room.updated = at;
    room.report_member(outbox, "participant-join", call, at, &[]);
    let mut record = None;
    if begins {
        room.status = ConferenceStatus::InProgress;
        room.report(outbox, "conference-start", at, Vec::new());
        record = room.record.take().map(|wish| (room.sid.clone(), wish));
    }
    if let Some((sid, wish)) = record {
        guard.record_conference(&sid, wish, shared);
    }
}

/// A call is over: whoever it was has left, and the conference may end by that.
pub(super) fn left(shared: &Arc<Shared>, call: &CallSid) {
    remove(shared, call, None);
}

/// Takes somebody out of their conference and, where the rules say so, ends it.
fn remove(shared: &Arc<Shared>, call: &CallSid, why: Option<Leaving>) {
    let at = shared.clock.wall();
    let mut guard = shared.lock();
    let State { rooms, outbox, .. } = &mut *guard;
    let Some(room) = rooms
        .iter_mut()
        .find(|room| !room.is_over() && room.member(call).is_some())
    else {
        return;
    };
    let Some(member) = room.member(call).cloned() else {
        return;
    };
    let why = why.unwrap_or(if member.joined {
        Leaving::HungUp
    } else {
        Leaving::NeverCame
    });
    room.report_left(outbox, &member, why, at);
    room.members.retain(|other| other.call != *call);
    room.updated = at;
    let kicked = why == Leaving::Kicked;
    let sid = room.sid.clone();
    let reason = match (member.joined && member.ends, room.members.is_empty()) {
        (true, _) if kicked => ConferenceEndReason::EndingParticipantKicked,
        (true, _) => ConferenceEndReason::EndingParticipantLeft,
        (_, true) if kicked => ConferenceEndReason::LastParticipantKicked,
        (_, true) => ConferenceEndReason::LastParticipantLeft,
        _ => {
            drop(guard);
            member.go(shared);
            return;
        }
    };
    drop(guard);
    member.go(shared);
    end(shared, &sid, reason, Some(member));
}

/// Ends a conference, and with it the calls of everybody in it.
fn end(shared: &Arc<Shared>, sid: &str, reason: ConferenceEndReason, by: Option<Member>) {
    let at = shared.clock.wall();
    let mut guard = shared.lock();
    let State { rooms, outbox, .. } = &mut *guard;
    let Some(room) = rooms
        .iter_mut()
        .find(|room| room.sid == sid && !room.is_over())
    else {
        return;
    };
    let why = if reason == ConferenceEndReason::ViaApi {
        Leaving::Ended
    } else {
        Leaving::Moderator
    };
    let members = std::mem::take(&mut room.members);
    for member in &members {
        room.report_left(outbox, member, why, at);
    }
    room.status = ConferenceStatus::Completed;
    room.updated = at;
    room.report_end(outbox, &reason, by.as_ref(), at);
    room.ended = Some((reason, by.map(|by| by.call)));
    guard.stop_recordings_of(sid, shared);
    drop(guard);
    for member in members {
        member.go(shared);
    }
}

/// Takes a call into the conference that `<Dial><Conference>` names, until one of the two is over or it is put out; what the
/// action is told. `None` when the person has hung up.
pub(super) async fn visit(
    shared: &Arc<Shared>,
    call: &CallSid,
    dial: &XmlTree,
) -> Option<Vec<(&'static str, String)>> {
    let noun = dial.child("Conference")?;
    let (name, form, at) = (
        noun.text.trim(),
        report::from_attributes(noun),
        shared.clock.wall(),
    );
    let told = |status: &str| Some(vec![("DialCallStatus", status.to_owned())]);
    {
        let mut state = shared.lock();
        let place = state.room_at(name);
        let room = place.and_then(|place| state.rooms.get(place));
        if room.is_some_and(|room| room.members.len() >= room.most) {
            return told("failed");
        }
        let place = state.enter(name, &form, *call, at);
        let room = state.rooms.get_mut(place);
        if let Some(member) = room.and_then(|room| room.members.last_mut()) {
            member.visits = true;
        }
    }
    joined(shared, call);
    let talk = shared.lock().pace.talk;
    let start = shared.clock.now();
    loop {
        if legs::is_over(shared, call) {
            return None;
        }
        let here = shared
            .lock()
            .rooms
            .iter()
            .any(|room| room.member(call).is_some());
        if !here {
            return told("answered");
        }
        let spent = shared.clock.now().saturating_duration_since(start);
        if talk.is_some_and(|talk| spent >= talk) {
            shared.finish(call, CallStatus::Completed);
            return None;
        }
        shared.clock.sleep(legs::LOOK).await;
    }
}

impl Outbox {
    fn of_room(&self, room: &Room, event: &str, params: Vec<(&'static str, String)>) {
        let token = format!("{}-{}", room.sid, room.sequence);
        self.report(
            room.reports.as_ref(),
            report::group(event),
            &room.sid,
            token,
            params,
        );
    }
}
