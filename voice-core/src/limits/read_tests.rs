//! Whole answers, as providers and gateways send them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

use super::super::{MAX_WAIT, RateLimits, RateWindow, Scope, ShouldRetry, Unit, read};

/// 2025-10-09T08:07:05Z.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_759_997_225)
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn limits(headers: &[(&str, &str)]) -> RateLimits {
    let bytes: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_bytes())).collect();
    limits_of(&bytes)
}

fn limits_of(headers: &[(&str, &[u8])]) -> RateLimits {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_bytes(value).unwrap(),
        );
    }
    read(&map, now())
}

#[test]
fn policies_stand_behind_the_limit_without_a_suffix_alone() {
    let read = limits(&[("ratelimit-limit", "100, 100;w=60")]);
    assert_eq!(read.windows().count(), 1);
    assert_eq!(read.tightest().unwrap().length(), Some(secs(60)));
    let read = limits(&[("ratelimit-limit-tokens", "100, 100;w=60")]);
    assert!(read.is_empty(), "{read:?}");
}

#[test]
fn other_headers_say_nothing() {
    let read = limits(&[
        ("content-type", "application/json"),
        ("x-request-id", "req_1"),
        ("transfer-encoding", "chunked"),
        ("x-ratelimit-resource", "core"),
        ("ratelimited", "1"),
        ("x-ratelimit-limits", "5"),
        ("x-ratelimit", "5"),
    ]);
    assert!(read.is_empty());
}

#[test]
fn exotel_in_any_letter_case() {
    for (limit, remaining, reset) in [
        (
            "X-RateLimit-Limit",
            "X-RateLimit-Remaining",
            "X-RateLimit-Reset",
        ),
        (
            "x-ratelimit-limit",
            "X-RATELIMIT-REMAINING",
            "x-RateLimit-RESET",
        ),
        (
            "X-Rate-Limit-Limit",
            "X-Rate-Limit-Remaining",
            "X-Rate-Limit-Reset",
        ),
        ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),
    ] {
        let read = limits(&[(limit, "200"), (remaining, "0"), (reset, "1759997230")]);
        assert_eq!(read.limit(), Some(200));
        assert_eq!(read.remaining(), Some(0));
        assert_eq!(read.reset(), Some(secs(5)));
        assert_eq!(read.wait_hint(), Some(secs(5)));
        assert_eq!(read.retry_after(), None);
    }
}

#[test]
fn openai_with_two_families_and_more() {
    let read = limits(&[
        ("x-ratelimit-limit-requests", "500"),
        ("x-ratelimit-remaining-requests", "499"),
        ("x-ratelimit-reset-requests", "120ms"),
        ("x-ratelimit-limit-tokens", "30000"),
        ("x-ratelimit-remaining-tokens", "0"),
        ("x-ratelimit-reset-tokens", "6m0s"),
        ("x-ratelimit-remaining-project-tokens", "-1"),
        ("x-ratelimit-limit-project-tokens", "77"),
        ("x-ratelimit-limit_usage_based", "8"),
        ("x-ratelimit-limit-tokens_usage_based", "9"),
    ]);
    assert_eq!(
        read.window(&Scope::Requests),
        Some(
            &RateWindow::new(Scope::Requests)
                .with_limit(500)
                .with_remaining(499)
                .with_reset(Duration::from_millis(120))
        )
    );
    let tokens = read.window(&Scope::Tokens).unwrap();
    assert_eq!(
        (tokens.unit(), tokens.reset()),
        (&Unit::Tokens, Some(secs(360)))
    );
    let named = |name: &str| read.window(&Scope::Other(name.to_owned())).unwrap().clone();
    assert_eq!(named("project-tokens").limit(), Some(77));
    assert_eq!(named("project-tokens").remaining(), None);
    assert_eq!(named("_usage_based").limit(), Some(8));
    assert_eq!(named("tokens_usage_based").limit(), Some(9));
    assert_eq!(read.tightest().unwrap().scope(), &Scope::Tokens);
}

#[test]
fn promptops_minute_hour_and_day_in_both_orders() {
    let read = limits(&[
        ("X-RateLimit-Limit-Minute", "60"),
        ("X-RateLimit-Remaining-Minute", "0"),
        ("X-RateLimit-Reset-Minute", "2025-10-09T08:08:00Z"),
        ("X-RateLimit-Hour-Limit", "3600"),
        ("X-RateLimit-Hour-Remaining", "17"),
        ("X-RateLimit-Day-Reset", "Fri, 10 Oct 2025 00:00:00 GMT"),
    ]);
    let minute = read.window(&Scope::Minute).unwrap();
    assert_eq!(minute.length(), Some(secs(60)));
    assert_eq!(minute.reset(), Some(secs(55)));
    let hour = read.window(&Scope::Hour).unwrap();
    assert_eq!((hour.limit(), hour.remaining()), (Some(3_600), Some(17)));
    assert_eq!(
        read.window(&Scope::Day).unwrap().reset(),
        Some(secs(57_175))
    );
    assert_eq!(read.wait_hint(), Some(secs(55)));
}

#[test]
fn ietf_fields_of_every_draft() {
    let expected = RateWindow::new(Scope::Default)
        .with_limit(100)
        .with_remaining(50)
        .with_reset(secs(30))
        .with_length(secs(60));
    for headers in [
        &[
            ("RateLimit", r#""default";r=50;t=30"#),
            ("RateLimit-Policy", r#""default";q=100;w=60"#),
        ][..],
        &[
            ("RateLimit", "limit=100, remaining=50, reset=30"),
            ("RateLimit-Policy", "100;w=60"),
        ],
        &[
            ("RateLimit-Limit", "100, 100;w=60"),
            ("RateLimit-Remaining", "50"),
            ("RateLimit-Reset", "30"),
        ],
        &[
            ("X-RateLimit-Limit", "100, 100;w=60"),
            ("X-RateLimit-Remaining", "50"),
            ("X-RateLimit-Reset", "30"),
        ],
    ] {
        let read = limits(headers);
        assert_eq!(
            read.windows().collect::<Vec<_>>(),
            [&expected],
            "{headers:?}"
        );
    }
}

#[test]
fn the_wait_is_taken_from_the_most_exact_header_that_can_be_read() {
    let wait =
        |ms, seconds| limits(&[("retry-after-ms", ms), ("retry-after", seconds)]).retry_after();
    assert_eq!(wait("1500.5", "9"), Some(Duration::from_micros(1_500_500)));
    assert_eq!(wait("NaN", "9"), Some(secs(9)));
    assert_eq!(wait("-1", "0.25"), Some(Duration::from_millis(250)));
    assert_eq!(wait("", "Thu, 09 Oct 2025 08:08:05 GMT"), Some(secs(60)));
    assert_eq!(wait("x", "y"), None);
    assert_eq!(wait("0", "9"), Some(Duration::ZERO));
}

#[test]
fn should_retry_is_exact() {
    let read = |values: &[&str]| {
        let headers: Vec<_> = values.iter().map(|v| ("x-should-retry", *v)).collect();
        limits(&headers).should_retry()
    };
    assert_eq!(read(&["true"]), Some(ShouldRetry::Yes));
    assert_eq!(read(&["false"]), Some(ShouldRetry::No));
    assert_eq!(read(&["True"]), None);
    assert_eq!(read(&["1"]), None);
    assert_eq!(read(&[""]), None);
    assert_eq!(read(&["true", "false"]), Some(ShouldRetry::No));
    assert_eq!(read(&["false", "true"]), Some(ShouldRetry::No));
}

#[test]
fn twilio_counts_requests_in_flight() {
    let read = |value| limits(&[("Twilio-Concurrent-Requests", value)]).concurrent_requests();
    assert_eq!(read("12"), Some(12));
    assert_eq!(read("-3"), None);
    assert_eq!(read("99999999999"), None);
}

#[test]
fn of_repeated_headers_the_more_careful_holds() {
    let read = limits(&[
        ("x-ratelimit-limit", "100"),
        ("x-ratelimit-limit", "garbage"),
        ("x-ratelimit-limit", "60"),
        ("x-ratelimit-remaining", "7, 5"),
        ("x-ratelimit-remaining", "9"),
        ("x-ratelimit-reset", "20"),
        ("x-ratelimit-reset", "40"),
        ("x-ratelimit-reset-after", "1.5"),
        ("retry-after", "3"),
        ("retry-after", "8"),
        ("retry-after", ""),
        ("twilio-concurrent-requests", "4"),
        ("twilio-concurrent-requests", "6"),
    ]);
    assert_eq!(read.limit(), Some(60));
    assert_eq!(read.remaining(), Some(5));
    assert_eq!(read.reset(), Some(secs(40)));
    assert_eq!(read.retry_after(), Some(secs(8)));
    assert_eq!(read.concurrent_requests(), Some(6));
}

#[test]
fn nonsense_says_nothing() {
    let long = "9".repeat(10_000);
    let dates = "Thu, 09 Oct 2025 08:08:05 GMT".repeat(400);
    for name in [
        "x-ratelimit-limit",
        "x-ratelimit-remaining-minute",
        "x-ratelimit-reset",
        "ratelimit",
        "ratelimit-policy",
        "ratelimit-limit",
        "retry-after",
        "retry-after-ms",
        "x-should-retry",
        "twilio-concurrent-requests",
    ] {
        for value in [
            &b""[..],
            b" ",
            b"-1",
            b"-1, -2",
            b"NaN",
            b"inf",
            b"\xff\xfe",
            b"12\xb5s",
            b"\t",
            b"=;,\"",
            b"5 parsecs",
            long.as_bytes(),
            dates.as_bytes(),
        ] {
            assert!(limits_of(&[(name, value)]).is_empty(), "{name}: {value:?}");
        }
    }
}

#[test]
fn a_go_duration_may_carry_a_micro_sign() {
    let read = limits_of(&[("x-ratelimit-reset-requests", "250µs".as_bytes())]);
    assert_eq!(read.reset(), Some(Duration::from_micros(250)));
}

const NAMES: [&str; 14] = [
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-reset-minute",
    "x-ratelimit-tokens-remaining",
    "x-ratelimit-limit-odd_one",
    "ratelimit",
    "ratelimit-policy",
    "ratelimit-limit",
    "ratelimit-reset",
    "retry-after",
    "retry-after-ms",
    "x-should-retry",
    "twilio-concurrent-requests",
];

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic_nor_pass_the_cap(
        headers in prop::collection::vec(
            (prop::sample::select(&NAMES[..]), prop::collection::vec(any::<u8>(), 0..60)), 0..12),
    ) {
        let headers: Vec<_> = headers
            .iter()
            .filter(|(_, value)| HeaderValue::from_bytes(value).is_ok())
            .map(|(name, value)| (*name, value.as_slice()))
            .collect();
        check(&limits_of(&headers))?;
    }

    #[test]
    fn nearly_right_values_never_panic_nor_pass_the_cap(
        headers in prop::collection::vec(
            (prop::sample::select(&NAMES[..]), "[0-9]{0,25}[.,;=\"hmsrqtwd -]{0,3}[0-9a-zA-Z:, ]{0,30}"), 0..12),
    ) {
        let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        check(&limits(&headers))?;
    }

    #[test]
    fn any_suffix_is_kept_under_its_name(suffix in "[a-z][a-z0-9_-]{0,20}") {
        let suffix = format!("q{suffix}");
        let read = limits(&[(&format!("x-ratelimit-remaining-{suffix}"), "5")]);
        prop_assert_eq!(read.window(&Scope::Other(suffix)).and_then(RateWindow::remaining), Some(5));
    }
}

fn check(read: &RateLimits) -> Result<(), TestCaseError> {
    let waits = [
        read.retry_after(),
        read.reset_in(),
        read.wait_hint(),
        read.reset(),
    ];
    let resets = read.windows().map(RateWindow::reset);
    for wait in waits.into_iter().chain(resets).flatten() {
        prop_assert!(wait <= MAX_WAIT);
    }
    Ok(())
}
