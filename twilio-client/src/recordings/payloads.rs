//! The payloads of an add-on's result, and where their data lie.
//!
//! Twilio answers a request for the data with 307 and a link to storage, which gives access to whoever has it.

use http::header;
use serde_json::{Map, Value};
use voice_core::client::{Cursor, Download, Operation, Pager, Response};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::{
    AccountSid, AddOnPayloadSid, AddOnResultSid, AddOnSid, InstalledAddOnSid, RecordingSid,
};
use voice_core::transport::SecretUrl;

use crate::client::PROVIDER;
use crate::host::Product;
use crate::operation::{SpecOperation, accessor};
use crate::paging;
use crate::types::{ApiTime, list_request, resource};

const ON: Product = Product::Api;
static LIST: Operation = Operation::get(
    "recordings.add_ons.payloads.list",
    "/2010-04-01/Accounts/{AccountSid}/Recordings/{ReferenceSid}/AddOnResults/{AddOnResultSid}/Payloads.json",
);
static GET: Operation = Operation::get(
    "recordings.add_ons.payloads.get",
    "/2010-04-01/Accounts/{AccountSid}/Recordings/{ReferenceSid}/AddOnResults/{AddOnResultSid}/Payloads/{Sid}.json",
);
static DELETE: Operation = Operation::delete(
    "recordings.add_ons.payloads.delete",
    "/2010-04-01/Accounts/{AccountSid}/Recordings/{ReferenceSid}/AddOnResults/{AddOnResultSid}/Payloads/{Sid}.json",
);
static DATA: Operation = Operation::get(
    "recordings.add_ons.payloads.data",
    "/2010-04-01/Accounts/{AccountSid}/Recordings/{ReferenceSid}/AddOnResults/{AddOnResultSid}/Payloads/{PayloadSid}/Data.json",
)
.expect_redirect();

pub(crate) static OPERATIONS: &[SpecOperation] = &[
    SpecOperation::v2010("ListRecordingAddOnResultPayload", &LIST),
    SpecOperation::v2010("FetchRecordingAddOnResultPayload", &GET),
    SpecOperation::v2010("DeleteRecordingAddOnResultPayload", &DELETE),
    SpecOperation::v2010("FetchRecordingAddOnResultPayloadData", &DATA),
];

list_request! {
    /// Which payloads to list: all of the result.
    ListPayloads {}
}

resource! {
    /// One part of an add-on's result.
    Payload {
        /// Its SID.
        sid: AddOnPayloadSid,
        /// The result it is of.
        add_on_result_sid: AddOnResultSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// What the add-on's vendor calls it.
        label: String,
        /// The add-on.
        add_on_sid: AddOnSid,
        /// The add-on as installed on the account.
        add_on_configuration_sid: InstalledAddOnSid,
        /// The type of its data (MIME).
        content_type: String,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// The recording.
        reference_sid: RecordingSid,
        /// The addresses of what belongs to it.
        subresource_uris: Map<String, Value>,
    }
}

/// Where the data of a payload lie: whoever has this link has the data, for a while. It is never shown.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PayloadLocation {
    /// The link.
    pub url: SecretUrl,
}

accessor! {
    /// The payloads of an add-on's result; see [`AddOnResults::payloads`](super::AddOnResults::payloads).
    Payloads { recording: RecordingSid, result: AddOnResultSid }
}

impl Payloads<'_> {
    /// Lists payloads, page by page.
    #[must_use]
    pub fn list(&self, request: &ListPayloads) -> Pager<'static, Payload> {
        let path = [
            ("ReferenceSid", self.recording.as_str()),
            ("AddOnResultSid", self.result.as_str()),
        ];
        paging::items(self.client, ON, &LIST, "payloads", &path, request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Payload> {
        paging::resumed(self.client, ON, &LIST, "payloads", cursor)
    }

    /// Reads what is known of a payload.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn get(&self, sid: AddOnPayloadSid) -> Result<Response<Payload>, Error> {
        self.client
            .at(ON, &GET)
            .path("ReferenceSid", self.recording)
            .path("AddOnResultSid", self.result)
            .path("Sid", sid)
            .send()
            .await
    }

    /// Deletes a payload.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn delete(&self, sid: AddOnPayloadSid) -> Result<Response<()>, Error> {
        self.client
            .at(ON, &DELETE)
            .path("ReferenceSid", self.recording)
            .path("AddOnResultSid", self.result)
            .path("Sid", sid)
            .send_empty()
            .await
    }

    /// Asks where the data of a payload lie. The link is handed out and not followed; [`data`](Self::data) does that.
    ///
    /// # Errors
    /// As for [`get`](Self::get); [`ErrorKind::Protocol`](voice_core::error::ErrorKind::Protocol) for an answer without a
    /// link that data can be fetched from.
    pub async fn location(&self, sid: AddOnPayloadSid) -> Result<Response<PayloadLocation>, Error> {
        let answer = self
            .client
            .at(ON, &DATA)
            .path("ReferenceSid", self.recording)
            .path("AddOnResultSid", self.result)
            .path("PayloadSid", sid)
            .send_raw()
            .await?;
        let header = answer.headers().get(header::LOCATION);
        let named = header
            .and_then(|location| SecretUrl::parse(location.to_str().ok()?).ok())
            .or_else(|| in_body(&answer));
        let Some(url) = named else {
            let mut error = Error::new(
                ErrorKind::Protocol,
                "the answer names no place that data can be fetched from",
            )
            .with_operation(PROVIDER, DATA.name())
            .with_status(answer.status())
            .with_attempts(answer.attempts(), answer.elapsed())
            .with_delivery(Delivery::Answered);
            if let Some(id) = answer.request_id() {
                error = error.with_request_id(id);
            }
            return Err(error);
        };
        Ok(answer.map(|_| PayloadLocation { url }))
    }

    /// Downloads the data of a payload: a stream, bounded in size and silence. The link is followed without credentials.
    ///
    /// # Errors
    /// As for [`location`](Self::location); otherwise the storage's.
    pub async fn data(&self, sid: AddOnPayloadSid) -> Result<Response<Download>, Error> {
        self.client
            .at(ON, &DATA)
            .path("ReferenceSid", self.recording)
            .path("AddOnResultSid", self.result)
            .path("PayloadSid", sid)
            .send_stream()
            .await
    }
}

/// The link in the answer's body, where the header lacks it.
fn in_body(body: &[u8]) -> Option<SecretUrl> {
    let body: Value = serde_json::from_slice(body).ok()?;
    SecretUrl::parse(body.get("redirect_to")?.as_str()?).ok()
}
