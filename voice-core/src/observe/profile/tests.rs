//! What is recorded, summed up and shown.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::error::ErrorKind;
use crate::testkit::TestClock;

const NONE: [(&str, &str); 0] = [];

fn profiler() -> (Profiler, SharedClock) {
    let clock: SharedClock = Arc::new(TestClock::at(1_736_764_200));
    (
        Profiler::builder()
            .clock(Arc::clone(&clock))
            .keep(3)
            .build(),
        clock,
    )
}

async fn run(
    profiler: &Profiler,
    clock: &SharedClock,
    name: &str,
    ms: u64,
    kind: Option<ErrorKind>,
) {
    let wait = clock.sleep(Duration::from_millis(ms));
    let outcome = profiler
        .time(name, [("id", "x")], async {
            wait.await;
            match kind {
                Some(kind) => Err(Error::new(kind, "no")),
                None => Ok(ms),
            }
        })
        .await;
    assert_eq!(outcome.is_ok(), kind.is_none());
}

#[tokio::test(start_paused = true)]
async fn one_sample_is_every_percentile_and_none_is_empty() {
    let (profiler, clock) = profiler();
    let empty = profiler.summary();
    assert_eq!(
        (empty.total, empty.success_rate, empty.times),
        (0, None, None)
    );
    assert_eq!(
        serde_json::to_string(&empty).unwrap(),
        r#"{"total":0,"operations":{}}"#
    );
    assert_eq!(empty.to_text(), "nothing was timed\n");
    run(&profiler, &clock, "get", 40, None).await;
    let times = profiler.summary().times.unwrap();
    for value in [
        times.average_ms,
        times.p50_ms,
        times.p95_ms,
        times.p99_ms,
        times.max_ms,
    ] {
        assert!((40.0..42.0).contains(&value), "{times:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn failures_are_recorded_and_passed_on() {
    let (profiler, clock) = profiler();
    for (name, ms, kind) in [
        ("get", 10, None),
        ("get", 30, Some(ErrorKind::Timeout)),
        ("render", 100, None),
        ("render", 100, None),
    ] {
        run(&profiler, &clock, name, ms, kind).await;
    }
    let summary = profiler.summary();
    assert_eq!((summary.total, summary.success_rate), (4, Some(0.75)));
    let get = &summary.operations["get"];
    assert_eq!((get.count, get.success_rate), (2, 0.5));
    assert_eq!(summary.operations["render"].success_rate, 1.0);
    let records = profiler.records();
    assert_eq!(records.len(), 3, "only the newest are kept");
    assert_eq!(records[0].error.as_deref(), Some("timeout"));
    let json = serde_json::to_value(&records[0]).unwrap();
    assert_eq!(json["metadata"]["id"], "x");
    assert!(json["duration_ms"].as_f64().unwrap() >= 30.0);
    let text = summary.to_text();
    let words: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        words[0],
        [
            "operation",
            "count",
            "success",
            "average",
            "p50",
            "p95",
            "p99",
            "max"
        ]
    );
    assert_eq!(words[1][..4], ["get", "2", "50.00", "%"]);
    assert_eq!(words[3][..4], ["all", "4", "75.00", "%"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_counts_as_cancelled() {
    let (profiler, clock) = profiler();
    let never = profiler.time_any("wait", NONE, std::future::pending::<()>(), |()| None);
    let outcome = crate::clock::timeout(clock.as_ref(), Duration::from_secs(1), never).await;
    assert!(outcome.is_err());
    assert_eq!(profiler.records()[0].error.as_deref(), Some("cancelled"));
    assert_eq!(profiler.summary().success_rate, Some(0.0));
}

#[tokio::test(start_paused = true)]
async fn memory_is_added_up_when_it_is_sampled() {
    let samples = AtomicU64::new(0);
    let values = [1 << 20, 3 << 20, 5 << 20, 4 << 20];
    let sampler = MemorySampler::new(move || {
        let place = samples.fetch_add(1, Ordering::SeqCst);
        values.get(usize::try_from(place).ok()?).copied()
    });
    let profiler = Profiler::builder().memory(sampler).build();
    for _ in 0..3 {
        profiler.time_any("x", NONE, async {}, |()| None).await;
    }
    let summary = profiler.summary();
    assert_eq!(summary.memory_change_bytes, Some(1 << 20));
    assert_eq!(summary.memory_peak_bytes, Some(4 << 20));
    assert!(
        summary
            .to_text()
            .ends_with("memory of the process: +1.00 MiB, at most 4.00 MiB\n")
    );
    assert_eq!(profiler.records()[2].memory_change, None);
}

#[tokio::test(start_paused = true)]
async fn names_and_metadata_are_redacted_and_bounded() {
    let profiler = Profiler::new();
    let metadata = [
        ("authToken", "hunter22"),
        ("to", "+14155552671"),
        ("prompt_id", "hello-world"),
    ];
    profiler
        .time_any("call +14155552671", metadata, async {}, |()| None)
        .await;
    let text = format!("{profiler:?} {:?}", profiler.records());
    assert!(
        !text.contains("hunter22") && !text.contains("4155552671"),
        "{text}"
    );
    assert_eq!(profiler.records()[0].metadata["prompt_id"], "hello-world");
    for number in 0..OPERATIONS + 20 {
        profiler
            .time_any(&format!("op {number}"), NONE, async {}, |()| None)
            .await;
    }
    let summary = profiler.summary();
    assert_eq!(summary.operations.len(), OPERATIONS + 1);
    assert_eq!(summary.operations[OTHERS].count, 21);
}

#[cfg(feature = "report-html")]
#[tokio::test(start_paused = true)]
async fn the_chart_and_the_page_need_nothing_else() {
    let (profiler, clock) = profiler();
    assert_eq!(profiler.summary().to_svg(), None);
    assert!(profiler.summary().to_html().contains("nothing was timed"));
    run(&profiler, &clock, "<script>get", 10, None).await;
    run(&profiler, &clock, "render", 100, None).await;
    let svg = profiler.summary().to_svg().unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains("render"), "{svg}");
    let page = profiler.summary().to_html();
    for outside in ["<script", "src=", "href=", "url(", "@import", "<link"] {
        assert!(
            !page.contains(outside) && !svg.contains(outside),
            "{outside}"
        );
    }
    assert!(page.contains("&lt;script&gt;get"));
}
