//! Streams, SIPREC, real-time transcriptions and payments of a call, held against the official OpenAPI files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use common::exercise::Exercise;
use common::{call_sid, pairs, scripted};
use serde_json::{Map, json};
use twilio_client::calls::payments::{
    BankAccountType, Capture, CardType, ChargeAmount, CreatePayment, PaymentInput, PaymentMethod,
    TokenType, UpdatePayment,
};
use twilio_client::calls::siprec::CreateSiprec;
use twilio_client::calls::streams::{CreateStream, StreamUrl};
use twilio_client::calls::transcriptions::CreateTranscription;
use twilio_client::calls::{
    CustomParameters, ForkName, ForkStatus, IdempotencyKey, Track, UpdateFork,
};
use twilio_client::types::{HttpMethod, Toggle};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::{PaymentSid, RealtimeTranscriptionSid, SiprecSid, StreamSid};
use voice_core::testkit::Reply;
use voice_core::webhook::WebhookUrl;

const HEX: &str = "0123456789abcdef0123456789abcdef";

fn stream() -> StreamSid {
    StreamSid::parse(&format!("MZ{HEX}")).unwrap()
}

fn payment() -> PaymentSid {
    PaymentSid::parse(&format!("PK{HEX}")).unwrap()
}

fn url() -> WebhookUrl {
    WebhookUrl::parse("https://app.example.com/told").unwrap()
}

fn socket() -> StreamUrl {
    StreamUrl::parse("wss://media.example.com/s3cret").unwrap()
}

fn name() -> ForkName {
    ForkName::new("my fork").unwrap()
}

fn key() -> IdempotencyKey {
    IdempotencyKey::new("k-1").unwrap()
}

fn ninety_nine() -> CustomParameters {
    CustomParameters::new((1..=99).map(|n| (format!("n{n}"), "v"))).unwrap()
}

#[tokio::test]
async fn every_operation_of_the_forks_is_as_documented() {
    let Some(mut on) = Exercise::of(&["streams", "siprec", "rt_transcriptions"]) else {
        return;
    };
    on.call("CreateStream", async |c| {
        let request = CreateStream::new(socket())
            .name(name())
            .track(Track::Both)
            .status_callback(url())
            .status_callback_method(HttpMethod::Get)
            .parameters(ninety_nine());
        c.calls().streams(call_sid()).create(&request).await
    })
    .await;
    on.call("UpdateStream", async |c| {
        c.calls().streams(call_sid()).stop(stream()).await
    })
    .await;
    on.call("CreateSiprec", async |c| {
        let request = CreateSiprec::new()
            .name(name())
            .connector_name("recorder")
            .track(Track::Inbound)
            .status_callback(url())
            .status_callback_method(HttpMethod::Get)
            .parameters(ninety_nine());
        c.calls().siprec(call_sid()).create(&request).await
    })
    .await;
    on.call("UpdateSiprec", async |c| {
        let sid = SiprecSid::parse(&format!("SR{HEX}")).unwrap();
        c.calls().siprec(call_sid()).stop(sid).await
    })
    .await;
    on.call("CreateRealtimeTranscription", async |c| {
        let request = CreateTranscription::new()
            .name(name())
            .track(Track::Outbound)
            .status_callback_url(url())
            .status_callback_method(HttpMethod::Get)
            .inbound_track_label("customer")
            .outbound_track_label("agent")
            .partial_results(Toggle::On)
            .language_code("en-GB")
            .transcription_engine("deepgram")
            .profanity_filter(Toggle::Off)
            .speech_model("nova-2")
            .hints("Anna,Berta")
            .enable_automatic_punctuation(Toggle::On)
            .intelligence_service("notes")
            .conversation_configuration("c1")
            .conversation_id("c2")
            .configuration_id("c3")
            .enable_provider_data(Toggle::On);
        c.calls().transcriptions(call_sid()).create(&request).await
    })
    .await;
    on.call("UpdateRealtimeTranscription", async |c| {
        let sid = RealtimeTranscriptionSid::parse(&format!("GT{HEX}")).unwrap();
        c.calls().transcriptions(call_sid()).stop(sid).await
    })
    .await;
    on.finish();
}

fn full_payment() -> CreatePayment {
    let mut parameters = Map::new();
    parameters.insert("street".into(), json!("s3cret"));
    CreatePayment::new(key(), url())
        .bank_account_type(BankAccountType::ConsumerSavings)
        .charge_amount(ChargeAmount::parse("19.99").unwrap())
        .currency("EUR")
        .description("An order")
        .input(PaymentInput::Dtmf)
        .min_postal_code_length(5_u32)
        .connector_parameters(parameters)
        .payment_connector("Default")
        .payment_method(PaymentMethod::AchDebit)
        .postal_code(Toggle::Off)
        .security_code(Toggle::On)
        .timeout(std::time::Duration::from_secs(9))
        .token_type(TokenType::OneTime)
        .valid_card_types([CardType::Visa, CardType::Amex])
        .require_matching_inputs([Capture::SecurityCode, Capture::PostalCode])
        .confirmation(Toggle::On)
}

#[tokio::test]
async fn every_operation_of_payments_is_as_documented() {
    let Some(mut on) = Exercise::of(&["payments"]) else {
        return;
    };
    on.call("CreatePayments", async |c| {
        c.calls().payments(call_sid()).create(&full_payment()).await
    })
    .await;
    for step in [
        UpdatePayment::capture(key(), url(), Capture::PaymentCardNumber),
        UpdatePayment::complete(key(), url()),
        UpdatePayment::cancel(key(), url()),
    ] {
        on.call("UpdatePayments", async |c| {
            c.calls()
                .payments(call_sid())
                .update(payment(), &step)
                .await
        })
        .await;
    }
    on.finish();
}

#[tokio::test(start_paused = true)]
async fn payments_are_repeated_with_the_same_key() {
    let answer = json!({"sid": payment()});
    let (client, transport) = scripted([
        Reply::status(500, ""),
        Reply::status(201, answer.to_string()),
        Reply::fail(ErrorKind::Connection, Delivery::Unknown),
        Reply::status(202, answer.to_string()),
    ]);
    let payments = client.calls().payments(call_sid());
    let begin = CreatePayment::new(key(), url());
    payments.create(&begin).await.unwrap();
    let step = UpdatePayment::complete(IdempotencyKey::new("k-2").unwrap(), url());
    let done = payments.update(payment(), &step).await.unwrap();
    assert_eq!((done.status().as_u16(), done.sid), (202, Some(payment())));
    let keys: Vec<String> = transport
        .sent()
        .iter()
        .map(|sent| pairs(&sent.text())[0].1.clone())
        .collect();
    assert_eq!(keys, ["k-1", "k-1", "k-2", "k-2"]);
}

#[tokio::test(start_paused = true)]
async fn forks_are_begun_once_and_stopped_as_often_as_it_takes() {
    fn once<T>(outcome: Result<T, Error>) {
        let error = outcome.err().unwrap();
        assert_eq!((error.delivery(), error.attempts()), (Delivery::Unknown, 1));
    }
    let (client, transport) = scripted((0..3).map(|_| Reply::status(500, "")));
    let calls = client.calls();
    once(
        calls
            .streams(call_sid())
            .create(&CreateStream::new(socket()))
            .await,
    );
    once(calls.siprec(call_sid()).create(&CreateSiprec::new()).await);
    once(
        calls
            .transcriptions(call_sid())
            .create(&CreateTranscription::new())
            .await,
    );
    assert_eq!(transport.sent().len(), 3);

    let (client, transport) = scripted([
        Reply::status(500, ""),
        Reply::json(&json!({"status": "stopped", "name": "my fork"})),
    ]);
    let stopped = client.calls().streams(call_sid()).stop(name()).await;
    assert_eq!(stopped.unwrap().status, Some(ForkStatus::Stopped));
    let sent = transport.sent();
    assert_eq!(sent.len(), 2);
    assert!(
        sent[1].uri.path().ends_with("/Streams/my%20fork.json"),
        "{}",
        sent[1].uri
    );
    assert_eq!(sent[1].text(), "Status=stopped");
}

#[tokio::test]
async fn what_twilio_would_refuse_is_not_sent() {
    let (client, transport) = scripted([]);
    let calls = client.calls();
    let payment_of = || CreatePayment::new(key(), url());
    let mut nested = Map::new();
    nested.insert("a".into(), json!({"b": 1}));
    for (bad, field) in [
        (
            payment_of().bank_account_type(BankAccountType::ConsumerChecking),
            "BankAccountType",
        ),
        (
            payment_of().payment_method(PaymentMethod::AchDebit),
            "Parameter",
        ),
        (payment_of().connector_parameters(nested), "Parameter"),
        (
            payment_of().timeout(std::time::Duration::from_secs(601)),
            "Timeout",
        ),
        (payment_of().timeout(std::time::Duration::ZERO), "Timeout"),
        (
            payment_of().min_postal_code_length(0_u32),
            "MinPostalCodeLength",
        ),
    ] {
        let error = calls.payments(call_sid()).create(&bad).await.unwrap_err();
        let fields: Vec<&str> = error.fields().iter().map(|f| f.field.as_str()).collect();
        assert_eq!(
            (error.kind(), fields),
            (ErrorKind::InvalidInput, vec![field])
        );
    }
    let again = UpdateFork::to(ForkStatus::InProgress);
    let error = calls
        .streams(call_sid())
        .update(stream(), &again)
        .await
        .unwrap_err();
    assert_eq!(error.fields()[0].field, "Status");
    let many = CreateTranscription::new().hints("a,".repeat(500));
    let error = calls
        .transcriptions(call_sid())
        .create(&many)
        .await
        .unwrap_err();
    assert_eq!(error.fields()[0].field, "Hints");
    // Such a name is taken, since a name alone does no harm; no path can hold it.
    let dots = ForkName::new("..").unwrap();
    let error = calls.siprec(call_sid()).stop(dots).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(transport.sent().is_empty());
}

#[test]
fn what_is_private_stays_out_of_debug() {
    let stream = CreateStream::new(socket())
        .parameters(CustomParameters::new([("tenant", "s3cret")]).unwrap());
    let shown = format!("{stream:?} {:?}", full_payment());
    assert!(
        !shown.contains("s3cret") && shown.contains("tenant") && shown.contains("street"),
        "{shown}"
    );
}
