//! URLs of every kind, with and without secrets.

use voice_core::doctor::ProbeUrl;
use voice_core::ident::PublicHttpsUrl;
use voice_core::transport::{BaseUrl, SecretUrl};
use voice_core::webhook::WebhookUrl;

use crate::support::hold::{sound_refusal, surface};
use crate::support::input::{split, text};

/// Public bases, base URLs, webhook URLs, secret URLs, probes: what is accepted is accepted again and stays the same, a
/// path never leaves its host, and what may hold a secret shows none.
pub fn urls(data: &[u8]) {
    let (first, second) = split(data, b"\n");
    let (first, second) = (&*text(first), &*text(second));
    surface::<PublicHttpsUrl>(first);
    if let Ok(base) = PublicHttpsUrl::parse(first) {
        match base.join(second) {
            Ok(url) => {
                let own = url::Url::parse(base.as_str()).expect("a base is a URL");
                assert_eq!(url.origin(), own.origin(), "a path leads to another host");
            }
            Err(error) => sound_refusal(&error, second),
        }
    }
    if let Ok(base) = BaseUrl::parse(first) {
        assert_eq!(
            BaseUrl::parse(base.as_str()).map(|again| again.as_str().to_owned()),
            Ok(base.as_str().to_owned())
        );
        assert!(!base.authority().is_empty() && !base.authority().contains(['/', '@', '?', '#']));
        if let Some(path) = base.own_path(second) {
            assert!(path.is_empty() || path.starts_with(['/', '?']), "{path}");
            assert!(path.len() <= base.as_str().len() + 3 * second.len() + 1);
        }
        if let Ok(other) = base.with_authority(second) {
            assert_eq!(
                BaseUrl::parse(other.as_str()).map(|again| again.as_str().to_owned()),
                Ok(other.as_str().to_owned())
            );
        }
    }
    if let Ok(url) = WebhookUrl::parse(first) {
        let again = WebhookUrl::parse(url.as_str()).expect("again");
        assert_eq!(again.as_str(), url.as_str());
        let asked = url.with_query("token", second);
        let parsed = url::Url::parse(asked.as_str()).expect("a URL with a query is one");
        assert!(
            parsed
                .query_pairs()
                .any(|(name, value)| name == "token" && value == second)
        );
        assert_eq!(asked.fragment(), url.fragment());
        let marked = url.with_fragment(second);
        assert!(WebhookUrl::parse(marked.as_str()).is_ok());
    }
    // Where a secret may stand, nothing behind the host is shown.
    for shown in [
        SecretUrl::parse(first).map_or_else(
            |error| format!("{error} {error:?}"),
            |url| format!("{url:?}"),
        ),
        ProbeUrl::parse(first).map_or_else(
            |error| format!("{error} {error:?}"),
            |url| format!("{url:?}"),
        ),
    ] {
        assert!(shown.len() <= first.len() + 400);
        if let Ok(url) = url::Url::parse(first) {
            // With the mark before it: a path may hold the same text.
            let secrets = [
                url.password().map(|password| format!(":{password}@")),
                url.query().map(|query| format!("?{query}")),
            ];
            for secret in secrets.into_iter().flatten() {
                let is_told = secret.len() > 12 && shown.contains(&secret);
                assert!(!is_told, "shows a secret: {shown}");
            }
        }
    }
}
