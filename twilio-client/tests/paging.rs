//! Lists page by page: links, cursors, limits, and links that must not be followed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use common::{ACCOUNT, scripted};
use serde_json::{Value, json};
use twilio_client::calls::ListCalls;
use twilio_client::error::TwilioErrorExt;
use voice_core::client::Cursor;
use voice_core::error::ErrorKind;
use voice_core::testkit::Reply;

fn page(sids: &[u32], next: impl Into<Value>) -> Reply {
    let calls: Vec<Value> = sids
        .iter()
        .map(|sid| json!({"sid": format!("CA{sid:032x}")}))
        .collect();
    Reply::json(&json!({"calls": calls, "page": 0, "page_size": 50, "next_page_uri": next.into()}))
}

fn link(token: &str) -> String {
    format!(
        "/2010-04-01/Accounts/{ACCOUNT}/Calls.json?To=%2B14155550123&PageSize=2&Page=1&PageToken={token}"
    )
}

#[tokio::test]
async fn links_are_followed_to_the_end_through_empty_pages() {
    let (client, transport) = scripted([
        page(&[1, 2], link("PAa")),
        page(&[], link("PAb")),
        page(&[3], Value::Null),
    ]);
    let calls = client
        .calls()
        .list(&ListCalls::new().page_size(2u32))
        .collect()
        .await
        .unwrap();
    assert_eq!(calls.len(), 3);
    let sent = transport.sent();
    assert_eq!(sent[0].uri.query(), Some("PageSize=2"));
    assert_eq!(
        sent[1].uri.to_string(),
        format!("https://api.twilio.com{}", link("PAa")),
        "the link, unchanged"
    );
    assert!(
        sent.iter()
            .all(|sent| sent.header("authorization").starts_with("Basic "))
    );

    let (client, _) = scripted([page(&[1], "")]);
    assert_eq!(
        client
            .calls()
            .list(&ListCalls::new())
            .collect()
            .await
            .unwrap()
            .len(),
        1,
        "an empty link is none"
    );
}

#[tokio::test]
async fn a_list_stops_at_a_limit_and_goes_on_at_a_stored_cursor() {
    let (client, transport) = scripted([page(&[1, 2], link("PAa")), page(&[3], Value::Null)]);
    let two = client
        .calls()
        .list(&ListCalls::new())
        .limit(2)
        .collect()
        .await
        .unwrap();
    assert_eq!(
        (two.len(), transport.sent().len()),
        (2, 1),
        "no page is read for nothing"
    );

    let stored = serde_json::to_string(&Cursor::new(link("PAa"))).unwrap();
    let cursor: Cursor = serde_json::from_str(&stored).unwrap();
    let mut list = client.calls().resume(cursor);
    assert!(list.next().await.unwrap().is_ok());
    assert_eq!(
        list.cursor().map(Cursor::as_str),
        Some(link("PAa").as_str())
    );
    assert!(list.next().await.is_none());
}

#[tokio::test]
async fn credentials_follow_no_link_to_another_host() {
    for elsewhere in [
        "https://evil.example/2010-04-01/Accounts/x/Calls.json",
        "//evil.example/Calls.json",
        "https://api.twilio.com.evil.example/Calls.json",
        "http://api.twilio.com/Calls.json",
        "https://user@api.twilio.com/Calls.json",
        "https://api.dublin.ie1.twilio.com/Calls.json",
    ] {
        let (client, transport) = scripted([page(&[1], elsewhere)]);
        let mut list = client.calls().list(&ListCalls::new());
        assert!(
            list.next().await.unwrap().is_ok(),
            "what was read is not lost"
        );
        let error = list.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{elsewhere}: {error}");
        assert!(list.next().await.is_none());
        assert_eq!(transport.sent().len(), 1, "{elsewhere}");

        let mut resumed = client.calls().resume(Cursor::new(elsewhere));
        assert!(resumed.next().await.unwrap().is_err(), "nor a stored one");
        assert_eq!(transport.sent().len(), 1, "{elsewhere}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_account_is_refused() {
    let (own, other) = (ACCOUNT, format!("AC{}", "e".repeat(32)));
    let refused = [
        format!("/2010-04-01/Accounts/{other}/Calls.json?Page=1"),
        format!("https://api.twilio.com/2010-04-01/Accounts/{other}/Calls.json?Page=1"),
        format!("/2010-04-01/Accounts/{own}/../{other}/Calls.json"),
        format!("/2010-04-01//Accounts/{other}/Calls.json"),
        format!("/2010-04-01/Accounts/%41C{}/Calls.json", "e".repeat(32)),
        format!(
            "/2010-04-01/Accounts/{}/Calls.json",
            own.to_uppercase().replace("AC", "ac")
        ),
    ];
    for link in refused {
        let (client, transport) = scripted([page(&[1], Value::Null), page(&[2], Value::Null)]);
        let mut calls = client.calls().resume(Cursor::new(link.as_str()));
        let error = calls.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{link}: {error}");
        assert!(!error.may_have_happened());
        let mut numbers = client
            .incoming_phone_numbers()
            .resume(Cursor::new(link.as_str()));
        assert!(numbers.next().await.unwrap().is_err(), "{link}");
        assert!(transport.sent().is_empty(), "{link}");
        assert!(!error.to_string().contains(&other), "{error}");
    }

    // The account that is acted on counts, not the one of the credentials.
    let (client, transport) = scripted([page(&[1], Value::Null), page(&[1], Value::Null)]);
    let scoped = client.for_account(other.parse().unwrap());
    let cursor = Cursor::new(format!("/2010-04-01/Accounts/{other}/Calls.json?Page=1"));
    assert!(scoped.calls().resume(cursor).next().await.unwrap().is_ok());
    assert!(
        scoped
            .calls()
            .resume(Cursor::new(link("PAa")))
            .next()
            .await
            .unwrap()
            .is_err()
    );
    assert_eq!(transport.sent().len(), 1);

    // The list of accounts has no account in its path.
    let accounts = Reply::json(&json!({"accounts": [], "next_page_uri": null}));
    let (client, transport) = scripted([accounts]);
    let cursor = Cursor::new("/2010-04-01/Accounts.json?PageSize=2&Page=1");
    assert!(client.accounts().resume(cursor).next().await.is_none());
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test]
async fn a_link_that_comes_again_ends_the_list() {
    let (client, transport) = scripted([
        page(&[1], link("PAa")),
        page(&[2], link("PAb")),
        page(&[3], link("PAa")),
    ]);
    let mut list = client.calls().list(&ListCalls::new());
    for _ in 0..3 {
        assert!(list.next().await.unwrap().is_ok());
    }
    assert_eq!(
        list.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::Protocol
    );
    assert!(list.next().await.is_none());
    assert_eq!(transport.sent().len(), 3);
}

#[tokio::test]
async fn a_later_page_that_fails_is_a_full_error_and_tells_where_to_resume() {
    let refused = Reply::status(
        400,
        json!({"code": 21481, "message": "Invalid PageToken"}).to_string(),
    )
    .header("twilio-request-id", "RQ7");
    let (client, _) = scripted([
        page(&[1], link("PAa")),
        refused,
        Reply::status(200, "{\"calls\": {}}"),
    ]);
    let mut list = client.calls().list(&ListCalls::new());
    assert!(list.next().await.unwrap().is_ok());
    let error = list.next().await.unwrap().unwrap_err();
    assert_eq!(error.twilio_code().map(|code| code.get()), Some(21481));
    assert_eq!(
        (error.request_id(), error.operation()),
        (Some("RQ7"), "calls.list")
    );
    assert_eq!(
        list.cursor().map(Cursor::as_str),
        Some(link("PAa").as_str())
    );

    let error = client
        .calls()
        .list(&ListCalls::new())
        .collect()
        .await
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Decode,
        "a page without its array is no empty list: {error}"
    );
}
