//! The simulator's webhooks: what arrives, in which order, how often, signed how.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::new_agent;
use http::StatusCode;
use ultravox_client::calls::StartAgentCall;
use ultravox_client::testkit::{
    HurriedClock, RetryStamp, SimSettings, UltravoxSimulator, WebhookTarget,
};
use ultravox_client::types::{Callback, Callbacks, EndReason, Secret};
use ultravox_client::webhook_endpoints::{NewWebhook, WebhookStatus};
use ultravox_client::webhooks::{Event, EventKind, WebhookVerifier, acknowledge, refuse};
use voice_core::clock::Clock;
use voice_core::provider::CallId;
use voice_core::testkit::{Service, SimAnswer, SimRequest, SimServer};
use voice_core::webhook::{ReplayWindow, WebhookError, WebhookRequest};

const SECRET: &str = "webhook-secret";

/// A server of an application: verifies, and answers what the script says, or as the crate suggests.
struct Receiver {
    verifier: WebhookVerifier,
    script: Mutex<VecDeque<u16>>,
    got: Mutex<Vec<Result<Event, WebhookError>>>,
}

impl Service for Receiver {
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        assert_eq!(request.header("content-type"), "application/json");
        let webhook = WebhookRequest::new(
            &request.method,
            &request.path,
            &request.headers,
            &request.body,
        );
        let got = self.verifier.event(&webhook);
        let suggested = match &got {
            Ok(_) => acknowledge(),
            Err(error) => refuse(error),
        };
        self.got.lock().unwrap().push(got);
        let scripted = self.script.lock().unwrap().pop_front();
        SimAnswer::empty(scripted.unwrap_or(suggested.status().as_u16()))
    }
}

struct Scene {
    simulator: UltravoxSimulator,
    clock: Arc<HurriedClock>,
    call: CallId,
    receiver: Arc<Receiver>,
    server: SimServer,
}

impl Scene {
    async fn new(script: &[u16], verifier: WebhookVerifier) -> Self {
        let clock = Arc::new(HurriedClock::new());
        let simulator =
            UltravoxSimulator::start_with(SimSettings::new().clock(clock.clone())).await;
        let client = simulator.client().build().unwrap();
        let agent = client
            .agents()
            .create(&new_agent("A", "Be brief."))
            .await
            .unwrap();
        let order = StartAgentCall::new().join_timeout(Duration::from_secs(90_000));
        let call = client
            .agents()
            .calls(agent.id().unwrap())
            .create(&order)
            .await
            .unwrap();
        let receiver = Arc::new(Receiver {
            verifier: verifier.clock(clock.clone()),
            script: Mutex::new(script.iter().copied().collect()),
            got: Mutex::default(),
        });
        Self {
            call: call.id().unwrap().clone(),
            server: SimServer::start(receiver.clone()).await,
            simulator,
            clock,
            receiver,
        }
    }

    fn target(&self) -> WebhookTarget {
        WebhookTarget::new(format!("{}/hook", self.server.url())).secret(SECRET)
    }

    fn kinds(&self) -> Vec<String> {
        let got = self.receiver.got.lock().unwrap();
        got.iter()
            .map(|event| event.as_ref().unwrap().kind.to_string())
            .collect()
    }
}

fn by_secret() -> WebhookVerifier {
    WebhookVerifier::new(SECRET).unwrap()
}

#[tokio::test]
async fn a_call_is_reported_as_far_as_it_went() {
    let scene = Scene::new(&[], by_secret()).await;
    let target = scene.target();
    let done = scene.simulator.deliver_webhooks(&scene.call, &target).await;
    assert_eq!(done.len(), 1);
    assert_eq!(scene.kinds(), ["call.started"]);

    scene.simulator.join(&scene.call);
    scene.clock.advance(Duration::from_secs(65));
    scene.simulator.end(&scene.call, &EndReason::AgentHangup);
    let target = target.events([
        EventKind::CallJoined,
        EventKind::CallEnded,
        EventKind::CallBilled,
    ]);
    let done = scene.simulator.deliver_webhooks(&scene.call, &target).await;
    assert!(
        done.iter()
            .all(|one| one.is_acknowledged() && one.attempts.len() == 1)
    );
    assert_eq!(
        scene.kinds(),
        ["call.started", "call.joined", "call.ended", "call.billed"]
    );
    let got = scene.receiver.got.lock().unwrap();
    let billed = got[3].as_ref().unwrap();
    assert_eq!(billed.call.call_id.as_ref(), Some(&scene.call));
    assert_eq!(billed.call.end_reason, Some(EndReason::AgentHangup));
    let length = billed.call.billed_duration.as_ref().unwrap();
    assert_eq!(length.duration(), Some(Duration::from_secs(65)));
}

#[tokio::test]
async fn what_is_not_acknowledged_is_repeated_at_twice_the_distance() {
    let scene = Scene::new(&[500, 302, 404], by_secret()).await;
    let done = scene
        .simulator
        .deliver_webhook(&scene.call, EventKind::CallStarted, &scene.target())
        .await
        .unwrap();
    let answers: Vec<Option<u16>> = done.attempts.iter().map(|one| one.answered).collect();
    assert_eq!(answers, [Some(500), Some(302), Some(404), Some(204)]);
    assert!(done.is_acknowledged());
    let gaps: Vec<u64> = done
        .attempts
        .windows(2)
        .map(|two| two[1].at.duration_since(two[0].at).unwrap().as_secs())
        .collect();
    assert_eq!(gaps, [30, 60, 120]);
    assert_eq!(scene.kinds(), ["call.started"; 4]);
    let got = scene.receiver.got.lock().unwrap();
    let keys: Vec<Option<String>> = got
        .iter()
        .map(|event| event.as_ref().unwrap().dedup_key())
        .collect();
    assert!(keys.iter().all(|key| key == &keys[0] && key.is_some()));
}

#[tokio::test]
async fn after_ten_retries_it_is_given_up() {
    let scene = Scene::new(&[503; 20], by_secret()).await;
    let before = scene.clock.ahead();
    let done = scene
        .simulator
        .deliver_webhook(&scene.call, EventKind::CallStarted, &scene.target())
        .await
        .unwrap();
    assert_eq!(done.attempts.len(), 11);
    assert!(!done.is_acknowledged());
    // 30 s × (2¹⁰ − 1), about eight and a half hours.
    assert_eq!(scene.clock.ahead() - before, Duration::from_secs(30_690));
}

#[tokio::test]
async fn a_stale_stamp_is_refused_and_a_wider_window_takes_it() {
    for (window, answers) in [
        (
            Duration::from_secs(20),
            vec![Some(500), Some(401), Some(401)],
        ),
        (Duration::from_secs(60), vec![Some(500), Some(204)]),
    ] {
        let verifier = by_secret().window(ReplayWindow::symmetric(window));
        let scene = Scene::new(&[500], verifier).await;
        let target = scene.target().retry_stamp(RetryStamp::First);
        let done = scene
            .simulator
            .deliver_webhook(&scene.call, EventKind::CallStarted, &target)
            .await
            .unwrap();
        let got: Vec<Option<u16>> = done.attempts.iter().map(|one| one.answered).collect();
        assert_eq!(got[..answers.len()], answers[..]);
        assert_eq!(done.is_acknowledged(), window.as_secs() == 60);
    }
}

#[tokio::test]
async fn a_secret_is_changed_without_a_gap() {
    let old = WebhookVerifier::new("old-secret").unwrap();
    for (secrets, good) in [
        (&["old-secret"][..], true),
        (&["new-secret", "old-secret"], true),
        (&["new-secret"], false),
        (&[], false),
    ] {
        let scene = Scene::new(&[], old.clone()).await;
        let mut target = WebhookTarget::new(scene.server.url());
        for secret in secrets {
            target = target.secret(*secret);
        }
        let done = scene
            .simulator
            .deliver_webhook(&scene.call, EventKind::CallStarted, &target)
            .await
            .unwrap();
        assert_eq!(done.is_acknowledged(), good, "{secrets:?}");
        assert_eq!(
            done.attempts[0].answered,
            Some(if good { 204 } else { 401 })
        );
    }
}

#[tokio::test]
async fn endpoints_and_callbacks_are_told_what_is_due_once() {
    let scene = Scene::new(&[], by_secret()).await;
    let client = scene.simulator.client().build().unwrap();
    let url = format!("{}/hook", scene.server.url());
    let endpoint = NewWebhook::new(&url, [EventKind::CallStarted, EventKind::CallEnded])
        .secrets([Secret::from(SECRET)]);
    let endpoint = client.webhooks().create(&endpoint).await.unwrap();
    let callback = Callback::new(&url).secrets([Secret::from(SECRET)]);
    let order = StartAgentCall::new()
        .join_timeout(Duration::from_secs(90_000))
        .callbacks(Callbacks::new().joined(callback));
    let agents = client.agents();
    let agent = agents.create(&new_agent("B", "Be brief.")).await.unwrap();
    let call = agents
        .calls(agent.id().unwrap())
        .create(&order)
        .await
        .unwrap();
    let second = call.id().unwrap().clone();

    assert_eq!(
        scene.simulator.deliver_due().await.len(),
        2,
        "two calls began"
    );
    assert!(scene.simulator.deliver_due().await.is_empty(), "each once");
    scene.simulator.join(&second);
    scene.simulator.end(&second, &EndReason::Hangup);
    let done = scene.simulator.deliver_due().await;
    assert!(
        done.iter()
            .all(|one| one.is_acknowledged() && one.call == second)
    );
    assert_eq!(
        scene.kinds(),
        ["call.started", "call.started", "call.joined", "call.ended"]
    );

    *scene.receiver.script.lock().unwrap() = VecDeque::from([500; 11]);
    scene.simulator.join(&scene.call);
    scene.simulator.end(&scene.call, &EndReason::Hangup);
    let done = scene.simulator.deliver_due().await;
    assert_eq!((done.len(), done[0].attempts.len()), (1, 11));
    let id = endpoint.webhook_id.clone().unwrap();
    let ill = client.webhooks().get(&id).await.unwrap();
    assert_eq!(ill.status, Some(WebhookStatus::Unhealthy));
    assert_eq!(ill.recent_failures.as_ref().unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_there_elsewhere_and_no_such_call() {
    let scene = Scene::new(&[], by_secret()).await;
    for url in [
        "https://hooks.example.com/",
        "http://127.0.0.1:9/",
        "nowhere",
    ] {
        let target = WebhookTarget::new(url).secret("planted");
        assert!(!format!("{target:?}").contains("planted"));
        let done = scene
            .simulator
            .deliver_webhook(&scene.call, EventKind::CallStarted, &target)
            .await
            .unwrap();
        assert!(
            done.attempts.iter().all(|one| one.answered.is_none()),
            "{url}"
        );
        assert_eq!(done.attempts.len(), 11);
    }
    let unknown = CallId::new("unknown").unwrap();
    let target = scene.target();
    assert!(
        scene
            .simulator
            .deliver_webhooks(&unknown, &target)
            .await
            .is_empty()
    );
    let only = target.events([EventKind::CallBilled]);
    let none = scene
        .simulator
        .deliver_webhook(&scene.call, EventKind::CallEnded, &only)
        .await;
    assert_eq!(none, None);
    assert!(scene.kinds().is_empty());
    assert_eq!(acknowledge().status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn the_hurried_clock_waits_for_nobody() {
    let clock = HurriedClock::new();
    let (before, wall) = (clock.now(), clock.wall());
    clock.sleep(Duration::from_secs(3_600)).await;
    let hour = Duration::from_secs(3_600);
    assert!(clock.now() - before >= hour && clock.ahead() == hour);
    assert!(clock.wall().duration_since(wall).unwrap() >= hour);
    clock.advance(Duration::MAX);
    assert!(clock.now() >= before, "out of range, and no panic");
    assert!((0.0..1.0).contains(&clock.unit()));
}
