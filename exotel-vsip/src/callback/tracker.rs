//! What was heard of calls already: repeated callbacks are told apart, and an end stays an end.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::report::StatusCallback;
use crate::voice::{CallSid, CallStatus};

/// How many calls are remembered unless said otherwise.
const CALLS: usize = 10_000;
/// Different reports of one call that are remembered; a call has few.
const REPORTS: usize = 32;

/// What a callback is, after all that was heard before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Freshness {
    /// It tells something new.
    New,
    /// It was delivered before.
    Duplicate,
    /// It comes after the call's end, which stays as it is.
    Late,
}

/// Remembers the statuses of the calls last heard of, in this process. The oldest are forgotten first.
///
/// Callbacks come more than once and in any order. A status that ends a call is never overwritten, neither by an earlier one
/// that comes late nor by another end.
#[derive(Debug)]
pub struct CallTracker {
    most: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    calls: HashMap<CallSid, Heard>,
    order: VecDeque<CallSid>,
}

#[derive(Debug, Default)]
struct Heard {
    status: Option<CallStatus>,
    reports: VecDeque<String>,
}

impl Default for CallTracker {
    fn default() -> Self {
        Self::with_capacity(CALLS)
    }
}

impl CallTracker {
    /// Remembers 10,000 calls.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers so many calls, at least one.
    #[must_use]
    pub fn with_capacity(calls: usize) -> Self {
        Self {
            most: calls.max(1),
            inner: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a callback, and says what it is.
    pub fn note(&self, callback: &StatusCallback) -> Freshness {
        let mut inner = self.lock();
        let sid = callback.call_sid();
        if !inner.calls.contains_key(sid) {
            if inner.order.len() >= self.most
                && let Some(oldest) = inner.order.pop_front()
            {
                inner.calls.remove(&oldest);
            }
            inner.order.push_back(sid.clone());
        }
        let heard = inner.calls.entry(sid.clone()).or_default();
        let key = callback.dedup_key();
        if heard.reports.contains(&key) {
            return Freshness::Duplicate;
        }
        if heard.reports.len() >= REPORTS {
            heard.reports.pop_front();
        }
        heard.reports.push_back(key);
        if heard.status.as_ref().is_some_and(CallStatus::is_final) {
            return Freshness::Late;
        }
        if let Some(status) = &callback.status {
            heard.status = Some(status.clone());
        }
        Freshness::New
    }

    /// How far a call is, as far as was heard.
    #[must_use]
    pub fn status(&self, sid: &CallSid) -> Option<CallStatus> {
        self.lock().calls.get(sid)?.status.clone()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn callback(sid: &str, event: &str, status: &str) -> StatusCallback {
        let body = format!("CallSid={sid}&EventType={event}&Status={status}");
        StatusCallback::parse(None, body.as_bytes()).unwrap()
    }

    #[test]
    fn an_end_is_never_overwritten() {
        let tracker = CallTracker::new();
        let sid = CallSid::parse("a1").unwrap();
        for (event, status, freshness, now) in [
            ("answered", "in-progress", Freshness::New, "in-progress"),
            (
                "answered",
                "in-progress",
                Freshness::Duplicate,
                "in-progress",
            ),
            ("terminal", "completed", Freshness::New, "completed"),
            ("answered", "ringing", Freshness::Late, "completed"),
            ("terminal", "failed", Freshness::Late, "completed"),
            ("terminal", "completed", Freshness::Duplicate, "completed"),
            ("answered", "ringing", Freshness::Duplicate, "completed"),
        ] {
            assert_eq!(
                tracker.note(&callback("a1", event, status)),
                freshness,
                "{event} {status}"
            );
            assert_eq!(tracker.status(&sid).unwrap().as_str(), now);
        }
        let silent = StatusCallback::parse(None, b"CallSid=b1").unwrap();
        assert_eq!(tracker.note(&silent), Freshness::New);
        assert_eq!(tracker.status(silent.call_sid()), None);
    }

    #[test]
    fn the_oldest_are_forgotten_and_words_without_end_take_no_more_room() {
        let tracker = CallTracker::with_capacity(2);
        for sid in ["a1", "a2", "a3"] {
            tracker.note(&callback(sid, "terminal", "busy"));
        }
        assert_eq!(tracker.status(&CallSid::parse("a1").unwrap()), None);
        assert_eq!(
            tracker.note(&callback("a1", "terminal", "busy")),
            Freshness::New
        );
        for word in 0..100 {
            tracker.note(&callback("a1", &format!("w{word}"), "busy"));
        }
        let inner = tracker.lock();
        assert_eq!((inner.calls.len(), inner.order.len()), (2, 2));
        assert!(
            inner
                .calls
                .values()
                .all(|heard| heard.reports.len() <= REPORTS)
        );
    }

    proptest! {
        #[test]
        fn the_first_end_stays_in_any_order(words in proptest::collection::vec((0usize..3, 0usize..8), 1..20)) {
            let tracker = CallTracker::new();
            let mut first_end = None;
            for (event, status) in words {
                let event = ["answered", "terminal", ""][event];
                let status = CallStatus::from_word(CallStatus::KNOWN[status]);
                tracker.note(&callback("a1", event, status.as_str()));
                if first_end.is_none() && status.is_final() {
                    first_end = Some(status);
                }
            }
            let now = tracker.status(&CallSid::parse("a1").unwrap());
            prop_assert!(first_end.is_none() || now == first_end);
        }
    }
}
