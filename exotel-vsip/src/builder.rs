//! Building a client: account, credentials, region, limits, all checked together.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use voice_core::client::{Client, ClientOptions};
use voice_core::error::{Error, ErrorKind, FieldError};
use voice_core::limits::Limiter;

use crate::PROVIDER;
use crate::account::AccountName;
use crate::client::{About, ExotelClient};
use crate::dialect::ExotelDialect;
use crate::region::Region;

/// What becomes of an address on an access list, or of a destination, that the public internet cannot reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum AddressCheck {
    /// A `tracing` event of level `WARN`, and the request is sent: the live API took such an address on an access list
    /// once, although it refuses it as a destination. The default.
    #[default]
    Warn,
    /// An [`ErrorKind::InvalidInput`] before anything is sent.
    Refuse,
}

/// Requests a minute, as documented for an account over all its keys.
pub(crate) const REQUESTS_PER_MINUTE: u32 = 200;
/// Connections at a time, as documented for an account.
pub(crate) const CONNECTIONS: u32 = 50;
/// How long a request of unknown outcome may take to show in a list.
const SETTLE: Duration = Duration::from_secs(2);

/// Puts an [`ExotelClient`] together; see [`ExotelClient::builder`].
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct ExotelClientBuilder {
    pub(crate) account: Option<AccountName>,
    pub(crate) key: Option<SecretString>,
    pub(crate) token: Option<SecretString>,
    pub(crate) region: Region,
    address_check: AddressCheck,
    requests_per_minute: u32,
    connections: u32,
    settle: Duration,
    options: ClientOptions,
}

impl Default for ExotelClientBuilder {
    fn default() -> Self {
        Self {
            account: None,
            key: None,
            token: None,
            region: Region::default(),
            address_check: AddressCheck::default(),
            requests_per_minute: REQUESTS_PER_MINUTE,
            connections: CONNECTIONS,
            settle: SETTLE,
            options: ClientOptions::default(),
        }
    }
}

impl ExotelClientBuilder {
    /// The account's short name (`account_sid`). Required.
    pub fn account(mut self, account: AccountName) -> Self {
        self.account = Some(account);
        self
    }

    /// The API key: the user of HTTP Basic. Required.
    pub fn api_key(mut self, key: impl Into<SecretString>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The API token: the password of HTTP Basic. Required.
    pub fn api_token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The region; [`Region::Mumbai`] unless set.
    pub fn region(mut self, region: Region) -> Self {
        self.region = region;
        self
    }

    /// What becomes of addresses that the public internet cannot reach; [`AddressCheck::Warn`] unless set.
    pub fn address_check(mut self, check: AddressCheck) -> Self {
        self.address_check = check;
        self
    }

    /// At most so many requests in any minute, 1 to 200; 200 unless set, which is what an account may send over all its
    /// keys and both APIs. Lower it when other programs use the account too.
    pub fn requests_per_minute(mut self, requests: u32) -> Self {
        self.requests_per_minute = requests;
        self
    }

    /// At most so many requests at the same time, 1 to 50; 50 unless set, which is what an account may hold.
    pub fn connections(mut self, connections: u32) -> Self {
        self.connections = connections;
        self
    }

    /// How long [`create_or_get`](crate::create_or_get) waits after an unknown outcome before it looks for what the server
    /// may take a second time, and before it looks again for what the server says is there; 2 s unless set.
    pub fn settle(mut self, wait: Duration) -> Self {
        self.settle = wait;
        self
    }

    /// Timeouts, retries, observers, transport; see [`ClientOptions`] for the defaults. A limiter that is set here takes
    /// the place of the client's own: share one between several clients of an account, or set one with the figures of an
    /// enterprise plan.
    pub fn options(mut self, options: ClientOptions) -> Self {
        self.options = options;
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    /// One [`ErrorKind::Config`] error that names every setting that is missing or malformed and shows no value, or what
    /// [`Client::new`] finds wrong with the options.
    pub fn build(self) -> Result<ExotelClient, Error> {
        let mut problems = Vec::new();
        if self.account.is_none() {
            problems.push(FieldError::new("account", "is not set"));
        }
        for (name, secret, check) in [
            ("api_key", &self.key, check_key as fn(&SecretString) -> _),
            ("api_token", &self.token, check_secret),
        ] {
            match secret.as_ref().map(check) {
                None => problems.push(FieldError::new(name, "is not set")),
                Some(Err(rule)) => problems.push(FieldError::new(name, rule)),
                Some(Ok(())) => {}
            }
        }
        for (name, value, most) in [
            (
                "requests_per_minute",
                self.requests_per_minute,
                REQUESTS_PER_MINUTE,
            ),
            ("connections", self.connections, CONNECTIONS),
        ] {
            if !(1..=most).contains(&value) {
                let rule =
                    format!("is 1 to {most}; for a plan with more, set a limiter in the options");
                problems.push(FieldError::new(name, rule));
            }
        }
        let base = self.region.base();
        if let Err(rule) = &base {
            problems.push(FieldError::new("region", rule.to_string()));
        }
        let (Some(account), Some(key), Some(token), Ok(base), true) = (
            self.account,
            self.key,
            self.token,
            base,
            problems.is_empty(),
        ) else {
            return Err(config(problems));
        };
        let mut options = self.options;
        if !options.has_limiter() {
            let limiter = Limiter::builder()
                .per_minute(self.requests_per_minute)
                .max_in_flight(self.connections)
                .clock(options.shared_clock())
                .build()
                .map_err(|error| config(vec![FieldError::new("limiter", error.to_string())]))?;
            options = options.limiter(limiter);
        }
        let dialect = ExotelDialect::new(&key, token, &self.region)
            .map_err(|_| config(vec![FieldError::new("api_key", "is no header value")]))?;
        let core = Client::new(Arc::new(dialect), base, PRODUCT, options)?;
        Ok(ExotelClient::new(
            core,
            About {
                account,
                region: self.region,
                address_check: self.address_check,
                settle: self.settle,
            },
        ))
    }
}

impl fmt::Debug for ExotelClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExotelClientBuilder")
            .field("account", &self.account)
            .field("has_api_key", &self.key.is_some())
            .field("has_api_token", &self.token.is_some())
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

const PRODUCT: &str = concat!("exotel-vsip/", env!("CARGO_PKG_VERSION"));

fn config(problems: Vec<FieldError>) -> Error {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("{} {}", problem.field, problem.message))
        .collect();
    let error = Error::new(ErrorKind::Config, lines.join("; ")).with_operation(PROVIDER, "build");
    problems.into_iter().fold(error, Error::with_field)
}

/// The user of HTTP Basic: a colon would end it (RFC 7617).
pub(crate) fn check_key(key: &SecretString) -> Result<(), &'static str> {
    check_secret(key)?;
    if key.expose_secret().contains(':') {
        return Err("is the key alone, without a colon and the token");
    }
    Ok(())
}

pub(crate) fn check_secret(secret: &SecretString) -> Result<(), &'static str> {
    let text = secret.expose_secret();
    if text.is_empty() {
        return Err("is empty");
    }
    if text.trim() != text {
        return Err("has blanks or a line break at its beginning or end");
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("has a blank, a line break or another character that belongs in no key");
    }
    Ok(())
}
