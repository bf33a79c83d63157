//! What Twilio asked of your server for a call, and what it answered.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient, call: voice_core::ident::CallSid)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::calls::events::ListEvents;
//!
//! let mut events = client.calls().events(call).list(&ListEvents::new());
//! while let Some(event) = events.next().await {
//!     println!("{:?}", event?.request_url());
//! }
//! # Ok(()) }
//! ```

use serde_json::Value;
use voice_core::client::{Cursor, Pager};
use voice_core::ident::CallSid;

use super::Calls;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{list_request, resource};

operations! { Api "api_v2010":
    LIST = get "calls.events.list" ListCallEvent "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Events.json";
}

list_request! {
    /// Which events to list: all of the call.
    ListEvents {}
}

resource! {
    /// One request of Twilio's to your server, with its answer.
    ///
    /// Bodies and parameters hold what callers said and typed; `Debug` shows neither.
    Event {
        /// The request: method, URL and parameters. What is in it is not documented in detail.
        request: Value => secret,
        /// The answer: status, type, body and time taken. What is in it is not documented in detail.
        response: Value => secret,
    }
}

impl Event {
    /// The URL that was asked, where the request names one. A key put into a webhook's query is found here. Personal: not
    /// for logs.
    #[must_use]
    pub fn request_url(&self) -> Option<&str> {
        self.request.as_ref()?.get("url")?.as_str()
    }

    /// The method it was asked by, where the request names one.
    #[must_use]
    pub fn request_method(&self) -> Option<&str> {
        self.request.as_ref()?.get("method")?.as_str()
    }
}

accessor! {
    /// The requests Twilio made for a call; see [`Calls::events`].
    Events { call: CallSid }
}

impl<'c> Calls<'c> {
    /// What Twilio asked of your server for a call.
    #[must_use]
    pub fn events(&self, call: CallSid) -> Events<'c> {
        Events::new(self.client, call)
    }
}

impl Events<'_> {
    /// Lists them, page by page.
    #[must_use]
    pub fn list(&self, request: &ListEvents) -> Pager<'static, Event> {
        let path = [("CallSid", self.call.as_str())];
        paging::items(self.client, ON, &LIST, "events", &path, request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Event> {
        paging::resumed(self.client, ON, &LIST, "events", cursor)
    }
}
