//! The simulator's recordings and SIP logs, and the storage that holds them.
//!
//! The storage is a server of its own on another port. Like a real one it takes signed URLs alone, and says no to whoever
//! brings a key that is none of its business.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use voice_core::testkit::{Service, SimAnswer, SimRequest};

use super::answers;
use super::router::{Asked, Route};
use super::settings::MediaFrom;
use super::stages::with_stage;
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

/// What stands in every URL of the storage, and in no log.
const SIGNATURE: &str = "simulated-signature-0123456789";

/// What the storage holds, by path.
#[derive(Debug, Default)]
pub(super) struct Storage {
    things: Mutex<HashMap<String, (&'static str, Vec<u8>)>>,
    pub(super) fetched: AtomicUsize,
    pub(super) refused: AtomicUsize,
}

impl Storage {
    fn put(&self, path: &str, content_type: &'static str, bytes: Vec<u8>) {
        let mut things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        things.insert(path.to_owned(), (content_type, bytes));
    }
}

impl Service for Storage {
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        let signed = request.query_value("X-Signature").as_deref() == Some(SIGNATURE);
        let keys = ["x-api-key", "authorization", "cookie"];
        if !signed || keys.iter().any(|name| request.headers.contains_key(*name)) {
            self.refused.fetch_add(1, Ordering::Relaxed);
            let text = "<Error><Code>InvalidArgument</Code></Error>";
            return SimAnswer::text(400, "application/xml", text);
        }
        let things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        match things.get(&request.path) {
            Some((content_type, bytes)) => {
                self.fetched.fetch_add(1, Ordering::Relaxed);
                SimAnswer::text(200, content_type, bytes.clone())
            }
            None => SimAnswer::text(
                404,
                "application/xml",
                "<Error><Code>NoSuchKey</Code></Error>",
            ),
        }
    }
}

/// A recording of a call that was recorded and is over; the status before that is this simulator's choice.
fn recording(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let Some(call) = world.call_row(asked.id) else {
        return answers::not_found();
    };
    let enabled = call.fixed.get("recordingEnabled") == Some(&true.into());
    if !enabled || call.joined.is_none() || call.ended.is_none() {
        return answers::not_found();
    }
    let bytes = wav(u128::from(call.length().as_secs()) * 1_000);
    given(
        asked,
        &format!("/recordings/{}.wav", asked.id),
        "audio/wav",
        bytes,
    )
}

/// The audio of a message that was spoken.
fn message_audio(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    with_stage(world, asked, |stage| {
        let index: Option<usize> = asked.nth(2).parse().ok();
        let messages = stage.messages(true);
        let message = index.and_then(|at| messages.get(at));
        let spoken = message.filter(|(_, message)| {
            message.get("medium") == Some(&"MESSAGE_MEDIUM_VOICE".into())
                && message.get("timespan").is_some()
        });
        let Some((name, _)) = spoken else {
            return answers::not_found();
        };
        let length = 100 * (1 + index.unwrap_or_default() as u128);
        given(
            asked,
            &format!("/messages/{name}.wav"),
            "audio/wav",
            wav(length),
        )
    })
}

/// Of calls over SIP; ready some time after the end.
fn sip_logs(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let now = world.now();
    let Some(call) = world.call_row(asked.id) else {
        return answers::not_found();
    };
    if call
        .fixed
        .get("medium")
        .and_then(|medium| medium.get("sip"))
        .is_none()
    {
        return answers::not_found();
    }
    let over = call.ended.as_ref().map(|(ended, _)| *ended);
    if over.is_none_or(|ended| ended + asked.settings.sip_logs_after > now) {
        return SimAnswer::empty(425);
    }
    let path = format!("/sip_logs/{}.txt", asked.id);
    asked.storage.put(
        &path,
        "text/plain",
        b"INVITE sip:simulated SIP/2.0\r\n".to_vec(),
    );
    redirect(asked, &path)
}

fn given(asked: &Asked<'_>, path: &str, content_type: &'static str, bytes: Vec<u8>) -> SimAnswer {
    match asked.settings.media {
        MediaFrom::Api => SimAnswer::text(200, content_type, bytes),
        MediaFrom::Storage => {
            asked.storage.put(path, content_type, bytes);
            redirect(asked, path)
        }
    }
}

fn redirect(asked: &Asked<'_>, path: &str) -> SimAnswer {
    let url = format!("{}{path}?X-Signature={SIGNATURE}", asked.storage_url);
    SimAnswer::empty(302).header("location", url)
}

/// A WAV file of silence: one channel, 8,000 samples of 16 bits in a second; at most ten seconds of it.
fn wav(millis: u128) -> Vec<u8> {
    let samples = u32::try_from(millis.min(10_000)).unwrap_or_default() * 8;
    let size = samples * 2;
    let mut file = Vec::with_capacity(size as usize + 44);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(size + 36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    for (number, width) in [
        (16, 4),
        (1, 2),
        (1, 2),
        (8_000, 4),
        (16_000, 4),
        (2, 2),
        (16, 2),
    ] {
        let bytes: [u8; 4] = u32::to_le_bytes(number);
        file.extend(bytes.into_iter().take(width));
    }
    file.extend_from_slice(b"data");
    file.extend_from_slice(&size.to_le_bytes());
    file.resize(size as usize + 44, 0);
    file
}
