//! The URL a provider is asked to call.

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::transport::is_loopback;

/// A URL for a provider to call back: `https`, or `http` to this machine, which only a simulator can reach.
///
/// A query and a fragment may stand in it: some providers take delivery options from the fragment. Whether the host is
/// public is another question; [`PublicHttpsUrl`](crate::ident::PublicHttpsUrl) asks it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct WebhookUrl(Url);

/// Why a text is no webhook URL; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookUrlError {
    /// Not an absolute URL with a host.
    #[error(
        "not an absolute URL with a host; expected something like https://hooks.example.com/calls"
    )]
    Malformed,
    /// Neither `https` nor `http` to this machine.
    #[error("must be https (plain http is for simulators on this machine only)")]
    Insecure,
}

impl WebhookUrl {
    /// Parses and checks.
    ///
    /// # Errors
    /// [`WebhookUrlError`] says which rule broke.
    pub fn parse(text: &str) -> Result<Self, WebhookUrlError> {
        let url = Url::parse(text).map_err(|_| WebhookUrlError::Malformed)?;
        let host = url.host().ok_or(WebhookUrlError::Malformed)?;
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_loopback(&host) => Ok(Self(url)),
            _ => Err(WebhookUrlError::Insecure),
        }
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The same with one query parameter more, such as a key that comes back with every callback.
    #[must_use]
    pub fn with_query(&self, name: &str, value: &str) -> Self {
        let mut url = self.0.clone();
        url.query_pairs_mut().append_pair(name, value);
        Self(url)
    }

    /// What stands behind the `#`, as it is written; `None` without one. It is never sent.
    #[must_use]
    pub fn fragment(&self) -> Option<&str> {
        self.0.fragment()
    }

    /// The same with this text behind the `#`, in place of what stood there. Characters that may not stand in a fragment
    /// are percent-encoded.
    #[must_use]
    pub fn with_fragment(&self, fragment: &str) -> Self {
        let mut url = self.0.clone();
        url.set_fragment(Some(fragment));
        Self(url)
    }
}

impl FromStr for WebhookUrl {
    type Err = WebhookUrlError;

    fn from_str(text: &str) -> Result<Self, WebhookUrlError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for WebhookUrl {
    type Error = WebhookUrlError;

    fn try_from(text: &str) -> Result<Self, WebhookUrlError> {
        Self::parse(text)
    }
}

impl From<WebhookUrlError> for crate::error::Error {
    fn from(error: WebhookUrlError) -> Self {
        Self::invalid_input("url", error.to_string()).with_source(error)
    }
}

/// Queries may hold tokens, and user information passwords: scheme and host are shown.
impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.host_str().unwrap_or_default();
        write!(f, "WebhookUrl({}://{host}/…)", self.0.scheme())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_scheme_and_host_alone() {
        let url = WebhookUrl::parse("https://anna:pw@a.example/x?token=sesame#rc=2").unwrap();
        assert_eq!(format!("{url:?}"), "WebhookUrl(https://a.example/…)");
    }

    #[test]
    fn https_or_this_machine() {
        assert!(WebhookUrl::parse("https://a.example/x?y#rc=2").is_ok());
        assert!(WebhookUrl::parse("http://127.0.0.1:9/x").is_ok());
        assert_eq!(
            WebhookUrl::parse("http://a.example"),
            Err(WebhookUrlError::Insecure)
        );
        assert_eq!(
            WebhookUrl::parse("a.example"),
            Err(WebhookUrlError::Malformed)
        );
        let keyed = WebhookUrl::parse("https://a.example/x?a=b#rc=2")
            .unwrap()
            .with_query("k", "1 2");
        assert_eq!(keyed.as_str(), "https://a.example/x?a=b&k=1+2#rc=2");
        assert_eq!(keyed.fragment(), Some("rc=2"));
        let other = keyed.with_fragment("rp=ct,5xx&x= #");
        assert_eq!(
            other.as_str(),
            "https://a.example/x?a=b&k=1+2#rp=ct,5xx&x=%20#"
        );
        assert_eq!(
            WebhookUrl::parse("https://a.example").unwrap().fragment(),
            None
        );
    }
}
