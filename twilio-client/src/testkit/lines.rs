//! Queues, and who waits in them. Who waits is put there by a test, see [`TwilioSimulator::enqueue`].

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Value, json};
use voice_core::ident::CallSid;
use voice_core::testkit::SimAnswer;

use super::TwilioSimulator;
use super::answer::{Refused, named, ok};
use super::create::is_url;
use super::desk::{self, Asked};
use super::pages::listed;
use super::state::State;
use super::{drive, legs};
use crate::types::ApiTime;
use crate::webhook::Params;

pub(super) static LINES: &[desk::Line] = &[
    desk::Line::get("Queues.json", "queues.list", list),
    desk::Line::post("Queues.json", "queues.create", create),
    desk::Line::get("Queues/*.json", "queues.get", get),
    desk::Line::post("Queues/*.json", "queues.update", update),
    desk::Line::delete("Queues/*.json", "queues.delete", delete),
    desk::Line::get("Queues/*/Members.json", "queues.members.list", members),
    desk::Line::get("Queues/*/Members/*.json", "queues.members.get", member),
    desk::Line::post("Queues/*/Members/*.json", "queues.members.update", dequeue),
];

/// A queue.
pub(super) struct Line {
    sid: String,
    name: String,
    most: usize,
    created: SystemTime,
    updated: SystemTime,
    /// First in line first.
    waiting: Vec<(CallSid, SystemTime)>,
}

impl TwilioSimulator {
    /// A call begins to wait in the queue of this name, which is made when there is none; `false` when the queue is full.
    pub fn enqueue(&self, call: &CallSid, queue: &str) -> bool {
        let at = self.shared.clock.wall();
        let mut state = self.shared.lock();
        let place = match state.lines.iter().position(|line| line.name == queue) {
            Some(place) => place,
            None => state.open_line(queue, 100, at),
        };
        match state.lines.get_mut(place) {
            Some(line) if line.waiting.len() < line.most => {
                line.waiting.push((*call, at));
                true
            }
            _ => false,
        }
    }
}

impl State {
    fn open_line(&mut self, name: &str, most: usize, at: SystemTime) -> usize {
        let sid = self.new_sid("QU");
        self.lines.push(Line {
            sid,
            name: name.to_owned(),
            most,
            created: at,
            updated: at,
            waiting: Vec::new(),
        });
        self.lines.len() - 1
    }
}

impl Line {
    fn to_json(&self, now: SystemTime) -> Value {
        let account = TwilioSimulator::ACCOUNT_SID;
        let uri = format!("/2010-04-01/Accounts/{account}/Queues/{}", self.sid);
        let waits = self.waiting.iter().map(|(_, since)| seconds(*since, now));
        let average = match self.waiting.len() as u64 {
            0 => 0,
            count => waits.sum::<u64>() / count,
        };
        json!({
            "sid": self.sid,
            "account_sid": account,
            "friendly_name": self.name,
            "current_size": self.waiting.len(),
            "max_size": self.most,
            "average_wait_time": average,
            "date_created": ApiTime::from_time(self.created),
            "date_updated": ApiTime::from_time(self.updated),
            "uri": format!("{uri}.json"),
            "subresource_uris": {"members": format!("{uri}/Members.json")},
        })
    }

    fn member(&self, at: usize, now: SystemTime) -> Option<Value> {
        let (call, since) = self.waiting.get(at)?;
        Some(json!({
            "call_sid": call,
            "queue_sid": self.sid,
            "date_enqueued": ApiTime::from_time(*since),
            "position": at + 1,
            "wait_time": seconds(*since, now),
            "uri": format!(
                "/2010-04-01/Accounts/{}/Queues/{}/Members/{call}.json",
                TwilioSimulator::ACCOUNT_SID, self.sid
            ),
        }))
    }

    /// Where somebody stands, by SID or as `Front`.
    fn place(&self, named: &str) -> Option<usize> {
        match named {
            "Front" => (!self.waiting.is_empty()).then_some(0),
            sid => self
                .waiting
                .iter()
                .position(|(call, _)| call.as_str() == sid),
        }
    }
}

fn seconds(since: SystemTime, now: SystemTime) -> u64 {
    now.duration_since(since).unwrap_or_default().as_secs()
}

fn find<'s>(state: &'s mut State, asked: &Asked<'_>) -> Result<&'s mut Line, Refused> {
    state
        .lines
        .iter_mut()
        .find(|line| line.sid == asked.part(0))
        .ok_or_else(|| asked.not_found())
}

fn list(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let now = asked.shared.clock.wall();
    let state = asked.shared.lock();
    let lines = state.lines.iter().rev();
    let found = lines.map(|line| (line.sid.clone(), line.to_json(now)));
    listed(asked.request, "queues", found.collect())
}

/// Name and size, checked.
fn wishes(form: &Params) -> Result<(Option<&str>, Option<usize>), Refused> {
    let name = form.get("FriendlyName");
    if name.is_some_and(|name| name.is_empty() || name.chars().count() > 64) {
        return Err(Refused::bad(20002, named(20002)));
    }
    let size = form.filled("MaxSize").map(str::parse);
    match size {
        None => Ok((name, None)),
        Some(Ok(size @ 1..=5000)) => Ok((name, Some(size))),
        Some(_) => Err(Refused::bad(20001, "MaxSize must be 1 to 5000")),
    }
}

fn create(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let form = asked.form();
    let (name, size) = wishes(&form)?;
    let name = name.ok_or_else(|| Refused::bad(20002, named(20002)))?;
    let at = asked.shared.clock.wall();
    let mut state = asked.shared.lock();
    if state.lines.iter().any(|line| line.name == name) {
        return Err(Refused::new(409, 20409, "a queue of this name exists"));
    }
    let place = state.open_line(name, size.unwrap_or(100), at);
    let line = state.lines.get(place).ok_or_else(|| asked.not_found())?;
    Ok(ok(201, &line.to_json(at)))
}

fn get(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let now = asked.shared.clock.wall();
    let mut state = asked.shared.lock();
    Ok(ok(200, &find(&mut state, asked)?.to_json(now)))
}

fn update(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let form = asked.form();
    let (name, size) = wishes(&form)?;
    let at = asked.shared.clock.wall();
    let mut state = asked.shared.lock();
    let line = find(&mut state, asked)?;
    if let Some(name) = name {
        name.clone_into(&mut line.name);
    }
    line.most = size.unwrap_or(line.most);
    line.updated = at;
    Ok(ok(200, &line.to_json(at)))
}

fn delete(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let mut state = asked.shared.lock();
    if !find(&mut state, asked)?.waiting.is_empty() {
        return Err(Refused::new(409, 20409, "the queue is not empty"));
    }
    state.lines.retain(|line| line.sid != asked.part(0));
    Ok(SimAnswer::empty(204))
}

fn members(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let now = asked.shared.clock.wall();
    let mut state = asked.shared.lock();
    let line = find(&mut state, asked)?;
    let found = (0..line.waiting.len()).filter_map(|at| {
        let (call, _) = line.waiting.get(at)?;
        Some((call.to_string(), line.member(at, now)?))
    });
    listed(asked.request, "queue_members", found.collect())
}

fn member(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let now = asked.shared.clock.wall();
    let mut state = asked.shared.lock();
    let line = find(&mut state, asked)?;
    let shown = line
        .place(asked.part(1))
        .and_then(|at| line.member(at, now));
    Ok(ok(200, &shown.ok_or_else(|| asked.not_found())?))
}

/// Somebody leaves the queue, and their call goes on with the document of a URL.
fn dequeue(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let form = asked.form();
    let url = form
        .filled("Url")
        .filter(|url| is_url(url))
        .ok_or_else(|| Refused::bad(21205, "Url is not a valid URL"))?
        .to_owned();
    let get = form.get("Method") == Some("GET");
    let now = asked.shared.clock.wall();
    let (call, shown) = {
        let mut state = asked.shared.lock();
        let line = find(&mut state, asked)?;
        let at = line.place(asked.part(1)).ok_or_else(|| asked.not_found())?;
        let shown = line.member(at, now);
        let (call, _) = line.waiting.remove(at);
        (call, shown.ok_or_else(|| asked.not_found())?)
    };
    let shared = Arc::clone(asked.shared);
    asked.shared.runtime.spawn(async move {
        if let Ok((_, twiml)) = legs::fetch(&shared, &call, &url, get, Vec::new()).await {
            if let Some(record) = shared.lock().find_mut(&call) {
                record.order.twiml = Some(twiml);
            }
            drive::follow(&shared, &call);
        }
    });
    Ok(ok(200, &shown))
}
