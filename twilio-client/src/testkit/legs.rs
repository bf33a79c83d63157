//! Calls that do what their TwiML says with both legs: `<Gather>` with keys, `<Dial>` with a leg of its own, `<Redirect>` and
//! `<Hangup>`, each next document fetched with a signature.
//!
//! Of a `<Dial>` the first number is rung; its leg is a call like any other, with a parent, and ends as its number's
//! [`Outcome`] says. Speech takes no time. Documents without these verbs are left to the simple drive: streams, and talk until
//! somebody hangs up.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use voice_core::ident::{CallSid, E164, PublicHttpsUrl};

use super::record::Order;
use super::state::Shared;
use super::{Outcome, SimCall, TwilioSimulator, callback, exchanges, rooms};
use crate::calls::{AnsweredBy, CallStatus};
use crate::types::HttpMethod;
use crate::webhook::Params;
use crate::xml::XmlTree;

/// More documents than this are a circle.
const MOST_DOCUMENTS: usize = 20;
/// How often a wait looks whether the other leg is over.
pub(super) const LOOK: Duration = Duration::from_millis(5);

/// What an order says of its legs.
#[derive(Debug, Clone, Default)]
pub(super) struct LegOrder {
    /// Where TwiML is fetched when the `Url` fails, and whether by GET.
    pub(super) fallback: Option<(String, bool)>,
    /// Whether to say who answered.
    pub(super) detect: bool,
    /// How long it rings, if that was said.
    pub(super) timeout: Option<Duration>,
    /// The call that dialled this leg.
    pub(super) parent: Option<CallSid>,
}

impl LegOrder {
    pub(super) fn of(form: &Params) -> Self {
        Self {
            fallback: form
                .filled("FallbackUrl")
                .map(|url| (url.to_owned(), form.get("FallbackMethod") == Some("GET"))),
            detect: form.filled("MachineDetection").is_some(),
            timeout: form.parsed("Timeout").map(Duration::from_secs),
            parent: None,
        }
    }
}

/// What tests decide about legs, and what was fetched.
#[derive(Default)]
pub(super) struct Legs {
    /// What somebody presses when asked for keys, by number.
    keys: HashMap<String, String>,
    answered_by: HashMap<String, AnsweredBy>,
    /// Public base URLs, and where on this machine they lead.
    tunnels: Vec<(String, String)>,
    fetched: Vec<Fetched>,
}

/// A document that was asked for.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fetched {
    /// Where from, as it was given.
    pub url: String,
    /// The parameters of the request.
    pub params: Params,
    /// The HTTP status; `None` when there was no answer, or the URL leads nowhere on this machine.
    pub status: Option<u16>,
    /// The body.
    pub body: String,
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched")
            .field("call", &self.params.get("CallSid"))
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl TwilioSimulator {
    /// Lets requests to a public base URL arrive at `http://127.0.0.1:PORT`, as a proxy in front of a server does: they are
    /// signed for the public one.
    pub fn tunnel(&self, public: &PublicHttpsUrl, local: impl Into<String>) {
        let local = local.into().trim_end_matches('/').to_owned();
        let mut state = self.shared.lock();
        state.legs.tunnels.retain(|(own, _)| own != public.as_str());
        state.legs.tunnels.push((public.as_str().to_owned(), local));
    }

    /// What somebody at a number presses when asked for keys; nothing unless set, and nothing again when it is empty.
    pub fn press_keys(&self, at: &E164, keys: &str) {
        let (at, keys) = (at.as_str().to_owned(), keys.to_owned());
        self.shared.lock().legs.keys.insert(at, keys);
    }

    /// Who answers at a number, for calls with machine detection; a person unless set.
    pub fn set_answered_by(&self, at: &E164, who: AnsweredBy) {
        let at = at.as_str().to_owned();
        self.shared.lock().legs.answered_by.insert(at, who);
    }

    /// Every document that calls have asked for, with the answer, in order.
    #[must_use]
    pub fn fetched(&self) -> Vec<Fetched> {
        self.shared.lock().legs.fetched.clone()
    }

    /// Asks a URL for a document with these parameters, signed: for requests no call makes by itself, such as one that comes
    /// twice.
    pub async fn ask(&self, url: &str, method: &HttpMethod, params: &Params) -> Fetched {
        ask(
            &self.shared,
            url,
            *method == HttpMethod::Get,
            params.clone(),
        )
        .await
    }

    /// The legs a call has dialled, oldest first.
    #[must_use]
    pub fn legs_of(&self, sid: &CallSid) -> Vec<SimCall> {
        let calls = self.calls().into_iter();
        calls.filter(|call| call.parent == Some(*sid)).collect()
    }
}

/// Where a URL leads on this machine, if it does.
pub(super) fn through_tunnel(shared: &Shared, url: &str) -> Option<String> {
    let state = shared.lock();
    state.legs.tunnels.iter().find_map(|(public, local)| {
        let rest = url.strip_prefix(public.as_str())?;
        (rest.is_empty() || rest.starts_with(['/', '?', '#'])).then(|| format!("{local}{rest}"))
    })
}

async fn ask(shared: &Shared, url: &str, get: bool, params: Params) -> Fetched {
    let token = format!("fetch-{}", shared.lock().legs.fetched.len());
    let answer = callback::request(shared, url, get, &params, &token).await;
    let (status, body) = answer.map_or((None, String::new()), |(status, body)| {
        (Some(status), String::from_utf8_lossy(&body).into_owned())
    });
    let fetched = Fetched {
        url: url.to_owned(),
        params,
        status,
        body,
    };
    shared.lock().legs.fetched.push(fetched.clone());
    fetched
}

/// Why a call has no document to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoDocument {
    /// The URL is not on this machine: the call just goes on.
    Elsewhere,
    /// It could not be got: the caller hears that an application error has occurred.
    Failed,
}

/// Asks for a call's next document; after a failure, the fallback.
pub(super) async fn fetch(
    shared: &Shared,
    sid: &CallSid,
    url: &str,
    get: bool,
    extra: Vec<(&'static str, String)>,
) -> Result<(String, String), NoDocument> {
    if !callback::is_reachable(shared, url) {
        return Err(NoDocument::Elsewhere);
    }
    let (params, fallback) = {
        let state = shared.lock();
        let record = state.find(sid).ok_or(NoDocument::Failed)?;
        let mut params = record.params();
        if record.order.legs.detect {
            let who = state.legs.answered_by.get(&record.order.to);
            let who = who.cloned().unwrap_or(AnsweredBy::Human);
            params.push(("AnsweredBy", who.to_string()));
        }
        params.extend(extra);
        (params, record.order.legs.fallback.clone())
    };
    let good =
        |fetched: &Fetched| fetched.status == Some(200) && XmlTree::parse(&fetched.body).is_ok();
    let first = ask(shared, url, get, params.iter().cloned().collect()).await;
    if good(&first) {
        return Ok((url.to_owned(), first.body));
    }
    if first.status == Some(200) {
        exchanges::complain(shared, sid, 12100);
    }
    let (fallback, by_get) = fallback.ok_or(NoDocument::Failed)?;
    let code = if first.status == Some(200) {
        "12100"
    } else {
        "11200"
    };
    let mut params = params;
    params.push(("ErrorCode", code.to_owned()));
    params.push(("ErrorUrl", url.to_owned()));
    let second = ask(shared, &fallback, by_get, params.into_iter().collect()).await;
    if good(&second) {
        Ok((fallback, second.body))
    } else {
        Err(NoDocument::Failed)
    }
}

/// Whether a document is for this drive.
pub(super) fn is_driven(tree: &XmlTree) -> bool {
    let has = |name| tree.child(name).is_some();
    !has("Connect")
        && (has("Gather")
            || has("Dial")
            || has("Redirect")
            || tree
                .children
                .last()
                .is_some_and(|verb| verb.name == "Hangup"))
}

/// What follows a document.
struct Next {
    url: String,
    get: bool,
    extra: Vec<(&'static str, String)>,
}

/// Follows documents to the call's end.
pub(super) async fn run(shared: &Arc<Shared>, sid: &CallSid, mut base: String, twiml: &str) {
    let mut tree = XmlTree::parse(twiml).unwrap_or_default();
    for _ in 0..MOST_DOCUMENTS {
        let Some(next) = perform(shared, sid, &base, &tree).await else {
            break;
        };
        let fetched = fetch(shared, sid, &next.url, next.get, next.extra).await;
        let Ok((url, body)) = fetched else { break };
        if is_over(shared, sid) {
            break;
        }
        if let Some(record) = shared.lock().find_mut(sid) {
            record.order.twiml = Some(body.clone());
        }
        base = url;
        tree = XmlTree::parse(&body).unwrap_or_default();
    }
    if !shared.is_stopped() {
        shared.finish(sid, CallStatus::Completed);
    }
}

/// Does the verbs of one document, up to one that leads to another.
async fn perform(shared: &Arc<Shared>, sid: &CallSid, base: &str, tree: &XmlTree) -> Option<Next> {
    for verb in &tree.children {
        if is_over(shared, sid) {
            return None;
        }
        let target = verb.attribute("action").unwrap_or(base);
        let mut next = Next {
            // A document that was given inline has no address, and needs none until it names one.
            url: resolve(base, target).unwrap_or_default(),
            get: verb.attribute("method") == Some("GET"),
            extra: Vec::new(),
        };
        match verb.name.as_str() {
            "Gather" => {
                let keys = keys_of(shared, sid);
                if let Some(keys) = keys.filter(|keys| !keys.is_empty()) {
                    next.extra.push(("Digits", keys));
                    return Some(next);
                }
            }
            "Redirect" => {
                next.url = resolve(base, verb.text.trim())?;
                return Some(next);
            }
            "Dial" if verb.child("Conference").is_some() => {
                let extra = rooms::visit(shared, sid, verb).await?;
                if verb.attribute("action").is_some() {
                    next.extra = extra;
                    return Some(next);
                }
            }
            "Dial" => {
                let extra = dial(shared, sid, verb).await?;
                if verb.attribute("action").is_some() {
                    next.extra = extra;
                    return Some(next);
                }
            }
            "Hangup" | "Reject" => return None,
            _ => {}
        }
    }
    None
}

fn keys_of(shared: &Shared, sid: &CallSid) -> Option<String> {
    let state = shared.lock();
    let record = state.find(sid)?;
    state.legs.keys.get(&record.order.to).cloned()
}

pub(super) fn is_over(shared: &Shared, sid: &CallSid) -> bool {
    let state = shared.lock();
    shared.is_stopped() || state.find(sid).is_none_or(|call| call.status.is_final())
}

/// Absolute, or from the root of the base's host.
fn resolve(base: &str, target: &str) -> Option<String> {
    if target.contains("://") {
        return Some(target.to_owned());
    }
    let at = base.find("://")? + 3;
    let end = base
        .get(at..)?
        .find(['/', '?', '#'])
        .map_or(base.len(), |end| at + end);
    target
        .starts_with('/')
        .then(|| format!("{}{target}", base.get(..end).unwrap_or_default()))
}

/// Rings the first number of a `<Dial>`, and lets the two speak; what the action is told.
async fn dial(
    shared: &Arc<Shared>,
    parent: &CallSid,
    verb: &XmlTree,
) -> Option<Vec<(&'static str, String)>> {
    let noun = verb.child("Number").map_or(&verb.text, |noun| &noun.text);
    let seconds = |name| verb.attribute(name).and_then(|text| text.parse().ok());
    let timeout = Duration::from_secs(seconds("timeout").unwrap_or(30));
    let limit = Duration::from_secs(seconds("timeLimit").unwrap_or(4 * 3600));
    let from = shared.lock().find(parent)?.order.from.clone();
    let order = Order {
        to: noun.trim().to_owned(),
        from: verb.attribute("callerId").unwrap_or(&from).to_owned(),
        twiml: None,
        url: None,
        reports: None,
        time_limit: None,
        legs: LegOrder {
            parent: Some(*parent),
            ..LegOrder::default()
        },
    };
    let child = shared.add(order, Duration::ZERO);
    let bridged = ring(shared, parent, &child, timeout, limit).await;
    let state = shared.lock();
    let leg = state.find(&child)?;
    Some(vec![
        ("DialCallSid", child.to_string()),
        ("DialCallStatus", leg.status.to_string()),
        ("DialCallDuration", leg.length().unwrap_or(0).to_string()),
        ("DialBridged", bridged.to_string()),
    ])
}

/// Takes the lead's leg from dialling to its end; whether the two were connected.
async fn ring(
    shared: &Arc<Shared>,
    parent: &CallSid,
    child: &CallSid,
    timeout: Duration,
    limit: Duration,
) -> bool {
    let pace = shared.lock().pace;
    let steps = [
        (pace.dial, CallStatus::Initiated),
        (pace.ring, CallStatus::Ringing),
    ];
    for (wait, status) in steps {
        if !together(shared, parent, child, wait).await {
            shared.finish(child, CallStatus::Canceled);
            return false;
        }
        shared.step(child, &status);
    }
    if !together(shared, parent, child, pace.answer.min(timeout)).await {
        shared.finish(child, CallStatus::Canceled);
        return false;
    }
    let outcome = {
        let state = shared.lock();
        let to = state.find(child).map(|leg| leg.order.to.as_str());
        let outcome = to.and_then(|to| state.outcomes.get(to).copied());
        outcome.unwrap_or_default()
    };
    let end = match outcome {
        _ if pace.answer > timeout => CallStatus::NoAnswer,
        Outcome::Answered => {
            shared.step(child, &CallStatus::InProgress);
            let talk = pace.talk.map_or(limit, |talk| talk.min(limit));
            together(shared, parent, child, talk).await;
            shared.finish(child, CallStatus::Completed);
            return true;
        }
        Outcome::Busy => CallStatus::Busy,
        Outcome::NoAnswer => CallStatus::NoAnswer,
        Outcome::Failed => CallStatus::Failed,
    };
    shared.finish(child, end);
    false
}

/// Waits as long as neither leg is over; `false` when one is.
async fn together(shared: &Shared, parent: &CallSid, child: &CallSid, wait: Duration) -> bool {
    let start = shared.clock.now();
    loop {
        if is_over(shared, parent) || is_over(shared, child) {
            return false;
        }
        let left = wait.saturating_sub(shared.clock.now().saturating_duration_since(start));
        if left.is_zero() {
            return true;
        }
        shared.clock.sleep(left.min(LOOK)).await;
    }
}
