//! The page: nothing from outside, nothing from the texts as markup, every colour in both modes.

use std::collections::BTreeSet;
use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::observe::log::{Outcome, Record, RecordKind};
use crate::observe::report::{ReportCollector, ReportOptions, Zone};

const EVIL: &str = "</svg><script>alert(1)</script>\"'&<img src=x>";

fn page(text: &str) -> String {
    let collector = ReportCollector::new(ReportOptions::new().zone(Zone::INDIA).min_sample(1));
    let statuses = [429, 503, 500, 504, 404, 200, 200, 200, 0, 1];
    for (n, status) in (0_u64..).zip(statuses.into_iter().cycle().take(3000)) {
        let time = UNIX_EPOCH + Duration::from_secs(1_736_706_600 + n * 29);
        let mut record = Record::new(RecordKind::Attempt, time, text, text);
        record.method = Some("GET".into());
        record.endpoint = Some(format!("/{text}"));
        record.host = Some(text.into());
        record.duration = Duration::from_millis(10 + n);
        record.status = Some(status).filter(|status| *status > 1);
        if status != 200 {
            record.outcome = Outcome::Failed;
            let kind = [Some("timeout"), Some("dns")];
            record.error_kind = kind
                .get(usize::from(status))
                .copied()
                .flatten()
                .map(str::to_owned);
            record.message = Some(text.into());
            record.code = Some(text.into());
            record.request_id = Some(text.into());
        }
        collector.add(&record);
    }
    collector.report().to_html()
}

#[test]
fn texts_do_not_become_markup() {
    let page = page(EVIL);
    for markup in ["<script", "<img", "alert(1)</s"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(page.contains("&lt;script&gt;"));
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
}

#[test]
fn it_loads_nothing_and_runs_nothing() {
    let page = page("calls.get");
    for outside in [
        "http://", "https://", "src=", "href=", "url(", "@import", "<script", "<link", "style=\"",
        " on",
    ] {
        let found: Vec<_> = page
            .match_indices(outside)
            .map(|(place, _)| &page[place..page.len().min(place + 40)])
            // The name of SVG's namespace is not an address that is loaded, and words may begin with "on".
            .filter(|text| !text.starts_with("http://www.w3.org/2000/svg\""))
            .filter(|text| {
                outside != " on" || text.split(' ').nth(1).is_some_and(|w| w.contains('='))
            })
            .collect();
        assert!(found.is_empty(), "{outside}: {found:?}");
    }
}

#[test]
fn its_policy_names_the_hash_of_its_style() {
    let page = page("calls.get");
    let style = page
        .split_once("<style>")
        .unwrap()
        .1
        .split_once("</style>")
        .unwrap()
        .0;
    let hash = STANDARD.encode(Sha256::digest(style.as_bytes()));
    assert!(page.contains(&format!("style-src 'sha256-{hash}'")));
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn every_colour_of_the_charts_follows_the_mode() {
    let page = page("calls.get");
    let mut colours = BTreeSet::new();
    for attribute in ["fill=\"#", "stroke=\"#"] {
        for (place, _) in page.match_indices(attribute) {
            let colour = &page[place..place + attribute.len() + 7];
            colours.insert(colour.to_owned());
        }
    }
    assert!(colours.len() > 12, "{colours:?}");
    for colour in colours {
        assert!(
            STYLE.contains(&format!("[{colour}]")),
            "{colour} has no rule"
        );
    }
}

#[test]
fn charts_have_names_and_ids_are_unique() {
    let page = page("calls.get");
    let images = page.matches("role=\"img\"").count();
    assert_eq!(images, 8, "four charts in two widths");
    assert_eq!(page.matches("<desc").count(), images);
    let mut ids = BTreeSet::new();
    for (place, _) in page.match_indices(" id=\"") {
        let id = page[place + 5..].split('"').next().unwrap();
        assert!(ids.insert(id), "{id} twice");
    }
    for (place, _) in page.match_indices("aria-labelledby=\"") {
        let names = page[place + 17..].split('"').next().unwrap();
        for name in names.split(' ') {
            assert!(ids.contains(name), "nothing is called {name}");
        }
    }
}

#[test]
fn an_empty_report_is_a_page_too() {
    let page = ReportCollector::new(ReportOptions::new())
        .report()
        .to_html();
    assert!(page.contains("0.00 %") && page.ends_with("</html>\n"));
    assert!(!page.contains("<figure"));
}

#[test]
fn the_chart_of_failures_by_status_counts_failures_alone() {
    let collector = ReportCollector::new(ReportOptions::new());
    let file = br#"[{"success":true,"result":{"status_code":404}},{"success":true},
        {"success":true,"result":{"status_code":200}},{"success":false,"result":{"status_code":200}},
        {"success":false,"result":{"status_code":503}},{"success":false,"error":"timed out"}]"#;
    collector.read_test_results(&file[..]).unwrap();
    let page = collector.report().to_html();
    let (_, chart) = page
        .split_once("<desc id=\"chart-status-wide-text\">")
        .unwrap();
    let (description, _) = chart.split_once("</desc>").unwrap();
    assert_eq!(
        description,
        "Bars. 200 OK: 1 (16.67 %). 503 Service Unavailable: 1 (16.67 %). no answer: 1 (16.67 %)."
    );
}
