//! Who may use a tool: whoever has its key.

use std::fmt;

use http::{HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use subtle::{Choice, ConstantTimeEq};
use voice_core::error::{Error, ErrorKind};

use super::{ToolRequest, ToolRequestError};
use crate::PROVIDER;
use crate::types::{ApiKeyRequirement, HttpAuthRequirement, SecurityRequirement};

/// The key of a tool: where it stands in a request, and which values are good. Several may be, during a change of keys.
///
/// [`requirement`](Self::requirement) is the same as the tool's definition has to state it.
#[derive(Clone)]
pub struct ToolAccess {
    place: Place,
    keys: Vec<SecretString>,
}

#[derive(Debug, Clone)]
enum Place {
    Query(String),
    Header(HeaderName, String),
    Auth(String),
}

impl ToolAccess {
    /// The key stands in a header.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a name that is no header's, for no key, and for an empty or blank one.
    pub fn header<K: Into<SecretString>>(
        name: &str,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Self, Error> {
        let header = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| config("the name of the key's header is none"))?;
        Self::new(Place::Header(header, name.to_owned()), keys)
    }

    /// The key stands in the query. It then shows in the access logs of every proxy: prefer a header.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for an empty name, for no key, and for an empty or blank one.
    pub fn query<K: Into<SecretString>>(
        name: &str,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Self, Error> {
        if name.is_empty() {
            return Err(config("the name of the key's parameter is empty"));
        }
        Self::new(Place::Query(name.to_owned()), keys)
    }

    /// The key stands in `Authorization`, after a scheme such as `Bearer`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a scheme that is empty or has a blank, for no key, and for an empty or blank one.
    pub fn http_auth<K: Into<SecretString>>(
        scheme: &str,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Self, Error> {
        if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(config("the scheme of the key is none"));
        }
        Self::new(Place::Auth(scheme.to_owned()), keys)
    }

    fn new<K: Into<SecretString>>(
        place: Place,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Self, Error> {
        let keys: Vec<SecretString> = keys.into_iter().map(Into::into).collect();
        if keys.is_empty() {
            return Err(config("a tool needs a key"));
        }
        if keys.iter().any(|key| key.expose_secret().trim().is_empty()) {
            return Err(config("an empty key is refused: anybody has it"));
        }
        Ok(Self { place, keys })
    }

    /// What the tool's definition has to ask for, so that Ultravox sends the key here.
    #[must_use]
    pub fn requirement(&self) -> SecurityRequirement {
        let named = |name: &str| ApiKeyRequirement::new().name(name);
        match &self.place {
            Place::Query(name) => SecurityRequirement::QueryApiKey(named(name)),
            Place::Header(_, name) => SecurityRequirement::HeaderApiKey(named(name)),
            Place::Auth(scheme) => {
                SecurityRequirement::HttpAuth(HttpAuthRequirement::new().scheme(scheme.as_str()))
            }
        }
    }

    /// Checks the key of a request. All keys are compared, each in constant time.
    ///
    /// # Errors
    /// [`ToolRequestError::Denied`] for a key that is wrong, missing, or there more than once.
    pub fn check(&self, request: &ToolRequest) -> Result<(), ToolRequestError> {
        let given = match &self.place {
            Place::Query(name) => only(request.query_all(name)),
            Place::Header(name, _) => only_line(request, name),
            Place::Auth(scheme) => {
                only_line(request, &header::AUTHORIZATION).and_then(|line| after(line, scheme))
            }
        };
        let given = given.ok_or(ToolRequestError::Denied)?;
        let good = self.keys.iter().fold(Choice::from(0), |good, key| {
            good | key.expose_secret().as_bytes().ct_eq(given.as_bytes())
        });
        if bool::from(good) {
            Ok(())
        } else {
            Err(ToolRequestError::Denied)
        }
    }
}

fn only<'a>(mut values: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    match (values.next(), values.next()) {
        (value, None) => value,
        _ => None,
    }
}

fn only_line<'r>(request: &'r ToolRequest, name: &HeaderName) -> Option<&'r str> {
    let mut lines = request.headers().get_all(name).iter();
    let line: Option<&HeaderValue> = lines.next();
    line.filter(|_| lines.next().is_none())?.to_str().ok()
}

/// What follows the scheme, whose case does not matter (RFC 9110, 11.1).
fn after<'l>(line: &'l str, scheme: &str) -> Option<&'l str> {
    let (given, rest) = line.split_at_checked(scheme.len())?;
    let rest = rest.strip_prefix(' ')?;
    given
        .eq_ignore_ascii_case(scheme)
        .then(|| rest.trim_start_matches(' '))
}

fn config(message: &str) -> Error {
    Error::new(ErrorKind::Config, message).with_operation(PROVIDER, "tool_access")
}

impl fmt::Debug for ToolAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ToolAccess({:?}, {} keys)", self.place, self.keys.len())
    }
}
