use proptest::prelude::*;

use super::*;

fn edge(name: &str) -> Edge {
    Edge::parse(name).unwrap()
}

fn read(fragment: &str) -> Result<ConnectionOverride, OverrideError> {
    ConnectionOverride::parse_fragment(fragment)
}

#[test]
fn every_setting_is_written_and_read() {
    let whole = ConnectionOverride::new()
        .connect_timeout(Duration::from_micros(100_001))
        .and_then(|it| it.read_timeout(Duration::from_secs(15)))
        .and_then(|it| it.total_timeout(Duration::from_millis(100)))
        .and_then(|it| it.retries(0))
        .and_then(|it| it.retry_on([RetryOn::All, RetryOn::ClientErrors, RetryOn::All]))
        .and_then(|it| it.edges([edge("dublin"), edge("ashburn"), edge("dublin")]))
        .and_then(|it| it.sni(Toggle::Off).other("new", "a,b.c"))
        .unwrap();
    let text = "ct=101&rt=15000&tt=100&rc=0&rp=all,4xx&e=dublin,ashburn&sni=n&new=a,b.c";
    assert_eq!(whole.to_string(), text);
    assert_eq!(read(text), Ok(whole.clone()));
    let url = WebhookUrl::parse("https://a.example/x?y=%27#rc=5").unwrap();
    let applied = whole.apply(&url);
    assert_eq!(
        applied.as_str(),
        format!("https://a.example/x?y=%27#{text}")
    );
    assert_eq!(ConnectionOverride::parse(&applied), Ok(Some(whole)));
    assert_eq!(ConnectionOverride::new().apply(&url), url);
    for none in ["https://a.example", "https://a.example#"] {
        let url = WebhookUrl::parse(none).unwrap();
        assert_eq!(ConnectionOverride::parse(&url), Ok(None));
    }
}

#[test]
fn each_end_of_each_range() {
    let range = |setting, min, max| OverrideError::Range { setting, min, max };
    for (setting, min, max) in [
        ("ct", 100, 10_000),
        ("rt", 100, 15_000),
        ("tt", 100, 15_000),
        ("rc", 0, 5),
    ] {
        for good in [min, max] {
            let text = format!("{setting}={good}");
            assert_eq!(read(&text).unwrap().to_string(), text);
        }
        let mut bad = vec![
            (max + 1).to_string(),
            String::new(),
            "-1".to_owned(),
            "+100".to_owned(),
            "1e2".to_owned(),
            "99999999999999999999".to_owned(),
        ];
        if min > 0 {
            bad.push((min - 1).to_string());
        }
        for bad in bad {
            assert_eq!(
                read(&format!("{setting}={bad}")),
                Err(range(setting, min, max)),
                "{bad}"
            );
        }
    }
    assert_eq!(
        ConnectionOverride::new().read_timeout(Duration::MAX),
        Err(range("rt", 100, 15_000))
    );
    assert_eq!(
        ConnectionOverride::new().connect_timeout(Duration::from_nanos(10_000_000_001)),
        Err(range("ct", 100, 10_000))
    );
}

#[test]
fn mistakes_are_named_with_the_error_twilio_would_report() {
    for (fragment, error, code) in [
        ("rp=", OverrideError::Policy, Some(11243)),
        ("rp=ct,,rt", OverrideError::Policy, Some(11243)),
        ("rp=5XX", OverrideError::Policy, Some(11243)),
        ("rp=6xx", OverrideError::Policy, Some(11243)),
        ("e=", OverrideError::Edge, Some(11240)),
        ("e=Dublin", OverrideError::Edge, Some(11240)),
        ("e=dublin;x", OverrideError::Edge, Some(11240)),
        (
            "e=dublin,roaming",
            OverrideError::EdgeNotSupported,
            Some(11241),
        ),
        ("sni=true", OverrideError::Sni, None),
        ("", OverrideError::Malformed, None),
        ("section", OverrideError::Malformed, None),
        ("rc=1&", OverrideError::Malformed, None),
        ("a b=1", OverrideError::Malformed, None),
        ("=1", OverrideError::Malformed, None),
        ("new=<", OverrideError::Malformed, None),
        ("rc=1&rc=1", OverrideError::Repeated, None),
        ("x=1&rc=1&x=2", OverrideError::Repeated, None),
    ] {
        assert_eq!(read(fragment), Err(error), "{fragment}");
        assert_eq!(error.code().map(|code| code.get()), code, "{fragment}");
        if let Some(code) = code {
            assert!(error.to_string().contains(&code.to_string()), "{error}");
        }
        let shared = voice_core::error::Error::from(error);
        assert_eq!(shared.fields()[0].field, "url");
    }
}

#[test]
fn news_of_twilio_can_be_used_before_it_is_known() {
    let new = RetryOn::Other("dns".to_owned());
    let it = ConnectionOverride::new()
        .retry_on([RetryOn::ConnectTimeout, new])
        .unwrap();
    assert_eq!(it.to_string(), "rp=ct,dns");
    for bad in ["", "D", "a,b", "a b", "a&rc=9", &"a".repeat(17)] {
        let word = RetryOn::Other(bad.to_owned());
        assert_eq!(
            ConnectionOverride::new().retry_on([word]),
            Err(OverrideError::Policy),
            "{bad}"
        );
    }
    assert_eq!(
        ConnectionOverride::new().retry_on([]),
        Err(OverrideError::Policy)
    );
    assert_eq!(
        ConnectionOverride::new().edges([]),
        Err(OverrideError::Edge)
    );
    assert_eq!(
        ConnectionOverride::new().other("rc", "9"),
        Err(OverrideError::Repeated)
    );
}

proptest! {
    #[test]
    fn no_fragment_panics_and_what_is_read_is_written_and_read_again(
        fragment in "\\PC{0,40}|((ct|rt|rc|rp|e|sni|x)=[a-z0-9,]{0,6}&?){0,4}",
    ) {
        if let Ok(it) = read(&fragment) {
            prop_assert_eq!(read(&it.to_string()), Ok(it));
        }
    }

    #[test]
    fn what_is_built_survives_the_url(
        connect in proptest::option::of(100u64..=10_000), read_timeout in proptest::option::of(100u64..=15_000),
        retries in proptest::option::of(0u8..=5), edges in proptest::collection::vec("[a-z]{1,8}", 0..3),
        policies in proptest::collection::vec(0usize..5, 0..6),
    ) {
        let mut it = ConnectionOverride::new();
        if let Some(connect) = connect { it = it.connect_timeout(Duration::from_millis(connect)).unwrap(); }
        if let Some(timeout) = read_timeout { it = it.read_timeout(Duration::from_millis(timeout)).unwrap(); }
        if let Some(retries) = retries { it = it.retries(retries).unwrap(); }
        let edges: Vec<Edge> = edges.iter().filter_map(|name| Edge::parse(name).ok()).collect();
        if !edges.is_empty() { it = it.edges(edges).unwrap(); }
        if !policies.is_empty() {
            it = it.retry_on(policies.iter().map(|at| RetryOn::from_word(RetryOn::KNOWN[*at]))).unwrap();
        }
        let url = WebhookUrl::parse("https://a.example/x?y=z").unwrap();
        let applied = it.apply(&url);
        let again = ConnectionOverride::parse(&WebhookUrl::parse(applied.as_str()).unwrap()).unwrap();
        prop_assert_eq!(again.unwrap_or_default(), it);
        prop_assert_eq!(applied.as_str().split('#').next().unwrap(), url.as_str());
    }
}
