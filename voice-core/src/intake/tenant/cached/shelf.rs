//! [`Shelf`]: answers of one kind, and the questions that are on their way.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, Shared};
use lru::LruCache;

use super::options::DirectoryCacheOptions;
use crate::error::Error;

pub(super) type Answer<V> = Result<Option<V>, Arc<Error>>;

/// A question on its way, which any number may wait for.
pub(super) type Flight<V> = Shared<BoxFuture<'static, Answer<V>>>;

/// Which question it is.
#[derive(Debug)]
pub(super) struct Ticket<K> {
    key: K,
    number: u64,
}

pub(super) struct Shelf<K: Eq + Hash, V>(Mutex<Places<K, V>>);

pub(super) struct Places<K: Eq + Hash, V> {
    found: LruCache<K, (V, Instant)>,
    nothing: LruCache<K, Instant>,
    flights: HashMap<K, (u64, Flight<V>)>,
    tickets: u64,
}

/// What is kept for a key.
pub(super) enum Kept<V> {
    /// This, and it is fresh.
    Found(V),
    /// That there is nothing, and it is fresh.
    Nothing,
    /// This, from before.
    Stale(V),
    /// Nothing is known.
    Unknown,
}

impl<K: Clone + Eq + Hash, V> Shelf<K, V> {
    pub(super) fn new(capacity: usize) -> Self {
        let capacity = NonZeroUsize::new(capacity).unwrap_or(NonZeroUsize::MIN);
        Self(Mutex::new(Places {
            // Not sized beforehand: a large bound is no reason to take the memory at once.
            found: LruCache::sparse(capacity),
            nothing: LruCache::sparse(capacity),
            flights: HashMap::new(),
            tickets: 0,
        }))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Places<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn len(&self) -> usize {
        self.lock().found.len()
    }

    pub(super) fn forget(&self, key: &K) {
        let mut places = self.lock();
        places.found.pop(key);
        places.nothing.pop(key);
        places.flights.remove(key);
    }

    pub(super) fn clear(&self) {
        let mut places = self.lock();
        places.found.clear();
        places.nothing.clear();
        places.flights.clear();
    }
}

impl<K: Clone + Eq + Hash, V> Places<K, V> {
    pub(super) fn kept(&mut self, key: &K, now: Instant, options: &DirectoryCacheOptions) -> Kept<V>
    where
        V: Clone,
    {
        let age = |at: Instant| now.saturating_duration_since(at);
        if let Some((value, at)) = self.found.get(key) {
            if age(*at) < options.ttl {
                return Kept::Found(value.clone());
            }
        } else if let Some(at) = self.nothing.get(key) {
            if age(*at) < options.negative_ttl {
                return Kept::Nothing;
            }
            self.nothing.pop(key);
        }
        self.stale(key, now, options)
            .map_or(Kept::Unknown, Kept::Stale)
    }

    /// What was found before, if it is not too old for that.
    pub(super) fn stale(
        &mut self,
        key: &K,
        now: Instant,
        options: &DirectoryCacheOptions,
    ) -> Option<V>
    where
        V: Clone,
    {
        let (value, at) = self.found.get(key)?;
        let age: Duration = now.saturating_duration_since(*at);
        if age <= options.max_stale {
            return Some(value.clone());
        }
        self.found.pop(key);
        None
    }

    pub(super) fn flight(&self, key: &K) -> Option<Flight<V>> {
        self.flights.get(key).map(|(_, flight)| flight.clone())
    }

    /// Puts a question on the list.
    pub(super) fn take_off(&mut self, key: &K, flight: Flight<V>) -> Ticket<K> {
        self.tickets += 1;
        self.flights.insert(key.clone(), (self.tickets, flight));
        Ticket {
            key: key.clone(),
            number: self.tickets,
        }
    }

    /// Keeps an answer, unless its key was forgotten while it was on its way.
    pub(super) fn keep(&mut self, ticket: &Ticket<K>, value: Option<V>, now: Instant) {
        if !self.is_awaited(ticket) {
            return;
        }
        let key = ticket.key.clone();
        match value {
            Some(value) => {
                self.nothing.pop(&key);
                self.found.put(key, (value, now));
            }
            None => {
                self.found.pop(&key);
                self.nothing.put(key, now);
            }
        }
    }

    pub(super) fn landed(&mut self, ticket: &Ticket<K>) {
        if self.is_awaited(ticket) {
            self.flights.remove(&ticket.key);
        }
    }

    fn is_awaited(&self, ticket: &Ticket<K>) -> bool {
        let place = self.flights.get(&ticket.key);
        place.is_some_and(|(number, _)| *number == ticket.number)
    }
}
