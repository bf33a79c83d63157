//! Where a client may send its credentials.

use std::fmt;

use http::Uri;
use url::{Host, Url};

/// The origin (and an optional path prefix) of a provider's API: `https`, or `http` to this machine only.
///
/// Credentials travel to this origin and to no other. A `next` link or a redirect elsewhere is never followed with them.
///
/// ```
/// use voice_core::transport::BaseUrl;
///
/// let base = BaseUrl::parse("https://api.ultravox.ai/")?;
/// assert_eq!(base.as_str(), "https://api.ultravox.ai");
/// assert!(BaseUrl::parse("http://api.ultravox.ai").is_err(), "no key over plain http");
/// assert!(BaseUrl::parse("http://127.0.0.1:8080").is_ok(), "but a simulator on this machine is fine");
/// # Ok::<(), voice_core::transport::BaseUrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    text: String,
    authority_start: usize,
    path_start: usize,
}

/// Why a text is no base URL. It never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// Not an absolute URL with a host.
    #[error("not an absolute URL with a host; expected something like https://api.example.com")]
    Malformed,
    /// Neither `https` nor `http`.
    #[error("the scheme must be https")]
    Scheme,
    /// `http` to another machine.
    #[error("plain http is allowed to this machine only (127.0.0.1, [::1], localhost); use https")]
    Insecure,
    /// A user or password in the URL.
    #[error("credentials must not stand in the URL; give them to the builder")]
    Credentials,
    /// A query or a fragment.
    #[error("a base URL has no query and no fragment")]
    Extra,
}

impl BaseUrl {
    /// Parses and checks a base URL; trailing slashes are dropped.
    ///
    /// # Errors
    /// [`BaseUrlError`] says which rule broke.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text.trim()).map_err(|_| BaseUrlError::Malformed)?;
        let host = url.host().ok_or(BaseUrlError::Malformed)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&host) => {}
            "http" => return Err(BaseUrlError::Insecure),
            _ => return Err(BaseUrlError::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::Extra);
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        let authority_start = url.scheme().len() + 3;
        let path_start = text
            .get(authority_start..)
            .and_then(|rest| rest.find('/'))
            .map_or(text.len(), |at| authority_start + at);
        Ok(Self {
            text,
            authority_start,
            path_start,
        })
    }

    /// The whole, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Host and, where written, port.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.text
            .get(self.authority_start..self.path_start)
            .unwrap_or_default()
    }

    /// Whether TLS is used.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.text.starts_with("https:")
    }

    /// The same scheme and prefix at another host, as providers with several hosts need it.
    ///
    /// # Errors
    /// [`BaseUrlError`] when `authority` is not a host with an optional port.
    pub fn with_authority(&self, authority: &str) -> Result<Self, BaseUrlError> {
        if authority.contains('@') {
            return Err(BaseUrlError::Credentials);
        }
        // An empty one would make a host of the prefix.
        if authority.is_empty()
            || authority.contains(|c: char| {
                matches!(c, '/' | '\\' | '?' | '#') || c.is_whitespace() || c.is_control()
            })
        {
            return Err(BaseUrlError::Malformed);
        }
        let scheme = self.text.get(..self.authority_start).unwrap_or_default();
        let prefix = self.text.get(self.path_start..).unwrap_or_default();
        Self::parse(&format!("{scheme}{authority}{prefix}"))
    }

    /// The path and query of `link`, if it leads to this very origin (scheme, host and port) or is a path itself.
    ///
    /// It is relative to this base: where the base has a path prefix and the link begins with it, it is taken off.
    /// Everything else is `None`: never follow it with credentials.
    ///
    /// ```
    /// use voice_core::transport::BaseUrl;
    ///
    /// let base = BaseUrl::parse("https://api.example.com")?;
    /// assert_eq!(base.own_path("https://api.example.com/v1/x?page=2").as_deref(), Some("/v1/x?page=2"));
    /// assert_eq!(base.own_path("/v1/x?page=2").as_deref(), Some("/v1/x?page=2"));
    /// assert_eq!(base.own_path("https://api.example.com.evil.test/v1/x"), None);
    /// assert_eq!(base.own_path("//evil.test/v1/x"), None);
    /// # Ok::<(), voice_core::transport::BaseUrlError>(())
    /// ```
    #[must_use]
    pub fn own_path(&self, link: &str) -> Option<String> {
        let own = Url::parse(&self.text).ok()?;
        let url = own.join(link).ok()?;
        if url.origin() != own.origin() || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let prefix = self.text.get(self.path_start..).unwrap_or_default();
        let path = match url.path().strip_prefix(prefix) {
            Some("") => "/",
            Some(rest) if rest.starts_with('/') => rest,
            _ => url.path(),
        };
        Some(match url.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        })
    }

    /// Appends a path that begins with `/`, and a query.
    pub(crate) fn join(&self, path_and_query: &str) -> Result<Uri, http::uri::InvalidUri> {
        let mut text = String::with_capacity(self.text.len() + path_and_query.len());
        text.push_str(&self.text);
        text.push_str(path_and_query);
        Uri::try_from(text)
    }
}

/// Whether an address may be spoken to without TLS.
pub(crate) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.text)
    }
}

impl From<BaseUrlError> for crate::error::Error {
    fn from(error: BaseUrlError) -> Self {
        Self::invalid_input("base_url", error.to_string()).with_source(error)
    }
}

impl std::str::FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for BaseUrl {
    type Error = BaseUrlError;

    fn try_from(text: &str) -> Result<Self, BaseUrlError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_https_or_this_machine() {
        for good in [
            "https://a.example",
            "http://127.0.0.1:1",
            "http://localhost:80/x",
            "http://[::1]:9",
        ] {
            assert!(BaseUrl::parse(good).is_ok(), "{good}");
        }
        let cases = [
            ("http://10.0.0.1", BaseUrlError::Insecure),
            ("http://localhost.evil.test", BaseUrlError::Insecure),
            ("ftp://a.example", BaseUrlError::Scheme),
            ("https://u:p@a.example", BaseUrlError::Credentials),
            ("https://a.example?x", BaseUrlError::Extra),
            ("https://a.example#x", BaseUrlError::Extra),
            ("a.example", BaseUrlError::Malformed),
            ("", BaseUrlError::Malformed),
        ];
        for (bad, error) in cases {
            assert_eq!(BaseUrl::parse(bad), Err(error), "{bad}");
        }
    }

    #[test]
    fn parts_and_prefix() {
        let base = BaseUrl::parse("https://gw.example:8443/twilio/").unwrap();
        assert_eq!(base.authority(), "gw.example:8443");
        assert_eq!(
            base.join("/v1?x=1").unwrap(),
            "https://gw.example:8443/twilio/v1?x=1"
        );
        let other = base.with_authority("other.example").unwrap();
        assert_eq!(other.as_str(), "https://other.example/twilio");
        for bad in [
            "",
            "a.example/x",
            "a.example?x",
            "a.example#x",
            "a\\b",
            "u@a.example",
            "a b",
        ] {
            assert!(base.with_authority(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_links_path_is_relative_to_the_prefix() {
        let base = BaseUrl::parse("https://gw.example/twilio").unwrap();
        for (link, path) in [
            ("https://gw.example/twilio/v1?x=1", "/v1?x=1"),
            ("/twilio/v1", "/v1"),
            ("/twilio", "/"),
            ("/twilio?x", "/?x"),
            ("/twiliox/v1", "/twiliox/v1"),
            ("/v1", "/v1"),
            ("/v1/../twilio/v2", "/v2"),
        ] {
            assert_eq!(base.own_path(link).as_deref(), Some(path), "{link}");
        }
    }

    #[test]
    fn links_elsewhere_are_refused() {
        let base = BaseUrl::parse("https://api.example.com").unwrap();
        for link in [
            "http://api.example.com/x",
            "https://api.example.com:444/x",
            "https://API.example.com@evil.test/x",
            "https://user@api.example.com/x",
            "\\\\evil.test\\x",
            "ftp:x",
        ] {
            assert_eq!(base.own_path(link), None, "{link}");
        }
        assert_eq!(
            base.own_path("https://API.EXAMPLE.COM:443/x").as_deref(),
            Some("/x")
        );
    }

    proptest! {
        #[test]
        fn a_link_never_leads_away(link in "\\PC{0,60}") {
            let base = BaseUrl::parse("https://api.example.com").unwrap();
            if let Some(path) = base.own_path(&link) {
                prop_assert!(path.starts_with('/'));
                let uri = base.join(&path).unwrap();
                prop_assert_eq!(uri.authority().unwrap().as_str(), "api.example.com");
            }
        }
    }
}
