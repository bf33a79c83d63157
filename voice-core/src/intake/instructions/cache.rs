//! The texts of tenants, as they were read last.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;

use super::{InstructionOrigin, InstructionPointers, Instructions};
use crate::clock::SharedClock;
use crate::intake::tenant::TenantId;

/// How long safe texts are taken for what the store has before they are read again.
const SAFE_AGE: Duration = Duration::from_secs(60 * 60);

pub(super) struct Cache {
    entries: Mutex<LruCache<TenantId, Entry>>,
    fresh: Duration,
    stale: Duration,
    clock: SharedClock,
}

#[derive(Default)]
struct Entry {
    active: Option<Active>,
    safe: Option<Safe>,
}

/// Safe texts are of use at any age: they are there for the day on which nothing else is.
struct Safe {
    pointers: InstructionPointers,
    texts: Arc<Instructions>,
    read: Instant,
    /// Told to be read anew, whatever their age.
    invalid: bool,
}

struct Active {
    texts: Arc<Instructions>,
    read: Instant,
    /// Told to be read anew, whatever its age.
    invalid: bool,
}

impl Cache {
    pub(super) fn new(
        capacity: NonZeroUsize,
        fresh: Duration,
        stale: Duration,
        clock: SharedClock,
    ) -> Self {
        Self {
            entries: Mutex::new(LruCache::sparse(capacity)),
            fresh,
            stale,
            clock,
        }
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<TenantId, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// The active texts, unless they are to be read anew.
    pub(super) fn fresh(&self, tenant: &TenantId) -> Option<Arc<Instructions>> {
        let now = self.clock.now();
        let mut entries = self.lock();
        let active = entries.get(tenant)?.active.as_ref()?;
        let young = now.saturating_duration_since(active.read) < self.fresh;
        (young && !active.invalid).then(|| Arc::clone(&active.texts))
    }

    /// The active texts though they are old, and said to be.
    pub(super) fn stale(&self, tenant: &TenantId) -> Option<Arc<Instructions>> {
        let now = self.clock.now();
        let texts = {
            let mut entries = self.lock();
            let active = entries.get(tenant)?.active.as_ref()?;
            let usable = now.saturating_duration_since(active.read) < self.stale;
            usable.then(|| Arc::clone(&active.texts))?
        };
        let mut texts = Instructions::clone(&texts);
        texts.origin = InstructionOrigin::Stale;
        Some(Arc::new(texts))
    }

    /// The safe texts of a tenant.
    pub(super) fn safe(&self, tenant: &TenantId) -> Option<Arc<Instructions>> {
        let mut entries = self.lock();
        let safe = entries.get(tenant)?.safe.as_ref()?;
        Some(Arc::clone(&safe.texts))
    }

    /// Whether the safe texts of just these pointers are kept, and need not be read again.
    pub(super) fn has_safe(&self, tenant: &TenantId, pointers: &InstructionPointers) -> bool {
        let now = self.clock.now();
        let mut entries = self.lock();
        let safe = entries.get(tenant).and_then(|entry| entry.safe.as_ref());
        safe.is_some_and(|safe| {
            let young = now.saturating_duration_since(safe.read) < SAFE_AGE;
            young && !safe.invalid && safe.pointers == *pointers
        })
    }

    pub(super) fn put_active(&self, tenant: &TenantId, texts: &Arc<Instructions>) {
        let active = Active {
            texts: Arc::clone(texts),
            read: self.clock.now(),
            invalid: false,
        };
        self.change(tenant, |entry| entry.active = Some(active));
    }

    pub(super) fn put_safe(
        &self,
        tenant: &TenantId,
        pointers: &InstructionPointers,
        texts: &Arc<Instructions>,
    ) {
        let safe = Safe {
            pointers: pointers.clone(),
            texts: Arc::clone(texts),
            read: self.clock.now(),
            invalid: false,
        };
        self.change(tenant, |entry| entry.safe = Some(safe));
    }

    /// The state names no safe texts any more.
    pub(super) fn drop_safe(&self, tenant: &TenantId) {
        if let Some(entry) = self.lock().peek_mut(tenant) {
            entry.safe = None;
        }
    }

    /// The store said that the active texts are not there any more.
    pub(super) fn drop_active(&self, tenant: &TenantId) {
        if let Some(entry) = self.lock().peek_mut(tenant) {
            entry.active = None;
        }
    }

    pub(super) fn age(&self, tenant: &TenantId) {
        let mut entries = self.lock();
        let Some(entry) = entries.peek_mut(tenant) else {
            return;
        };
        if let Some(active) = &mut entry.active {
            active.invalid = true;
        }
        if let Some(safe) = &mut entry.safe {
            safe.invalid = true;
        }
    }

    pub(super) fn forget(&self, tenant: &TenantId) {
        self.lock().pop(tenant);
    }

    fn change(&self, tenant: &TenantId, change: impl FnOnce(&mut Entry)) {
        let mut entries = self.lock();
        change(entries.get_or_insert_mut_ref(tenant, Entry::default));
    }
}
