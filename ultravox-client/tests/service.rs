//! Agents and calls as one service: codes, figures, health.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use tokio::sync::Notify;
use ultravox_client::UltravoxClient;
use ultravox_client::agents::ListAgents;
use ultravox_client::service::{
    AgentCalls, AgentSettings, CallOrder, ServiceCode, ServiceError, ServiceMetrics, ServiceStatus,
};
use ultravox_client::strict::StrictProfile;
use ultravox_client::testkit::{RESTRICTED_KEY, UltravoxSimulator};
use voice_core::client::ClientOptions;
use voice_core::config::Environment;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::{
    Call, CallId, CallProvider, CallStatus, Connect, FindCall, Found, Health, HealthCheck,
    MediaKind, PlaceCall,
};
use voice_core::testkit::Mishap;

const NUMBER: &str = "+14155550123";

/// A telephone that does as it is told, and counts.
#[derive(Debug, Clone, Default)]
struct Phone {
    rung: Arc<AtomicUsize>,
    fails: Arc<Mutex<Option<(ErrorKind, Delivery)>>>,
    /// Dials wait for it.
    hold: Option<Arc<Notify>>,
    ill: bool,
}

#[async_trait]
impl CallProvider for Phone {
    fn media(&self) -> MediaKind {
        MediaKind::Twilio
    }
    async fn place_call(&self, request: &PlaceCall) -> Result<Call, Error> {
        assert!(matches!(request.connect, Connect::Session(_)));
        self.rung.fetch_add(1, Ordering::SeqCst);
        if let Some(hold) = &self.hold {
            hold.notified().await;
        }
        let failure = *self.fails.lock().unwrap();
        match failure {
            Some((kind, delivery)) => Err(Error::new(kind, "scripted")
                .with_operation("phone", "calls.create")
                .with_delivery(delivery)),
            None => Ok(Call::new(CallId::new("CA1")?, CallStatus::Queued)),
        }
    }
    async fn get_call(&self, id: &CallId) -> Result<Call, Error> {
        Ok(Call::new(id.clone(), CallStatus::Completed))
    }
    async fn hang_up(&self, _: &CallId) -> Result<(), Error> {
        Ok(())
    }
    async fn find_call(&self, _: &FindCall) -> Result<Found, Error> {
        Ok(Found::Nothing)
    }
}

#[async_trait]
impl HealthCheck for Phone {
    async fn health(&self) -> Health {
        let outcome = if self.ill {
            Err(Error::new(ErrorKind::Connect, "refused"))
        } else {
            Ok(())
        };
        Health::from_outcome("phone", Duration::from_millis(1), outcome)
    }
}

struct Scene {
    simulator: UltravoxSimulator,
    phone: Phone,
    service: AgentCalls,
}

async fn scene() -> Scene {
    scene_with(Phone::default()).await
}

async fn scene_with(phone: Phone) -> Scene {
    let simulator = UltravoxSimulator::start().await;
    let metrics = ServiceMetrics::new();
    let options = ClientOptions::new().observer(metrics.clone()).retries(0);
    let client = simulator.client().options(options).build().unwrap();
    let from = "+14155550100".parse().unwrap();
    let service = AgentCalls::builder(client, phone.clone(), from)
        .metrics(metrics)
        .build();
    Scene {
        simulator,
        phone,
        service,
    }
}

fn support() -> AgentSettings {
    AgentSettings::new(
        "Support Agent",
        "Hello {{customer_name}} of {{city}}, this is {{company_name}}.",
    )
    .variable("company_name", "Acme Corp")
    .variable("customer_name", "valued customer")
    .voice("default")
    .language("en-GB")
}

impl Scene {
    async fn agent(&self) -> String {
        let made = Box::pin(self.service.create_agent(&support()))
            .await
            .unwrap();
        made.id().unwrap().to_string()
    }

    fn rung(&self) -> usize {
        self.phone.rung.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn an_agent_is_created_listed_changed_and_rings_somebody() {
    let scene = scene().await;
    let id = scene.agent().await;
    let read = scene.service.get_agent(&id).await.unwrap();
    let template = read.call_template.clone().unwrap();
    assert_eq!(template.voice, None, "`default` is the API's own");
    assert_eq!(template.language_hint.as_deref(), Some("en-GB"));
    assert_eq!(
        serde_json::to_value(&template.context_schema).unwrap()["required"],
        json!(["city"])
    );
    let page = scene.service.list_agents(&ListAgents::new()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    let change = AgentSettings::change().voice("Mark");
    let changed = scene.service.update_agent(&id, &change).await.unwrap();
    let template = changed.call_template.clone().unwrap();
    assert_eq!(template.voice.as_deref(), Some("Mark"));
    assert!(
        template
            .system_prompt
            .as_ref()
            .unwrap()
            .contains("{{city}}")
    );

    let order = CallOrder::new(NUMBER).value("city", "London");
    let order = order.value("customer_name", "Ada");
    let started = scene.service.start_call(&id, &order).await.unwrap();
    assert_eq!(started.call.status, CallStatus::Queued);
    assert_eq!(scene.rung(), 1);
    let session = CallId::new(started.session.as_str()).unwrap();
    assert_eq!(
        scene.simulator.call(&session).unwrap()["systemPrompt"],
        "Hello Ada of London, this is Acme Corp.",
        "the order's values, and the agent's texts where it has none"
    );
}

#[tokio::test]
async fn bad_input_rings_nobody_and_names_every_field() {
    let scene = scene().await;
    let id = scene.agent().await;
    let bad = AgentSettings::new("x".repeat(65), "Hi")
        .template(ultravox_client::agents::TemplateSpec::default().temperature(3.0));
    let error = scene.service.create_agent(&bad).await.unwrap_err();
    assert_eq!(error.code(), ServiceCode::ValidationError);
    let nothing = scene.service.create_agent(&AgentSettings::change()).await;
    let body = nothing.unwrap_err().to_json();
    assert_eq!(body["error"], "validation_error");
    assert_eq!(body["fields"][0]["field"], "name");
    assert_eq!(body["fields"][1]["field"], "prompt");

    for (agent, number, field) in [
        (id.as_str(), "1234567890", "phone_number"),
        (id.as_str(), "(123) 456-7890", "phone_number"),
        (id.as_str(), "+1 (123) 456-7890", "phone_number"),
        ("", NUMBER, "agent_id"),
        (id.as_str(), NUMBER, "template_context.city"),
    ] {
        let order = CallOrder::new(number);
        let error = scene.service.start_call(agent, &order).await.unwrap_err();
        assert_eq!(error.code(), ServiceCode::ValidationError, "{error}");
        assert_eq!(error.to_json()["fields"][0]["field"], field);
        assert!(!error.to_string().contains("4567890"), "{error}");
    }
    let order = CallOrder::new(NUMBER);
    let unknown = "5e000000-0000-4000-8000-0000000fffff";
    let error = scene.service.start_call(unknown, &order).await.unwrap_err();
    assert_eq!(error.code(), ServiceCode::AgentNotFound);
    assert_eq!((error.code().status(), scene.rung()), (404, 0));
    assert_eq!(
        error.error().context_value("dialled"),
        Some("nobody was rung")
    );
}

#[tokio::test]
async fn the_strict_profile_is_asked_when_it_is_set() {
    let loose = scene().await;
    let id = loose.agent().await;
    let client = loose.simulator.client().build().unwrap();
    let from = "+14155550100".parse().unwrap();
    let strict = AgentCalls::builder(client, loose.phone.clone(), from)
        .strict(StrictProfile::new())
        .build();
    let order = |number: &str| CallOrder::new(number).value("city", "London");
    let started = strict.start_call(&id, &order("+1 (415) 555-0123")).await;
    assert!(started.is_ok(), "a written number is read");
    let script = order(NUMBER).value("note", "<script>");
    let error = strict.start_call(&id, &script).await.unwrap_err();
    assert_eq!(error.code(), ServiceCode::ValidationError);
    loose.service.start_call(&id, &script).await.unwrap();
    let long = AgentSettings::new("Long", "x".repeat(10_001));
    let error = strict.create_agent(&long).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("Prompt must be between 1 and 10000"),
        "{error}"
    );
    let key = AgentSettings::new("Key", "Hi").variable("123invalid", "x");
    let error = strict.create_agent(&key).await.unwrap_err();
    assert!(error.to_string().contains("123invalid"), "{error}");
    loose.service.create_agent(&long).await.unwrap();
    assert_eq!(loose.rung(), 2);
}

#[tokio::test]
async fn every_failure_has_its_code_and_says_whether_somebody_was_rung() {
    let scene = scene().await;
    let id = scene.agent().await;
    let order = CallOrder::new(NUMBER).value("city", "London");
    let dial = |kind, delivery| *scene.phone.fails.lock().unwrap() = Some((kind, delivery));

    dial(ErrorKind::Quota, Delivery::Answered);
    let error = scene.service.start_call(&id, &order).await.unwrap_err();
    assert_eq!(error.code(), ServiceCode::CallInitiationFailed);
    dial(ErrorKind::RateLimited, Delivery::Refused);
    let error = scene.service.start_call(&id, &order).await.unwrap_err();
    assert_eq!(error.code(), ServiceCode::RateLimitExceeded);
    assert!(!error.error().may_have_happened());

    let mishaps = scene.simulator.mishaps();
    mishaps.next_of(
        "agents.get",
        Mishap::RateLimited(Some(Duration::from_secs(7))),
    );
    let error = scene.service.start_call(&id, &order).await.unwrap_err();
    assert_eq!(error.code(), ServiceCode::RateLimitExceeded);
    assert_eq!(error.to_json()["retry_after"], 7.0);
    mishaps.next_of("agents.create", Mishap::BadGateway);
    let error = scene.service.create_agent(&support()).await.unwrap_err();
    assert_eq!(error.code(), ServiceCode::ExternalServiceError);
    assert_eq!(error.code().status(), 502);
    mishaps.next_of("agents.create", Mishap::Unauthorized);
    let error = scene.service.create_agent(&support()).await.unwrap_err();
    assert_eq!(error.code(), ServiceCode::AgentCreationFailed);
    mishaps.next_of("agents.list", Mishap::Unauthorized);
    let error = scene
        .service
        .list_agents(&ListAgents::new())
        .await
        .unwrap_err();
    assert_eq!(error.code(), ServiceCode::AgentListingFailed);
    mishaps.next_of("agents.update", Mishap::Unauthorized);
    let change = AgentSettings::change().voice("Mark");
    let error = scene.service.update_agent(&id, &change).await.unwrap_err();
    assert_eq!(error.code(), ServiceCode::AgentUpdateFailed);
}

#[tokio::test]
async fn the_figures_tell_what_happened() {
    let scene = scene().await;
    let id = scene.agent().await;
    let order = CallOrder::new(NUMBER).value("city", "London");
    scene.service.start_call(&id, &order).await.unwrap();
    let bad = CallOrder::new("nonsense");
    scene.service.start_call(&id, &bad).await.unwrap_err();
    let figures = scene.service.metrics().snapshot();
    for (name, count) in [
        ("agent_creation_attempts_total", 1),
        ("agent_creation_success_total", 1),
        ("agent_creation_failures_total", 0),
        ("call_initiation_attempts_total", 2),
        ("call_initiation_success_total", 1),
        ("call_initiation_failures_total", 1),
    ] {
        assert_eq!(figures.counters[name], count, "{name}");
    }
    for (name, count) in [
        ("agent_creation_duration_seconds", 1),
        ("call_initiation_duration_seconds", 2),
        ("ultravox_join_url_duration_seconds", 1),
        ("twilio_call_creation_duration_seconds", 1),
    ] {
        assert_eq!(figures.durations[name].count(), count, "{name}");
    }
    let newest = scene.service.metrics().events(1);
    assert_eq!(newest[0].failed, Some(ServiceCode::ValidationError));
    let asked = scene.service.metrics().api_calls(10);
    assert_eq!(asked[0].operation, "agents.calls.create");
    let shown = format!("{figures:?}{newest:?}{asked:?}{}", figures.to_json());
    for private in ["4155550123", "Support Agent", "London", "valued customer"] {
        assert!(!shown.contains(private), "{private}");
    }
}

#[tokio::test]
async fn health_names_who_is_ill() {
    let well = scene().await;
    let health = well.service.health_detailed().await;
    assert_eq!(
        (health.status, health.http_status()),
        (ServiceStatus::Healthy, 200)
    );
    let names: Vec<&str> = health.checks.iter().map(|check| check.provider).collect();
    assert_eq!(names, ["ultravox", "phone"]);

    let ill = Phone {
        ill: true,
        ..Phone::default()
    };
    let scene = scene_with(ill.clone()).await;
    let health = scene.service.health_detailed().await;
    assert_eq!(
        (health.status, health.http_status()),
        (ServiceStatus::Degraded, 503)
    );
    let shown = health.to_json();
    assert_eq!(shown["checks"]["ultravox_api"]["status"], "ok");
    assert_eq!(shown["checks"]["phone_api"]["status"], "connectivity_error");
    assert_eq!(
        scene.service.health().status,
        ServiceStatus::Healthy,
        "nobody is asked"
    );

    let refused = scene
        .simulator
        .client()
        .api_key(RESTRICTED_KEY)
        .build()
        .unwrap();
    let from = "+14155550100".parse().unwrap();
    let service = AgentCalls::builder(refused, Phone::default(), from).build();
    let shown = service.health_detailed().await.to_json();
    assert_eq!(shown["checks"]["ultravox_api"]["status"], "auth_error");
}

#[tokio::test]
async fn a_drained_service_finishes_what_it_began_and_begins_nothing() {
    let hold = Arc::new(Notify::new());
    let phone = Phone {
        hold: Some(Arc::clone(&hold)),
        ..Phone::default()
    };
    let scene = scene_with(phone).await;
    let id = scene.agent().await;
    let order = CallOrder::new(NUMBER).value("city", "London");
    let service = scene.service.clone();
    let (begun, held) = (id.clone(), order.clone());
    let call = tokio::spawn(async move { service.start_call(&begun, &held).await });
    while scene.rung() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(scene.service.ongoing(), 1);
    assert!(!scene.service.drain(Duration::ZERO).await, "one is left");
    let error = scene.service.start_call(&id, &order).await.unwrap_err();
    assert_eq!(error.code(), ServiceCode::CallInitiationFailed);
    assert_eq!(scene.service.health().status, ServiceStatus::Draining);
    hold.notify_one();
    assert!(scene.service.drain(Duration::from_secs(30)).await);
    assert!(call.await.unwrap().is_ok());
    assert_eq!((scene.rung(), scene.service.ongoing()), (1, 0));
}

#[test]
fn what_the_environment_lacks_is_a_configuration_error() {
    let nothing = Environment::from_pairs([("ULTRAVOX_BASE_URL", "not a url")]);
    let error =
        ServiceError::configuration(UltravoxClient::from_environment(&nothing).unwrap_err());
    assert_eq!(error.code(), ServiceCode::ConfigurationError);
    let shown = error.to_json().to_string();
    assert!(shown.contains("ULTRAVOX_API_KEY"), "{shown}");
}

#[tokio::test]
async fn changing_one_text_keeps_the_others_and_what_a_call_must_bring() {
    let scene = scene().await;
    let id = scene.agent().await;
    let change = AgentSettings::change().variable("company_name", "Bluebell");
    scene.service.update_agent(&id, &change).await.unwrap();
    let error = scene
        .service
        .start_call(&id, &CallOrder::new(NUMBER))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_json()["fields"][0]["field"],
        "template_context.city"
    );
    let order = CallOrder::new(NUMBER).value("city", "London");
    let started = scene.service.start_call(&id, &order).await.unwrap();
    let session = CallId::new(started.session.as_str()).unwrap();
    assert_eq!(
        scene.simulator.call(&session).unwrap()["systemPrompt"],
        "Hello valued customer of London, this is Bluebell."
    );
}

#[tokio::test]
async fn a_new_prompt_brings_its_variables_and_takes_the_old_ones_away() {
    let scene = scene().await;
    let id = scene.agent().await;
    let change = AgentSettings::change().prompt("{{company_name}} on order {{order}}.");
    scene.service.update_agent(&id, &change).await.unwrap();
    let city = CallOrder::new(NUMBER).value("city", "London");
    let error = scene.service.start_call(&id, &city).await.unwrap_err();
    assert_eq!(
        error.to_json()["fields"][0]["field"],
        "template_context.order"
    );
    let order = CallOrder::new(NUMBER).value("order", "4711");
    let started = scene.service.start_call(&id, &order).await.unwrap();
    let session = CallId::new(started.session.as_str()).unwrap();
    assert_eq!(
        scene.simulator.call(&session).unwrap()["systemPrompt"],
        "Acme Corp on order 4711."
    );
    assert_eq!(scene.rung(), 1);
}
