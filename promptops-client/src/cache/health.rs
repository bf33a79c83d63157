//! What the cache knows of the service's health: whether to wait for it, and when to try a key again.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;

use super::PromptKey;

/// Keys whose last failure is remembered.
const NOTES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1_023);

/// See the module.
pub(super) struct Health {
    /// The last news of the service was that it failed, or that it was slow.
    trouble: AtomicBool,
    failed_at: Mutex<LruCache<PromptKey, Instant>>,
    pause: Duration,
}

impl Health {
    pub(super) fn new(pause: Duration) -> Self {
        Self {
            trouble: AtomicBool::new(false),
            failed_at: Mutex::new(LruCache::sparse(NOTES)),
            pause,
        }
    }

    fn notes(&self) -> MutexGuard<'_, LruCache<PromptKey, Instant>> {
        self.failed_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn failed(&self, key: &PromptKey, now: Instant) {
        self.notes().put(key.clone(), now);
    }

    pub(super) fn in_trouble(&self) -> bool {
        self.trouble.load(Ordering::Relaxed)
    }

    pub(super) fn set_trouble(&self) {
        self.trouble.store(true, Ordering::Relaxed);
    }

    pub(super) fn succeeded(&self, key: &PromptKey) {
        self.trouble.store(false, Ordering::Relaxed);
        self.notes().pop(key);
    }

    /// Whether the last failure of this key is long enough ago.
    pub(super) fn may_try(&self, key: &PromptKey, now: Instant) -> bool {
        self.notes()
            .peek(key)
            .is_none_or(|at| now.saturating_duration_since(*at) >= self.pause)
    }
}
