//! The doctor's look at trunks, on the simulator.
#![cfg(feature = "doctor")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use exotel_vsip::doctor::{ExotelDoctor, TrunksCheck, environment};
use exotel_vsip::numbers::MapNumber;
use exotel_vsip::testkit::ExotelSimulator;
use exotel_vsip::trunks::NewTrunk;
use voice_core::config::Environment;
use voice_core::doctor::{CheckContext, DoctorCheck, Finding, Status};
use voice_core::ident::{E164, Ipv4Cidr, TrunkName};

async fn look(check: impl DoctorCheck) -> Vec<Finding> {
    check.check(&CheckContext::builder().build().unwrap()).await
}

#[tokio::test]
async fn a_trunk_is_looked_at_until_everything_is_there() {
    let exotel = ExotelSimulator::start().await;
    let client = exotel.client().unwrap();
    let findings = look(TrunksCheck::new(client.clone())).await;
    assert_eq!(findings[0].status(), Status::Skipped, "{findings:?}");

    let trunk = NewTrunk::new(TrunkName::parse("doctor_trunk").unwrap());
    let trunk = client.trunks().create(&trunk).await.unwrap();
    let findings = look(TrunksCheck::new(client.clone())).await;
    let bare = &findings[1];
    assert_eq!(
        (bare.name(), bare.status()),
        ("trunk doctor_trunk", Status::Warn),
        "{bare:?}"
    );
    for part in ["no number", "access list", "no destination"] {
        assert!(bare.seen().contains(part), "{bare:?}");
    }
    assert!(bare.cause().is_some() && bare.remedy().is_some());

    let sid = trunk.trunk_sid.clone().unwrap();
    let parts = client.trunk(&sid);
    let number = MapNumber::new(E164::parse("+919876543210").unwrap());
    parts.phone_numbers().map(&number).await.unwrap();
    let range = Ipv4Cidr::parse("8.8.8.8/32").unwrap();
    parts.whitelisted_ips().add(range).await.unwrap();
    let findings = look(TrunksCheck::new(client.clone())).await;
    assert_eq!(findings[1].seen(), "no destination", "{findings:?}");
    let findings = look(TrunksCheck::new(client).most(0)).await;
    assert_eq!(findings.len(), 1);
}

#[tokio::test]
async fn broken_settings_are_findings() {
    let settings =
        Environment::from_pairs([("EXO_AUTH_KEY", "key:token"), ("EXOTEL_TOKEN", "abc")]);
    let finding = environment(settings.clone()).look();
    assert_eq!(finding.status(), Status::Fail);
    assert!(
        finding.seen().contains("EXO_AUTH_KEY is malformed"),
        "{finding:?}"
    );
    let examination = ExotelDoctor::from_environment(&settings).examination();
    assert_eq!(examination.section(), "exotel");
    assert!(format!("{examination:?}").contains("credentials"));
}
