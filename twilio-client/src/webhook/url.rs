//! The URL as it was signed: cut by hand, never parsed.
//!
//! URL parsers lower-case hosts, drop default ports and re-encode quotes, blanks and letters beyond ASCII; each of these
//! breaks the signature. So the text is cut at its delimiters and otherwise left as it is.
//!
//! What Twilio signed may differ from what arrives in two ways: whether a port is written, and whether an apostrophe in
//! the query is. All combinations are candidates; a signature over any of them is good.

use std::borrow::Cow;
use std::cell::OnceCell;

use voice_core::provider::CallKey;

use crate::CALL_KEY;

/// A URL in its parts, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts<'a> {
    /// Up to and with `://`.
    scheme: &'a str,
    /// User information with its `@`, and the host.
    host: &'a str,
    /// What stands behind the host's colon; `None` without one.
    port: Option<&'a str>,
    path: &'a str,
    /// With its `?`; empty without one.
    query: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Self {
        // A fragment is never sent.
        let url = url.split('#').next().unwrap_or_default();
        let (scheme, rest) = match url.find("://") {
            Some(at) => url.split_at(at + 3),
            None => ("", url),
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        let (host, port) = split_port(authority);
        Self {
            scheme,
            host,
            port,
            path,
            query,
        }
    }

    fn default_port(&self) -> Option<&'static str> {
        let is = |scheme: &str| self.scheme.eq_ignore_ascii_case(scheme);
        if is("https://") || is("wss://") {
            Some("443")
        } else if is("http://") || is("ws://") {
            Some("80")
        } else {
            None
        }
    }
}

/// The port is what follows the last colon behind user information and outside brackets, if it is digits.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    let host_at = authority.rfind('@').map_or(0, |at| at + 1);
    let bracket = authority.rfind(']').map_or(0, |at| at + 1);
    match authority.rfind(':') {
        Some(colon) if colon >= host_at.max(bracket) => {
            let (host, port) = authority.split_at(colon);
            let port = port.get(1..).unwrap_or_default();
            if port.bytes().all(|byte| byte.is_ascii_digit()) {
                (host, Some(port))
            } else {
                (authority, None)
            }
        }
        _ => (authority, None),
    }
}

/// Every text Twilio may have signed for a URL. The others are made only when the first, which is the URL as it arrived, was
/// not it.
pub(super) struct Candidates<'u> {
    url: &'u str,
    others: OnceCell<Vec<String>>,
}

impl<'u> Candidates<'u> {
    pub(super) fn of(url: &'u str) -> Self {
        Self {
            url: url.split('#').next().unwrap_or_default(),
            others: OnceCell::new(),
        }
    }

    /// Whether any of them is the one, the likeliest first.
    pub(super) fn any(&self, mut is_it: impl FnMut(&str) -> bool) -> bool {
        if is_it(self.url) {
            return true;
        }
        let others = self.others.get_or_init(|| candidates(self.url));
        others.iter().skip(1).any(|text| is_it(text))
    }
}

/// All of them, each once; at most nine. The first is the URL as it arrived.
fn candidates(url: &str) -> Vec<String> {
    let parts = Parts::of(url);
    let ports = [parts.port, None, parts.default_port()];
    let queries = [
        Cow::Borrowed(parts.query),
        Cow::Owned(parts.query.replace('\'', "%27")),
        Cow::Owned(parts.query.replace("%27", "'")),
    ];
    let mut texts: Vec<String> = Vec::with_capacity(9);
    for port in ports {
        for query in &queries {
            let mut text = String::with_capacity(url.len() + 4);
            text.push_str(parts.scheme);
            text.push_str(parts.host);
            if let Some(port) = port {
                text.push(':');
                text.push_str(port);
            }
            text.push_str(parts.path);
            text.push_str(query);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    texts
}

/// The raw query of a URL, without its `?`.
pub(super) fn query(url: &str) -> &str {
    Parts::of(url).query.strip_prefix('?').unwrap_or_default()
}

/// The URL of a WebSocket whose server knows it as `https` or `http`; another is left as it is.
pub(super) fn of_socket(url: &str) -> Cow<'_, str> {
    let scheme = Parts::of(url).scheme;
    let rest = url.get(scheme.len()..).unwrap_or_default();
    if scheme.eq_ignore_ascii_case("https://") {
        Cow::Owned(format!("wss://{rest}"))
    } else if scheme.eq_ignore_ascii_case("http://") {
        Cow::Owned(format!("ws://{rest}"))
    } else {
        Cow::Borrowed(url)
    }
}

/// The public URL of a request: the configured base (scheme, host, and a path prefix if the proxy strips one) and the raw
/// path and query of the request line, joined without touching either.
///
/// ```
/// use twilio_client::webhook::external_url;
///
/// assert_eq!(external_url("https://hooks.example.com/", "/voice?a=%27b"), "https://hooks.example.com/voice?a=%27b");
/// assert_eq!(external_url("https://example.com/twilio", "/voice"), "https://example.com/twilio/voice");
/// ```
#[must_use]
pub fn external_url(base: &str, path_and_query: &str) -> String {
    let base = base.strip_suffix('/').unwrap_or(base);
    let separator = if path_and_query.starts_with(['/', '?']) || path_and_query.is_empty() {
        ""
    } else {
        "/"
    };
    format!("{base}{separator}{path_and_query}")
}

/// The key of the dial a callback belongs to, out of the callback's URL; see [`CALL_KEY`].
///
/// Only trust it once the signature is checked: the URL is signed.
#[must_use]
pub fn call_key(url: &str) -> Option<CallKey> {
    form_urlencoded::parse(query(url).as_bytes())
        .find(|(name, _)| name == CALL_KEY)
        .and_then(|(_, value)| CallKey::new(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn urls_are_cut_at_their_delimiters_and_nothing_is_changed() {
        for (url, host, port, path, query) in [
            ("https://a.example/x?y#z", "a.example", None, "/x", "?y"),
            ("HTTPS://A.Example:8443", "A.Example", Some("8443"), "", ""),
            (
                "https://u:p@a.example:1/x",
                "u:p@a.example",
                Some("1"),
                "/x",
                "",
            ),
            ("https://u:1@a.example/x", "u:1@a.example", None, "/x", ""),
            (
                "https://a@b:1@c.example:2//x//",
                "a@b:1@c.example",
                Some("2"),
                "//x//",
                "",
            ),
            ("https://[::1]:9/x", "[::1]", Some("9"), "/x", ""),
            (
                "https://[2001:db8::1]?a:1",
                "[2001:db8::1]",
                None,
                "",
                "?a:1",
            ),
            ("https://a.example:/x", "a.example", Some(""), "/x", ""),
            ("https://a.example:x1/", "a.example:x1", None, "/", ""),
            ("https://ü.example/é b", "ü.example", None, "/é b", ""),
            ("a.example:1/x", "a.example", Some("1"), "/x", ""),
            ("", "", None, "", ""),
        ] {
            let parts = Parts::of(url);
            assert_eq!(
                (parts.host, parts.port, parts.path, parts.query),
                (host, port, path, query),
                "{url}"
            );
        }
    }

    #[test]
    fn ports_and_quotes_vary_and_nothing_else() {
        assert_eq!(
            candidates("https://a.example/x"),
            ["https://a.example/x", "https://a.example:443/x"]
        );
        assert_eq!(
            candidates("wss://a.example:443/x"),
            ["wss://a.example:443/x", "wss://a.example/x"]
        );
        assert_eq!(
            candidates("http://[::1]:8080/x#f"),
            ["http://[::1]:8080/x", "http://[::1]/x", "http://[::1]:80/x"]
        );
        assert_eq!(
            candidates("ftp://a.example:1/x"),
            ["ftp://a.example:1/x", "ftp://a.example/x"]
        );
        let quoted = candidates("https://a.example:1/it's?a='&b=%27");
        assert_eq!(quoted.len(), 9);
        assert!(
            quoted.iter().all(|text| text.contains("/it's?")),
            "only the query varies: {quoted:?}"
        );
        assert!(quoted.contains(&"https://a.example/it's?a=%27&b=%27".to_owned()));
        assert!(quoted.contains(&"https://a.example:443/it's?a='&b='".to_owned()));
    }

    #[test]
    fn the_url_as_it_arrived_is_asked_about_first_and_all_others_after() {
        for url in [
            "https://a.example/x",
            "http://[::1]:8080/x?b='#f",
            "https://a.example:/%27?c=%27",
            "",
            "#",
        ] {
            let mut asked = Vec::new();
            let found = Candidates::of(url).any(|text| {
                asked.push(text.to_owned());
                false
            });
            assert!(!found);
            assert_eq!(asked, candidates(url), "{url}");
            assert_eq!(asked.first().map(String::as_str), url.split('#').next());
            assert!(Candidates::of(url).any(|text| text == asked[asked.len() - 1]));
        }
    }

    #[test]
    fn sockets_have_schemes_of_their_own() {
        for (url, socket) in [
            ("https://A.example:1/x?y#z", "wss://A.example:1/x?y#z"),
            ("HTTP://[::1]/x", "ws://[::1]/x"),
            ("wss://a.example/https://", "wss://a.example/https://"),
            ("WSS://a.example", "WSS://a.example"),
            ("/x", "/x"),
            ("", ""),
        ] {
            assert_eq!(of_socket(url), socket);
        }
    }

    #[test]
    fn keys_are_read_from_the_query() {
        assert_eq!(
            call_key("https://a.example/x?voice_call_key=a%2Bb#f")
                .unwrap()
                .as_str(),
            "a+b"
        );
        assert!(call_key("https://a.example/voice_call_key=a").is_none());
        assert!(call_key("https://a.example/x?voice_call_key=").is_none());
    }

    proptest! {
        #[test]
        fn any_text_has_one_to_nine_candidates_of_which_the_first_is_itself(url in "\\PC{0,60}") {
            let texts = candidates(&url);
            prop_assert!((1..=9).contains(&texts.len()));
            prop_assert_eq!(&texts[0], url.split('#').next().unwrap());
        }

        #[test]
        fn a_url_is_its_parts(
            host in "[a-zA-Z0-9.-]{1,12}", port in proptest::option::of(1u16..), path in "(/[^?#]{0,9})?", query in "(\\?[^#]{0,12})?",
        ) {
            let written = port.map(|p| format!(":{p}")).unwrap_or_default();
            let url = format!("https://{host}{written}{path}{query}");
            let parts = Parts::of(&url);
            prop_assert_eq!(parts.host, host);
            prop_assert_eq!(parts.port.map(str::to_owned), port.map(|p| p.to_string()));
            prop_assert_eq!((parts.path, parts.query), (path.as_str(), query.as_str()));
        }
    }
}
