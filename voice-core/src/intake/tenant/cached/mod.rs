//! [`CachedDirectory`]: keeps a directory's answers, and goes on with them when it fails.

mod flight;
mod options;
mod shelf;
#[cfg(test)]
mod tests;

use std::fmt;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use serde_json::Value;
use tokio::runtime::Handle;
use tracing::Instrument;

use super::{TenantDirectory, TenantId, TenantRoute};
use crate::clock::{SharedClock, timeout};
use crate::error::{Error, ErrorKind};
use crate::ident::E164;
use flight::{Landing, copy, flight, no_runtime};
use shelf::{Kept, Shelf};

pub use options::{DirectoryCacheOptions, DirectoryCacheStats};

/// Puts a cache in front of any directory.
///
/// - What was found is kept for a minute, that there is nothing for ten seconds, each in a bounded place of its own, so
///   that calls to made-up numbers push no tenant out.
/// - However many ask for the same thing at once, the directory is asked once. The question outlives whoever asked it.
/// - The directory gets two seconds. When it fails or is late, what was found before is **served on** for up to a day, and
///   for the next second nobody waits for it who can be served so. That there was nothing is not served on.
///
/// All of these are [`DirectoryCacheOptions`]; [`stats`](Self::stats) counts what happened. It needs a running tokio
/// runtime. Clones share the cache.
///
/// ```
/// use std::sync::Arc;
/// use voice_core::clock::SystemClock;
/// use voice_core::ident::E164;
/// use voice_core::intake::tenant::{CachedDirectory, MemoryDirectory, TenantDirectory, TenantId, TenantRoute};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let database = Arc::new(MemoryDirectory::new());
/// let number = E164::parse("+14155550123")?;
/// database.put_route(number, TenantRoute::to(TenantId::parse("acme")?));
/// let directory = CachedDirectory::new(Arc::clone(&database), SystemClock::shared());
/// assert!(directory.route(&number).await?.is_some());
/// database.remove_route(&number);
/// assert!(directory.route(&number).await?.is_some(), "for up to a minute");
/// directory.forget_route(&number);
/// assert!(directory.route(&number).await?.is_none());
/// assert_eq!(directory.stats().asked, 2);
/// # Ok(())
/// # }
/// ```
pub struct CachedDirectory<D>(Arc<Inner<D>>);

struct Inner<D> {
    directory: D,
    options: DirectoryCacheOptions,
    clock: SharedClock,
    routes: Shelf<E164, TenantRoute>,
    documents: Shelf<TenantId, Arc<Value>>,
    /// Until when nobody waits for the directory who can be served without it.
    left_alone: Mutex<Option<Instant>>,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    asked: AtomicU64,
    hits: AtomicU64,
    negative_hits: AtomicU64,
    joined: AtomicU64,
    stale: AtomicU64,
    failures: AtomicU64,
    timeouts: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl<D: TenantDirectory> CachedDirectory<D> {
    /// A cache with the usual options.
    pub fn new(directory: D, clock: SharedClock) -> Self {
        Self::with(directory, DirectoryCacheOptions::default(), clock)
    }

    /// A cache with options of one's own.
    pub fn with(directory: D, options: DirectoryCacheOptions, clock: SharedClock) -> Self {
        Self(Arc::new(Inner {
            directory,
            routes: Shelf::new(options.capacity),
            documents: Shelf::new(options.capacity),
            options,
            clock,
            left_alone: Mutex::new(None),
            counts: Counts::default(),
        }))
    }

    /// The directory behind it.
    #[must_use]
    pub fn inner(&self) -> &D {
        &self.0.directory
    }

    /// What happened so far.
    #[must_use]
    pub fn stats(&self) -> DirectoryCacheStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counts = &self.0.counts;
        DirectoryCacheStats {
            asked: read(&counts.asked),
            hits: read(&counts.hits),
            negative_hits: read(&counts.negative_hits),
            joined: read(&counts.joined),
            stale_served: read(&counts.stale),
            failures: read(&counts.failures),
            timeouts: read(&counts.timeouts),
            routes: self.0.routes.len(),
            documents: self.0.documents.len(),
        }
    }

    /// Forgets where a number leads, and any answer that is on its way.
    pub fn forget_route(&self, number: &E164) {
        self.0.routes.forget(number);
    }

    /// Forgets a tenant's document, and any answer that is on its way.
    pub fn forget_document(&self, tenant: &TenantId) {
        self.0.documents.forget(tenant);
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.0.routes.clear();
        self.0.documents.clear();
    }
}

/// Which shelf of a cache is meant.
type Which<D, K, V> = fn(&Inner<D>) -> &Shelf<K, V>;

impl<D: TenantDirectory> Inner<D> {
    /// The answer for a key: kept, from the directory, or, when that fails, from before.
    async fn get<K, V, Asked>(
        self: &Arc<Self>,
        which: Which<D, K, V>,
        key: &K,
        ask: impl FnOnce(Arc<Self>, K) -> Asked,
    ) -> Result<Option<V>, Error>
    where
        K: Clone + Eq + Hash + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
        Asked: Future<Output = Result<Option<V>, Error>> + Send + 'static,
    {
        let shelf = which(self);
        let (flight, question) = {
            let mut places = shelf.lock();
            let now = self.clock.now();
            match places.kept(key, now, &self.options) {
                Kept::Found(value) => {
                    count(&self.counts.hits);
                    return Ok(Some(value));
                }
                Kept::Nothing => {
                    count(&self.counts.negative_hits);
                    return Ok(None);
                }
                Kept::Stale(value) if self.is_left_alone(now) => {
                    count(&self.counts.stale);
                    return Ok(Some(value));
                }
                Kept::Stale(_) | Kept::Unknown => {}
            }
            match places.flight(key) {
                Some(flight) => (flight, None),
                None => {
                    let (answer, flight) = flight();
                    let ticket = places.take_off(key, flight.clone());
                    (flight, Some((ticket, answer)))
                }
            }
        };
        match question {
            // Not under the lock: a runtime that shuts down drops the task at once, which takes the lock.
            Some((ticket, answer)) => {
                let landing = Landing {
                    inner: Arc::clone(self),
                    which,
                    ticket,
                };
                let runtime = Handle::try_current().map_err(|_| no_runtime())?;
                let asked = ask(Arc::clone(self), key.clone());
                // It ends by itself; its answer comes through the channel.
                drop(runtime.spawn(landing.ask(asked, answer).in_current_span()));
            }
            None => count(&self.counts.joined),
        }
        let error = match flight.await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let stale = shelf.lock().stale(key, self.clock.now(), &self.options);
        match stale {
            Some(value) => {
                count(&self.counts.stale);
                Ok(Some(value))
            }
            None => Err(copy(&error)),
        }
    }

    async fn ask<V>(
        &self,
        asked: impl Future<Output = Result<Option<V>, Error>>,
    ) -> Result<Option<V>, Error> {
        count(&self.counts.asked);
        let limit = self.options.timeout;
        let error = match timeout(&*self.clock, limit, asked).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error,
            Err(_) => {
                count(&self.counts.timeouts);
                Error::new(
                    ErrorKind::Timeout,
                    format!("the directory did not answer within {limit:?}"),
                )
                .with_operation("directory", "tenants.read")
            }
        };
        count(&self.counts.failures);
        tracing::warn!(%error, "the directory of tenants failed");
        Err(error)
    }

    fn is_left_alone(&self, now: Instant) -> bool {
        let until = self
            .left_alone
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| now < until)
    }

    fn leave_alone(&self, until: Option<Instant>) {
        *self
            .left_alone
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = until;
    }
}

#[async_trait]
impl<D: TenantDirectory> TenantDirectory for CachedDirectory<D> {
    async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error> {
        self.0
            .get(
                |inner| &inner.routes,
                number,
                |inner, number| async move { inner.directory.route(&number).await },
            )
            .await
    }

    async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error> {
        let document = self
            .0
            .get(
                |inner| &inner.documents,
                tenant,
                |inner, tenant| async move {
                    Ok(inner.directory.document(&tenant).await?.map(Arc::new))
                },
            )
            .await?;
        Ok(document.map(|document| Value::clone(&document)))
    }
}

impl<D> Clone for CachedDirectory<D> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<D: fmt::Debug> fmt::Debug for CachedDirectory<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedDirectory")
            .field("directory", &self.0.directory)
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}
