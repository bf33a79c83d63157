//! A stateful simulator of Exotel on loopback: API v2 and voice v1 over real HTTP, with their odd answers, and no account.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use exotel_vsip::testkit::ExotelSimulator;
//! use exotel_vsip::trunks::NewTrunk;
//! use voice_core::ident::TrunkName;
//!
//! let simulator = ExotelSimulator::start().await;
//! let client = simulator.client()?;
//! let trunk = NewTrunk::new(TrunkName::parse("outbound_trunk")?);
//! client.trunks().create(&trunk).await?;
//! let again = client.trunks().create(&trunk).await;
//! assert!(again.is_err(), "a duplicate, inside HTTP 200");
//! assert_eq!(simulator.trunks().len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What was recorded, and is played as it was
//! - The envelope with `http_code`, item `code` and `status`; HTTP 200 around a 409; 207 as soon as one item of a batch
//!   fails, also when all do; `response: []` without metadata for no credentials; `failed` in the metadata of destinations
//!   and not of settings.
//! - Codes and texts 1000 to 1011: 403 with 1003 for an unknown trunk, 404 with 1000 for a path that does not exist, an empty or over-long
//!   id and a number of over 30 digits, 1007 with the texts of the server's JSON decoder, 415 with the type that was sent.
//! - Duplicates of a trunk's name, of a number on any trunk, of an address. An empty trunk name is taken. A private
//!   address is taken on an access list.
//! - A trunk that was deleted is shown without the paths of what belonged to it. Lists are newest first.
//!
//! # What is documented only, and played so
//! Paging; trunk maps without an envelope; deletion with everything that belongs to a trunk; 401 with 1010 in the wrong
//! region; 200 requests a minute and 50 at a time with `X-RateLimit-*`; all of voice v1, its callbacks (retried after 5
//! and a further 15 minutes), one balance a minute, a month to a list.
//!
//! # What was decided here
//! | question | here |
//! |---|---|
//! | the account is named by Basic, and the path is another's | 401 with 1010; in v1 404 |
//! | order of the checks | credentials, path, trunk, content type, JSON, missing, wrong, duplicate |
//! | a body of a 500 or 503 | plain text; in v1 an exception |
//! | duplicates of destinations and credentials | made, and counted: [`Duplicates`] |
//! | a mandatory field whose text was not recorded | `{Name} is mandatory` in the server's spelling |
//! | a private destination | `Destination is not a valid Ip or Fqdn`; addresses for documentation (RFC 5737) count as public |
//! | `nso_code` | `ANY-ANY` alone |
//! | an unknown id behind a trunk | 404 with 1000 |
//! | the minute of the limit | slides; what is refused does not count |
//! | names of trunks and numbers | each account for itself; [`ExotelSimulator::take_name`] takes one elsewhere |
//! | times of v1 | India |
//! | how v1 refuses | 400 with a text of one's own, without a code |
//! | every answer | has `X-Request-Id`, the envelope's `request_id` |
//! | a call between two numbers | rings until both have answered, then is in progress |
//! | a flow | ends by itself; its voicebot asks [`ExotelSimulator::on_voicebot`] |
//! | callbacks of a flow | the end alone, in short |
//!
//! [`SimulatorBuilder`] changes what is known to differ; [`Weather`] brings failures nobody ordered, and
//! [`ExotelSimulator::mishaps`] those that were, by the names of this crate's operations (`trunks.create`). Callbacks go
//! **to this machine only**.
//!
//! # Without a network
//! [`ExotelSimulator::in_process`] is a transport that asks the simulator directly, for tests under paused time.

mod answer;
mod api;
mod asked;
mod callback;
mod choice;
mod guide;
mod inspect;
mod limits;
mod pace;
mod settings;
mod time;
mod v1;
mod v2;
mod weather;
mod world;

use std::fmt;
use std::sync::Arc;

use voice_core::client::ClientOptions;
use voice_core::error::Error;
use voice_core::ident::E164;
use voice_core::provider::CallStatus;
use voice_core::testkit::{InProcess, Mishaps, Service, SimServer};

use crate::account::AccountName;
use crate::builder::ExotelClientBuilder;
use crate::client::ExotelClient;
use crate::region::Region;
use v1::record::{Order, digits};
use world::Shared;

pub use callback::Delivered;
pub use choice::{
    CustomFieldEcho, DeleteAnswer, Duplicates, MapForm, NumberSpelling, RetryAfter, Shapes,
    TooManyForm, TrunkReads, UdpDestinations, UnknownTrunk, Vsip,
};
pub use inspect::{SimCredential, SimDestination, SimIp, SimNumber, SimTrunk};
pub use pace::{Outcome, Pace};
pub use settings::SimulatorBuilder;
pub use v1::record::SimCall;
pub use weather::{Acted, Failure, Weather};

/// A running simulator; it stops when dropped. See the [module page](self).
pub struct ExotelSimulator {
    server: SimServer,
    api: Arc<dyn Service>,
    shared: Arc<Shared>,
}

impl ExotelSimulator {
    /// The account every simulator has.
    pub const ACCOUNT: &'static str = "exampleacc";
    /// Its API key.
    pub const API_KEY: &'static str = "51e00000000000000000000000000000000000000000ca11";
    /// Its API token.
    pub const API_TOKEN: &'static str = "51e00000000000000000000000000000000000000000707e";

    /// Starts one with the default settings.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    async fn start_with(settings: SimulatorBuilder) -> Self {
        let own = [Self::ACCOUNT, Self::API_KEY, Self::API_TOKEN];
        let shared = Arc::new(Shared::new(settings, own));
        let api: Arc<dyn Service> = Arc::new(api::Api(Arc::clone(&shared)));
        let server = SimServer::start(Arc::clone(&api)).await;
        Self {
            server,
            api,
            shared,
        }
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
    pub fn client(&self) -> Result<ExotelClient, Error> {
        self.client_with(ClientOptions::new())
    }

    /// A client of its account with given settings.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn client_with(&self, options: ClientOptions) -> Result<ExotelClient, Error> {
        self.client_builder()?
            .api_key(Self::API_KEY)
            .api_token(Self::API_TOKEN)
            .options(options)
            .build()
    }

    /// A builder with its address and account, still without credentials.
    ///
    /// # Errors
    /// Never in practice.
    pub fn client_builder(&self) -> Result<ExotelClientBuilder, Error> {
        let account = AccountName::parse(Self::ACCOUNT)
            .map_err(|error| Error::invalid_input("account", error.to_string()))?;
        let builder = ExotelClient::builder().account(account);
        Ok(match Region::custom(&self.url()) {
            Ok(region) => builder.region(region),
            Err(_) => builder,
        })
    }

    /// A transport that asks it without a network: for clients under tokio's paused time, of any region, and for many
    /// requests in little time. Late answers come late by the simulator's clock.
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

    /// Another weather from now on.
    pub fn set_weather(&self, weather: Weather) {
        self.shared.lock().weather = weather;
    }

    /// Another pace, for calls whose next step is not begun yet.
    pub fn set_pace(&self, pace: Pace) {
        self.shared.lock().pace = pace;
    }

    /// What becomes of ringing a number from now on, first or second.
    pub fn set_outcome(&self, number: &E164, outcome: Outcome) {
        let key = digits(number.as_str());
        self.shared.lock().outcomes.insert(key, outcome);
    }

    /// A trunk name that is taken, but by no trunk the account can see.
    pub fn take_name(&self, name: impl Into<String>) {
        if let Some(account) = self.shared.lock().accounts.first_mut() {
            account.taken.insert(name.into());
        }
    }

    /// Is told when a call that is connected to a stream is answered, with the stream's URL: time to tell a simulated agent
    /// that its session was joined. Called on a runtime thread; be quick.
    pub fn on_answered(&self, hook: impl Fn(&SimCall, &str) + Send + Sync + 'static) {
        self.shared.hooks().answered = Some(Arc::new(hook));
    }

    /// Is told when a call that was connected to a stream is over, with the stream's URL.
    pub fn on_ended(&self, hook: impl Fn(&SimCall, &str) + Send + Sync + 'static) {
        self.shared.hooks().ended = Some(Arc::new(hook));
    }

    /// Is asked by the voicebot of a flow where to stream to; `None` streams nowhere.
    pub fn on_voicebot(&self, hook: impl Fn(&SimCall) -> Option<String> + Send + Sync + 'static) {
        self.shared.hooks().voicebot = Some(Arc::new(hook));
    }

    /// Takes every status callback instead of the network, wherever it leads, and says what it is answered: for tests under
    /// paused time.
    pub fn on_callback(&self, hook: impl Fn(&Delivered) -> u16 + Send + Sync + 'static) {
        self.shared.hooks().callback = Some(Arc::new(hook));
    }

    /// Somebody hangs up, or the stream ends: the call is over.
    pub fn end_call(&self, sid: &str) {
        let connected = self
            .call(sid)
            .is_some_and(|call| call.status == CallStatus::InProgress);
        let status = if connected {
            CallStatus::Completed
        } else {
            CallStatus::Canceled
        };
        v1::finish(&self.shared, sid, status);
    }

    /// Another client of the account rings a number. The call stands in the list like any other; its id.
    pub fn place_call_elsewhere(&self, from: &E164, caller_id: &E164) -> String {
        v1::place(&self.shared, 0, Order::plain(from, caller_id))
    }

    /// Sends every status callback so far once more, newest first: late, out of order and twice, as happens.
    pub async fn redeliver(&self) {
        for delivery in self.delivered().into_iter().rev() {
            callback::attempt_once(&self.shared, &delivery).await;
        }
    }
}

impl Drop for ExotelSimulator {
    fn drop(&mut self) {
        self.shared.stop();
    }
}

impl fmt::Debug for ExotelSimulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExotelSimulator")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}
