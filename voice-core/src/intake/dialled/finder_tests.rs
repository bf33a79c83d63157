//! The order of the sources, forwarded calls, and what the report says.

use super::*;
use crate::provider::SipHeader;

const A: &str = "+14155550123";
const B: &str = "+442079460958";
const C: &str = "+919876543210";

fn headers(pairs: &[(&str, &str)]) -> Vec<SipHeader> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| SipHeader::new(*name, *value))
        .collect()
}

fn found(finder: &DialledNumber, pairs: &[(&str, &str)]) -> (String, Source) {
    let dialled = finder.find(&headers(pairs)).unwrap();
    (dialled.number.as_str().to_owned(), dialled.source)
}

fn sip(number: &str) -> String {
    format!("<sip:{number}@h.example>")
}

#[test]
fn the_order_is_own_headers_then_to_then_forwarding_then_called_party() {
    let finder = DialledNumber::new().header("X-Did").unwrap();
    let (a, b, c) = (sip(A), sip(B), sip(C));
    let all = [
        ("P-Called-Party-ID", a.as_str()),
        ("History-Info", "<tel:+14155550199>;index=1"),
        ("Diversion", c.as_str()),
        ("to", b.as_str()),
        ("x-DID", A),
    ];
    let own = Source::header("X-Did").unwrap();
    assert_eq!(found(&finder, &all), (A.into(), own));
    assert_eq!(found(&finder, &all[..4]), (B.into(), Source::To));
    assert_eq!(found(&finder, &all[..3]), (C.into(), Source::Diversion));
    let history = found(&finder, &all[..2]);
    assert_eq!(history, ("+14155550199".into(), Source::HistoryInfo));
    assert_eq!(found(&finder, &all[..1]), (A.into(), Source::CalledParty));
    let only = finder.only([Source::CalledParty, Source::To]);
    assert_eq!(found(&only, &all), (A.into(), Source::CalledParty));
}

#[test]
fn of_a_forwarded_call_the_number_dialled_first_counts() {
    let finder = DialledNumber::new();
    let to = ("To", "<sip:project@h.example>");
    for diversion in [
        &[
            ("Diversion", "<tel:+14155550123>;reason=busy"),
            ("diversion", "<tel:+442079460958>"),
        ][..],
        &[(
            "Diversion",
            "<tel:+14155550123>;reason=\"a,b\", <tel:+442079460958>;counter=2",
        )],
        &[("Diversion", "<tel:+442079460958>, <sip:voicemail@h>")],
    ] {
        let pairs = [&[to], diversion].concat();
        assert_eq!(found(&finder, &pairs), (B.into(), Source::Diversion));
    }
    for history in [
        "<sip:+14155550123@h>;index=1.1, <sip:+442079460958@h?Reason=SIP%3Bcause%3D302>;index=1",
        "<sip:+14155550123@h>;index=10, <sip:+442079460958@h>;index=2",
        "<sip:+14155550123@h>, <sip:+442079460958@h>; index = 1",
        "<sip:+14155550123@h>;index=x, <sip:+442079460958@h>;index=1.99",
        "<sip:anna@h>;index=1, <sip:+442079460958@h>;index=1.1, <sip:+14155550123@h>;index=1.1.1",
    ] {
        let pairs = [to, ("History-Info", history)];
        assert_eq!(
            found(&finder, &pairs),
            (B.into(), Source::HistoryInfo),
            "{history}"
        );
    }
}

#[test]
fn repeats_are_read_in_order_and_a_comma_parts_no_to() {
    let finder = DialledNumber::new();
    let pairs = [
        ("To", "<sip:x@h>"),
        ("t", "<tel:+14155550123>"),
        ("To", "<tel:+442079460958>"),
    ];
    assert_eq!(found(&finder, &pairs).0, A);
    let comma = headers(&[("To", "tel:+14155550123,tel:+442079460958")]);
    assert_eq!(
        finder.find(&comma).unwrap_err().passed[0].miss,
        Miss::NotANumber
    );
}

#[test]
fn the_report_says_why_and_shows_no_number() {
    let finder = DialledNumber::new();
    let pairs = headers(&[
        ("To", "<sip:14155550123@h>"),
        ("Diversion", "<sip:+14155550123@h"),
        ("History-Info", ""),
        ("From", "<sip:+442079460958@h>"),
    ]);
    let error = finder.find(&pairs).unwrap_err();
    let report =
        "To: no_region, Diversion: malformed, History-Info: empty, P-Called-Party-ID: absent";
    assert_eq!(error.report(), report);
    assert_eq!(error.caller.number().unwrap(), B);
    let shown = format!("{error} {error:?}");
    assert!(
        !shown.contains("4155550123") && !shown.contains("2079460958"),
        "{shown}"
    );

    let found = finder.region(Region::NORTH_AMERICA).find(&pairs).unwrap();
    assert_eq!(
        (found.number.as_str(), found.report().as_str()),
        (A, "found in To")
    );
    assert!(!format!("{found:?}").contains("4155550123"));
}

#[test]
fn what_is_too_large_is_not_read() {
    let finder = DialledNumber::new();
    let large = format!(
        "\"{}\" <tel:{A}>",
        "x".repeat(DialledNumber::MAX_VALUE_BYTES)
    );
    let error = finder.find(&headers(&[("To", &large)])).unwrap_err();
    assert_eq!(error.passed[0].miss, Miss::TooLarge);
    let fits = format!("\"{}\" <tel:{A}>", "x".repeat(60_000));
    assert_eq!(found(&finder, &[("To", &fits)]).0, A);
    let mut many = vec![SipHeader::new("To", "x"); DialledNumber::MAX_HEADERS];
    many.push(SipHeader::new("To", A));
    assert_eq!(
        finder.find(&many).unwrap_err().passed[0].miss,
        Miss::NotANumber
    );
}

#[test]
fn a_caller_cannot_push_the_header_of_the_trunk_out_of_sight() {
    let finder = DialledNumber::new().header("X-Dialled").unwrap();
    let mut many = vec![SipHeader::new("X-Noise", "x"); DialledNumber::MAX_HEADERS];
    many.insert(0, SipHeader::new("Diversion", "<tel:+442079460958>"));
    many.push(SipHeader::new("X-Dialled", A));
    let found = finder.find(&many);
    assert_ne!(
        found.map(|dialled| dialled.source).ok(),
        Some(Source::Diversion)
    );
}
