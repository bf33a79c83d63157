//! Setting a simulator up.

use std::time::Duration;

use secrecy::SecretString;
use voice_core::clock::{SharedClock, SystemClock};

use super::choice::{
    CustomFieldEcho, DeleteAnswer, Duplicates, MapForm, NumberSpelling, RetryAfter, Shapes,
    TooManyForm, TrunkReads, UdpDestinations, UnknownTrunk, Vsip,
};
use super::pace::Pace;
use super::weather::Weather;
use super::{ExotelSimulator, v1};
use crate::account::AccountName;
use crate::region::Region;

/// Settings of an [`ExotelSimulator`]; begun by [`ExotelSimulator::builder`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is started"]
pub struct SimulatorBuilder {
    pub(super) clock: SharedClock,
    pub(super) region: Region,
    pub(super) home: Option<Region>,
    pub(super) accounts: Vec<(AccountName, SecretString, SecretString)>,
    pub(super) shapes: Shapes,
    pub(super) udp: UdpDestinations,
    pub(super) duplicates: Duplicates,
    pub(super) unknown_trunk: UnknownTrunk,
    pub(super) trunk_reads: TrunkReads,
    pub(super) delete_answer: DeleteAnswer,
    pub(super) map_form: MapForm,
    pub(super) vsip: Vsip,
    pub(super) requests_per_minute: usize,
    pub(super) connections: usize,
    pub(super) too_many: TooManyForm,
    pub(super) retry_after: RetryAfter,
    pub(super) latency: Duration,
    pub(super) weather: Weather,
    pub(super) seed: u64,
    pub(super) pace: Pace,
    pub(super) exophones: Vec<String>,
    pub(super) echo: CustomFieldEcho,
    pub(super) spelling: NumberSpelling,
    pub(super) callback_waits: Vec<Duration>,
}

impl SimulatorBuilder {
    pub(super) fn new() -> Self {
        Self {
            clock: SystemClock::shared(),
            region: Region::Mumbai,
            home: None,
            accounts: Vec::new(),
            shapes: Shapes::default(),
            udp: UdpDestinations::default(),
            duplicates: Duplicates::default(),
            unknown_trunk: UnknownTrunk::default(),
            trunk_reads: TrunkReads::default(),
            delete_answer: DeleteAnswer::default(),
            map_form: MapForm::default(),
            vsip: Vsip::default(),
            requests_per_minute: 200,
            connections: 50,
            too_many: TooManyForm::default(),
            retry_after: RetryAfter::default(),
            latency: Duration::ZERO,
            weather: Weather::default(),
            seed: 1,
            pace: Pace::FAST,
            exophones: Vec::new(),
            echo: CustomFieldEcho::default(),
            spelling: NumberSpelling::default(),
            callback_waits: v1::CALLBACK_WAITS.to_vec(),
        }
    }

    /// The clock by which calls go on, limits count, and peak hours come; the system's.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// The region it plays; Mumbai. A request whose `Host` is the other region's is refused with 401 and 1010.
    pub fn region(mut self, region: Region) -> Self {
        self.region = region;
        self
    }

    /// Where its accounts live; in its own region. In another, every request is refused with 401 and 1010.
    pub fn account_region(mut self, region: Region) -> Self {
        self.home = Some(region);
        self
    }

    /// One more account, with its key and token.
    pub fn account(
        mut self,
        name: AccountName,
        key: impl Into<SecretString>,
        token: impl Into<SecretString>,
    ) -> Self {
        self.accounts.push((name, key.into(), token.into()));
        self
    }

    /// In whose words it answers.
    pub fn shapes(mut self, shapes: Shapes) -> Self {
        self.shapes = shapes;
        self
    }

    /// What becomes of destinations without a transport.
    pub fn udp_destinations(mut self, udp: UdpDestinations) -> Self {
        self.udp = udp;
        self
    }

    /// What becomes of a destination or a credential that is there already.
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// How an unknown trunk is refused.
    pub fn unknown_trunk(mut self, refusal: UnknownTrunk) -> Self {
        self.unknown_trunk = refusal;
        self
    }

    /// How one trunk can be read.
    pub fn trunk_reads(mut self, reads: TrunkReads) -> Self {
        self.trunk_reads = reads;
        self
    }

    /// What a DELETE answers.
    pub fn delete_answer(mut self, answer: DeleteAnswer) -> Self {
        self.delete_answer = answer;
        self
    }

    /// The form of a trunk map.
    pub fn map_form(mut self, form: MapForm) -> Self {
        self.map_form = form;
        self
    }

    /// Whether the accounts may use vSIP.
    pub fn vsip(mut self, vsip: Vsip) -> Self {
        self.vsip = vsip;
        self
    }

    /// Requests in any minute for each account; 200.
    pub fn requests_per_minute(mut self, requests: usize) -> Self {
        self.requests_per_minute = requests;
        self
    }

    /// Requests at the same time for each account; 50. An answer holds its connection for as long as it takes: see
    /// [`latency`](Self::latency).
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// The form of a 429.
    pub fn too_many_form(mut self, form: TooManyForm) -> Self {
        self.too_many = form;
        self
    }

    /// Whether a 429 of the limits, of the balance or of the weather has a `Retry-After`.
    pub fn retry_after(mut self, header: RetryAfter) -> Self {
        self.retry_after = header;
        self
    }

    /// How long every answer takes; no time.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// How reliable it is; calm.
    pub fn weather(mut self, weather: Weather) -> Self {
        self.weather = weather;
        self
    }

    /// What the weather is drawn from; 1. The same seed and the same order of requests give the same failures.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How fast calls go on; [`Pace::FAST`].
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// An ExoPhone of the account. Once one is given, calls with any other `CallerId` are refused; until then none are.
    pub fn exophone(mut self, number: impl Into<String>) -> Self {
        self.exophones.push(number.into());
        self
    }

    /// Where a call's `CustomField` comes back.
    pub fn custom_field_echo(mut self, echo: CustomFieldEcho) -> Self {
        self.echo = echo;
        self
    }

    /// How answers write a call's numbers.
    pub fn number_spelling(mut self, spelling: NumberSpelling) -> Self {
        self.spelling = spelling;
        self
    }

    /// How long after each failed try a status callback is sent again; 5 minutes, then 15.
    pub fn callback_waits(mut self, waits: impl IntoIterator<Item = Duration>) -> Self {
        self.callback_waits = waits.into_iter().collect();
        self
    }

    /// Starts it on a free port. Call it within a tokio runtime, on which the calls then live.
    pub async fn start(self) -> ExotelSimulator {
        ExotelSimulator::start_with(self).await
    }
}
