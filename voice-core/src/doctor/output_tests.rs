//! What a report looks like, to the letter.

use std::time::{Duration, UNIX_EPOCH};

use super::{Colour, Finding, Report, Section, Status};

fn report() -> Report {
    let twilio = vec![
        Finding::pass("dns", "api.twilio.example: 2 addresses")
            .with_elapsed(Duration::from_micros(12_400))
            .with_detail("10.0.0.1", "private"),
        Finding::fail("tls", "the certificate expired 3 days ago")
            .with_cause("Nobody renewed it, or this machine's clock is wrong by days; both look the same from here, so compare the clock first")
            .with_remedy("Renew it")
            .with_elapsed(Duration::from_millis(40))
            .with_detail("issuer", "CN=Example CA"),
    ];
    let exotel = vec![
        Finding::warn("dns", "1 of 2 addresses is private").with_elapsed(Duration::from_secs(2)),
        Finding::skipped("limits", "the answer said nothing of limits"),
    ];
    Report::new(
        UNIX_EPOCH + Duration::from_secs(1_736_764_200),
        vec![
            Section::new("twilio", twilio),
            Section::new("exotel", exotel),
        ],
    )
}

#[test]
fn text_is_aligned_and_wrapped() {
    let text = "\
twilio
  PASS  dns     api.twilio.example: 2 addresses (12 ms)
  FAIL  tls     the certificate expired 3 days ago (40 ms)
                cause: Nobody renewed it, or this machine's clock is wrong by days; both look the
                       same from here, so compare the clock first
                remedy: Renew it
                issuer: CN=Example CA

exotel
  WARN  dns     1 of 2 addresses is private (2.0 s)
  SKIP  limits  the answer said nothing of limits

        twilio  exotel
dns     PASS    WARN
tls     FAIL    -
limits  -       SKIP

1 passed, 1 to look at, 1 failed, 1 skipped
";
    assert_eq!(report().to_text(Colour::Plain), text);
}

#[test]
fn colours_change_nothing_but_colours() {
    let painted = report().to_text(Colour::Ansi);
    assert!(painted.contains("\u{1b}[1;31mFAIL\u{1b}[0m"));
    assert!(painted.contains("\u{1b}[33mWARN\u{1b}[0m"));
    let mut bare = String::new();
    let mut parts = painted.split('\u{1b}');
    bare.push_str(parts.next().unwrap());
    for part in parts {
        bare.push_str(part.split_once('m').unwrap().1);
    }
    let trimmed: Vec<&str> = bare.lines().map(str::trim_end).collect();
    assert_eq!(trimmed.join("\n") + "\n", report().to_text(Colour::Plain));
}

#[test]
fn json_has_everything() {
    let json = serde_json::to_string(&report()).unwrap();
    let expected = concat!(
        r#"{"at":"2025-01-13T10:30:00.000Z","exit_code":1,"totals":{"pass":1,"warn":1,"fail":1,"skipped":1},"#,
        r#""sections":[{"name":"twilio","findings":[{"name":"dns","status":"pass","#,
        r#""seen":"api.twilio.example: 2 addresses","elapsed_ms":12.4,"details":{"10.0.0.1":"private"}},"#,
        r#"{"name":"tls","status":"fail","seen":"the certificate expired 3 days ago","#,
        r#""cause":"Nobody renewed it, or this machine's clock is wrong by days; both look the same from here, "#,
        r#"so compare the clock first","remedy":"Renew it","elapsed_ms":40.0,"details":{"issuer":"CN=Example CA"}}]},"#,
        r#"{"name":"exotel","findings":[{"name":"dns","status":"warn","seen":"1 of 2 addresses is private","#,
        r#""elapsed_ms":2000.0},{"name":"limits","status":"skipped","#,
        r#""seen":"the answer said nothing of limits","elapsed_ms":0.0}]}]}"#,
    );
    assert_eq!(json, expected);
    let pretty: serde_json::Value = serde_json::from_str(&report().to_json()).unwrap();
    assert_eq!(
        pretty,
        serde_json::from_str::<serde_json::Value>(&json).unwrap()
    );
}

#[test]
fn markdown_is_a_table_and_what_is_wrong() {
    let evil = Finding::warn("a|b", "<script> [x](http://e) `c`");
    let page = Report::new(UNIX_EPOCH, vec![Section::new("s*", vec![evil])]).to_markdown();
    assert!(!page.contains("<script>"), "{page}");
    assert!(
        page.contains("| a\\|b | **warn** | &lt;script&gt; \\[x\\](http://e) \\`c\\` |  |"),
        "{page}"
    );
    let page = report().to_markdown();
    for line in [
        "# Doctor's report",
        "pass: 1, warn: 1, fail: 1, skipped: 1",
        "## twilio",
        "| dns | pass | api.twilio.example: 2 addresses | 12 ms |",
        "### tls: fail",
        "- **Remedy**: Renew it",
        "- issuer: CN=Example CA",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} in {page}");
    }
}

#[test]
fn only_failures_make_the_exit_code() {
    let with = |status| {
        let findings = vec![Finding::new("x", status, "")];
        Report::new(UNIX_EPOCH, vec![Section::new("s", findings)])
    };
    for (status, code) in [
        (Status::Pass, 0),
        (Status::Warn, 0),
        (Status::Skipped, 0),
        (Status::Fail, 1),
    ] {
        let report = with(status);
        assert_eq!(report.exit_code(), code, "{status}");
        assert_eq!(report.sections()[0].status(), status);
    }
    assert_eq!(Report::new(UNIX_EPOCH, Vec::new()).exit_code(), 0);
}

#[test]
fn a_name_without_end_breaks_nothing() {
    let findings =
        vec![Finding::fail("n".repeat(300), "word ".repeat(80)).with_cause("c ".repeat(90))];
    let text = Report::new(UNIX_EPOCH, vec![Section::new("s".repeat(200), findings)])
        .to_text(Colour::Plain);
    assert!(text.contains("cause: c c"), "{text}");
}
