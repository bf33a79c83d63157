//! What is refused before it is sent, and how a trunk is read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::net::Ipv4Addr;

use common::{builder, failure, name, number, only, options, page, reply, scripted, sid, success};
use exotel_vsip::credentials::{CredentialUpdate, NewCredential};
use exotel_vsip::destinations::DestinationUpdate;
use exotel_vsip::numbers::MapNumber;
use exotel_vsip::settings::NewSetting;
use exotel_vsip::trunks::{ConfirmDeletion, ListTrunks, NewTrunk, TrunkUpdate};
use exotel_vsip::types::{
    CredentialId, DestinationId, DomainName, NumberMode, SettingName, TrunkStatus, WhitelistedIpId,
};
use exotel_vsip::{AddressCheck, ExotelClient, Paging, rules};
use serde_json::json;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::{Ipv4Cidr, NsoCode, SipDestination};
use voice_core::testkit::{Reply, ScriptedTransport};

fn strict() -> (ExotelClient, ScriptedTransport) {
    let transport = ScriptedTransport::new([]);
    let client = builder()
        .address_check(AddressCheck::Refuse)
        .options(options(&transport))
        .build()
        .unwrap();
    (client, transport)
}

fn broken<T>(outcome: Result<T, Error>) -> Vec<String> {
    let error = outcome.err().expect("a rule is broken");
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::InvalidInput, Delivery::NotSent),
        "{error}"
    );
    error
        .fields()
        .iter()
        .map(|field| field.field.clone())
        .collect()
}

fn range(text: &str) -> Ipv4Cidr {
    Ipv4Cidr::parse(text).unwrap()
}

#[tokio::test]
async fn broken_rules_are_all_told_and_nothing_is_sent() {
    let (client, transport) = strict();
    let sid = sid();
    let trunk = client.trunk(&sid);
    let (ip, destination, credential) = (
        WhitelistedIpId::parse("7").unwrap(),
        DestinationId::parse("7").unwrap(),
        CredentialId::parse("7").unwrap(),
    );
    let local = SipDestination::tls("10.0.0.1", 5061).unwrap();
    let inside = SipDestination::tls("pbx.internal", 5061).unwrap();
    let fine = SipDestination::tls("sip.example.com", 5061).unwrap();
    let odd = NumberMode::from("PSTN");
    let number = number();
    assert_eq!(
        broken(client.trunks().update(&sid, &TrunkUpdate::new()).await),
        ["body"]
    );
    assert_eq!(
        broken(client.trunks().page(&ListTrunks::new().page_size(0)).await),
        ["page_size"]
    );
    assert_eq!(
        broken(
            client
                .trunks()
                .list(&ListTrunks::new().page_size(0))
                .collect()
                .await
        ),
        ["page_size"]
    );
    assert_eq!(
        broken(
            trunk
                .phone_numbers()
                .map(&MapNumber::new(number).mode(odd.clone()))
                .await
        ),
        ["mode"]
    );
    let id = exotel_vsip::types::PhoneNumberId::parse("7").unwrap();
    assert_eq!(
        broken(trunk.phone_numbers().set_mode(&id, &number, &odd).await),
        ["mode"]
    );
    assert_eq!(
        broken(trunk.whitelisted_ips().add(range("10.0.0.0/8")).await),
        ["mask", "ip"]
    );
    assert_eq!(
        broken(
            trunk
                .whitelisted_ips()
                .update(&ip, range("8.0.0.0/15"))
                .await
        ),
        ["mask"]
    );
    for private in [
        "192.168.1.1",
        "127.0.0.1",
        "169.254.1.1",
        "203.0.113.10",
        "172.16.0.0/16",
    ] {
        assert_eq!(
            broken(trunk.whitelisted_ips().add(range(private)).await),
            ["ip"],
            "{private}"
        );
    }
    assert_eq!(
        broken(trunk.destinations().add(&[]).await),
        ["destinations"]
    );
    assert_eq!(
        broken(
            trunk
                .destinations()
                .add(&[local.clone(), fine, inside])
                .await
        ),
        ["destinations.0.destination", "destinations.2.destination"]
    );
    assert_eq!(
        broken(trunk.destinations().add_one(&local).await),
        ["destinations.0.destination"]
    );
    assert_eq!(
        broken(
            trunk
                .destinations()
                .update(&destination, &DestinationUpdate::new())
                .await
        ),
        ["body"]
    );
    assert_eq!(
        broken(
            trunk
                .credentials()
                .create(&NewCredential::new("", ""))
                .await
        ),
        ["user_name", "password"]
    );
    let nothing = CredentialUpdate::new().user_name("").password("");
    assert_eq!(
        broken(trunk.credentials().update(&credential, &nothing).await),
        ["user_name", "password"]
    );
    assert_eq!(
        broken(
            trunk
                .credentials()
                .update(&credential, &CredentialUpdate::new())
                .await
        ),
        ["body"]
    );
    assert_eq!(broken(trunk.settings().set(&[]).await), ["settings"]);
    let settings = [
        NewSetting::new("trunk_external_alias", "123456"),
        NewSetting::new("", "x"),
    ];
    assert_eq!(
        broken(trunk.settings().set(&settings).await),
        ["settings.0.value", "settings.1.name"]
    );
    assert_eq!(
        broken(trunk.settings().delete(&SettingName::from("")).await),
        ["name"]
    );
    assert_eq!(
        broken(
            client
                .trunks()
                .delete(&sid, &ConfirmDeletion::of("trmum1other"))
                .await
        ),
        ["trunk_sid"]
    );
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn by_default_an_address_nobody_reaches_is_sent_all_the_same() {
    let made = success(json!({"id": "1", "ip": "192.168.1.1", "mask": 32}));
    let (client, transport) = scripted([reply(200, &made)]);
    let sid = sid();
    let added = client
        .trunk(&sid)
        .whitelisted_ips()
        .add(Ipv4Addr::new(192, 168, 1, 1).into())
        .await
        .unwrap();
    assert_eq!(added.range(), Some(range("192.168.1.1")));
    assert_eq!(only(&transport).2, json!({"ip": "192.168.1.1", "mask": 32}));
}

/// Takes down what is said at WARN.
struct Listener(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

impl tracing::Subscriber for Listener {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "exotel_vsip" && *metadata.level() == tracing::Level::WARN
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        struct Line(String);
        impl tracing::field::Visit for Line {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.0.push_str(&format!("{}={value:?} ", field.name()));
            }
        }
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test]
async fn such_an_address_is_warned_of_and_a_public_one_is_not() {
    let said = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let guard = tracing::subscriber::set_default(Listener(std::sync::Arc::clone(&said)));
    let made = || reply(200, &success(json!({"id": "1", "ip": "x"})));
    let (client, _) = scripted([made(), made()]);
    let sid = sid();
    let list = client.trunk(&sid);
    list.whitelisted_ips().add(range("8.8.4.17")).await.unwrap();
    assert!(said.lock().unwrap().is_empty());
    list.whitelisted_ips().add(range("10.0.0.1")).await.unwrap();
    drop(guard);
    let said = said.lock().unwrap().join("\n");
    for part in ["whitelisted_ips.add", "field=\"ip\"", "a private address"] {
        assert!(said.contains(part), "{part} in {said}");
    }
}

#[tokio::test]
async fn a_trunk_has_the_accounts_domain_unless_told_otherwise() {
    let made = || reply(200, &success(json!({"trunk_sid": "t", "status": "active"})));
    let (client, transport) = scripted([made()]);
    let trunk = client
        .trunks()
        .create(&NewTrunk::new(name("outbound_trunk")))
        .await
        .unwrap();
    assert_eq!(
        (trunk.status.as_ref(), trunk.request_id()),
        (Some(&TrunkStatus::Active), Some("0123"))
    );
    let (method, target, body) = only(&transport);
    assert_eq!(
        (method.as_str(), target.as_str()),
        ("POST", "/v2/accounts/exampleacc/trunks")
    );
    assert_eq!(
        body,
        json!({"trunk_name": "outbound_trunk", "nso_code": "ANY-ANY", "domain_name": "exampleacc.pstn.exotel.com"})
    );
    let (client, transport) = scripted([made()]);
    let other = NewTrunk::new(name("t"))
        .nso_code(NsoCode::parse("IND-MUM").unwrap())
        .domain_name(DomainName::parse("other.pstn.exotel.com").unwrap());
    client.trunks().create(&other).await.unwrap();
    assert_eq!(only(&transport).2["domain_name"], "other.pstn.exotel.com");
}

#[tokio::test]
async fn udp_goes_out_without_its_transport() {
    let (client, transport) = scripted([reply(
        200,
        &json!({"response": [
        {"code": 200, "status": "success", "data": {"id": "1", "destination": "sip:8.8.4.17:5060"}}]}),
    )]);
    let udp = SipDestination::udp("8.8.4.17", 5060).unwrap();
    let sid = sid();
    let added = client
        .trunk(&sid)
        .destinations()
        .add_one(&udp)
        .await
        .unwrap();
    assert!(
        added.leads_to(&udp) && !added.leads_to(&SipDestination::tcp("8.8.4.17", 5060).unwrap())
    );
    assert_eq!(
        only(&transport).2,
        json!({"destinations": [{"destination": "8.8.4.17:5060"}]})
    );
}

#[tokio::test]
async fn a_trunk_is_read_by_the_list_first_and_by_its_path_second() {
    let own = json!({"trunk_sid": common::SID});
    let other = json!({"trunk_sid": "other"});
    let by_list = format!("/v2/accounts/exampleacc/trunks?trunk_sid={}", common::SID);
    let by_path = format!("/v2/accounts/exampleacc/trunks/{}", common::SID);
    let one = || reply(200, &success(own.clone()));
    let cases: [(Vec<Reply>, usize); 6] = [
        (vec![reply(200, &page(std::slice::from_ref(&own), None))], 1),
        (
            vec![reply(200, &page(&[other.clone(), own.clone()], None))],
            1,
        ),
        (vec![one()], 1),
        (vec![reply(200, &page(&[other], None)), one()], 2),
        (
            vec![
                reply(404, &failure(404, 1000, "Not Found", "Not Found")),
                one(),
            ],
            2,
        ),
        (
            vec![
                reply(400, &failure(400, 1002, "Invalid parameter", "x")),
                one(),
            ],
            2,
        ),
    ];
    for (replies, count) in cases {
        let (client, transport) = scripted(replies);
        let trunk = client.trunks().get(&sid()).await.unwrap();
        assert_eq!(trunk.sid().unwrap(), &sid());
        let targets: Vec<String> = transport
            .sent()
            .iter()
            .map(|sent| sent.uri.path_and_query().unwrap().to_string())
            .collect();
        assert_eq!(targets, [by_list.clone(), by_path.clone()][..count]);
    }
    let (client, transport) = scripted([reply(200, &page(&[], None))]);
    let error = client.trunks().get(&sid()).await.unwrap_err();
    assert!(error.is_not_found() && error.request_id() == Some("0123"));
    assert_eq!(transport.sent().len(), 1, "an empty list is an answer");
    let (client, transport) =
        scripted([reply(401, &failure(401, 1010, "Authorization failed", "x"))]);
    assert!(client.trunks().get(&sid()).await.unwrap_err().is_auth());
    assert_eq!(
        transport.sent().len(),
        1,
        "who may not ask this way may not ask that way"
    );
}

#[tokio::test]
async fn a_trunk_is_found_by_its_exact_name() {
    let trunks = [
        json!({"trunk_sid": "a", "trunk_name": "Outbound"}),
        json!({"trunk_sid": "b", "trunk_name": "outbound"}),
    ];
    let (client, _) = scripted([
        reply(200, &page(&trunks, None)),
        reply(200, &page(&trunks, None)),
    ]);
    let found = client
        .trunks()
        .find_by_name(&name("outbound"))
        .await
        .unwrap();
    assert_eq!(found.unwrap().sid().unwrap().as_str(), "b");
    assert_eq!(
        client
            .trunks()
            .find_by_name(&name("OUTBOUND"))
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn a_deletion_gives_the_trunk_when_the_answer_has_it() {
    let gone = json!({"trunk_sid": common::SID, "trunk_name": "my_trunk1234"});
    let (client, transport) = scripted([
        reply(200, &success(gone)),
        reply(200, &success(json!(null))),
        Reply::status(204, ""),
    ]);
    let confirmation = ConfirmDeletion::of(common::SID);
    let deleted = client.trunks().delete(&sid(), &confirmation).await.unwrap();
    assert_eq!(
        deleted.as_ref().unwrap().trunk_name.as_deref(),
        Some("my_trunk1234")
    );
    for _ in 0..2 {
        assert!(
            client
                .trunks()
                .delete(&sid(), &confirmation)
                .await
                .unwrap()
                .is_none()
        );
    }
    let target = transport.sent()[0]
        .uri
        .path_and_query()
        .unwrap()
        .to_string();
    assert_eq!(
        target,
        format!("/v2/accounts/exampleacc/trunks?trunk_sid={}", common::SID)
    );
}

#[tokio::test]
async fn a_number_is_looked_up_without_an_envelope() {
    let flat = json!({"exophone": "+918000000001", "trunk_sid": common::SID, "phone_number_id": 41523, "mode": null});
    for body in [flat.clone(), success(flat)] {
        let (client, transport) = scripted([reply(200, &body)]);
        let map = client.trunk_maps().lookup(&number()).await.unwrap();
        assert_eq!(map.trunk_sid.as_ref(), Some(&sid()));
        assert_eq!(
            (map.phone_number_id.as_ref().unwrap().as_str(), &map.mode),
            ("41523", &None)
        );
        assert_eq!(
            only(&transport).1,
            "/v2/accounts/exampleacc/trunk-maps?exophone=%2B918000000001"
        );
    }
}

/// A server that imitates Exotel with flat bodies and 201.
#[tokio::test]
async fn flat_bodies_of_imitations_are_read() {
    let (client, _) = scripted([
        reply(
            201,
            &json!({"sid": "TR12345678", "name": "t", "status": "active", "created_at": "2025-01-13T10:30:00Z", "x": 1}),
        ),
        reply(201, &json!({"sid": "9", "phone_number": "+918000000001"})),
    ]);
    let trunk = client
        .trunks()
        .create(&NewTrunk::new(name("t")))
        .await
        .unwrap();
    assert_eq!(trunk.sid().unwrap().as_str(), "TR12345678");
    assert_eq!(
        trunk.date_created.as_ref().unwrap().epoch_seconds(),
        Some(1_736_764_200)
    );
    assert_eq!(trunk.extra["x"], 1);
    let sid = sid();
    let mapped = client
        .trunk(&sid)
        .phone_numbers()
        .map(&MapNumber::new(number()))
        .await
        .unwrap();
    assert_eq!(
        (mapped.id().unwrap().as_str(), mapped.effective_mode()),
        ("9", NumberMode::Pstn)
    );
    assert_eq!(mapped.number(), Some(number()));
}

#[tokio::test]
async fn fields_that_cannot_be_read_are_kept() {
    let body =
        success(json!({"id": "", "ip": "8.8.4.17", "mask": "wide", "date_created": "yesterday"}));
    let (client, _) = scripted([reply(200, &body)]);
    let sid = sid();
    let added = client
        .trunk(&sid)
        .whitelisted_ips()
        .add(range("8.8.4.17"))
        .await
        .unwrap();
    assert!(added.id().is_err() && added.mask.is_none());
    assert_eq!(
        (&added.extra["id"], &added.extra["mask"]),
        (&json!(""), &json!("wide"))
    );
    let created = added.date_created.as_ref().unwrap();
    assert_eq!((created.as_str(), created.time()), ("yesterday", None));
}

#[tokio::test]
async fn settings_are_listed_without_paging() {
    let alias = json!({"name": "trunk_external_alias", "value": "+918000000001"});
    let (client, transport) = scripted([reply(200, &page(&[alias], None))]);
    let sid = sid();
    let all = client
        .trunk(&sid)
        .settings()
        .list()
        .collect()
        .await
        .unwrap();
    assert_eq!(all[0].name, Some(SettingName::ExternalAlias));
    assert_eq!(
        only(&transport).1,
        format!("/v2/accounts/exampleacc/trunks/{}/settings", common::SID)
    );
    assert_eq!(Paging::new(), Paging::default());
}

#[test]
fn the_readme_shows_the_rules_as_they_are_checked() {
    let readme = include_str!("../README.md");
    assert!(
        readme.contains(&rules::table()),
        "the table should be:\n{}",
        rules::table()
    );
}
