use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use voice_core::clock::{Clock, SharedClock, Sleep, SystemClock};
use voice_core::error::{Error, ErrorKind};
use voice_core::secret::{Redactor, SecretString};

use super::*;
use crate::models::UsageRecord;

#[derive(Debug, Default)]
struct Sink {
    seen: Mutex<Vec<UsageRecord>>,
    delay: Duration,
    fails: bool,
}

#[async_trait::async_trait]
impl UsageSink for Sink {
    async fn send(&self, record: &UsageRecord) -> Result<(), Error> {
        SystemClock::default().sleep(self.delay).await;
        if self.fails {
            return Err(Error::new(ErrorKind::Unavailable, "down"));
        }
        self.seen.lock().unwrap().push(record.clone());
        Ok(())
    }
}

impl Sink {
    fn statuses(&self) -> Vec<u16> {
        let seen = self.seen.lock().unwrap();
        seen.iter().map(|record| record.status_code).collect()
    }
}

fn record(status: u16) -> UsageRecord {
    UsageRecord::new("/v1/client/prompts/greet", "GET", status)
}

fn start(settings: TelemetrySettings, sink: &Arc<Sink>) -> Telemetry {
    Telemetry::new(settings, sink.clone(), SystemClock::shared())
}

async fn pass(duration: Duration) {
    SystemClock::default().sleep(duration).await;
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn it_is_off_unless_asked_for() {
    let telemetry = Telemetry::default();
    telemetry.record(record(200));
    telemetry.resume();
    assert!(!telemetry.is_on());
    assert_eq!(telemetry.stats(), TelemetryStats::default());
    assert_eq!(telemetry.close(SECOND).await, FlushReport::default());
}

#[tokio::test(start_paused = true)]
async fn a_hundred_go_at_once_and_fewer_after_thirty_seconds() {
    let sink = Arc::new(Sink::default());
    let telemetry = start(TelemetrySettings::new(), &sink);
    for _ in 0..99 {
        telemetry.record(record(200));
    }
    pass(Duration::from_millis(29_900)).await;
    assert_eq!(telemetry.stats().sent, 0);
    telemetry.record(record(201));
    pass(SECOND / 20).await;
    assert_eq!(
        (telemetry.stats().sent, telemetry.stats().pending),
        (100, 0)
    );
    telemetry.record(record(202));
    pass(Duration::from_millis(29_900)).await;
    assert_eq!(telemetry.stats().pending, 1);
    pass(SECOND).await;
    assert_eq!(telemetry.stats().sent, 101);
    assert_eq!(sink.statuses().last(), Some(&202));
}

/// Of the reference client: without an endpoint its list grows for ever.
#[tokio::test(start_paused = true)]
async fn the_queue_is_bounded_and_the_oldest_goes() {
    let sink = Arc::new(Sink::default());
    let telemetry = start(TelemetrySettings::new().capacity(3).batch(10), &sink);
    for status in 200..210 {
        telemetry.record(record(status));
    }
    let stats = telemetry.stats();
    assert_eq!((stats.recorded, stats.dropped, stats.pending), (10, 7, 3));
    telemetry.flush(SECOND).await;
    assert_eq!(sink.statuses(), [207, 208, 209]);
}

/// Of the reference client: it crashes below a sample rate of 1, and nothing is ever sent.
#[tokio::test(start_paused = true)]
async fn a_sample_is_taken_from_the_injected_source() {
    #[derive(Debug, Default)]
    struct Wheel(AtomicU64);
    impl Clock for Wheel {
        fn now(&self) -> std::time::Instant {
            SystemClock::default().now()
        }
        fn wall(&self) -> std::time::SystemTime {
            SystemClock::default().wall()
        }
        fn sleep(&self, duration: Duration) -> Sleep {
            SystemClock::default().sleep(duration)
        }
        fn unit(&self) -> f64 {
            (self.0.fetch_add(1, Ordering::Relaxed) % 10) as f64 / 10.0
        }
    }
    for (share, expected) in [(0.0, 0), (0.3, 30), (1.0, 100)] {
        let sink = Arc::new(Sink::default());
        let clock: SharedClock = Arc::new(Wheel::default());
        let settings = TelemetrySettings::new().sample(share).unwrap();
        let telemetry = Telemetry::new(settings, sink.clone(), clock);
        for _ in 0..100 {
            telemetry.record(record(200));
        }
        telemetry.close(SECOND).await;
        assert_eq!(sink.statuses().len(), expected);
        assert_eq!(telemetry.stats().sampled_out, 100 - expected as u64);
    }
    for wrong in [-0.1, 1.1, f64::NAN] {
        assert!(TelemetrySettings::new().sample(wrong).is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn closing_sends_what_it_can_in_time_and_counts_the_rest() {
    let sink = Arc::new(Sink {
        delay: SECOND,
        ..Sink::default()
    });
    let telemetry = start(TelemetrySettings::new(), &sink);
    for status in 200..205 {
        telemetry.record(record(status));
    }
    let before = SystemClock::default().now();
    let report = telemetry.close(SECOND * 5 / 2).await;
    assert!(SystemClock::default().now() - before < SECOND * 3);
    assert_eq!((report.sent, report.failed, report.abandoned), (2, 1, 2));
    telemetry.record(record(299));
    let stats = telemetry.stats();
    assert_eq!((stats.dropped, stats.pending), (3, 0));
    assert!(!telemetry.is_on());
}

#[tokio::test(start_paused = true)]
async fn what_failed_is_counted_and_not_sent_again() {
    let sink = Arc::new(Sink {
        fails: true,
        ..Sink::default()
    });
    let telemetry = start(TelemetrySettings::new(), &sink);
    telemetry.record(record(200));
    assert_eq!(telemetry.flush(SECOND).await.failed, 1);
    assert_eq!(telemetry.flush(SECOND).await, FlushReport::default());
    telemetry.pause();
    telemetry.record(record(200));
    assert_eq!(telemetry.stats().recorded, 1);
    telemetry.resume();
    telemetry.record(record(200));
    assert_eq!(telemetry.stats().pending, 1);
}

proptest! {
    #[test]
    fn no_variables_no_queries_and_no_whole_key_enter(noise in "\\PC{0,40}") {
        let key = "po_abc123def456ghi789jkl012";
        let redactor = Redactor::new([SecretString::from(key)]);
        let dirty = UsageRecord::new(format!("/v1/client/prompts?api_key={key}"), "GET", 200_u16)
            .error_message(format!("{noise} {key} +14155552671 {}", "x".repeat(2_000)))
            .user_agent(key)
            .with_extra("variables", "customer secret")
            .with_extra("content", "prompt text");
        let clean = clean::clean(dirty, &redactor);
        let json = serde_json::to_string(&clean).unwrap();
        for hidden in [key, "def456", "4155552671", "customer secret", "prompt text", "api_key="] {
            prop_assert!(!json.contains(hidden), "{}", json);
        }
        prop_assert!(json.len() < 3_000);
    }
}

/// The task cannot be started any more, and is dropped where it should have been.
#[test]
fn a_record_while_the_runtime_shuts_down_hangs_nobody() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let handle = runtime.handle().clone();
    runtime.shutdown_background();
    let (done, is_done) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let _inside = handle.enter();
        let telemetry = start(TelemetrySettings::new(), &Arc::default());
        telemetry.record(record(200));
        telemetry.record(record(201));
        done.send(telemetry.stats().pending).unwrap();
    });
    assert_eq!(is_done.recv_timeout(5 * SECOND), Ok(2));
}
