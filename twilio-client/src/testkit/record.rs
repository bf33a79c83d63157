//! One simulated call: the order for it, how far it is, and how the API shows it.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use voice_core::ident::{CallSid, E164};

use super::TwilioSimulator;
use super::callback::Event;
use super::legs::LegOrder;
use crate::calls::CallStatus;
use crate::types::{ApiTime, Masked};
use crate::xml::XmlTree;

/// Where progress is reported.
#[derive(Debug, Clone)]
pub(super) struct Reports {
    pub(super) url: String,
    pub(super) get: bool,
    pub(super) events: Vec<String>,
}

/// A request for a call that was found good.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) to: String,
    pub(super) from: String,
    pub(super) twiml: Option<String>,
    /// Where TwiML is fetched, and whether by GET.
    pub(super) url: Option<(String, bool)>,
    pub(super) reports: Option<Reports>,
    pub(super) time_limit: Option<Duration>,
    pub(super) legs: LegOrder,
}

impl Order {
    pub(super) fn plain(to: &E164, from: &E164) -> Self {
        Self::between(to.as_str(), from.as_str())
    }

    pub(super) fn between(to: &str, from: &str) -> Self {
        Self {
            to: to.to_owned(),
            from: from.to_owned(),
            twiml: None,
            url: None,
            reports: None,
            time_limit: None,
            legs: LegOrder::default(),
        }
    }
}

/// One call.
pub(super) struct Record {
    pub(super) sid: CallSid,
    pub(super) order: Order,
    pub(super) status: CallStatus,
    pub(super) created: SystemTime,
    pub(super) updated: SystemTime,
    pub(super) started: Option<SystemTime>,
    pub(super) answered: Option<SystemTime>,
    pub(super) ended: Option<SystemTime>,
    pub(super) queued_for: Duration,
    /// The stream it is connected to.
    pub(super) stream: Option<String>,
    /// How many reports were sent.
    pub(super) sequence: u64,
    /// Deleted calls are found no more.
    pub(super) deleted: bool,
    pub(super) events: UnboundedSender<Event>,
}

/// A call as it is at one moment.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimCall {
    /// Its SID.
    pub sid: CallSid,
    /// Who is called.
    pub to: String,
    /// Who calls.
    pub from: String,
    /// How far it is.
    pub status: CallStatus,
    /// The TwiML it follows, as given or fetched.
    pub twiml: Option<String>,
    /// The stream it is connected to, since it was answered.
    pub stream: Option<String>,
    /// The call that dialled this leg.
    pub parent: Option<CallSid>,
}

impl SimCall {
    /// A `<Parameter>` of its stream.
    #[must_use]
    pub fn stream_parameter(&self, name: &str) -> Option<String> {
        let tree = XmlTree::parse(self.twiml.as_deref()?).ok()?;
        let stream = tree.child("Connect")?.child("Stream")?;
        let found = stream
            .children
            .iter()
            .find(|child| child.attribute("name") == Some(name))?;
        found.attribute("value").map(str::to_owned)
    }
}

impl fmt::Debug for SimCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimCall")
            .field("sid", &self.sid)
            .field("to", &Masked(&self.to))
            .field("from", &Masked(&self.from))
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Record {
    pub(super) fn snapshot(&self) -> SimCall {
        SimCall {
            sid: self.sid,
            to: self.order.to.clone(),
            from: self.order.from.clone(),
            status: self.status.clone(),
            twiml: self.order.twiml.clone(),
            stream: self.stream.clone(),
            parent: self.order.legs.parent,
        }
    }

    pub(super) fn direction(&self) -> &'static str {
        match self.order.legs.parent {
            Some(_) => "outbound-dial",
            None => "outbound-api",
        }
    }

    /// How long it was, at its end, if somebody answered.
    pub(super) fn length(&self) -> Option<u64> {
        let length = self.ended?.duration_since(self.answered?).ok()?;
        Some(crate::types::whole_seconds(length))
    }

    /// The resource as the API answers it.
    pub(super) fn to_json(&self) -> Value {
        let time = |time: SystemTime| ApiTime::from_time(time);
        let account = TwilioSimulator::ACCOUNT_SID;
        let uri = format!("/2010-04-01/Accounts/{account}/Calls/{}", self.sid);
        // Only callbacks say "initiated".
        let status = match &self.status {
            CallStatus::Initiated => &CallStatus::Queued,
            status => status,
        };
        json!({
            "sid": self.sid,
            "account_sid": account,
            "parent_call_sid": self.order.legs.parent,
            "date_created": time(self.created),
            "date_updated": time(self.updated),
            "to": self.order.to,
            "to_formatted": formatted(&self.order.to),
            "from": self.order.from,
            "from_formatted": formatted(&self.order.from),
            "phone_number_sid": null,
            "status": status,
            "start_time": self.started.map(time),
            "end_time": self.ended.map(time),
            "duration": self.ended.map(|_| self.length().unwrap_or(0).to_string()),
            "price": null,
            "price_unit": "USD",
            "direction": self.direction(),
            "answered_by": null,
            "api_version": "2010-04-01",
            "forwarded_from": null,
            "group_sid": null,
            "caller_name": null,
            "queue_time": self.queued_for.as_millis().to_string(),
            "trunk_sid": null,
            "uri": format!("{uri}.json"),
            "subresource_uris": {
                "events": format!("{uri}/Events.json"),
                "notifications": format!("{uri}/Notifications.json"),
                "recordings": format!("{uri}/Recordings.json"),
            },
        })
    }
}

/// `(415) 555-0123` for numbers of North America; others stay as they are.
fn formatted(number: &str) -> String {
    match number.strip_prefix("+1") {
        Some(digits) if digits.len() == 10 && digits.is_ascii() => {
            let (area, rest) = digits.split_at(3);
            let (exchange, line) = rest.split_at(3);
            format!("({area}) {exchange}-{line}")
        }
        _ => number.to_owned(),
    }
}
