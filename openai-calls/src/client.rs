//! The client: one project, cheap to clone, a resource per accessor.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use voice_core::client::{Client, ClientOptions, Operation, RequestBuilder, RequestOptions};
use voice_core::config::Environment;
use voice_core::error::Error;
use voice_core::transport::HttpTransport;

use crate::builder::OpenAiClientBuilder;
use crate::calls::Calls;
use crate::client_secrets::ClientSecrets;
use crate::dialect::OpenAiDialect;
use crate::live_sessions::LiveSessions;
use crate::webhook_endpoints::WebhookEndpoints;

/// A client of OpenAI's Realtime calls. Cloning it is cheap and shares everything; it can be used from any thread.
///
/// See the [crate's page](crate) for a tour.
#[derive(Clone)]
pub struct OpenAiClient {
    raw: Client,
    about: Arc<About>,
}

/// What does not change from request to request.
pub(crate) struct About {
    pub(crate) model: String,
    pub(crate) ringing: Duration,
    pub(crate) ringing_attempt: Duration,
    pub(crate) dialect: Arc<OpenAiDialect>,
}

impl OpenAiClient {
    /// Begins building one.
    ///
    /// ```
    /// use openai_calls::OpenAiClient;
    ///
    /// let client = OpenAiClient::builder().api_key("sk-proj-0123456789").project("proj_1").build()?;
    /// assert_eq!(client.raw().base_url().as_str(), "https://api.openai.com/v1");
    /// # Ok::<(), voice_core::error::Error>(())
    /// ```
    pub fn builder() -> OpenAiClientBuilder {
        OpenAiClientBuilder::default()
    }

    /// A client with the settings of this process: `OPENAI_API_KEY`, optionally `OPENAI_BASE_URL`, `OPENAI_ORG_ID` and
    /// `OPENAI_PROJECT_ID`, and the proxy the environment names.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](voice_core::error::ErrorKind::Config) names everything that is missing or malformed, and shows
    /// no value.
    pub fn from_env() -> Result<Self, Error> {
        let transport = HttpTransport::builder().system_proxy();
        OpenAiClientBuilder::from_environment(&Environment::process())?
            .options(ClientOptions::new().http(transport))
            .build()
    }

    /// The same with settings from elsewhere, and without a proxy.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        OpenAiClientBuilder::from_environment(environment)?.build()
    }

    pub(crate) fn new(raw: Client, about: About) -> Self {
        Self {
            raw,
            about: Arc::new(about),
        }
    }

    /// The same client with settings for the requests made through it: timeout, deadline, retries, headers.
    #[must_use]
    pub fn with(&self, options: RequestOptions) -> Self {
        Self {
            raw: self.raw.with(options),
            about: Arc::clone(&self.about),
        }
    }

    /// Calls: create, accept, reject, refer, hang up.
    #[must_use]
    pub fn calls(&self) -> Calls<'_> {
        Calls::new(self)
    }

    /// Ephemeral secrets for browsers and apps.
    #[must_use]
    pub fn client_secrets(&self) -> ClientSecrets<'_> {
        ClientSecrets::new(&self.raw)
    }

    /// The addresses OpenAI reports to, and what they are signed with.
    #[must_use]
    pub fn webhook_endpoints(&self) -> WebhookEndpoints<'_> {
        WebhookEndpoints::new(&self.raw)
    }

    /// The same decisions about a call for GPT-Live.
    #[must_use]
    pub fn live_sessions(&self) -> LiveSessions<'_> {
        LiveSessions::new(self)
    }

    /// The request pipeline itself, for operations that have no method: signed, limited, retried and reported like any
    /// other.
    #[must_use]
    pub fn raw(&self) -> &Client {
        &self.raw
    }

    /// The model that answers calls when an order names none.
    #[must_use]
    pub fn default_model(&self) -> &str {
        &self.about.model
    }

    /// The headers every request is signed with, for a WebSocket handshake: the credentials, marked sensitive, and the
    /// organisation and the project where they are set.
    #[must_use]
    pub fn handshake_headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(4);
        self.about.dialect.sign(&mut headers);
        headers
    }

    /// Begins a request that decides on a ringing call.
    pub(crate) fn urgent<'a>(&'a self, operation: &'a Operation) -> RequestBuilder<'a> {
        let about = &*self.about;
        let request = self.raw.request(operation);
        request.within(about.ringing_attempt, about.ringing)
    }
}

impl fmt::Debug for OpenAiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiClient")
            .field("base_url", self.raw.base_url())
            .field("model", &self.about.model)
            .finish_non_exhaustive()
    }
}
