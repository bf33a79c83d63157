//! Calls: read, list, delete, speak into, end. They are started through their [agent](crate::agents::AgentCalls).

mod call;
mod data_message;
mod filter;
mod start;

use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::{CallId, CallKey};
use voice_core::retry::Repeat;

use crate::PROVIDER;

pub use call::{Call, CallPhase, SipDetails};
pub use data_message::{
    DataMessage, ForcedMessage, ForcedToolCall, HangUp, MessageUrgency, UserText,
};
pub use filter::ListCalls;
pub use start::StartAgentCall;

/// The metadata field in which a call carries its [`CallKey`].
pub const KEY_METADATA: &str = "voice_call_key";

/// `GET /api/calls`
pub static LIST: Operation = Operation::get("calls.list", "/api/calls");
/// `GET /api/calls/{call_id}`
pub static GET: Operation = Operation::get("calls.get", "/api/calls/{call_id}");
/// `DELETE /api/calls/{call_id}`
pub static DELETE: Operation = Operation::delete("calls.delete", "/api/calls/{call_id}");
/// `POST /api/calls/{call_id}/send_data_message`: a second one is heard twice, except for hanging up.
pub static SEND_DATA_MESSAGE: Operation = Operation::post(
    "calls.send_data_message",
    "/api/calls/{call_id}/send_data_message",
    Repeat::Once,
);

/// The account's calls; from [`UltravoxClient::calls`](crate::UltravoxClient::calls).
#[derive(Debug, Clone, Copy)]
pub struct Calls<'a> {
    client: &'a Client,
}

impl<'a> Calls<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Reads a call.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none.
    pub async fn get(&self, id: &CallId) -> Result<Response<Call>, Error> {
        self.client.request(&GET).path("call_id", id).send().await
    }

    /// All calls that `filter` lets through, as a stream that fetches page after page. A malformed filter is an error of
    /// the stream's first item.
    pub fn list(&self, filter: &ListCalls) -> Pager<'static, Call> {
        filter.list(self.client).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for a malformed filter; otherwise the API's.
    pub async fn page(&self, filter: &ListCalls) -> Result<Response<Page<Call>>, Error> {
        filter.list(self.client).page().await
    }

    /// Finds the call that was [created with this key](StartAgentCall::key), going or over.
    ///
    /// This is how to look after a creation with an unknown outcome. A call just created may take a moment to be found:
    /// look again after a second or two before concluding that there is none.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] when several calls have the key, [`ErrorKind::Protocol`] when the API answers with other
    /// calls (a "not found" would then prove nothing); otherwise the API's.
    pub async fn find_by_key(&self, key: &CallKey) -> Result<Option<Call>, Error> {
        let failed = |kind, message| {
            Error::new(kind, message)
                .with_operation(PROVIDER, LIST.name())
                .with_delivery(Delivery::Answered)
                .with_context("key", key.as_str())
        };
        let mut calls = ListCalls::new()
            .key(key)
            .page_size(10)
            .list(self.client)
            .pager::<Call>();
        let mut found: Option<Call> = None;
        while let Some(call) = calls.next().await {
            let call = call?;
            if !call.has_key(key) {
                return Err(failed(
                    ErrorKind::Protocol,
                    "the metadata filter lets other calls through",
                ));
            }
            if let Some(first) = &found {
                return Err(failed(ErrorKind::Conflict, "several calls have this key")
                    .with_context("first", first.id()?.as_str())
                    .with_context("second", call.id()?.as_str()));
            }
            found = Some(call);
        }
        Ok(found)
    }

    /// Deletes a call and everything recorded of it; a tombstone stays in `deleted_calls`. A call that goes on is
    /// refused: end it with [`hang_up`](Self::hang_up) first.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none.
    pub async fn delete(&self, id: &CallId) -> Result<Response<()>, Error> {
        self.client
            .request(&DELETE)
            .path("call_id", id)
            .send_empty()
            .await
    }

    /// Sends a message into a call that was joined and goes on.
    ///
    /// Sent once; only hanging up is repeated after an unknown outcome.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] (422) when the call was not joined yet or is over; [`ErrorKind::InvalidInput`] before
    /// anything is sent for an empty text.
    pub async fn send_data_message(
        &self,
        id: &CallId,
        message: &DataMessage,
    ) -> Result<Response<()>, Error> {
        message.check(&SEND_DATA_MESSAGE)?;
        self.client
            .request(&SEND_DATA_MESSAGE)
            .path("call_id", id)
            .json(message)
            .repeat(message.repeat())
            .send_empty()
            .await
    }

    /// Ends a call that was joined, without a word.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] (422) when the call was not joined yet or is over already.
    pub async fn hang_up(&self, id: &CallId) -> Result<Response<()>, Error> {
        self.send_data_message(id, &DataMessage::hang_up()).await
    }
}
