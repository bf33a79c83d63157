//! Building a client: credentials, host and settings, checked together.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use voice_core::client::{Client, ClientOptions};
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::{AccountSid, ApiKeySid, AuthToken};
use voice_core::transport::BaseUrl;

use crate::client::{PROVIDER, TwilioClient};
use crate::credentials::Credentials;
use crate::dialect::TwilioDialect;
use crate::host::{API, Bases, Edge, Product, Region, localized_base};

/// Why a client cannot be built. It is the `source()` of the [`Error`] that [`TwilioClientBuilder::build`] returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Neither an Auth Token nor an API key was given.
    #[error("credentials are missing: give auth_token(…), or api_key(…) with its secret")]
    NoCredentials,
    /// An API key (`SK…`) was given without the account it belongs to.
    #[error(
        "an API key (SK…) was given without account_sid(AC…): the key does not say which account it belongs to"
    )]
    KeyWithoutAccount,
    /// An Auth Token was given without the account it belongs to.
    #[error("account_sid(AC…) is missing")]
    NoAccount,
    /// Both an Auth Token and an API key were given.
    #[error("give either auth_token(…) or api_key(…), not both")]
    TwoCredentials,
    /// The API key's secret is empty, or has a blank or line break at an end.
    #[error("the API key's secret is empty, or has a blank or line break at its beginning or end")]
    KeySecret,
    /// A region other than `us1` was given without an edge.
    #[error(
        "a region other than us1 needs an edge as well: without one, requests are processed in us1 and refused with 401"
    )]
    RegionWithoutEdge,
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Self::new(ErrorKind::Config, error.to_string())
            .with_operation(PROVIDER, "build")
            .with_source(error)
    }
}

/// Puts a [`TwilioClient`] together; see [`TwilioClient::builder`].
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct TwilioClientBuilder {
    account: Option<AccountSid>,
    token: Option<AuthToken>,
    key: Option<(ApiKeySid, SecretString)>,
    region: Option<Region>,
    edge: Option<Edge>,
    base: Option<BaseUrl>,
    products: Vec<(Product, BaseUrl)>,
    options: ClientOptions,
}

impl TwilioClientBuilder {
    /// The account to act on (`AC…`). Required, also with an API key.
    pub fn account_sid(mut self, account: AccountSid) -> Self {
        self.account = Some(account);
        self
    }

    /// Signs with the account's Auth Token.
    pub fn auth_token(mut self, token: AuthToken) -> Self {
        self.token = Some(token);
        self
    }

    /// Signs with an API key (`SK…`) and its secret. Webhooks are still signed with the Auth Token.
    pub fn api_key(mut self, key: ApiKeySid, secret: impl Into<SecretString>) -> Self {
        self.key = Some((key, secret.into()));
        self
    }

    /// Where data is processed; `us1` unless set. Any other needs an [`edge`](Self::edge) too, and credentials of that
    /// region.
    pub fn region(mut self, region: Region) -> Self {
        self.region = Some(region);
        self
    }

    /// Where requests enter Twilio's network.
    pub fn edge(mut self, edge: Edge) -> Self {
        self.edge = Some(edge);
        self
    }

    /// Another place than `https://api.twilio.com`: a gateway or a simulator. Of a host `api.….twilio.com` the other
    /// products' hosts are derived; any other place serves all products, unless [`product_url`](Self::product_url) says
    /// otherwise. Edge and region change hosts of `twilio.com` only.
    pub fn base_url(mut self, base: BaseUrl) -> Self {
        self.base = Some(base);
        self
    }

    /// Another place for one product's requests.
    pub fn product_url(mut self, product: Product, base: BaseUrl) -> Self {
        self.products.push((product, base));
        self
    }

    /// Timeouts, retries, limiter, transport; see [`ClientOptions`] for the defaults.
    ///
    /// Twilio works up to 30 s on a request: an attempt timeout below that turns slow successes into unknown outcomes.
    pub fn options(mut self, options: ClientOptions) -> Self {
        self.options = options;
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] with a [`BuildError`] as its source, or what [`Client::new`] finds wrong with the settings.
    pub fn build(self) -> Result<TwilioClient, Error> {
        let credentials = match (self.token, self.key) {
            (None, None) => return Err(BuildError::NoCredentials.into()),
            (Some(_), Some(_)) => return Err(BuildError::TwoCredentials.into()),
            (Some(token), None) => Credentials::Token(token),
            (None, Some((key, secret))) => {
                let text = secret.expose_secret();
                if text.is_empty() || text.trim() != text {
                    return Err(BuildError::KeySecret.into());
                }
                Credentials::Key(key, secret)
            }
        };
        let account = self.account.ok_or(match credentials {
            Credentials::Token(_) => BuildError::NoAccount,
            Credentials::Key(..) => BuildError::KeyWithoutAccount,
        })?;
        if self.edge.is_none()
            && self
                .region
                .as_ref()
                .is_some_and(|region| !region.is_default())
        {
            return Err(BuildError::RegionWithoutEdge.into());
        }
        let config = |error: voice_core::transport::BaseUrlError| {
            Error::new(ErrorKind::Config, format!("base URL: {error}"))
                .with_operation(PROVIDER, "build")
                .with_source(error)
        };
        let base = match self.base {
            Some(base) => base,
            None => BaseUrl::parse(&format!("https://{API}")).map_err(config)?,
        };
        let bases = Bases::new(&base, &self.products, |base| {
            localized_base(base, self.edge.as_ref(), self.region.as_ref())
        })
        .map_err(config)?;
        let dialect = TwilioDialect::new(&account, &credentials)?;
        let api = bases.of(Product::Api).clone();
        let core = Client::new(Arc::new(dialect), api, PRODUCT, self.options)?;
        Ok(TwilioClient::new(core, bases, account, &credentials))
    }
}

/// Our own product token; never that of the official SDKs.
const PRODUCT: &str = concat!("twilio-client-rs/", env!("CARGO_PKG_VERSION"));
