//! Alarms: a message when errors become many.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::error::ErrorCode;
//! use twilio_client::monitor::alarms::{Alarm, TimeWindow};
//!
//! let alarm = Alarm::for_code("webhooks fail", ErrorCode::new(11200), 10, TimeWindow::FifteenMinutes)
//!     .email(["ops@example.com"]);
//! let created = client.monitor().alarms().create(&alarm).await?;
//! println!("{:?}", created.sid);
//! # Ok(()) }
//! ```

use serde::Serialize;
use serde_json::{Value, json};
use voice_core::client::{Cursor, Operation, Pager, Response};
use voice_core::error::Error;
use voice_core::webhook::WebhookUrl;

use crate::error::ErrorCode;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, Numeric, Problems, Toggle, list_request, open_enum, resource};

operations! { Monitor "monitor_v2":
    LIST = get "monitor.alarms.list" ListAlarms "/v2/Alarms";
    CREATE = once "monitor.alarms.create" CreateAlarm "/v2/Alarms";
    GET = get "monitor.alarms.get" FetchAlarm "/v2/Alarms/{Sid}";
    UPDATE = put "monitor.alarms.update" UpdateAlarm "/v2/Alarms/{Sid}";
    SWITCH = put "monitor.alarms.switch" UpdateAlarmStatus "/v2/Alarms/{Sid}/status";
    DELETE = delete "monitor.alarms.delete" DeleteAlarm "/v2/Alarms/{Sid}";
}

open_enum! {
    /// What is counted.
    AlarmQuery {
        /// Errors of one code.
        ErrorCode = "ERROR_CODE",
        /// Errors of one level.
        LogLevel = "LOG_LEVEL",
        /// All errors.
        All = "ALL",
    }
}

open_enum! {
    /// For how long is counted.
    TimeWindow {
        /// 5 minutes.
        FiveMinutes = "FIVE_MINS",
        /// 15 minutes.
        FifteenMinutes = "FIFTEEN_MINS",
        /// An hour.
        OneHour = "ONE_HOUR",
        /// Half a day.
        TwelveHours = "TWELVE_HOURS",
        /// A day.
        OneDay = "ONE_DAY",
    }
}

open_enum! {
    /// The order of a list.
    SortOrder {
        /// Oldest first.
        Ascending = "asc",
        /// Newest first.
        Descending = "desc",
    }
}

list_request! {
    /// Which alarms to list: all of them.
    ListAlarms {
        /// In which order.
        sort_order = "SortOrder": SortOrder,
    }
}

/// An alarm, new or whole anew.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a request does nothing until it is sent"]
pub struct Alarm {
    friendly_name: String,
    query_type: AlarmQuery,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    trigger_value: u32,
    time_window: TimeWindow,
    description: String,
    enabled: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    email: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    console_indicator: Option<bool>,
}

impl Alarm {
    /// Goes off when `trigger_value` errors or more fall into the window. It is on.
    pub fn for_all(name: impl Into<String>, trigger_value: u32, window: TimeWindow) -> Self {
        Self::new(name.into(), AlarmQuery::All, None, trigger_value, window)
    }

    /// The same for one code.
    pub fn for_code(
        name: impl Into<String>,
        code: ErrorCode,
        trigger_value: u32,
        window: TimeWindow,
    ) -> Self {
        let query = code.get().to_string();
        Self::new(
            name.into(),
            AlarmQuery::ErrorCode,
            Some(query),
            trigger_value,
            window,
        )
    }

    /// The same for one level.
    pub fn for_level(
        name: impl Into<String>,
        level: &super::LogLevel,
        trigger_value: u32,
        window: TimeWindow,
    ) -> Self {
        let query = level.as_str().to_owned();
        Self::new(
            name.into(),
            AlarmQuery::LogLevel,
            Some(query),
            trigger_value,
            window,
        )
    }

    fn new(
        name: String,
        query_type: AlarmQuery,
        query: Option<String>,
        trigger_value: u32,
        window: TimeWindow,
    ) -> Self {
        Self {
            description: name.clone(),
            friendly_name: name,
            query_type,
            query,
            trigger_value,
            time_window: window,
            enabled: true,
            email: Vec::new(),
            webhook: None,
            console_indicator: None,
        }
    }

    /// What it is about; its name unless set.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = text.into();
        self
    }

    /// Whether it is on.
    pub fn enabled(mut self, enabled: Toggle) -> Self {
        self.enabled = enabled == Toggle::On;
        self
    }

    /// Who is written to.
    pub fn email<T: Into<String>>(mut self, addresses: impl IntoIterator<Item = T>) -> Self {
        self.email = addresses.into_iter().map(Into::into).collect();
        self
    }

    /// What is requested.
    pub fn webhook(mut self, url: &WebhookUrl) -> Self {
        self.webhook = Some(url.as_str().to_owned());
        self
    }

    /// Whether the console shows it.
    pub fn console_indicator(mut self, shown: Toggle) -> Self {
        self.console_indicator = Some(shown == Toggle::On);
        self
    }

    fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.unless(
            !self.friendly_name.is_empty(),
            "friendlyName",
            "must not be empty",
        );
        problems.unless(self.trigger_value > 0, "triggerValue", "must be at least 1");
        problems.into_result(operation)
    }
}

resource! {
    /// An alarm as it stands.
    AlarmState {
        /// Its SID.
        sid as "alertConfigSid": String,
        /// Its name.
        friendly_name as "friendlyName": String,
        /// What is counted.
        query_type as "queryType": AlarmQuery,
        /// Which code or level.
        query: String,
        /// From how many on it goes off.
        trigger_value as "triggerValue": Numeric,
        /// For how long is counted.
        time_window as "timeWindow": TimeWindow,
        /// Who is written to.
        email: Vec<String> => secret,
        /// What is requested.
        webhook: String,
        /// Whether the console shows it.
        console_indicator as "consoleIndicator": bool,
        /// What it is about.
        description: String,
        /// Whether it is on.
        enabled: bool,
        /// The product it watches.
        product: String,
        /// When it was last changed.
        date_updated as "dateUpdated": ApiTime,
        /// When it was created.
        date_created as "dateCreated": ApiTime,
    }
}

resource! {
    /// Which alarm was written.
    AlarmSid {
        /// Its SID.
        sid: String,
    }
}

accessor! {
    /// Alarms; see [`Monitor::alarms`](super::Monitor::alarms).
    Alarms
}

impl Alarms<'_> {
    /// Lists alarms, page by page.
    #[must_use]
    pub fn list(&self, request: &ListAlarms) -> Pager<'static, AlarmState> {
        paging::items(self.client, ON, &LIST, "alarms", &[], request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, AlarmState> {
        paging::resumed(self.client, ON, &LIST, "alarms", cursor)
    }

    /// Creates an alarm. It is never sent again by itself: after an unknown outcome look for its name.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) without a name or with a trigger of 0;
    /// [`ErrorKind::Conflict`](voice_core::error::ErrorKind::Conflict) when there is one like it.
    pub async fn create(&self, alarm: &Alarm) -> Result<Response<AlarmSid>, Error> {
        alarm.check(&CREATE)?;
        self.client.at(ON, &CREATE).json(alarm).send().await
    }

    /// Reads an alarm.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, sid: &str) -> Result<Response<AlarmState>, Error> {
        self.client.at(ON, &GET).path("Sid", sid).send().await
    }

    /// Writes an alarm anew, whole.
    ///
    /// # Errors
    /// As for [`create`](Self::create) and [`get`](Self::get).
    pub async fn update(&self, sid: &str, alarm: &Alarm) -> Result<Response<AlarmSid>, Error> {
        alarm.check(&UPDATE)?;
        self.client
            .at(ON, &UPDATE)
            .path("Sid", sid)
            .json(alarm)
            .send()
            .await
    }

    /// Turns an alarm on or off.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn switch(&self, sid: &str, enabled: Toggle) -> Result<Response<()>, Error> {
        let body: Value = json!({"enabled": enabled == Toggle::On});
        self.client
            .at(ON, &SWITCH)
            .path("Sid", sid)
            .json(&body)
            .send_empty()
            .await
    }

    /// Deletes an alarm.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn delete(&self, sid: &str) -> Result<Response<()>, Error> {
        self.client
            .at(ON, &DELETE)
            .path("Sid", sid)
            .send_empty()
            .await
    }
}
