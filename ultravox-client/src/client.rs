//! The client and how it is built.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use voice_core::client::{Client, ClientOptions, RequestOptions};
use voice_core::config::Environment;
use voice_core::error::{Error, ErrorKind, FieldError};
use voice_core::transport::{BaseUrl, HttpTransport};

use crate::PROVIDER;
use crate::accounts::Accounts;
use crate::agents::Agents;
use crate::api_keys::ApiKeys;
use crate::call_throttles::CallThrottles;
use crate::calls::Calls;
use crate::corpora::Corpora;
use crate::deleted_calls::DeletedCalls;
use crate::dialect::UltravoxDialect;
use crate::models::Models;
use crate::schema::Schema;
use crate::sip::Sip;
use crate::telephony_configs::TelephonyConfigs;
use crate::tools::Tools;
use crate::voices::Voices;
use crate::webhook_endpoints::Webhooks;

/// Where the API is.
const BASE_URL: &str = "https://api.ultravox.ai";
/// Narrow-band telephony.
const SAMPLE_RATE: i32 = 8_000;

/// A client of the Ultravox API. Cloning it is cheap and shares everything; it can be used from any thread.
///
/// See the [crate's page](crate) for a tour.
#[derive(Clone)]
pub struct UltravoxClient {
    raw: Client,
    sample_rate: i32,
}

impl UltravoxClient {
    /// Begins building one.
    pub fn builder() -> UltravoxClientBuilder {
        UltravoxClientBuilder::default()
    }

    /// A client with the settings of this process: `ULTRAVOX_API_KEY`, optionally `ULTRAVOX_BASE_URL`, and the proxy the
    /// environment names.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] names everything that is missing or malformed, and shows no value.
    pub fn from_env() -> Result<Self, Error> {
        let transport = HttpTransport::builder().system_proxy();
        UltravoxClientBuilder::from_environment(&Environment::process())?
            .options(ClientOptions::new().http(transport))
            .build()
    }

    /// The same with settings from elsewhere, and without a proxy.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        UltravoxClientBuilder::from_environment(environment)?.build()
    }

    /// The same client with settings for the requests made through it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ultravox_client::UltravoxClient;
    /// use voice_core::client::RequestOptions;
    ///
    /// let client = UltravoxClient::builder().api_key("12345678.1234567890abcdef1234567890abcdef").build()?;
    /// let hasty = client.with(RequestOptions::new().deadline(Duration::from_secs(2)).retries(0));
    /// # Ok::<(), voice_core::error::Error>(())
    /// ```
    #[must_use]
    pub fn with(&self, options: RequestOptions) -> Self {
        Self {
            raw: self.raw.with(options),
            sample_rate: self.sample_rate,
        }
    }

    /// The account.
    #[must_use]
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts::new(&self.raw)
    }

    /// Agents, and calls started through them.
    #[must_use]
    pub fn agents(&self) -> Agents<'_> {
        Agents::new(&self.raw)
    }

    /// Calls.
    #[must_use]
    pub fn calls(&self) -> Calls<'_> {
        Calls::new(&self.raw)
    }

    /// Corpora: what agents can look things up in, and the files it is made of.
    #[must_use]
    pub fn corpora(&self) -> Corpora<'_> {
        Corpora::new(&self.raw)
    }

    /// Voices.
    #[must_use]
    pub fn voices(&self) -> Voices<'_> {
        Voices::new(&self.raw)
    }

    /// Tools that agents share.
    #[must_use]
    pub fn tools(&self) -> Tools<'_> {
        Tools::new(&self.raw)
    }

    /// Limits on how fast calls are created.
    #[must_use]
    pub fn call_throttles(&self) -> CallThrottles<'_> {
        CallThrottles::new(&self.raw)
    }

    /// The addresses Ultravox reports calls to.
    #[must_use]
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks::new(&self.raw)
    }

    /// Who may call agents over SIP, and registrations with SIP servers.
    #[must_use]
    pub fn sip(&self) -> Sip<'_> {
        Sip::new(&self.raw)
    }

    /// Credentials at telephone providers.
    #[must_use]
    pub fn telephony_configs(&self) -> TelephonyConfigs<'_> {
        TelephonyConfigs::new(&self.raw)
    }

    /// The account's API keys; undocumented.
    #[must_use]
    pub fn api_keys(&self) -> ApiKeys<'_> {
        ApiKeys::new(&self.raw)
    }

    /// The models agents can use.
    #[must_use]
    pub fn models(&self) -> Models<'_> {
        Models::new(&self.raw)
    }

    /// The API's own description.
    #[must_use]
    pub fn schema(&self) -> Schema<'_> {
        Schema::new(&self.raw)
    }

    /// What is left of deleted calls.
    #[must_use]
    pub fn deleted_calls(&self) -> DeletedCalls<'_> {
        DeletedCalls::new(&self.raw)
    }

    /// The request pipeline itself, for operations that have no method yet: signed, limited, retried and reported like
    /// any other.
    #[must_use]
    pub fn raw(&self) -> &Client {
        &self.raw
    }

    /// The sample rate, in Hz, of sessions over a plain WebSocket.
    pub(crate) fn sample_rate(&self) -> i32 {
        self.sample_rate
    }
}

impl fmt::Debug for UltravoxClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UltravoxClient")
            .field("base_url", self.raw.base_url())
            .finish_non_exhaustive()
    }
}

/// Builds an [`UltravoxClient`].
#[derive(Clone)]
#[must_use = "a builder does nothing until build() is called"]
pub struct UltravoxClientBuilder {
    api_key: Option<SecretString>,
    base_url: String,
    options: ClientOptions,
    sample_rate: i32,
}

impl Default for UltravoxClientBuilder {
    fn default() -> Self {
        Self {
            api_key: None,
            base_url: BASE_URL.to_owned(),
            options: ClientOptions::default(),
            sample_rate: SAMPLE_RATE,
        }
    }
}

impl UltravoxClientBuilder {
    /// Takes the key and the base URL from settings named as in [`UltravoxClient::from_env`]; the rest is the default.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] names everything that is missing or malformed, and shows no value.
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        const KEY: &str = "ULTRAVOX_API_KEY";
        const BASE: &str = "ULTRAVOX_BASE_URL";
        let mut reader = environment.reader(PROVIDER);
        let api_key = reader.secret(&[KEY]);
        if let Some(Err(rule)) = api_key.as_ref().map(check_key) {
            reader.malformed(KEY, rule);
        }
        let base_url = reader.optional::<BaseUrl>(&[BASE]);
        if let Some(Err(rule)) = base_url.as_ref().map(check_base) {
            reader.malformed(BASE, rule);
        }
        reader.finish()?;
        Ok(Self {
            api_key,
            base_url: base_url.map_or(BASE_URL.to_owned(), |url| url.as_str().to_owned()),
            ..Self::default()
        })
    }

    /// The key: a [`SecretString`], or a text that becomes one. It goes into the header `X-API-Key` and nowhere else.
    ///
    /// Keys have 41 characters: 8 letters and digits, a dot, and 32 more.
    pub fn api_key(mut self, key: impl Into<SecretString>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Another base URL: `https`, or `http` to this machine; without `/api`, which every path begins with.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Timeouts, retries, limiter, observers, transport.
    pub fn options(mut self, options: ClientOptions) -> Self {
        self.options = options;
        self
    }

    /// The sample rate, in Hz, of sessions that [`AgentProvider`](voice_core::provider::AgentProvider) opens for
    /// [`MediaKind::WebSocket`](voice_core::provider::MediaKind::WebSocket); 8,000, the rate of a telephone line.
    pub fn web_socket_sample_rate(mut self, hertz: i32) -> Self {
        self.sample_rate = hertz;
        self
    }

    /// Builds it. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a missing or malformed key, a base URL that is not one, a sample rate that is not
    /// positive, or a transport that cannot be built. No value is shown.
    pub fn build(self) -> Result<UltravoxClient, Error> {
        let key = self
            .api_key
            .ok_or_else(|| config("api_key", "is not set"))?;
        check_key(&key).map_err(|rule| config("api_key", rule))?;
        let base = BaseUrl::parse(&self.base_url)
            .map_err(|error| config("base_url", &error.to_string()))?;
        check_base(&base).map_err(|rule| config("base_url", rule))?;
        if self.sample_rate <= 0 {
            return Err(config("web_socket_sample_rate", "must be more than 0 Hz"));
        }
        let dialect =
            UltravoxDialect::new(key).map_err(|_| config("api_key", "is no header value"))?;
        let product = concat!("ultravox-client/", env!("CARGO_PKG_VERSION"));
        Ok(UltravoxClient {
            raw: Client::new(Arc::new(dialect), base, product, self.options)?,
            sample_rate: self.sample_rate,
        })
    }
}

impl fmt::Debug for UltravoxClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UltravoxClientBuilder")
            .field("has_api_key", &self.api_key.is_some())
            .finish_non_exhaustive()
    }
}

fn config(setting: &str, rule: &str) -> Error {
    Error::new(ErrorKind::Config, format!("{setting} {rule}"))
        .with_operation(PROVIDER, "build")
        .with_field(FieldError::new(setting, rule))
}

/// What is surely no key. The documented form is not asked for: it may change.
fn check_key(key: &SecretString) -> Result<(), &'static str> {
    let key = key.expose_secret();
    if key.is_empty() {
        return Err("is empty");
    }
    if key.starts_with("Bearer ") {
        return Err("must be the key alone, without Bearer");
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("has a blank, a line break or another character no key has");
    }
    Ok(())
}

fn check_base(base: &BaseUrl) -> Result<(), &'static str> {
    let is_doubled = base.as_str().ends_with("/api");
    (!is_doubled)
        .then_some(())
        .ok_or("must not end in /api: every path begins with it")
}
