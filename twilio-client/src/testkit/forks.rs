//! What runs beside a call on order: streams, SIPREC sessions, real-time transcriptions, payments, and messages to its
//! client. Nothing of it is carried out; each is begun, ended and reported as documented.

use std::time::SystemTime;

use serde_json::{Value, json};
use voice_core::ident::CallSid;
use voice_core::testkit::SimAnswer;

use super::TwilioSimulator;
use super::answer::{Refused, named, ok};
use super::courier::Report;
use super::create::is_url;
use super::desk::{Asked, Line};
use crate::types::ApiTime;
use crate::webhook::Params;

pub(super) static LINES: &[Line] = &[
    Line::post("Calls/*/Streams.json", "calls.streams.create", |asked| {
        create(asked, &STREAM)
    }),
    Line::post("Calls/*/Streams/*.json", "calls.streams.update", stop),
    Line::post("Calls/*/Siprec.json", "calls.siprec.create", |asked| {
        create(asked, &SIPREC)
    }),
    Line::post("Calls/*/Siprec/*.json", "calls.siprec.update", stop),
    Line::post(
        "Calls/*/Transcriptions.json",
        "calls.transcriptions.create",
        |asked| create(asked, &TRANSCRIPTION),
    ),
    Line::post(
        "Calls/*/Transcriptions/*.json",
        "calls.transcriptions.update",
        stop,
    ),
    Line::post("Calls/*/Payments.json", "calls.payments.create", pay),
    Line::post("Calls/*/Payments/*.json", "calls.payments.update", pay_on),
    Line::post(
        "Calls/*/UserDefinedMessages.json",
        "calls.messages.create",
        message,
    ),
    Line::post(
        "Calls/*/UserDefinedMessageSubscriptions.json",
        "calls.messages.subscriptions.create",
        subscribe,
    ),
    Line::delete(
        "Calls/*/UserDefinedMessageSubscriptions/*.json",
        "calls.messages.subscriptions.delete",
        unsubscribe,
    ),
];

/// What the three forks differ in.
struct Kind {
    sid: &'static str,
    path: &'static str,
    /// The words of its callback: SID, name, event, started, stopped.
    words: [&'static str; 5],
}

static STREAM: Kind = Kind {
    sid: "MZ",
    path: "Streams",
    words: [
        "StreamSid",
        "StreamName",
        "StreamEvent",
        "stream-started",
        "stream-stopped",
    ],
};
static SIPREC: Kind = Kind {
    sid: "SR",
    path: "Siprec",
    words: [
        "SiprecSid",
        "SiprecName",
        "SiprecEvent",
        "siprec-started",
        "siprec-stopped",
    ],
};
static TRANSCRIPTION: Kind = Kind {
    sid: "GT",
    path: "Transcriptions",
    words: [
        "TranscriptionSid",
        "TranscriptionName",
        "TranscriptionEvent",
        "transcription-started",
        "transcription-stopped",
    ],
};

/// Everything of this kind.
#[derive(Default)]
pub(super) struct Forks {
    forks: Vec<Fork>,
    /// Payments, messages and subscriptions: what each answered, by the key it was sent with.
    once: Vec<Once>,
}

struct Fork {
    sid: String,
    call: CallSid,
    kind: &'static Kind,
    name: Option<String>,
    running: bool,
    updated: SystemTime,
    callback: Option<(String, bool)>,
}

struct Once {
    sid: String,
    call: CallSid,
    key: Option<String>,
    path: &'static str,
    shown: Value,
}

impl Fork {
    fn to_json(&self) -> Value {
        let account = TwilioSimulator::ACCOUNT_SID;
        json!({
            "sid": self.sid,
            "account_sid": account,
            "call_sid": self.call,
            "name": self.name,
            "status": if self.running { "in-progress" } else { "stopped" },
            "date_updated": ApiTime::from_time(self.updated),
            "uri": format!(
                "/2010-04-01/Accounts/{account}/Calls/{}/{}/{}.json",
                self.call, self.kind.path, self.sid
            ),
        })
    }

    fn report(&self) -> Option<Report> {
        let (url, get) = self.callback.clone()?;
        let [sid, name, event, started, stopped] = self.kind.words;
        let what = if self.running { started } else { stopped };
        let mut params = vec![
            ("AccountSid", TwilioSimulator::ACCOUNT_SID.to_owned()),
            ("CallSid", self.call.to_string()),
            (sid, self.sid.clone()),
            (event, what.to_owned()),
            ("Timestamp", super::exchanges::iso(self.updated)),
        ];
        if let Some(own) = &self.name {
            params.push((name, own.clone()));
        }
        Some(Report {
            subject: self.sid.clone(),
            url,
            get,
            params: params.into_iter().collect(),
            token: format!("{}-{what}", self.sid),
        })
    }
}

fn callback(form: &Params, name: &str) -> Result<Option<(String, bool)>, Refused> {
    match form.filled(name) {
        None => Ok(None),
        Some(url) if is_url(url) => Ok(Some((
            url.to_owned(),
            form.get(&format!("{name}Method")) == Some("GET"),
        ))),
        Some(_) => Err(Refused::bad(21205, format!("{name} is not a valid URL"))),
    }
}

fn create(asked: &Asked<'_>, kind: &'static Kind) -> Result<SimAnswer, Refused> {
    let call = asked.live_call(0)?;
    let form = asked.form();
    if kind.path == STREAM.path {
        match form.filled("Url") {
            Some(url) if url.starts_with("wss://") && !url.contains('?') => {}
            Some(url) if url.starts_with("wss://") => {
                return Err(Refused::bad(31920, named(31920)));
            }
            _ => return Err(Refused::bad(31922, named(31922))),
        }
    }
    let name = form.filled("Name").map(str::to_owned);
    let callback_name = if kind.path == TRANSCRIPTION.path {
        "StatusCallbackUrl"
    } else {
        "StatusCallback"
    };
    let callback = callback(&form, callback_name)?;
    let wall = asked.shared.clock.wall();
    let mut state = asked.shared.lock();
    let taken = state
        .forks
        .forks
        .iter()
        .any(|it| it.call == call && it.running && it.name.is_some() && it.name == name);
    if taken {
        return Err(Refused::bad(20409, "the name is in use on this call"));
    }
    let fork = Fork {
        sid: state.new_sid(kind.sid),
        call,
        kind,
        name,
        running: true,
        updated: wall,
        callback,
    };
    if let Some(report) = fork.report() {
        state.outbox.send(report);
    }
    let shown = fork.to_json();
    state.forks.forks.push(fork);
    Ok(ok(201, &shown))
}

fn stop(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let call = asked.call(0)?;
    if asked.form().get("Status") != Some("stopped") {
        return Err(Refused::bad(20001, "Status must be stopped"));
    }
    let wall = asked.shared.clock.wall();
    let mut guard = asked.shared.lock();
    let state = &mut *guard;
    let named = asked.part(1);
    let fork = state
        .forks
        .forks
        .iter_mut()
        .rfind(|fork| {
            let path = format!("/{}/", fork.kind.path);
            fork.call == call
                && asked.request.path.contains(&path)
                && (fork.sid == named || fork.name.as_deref() == Some(named))
        })
        .ok_or_else(|| asked.not_found())?;
    if fork.running {
        fork.running = false;
        fork.updated = wall;
        if let Some(report) = fork.report() {
            state.outbox.send(report);
        }
    }
    Ok(ok(200, &fork.to_json()))
}

/// Carries something out once for each key, and answers the same again.
fn once(
    asked: &Asked<'_>,
    call: CallSid,
    sid: &str,
    path: &'static str,
    status: u16,
) -> Result<SimAnswer, Refused> {
    let form = asked.form();
    let key = form.filled("IdempotencyKey").map(str::to_owned);
    let at = ApiTime::from_time(asked.shared.clock.wall());
    let mut state = asked.shared.lock();
    let before = state
        .forks
        .once
        .iter()
        .find(|it| key.is_some() && it.key == key && it.call == call && it.path == path);
    if let Some(before) = before {
        return Ok(ok(status, &before.shown));
    }
    let sid = state.new_sid(sid);
    let account = TwilioSimulator::ACCOUNT_SID;
    let shown = json!({
        "sid": sid,
        "account_sid": account,
        "call_sid": call,
        "date_created": at,
        "date_updated": at,
        "uri": format!("/2010-04-01/Accounts/{account}/Calls/{call}/{path}/{sid}.json"),
    });
    state.forks.once.push(Once {
        sid,
        call,
        key,
        path,
        shown: shown.clone(),
    });
    Ok(ok(status, &shown))
}

fn pay(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let call = asked.live_call(0)?;
    check_pay(asked)?;
    once(asked, call, "PK", "Payments", 201)
}

fn check_pay(asked: &Asked<'_>) -> Result<(), Refused> {
    let form = asked.form();
    for name in ["IdempotencyKey", "StatusCallback"] {
        if form.filled(name).is_none() {
            return Err(Refused::bad(20001, format!("{name} is required")));
        }
    }
    callback(&form, "StatusCallback").map(|_| ())
}

/// A step of a payment is taken, and answered 202.
fn pay_on(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let call = asked.live_call(0)?;
    check_pay(asked)?;
    let state = asked.shared.lock();
    let found = state
        .forks
        .once
        .iter()
        .find(|it| it.call == call && it.sid == asked.part(1));
    match found {
        Some(payment) => Ok(ok(202, &payment.shown)),
        None => Err(asked.not_found()),
    }
}

fn message(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let call = asked.live_call(0)?;
    let form = asked.form();
    let content = form.filled("Content").unwrap_or_default();
    if serde_json::from_str::<Value>(content).is_err() {
        return Err(Refused::bad(32702, named(32702)));
    }
    once(asked, call, "KX", "UserDefinedMessages", 201)
}

fn subscribe(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let call = asked.live_call(0)?;
    if callback(&asked.form(), "Callback")?.is_none() {
        return Err(Refused::bad(20001, "Callback is required"));
    }
    once(asked, call, "ZY", "UserDefinedMessageSubscriptions", 201)
}

fn unsubscribe(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let call = asked.call(0)?;
    let mut state = asked.shared.lock();
    let at = state
        .forks
        .once
        .iter()
        .position(|it| it.call == call && it.sid == asked.part(1))
        .ok_or_else(|| asked.not_found())?;
    state.forks.once.remove(at);
    Ok(SimAnswer::empty(204))
}
