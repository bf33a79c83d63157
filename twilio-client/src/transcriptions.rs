//! Transcriptions of recordings, made by `<Record transcribe>`.
//!
//! What is said while a call goes on is in [`crate::calls::transcriptions`].
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::transcriptions::ListTranscriptions;
//!
//! let mut texts = client.transcriptions().list(&ListTranscriptions::new());
//! while let Some(text) = texts.next().await {
//!     let text = text?;
//!     println!("{:?}: {:?}", text.recording_sid, text.status);
//! }
//! # Ok(()) }
//! ```

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, RecordingSid, TranscriptionSid};

use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, Numeric, list_request, open_enum, resource};

operations! { Api "api_v2010":
    LIST = get "transcriptions.list" ListTranscription "/2010-04-01/Accounts/{AccountSid}/Transcriptions.json";
    GET = get "transcriptions.get" FetchTranscription "/2010-04-01/Accounts/{AccountSid}/Transcriptions/{Sid}.json";
    DELETE = delete "transcriptions.delete" DeleteTranscription "/2010-04-01/Accounts/{AccountSid}/Transcriptions/{Sid}.json";
}

list_request! {
    /// Which transcriptions to list: all there are.
    ListTranscriptions {}
}

open_enum! {
    /// How far a transcription is.
    TranscriptionStatus {
        /// It is being made.
        InProgress = "in-progress",
        /// The text is there.
        Completed = "completed",
        /// There will be no text.
        Failed = "failed",
    }
}

resource! {
    /// The text of a recording.
    Transcription {
        /// Its SID.
        sid: TranscriptionSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The version of the API it was made with.
        api_version: String,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// The length of the sound in seconds.
        duration: Numeric,
        /// The charge, in [`price_unit`](Self::price_unit); filled in some time after the end.
        price: Numeric,
        /// The currency (ISO 4217).
        price_unit: String,
        /// The recording.
        recording_sid: RecordingSid,
        /// How far it is.
        status: TranscriptionStatus,
        /// What was said; `Debug` does not show it.
        transcription_text: String => secret,
        /// The kind of transcription; `fast` is the only one known.
        kind as "type": String,
        /// Its own address, relative to the API's host.
        uri: String,
    }
}

accessor! {
    /// The transcriptions of an account; see [`TwilioClient::transcriptions`].
    Transcriptions
}

impl TwilioClient {
    /// Transcriptions of recordings.
    #[must_use]
    pub fn transcriptions(&self) -> Transcriptions<'_> {
        Transcriptions::new(self)
    }
}

impl Transcriptions<'_> {
    /// Lists them, page by page.
    #[must_use]
    pub fn list(&self, request: &ListTranscriptions) -> Pager<'static, Transcription> {
        paging::items(self.client, ON, &LIST, "transcriptions", &[], request)
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
        self.client.at(ON, &GET).path("Sid", sid).send().await
    }

    /// Deletes one. The recording stays.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn delete(&self, sid: TranscriptionSid) -> Result<Response<()>, Error> {
        self.client
            .at(ON, &DELETE)
            .path("Sid", sid)
            .send_empty()
            .await
    }
}
