//! [`Owed`]: what a store has to be told when it is back.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The most that is remembered. Beyond, nothing new is: what was not told ends with its time.
const MAX: usize = 100_000;

/// Debts by key, each until a moment after which nobody cares. A new debt of a key takes the place of the old one.
pub(super) struct Owed<K, D> {
    debts: Mutex<HashMap<K, (D, Instant)>>,
    count: AtomicUsize,
}

impl<K: Hash + Eq + Clone, D: Clone + PartialEq> Owed<K, D> {
    pub(super) fn new() -> Self {
        Self {
            debts: Mutex::default(),
            count: AtomicUsize::new(0),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.count.load(Relaxed)
    }

    pub(super) fn add(&self, key: K, debt: D, until: Instant, now: Instant) {
        let mut debts = self.lock();
        if debts.len() >= MAX && !debts.contains_key(&key) {
            debts.retain(|_, (_, until)| *until > now);
        }
        if debts.len() < MAX || debts.contains_key(&key) {
            debts.insert(key, (debt, until));
        }
        self.count.store(debts.len(), Relaxed);
    }

    pub(super) fn get(&self, key: &K) -> Option<D> {
        if self.len() == 0 {
            return None;
        }
        self.lock().get(key).map(|(debt, _)| debt.clone())
    }

    pub(super) fn remove(&self, key: &K) {
        if self.len() > 0 {
            let mut debts = self.lock();
            debts.remove(key);
            self.count.store(debts.len(), Relaxed);
        }
    }

    /// Takes a debt off if it is still the one that was paid.
    pub(super) fn paid(&self, key: &K, debt: &D) {
        let mut debts = self.lock();
        if debts.get(key).is_some_and(|(owed, _)| owed == debt) {
            debts.remove(key);
            self.count.store(debts.len(), Relaxed);
        }
    }

    /// Up to `most` debts that still matter; those that no longer do are dropped on the way.
    pub(super) fn some(&self, most: usize, now: Instant) -> Vec<(K, D, Instant)> {
        if self.len() == 0 {
            return Vec::new();
        }
        let mut debts = self.lock();
        let (mut found, mut over) = (Vec::new(), Vec::new());
        for (key, (debt, until)) in debts.iter() {
            if found.len() >= most || over.len() >= most {
                break;
            }
            if *until > now {
                found.push((key.clone(), debt.clone(), *until));
            } else {
                over.push(key.clone());
            }
        }
        for key in over {
            debts.remove(&key);
        }
        self.count.store(debts.len(), Relaxed);
        found
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, (D, Instant)>> {
        self.debts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, D> fmt::Debug for Owed<K, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Owed")
            .field(&self.count.load(Relaxed))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, SystemClock};
    use std::time::Duration;

    #[test]
    fn the_latest_debt_of_a_key_stands_and_what_is_over_is_dropped() {
        let now = SystemClock::default().now();
        let later = now + Duration::from_secs(1);
        let owed = Owed::new();
        owed.add("a", 1, later, now);
        owed.add("a", 2, later, now);
        owed.add("over", 3, now, now);
        assert_eq!((owed.len(), owed.get(&"a")), (2, Some(2)));
        assert_eq!(owed.some(9, now), [("a", 2, later)]);
        assert_eq!(owed.len(), 1);
        owed.paid(&"a", &1);
        assert_eq!(owed.len(), 1, "another debt was paid");
        owed.paid(&"a", &2);
        assert_eq!(owed.len(), 0);
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let now = SystemClock::default().now();
        let later = now + Duration::from_secs(1);
        let owed = Owed::new();
        for key in 0..MAX {
            owed.add(key, 0, later, now);
        }
        owed.add(MAX, 0, later, now);
        assert_eq!((owed.len(), owed.get(&MAX)), (MAX, None));
        owed.add(1, 1, later, now);
        assert_eq!(owed.get(&1), Some(1), "what is known may change");
        owed.add(MAX, 0, later + Duration::from_secs(1), later);
        assert_eq!(owed.len(), 1, "what is over makes room");
    }
}
