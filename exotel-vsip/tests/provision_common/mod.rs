//! What the tests of provisioning share: a simulator without a network, and its state without ids.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::Arc;
use std::time::Duration;

use exotel_vsip::credentials::NewCredential;
use exotel_vsip::numbers::MapNumber;
use exotel_vsip::provision::Plan;
use exotel_vsip::settings::NewSetting;
use exotel_vsip::testkit::{ExotelSimulator, SimulatorBuilder};
use exotel_vsip::trunks::NewTrunk;
use exotel_vsip::types::NumberMode;
use exotel_vsip::{AccountName, ExotelClient, ExotelClientBuilder};
use voice_core::breaker::BreakerSettings;
use voice_core::client::ClientOptions;
use voice_core::ident::{E164, Ipv4Cidr, SipDestination, TrunkName};
use voice_core::testkit::TestClock;

pub(crate) const PASSWORD: &str = "planted-Passw0rd-4711";

/// Noon in India, on 2026-01-23: in the middle of the peak hours.
pub(crate) const NOON: u64 = 1_769_149_800;

pub(crate) fn number(at: usize) -> E164 {
    E164::parse(&format!("+9180{at:08}")).unwrap()
}

pub(crate) fn name(text: &str) -> TrunkName {
    TrunkName::parse(text).unwrap()
}

pub(crate) fn trunk(text: &str) -> NewTrunk {
    NewTrunk::new(name(text))
}

pub(crate) fn range(text: &str) -> Ipv4Cidr {
    Ipv4Cidr::parse(text).unwrap()
}

pub(crate) fn tls(host: &str) -> SipDestination {
    SipDestination::tls(host, 5061).unwrap()
}

pub(crate) fn user() -> NewCredential {
    NewCredential::new("voice_ai_user", PASSWORD)
}

/// Everything that a plan can hold.
pub(crate) fn everything() -> Plan {
    Plan::new(trunk("everything"))
        .map_number(MapNumber::new(number(1)).mode(NumberMode::Flow))
        .allow_ip(range("8.8.4.17/32"))
        .add_destination(tls("8.8.4.17"))
        .add_destination(tls("sip.example.com"))
        .create_credential(user())
        .set(NewSetting::external_alias(&number(1)))
}

pub(crate) fn builder(simulator: &ExotelSimulator, clock: Arc<TestClock>) -> ExotelClientBuilder {
    ExotelClient::builder()
        .account(AccountName::parse(ExotelSimulator::ACCOUNT).unwrap())
        .api_key(ExotelSimulator::API_KEY)
        .api_token(ExotelSimulator::API_TOKEN)
        .options(
            ClientOptions::new()
                .transport(Arc::new(simulator.in_process()))
                // By the row alone: on a clock that only waits move, no row lasts.
                .breaker(BreakerSettings::new(5, Duration::from_secs(30)))
                .clock(clock),
        )
}

/// A simulator and a client of it, both by one clock and without a network.
pub(crate) async fn world_of(
    settings: SimulatorBuilder,
) -> (ExotelSimulator, ExotelClient, Arc<TestClock>) {
    let clock = Arc::new(TestClock::at(NOON));
    let simulator = settings.clock(clock.clone()).start().await;
    let client = builder(&simulator, clock.clone()).build().unwrap();
    (simulator, client, clock)
}

pub(crate) async fn world() -> (ExotelSimulator, ExotelClient) {
    let (simulator, client, _) = world_of(ExotelSimulator::builder()).await;
    (simulator, client)
}

/// A trunk without ids and order: name, numbers with mode, addresses, destinations, users with password, alias.
pub(crate) type TrunkState = (
    String,
    Vec<(String, Option<String>)>,
    Vec<String>,
    Vec<String>,
    Vec<(String, String)>,
    Option<String>,
);

/// Everything there is, in a form that two runs can be compared by. What is there twice shows twice.
pub(crate) fn state(simulator: &ExotelSimulator) -> Vec<TrunkState> {
    let mut trunks: Vec<TrunkState> = simulator
        .trunks()
        .into_iter()
        .map(|trunk| {
            let numbers = trunk.numbers.into_iter();
            let mut numbers: Vec<_> = numbers.map(|own| (own.number, own.mode)).collect();
            let ips = trunk.ips.into_iter();
            let mut ips: Vec<_> = ips.map(|own| format!("{}/{}", own.ip, own.mask)).collect();
            let destinations = trunk.destinations.into_iter();
            let mut destinations: Vec<_> = destinations.map(|own| own.destination).collect();
            let users = trunk.credentials.into_iter();
            let mut users: Vec<_> = users.map(|own| (own.user_name, own.password)).collect();
            numbers.sort();
            ips.sort();
            destinations.sort();
            users.sort();
            (trunk.name, numbers, ips, destinations, users, trunk.alias)
        })
        .collect();
    trunks.sort();
    trunks
}
