//! Both ends of click-to-call.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use voice_core::clock::SharedClock;
use voice_core::error::Error;
use voice_core::flow::click_to_call::{
    ClickEvent, ClickRecord, ClickRequest, ClickRoutes, ClickStore, Clicked, ConnectTokens,
    ContactRef, Contacts, RingAgent, click_to_call, reconcile,
};
use voice_core::ident::{AuthToken, E164, PublicHttpsUrl};
use voice_core::provider::CallKey;

use super::builder::ClickToCallBuilder;
use super::options::Options;
use super::phrases::Phrases;
use crate::client::TwilioClient;
use crate::webhook::SignatureValidator;

/// Click-to-call: rings agents, and answers Twilio. Cloning it is cheap. See the [module page](super).
#[derive(Clone)]
pub struct ClickToCall {
    pub(super) inner: Arc<Inner>,
}

/// Whoever hears of each decision.
pub(super) type Listener = Arc<dyn Fn(&ClickEvent) + Send + Sync>;

pub(super) struct Inner {
    pub(super) calls: Arc<dyn RingAgent>,
    pub(super) store: Arc<dyn ClickStore>,
    pub(super) tokens: ConnectTokens,
    pub(super) routes: ClickRoutes,
    pub(super) validator: SignatureValidator,
    pub(super) contacts: Arc<dyn Contacts>,
    pub(super) from: E164,
    pub(super) phrases: Phrases,
    pub(super) options: Options,
    pub(super) clock: SharedClock,
    pub(super) listener: Option<Listener>,
}

impl ClickToCall {
    /// Begins with a client, the number both are shown, the public base URL of the handler, the account's Auth Token (which
    /// signs webhooks) and the application.
    ///
    /// Keys for tokens are derived from the Auth Token unless [given](ClickToCallBuilder::token_keys).
    ///
    /// # Errors
    /// Never in practice: an Auth Token is no empty secret.
    pub fn builder(
        client: &TwilioClient,
        from: E164,
        base: PublicHttpsUrl,
        auth_token: &AuthToken,
        contacts: Arc<dyn Contacts>,
    ) -> Result<ClickToCallBuilder, Error> {
        let secret = SecretString::from(auth_token.expose());
        let tokens = ConnectTokens::derived_from(&secret);
        let validator = SignatureValidator::new(secret)?;
        Ok(ClickToCallBuilder::new(
            client, from, base, validator, tokens, contacts,
        ))
    }

    pub(super) fn from_inner(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
        }
    }

    /// A click, with the number and clock of this service; see [`ClickRequest::new`] for the defaults.
    #[must_use]
    pub fn request(&self, agent: E164, contact: ContactRef, key: CallKey) -> ClickRequest {
        ClickRequest::new(agent, self.inner.from, contact, key).clock(Arc::clone(&self.inner.clock))
    }

    /// Rings the agent, once for each key; see [`click_to_call`].
    ///
    /// # Errors
    /// Those of [`click_to_call`].
    pub async fn call(&self, request: &ClickRequest) -> Result<Clicked, Error> {
        let inner = &*self.inner;
        click_to_call(
            &*inner.calls,
            &*inner.store,
            &inner.tokens,
            &inner.routes,
            request,
        )
        .await
    }

    /// The record of a click.
    ///
    /// # Errors
    /// The store's.
    pub async fn record(&self, key: &CallKey) -> Result<Option<ClickRecord>, Error> {
        self.inner.store.find(key).await
    }

    /// Asks Twilio what became of a click nobody has heard of; see [`reconcile`](voice_core::flow::click_to_call::reconcile).
    ///
    /// # Errors
    /// Those of [`reconcile`](voice_core::flow::click_to_call::reconcile).
    pub async fn reconcile(&self, key: &CallKey) -> Result<Option<ClickRecord>, Error> {
        let inner = &*self.inner;
        reconcile(&*inner.calls, &*inner.store, key, &inner.clock).await
    }

    /// Where the handler is reached.
    #[must_use]
    pub fn routes(&self) -> &ClickRoutes {
        &self.inner.routes
    }
}

impl fmt::Debug for ClickToCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClickToCall")
            .field("routes", &self.inner.routes)
            .field("options", &self.inner.options)
            .finish_non_exhaustive()
    }
}
