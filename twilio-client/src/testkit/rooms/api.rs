//! The operations of conferences.

use std::sync::Arc;

use voice_core::testkit::SimAnswer;

use super::super::answer::{Refused, named, ok};
use super::super::callback::fetch;
use super::super::create::is_url;
use super::super::desk::{Asked, Line};
use super::super::pages::{listed, within};
use super::super::state::{Shared, State};
use super::members;
use super::{Room, end};
use crate::conferences::{ConferenceEndReason, ConferenceStatus};
use crate::webhook::Params;
use voice_core::ident::CallSid;

pub(in super::super) static LINES: &[Line] = &[
    Line::get("Conferences.json", "conferences.list", list),
    Line::get("Conferences/*.json", "conferences.get", get),
    Line::post("Conferences/*.json", "conferences.update", update),
    Line::get(
        "Conferences/*/Participants.json",
        "conferences.participants.list",
        members::list,
    ),
    Line::post(
        "Conferences/*/Participants.json",
        "conferences.participants.create",
        members::create,
    ),
    Line::get(
        "Conferences/*/Participants/*.json",
        "conferences.participants.get",
        members::get,
    ),
    Line::post(
        "Conferences/*/Participants/*.json",
        "conferences.participants.update",
        members::update,
    ),
    Line::delete(
        "Conferences/*/Participants/*.json",
        "conferences.participants.delete",
        members::delete,
    ),
];

fn list(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let state = asked.shared.lock();
    let mut found = Vec::new();
    for room in state.rooms.iter().rev() {
        let passes = asked
            .query("FriendlyName")
            .is_none_or(|name| name == room.name)
            && asked
                .query("Status")
                .is_none_or(|word| room.status == ConferenceStatus::from_word(&word))
            && within(asked.request, "DateCreated", room.created)?
            && within(asked.request, "DateUpdated", room.updated)?;
        if passes {
            found.push((room.sid.clone(), room.to_json()));
        }
    }
    listed(asked.request, "conferences", found)
}

fn get(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let state = asked.shared.lock();
    let room = state.room(asked.part(0)).ok_or_else(|| asked.not_found())?;
    Ok(ok(200, &room.to_json()))
}

/// A conference that goes on, by its SID.
pub(super) fn open_room<'s>(
    state: &'s mut State,
    asked: &Asked<'_>,
) -> Result<&'s mut Room, Refused> {
    let room = state
        .rooms
        .iter_mut()
        .find(|room| room.sid == asked.part(0))
        .ok_or_else(|| asked.not_found())?;
    if room.is_over() {
        Err(Refused::bad(16022, named(16022)))
    } else {
        Ok(room)
    }
}

fn update(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let form = asked.form();
    let announce = announcement(&form)?;
    let ends = match form.filled("Status") {
        None => false,
        Some("completed") => true,
        Some(_) => return Err(Refused::bad(20001, "Status must be completed")),
    };
    let sid = open_room(&mut asked.shared.lock(), asked)?.sid.clone();
    if let Some((url, get)) = announce {
        play(asked.shared, &sid, None, url, get);
    }
    if ends {
        end(asked.shared, &sid, ConferenceEndReason::ViaApi, None);
    }
    get(asked)
}

/// What is to be played, and whether by GET.
pub(super) fn announcement(form: &Params) -> Result<Option<(String, bool)>, Refused> {
    let Some(url) = form.filled("AnnounceUrl") else {
        return Ok(None);
    };
    if !is_url(url) {
        return Err(Refused::bad(21205, "AnnounceUrl is not a valid URL"));
    }
    let by_get = match form.get("AnnounceMethod") {
        None | Some("POST" | "") => false,
        Some("GET") => true,
        Some(_) => return Err(Refused::bad(21209, "AnnounceMethod must be GET or POST")),
    };
    Ok(Some((url.to_owned(), by_get)))
}

/// Asks for an announcement as Twilio would, and reports its end or failure. One that lies on another machine counts as
/// played.
pub(super) fn play(
    shared: &Arc<Shared>,
    room: &str,
    to: Option<CallSid>,
    url: String,
    by_get: bool,
) {
    let (shared, room) = (Arc::clone(shared), room.to_owned());
    let runtime = shared.runtime.clone();
    runtime.spawn(async move {
        let mut params = vec![
            ("ConferenceSid", room.clone()),
            (
                "AccountSid",
                super::super::TwilioSimulator::ACCOUNT_SID.to_owned(),
            ),
        ];
        if let Some(call) = &to {
            params.push(("CallSid", call.to_string()));
        }
        let params: Params = params.into_iter().collect();
        let failed = fetch(&shared, &url, by_get, &params, &format!("{room}-announce"))
            .await
            .is_err();
        let at = shared.clock.wall();
        let mut guard = shared.lock();
        let State { rooms, outbox, .. } = &mut *guard;
        let Some(room) = rooms
            .iter_mut()
            .find(|other| other.sid == room && !other.is_over())
        else {
            return;
        };
        let mut more = vec![("AnnounceUrl", url)];
        if let Some(call) = to {
            more.push(("CallSid", call.to_string()));
        }
        let event = if failed {
            let reason = "the announcement could not be fetched".to_owned();
            more.push(("ReasonAnnouncementFailed", reason));
            "announcement-fail"
        } else {
            "announcement-end"
        };
        room.report(outbox, event, at, more);
    });
}
