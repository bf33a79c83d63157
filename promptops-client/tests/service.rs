//! The service around the client, on the simulator: cached, rendered, kept up, counted, closed.
#![cfg(feature = "testkit")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code, in real time"
)]

use std::time::{Duration, Instant};

use promptops_client::cache::{Fallback, RefreshMode, Source};
use promptops_client::models::{ModelSpecificPrompt, NewPrompt, PromptUpdate, Provider};
use promptops_client::render::{Message, Role};
use promptops_client::service::{CacheLevel, ModelFit};
use promptops_client::snapshot::SnapshotScope;
use promptops_client::telemetry::TelemetrySettings;
use promptops_client::testkit::{Outage, PromptOpsSimulator, Speaks};
use promptops_client::{CacheSwitch, Latest, PromptOps, variables};
use voice_core::client::ClientOptions;
use voice_core::error::ErrorKind;
use voice_core::provider::HealthCheck;
use voice_core::testkit::conformance;

async fn simulator() -> PromptOpsSimulator {
    let simulator = PromptOpsSimulator::start().await;
    simulator.add("greet", "1.0.0", "Hello {{name}}");
    simulator.add("bye", "1.0.0", "Bye {{ user.name }}");
    simulator
}

/// A client that gives up soon, so that outages do not take long.
fn hasty(simulator: &PromptOpsSimulator) -> promptops_client::PromptOpsClient {
    let options = ClientOptions::new()
        .attempt_timeout(Duration::from_millis(500))
        .deadline(Duration::from_secs(1))
        .retries(0)
        .without_breaker();
    simulator.client_with(options).unwrap()
}

#[tokio::test]
async fn a_prompt_is_fetched_once_and_rendered_here() {
    let simulator = simulator().await;
    let prompts = PromptOps::new(simulator.client().unwrap()).unwrap();
    for source in [Source::Service, Source::Memory, Source::Memory] {
        let values = variables! { name: "{{x}} <b>" };
        let text = prompts.render("greet", &values).await.unwrap();
        assert_eq!(
            (text.text.as_str(), text.source),
            ("Hello {{x}} <b>", source)
        );
    }
    assert_eq!(simulator.requests("prompts.get"), 1);
    assert_eq!(
        prompts.prompt("greet").get_now().unwrap().version(),
        "1.0.0"
    );
    let stats = prompts.stats();
    assert_eq!((stats.total_requests, stats.failed_requests), (4, 0));
    assert_eq!((stats.cache_hits, stats.cache_misses), (3, 1));
    let cache = prompts.cache_stats();
    assert_eq!((cache.level, cache.stats.size), (CacheLevel::Memory, 1));

    let error = prompts.render("bye", &variables! {}).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.fields()[0].field, "variables");
    assert_eq!(error.context_value("prompt_id"), Some("bye"));
    let names = prompts.get("bye").await.unwrap();
    assert_eq!(names.variables().unwrap(), ["user.name"]);
    let wrong = prompts.get("no such id").await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::InvalidInput, "{wrong}");
}

#[tokio::test]
async fn a_thousand_misses_of_one_key_make_one_request() {
    let simulator = simulator().await;
    let prompts = PromptOps::new(simulator.client().unwrap()).unwrap();
    let asks = (0..1_000).map(|_| prompts.get("greet"));
    for got in futures_util::future::join_all(asks).await {
        assert_eq!(got.unwrap().version(), "1.0.0");
    }
    assert_eq!(simulator.requests("prompts.get"), 1);
}

#[tokio::test]
async fn versions_models_and_projects_are_prompts_of_their_own() {
    let simulator = simulator().await;
    simulator.add("greet", "1.9.0", "Nine");
    simulator.add("greet", "1.10.0", "Ten");
    simulator.add_for_model(
        "greet",
        &ModelSpecificPrompt::new(Provider::OpenAi, "gpt-4o", "For gpt-4o"),
    );
    let by_server = PromptOps::new(simulator.client().unwrap()).unwrap();
    assert_eq!(by_server.get("greet").await.unwrap().version(), "1.9.0");
    let client = simulator.client_builder().latest(Latest::Semver);
    let prompts = PromptOps::new(client.build().unwrap()).unwrap();
    assert_eq!(prompts.get("greet").await.unwrap().version(), "1.10.0");

    for ask in [
        prompts.prompt("greet").version("v1.0.0"),
        prompts.prompt("greet-v1.0.0"),
        prompts.prompt("greet-v1.0.0").version("1.0.0"),
    ] {
        assert_eq!(ask.get().await.unwrap().text(), "Hello {{name}}");
    }
    assert_eq!(
        simulator.requests("prompts.version"),
        1,
        "one key for all three"
    );
    let other = prompts.prompt("greet-v1.0.0").version("1.9.0").key();
    assert_eq!(other.unwrap_err().kind(), ErrorKind::InvalidInput);

    for (provider, model, text, fit) in [
        ("openai", "gpt-4o", "For gpt-4o", ModelFit::Exact),
        ("openai", "gpt-5", "For gpt-4o", ModelFit::SameProvider),
        ("google", "gemini", "Ten", ModelFit::Main),
    ] {
        let got = prompts
            .prompt("greet")
            .for_model(provider, model)
            .get()
            .await;
        let got = got.unwrap();
        assert_eq!((got.text(), got.fit()), (text, fit));
    }
    let keys = [
        prompts.prompt("greet").key().unwrap(),
        prompts.prompt("greet").project("p1").key().unwrap(),
        prompts.prompt("greet").for_model("a", "b").key().unwrap(),
    ];
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
}

#[tokio::test]
async fn a_warmed_service_answers_through_every_outage_within_five_milliseconds() {
    let simulator = simulator().await;
    let prompts = PromptOps::builder(hasty(&simulator))
        .ttl(Duration::from_millis(1))
        .build()
        .unwrap();
    prompts.require(["greet", "bye"]).await.unwrap();
    assert_eq!(simulator.requests("prompts.batch"), 1);
    for outage in [
        Outage::Down,
        Outage::Garbage,
        Outage::Cut,
        Outage::Hang,
        Outage::Slow(Duration::from_secs(30)),
    ] {
        simulator.set_outage(outage);
        for _ in 0..20 {
            let start = Instant::now();
            let text = prompts.render("greet", &variables! { name: "Ana" }).await;
            let took = start.elapsed();
            assert_eq!(text.unwrap().text, "Hello Ana");
            assert!(took < Duration::from_millis(5), "{outage:?}: {took:?}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

#[tokio::test]
async fn snapshot_and_fallback_stand_in_at_a_start_without_the_service() {
    let simulator = simulator().await;
    let folder = std::env::temp_dir().join(format!("promptops-service-{}", std::process::id()));
    let file = folder.join("prompts.json");
    let build = || {
        PromptOps::builder(hasty(&simulator))
            .snapshot(&file, SnapshotScope::Exact)
            .patience(Duration::from_millis(50))
            .build()
            .unwrap()
    };
    let first = build();
    first.require(["greet"]).await.unwrap();
    let closed = first.close(Duration::from_secs(5)).await;
    assert_eq!(closed.snapshot, Some(1));

    simulator.set_outage(Outage::Down);
    let second = build();
    second.require(["greet"]).await.unwrap();
    let error = second.require(["greet", "bye"]).await.unwrap_err();
    assert!(error.message().contains("bye") && !error.message().contains("greet"));
    let found = second.render("greet", &variables! { name: "Ana" }).await;
    let found = found.unwrap();
    assert_eq!(
        (found.text.as_str(), found.source),
        ("Hello Ana", Source::Snapshot)
    );
    let ask = second.prompt("bye").fallback_text("Bye {{user.name}}!");
    let values = variables! { user: serde_json::json!({"name": "Ana"}) };
    let text = ask.render(&values).await.unwrap();
    assert_eq!(
        (text.text.as_str(), text.version.as_str()),
        ("Bye Ana!", "0")
    );
    assert!(text.is_fallback());
    let none = second.get("bye").await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Unavailable, "{none}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn what_is_changed_or_gone_is_not_served_on() {
    let simulator = PromptOpsSimulator::builder()
        .speaks(Speaks::Docs)
        .start()
        .await;
    simulator.add("greet", "1.0.0", "One");
    simulator.add("greet-verbose", "1.0.0", "Other");
    let prompts = PromptOps::new(simulator.client().unwrap()).unwrap();
    let version = |text| NewPrompt::new("made", text);
    prompts.create(&version("new")).await.unwrap();
    prompts.get("greet").await.unwrap();
    prompts
        .prompt("greet")
        .version("1.0.0")
        .get()
        .await
        .unwrap();
    prompts.get("greet-verbose").await.unwrap();
    let update = PromptUpdate::new().content("Two").create_new_version(true);
    prompts.update("greet", &update).await.unwrap();
    assert_eq!(
        prompts.cache_stats().stats.size,
        1,
        "only the other one is left"
    );
    assert_eq!(prompts.get("greet").await.unwrap().text(), "Two");

    prompts.delete_all_versions("greet").await.unwrap();
    let gone = prompts.get("greet").await.unwrap_err();
    assert!(gone.is_not_found(), "{gone}");
    simulator.remove_prompt("greet-verbose");
    let gone = prompts.prompt("greet-verbose").refresh_now().await;
    assert!(gone.unwrap_err().is_not_found());
    let gone = prompts.get("greet-verbose").await.unwrap_err();
    assert!(gone.is_not_found(), "404 on refresh evicts: {gone}");
}

#[tokio::test]
async fn without_a_cache_the_service_is_asked_each_time() {
    let simulator = simulator().await;
    for prompts in [
        PromptOps::builder(hasty(&simulator)).cache(CacheSwitch::Off),
        PromptOps::builder(hasty(&simulator)).ttl(Duration::ZERO),
    ] {
        let before = simulator.requests("prompts.get");
        let fallback = Fallback::text("none");
        let prompts = prompts.fallback(fallback).build().unwrap();
        prompts.get("greet").await.unwrap();
        prompts.get("greet").await.unwrap();
        assert_eq!(simulator.requests("prompts.get"), before + 2);
        assert_eq!(prompts.cache_stats().level, CacheLevel::None);
        simulator.set_outage(Outage::Down);
        assert!(prompts.get("greet").await.unwrap().is_fallback());
        simulator.set_outage(Outage::None);
    }
}

#[tokio::test]
async fn blocking_refresh_serves_no_old_text() {
    let simulator = simulator().await;
    let prompts = PromptOps::builder(simulator.client().unwrap())
        .ttl(Duration::from_millis(1))
        .refresh(RefreshMode::Blocking)
        .build()
        .unwrap();
    prompts.get("greet").await.unwrap();
    simulator.remove_prompt("greet");
    simulator.add("greet", "2.0.0", "New");
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(prompts.get("greet").await.unwrap().text(), "New");
}

#[tokio::test]
async fn a_warm_up_reports_per_id_and_knows_a_failed_batch() {
    let simulator = simulator().await;
    let prompts = PromptOps::new(hasty(&simulator)).unwrap();
    let ids = ["greet", "nowhere", "bye", "greet-v1.0.0"];
    let report = prompts.warmup(ids).await.unwrap();
    assert_eq!(report.loaded(), 3);
    let failed: Vec<_> = report.failed().collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].0.id().as_str(), "nowhere");
    assert!(failed[0].1.is_not_found());
    assert_eq!(simulator.requests("prompts.batch"), 1);
    assert_eq!(simulator.requests("prompts.version"), 1);
    simulator.set_outage(Outage::Down);
    let report = prompts.warmup(["greet", "other"]).await.unwrap();
    assert_eq!(report.failed().count(), 2);
    assert!(
        report
            .failed()
            .all(|(_, error)| error.kind() == ErrorKind::Unavailable)
    );
    assert_eq!(prompts.get("greet").await.unwrap().version(), "1.0.0");
}

#[tokio::test]
async fn a_stored_list_of_messages_is_a_chat() {
    let simulator = simulator().await;
    let chat = r#"[{"role":"system","content":"You help {{shop}}."},{"type":"placeholder","name":"history"}]"#;
    simulator.add("chat", "1.0.0", chat);
    let prompts = PromptOps::new(simulator.client().unwrap()).unwrap();
    let history = [Message::new(Role::User, "Hi {{shop}}")];
    let values = variables! { shop: "Acme", name: "Ana" }.with_messages("history", history);
    let ask = prompts.prompt("chat");
    let messages = ask.render_chat(Role::User, &values).await.unwrap();
    let contents: Vec<_> = messages.iter().map(Message::content).collect();
    assert_eq!(contents, ["You help Acme.", "Hi {{shop}}"]);
    let prompt = prompts.get("chat").await.unwrap();
    assert_eq!(prompt.variables().unwrap(), ["shop", "history"]);
    let plain = prompts
        .prompt("greet")
        .render_chat(Role::System, &values)
        .await;
    let plain = plain.unwrap();
    assert_eq!(
        (plain[0].role(), plain[0].content()),
        (&Role::System, "Hello Ana")
    );
}

#[tokio::test]
async fn usage_is_reported_only_when_asked_for() {
    let simulator = simulator().await;
    let silent = PromptOps::new(simulator.client().unwrap()).unwrap();
    silent.get("greet").await.unwrap();
    silent.close(Duration::from_secs(5)).await;
    assert_eq!(simulator.requests("usage.log"), 0);

    let prompts = PromptOps::builder(simulator.client().unwrap())
        .telemetry(TelemetrySettings::new())
        .build()
        .unwrap();
    prompts
        .render("greet", &variables! { name: "Ana" })
        .await
        .unwrap();
    prompts.get("nowhere").await.unwrap_err();
    let closed = prompts.close(Duration::from_secs(5)).await;
    assert_eq!((closed.telemetry.sent, closed.telemetry.abandoned), (2, 0));
    let usage = simulator.usage();
    let seen: Vec<_> = usage.iter().rev().take(2).collect();
    let text = serde_json::to_string(&seen).unwrap();
    assert!(
        text.contains("/v1/client/prompts/greet") && text.contains("404"),
        "{text}"
    );
    assert!(!text.contains("Ana") && !text.contains("Hello"), "{text}");
}

#[tokio::test]
async fn the_health_report_tells_the_parts_apart() {
    let simulator = simulator().await;
    let prompts = PromptOps::new(hasty(&simulator)).unwrap();
    let report = prompts.health_report().await;
    assert_eq!(report.overall.as_str(), "healthy", "{report:?}");
    conformance::health_ok(&prompts).await;
    assert!(report.environment.origin.starts_with("http://127.0.0.1"));
    assert!(!format!("{report:?} {prompts:?}").contains(PromptOpsSimulator::API_KEY));

    prompts.get("greet").await.unwrap();
    simulator.set_outage(Outage::Down);
    let report = prompts.health_report().await;
    assert_eq!(report.connection.state.as_str(), "unhealthy");
    assert_eq!(report.overall.as_str(), "degraded", "prompts are served on");
    prompts.clear_cache().await;
    assert_eq!(prompts.health_report().await.overall.as_str(), "unhealthy");
    assert!(prompts.health().await.error.is_some());

    simulator.set_outage(Outage::None);
    let wrong = simulator.client_builder().secret_key("another").build();
    let wrong = PromptOps::new(wrong.unwrap()).unwrap();
    let report = wrong.health_report().await;
    assert_eq!(report.connection.state.as_str(), "healthy");
    assert_eq!(report.authentication.state.as_str(), "unhealthy");
    assert!(report.authentication.error.unwrap().is_auth());
    conformance::health_of_refused(&wrong).await;
}

#[tokio::test]
async fn remote_rendering_is_there_where_the_service_has_it() {
    let docs = PromptOpsSimulator::builder()
        .speaks(Speaks::Docs)
        .start()
        .await;
    docs.add("greet", "1.0.0", "Hello {{name}}");
    let prompts = PromptOps::new(docs.client().unwrap()).unwrap();
    let ask = prompts.prompt("greet").version("1.0.0");
    let text = ask
        .render_remote(&variables! { name: "Ana" })
        .await
        .unwrap();
    assert_eq!(text.rendered_content, "Hello Ana");
    let server = simulator().await;
    let prompts = PromptOps::new(server.client().unwrap()).unwrap();
    let values = variables! { name: "Ana" };
    let ask = prompts.prompt("greet");
    let none = ask.render_remote(&values).await;
    assert_eq!(none.unwrap_err().kind(), ErrorKind::Unsupported);
}
