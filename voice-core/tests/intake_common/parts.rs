//! The provider, its sessions, the directory, the texts and a hook, all fakes.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use voice_core::clock::SharedClock;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::E164;
use voice_core::intake::dialled::DialledNumber;
use voice_core::intake::instructions::{
    InstructionPointers, InstructionState, InstructionStore, PromptKind,
};
use voice_core::intake::tenant::{TenantDirectory, TenantId, TenantResolver, TenantRoute};
use voice_core::intake::tools::ToolRunner;
use voice_core::intake::{
    AfterCall, CallSessions, EndReason, FinishedCall, LiveCall, SessionEvent, SessionStart,
};
use voice_core::provider::{
    AcceptCall, CallId, InboundCallProvider, InboundEvent, InboundNotice, InboundSource, Presence,
    RejectReason, RingingCall, SipHeader, TransferTarget,
};
use voice_core::webhook::{WebhookError, WebhookRequest};

use super::script::{Fate, Script};
use super::{CALLER, refused, unknown};

/// Reads webhooks whose signature is `good`.
#[derive(Debug)]
pub struct Source(Script);

impl Source {
    pub fn new(script: &Script) -> Self {
        Self(script.clone())
    }
}

impl InboundSource for Source {
    fn read(&self, request: &WebhookRequest<'_>) -> Result<InboundNotice, WebhookError> {
        if self.0.now("read") != Fate::Well || request.header("x-signature")? != "good" {
            return Err(WebhookError::BadSignature);
        }
        let body: Value = serde_json::from_slice(request.body)
            .map_err(|_| WebhookError::Unreadable("no JSON".to_owned()))?;
        let kind = body["type"].as_str().unwrap_or_default();
        let call = body["call"].as_str().map(|id| CallId::new(id).unwrap());
        let event = match (kind, call) {
            ("call.ringing", Some(call)) => {
                let to = body["to"].as_str().unwrap_or_default();
                let headers = vec![
                    SipHeader::new("From", format!("<sip:{CALLER}@carrier.example>")),
                    SipHeader::new("To", format!("<sip:{to}@sip.example;transport=tls>")),
                ];
                InboundEvent::Ringing(RingingCall::new(call, headers))
            }
            ("call.ringing", None) => InboundEvent::RingingWithoutId,
            ("call.ended", Some(call)) => InboundEvent::Ended(call),
            ("", _) => return Err(WebhookError::Unreadable("no type".to_owned())),
            _ => InboundEvent::Other,
        };
        let id = body["id"].as_str().map(str::to_owned);
        Ok(InboundNotice::new("fake", id, kind, event))
    }
}

/// Where calls are, as a telephone exchange knows it: a call that is over cannot be taken, and one that was never taken has
/// no session.
#[derive(Debug, Default)]
pub struct Exchange {
    pub calls: HashMap<String, Line>,
    /// Accepts of calls that had been accepted.
    pub twice: usize,
    /// Calls that somebody tried to refuse.
    pub refusals: HashSet<String>,
}

/// Where a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Taken,
    Refused,
    Over,
}

impl Exchange {
    /// Does it, or says why not.
    fn act(&mut self, what: &str, call: &str) -> Result<Presence, Error> {
        let line = self.calls.get(call).copied();
        let next = match (what.split(' ').next().unwrap_or_default(), line) {
            ("accept", None) => Line::Taken,
            ("accept", Some(Line::Taken)) => {
                self.twice += 1;
                return Err(refused("accepted already"));
            }
            ("reject", None) => Line::Refused,
            ("hang_up" | "transfer", Some(Line::Taken)) => Line::Over,
            _ => return Ok(Presence::AlreadyGone),
        };
        self.calls.insert(call.to_owned(), next);
        Ok(Presence::Done)
    }
}

/// The provider's side of calls, with a ledger.
#[derive(Debug, Clone)]
pub struct Phone {
    script: Script,
    ledger: Arc<Mutex<Vec<(String, String)>>>,
    exchange: Arc<Mutex<Option<Exchange>>>,
    requests: Arc<Mutex<Vec<AcceptCall>>>,
}

impl Phone {
    pub fn new(script: &Script) -> Self {
        Self {
            script: script.clone(),
            ledger: Arc::default(),
            exchange: Arc::default(),
            requests: Arc::default(),
        }
    }

    /// From now on calls are where an exchange has them.
    pub fn strict(&self) {
        *self.exchange.lock().unwrap() = Some(Exchange::default());
    }

    /// Looks at the exchange.
    pub fn exchange<T>(&self, look: impl FnOnce(&mut Exchange) -> T) -> Option<T> {
        self.exchange.lock().unwrap().as_mut().map(look)
    }

    fn do_it(&self, what: &str, call: &CallId) -> Result<Presence, Error> {
        let done = self.exchange(|exchange| exchange.act(what, call.as_str()));
        let presence = done.unwrap_or(Ok(Presence::Done))?;
        if presence == Presence::Done {
            self.note(what, call);
        }
        Ok(presence)
    }

    fn note(&self, what: &str, call: &CallId) {
        let entry = (what.to_owned(), call.as_str().to_owned());
        self.ledger.lock().unwrap().push(entry);
    }

    /// What was done to calls: what and to which.
    pub fn ledger(&self) -> Vec<(String, String)> {
        self.ledger.lock().unwrap().clone()
    }

    /// What was done to one call.
    pub fn done_to(&self, call: &str) -> Vec<String> {
        self.ledger()
            .into_iter()
            .filter(|(_, of)| of == call)
            .map(|(what, _)| what)
            .collect()
    }

    /// With what calls were accepted.
    pub fn requests(&self) -> Vec<AcceptCall> {
        self.requests.lock().unwrap().clone()
    }

    async fn act(&self, part: &'static str, what: &str, call: &CallId) -> Result<Presence, Error> {
        match self.script.ask(part).await {
            Fate::Well => self.do_it(what, call),
            Fate::Gone => {
                self.exchange(|exchange| {
                    let over = (call.as_str().to_owned(), Line::Over);
                    exchange.calls.insert(over.0, over.1)
                });
                Ok(Presence::AlreadyGone)
            }
            Fate::Fail => Err(refused("the provider refuses")),
            Fate::Decided => Err(Error::new(ErrorKind::Conflict, "it was decided already")
                .with_delivery(Delivery::Answered)),
            Fate::Doubt => Err(unknown("no answer of the provider")),
            Fate::DoneButSilent => {
                let _ = self.do_it(what, call);
                Err(unknown("no answer of the provider"))
            }
        }
    }
}

#[async_trait]
impl InboundCallProvider for Phone {
    async fn accept(&self, id: &CallId, request: &AcceptCall) -> Result<Presence, Error> {
        self.requests.lock().unwrap().push(request.clone());
        self.act("accept", "accept", id).await
    }
    async fn reject(&self, id: &CallId, reason: RejectReason) -> Result<Presence, Error> {
        let what = format!("reject {}", reason.sip_status());
        self.exchange(|exchange| exchange.refusals.insert(id.as_str().to_owned()));
        self.act("reject", &what, id).await
    }
    async fn transfer(&self, id: &CallId, target: &TransferTarget) -> Result<Presence, Error> {
        let what = format!("transfer {target:?}");
        self.act("transfer", &what, id).await
    }
    async fn hang_up(&self, id: &CallId) -> Result<Presence, Error> {
        self.act("hang_up", "hang_up", id).await
    }
}

/// Sessions that the test drives.
#[derive(Debug, Clone)]
pub struct Sessions {
    script: Script,
    phone: Phone,
    live: Arc<Mutex<HashMap<String, Standing>>>,
    starts: Arc<Mutex<Vec<SessionStart>>>,
}

#[derive(Debug)]
struct Standing {
    events: mpsc::UnboundedSender<SessionEvent>,
    tools: Arc<dyn ToolRunner>,
}

impl Sessions {
    pub fn new(script: &Script, phone: &Phone) -> Self {
        Self {
            script: script.clone(),
            phone: phone.clone(),
            live: Arc::default(),
            starts: Arc::default(),
        }
    }

    /// What sessions were started with.
    pub fn starts(&self) -> Vec<SessionStart> {
        self.starts.lock().unwrap().clone()
    }

    /// How many were started and neither ended nor closed.
    pub fn standing(&self) -> usize {
        self.live.lock().unwrap().len()
    }

    /// Their calls, in order.
    pub fn calls(&self) -> Vec<String> {
        let mut calls: Vec<String> = self.live.lock().unwrap().keys().cloned().collect();
        calls.sort();
        calls
    }

    pub fn tools(&self, call: &str) -> Arc<dyn ToolRunner> {
        Arc::clone(&self.live.lock().unwrap()[call].tools)
    }

    pub fn say(&self, call: &str, event: SessionEvent) {
        self.live.lock().unwrap()[call].events.send(event).unwrap();
    }

    /// The caller hangs up.
    pub fn end(&self, call: &str) {
        self.live.lock().unwrap().remove(call);
    }

    /// Every caller hangs up.
    pub fn end_all(&self) {
        self.live.lock().unwrap().clear();
    }

    pub fn lose(&self, call: &str) {
        self.say(
            call,
            SessionEvent::Ended(EndReason::Lost(unknown("the socket broke"))),
        );
    }
}

#[async_trait]
impl CallSessions for Sessions {
    async fn start(&self, start: SessionStart) -> Result<Box<dyn LiveCall>, Error> {
        match self.script.ask("start").await {
            Fate::Well => {}
            _ => return Err(refused("no such session")),
        }
        let id = start.call.as_str();
        let line = self
            .phone
            .exchange(|exchange| exchange.calls.get(id).copied());
        if line.is_some_and(|line| line != Some(Line::Taken)) {
            return Err(refused("no such call"));
        }
        self.starts.lock().unwrap().push(start.clone());
        let (events, inbox) = mpsc::unbounded_channel();
        let call = start.call.as_str().to_owned();
        let standing = Standing {
            events,
            tools: start.tools,
        };
        self.live.lock().unwrap().insert(call.clone(), standing);
        Ok(Box::new(Session {
            call,
            inbox,
            sessions: self.clone(),
        }))
    }
}

#[derive(Debug)]
struct Session {
    call: String,
    inbox: mpsc::UnboundedReceiver<SessionEvent>,
    sessions: Sessions,
}

#[async_trait]
impl LiveCall for Session {
    async fn next(&mut self) -> SessionEvent {
        self.sessions.script.ask("next").await;
        match self.inbox.recv().await {
            Some(event) => event,
            None => SessionEvent::Ended(EndReason::CallEnded),
        }
    }

    async fn close(&mut self) {
        self.sessions.script.ask("close").await;
        self.sessions.end(&self.call);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.sessions.end(&self.call);
        self.sessions.script.now("drop");
    }
}

/// Whose number it is.
#[derive(Debug)]
pub struct Directory {
    script: Script,
    routes: Mutex<HashMap<E164, TenantRoute>>,
    documents: Mutex<HashMap<TenantId, Value>>,
}

impl Directory {
    /// `acme`, and `beta` with one place.
    pub fn new(script: &Script) -> Self {
        let directory = Self {
            script: script.clone(),
            routes: Mutex::default(),
            documents: Mutex::default(),
        };
        directory.add("acme", super::ACME, None);
        directory.add("beta", super::BETA, Some(1));
        directory
    }

    pub fn add(&self, tenant: &str, number: &str, max_calls: Option<u32>) {
        let id = TenantId::parse(tenant).unwrap();
        let mut route = TenantRoute::to(id);
        route.max_concurrent_calls = max_calls;
        let number = E164::parse(number).unwrap();
        self.routes.lock().unwrap().insert(number, route);
        self.document(tenant, document(tenant));
    }

    pub fn document(&self, tenant: &str, document: Value) {
        let id = TenantId::parse(tenant).unwrap();
        self.documents.lock().unwrap().insert(id, document);
    }

    pub fn forget(&self, tenant: &str) {
        let id = TenantId::parse(tenant).unwrap();
        self.documents.lock().unwrap().remove(&id);
    }
}

/// A good configuration.
pub fn document(tenant: &str) -> Value {
    json!({
        "schema_version": 1,
        "tenant_id": tenant,
        "display_name": "Somebody",
        "timezone": "UTC",
        "voice": "marin",
        "destinations": {"front-desk": "+14155550177"},
        "features": {"request_transfer": true, "end_call": true, "broken": true},
    })
}

#[async_trait]
impl TenantDirectory for Directory {
    async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error> {
        match self.script.ask("route").await {
            Fate::Well => Ok(self.routes.lock().unwrap().get(number).cloned()),
            Fate::Gone => Ok(None),
            _ => Err(refused("the directory is down")),
        }
    }

    async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error> {
        match self.script.ask("document").await {
            Fate::Well => Ok(self.documents.lock().unwrap().get(tenant).cloned()),
            Fate::Gone => Ok(None),
            _ => Err(refused("the directory is down")),
        }
    }
}

/// Texts by pointer.
#[derive(Debug)]
pub struct Texts {
    script: Script,
    pub greeting: Mutex<String>,
}

impl Texts {
    pub fn new(script: &Script) -> Self {
        Self {
            script: script.clone(),
            greeting: Mutex::new("Good day, how can I help?".to_owned()),
        }
    }
}

#[async_trait]
impl InstructionStore for Texts {
    async fn state(&self, _: &TenantId) -> Result<Option<InstructionState>, Error> {
        match self.script.ask("state").await {
            Fate::Well => Ok(Some(InstructionState::new(InstructionPointers::new(
                "g1", "i1",
            )))),
            Fate::Gone => Ok(None),
            _ => Err(refused("the store of texts is down")),
        }
    }

    async fn text(
        &self,
        tenant: &TenantId,
        kind: PromptKind,
        _: &str,
    ) -> Result<Option<String>, Error> {
        match self.script.ask("text").await {
            Fate::Well => Ok(Some(match kind {
                PromptKind::Greeting => self.greeting.lock().unwrap().clone(),
                _ => format!("You answer for {tenant}."),
            })),
            Fate::Gone => Ok(None),
            _ => Err(refused("the store of texts is down")),
        }
    }
}

/// Writes down which calls ended.
#[derive(Debug, Clone)]
pub struct Hook {
    script: Script,
    pub ended: Arc<Mutex<Vec<String>>>,
}

impl Hook {
    pub fn new(script: &Script) -> Self {
        Self {
            script: script.clone(),
            ended: Arc::default(),
        }
    }

    pub fn lines(&self) -> Vec<String> {
        self.ended.lock().unwrap().clone()
    }
}

#[async_trait]
impl AfterCall for Hook {
    fn name(&self) -> &str {
        "ledger"
    }

    async fn after_call(&self, call: &FinishedCall) -> Result<(), Error> {
        if self.script.ask("hook").await != Fate::Well {
            return Err(refused("no mail today"));
        }
        let reason = match &call.end.reason {
            EndReason::CallEnded => "ended",
            EndReason::Closed => "closed",
            EndReason::Lost(_) => "lost",
            _ => "other",
        };
        let line = format!(
            "{} {} {reason} {}s {} turns, {} tokens, from {} to {}, {:?}",
            call.end.call,
            call.end.tenant,
            call.end.duration.as_secs(),
            call.end.transcript.len(),
            call.end.usage.input_tokens,
            call.caller.map_or("nobody".to_owned(), |n| n.to_string()),
            call.dialled.map_or("nobody".to_owned(), |n| n.to_string()),
            call.handed_on,
        );
        self.ended.lock().unwrap().push(line);
        Ok(())
    }
}

pub fn resolver(directory: Arc<Directory>, clock: SharedClock) -> TenantResolver {
    TenantResolver::new(DialledNumber::new(), directory).clock(clock)
}
