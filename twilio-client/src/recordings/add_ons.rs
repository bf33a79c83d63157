//! What add-ons made of a recording.

use serde_json::{Map, Value};
use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, AddOnResultSid, AddOnSid, InstalledAddOnSid, RecordingSid};

use super::Payloads;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, list_request, open_enum, resource};

operations! { Api "api_v2010":
    LIST = get "recordings.add_ons.list" ListRecordingAddOnResult "/2010-04-01/Accounts/{AccountSid}/Recordings/{ReferenceSid}/AddOnResults.json";
    GET = get "recordings.add_ons.get" FetchRecordingAddOnResult "/2010-04-01/Accounts/{AccountSid}/Recordings/{ReferenceSid}/AddOnResults/{Sid}.json";
    DELETE = delete "recordings.add_ons.delete" DeleteRecordingAddOnResult "/2010-04-01/Accounts/{AccountSid}/Recordings/{ReferenceSid}/AddOnResults/{Sid}.json";
}

list_request! {
    /// Which results to list: all of the recording.
    ListAddOnResults {}
}

open_enum! {
    /// How far an add-on is.
    AddOnResultStatus {
        /// It was called off.
        Canceled = "canceled",
        /// It is done.
        Completed = "completed",
        /// Its result was deleted.
        Deleted = "deleted",
        /// It failed.
        Failed = "failed",
        /// It works.
        InProgress = "in-progress",
        /// It begins.
        Init = "init",
        /// Its answer is being taken in.
        Processing = "processing",
        /// It waits for its turn.
        Queued = "queued",
    }
}

resource! {
    /// What one add-on made of a recording.
    AddOnResult {
        /// Its SID.
        sid: AddOnResultSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// How far it is.
        status: AddOnResultStatus,
        /// The add-on.
        add_on_sid: AddOnSid,
        /// The add-on as installed on the account.
        add_on_configuration_sid: InstalledAddOnSid,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// When it was done.
        date_completed: ApiTime,
        /// The recording.
        reference_sid: RecordingSid,
        /// The addresses of what belongs to it.
        subresource_uris: Map<String, Value>,
    }
}

accessor! {
    /// What add-ons made of a recording; see [`Recordings::add_ons`](super::Recordings::add_ons).
    AddOnResults { recording: RecordingSid }
}

impl<'c> AddOnResults<'c> {
    /// Lists results, page by page.
    #[must_use]
    pub fn list(&self, request: &ListAddOnResults) -> Pager<'static, AddOnResult> {
        let path = [("ReferenceSid", self.recording.as_str())];
        paging::items(self.client, ON, &LIST, "add_on_results", &path, request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, AddOnResult> {
        paging::resumed(self.client, ON, &LIST, "add_on_results", cursor)
    }

    /// Reads a result.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn get(&self, sid: AddOnResultSid) -> Result<Response<AddOnResult>, Error> {
        self.client
            .at(ON, &GET)
            .path("ReferenceSid", self.recording)
            .path("Sid", sid)
            .send()
            .await
    }

    /// Deletes a result with its payloads.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn delete(&self, sid: AddOnResultSid) -> Result<Response<()>, Error> {
        self.client
            .at(ON, &DELETE)
            .path("ReferenceSid", self.recording)
            .path("Sid", sid)
            .send_empty()
            .await
    }

    /// The payloads of a result.
    #[must_use]
    pub fn payloads(&self, result: AddOnResultSid) -> Payloads<'c> {
        Payloads::new(self.client, self.recording, result)
    }
}
