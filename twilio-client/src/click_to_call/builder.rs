//! Puts a [`ClickToCall`] together.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use voice_core::clock::SharedClock;
use voice_core::error::{Error, ErrorKind};
use voice_core::flow::click_to_call::{
    ClickEvent, ClickRoutes, ClickStore, ConnectTokens, Contacts, MemoryClickStore, RingAgent,
};
use voice_core::ident::{E164, PublicHttpsUrl};

use super::options::{BadSignature, KeyPress, Options};
use super::phrases::Phrases;
use super::service::{ClickToCall, Inner, Listener};
use crate::client::{PROVIDER, TwilioClient};
use crate::webhook::SignatureValidator;

/// Settings of a [`ClickToCall`]; begun by [`ClickToCall::builder`] or [`ClickToCall::from_environment`].
#[must_use = "a builder does nothing until it is built"]
pub struct ClickToCallBuilder {
    calls: Arc<dyn RingAgent>,
    clock: SharedClock,
    from: E164,
    routes: ClickRoutes,
    validator: SignatureValidator,
    contacts: Arc<dyn Contacts>,
    tokens: Result<ConnectTokens, Error>,
    store: Arc<dyn ClickStore>,
    phrases: Phrases,
    options: Options,
    listener: Option<Listener>,
}

impl ClickToCallBuilder {
    pub(super) fn new(
        client: &TwilioClient,
        from: E164,
        base: PublicHttpsUrl,
        validator: SignatureValidator,
        tokens: Result<ConnectTokens, Error>,
        contacts: Arc<dyn Contacts>,
    ) -> Self {
        Self {
            calls: Arc::new(client.clone()),
            clock: Arc::clone(client.raw().clock()),
            from,
            routes: ClickRoutes::new(base),
            validator,
            contacts,
            tokens,
            store: Arc::new(MemoryClickStore::new()),
            phrases: Phrases::new(),
            options: Options::default(),
            listener: None,
        }
    }

    /// The keys of the tokens, the one that signs first. Several at once let them be rotated.
    pub fn token_keys(mut self, keys: impl IntoIterator<Item = SecretString>) -> Self {
        self.tokens = ConnectTokens::new(keys);
        self
    }

    /// Where the records are kept; in memory unless set, which serves one process.
    pub fn store(mut self, store: Arc<dyn ClickStore>) -> Self {
        self.store = store;
        self
    }

    /// Changes paths and the name of the token's parameter; the base stays.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn routes(
        mut self,
        change: impl FnOnce(ClickRoutes) -> Result<ClickRoutes, Error>,
    ) -> Result<Self, Error> {
        self.routes = change(self.routes)?;
        Ok(self)
    }

    /// What is spoken.
    pub fn phrases(mut self, phrases: Phrases) -> Self {
        self.phrases = phrases;
        self
    }

    /// Whether the agent must press a key.
    pub fn key_press(mut self, key_press: KeyPress) -> Self {
        self.options.key_press = key_press;
        self
    }

    /// What a request with a bad signature is answered.
    pub fn bad_signature(mut self, answer: BadSignature) -> Self {
        self.options.bad_signature = answer;
        self
    }

    /// How long a key is waited for: 10 s unless set.
    pub fn key_timeout(mut self, limit: Duration) -> Self {
        self.options.key_timeout = limit;
        self
    }

    /// How long the lead's telephone rings, 1 to 600 s: 30 s unless set.
    pub fn lead_ring_timeout(mut self, limit: Duration) -> Self {
        self.options.lead_ring = limit;
        self
    }

    /// Longest time agent and lead may speak: 4 h unless set.
    pub fn lead_time_limit(mut self, limit: Duration) -> Self {
        self.options.lead_limit = limit;
        self
    }

    /// How long the application's callback may take, and how long the handler with everything in it: 8 s and 12 s unless set.
    pub fn limits(mut self, callback: Duration, handler: Duration) -> Self {
        self.options.callback_limit = callback;
        self.options.handler_limit = handler;
        self
    }

    /// Hears of each decision, beside the log. Called by the handler; be quick.
    pub fn on_event(mut self, listener: impl Fn(&ClickEvent) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// Another clock; the client's unless set.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Builds it. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for token keys that are missing or short, and for limits: the handler's must be at most 13 s, and
    /// the callback's below it.
    pub fn build(self) -> Result<ClickToCall, Error> {
        let config =
            |text: &str| Error::new(ErrorKind::Config, text).with_operation(PROVIDER, "build");
        let options = self.options;
        if options.handler_limit > Options::MOST {
            return Err(config(
                "the handler's limit must be at most 13 s: Twilio waits 15 s, and the network takes its part",
            ));
        }
        if options.callback_limit.is_zero() || options.callback_limit >= options.handler_limit {
            return Err(config(
                "the callback's limit must be above zero and below the handler's",
            ));
        }
        let seconds = |limit: Duration, most| (1..=most).contains(&limit.as_secs());
        if !seconds(options.lead_ring, 600)
            || !seconds(options.key_timeout, 600)
            || !seconds(options.lead_limit, 24 * 3600)
        {
            return Err(config(
                "the lead rings 1 to 600 s and speaks 1 s to 24 h, and a key is waited for 1 to 600 s",
            ));
        }
        Ok(ClickToCall::from_inner(Inner {
            calls: self.calls,
            store: self.store,
            tokens: self.tokens?,
            routes: self.routes,
            validator: self.validator,
            contacts: self.contacts,
            from: self.from,
            phrases: self.phrases,
            options,
            clock: self.clock,
            listener: self.listener,
        }))
    }
}

impl fmt::Debug for ClickToCallBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClickToCallBuilder")
            .field("routes", &self.routes)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
