//! Base URLs that a provider can call back.

mod read;

use std::sync::Arc;

use url::Url;

use super::error::{Grammar, IdentError, IdentRule};
use super::surface::{plain_debug, text_surface};
use read::is_unfit;

/// An `https` URL of a host that the public internet can reach: the base of webhook addresses.
///
/// | part | rule |
/// |---|---|
/// | scheme | `https://` only |
/// | user, password | refused |
/// | host | a name of two labels or more without underscores, or an IP address; refused unless its [`HostClass`](super::HostClass) is public |
/// | port | optional, 1 to 65535; 443 is left out |
/// | path | kept; one `/` at the end is cut off, more than one is refused |
/// | query, fragment | refused, empty ones too |
/// | length | at most 2,048 bytes |
///
/// The value is written as the URL standard writes it: host in lower case and punycode, `https://example.com` without
/// a slash at the end. Spaces, control characters and backslashes, which lenient parsers repair, are refused. Nothing is
/// looked up: a name may still resolve to a private address. Cloning does not allocate.
///
/// ```
/// use voice_core::ident::PublicHttpsUrl;
///
/// let base = PublicHttpsUrl::parse("https://Voice.Example.com/hooks/")?;
/// assert_eq!(base.as_str(), "https://voice.example.com/hooks");
/// assert_eq!(base.join("twilio/status")?.as_str(), "https://voice.example.com/hooks/twilio/status");
/// for private in ["http://example.com", "https://localhost", "https://10.0.0.7", "https://[::1]"] {
///     assert!(PublicHttpsUrl::parse(private).is_err());
/// }
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicHttpsUrl(Arc<str>);

impl PublicHttpsUrl {
    /// The most bytes accepted.
    pub const MAX_LEN: usize = 2048;

    pub(super) const GRAMMAR: Grammar = Grammar {
        what: "PublicHttpsUrl",
        form: "https://, a public host, then an optional port and path, without user, query and fragment",
        example: "https://voice.example.com",
        unit: "bytes",
    };

    /// Takes a base URL and brings it into its standard form.
    ///
    /// # Errors
    /// [`IdentRule::Empty`], [`TooLong`](IdentRule::TooLong), [`Scheme`](IdentRule::Scheme),
    /// [`Character`](IdentRule::Character), [`UserInfo`](IdentRule::UserInfo), [`Host`](IdentRule::Host),
    /// [`NotPublic`](IdentRule::NotPublic), [`Port`](IdentRule::Port), [`Query`](IdentRule::Query),
    /// [`Fragment`](IdentRule::Fragment), [`TrailingSlash`](IdentRule::TrailingSlash), [`Url`](IdentRule::Url).
    pub fn parse(text: &str) -> Result<Self, IdentError> {
        if text.is_empty() {
            return Err(IdentError::new(&Self::GRAMMAR, IdentRule::Empty));
        }
        read::read(text, Self::MAX_LEN)
            .map(|url| Self(url.into()))
            .map_err(|fault| fault.within(&Self::GRAMMAR, text, 0))
    }

    /// The URL without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL with `path` appended; exactly one slash stands between.
    ///
    /// `path` is appended, never resolved: it cannot leave the base. It is written as in a URL: what is escaped stays
    /// so, other characters are escaped where the standard asks for it. Parameters are added to the result, for
    /// instance with [`Url::query_pairs_mut`].
    ///
    /// # Errors
    /// [`IdentRule::DotSegment`] for a `.` or `..` segment, escaped ones too; [`Query`](IdentRule::Query),
    /// [`Fragment`](IdentRule::Fragment), [`Character`](IdentRule::Character). Positions count from the start of `path`.
    ///
    /// ```
    /// use voice_core::ident::PublicHttpsUrl;
    ///
    /// let base = PublicHttpsUrl::parse("https://voice.example.com")?;
    /// let mut url = base.join("/voice/connect")?;
    /// url.query_pairs_mut().append_pair("token", "a b");
    /// assert_eq!(url.as_str(), "https://voice.example.com/voice/connect?token=a+b");
    /// assert!(base.join("../admin").is_err());
    /// # Ok::<(), voice_core::ident::IdentError>(())
    /// ```
    pub fn join(&self, path: &str) -> Result<Url, IdentError> {
        let fail = |rule, at| IdentError::new(&Self::GRAMMAR, rule).at(path, at);
        for (at, character) in path.char_indices() {
            match character {
                '?' => return Err(fail(IdentRule::Query, at)),
                '#' => return Err(fail(IdentRule::Fragment, at)),
                _ if is_unfit(character) => return Err(fail(IdentRule::Character, at)),
                _ => {}
            }
        }
        let mut at = 0;
        for segment in path.split('/') {
            if matches!(
                segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
                "." | ".."
            ) {
                return Err(fail(IdentRule::DotSegment, at));
            }
            at += segment.len() + 1;
        }
        let path = path.strip_prefix('/').unwrap_or(path);
        Url::parse(&format!("{self}/{path}")).map_err(|_| fail(IdentRule::Url, 0))
    }
}

text_surface!(PublicHttpsUrl);
plain_debug!(PublicHttpsUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_whatever_the_spelling() {
        for (text, kept) in [
            ("https://example.com", "https://example.com"),
            ("https://example.com/", "https://example.com"),
            ("HTTPS://EXAMPLE.com:443/", "https://example.com"),
            (
                "https://example.com:8443/a/b/",
                "https://example.com:8443/a/b",
            ),
            ("https://example.com/a/b", "https://example.com/a/b"),
            ("https://example.com/a/../b/", "https://example.com/b"),
            (
                "https://m\u{fc}nchen.de/stra\u{df}e",
                "https://xn--mnchen-3ya.de/stra%C3%9Fe",
            ),
            ("https://8.8.8.8", "https://8.8.8.8"),
            ("https://example.com/@anna", "https://example.com/@anna"),
            (
                "https://[2606:4700:4700::1111]/x",
                "https://[2606:4700:4700::1111]/x",
            ),
        ] {
            let url = PublicHttpsUrl::parse(text).unwrap();
            assert_eq!(url, kept);
            assert_eq!(PublicHttpsUrl::parse(kept).unwrap(), url);
        }
    }

    #[test]
    fn join_appends_and_never_climbs() {
        let base = PublicHttpsUrl::parse("https://example.com/base").unwrap();
        for (path, joined) in [
            ("", "https://example.com/base/"),
            ("/", "https://example.com/base/"),
            ("a", "https://example.com/base/a"),
            ("/a/b/", "https://example.com/base/a/b/"),
            ("a%20b/\u{e9}", "https://example.com/base/a%20b/%C3%A9"),
            ("user@host:1", "https://example.com/base/user@host:1"),
            (
                "https://evil.com",
                "https://example.com/base/https://evil.com",
            ),
            ("//evil.com", "https://example.com/base//evil.com"),
        ] {
            assert_eq!(base.join(path).unwrap().as_str(), joined, "{path:?}");
        }
        for (path, rule, position) in [
            ("..", IdentRule::DotSegment, Some(0)),
            ("a/../b", IdentRule::DotSegment, Some(2)),
            ("a/%2E%2e/b", IdentRule::DotSegment, Some(2)),
            ("./a", IdentRule::DotSegment, Some(0)),
            ("a?b", IdentRule::Query, Some(1)),
            ("a#b", IdentRule::Fragment, Some(1)),
            ("a\\b", IdentRule::Character, Some(1)),
            ("a\nb", IdentRule::Character, Some(1)),
        ] {
            let error = base.join(path).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{path:?}"
            );
        }
    }
}
