//! Debugger entries: what Twilio found wrong, for the account or for one call.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::notifications::{ListNotifications, LogLevel};
//! use twilio_client::types::DateFilter;
//!
//! let since = ListNotifications::new().log(LogLevel::Error).logged_from(DateFilter::parse("2026-11-01")?);
//! let mut entries = client.notifications().list(&since);
//! while let Some(entry) = entries.next().await {
//!     let entry = entry?;
//!     println!("{:?} {:?}", entry.error_code, entry.call_sid);
//! }
//! # Ok(()) }
//! ```

mod of_call;

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CallSid, NotificationSid};

use crate::client::TwilioClient;
use crate::error::ErrorCode;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, DateFilter, HttpMethod, Numeric, list_request, open_enum, resource};

pub use of_call::CallNotifications;
pub(crate) use of_call::OPERATIONS as CALL_OPERATIONS;

operations! { Api "api_v2010":
    LIST = get "notifications.list" ListNotification "/2010-04-01/Accounts/{AccountSid}/Notifications.json";
    GET = get "notifications.get" FetchNotification "/2010-04-01/Accounts/{AccountSid}/Notifications/{Sid}.json";
}

open_enum! {
    /// How bad it is.
    LogLevel {
        /// Something failed.
        Error = "0",
        /// Something may be wrong.
        Warning = "1",
    }
}

list_request! {
    /// Which entries to list; all of them unless filtered.
    ListNotifications {
        /// Only those of this level.
        log = "Log": LogLevel,
        /// Only those logged on this day (UTC).
        logged_on = "MessageDate": DateFilter,
        /// Only those logged before this day.
        logged_before = "MessageDate<": DateFilter,
        /// Only those logged on or after this day.
        logged_from = "MessageDate>": DateFilter,
    }
}

resource! {
    /// A debugger entry. Lists leave the texts of request and answer out.
    ///
    /// What was sent to your server and what it said is personal; `Debug` shows neither.
    Notification {
        /// Its SID.
        sid: NotificationSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The call it is about, if it is about one.
        call_sid: CallSid,
        /// The version of the API at work, if one was.
        api_version: String,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// What went wrong; see [`code`](Self::code).
        error_code: Numeric,
        /// How bad it is.
        log: LogLevel,
        /// When it happened; that may be some time before it was logged.
        message_date: ApiTime,
        /// What is said of it: text, or a form of names and values.
        message_text: String => secret,
        /// A page about the code.
        more_info: String,
        /// The method of the request it is about.
        request_method: HttpMethod,
        /// The URL of the request it is about.
        request_url: String => secret,
        /// The parameters of that request.
        request_variables: String => secret,
        /// What your server answered.
        response_body: String => secret,
        /// The headers of that answer.
        response_headers: String => secret,
        /// Its own address, relative to the API's host.
        uri: String,
    }
}

impl Notification {
    /// What went wrong, with its name, cause and remedy where they are known.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        let code = self.error_code.as_ref()?.to_u64()?;
        u32::try_from(code).ok().map(ErrorCode::new)
    }
}

accessor! {
    /// The debugger entries of an account; see [`TwilioClient::notifications`].
    Notifications
}

impl TwilioClient {
    /// Debugger entries of the account.
    #[must_use]
    pub fn notifications(&self) -> Notifications<'_> {
        Notifications::new(self)
    }
}

impl Notifications<'_> {
    /// Lists entries, page by page.
    #[must_use]
    pub fn list(&self, request: &ListNotifications) -> Pager<'static, Notification> {
        paging::items(self.client, ON, &LIST, "notifications", &[], request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Notification> {
        paging::resumed(self.client, ON, &LIST, "notifications", cursor)
    }

    /// Reads an entry, with the texts of request and answer.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn get(&self, sid: NotificationSid) -> Result<Response<Notification>, Error> {
        self.client.at(ON, &GET).path("Sid", sid).send().await
    }
}
