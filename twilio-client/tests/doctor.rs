//! The doctor's checks, on the simulator and on answers from a script.
#![cfg(feature = "doctor")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use serde_json::{Value, json};
use twilio_client::TwilioClient;
use twilio_client::doctor::{
    AccountCheck, BalanceCheck, CountryCheck, NumberCheck, TwilioDoctor, environment,
};
use twilio_client::testkit::TwilioSimulator;
use voice_core::client::ClientOptions;
use voice_core::config::Environment;
use voice_core::doctor::{CheckContext, Doctor, DoctorCheck, Finding, Status};
use voice_core::ident::{AccountSid, AuthToken, E164};
use voice_core::testkit::{Reply, ScriptedTransport};

const SID: &str = concat!("AC", "0123456789abcdef0123456789abcdef");
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn client(answers: impl IntoIterator<Item = Value>) -> TwilioClient {
    let replies: Vec<Reply> = answers
        .into_iter()
        .map(|answer| Reply::json(&answer))
        .collect();
    let options = ClientOptions::new().transport(Arc::new(ScriptedTransport::new(replies)));
    TwilioClient::builder()
        .account_sid(AccountSid::parse(SID).unwrap())
        .auth_token(AuthToken::parse(TOKEN).unwrap())
        .options(options.retries(0))
        .build()
        .unwrap()
}

async fn first(check: impl DoctorCheck) -> Finding {
    let context = CheckContext::builder().build().unwrap();
    check.check(&context).await.remove(0)
}

fn number() -> E164 {
    E164::parse("+14155550123").unwrap()
}

#[tokio::test]
async fn accounts_are_active_trials_or_stopped() {
    for (status, kind, verdict) in [
        ("active", "Full", Status::Pass),
        ("active", "Trial", Status::Warn),
        ("suspended", "Full", Status::Fail),
        ("closed", "Trial", Status::Fail),
    ] {
        let answer = json!({"sid": SID, "status": status, "type": kind});
        let finding = first(AccountCheck::new(client([answer]))).await;
        assert_eq!(finding.status(), verdict, "{finding:?}");
        assert_eq!(finding.remedy().is_some(), verdict != Status::Pass);
    }
    for (left, verdict) in [
        ("12.5", Status::Pass),
        ("0", Status::Fail),
        ("-3.1", Status::Fail),
    ] {
        let answer = json!({"account_sid": SID, "balance": left, "currency": "USD"});
        assert_eq!(
            first(BalanceCheck::new(client([answer]))).await.status(),
            verdict,
            "{left}"
        );
    }
}

#[tokio::test]
async fn a_number_is_owned_verified_or_neither() {
    let owned = |voice: bool| {
        json!({"incoming_phone_numbers": [{"phone_number": "+14155550123",
            "voice_url": "http://10.0.0.1/voice", "capabilities": {"voice": voice}}]})
    };
    let none = || json!({"incoming_phone_numbers": []});
    let verified = |some: bool| match some {
        true => json!({"outgoing_caller_ids": [{"phone_number": "+14155550123"}]}),
        false => json!({"outgoing_caller_ids": []}),
    };
    for (answers, verdict) in [
        (vec![owned(true)], Status::Pass),
        (vec![owned(false)], Status::Fail),
        (vec![none(), verified(true)], Status::Pass),
        (vec![none(), verified(false)], Status::Fail),
    ] {
        let finding = first(NumberCheck::new(client(answers), number())).await;
        assert_eq!(finding.status(), verdict, "{finding:?}");
        assert!(!format!("{finding:?}").contains("4155550123"));
    }
    let context = CheckContext::builder().build().unwrap();
    let check = NumberCheck::new(client([owned(true)]), number());
    let webhook = check.check(&context).await.remove(1);
    assert_eq!(
        (webhook.name(), webhook.status()),
        ("number webhook", Status::Warn)
    );
}

#[tokio::test]
async fn countries_are_on_or_off() {
    for (enabled, verdict) in [(true, Status::Pass), (false, Status::Fail)] {
        let answer = json!({"iso_code": "GB", "low_risk_numbers_enabled": enabled});
        let finding = first(CountryCheck::new(client([answer]), "GB")).await;
        assert_eq!(
            (finding.name(), finding.status()),
            ("geo permission GB", verdict)
        );
    }
}

#[test]
fn settings_are_read_as_the_client_reads_them() {
    let look =
        |pairs: &[(&str, &str)]| environment(Environment::from_pairs(pairs.iter().copied())).look();
    let well = look(&[("TWILIO_ACCOUNT_SID", SID), ("TWILIO_AUTH_TOKEN", TOKEN)]);
    assert_eq!(well.status(), Status::Pass, "{well:?}");
    let wrong_kind = concat!("SK", "0123456789abcdef0123456789abcdef");
    let finding = look(&[("TWILIO_ACCOUNT_SID", wrong_kind), ("TWILIO_TOKEN", TOKEN)]);
    assert_eq!(finding.status(), Status::Fail);
    let sid = finding.detail_value("TWILIO_ACCOUNT_SID").unwrap();
    assert!(sid.contains("malformed") && sid.contains("SK"), "{sid}");
    let token = finding.detail_value("TWILIO_AUTH_TOKEN").unwrap();
    assert!(token.contains("TWILIO_TOKEN is set"), "{token}");
    let region = look(&[
        ("TWILIO_ACCOUNT_SID", SID),
        ("TWILIO_AUTH_TOKEN", TOKEN),
        ("TWILIO_REGION", "ie1"),
    ]);
    assert!(
        region.detail_value("TWILIO_EDGE").unwrap().contains("edge"),
        "{region:?}"
    );
}

#[tokio::test]
async fn nothing_but_reads_goes_out() {
    let twilio = TwilioSimulator::builder().number(number()).start().await;
    let doctor = TwilioDoctor::new(twilio.client())
        .number(number())
        .calls_to("gb");
    let report = Doctor::new(CheckContext::builder().build().unwrap())
        .examine(doctor)
        .run()
        .await;
    assert_eq!(report.exit_code(), 0, "{}", report.to_json());
    assert!(twilio.calls().is_empty());
}
