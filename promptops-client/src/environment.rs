//! A client from environment variables; the one part of the crate that reads them.

use std::str::FromStr;
use std::time::Duration;

use voice_core::client::ClientOptions;
use voice_core::config::Environment;
use voice_core::error::Error;
use voice_core::transport::HttpTransport;

use crate::PROVIDER;
use crate::builder::{
    PromptOpsClientBuilder, TIMEOUT_RULE, check_key, check_secret, check_timeout,
};
use crate::client::{CacheSwitch, PromptOpsClient};
use crate::preset::{Origin, Preset};

const KEY: &str = "PROMPTOPS_API_KEY";
const SECRET: &str = "PROMPTOPS_SECRET_KEY";
const BASE: &str = "PROMPTOPS_BASE_URL";
const PRESET: &str = "PROMPTOPS_ENVIRONMENT";
const TIMEOUT: &str = "PROMPTOPS_TIMEOUT";
const TTL: &str = "PROMPTOPS_CACHE_TTL";
const CACHE: &str = "PROMPTOPS_ENABLE_CACHE";
const REDIS: &str = "REDIS_URL";

/// Whole milliseconds.
struct Millis(Duration);

impl FromStr for Millis {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u64>() {
            Ok(millis) if digits => Ok(Self(Duration::from_millis(millis))),
            _ => Err("is a whole number of milliseconds"),
        }
    }
}

impl FromStr for CacheSwitch {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Self::On),
            "false" => Ok(Self::Off),
            _ => Err("is true or false"),
        }
    }
}

/// A text that parsed as an origin, as it was written.
struct OriginText(String);

impl FromStr for OriginText {
    type Err = <Origin as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Origin>().map(|_| Self(text.to_owned()))
    }
}

/// A URL of Redis; its parts are the cache's business.
struct RedisUrl(String);

impl FromStr for RedisUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = ["redis://", "rediss://", "unix://", "redis+unix://"];
        match known.iter().any(|scheme| text.starts_with(scheme)) {
            true => Ok(Self(text.to_owned())),
            false => Err("begins with redis:// or rediss://"),
        }
    }
}

impl PromptOpsClientBuilder {
    /// A builder with what an environment says; see [`PromptOpsClient::from_env`] for the names. Everything else can still
    /// be set, and what is set goes before what was read.
    ///
    /// # Errors
    /// One [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) error that names everything missing or malformed,
    /// never a value.
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        let mut reader = environment.reader(PROVIDER);
        let key = reader.secret(&[KEY]);
        if let Some(Err(rule)) = key.as_ref().map(check_key) {
            reader.malformed(KEY, rule);
        }
        let secret = reader.optional_secret(&[SECRET]);
        if let Some(Err(rule)) = secret.as_ref().map(check_secret) {
            reader.malformed(SECRET, rule);
        }
        let origin = reader.optional::<OriginText>(&[BASE]);
        let preset = reader.optional::<Preset>(&[PRESET]);
        let timeout = reader.optional::<Millis>(&[TIMEOUT]);
        if timeout
            .as_ref()
            .is_some_and(|limit| check_timeout(limit.0).is_err())
        {
            reader.malformed(TIMEOUT, format!("{TIMEOUT_RULE}, in milliseconds"));
        }
        let ttl = reader.optional::<Millis>(&[TTL]);
        let cache = reader.optional::<CacheSwitch>(&[CACHE]);
        let redis = reader.optional::<RedisUrl>(&[REDIS]);
        reader.finish()?;

        let mut builder = Self::default();
        builder.api_key = key;
        builder.secret_key = secret;
        builder.origin = origin.map(|origin| origin.0);
        builder.preset = preset;
        builder.timeout = timeout.map(|limit| limit.0);
        builder.settings.cache_ttl = ttl.map(|ttl| ttl.0);
        builder.settings.cache = cache;
        builder.settings.redis_url = redis.map(|url| url.0.into());
        Ok(builder)
    }
}

impl PromptOpsClient {
    /// A client from the environment of this process, through the proxy the environment names, if any (`HTTPS_PROXY`).
    ///
    /// | setting | variable |
    /// |---|---|
    /// | API key | `PROMPTOPS_API_KEY` |
    /// | secret; without it the key is sent alone | `PROMPTOPS_SECRET_KEY` |
    /// | origin | `PROMPTOPS_BASE_URL` |
    /// | [`Preset`]: `development`, `staging`, `production` | `PROMPTOPS_ENVIRONMENT` |
    /// | attempt timeout, in **milliseconds** | `PROMPTOPS_TIMEOUT` |
    /// | cache TTL, in **milliseconds** | `PROMPTOPS_CACHE_TTL` |
    /// | cache: `true`, `false` | `PROMPTOPS_ENABLE_CACHE` |
    /// | Redis | `REDIS_URL` |
    ///
    /// A variable goes before the preset. The last three are kept in [`settings`](Self::settings) for the cache. An empty
    /// variable counts as unset. No port of this machine is ever probed to guess the environment.
    ///
    /// # Errors
    /// One [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) error that names everything missing or malformed,
    /// never a value.
    pub fn from_env() -> Result<Self, Error> {
        let http = HttpTransport::builder().system_proxy();
        PromptOpsClientBuilder::from_environment(&Environment::process())?
            .options(ClientOptions::new().http(http))
            .build()
    }

    /// A client from given settings under the same names as [`from_env`](Self::from_env), without a proxy.
    ///
    /// # Errors
    /// As for [`from_env`](Self::from_env).
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        PromptOpsClientBuilder::from_environment(environment)?.build()
    }
}

/// An API key in the form this crate takes.
#[cfg(feature = "doctor")]
struct KeyText;

#[cfg(feature = "doctor")]
impl FromStr for KeyText {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check_key(&text.to_owned().into()).map(|()| Self)
    }
}

/// A secret in the form this crate takes.
#[cfg(feature = "doctor")]
struct SecretText;

#[cfg(feature = "doctor")]
impl FromStr for SecretText {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check_secret(&text.to_owned().into()).map(|()| Self)
    }
}

/// A timeout within its range.
#[cfg(feature = "doctor")]
struct TimeoutText;

#[cfg(feature = "doctor")]
impl FromStr for TimeoutText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let limit = text.parse::<Millis>()?;
        let wrong = || format!("{TIMEOUT_RULE}, in milliseconds");
        check_timeout(limit.0).map(|()| Self).map_err(|_| wrong())
    }
}

/// A check of the same variables by the same rules.
#[cfg(feature = "doctor")]
pub(crate) fn check(environment: Environment) -> voice_core::doctor::EnvironmentCheck {
    voice_core::doctor::EnvironmentCheck::new(environment)
        .required::<KeyText>(&[KEY])
        .optional::<SecretText>(&[SECRET])
        .optional::<OriginText>(&[BASE])
        .optional::<Preset>(&[PRESET])
        .optional::<TimeoutText>(&[TIMEOUT])
        .optional::<Millis>(&[TTL])
        .optional::<CacheSwitch>(&[CACHE])
        .optional::<RedisUrl>(&[REDIS])
        .mistaken(
            KEY,
            &["PROMPTOPS_KEY", "PROMPTOPS_APIKEY", "PROMPTOPS_TOKEN"],
        )
        .mistaken(SECRET, &["PROMPTOPS_SECRET", "PROMPTOPS_API_SECRET"])
}
