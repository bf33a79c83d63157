//! The report as a whole: what it says, what it does not say, and how much it takes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::*;
use crate::observe::log::{Outcome, Record, RecordKind};

/// 10:30 in universal time, 16:00 in India.
fn at(second: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_736_764_200 + second)
}

fn record(second: u64, operation: &str) -> Record {
    let mut record = Record::new(RecordKind::Attempt, at(second), "exotel", operation);
    record.method = Some("POST".into());
    record.endpoint = Some("/v2/accounts/{sid}/trunks".into());
    record.host = Some("api.exotel.com".into());
    record.status = Some(200);
    record.duration = Duration::from_millis(100);
    record
}

fn failed(second: u64, status: Option<u16>, kind: &str, message: &str) -> Record {
    let mut record = record(second, "trunks.create");
    record.outcome = Outcome::Failed;
    record.status = status;
    record.error_kind = Some(kind.into());
    record.message = Some(message.into());
    record
}

fn small() -> ErrorReport {
    let collector = ReportCollector::new(ReportOptions::new().zone(Zone::INDIA));
    for second in 0..6 {
        collector.add(&record(second, "trunks.create"));
    }
    let mut duplicate = failed(
        10,
        Some(200),
        "already_exists",
        "Trunk 'production_trunk' already exists",
    );
    duplicate.code = Some("1008".into());
    duplicate.request_id = Some("req-7".into());
    collector.add(&duplicate);
    collector.add(&failed(1800, Some(503), "unavailable", "busy"));
    let mut slow = failed(3600, None, "timeout", "no answer within 30s");
    slow.duration = Duration::from_secs(30);
    collector.add(&slow);
    let mut held = failed(3601, None, "circuit_open", "open for another 12.5s");
    held.delivery = Some("not_sent".into());
    held.duration = Duration::ZERO;
    collector.add(&held);
    let mut operation = Record::new(RecordKind::Operation, at(3602), "exotel", "trunks.create");
    operation.attempt = 3;
    collector.add(&operation);
    collector.report()
}

#[test]
fn the_table_reads_like_this() {
    let expected = "\
====================================================================================================
ERROR REPORT  2025-01-13 16:00 to 2025-01-13 17:00 (Asia/Kolkata)
====================================================================================================
Attempts           10   failed        4   error rate  40.00 %
Operations          1   failed        0   error rate   0.00 %   rescued by a retry 1
Latency     p50 100 ms   p95 30.00 s   p99 30.00 s   longest 30.00 s

-- By status ---------------------------------------------------------------------------------------
  200                                                            6  60.00 %  ####################
  none                                                           2  20.00 %  ######
  409                                                            1  10.00 %  ###
  503                                                            1  10.00 %  ###

-- By provider code --------------------------------------------------------------------------------
  exotel 1008                                                    1  10.00 %  ####################

-- By kind of error --------------------------------------------------------------------------------
  already_exists                                                 1  10.00 %  ####################
  circuit_open                                                   1  10.00 %  ####################
  timeout                                                        1  10.00 %  ####################
  unavailable                                                    1  10.00 %  ####################

-- By operation ------------------------------------------------------------------------------------
                                           attempts  failed     rate       p50       p95       p99
  exotel trunks.create                           10       4  40.00 %    100 ms   30.00 s   30.00 s

-- Endpoints with the most failures ----------------------------------------------------------------
  POST /v2/accounts/{sid}/trunks                                          4 of       10  40.00 %

-- By hour (Asia/Kolkata) --------------------------------------------------------------------------
                attempts  failed     rate    429    503    5xx  t-out    net  other
  2025-01-13 16        8       2  25.00 %      0      1      0      0      0      1  ##############
  2025-01-13 17        2       2 100.00 %      0      0      0      1      0      1  ##############

-- Most frequent messages --------------------------------------------------------------------------
  Trunk \"…\" already exists                                       1  10.00 %  ####################
  busy                                                           1  10.00 %  ####################
  no answer within Ns                                            1  10.00 %  ####################
  open for another Ns                                            1  10.00 %  ####################

-- Slower than 2.00 s: 1 ---------------------------------------------------------------------------
  2025-01-13T17:00:00+05:30   30.00 s  POST /v2/accounts/{sid}/trunks

-- Last errors -------------------------------------------------------------------------------------
  2025-01-13T17:00:01+05:30 exotel trunks.create, circuit_open
                            open for another 12.5s
  2025-01-13T17:00:00+05:30 exotel trunks.create, timeout
                            no answer within 30s
  2025-01-13T16:30:00+05:30 exotel trunks.create, HTTP 503, unavailable
                            busy
  2025-01-13T16:00:10+05:30 exotel trunks.create, HTTP 409, code 1008, already_exists, request req-7
                            Trunk 'production_trunk' already exists
";
    assert_eq!(small().to_text(), expected);
}

#[test]
fn the_json_has_the_documented_shape() {
    let json = small().to_json();
    let keys: Vec<&str> = json
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut expected = [
        "schema",
        "zone",
        "from",
        "to",
        "attempts",
        "operations",
        "latency",
        "by_status",
        "by_code",
        "by_kind",
        "by_operation",
        "by_endpoint",
        "by_hour",
        "without_hour",
        "messages",
        "slow",
        "last_errors",
        "patterns",
        "input",
    ];
    expected.sort_unstable();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    assert_eq!(json["from"], "2025-01-13T16:00:00+05:30");
    assert_eq!(
        json["attempts"],
        serde_json::json!({"total": 10, "failed": 4, "rate": 0.4})
    );
    assert_eq!(
        json["operations"],
        serde_json::json!({"total": 1, "failed": 0, "rate": 0.0, "rescued": 1})
    );
    assert_eq!(
        json["by_hour"][1],
        serde_json::json!({
            "hour": "2025-01-13T17", "total": 2, "failed": 2, "rate": 1.0, "rate_limited": 0,
            "unavailable": 0, "server": 0, "timeout": 1, "network": 0, "other": 1,
        })
    );
    assert_eq!(
        json["latency"]["count"], 9,
        "what was held back took no time"
    );
    assert_eq!(json["by_status"][2]["name"], "409");
}

#[test]
fn no_line_is_wider_than_a_hundred_columns() {
    let collector = ReportCollector::new(ReportOptions::new());
    let long = "wörd ".repeat(60);
    for second in 0..30 {
        let mut record = failed(second * 3600, Some(599), &long, &long);
        record.provider = long.clone();
        record.endpoint = Some(format!("/{}", "segment/".repeat(40)));
        record.operation = long.clone();
        record.code = Some(long.clone());
        record.duration = Duration::from_secs(100_000);
        collector.add(&record);
    }
    collector.read_log(&b"x\n".repeat(100)[..]).unwrap();
    let text = collector.report().to_text();
    for line in text.lines() {
        assert!(line.chars().count() <= 100, "{line}");
        assert_eq!(line.trim_end(), line);
    }
    assert!(text.contains("the last 24 of 30"));
    assert!(text.contains("100 of them malformed (number 1, 2,"));
}

#[test]
fn a_hundred_thousand_different_events_take_no_more_than_the_bounds() {
    let collector = ReportCollector::new(ReportOptions::new().last_errors(1000));
    let word = |n: u64| {
        let letter = |i: u32| char::from(b'a' + u8::try_from(n / 26_u64.pow(i) % 26).unwrap());
        (0..4).map(letter).collect::<String>()
    };
    for n in 0..100_000 {
        // A minute or more apart, so over ten weeks; every name is new.
        let mut record = failed(n * 61, None, &format!("kind {n}"), &word(n));
        record.provider = format!("provider {n}");
        record.operation = format!("operation {n}");
        record.endpoint = Some(format!("/{}", word(n)));
        record.host = Some(format!("{}.example", word(n)));
        record.status = Some(u16::try_from(n % 65_536).unwrap());
        record.error_kind = Some(if n % 3 == 0 {
            "timeout".into()
        } else {
            word(n)
        });
        record.code = Some(n.to_string());
        record.duration = Duration::from_secs(3);
        collector.add(&record);
    }
    let report = collector.report();
    // Each list with its line for all others.
    assert_eq!(report.by_status.len(), 65);
    assert_eq!(report.by_code.len(), 201);
    assert_eq!(report.by_kind.len(), 65);
    assert_eq!(report.by_operation.len(), 101);
    assert_eq!(report.by_endpoint.len(), 5);
    assert_eq!(report.by_hour.len(), 840);
    assert_eq!(report.slow.calls.len(), 20);
    assert_eq!(report.last_errors.len(), 1000);
    assert_eq!(
        report.by_status.iter().map(|s| s.count).sum::<u64>(),
        100_000
    );
    let in_hours: u64 = report.by_hour.iter().map(|hour| hour.tally.total).sum();
    assert_eq!(in_hours + report.without_hour, 100_000);
    assert_eq!(report.slow.count, 100_000);
    assert!(report.to_text().len() < 200_000);
}

#[test]
fn hours_and_last_errors_do_not_depend_on_the_order_of_reading() {
    let forward = ReportCollector::new(ReportOptions::new());
    let backward = ReportCollector::new(ReportOptions::new());
    let records: Vec<Record> = (0..50)
        .map(|n| failed(n * 900, Some(500), "server", &format!("message {n}")))
        .collect();
    records.iter().for_each(|record| forward.add(record));
    records.iter().rev().for_each(|record| backward.add(record));
    assert_eq!(forward.report(), backward.report());
    let newest = &forward.report().last_errors[0];
    assert_eq!(newest.message.as_deref(), Some("message 49"));
}

#[test]
fn nothing_secret_in_a_foreign_log_is_shown() {
    let collector = ReportCollector::new(ReportOptions::new().min_sample(1));
    let planted = [
        "9876543210",
        "hunter22",
        "sk-plantedkey123456",
        "planted.jwt",
        "u:p4ss",
    ];
    let text = "call +919876543210 with token=hunter22 sk-plantedkey123456 https://u:p4ss@host/";
    let mut record = failed(0, Some(500), "server", text);
    record.duration = Duration::from_secs(9);
    record.code = Some("password=hunter22".into());
    record.request_id = Some("Bearer planted.jwt".into());
    record.endpoint = Some("/calls/+919876543210".into());
    record.operation = "dial +919876543210".into();
    record.provider = "api_key=hunter22".into();
    record.host = Some("u:p4ss@+919876543210".into());
    record.error_kind = Some("token=hunter22".into());
    collector.add(&record);
    let list = format!(
        r#"{{"test_results":[{{"success":false,"endpoint":"https://u:p4ss@host/x/+919876543210?token=hunter22",
            "result":{{"status_code":500,"error":"{text}"}}}}]}}"#
    );
    collector.read_test_results(list.as_bytes()).unwrap();
    let report = collector.report();
    let shown = [
        report.to_text(),
        report.to_json().to_string(),
        format!("{report:?} {collector:?}"),
        #[cfg(feature = "report-html")]
        report.to_html(),
    ];
    for (place, text) in shown.iter().enumerate() {
        for secret in planted {
            assert!(!text.contains(secret), "{secret} in output {place}: {text}");
        }
    }
}

#[test]
fn files_and_lists_count_alike() {
    let log = ReportCollector::new(ReportOptions::new());
    let read = log
        .read_log(
            &br#"{"time":"2025-01-13T10:30:00Z","endpoint":"/v2/trunks","status":429,"success":false}
broken
{"event":"operation","time":"2025-01-13T10:30:00Z","success":false}
{"event":"lost","time":"2025-01-13T10:30:00Z","lines":3}
"#[..],
        )
        .unwrap();
    assert_eq!((read.records, read.malformed_at), (2, vec![2]));
    let list = ReportCollector::new(ReportOptions::new());
    list.read_test_results(
        &br#"{"test_results":[{"timestamp":"2025-01-13T10:30:00Z","endpoint":"/v2/trunks",
            "success":false,"result":{"status_code":429}}]}"#[..],
    )
    .unwrap();
    let (log, list) = (log.report(), list.report());
    assert_eq!(log.by_status, list.by_status);
    assert_eq!(log.by_hour, list.by_hour);
    assert_eq!(log.by_endpoint, list.by_endpoint);
    assert_eq!(list.by_kind[0].name, "rate_limited");
    assert_eq!(
        (log.input.lines, log.input.malformed, log.input.lost),
        (4, 1, 3)
    );
    assert_eq!(log.operations.map(|o| o.tally.failed), Some(1));
    assert_eq!(list.operations, None);
}

#[test]
fn the_alert_of_a_report_is_that_of_its_attempts() {
    let report = small();
    assert!(
        report
            .alert(&AlertRule::over_percent(39).min_sample(10))
            .is_some()
    );
    assert!(
        report
            .alert(&AlertRule::over_percent(40).min_sample(10))
            .is_none()
    );
    assert!(
        report.alert(&AlertRule::over_percent(39)).is_none(),
        "too few"
    );
}
