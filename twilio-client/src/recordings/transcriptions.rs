//! Transcriptions of one recording; those of an account are in [`crate::transcriptions`].

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{RecordingSid, TranscriptionSid};

use crate::operation::{accessor, operations};
use crate::paging;
use crate::transcriptions::{ListTranscriptions, Transcription};

operations! { Api "api_v2010":
    LIST = get "recordings.transcriptions.list" ListRecordingTranscription "/2010-04-01/Accounts/{AccountSid}/Recordings/{RecordingSid}/Transcriptions.json";
    GET = get "recordings.transcriptions.get" FetchRecordingTranscription "/2010-04-01/Accounts/{AccountSid}/Recordings/{RecordingSid}/Transcriptions/{Sid}.json";
    DELETE = delete "recordings.transcriptions.delete" DeleteRecordingTranscription "/2010-04-01/Accounts/{AccountSid}/Recordings/{RecordingSid}/Transcriptions/{Sid}.json";
}

accessor! {
    /// The transcriptions of a recording; see [`Recordings::transcriptions`](super::Recordings::transcriptions).
    RecordingTranscriptions { recording: RecordingSid }
}

impl RecordingTranscriptions<'_> {
    /// Lists them, page by page.
    #[must_use]
    pub fn list(&self, request: &ListTranscriptions) -> Pager<'static, Transcription> {
        let path = [("RecordingSid", self.recording.as_str())];
        paging::items(self.client, ON, &LIST, "transcriptions", &path, request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Transcription> {
        paging::resumed(self.client, ON, &LIST, "transcriptions", cursor)
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn get(&self, sid: TranscriptionSid) -> Result<Response<Transcription>, Error> {
        self.client
            .at(ON, &GET)
            .path("RecordingSid", self.recording)
            .path("Sid", sid)
            .send()
            .await
    }

    /// Deletes one.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn delete(&self, sid: TranscriptionSid) -> Result<Response<()>, Error> {
        self.client
            .at(ON, &DELETE)
            .path("RecordingSid", self.recording)
            .path("Sid", sid)
            .send_empty()
            .await
    }
}
