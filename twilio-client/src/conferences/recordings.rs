//! Recordings of one conference: list, pause, resume, stop, delete.
//!
//! All recordings of an account, and their sound, are in [`crate::recordings`].
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient, room: voice_core::ident::ConferenceSid)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::recordings::{RecordingOf, UpdateRecording};
//!
//! let recordings = client.conferences().recordings(room);
//! recordings.update(RecordingOf::Current, &UpdateRecording::pause()).await?;
//! # Ok(()) }
//! ```

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{ConferenceSid, RecordingSid};

use crate::operation::{accessor, operations};
use crate::paging;
use crate::recordings::{ListCreated, Recording, RecordingOf, UpdateRecording};
use crate::types::Parameters;

operations! { Api "api_v2010":
    LIST = get "conferences.recordings.list" ListConferenceRecording "/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Recordings.json";
    GET = get "conferences.recordings.get" FetchConferenceRecording "/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Recordings/{Sid}.json";
    UPDATE = idempotent "conferences.recordings.update" UpdateConferenceRecording "/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Recordings/{Sid}.json";
    DELETE = delete "conferences.recordings.delete" DeleteConferenceRecording "/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Recordings/{Sid}.json";
}

accessor! {
    /// The recordings of a conference; see [`Conferences::recordings`](super::Conferences::recordings).
    Recordings { conference: ConferenceSid }
}

impl Recordings<'_> {
    /// Lists them, page by page.
    #[must_use]
    pub fn list(&self, request: &ListCreated) -> Pager<'static, Recording> {
        let path = [("ConferenceSid", self.conference.as_str())];
        paging::items(self.client, ON, &LIST, "recordings", &path, request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Recording> {
        paging::resumed(self.client, ON, &LIST, "recordings", cursor)
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn get(&self, sid: RecordingSid) -> Result<Response<Recording>, Error> {
        self.client
            .at(ON, &GET)
            .path("ConferenceSid", self.conference)
            .path("Sid", sid)
            .send()
            .await
    }

    /// Pauses, resumes or stops one. It is repeated when its outcome is unknown, except where
    /// [`RecordingOf::Current`] is stopped: the next one might be stopped as well.
    ///
    /// # Errors
    /// As for [`get`](Self::get); code 16022 when the conference is over.
    pub async fn update(
        &self,
        recording: impl Into<RecordingOf>,
        request: &UpdateRecording,
    ) -> Result<Response<Recording>, Error> {
        let (recording, form) = (recording.into(), request.form(&UPDATE)?);
        self.client
            .at(ON, &UPDATE)
            .path("ConferenceSid", self.conference)
            .path("Sid", recording)
            .form(form)
            .repeat(request.repeat_class(recording))
            .send()
            .await
    }

    /// Deletes one, sound and all.
    ///
    /// # Errors
    /// As for [`get`](Self::get); code 20009 while it is being made.
    pub async fn delete(&self, sid: RecordingSid) -> Result<Response<()>, Error> {
        self.client
            .at(ON, &DELETE)
            .path("ConferenceSid", self.conference)
            .path("Sid", sid)
            .send_empty()
            .await
    }
}
