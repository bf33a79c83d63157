//! Every operation of the client against the simulator, in both its words.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use exotel_vsip::credentials::{CredentialUpdate, NewCredential};
use exotel_vsip::destinations::DestinationUpdate;
use exotel_vsip::error::ErrorCode;
use exotel_vsip::numbers::MapNumber;
use exotel_vsip::settings::NewSetting;
use exotel_vsip::testkit::{DeleteAnswer, ExotelSimulator, MapForm, Shapes, TrunkReads, Vsip};
use exotel_vsip::trunks::{ConfirmDeletion, ListTrunks, NewTrunk, TrunkUpdate};
use exotel_vsip::types::{NumberMode, SettingName};
use exotel_vsip::voice::{AppId, ConnectFlow, ConnectNumbers, ListCalls, Number};
use exotel_vsip::{ExotelClient, OPERATIONS, Paging, Region};
use voice_core::client::ClientOptions;
use voice_core::error::ErrorKind;
use voice_core::ident::{E164, Ipv4Cidr, SipDestination, TrunkName};

fn name(text: &str) -> TrunkName {
    TrunkName::parse(text).unwrap()
}

async fn everything(client: &ExotelClient) {
    let number = E164::parse("+918000000001").unwrap();
    let paging = Paging::new().page_size(1);
    let trunk = client
        .trunks()
        .create(&NewTrunk::new(name("first")))
        .await
        .unwrap();
    let sid = trunk.sid().unwrap().clone();
    client
        .trunks()
        .create(&NewTrunk::new(name("second")))
        .await
        .unwrap();
    let all = client
        .trunks()
        .list(&ListTrunks::new().page_size(1))
        .collect()
        .await
        .unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(
        client.trunks().get(&sid).await.unwrap().sid().unwrap(),
        &sid
    );
    client.trunks().get_by_path(&sid).await.unwrap();
    let renamed = client
        .trunks()
        .update(&sid, &TrunkUpdate::new().trunk_name(name("renamed")))
        .await
        .unwrap();
    assert_eq!(renamed.trunk_name.as_deref(), Some("renamed"));
    let taken = client
        .trunks()
        .create(&NewTrunk::new(name("second")))
        .await
        .unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AlreadyExists, "{taken}");

    let parts = client.trunk(&sid);
    let mapped = parts
        .phone_numbers()
        .map(&MapNumber::new(number))
        .await
        .unwrap();
    let id = mapped.id().unwrap();
    assert_eq!(
        parts
            .phone_numbers()
            .list(&paging)
            .collect()
            .await
            .unwrap()
            .len(),
        1
    );
    parts
        .phone_numbers()
        .set_mode(id, &number, &NumberMode::Flow)
        .await
        .unwrap();
    let found = client.trunk_maps().lookup(&number).await.unwrap();
    assert_eq!(
        (found.trunk_sid.as_ref(), found.phone_number_id.as_ref()),
        (Some(&sid), Some(id))
    );

    let range = Ipv4Cidr::parse("203.0.113.7/32").unwrap();
    let entry = parts.whitelisted_ips().add(range).await.unwrap();
    assert_eq!(
        parts
            .whitelisted_ips()
            .list(&paging)
            .collect()
            .await
            .unwrap()
            .len(),
        1
    );
    parts
        .whitelisted_ips()
        .update(entry.id().unwrap(), range)
        .await
        .unwrap();

    let destination = SipDestination::parse("203.0.113.7:5061;transport=tls").unwrap();
    let added = parts.destinations().add_one(&destination).await.unwrap();
    assert!(added.leads_to(&destination));
    assert_eq!(
        parts
            .destinations()
            .list(&paging)
            .collect()
            .await
            .unwrap()
            .len(),
        1
    );
    let elsewhere = SipDestination::parse("203.0.114.7:5061;transport=tls").unwrap();
    let refused = parts.destinations().add_one(&elsewhere).await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.fields()[0].field.as_str()),
        (ErrorKind::InvalidInput, "destination")
    );
    let update = DestinationUpdate::new().priority(1).weight(2);
    parts
        .destinations()
        .update(added.id().unwrap(), &update)
        .await
        .unwrap();

    assert!(
        parts
            .credentials()
            .list(&paging)
            .collect()
            .await
            .unwrap()
            .is_empty()
    );
    let credential = parts
        .credentials()
        .create(&NewCredential::new("user", "S3cret-pass"))
        .await
        .unwrap();
    let id_of_credential = credential.id().unwrap();
    parts
        .credentials()
        .update(
            id_of_credential,
            &CredentialUpdate::new().user_name("other"),
        )
        .await
        .unwrap();

    parts
        .settings()
        .set_one(&NewSetting::external_alias(&number))
        .await
        .unwrap();
    assert_eq!(parts.settings().list().collect().await.unwrap().len(), 1);

    parts
        .settings()
        .delete(&SettingName::ExternalAlias)
        .await
        .unwrap();
    parts.credentials().delete(id_of_credential).await.unwrap();
    parts
        .destinations()
        .remove(added.id().unwrap())
        .await
        .unwrap();
    parts
        .whitelisted_ips()
        .remove(entry.id().unwrap())
        .await
        .unwrap();
    parts.phone_numbers().unmap(id).await.unwrap();
    let gone = client.trunk_maps().lookup(&number).await.unwrap_err();
    assert!(gone.is_not_found(), "{gone}");
    client
        .trunks()
        .delete(&sid, &ConfirmDeletion::of(sid.as_str()))
        .await
        .unwrap();
    let gone = client
        .trunk(&sid)
        .phone_numbers()
        .page(&paging)
        .await
        .unwrap_err();
    assert!(gone.is_not_found(), "{gone}");

    let exophone = Number::parse("08047112345").unwrap();
    let voice = client.voice();
    let call = voice
        .connect(&ConnectNumbers::new(number, number, exophone.clone()))
        .await
        .unwrap();
    voice
        .connect_flow(&ConnectFlow::new(
            number,
            AppId::parse("1").unwrap(),
            exophone,
        ))
        .await
        .unwrap();
    voice.details(call.sid.as_ref().unwrap()).await.unwrap();
    let calls = voice
        .list(&ListCalls::new().page_size(1))
        .collect()
        .await
        .unwrap();
    assert_eq!(calls.len(), 2);
    assert_eq!(
        voice
            .number_metadata(number)
            .await
            .unwrap()
            .operator_name
            .as_deref(),
        Some("Airtel")
    );
    assert!(voice.balance().await.unwrap().balance_data.is_some());
}

#[tokio::test]
async fn every_operation_is_there_under_this_crates_name() {
    for (shapes, delete, map) in [
        (Shapes::Live, DeleteAnswer::Short, MapForm::Bare),
        (Shapes::Live, DeleteAnswer::Null, MapForm::Enveloped),
        (Shapes::Guide, DeleteAnswer::Full, MapForm::Bare),
    ] {
        let simulator = ExotelSimulator::builder()
            .shapes(shapes)
            .delete_answer(delete)
            .map_form(map)
            .start()
            .await;
        everything(&simulator.client().unwrap()).await;
        let asked: BTreeSet<&str> = simulator.requests_by_operation().into_keys().collect();
        let known: BTreeSet<&str> = OPERATIONS
            .iter()
            .map(|operation| operation.name())
            .collect();
        assert_eq!(asked, known, "{shapes:?}");
        assert_eq!((simulator.duplicates(), simulator.trunks().len()), (0, 1));
    }
}

#[tokio::test]
async fn one_trunk_is_read_whichever_way_the_server_knows() {
    for reads in [TrunkReads::Both, TrunkReads::Filter, TrunkReads::Path] {
        let simulator = ExotelSimulator::builder().trunk_reads(reads).start().await;
        let client = simulator.client().unwrap();
        let sid = client
            .trunks()
            .create(&NewTrunk::new(name("first")))
            .await
            .unwrap()
            .sid()
            .unwrap()
            .clone();
        assert_eq!(
            client.trunks().get(&sid).await.unwrap().sid().unwrap(),
            &sid,
            "{reads:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_the_account_is_said_in_both_words() {
    for shapes in [Shapes::Live, Shapes::Guide] {
        let simulator = ExotelSimulator::builder()
            .shapes(shapes)
            .vsip(Vsip::NotEnabled)
            .start()
            .await;
        let client = |region, token: &str| {
            simulator
                .client_builder()
                .unwrap()
                .region(region)
                .api_key(ExotelSimulator::API_KEY)
                .api_token(token.to_owned())
                .options(ClientOptions::new().transport(Arc::new(simulator.in_process())))
                .build()
                .unwrap()
        };
        let ask = async |client: ExotelClient| {
            client.trunks().page(&ListTrunks::new()).await.unwrap_err()
        };
        let right = ExotelSimulator::API_TOKEN;
        for (region, token) in [(Region::Singapore, right), (Region::Mumbai, "other")] {
            let error = ask(client(region, token)).await;
            assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
        }
        let error = ask(client(Region::Mumbai, right)).await;
        let code = ErrorCode::of(&error).unwrap();
        match shapes {
            Shapes::Guide => assert_eq!(
                (error.kind(), code),
                (ErrorKind::Permission, ErrorCode::FeatureNotEnabled)
            ),
            _ => assert_eq!(code, ErrorCode::TrunkForbidden),
        }
    }
}
