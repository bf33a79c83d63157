//! What was said in a call.

use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::provider::CallId;
use voice_core::wire::open_enum;

use crate::list::List;
use crate::types::Message;

/// `GET /api/calls/{call_id}/messages`
pub static LIST_MESSAGES: Operation =
    Operation::get("calls.messages.list", "/api/calls/{call_id}/messages");

/// The messages of one call; from [`Calls::messages`](super::Calls::messages).
#[derive(Debug, Clone, Copy)]
pub struct CallMessages<'a> {
    client: &'a Client,
    call: &'a CallId,
}

impl<'a> CallMessages<'a> {
    pub(super) fn new(client: &'a Client, call: &'a CallId) -> Self {
        Self { client, call }
    }

    /// All messages that `filter` lets through, as a stream that fetches page after page. **Unless told otherwise these
    /// are the messages of the call's last stage only**; see [`MessageMode`].
    pub fn list(&self, filter: &ListMessages) -> Pager<'static, Message> {
        self.pages(filter).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is no such call.
    pub async fn page(&self, filter: &ListMessages) -> Result<Response<Page<Message>>, Error> {
        self.pages(filter).page().await
    }

    fn pages(&self, filter: &ListMessages) -> List {
        let list = filter.list(self.client, &LIST_MESSAGES);
        list.path("call_id", self.call.as_str())
    }
}

filter! {
    /// Which messages of a call to list.
    ListMessages {
        /// Of the last stage, the API's default, or of all.
        mode: MessageMode => "mode",
    }
}

open_enum! {
    /// Which stages a list of messages covers.
    pub enum MessageMode {
        /// The call's last stage, its initial messages included.
        LastStage = "last_stage",
        /// All stages, without initial messages.
        InCall = "in_call",
    }
}
