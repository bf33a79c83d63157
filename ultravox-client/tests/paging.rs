//! Lists: pages, cursors, and links that lead elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{agent, agent_id, scripted};
use serde_json::{Value, json};
use ultravox_client::agents::{ListAgentCalls, ListAgents};
use ultravox_client::calls::{ListCalls, StartAgentCall};
use ultravox_client::testkit::{SimSettings, UltravoxSimulator};
use voice_core::client::Cursor;
use voice_core::error::ErrorKind;
use voice_core::testkit::Reply;

fn page(ids: &[&str], next: Option<&str>) -> Reply {
    let results: Vec<Value> = ids.iter().map(|id| json!({"callId": id})).collect();
    Reply::json(&json!({"next": next, "previous": null, "results": results, "total": 4}))
}

#[tokio::test]
async fn the_cursor_is_taken_out_of_next_and_sent_with_the_callers_own_filters() {
    let (client, transport) = scripted([
        page(
            &["a", "b"],
            Some("https://evil.example/other?cursor=cD00ODY%3D&metadata.x=changed"),
        ),
        page(&[], Some("http://api.example.org/?cursor=second")),
        page(&["c"], None),
    ]);
    let filter = ListCalls::new().metadata("x", "y").page_size(2);
    let calls = client.calls().list(&filter).collect().await.unwrap();
    assert_eq!(calls.len(), 3);
    let targets: Vec<String> = transport
        .sent()
        .iter()
        .map(|sent| sent.uri.to_string())
        .collect();
    let base = "https://api.ultravox.ai/api/calls?metadata.x=y&pageSize=2";
    assert_eq!(
        targets,
        [
            base.to_owned(),
            format!("{base}&cursor=cD00ODY%3D"),
            format!("{base}&cursor=second")
        ]
    );
}

#[tokio::test]
async fn a_repeated_cursor_ends_the_list_with_an_error_and_loses_nothing() {
    let (client, _) = scripted([
        page(&["a"], Some("/?cursor=x")),
        page(&["b"], Some("/?cursor=x")),
    ]);
    let mut calls = client.calls().list(&ListCalls::new());
    assert!(calls.next().await.unwrap().is_ok());
    assert!(calls.next().await.unwrap().is_ok());
    assert_eq!(
        calls.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::Protocol
    );
    assert!(calls.next().await.is_none());
}

#[tokio::test]
async fn a_next_link_without_a_cursor_is_an_error_and_not_the_end() {
    let (client, _) = scripted([page(
        &["a"],
        Some("https://api.ultravox.ai/api/calls?page=2"),
    )]);
    let error = client.calls().page(&ListCalls::new()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::Protocol, "calls.list")
    );
}

#[tokio::test]
async fn one_page_tells_where_the_next_begins_and_a_stored_cursor_goes_on_there() {
    let (client, transport) = scripted([
        page(&["a"], Some("https://api.ultravox.ai/api/calls?cursor=n")),
        page(&["b"], None),
    ]);
    let first = client.calls().page(&ListCalls::new()).await.unwrap();
    assert_eq!((first.items.len(), first.total), (1, Some(4)));
    let stored = first.next.as_ref().unwrap().as_str().to_owned();
    let rest = ListCalls::new().cursor(Cursor::new(stored));
    let page = client.calls().page(&rest).await.unwrap();
    assert!(page.next.is_none());
    assert_eq!(transport.sent()[1].uri.query(), Some("cursor=n"));
}

#[tokio::test]
async fn agents_and_their_calls_are_paged_alike() {
    let agents = json!({"next": "?cursor=2", "results": [agent()]});
    let last = json!({"results": [agent()]});
    let (client, transport) = scripted([Reply::json(&agents), Reply::json(&last)]);
    let all = client
        .agents()
        .list(&ListAgents::new().search("desk"))
        .collect()
        .await
        .unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(
        transport.sent()[1].uri.query(),
        Some("search=desk&cursor=2")
    );

    let (client, transport) = scripted([page(&["a"], Some("?cursor=2")), page(&["b"], None)]);
    let agents = client.agents();
    let filter = ListAgentCalls::new().page_size(1);
    assert_eq!(
        agents
            .calls(&agent_id())
            .list(&filter)
            .limit(2)
            .collect()
            .await
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        transport.sent()[1].uri.path(),
        format!("/api/agents/{}/calls", common::AGENT)
    );
}

#[tokio::test]
async fn against_the_simulator_every_call_comes_once_even_behind_another_origin() {
    let settings = SimSettings::new()
        .page_size(3)
        .next_origin("https://api.ultravox.ai");
    let simulator = UltravoxSimulator::start_with(settings).await;
    let client = simulator.client().build().unwrap();
    let agent = client
        .agents()
        .create(&common::new_agent("A", "Hi."))
        .await
        .unwrap();
    let agents = client.agents();
    let calls = agents.calls(agent.id().unwrap());
    for n in 0..10 {
        let parity = if n % 2 == 0 { "even" } else { "odd" };
        calls
            .create(
                &StartAgentCall::new()
                    .tag("parity", parity)
                    .tag("n", n.to_string()),
            )
            .await
            .unwrap();
    }
    let numbers = |calls: Vec<ultravox_client::calls::Call>| -> Vec<u32> {
        calls
            .iter()
            .map(|call| call.metadata.as_ref().unwrap()["n"].parse().unwrap())
            .collect()
    };
    let all = client
        .calls()
        .list(&ListCalls::new())
        .collect()
        .await
        .unwrap();
    assert_eq!(numbers(all), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    let odd = ListCalls::new()
        .metadata("parity", "odd")
        .sort("created")
        .page_size(2);
    assert_eq!(
        numbers(client.calls().list(&odd).collect().await.unwrap()),
        [1, 3, 5, 7, 9]
    );
    let of_agent = calls.list(&ListAgentCalls::new()).collect().await.unwrap();
    assert_eq!(of_agent.len(), 10);
    assert_eq!(simulator.requests("calls.list"), 4 + 3);
}
