//! A URL that is a key: whoever has it may read or write what it leads to.

use std::fmt;

use http::Uri;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::is_loopback;

/// A presigned URL of somebody's storage: `https`, or `http` to this machine only. It is shown nowhere, and wiped from
/// memory when it is dropped.
///
/// ```
/// use voice_core::transport::SecretUrl;
///
/// let url = SecretUrl::parse("https://storage.example/bucket/file?signature=abc")?;
/// assert_eq!(format!("{url:?}"), "SecretUrl([REDACTED])");
/// assert!(SecretUrl::parse("http://storage.example/file").is_err(), "no file over plain http");
/// # Ok::<(), voice_core::transport::SecretUrlError>(())
/// ```
#[derive(Clone)]
pub struct SecretUrl(SecretString);

/// Why a text is no such URL. It never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretUrlError {
    /// Not an absolute URL with a host.
    #[error("not an absolute URL with a host")]
    Malformed,
    /// Neither `https` nor `http`.
    #[error("the scheme must be https")]
    Scheme,
    /// `http` to another machine.
    #[error("plain http is allowed to this machine only; it must be https")]
    Insecure,
    /// A user or password before the host.
    #[error("a user or password stands before the host")]
    Credentials,
}

impl SecretUrl {
    /// Parses and checks a URL; a fragment is dropped.
    ///
    /// # Errors
    /// [`SecretUrlError`] says which rule broke.
    pub fn parse(text: &str) -> Result<Self, SecretUrlError> {
        let url = Url::parse(text.trim()).map_err(|_| SecretUrlError::Malformed)?;
        Self::checked(url)
    }

    /// The rules for where a request without credentials may go.
    pub(crate) fn checked(mut url: Url) -> Result<Self, SecretUrlError> {
        match (url.scheme(), url.host()) {
            ("https" | "http", None) => return Err(SecretUrlError::Malformed),
            ("https", Some(_)) => {}
            ("http", Some(host)) if is_loopback(&host) => {}
            ("http", Some(_)) => return Err(SecretUrlError::Insecure),
            _ => return Err(SecretUrlError::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(SecretUrlError::Credentials);
        }
        url.set_fragment(None);
        // Too long for a request, or with a character that URLs allow and requests do not.
        Uri::try_from(url.as_str()).map_err(|_| SecretUrlError::Malformed)?;
        Ok(Self(String::from(url).into()))
    }

    /// As the target of a request. It was checked that it is one.
    pub(crate) fn to_uri(&self) -> Result<Uri, http::uri::InvalidUri> {
        Uri::try_from(self.0.expose_secret())
    }
}

impl ExposeSecret<str> for SecretUrl {
    fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretUrl([REDACTED])")
    }
}

impl std::str::FromStr for SecretUrl {
    type Err = SecretUrlError;

    fn from_str(text: &str) -> Result<Self, SecretUrlError> {
        Self::parse(text)
    }
}

impl From<SecretUrlError> for crate::error::Error {
    fn from(error: SecretUrlError) -> Self {
        Self::invalid_input("url", error.to_string()).with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_https_or_this_machine_and_no_user() {
        for good in [
            "https://s.example/x?sig=1",
            "http://127.0.0.1:1/x",
            "http://localhost/x",
            "http://[::1]:9",
            "https://s.example/x|y?a={b}#c",
        ] {
            assert!(SecretUrl::parse(good).is_ok(), "{good}");
        }
        let cases = [
            ("http://10.0.0.1/x", SecretUrlError::Insecure),
            ("http://localhost.evil.test/x", SecretUrlError::Insecure),
            ("ftp://s.example/x", SecretUrlError::Scheme),
            ("data:text/plain,x", SecretUrlError::Scheme),
            ("https://u:p@s.example/x", SecretUrlError::Credentials),
            ("/x", SecretUrlError::Malformed),
            ("", SecretUrlError::Malformed),
        ];
        for (bad, error) in cases {
            assert_eq!(SecretUrl::parse(bad).unwrap_err(), error, "{bad}");
        }
        let long = format!("https://s.example/{}", "x".repeat(70_000));
        assert_eq!(
            SecretUrl::parse(&long).unwrap_err(),
            SecretUrlError::Malformed
        );
    }

    proptest! {
        #[test]
        fn what_was_parsed_can_be_sent_to(rest in "\\PC{0,60}") {
            if let Ok(url) = SecretUrl::parse(&format!("https://s.example/{rest}")) {
                let uri = url.to_uri().unwrap();
                prop_assert_eq!(uri.scheme_str(), Some("https"));
                prop_assert_eq!(uri.host(), Some("s.example"));
                let shown = format!("{url:?}");
                prop_assert!(!shown.contains("example"));
            }
        }
    }
}
