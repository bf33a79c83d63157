//! A stateful simulator of the Ultravox API on loopback.
//!
//! It keeps agents and calls, checks what the API checks, and answers as the API is documented to, not as this crate's
//! client would like it. What nobody documents is decided here, and said where it is decided: the words of errors, the
//! statuses of some refusals, whether a PATCH [merges or replaces](PatchMode).
//!
//! | it does | so |
//! |---|---|
//! | authentication | `X-API-Key` only: missing or wrong is 401, [`RESTRICTED_KEY`] is 403 |
//! | content type | anything but JSON is 415, malformed JSON 400 |
//! | validation | field errors in 400, nested as the fields are |
//! | template context | every `{{variable}}` of the agent, or what its `contextSchema` requires |
//! | lists | pages with an absolute `next`, filters, `sort`; `limit` and `offset` are ignored, as they are there |
//! | time | calls nobody joins end as `unjoined`, long ones as `timeout`, by the [clock](SimSettings::clock) |
//! | recordings, SIP logs | a redirect to a [storage on another port](MediaFrom) that refuses whoever brings the key |
//! | SIP logs | 404 for calls not over SIP, 425 until [some time after the end](SimSettings::sip_logs_after) |
//! | stages, messages, events | by [`new_stage`](UltravoxSimulator::new_stage), [`say`](UltravoxSimulator::say), [`log`](UltravoxSimulator::log) |
//! | deleted calls | tombstones, with the filters of calls |
//! | webhooks | signed, in order, repeated, to addresses on this machine: [what is due](UltravoxSimulator::deliver_due) to endpoints, callbacks and batches, or [what a test wants](UltravoxSimulator::deliver_webhooks) |
//! | corpora | uploads through a [storage](UltravoxSimulator::storage_url) of its own, sources that [load](SimSettings::load_time) on the clock, queries by common words |
//! | voices, tools | registered, cloned, uploaded; previews are WAV behind a redirect; what comes with Ultravox cannot be changed |
//! | limits | [calls per window](SimSettings::call_rate), [calls at a time](SimSettings::concurrency), throttles, from the [settings](SimSettings::throttle) or created through the API |
//! | batches | run on the clock within window and throttle; calls succeed, fail or expire, [webhooks](UltravoxSimulator::batch_webhooks) are kept |
//! | the account's things | throttles, webhooks, SIP, credentials, keys: kept as they are set, secrets never given out |
//! | failures | [`Mishaps`], by operation |
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use ultravox_client::agents::{NewAgent, TemplateSpec};
//! use ultravox_client::calls::StartAgentCall;
//! use ultravox_client::testkit::UltravoxSimulator;
//! use voice_core::ident::AgentName;
//!
//! let simulator = UltravoxSimulator::start().await;
//! let client = simulator.client().build()?;
//! let agent = NewAgent::new(AgentName::parse("Greeter")?, TemplateSpec::new("Greet {{name}}."));
//! let agent = client.agents().create(&agent).await?;
//! let calls = client.agents().calls(agent.id()?);
//! assert!(calls.create(&StartAgentCall::new()).await.is_err(), "the name is missing");
//! let call = calls.create(&StartAgentCall::new().variable("name", "Ada")).await?;
//! simulator.join(call.id()?);
//! client.calls().hang_up(call.id()?).await?;
//! assert_eq!(simulator.created_calls(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accounts;
mod agent_usage;
mod agents;
mod answers;
mod api_keys;
mod batch_run;
mod batches;
mod calls;
mod catalog;
mod context;
mod corpora;
mod crud;
mod deleted;
mod documents;
mod events;
mod fields;
mod filter;
mod hurried;
mod incoming;
mod limits;
mod media;
mod multipart;
mod paging;
#[cfg(feature = "realtime")]
#[cfg_attr(docsrs, doc(cfg(feature = "realtime")))]
pub mod realtime;
mod record;
mod router;
mod rules;
mod settings;
mod sip;
mod stages;
mod start;
mod steer;
mod storage;
mod telephony;
mod throttles;
mod tools;
mod tts_keys;
mod usage;
mod voices;
mod wav;
mod webhook_endpoints;
mod webhooks_delivery;
mod webhooks_due;
mod world;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use voice_core::provider::{CallId, CallKey};
use voice_core::testkit::{Mishaps, SimServer};

use crate::types::EndReason;
use crate::{UltravoxClient, UltravoxClientBuilder};
use router::Router;
use storage::FileStorage;
use world::World;

pub use hurried::HurriedClock;
pub use settings::{MediaFrom, Overload, PatchMode, RetryAfter, SimSettings};
pub use webhooks_delivery::{DeliveryAttempt, RetryStamp, WebhookDelivery, WebhookTarget};

/// The key the simulator takes.
pub const API_KEY: &str = "simulate.0123456789abcdefghijklmnopqrstuv";
/// A key it knows and lets do nothing: 403.
pub const RESTRICTED_KEY: &str = "restrict.0123456789abcdefghijklmnopqrstuv";

/// A running simulator; it stops when dropped.
pub struct UltravoxSimulator {
    server: SimServer,
    files: SimServer,
    router: Arc<Router>,
}

impl UltravoxSimulator {
    /// Starts one without limits on a free port.
    pub async fn start() -> Self {
        Self::start_with(SimSettings::new()).await
    }

    /// Starts one with settings.
    pub async fn start_with(settings: SimSettings) -> Self {
        #[cfg(feature = "realtime")]
        let sessions = settings.realtime.clone();
        let router = Arc::new(Router::new(settings));
        #[cfg(feature = "realtime")]
        if let Some(sessions) = sessions {
            follow(&sessions, &router);
        }
        let server = SimServer::start(router.clone()).await;
        let files = SimServer::start(Arc::new(FileStorage(router.clone()))).await;
        router.world(|world| world.storage_url = files.url());
        Self {
            server,
            files,
            router,
        }
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Where its storage is, which presigned links lead to: another port, as the real one is another host.
    #[must_use]
    pub fn storage_url(&self) -> String {
        self.files.url()
    }

    /// How often the storage was shown an API key or another credential. It must stay 0.
    #[must_use]
    pub fn leaked_credentials(&self) -> usize {
        self.world(|world| world.leaks)
    }

    /// A builder for a client of this simulator: key and base URL are set.
    pub fn client(&self) -> UltravoxClientBuilder {
        UltravoxClient::builder()
            .api_key(API_KEY)
            .base_url(self.url())
    }

    /// What is to go wrong. Operations have the names of [`OPERATIONS`](crate::OPERATIONS); those of the storage are
    /// `storage.put` and `storage.get`.
    #[must_use]
    pub fn mishaps(&self) -> &Mishaps {
        &self.router.mishaps
    }

    /// A client joins a call that waits; says whether it did.
    pub fn join(&self, call: &CallId) -> bool {
        self.world(|world| world.join(call.as_str()))
    }

    /// A call ends; says whether it went on until now.
    pub fn end(&self, call: &CallId, reason: &EndReason) -> bool {
        self.world(|world| world.end(call.as_str(), reason))
    }

    /// A call as the API would give it; `None` when there is none, or it was deleted.
    #[must_use]
    pub fn call(&self, call: &CallId) -> Option<Value> {
        self.world(|world| world.call(call.as_str()))
    }

    /// The data messages a call was sent, in order.
    #[must_use]
    pub fn messages(&self, call: &CallId) -> Vec<Value> {
        self.world(|world| world.messages(call.as_str()))
    }

    /// How many calls were ever created, deleted ones too.
    #[must_use]
    pub fn created_calls(&self) -> usize {
        self.world(|world| world.calls.len())
    }

    /// How many calls were ever created with this key, deleted ones too.
    #[must_use]
    pub fn created_with(&self, key: &CallKey) -> usize {
        self.world(|world| world.created_with(key.as_str()))
    }

    /// How many agents were ever created, deleted ones too.
    #[must_use]
    pub fn created_agents(&self) -> usize {
        self.world(|world| world.agents.len())
    }

    /// How many requests came for an operation, refused ones too.
    #[must_use]
    pub fn requests(&self, operation: &str) -> usize {
        self.world(|world| world.requests.get(operation).copied().unwrap_or_default())
    }

    /// The webhooks of [scheduled batches](crate::agents::ScheduledBatches): the address and the payload of each, in order.
    /// Sent only by [`deliver_due`](Self::deliver_due).
    #[must_use]
    pub fn batch_webhooks(&self) -> Vec<(String, Value)> {
        self.world(|world| batch_run::webhooks(world))
    }

    fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        self.router.world(look)
    }
}

/// Calls that are joined and end over there are joined and end here.
#[cfg(feature = "realtime")]
fn follow(sessions: &realtime::RealtimeSim, router: &Arc<Router>) {
    let (joining, ending) = (Arc::downgrade(router), Arc::downgrade(router));
    sessions.report(
        move |call| match joining.upgrade() {
            Some(router) => router.world(|world| world.admit(call.as_str())),
            None => true,
        },
        move |call, reason| {
            if let Some(router) = ending.upgrade() {
                router.world(|world| world.end(call.as_str(), reason));
            }
        },
    );
}

impl fmt::Debug for UltravoxSimulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UltravoxSimulator")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}
