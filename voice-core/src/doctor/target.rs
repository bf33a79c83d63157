//! Where a probe goes.

use std::fmt;

use http::Uri;
use url::{Host, Url};

use crate::secret::redact;
use crate::transport::{SecretUrl, SecretUrlError};

/// A URL to be looked at: `https`, or `http` to this machine only; without user and password.
///
/// Its query may hold a token, and is shown nowhere; the rest is shown redacted.
///
/// ```
/// use voice_core::doctor::ProbeUrl;
///
/// let base = ProbeUrl::parse("https://voice.example.com/hooks/")?;
/// let url = base.join("connect").with_query("token", "abc");
/// assert_eq!(url.to_string(), "https://voice.example.com/hooks/connect");
/// assert_eq!((url.host(), url.port()), ("voice.example.com".to_owned(), 443));
/// assert!(ProbeUrl::parse("http://voice.example.com").is_err());
/// # Ok::<(), voice_core::transport::SecretUrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ProbeUrl(Url);

impl ProbeUrl {
    /// Parses and checks a URL; a fragment is dropped.
    ///
    /// # Errors
    /// [`SecretUrlError`] says which rule broke; it never quotes the text.
    pub fn parse(text: &str) -> Result<Self, SecretUrlError> {
        let mut url = Url::parse(text.trim()).map_err(|_| SecretUrlError::Malformed)?;
        SecretUrl::checked(url.clone())?;
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// The URL with `path` appended, each segment escaped where it must be; the query goes.
    #[must_use]
    pub fn join(&self, path: &str) -> Self {
        let mut url = self.0.clone();
        url.set_query(None);
        if let Ok(mut segments) = url.path_segments_mut() {
            let parts = path.split('/').filter(|part| !part.is_empty());
            segments.pop_if_empty().extend(parts);
        }
        Self(url)
    }

    /// The URL with one more parameter in its query.
    #[must_use]
    pub fn with_query(&self, name: &str, value: &str) -> Self {
        let mut url = self.0.clone();
        url.query_pairs_mut().append_pair(name, value);
        Self(url)
    }

    /// The host: a name, or an address without brackets.
    #[must_use]
    pub fn host(&self) -> String {
        match self.0.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => String::new(),
        }
    }

    /// The port, as written or the scheme's own.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// Whether TLS is used.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// As the target of a request. It was checked that it is one, but a path or a query may have been added since.
    pub(super) fn to_uri(&self) -> Result<Uri, http::uri::InvalidUri> {
        Uri::try_from(self.0.as_str())
    }

    /// Path and query, for the first line of a request.
    /// The values of the query, decoded.
    pub(super) fn query_values(&self) -> impl Iterator<Item = String> {
        self.0.query_pairs().map(|(_, value)| value.into_owned())
    }

    pub(super) fn path_and_query(&self) -> String {
        match self.0.query() {
            Some(query) => format!("{}?{query}", self.0.path()),
            None => self.0.path().to_owned(),
        }
    }

    /// Host and, where it is not the scheme's own, port: as the header `Host` has it.
    pub(super) fn authority(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }
}

impl fmt::Display for ProbeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut url = self.0.clone();
        url.set_query(None);
        f.write_str(&redact(url.as_str()))
    }
}

impl fmt::Debug for ProbeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProbeUrl({self})")
    }
}

impl std::str::FromStr for ProbeUrl {
    type Err = SecretUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_probe_may_go() {
        for (text, host, port, authority) in [
            ("https://example.com", "example.com", 443, "example.com"),
            (
                "https://[2001:db8::1]:8443/x",
                "2001:db8::1",
                8443,
                "[2001:db8::1]:8443",
            ),
            ("http://127.0.0.1:3001", "127.0.0.1", 3001, "127.0.0.1:3001"),
            ("http://localhost", "localhost", 80, "localhost"),
        ] {
            let url = ProbeUrl::parse(text).unwrap();
            assert_eq!((url.host().as_str(), url.port()), (host, port));
            assert_eq!(url.authority(), authority);
        }
        for (text, error) in [
            ("http://10.0.0.1", SecretUrlError::Insecure),
            ("ftp://example.com", SecretUrlError::Scheme),
            ("https://u:p@example.com", SecretUrlError::Credentials),
            ("example.com", SecretUrlError::Malformed),
        ] {
            assert_eq!(ProbeUrl::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn the_query_and_numbers_are_not_shown() {
        let url = ProbeUrl::parse("https://example.com/+14155552671?token=abc").unwrap();
        let shown = format!("{url} {url:?}");
        assert!(
            !shown.contains("abc") && !shown.contains("5552671"),
            "{shown}"
        );
        assert_eq!(url.path_and_query(), "/+14155552671?token=abc");
    }

    #[test]
    fn joining_appends() {
        let base = ProbeUrl::parse("https://example.com/a/?x=1").unwrap();
        assert_eq!(base.join("/b c//d").path_and_query(), "/a/b%20c/d");
        assert_eq!(base.join("").path_and_query(), "/a");
        assert!(base.join("b").with_query("q", "a b&").to_uri().is_ok());
    }
}
