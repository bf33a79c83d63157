//! The operations of recordings, and their sound.

use voice_core::testkit::SimAnswer;

use super::super::answer::{Refused, named, ok};
use super::super::create::is_url;
use super::super::desk::{Asked, Line};
use super::super::pages::{listed, within};
use super::super::state::State;
use super::{Of, Recording, Wish, file, stop};
use crate::recordings::RecordingStatus;

pub(in super::super) static LINES: &[Line] = &[
    Line::get("Calls/*/Recordings.json", "calls.recordings.list", of_call),
    Line::post("Calls/*/Recordings.json", "calls.recordings.create", create),
    Line::get(
        "Calls/*/Recordings/*.json",
        "calls.recordings.get",
        get_below,
    ),
    Line::post(
        "Calls/*/Recordings/*.json",
        "calls.recordings.update",
        update_of_call,
    ),
    Line::delete(
        "Calls/*/Recordings/*.json",
        "calls.recordings.delete",
        delete_below,
    ),
    Line::get(
        "Conferences/*/Recordings.json",
        "conferences.recordings.list",
        of_room,
    ),
    Line::get(
        "Conferences/*/Recordings/*.json",
        "conferences.recordings.get",
        get_below,
    ),
    Line::post(
        "Conferences/*/Recordings/*.json",
        "conferences.recordings.update",
        update_of_room,
    ),
    Line::delete(
        "Conferences/*/Recordings/*.json",
        "conferences.recordings.delete",
        delete_below,
    ),
    Line::get("Recordings.json", "recordings.list", list),
    Line::get("Recordings/*.json", "recordings.get", get),
    Line::delete("Recordings/*.json", "recordings.delete", delete),
    Line::get("Recordings/*.wav", "recordings.media_wav", wav),
    Line::get("Recordings/*.mp3", "recordings.media_mp3", mp3),
    // Without an ending it is WAV as well.
    Line::get("Recordings/*", "recordings.media_wav", wav),
];

fn create(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let call = asked.live_call(0)?;
    let form = asked.form();
    if form
        .filled("RecordingStatusCallback")
        .is_some_and(|url| !is_url(url))
    {
        return Err(Refused::bad(
            21205,
            "RecordingStatusCallback is not a valid URL",
        ));
    }
    let shared = asked.shared;
    let (now, wall) = (shared.clock.now(), shared.clock.wall());
    let mut state = shared.lock();
    let of = Of::Call(call);
    if state
        .recordings
        .iter()
        .any(|recording| recording.of == of && recording.is_live())
    {
        return Err(Refused::bad(16108, named(16108)));
    }
    let place = state.record(of, Wish::of_request(&form), now, wall);
    let recording = state
        .recordings
        .get(place)
        .ok_or_else(|| asked.not_found())?;
    Ok(ok(201, &recording.to_json()))
}

fn of_call(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let of = Of::Call(asked.call(0)?);
    list_of(asked, |recording| recording.of == of)
}

fn of_room(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    room(asked)?;
    let of = Of::Conference(asked.part(0).to_owned());
    list_of(asked, |recording| recording.of == of)
}

/// Whether the conference goes on; there must be one.
fn room(asked: &Asked<'_>) -> Result<bool, Refused> {
    let state = asked.shared.lock();
    let room = state.room(asked.part(0)).ok_or_else(|| asked.not_found())?;
    Ok(room.began())
}

fn list(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let (call, room) = (asked.query("CallSid"), asked.query("ConferenceSid"));
    list_of(asked, |recording| match &recording.of {
        Of::Call(own) => room.is_none() && call.as_deref().is_none_or(|sid| sid == own.as_str()),
        Of::Conference(own) => call.is_none() && room.as_ref().is_none_or(|sid| sid == own),
    })
}

fn list_of(
    asked: &Asked<'_>,
    mut wanted: impl FnMut(&Recording) -> bool,
) -> Result<SimAnswer, Refused> {
    let deleted = includes_deleted(asked);
    let state = asked.shared.lock();
    let mut found = Vec::new();
    for recording in state.recordings.iter().rev() {
        if wanted(recording)
            && (deleted || !recording.is_deleted())
            && within(asked.request, "DateCreated", recording.created)?
        {
            found.push((recording.sid.clone(), recording.to_json()));
        }
    }
    listed(asked.request, "recordings", found)
}

fn includes_deleted(asked: &Asked<'_>) -> bool {
    asked.query("IncludeSoftDeleted").as_deref() == Some("true")
}

/// The recording of a SID that is not deleted.
fn find<'s>(
    state: &'s mut State,
    asked: &Asked<'_>,
    sid: &str,
) -> Result<&'s mut Recording, Refused> {
    let found = state
        .recordings
        .iter_mut()
        .find(|recording| recording.sid == sid);
    found
        .filter(|recording| !recording.is_deleted())
        .ok_or_else(|| asked.not_found())
}

/// The recording that the path names below a call or conference.
fn find_below<'s>(state: &'s mut State, asked: &Asked<'_>) -> Result<&'s mut Recording, Refused> {
    let recording = find(state, asked, asked.part(1))?;
    let parent = match &recording.of {
        Of::Call(call) => call.as_str(),
        Of::Conference(room) => room,
    };
    if parent == asked.part(0) {
        Ok(recording)
    } else {
        Err(asked.not_found())
    }
}

fn get(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let deleted = includes_deleted(asked);
    let state = asked.shared.lock();
    let found = state
        .recordings
        .iter()
        .find(|recording| recording.sid == asked.part(0));
    match found.filter(|recording| deleted || !recording.is_deleted()) {
        Some(recording) => Ok(ok(200, &recording.to_json())),
        None => Err(asked.not_found()),
    }
}

fn get_below(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let mut state = asked.shared.lock();
    Ok(ok(200, &find_below(&mut state, asked)?.to_json()))
}

fn update_of_call(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let call = asked.live_call(0)?;
    update(asked, &Of::Call(call))
}

fn update_of_room(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    if !room(asked)? {
        return Err(Refused::bad(16022, named(16022)));
    }
    update(asked, &Of::Conference(asked.part(0).to_owned()))
}

fn update(asked: &Asked<'_>, of: &Of) -> Result<SimAnswer, Refused> {
    let form = asked.form();
    let shared = asked.shared;
    let (now, wall) = (shared.clock.now(), shared.clock.wall());
    let mut state = shared.lock();
    let sid = if asked.part(1) == "Twilio.CURRENT" {
        let mut live = state
            .recordings
            .iter()
            .filter(|recording| recording.of == *of && recording.is_live());
        match (live.next(), live.next()) {
            (Some(only), None) => only.sid.clone(),
            _ => return Err(asked.not_found()),
        }
    } else {
        find_below(&mut state, asked)?.sid.clone()
    };
    let recording = find(&mut state, asked, &sid)?;
    let wanted = form.filled("Status").unwrap_or_default();
    match wanted {
        "paused" | "in-progress" | "stopped" if !recording.is_live() => {
            return Err(Refused::bad(21220, "The recording is over."));
        }
        "paused" => {
            recording.count(now);
            if form.get("PauseBehavior") == Some("skip") {
                recording.running = None;
            }
            recording.status = RecordingStatus::Paused;
        }
        "in-progress" => {
            recording.running.get_or_insert(now);
            recording.status = RecordingStatus::InProgress;
        }
        "stopped" => stop(recording, shared),
        _ => {
            return Err(Refused::bad(
                20001,
                "Status must be in-progress, paused or stopped",
            ));
        }
    }
    recording.updated = wall;
    Ok(ok(200, &recording.to_json()))
}

fn delete(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let wall = asked.shared.clock.wall();
    let mut state = asked.shared.lock();
    remove(find(&mut state, asked, asked.part(0))?, wall)
}

fn delete_below(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let wall = asked.shared.clock.wall();
    let mut state = asked.shared.lock();
    remove(find_below(&mut state, asked)?, wall)
}

fn remove(recording: &mut Recording, at: std::time::SystemTime) -> Result<SimAnswer, Refused> {
    if recording.status != RecordingStatus::Completed {
        return Err(Refused::bad(20009, named(20009)));
    }
    recording.status = RecordingStatus::Deleted;
    recording.updated = at;
    Ok(SimAnswer::empty(204))
}

fn wav(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let (seconds, channels) = sound(asked)?;
    let body = file::wav(seconds, channels);
    Ok(SimAnswer::text(200, "audio/x-wav", body))
}

fn mp3(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let (seconds, _) = sound(asked)?;
    Ok(SimAnswer::text(200, "audio/mpeg", file::mp3(seconds)))
}

/// Length and channels of what can be fetched.
fn sound(asked: &Asked<'_>) -> Result<(u64, u16), Refused> {
    let mut state = asked.shared.lock();
    let recording = find(&mut state, asked, asked.part(0))?;
    if recording.status != RecordingStatus::Completed {
        return Err(asked.not_found());
    }
    let own = if recording.wish.channels == 2 { 2 } else { 1 };
    let channels = match asked.query("RequestedChannels").as_deref() {
        None => own,
        Some("1") => 1,
        Some("2") if own == 2 => 2,
        Some("2") => return Err(Refused::bad(16113, named(16113))),
        Some(_) => return Err(Refused::bad(20001, "RequestedChannels must be 1 or 2")),
    };
    Ok((recording.seconds(), channels))
}
