//! What the simulator itself asked of the application, and what went wrong with it: events and notifications of a call,
//! alerts of the account.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use voice_core::ident::CallSid;
use voice_core::testkit::SimAnswer;

use super::TwilioSimulator;
use super::answer::{Refused, ok};
use super::desk::{Asked, Line};
use super::pages::{Item, listed, listed_v1, within};
use super::state::{Shared, State};
use crate::error::ErrorCode;
use crate::types::{ApiTime, DateFilter};
use crate::webhook::Params;

pub(super) static LINES: &[Line] = &[
    Line::get("Calls/*/Events.json", "calls.events.list", events),
    Line::get(
        "Calls/*/Notifications.json",
        "calls.notifications.list",
        of_call,
    ),
    Line::get(
        "Calls/*/Notifications/*.json",
        "calls.notifications.get",
        get_of_call,
    ),
    Line::get("Notifications.json", "notifications.list", list),
    Line::get("Notifications/*.json", "notifications.get", get),
    Line::get("monitor:v1/Alerts", "monitor.alerts.list", alerts),
    Line::get("monitor:v1/Alerts/*", "monitor.alerts.get", alert),
];

/// One request of the simulator.
pub(super) struct Exchange {
    url: String,
    get: bool,
    params: Params,
    began: SystemTime,
    took: Duration,
    answer: Option<Answer>,
}

/// What it was answered with.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) body: String,
}

/// Something that went wrong.
pub(super) struct Alert {
    sid: String,
    code: u32,
    about: Option<String>,
    at: SystemTime,
    get: bool,
    url: String,
    params: String,
    answer: String,
}

impl Exchange {
    pub(super) fn new(
        url: &str,
        get: bool,
        params: &Params,
        began: SystemTime,
        took: Duration,
        answer: Option<Answer>,
    ) -> Self {
        Self {
            url: url.to_owned(),
            get,
            params: params.clone(),
            began,
            took,
            answer,
        }
    }

    fn call(&self) -> Option<&str> {
        self.params.get("CallSid")
    }

    /// The code of what is wrong with it. What is asked for TwiML has no event of its own.
    fn code(&self) -> Option<u32> {
        match &self.answer {
            None => return Some(11205),
            Some(answer) if answer.status < 400 => return None,
            Some(_) => {}
        }
        let is = |name| self.params.get(name).is_some();
        Some(if is("CallbackSource") {
            15003
        } else if is("StatusCallbackEvent") {
            16011
        } else {
            11200
        })
    }

    fn to_json(&self) -> Value {
        let response = self.answer.as_ref().map(|answer| {
            json!({
                "response_code": answer.status,
                "content_type": answer.content_type,
                "response_body": answer.body,
                "request_duration": self.took.as_millis().to_string(),
                "date_created": ApiTime::from_time(self.began),
            })
        });
        json!({
            "request": {
                "method": method(self.get),
                "url": self.url,
                "parameters": self.params.to_value(),
            },
            "response": response,
        })
    }
}

impl Alert {
    /// Warnings let the call go on.
    fn is_warning(&self) -> bool {
        matches!(self.code, 15003 | 12200 | 12300)
    }

    fn more_info(&self) -> String {
        format!("https://www.twilio.com/docs/errors/{}", self.code)
    }

    fn name(&self) -> &'static str {
        ErrorCode::new(self.code).name().unwrap_or("Error")
    }

    /// As the debugger of v2010 shows it; what was sent and answered only when it is read alone.
    fn notification(&self, alone: bool) -> Value {
        let account = TwilioSimulator::ACCOUNT_SID;
        let mut shown = json!({
            "sid": self.sid,
            "account_sid": account,
            "call_sid": self.about,
            "api_version": "2010-04-01",
            "date_created": ApiTime::from_time(self.at),
            "date_updated": ApiTime::from_time(self.at),
            "message_date": ApiTime::from_time(self.at),
            "error_code": self.code.to_string(),
            "log": if self.is_warning() { "1" } else { "0" },
            "message_text": self.name(),
            "more_info": self.more_info(),
            "request_method": method(self.get),
            "request_url": self.url,
            "uri": format!("/2010-04-01/Accounts/{account}/Notifications/{}.json", self.sid),
        });
        self.details(&mut shown, alone);
        shown
    }

    /// As Monitor shows it.
    fn alert(&self, alone: bool) -> Value {
        let at = iso(self.at);
        let mut shown = json!({
            "sid": self.sid,
            "account_sid": TwilioSimulator::ACCOUNT_SID,
            "alert_text": self.name(),
            "api_version": "2010-04-01",
            "date_created": at,
            "date_generated": at,
            "date_updated": at,
            "error_code": self.code.to_string(),
            "log_level": if self.is_warning() { "warning" } else { "error" },
            "more_info": self.more_info(),
            "request_method": method(self.get),
            "request_url": self.url,
            "resource_sid": self.about,
            "service_sid": null,
            "url": format!("https://monitor.twilio.com/v1/Alerts/{}", self.sid),
        });
        self.details(&mut shown, alone);
        shown
    }

    fn details(&self, shown: &mut Value, alone: bool) {
        let Some(object) = shown.as_object_mut().filter(|_| alone) else {
            return;
        };
        object.insert("request_variables".to_owned(), json!(self.params));
        object.insert("response_body".to_owned(), json!(self.answer));
        object.insert("response_headers".to_owned(), json!(""));
    }
}

fn method(get: bool) -> &'static str {
    if get { "GET" } else { "POST" }
}

/// A moment as the newer APIs write it.
pub(super) fn iso(time: SystemTime) -> String {
    DateFilter::from(time).to_string()
}

/// Keeps a request of the simulator, and an alert if something is wrong with it.
pub(super) fn keep(shared: &Shared, exchange: Exchange) {
    let mut state = shared.lock();
    if let Some(code) = exchange.code() {
        state.alert(code, &exchange);
    }
    state.exchanges.push(exchange);
}

/// What a call was told to do could not be done: an alert about the last document it got.
pub(super) fn complain(shared: &Shared, call: &CallSid, code: u32) {
    let mut state = shared.lock();
    let last = state
        .exchanges
        .iter()
        .rposition(|exchange| exchange.call() == Some(call.as_str()));
    let sid = state.new_sid("NO");
    let (get, url, params, answer) = match last.and_then(|at| state.exchanges.get(at)) {
        Some(last) => last.told(),
        None => (false, String::new(), String::new(), String::new()),
    };
    state.alerts.push(Alert {
        sid,
        code,
        about: Some(call.to_string()),
        at: shared.clock.wall(),
        get,
        url,
        params,
        answer,
    });
}

impl Exchange {
    fn told(&self) -> (bool, String, String, String) {
        let mut form = voice_core::client::Form::new();
        for (name, value) in self.params.iter() {
            form.push(name, value);
        }
        let answer = self
            .answer
            .as_ref()
            .map(|answer| answer.body.clone())
            .unwrap_or_default();
        (
            self.get,
            self.url.clone(),
            form.encoded().to_owned(),
            answer,
        )
    }
}

impl State {
    fn alert(&mut self, code: u32, exchange: &Exchange) {
        let sid = self.new_sid("NO");
        let (get, url, params, answer) = exchange.told();
        let about = ["CallSid", "ConferenceSid", "RecordingSid"]
            .into_iter()
            .find_map(|name| exchange.params.get(name));
        self.alerts.push(Alert {
            sid,
            code,
            about: about.map(str::to_owned),
            at: exchange.began,
            get,
            url,
            params,
            answer,
        });
    }
}

fn events(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let call = asked.call(0)?;
    let state = asked.shared.lock();
    let found = state
        .exchanges
        .iter()
        .enumerate()
        .filter(|(_, exchange)| exchange.call() == Some(call.as_str()))
        .map(|(at, exchange)| (at.to_string(), exchange.to_json()))
        .collect();
    listed(asked.request, "events", found)
}

fn of_call(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let call = asked.call(0)?;
    notifications(asked, |alert| alert.about.as_deref() == Some(call.as_str()))
}

fn list(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    notifications(asked, |_| true)
}

fn notifications(asked: &Asked<'_>, wanted: impl Fn(&Alert) -> bool) -> Result<SimAnswer, Refused> {
    let log = asked.query("Log");
    let found = newest_first(asked, "MessageDate", |alert| {
        let own = if alert.is_warning() { "1" } else { "0" };
        wanted(alert) && log.as_deref().is_none_or(|log| log == own)
    })?;
    let state = asked.shared.lock();
    let shown: Vec<Item> = shown(&state, &found, |alert| alert.notification(false));
    listed(asked.request, "notifications", shown)
}

/// The places of the alerts that pass, newest first.
fn newest_first(
    asked: &Asked<'_>,
    date: &str,
    wanted: impl Fn(&Alert) -> bool,
) -> Result<Vec<usize>, Refused> {
    let state = asked.shared.lock();
    let mut found = Vec::new();
    for (at, alert) in state.alerts.iter().enumerate().rev() {
        if wanted(alert) && within(asked.request, date, alert.at)? {
            found.push(at);
        }
    }
    Ok(found)
}

fn shown(state: &State, found: &[usize], show: impl Fn(&Alert) -> Value) -> Vec<Item> {
    found
        .iter()
        .filter_map(|at| state.alerts.get(*at))
        .map(|alert| (alert.sid.clone(), show(alert)))
        .collect()
}

fn find<'s>(state: &'s State, asked: &Asked<'_>, sid: &str) -> Result<&'s Alert, Refused> {
    state
        .alerts
        .iter()
        .find(|alert| alert.sid == sid)
        .ok_or_else(|| asked.not_found())
}

fn get(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let state = asked.shared.lock();
    Ok(ok(
        200,
        &find(&state, asked, asked.part(0))?.notification(true),
    ))
}

fn get_of_call(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let call = asked.call(0)?;
    let state = asked.shared.lock();
    let alert = find(&state, asked, asked.part(1))?;
    if alert.about.as_deref() != Some(call.as_str()) {
        return Err(asked.not_found());
    }
    Ok(ok(200, &alert.notification(true)))
}

fn alerts(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let level = asked.query("LogLevel");
    let day = |name: &str| match asked.query(name) {
        None => Ok(None),
        Some(text) => DateFilter::parse(&text)
            .map(|day| day.span())
            .map_err(|_| Refused::bad(20001, format!("{name} is malformed"))),
    };
    let (start, end) = (day("StartDate")?, day("EndDate")?);
    let found = newest_first(asked, "MessageDate", |alert| {
        let own = if alert.is_warning() {
            "warning"
        } else {
            "error"
        };
        level.as_deref().is_none_or(|level| level == own)
            && start.is_none_or(|(from, _)| alert.at >= from)
            && end.is_none_or(|(_, until)| alert.at < until)
    })?;
    let state = asked.shared.lock();
    let shown = shown(&state, &found, |alert| alert.alert(false));
    listed_v1(asked.request, "monitor", "alerts", shown)
}

fn alert(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let state = asked.shared.lock();
    Ok(ok(200, &find(&state, asked, asked.part(0))?.alert(true)))
}
