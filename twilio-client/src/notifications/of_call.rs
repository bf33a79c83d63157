//! Debugger entries of one call.

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{CallSid, NotificationSid};

use super::{ListNotifications, Notification};
use crate::calls::Calls;
use crate::operation::{accessor, operations};
use crate::paging;

operations! { Api "api_v2010":
    LIST = get "calls.notifications.list" ListCallNotification "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Notifications.json";
    GET = get "calls.notifications.get" FetchCallNotification "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Notifications/{Sid}.json";
}

accessor! {
    /// The debugger entries of a call; see [`Calls::notifications`].
    CallNotifications { call: CallSid }
}

impl<'c> Calls<'c> {
    /// Debugger entries of a call.
    #[must_use]
    pub fn notifications(&self, call: CallSid) -> CallNotifications<'c> {
        CallNotifications::new(self.client(), call)
    }
}

impl CallNotifications<'_> {
    /// Lists entries, page by page.
    #[must_use]
    pub fn list(&self, request: &ListNotifications) -> Pager<'static, Notification> {
        let path = [("CallSid", self.call.as_str())];
        paging::items(self.client, ON, &LIST, "notifications", &path, request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Notification> {
        paging::resumed(self.client, ON, &LIST, "notifications", cursor)
    }

    /// Reads an entry, with the texts of request and answer.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when the call has none of this SID.
    pub async fn get(&self, sid: NotificationSid) -> Result<Response<Notification>, Error> {
        self.client
            .at(ON, &GET)
            .path("CallSid", self.call)
            .path("Sid", sid)
            .send()
            .await
    }
}
