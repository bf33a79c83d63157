//! A stateful simulator of the API on loopback: REST, signed webhooks, sideband sockets, at one origin.
//!
//! It keeps calls, checks what the API is documented to check, and answers as the API is documented to, not as this crate's
//! client would like it. Every order is counted, carried out or not, so that a test can prove that nothing happened twice.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use openai_calls::testkit::{CallSpec, OpenAiSim, WEBHOOK_SECRET};
//! use openai_calls::webhooks::OpenAiWebhooks;
//! use voice_core::provider::{InboundEvent, InboundSource};
//!
//! let sim = OpenAiSim::start().await?;
//! let call = sim.ring(CallSpec::new("+15550100", "+15550199"));
//! let webhook = sim.webhook_for(&call);
//!
//! let webhooks = OpenAiWebhooks::new(WEBHOOK_SECRET)?;
//! let notice = webhooks.read(&webhook.request())?;
//! assert!(matches!(notice.event, InboundEvent::Ringing(ringing) if &ringing.id == call.id()));
//! assert!(webhooks.read(&webhook.forged().request()).is_err());
//! assert_eq!(call.counts().accepts, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | it does | so |
//! |---|---|
//! | authentication | `Authorization: Bearer` with the key; else 401 in the API's envelope. Client secrets are good for `POST /realtime/calls` |
//! | calls | accept, reject, refer, hang up, create from an offer; empty 200 bodies |
//! | time | a caller waits for the [ring time](SimSettings::ring_time), by the [clock](SimSettings::clock), and is then gone: 404 |
//! | answers | `x-request-id`, counts and Go durations of the rate limits |
//! | client secrets, webhook endpoints | kept; a new secret with every rotation |
//! | live sessions | accept, reject, refer, hang up of the same calls: the first accept wins |
//! | webhooks | [signed now](OpenAiSim::webhook_for), [again](SignedWebhook::again), [late](SignedWebhook::sent_ago), [forged](SignedWebhook::forged), [over HTTP](SignedWebhook::deliver) |
//! | sideband | `GET /v1/realtime?call_id=…`: `session.created`, responses, function calls, the caller's words and keys |
//! | failures | [`Mishaps`], by operation (`calls.accept`, `sideband.attach` …): statuses, answers that are late, lost or cut, resets |
//!
//! # What was decided
//! Where nothing is documented, it is so here:
//!
//! - A second decision on a call is told [409 or 404](Repeated); one on a call that is over, 404.
//! - The sideband opens for accepted calls only, and for several sockets at a time; each is sent every event. For unknown,
//!   ringing and ended calls the handshake is 404.
//! - Unknown fields of a session are 400, a body that is not JSON 415. Other tools and modalities than the documented ones are
//!   400. A hang-up with a body is 400.
//! - Reject takes 400 to 699. Hang-up also ends a call that still rings; refer needs an accepted one and ends it, unless the
//!   test [loses it](OpenAiSim::lose_next_refer).
//! - A response comes at once and whole, unless [held](Turn::Hold). An output for a function call that has one, or for one that
//!   was never made, is an `error` event (`tool_call_already_answered`, `tool_call_not_found`); so is a response while another
//!   is on its way (`conversation_already_has_active_response`).
//! - The model answers what the caller says unless the session's `turn_detection` is null or has `create_response: false`.
//! - Limits are told and not enforced. Nothing is delivered to registered webhook endpoints, and a test of one is told 200.

mod answers;
mod call_state;
mod client_secrets;
mod create;
mod endpoints;
mod orders;
mod router;
mod seen;
mod server;
mod session;
mod settings;
mod signed;
mod sim_call;
mod sip;
mod socket;
mod talk;
mod world;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use voice_core::provider::CallId;
use voice_core::testkit::{Mishaps, Service};
use voice_core::webhook::standard::SigningKey;

use crate::{OpenAiClient, OpenAiClientBuilder};
use call_state::CallState;
use router::Router;
use world::World;

pub use call_state::Phase;
pub use seen::{CallCounts, Seen};
pub use settings::{Repeated, SimSettings};
pub use signed::SignedWebhook;
pub use sim_call::SimCall;
pub use sip::{CallSpec, SIP_FORMS, SipForm};
pub use talk::Turn;

/// The API key the simulator takes.
pub const API_KEY: &str = "sk-proj-simulated-0123456789abcdef";
/// What its webhooks are signed with.
pub const WEBHOOK_SECRET: &str = "whsec_c2ltdWxhdGVkLXdlYmhvb2stc2VjcmV0";

/// A running simulator; it stops, and drops its connections, when dropped.
pub struct OpenAiSim {
    address: SocketAddr,
    router: Arc<Router>,
    task: JoinHandle<()>,
}

impl OpenAiSim {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When no port of this machine can be listened on.
    pub async fn start() -> io::Result<Self> {
        Self::start_with(SimSettings::new()).await
    }

    /// Starts one with settings.
    ///
    /// # Errors
    /// As [`start`](Self::start), and for a webhook secret that is none.
    pub async fn start_with(settings: SimSettings) -> io::Result<Self> {
        let given = settings
            .webhook_secrets
            .iter()
            .map(|secret| secret.expose_secret());
        let texts = match settings.webhook_secrets.is_empty() {
            true => vec![WEBHOOK_SECRET],
            false => given.collect(),
        };
        let keys: Result<Vec<SigningKey>, _> =
            texts.into_iter().map(SigningKey::from_text).collect();
        let keys = keys.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let router = Arc::new(Router::new(World::new(settings, keys)));
        let task = tokio::spawn(server::serve(listener, Arc::clone(&router)));
        Ok(Self {
            address,
            router,
            task,
        })
    }

    /// `http://127.0.0.1:PORT/v1`, for REST and, with `ws`, for the sideband.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// A builder for a client of this simulator: key and base URL are set.
    pub fn client(&self) -> OpenAiClientBuilder {
        OpenAiClient::builder()
            .api_key(self.api_key())
            .base_url(self.base_url())
    }

    /// `ws://127.0.0.1:PORT/v1/realtime?call_id=…`.
    #[must_use]
    pub fn sideband_url(&self, call: &CallId) -> String {
        format!("ws://{}/v1/realtime?call_id={call}", self.address)
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The API key it takes.
    #[must_use]
    pub fn api_key(&self) -> SecretString {
        self.router.world(|world| world.settings.api_key.clone())
    }

    /// The REST part without a network, for [`InProcess`](voice_core::testkit::InProcess) under paused time.
    #[must_use]
    pub fn service(&self) -> Arc<dyn Service> {
        self.router.clone()
    }

    /// What is to go wrong, by operation: `calls.{create, accept, reject, refer, hang_up}`, `live_sessions.…`,
    /// `client_secrets.{create, create_translation}`, `models.{get, list}`,
    /// `webhook_endpoints.{create, list, get, update, delete, rotate_secret, test, event_types}`, all as in
    /// [`OPERATIONS`](crate::OPERATIONS); and `sideband.attach`.
    #[must_use]
    pub fn mishaps(&self) -> &Mishaps {
        &self.router.mishaps
    }

    /// How many requests came for an operation, refused ones too.
    #[must_use]
    pub fn requests(&self, operation: &str) -> usize {
        self.router
            .world(|world| world.requests.get(operation).copied().unwrap_or_default())
    }

    /// A call comes in, and rings.
    ///
    /// An id that is none, or that another call has, is replaced by a new one.
    pub fn ring(&self, spec: CallSpec) -> SimCall {
        let headers = spec.sip_headers();
        let id = self.router.world(|world| {
            let wanted = spec.id.filter(|id| !world.calls.contains_key(id));
            let id = match wanted.and_then(|id| CallId::new(id).ok()) {
                Some(id) => id.to_string(),
                None => world.id("rtc_"),
            };
            let mut call = CallState::new(Phase::Ringing, world.now(), headers);
            call.patience = spec.patience;
            call.media_security = spec.media_security;
            world.calls.insert(id.clone(), call);
            id
        });
        self.handle(&id)
    }

    /// A call by its id; `None` when there never was one.
    #[must_use]
    pub fn call(&self, id: &CallId) -> Option<SimCall> {
        let is_there = self
            .router
            .world(|world| world.calls.contains_key(id.as_str()));
        is_there.then(|| SimCall::new(id.clone(), Arc::clone(&self.router)))
    }

    /// Every call there ever was.
    #[must_use]
    pub fn calls(&self) -> Vec<SimCall> {
        let ids: Vec<String> = self
            .router
            .world(|world| world.calls.keys().cloned().collect());
        ids.iter().map(|id| self.handle(id)).collect()
    }

    /// How many calls go on.
    #[must_use]
    pub fn active_calls(&self) -> usize {
        self.router.world(|world| {
            let calls = world.calls.values();
            calls.filter(|call| call.phase == Phase::Accepted).count()
        })
    }

    /// The next order to hand a call on is answered with a success, and nothing happens, as users have seen it.
    pub fn lose_next_refer(&self) {
        self.router.world(|world| world.lost_refers += 1);
    }

    /// The webhook that says that a call rings.
    pub fn webhook_for(&self, call: &SimCall) -> SignedWebhook {
        self.about(call, "realtime.call.incoming", "call_id")
    }

    /// The webhook of the live API about the same call.
    pub fn live_webhook_for(&self, call: &SimCall) -> SignedWebhook {
        self.about(call, "live.transport.incoming", "session_id")
    }

    /// The webhook that says that a call is over. **It is in no official list.**
    pub fn ended_webhook_for(&self, call: &SimCall) -> SignedWebhook {
        self.webhook(
            "realtime.call.ended",
            &json!({"call_id": call.id().as_str()}),
        )
    }

    /// Any webhook: a type and its data, in an envelope with a fresh id.
    pub fn webhook(&self, kind: &str, data: &Value) -> SignedWebhook {
        self.router.world(|world| {
            let (event, webhook) = (world.id("evt_"), world.id("wh_"));
            let body = json!({
                "id": event, "object": "event", "created_at": world.unix(), "type": kind, "data": data,
            });
            SignedWebhook::new(webhook, &body, world.keys.clone(), world.clock().clone())
        })
    }

    fn about(&self, call: &SimCall, kind: &str, id: &str) -> SignedWebhook {
        let mut data = json!({id: call.id().as_str()});
        self.router.world(|world| {
            let (Some(call), Some(data)) = (world.call(call.id().as_str()), data.as_object_mut())
            else {
                return;
            };
            let headers: Vec<Value> = call
                .sip_headers
                .iter()
                .map(|header| json!({"name": header.name, "value": header.value}))
                .collect();
            data.insert("sip_headers".to_owned(), headers.into());
            if let Some(word) = &call.media_security {
                data.insert("sip_media_security".to_owned(), word.clone().into());
            }
            if kind == "live.transport.incoming" {
                data.insert("type".to_owned(), "sip".into());
            }
        });
        self.webhook(kind, &data)
    }

    #[allow(
        clippy::expect_used,
        reason = "ids of the simulator's own making, or checked before"
    )]
    fn handle(&self, id: &str) -> SimCall {
        let id = CallId::new(id).expect("an id that is visible ASCII");
        SimCall::new(id, Arc::clone(&self.router))
    }
}

impl Drop for OpenAiSim {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for OpenAiSim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiSim")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
