//! Reading: the fast way, and the others.

use std::sync::Arc;
use std::time::Duration;

use voice_core::clock::timeout;
use voice_core::error::{Error, ErrorKind};

use super::core::{Inner, PromptCache};
use super::flight::{Outcome, Ticket, Waiter, wait};
use super::load::How;
use super::memory::{Found, Freshness, Terms};
use super::share::copy;
use super::{CacheValue, Cached, GetOptions, PromptKey, RefreshMode, Source};

impl<V: CacheValue> PromptCache<V> {
    /// The prompt, by the cache's settings. What is in memory is given at once; see the [module page](super).
    ///
    /// # Errors
    /// The loader's, when there is nothing else to give: no prompt of an age that serves, no snapshot, no fallback.
    pub async fn get(&self, key: &PromptKey) -> Result<Cached<V>, Error> {
        self.get_with(key, &GetOptions::new()).await
    }

    /// The prompt, as this read wants it.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn get_with(
        &self,
        key: &PromptKey,
        options: &GetOptions<V>,
    ) -> Result<Cached<V>, Error> {
        let terms = self.0.terms(key, options);
        if let Some(found) = self.0.at_once(key, options, &terms) {
            return Ok(found);
        }
        // On the heap, so that a hit does not carry the state of all the rest.
        Box::pin(self.0.get_slowly(key, options, terms)).await
    }

    /// What memory has, without waiting for anything: fresh, or expired within the limits, in which case a refresh begins in
    /// the background (inside a tokio runtime; outside there is none). Counted like any read that finds something.
    #[must_use]
    pub fn get_now(&self, key: &PromptKey, options: &GetOptions<V>) -> Option<Cached<V>> {
        let terms = self.0.terms(key, options);
        self.0.at_once(key, options, &terms)
    }

    /// Loads the prompt from the service now, whatever is cached, and keeps it. A load that is under way already does not
    /// count: it may bring what was true before.
    ///
    /// # Errors
    /// The loader's. What was cached stays, unless there is no such prompt any more.
    pub async fn refresh_now(&self, key: &PromptKey) -> Result<Cached<V>, Error> {
        let terms = self.0.terms(key, &GetOptions::new());
        let (waiter, ticket) = self.0.flights.replace(key);
        self.0.launch(ticket, How::Service, terms);
        wait(waiter).await.map_err(|error| copy(&error))
    }
}

impl<V: CacheValue> Inner<V> {
    fn refresh_mode(&self, options: &GetOptions<V>) -> RefreshMode {
        options.refresh.unwrap_or(self.settings.refresh)
    }

    fn at_once(
        self: &Arc<Self>,
        key: &PromptKey,
        options: &GetOptions<V>,
        terms: &Terms,
    ) -> Option<Cached<V>> {
        if terms.ttl.is_zero() {
            return None;
        }
        match self.memory.look(key, self.clock.now(), terms) {
            Found::Fresh(value, age) => {
                self.counters.hits.up();
                Some(Cached::new(value, Source::Memory, age))
            }
            Found::Stale(value, age) => {
                let may_try = self.health.may_try(key, self.clock.now());
                if self.refresh_mode(options) == RefreshMode::Blocking && may_try {
                    return None;
                }
                self.counters.stale_hits.up();
                if may_try {
                    self.refresh_behind(key, *terms);
                }
                Some(Cached::new(value, Source::Stale, age))
            }
            Found::Missing(_) | Found::Nothing => None,
        }
    }

    /// Starts a refresh in the background unless one is under way.
    fn refresh_behind(self: &Arc<Self>, key: &PromptKey, terms: Terms) {
        if let (_, Some(ticket)) = self.flights.join(key) {
            self.begin(ticket, How::Fresh, terms);
        }
    }

    /// Starts a load, unless one that ended since memory was looked at brought what this one is for.
    fn begin(self: &Arc<Self>, ticket: Ticket<V>, how: How, terms: Terms) {
        let found = match how {
            How::Service => Found::Nothing,
            How::Anything | How::Fresh => self.memory.look(ticket.key(), self.clock.now(), &terms),
        };
        let outcome = match found {
            Found::Fresh(value, age) => Ok(Cached::new(value, Source::Memory, age)),
            Found::Missing(error) => Err(error),
            Found::Stale(..) | Found::Nothing => return self.launch(ticket, how, terms),
        };
        ticket.settle(outcome, || ());
    }

    async fn get_slowly(
        self: &Arc<Self>,
        key: &PromptKey,
        options: &GetOptions<V>,
        terms: Terms,
    ) -> Result<Cached<V>, Error> {
        if terms.ttl.is_zero() {
            return self.bypass(key, options).await;
        }
        // Somebody may have brought it since the first look.
        let reserve = match self.memory.look(key, self.clock.now(), &terms) {
            Found::Fresh(value, age) => {
                self.counters.hits.up();
                return Ok(Cached::new(value, Source::Memory, age));
            }
            Found::Missing(error) => {
                self.counters.negative_hits.up();
                return self.fallback(key, options).ok_or_else(|| copy(&error));
            }
            Found::Stale(value, age) => {
                self.counters.stale_hits.up();
                Some(Cached::new(value, Source::Stale, age))
            }
            Found::Nothing => {
                self.counters.misses.up();
                None
            }
        };
        self.load_or_reserve(key, options, terms, reserve).await
    }

    /// Waits for a load, and no longer than there is reason to when something else is at hand.
    async fn load_or_reserve(
        self: &Arc<Self>,
        key: &PromptKey,
        options: &GetOptions<V>,
        terms: Terms,
        stale: Option<Cached<V>>,
    ) -> Result<Cached<V>, Error> {
        let is_expired = stale.is_some();
        let has_reserve = is_expired || self.has_snapshot(key) || self.has_fallback(options);
        if has_reserve && self.health.in_trouble() && !self.health.may_try(key, self.clock.now()) {
            return self.reserve(key, options, stale);
        }
        let how = match self.refresh_mode(options) {
            RefreshMode::StaleWhileRevalidate => How::Anything,
            RefreshMode::Blocking => How::Fresh,
        };
        let mut outcome = self.join(key, options, terms, how, has_reserve).await;
        if matches!(&outcome, Some(Ok(found)) if terms.judge(found.age()) == Freshness::Dead) {
            // Somebody else's load, by terms that allow more than these.
            outcome = self
                .join(key, options, terms, How::Service, has_reserve)
                .await;
        }
        match outcome {
            Some(Ok(found)) => {
                if terms.judge(found.age()) != Freshness::Fresh
                    && self.health.may_try(key, self.clock.now())
                {
                    self.refresh_behind(key, terms);
                }
                Ok(found)
            }
            Some(Err(error)) if error.is_not_found() => {
                self.fallback(key, options).ok_or_else(|| copy(&error))
            }
            Some(Err(error)) if !has_reserve => Err(copy(&error)),
            Some(Err(_)) | None => self.reserve(key, options, stale),
        }
    }

    /// Waits for the load that is under way, or for one of its own.
    async fn join(
        self: &Arc<Self>,
        key: &PromptKey,
        options: &GetOptions<V>,
        terms: Terms,
        how: How,
        has_reserve: bool,
    ) -> Option<Outcome<V>> {
        let (waiter, ticket) = match how {
            How::Anything | How::Fresh => self.flights.join(key),
            How::Service => self.flights.join_service(key),
        };
        if let Some(ticket) = ticket {
            self.begin(ticket, how, terms);
        }
        match has_reserve {
            false => Some(wait(waiter).await),
            true => self.wait_patiently(waiter, options).await,
        }
    }

    /// The outcome, or nothing when it takes too long. While the service is known to be in trouble any wait is too long.
    async fn wait_patiently(
        &self,
        waiter: Waiter<V>,
        options: &GetOptions<V>,
    ) -> Option<Outcome<V>> {
        let patience = if self.health.in_trouble() {
            Duration::ZERO
        } else {
            options.patience.unwrap_or(self.settings.patience)
        };
        if patience.is_zero() {
            // Without a timer, which would take its millisecond.
            return waiter.borrow().clone();
        }
        match timeout(&*self.clock, patience, wait(waiter)).await {
            Ok(outcome) => Some(outcome),
            Err(_) => {
                self.health.set_trouble();
                None
            }
        }
    }

    /// Asks the service for this read alone.
    async fn bypass(
        self: &Arc<Self>,
        key: &PromptKey,
        options: &GetOptions<V>,
    ) -> Result<Cached<V>, Error> {
        self.counters.bypasses.up();
        let limit = if self.has_fallback(options) {
            options.patience.unwrap_or(self.settings.patience)
        } else {
            self.settings.load_timeout
        };
        let error = match timeout(&*self.clock, limit, self.ask(key)).await {
            Ok(Ok(value)) => return Ok(Cached::new(value, Source::Service, Duration::ZERO)),
            Ok(Err(error)) => Arc::new(error),
            Err(_) => Arc::new(super::load::too_late(limit)),
        };
        if error.is_not_found() {
            self.flights
                .retire(|other| other == key, || self.forget_missing(key, &error));
            self.unshare(key).await;
        }
        self.fallback(key, options).ok_or_else(|| copy(&error))
    }

    fn has_snapshot(&self, key: &PromptKey) -> bool {
        self.snapshot
            .as_ref()
            .is_some_and(|snapshot| snapshot.holds(key))
    }

    fn has_fallback(&self, options: &GetOptions<V>) -> bool {
        options.fallback.is_some() || self.settings.fallback.is_some()
    }

    /// What is at hand instead: the expired prompt, the snapshot's, the fallback.
    fn reserve(
        &self,
        key: &PromptKey,
        options: &GetOptions<V>,
        stale: Option<Cached<V>>,
    ) -> Result<Cached<V>, Error> {
        stale
            .or_else(|| {
                let (value, stored_at) = self.snapshot.as_ref()?.get(key)?;
                self.counters.snapshot_hits.up();
                let age = self.clock.wall().duration_since(stored_at);
                Some(Cached::new(
                    value,
                    Source::Snapshot,
                    age.unwrap_or_default(),
                ))
            })
            .or_else(|| self.fallback(key, options))
            .ok_or_else(|| {
                // Somebody took away what was there when we began to wait.
                Error::new(
                    ErrorKind::Unavailable,
                    "the service is in trouble, and nothing else is at hand",
                )
            })
    }

    fn fallback(&self, key: &PromptKey, options: &GetOptions<V>) -> Option<Cached<V>> {
        let fallback = options
            .fallback
            .as_ref()
            .or(self.settings.fallback.as_ref())?;
        self.counters.fallbacks.up();
        Some(Cached::new(
            fallback.make(key),
            Source::Fallback,
            Duration::ZERO,
        ))
    }
}
