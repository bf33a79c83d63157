//! The simulator runs scheduled batches on its clock.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use common::hand::Hand;
use common::new_agent;
use common::still::{StillClock, still};
use serde_json::{Value, json};
use ultravox_client::agents::{
    BatchCall, BatchUpdate, ListBatches, ListCreatedCalls, ListScheduledCalls, NewBatch,
    ScheduledBatches, ScheduledCallStatus as Status,
};
use ultravox_client::call_throttles::{NewThrottle, ThrottleRule};
use ultravox_client::telephony_configs::NewTwilioConfig;
use ultravox_client::testkit::{Overload, SimSettings};
use ultravox_client::types::{
    BatchId, CallMedium, EndReason, OutgoingCall, TelephonyMedium, UvTime,
};
use ultravox_client::{ErrorCode, UltravoxClient};
use voice_core::clock::Clock as _;
use voice_core::error::ErrorKind;
use voice_core::provider::{AgentId, CallId};

const SECOND: Duration = Duration::from_secs(1);

struct Scene {
    hand: Hand,
    clock: Arc<StillClock>,
    client: UltravoxClient,
    agent: AgentId,
}

impl Scene {
    async fn new(settings: SimSettings, prompt: &str) -> Self {
        let (hand, clock) = still(settings).await;
        let client = hand.simulator.client().build().unwrap();
        let agent = client
            .agents()
            .create(&new_agent("A", prompt))
            .await
            .unwrap();
        let twilio = NewTwilioConfig::new("AC1", "token");
        client
            .telephony_configs()
            .twilio()
            .create(&twilio)
            .await
            .unwrap();
        let rules = [ThrottleRule::new(2, SECOND * 10)];
        let gentle = NewThrottle::new("gentle", rules);
        client.call_throttles().create(&gentle).await.unwrap();
        Self {
            agent: agent.id().unwrap().clone(),
            client,
            clock,
            hand,
        }
    }

    fn after(&self, length: Duration) -> SystemTime {
        self.clock.wall() + length
    }

    async fn statuses(&self, batch: &BatchId) -> Vec<Status> {
        let agents = self.client.agents();
        let all = agents
            .scheduled_batches(&self.agent)
            .scheduled_calls(batch, &ListScheduledCalls::new().page_size(2));
        let all = all.collect().await.unwrap();
        all.into_iter().map(|call| call.status.unwrap()).collect()
    }
}

/// What a test does with the batches of the scene's agent.
macro_rules! batches {
    ($scene:ident) => {
        $scene.client.agents().scheduled_batches(&$scene.agent)
    };
}

fn rings() -> BatchCall {
    let outgoing = OutgoingCall::new("+15551234567", "+15557654300");
    BatchCall::new().medium(CallMedium::Twilio(
        TelephonyMedium::new().outgoing(outgoing),
    ))
}

#[tokio::test]
async fn calls_are_made_within_the_window_and_as_fast_as_the_throttle_lets_them() {
    let scene = Scene::new(SimSettings::new(), "Hi.").await;
    let batch = NewBatch::new(vec![rings(); 5])
        .window_start(scene.after(SECOND * 60))
        .window_end(scene.after(SECOND * 120))
        .throttle("gentle");
    let agents = scene.client.agents();
    let batches: ScheduledBatches<'_> = agents.scheduled_batches(&scene.agent);
    let made = batches.create(&batch).await.unwrap();
    let id = made.id().unwrap().clone();
    assert_eq!((made.total_count, made.completed_count), (Some(5), Some(0)));
    assert_eq!(scene.statuses(&id).await, vec![Status::Future; 5]);
    assert_eq!(scene.hand.simulator.created_calls(), 0);

    scene.clock.step(SECOND * 60);
    let two = [
        Status::Success,
        Status::Success,
        Status::Pending,
        Status::Pending,
        Status::Pending,
    ];
    assert_eq!(scene.statuses(&id).await, two);
    scene.clock.step(SECOND * 9);
    assert_eq!(scene.statuses(&id).await, two);
    let start = scene.after(Duration::ZERO) - SECOND * 9;

    // Nobody looks for a while: calls are made when they were due all the same.
    scene.clock.step(SECOND * 30);
    assert_eq!(scene.statuses(&id).await, vec![Status::Success; 5]);
    let calls = batches.created_calls(&id, &ListCreatedCalls::new().page_size(2));
    let mut calls = calls.collect().await.unwrap();
    calls.reverse();
    let created = calls
        .iter()
        .map(|call| call.created.as_ref().unwrap().time().unwrap());
    let ages: Vec<u64> = created
        .map(|at| at.duration_since(start).unwrap().as_secs())
        .collect();
    assert_eq!(ages, [0, 0, 10, 10, 20]);
    let over = batches.get(&id).await.unwrap();
    assert_eq!(
        (over.completed_count, over.ended_at.is_some()),
        (Some(5), true)
    );
    assert!(
        scene.hand.simulator.batch_webhooks().is_empty(),
        "Ultravox dials these itself"
    );
    assert_eq!(
        batches.page(&ListBatches::new()).await.unwrap().items.len(),
        1
    );
}

#[tokio::test]
async fn each_call_says_what_became_of_it() {
    let scene = Scene::new(SimSettings::new(), "Greet {{name}}.").await;
    let batch = NewBatch::new([
        rings().variable("name", "Ada"),
        rings(),
        BatchCall::new()
            .medium(CallMedium::twilio())
            .variable("name", "Bo")
            .tag("n", "2"),
    ])
    .webhook_url("https://hooks.example/x");
    let made = batches!(scene).create(&batch).await.unwrap();
    let id = made.id().unwrap();
    assert!(made.webhook_secret.is_some(), "made up");
    let calls = batches!(scene)
        .scheduled_calls(id, &ListScheduledCalls::new())
        .collect()
        .await
        .unwrap();
    let statuses: Vec<_> = calls
        .iter()
        .map(|call| call.status.clone().unwrap())
        .collect();
    assert_eq!(statuses, [Status::Success, Status::Error, Status::Success]);
    assert!(
        calls[1]
            .error
            .as_ref()
            .unwrap()
            .contains("'name' is a required property")
    );
    assert_eq!(calls[2].metadata, Some(json!({"n": "2"})));
    let call = scene
        .client
        .calls()
        .get(calls[2].call_id.as_ref().unwrap())
        .await
        .unwrap();
    assert_eq!(call.metadata.as_ref().unwrap()["n"], "2");

    let sent = scene.hand.simulator.batch_webhooks();
    assert_eq!(
        sent.len(),
        1,
        "only for the call somebody else must connect, and once"
    );
    assert_eq!(sent[0].0, "https://hooks.example/x");
    assert_eq!(sent[0].1["event"], "call.started");
    assert_eq!(sent[0].1["call"]["callId"], call.id().unwrap().as_str());

    let failed = ListScheduledCalls::new().status(Status::Error);
    let failed = batches!(scene)
        .scheduled_calls_page(id, &failed)
        .await
        .unwrap();
    assert_eq!((failed.items.len(), failed.total), (1, Some(1)));
    let over = batches!(scene).get(id).await.unwrap();
    assert_eq!((over.total_count, over.completed_count), (Some(3), Some(3)));
    let target = format!(
        "/api/agents/{}/scheduled_batches/{id}/scheduled_calls?status=LATE",
        scene.agent
    );
    assert_eq!(
        scene.hand.ask("GET", &target, &Value::Null).await.status,
        400
    );
}

#[tokio::test]
async fn a_paused_batch_stands_still_and_expires_with_its_window() {
    let scene = Scene::new(SimSettings::new(), "Hi.").await;
    let batch = NewBatch::new(vec![rings(); 4])
        .window_end(scene.after(SECOND * 60))
        .throttle("gentle");
    let id = batches!(scene)
        .create(&batch)
        .await
        .unwrap()
        .id()
        .unwrap()
        .clone();
    assert_eq!(batches!(scene).pause(&id).await.unwrap().paused, Some(true));
    scene.clock.step(SECOND * 30);
    let still = [
        Status::Success,
        Status::Success,
        Status::Pending,
        Status::Pending,
    ];
    assert_eq!(scene.statuses(&id).await, still);
    let resume = BatchUpdate::new().paused(false);
    let error = batches!(scene).update(&id, &resume).await.unwrap_err();
    assert_eq!(error.fields()[0].field, "paused");
    scene.clock.step(SECOND * 30);
    let over = [
        Status::Success,
        Status::Success,
        Status::Expired,
        Status::Expired,
    ];
    assert_eq!(scene.statuses(&id).await, over);
    let over = batches!(scene).get(&id).await.unwrap();
    assert_eq!((over.completed_count, over.total_count), (Some(2), Some(4)));
    assert_eq!(
        over.ended_at.as_ref().map(UvTime::as_str),
        over.window_end.as_ref().map(UvTime::as_str)
    );
}

#[tokio::test]
async fn a_window_that_is_too_short_is_refused_with_an_estimate() {
    let scene = Scene::new(SimSettings::new(), "Hi.").await;
    let batch = NewBatch::new(vec![rings(); 10])
        .window_end(scene.after(SECOND * 39))
        .throttle("gentle");
    let error = batches!(scene).create(&batch).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.fields()[0].field.as_str()),
        (ErrorKind::InvalidInput, "windowEnd")
    );
    assert!(
        error.to_string().contains("an estimated 40 seconds"),
        "{error}"
    );
    let batch = batch.window_end(scene.after(SECOND * 40));
    let id = batches!(scene)
        .create(&batch)
        .await
        .unwrap()
        .id()
        .unwrap()
        .clone();
    scene.clock.step(SECOND * 40);
    assert_eq!(scene.statuses(&id).await, vec![Status::Success; 10]);

    let target = format!("/api/agents/{}/scheduled_batches", scene.agent);
    for (body, field) in [
        (json!({}), "calls"),
        (json!({"calls": []}), "calls"),
        (json!({"calls": [{"metadata": {"n": 1}}]}), "calls"),
        (json!({"calls": [{}]}), "webhookUrl"),
        (json!({"calls": [{}], "webhookUrl": "x"}), "webhookUrl"),
        (
            json!({"calls": [rings()], "webhookUrl": "https://a.example"}),
            "webhookUrl",
        ),
        (
            json!({"calls": [rings()], "throttle": "nobody"}),
            "throttle",
        ),
        (
            json!({"calls": [rings()], "windowEnd": "2020-01-01T00:00:00Z"}),
            "windowEnd",
        ),
        (json!({"calls": [rings()], "paused": "no"}), "paused"),
    ] {
        let got = scene.hand.ask("POST", &target, &body).await;
        assert_eq!(got.status, 400, "{body}: {}", got.text);
        assert!(!got.json()[field].is_null(), "{body}: {}", got.text);
    }
    let nobody = "/api/agents/5e000000-0000-4000-8000-0000000000ff/scheduled_batches";
    assert_eq!(
        scene.hand.ask("GET", nobody, &Value::Null).await.status,
        404
    );
}

#[tokio::test]
async fn a_deleted_batch_makes_no_more_calls_and_a_changed_one_makes_others() {
    let scene = Scene::new(SimSettings::new(), "Hi.").await;
    let batch = NewBatch::new(vec![rings(); 4]).throttle("gentle");
    let id = batches!(scene)
        .create(&batch)
        .await
        .unwrap()
        .id()
        .unwrap()
        .clone();
    assert_eq!(scene.hand.simulator.created_calls(), 2);
    let change = BatchUpdate::new().calls([rings().tag("new", "yes")]);
    let changed = batches!(scene).update(&id, &change).await.unwrap();
    assert_eq!(
        (changed.total_count, changed.completed_count),
        (Some(3), Some(2))
    );
    scene.clock.step(SECOND * 10);
    assert_eq!(scene.statuses(&id).await, vec![Status::Success; 3]);

    let id = batches!(scene)
        .create(&batch)
        .await
        .unwrap()
        .id()
        .unwrap()
        .clone();
    let before = scene.hand.simulator.created_calls();
    batches!(scene).delete(&id).await.unwrap();
    scene.clock.step(SECOND * 100);
    assert_eq!(scene.hand.simulator.created_calls(), before);
    let gone = batches!(scene).get(&id).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
    assert_eq!(ErrorCode::of(&gone), ErrorCode::ResourceNotFound);
    let nobody: AgentId = "5e000000-0000-4000-8000-0000000000ff".parse().unwrap();
    let agents = scene.client.agents();
    let error = agents
        .scheduled_batches(&nobody)
        .create(&batch)
        .await
        .unwrap_err();
    assert_eq!(ErrorCode::of(&error), ErrorCode::AgentNotFound);
}

#[tokio::test]
async fn a_limit_of_calls_at_a_time_holds_for_batches_too() {
    let settings = SimSettings::new().concurrency(1, Overload::TooManyRequests);
    let scene = Scene::new(settings, "Hi.").await;
    let batch = NewBatch::new(vec![rings(); 3]);
    let id = batches!(scene)
        .create(&batch)
        .await
        .unwrap()
        .id()
        .unwrap()
        .clone();
    assert_eq!(scene.hand.simulator.created_calls(), 1);
    let calls = batches!(scene)
        .created_calls_page(&id, &ListCreatedCalls::new())
        .await
        .unwrap();
    let first: CallId = calls.items[0].id().unwrap().clone();
    scene.hand.simulator.join(&first);
    scene.clock.step(SECOND * 100);
    assert_eq!(scene.hand.simulator.created_calls(), 1, "it goes on");
    scene.hand.simulator.end(&first, &EndReason::Hangup);
    assert_eq!(scene.hand.simulator.created_calls(), 2);
    // Nobody joins the second: it ends by itself after 30 s, and the third takes its turn at that very time.
    scene.clock.step(SECOND * 31);
    assert_eq!(scene.statuses(&id).await, vec![Status::Success; 3]);
}

#[tokio::test]
async fn a_limit_of_no_calls_at_all_lets_nobody_through() {
    let settings = SimSettings::new().throttle("shut", 0, SECOND);
    let scene = Scene::new(settings, "Hi.").await;
    let batch = NewBatch::new([rings()])
        .throttle("shut")
        .window_end(scene.after(SECOND * 60));
    let made = batches!(scene).create(&batch).await.unwrap();
    assert_eq!(scene.statuses(made.id().unwrap()).await, [Status::Pending]);
    scene.clock.step(SECOND * 60);
    assert_eq!(scene.statuses(made.id().unwrap()).await, [Status::Expired]);
    let target = format!("/api/agents/{}/calls?throttle=shut", scene.agent);
    let got = scene.hand.ask("POST", &target, &json!({})).await;
    assert_eq!((got.status, got.retry_after.as_deref()), (429, Some("1")));
}
