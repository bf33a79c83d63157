//! Recordings of calls and conferences: how they are begun, pause, end, and become sound that can be fetched.

mod api;
mod file;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use voice_core::ident::CallSid;

use super::TwilioSimulator;
use super::courier::Outbox;
use super::record::Reports;
use super::state::{Shared, State};
use crate::calls::CallStatus;
use crate::recordings::{RecordingSource, RecordingStatus};
use crate::types::ApiTime;
use crate::webhook::Params;

pub(super) use api::LINES;

/// How a recording is ordered.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    source: RecordingSource,
    channels: usize,
    track: Option<String>,
    reports: Option<Reports>,
}

/// What is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Of {
    Call(CallSid),
    Conference(String),
}

/// One recording.
pub(super) struct Recording {
    pub(super) sid: String,
    of: Of,
    wish: Wish,
    status: RecordingStatus,
    created: SystemTime,
    updated: SystemTime,
    /// What is recorded so far.
    length: Duration,
    /// Since when it runs on; nothing while it pauses without keeping silence.
    running: Option<Instant>,
}

impl Wish {
    /// What `calls.recordings.create` asks for.
    fn of_request(form: &Params) -> Self {
        Self::of_call(form, RecordingSource::StartCallRecordingApi)
    }

    fn of_call(form: &Params, source: RecordingSource) -> Self {
        Self {
            source,
            channels: channels(form.get("RecordingChannels")),
            track: Some(form.filled("RecordingTrack").unwrap_or("both").to_owned()),
            reports: wanted(form, "RecordingStatusCallback"),
        }
    }

    /// What a participant's order asks for.
    pub(super) fn of_conference(form: &Params) -> Self {
        Self {
            source: RecordingSource::Conference,
            channels: 1,
            track: None,
            reports: wanted(form, "ConferenceRecordingStatusCallback"),
        }
    }
}

fn channels(word: Option<&str>) -> usize {
    if matches!(word, Some("dual" | "2")) {
        2
    } else {
        1
    }
}

/// Where it is reported: when it is completed, unless events are named.
fn wanted(form: &Params, name: &str) -> Option<Reports> {
    let mut events: Vec<String> = form
        .iter()
        .filter(|(own, _)| own.strip_suffix("Event") == Some(name))
        .flat_map(|(_, events)| events.split_whitespace().map(str::to_owned))
        .collect();
    if events.is_empty() {
        events.push("completed".to_owned());
    }
    Some(Reports {
        url: form.filled(name)?.to_owned(),
        get: form.get(&format!("{name}Method")) == Some("GET"),
        events,
    })
}

impl Recording {
    /// Whether it is being made, be it that it pauses.
    fn is_live(&self) -> bool {
        matches!(
            self.status,
            RecordingStatus::InProgress | RecordingStatus::Paused
        )
    }

    fn is_deleted(&self) -> bool {
        self.status == RecordingStatus::Deleted
    }

    /// Counts the time since it was last looked at.
    fn count(&mut self, now: Instant) {
        if let Some(since) = self.running.replace(now) {
            self.length += now.saturating_duration_since(since);
        }
    }

    /// Its length in whole seconds, at least one.
    fn seconds(&self) -> u64 {
        crate::types::whole_seconds(self.length).max(1)
    }

    fn uri(&self) -> String {
        format!(
            "/2010-04-01/Accounts/{}/Recordings/{}",
            TwilioSimulator::ACCOUNT_SID,
            self.sid
        )
    }

    fn report(&self, outbox: &Outbox, event: &str) {
        let mut params = vec![
            ("AccountSid", TwilioSimulator::ACCOUNT_SID.to_owned()),
            ("RecordingSid", self.sid.clone()),
            (
                "RecordingUrl",
                format!("https://api.twilio.com{}", self.uri()),
            ),
            ("RecordingStatus", event.to_owned()),
            ("RecordingChannels", self.wish.channels.to_string()),
            (
                "RecordingStartTime",
                ApiTime::from_time(self.created).as_str().to_owned(),
            ),
            ("RecordingSource", self.wish.source.to_string()),
        ];
        match &self.of {
            Of::Call(call) => params.push(("CallSid", call.to_string())),
            Of::Conference(room) => params.push(("ConferenceSid", room.clone())),
        }
        if let Some(track) = &self.wish.track {
            params.push(("RecordingTrack", track.clone()));
        }
        if event == "completed" {
            params.push(("RecordingDuration", self.seconds().to_string()));
        }
        outbox.report(
            self.wish.reports.as_ref(),
            event,
            &self.sid,
            format!("{}-{event}", self.sid),
            params,
        );
    }

    fn to_json(&self) -> Value {
        let over = matches!(
            self.status,
            RecordingStatus::Completed | RecordingStatus::Deleted
        );
        let (call, room) = match &self.of {
            Of::Call(call) => (Some(call), None),
            Of::Conference(room) => (None, Some(room)),
        };
        let uri = self.uri();
        let mut shown = json!({
            "sid": self.sid,
            "account_sid": TwilioSimulator::ACCOUNT_SID,
            "api_version": "2010-04-01",
            "call_sid": call,
            "conference_sid": room,
            "date_created": ApiTime::from_time(self.created),
            "date_updated": ApiTime::from_time(self.updated),
            "start_time": ApiTime::from_time(self.created),
            "duration": over.then(|| self.seconds().to_string()),
            "price": null,
            "price_unit": "USD",
            "status": self.status,
            "channels": self.wish.channels,
            "source": self.wish.source,
            "error_code": null,
            "encryption_details": null,
            "media_url": format!("https://api.twilio.com{uri}"),
            "uri": format!("{uri}.json"),
            "subresource_uris": {
                "add_on_results": format!("{uri}/AddOnResults.json"),
                "transcriptions": format!("{uri}/Transcriptions.json"),
            },
        });
        if let (Some(track), Some(object)) = (&self.wish.track, shown.as_object_mut()) {
            object.insert("track".to_owned(), json!(track));
        }
        shown
    }
}

impl State {
    /// Begins a recording; gives its place in the list.
    fn record(&mut self, of: Of, wish: Wish, now: Instant, wall: SystemTime) -> usize {
        let sid = self.new_sid("RE");
        let recording = Recording {
            sid,
            of,
            wish,
            status: RecordingStatus::InProgress,
            created: wall,
            updated: wall,
            length: Duration::ZERO,
            running: Some(now),
        };
        recording.report(&self.outbox, "in-progress");
        self.recordings.push(recording);
        self.recordings.len() - 1
    }

    pub(super) fn record_conference(&mut self, room: &str, wish: Wish, shared: &Shared) {
        let (now, wall) = (shared.clock.now(), shared.clock.wall());
        self.record(Of::Conference(room.to_owned()), wish, now, wall);
    }

    pub(super) fn stop_recordings_of(&mut self, room: &str, shared: &Arc<Shared>) {
        self.stop_all(&Of::Conference(room.to_owned()), shared);
    }

    fn stop_all(&mut self, of: &Of, shared: &Arc<Shared>) {
        let live = self
            .recordings
            .iter_mut()
            .filter(|recording| recording.of == *of && recording.is_live());
        for recording in live {
            stop(recording, shared);
        }
    }
}

/// Stops one that is being made; its sound is there a little later.
fn stop(recording: &mut Recording, shared: &Arc<Shared>) {
    recording.count(shared.clock.now());
    recording.running = None;
    recording.status = RecordingStatus::Stopped;
    recording.updated = shared.clock.wall();
    let (shared, sid) = (Arc::clone(shared), recording.sid.clone());
    let runtime = shared.runtime.clone();
    runtime.spawn(async move { prepare(&shared, &sid).await });
}

async fn prepare(shared: &Shared, sid: &str) {
    let wait = shared.lock().pace.sound / 2;
    for status in [RecordingStatus::Processing, RecordingStatus::Completed] {
        shared.clock.sleep(wait).await;
        let wall = shared.clock.wall();
        let mut guard = shared.lock();
        let State {
            recordings, outbox, ..
        } = &mut *guard;
        let found = recordings.iter_mut().find(|recording| recording.sid == sid);
        let Some(recording) = found.filter(|_| !shared.is_stopped()) else {
            return;
        };
        recording.updated = wall;
        recording.status = status;
        if recording.status == RecordingStatus::Completed {
            recording.report(outbox, "completed");
        }
    }
}

/// A call was answered: it is recorded if its order says so.
pub(super) fn answered(shared: &Arc<Shared>, call: &CallSid) {
    let (now, wall) = (shared.clock.now(), shared.clock.wall());
    let mut state = shared.lock();
    let wish = state
        .wishes
        .get(call)
        .filter(|form| form.get("Record") == Some("true"))
        .map(|form| Wish::of_call(form, RecordingSource::OutboundApi));
    let live = state
        .find(call)
        .is_some_and(|call| call.status == CallStatus::InProgress);
    if let Some(wish) = wish.filter(|_| live) {
        state.record(Of::Call(*call), wish, now, wall);
    }
}

/// A call is over, and its recordings with it.
pub(super) fn ended(shared: &Arc<Shared>, call: &CallSid) {
    shared.lock().stop_all(&Of::Call(*call), shared);
}
