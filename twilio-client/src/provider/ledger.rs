//! What this client knows of its own dials: which calls have an owner, and which dials have none yet.
//!
//! Twilio keeps no key of the caller's, so a call is recognised by its circumstances. Two dials of the same number at the
//! same time look alike; the ledger keeps one of them from taking the other's call.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use voice_core::ident::{CallSid, E164};
use voice_core::provider::{CallKey, FindCall};

/// How many calls and dials are remembered; the oldest are forgotten first.
const CLAIMS: usize = 4096;
const DIALS: usize = 1024;
/// Longest time between a dial's begin and the moment it can no longer turn into a call: the default deadline, and what
/// Twilio may still work on.
const DIAL_LIVES: Duration = Duration::from_secs(90 + 35 + 10);

/// Shared by all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    owners: HashMap<CallSid, CallKey>,
    order: VecDeque<CallSid>,
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
    pub(crate) fn claim(&self, sid: CallSid, key: &CallKey) {
        let mut inner = self.lock();
        inner.dials.retain(|dial| dial.key != *key);
        if inner.owners.contains_key(&sid) {
            return;
        }
        if inner.order.len() >= CLAIMS
            && let Some(oldest) = inner.order.pop_front()
        {
            inner.owners.remove(&oldest);
        }
        inner.owners.insert(sid, key.clone());
        inner.order.push_back(sid);
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
    pub(crate) fn begin(&self, key: &CallKey, to: E164, from: E164, begun: SystemTime) {
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
    pub(crate) fn forget(&self, key: &CallKey) {
        self.lock().dials.retain(|dial| dial.key != *key);
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sid(number: usize) -> CallSid {
        CallSid::parse(&format!("CA{number:032x}")).unwrap()
    }

    fn key(text: &str) -> CallKey {
        CallKey::new(text).unwrap()
    }

    #[test]
    fn a_call_has_one_owner_and_old_ones_are_forgotten() {
        let ledger = Ledger::default();
        ledger.claim(sid(0), &key("a"));
        ledger.claim(sid(0), &key("b"));
        assert_eq!(ledger.owner(&sid(0), &key("a")), Owner::Asker);
        assert_eq!(ledger.owner(&sid(0), &key("b")), Owner::Another);
        assert_eq!(ledger.owner(&sid(1), &key("a")), Owner::Nobody);
        for number in 1..=CLAIMS {
            ledger.claim(sid(number), &key("c"));
        }
        assert_eq!(ledger.owner(&sid(0), &key("a")), Owner::Nobody);
        assert_eq!(ledger.owner(&sid(CLAIMS), &key("a")), Owner::Another);
        assert_eq!(ledger.lock().owners.len(), CLAIMS);
    }

    #[test]
    fn a_dial_without_outcome_is_a_rival_for_a_while() {
        let ledger = Ledger::default();
        let to = E164::parse("+14155550123").unwrap();
        let from = E164::parse("+14155550100").unwrap();
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let connect = voice_core::provider::JoinUrl::new("wss://a.example/x").unwrap();
        let order = |key_text| {
            let connect = voice_core::provider::Connect::Session(connect.clone());
            voice_core::provider::PlaceCall::new(to, from, connect, key(key_text))
        };
        let look = |key_text, seconds| FindCall::of(&order(key_text), at(seconds), at(seconds + 1));
        ledger.begin(&key("a"), to, from, at(1000));
        assert!(
            !ledger.has_rival(&look("a", 1000)),
            "nobody is a rival of oneself"
        );
        assert!(ledger.has_rival(&look("b", 1000)) && ledger.has_rival(&look("b", 970)));
        assert!(!ledger.has_rival(&look("b", 1136)) && !ledger.has_rival(&look("b", 900)));
        ledger.begin(&key("c"), from, to, at(1000));
        ledger.claim(sid(1), &key("a"));
        assert!(!ledger.has_rival(&look("b", 1000)));
        ledger.forget(&key("c"));
        assert!(ledger.lock().dials.is_empty());
    }
}
