//! The request that pauses, resumes or stops a recording of a call or conference, and which one it means.

use voice_core::ident::RecordingSid;
use voice_core::retry::Repeat;

use super::RecordingStatus;
use crate::types::{open_enum, request};

open_enum! {
    /// What is kept of a pause.
    PauseBehavior {
        /// Nothing: the recording is shorter.
        Skip = "skip",
        /// Silence of the same length; the default.
        Silence = "silence",
    }
}

request! {
    /// A change of a recording that is being made.
    UpdateRecording {
        status = "Status": RecordingStatus,
        ..
        /// What is kept of the pause; only with [`pause`](Self::pause).
        pause_behavior = "PauseBehavior": PauseBehavior,
    } rules |update, problems| {
        problems.unless(
            matches!(
                update.status,
                RecordingStatus::InProgress
                    | RecordingStatus::Paused
                    | RecordingStatus::Stopped
                    | RecordingStatus::Other(_)
            ),
            "Status",
            "can only be set to in-progress, paused or stopped",
        );
        problems.unless(
            update.pause_behavior.is_none() || update.status == RecordingStatus::Paused,
            "PauseBehavior",
            "works only with Status paused",
        );
    }
}

impl UpdateRecording {
    /// Pauses it: silence, or nothing, is kept until it is resumed.
    pub fn pause() -> Self {
        Self::required(RecordingStatus::Paused)
    }

    /// Resumes it.
    pub fn resume() -> Self {
        Self::required(RecordingStatus::InProgress)
    }

    /// Stops it for good.
    pub fn stop() -> Self {
        Self::required(RecordingStatus::Stopped)
    }

    /// Sets a status by its word.
    pub fn to(status: RecordingStatus) -> Self {
        Self::required(status)
    }

    /// States are only set, also a second time; but once the current recording has been stopped, another may be the
    /// current one. What this crate does not know may be anything.
    pub(crate) fn repeat_class(&self, recording: RecordingOf) -> Repeat {
        let sets = matches!(
            self.status,
            RecordingStatus::InProgress | RecordingStatus::Paused
        );
        let stops_one =
            self.status == RecordingStatus::Stopped && recording != RecordingOf::Current;
        if self.more.is_empty() && (sets || stops_one) {
            Repeat::Idempotent
        } else {
            Repeat::Once
        }
    }
}

/// Which recording of a call or conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordingOf {
    /// The one that is being made (`Twilio.CURRENT`), where there is exactly one.
    Current,
    /// This one.
    Sid(RecordingSid),
}

impl From<RecordingSid> for RecordingOf {
    fn from(sid: RecordingSid) -> Self {
        Self::Sid(sid)
    }
}

impl AsRef<str> for RecordingOf {
    fn as_ref(&self) -> &str {
        match self {
            Self::Current => "Twilio.CURRENT",
            Self::Sid(sid) => sid.as_str(),
        }
    }
}
