//! One question to the store for all who wait for the same tenant.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};

use super::fetch::{Fetch, Fetched};
use crate::intake::tenant::TenantId;

type Flight = Shared<BoxFuture<'static, Fetched>>;

/// The questions that are under way. Whoever waits drives the question, so that it goes on as long as anybody waits, and
/// ends with the last.
#[derive(Default, Clone)]
pub(super) struct Flights(Arc<Mutex<Board>>);

#[derive(Default)]
struct Board {
    under_way: HashMap<TenantId, (u64, WeakShared<BoxFuture<'static, Fetched>>)>,
    last: u64,
}

impl Flights {
    fn lock(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer of the question that is under way, or of a new one.
    pub(super) fn join(&self, tenant: &TenantId, fetch: &Arc<Fetch>) -> Flight {
        let mut board = self.lock();
        let flight = board.under_way.get(tenant);
        if let Some(flight) = flight.and_then(|(_, flight)| flight.upgrade()) {
            return flight;
        }
        // Somebody may have been faster between the look into the cache and the lock.
        if let Some(texts) = fetch.cache.fresh(tenant) {
            return std::future::ready(Fetched::Active(texts)).boxed().shared();
        }
        board.last += 1;
        let number = board.last;
        let place = Place {
            flights: self.clone(),
            tenant: tenant.clone(),
            number,
        };
        let flight = ask(Arc::clone(fetch), place).boxed().shared();
        if let Some(weak) = flight.downgrade() {
            board.under_way.insert(tenant.clone(), (number, weak));
        }
        flight
    }

    /// Lets the question that is under way answer those who wait, and nobody else: it may have been asked before the
    /// texts changed.
    pub(super) fn abandon(&self, tenant: &TenantId) {
        self.lock().under_way.remove(tenant);
    }
}

async fn ask(fetch: Arc<Fetch>, place: Place) -> Fetched {
    let tenant = &place.tenant;
    let asked = fetch.ask(tenant).await;
    place.if_current(|| fetch.keep(tenant, &asked));
    fetch.settle(tenant, asked)
}

/// A question's place on the board; given back when the question ends or nobody waits for it any more.
struct Place {
    flights: Flights,
    tenant: TenantId,
    number: u64,
}

impl Place {
    fn if_current(&self, act: impl FnOnce()) {
        let board = self.flights.lock();
        if self.is_current(&board) {
            act();
        }
    }

    fn is_current(&self, board: &Board) -> bool {
        let current = board.under_way.get(&self.tenant);
        current.is_some_and(|(number, _)| *number == self.number)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut board = self.flights.lock();
        if self.is_current(&board) {
            board.under_way.remove(&self.tenant);
        }
    }
}
