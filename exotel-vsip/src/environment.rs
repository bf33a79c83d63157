//! A client from environment variables; the one part of the crate that reads them.
//!
//! Two families of names are in use: the current one of the vendor's pages and the one of its samples of 2025. Each
//! setting is looked for under the current name first, on its own, so that a mixture works.

use voice_core::client::ClientOptions;
use voice_core::config::Environment;
use voice_core::error::Error;
use voice_core::transport::HttpTransport;

use crate::PROVIDER;
use crate::account::AccountName;
use crate::builder::{ExotelClientBuilder, check_key, check_secret};
use crate::client::ExotelClient;
use crate::region::Region;

pub(crate) const KEY: [&str; 2] = ["EXOTEL_API_KEY", "EXO_AUTH_KEY"];
pub(crate) const TOKEN: [&str; 2] = ["EXOTEL_API_TOKEN", "EXO_AUTH_TOKEN"];
pub(crate) const ACCOUNT: [&str; 2] = ["EXOTEL_ACCOUNT_SID", "EXO_ACCOUNT_SID"];
pub(crate) const HOST: [&str; 2] = ["EXOTEL_SUBDOMAIN", "EXO_SUBSCRIBIX_DOMAIN"];

impl ExotelClientBuilder {
    /// A builder with what an environment says; see [`ExotelClient::from_env`] for the names. Everything else can still
    /// be set.
    ///
    /// # Errors
    /// One [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) error that names everything missing or malformed,
    /// never a value.
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        let mut reader = environment.reader(PROVIDER);
        let key = reader.secret(&KEY);
        if let Some(Err(rule)) = key.as_ref().map(check_key) {
            reader.malformed(in_use(environment, KEY), rule);
        }
        let token = reader.secret(&TOKEN);
        if let Some(Err(rule)) = token.as_ref().map(check_secret) {
            reader.malformed(in_use(environment, TOKEN), rule);
        }
        let account = reader.required::<AccountName>(&ACCOUNT);
        let region = reader.optional::<Region>(&HOST);
        reader.finish()?;
        let mut builder = Self::default();
        builder.account = account;
        builder.key = key;
        builder.token = token;
        builder.region = region.unwrap_or_default();
        Ok(builder)
    }
}

/// The name under which a setting is set.
fn in_use(environment: &Environment, [current, older]: [&'static str; 2]) -> &'static str {
    if environment.has(current) {
        current
    } else {
        older
    }
}

impl ExotelClient {
    /// A client from the environment of this process, through the proxy the environment names, if any (`HTTPS_PROXY`).
    ///
    /// | setting | variable | or |
    /// |---|---|---|
    /// | key | `EXOTEL_API_KEY` | `EXO_AUTH_KEY` |
    /// | token | `EXOTEL_API_TOKEN` | `EXO_AUTH_TOKEN` |
    /// | account | `EXOTEL_ACCOUNT_SID` | `EXO_ACCOUNT_SID` |
    /// | host, `api.in.exotel.com` unless set | `EXOTEL_SUBDOMAIN` | `EXO_SUBSCRIBIX_DOMAIN` |
    ///
    /// The first name wins, setting by setting. An empty variable counts as unset; blanks around a value, a common cause
    /// of refused credentials, are an error of their own. The host may be written as a URL.
    ///
    /// # Errors
    /// One [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) error that names everything missing or malformed,
    /// never a value.
    pub fn from_env() -> Result<Self, Error> {
        let http = HttpTransport::builder().system_proxy();
        ExotelClientBuilder::from_environment(&Environment::process())?
            .options(ClientOptions::new().http(http))
            .build()
    }

    /// A client from given settings under the same names as [`from_env`](Self::from_env), without a proxy.
    ///
    /// # Errors
    /// As for [`from_env`](Self::from_env).
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        ExotelClientBuilder::from_environment(environment)?.build()
    }
}
