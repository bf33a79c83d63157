//! Calls: start, read, list, delete, speak into, end; and what is recorded of them.
//!
//! Calls of an agent are started [through the agent](crate::agents::AgentCalls), others with [`Calls::create`].

mod call;
mod create;
mod data_message;
mod event;
mod filter;
mod media;
mod message;
mod stage;
mod start;
mod tool;

use serde::de::DeserializeOwned;
use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::{CallId, CallKey};
use voice_core::retry::Repeat;

use crate::PROVIDER;
use crate::carried;
use crate::types::WithRaw;

pub use call::{Call, CallPhase, SipDetails};
pub use create::{CreateOptions, GreetingPrompt, StartCall};
pub use data_message::{
    DataMessage, ForcedMessage, ForcedToolCall, HangUp, MessageUrgency, UserText,
};
pub use event::{CallEvent, CallEvents, LIST_EVENTS, ListEvents};
pub(crate) use filter::call_filter_setters;
pub use filter::{CallFilter, ListCalls};
pub use media::{RECORDING, SIP_LOGS, STAGE_MESSAGE_AUDIO};
pub use message::{CallMessages, LIST_MESSAGES, ListMessages, MessageMode};
pub use stage::{
    CallStage, CallStages, GET_STAGE, LIST_STAGE_MESSAGES, LIST_STAGE_TOOLS, LIST_STAGES,
    ListStageMessages, ListStages,
};
pub use start::StartAgentCall;
pub use tool::{
    CallTool, CallToolDefinition, ClientCallTool, DataConnectionCallTool, HttpCallTool,
};

/// More calls with one key than this are not looked at.
const SAME_KEY: u64 = 100;

/// The metadata field in which a call carries its [`CallKey`].
pub const KEY_METADATA: &str = "voice_call_key";

/// `GET /api/calls`
pub static LIST: Operation = Operation::get("calls.list", "/api/calls");
/// `POST /api/calls`: a second one makes a second call, and with an outgoing medium rings twice.
pub static CREATE: Operation = Operation::post("calls.create", "/api/calls", Repeat::Once);
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

/// `GET /api/calls/{call_id}/tools`
pub static LIST_TOOLS: Operation = Operation::get("calls.tools.list", "/api/calls/{call_id}/tools");

/// The account's calls; from [`UltravoxClient::calls`](crate::UltravoxClient::calls).
#[derive(Debug, Clone, Copy)]
pub struct Calls<'a> {
    client: &'a Client,
}

impl<'a> Calls<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates a call without an agent. It waits at its [join URL](Call::join_url) until the join timeout; with a medium
    /// that dials, somebody is rung at once.
    ///
    /// Sent once. A refusal (429, or a 503 of the API's own) is tried again within the client's limits; an unknown outcome is not. Give the
    /// call a [key](StartCall::key) to be able to [look for it](Self::find_by_key) then.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] before anything is sent if the request breaks a rule the API states; otherwise the
    /// API's. With [`Delivery::Unknown`] the call may exist.
    pub async fn create(&self, call: &StartCall) -> Result<Response<Call>, Error> {
        self.create_with(call, &CreateOptions::new()).await
    }

    /// Creates a call without an agent, with what stands beside it: a prior call, a throttle, no greeting.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub async fn create_with(
        &self,
        call: &StartCall,
        options: &CreateOptions,
    ) -> Result<Response<Call>, Error> {
        call.check(&CREATE, options)?;
        let greeting = options.greeting_prompt.map(GreetingPrompt::as_query);
        self.client
            .request(&CREATE)
            .query_option("enableGreetingPrompt", greeting)
            .query_option("priorCallId", options.prior_call.as_ref())
            .query_option("throttle", options.throttle.as_ref())
            .json(call)
            .carries(carried::direct_call(call))
            .send()
            .await
    }

    /// Reads a call.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none.
    pub async fn get(&self, id: &CallId) -> Result<Response<Call>, Error> {
        self.get_as(id).await
    }

    pub(crate) async fn get_as<T: DeserializeOwned>(
        &self,
        id: &CallId,
    ) -> Result<Response<T>, Error> {
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
        let mut found = self.with_key(key).await?.into_iter();
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(call), None) => Ok(Some(call.value)),
            (Some(first), Some(second)) => {
                Err(
                    misfound(ErrorKind::Conflict, "several calls have this key", key)
                        .with_context("first", first.value.id()?.as_str())
                        .with_context("second", second.value.id()?.as_str()),
                )
            }
        }
    }

    /// All calls that were created with this key, as far as anybody cares; whatever else the API gives is an error.
    pub(crate) async fn with_key(&self, key: &CallKey) -> Result<Vec<WithRaw<Call>>, Error> {
        let filter = ListCalls::new().key(key).page_size(10);
        let mut calls = filter
            .list(self.client)
            .pager::<WithRaw<Call>>()
            .limit(SAME_KEY);
        let mut found = Vec::new();
        while let Some(call) = calls.next().await {
            let call = call?;
            if !call.value.has_key(key) {
                let message = "the metadata filter lets other calls through";
                return Err(misfound(ErrorKind::Protocol, message, key));
            }
            found.push(call);
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

    /// The event log of a call.
    #[must_use]
    pub fn events(&self, id: &'a CallId) -> CallEvents<'a> {
        CallEvents::new(self.client, id)
    }

    /// What was said in a call.
    #[must_use]
    pub fn messages(&self, id: &'a CallId) -> CallMessages<'a> {
        CallMessages::new(self.client, id)
    }

    /// The stages of a call.
    #[must_use]
    pub fn stages(&self, id: &'a CallId) -> CallStages<'a> {
        CallStages::new(self.client, id)
    }

    /// The tools of a call, all at once.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is no such call.
    pub async fn tools(&self, id: &CallId) -> Result<Response<Vec<CallTool>>, Error> {
        self.client
            .request(&LIST_TOOLS)
            .path("call_id", id)
            .send()
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

fn misfound(kind: ErrorKind, message: &str, key: &CallKey) -> Error {
    Error::new(kind, message)
        .with_operation(PROVIDER, LIST.name())
        .with_delivery(Delivery::Answered)
        .with_context("key", key.as_str())
}
