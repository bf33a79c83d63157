//! The promises of the shared trunk trait, and what becomes of requests without a clear answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{ACCOUNT, TOKEN, quick, scripted, to};
use http::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use twilio_client::TwilioClient;
use twilio_client::error::TwilioErrorExt;
use twilio_client::testkit::TwilioSimulator;
use voice_core::client::ClientOptions;
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{AccountSid, AuthToken, E164, Ipv4Cidr};
use voice_core::provider::{CreateTrunk, Trunk, TrunkId, TrunkProvider};
use voice_core::testkit::conformance::{TrunkFixture, trunk_provider};
use voice_core::testkit::{Mishap, Reply, ScriptedTransport, TestClock};

const DESTINATION: &str = "sip:203.0.113.7:5061;transport=tls";

fn range() -> Ipv4Cidr {
    Ipv4Cidr::parse("203.0.113.0/29").unwrap()
}

fn password() -> SecretString {
    SecretString::from("Corr3ct-Horse-Battery")
}

fn nowhere() -> TrunkId {
    TrunkId::new(concat!("TK", "ffffffffffffffffffffffffffffffff")).unwrap()
}

async fn simulator() -> (TwilioSimulator, TwilioClient) {
    let simulator = TwilioSimulator::builder().number(to()).start().await;
    let client = simulator.client_with(quick()).unwrap();
    (simulator, client)
}

fn count(simulator: &TwilioSimulator, kind: &str) -> usize {
    simulator.resources(kind).len()
}

const LISTS: [&str; 4] = [
    "sip.ip_access_control_lists",
    "sip.ip_addresses",
    "sip.credential_lists",
    "sip.credentials",
];

#[tokio::test]
async fn trunks() {
    let (simulator, client) = simulator().await;
    let fixture = TrunkFixture::new(
        [CreateTrunk::new("one"), CreateTrunk::new("two")],
        to(),
        range(),
        DESTINATION,
        nowhere(),
    );
    trunk_provider(&client, &fixture).await;
    for kind in LISTS.into_iter().chain(["trunks", "trunks.phone_numbers"]) {
        assert_eq!(count(&simulator, kind), 0, "{kind} are left");
    }
    let number = &simulator.resources("incoming_phone_numbers")[0];
    assert_eq!(number["trunk_sid"], Value::Null);
}

#[tokio::test]
async fn what_is_there_is_not_made_again() {
    let (simulator, client) = simulator().await;
    let trunk = client.create_trunk(&CreateTrunk::new("a")).await.unwrap();
    let again = client.create_trunk(&CreateTrunk::new("a")).await;
    let error = again.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::AlreadyExists, Delivery::Answered)
    );
    assert_eq!(error.context_value("trunk"), Some(trunk.id.as_str()));

    client
        .add_destination(&trunk.id, DESTINATION)
        .await
        .unwrap();
    let upper = "SIP:203.0.113.7:5061;transport=tls";
    let error = client.add_destination(&trunk.id, upper).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
    client
        .add_credential(&trunk.id, "anna", &password())
        .await
        .unwrap();
    let twice = client.add_credential(&trunk.id, "anna", &password()).await;
    assert_eq!(twice.unwrap_err().kind(), ErrorKind::AlreadyExists);

    // The same addresses in a list of somebody else's, which the trunk uses too.
    let lists = client.sip();
    let named = twilio_client::sip::NameIpAccessControlList::new("by hand");
    let list = lists.ip_access_control_lists().create(&named).await;
    let list = list.unwrap().sid.unwrap();
    let entry = twilio_client::sip::CreateIpAddress::new("a", range());
    let entries = lists.ip_access_control_lists();
    entries.addresses(list).create(&entry).await.unwrap();
    let sid = trunk.id.as_str().parse().unwrap();
    client
        .trunks()
        .ip_access_control_lists(sid)
        .create(list)
        .await
        .unwrap();
    let error = client.allow_ip(&trunk.id, &range()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
    assert_eq!(count(&simulator, "sip.ip_access_control_lists"), 1);
    // It is not the trunk's own, so it stays.
    client.delete_trunk(&trunk.id).await.unwrap();
    assert_eq!(count(&simulator, "sip.ip_access_control_lists"), 1);
    assert_eq!(count(&simulator, "sip.credential_lists"), 0);
}

/// Everything there is to do with a trunk, named `name`.
async fn fill(client: &TwilioClient, name: &str) -> Result<Trunk, voice_core::error::Error> {
    let trunk = client.create_trunk(&CreateTrunk::new(name)).await?;
    client.map_number(&trunk.id, &to()).await?;
    client.allow_ip(&trunk.id, &range()).await?;
    client.add_destination(&trunk.id, DESTINATION).await?;
    client
        .add_credential(&trunk.id, "anna", &password())
        .await?;
    Ok(trunk)
}

const CREATES: [&str; 9] = [
    "trunks.create",
    "trunks.phone_numbers.create",
    "sip.ip_access_control_lists.create",
    "sip.ip_addresses.create",
    "trunks.ip_access_control_lists.create",
    "trunks.origination_urls.create",
    "sip.credential_lists.create",
    "sip.credentials.create",
    "trunks.credential_lists.create",
];

#[tokio::test]
async fn what_was_made_without_a_clear_answer_is_adopted() {
    for operation in CREATES {
        for mishap in [Mishap::ServerErrorAfterActing, Mishap::UnreadableSuccess] {
            let (simulator, client) = simulator().await;
            simulator.mishaps().next_of(operation, mishap.clone());
            let trunk = fill(&client, "a").await;
            let trunk = trunk.unwrap_or_else(|error| panic!("{operation} {mishap:?}: {error}"));
            assert_eq!(simulator.mishaps().left(), 0, "{operation}");
            for made in CREATES {
                let kind = made.strip_suffix(".create").unwrap();
                assert_eq!(count(&simulator, kind), 1, "{operation}: {kind}");
            }
            let raw = &simulator.resources("trunks")[0];
            assert_eq!(raw["sid"], trunk.id.as_str());
            assert_eq!(raw["auth_type"], "IP_ACL,CREDENTIAL_LIST");
        }
    }
}

#[tokio::test]
async fn an_attempt_that_broke_off_is_taken_up_again() {
    for operation in [
        "trunks.ip_access_control_lists.create",
        "sip.ip_addresses.create",
    ] {
        let (simulator, client) = simulator().await;
        let trunk = client.create_trunk(&CreateTrunk::new("a")).await.unwrap();
        simulator.mishaps().next_of(operation, Mishap::Unauthorized);
        assert!(client.allow_ip(&trunk.id, &range()).await.is_err());
        client.allow_ip(&trunk.id, &range()).await.unwrap();
        assert_eq!(count(&simulator, "sip.ip_access_control_lists"), 1);
        assert_eq!(count(&simulator, "sip.ip_addresses"), 1);
    }
    let (simulator, client) = simulator().await;
    let trunk = client.create_trunk(&CreateTrunk::new("a")).await.unwrap();
    simulator
        .mishaps()
        .next_of("trunks.credential_lists.create", Mishap::Unauthorized);
    let first = client.add_credential(&trunk.id, "anna", &password()).await;
    assert!(first.is_err());
    // The user is there, with the password of then: the one of now counts.
    let before = simulator.requests();
    let other = SecretString::from("An0ther-Good-Password");
    simulator
        .mishaps()
        .next_of("sip.credentials.update", Mishap::Slow(Duration::ZERO));
    client
        .add_credential(&trunk.id, "anna", &other)
        .await
        .unwrap();
    assert!(simulator.requests() > before);
    assert_eq!(simulator.mishaps().left(), 0, "the password was set");
    assert_eq!(count(&simulator, "sip.credentials"), 1);
}

#[tokio::test]
async fn numbers_are_not_taken_from_elsewhere() {
    let (simulator, client) = simulator().await;
    let one = client.create_trunk(&CreateTrunk::new("a")).await.unwrap();
    let two = client.create_trunk(&CreateTrunk::new("b")).await.unwrap();
    client.map_number(&one.id, &to()).await.unwrap();
    let error = client.map_number(&two.id, &to()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert_eq!(error.context_value("trunk"), Some(one.id.as_str()));
    let other = E164::parse("+14155550199").unwrap();
    let error = client.map_number(&two.id, &other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(!format!("{error} {error:?}").contains("5550199"), "{error}");
    assert_eq!(count(&simulator, "trunks.phone_numbers"), 1);
    // Twilio keeps a trunk that has numbers; the trait does not.
    let sid = one.id.as_str().parse().unwrap();
    let kept = client.trunks().delete(sid).await;
    assert_eq!(kept.unwrap_err().code(), Some("21247"));
    client.delete_trunk(&one.id).await.unwrap();
    client.map_number(&two.id, &to()).await.unwrap();
}

#[tokio::test]
async fn extras_are_twilios_own_parameters() {
    let (simulator, client) = simulator().await;
    let mut order = CreateTrunk::new("a");
    for (name, value) in [
        ("DomainName", json!("office.pstn.twilio.com")),
        ("DisasterRecoveryUrl", json!("https://app.example.com/down")),
        ("DisasterRecoveryMethod", json!("GET")),
        ("TransferMode", json!("sip-only")),
        ("TransferCallerId", json!("from-transferor")),
        ("Secure", json!(true)),
        ("CnamLookupEnabled", json!(false)),
    ] {
        order.extra.insert(name.to_owned(), value);
    }
    let trunk = client.create_trunk(&order).await.unwrap();
    for (name, value) in [
        ("domain_name", json!("office.pstn.twilio.com")),
        (
            "disaster_recovery_url",
            json!("https://app.example.com/down"),
        ),
        ("disaster_recovery_method", json!("GET")),
        ("transfer_mode", json!("sip-only")),
        ("transfer_caller_id", json!("from-transferor")),
        ("secure", json!(true)),
        ("cnam_lookup_enabled", json!(false)),
    ] {
        assert_eq!(trunk.raw[name], value, "{name}");
    }
    // The domain is taken, which another account may have done.
    let mut same = CreateTrunk::new("b");
    same.extra = order.extra.clone();
    let error = client.create_trunk(&same).await.unwrap_err();
    assert_eq!(error.twilio_code().map(|code| code.get()), Some(21248));

    let before = simulator.requests();
    for (name, value) in [
        ("domain_name", json!("office.pstn.twilio.com")),
        ("FriendlyName", json!("b")),
        ("DomainName", json!(5)),
        ("Secure", json!("true")),
        ("DisasterRecoveryUrl", json!("ftp://app.example.com")),
    ] {
        let mut order = CreateTrunk::new("c");
        order.extra.insert(name.to_owned(), value);
        let error = client.create_trunk(&order).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name}");
        assert_eq!(error.fields()[0].field, name);
    }
    assert_eq!(simulator.requests(), before);
}

#[tokio::test]
async fn ids_and_destinations_of_another_form_are_not_sent() {
    let (client, transport) = scripted([]);
    let other = TrunkId::new("trmum1000000000000000099aa1n").unwrap();
    let error = client.delete_trunk(&other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.fields()[0].field, "trunk");
    for destination in ["203.0.113.7:5061", "https://example.com", ""] {
        let error = client.add_destination(&nowhere(), destination).await;
        assert_eq!(error.unwrap_err().fields()[0].field, "destination");
    }
    assert!(transport.sent().is_empty());
}

/// A client under paused time.
fn patient(script: Vec<Reply>) -> (TwilioClient, ScriptedTransport, Arc<TestClock>) {
    let transport = ScriptedTransport::new(script);
    let clock = Arc::new(TestClock::at(1_700_000_000));
    let options = ClientOptions::new()
        .transport(Arc::new(transport.clone()))
        .clock(clock.clone());
    let client = TwilioClient::builder()
        .account_sid(AccountSid::parse(ACCOUNT).unwrap())
        .auth_token(AuthToken::parse(TOKEN).unwrap())
        .options(options)
        .build()
        .unwrap();
    (client, transport, clock)
}

fn page(trunks: &[&str]) -> Reply {
    let trunks: Vec<Value> = trunks
        .iter()
        .map(|digit| json!({"sid": format!("TK{}", digit.repeat(32)), "friendly_name": "a"}))
        .collect();
    Reply::status(
        200,
        json!({"trunks": trunks, "meta": {"next_page_url": null}}).to_string(),
    )
}

#[tokio::test(start_paused = true)]
async fn a_trunk_that_comes_late_is_found_and_none_is_made_twice() {
    let script = vec![
        page(&[]),
        Reply::status(500, ""),
        page(&[]),
        page(&[]),
        page(&["1"]),
    ];
    let (client, transport, clock) = patient(script);
    let trunk = client.create_trunk(&CreateTrunk::new("a")).await.unwrap();
    assert_eq!(trunk.id.as_str(), format!("TK{}", "1".repeat(32)));
    let posts = transport.sent();
    let posts = posts.iter().filter(|sent| sent.method == Method::POST);
    assert_eq!(posts.count(), 1);
    assert_eq!(clock.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn a_trunk_that_never_comes_stays_unknown() {
    let mut script = vec![page(&[]), Reply::status(500, "")];
    script.extend((0..20).map(|_| page(&[])));
    let (client, transport, clock) = patient(script);
    let error = client
        .create_trunk(&CreateTrunk::new("a"))
        .await
        .unwrap_err();
    assert_eq!(error.delivery(), Delivery::Unknown, "{error}");
    assert!(error.context_value("reconciled").is_some(), "{error:?}");
    assert_eq!(clock.elapsed(), Duration::from_secs(35));
    let posts = transport.sent();
    let posts = posts.iter().filter(|sent| sent.method == Method::POST);
    assert_eq!(posts.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn several_of_one_name_are_not_guessed_from() {
    let script = vec![page(&[]), Reply::status(500, ""), page(&["1", "2"])];
    let (client, _, _) = patient(script);
    let error = client
        .create_trunk(&CreateTrunk::new("a"))
        .await
        .unwrap_err();
    assert_eq!(error.delivery(), Delivery::Unknown);
    assert_eq!(error.context_value("found"), Some("2"));
}

#[tokio::test(start_paused = true)]
async fn a_look_that_fails_leaves_the_outcome_unknown_and_a_refusal_is_final() {
    let script = vec![
        page(&[]),
        Reply::status(500, ""),
        Reply::status(403, r#"{"code": 20403}"#),
    ];
    let (client, _, _) = patient(script);
    let error = client
        .create_trunk(&CreateTrunk::new("a"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Permission, Delivery::Unknown)
    );
    let refused = r#"{"code": 21244, "message": "too many", "status": 400}"#;
    let (client, transport, _) = patient(vec![page(&[]), Reply::status(400, refused)]);
    let error = client
        .create_trunk(&CreateTrunk::new("a"))
        .await
        .unwrap_err();
    assert_eq!(error.delivery(), Delivery::Answered);
    assert_eq!(transport.sent().len(), 2);
}
