//! The bearer token of operations outside `/v1/client`, which take no API key.

use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;
use voice_core::error::Error;

/// Where the bearer token (a JWT) of operations outside `/v1/client` comes from: templates, aliases, the runtime module,
/// experiments, flags, segments, and the making of API keys.
///
/// It is asked for every attempt, so keep what is still good.
#[async_trait]
pub trait TokenSource: fmt::Debug + Send + Sync + 'static {
    /// A token that is good now.
    ///
    /// # Errors
    /// An error ends the operation before anything is sent.
    async fn token(&self) -> Result<SecretString, Error>;
}

/// A token that stays as it is.
pub(crate) struct FixedToken(pub(crate) SecretString);

#[async_trait]
impl TokenSource for FixedToken {
    async fn token(&self) -> Result<SecretString, Error> {
        Ok(self.0.clone())
    }
}

impl fmt::Debug for FixedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FixedToken")
    }
}
