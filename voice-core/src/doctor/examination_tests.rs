//! Examinations and forged webhooks, with a transport that answers from a script.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;

use super::*;
use crate::config::Environment;
use crate::error::{Delivery, Error, ErrorKind};
use crate::limits::{RateLimits, RateWindow, Scope};
use crate::provider::{Health, HealthCheck};
use crate::testkit::{Reply, ScriptedTransport};

fn context(replies: impl IntoIterator<Item = Reply>) -> (Arc<ScriptedTransport>, CheckContext) {
    let transport = Arc::new(ScriptedTransport::new(replies));
    let context = CheckContext::builder().transport(transport.clone()).build();
    (transport, context.unwrap())
}

fn habits() -> WebhookHabits {
    WebhookHabits::new("Test", Duration::from_secs(5))
        .signed("x-signature", "forged")
        .body("application/x-www-form-urlencoded", "a=b")
}

async fn forged(reply: Reply) -> Finding {
    let (transport, context) = context([reply]);
    let url = ProbeUrl::parse("https://hooks.example.com/voice?token=s3same").unwrap();
    let check = ForgedWebhookCheck::new("webhook", url, habits());
    let mut findings = check.check(&context).await;
    let sent = transport.sent();
    assert_eq!((sent.len(), sent[0].method.as_str()), (1, "POST"));
    assert_eq!(sent[0].header("x-signature"), "forged");
    assert_eq!(sent[0].text(), "a=b");
    assert_eq!(findings.len(), 1);
    let finding = findings.remove(0);
    assert!(!format!("{finding:?}").contains("s3same"));
    finding
}

#[tokio::test(start_paused = true)]
async fn a_forged_webhook_must_be_refused() {
    for (status, verdict) in [
        (401, Status::Pass),
        (403, Status::Pass),
        (200, Status::Fail),
        (204, Status::Fail),
        (301, Status::Fail),
        (404, Status::Fail),
        (405, Status::Fail),
        (400, Status::Warn),
        (429, Status::Fail),
        (500, Status::Fail),
        (502, Status::Fail),
    ] {
        let finding = forged(Reply::status(status, "")).await;
        assert_eq!(finding.status(), verdict, "{finding:?}");
        let explained = finding.cause().is_some() && finding.remedy().is_some();
        assert_eq!(explained, verdict != Status::Pass, "{finding:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_comes_too_late_fails() {
    let in_time = Reply::status(401, "").after(Duration::from_secs(4));
    assert_eq!(forged(in_time).await.status(), Status::Pass);
    let late = forged(Reply::status(401, "").after(Duration::from_secs(6))).await;
    assert_eq!(
        (late.status(), late.seen()),
        (Status::Fail, "the answer took 6.0 s, Test waits 5.0 s")
    );
    let never = forged(Reply::hang()).await;
    assert_eq!(never.status(), Status::Fail);
    let refused = forged(Reply::fail(ErrorKind::Connect, Delivery::NotSent)).await;
    assert!(refused.cause().is_some() && refused.remedy().is_some());
}

#[derive(Debug, Clone)]
struct Probe;

#[async_trait]
impl HealthCheck for Probe {
    async fn health(&self) -> Health {
        let window = RateWindow::new(Scope::Minute)
            .with_limit(100)
            .with_remaining(3);
        let limits = RateLimits::default().with_window(window);
        Health::from_outcome("test", Duration::ZERO, Ok(())).with_limits(Some(&limits))
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_could_not_be_built_is_a_finding() {
    let (_, context) = context([]);
    let broken: Result<Probe, Error> = Err(Error::new(ErrorKind::Config, "KEY is not set"));
    let secrets = Environment::from_pairs([("TOKEN", "blue-horse")]);
    let broken = Examination::new("broken")
        .endpoint("http://api.example.com")
        .credentials(&broken)
        .check(KnownFindings::from(Finding::pass(
            "note",
            "a blue-horse and a red-cow",
        )))
        .hide(&secrets, &["TOKEN", "ABSENT"])
        .secret(SecretString::from("red-cow"));
    assert!(!format!("{broken:?}").contains("horse"));
    let well = Examination::new("well").credentials(&Ok(Probe));
    let report = Doctor::new(context)
        .examine(broken)
        .examine(well)
        .run()
        .await;

    let seen: Vec<_> = report
        .findings()
        .map(|(section, finding)| (section, finding.name(), finding.status()))
        .collect();
    assert_eq!(
        seen,
        [
            ("broken", "http", Status::Fail),
            ("broken", "credentials", Status::Fail),
            ("broken", "note", Status::Pass),
            ("well", "credentials", Status::Pass),
            ("well", "credentials limits", Status::Warn),
        ]
    );
    let text = report.to_text(Colour::Plain);
    assert!(
        text.contains("KEY is not set") && text.contains("3 of 100 left"),
        "{text}"
    );
    assert!(!text.contains("horse") && !text.contains("cow"), "{text}");
    assert_eq!(report.exit_code(), 1);
}

#[test]
fn colours_are_for_terminals_and_for_those_who_insist() {
    let file = std::fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    for (pairs, colour) in [
        (vec![], Colour::Plain),
        (vec![("CLICOLOR_FORCE", "1")], Colour::Ansi),
        (vec![("CLICOLOR_FORCE", "0")], Colour::Plain),
        (
            vec![("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
            Colour::Plain,
        ),
    ] {
        let environment = Environment::from_pairs(pairs.clone());
        assert_eq!(Colour::choose(&file, &environment), colour, "{pairs:?}");
    }
}
