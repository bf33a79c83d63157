//! [`Permit`]: a place for one call, given back on every path.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::sync::oneshot;

use super::claims::Claims;
use super::part::store_part;
use super::settings::WhenPlaceLost;
use super::tasks::{Least, Succeeded, Tasks};
use crate::clock::SharedClock;
use crate::intake::code::EventCode;
use crate::intake::log::emit;
use crate::store::{CapacityStore, Lease, LeaseLimits, Renewal, Reservation, StoreError, Tier};

/// Where places are counted, and for how long one is held without being renewed.
#[derive(Debug, Clone)]
pub(super) struct PlaceDesk {
    pub(super) store: Arc<dyn CapacityStore>,
    pub(super) clock: SharedClock,
    pub(super) tasks: Tasks,
    pub(super) ttl: Duration,
    pub(super) limit: Duration,
}

/// What came of asking for a place.
#[derive(Debug)]
pub(super) enum Place {
    /// Here it is.
    Taken(Permit),
    /// There was none.
    Full(Tier),
}

/// A place that is held. Dropped, it is given back in a task of its own, and where the store never answered again a little
/// later; what cannot be given back ends with its lease.
///
/// Places are named after calls. Should another delivery of the same call hold the place again by the time a late try gives
/// it back, that one finds it lost at its next renewal and takes it anew.
#[derive(Debug)]
pub(super) struct Permit(PlaceKeeper);

/// The same for whoever may give the place back early, or renews it: it does nothing by itself.
#[derive(Debug, Clone)]
pub(super) struct PlaceKeeper(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    desk: PlaceDesk,
    lease: Lease,
    limits: LeaseLimits,
    held: AtomicBool,
    /// Whether a request for the place may still be on its way, and be overtaken by what gives it back.
    is_open: AtomicBool,
}

/// Why renewing came to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlaceLost;

impl PlaceDesk {
    /// Takes a place. It counts as held before the store is asked, so that one that was given although no answer came is
    /// given back too.
    pub(super) async fn take(
        &self,
        lease: Lease,
        limits: LeaseLimits,
    ) -> Result<Place, StoreError> {
        let keeper = PlaceKeeper(Arc::new(Shared {
            desk: self.clone(),
            lease,
            limits,
            held: AtomicBool::new(true),
            is_open: AtomicBool::new(false),
        }));
        let permit = Permit(keeper);
        match permit.0.reserve().await? {
            Reservation::Granted => Ok(Place::Taken(permit)),
            Reservation::Full(tier) => {
                // Nothing was taken, and a place of the same name would be another's.
                permit.0.0.held.store(false, Ordering::SeqCst);
                Ok(Place::Full(tier))
            }
        }
    }
}

impl Permit {
    pub(super) fn keeper(&self) -> PlaceKeeper {
        self.0.clone()
    }

    /// Gives the place back now.
    pub(super) async fn free(self) {
        self.0.free().await;
    }

    /// Gives the place back, unless another delivery took the call over meanwhile: it holds the place under the same name.
    pub(super) async fn free_unless_taken_over(self, claims: &mut Claims) {
        match claims.hold().await {
            Some(_) => self.leave(),
            None => self.free().await,
        }
    }

    /// Leaves the place to another who holds it under the same name: another delivery took the call over.
    pub(super) fn leave(self) {
        self.0.0.held.store(false, Ordering::SeqCst);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        drop(self.0.begin_to_free());
    }
}

impl PlaceKeeper {
    async fn reserve(&self) -> Result<Reservation, StoreError> {
        let Shared {
            desk,
            lease,
            limits,
            ..
        } = &*self.0;
        self.0.is_open.store(true, Ordering::SeqCst);
        let reserved = store_part(&*desk.clock, desk.limit, || {
            desk.store.reserve(lease, *limits, desk.ttl)
        })
        .await;
        if reserved.is_ok() {
            self.0.is_open.store(false, Ordering::SeqCst);
        }
        reserved
    }

    fn is_held(&self) -> bool {
        self.0.held.load(Ordering::SeqCst)
    }

    /// Gives the place back, if it was not yet. Returns after the first try; more follow in the background.
    pub(super) async fn free(&self) {
        if let Some(tried) = self.begin_to_free() {
            // Its task may be gone with the runtime; then there is nothing to wait for.
            let _ = tried.await;
        }
    }

    fn begin_to_free(&self) -> Option<oneshot::Receiver<()>> {
        if !self.0.held.swap(false, Ordering::SeqCst) {
            return None;
        }
        let shared = Arc::clone(&self.0);
        let least = if shared.is_open.load(Ordering::SeqCst) {
            Least::Thrice
        } else {
            Least::Once
        };
        Some(self.0.desk.tasks.surely(least, move || {
            let shared = Arc::clone(&shared);
            async move {
                let Shared { desk, lease, .. } = &*shared;
                let released =
                    store_part(&*desk.clock, desk.limit, || desk.store.release(lease)).await;
                match released {
                    Ok(()) => Succeeded::Yes,
                    Err(error) => {
                        store_failed("release", &error);
                        Succeeded::No
                    }
                }
            }
        }))
    }

    /// Renews the place every third of its time, for as long as it is held. One that is lost is taken anew, and asked for
    /// again every time if there is none. Ends only when `when_lost` says that a call without a place must end.
    pub(super) async fn keep(&self, when_lost: WhenPlaceLost) -> PlaceLost {
        let desk = &self.0.desk;
        let mut is_missing = false;
        loop {
            desk.clock.sleep(desk.ttl / 3).await;
            if !self.is_held() {
                // Given back: nothing is left to do, and whoever waits for a loss waits for ever.
                std::future::pending::<()>().await;
            }
            let renewed = store_part(&*desk.clock, desk.limit, || {
                desk.store.renew(&self.0.lease, desk.ttl)
            })
            .await;
            match renewed {
                Ok(Renewal::Renewed) => is_missing = false,
                Ok(Renewal::Lost) if self.is_held() => {
                    let was_missing = is_missing;
                    is_missing = self.take_anew(was_missing).await;
                    if is_missing && when_lost == WhenPlaceLost::HangUp {
                        return PlaceLost;
                    }
                }
                Ok(Renewal::Lost) => {}
                Err(error) => store_failed("renew", &error),
            }
        }
    }

    /// Whether there was no place to be had.
    async fn take_anew(&self, was_missing: bool) -> bool {
        let outcome = self.reserve().await;
        let (word, is_missing) = match &outcome {
            Ok(Reservation::Granted) => ("taken_anew", false),
            Ok(Reservation::Full(_)) => ("missing", true),
            Err(error) => {
                store_failed("reserve", error);
                ("unknown", was_missing)
            }
        };
        if !(was_missing && is_missing) {
            emit(EventCode::LeaseLost, None, &[("place", json!(word))]);
        }
        if !self.is_held() {
            // Given back while it was being taken anew.
            self.0.held.store(true, Ordering::SeqCst);
            self.free().await;
            return false;
        }
        is_missing
    }
}

pub(super) fn store_failed(operation: &'static str, error: &StoreError) {
    emit(
        EventCode::CapacityStoreError,
        None,
        &[
            ("operation", json!(operation)),
            ("cause", json!(error.to_string())),
        ],
    );
}
