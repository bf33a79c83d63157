//! What is known of the dials made here: which call has which key, which dials have no clear outcome yet, and where the
//! agents wait.
//!
//! A call carries its key, but whether Exotel's lists and details give it back is not documented. Where they do not, this
//! keeps one dial from taking another's call. It is kept in this process, bounded, the oldest forgotten first.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use voice_core::ident::E164;
use voice_core::provider::{CallKey, FindCall, JoinUrl};

use crate::voice::CallSid;

const CLAIMS: usize = 4096;
const DIALS: usize = 1024;
/// Longest time between a dial's begin and the moment it can no longer turn into a call: the default deadline, and what
/// Exotel may still work on.
const DIAL_LIVES: Duration = Duration::from_secs(90 + 35 + 10);

/// Shared by all clones of a provider.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    sids: HashMap<CallKey, CallSid>,
    owners: HashMap<CallSid, CallKey>,
    claims: VecDeque<CallSid>,
    dials: VecDeque<Dial>,
    sessions: VecDeque<(CallKey, JoinUrl)>,
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
pub(super) enum Owner {
    /// Nobody's, as far as is known.
    Nobody,
    /// The asker's.
    Asker,
    /// Another dial's.
    Another,
}

impl Ledger {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a call was placed by the dial of `key`. What is noted first stays.
    pub(super) fn claim(&self, sid: &CallSid, key: &CallKey) {
        let mut inner = self.lock();
        inner.dials.retain(|dial| dial.key != *key);
        if inner.owners.contains_key(sid) || inner.sids.contains_key(key) {
            return;
        }
        if inner.claims.len() >= CLAIMS
            && let Some(oldest) = inner.claims.pop_front()
            && let Some(key) = inner.owners.remove(&oldest)
        {
            inner.sids.remove(&key);
        }
        inner.owners.insert(sid.clone(), key.clone());
        inner.sids.insert(key.clone(), sid.clone());
        inner.claims.push_back(sid.clone());
    }

    /// The call of a key.
    pub(super) fn call_of(&self, key: &CallKey) -> Option<CallSid> {
        self.lock().sids.get(key).cloned()
    }

    /// Whose a call is, asked by the dial of `key`.
    pub(super) fn owner(&self, sid: &CallSid, key: &CallKey) -> Owner {
        match self.lock().owners.get(sid) {
            None => Owner::Nobody,
            Some(owner) if owner == key => Owner::Asker,
            Some(_) => Owner::Another,
        }
    }

    /// A dial begins. It is remembered until its outcome is clear, also when whoever waits for it goes away.
    pub(super) fn begin(&self, key: &CallKey, to: E164, from: E164, begun: SystemTime) {
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
    pub(super) fn forget(&self, key: &CallKey) {
        let mut inner = self.lock();
        inner.dials.retain(|dial| dial.key != *key);
        inner.sessions.retain(|(own, _)| own != key);
    }

    /// Whether another dial of the same two numbers, about the same time, has no clear outcome yet.
    pub(super) fn has_rival(&self, wanted: &FindCall) -> bool {
        let until = wanted.settled_after();
        self.lock().dials.iter().any(|dial| {
            dial.key != wanted.key
                && (dial.to, dial.from) == (wanted.to, wanted.from)
                && dial.begun <= until
                && dial.begun + DIAL_LIVES >= wanted.sent_from
        })
    }

    /// Remembers where the agent of a call waits.
    pub(super) fn keep_session(&self, key: &CallKey, url: &JoinUrl) {
        let mut inner = self.lock();
        inner.sessions.retain(|(own, _)| own != key);
        if inner.sessions.len() >= CLAIMS {
            inner.sessions.pop_front();
        }
        inner.sessions.push_back((key.clone(), url.clone()));
    }

    /// Where the agent of a call waits.
    pub(super) fn session(&self, key: &CallKey) -> Option<JoinUrl> {
        let inner = self.lock();
        let found = inner.sessions.iter().rev().find(|(own, _)| own == key);
        found.map(|(_, url)| url.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sid(number: usize) -> CallSid {
        CallSid::parse(&format!("{number:032x}")).unwrap()
    }

    fn key(text: impl Into<String>) -> CallKey {
        CallKey::new(text).unwrap()
    }

    #[test]
    fn a_call_has_one_owner_and_old_ones_are_forgotten() {
        let ledger = Ledger::default();
        ledger.claim(&sid(0), &key("a"));
        ledger.claim(&sid(0), &key("b"));
        ledger.claim(&sid(1), &key("a"));
        assert_eq!(ledger.owner(&sid(0), &key("a")), Owner::Asker);
        assert_eq!(ledger.owner(&sid(0), &key("b")), Owner::Another);
        assert_eq!(ledger.owner(&sid(1), &key("a")), Owner::Nobody);
        assert_eq!(
            (ledger.call_of(&key("a")), ledger.call_of(&key("b"))),
            (Some(sid(0)), None)
        );
        for number in 1..=CLAIMS {
            ledger.claim(&sid(number), &key(format!("k{number}")));
        }
        assert_eq!(ledger.owner(&sid(0), &key("a")), Owner::Nobody);
        assert_eq!(ledger.call_of(&key("a")), None);
        let inner = ledger.lock();
        assert_eq!(
            (inner.owners.len(), inner.sids.len(), inner.claims.len()),
            (CLAIMS, CLAIMS, CLAIMS)
        );
    }

    #[test]
    fn a_dial_without_outcome_is_a_rival_for_a_while() {
        let ledger = Ledger::default();
        let to = E164::parse("+919876543210").unwrap();
        let from = E164::parse("+918047112345").unwrap();
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let join = JoinUrl::new("wss://a.example/x").unwrap();
        let look = |key_text: &str, seconds| {
            let connect = voice_core::provider::Connect::Session(join.clone());
            let order = voice_core::provider::PlaceCall::new(to, from, connect, key(key_text));
            FindCall::of(&order, at(seconds), at(seconds + 1))
        };
        ledger.begin(&key("a"), to, from, at(1000));
        assert!(
            !ledger.has_rival(&look("a", 1000)),
            "nobody is a rival of oneself"
        );
        assert!(ledger.has_rival(&look("b", 1000)) && ledger.has_rival(&look("b", 970)));
        assert!(!ledger.has_rival(&look("b", 1136)) && !ledger.has_rival(&look("b", 900)));
        ledger.claim(&sid(1), &key("a"));
        assert!(!ledger.has_rival(&look("b", 1000)));

        ledger.keep_session(&key("a"), &join);
        assert_eq!(
            ledger.session(&key("a")).unwrap().expose(),
            "wss://a.example/x"
        );
        ledger.forget(&key("a"));
        assert!(ledger.session(&key("a")).is_none());
    }
}
