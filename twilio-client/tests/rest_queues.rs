//! Queues and the balance, held against the official OpenAPI files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use common::call_sid;
use common::exercise::Exercise;
use serde_json::json;
use twilio_client::queues::{
    CreateQueue, ListMembers, ListQueues, MemberOf, UpdateMember, UpdateQueue,
};
use voice_core::error::ErrorKind;
use voice_core::ident::QueueSid;
use voice_core::testkit::Reply;
use voice_core::webhook::WebhookUrl;

fn queue() -> QueueSid {
    QueueSid::parse(concat!("QU", "0123456789abcdef0123456789abcdef")).unwrap()
}

fn url() -> WebhookUrl {
    WebhookUrl::parse("https://app.example.com/next").unwrap()
}

#[tokio::test]
async fn every_operation_is_as_documented() {
    let Some(mut on) = Exercise::of(&["queues", "balance"]) else {
        return;
    };
    on.call("FetchBalance", async |c| c.balance().await).await;
    on.call("ListQueue", async |c| {
        let list = ListQueues::new()
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1");
        c.queues().list(&list).collect().await
    })
    .await;
    on.call("CreateQueue", async |c| {
        c.queues()
            .create(&CreateQueue::new("support").max_size(5_u32))
            .await
    })
    .await;
    on.call("FetchQueue", async |c| c.queues().get(queue()).await)
        .await;
    on.call("UpdateQueue", async |c| {
        let change = UpdateQueue::new().friendly_name("sales").max_size(7_u32);
        c.queues().update(queue(), &change).await
    })
    .await;
    on.call("DeleteQueue", async |c| c.queues().delete(queue()).await)
        .await;
    on.call("ListMember", async |c| {
        let list = ListMembers::new()
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1");
        c.queues().members(queue()).list(&list).collect().await
    })
    .await;
    on.call("FetchMember", async |c| {
        c.queues().members(queue()).get(call_sid()).await
    })
    .await;
    on.call("UpdateMember", async |c| {
        let change = UpdateMember::new(url()).method(twilio_client::types::HttpMethod::Get);
        c.queues()
            .members(queue())
            .update(MemberOf::Front, &change)
            .await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn what_twilio_would_refuse_is_not_sent() {
    let (client, transport) = common::scripted([]);
    for bad in [
        CreateQueue::new(""),
        CreateQueue::new("x".repeat(65)),
        CreateQueue::new("x").max_size(5_001_u32),
    ] {
        let error = client.queues().create(&bad).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.fields().len()),
            (ErrorKind::InvalidInput, 1)
        );
    }
    let list = ListQueues::new().page_size(1_001_u32);
    let error = client.queues().list(&list).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn a_page_without_its_items_is_an_error_that_says_where() {
    let (client, _) = common::scripted([
        Reply::json(&json!({"members": []})),
        Reply::json(&json!({"queues": [{"sid": "x"}, 5], "next_page_uri": null})),
    ]);
    let error = client
        .queues()
        .list(&ListQueues::new())
        .collect()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("queues"), "{error}");
    let error = client
        .queues()
        .list(&ListQueues::new())
        .collect()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("queues[1]"), "{error}");
}
