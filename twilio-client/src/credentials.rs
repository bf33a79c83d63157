//! Who signs the requests.

use std::fmt;

use voice_core::ident::{AccountSid, ApiKeySid, AuthToken};
use voice_core::secret::{ExposeSecret, SecretString};

/// What a client proves its identity with: HTTP Basic either way (RFC 7617).
#[derive(Clone)]
pub(crate) enum Credentials {
    /// The account's own token.
    Token(AuthToken),
    /// An API key. It says nothing of the account, which is needed beside it.
    Key(ApiKeySid, SecretString),
}

impl Credentials {
    /// User and password.
    pub(crate) fn pair<'a>(&'a self, account: &'a AccountSid) -> (&'a str, &'a str) {
        match self {
            Self::Token(token) => (account.as_str(), token.expose()),
            Self::Key(key, secret) => (key.as_str(), secret.expose_secret()),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(_) => f.write_str("Token([REDACTED])"),
            Self::Key(key, _) => write!(f, "Key({key}, [REDACTED])"),
        }
    }
}
