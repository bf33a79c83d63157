//! The promises of the shared traits, against the simulator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use exotel_vsip::provider::{CallRoute, ExotelCalls};
use exotel_vsip::testkit::{CustomFieldEcho, DeleteAnswer, ExotelSimulator, Pace, UnknownTrunk};
use exotel_vsip::voice::{AppId, india};
use exotel_vsip::{AccountName, ExotelClient, Region};
use voice_core::client::ClientOptions;
use voice_core::ident::{E164, Ipv4Cidr};
use voice_core::provider::{CallId, Connect, CreateTrunk, JoinUrl, TrunkId};
use voice_core::testkit::conformance::{
    CallFixture, TrunkFixture, call_provider, health_of_refused, health_of_unreachable, health_ok,
    trunk_provider,
};

#[tokio::test]
async fn health() {
    let simulator = ExotelSimulator::start().await;
    health_ok(&simulator.client().unwrap()).await;
    let wrong = simulator
        .client_builder()
        .unwrap()
        .api_key("other")
        .api_token("0ther");
    health_of_refused(&wrong.build().unwrap()).await;
    let nobody = ExotelClient::builder()
        .account(AccountName::parse("exampleacc").unwrap())
        .api_key("key")
        .api_token("t0ken")
        .region(Region::custom("http://127.0.0.1:1").unwrap())
        .options(ClientOptions::new().retries(0))
        .build()
        .unwrap();
    health_of_unreachable(&nobody).await;
}

/// Voice v1 has no way to end a call, so the calls here end by themselves before they are ended.
#[tokio::test]
async fn calls() {
    for (route, echo) in [
        (CallRoute::Stream, CustomFieldEcho::Everywhere),
        (CallRoute::Stream, CustomFieldEcho::Callbacks),
        (
            CallRoute::Flow(AppId::parse("1262658").unwrap()),
            CustomFieldEcho::Everywhere,
        ),
    ] {
        let at_once = Pace::FAST
            .with_dial(Duration::ZERO)
            .with_answer(Duration::ZERO)
            .with_talk(Some(Duration::ZERO));
        let simulator = ExotelSimulator::builder()
            .custom_field_echo(echo)
            .pace(at_once)
            .latency(Duration::from_millis(30))
            .start()
            .await;
        let calls = ExotelCalls::new(simulator.client().unwrap(), route).zone(india());
        let number = |text| E164::parse(text).unwrap();
        let (to, never, from) = (
            number("+919876543210"),
            number("+919876543219"),
            number("+918047112345"),
        );
        let connect = Connect::Session(JoinUrl::new("wss://bot.example.com/calls/7").unwrap());
        let unknown = CallId::new("ffffffffffffffffffffffffffffffff").unwrap();
        call_provider(&calls, &CallFixture::new(to, never, from, connect, unknown)).await;
        assert_eq!((simulator.dialled(&to), simulator.dialled(&never)), (1, 0));
    }
}

#[tokio::test]
async fn trunks() {
    for (unknown, delete) in [
        (UnknownTrunk::Forbidden, DeleteAnswer::Short),
        (UnknownTrunk::NotFound, DeleteAnswer::Null),
    ] {
        let simulator = ExotelSimulator::builder()
            .unknown_trunk(unknown)
            .delete_answer(delete)
            .start()
            .await;
        let client = simulator.client().unwrap();
        let fixture = TrunkFixture::new(
            [CreateTrunk::new("one"), CreateTrunk::new("two")],
            E164::parse("+918000000001").unwrap(),
            Ipv4Cidr::parse("203.0.113.7").unwrap(),
            "203.0.113.7:5061;transport=tls",
            TrunkId::new("trmum1000000000000000099aa1n").unwrap(),
        );
        trunk_provider(&client, &fixture).await;
        assert_eq!((simulator.trunks().len(), simulator.duplicates()), (0, 0));
    }
}
