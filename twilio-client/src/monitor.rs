//! Monitor: what went wrong, who changed what, and alarms.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::monitor::{ListAlerts, LogLevel};
//!
//! let mut alerts = client.monitor().alerts(&ListAlerts::new().log_level(LogLevel::Error)).limit(20);
//! while let Some(alert) = alerts.next().await {
//!     let alert = alert?;
//!     println!("{:?}: {}", alert.error_code, alert.code().and_then(|code| code.hint()).unwrap_or("?"));
//! }
//! # Ok(()) }
//! ```
//!
//! An alert is an entry of the debugger: a webhook that failed (11200 and its fellows), TwiML that could not be read (12100 and
//! on), a call that was refused. It is often the only place where a caller's "an application error has occurred" has a reason.

pub mod alarms;
mod events;

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, NotificationSid};

use crate::client::TwilioClient;
use crate::error::ErrorCode;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, DateFilter, HttpMethod, Numeric, list_request, open_enum, resource};

pub(crate) use events::OPERATIONS as EVENT_OPERATIONS;
pub use events::{Event, ListEvents};

operations! { Monitor "monitor_v1":
    LIST = get "monitor.alerts.list" ListAlert "/v1/Alerts";
    GET = get "monitor.alerts.get" FetchAlert "/v1/Alerts/{Sid}";
}

open_enum! {
    /// How grave an alert is.
    LogLevel {
        /// Something failed.
        Error = "error",
        /// Something went on in spite of it.
        Warning = "warning",
        /// Worth knowing.
        Notice = "notice",
        /// For finding faults.
        Debug = "debug",
    }
}

list_request! {
    /// Which alerts to list; newest first, of the last 30 days.
    ListAlerts {
        /// Only those of this level.
        log_level = "LogLevel": LogLevel,
        /// Only those on or after this day or moment.
        start_date = "StartDate": DateFilter,
        /// Only those on or before this day or moment.
        end_date = "EndDate": DateFilter,
    }
}

resource! {
    /// An alert. What was sent and answered is there only when it is read alone.
    Alert {
        /// Its SID.
        sid: NotificationSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// What it says, often as parameters of a query: it may hold numbers.
        alert_text: String => secret,
        /// The version of the API.
        api_version: String,
        /// When it was recorded.
        date_created: ApiTime,
        /// When it happened; alerts come late and out of order.
        date_generated: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// The code; see [`code`](Alert::code).
        error_code: Numeric,
        /// How grave it is.
        log_level: LogLevel,
        /// The page about its code.
        more_info: String,
        /// The method of the request that caused it.
        request_method: HttpMethod,
        /// The URL of that request.
        request_url: String => secret,
        /// The parameters of that request.
        request_variables: String => secret,
        /// The headers of that request.
        request_headers: String => secret,
        /// What was answered.
        response_body: String => secret,
        /// The headers of that answer.
        response_headers: String => secret,
        /// What it is about: a call, as a rule.
        resource_sid: String,
        /// The service that caused it.
        service_sid: String,
        /// Its own address.
        url: String,
    }
}

impl Alert {
    /// The code with its name, class and remedy.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        let code = self.error_code.as_ref()?.to_u64()?;
        u32::try_from(code).ok().map(ErrorCode::new)
    }
}

accessor! {
    /// What went wrong and who changed what; see [`TwilioClient::monitor`].
    Monitor
}

impl TwilioClient {
    /// Alerts of the debugger, events of the audit log, and alarms.
    #[must_use]
    pub fn monitor(&self) -> Monitor<'_> {
        Monitor::new(self)
    }
}

impl<'c> Monitor<'c> {
    /// Lists alerts, page by page.
    #[must_use]
    pub fn alerts(&self, request: &ListAlerts) -> Pager<'static, Alert> {
        paging::items(self.client, ON, &LIST, "alerts", &[], request)
    }

    /// Takes a list of alerts up again at a stored cursor.
    #[must_use]
    pub fn resume_alerts(&self, cursor: Cursor) -> Pager<'static, Alert> {
        paging::resumed(self.client, ON, &LIST, "alerts", cursor)
    }

    /// Reads an alert, with what was sent and answered.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn alert(&self, sid: NotificationSid) -> Result<Response<Alert>, Error> {
        self.client.at(ON, &GET).path("Sid", sid).send().await
    }

    /// Lists events of the audit log, page by page.
    #[must_use]
    pub fn events(&self, request: &ListEvents) -> Pager<'static, Event> {
        events::list(self.client, request)
    }

    /// Takes a list of events up again at a stored cursor.
    #[must_use]
    pub fn resume_events(&self, cursor: Cursor) -> Pager<'static, Event> {
        events::resume(self.client, cursor)
    }

    /// Reads an event of the audit log, by its SID (`AE…`).
    ///
    /// # Errors
    /// As for [`alert`](Self::alert).
    pub async fn event(&self, sid: &str) -> Result<Response<Event>, Error> {
        events::get(self.client, sid).await
    }

    /// Alarms: a message when errors become many.
    #[must_use]
    pub fn alarms(&self) -> alarms::Alarms<'c> {
        alarms::Alarms::new(self.client)
    }
}
