//! Whether the calls of a trunk are recorded.

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::TrunkSid;

use crate::operation::{accessor, operations};
use crate::types::{Parameters, open_enum, resource, settings};

operations! { Trunking "trunking_v1":
    GET = get "trunks.recording.get" FetchRecording "/v1/Trunks/{TrunkSid}/Recording";
    UPDATE = idempotent "trunks.recording.update" UpdateRecording "/v1/Trunks/{TrunkSid}/Recording";
}

open_enum! {
    /// What is recorded of the calls of a trunk.
    RecordingMode {
        /// Nothing; the default.
        DoNotRecord = "do-not-record",
        /// From the first ring, both sides in one channel.
        FromRinging = "record-from-ringing",
        /// From the answer, both sides in one channel.
        FromAnswer = "record-from-answer",
        /// From the first ring, a channel for each side.
        FromRingingDual = "record-from-ringing-dual",
        /// From the answer, a channel for each side.
        FromAnswerDual = "record-from-answer-dual",
    }
}

open_enum! {
    /// Whether silence is cut from the recordings of a trunk.
    RecordingTrim {
        /// It is, at both ends.
        TrimSilence = "trim-silence",
        /// It stays; the default.
        DoNotTrim = "do-not-trim",
    }
}

settings! {
    /// How the calls of a trunk shall be recorded.
    RecordingSettings {
        /// What is recorded.
        mode = "Mode": RecordingMode,
        /// Whether silence is cut.
        trim = "Trim": RecordingTrim,
    }
}

resource! {
    /// How the calls of a trunk are recorded.
    Recording {
        /// What is recorded.
        mode: RecordingMode,
        /// Whether silence is cut.
        trim: RecordingTrim,
    }
}

accessor! {
    /// How the calls of a trunk are recorded; see [`Trunks::recording`](super::Trunks::recording).
    TrunkRecording { trunk: TrunkSid }
}

impl TrunkRecording<'_> {
    /// Reads how calls are recorded.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is no such trunk.
    pub async fn get(&self) -> Result<Response<Recording>, Error> {
        let get = self.client.at(ON, &GET).path("TrunkSid", self.trunk);
        get.send().await
    }

    /// Changes how calls are recorded, for those that begin from now on; what is not set stays.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn update(&self, request: &RecordingSettings) -> Result<Response<Recording>, Error> {
        let form = request.form(&UPDATE)?;
        let update = self.client.at(ON, &UPDATE).path("TrunkSid", self.trunk);
        update.form(form).send().await
    }
}
