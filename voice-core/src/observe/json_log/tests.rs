//! Lines as they come out.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt;

use super::*;
use crate::testkit::TestClock;

/// Collects what is written, and how often.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<(String, usize)>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut page = self.0.lock().unwrap();
        page.0.push_str(std::str::from_utf8(bytes).unwrap());
        page.1 += 1;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn lines_at(level: LogLevel, act: impl FnOnce()) -> Vec<Value> {
    let page = Page::default();
    // 2026-03-02T14:30:45Z
    let clock = Arc::new(TestClock::at(1_772_461_845));
    clock.step(Ok(Duration::from_micros(123_999)));
    let log = JsonLog::to(page.clone()).clock(clock);
    let subscriber = tracing_subscriber::registry().with(log.clone().layer(level.into()));
    tracing::subscriber::with_default(subscriber, act);
    let (text, writes) = page.0.lock().unwrap().clone();
    assert!(text.is_empty() || text.ends_with('\n'));
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect();
    assert_eq!(writes, lines.len(), "one write for each line");
    assert_eq!(log.stats().written, writes as u64);
    lines
}

fn one_line(act: impl FnOnce()) -> Value {
    let mut lines = lines_at(LogLevel::Debug, act);
    assert_eq!(lines.len(), 1);
    lines.remove(0)
}

#[tokio::test(start_paused = true)]
async fn a_line_has_the_documented_keys_in_order() {
    let page = Page::default();
    let clock = Arc::new(TestClock::at(1_772_461_845));
    clock.step(Ok(Duration::from_micros(123_999)));
    let log = JsonLog::to(page.clone()).clock(clock);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(log), || {
        let _span = tracing::info_span!("call", call_id = "rtc_1", tenant_id = "acme").entered();
        tracing::warn!(target: "app", key1 = "value1", n = 7, event = "event_name", "some \"words\"\n{}", 1);
    });
    assert_eq!(
        page.0.lock().unwrap().0,
        concat!(
            r#"{"ts":"2026-03-02T14:30:45.123Z","level":"WARNING","logger":"app","msg":"some \"words\"\n1","#,
            r#""tenant_id":"acme","call_id":"rtc_1","event":"event_name","key1":"value1","n":7}"#,
            "\n"
        )
    );
}

#[tokio::test(start_paused = true)]
async fn levels_are_named_as_documented_and_filtered() {
    let all = || {
        tracing::trace!(target: "app", "t");
        tracing::debug!(target: "app", "d");
        tracing::info!(target: "app", "i");
        tracing::warn!(target: "hyper::proto", "w");
        tracing::info!(target: "hyper::proto", "not this");
        tracing::error!(target: "app", "e");
    };
    let names = |level| -> Vec<String> {
        let lines = lines_at(level, all);
        let name = |line: &Value| line["level"].as_str().unwrap().to_owned();
        lines.iter().map(name).collect()
    };
    assert_eq!(
        names(LogLevel::Debug),
        ["DEBUG", "INFO", "WARNING", "ERROR"]
    );
    assert_eq!(names(LogLevel::Warning), ["WARNING", "ERROR"]);
    assert_eq!(names(LogLevel::Error), ["ERROR"]);
}

#[tokio::test(start_paused = true)]
async fn ids_come_from_the_nearest_span_that_has_them_whatever_its_level() {
    let lines = lines_at(LogLevel::Error, || {
        tracing::error!("outside");
        let call = tracing::debug_span!(
            "call",
            call_id = "rtc_1",
            tenant_id = tracing::field::Empty,
            other = 1
        );
        let _call = call.clone().entered();
        tracing::error!("early");
        call.record("tenant_id", "acme");
        let _inner = tracing::info_span!("inner", tenant_id = %"inner").entered();
        let _plain = tracing::error_span!("plain").entered();
        tracing::error!("late");
        tracing::error!(call_id = "own", "own");
    });
    let ids: Vec<_> = lines
        .iter()
        .map(|line| (line["tenant_id"].as_str(), line["call_id"].as_str()))
        .collect();
    assert_eq!(
        ids,
        [
            (None, None),
            (None, Some("rtc_1")),
            (Some("inner"), Some("rtc_1")),
            (Some("inner"), Some("own")),
        ]
    );
    assert!(lines[1].get("other").is_none());
    let late = one_line(|| {
        let call = tracing::info_span!("call", tenant_id = tracing::field::Empty);
        call.record("tenant_id", "acme");
        call.in_scope(|| tracing::info!("x"));
    });
    assert_eq!(late["tenant_id"], "acme");
}

#[tokio::test(start_paused = true)]
async fn errors_are_nested_details_flattened_and_own_keys_kept() {
    let line = one_line(|| {
        let error = json!({"reason": "db_timeout", "context": {"operation": "fetch_state", "list": ["a", 1, null]}});
        let details = json!({"rejected": "capacity", "level": "mine", "count": 3});
        tracing::info!(error = %error, details = %details, ts = 5, r#type = "t", text = "{\"a\":1}", nan = f64::NAN, big = u128::MAX, "m");
    });
    assert_eq!(line["error"]["context"]["operation"], "fetch_state");
    assert_eq!(line["error"]["context"]["list"], json!(["a", 1, null]));
    assert_eq!(line["rejected"], "capacity");
    assert_eq!(line["count"], 3);
    assert_eq!(
        (&line["level"], &line["fields.level"]),
        (&json!("INFO"), &json!("mine"))
    );
    assert_eq!(line["fields.ts"], 5);
    assert_eq!(line["type"], "t");
    assert_eq!(line["text"], "{\"a\":1}", "other fields are text");
    assert_eq!(line["nan"], "NaN");
    assert_eq!(line["big"], u128::MAX.to_string());
    let plain = one_line(|| tracing::error!(error = "plain words", "m"));
    assert_eq!(plain["error"], "plain words");
}

#[tokio::test(start_paused = true)]
async fn nothing_secret_is_in_a_line() {
    let lines = lines_at(LogLevel::Debug, || {
        tracing::info!(
            token = "s3cr3t-0",
            from = "+14155552671",
            error = %json!({"api_key": "s3cr3t-1", "deep": [{"password": ["s3cr3t-2"]}], "secret": {"a": "s3cr3t-3"}, "n": ["+1 415 555 2671"]}),
            details = %json!({"Authorization": "Bearer s3cr3t-4", "text": "sk-s3cr3tabcdef"}),
            "called +1 (415) 555-2671 with \"authToken\":\"s3cr3t-5\""
        );
        let long = format!(
            "{}{}",
            "x".repeat(16 * 1024 - 8),
            " +14155552671 token=s3cr3t-6"
        );
        tracing::info!(long);
    });
    let text = serde_json::to_string(&lines).unwrap();
    for part in ["s3cr3t", "5552671", "555-2671", "555 2671"] {
        assert!(!text.contains(part), "{part} in {text}");
    }
    assert_eq!(lines[0]["from"], "+14*******71");
    assert_eq!(lines[0]["token"], "[REDACTED]");
    assert!(lines[1]["long"].as_str().unwrap().len() <= 16 * 1024);
}

#[tokio::test(start_paused = true)]
async fn writers_that_fail_panic_or_log_cost_lines_and_nothing_else() {
    struct Bad {
        page: Page,
        turn: usize,
    }
    impl Write for Bad {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.turn += 1;
            match self.turn {
                1 => panic!("told to"),
                // After the panic the torn line is ended, and this one torn again.
                3 => self.page.write(&bytes[..5]),
                4 => Err(io::Error::other("full")),
                5 => Err(io::ErrorKind::Interrupted.into()),
                7 => {
                    tracing::error!("from within");
                    self.page.write(bytes)
                }
                _ => self.page.write(bytes),
            }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    struct Unshowable;
    impl fmt::Debug for Unshowable {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("told to")
        }
    }
    let page = Page::default();
    let log = JsonLog::to(Bad {
        page: page.clone(),
        turn: 0,
    });
    let subscriber = tracing_subscriber::registry().with(log.clone());
    tracing::subscriber::with_default(subscriber, || {
        tracing::error!("panics");
        tracing::error!("torn");
        tracing::error!("third");
        tracing::error!(field = ?Unshowable, "never shown");
        let _span = tracing::error_span!("s", call_id = ?Unshowable).entered();
        tracing::error!("fourth");
    });
    let text = page.0.lock().unwrap().0.clone();
    let whole = text.lines().filter(|line| line.ends_with('}')).count();
    assert_eq!(whole, 2, "{text}");
    // `tracing` itself keeps events apart that are logged while one is being handled, or the log does.
    let stats = log.stats();
    assert_eq!(stats.written, 2);
    assert!((3..=4).contains(&stats.lost), "{stats:?}");
}

#[test]
fn ids_and_events_that_are_numbers_are_written_as_such_and_nothing_is_overwritten() {
    let line = one_line(|| {
        let _span = tracing::info_span!("call", tenant_id = 7_u64).entered();
        let details = json!({"ts": 1, "fields.ts": 2, "level": 3}).to_string();
        tracing::info!(
            call_id = 8_i64,
            event = 9_u64,
            details,
            fields.level = 4,
            "x"
        );
    });
    assert_eq!(line["tenant_id"], "7");
    assert_eq!(line["call_id"], "8");
    assert_eq!(line["event"], "9");
    let all = line.to_string();
    for number in 1..=4 {
        assert!(all.contains(&format!("\":{number}")), "{number} in {all}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn every_line_is_one_object_whatever_is_in_it(
        message in "\\PC{0,40}|(token|\"|:|=|\\+14155552671|\\\\|\n|,|\\}|Bearer ){0,12}",
        field in "\\PC{0,40}|(password|\"|:|=|123456789012|\\\\|\n|,|\\}|\\[|<secret>|'){0,12}",
        key in "\\PC{0,12}|token|sig|\"",
    ) {
        let line = one_line(|| {
            let details = json!({ key.clone(): field.clone(), "n": [field.clone(), {key.clone(): 1}] });
            tracing::info!(target: "app", secret = field.as_str(), field, details = %details, "{message}");
        });
        prop_assert!(line.is_object());
        prop_assert_eq!(&line["level"], "INFO");
        prop_assert!(!line.to_string().contains("4155552671"));
    }
}
