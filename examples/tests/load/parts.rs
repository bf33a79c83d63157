//! What stands around the real parts: a ledger of what the provider was asked, a directory and stores that can be away,
//! and a hook that counts.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use openai_calls::OpenAiClient;
use serde_json::Value;
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::E164;
use voice_core::intake::tenant::{MemoryDirectory, TenantDirectory, TenantId, TenantRoute};
use voice_core::intake::{AfterCall, FinishedCall, HandedOn};
use voice_core::provider::{
    AcceptCall, CallId, InboundCallProvider, Presence, RejectReason, TransferTarget,
};
use voice_core::store::{
    CapacityStore, Claim, ClaimOwner, DedupStore, Held, InUse, Lease, LeaseLimits, Renewal,
    Reservation, StoreError,
};

/// What became of one order to accept a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It is on its way.
    Open,
    Taken,
    Gone,
    /// It failed, or nobody waited for its end, and it may have been carried out all the same.
    Unclear,
    NotTaken,
}

/// The real client, and a ledger of what it was asked.
#[derive(Debug)]
pub struct Phone {
    client: Arc<OpenAiClient>,
    pub accepts: Mutex<HashMap<String, Vec<Deed>>>,
    pub rejects: Mutex<HashMap<String, Vec<RejectReason>>>,
    /// What must not happen.
    pub faults: Mutex<Vec<String>>,
}

impl Phone {
    pub fn new(client: Arc<OpenAiClient>) -> Self {
        Self {
            client,
            accepts: Mutex::default(),
            rejects: Mutex::default(),
            faults: Mutex::default(),
        }
    }

    fn fault(&self, fault: String) {
        self.faults.lock().unwrap().push(fault);
    }
}

/// An order on its way. If nobody waits for its end, it may have been carried out.
struct Order<'a> {
    phone: &'a Phone,
    id: &'a CallId,
    at: usize,
}

impl Order<'_> {
    fn is(&self, deed: Deed) {
        let mut accepts = self.phone.accepts.lock().unwrap();
        accepts.get_mut(self.id.as_str()).unwrap()[self.at] = deed;
    }
}

impl Drop for Order<'_> {
    fn drop(&mut self) {
        let accepts = self.phone.accepts.lock().unwrap();
        let is_open = accepts[self.id.as_str()][self.at] == Deed::Open;
        drop(accepts);
        if is_open {
            self.is(Deed::Unclear);
        }
    }
}

#[async_trait]
impl InboundCallProvider for Phone {
    async fn accept(&self, id: &CallId, request: &AcceptCall) -> Result<Presence, Error> {
        let at = {
            let mut accepts = self.accepts.lock().unwrap();
            let deeds = accepts.entry(id.to_string()).or_default();
            if deeds
                .iter()
                .any(|deed| matches!(deed, Deed::Open | Deed::Taken | Deed::Gone))
            {
                self.fault(format!("{id} is accepted once more after {deeds:?}"));
            }
            deeds.push(Deed::Open);
            deeds.len() - 1
        };
        let order = Order {
            phone: self,
            id,
            at,
        };
        let outcome = self.client.accept(id, request).await;
        let deed = match &outcome {
            Ok(Presence::Done) => Deed::Taken,
            Ok(_) => Deed::Gone,
            Err(error) if error.may_have_happened() => Deed::Unclear,
            Err(_) => Deed::NotTaken,
        };
        order.is(deed);
        outcome
    }

    async fn reject(&self, id: &CallId, reason: RejectReason) -> Result<Presence, Error> {
        let before = self.accepts.lock().unwrap().get(id.as_str()).cloned();
        if let Some(deed) = before.iter().flatten().find(|deed| **deed == Deed::Taken) {
            self.fault(format!("{id} is refused after {deed:?}"));
        }
        {
            let mut rejects = self.rejects.lock().unwrap();
            rejects.entry(id.to_string()).or_default().push(reason);
        }
        self.client.reject(id, reason).await
    }

    async fn transfer(&self, id: &CallId, target: &TransferTarget) -> Result<Presence, Error> {
        self.client.transfer(id, target).await
    }

    async fn hang_up(&self, id: &CallId) -> Result<Presence, Error> {
        self.client.hang_up(id).await
    }
}

/// How something fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Well,
    /// It does nothing, and says so.
    Down,
    /// It does what it is asked, and its answer gets lost.
    Silent,
}

/// Something that can be away.
#[derive(Debug)]
pub struct Unsteady<T> {
    inner: T,
    state: AtomicU8,
}

impl<T> Unsteady<T> {
    pub fn new(inner: T) -> Arc<Self> {
        Arc::new(Self {
            inner,
            state: AtomicU8::new(State::Well as u8),
        })
    }

    pub fn set(&self, state: State) {
        self.state.store(state as u8, Ordering::SeqCst);
    }

    fn is(&self, state: State) -> bool {
        self.state.load(Ordering::SeqCst) == state as u8
    }

    async fn ask<R>(
        &self,
        question: impl Future<Output = Result<R, StoreError>>,
    ) -> Result<R, StoreError> {
        if self.is(State::Down) {
            return Err(StoreError::Unreachable("away".to_owned()));
        }
        let answer = question.await;
        if self.is(State::Silent) {
            return Err(StoreError::Lost("the answer was lost".to_owned()));
        }
        answer
    }
}

#[async_trait]
impl<T: DedupStore> DedupStore for Unsteady<T> {
    async fn claim(
        &self,
        key: &str,
        owner: &ClaimOwner,
        lease: Duration,
    ) -> Result<Claim, StoreError> {
        self.ask(self.inner.claim(key, owner, lease)).await
    }

    async fn complete(
        &self,
        key: &str,
        owner: &ClaimOwner,
        keep: Duration,
    ) -> Result<Held, StoreError> {
        self.ask(self.inner.complete(key, owner, keep)).await
    }

    async fn release(&self, key: &str, owner: &ClaimOwner) -> Result<Held, StoreError> {
        self.ask(self.inner.release(key, owner)).await
    }
}

#[async_trait]
impl<T: CapacityStore> CapacityStore for Unsteady<T> {
    async fn reserve(
        &self,
        lease: &Lease,
        limits: LeaseLimits,
        ttl: Duration,
    ) -> Result<Reservation, StoreError> {
        self.ask(self.inner.reserve(lease, limits, ttl)).await
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<Renewal, StoreError> {
        self.ask(self.inner.renew(lease, ttl)).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.ask(self.inner.release(lease)).await
    }

    /// Whoever counts is never told a lie.
    async fn in_use(&self, tenant: &str) -> Result<InUse, StoreError> {
        self.inner.in_use(tenant).await
    }
}

#[async_trait]
impl TenantDirectory for Unsteady<Arc<MemoryDirectory>> {
    async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error> {
        if self.is(State::Down) {
            return Err(Error::new(ErrorKind::Connect, "away"));
        }
        self.inner.route(number).await
    }

    async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error> {
        if self.is(State::Down) {
            return Err(Error::new(ErrorKind::Connect, "away"));
        }
        self.inner.document(tenant).await
    }
}

/// What is told of calls that are over.
#[derive(Debug, Clone, Default)]
pub struct Records(Arc<Mutex<HashMap<String, Vec<Record>>>>);

#[derive(Debug, Clone)]
pub struct Record {
    pub turns: usize,
    pub responses: u64,
    pub is_handed_on: bool,
}

impl Records {
    pub fn all(&self) -> HashMap<String, Vec<Record>> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl AfterCall for Records {
    fn name(&self) -> &str {
        "records"
    }

    async fn after_call(&self, call: &FinishedCall) -> Result<(), Error> {
        let record = Record {
            turns: call.end.transcript.len(),
            responses: call.end.usage.responses,
            is_handed_on: matches!(call.handed_on, HandedOn::To(_)),
        };
        let id = call.end.call.to_string();
        self.0.lock().unwrap().entry(id).or_default().push(record);
        Ok(())
    }
}
