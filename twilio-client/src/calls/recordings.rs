//! Recordings of one call: begin, pause, resume, stop, list, delete.
//!
//! All recordings of an account, and their sound, are in [`crate::recordings`].
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient, call: voice_core::ident::CallSid)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::calls::RecordingChannels;
//! use twilio_client::calls::recordings::CreateRecording;
//! use twilio_client::recordings::{RecordingOf, UpdateRecording};
//!
//! let recordings = client.calls().recordings(call);
//! recordings.create(&CreateRecording::new().recording_channels(RecordingChannels::Dual)).await?;
//! // While the card number is read out:
//! recordings.update(RecordingOf::Current, &UpdateRecording::pause()).await?;
//! # Ok(()) }
//! ```

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{CallSid, RecordingSid};
use voice_core::webhook::WebhookUrl;

use super::{Calls, RecordingChannels, RecordingEvent, RecordingTrack, Trim};
use crate::operation::{accessor, operations};
use crate::paging;
use crate::recordings::{ListCreated, Recording, RecordingOf, UpdateRecording};
use crate::types::{HttpMethod, Parameters, settings};

operations! { Api "api_v2010":
    LIST = get "calls.recordings.list" ListCallRecording "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings.json";
    CREATE = once "calls.recordings.create" CreateCallRecording "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings.json";
    GET = get "calls.recordings.get" FetchCallRecording "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings/{Sid}.json";
    UPDATE = idempotent "calls.recordings.update" UpdateCallRecording "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings/{Sid}.json";
    DELETE = delete "calls.recordings.delete" DeleteCallRecording "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Recordings/{Sid}.json";
}

settings! {
    /// A recording to be begun on a call in progress.
    CreateRecording {
        /// What is reported of it; `completed` unless set.
        recording_status_callback_event = "RecordingStatusCallbackEvent": Vec<RecordingEvent>,
        /// Where it is reported.
        recording_status_callback = "RecordingStatusCallback": WebhookUrl,
        /// How it is reported; POST unless set.
        recording_status_callback_method = "RecordingStatusCallbackMethod": HttpMethod,
        /// What happens to silence at its ends; unlike elsewhere it stays unless set.
        trim = "Trim": Trim,
        /// How many channels it has; one unless set.
        recording_channels = "RecordingChannels": RecordingChannels,
        /// Which side is recorded; both unless set.
        recording_track = "RecordingTrack": RecordingTrack,
    }
}

accessor! {
    /// The recordings of a call; see [`Calls::recordings`].
    Recordings { call: CallSid }
}

impl<'c> Calls<'c> {
    /// Recordings of a call.
    #[must_use]
    pub fn recordings(&self, call: CallSid) -> Recordings<'c> {
        Recordings::new(self.client, call)
    }
}

impl Recordings<'_> {
    /// Lists them, page by page.
    #[must_use]
    pub fn list(&self, request: &ListCreated) -> Pager<'static, Recording> {
        let path = [("CallSid", self.call.as_str())];
        paging::items(self.client, ON, &LIST, "recordings", &path, request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Recording> {
        paging::resumed(self.client, ON, &LIST, "recordings", cursor)
    }

    /// Begins to record a call in progress. It is never repeated by itself; after an unknown outcome
    /// [`list`](Self::list) says whether one runs.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is no such call, 21220 when
    /// it is not in progress, 16108 when it is being recorded already.
    pub async fn create(&self, request: &CreateRecording) -> Result<Response<Recording>, Error> {
        let form = request.form(&CREATE)?;
        self.client
            .at(ON, &CREATE)
            .path("CallSid", self.call)
            .form(form)
            .send()
            .await
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn get(&self, sid: RecordingSid) -> Result<Response<Recording>, Error> {
        self.client
            .at(ON, &GET)
            .path("CallSid", self.call)
            .path("Sid", sid)
            .send()
            .await
    }

    /// Pauses, resumes or stops one. It is repeated when its outcome is unknown, except where
    /// [`RecordingOf::Current`] is stopped: the next one might be stopped as well.
    ///
    /// # Errors
    /// As for [`get`](Self::get); code 21220 when the call is over. Twilio may also answer 408 when the change took too
    /// long: it is then unknown whether it was made.
    pub async fn update(
        &self,
        recording: impl Into<RecordingOf>,
        request: &UpdateRecording,
    ) -> Result<Response<Recording>, Error> {
        let (recording, form) = (recording.into(), request.form(&UPDATE)?);
        self.client
            .at(ON, &UPDATE)
            .path("CallSid", self.call)
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
            .path("CallSid", self.call)
            .path("Sid", sid)
            .send_empty()
            .await
    }
}
