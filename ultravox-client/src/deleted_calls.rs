//! What is left of deleted calls: tombstones.
//!
//! They are found by the filters of [calls](crate::calls::ListCalls), except that they have no order to choose.

use serde::de::DeserializeOwned;
use voice_core::client::{Client, Cursor, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::provider::CallId;

use crate::calls::{CallFilter, call_filter_setters};
use crate::list::List;
use crate::types::{EndReason, UvDuration, UvTime};

/// `GET /api/deleted_calls`
pub static LIST: Operation = Operation::get("deleted_calls.list", "/api/deleted_calls");
/// `GET /api/deleted_calls/{call_id}`
pub static GET: Operation = Operation::get("deleted_calls.get", "/api/deleted_calls/{call_id}");

/// What is left of deleted calls; from [`UltravoxClient::deleted_calls`](crate::UltravoxClient::deleted_calls).
#[derive(Debug, Clone, Copy)]
pub struct DeletedCalls<'a> {
    client: &'a Client,
}

impl<'a> DeletedCalls<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Reads what is left of a deleted call.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there never was such a call, or it was not
    /// deleted.
    pub async fn get(&self, id: &CallId) -> Result<Response<CallTombstone>, Error> {
        self.get_as(id).await
    }

    pub(crate) async fn get_as<T: DeserializeOwned>(
        &self,
        id: &CallId,
    ) -> Result<Response<T>, Error> {
        self.client.request(&GET).path("call_id", id).send().await
    }

    /// All that `filter` lets through, as a stream that fetches page after page. A malformed filter is an error of the
    /// stream's first item.
    pub fn list(&self, filter: &ListDeletedCalls) -> Pager<'static, CallTombstone> {
        filter.list(self.client).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a malformed filter; otherwise the API's.
    pub async fn page(
        &self,
        filter: &ListDeletedCalls,
    ) -> Result<Response<Page<CallTombstone>>, Error> {
        filter.list(self.client).page().await
    }
}

/// Which deleted calls to list.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ListDeletedCalls {
    /// Which.
    pub filter: CallFilter,
    /// How many to a page; the API decides unless set.
    pub page_size: Option<u32>,
    /// Where to begin.
    pub cursor: Option<Cursor>,
}

call_filter_setters!(ListDeletedCalls, filter);

impl ListDeletedCalls {
    /// All of them, in the API's order.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// So many to a page.
    #[must_use]
    pub fn page_size(mut self, items: u32) -> Self {
        self.page_size = Some(items);
        self
    }

    /// Goes on where an earlier list of the same filter stopped.
    #[must_use]
    pub fn cursor(mut self, cursor: Cursor) -> Self {
        self.cursor = Some(cursor);
        self
    }

    fn list(&self, client: &Client) -> List {
        self.filter
            .list(client, &LIST)
            .query_option("pageSize", self.page_size.as_ref())
            .from(self.cursor.as_ref())
    }
}

impl From<CallFilter> for ListDeletedCalls {
    fn from(filter: CallFilter) -> Self {
        Self {
            filter,
            ..Self::default()
        }
    }
}

model! {
    /// What is left of a deleted call.
    response CallTombstone {
        /// The call's id.
        call_id: CallId => "callId",
        /// The account's id.
        account_id: String => "accountId",
        /// When the call was created.
        created: UvTime => "created",
        /// When it was deleted.
        deletion_time: UvTime => "deletionTime",
        /// When it was joined; unset if nobody did.
        joined: UvTime => "joined",
        /// When it ended.
        ended: UvTime => "ended",
        /// The longest it might have lasted.
        max_duration: UvDuration => "maxDuration",
        /// Why it ended.
        end_reason: EndReason => "endReason",
        /// Whether it was recorded.
        recording_enabled: bool => "recordingEnabled",
        /// Whether it had a summary.
        had_summary: bool => "hadSummary",
    }
}
