//! Loads: started on demand, each a task of its own.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::FutureExt;
use tokio::runtime::Handle;
use tracing::Instrument;
use voice_core::clock::timeout;
use voice_core::error::{Delivery, Error, ErrorKind};

use super::core::Inner;
use super::flight::{Outcome, Ticket};
use super::memory::{Found, Freshness, Terms};
use super::share::is_trouble;
use super::{CacheValue, Cached, PromptKey, Source};

/// What a load may make do with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// Whatever the second level has, expired or not.
    Anything,
    /// What is fresh in the second level.
    Fresh,
    /// Nothing but the service's answer.
    Service,
}

impl<V: CacheValue> Inner<V> {
    /// Starts the load that `ticket` is for. Outside a runtime it is given up, and whoever waits is told.
    pub(super) fn launch(self: &Arc<Self>, ticket: Ticket<V>, how: How, terms: Terms) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let inner = Arc::clone(self);
        // The task ends with the load; nobody needs its handle.
        drop(runtime.spawn(async move { inner.fly(ticket, how, terms).await }.in_current_span()));
    }

    async fn fly(&self, ticket: Ticket<V>, how: How, terms: Terms) {
        let key = ticket.key().clone();
        let is_refresh = self.memory.holds(&key);
        let asked_at = self.clock.wall();
        let limit = self.settings.load_timeout;
        let fetched = timeout(&*self.clock, limit, self.fetch(&key, how, &terms)).await;
        let outcome: Outcome<V> = match fetched {
            Ok(outcome) => outcome.map_err(Arc::new),
            Err(_) => Err(Arc::new(too_late(limit))),
        };
        if is_refresh {
            self.counters.refreshes.up();
            if let Err(error) = &outcome {
                self.counters.refresh_errors.up();
                tracing::warn!(prompt = %key.id(), %error, "a prompt could not be refreshed");
            }
        }
        self.settle(ticket, outcome, asked_at).await;
    }

    /// The second level, then the service.
    async fn fetch(&self, key: &PromptKey, how: How, terms: &Terms) -> Result<Cached<V>, Error> {
        let mut reserve = None;
        let own = self.memory.look(key, self.clock.now(), terms);
        let has_own = matches!(own, Found::Fresh(..) | Found::Stale(..));
        if how != How::Service
            && let Some(second) = &self.second
            && let Some((value, age)) = second.read::<V>(key).await
        {
            let found = Cached::new(value, Source::SecondLevel, age);
            match terms.judge(age) {
                Freshness::Fresh => return Ok(found),
                Freshness::Stale if how == How::Anything => return Ok(found),
                // What memory holds is as good while it serves, and stays by itself.
                Freshness::Stale if !has_own => reserve = Some(found),
                Freshness::Stale | Freshness::Dead => {}
            }
        }
        match (self.ask(key).await, reserve) {
            (Err(error), Some(reserve)) if !error.is_not_found() => Ok(reserve),
            (outcome, _) => {
                outcome.map(|value| Cached::new(value, Source::Service, Duration::ZERO))
            }
        }
    }

    /// Asks the service, and learns from how it went.
    pub(super) async fn ask(&self, key: &PromptKey) -> Result<Arc<V>, Error> {
        self.counters.loads.up();
        // A loader that panics has failed, and nothing else has: neither the caller nor what is cached.
        let load = AssertUnwindSafe(self.loader.load(key)).catch_unwind();
        let outcome = load.await.unwrap_or_else(|_| Err(broke_off()));
        match &outcome {
            Ok(_) => self.health.succeeded(key),
            Err(error) => self.note_failure(key, error),
        }
        outcome
    }

    pub(super) fn note_failure(&self, key: &PromptKey, error: &Error) {
        if error.is_not_found() {
            // The service is well, and said what it knows.
            self.health.succeeded(key);
            return;
        }
        self.health.failed(key, self.clock.now());
        if is_trouble(error) {
            self.health.set_trouble();
        }
    }

    /// Puts what a load brought where it belongs.
    async fn settle(&self, ticket: Ticket<V>, outcome: Outcome<V>, asked_at: SystemTime) {
        let key = ticket.key().clone();
        if self.settle_here(ticket, &outcome) {
            self.settle_there(&key, &outcome, asked_at).await;
        }
    }

    /// In memory, at once, and tells the waiters; whether the others are to know of it.
    pub(super) fn settle_here(&self, ticket: Ticket<V>, outcome: &Outcome<V>) -> bool {
        let key = ticket.key().clone();
        ticket.settle(outcome.clone(), || match outcome {
            Ok(found) => self.keep(&key, found.value(), found.age()),
            Err(error) if error.is_not_found() => self.forget_missing(&key, error),
            Err(error) => {
                if error.kind() == ErrorKind::Timeout {
                    self.note_failure(&key, error);
                }
            }
        })
    }

    /// In the store that processes share, and in the file.
    pub(super) async fn settle_there(
        &self,
        key: &PromptKey,
        outcome: &Outcome<V>,
        asked_at: SystemTime,
    ) {
        match outcome {
            Ok(found) if found.source() == Source::Service => {
                self.share(key, found.value(), asked_at).await;
            }
            Err(error) if error.is_not_found() => self.unshare(key).await,
            Ok(_) | Err(_) => {}
        }
    }

    pub(super) fn keep(&self, key: &PromptKey, value: &Arc<V>, age: Duration) {
        let now = self.clock.now();
        if self.memory.put(key.clone(), Arc::clone(value), age, now) {
            self.counters.evictions.up();
        }
    }

    /// There is none: takes it out of memory and snapshot, and remembers that when told to.
    pub(super) fn forget_missing(&self, key: &PromptKey, error: &Arc<Error>) {
        if self.settings.negative_ttl.is_zero() {
            self.memory.remove(key);
        } else {
            let now = self.clock.now();
            if self.memory.put_missing(key.clone(), Arc::clone(error), now) {
                self.counters.evictions.up();
            }
        }
        // After memory, from which a save would bring it back.
        if let Some(snapshot) = &self.snapshot {
            snapshot.remove(key);
        }
    }

    /// Gives a fresh prompt to the other processes and to later runs.
    pub(super) async fn share(&self, key: &PromptKey, value: &Arc<V>, asked_at: SystemTime) {
        if let Some(second) = &self.second {
            second.write(key, &**value, asked_at, self.longest()).await;
        }
        let now = self.clock.now();
        if self
            .snapshot
            .as_ref()
            .is_some_and(|level| level.is_due(now))
        {
            // What failed is counted and logged.
            let _ = self.save().await;
        }
    }

    pub(super) async fn unshare(&self, key: &PromptKey) {
        if let Some(second) = &self.second {
            second.remove(key).await;
        }
    }
}

pub(super) fn broke_off() -> Error {
    Error::new(
        ErrorKind::Other,
        "the load of the prompt broke off without a result",
    )
}

pub(super) fn too_late(limit: Duration) -> Error {
    Error::new(
        ErrorKind::Timeout,
        format!("the prompt was not loaded within {limit:?}"),
    )
    .with_delivery(Delivery::Unknown)
}
