//! [`Expiry`]: what ends when, in order, so that what is over can be dropped without looking at the rest.

use std::collections::BTreeMap;
use std::time::Instant;

/// Where something stands in the order: when it ends, and which of those that end at the same moment it is.
pub(super) type Slot = (Instant, u64);

/// Things by when they end. Adding, removing and finding the first take logarithmic time.
#[derive(Debug)]
pub(super) struct Expiry<K> {
    order: BTreeMap<Slot, K>,
    next: u64,
}

impl<K> Default for Expiry<K> {
    fn default() -> Self {
        Self {
            order: BTreeMap::new(),
            next: 0,
        }
    }
}

impl<K> Expiry<K> {
    pub(super) fn add(&mut self, until: Instant, key: K) -> Slot {
        let slot = (until, self.next);
        self.next = self.next.wrapping_add(1);
        self.order.insert(slot, key);
        slot
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        self.order.remove(&slot);
    }

    /// Takes out the one that ends first if its time is over.
    pub(super) fn pop_over(&mut self, now: Instant) -> Option<K> {
        let first = self.order.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// Takes out the one that ends first.
    pub(super) fn pop_first(&mut self) -> Option<K> {
        self.order.pop_first().map(|(_, key)| key)
    }
}
