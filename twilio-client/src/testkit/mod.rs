//! A stateful simulator of Twilio Voice on loopback: real HTTP, documented behaviour, no account.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use twilio_client::calls::CreateCall;
//! use twilio_client::testkit::TwilioSimulator;
//! use twilio_client::twiml::{Response, Say};
//! use voice_core::ident::E164;
//!
//! let simulator = TwilioSimulator::start().await;
//! let client = simulator.client()?;
//! let (to, from) = (E164::parse("+14155550123")?, E164::parse("+14155550100")?);
//! let twiml = Response::new().with(Say::new("Hello!")).to_inline()?;
//! let call = client.calls().create(&CreateCall::new(to, from, twiml)).await?;
//! assert!(call.sid.is_some());
//! assert_eq!(simulator.dialled(&to), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does
//! - Checks credentials (401, 20003), parameters (the documented 21xxx codes) and SIDs (404, 20404), and answers with the
//!   headers and error bodies of the real API.
//! - Moves calls from `queued` over `ringing` and `in-progress` to their end at a [`Pace`] a test can set, with an
//!   [`Outcome`] for each number. Calls above the calls per second wait as `queued`. As with Twilio's test credentials,
//!   the numbers `+15005550001` to `+15005550004` cannot be called.
//! - Sends signed status callbacks, and fetches TwiML from a `Url`, or after a failure from the `FallbackUrl`: **from this
//!   machine only**, also under a public name ([`TwilioSimulator::tunnel`]).
//! - Drives both legs: `<Gather>` with the keys somebody presses, `<Dial>` with a leg of its own and its action, `<Redirect>`
//!   and `<Hangup>`.
//! - Holds conferences, with their rules of beginning and end, and records calls and conferences: the sound is silence of the
//!   right length.
//! - Remembers what it asked of the application, as events and notifications of a call, and what failed, as alerts.
//! - Lists newest first, in pages.
//! - Plays the caller of a media stream against a socket of yours: [`media::StreamCaller`].
//! - Keeps SIP domains with their lists, and Elastic SIP trunks: created, listed, changed and deleted, with the documented
//!   limits and codes. Trunks are asked of `{url}/trunking`, as its own clients do, or with `trunking.twilio.com` as the
//!   `Host`. The account has the numbers it was [given](SimulatorBuilder::number) and
//!   those it bought.
//! - Goes wrong on order: [`TwilioSimulator::mishaps`], by the names of this crate's operations (`calls.create`).

mod account;
mod answer;
mod api;
mod callback;
mod courier;
mod create;
mod crud;
mod desk;
mod drive;
mod envelope;
mod exchanges;
mod forks;
mod legs;
mod lines;
mod list;
pub mod media;
mod numbers;
mod pages;
mod record;
mod removal;
mod rooms;
mod settings;
mod sound;
mod state;
mod table;
mod tables;
mod update;
mod world;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use voice_core::client::ClientOptions;
use voice_core::error::Error;
use voice_core::ident::{AccountSid, AuthToken, CallSid, E164, IdentError};
use voice_core::testkit::{Mishaps, SimServer};
use voice_core::transport::BaseUrl;

use crate::builder::TwilioClientBuilder;
use crate::client::TwilioClient;
use crate::host::Product;
use state::Shared;

pub use callback::Delivered;
pub use legs::Fetched;
pub use record::SimCall;
pub use settings::{Outcome, Pace, SimulatorBuilder};

/// A running simulator; it stops when dropped. See the [module page](self).
pub struct TwilioSimulator {
    server: SimServer,
    shared: Arc<Shared>,
}

impl TwilioSimulator {
    /// The account every simulator has.
    pub const ACCOUNT_SID: &'static str = concat!("AC", "51e0000000000000000000000000acc0");
    /// Its Auth Token.
    pub const AUTH_TOKEN: &'static str = "51e0000000000000000000000000707e";

    /// Starts one with the default settings.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    async fn start_with(settings: SimulatorBuilder) -> Self {
        let (shared, inbox) = Shared::new(settings);
        shared
            .runtime
            .spawn(courier::run(Arc::clone(&shared), inbox));
        let server = SimServer::start(Arc::new(api::Api(Arc::clone(&shared)))).await;
        Self { server, shared }
    }

    /// Begins setting one up.
    pub fn builder() -> SimulatorBuilder {
        SimulatorBuilder::new()
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// A client of its account.
    ///
    /// # Errors
    /// Never in practice; it is built like any other.
    pub fn client(&self) -> Result<TwilioClient, Error> {
        self.client_with(ClientOptions::new())
    }

    /// A client of its account with given settings.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn client_with(&self, options: ClientOptions) -> Result<TwilioClient, Error> {
        self.client_builder()?
            .auth_token(AuthToken::parse(Self::AUTH_TOKEN)?)
            .options(options)
            .build()
    }

    /// A builder with its address and account, still without credentials.
    ///
    /// # Errors
    /// Never in practice.
    pub fn client_builder(&self) -> Result<TwilioClientBuilder, IdentError> {
        let builder = TwilioClient::builder().account_sid(AccountSid::parse(Self::ACCOUNT_SID)?);
        let Ok(base) = BaseUrl::parse(&self.url()) else {
            return Ok(builder);
        };
        let mut builder = builder.base_url(base);
        for product in Product::ALL {
            let base = BaseUrl::parse(&format!("{}/{}", self.url(), product.label()));
            if let (Ok(base), true) = (base, product != Product::Api) {
                builder = builder.product_url(product, base);
            }
        }
        Ok(builder)
    }

    /// Lets requests go wrong, by the names of this crate's operations.
    #[must_use]
    pub fn mishaps(&self) -> &Mishaps {
        &self.shared.mishaps
    }

    /// Another pace, for calls whose next step is not begun yet.
    pub fn set_pace(&self, pace: Pace) {
        self.shared.lock().pace = pace;
    }

    /// What becomes of calls to a number from now on.
    pub fn set_outcome(&self, to: &E164, outcome: Outcome) {
        self.shared
            .lock()
            .outcomes
            .insert(to.as_str().to_owned(), outcome);
    }

    /// Is told when a call whose TwiML connects it to a stream is answered, with the stream's URL: time to tell a simulated
    /// agent that its session was joined. Called on a runtime thread; be quick.
    pub fn on_answered(&self, hook: impl Fn(&SimCall, &str) + Send + Sync + 'static) {
        self.shared.hooks().answered = Some(Arc::new(hook));
    }

    /// Is told when a call that was connected to a stream is over, with the stream's URL.
    pub fn on_ended(&self, hook: impl Fn(&SimCall, &str) + Send + Sync + 'static) {
        self.shared.hooks().ended = Some(Arc::new(hook));
    }

    /// The called person hangs up, or the stream ends: the call is over.
    pub fn end_call(&self, sid: &CallSid) {
        self.shared.end(sid);
    }

    /// Somebody calls the account's number from outside the API's reach: another client, another process. The call stands
    /// in the list like any other.
    pub fn place_call_elsewhere(&self, to: &E164, from: &E164) -> CallSid {
        self.shared.place(record::Order::plain(to, from))
    }

    /// Every call, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<SimCall> {
        self.shared
            .lock()
            .calls
            .iter()
            .map(record::Record::snapshot)
            .collect()
    }

    /// One call.
    #[must_use]
    pub fn call(&self, sid: &CallSid) -> Option<SimCall> {
        self.shared.lock().find(sid).map(|record| record.snapshot())
    }

    /// How many calls to a number were accepted: each of them rings, or will.
    #[must_use]
    pub fn dialled(&self, to: &E164) -> usize {
        self.shared
            .lock()
            .calls
            .iter()
            .filter(|call| *call.order.to == *to.as_str())
            .count()
    }

    /// Every resource of a kind as the API shows it, oldest first, by the name of its operations: `trunks`,
    /// `sip.credentials`, `incoming_phone_numbers`. Calls have [`calls`](Self::calls). Empty for a name that is none.
    #[must_use]
    pub fn resources(&self, name: &str) -> Vec<Value> {
        let Some(table) = tables::named_table(name) else {
            return Vec::new();
        };
        let world = self.shared.world();
        let rows = world.rows(name);
        rows.map(|row| crud::shown(&world, table, row)).collect()
    }

    /// How many requests have arrived.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.requests()
    }

    /// Every status callback that was sent, in the order of sending, with what it was answered.
    #[must_use]
    pub fn delivered(&self) -> Vec<Delivered> {
        self.shared.lock().delivered.clone()
    }

    /// Sends every status callback so far once more, newest first: late, out of order and twice, as happens. They carry the
    /// tokens of their first delivery.
    pub async fn redeliver(&self) {
        for delivery in self.delivered().into_iter().rev() {
            callback::send(&self.shared, &delivery).await;
        }
    }
}

impl Drop for TwilioSimulator {
    fn drop(&mut self) {
        self.shared.stop();
    }
}

impl fmt::Debug for TwilioSimulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TwilioSimulator")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}
