//! Planted keys, tokens, passwords and phone numbers: none may show.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{KEY, TOKEN, builder, name, number, reply, scripted, sid, success};
use exotel_vsip::credentials::{CredentialUpdate, NewCredential};
use exotel_vsip::numbers::MapNumber;
use exotel_vsip::settings::NewSetting;
use exotel_vsip::trunks::{ListTrunks, NewTrunk};
use exotel_vsip::types::CredentialId;
use serde_json::{Value, json};
use voice_core::error::Error;
use voice_core::testkit::Reply;

const PASSWORD: &str = "planted3password";

fn clean(shown: &str) {
    for planted in ["planted", "8000000001", "cGxhbnRlZ"] {
        assert!(!shown.contains(planted), "{planted} in {shown}");
    }
}

fn clean_error(error: &Error) {
    clean(&format!(
        "{error} {error:?} {error:#?} {}",
        error.log_value()
    ));
    clean(&format!("{:?} {:?}", error.fields(), error.body_excerpt()));
}

#[test]
fn clients_and_requests_show_nothing() {
    let client = builder().build().unwrap();
    let credential = NewCredential::new("user", PASSWORD);
    let change = CredentialUpdate::new().password(PASSWORD);
    let parts = (
        MapNumber::new(number()),
        NewSetting::external_alias(&number()),
    );
    clean(&format!(
        "{:?} {client:?} {:?} {:?} {credential:?} {change:?} {parts:?}",
        builder(),
        client.raw(),
        client.trunks()
    ));
    clean(&format!("{credential:#?} {change:#?} {parts:#?}"));
    assert_eq!(
        serde_json::to_value(&credential).unwrap()["password"],
        PASSWORD,
        "but the API gets it"
    );
}

#[tokio::test]
async fn answers_show_no_number_and_no_password() {
    let mapped = json!({"id": "7", "phone_number": "+918000000001", "future": "planted"});
    let (client, _) = scripted([reply(200, &success(mapped))]);
    let sid = sid();
    let mapped = client
        .trunk(&sid)
        .phone_numbers()
        .map(&MapNumber::new(number()))
        .await
        .unwrap();
    clean(&format!("{mapped:?} {mapped:#?}"));
    assert_eq!(mapped.phone_number.as_deref(), Some("+918000000001"));
}

/// The API's and a proxy's way to quote what they were sent.
#[tokio::test]
async fn errors_quote_no_secret_even_when_the_server_does() {
    let basic = {
        let (client, transport) = scripted([reply(200, &common::page(&[], None))]);
        client.trunks().page(&ListTrunks::new()).await.unwrap();
        transport.sent()[0]
            .header("authorization")
            .trim_start_matches("Basic ")
            .to_owned()
    };
    let echo = format!("{KEY} {TOKEN} {basic} +918000000001");
    let bodies: Vec<(u16, String)> = vec![
        (400, common::failure(400, 1002, &echo, &echo).to_string()),
        (200, common::failure(409, 1008, &echo, &echo).to_string()),
        (400, json!({"error": echo, "message": echo, "code": KEY, "details": {"trunk_name": [echo], TOKEN: [echo]}, "resource_id": echo}).to_string()),
        (401, json!({"RestException": {"Status": 401, "Message": echo, "Code": TOKEN}}).to_string()),
        (404, format!("<TwilioResponse><RestException><Message>{echo}</Message></RestException></TwilioResponse>")),
        (502, format!("<html><title>{echo}</title></html>")),
        (403, echo.clone()),
        (200, json!({"request_id": echo, "response": {"code": 200, "data": echo}}).to_string()),
        (200, echo),
    ];
    for (status, body) in bodies {
        let (client, _) = scripted([Reply::status(status, body)]);
        let error = client
            .trunks()
            .create(&NewTrunk::new(name("t")))
            .await
            .unwrap_err();
        clean_error(&error);
    }
}

#[tokio::test]
async fn a_password_shows_in_no_error_of_the_request_that_carries_it() {
    let bodies = [
        (
            400,
            common::failure(
                400,
                1002,
                "Invalid parameter",
                &format!("{PASSWORD} is weak"),
            )
            .to_string(),
        ),
        (
            200,
            json!({"response": {"code": 200, "data": [PASSWORD]}}).to_string(),
        ),
        (500, format!("panic: {PASSWORD}")),
    ];
    let sid = sid();
    for (status, body) in bodies {
        let (client, _) = scripted([
            Reply::status(status, body.clone()),
            Reply::status(status, body),
        ]);
        let credentials = client.with(voice_core::client::RequestOptions::new().retries(0));
        let credentials = credentials.trunk(&sid).credentials();
        clean_error(
            &credentials
                .create(&NewCredential::new("u", PASSWORD))
                .await
                .unwrap_err(),
        );
        let change = CredentialUpdate::new().password(PASSWORD);
        let id = CredentialId::parse("7").unwrap();
        clean_error(&credentials.update(&id, &change).await.unwrap_err());
    }
}

/// Items of a batch have texts of their own.
#[tokio::test]
async fn failed_items_are_redacted() {
    let body = json!({"response": [{"code": 400, "status": "failure", "data": null,
        "error_data": {"code": 1002, "message": "bad +918000000001", "description": "not +918000000001"}}]});
    let (client, _) = scripted([reply(207, &body), reply(207, &body)]);
    let sid = sid();
    let settings = client.trunk(&sid).settings();
    let setting = NewSetting::external_alias(&number());
    let outcome = settings.set(std::slice::from_ref(&setting)).await.unwrap();
    clean(&format!(
        "{outcome:?} {}",
        outcome.failures().next().unwrap()
    ));
    clean_error(&settings.set_one(&setting).await.unwrap_err());
}

#[test]
fn old_passwords_are_read_and_never_written() {
    let read: exotel_vsip::credentials::Credential =
        serde_json::from_value(json!({"username": "u", "password": PASSWORD})).unwrap();
    clean(&format!("{read:?}"));
    assert_eq!(
        serde_json::to_value(&read).unwrap(),
        json!({"user_name": "u"})
    );
    assert_ne!(Value::Null, json!(read.password.unwrap().expose()));
}
