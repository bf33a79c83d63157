//! The shared trait for trunks, against the simulator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod provision_common;

use exotel_vsip::testkit::{DeleteAnswer, ExotelSimulator, Shapes, UnknownTrunk};
use provision_common::{number, range, world};
use secrecy::SecretString;
use serde_json::json;
use voice_core::error::ErrorKind;
use voice_core::provider::{CreateTrunk, TrunkId, TrunkProvider};
use voice_core::testkit::Mishap;
use voice_core::testkit::conformance::{TrunkFixture, trunk_provider};

fn fixture() -> TrunkFixture {
    TrunkFixture::new(
        [
            CreateTrunk::new("conformance_1"),
            CreateTrunk::new("conformance_2"),
        ],
        number(1),
        range("8.8.4.17/32"),
        "8.8.4.17:5061;transport=tls",
        TrunkId::new("trmum100000000000000fffffaa1n").unwrap(),
    )
}

#[tokio::test]
async fn the_promises_hold() {
    for settings in [
        ExotelSimulator::builder(),
        ExotelSimulator::builder().unknown_trunk(UnknownTrunk::NotFound),
        ExotelSimulator::builder().delete_answer(DeleteAnswer::Null),
        ExotelSimulator::builder().shapes(Shapes::Guide),
    ] {
        let simulator = settings.start().await;
        let client = simulator.client().unwrap();
        // More than one page, so that the list is followed.
        for at in 0..60 {
            client
                .create_trunk(&CreateTrunk::new(format!("other_{at}")))
                .await
                .unwrap();
        }
        trunk_provider(&client, &fixture()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn extras_of_a_trunk_are_taken_and_others_refused() {
    let (simulator, client) = world().await;
    let provider: &dyn TrunkProvider = &client;
    let mut request = CreateTrunk::new("with_extras");
    request
        .extra
        .insert("nso_code".to_owned(), json!("ANY-ANY"));
    request
        .extra
        .insert("domain_name".to_owned(), json!("other.pstn.exotel.com"));
    let made = provider.create_trunk(&request).await.unwrap();
    assert_eq!(made.raw["domain_name"], "other.pstn.exotel.com");
    assert_eq!(made.raw["nso_code"], "ANY-ANY");
    let again = provider.create_trunk(&request).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::AlreadyExists);

    let before = simulator.requests();
    for (field, value) in [
        ("nso_code", json!("any any")),
        ("nso_code", json!(7)),
        ("domain_name", json!("sip.example.com")),
        ("domain_name", json!(null)),
        ("colour", json!("red")),
    ] {
        let mut request = CreateTrunk::new("t");
        request.extra.insert(field.to_owned(), value);
        let error = provider.create_trunk(&request).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.fields()[0].field.as_str()),
            (ErrorKind::InvalidInput, field)
        );
    }
    let long = provider
        .create_trunk(&CreateTrunk::new("seventeen_letters"))
        .await
        .unwrap_err();
    assert_eq!(long.fields()[0].field, "trunk_name");
    let sid = TrunkId::new("no/such/form").unwrap();
    assert_eq!(
        provider.delete_trunk(&sid).await.unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    let bad = provider
        .add_destination(&made.id, "http://sip.example.com")
        .await
        .unwrap_err();
    assert_eq!(bad.fields()[0].field, "destination");
    assert_eq!(simulator.requests(), before, "nothing of it was sent");

    let with_scheme = "sip:sip.example.com:5061;transport=tls";
    provider
        .add_destination(&made.id, with_scheme)
        .await
        .unwrap();
    assert_eq!(
        simulator.trunks()[0].destinations[0].destination,
        with_scheme
    );
}

/// The trait's methods are one request each, and never a second after an unknown outcome.
#[tokio::test(start_paused = true)]
async fn nothing_is_sent_twice_by_itself() {
    let (simulator, client) = world().await;
    let provider: &dyn TrunkProvider = &client;
    let trunk = provider.create_trunk(&CreateTrunk::new("t")).await.unwrap();
    simulator
        .mishaps()
        .next_of("credentials.create", Mishap::ServerErrorAfterActing);
    let password = SecretString::from("planted-Passw0rd-4711");
    let error = provider
        .add_credential(&trunk.id, "user", &password)
        .await
        .unwrap_err();
    assert!(error.may_have_happened());
    assert!(!format!("{error:?} {error}").contains("Passw0rd"));
    assert_eq!(simulator.requests_of("credentials.create"), 1);
    assert_eq!(
        simulator.trunks()[0].credentials[0].password,
        "planted-Passw0rd-4711"
    );
}
