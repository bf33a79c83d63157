//! One load per key, shared by all who wait for it.
//!
//! A load is a task of its own, so that a waiter who goes away ends nothing. Its [`Ticket`] takes it off the list whatever
//! becomes of it, so that a load that panics wedges nobody.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use voice_core::error::Error;

use super::load::broke_off;
use super::{Cached, PromptKey};

/// What a load ended with, for all who waited.
pub(super) type Outcome<V> = Result<Cached<V>, Arc<Error>>;

/// Where the outcome of a load will appear.
pub(super) type Waiter<V> = watch::Receiver<Option<Outcome<V>>>;

/// The loads that are under way.
pub(super) struct Flights<V>(Mutex<HashMap<PromptKey, Arc<Flight<V>>>>);

struct Flight<V> {
    waiter: Waiter<V>,
    /// Nothing but the service's answer will do.
    asks_service: bool,
    /// What it brings is outdated already: waiters get it, the cache does not.
    obsolete: AtomicBool,
}

impl<V> Flights<V> {
    pub(super) fn new() -> Self {
        Self(Mutex::default())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PromptKey, Arc<Flight<V>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Send + Sync + 'static> Flights<V> {
    /// Waits for the load of `key` that is under way, or begins one: then there is a ticket, and its holder must load.
    pub(super) fn join(self: &Arc<Self>, key: &PromptKey) -> (Waiter<V>, Option<Ticket<V>>) {
        let mut flights = self.lock();
        if let Some(flight) = flights.get(key) {
            return (flight.waiter.clone(), None);
        }
        let (waiter, ticket) = self.board(&mut flights, key, false);
        (waiter, Some(ticket))
    }

    /// The same for a load that asks the service; one that may make do with less is outdated by it.
    pub(super) fn join_service(
        self: &Arc<Self>,
        key: &PromptKey,
    ) -> (Waiter<V>, Option<Ticket<V>>) {
        let mut flights = self.lock();
        if let Some(flight) = flights.get(key) {
            if flight.asks_service {
                return (flight.waiter.clone(), None);
            }
            flight.obsolete.store(true, Ordering::Relaxed);
        }
        let (waiter, ticket) = self.board(&mut flights, key, true);
        (waiter, Some(ticket))
    }

    /// Begins a load whatever is under way; what that brings is outdated.
    pub(super) fn replace(self: &Arc<Self>, key: &PromptKey) -> (Waiter<V>, Ticket<V>) {
        let mut flights = self.lock();
        if let Some(old) = flights.remove(key) {
            old.obsolete.store(true, Ordering::Relaxed);
        }
        self.board(&mut flights, key, true)
    }

    fn board(
        self: &Arc<Self>,
        flights: &mut HashMap<PromptKey, Arc<Flight<V>>>,
        key: &PromptKey,
        asks_service: bool,
    ) -> (Waiter<V>, Ticket<V>) {
        let (sender, waiter) = watch::channel(None);
        let flight = Arc::new(Flight {
            waiter: waiter.clone(),
            asks_service,
            obsolete: AtomicBool::new(false),
        });
        flights.insert(key.clone(), Arc::clone(&flight));
        let ticket = Ticket {
            flights: Arc::clone(self),
            flight,
            key: key.clone(),
            sender,
        };
        (waiter, ticket)
    }

    /// Makes loads under way outdated, and does `then` before any of them can end.
    pub(super) fn retire<R>(
        &self,
        which: impl Fn(&PromptKey) -> bool,
        then: impl FnOnce() -> R,
    ) -> R {
        let mut flights = self.lock();
        flights.retain(|key, flight| {
            let retired = which(key);
            if retired {
                flight.obsolete.store(true, Ordering::Relaxed);
            }
            !retired
        });
        then()
    }
}

/// The duty to load one key.
pub(super) struct Ticket<V> {
    flights: Arc<Flights<V>>,
    flight: Arc<Flight<V>>,
    key: PromptKey,
    sender: watch::Sender<Option<Outcome<V>>>,
}

impl<V> Ticket<V> {
    pub(super) fn key(&self) -> &PromptKey {
        &self.key
    }

    /// Ends the load: does `store` unless what it brings is outdated, and only then tells the waiters, so that whoever comes
    /// finds either the load or what it brought. Tells whether it was stored.
    pub(super) fn settle(self, outcome: Outcome<V>, store: impl FnOnce()) -> bool {
        let mut flights = self.flights.lock();
        let is_current = !self.flight.obsolete.load(Ordering::Relaxed);
        if is_current {
            store();
            flights.remove(&self.key);
        }
        drop(flights);
        self.sender.send_replace(Some(outcome));
        is_current
    }
}

impl<V> Drop for Ticket<V> {
    fn drop(&mut self) {
        let mut flights = self.flights.lock();
        let is_ours = flights
            .get(&self.key)
            .is_some_and(|flight| Arc::ptr_eq(flight, &self.flight));
        if is_ours {
            flights.remove(&self.key);
        }
    }
}

/// Waits for the outcome of a load.
pub(super) async fn wait<V>(mut waiter: Waiter<V>) -> Outcome<V> {
    match waiter.wait_for(Option::is_some).await {
        Ok(outcome) => outcome
            .clone()
            .unwrap_or_else(|| Err(Arc::new(broke_off()))),
        Err(_) => Err(Arc::new(broke_off())),
    }
}
