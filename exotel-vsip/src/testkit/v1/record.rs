//! One simulated call: the order for it, how far it is, and how the API shows it.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use voice_core::ident::E164;
use voice_core::provider::CallStatus;

use crate::testkit::choice::{CustomFieldEcho, NumberSpelling};
use crate::testkit::settings::SimulatorBuilder;
use crate::testkit::time::{india, seconds};

/// Where a call's progress is reported.
#[derive(Debug, Clone)]
pub(in crate::testkit) struct Reports {
    pub(in crate::testkit) url: String,
    pub(in crate::testkit) form: ReportForm,
    /// Whether events were asked for, and count: not for flows.
    pub(in crate::testkit) extended: bool,
    pub(in crate::testkit) answered: bool,
    pub(in crate::testkit) terminal: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::testkit) enum ReportForm {
    Json,
    Multipart,
    Form,
}

/// A request for a call that was found good.
#[derive(Debug, Clone)]
pub(in crate::testkit) struct Order {
    pub(in crate::testkit) from: String,
    pub(in crate::testkit) to: Option<String>,
    pub(in crate::testkit) caller_id: String,
    /// The id of the flow.
    pub(in crate::testkit) flow: Option<String>,
    pub(in crate::testkit) stream: Option<String>,
    pub(in crate::testkit) custom_field: Option<String>,
    pub(in crate::testkit) time_limit: Option<Duration>,
    pub(in crate::testkit) ring_timeout: Option<Duration>,
    /// The extension of the recording's file.
    pub(in crate::testkit) recorded: Option<&'static str>,
    pub(in crate::testkit) reports: Option<Reports>,
}

/// How one number was rung.
#[derive(Debug, Clone, Default)]
pub(in crate::testkit) struct Leg {
    pub(in crate::testkit) status: Option<CallStatus>,
    pub(in crate::testkit) answered: Option<SystemTime>,
}

pub(in crate::testkit) struct Record {
    pub(in crate::testkit) sid: String,
    /// The index of the account, and its name.
    pub(in crate::testkit) account: usize,
    pub(in crate::testkit) account_name: String,
    pub(in crate::testkit) order: Order,
    pub(in crate::testkit) status: CallStatus,
    pub(in crate::testkit) created: SystemTime,
    pub(in crate::testkit) updated: SystemTime,
    pub(in crate::testkit) started: Option<SystemTime>,
    /// When everybody was connected.
    pub(in crate::testkit) connected: Option<SystemTime>,
    pub(in crate::testkit) ended: Option<SystemTime>,
    pub(in crate::testkit) legs: [Leg; 2],
    /// The stream it is connected to.
    pub(in crate::testkit) stream: Option<String>,
}

/// A call as it is at one moment.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimCall {
    /// Its id.
    pub sid: String,
    /// The account.
    pub account: String,
    /// Who is rung first.
    pub from: String,
    /// Who is rung second, if it is a call between two numbers.
    pub to: Option<String>,
    /// The ExoPhone.
    pub caller_id: String,
    /// The flow's id, if it runs one.
    pub flow: Option<String>,
    /// The stream it was ordered with or is connected to.
    pub stream: Option<String>,
    /// What it was ordered with.
    pub custom_field: Option<String>,
    /// How far it is.
    pub status: CallStatus,
}

/// Numbers are masked, and what may be a secret is left out.
impl fmt::Debug for SimCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimCall")
            .field("sid", &self.sid)
            .field("from", &Masked(&self.from))
            .field("to", &self.to.as_deref().map(Masked))
            .field("flow", &self.flow)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// A number of which only the last two digits are shown.
pub(in crate::testkit) struct Masked<'a>(pub(in crate::testkit) &'a str);

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self
            .0
            .get(self.0.len().saturating_sub(2)..)
            .unwrap_or_default();
        write!(f, "…{last}")
    }
}

/// The digits by which a number is known, however it is written: Indian ones without country code.
pub(in crate::testkit) fn digits(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let national = digits.trim_start_matches('0');
    match national.strip_prefix("91") {
        Some(rest) if rest.len() == 10 => rest.to_owned(),
        _ => national.to_owned(),
    }
}

impl Record {
    pub(in crate::testkit) fn snapshot(&self) -> SimCall {
        SimCall {
            sid: self.sid.clone(),
            account: self.account_name.clone(),
            from: self.order.from.clone(),
            to: self.order.to.clone(),
            caller_id: self.order.caller_id.clone(),
            flow: self.order.flow.clone(),
            stream: self.stream.clone().or_else(|| self.order.stream.clone()),
            custom_field: self.order.custom_field.clone(),
            status: self.status.clone(),
        }
    }

    /// Whether it rings this number, first or second.
    pub(in crate::testkit) fn rings(&self, number: &str) -> bool {
        let wanted = digits(number);
        let to = self.order.to.as_deref();
        digits(&self.order.from) == wanted || to.is_some_and(|to| digits(to) == wanted)
    }

    /// How long everybody was connected, at the end.
    pub(in crate::testkit) fn length(&self) -> u64 {
        let length = self
            .ended
            .zip(self.connected)
            .and_then(|(ended, connected)| ended.duration_since(connected).ok());
        length.map_or(0, seconds)
    }

    /// Each leg that was rung, with how long it was on the call.
    pub(in crate::testkit) fn legs(&self) -> Vec<(Option<CallStatus>, u64)> {
        let rung = if self.order.to.is_some() { 2 } else { 1 };
        let on_call = |leg: &Leg| {
            let length = self.ended.zip(leg.answered);
            let length = length.and_then(|(ended, answered)| ended.duration_since(answered).ok());
            length.map_or(0, seconds)
        };
        self.legs
            .iter()
            .take(rung)
            .map(|leg| (leg.status.clone(), on_call(leg)))
            .collect()
    }

    pub(in crate::testkit) fn recording_url(&self) -> Option<String> {
        let extension = self
            .order
            .recorded
            .filter(|_| self.connected.is_some() && self.ended.is_some())?;
        let (account, sid) = (&self.account_name, &self.sid);
        Some(format!(
            "https://recordings.exotel.com/exotelrecordings/{account}/{sid}.{extension}"
        ))
    }

    /// A number as answers write it.
    pub(in crate::testkit) fn spelt(number: &str, spelling: NumberSpelling) -> String {
        match (spelling, number.strip_prefix("+91")) {
            (NumberSpelling::Local, Some(national)) => format!("0{national}"),
            _ => number.to_owned(),
        }
    }

    /// The resource as a list has it.
    pub(in crate::testkit) fn to_json(
        &self,
        settings: &SimulatorBuilder,
        settle: Duration,
        wall: SystemTime,
    ) -> Map<String, Value> {
        let spelt = |number: &str| Self::spelt(number, settings.spelling);
        let settled = self
            .ended
            .and_then(|ended| wall.duration_since(ended).ok())
            .is_some_and(|since| since >= settle);
        let price = format!("{:.3}", self.length().div_ceil(60) as f64 * 0.5);
        let account = &self.account_name;
        let mut map = Map::new();
        for (name, value) in [
            ("Sid", json!(self.sid)),
            ("ParentCallSid", Value::Null),
            ("DateCreated", json!(india(self.created))),
            ("DateUpdated", json!(india(self.updated))),
            ("AccountSid", json!(account)),
            // Of a flow it is null.
            ("To", json!(self.order.to.as_deref().map(spelt))),
            ("From", json!(spelt(&self.order.from))),
            ("PhoneNumberSid", json!(spelt(&self.order.caller_id))),
            ("Status", json!(self.status)),
            ("StartTime", json!(self.started.map(india))),
            ("EndTime", json!(self.ended.map(india))),
            ("Duration", json!(settled.then(|| self.length()))),
            ("Price", json!(settled.then_some(price))),
            ("Direction", json!("outbound-api")),
            ("AnsweredBy", Value::Null),
            ("ForwardedFrom", Value::Null),
            ("CallerName", Value::Null),
            // The odd form is the documented one.
            (
                "Uri",
                json!(format!("/v1/Accounts/{account}/Calls.json/{}", self.sid)),
            ),
            ("RecordingUrl", json!(self.recording_url())),
        ] {
            map.insert(name.to_owned(), value);
        }
        if settings.echo == CustomFieldEcho::Everywhere
            && let Some(text) = &self.order.custom_field
        {
            map.insert("CustomField".to_owned(), text.as_str().into());
        }
        map
    }

    /// What is added when details are asked for.
    pub(in crate::testkit) fn details(&self) -> Value {
        let status = |index: usize| self.legs.get(index).and_then(|leg| leg.status.clone());
        let legs: Vec<Value> = self
            .legs()
            .into_iter()
            .zip(1..)
            .map(|((_, length), id)| json!({"Leg": {"Id": id, "OnCallDuration": length}}))
            .collect();
        json!({
            "ConversationDuration": self.length(),
            "Leg1Status": status(0),
            "Leg2Status": status(1),
            "Legs": legs,
        })
    }
}

impl Order {
    /// A call to a flow that nobody follows.
    pub(in crate::testkit) fn plain(from: &E164, caller_id: &E164) -> Self {
        Self {
            from: from.as_str().to_owned(),
            to: None,
            caller_id: caller_id.as_str().to_owned(),
            flow: Some("1".to_owned()),
            stream: None,
            custom_field: None,
            time_limit: None,
            ring_timeout: None,
            recorded: None,
            reports: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_in_every_spelling() {
        for same in ["+919876543210", "919876543210", "09876543210", "9876543210"] {
            assert_eq!(digits(same), "9876543210", "{same}");
        }
        assert_eq!(digits("+14155550123"), "14155550123");
        assert_eq!(
            Record::spelt("+919876543210", NumberSpelling::Local),
            "09876543210"
        );
        assert_eq!(format!("{:?}", Masked("+919876543210")), "…10");
    }
}
