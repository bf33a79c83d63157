//! Building a client: credentials, origin, the way it signs, all checked together.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use voice_core::client::{Client, ClientOptions};
use voice_core::error::{Error, ErrorKind, FieldError};

use crate::PROVIDER;
use crate::client::{Latest, PromptOpsClient, Settings};
use crate::dialect::{PromptOpsDialect, Skew, SkewCorrection};
use crate::preset::{DEFAULT_ORIGIN, Origin, Preset};
use crate::signing::{Credentials, NonceSource, RandomNonces, Signer};
use crate::token::{FixedToken, TokenSource};

/// Puts a [`PromptOpsClient`] together; see [`PromptOpsClient::builder`].
#[derive(Clone, Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct PromptOpsClientBuilder {
    pub(crate) api_key: Option<SecretString>,
    pub(crate) secret_key: Option<SecretString>,
    pub(crate) origin: Option<String>,
    pub(crate) preset: Option<Preset>,
    pub(crate) timeout: Option<Duration>,
    attempts: Option<u32>,
    signer: Option<Signer>,
    nonces: Option<Arc<dyn NonceSource>>,
    skew: SkewCorrection,
    token: Option<Arc<dyn TokenSource>>,
    fixed_token: Option<SecretString>,
    latest: Latest,
    pub(crate) settings: Settings,
    options: ClientOptions,
}

impl PromptOpsClientBuilder {
    /// The API key. Required.
    pub fn api_key(mut self, key: impl Into<SecretString>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// The secret that signs. Without it the key is sent alone, which the reference server refuses.
    pub fn secret_key(mut self, secret: impl Into<SecretString>) -> Self {
        self.secret_key = Some(secret.into());
        self
    }

    /// The service's origin; `https://api.promptops.com` unless it or a preset is set. A trailing `/`, `/v1` or
    /// `/v1/client` is dropped; `http` is allowed to this machine only.
    pub fn base_url(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Named settings; what is set singly goes before them.
    pub fn preset(mut self, preset: Preset) -> Self {
        self.preset = Some(preset);
        self
    }

    /// Longest time of one attempt, 1 s to 300 s; 30 s unless set. An operation may take three times as long, and at least
    /// 90 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Attempts, the first included, 1 to 10; 4 unless set.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts);
        self
    }

    /// How requests are signed: [`Signer::hmac`] with a secret, [`Signer::BearerOnly`] without one, unless set.
    pub fn signer(mut self, signer: Signer) -> Self {
        self.signer = Some(signer);
        self
    }

    /// Where the nonces of [`Signer::LegacyNonce`] come from; [`RandomNonces`] unless set.
    pub fn nonces(mut self, source: impl NonceSource) -> Self {
        self.nonces = Some(Arc::new(source));
        self
    }

    /// Whether a refusal about the timestamp corrects the clock; it does unless set.
    pub fn skew_correction(mut self, correction: SkewCorrection) -> Self {
        self.skew = correction;
        self
    }

    /// The bearer token of operations outside `/v1/client`.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        let token = token.into();
        self.fixed_token = Some(token.clone());
        self.token = Some(Arc::new(FixedToken(token)));
        self
    }

    /// Where the bearer token of operations outside `/v1/client` comes from.
    pub fn token_source(mut self, source: impl TokenSource) -> Self {
        self.fixed_token = None;
        self.token = Some(Arc::new(source));
        self
    }

    /// Which version is the latest; the service decides unless set.
    pub fn latest(mut self, latest: Latest) -> Self {
        self.latest = latest;
        self
    }

    /// Retries, limiter, observers, clock, transport; see [`ClientOptions`] for the defaults.
    /// [`timeout`](Self::timeout), [`attempts`](Self::attempts) and a preset go before what is set here.
    pub fn options(mut self, options: ClientOptions) -> Self {
        self.options = options;
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    /// One [`ErrorKind::Config`] error that names every setting that is missing or malformed and shows no value, or what
    /// [`Client::new`] finds wrong with the options.
    pub fn build(self) -> Result<PromptOpsClient, Error> {
        let mut problems = Vec::new();
        let mut problem = |field: &str, rule: &str| problems.push(FieldError::new(field, rule));
        match self.api_key.as_ref().map(check_key) {
            None => problem("api_key", "is not set"),
            Some(Err(rule)) => problem("api_key", rule),
            Some(Ok(())) => {}
        }
        let (timeout, attempts) = (self.timeout, self.attempts);
        if timeout.is_some_and(|limit| check_timeout(limit).is_err()) {
            problem("timeout", TIMEOUT_RULE);
        }
        if attempts.is_some_and(|attempts| !(1..=10).contains(&attempts)) {
            problem("attempts", "is 1 to 10");
        }
        let origin = self.origin.as_deref();
        let origin = origin.unwrap_or_else(|| self.preset.map_or(DEFAULT_ORIGIN, Preset::origin));
        let origin = origin.parse::<Origin>();
        if let Err(rule) = &origin {
            problem("base_url", &rule.to_string());
        }
        let nonces = self.nonces.unwrap_or_else(|| Arc::new(RandomNonces::new()));
        // Without a key there is nothing to sign with, yet what is wrong with the secret is said all the same.
        let key = self.api_key.clone().unwrap_or_else(|| "-".into());
        let secret = self.secret_key.as_ref();
        let credentials = match secret.map_or(Ok(()), check_secret) {
            Ok(()) => Credentials::new(key, secret, self.signer, nonces),
            Err(rule) => Err(rule),
        };
        if let Err(rule) = &credentials {
            problem("secret_key", rule);
        }
        let (Some(api_key), Ok(Origin(base)), Ok(credentials), true) =
            (self.api_key, origin, credentials, problems.is_empty())
        else {
            return Err(config(problems));
        };

        let mut options = self.options;
        let preset = self.preset;
        if let Some(limit) = timeout.or_else(|| preset?.timeout()) {
            let deadline = limit.saturating_mul(3).max(LEAST_DEADLINE);
            options = options.attempt_timeout(limit).deadline(deadline);
        }
        if let Some(attempts) = attempts.or_else(|| preset?.attempts()) {
            options = options.retries(attempts.saturating_sub(1));
        }
        let mut settings = self.settings;
        settings.preset = preset;
        settings.cache_ttl = settings.cache_ttl.or_else(|| preset?.cache_ttl());
        let secrets = [Some(api_key), self.secret_key, self.fixed_token];
        let dialect = Arc::new(PromptOpsDialect {
            credentials,
            token: self.token,
            skew: Skew::new(self.skew),
            secrets: secrets.into_iter().flatten().collect(),
        });
        let core = Client::new(Arc::clone(&dialect) as _, base, PRODUCT, options)?;
        Ok(PromptOpsClient::new(core, dialect, settings, self.latest))
    }
}

impl fmt::Debug for PromptOpsClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptOpsClientBuilder")
            .field("has_api_key", &self.api_key.is_some())
            .field("has_secret_key", &self.secret_key.is_some())
            .field("has_token", &self.token.is_some())
            .field("preset", &self.preset)
            .field("signer", &self.signer)
            .field("latest", &self.latest)
            .finish_non_exhaustive()
    }
}

const PRODUCT: &str = concat!("promptops-client/", env!("CARGO_PKG_VERSION"));
const LEAST_DEADLINE: Duration = Duration::from_secs(90);
pub(crate) const TIMEOUT_RULE: &str = "is 1 s to 300 s";

fn config(problems: Vec<FieldError>) -> Error {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("{} {}", problem.field, problem.message))
        .collect();
    let error = Error::new(ErrorKind::Config, lines.join("; ")).with_operation(PROVIDER, "build");
    problems.into_iter().fold(error, Error::with_field)
}

pub(crate) fn check_timeout(limit: Duration) -> Result<(), &'static str> {
    let range = Duration::from_secs(1)..=Duration::from_secs(300);
    range.contains(&limit).then_some(()).ok_or(TIMEOUT_RULE)
}

/// Part of a header and of the text to sign.
pub(crate) fn check_key(key: &SecretString) -> Result<(), &'static str> {
    check_secret(key)?;
    if key
        .expose_secret()
        .bytes()
        .all(|byte| byte.is_ascii_graphic())
    {
        Ok(())
    } else {
        Err("has a blank, a line break or another character that belongs in no key")
    }
}

/// Any text that is not empty, but blanks around it are a mistake.
pub(crate) fn check_secret(secret: &SecretString) -> Result<(), &'static str> {
    let text = secret.expose_secret();
    if text.is_empty() {
        return Err("is empty: anybody could sign with it");
    }
    if text.trim() != text {
        return Err("has blanks or a line break at its beginning or end");
    }
    Ok(())
}
