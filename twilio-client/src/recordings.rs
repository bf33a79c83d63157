//! Recordings: list, read, delete, and fetch their sound.
//!
//! Those of one call or conference, and how they are begun and paused, are in [`crate::calls::recordings`] and
//! [`crate::conferences::recordings`].
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::recordings::{ListRecordings, RecordingMedia, RecordingStatus};
//!
//! let mut recordings = client.recordings().list(&ListRecordings::new());
//! while let Some(recording) = recordings.next().await {
//!     let recording = recording?;
//!     let (Some(sid), Some(RecordingStatus::Completed)) = (recording.sid, recording.status) else { continue };
//!     let mut sound = client.recordings().media(sid, RecordingMedia::mp3()).await?.into_inner();
//!     let mut bytes = 0;
//!     while let Some(chunk) = sound.chunk().await? {
//!         bytes += chunk.len(); // write it somewhere
//!     }
//! }
//! # Ok(()) }
//! ```

mod add_ons;
mod media;
mod model;
mod payloads;
mod transcriptions;
mod update;

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{CallSid, ConferenceSid, RecordingSid};

use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{DateFilter, Parameters, Toggle, list_request, settings};

pub(crate) use add_ons::OPERATIONS as ADD_ON_OPERATIONS;
pub use add_ons::{AddOnResult, AddOnResultStatus, AddOnResults, ListAddOnResults};
pub use media::{MediaChannels, MediaFormat, RecordingMedia};
pub use model::{Recording, RecordingSource, RecordingStatus};
pub(crate) use payloads::OPERATIONS as PAYLOAD_OPERATIONS;
pub use payloads::{ListPayloads, Payload, PayloadLocation, Payloads};
pub(crate) use transcriptions::OPERATIONS as TRANSCRIPTION_OPERATIONS;
pub use transcriptions::RecordingTranscriptions;
pub use update::{PauseBehavior, RecordingOf, UpdateRecording};

operations! { Api "api_v2010":
    LIST = get "recordings.list" ListRecording "/2010-04-01/Accounts/{AccountSid}/Recordings.json";
    GET = get "recordings.get" FetchRecording "/2010-04-01/Accounts/{AccountSid}/Recordings/{Sid}.json";
    DELETE = delete "recordings.delete" DeleteRecording "/2010-04-01/Accounts/{AccountSid}/Recordings/{Sid}.json";
}

list_request! {
    /// Which recordings to list; all that are not deleted unless filtered.
    ListRecordings {
        /// Only those created on this day (UTC).
        created_on = "DateCreated": DateFilter,
        /// Only those created before this day.
        created_before = "DateCreated<": DateFilter,
        /// Only those created on or after this day.
        created_from = "DateCreated>": DateFilter,
        /// Only those of this call.
        call_sid = "CallSid": CallSid,
        /// Only those of this conference.
        conference_sid = "ConferenceSid": ConferenceSid,
        /// Whether deleted ones are listed as well: what is known of them is kept for 40 days.
        include_soft_deleted = "IncludeSoftDeleted": Toggle,
    }
}

list_request! {
    /// Which recordings of a call or conference to list; all of them unless filtered.
    ListCreated {
        /// Only those created on this day (UTC).
        created_on = "DateCreated": DateFilter,
        /// Only those created before this day.
        created_before = "DateCreated<": DateFilter,
        /// Only those created on or after this day.
        created_from = "DateCreated>": DateFilter,
    }
}

settings! {
    /// How a recording is read.
    GetRecording {
        /// Whether a deleted one is found as well: what is known of it is kept for 40 days.
        include_soft_deleted = "IncludeSoftDeleted": Toggle,
    }
}

accessor! {
    /// The recordings of an account; see [`TwilioClient::recordings`].
    Recordings
}

impl TwilioClient {
    /// Recordings, and their sound.
    #[must_use]
    pub fn recordings(&self) -> Recordings<'_> {
        Recordings::new(self)
    }
}

impl<'c> Recordings<'c> {
    /// Lists recordings, page by page.
    #[must_use]
    pub fn list(&self, request: &ListRecordings) -> Pager<'static, Recording> {
        paging::items(self.client, ON, &LIST, "recordings", &[], request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Recording> {
        paging::resumed(self.client, ON, &LIST, "recordings", cursor)
    }

    /// Reads a recording that is not deleted.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn get(&self, sid: RecordingSid) -> Result<Response<Recording>, Error> {
        self.get_with(sid, &GetRecording::new()).await
    }

    /// Reads a recording, deleted or not.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn get_with(
        &self,
        sid: RecordingSid,
        request: &GetRecording,
    ) -> Result<Response<Recording>, Error> {
        let mut get = self.client.at(ON, &GET).path("Sid", sid);
        for (name, value) in request.query(&GET)? {
            get = get.query(&name, value);
        }
        get.send().await
    }

    /// Deletes a recording, sound and all; what is known of it is kept for 40 days.
    ///
    /// # Errors
    /// As for [`get`](Self::get); code 20009 while it is being made.
    pub async fn delete(&self, sid: RecordingSid) -> Result<Response<()>, Error> {
        self.client
            .at(ON, &DELETE)
            .path("Sid", sid)
            .send_empty()
            .await
    }

    /// What add-ons made of a recording.
    #[must_use]
    pub fn add_ons(&self, recording: RecordingSid) -> AddOnResults<'c> {
        AddOnResults::new(self.client, recording)
    }

    /// Transcriptions of a recording.
    #[must_use]
    pub fn transcriptions(&self, recording: RecordingSid) -> RecordingTranscriptions<'c> {
        RecordingTranscriptions::new(self.client, recording)
    }
}
