//! The event log of a call.

use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::provider::CallId;

use crate::list::List;
use crate::types::{JsonMap, Severity, StageId, UvDuration};

/// `GET /api/calls/{call_id}/events`
pub static LIST_EVENTS: Operation =
    Operation::get("calls.events.list", "/api/calls/{call_id}/events");

/// The event log of one call; from [`Calls::events`](super::Calls::events).
#[derive(Debug, Clone, Copy)]
pub struct CallEvents<'a> {
    client: &'a Client,
    call: &'a CallId,
}

impl<'a> CallEvents<'a> {
    pub(super) fn new(client: &'a Client, call: &'a CallId) -> Self {
        Self { client, call }
    }

    /// All events that `filter` lets through, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListEvents) -> Pager<'static, CallEvent> {
        self.pages(filter).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is no such call.
    pub async fn page(&self, filter: &ListEvents) -> Result<Response<Page<CallEvent>>, Error> {
        self.pages(filter).page().await
    }

    fn pages(&self, filter: &ListEvents) -> List {
        let list = filter.list(self.client, &LIST_EVENTS);
        list.path("call_id", self.call.as_str())
    }
}

filter! {
    /// Which events of a call to list.
    ListEvents {
        /// Only those at least so bad; the API leaves out debugging unless told otherwise.
        minimum_severity: Severity => "minimum_severity",
        /// Only those of this type, in the API's words. An empty one, which the API refuses, is not sent.
        kind: String => "type",
    }
}

model! {
    /// Something that happened in a call.
    response CallEvent {
        /// The call.
        call_id: CallId => "callId",
        /// The stage.
        call_stage_id: StageId => "callStageId",
        /// When, by the audio, from the start of the call.
        call_timestamp: UvDuration => "callTimestamp",
        /// When, by the clock, **from the start of the call**: no date.
        wall_clock_timestamp: UvDuration => "wallClockTimestamp",
        /// How bad it is.
        severity: Severity => "severity",
        /// What it is, in a word of the API's, which names none.
        kind: String => "type",
        /// What happened, for people; may be personal.
        text: String => "text" quiet,
        /// More of it.
        extras: JsonMap => "extras",
    }
}
