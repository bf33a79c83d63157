//! The troubleshooting tools, on the simulator in every state it can be in.
#![cfg(all(feature = "testkit", feature = "doctor"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use promptops_client::doctor::{PromptDoctor, further_hosts, network};
use promptops_client::testkit::{Outage, PromptOpsSimulator};
use promptops_client::{CacheSwitch, PromptOps, PromptOpsClient};
use voice_core::client::ClientOptions;
use voice_core::config::Environment;
use voice_core::doctor::{CheckContext, Colour, ProbeUrl, Report, Status};

fn context() -> CheckContext {
    let builder = CheckContext::builder().step_limit(Duration::from_secs(3));
    builder.build().unwrap()
}

async fn simulator() -> PromptOpsSimulator {
    let simulator = PromptOpsSimulator::start().await;
    simulator.add("hello-world", "1.0.0", "Hello {{name}} of {{user.company}}");
    simulator
}

fn client(simulator: &PromptOpsSimulator) -> PromptOpsClient {
    let options = ClientOptions::new().retries(0).without_breaker();
    simulator.client_with(options).unwrap()
}

fn statuses(report: &Report) -> Vec<Status> {
    report
        .findings()
        .map(|(_, finding)| finding.status())
        .collect()
}

const NAMES: [&str; 5] = [
    "initialisation",
    "connectivity",
    "prompt retrieval",
    "caching",
    "variable substitution",
];

#[tokio::test]
async fn a_healthy_service_passes_all_five() {
    let simulator = simulator().await;
    let doctor = PromptDoctor::new(PromptOps::new(client(&simulator)));
    let report = doctor.health(context()).await;
    let names: Vec<_> = report
        .findings()
        .map(|(_, finding)| finding.name())
        .collect();
    assert_eq!(names, NAMES);
    let text = report.to_text(Colour::Plain);
    assert_eq!(statuses(&report), [Status::Pass; 5], "{text}");
    assert_eq!(report.exit_code(), 0);
    assert!(
        text.contains("hit rate") && text.contains("name, user.company"),
        "{text}"
    );
    assert!(!text.contains(PromptOpsSimulator::API_KEY) && !text.contains("Hello"));
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["totals"]["pass"], 5);
}

#[tokio::test]
async fn every_fault_has_its_own_picture() {
    use Status::{Fail, Pass, Skipped, Warn};
    for (fault, expected) in [
        ("absent prompt", [Pass, Pass, Warn, Skipped, Pass]),
        ("down", [Pass, Fail, Fail, Skipped, Pass]),
        ("garbage", [Pass, Fail, Fail, Skipped, Pass]),
        ("wrong secret", [Pass, Pass, Fail, Skipped, Pass]),
        ("no cache", [Pass, Pass, Pass, Warn, Pass]),
    ] {
        let simulator = simulator().await;
        let mut prompts = PromptOps::builder(client(&simulator));
        let mut id = "hello-world";
        match fault {
            "absent prompt" => id = "nowhere",
            "down" => simulator.set_outage(Outage::Down),
            "garbage" => simulator.set_outage(Outage::Garbage),
            "no cache" => prompts = prompts.cache(CacheSwitch::Off),
            _ => {
                let wrong = simulator.client_builder().secret_key("another");
                prompts = PromptOps::builder(wrong.build().unwrap());
            }
        }
        let doctor = PromptDoctor::new(prompts.build()).prompt_id(id);
        let report = doctor.health(context()).await;
        let text = report.to_text(Colour::Plain);
        assert_eq!(statuses(&report), expected, "{fault}\n{text}");
        assert_eq!(report.exit_code() == 1, expected.contains(&Fail), "{fault}");
    }
}

#[tokio::test]
async fn without_a_client_the_settings_are_named_and_the_rest_skipped() {
    let environment = Environment::from_pairs([
        ("PROMPTOPS_TIMEOUT", "30s"),
        ("PROMPTOPS_ENABLE_CACHE", "perhaps"),
        ("PROMPTOPS_SECRET_KEY", "planted-secret"),
    ]);
    let built = PromptOpsClient::from_environment(&environment).and_then(PromptOps::new);
    let doctor = PromptDoctor::new(built).environment(environment);
    let report = doctor.full(context()).await;
    let text = report.to_text(Colour::Plain);
    assert_eq!(report.exit_code(), 1);
    let (_, settings) = report.findings().next().unwrap();
    assert_eq!(settings.detail_value("PROMPTOPS_API_KEY"), Some("missing"));
    assert!(
        settings
            .detail_value("PROMPTOPS_TIMEOUT")
            .unwrap()
            .starts_with("malformed")
    );
    assert_eq!(
        settings.detail_value("PROMPTOPS_SECRET_KEY"),
        Some("present")
    );
    assert!(
        !text.contains("planted-secret") && !text.contains("perhaps"),
        "{text}"
    );
    assert_eq!(statuses(&report)[2..], [Status::Skipped; 4], "{text}");
}

#[tokio::test]
async fn the_full_look_tells_signature_clock_and_limits_apart() {
    let find = |report: &Report, name: &str| {
        let found = report
            .findings()
            .find(|(_, finding)| finding.name() == name);
        found.unwrap_or_else(|| panic!("{name}")).1.clone()
    };
    let simulator = simulator().await;
    let full = async |prompts: PromptOps| PromptDoctor::new(Ok(prompts)).full(context()).await;
    let report = full(PromptOps::new(client(&simulator)).unwrap()).await;
    let text = report.to_text(Colour::Plain);
    assert_eq!(report.exit_code(), 0, "{text}");
    for name in [
        "signature",
        "signed request",
        "rate limits",
        "http",
        "tcp",
        "latency",
    ] {
        assert_eq!(find(&report, name).status(), Status::Pass, "{name}\n{text}");
    }
    for path in promptops_client::doctor::ENDPOINTS {
        assert!(text.contains(&format!("network {path}")), "{text}");
    }

    // The signature is right and the clock is not: only the signed request is refused.
    simulator.set_clock_error(Some(Ok(Duration::from_secs(3600))));
    let wrong_clock = simulator
        .client_builder()
        .skew_correction(promptops_client::SkewCorrection::Off)
        .build();
    let report = full(PromptOps::new(wrong_clock.unwrap()).unwrap()).await;
    assert_eq!(find(&report, "signature").status(), Status::Pass);
    assert_eq!(find(&report, "signed request").status(), Status::Fail);
    simulator.set_clock_error(None);

    let wrong = simulator.client_builder().secret_key("another").build();
    let report = full(PromptOps::new(wrong.unwrap()).unwrap()).await;
    let signature = find(&report, "signature");
    assert_eq!(signature.status(), Status::Fail);
    assert!(signature.remedy().unwrap().contains("key mode"));
    simulator.set_usage(9_999, 0, 0);
    let report = full(PromptOps::new(client(&simulator)).unwrap()).await;
    assert_ne!(find(&report, "rate limits").status(), Status::Pass);
}

#[test]
fn addresses_are_derived_from_the_origin() {
    let origin = ProbeUrl::parse("https://api.promptops.com").unwrap();
    assert_eq!(
        further_hosts(&origin),
        ["cdn.promptops.com", "status.promptops.com"]
    );
    let own = ProbeUrl::parse("http://localhost:8000").unwrap();
    assert!(further_hosts(&own).is_empty());
    assert_eq!(network(&own).len(), 3);
}
