//! The end of a process that takes calls, and whether all is well before it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::calls::Stop;
use super::part::store_part;
use super::{Inner, Intake};
use crate::clock::timeout;
use crate::flow::click_to_call::guarded;
use crate::provider::{Health, HealthStatus};
use crate::store::{Claim, ClaimOwner, InUse, StoreError};

/// What becomes of calls that are not over in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WhenOver {
    /// They go on, for as long as the process does.
    Leave,
    /// They are hung up.
    HangUp,
}

/// How a drain went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// Calls that were hung up because their time was over.
    pub hung_up: usize,
    /// Calls that still go on.
    pub left: usize,
}

/// Whether calls are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Taking {
    /// They are.
    Open,
    /// No more.
    Draining,
}

/// Whether all is well.
#[derive(Debug)]
#[non_exhaustive]
pub struct IntakeHealth {
    /// Whether calls are taken.
    pub taking: Taking,
    /// Calls of this process that go on.
    pub calls: usize,
    /// Places taken over all processes, or why the store cannot say.
    pub places: Result<u32, StoreError>,
    /// Whether the store of claims works: a claim was made and given back.
    pub claims: Result<(), StoreError>,
    /// What the provider's probe found, if there is one.
    pub provider: Option<Health>,
}

impl IntakeHealth {
    /// Whether calls are taken and nothing is known to stand in their way.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        let provider = self.provider.as_ref();
        self.taking == Taking::Open
            && self.places.is_ok()
            && self.claims.is_ok()
            && provider.is_none_or(|health| health.status == HealthStatus::Ok)
    }
}

/// How long calls that were hung up may take to be cleared away, beyond their own limits.
const CLEAR_AWAY: Duration = Duration::from_secs(15);

/// Whether anything runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idle {
    /// Nothing does.
    Yes,
    /// Something still does.
    NotYet,
}

impl Intake {
    /// Takes no more calls (callers are refused for want of a place), and waits up to `patience` for those that go on, their
    /// hooks, and whatever else runs. What is then still there is left or hung up.
    ///
    /// There is no way back: a process that drains is about to end. Calls that are left lose their agent with it, and their
    /// places with their leases.
    pub async fn drain(&self, patience: Duration, then: WhenOver) -> Drained {
        let inner = &self.0;
        inner.draining.store(true, Ordering::SeqCst);
        let mut hung_up = 0;
        let is_idle = timeout(&*inner.clock, patience, inner.tasks.idle()).await;
        if is_idle.is_err() && then == WhenOver::HangUp {
            hung_up = inner.calls.stop_all(&Stop::Drained);
            let settings = &inner.settings;
            let limit = [
                settings.accept_limit,
                settings.start_limit,
                settings.hang_up_limit.saturating_mul(3),
                settings.farewell,
                CLEAR_AWAY,
            ];
            let limit = limit
                .into_iter()
                .fold(Duration::ZERO, Duration::saturating_add);
            // What is not over then is in `left`.
            let _ = timeout(&*inner.clock, limit, inner.tasks.idle()).await;
        }
        Drained {
            hung_up,
            left: inner.calls.snapshot().len(),
        }
    }

    /// Waits up to `patience` until nothing runs: no webhook is being dealt with, no call goes on, every hook has come back.
    /// Says whether that was so. It stops nothing, and a call may come in the moment after.
    pub async fn idle(&self, patience: Duration) -> Idle {
        let inner = &self.0;
        match timeout(&*inner.clock, patience, inner.tasks.idle()).await {
            Ok(()) => Idle::Yes,
            Err(_) => Idle::NotYet,
        }
    }

    /// Takes no more calls and hangs up those that go on: [`drain`](Self::drain) without patience.
    pub async fn shutdown(&self) -> Drained {
        self.drain(Duration::ZERO, WhenOver::HangUp).await
    }

    /// Asks the stores, and the provider if a probe was given, each within its time limit.
    pub async fn health(&self) -> IntakeHealth {
        let inner = &self.0;
        let (places, claims, provider) =
            tokio::join!(inner.ask_places(), inner.ask_claims(), inner.ask_provider());
        IntakeHealth {
            taking: if inner.draining.load(Ordering::SeqCst) {
                Taking::Draining
            } else {
                Taking::Open
            },
            calls: inner.calls.snapshot().len(),
            places,
            claims,
            provider,
        }
    }
}

impl Inner {
    async fn ask_places(&self) -> Result<u32, StoreError> {
        let desk = &self.places;
        // The tenant does not matter; no tenant's id has such a character.
        let in_use = store_part(&*self.clock, desk.limit, || desk.store.in_use("~health"));
        in_use.await.map(|InUse { global, .. }| global)
    }

    async fn ask_claims(&self) -> Result<(), StoreError> {
        let desk = &self.claims;
        let owner = ClaimOwner::unique(&*self.clock);
        let key = format!("health:{}", owner.as_str());
        let claim = store_part(&*self.clock, desk.limit, || {
            desk.store.claim(&key, &owner, desk.limit)
        });
        match claim.await? {
            Claim::Claimed => {}
            Claim::InProgress | Claim::Done => {
                return Err(StoreError::Unexpected("a new key was taken"));
            }
        }
        let release = store_part(&*self.clock, desk.limit, || {
            desk.store.release(&key, &owner)
        });
        release.await.map(|_| ())
    }

    async fn ask_provider(&self) -> Option<Health> {
        let probe = self.probe.as_ref()?;
        let limit = self.settings.lookup_limit;
        let start = self.clock.now();
        let health = guarded(&*self.clock, limit, async { probe.health().await }).await;
        Some(health.unwrap_or_else(|guard| {
            let waited = self.clock.now().saturating_duration_since(start);
            let error = crate::error::Error::new(
                crate::error::ErrorKind::Timeout,
                format!("the probe brought nothing: {guard}"),
            );
            Health::from_outcome::<()>("", waited, Err(error))
        }))
    }
}
