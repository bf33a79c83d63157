//! A stateful simulator of PromptOps on loopback: all 51 operations over real HTTP, without an account.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use promptops_client::testkit::PromptOpsSimulator;
//!
//! let simulator = PromptOpsSimulator::start().await;
//! simulator.add("greet", "1.0.0", "Hello {{name}}");
//! simulator.add("greet", "1.1.0", "Good day {{name}}");
//! let client = simulator.client()?;
//! let prompt = client.prompts().get("greet").await?;
//! assert_eq!((prompt.id.as_str(), prompt.version.as_str()), ("greet-v1.1.0", "1.1.0"));
//! assert_eq!(simulator.requests("prompts.get"), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # In whose words
//! | | [`Speaks::Server`] (default) | [`Speaks::Docs`] |
//! |---|---|---|
//! | bodies | bare; unset fields null | envelope; unset fields absent |
//! | errors | `{detail}`, 422 with a list; 500 is plain text | `{success: false, error: {code, message}}` |
//! | too many requests | 401 `Rate limit exceeded`, no headers | 429, `retry_after`, `Retry-After`, `X-RateLimit-*` |
//! | documented-only operations | 404, or 405 where the path is known | present |
//! | health | `/health`, `/v1/runtime/health` | `/v1/client/health`, `/v1/health`, `/v1/runtime/health` |
//! | an id | `id = X OR id LIKE 'X-v%'`, a version's suffix ignored | exactly |
//! | latest | by text: 1.9.0 over 1.10.0 | by semantic versioning |
//! | times | without a zone | with `Z` |
//! | signatures | SHA-256 of the secret; times without a zone | the secret; times with a zone |
//! | creating experiments, flags, segments | 500 | works |
//!
//! [`SimulatorBuilder`] switches key mode, timestamps, signatures and creating one by one.
//!
//! # What was decided here
//! | question | here |
//! |---|---|
//! | order of the checks | path, `Authorization`, signature headers, time, key, its state, signature, limit, scope, body, ids, project |
//! | what counts against a limit | what passes the signature, refused or not |
//! | a bearer token that is absent or wrong | 401 `Could not validate credentials` |
//! | the project named and the prompt's own | must be the same, else 404 |
//! | a failed creation that answers 500 | made nothing |
//! | a rollback | the version is the latest until another rollback |
//! | a new version by an update | the next minor one |
//! | experiments, flags and records in the words of the documentation | enveloped like the rest |
//!
//! # Faults
//! [`PromptOpsSimulator::mishaps`] lets single requests go wrong, by the names of this crate's operations (`prompts.get`);
//! a success that cannot be read, a 502 with HTML and lateness are among them. [`PromptOpsSimulator::set_outage`] lets all of
//! them go wrong until it is over, and [`PromptOpsSimulator::set_clock_error`] sets the service's clock wrong.
//!
//! # Without a network
//! [`PromptOpsSimulator::in_process`] is a transport that asks the simulator directly, for tests under paused time.

mod answer;
mod api;
mod auth;
mod choice;
mod experiments;
mod fields;
mod flags;
mod health;
mod inspect;
mod keys;
mod limits;
mod models;
mod prompts;
mod records;
mod route;
mod runtime;
mod seed;
mod segments;
mod settings;
mod templates;
mod time;
mod usage;
mod world;
mod write;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use voice_core::client::ClientOptions;
use voice_core::error::Error;
use voice_core::testkit::{InProcess, Mishaps, Service, SimServer};

use crate::builder::PromptOpsClientBuilder;
use crate::client::PromptOpsClient;
use crate::signing::Signer;
use world::Shared;

pub use choice::{Creates, Outage, Signatures, Speaks};
pub use settings::SimulatorBuilder;

/// A running simulator; it stops when dropped. See the [module page](self).
pub struct PromptOpsSimulator {
    /// Always there until it is dropped.
    server: Option<SimServer>,
    api: Arc<dyn Service>,
    shared: Arc<Shared>,
}

impl PromptOpsSimulator {
    /// The API key every simulator knows; it may read and write, in every project.
    pub const API_KEY: &'static str = "po_51e0000000000000000000ca";
    /// The secret that signs for it.
    pub const SECRET_KEY: &'static str = "51e0000000000000000000000005ec7e";
    /// The bearer token of operations outside `/v1/client`.
    pub const TOKEN: &'static str = "51e00000.simulated.70ce17";

    /// Starts one with the default settings.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// Begins setting one up.
    pub fn builder() -> SimulatorBuilder {
        SimulatorBuilder::new()
    }

    async fn start_with(settings: SimulatorBuilder) -> Self {
        let key = seed::own_key(settings.limits, settings.clock.wall());
        let shared = Arc::new(Shared::new(settings, vec![key]));
        let api: Arc<dyn Service> = Arc::new(api::Api(Arc::clone(&shared)));
        let server = SimServer::start(Arc::clone(&api)).await;
        Self {
            server: Some(server),
            api,
            shared,
        }
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.as_ref().map(SimServer::url).unwrap_or_default()
    }

    /// A client with its credentials, which signs as it wants.
    ///
    /// # Errors
    /// Never in practice; it is built like any other.
    pub fn client(&self) -> Result<PromptOpsClient, Error> {
        self.client_builder().build()
    }

    /// The same with given settings.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn client_with(&self, options: ClientOptions) -> Result<PromptOpsClient, Error> {
        self.client_builder().options(options).build()
    }

    /// A builder with its address and credentials, which signs as it wants.
    pub fn client_builder(&self) -> PromptOpsClientBuilder {
        let settings = &self.shared.settings;
        PromptOpsClient::builder()
            .base_url(self.url())
            .api_key(Self::API_KEY)
            .secret_key(Self::SECRET_KEY)
            .token(Self::TOKEN)
            .signer(Signer::HmacV1 {
                key_mode: settings.signs_with(),
                timestamp_format: settings.reads_times(),
            })
    }

    /// A transport that asks it without a network: for clients under tokio's paused time, and for many requests in little
    /// time. Late answers come late by the simulator's clock.
    #[must_use]
    pub fn in_process(&self) -> InProcess {
        InProcess::new(
            Arc::clone(&self.api),
            Arc::clone(&self.shared.settings.clock),
        )
    }

    /// Lets requests go wrong, by the names of this crate's operations.
    #[must_use]
    pub fn mishaps(&self) -> &Mishaps {
        &self.shared.mishaps
    }

    /// Lets everything go wrong from now on, or nothing any more.
    pub fn set_outage(&self, outage: Outage) {
        self.shared.lock().outage = outage;
    }

    /// Sets the service's clock wrong: ahead by so much, or, with `Err`, behind; `None` sets it right.
    pub fn set_clock_error(&self, error: Option<Result<Duration, Duration>>) {
        self.shared.lock().clock_error = error;
    }

    /// The service's time.
    #[must_use]
    pub fn wall(&self) -> SystemTime {
        self.shared.lock().wall(self.shared.settings.clock.wall())
    }
}

impl Drop for PromptOpsSimulator {
    fn drop(&mut self) {
        let server = self.server.take();
        // The server blocks its thread until it is reset. In a task that has used up its turn that would be for ever, so it
        // gets a thread on which no task runs. Where there is none to be had, what was to run on it is dropped here.
        drop(std::thread::Builder::new().spawn(move || drop(server)));
    }
}

impl fmt::Debug for PromptOpsSimulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptOpsSimulator")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}
