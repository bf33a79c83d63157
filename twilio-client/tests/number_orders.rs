//! Buying a number: never twice, and never lost when the answer was.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use twilio_client::TwilioClient;
use twilio_client::available_phone_numbers::AreaCode;
use twilio_client::error::{ErrorCode, TwilioErrorExt};
use twilio_client::incoming_phone_numbers::{BuyInArea, BuyNumber, UpdateNumber};
use twilio_client::types::ApiTime;
use voice_core::error::Delivery;
use voice_core::ident::{AccountSid, PhoneNumberSid};
use voice_core::testkit::{Reply, ScriptedTransport};

const OURS: &str = concat!("PN", "0123456789abcdef0123456789abcdef");
const NOT_AVAILABLE: ErrorCode = ErrorCode::new(21422);

fn order() -> BuyNumber {
    BuyNumber::new(common::to())
}

fn taken() -> Reply {
    Reply::status(
        400,
        json!({"code": 21422, "message": "not available", "status": 400}).to_string(),
    )
}

fn lost() -> Reply {
    Reply::status(500, "")
}

/// The account's numbers, one of them, which came at this time.
fn list(number: &str, came: SystemTime) -> Reply {
    let one =
        json!({"sid": OURS, "phone_number": number, "date_created": ApiTime::from_time(came)});
    Reply::json(&json!({"incoming_phone_numbers": [one], "next_page_uri": null}))
}

fn scripted(script: impl IntoIterator<Item = Reply>) -> (TwilioClient, ScriptedTransport) {
    common::scripted(script)
}

fn now() -> SystemTime {
    let (client, _) = scripted([]);
    client.raw().clock().wall()
}

fn methods(transport: &ScriptedTransport) -> Vec<String> {
    transport
        .sent()
        .iter()
        .map(|sent| sent.method.to_string())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_number_whose_first_answer_was_lost_is_found_to_be_ours() {
    let (client, transport) = scripted([lost(), taken(), list("+14155550123", now())]);
    let bought = client.incoming_phone_numbers().buy(&order()).await.unwrap();
    assert_eq!(bought.sid, PhoneNumberSid::parse(OURS).ok());
    assert_eq!(methods(&transport), ["POST", "POST", "GET"]);
    let look = transport.sent()[2].uri.clone();
    assert_eq!(look.query(), Some("PhoneNumber=%2B14155550123"));

    let (client, transport) = scripted([lost(), taken(), list("+14155550123", now())]);
    client
        .incoming_phone_numbers()
        .mobile()
        .buy(&order())
        .await
        .unwrap();
    assert!(transport.sent()[2].uri.path().ends_with("/Mobile.json"));
}

#[tokio::test(start_paused = true)]
async fn a_number_that_was_bought_with_an_answer_nobody_can_read_is_found() {
    let unreadable = Reply::status(201, "<html>");
    let (client, transport) = scripted([unreadable, list("+14155550123", now())]);
    let bought = client.incoming_phone_numbers().buy(&order()).await.unwrap();
    assert_eq!(bought.sid, PhoneNumberSid::parse(OURS).ok());
    assert_eq!(methods(&transport), ["POST", "GET"]);
}

#[tokio::test(start_paused = true)]
async fn a_number_that_was_here_before_or_is_another_was_not_bought() {
    let before = now() - Duration::from_secs(3600);
    for answer in [
        list("+14155550123", before),
        list("+14155550199", now()),
        Reply::json(&json!({"incoming_phone_numbers": []})),
        Reply::json(
            &json!({"incoming_phone_numbers": [{"phone_number": "+14155550123", "date_created": "soon"}]}),
        ),
        Reply::json(&Value::Null),
        Reply::status(404, ""),
    ] {
        let (client, transport) = scripted([lost(), taken(), answer]);
        let outcome = client.incoming_phone_numbers().buy(&order()).await;
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.twilio_code(), error.delivery()),
            (Some(NOT_AVAILABLE), Delivery::Unknown)
        );
        assert_eq!(methods(&transport), ["POST", "POST", "GET"]);
    }
}

#[tokio::test]
async fn a_plain_refusal_is_the_last_word() {
    let (client, transport) = scripted([taken()]);
    let outcome = client.incoming_phone_numbers().buy(&order()).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.twilio_code(), Some(NOT_AVAILABLE));
    assert!(!error.may_have_happened());
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test]
async fn a_number_left_to_twilio_is_ordered_once() {
    let (client, transport) = scripted([lost()]);
    let order = BuyInArea::new(AreaCode::new(415).unwrap());
    let outcome = client.incoming_phone_numbers().buy_in_area(&order).await;
    assert_eq!(outcome.unwrap_err().delivery(), Delivery::Unknown);
    assert_eq!(transport.sent().len(), 1);
    assert_eq!(transport.sent()[0].text(), "AreaCode=415");
}

#[tokio::test(start_paused = true)]
async fn settings_are_set_again_and_a_move_is_not() {
    let sid = PhoneNumberSid::parse(OURS).unwrap();
    let (client, transport) = scripted([lost(), Reply::json(&json!({}))]);
    let numbers = client.incoming_phone_numbers();
    let rename = UpdateNumber::new().friendly_name("desk");
    numbers.update(sid, &rename).await.unwrap();
    assert_eq!(transport.sent().len(), 2);

    let account = AccountSid::parse(common::ACCOUNT).unwrap();
    for moved in [
        UpdateNumber::new().account_sid(account),
        UpdateNumber::new().parameter("AccountSid", account.as_str()),
    ] {
        let (client, transport) = scripted([lost()]);
        let outcome = client.incoming_phone_numbers().update(sid, &moved).await;
        assert_eq!(outcome.unwrap_err().delivery(), Delivery::Unknown);
        assert_eq!(transport.sent().len(), 1);
    }
}
