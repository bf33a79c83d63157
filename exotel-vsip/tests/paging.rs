//! Lists: pages, cursors, and links that lead elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{page, reply, scripted, sid, success};
use exotel_vsip::Paging;
use exotel_vsip::trunks::ListTrunks;
use serde_json::{Value, json};
use voice_core::client::Cursor;
use voice_core::error::{Delivery, ErrorKind};
use voice_core::testkit::ScriptedTransport;

const PATH: &str = "/v2/accounts/exampleacc/trunks";

fn trunk(sid: &str) -> Value {
    json!({"trunk_sid": sid, "trunk_name": sid})
}

fn targets(transport: &ScriptedTransport) -> Vec<String> {
    let sent = transport.sent();
    sent.iter().map(|sent| sent.uri.to_string()).collect()
}

#[tokio::test]
async fn relative_links_are_followed_on_the_clients_own_host() {
    let second = format!("{PATH}?offset=2&page_size=2");
    let third = format!("https://api.in.exotel.com{PATH}?offset=4&page_size=2");
    let (client, transport) = scripted([
        reply(200, &page(&[trunk("a"), trunk("b")], Some(&second))),
        reply(200, &page(&[], Some(&third))),
        reply(200, &page(&[trunk("c")], None)),
    ]);
    let filter = ListTrunks::new().page_size(2);
    let all = client.trunks().list(&filter).collect().await.unwrap();
    let sids: Vec<&str> = all
        .iter()
        .map(|trunk| trunk.sid().unwrap().as_str())
        .collect();
    assert_eq!(sids, ["a", "b", "c"]);
    let host = "https://api.in.exotel.com";
    assert_eq!(
        targets(&transport),
        [
            format!("{host}{PATH}?page_size=2"),
            format!("{host}{second}"),
            third
        ]
    );
    assert!(
        transport
            .sent()
            .iter()
            .all(|sent| sent.header("authorization").starts_with("Basic "))
    );
}

#[tokio::test]
async fn a_link_to_another_origin_is_refused_and_no_key_goes_there() {
    for link in [
        "https://evil.example/v2/accounts/exampleacc/trunks?offset=1",
        "//evil.example/x",
        "http://api.in.exotel.com/x",
    ] {
        let (client, transport) = scripted([reply(200, &page(&[trunk("a")], Some(link)))]);
        let mut list = client.trunks().list(&ListTrunks::new());
        assert!(
            list.next().await.unwrap().is_ok(),
            "what came before is not lost"
        );
        let error = list.next().await.unwrap().unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Protocol, Delivery::NotSent)
        );
        assert_eq!(transport.sent().len(), 1, "{link}");
    }
}

#[tokio::test]
async fn a_repeated_cursor_ends_the_list_with_an_error_and_loses_nothing() {
    let link = format!("{PATH}?offset=1");
    let (client, _) = scripted([
        reply(200, &page(&[trunk("a")], Some(&link))),
        reply(200, &page(&[trunk("b")], Some(&link))),
    ]);
    let mut list = client.trunks().list(&ListTrunks::new());
    assert!(list.next().await.unwrap().is_ok() && list.next().await.unwrap().is_ok());
    assert_eq!(
        list.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::Protocol
    );
    assert!(list.next().await.is_none());
}

#[tokio::test]
async fn without_metadata_there_is_one_page() {
    let one = json!({"http_code": 200, "response": {"code": 200, "status": "success", "data": trunk("a")}});
    for (body, count) in [
        (json!({"http_code": 200, "response": []}), 0),
        (json!({"response": [{"code": 200, "data": trunk("a")}]}), 1),
        (one, 1),
        (
            json!({"trunks": [{"sid": "TR12345678", "status": "active"}, {"sid": "TR2"}]}),
            2,
        ),
        (page(&[trunk("a")], Some("")), 1),
    ] {
        let (client, transport) = scripted([reply(200, &body)]);
        let all = client
            .trunks()
            .list(&ListTrunks::new())
            .collect()
            .await
            .unwrap();
        assert_eq!((all.len(), transport.sent().len()), (count, 1), "{body}");
        assert!(all.iter().all(|trunk| trunk.sid().is_ok()));
    }
}

#[tokio::test]
async fn credentials_come_in_both_shapes() {
    let old = success(json!({"username": "trmum1", "password": "PlaceholderPass1"}));
    let new = page(
        &[json!({"id": 7, "user_name": "trmum1", "friendly_name": null})],
        None,
    );
    let empty = json!({"http_code": 200, "response": []});
    let (client, _) = scripted([reply(200, &old), reply(200, &new), reply(200, &empty)]);
    let sid = sid();
    let credentials = client.trunk(&sid).credentials();
    let old = credentials.list(&Paging::new()).collect().await.unwrap();
    assert_eq!(
        (old.len(), old[0].user_name.as_deref()),
        (1, Some("trmum1"))
    );
    assert_eq!(
        old[0].password.as_ref().unwrap().expose(),
        "PlaceholderPass1"
    );
    assert!(old[0].id().is_err() && !format!("{old:?}").contains("PlaceholderPass1"));
    let new = credentials.list(&Paging::new()).collect().await.unwrap();
    assert_eq!(
        (new[0].id().unwrap().as_str(), new[0].user_name.as_deref()),
        ("7", Some("trmum1"))
    );
    assert!(
        credentials
            .list(&Paging::new())
            .collect()
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn one_page_tells_where_the_next_begins_and_a_stored_cursor_goes_on_there() {
    let link = format!("{PATH}?offset=1&page_size=1&trunk_sid=x");
    let mut first = page(&[trunk("a")], Some(&link));
    first["metadata"]["total"] = json!(2);
    let (client, transport) =
        scripted([reply(200, &first), reply(200, &page(&[trunk("b")], None))]);
    let answer = client
        .trunks()
        .page(&ListTrunks::new().page_size(1))
        .await
        .unwrap();
    assert_eq!((answer.items.len(), answer.total), (1, Some(2)));
    let stored = answer.next.as_ref().unwrap().as_str().to_owned();
    let rest = ListTrunks::new().page_size(9).cursor(Cursor::new(stored));
    assert!(client.trunks().page(&rest).await.unwrap().next.is_none());
    assert_eq!(
        targets(&transport)[1],
        format!("https://api.in.exotel.com{link}"),
        "nothing is added to a cursor"
    );
}

#[tokio::test]
async fn lists_of_one_trunk_are_paged_alike() {
    let link = format!("{PATH}/{}/phone-numbers?offset=1&page_size=1", common::SID);
    let (client, transport) = scripted([
        reply(200, &page(&[json!({"id": "1"})], Some(&link))),
        reply(200, &page(&[json!({"id": "2"})], None)),
    ]);
    let sid = sid();
    let numbers = client.trunk(&sid).phone_numbers();
    let all = numbers
        .list(&Paging::new().page_size(1))
        .collect()
        .await
        .unwrap();
    assert_eq!(all.len(), 2);
    assert!(targets(&transport)[1].ends_with(&link));
}
