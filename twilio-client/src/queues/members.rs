//! Who waits in a queue.

use std::fmt;

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{CallSid, QueueSid};
use voice_core::webhook::WebhookUrl;

use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, HttpMethod, Numeric, Parameters, list_request, request, resource};

operations! { Api "api_v2010":
    LIST = get "queues.members.list" ListMember "/2010-04-01/Accounts/{AccountSid}/Queues/{QueueSid}/Members.json";
    GET = get "queues.members.get" FetchMember "/2010-04-01/Accounts/{AccountSid}/Queues/{QueueSid}/Members/{CallSid}.json";
    UPDATE = once "queues.members.update" UpdateMember "/2010-04-01/Accounts/{AccountSid}/Queues/{QueueSid}/Members/{CallSid}.json";
}

list_request! {
    /// Which members to list: all of them.
    ListMembers {}
}

request! {
    /// Takes a caller out of the queue: the call goes on with the TwiML of this URL.
    UpdateMember {
        url = "Url": WebhookUrl,
        ..
        /// How the `Url` is requested; POST unless set.
        method = "Method": HttpMethod,
    }
}

impl UpdateMember {
    /// The call goes on with the TwiML of this URL.
    pub fn new(url: WebhookUrl) -> Self {
        Self::required(url)
    }
}

resource! {
    /// A caller who waits.
    Member {
        /// The call.
        call_sid: CallSid,
        /// Since when the caller waits.
        date_enqueued: ApiTime,
        /// The place in the queue, from 1.
        position: Numeric,
        /// Its own address, relative to the API's host.
        uri: String,
        /// How long the caller has waited, in seconds.
        wait_time: Numeric,
        /// The queue.
        queue_sid: QueueSid,
    }
}

/// Which caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberOf {
    /// Whoever has waited longest.
    Front,
    /// This call.
    Call(CallSid),
}

impl From<CallSid> for MemberOf {
    fn from(call: CallSid) -> Self {
        Self::Call(call)
    }
}

impl AsRef<str> for MemberOf {
    fn as_ref(&self) -> &str {
        match self {
            Self::Front => "Front",
            Self::Call(call) => call.as_str(),
        }
    }
}

impl fmt::Display for MemberOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_ref())
    }
}

accessor! {
    /// Who waits in a queue; see [`Queues::members`](super::Queues::members).
    Members { queue: QueueSid }
}

impl Members<'_> {
    /// Lists who waits, page by page.
    #[must_use]
    pub fn list(&self, request: &ListMembers) -> Pager<'static, Member> {
        let path = [("QueueSid", self.queue.as_str())];
        paging::items(self.client, ON, &LIST, "queue_members", &path, request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Member> {
        paging::resumed(self.client, ON, &LIST, "queue_members", cursor)
    }

    /// Reads one who waits.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when nobody waits, or this call does not.
    pub async fn get(&self, member: impl Into<MemberOf>) -> Result<Response<Member>, Error> {
        let member = member.into();
        self.client
            .at(ON, &GET)
            .path("QueueSid", self.queue)
            .path("CallSid", member)
            .send()
            .await
    }

    /// Takes a caller out of the queue. It is never repeated by itself: with [`MemberOf::Front`] the next caller would go,
    /// too.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn update(
        &self,
        member: impl Into<MemberOf>,
        request: &UpdateMember,
    ) -> Result<Response<Member>, Error> {
        let (member, form) = (member.into(), request.form(&UPDATE)?);
        self.client
            .at(ON, &UPDATE)
            .path("QueueSid", self.queue)
            .path("CallSid", member)
            .form(form)
            .send()
            .await
    }
}
