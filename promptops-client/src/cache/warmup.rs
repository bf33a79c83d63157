//! Warming up at start, and insisting on what must be there.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::runtime::Handle;
use tracing::Instrument;
use voice_core::clock::timeout;
use voice_core::error::{Error, ErrorKind, FieldError};

use super::core::{Inner, PromptCache};
use super::flight::Outcome;
use super::load::{broke_off, too_late};
use super::memory::{Found, Freshness};
use super::share::copy;
use super::{CacheValue, Cached, GetOptions, PromptKey, Source};
use crate::snapshot::SnapshotLevel;

/// What became of one key of a warm-up.
#[derive(Debug)]
#[non_exhaustive]
pub struct WarmupEntry<V> {
    /// The key.
    pub key: PromptKey,
    /// The prompt, or why there is none.
    pub outcome: Result<Cached<V>, Error>,
}

/// What became of a warm-up, one entry per key in the order of the keys.
#[derive(Debug)]
#[non_exhaustive]
pub struct WarmupReport<V> {
    /// The entries.
    pub entries: Vec<WarmupEntry<V>>,
}

impl<V> WarmupReport<V> {
    /// How many were loaded.
    #[must_use]
    pub fn loaded(&self) -> usize {
        self.entries.len() - self.failed().count()
    }

    /// Those that were not, and why.
    pub fn failed(&self) -> impl Iterator<Item = (&PromptKey, &Error)> {
        self.entries
            .iter()
            .filter_map(|entry| Some((&entry.key, entry.outcome.as_ref().err()?)))
    }

    /// Whether every key was loaded.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failed().next().is_none()
    }
}

impl<V: CacheValue> PromptCache<V> {
    /// Loads these prompts from the service in as few requests as the loader needs, whatever is cached. One that fails keeps
    /// nobody else's from being loaded, and leaves what was cached as it was.
    pub async fn warmup(&self, keys: &[PromptKey]) -> WarmupReport<V> {
        let inner = Arc::clone(&self.0);
        let owned = keys.to_vec();
        // A task of its own: others may wait for what it loads, and whoever asked for it may go away.
        let outcomes = match Handle::try_current() {
            Ok(runtime) => runtime
                .spawn(async move { inner.warm(owned).await }.in_current_span())
                .await
                .unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        let mut outcomes = outcomes.into_iter();
        let entries = keys.iter().map(|key| WarmupEntry {
            key: key.clone(),
            outcome: outcomes
                .next()
                .unwrap_or_else(|| Err(Arc::new(broke_off())))
                .map_err(|error| copy(&error)),
        });
        WarmupReport {
            entries: entries.collect(),
        }
    }

    /// Warms up, and insists: every prompt must be had from the service, the second level or the snapshot. Call it at start,
    /// and do not serve without. A fallback does not count.
    ///
    /// # Errors
    /// One that names every id that is not to be had, with its reason as a field; its kind is that of the first.
    pub async fn require(&self, keys: &[PromptKey]) -> Result<(), Error> {
        let report = self.warmup(keys).await;
        let mut missing: Option<(Error, Vec<FieldError>)> = None;
        for (key, error) in report.failed() {
            let is_there = !error.is_not_found() && self.0.is_there(key).await;
            if !is_there {
                let field = FieldError::new(key.id().as_str(), error.message());
                missing
                    .get_or_insert_with(|| (Error::new(error.kind(), ""), Vec::new()))
                    .1
                    .push(field);
            }
        }
        let Some((first, fields)) = missing else {
            return Ok(());
        };
        let names: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
        let text = format!("prompts that must be there are not: {}", names.join(", "));
        let error = Error::new(first.kind(), text);
        Err(fields.into_iter().fold(error, Error::with_field))
    }
}

impl<V: CacheValue> Inner<V> {
    async fn warm(&self, keys: Vec<PromptKey>) -> Vec<Outcome<V>> {
        let asked_at = self.clock.wall();
        // A load of each key is under way as far as everybody else is concerned: they wait for this one.
        let tickets: Vec<_> = keys.iter().map(|key| self.flights.replace(key).1).collect();
        let results = self.load_many(&keys).await;
        let mut outcomes = Vec::with_capacity(keys.len());
        let mut news = Vec::with_capacity(keys.len());
        for ((key, ticket), result) in keys.iter().zip(tickets).zip(results) {
            let outcome = result
                .map(|value| Cached::new(value, Source::Service, Duration::ZERO))
                .map_err(Arc::new);
            match &outcome {
                Ok(_) => self.health.succeeded(key),
                Err(error) => self.note_failure(key, error),
            }
            news.push(self.settle_here(ticket, &outcome));
            outcomes.push(outcome);
        }
        // All at once, when nobody waits any more: a store that hangs costs its limit and not that for each prompt.
        let told = keys.iter().zip(&outcomes).zip(news);
        let told = told.filter(|(_, is_news)| *is_news);
        join_all(told.map(|((key, outcome), _)| self.settle_there(key, outcome, asked_at))).await;
        if self
            .snapshot
            .as_ref()
            .is_some_and(SnapshotLevel::is_automatic)
        {
            // What failed is counted and logged.
            let _ = self.save().await;
        }
        outcomes
    }

    /// The loader's answer, one result per key whatever it does.
    async fn load_many(&self, keys: &[PromptKey]) -> Vec<Result<Arc<V>, Error>> {
        self.counters.loads.add(keys.len() as u64);
        let limit = self.settings.load_timeout;
        let load = AssertUnwindSafe(self.loader.load_many(keys)).catch_unwind();
        let mut results = match timeout(&*self.clock, limit, load).await {
            Ok(Ok(results)) => results,
            Ok(Err(_)) => keys.iter().map(|_| Err(broke_off())).collect(),
            Err(_) => keys.iter().map(|_| Err(too_late(limit))).collect(),
        };
        results.truncate(keys.len());
        while results.len() < keys.len() {
            let text = "the loader gave no result for the prompt";
            results.push(Err(Error::new(ErrorKind::Other, text)));
        }
        results
    }

    /// Whether the prompt is to be had without the service; takes it from the second level if need be.
    async fn is_there(&self, key: &PromptKey) -> bool {
        let terms = self.terms(key, &GetOptions::new());
        let now = self.clock.now();
        if matches!(
            self.memory.look(key, now, &terms),
            Found::Fresh(..) | Found::Stale(..)
        ) || self
            .snapshot
            .as_ref()
            .is_some_and(|snapshot| snapshot.holds(key))
        {
            return true;
        }
        let Some(second) = &self.second else {
            return false;
        };
        match second.read::<V>(key).await {
            Some((value, age)) if terms.judge(age) != Freshness::Dead => {
                self.keep(key, &value, age);
                true
            }
            _ => false,
        }
    }
}
