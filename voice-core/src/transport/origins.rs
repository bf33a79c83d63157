//! URLs of requests, without reading the host again for each of them.
//!
//! Reading a host (IDNA, addresses, ports) is most of what reading a URL costs, and a client talks to a few hosts all its life.

use std::sync::RwLock;

use http::Uri;
use http::uri::{Authority, Scheme};
use url::Url;

/// As many as are kept. A provider has a dozen hosts at most; storage has a new one now and then.
const KEPT: usize = 16;

/// Origins that were read before.
#[derive(Debug, Default)]
pub(super) struct Origins(RwLock<Vec<(Scheme, Authority, Url)>>);

impl Origins {
    /// The URL of a request; `None` when it is none.
    pub(super) fn url(&self, uri: &Uri) -> Option<Url> {
        let (scheme, authority) = (uri.scheme()?, uri.authority()?);
        if let Some(mut url) = self.known(scheme, authority) {
            url.set_path(uri.path());
            url.set_query(uri.query());
            return Some(url);
        }
        let url = Url::parse(&uri.to_string()).ok()?;
        if !url.cannot_be_a_base() && url.username().is_empty() && url.password().is_none() {
            let mut origin = url.clone();
            origin.set_path("");
            origin.set_query(None);
            self.keep(scheme, authority, origin);
        }
        Some(url)
    }

    fn known(&self, scheme: &Scheme, authority: &Authority) -> Option<Url> {
        // Nothing panics while it is held; if something did, the list would still be right.
        let kept = self.0.read().unwrap_or_else(|held| held.into_inner());
        kept.iter()
            .find(|(of, at, _)| of == scheme && at == authority)
            .map(|(.., origin)| origin.clone())
    }

    fn keep(&self, scheme: &Scheme, authority: &Authority, origin: Url) {
        let mut kept = self.0.write().unwrap_or_else(|held| held.into_inner());
        if kept.len() < KEPT {
            kept.push((scheme.clone(), authority.clone(), origin));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_known_origin_gives_what_reading_it_all_gives(
            scheme in "https?",
            authority in "[a-zA-Z0-9.-]{1,12}(:[0-9]{1,5})?|\\[::1\\]|user:pw@h",
            paths in prop::collection::vec("(/[!-~&&[^?#\"<>\\\\^`{|}]]{0,12}){0,3}(\\?[!-~&&[^#\"<>\\\\^`{|}]]{0,12})?", 1..4),
        ) {
            let origins = Origins::default();
            for path in paths {
                let text = format!("{scheme}://{authority}{path}");
                let Ok(uri) = text.parse::<Uri>() else { continue };
                prop_assert_eq!(origins.url(&uri), Url::parse(&uri.to_string()).ok(), "{}", uri);
            }
        }
    }

    #[test]
    fn no_more_are_kept_than_a_client_needs() {
        let origins = Origins::default();
        for host in 0..100 {
            let uri: Uri = format!("https://h{host}.example/a?b").parse().unwrap();
            assert_eq!(origins.url(&uri).unwrap().as_str(), uri.to_string());
            assert_eq!(origins.url(&uri).unwrap().as_str(), uri.to_string());
        }
        assert_eq!(origins.0.read().unwrap().len(), KEPT);
        let uri: Uri = "https://user:pw@h.example/".parse().unwrap();
        assert!(Origins::default().url(&uri).is_some());
    }

    #[test]
    fn credentials_in_a_url_are_not_kept() {
        let origins = Origins::default();
        let uri: Uri = "https://user:pw@h.example/a".parse().unwrap();
        assert_eq!(
            origins.url(&uri).unwrap().as_str(),
            "https://user:pw@h.example/a"
        );
        assert!(origins.0.read().unwrap().is_empty());
    }
}
