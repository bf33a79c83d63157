//! What is read from answers, however loosely they are written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::{Duration, UNIX_EPOCH};

use common::{ACCOUNT, CALL, call_sid, scripted};
use serde_json::{Value, json};
use twilio_client::accounts::{Account, AccountStatus, AccountType};
use twilio_client::calls::{AnsweredBy, Call, CallDirection, CallStatus};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::testkit::Reply;

fn documented() -> Value {
    json!({
        "sid": CALL,
        "date_created": "Fri, 18 Oct 2019 17:00:00 +0000",
        "date_updated": "Fri, 18 Oct 2019 17:00:05 +0000",
        "parent_call_sid": null,
        "account_sid": ACCOUNT,
        "to": "+14155551234",
        "to_formatted": "(415) 555-1234",
        "from": "+14155556789",
        "from_formatted": "(415) 555-6789",
        "phone_number_sid": concat!("PN", "0123456789abcdef0123456789abcdef"),
        "status": "completed",
        "start_time": "Fri, 18 Oct 2019 17:00:00 +0000",
        "end_time": "Fri, 18 Oct 2019 17:00:04 +0000",
        "duration": "4",
        "price": "-0.200",
        "price_unit": "USD",
        "direction": "outbound-api",
        "answered_by": "machine",
        "api_version": "2010-04-01",
        "forwarded_from": "+14155550000",
        "group_sid": concat!("GP", "0123456789abcdef0123456789abcdef"),
        "caller_name": "Jenny Caller",
        "queue_time": "1000",
        "trunk_sid": "",
        "uri": "/2010-04-01/x.json",
        "subresource_uris": {"recordings": "/2010-04-01/y.json"},
        "a_new_property": {"of": "2027"},
    })
}

#[tokio::test]
async fn a_call_is_read_whole() {
    let (client, _) = scripted([Reply::json(&documented())
        .header("twilio-request-id", "RQ1")
        .header("twilio-concurrent-requests", "3")]);
    let call = client.calls().get(call_sid()).await.unwrap();
    assert_eq!((call.request_id(), call.attempts()), (Some("RQ1"), 1));
    assert_eq!(call.rate_limits().concurrent_requests(), Some(3));
    assert_eq!(call.sid, Some(call_sid()));
    assert_eq!(call.status, Some(CallStatus::Completed));
    assert_eq!(call.direction, Some(CallDirection::OutboundApi));
    assert_eq!(call.answered_by, Some(AnsweredBy::Machine));
    assert_eq!(call.length(), Some(Duration::from_secs(4)));
    assert_eq!(call.waited(), Some(Duration::from_secs(1)));
    assert_eq!(call.price.as_ref().unwrap().as_str(), "-0.200");
    let created = call.date_created.as_ref().unwrap().time().unwrap();
    assert_eq!(
        created.duration_since(UNIX_EPOCH).unwrap().as_secs(),
        1_571_418_000
    );
    assert_eq!((call.parent_call_sid, call.trunk_sid), (None, None));
    assert_eq!(call.extra.keys().collect::<Vec<_>>(), ["a_new_property"]);

    let mut back = serde_json::to_value(&*call).unwrap();
    let mut expected = documented();
    for gone in ["parent_call_sid", "trunk_sid"] {
        expected.as_object_mut().unwrap().remove(gone);
    }
    assert_eq!(
        back.as_object_mut().unwrap(),
        expected.as_object().unwrap(),
        "nothing is lost or changed"
    );
}

#[tokio::test]
async fn loose_and_odd_answers_are_read_too() {
    let odd = [
        json!({}),
        json!({"sid": CALL, "duration": 4, "queue_time": "", "price": null, "start_time": ""}),
        json!({"sid": "CA-from-the-future", "status": "teleported", "duration": "a while", "date_created": "now"}),
        json!({"sid": 5, "to": {"number": 1}, "subresource_uris": "none", "answered_by": []}),
    ];
    let (client, _) = scripted(odd.iter().map(Reply::json));
    let mut calls = Vec::new();
    for _ in &odd {
        calls.push(client.calls().get(call_sid()).await.unwrap().into_inner());
    }
    assert_eq!(calls[0], Call::default());
    assert_eq!(
        (calls[1].length(), calls[1].waited(), &calls[1].start_time),
        (Some(Duration::from_secs(4)), None, &None)
    );
    assert!(calls[1].extra.is_empty());
    assert_eq!(
        calls[2].status,
        Some(CallStatus::Other("teleported".into()))
    );
    assert_eq!(
        (calls[2].sid, calls[2].extra["sid"].as_str()),
        (None, Some("CA-from-the-future"))
    );
    assert_eq!(
        (calls[2].length(), calls[2].extra["duration"].as_str()),
        (None, Some("a while"))
    );
    let created = calls[2].date_created.as_ref().unwrap();
    assert_eq!((created.as_str(), created.time()), ("now", None));
    assert_eq!(calls[3].extra.len(), 4);
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_not_repeated() {
    for body in ["", "{\"sid\":\"CA", "[]", "<html>"] {
        let (client, transport) = scripted([Reply::status(200, body)]);
        let error = client.calls().get(call_sid()).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Decode, Delivery::Answered)
        );
        assert_eq!(transport.sent().len(), 1);
    }
}

#[test]
fn nothing_personal_or_secret_is_shown() {
    let call: Call = serde_json::from_value(documented()).unwrap();
    let account: Account = serde_json::from_value(json!({
        "sid": ACCOUNT, "auth_token": "pl4nted", "friendly_name": "ann@example.com", "type": "Trial", "status": "suspended",
    }))
    .unwrap();
    assert_eq!(
        (&account.account_type, &account.status),
        (&Some(AccountType::Trial), &Some(AccountStatus::Suspended))
    );
    let shown = format!("{call:?} {call:#?} {account:?}");
    for hidden in [
        "5551234", "555-1234", "5556789", "5550000", "Jenny", "pl4nted", "ann@",
    ] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    assert!(
        shown.contains(CALL) && shown.contains("Completed") && shown.contains("+14*******34"),
        "{shown}"
    );
}
