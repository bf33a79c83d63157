//! The door: who may call, with which token, and what they say.

use std::fmt;
use std::net::IpAddr;

use http::header;
use subtle::{Choice, ConstantTimeEq};
use voice_core::error::{Error, ErrorKind};
use voice_core::provider::CallKey;
use voice_core::secret::{ExposeSecret, SecretString};
use voice_core::webhook::{WebhookRequest, WebhookUrl};

use super::body;
use super::error::CallbackError;
use super::report::StatusCallback;
use super::sources::CallbackSources;
use crate::provider::CALL_KEY;

/// Most bytes of a callback: 64 KiB.
pub const MAX_BODY: usize = body::MAX_BODY;

/// Takes callbacks in; see the [module page](super).
///
/// Without a token and without sources everybody is let in: then a callback is no more than a hint to look.
#[derive(Clone)]
#[must_use]
pub struct CallbackReceiver {
    tokens: Vec<SecretString>,
    parameter: String,
    sources: Option<CallbackSources>,
}

impl Default for CallbackReceiver {
    fn default() -> Self {
        Self {
            tokens: Vec::new(),
            parameter: "token".to_owned(),
            sources: None,
        }
    }
}

impl CallbackReceiver {
    /// A receiver that lets everybody in.
    pub fn new() -> Self {
        Self::default()
    }

    /// Expects a token in the URL's query. Given several times, each of them is let in, and [`url`](Self::url) hands out the
    /// one given last: the way to change it while calls go on.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for an empty or blank token: anybody could guess it.
    pub fn token(mut self, token: SecretString) -> Result<Self, Error> {
        if token.expose_secret().trim().is_empty() {
            return Err(Error::new(
                ErrorKind::Config,
                "an empty callback token is refused: anybody could guess it",
            ));
        }
        self.tokens.push(token);
        Ok(self)
    }

    /// The query parameter the token stands in; `token` unless set.
    pub fn token_parameter(mut self, name: impl Into<String>) -> Self {
        self.parameter = name.into();
        self
    }

    /// Expects the sender among these addresses.
    pub fn sources(mut self, sources: CallbackSources) -> Self {
        self.sources = Some(sources);
        self
    }

    /// `url` with the token: what to give to a call as its status callback. It is a secret.
    #[must_use]
    pub fn url(&self, url: &WebhookUrl) -> WebhookUrl {
        match self.tokens.last() {
            Some(token) => url.with_query(&self.parameter, token.expose_secret()),
            None => url.clone(),
        }
    }

    /// Checks the sender and the token, in this order, and reads the callback only then. `peer` is the address of the
    /// connection; where sources are expected, a callback without one is refused.
    ///
    /// # Errors
    /// [`CallbackError`] says why it is refused, and which HTTP status to answer with.
    pub fn receive(
        &self,
        request: &WebhookRequest<'_>,
        peer: Option<IpAddr>,
    ) -> Result<StatusCallback, CallbackError> {
        if let Some(sources) = &self.sources {
            let allowed = peer.is_some_and(|peer| sources.allows(peer, request.headers));
            if !allowed {
                return Err(CallbackError::Source);
            }
        }
        if !self.tokens.is_empty() {
            let given = parameter(request.url, &self.parameter).unwrap_or_default();
            if !self.is_expected(&given) {
                return Err(CallbackError::Token);
            }
        }
        let content_type = match request.headers.get(header::CONTENT_TYPE) {
            None => None,
            Some(value) => Some(value.to_str().map_err(|_| CallbackError::ContentType)?),
        };
        let key = parameter(request.url, CALL_KEY).and_then(|key| CallKey::new(key).ok());
        Ok(StatusCallback::parse(content_type, request.body)?.with_key(key))
    }

    /// Every token is compared, each in constant time, so that the time taken tells nothing but a length.
    fn is_expected(&self, given: &str) -> bool {
        let none = Choice::from(0);
        let found = self.tokens.iter().fold(none, |found, token| {
            found | token.expose_secret().as_bytes().ct_eq(given.as_bytes())
        });
        found.into()
    }
}

/// The first value of a query parameter.
fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .find(|(own, _)| own == name)
        .map(|(_, value)| value.into_owned())
}

impl fmt::Debug for CallbackReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackReceiver")
            .field("tokens", &self.tokens.len())
            .field("parameter", &self.parameter)
            .field("sources", &self.sources)
            .finish()
    }
}
