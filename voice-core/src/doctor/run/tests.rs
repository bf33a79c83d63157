//! Any number of checks at once: in order, bounded, never hanging, never telling a secret.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use secrecy::SecretString;

use super::*;
use crate::doctor::{Colour, Status};
use crate::testkit::{ScriptedTransport, TestClock};

fn context() -> CheckContext {
    CheckContext::builder()
        .clock(Arc::new(TestClock::at(1_736_764_200)))
        .transport(Arc::new(ScriptedTransport::new([])))
        .build()
        .unwrap()
}

/// Counts how many of its kind run at once.
#[derive(Debug, Clone, Default)]
struct Counting {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

#[async_trait]
impl DoctorCheck for Counting {
    fn name(&self) -> &str {
        "counting"
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        context.clock().sleep(Duration::from_secs(1)).await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        vec![Finding::pass("counting", "")]
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_checks_than_allowed_run_at_once() {
    let counting = Counting::default();
    let context = context();
    let start = context.clock().now();
    let report = Doctor::new(context.clone())
        .checks("s", vec![counting.clone(); 20])
        .at_once(4)
        .run()
        .await;
    assert_eq!(report.totals().pass, 20);
    assert_eq!(counting.most.load(Ordering::SeqCst), 4);
    let elapsed = context.clock().now() - start;
    assert!(
        elapsed >= Duration::from_secs(5) && elapsed < Duration::from_secs(6),
        "{elapsed:?}"
    );
}

/// Never ends, finds nothing, or says too much.
#[derive(Debug)]
enum Odd {
    Hangs,
    Silent,
    Talks(&'static str),
}

#[async_trait]
impl DoctorCheck for Odd {
    fn name(&self) -> &str {
        match self {
            Self::Hangs => "hangs",
            Self::Silent => "silent",
            Self::Talks(_) => "talks",
        }
    }

    async fn check(&self, _: &CheckContext) -> Vec<Finding> {
        match self {
            Self::Hangs => std::future::pending().await,
            Self::Silent => Vec::new(),
            Self::Talks(text) => vec![Finding::warn("talks", text).with_cause((*text).to_owned())],
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_check_that_hangs_is_given_up_and_one_that_is_silent_is_skipped() {
    let report = Doctor::new(context())
        .check("b", Odd::Hangs)
        .check("a", Odd::Silent)
        .check("b", Odd::Talks("ok"))
        .check_limit(Duration::from_secs(3))
        .run()
        .await;
    let seen: Vec<_> = report
        .findings()
        .map(|(section, finding)| (section, finding.name(), finding.status(), finding.seen()))
        .collect();
    assert_eq!(
        seen,
        [
            ("b", "hangs", Status::Fail, "no verdict within 3.0 s"),
            ("b", "talks", Status::Warn, "ok"),
            (
                "a",
                "silent",
                Status::Skipped,
                "the check found nothing to say"
            ),
        ]
    );
    assert_eq!(report.exit_code(), 1);
}

#[tokio::test(start_paused = true)]
async fn secrets_the_doctor_knows_are_told_in_no_form() {
    let doctor = Doctor::new(context())
        .check(
            "section blue-horse",
            Odd::Talks("key blue-horse of +14155552671"),
        )
        .redactor(Redactor::new([SecretString::from("blue-horse")]));
    let report = doctor.run().await;
    let text = [
        report.to_text(Colour::Ansi),
        report.to_json(),
        report.to_markdown(),
        format!("{report:?}"),
    ]
    .concat();
    assert!(
        !text.contains("blue-horse") && !text.contains("4155552671"),
        "{text}"
    );
    assert!(text.contains("[REDACTED]"));
}
