//! The simulator's recordings, audio of messages, and SIP logs: given at once, or by a link to its storage.

use std::time::Duration;

use bytes::Bytes;
use voice_core::testkit::SimAnswer;

use super::answers;
use super::router::{Asked, Route};
use super::settings::MediaFrom;
use super::storage;
use super::wav::tone;
use super::world::World;

pub(super) static ROUTES: &[Route] = &[
    Route::new("calls.recording", "GET", "api/calls/*/recording", recording),
    Route::new("calls.sip_logs", "GET", "api/calls/*/sip_logs", sip_logs),
    Route::new(
        "calls.stages.messages.audio",
        "GET",
        "api/calls/*/stages/*/messages/*/audio",
        message_audio,
    ),
];

/// A recording of a call that was recorded and is over; the status before that is this simulator's choice.
fn recording(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let Some(call) = world.call_row(asked.id) else {
        return answers::not_found();
    };
    let enabled = call.fixed.get("recordingEnabled") == Some(&true.into());
    if !enabled || call.joined.is_none() || call.ended.is_none() {
        return answers::not_found();
    }
    let sound = tone(Duration::from_secs(call.length().as_secs()));
    given(world, asked, "recording.wav", sound)
}

/// The audio of a message that was spoken in this stage.
fn message_audio(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let call = world.call_row(asked.id);
    let stage = call.and_then(|call| call.record.stage(asked.nth(1)));
    let index: Option<usize> = asked.nth(2).parse().ok();
    let message = stage.zip(index).and_then(|(stage, index)| {
        let all = stage.messages(true);
        all.into_iter().nth(index).map(|(_, message)| message)
    });
    let spoken = message.is_some_and(|message| {
        message.get("medium") == Some(&"MESSAGE_MEDIUM_VOICE".into())
            && message.get("timespan").is_some()
    });
    if !spoken {
        return answers::not_found();
    }
    given(world, asked, "message.wav", tone(Duration::from_secs(1)))
}

/// Of calls over SIP; ready some time after the end.
fn sip_logs(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let now = world.now();
    let Some(call) = world.call_row(asked.id) else {
        return answers::not_found();
    };
    let medium = call.fixed.get("medium");
    if medium.and_then(|medium| medium.get("sip")).is_none() {
        return answers::not_found();
    }
    let over = call.ended.as_ref().map(|(ended, _)| *ended);
    if over.is_none_or(|ended| ended + asked.settings.sip_logs_after > now) {
        return SimAnswer::empty(425);
    }
    let logs = Bytes::from_static(b"INVITE sip:simulated SIP/2.0\r\n");
    redirect(storage::download_link(world, "sip.txt", "text/plain", logs))
}

fn given(world: &mut World, asked: &Asked<'_>, name: &str, sound: Bytes) -> SimAnswer {
    match asked.settings.media {
        MediaFrom::Api => SimAnswer::text(200, "audio/wav", sound),
        MediaFrom::Storage => redirect(storage::download_link(world, name, "audio/wav", sound)),
    }
}

fn redirect(link: String) -> SimAnswer {
    SimAnswer::empty(302).header("location", link)
}
