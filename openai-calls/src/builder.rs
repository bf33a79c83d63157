//! How a client is put together.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use voice_core::client::{Client, ClientOptions};
use voice_core::config::Environment;
use voice_core::error::{Error, ErrorKind, FieldError};
use voice_core::transport::BaseUrl;

use crate::client::{About, OpenAiClient};
use crate::dialect::OpenAiDialect;
use crate::session::DEFAULT_MODEL;
use crate::{PROVIDER, retry};

/// Where the API is.
const BASE_URL: &str = "https://api.openai.com/v1";
/// How long a decision on a ringing call may take, all tries included.
const RINGING: Duration = Duration::from_secs(5);
/// How long one try of it may take.
const RINGING_ATTEMPT: Duration = Duration::from_secs(2);

/// Builds an [`OpenAiClient`].
#[derive(Clone)]
#[must_use = "a builder does nothing until build() is called"]
pub struct OpenAiClientBuilder {
    api_key: Option<SecretString>,
    base_url: String,
    organization: Option<String>,
    project: Option<String>,
    model: String,
    ringing: Duration,
    ringing_attempt: Duration,
    options: ClientOptions,
}

impl Default for OpenAiClientBuilder {
    fn default() -> Self {
        Self {
            api_key: None,
            base_url: BASE_URL.to_owned(),
            organization: None,
            project: None,
            model: DEFAULT_MODEL.to_owned(),
            ringing: RINGING,
            ringing_attempt: RINGING_ATTEMPT,
            options: ClientOptions::default(),
        }
    }
}

impl OpenAiClientBuilder {
    /// Takes key, base URL, organisation and project from settings named as in [`OpenAiClient::from_env`]; the rest is the
    /// default.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] names everything that is missing or malformed, and shows no value.
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        const KEY: &str = "OPENAI_API_KEY";
        const BASE: &str = "OPENAI_BASE_URL";
        const ORGANIZATION: &str = "OPENAI_ORG_ID";
        const PROJECT: &str = "OPENAI_PROJECT_ID";
        let mut reader = environment.reader(PROVIDER);
        let api_key = reader.secret(&[KEY]);
        if let Some(Err(rule)) = api_key.as_ref().map(check_key) {
            reader.malformed(KEY, rule);
        }
        let base_url = reader.optional::<BaseUrl>(&[BASE]);
        let organization = reader.optional::<String>(&[ORGANIZATION]);
        let project = reader.optional::<String>(&[PROJECT]);
        for (name, id) in [(ORGANIZATION, &organization), (PROJECT, &project)] {
            if let Some(Err(rule)) = id.as_deref().map(check_id) {
                reader.malformed(name, rule);
            }
        }
        reader.finish()?;
        Ok(Self {
            api_key,
            base_url: base_url.map_or(BASE_URL.to_owned(), |url| url.as_str().to_owned()),
            organization,
            project,
            ..Self::default()
        })
    }

    /// The key: a [`SecretString`], or a text that becomes one. It goes into `Authorization: Bearer` and nowhere else.
    pub fn api_key(mut self, key: impl Into<SecretString>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Another base URL: `https`, or `http` to this machine, with the API's version at its end, as
    /// `https://api.openai.com/v1` has it.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// The organisation that requests count for, as `OpenAI-Organization`; the key's own unless set.
    pub fn organization(mut self, id: impl Into<String>) -> Self {
        self.organization = Some(id.into());
        self
    }

    /// The project that requests count for, as `OpenAI-Project`; the key's own unless set.
    pub fn project(mut self, id: impl Into<String>) -> Self {
        self.project = Some(id.into());
        self
    }

    /// The model that answers calls taken through [`InboundCallProvider`](voice_core::provider::InboundCallProvider), unless
    /// the order names one; [`DEFAULT_MODEL`]. The health check asks for it as well.
    pub fn default_model(mut self, model: impl Into<String>) -> Self {
        self.model = model.into();
        self
    }

    /// How long a decision on a ringing call (accept, reject) may take, all tries and waits included; 5 s. A caller does
    /// not ring for ever, and a late answer is worth nothing.
    /// [`RequestOptions`](voice_core::client::RequestOptions) of the one request go before it.
    pub fn ringing_deadline(mut self, limit: Duration) -> Self {
        self.ringing = limit;
        self
    }

    /// How long one try of such a decision may take; 2 s.
    pub fn ringing_attempt_timeout(mut self, limit: Duration) -> Self {
        self.ringing_attempt = limit;
        self
    }

    /// Timeouts, limiter, observers, transport; and rules for retries in place of [OpenAI's own](crate::retry).
    pub fn options(mut self, options: ClientOptions) -> Self {
        self.options = options;
        self
    }

    /// Builds it. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a missing or malformed key, organisation, project or model, a base URL that is not one, a
    /// time of zero, or a transport that cannot be built. No value is shown.
    pub fn build(self) -> Result<OpenAiClient, Error> {
        let key = self
            .api_key
            .ok_or_else(|| config("api_key", "is not set"))?;
        check_key(&key).map_err(|rule| config("api_key", rule))?;
        let base = BaseUrl::parse(&self.base_url)
            .map_err(|error| config("base_url", &error.to_string()))?;
        let header = |setting, id: Option<String>| match id {
            None => Ok(None),
            Some(id) => {
                check_id(&id).map_err(|rule| config(setting, rule))?;
                let value = HeaderValue::from_str(&id);
                value
                    .map(Some)
                    .map_err(|_| config(setting, "is no header value"))
            }
        };
        let organization = header("organization", self.organization)?;
        let project = header("project", self.project)?;
        check_id(&self.model).map_err(|rule| config("default_model", rule))?;
        for (setting, limit) in [
            ("ringing_deadline", self.ringing),
            ("ringing_attempt_timeout", self.ringing_attempt),
        ] {
            if limit.is_zero() {
                return Err(config(setting, "must be more than zero"));
            }
        }
        let dialect = OpenAiDialect::new(key, organization, project)
            .map_err(|_| config("api_key", "is no header value"))?;
        let product = concat!("openai-calls/", env!("CARGO_PKG_VERSION"));
        let options = retry::rules(self.options);
        let dialect = Arc::new(dialect);
        let raw = Client::new(
            Arc::<OpenAiDialect>::clone(&dialect),
            base,
            product,
            options,
        )?;
        let about = About {
            model: self.model,
            ringing: self.ringing,
            ringing_attempt: self.ringing_attempt,
            dialect,
        };
        Ok(OpenAiClient::new(raw, about))
    }
}

impl fmt::Debug for OpenAiClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiClientBuilder")
            .field("has_api_key", &self.api_key.is_some())
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

fn config(setting: &str, rule: &str) -> Error {
    Error::new(ErrorKind::Config, format!("{setting} {rule}"))
        .with_operation(PROVIDER, "build")
        .with_field(FieldError::new(setting, rule))
}

/// What is surely no key. The form of keys is not asked for: it has changed before.
fn check_key(key: &SecretString) -> Result<(), &'static str> {
    let key = key.expose_secret();
    if key.is_empty() {
        return Err("is empty");
    }
    if key.starts_with("Bearer ") {
        return Err("must be the key alone, without Bearer");
    }
    if key.starts_with("whsec_") {
        return Err("is a webhook's signing secret and no API key");
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("has a blank, a line break or another character no key has");
    }
    Ok(())
}

fn check_id(id: &str) -> Result<(), &'static str> {
    if id.is_empty() {
        return Err("is empty");
    }
    if !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("has a blank, a line break or another character no id has");
    }
    Ok(())
}
