//! What a client knows of its own dials: which calls have an owner, and which dials have no clear outcome yet.
//!
//! A call is recognised by its key where the provider gives it back, and by its circumstances where it does not. Two dials
//! of the same numbers at the same time look alike then; the ledger keeps one of them from taking the other's call.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::{CallKey, FindCall};
use crate::ident::E164;

const CLAIMS: usize = 4096;
const DIALS: usize = 1024;
/// Longest time between a dial's begin and the moment it can no longer turn into a call: the default deadline, and what
/// the provider may still work on.
const DIAL_LIVES: Duration = Duration::from_secs(90 + 35 + 10);

/// The dials of one account in this process, for implementors of [`CallProvider`](super::CallProvider): share it among all
/// clones of a client.
///
/// `I` is the provider's id of a call. It remembers 4,096 calls and 1,024 dials without an outcome, and forgets the oldest
/// first. A dial without an outcome counts for 135 s.
///
/// ```
/// use voice_core::provider::{CallKey, DialLedger, DialOwner};
///
/// let ledger = DialLedger::<u64>::default();
/// let (mine, other) = (CallKey::new("order-1")?, CallKey::new("order-2")?);
/// ledger.claim(&7, &mine);
/// assert_eq!(ledger.owner(&7, &mine), DialOwner::Asker);
/// assert_eq!(ledger.owner(&7, &other), DialOwner::Another);
/// assert_eq!(ledger.owner(&8, &mine), DialOwner::Nobody);
/// # Ok::<(), voice_core::provider::IdError>(())
/// ```
#[derive(Debug)]
pub struct DialLedger<I>(Mutex<Inner<I>>);

#[derive(Debug)]
struct Inner<I> {
    /// The first call of a key.
    calls: HashMap<CallKey, I>,
    owners: HashMap<I, CallKey>,
    claims: VecDeque<I>,
    dials: VecDeque<Dial>,
}

#[derive(Debug)]
struct Dial {
    key: CallKey,
    to: E164,
    from: E164,
    begun: SystemTime,
}

/// Whose a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialOwner {
    /// Nobody's, as far as is known.
    Nobody,
    /// The asker's.
    Asker,
    /// Another dial's.
    Another,
}

impl<I> Default for DialLedger<I> {
    fn default() -> Self {
        Self(Mutex::new(Inner {
            calls: HashMap::new(),
            owners: HashMap::new(),
            claims: VecDeque::new(),
            dials: VecDeque::new(),
        }))
    }
}

impl<I: Clone + Eq + Hash> DialLedger<I> {
    fn lock(&self) -> MutexGuard<'_, Inner<I>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a call was placed by the dial of `key`, which now has an outcome. Who is noted first stays the owner; a key
    /// may own several calls.
    pub fn claim(&self, call: &I, key: &CallKey) {
        let mut inner = self.lock();
        inner.dials.retain(|dial| dial.key != *key);
        if inner.owners.contains_key(call) {
            return;
        }
        if inner.claims.len() >= CLAIMS
            && let Some(oldest) = inner.claims.pop_front()
            && let Some(key) = inner.owners.remove(&oldest)
            && inner.calls.get(&key) == Some(&oldest)
        {
            inner.calls.remove(&key);
        }
        inner.owners.insert(call.clone(), key.clone());
        inner
            .calls
            .entry(key.clone())
            .or_insert_with(|| call.clone());
        inner.claims.push_back(call.clone());
    }

    /// The call of a key, the first where there are several.
    #[must_use]
    pub fn call_of(&self, key: &CallKey) -> Option<I> {
        self.lock().calls.get(key).cloned()
    }

    /// Whose a call is, asked by the dial of `key`.
    #[must_use]
    pub fn owner(&self, call: &I, key: &CallKey) -> DialOwner {
        match self.lock().owners.get(call) {
            None => DialOwner::Nobody,
            Some(owner) if owner == key => DialOwner::Asker,
            Some(_) => DialOwner::Another,
        }
    }

    /// A dial begins. It is remembered until its outcome is clear, also when whoever waits for it goes away.
    pub fn begin(&self, key: &CallKey, to: E164, from: E164, begun: SystemTime) {
        let mut inner = self.lock();
        inner.dials.retain(|dial| dial.key != *key);
        if inner.dials.len() >= DIALS {
            inner.dials.pop_front();
        }
        inner.dials.push_back(Dial {
            key: key.clone(),
            to,
            from,
            begun,
        });
    }

    /// A dial is known to have placed nothing.
    pub fn forget(&self, key: &CallKey) {
        self.lock().dials.retain(|dial| dial.key != *key);
    }

    /// Whether another dial of the same two numbers, about the same time, has no clear outcome yet.
    #[must_use]
    pub fn has_rival(&self, wanted: &FindCall) -> bool {
        let until = wanted.settled_after();
        self.lock().dials.iter().any(|dial| {
            dial.key != wanted.key
                && (dial.to, dial.from) == (wanted.to, wanted.from)
                && dial.begun <= until
                && dial.begun + DIAL_LIVES >= wanted.sent_from
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{Connect, JoinUrl, PlaceCall};

    fn key(text: impl Into<String>) -> CallKey {
        CallKey::new(text).unwrap()
    }

    #[test]
    fn a_call_has_one_owner_and_old_ones_are_forgotten() {
        let ledger = DialLedger::default();
        ledger.claim(&0, &key("a"));
        ledger.claim(&0, &key("b"));
        assert_eq!(ledger.owner(&0, &key("a")), DialOwner::Asker);
        assert_eq!(ledger.owner(&0, &key("b")), DialOwner::Another);
        assert_eq!(
            (ledger.call_of(&key("a")), ledger.call_of(&key("b"))),
            (Some(0), None)
        );
        for number in 1..=CLAIMS {
            ledger.claim(&number, &key(format!("k{number}")));
        }
        assert_eq!(ledger.owner(&0, &key("a")), DialOwner::Nobody);
        assert_eq!(ledger.call_of(&key("a")), None);
        let inner = ledger.lock();
        assert_eq!(
            (inner.owners.len(), inner.calls.len(), inner.claims.len()),
            (CLAIMS, CLAIMS, CLAIMS)
        );
    }

    #[test]
    fn a_key_that_is_used_again_owns_every_call_it_placed() {
        let ledger = DialLedger::default();
        ledger.claim(&0, &key("a"));
        ledger.claim(&1, &key("a"));
        assert_eq!(ledger.owner(&1, &key("b")), DialOwner::Another);
        assert_eq!(ledger.owner(&1, &key("a")), DialOwner::Asker);
        assert_eq!(ledger.call_of(&key("a")), Some(0));
        for number in 2..=CLAIMS {
            ledger.claim(&number, &key("b"));
        }
        assert_eq!(ledger.call_of(&key("a")), None, "forgotten with its call");
        ledger.claim(&(CLAIMS + 1), &key("b"));
        assert_eq!(ledger.call_of(&key("b")), Some(2));
        let inner = ledger.lock();
        assert_eq!((inner.owners.len(), inner.calls.len()), (CLAIMS, 1));
    }

    #[test]
    fn a_dial_without_outcome_is_a_rival_for_a_while() {
        let ledger = DialLedger::default();
        let to = E164::parse("+919876543210").unwrap();
        let from = E164::parse("+918047112345").unwrap();
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let look = |key_text: &str, seconds| {
            let connect = Connect::Session(JoinUrl::new("wss://a.example/x").unwrap());
            let order = PlaceCall::new(to, from, connect, key(key_text));
            FindCall::of(&order, at(seconds), at(seconds + 1))
        };
        ledger.begin(&key("a"), to, from, at(1000));
        assert!(
            !ledger.has_rival(&look("a", 1000)),
            "nobody is a rival of oneself"
        );
        assert!(ledger.has_rival(&look("b", 1000)) && ledger.has_rival(&look("b", 970)));
        assert!(!ledger.has_rival(&look("b", 1136)) && !ledger.has_rival(&look("b", 900)));
        ledger.begin(&key("c"), from, to, at(1000));
        ledger.claim(&1, &key("a"));
        assert!(!ledger.has_rival(&look("b", 1000)));
        ledger.forget(&key("c"));
        assert!(ledger.lock().dials.is_empty());
    }

    #[test]
    fn dials_without_outcome_are_bounded() {
        let ledger = DialLedger::<u64>::default();
        let number = E164::parse("+14155550123").unwrap();
        for dial in 0..2 * DIALS {
            ledger.begin(
                &key(format!("k{dial}")),
                number,
                number,
                SystemTime::UNIX_EPOCH,
            );
        }
        assert_eq!(ledger.lock().dials.len(), DIALS);
    }
}
