//! A client from environment variables; the one part of the crate that reads them.

use voice_core::client::ClientOptions;
use voice_core::config::{Environment, Reader};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, ApiKeySid, AuthToken, E164};
use voice_core::transport::HttpTransport;

use crate::builder::TwilioClientBuilder;
use crate::client::{PROVIDER, TwilioClient};
use crate::host::{Edge, Region};

impl TwilioClientBuilder {
    /// A builder with what an environment says; see [`TwilioClient::from_env`] for the names. Everything else can still
    /// be set.
    ///
    /// # Errors
    /// One [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) error that names everything missing or malformed,
    /// never a value.
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        let mut reader = environment.reader(PROVIDER);
        let (builder, _) = Self::read(&mut reader);
        reader.finish()?;
        Ok(builder)
    }

    /// Reads the settings, and leaves what is wrong with the reader; the Auth Token is returned if it was read.
    pub(crate) fn read(reader: &mut Reader<'_>) -> (Self, Option<AuthToken>) {
        let account = reader.required::<AccountSid>(&["TWILIO_ACCOUNT_SID"]);
        let mut builder = TwilioClient::builder();
        let mut auth_token = None;
        if reader.has(&["TWILIO_API_KEY", "TWILIO_API_SECRET"]) {
            let key = reader.required::<ApiKeySid>(&["TWILIO_API_KEY"]);
            let secret = reader.secret(&["TWILIO_API_SECRET"]);
            if let (Some(key), Some(secret)) = (key, secret) {
                builder = builder.api_key(key, secret);
            }
        } else if let Some(token) = reader.required::<AuthToken>(&["TWILIO_AUTH_TOKEN"]) {
            auth_token = Some(token.clone());
            builder = builder.auth_token(token);
        }
        let region = reader.optional::<Region>(&["TWILIO_REGION"]);
        let edge = reader.optional::<Edge>(&["TWILIO_EDGE"]);
        region_needs_edge(reader, region.as_ref());
        if let Some(account) = account {
            builder = builder.account_sid(account);
        }
        if let Some(region) = region {
            builder = builder.region(region);
        }
        if let Some(edge) = edge {
            builder = builder.edge(edge);
        }
        (builder, auth_token)
    }
}

fn region_needs_edge(reader: &mut Reader<'_>, region: Option<&Region>) {
    if region.is_some_and(|region| !region.is_default()) && !reader.has(&["TWILIO_EDGE"]) {
        reader.malformed(
            "TWILIO_EDGE",
            "a region other than us1 needs an edge as well (without one, requests are processed in us1 and refused)",
        );
    }
}

impl TwilioClient {
    /// A client from the environment of this process, through the proxy the environment names, if any (`HTTPS_PROXY`).
    ///
    /// | variable | |
    /// |---|---|
    /// | `TWILIO_ACCOUNT_SID` | the account (`AC…`); required |
    /// | `TWILIO_API_KEY`, `TWILIO_API_SECRET` | an API key (`SK…`) and its secret; used for requests when set |
    /// | `TWILIO_AUTH_TOKEN` | the account's token; required when there is no API key |
    /// | `TWILIO_REGION`, `TWILIO_EDGE` | a region other than `us1` needs both |
    ///
    /// An empty variable counts as unset.
    ///
    /// # Errors
    /// One [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) error that names everything missing or malformed,
    /// never a value.
    pub fn from_env() -> Result<Self, Error> {
        let http = HttpTransport::builder().system_proxy();
        TwilioClientBuilder::from_environment(&Environment::process())?
            .options(ClientOptions::new().http(http))
            .build()
    }

    /// A client from given settings under the same names as [`from_env`](Self::from_env), without a proxy.
    ///
    /// # Errors
    /// As for [`from_env`](Self::from_env).
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        TwilioClientBuilder::from_environment(environment)?.build()
    }
}

/// The number to call from, out of `TWILIO_PHONE_NUMBER`.
///
/// ```
/// use voice_core::config::Environment;
///
/// let env = Environment::from_pairs([("TWILIO_PHONE_NUMBER", "+14155550123")]);
/// assert_eq!(twilio_client::phone_number_from(&env)?, "+14155550123");
/// # Ok::<(), voice_core::error::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) when it is missing or not E.164.
pub fn phone_number_from(environment: &Environment) -> Result<E164, Error> {
    let mut reader = environment.reader(PROVIDER);
    let number = reader.required::<E164>(&["TWILIO_PHONE_NUMBER"]);
    reader.finish()?;
    // `finish` has reported what was missing; this cannot be reached without a number.
    number.ok_or_else(|| {
        Error::new(
            voice_core::error::ErrorKind::Config,
            "TWILIO_PHONE_NUMBER is not set",
        )
    })
}

/// The number to call from, out of `TWILIO_PHONE_NUMBER` in the environment of this process.
///
/// # Errors
/// As for [`phone_number_from`].
pub fn phone_number_from_env() -> Result<E164, Error> {
    phone_number_from(&Environment::process())
}
