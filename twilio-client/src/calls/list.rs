//! The request that lists calls, and a page of its answer.

use voice_core::error::Error;
use voice_core::ident::CallSid;

use super::{Call, CallStatus, LIST};
use crate::paging::list_page;
use crate::types::{DateFilter, Endpoint, Problems, request};

list_page! { pub(super) CallPage { calls: Call } }

request! {
    /// Which calls to list; all of them unless filtered, newest first.
    ///
    /// Filters by start time leave out calls that are not dialled yet: their start time is null.
    ListCalls {
        ..
        /// Only calls to this number, address or client.
        to = "To": Endpoint,
        /// Only calls from this number, address or client.
        from = "From": Endpoint,
        /// Only legs of this call.
        parent_call_sid = "ParentCallSid": CallSid,
        /// Only calls of this status.
        status = "Status": CallStatus,
        /// Only calls that started on this day (UTC).
        started_on = "StartTime": DateFilter,
        /// Only calls that started before this day.
        started_before = "StartTime<": DateFilter,
        /// Only calls that started on or after this day.
        started_from = "StartTime>": DateFilter,
        /// Only calls that ended on this day (UTC).
        ended_on = "EndTime": DateFilter,
        /// Only calls that ended before this day.
        ended_before = "EndTime<": DateFilter,
        /// Only calls that ended on or after this day.
        ended_from = "EndTime>": DateFilter,
        /// How many to a page: 1 to 1,000, 50 unless set.
        page_size = "PageSize": u32,
        /// A page's index; Twilio keeps it for the client's own use.
        page = "Page": u32,
        /// A page's token, from a link of an earlier page.
        page_token = "PageToken": String,
    }
}

impl ListCalls {
    /// The largest page Twilio gives.
    pub const MAX_PAGE_SIZE: u32 = 1_000;

    /// All calls.
    pub fn new() -> Self {
        Self::required()
    }

    /// Checks the values, as [`Calls::list`](super::Calls::list) does by itself.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a page size that is not 1 to 1,000.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.unless(
            self.page_size
                .is_none_or(|size| (1..=Self::MAX_PAGE_SIZE).contains(&size)),
            "PageSize",
            "must be 1 to 1,000",
        );
        problems.into_result(&LIST)
    }
}

impl Default for ListCalls {
    fn default() -> Self {
        Self::new()
    }
}
