//! What the doctor finds: each fault has its finding, with cause and remedy, and the right exit code.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use clap::ValueEnum;
use serde_json::Value;
use voice_core::doctor::{Colour, Finding, Report, Status};
use voice_examples::clinic::{Fault, Provider, examine};

/// What nobody may ever see.
const SECRETS: [&str; 4] = [
    "51e0000000000000000000000000707e",
    "simulate.0123456789abcdefghijklmnopqrstuv",
    "sk-proj-simulated-0123456789abcdef",
    "4155550123",
];

async fn look(providers: &[Provider], faults: &[Fault]) -> Report {
    let report = examine(providers, faults).await.unwrap();
    let (text, json) = (report.to_text(Colour::Plain), report.to_json());
    for secret in SECRETS {
        assert!(
            !text.contains(secret) && !json.contains(secret),
            "{secret}:\n{text}"
        );
    }
    for (section, finding) in report.findings() {
        if finding.status() > Status::Skipped {
            let told = finding.cause().is_some_and(|text| text.len() > 20)
                && finding.remedy().is_some_and(|text| text.len() > 20);
            assert!(told, "{section}: {finding:?}");
        }
    }
    report
}

fn finding<'a>(report: &'a Report, section: &str, name: &str) -> &'a Finding {
    let mut all = report.findings();
    let found = all.find(|(at, finding)| *at == section && finding.name() == name);
    let Some((_, finding)) = found else {
        panic!("no {name} in {section}:\n{}", report.to_text(Colour::Plain));
    };
    finding
}

#[tokio::test]
async fn five_healthy_providers_stand_side_by_side() {
    let report = look(&Provider::ALL, &[]).await;
    let text = report.to_text(Colour::Plain);
    assert_eq!((report.exit_code(), report.totals().fail), (0, 0), "{text}");
    for provider in Provider::ALL {
        for name in [
            "environment",
            "tcp",
            "tls",
            "latency",
            "http",
            "clock",
            "credentials",
        ] {
            let finding = finding(&report, provider.as_str(), name);
            // The simulator of OpenAI dates no answer.
            let undated = provider == Provider::OpenAi && name == "clock";
            let expected = if undated {
                Status::Skipped
            } else {
                Status::Pass
            };
            assert_eq!(
                finding.status(),
                expected,
                "{}: {finding:?}",
                provider.as_str()
            );
        }
    }
    for name in ["twilio", "ultravox", "openai"] {
        assert_eq!(finding(&report, name, "webhook").status(), Status::Pass);
        assert_eq!(finding(&report, name, "webhook url").status(), Status::Pass);
    }
    assert_eq!(
        finding(&report, "twilio", "from number").status(),
        Status::Pass,
        "{text}"
    );
    assert!(
        text.contains("twilio  ultravox  exotel  openai  promptops"),
        "{text}"
    );
}

#[tokio::test]
async fn json_has_the_documented_shape() {
    let report = look(&[Provider::Twilio, Provider::Exotel], &[Fault::Auth]).await;
    let json: Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["exit_code"], 1);
    assert!(json["at"].as_str().unwrap().ends_with('Z'));
    for name in ["pass", "warn", "fail", "skipped"] {
        assert!(json["totals"][name].is_u64(), "{json}");
    }
    let sections = json["sections"].as_array().unwrap();
    let names: Vec<&str> = sections
        .iter()
        .map(|section| section["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["twilio", "exotel"]);
    for finding in sections
        .iter()
        .flat_map(|section| section["findings"].as_array().unwrap())
    {
        assert!(
            finding["name"].is_string()
                && finding["seen"].is_string()
                && finding["elapsed_ms"].is_number()
        );
        let status = finding["status"].as_str().unwrap();
        assert!(
            ["pass", "warn", "fail", "skipped"].contains(&status),
            "{finding}"
        );
    }
}

/// The finding that shows a fault, and a word of its cause and its remedy.
const fn shown(fault: Fault) -> (&'static str, &'static str, &'static str) {
    match fault {
        Fault::Env => ("environment", "quotes", "started"),
        Fault::Dns => ("dns", "misspelt", "name server"),
        Fault::Tcp => ("tcp", "listens", "port"),
        Fault::TlsExpired => ("tls", "renewed", "clock"),
        Fault::TlsName => ("tls", "another host", "base URL"),
        Fault::TlsUntrusted => ("tls", "chain", "root certificate"),
        Fault::TlsInspected => ("tls", "inspecting", "root certificate"),
        Fault::Auth => ("credentials", "", ""),
        Fault::Suspended => ("account", "stopped", "console"),
        Fault::Number => ("from number", "another account", "verify"),
        Fault::Clock => ("clock", "clock", "NTP"),
        Fault::RateLimit => ("credentials", "requests", ""),
        Fault::Down => ("credentials", "", ""),
        Fault::Slow => ("http", "slow", "TCP"),
        Fault::Webhook => ("webhook", "does not check", "Verify"),
        Fault::WebhookRedirect => ("webhook", "https", "leads to"),
        Fault::WebhookDown => ("webhook", "backend", "upstream"),
        Fault::WebhookPrivate => ("webhook url", "private", "public"),
    }
}

/// One provider is enough here; all of them have the same checks.
async fn one_fault(fault: Fault) {
    let report = look(&[Provider::Twilio], &[fault]).await;
    let (name, cause, remedy) = shown(fault);
    let found = finding(&report, "twilio", name);
    assert_eq!(found.status(), Status::Fail, "{fault:?}: {found:?}");
    assert_eq!(report.exit_code(), 1, "{fault:?}");
    let text = format!("{} {:?}", found.cause().unwrap(), found);
    assert!(text.contains(cause), "{fault:?}: {text}");
    assert!(
        found.remedy().unwrap().contains(remedy),
        "{fault:?}: {found:?}"
    );
}

#[tokio::test]
async fn each_fault_has_its_finding() {
    for fault in Fault::value_variants() {
        one_fault(*fault).await;
    }
}

#[tokio::test]
async fn wrong_credentials_are_found_at_every_provider() {
    let report = look(&Provider::ALL, &[Fault::Auth]).await;
    for provider in Provider::ALL {
        let found = finding(&report, provider.as_str(), "credentials");
        assert_eq!(found.status(), Status::Fail, "{found:?}");
        // The way there is well: the API is reached, and only the credentials are wrong.
        assert_eq!(
            finding(&report, provider.as_str(), "http").status(),
            Status::Pass
        );
    }
}

#[tokio::test]
async fn settings_that_are_missing_are_findings_and_not_errors() {
    let report = look(&Provider::ALL, &[Fault::Env, Fault::Dns]).await;
    assert_eq!(report.exit_code(), 1);
    for provider in Provider::ALL {
        let found = finding(&report, provider.as_str(), "environment");
        assert_eq!(found.status(), Status::Fail, "{found:?}");
        let no_client = report.findings().any(|(section, finding)| {
            section == provider.as_str() && finding.seen().contains("no client")
        });
        assert!(no_client, "{}", report.to_text(Colour::Plain));
    }
}

#[tokio::test]
async fn several_faults_at_once_are_all_found() {
    let faults = [
        Fault::Auth,
        Fault::Clock,
        Fault::WebhookRedirect,
        Fault::TlsExpired,
    ];
    let report = look(&[Provider::Twilio, Provider::OpenAi], &faults).await;
    for section in ["twilio", "openai"] {
        for name in ["tls", "webhook"] {
            assert_eq!(
                finding(&report, section, name).status(),
                Status::Fail,
                "{section} {name}"
            );
        }
    }
}
