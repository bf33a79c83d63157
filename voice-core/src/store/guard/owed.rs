//! [`Owed`]: what a store has to be told when it is back.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The most that is remembered. Beyond, nothing new is: what was not told ends with its time.
const MAX: usize = 100_000;

/// Debts by key, each until a moment after which nobody cares. A new debt of a key takes the place of the old one.
pub(super) struct Owed<K, D> {
    debts: Mutex<Debts<K, D>>,
    count: AtomicUsize,
}

struct Debts<K, D> {
    by_key: HashMap<K, Entry<D>>,
    /// Whose turn it is to be told.
    turns: BTreeMap<u64, K>,
    next: u64,
}

struct Entry<D> {
    debt: D,
    until: Instant,
    turn: u64,
}

impl<K: Hash + Eq + Clone, D: Clone + PartialEq> Owed<K, D> {
    pub(super) fn new() -> Self {
        Self {
            debts: Mutex::new(Debts {
                by_key: HashMap::new(),
                turns: BTreeMap::new(),
                next: 0,
            }),
            count: AtomicUsize::new(0),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.count.load(Relaxed)
    }

    pub(super) fn add(&self, key: K, debt: D, until: Instant, now: Instant) {
        self.change(|debts| {
            if debts.by_key.len() >= MAX && !debts.by_key.contains_key(&key) {
                let Debts { by_key, turns, .. } = debts;
                by_key.retain(|_, entry| {
                    let matters = entry.until > now;
                    if !matters {
                        turns.remove(&entry.turn);
                    }
                    matters
                });
            }
            if debts.by_key.len() < MAX || debts.by_key.contains_key(&key) {
                debts.remove(&key);
                let turn = debts.queue(key.clone());
                debts.by_key.insert(key, Entry { debt, until, turn });
            }
        });
    }

    pub(super) fn get(&self, key: &K) -> Option<D> {
        if self.len() == 0 {
            return None;
        }
        self.lock().by_key.get(key).map(|entry| entry.debt.clone())
    }

    /// The debt of one key, if it still matters.
    pub(super) fn one(&self, key: &K, now: Instant) -> Option<(D, Instant)> {
        if self.len() == 0 {
            return None;
        }
        let debts = self.lock();
        let entry = debts.by_key.get(key).filter(|entry| entry.until > now)?;
        Some((entry.debt.clone(), entry.until))
    }

    pub(super) fn remove(&self, key: &K) {
        if self.len() > 0 {
            self.change(|debts| debts.remove(key));
        }
    }

    /// Takes a debt off if it is still the one that was paid, and says whether it was.
    pub(super) fn paid(&self, key: &K, debt: &D) -> bool {
        self.change(|debts| {
            let is_it = debts.is_owed(key, debt);
            if is_it {
                debts.remove(key);
            }
            is_it
        })
    }

    /// Whether this debt still stands: whoever settles looks again before each one, since telling takes time.
    pub(super) fn stands(&self, key: &K, debt: &D) -> bool {
        self.lock().is_owed(key, debt)
    }

    /// Calls `each` with every debt that still matters.
    pub(super) fn each(&self, now: Instant, mut each: impl FnMut(&K, &D)) {
        if self.len() == 0 {
            return;
        }
        for (key, entry) in &self.lock().by_key {
            if entry.until > now {
                each(key, &entry.debt);
            }
        }
    }

    /// Up to `most` debts that still matter, those that were asked for longest ago first, so that one that cannot be paid
    /// keeps no other from its turn. As many that no longer matter are dropped on the way.
    pub(super) fn some(&self, most: usize, now: Instant) -> Vec<(K, D, Instant)> {
        if self.len() == 0 {
            return Vec::new();
        }
        self.change(|debts| {
            let mut found = Vec::new();
            for _ in 0..most.min(debts.turns.len()) {
                let Some((_, key)) = debts.turns.pop_first() else {
                    break;
                };
                let turn = debts.next;
                match debts.by_key.get_mut(&key) {
                    Some(entry) if entry.until > now => {
                        entry.turn = turn;
                        found.push((key.clone(), entry.debt.clone(), entry.until));
                        debts.queue(key);
                    }
                    _ => {
                        debts.by_key.remove(&key);
                    }
                }
            }
            found
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Debts<K, D>) -> T) -> T {
        let mut debts = self.lock();
        let outcome = change(&mut debts);
        self.count.store(debts.by_key.len(), Relaxed);
        outcome
    }

    fn lock(&self) -> MutexGuard<'_, Debts<K, D>> {
        self.debts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq, D: PartialEq> Debts<K, D> {
    fn queue(&mut self, key: K) -> u64 {
        let turn = self.next;
        self.next = self.next.wrapping_add(1);
        self.turns.insert(turn, key);
        turn
    }

    fn remove(&mut self, key: &K) {
        if let Some(entry) = self.by_key.remove(key) {
            self.turns.remove(&entry.turn);
        }
    }

    fn is_owed(&self, key: &K, debt: &D) -> bool {
        self.by_key
            .get(key)
            .is_some_and(|entry| entry.debt == *debt)
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
    fn everybody_gets_a_turn_and_a_change_waits_for_the_next() {
        let now = SystemClock::default().now();
        let later = now + Duration::from_secs(1);
        let owed = Owed::new();
        for key in 0..5 {
            owed.add(key, 'a', later, now);
        }
        let keys = |most| -> Vec<i32> {
            let some = owed.some(most, now).into_iter();
            some.map(|(key, ..)| key).collect()
        };
        assert_eq!(
            (keys(2), keys(2), keys(2)),
            (vec![0, 1], vec![2, 3], vec![4, 0])
        );
        owed.add(1, 'b', later, now);
        owed.remove(&2);
        assert!(owed.stands(&1, &'b') && !owed.stands(&1, &'a') && !owed.stands(&2, &'a'));
        assert_eq!((keys(9), owed.len()), (vec![3, 4, 0, 1], 4));
        assert_eq!(
            (owed.one(&1, now), owed.one(&1, later)),
            (Some(('b', later)), None)
        );
        assert!(owed.some(1, later).is_empty() && owed.len() == 3);
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
