//! Order among callbacks that overtake each other.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::forms::{Callback, Numbered};

/// Keeps the newest callback of each call, conference and real-time transcription, by their numbers.
///
/// Callbacks are separate requests, so `completed` may arrive before `ringing`. A handler that stores the state of a call
/// asks here first, and leaves a late one alone:
///
/// ```
/// use std::num::NonZeroUsize;
/// use twilio_client::webhook::forms::Callback;
/// use twilio_client::webhook::{Newest, Params, Placed};
///
/// let newest = Newest::new(NonZeroUsize::new(10_000).ok_or("at least one")?);
/// let report = |status: &str, number: u32| {
///     let body = format!(
///         "CallSid=CA0123456789abcdef0123456789abcdef&CallbackSource=call-progress-events\
///          &CallStatus={status}&SequenceNumber={number}"
///     );
///     Callback::classify(Params::parse(body.as_bytes()))
/// };
/// assert_eq!(newest.offer(&report("completed", 3)), Placed::Newest);
/// assert_eq!(newest.offer(&report("ringing", 1)), Placed::Late);
/// assert_eq!(newest.offer(&report("completed", 3)), Placed::Repeated);
/// # Ok::<(), &str>(())
/// ```
///
/// It is bounded: with more things than its capacity, the one that was longest without news is forgotten, and a late
/// callback of it would count as new. It lives in this process alone and is lost with it. Shared between threads by
/// reference.
pub struct Newest {
    capacity: NonZeroUsize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: HashMap<String, Kept>,
    /// Whose turn to be forgotten it is: the SIDs in the order of their last news.
    turns: BTreeMap<u64, String>,
    turn: u64,
}

struct Kept {
    number: u64,
    turn: u64,
    callback: Callback,
}

/// Where a callback stands among those that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Placed {
    /// Newer than all that came before it.
    Newest,
    /// Overtaken: a newer one came before.
    Late,
    /// The newest so far, come once more.
    Repeated,
    /// Not numbered: nothing is known of its place.
    Unnumbered,
}

impl Newest {
    /// Keeps the newest of at most `capacity` calls, conferences and transcriptions together.
    #[must_use]
    pub fn new(capacity: NonZeroUsize) -> Self {
        Self {
            capacity,
            state: Mutex::default(),
        }
    }

    /// Places a callback whose signature was checked, and keeps it if it is the newest.
    pub fn offer(&self, callback: &Callback) -> Placed {
        let Some(Numbered { about, number }) = Numbered::of(callback.params()) else {
            return Placed::Unnumbered;
        };
        let mut state = self.lock();
        match state.kept.get(about).map(|kept| kept.number) {
            Some(newest) if newest == number => return Placed::Repeated,
            Some(newest) if newest > number => return Placed::Late,
            _ => state.keep(about, number, callback.clone()),
        }
        while state.kept.len() > self.capacity.get() {
            let Some((_, oldest)) = state.turns.pop_first() else {
                break;
            };
            state.kept.remove(&oldest);
        }
        Placed::Newest
    }

    /// The newest callback about a SID, as long as it is kept.
    #[must_use]
    pub fn newest(&self, sid: &str) -> Option<Callback> {
        self.lock().kept.get(sid).map(|kept| kept.callback.clone())
    }

    /// Forgets a SID, for instance once its call is over and settled.
    pub fn forget(&self, sid: &str) -> Option<Callback> {
        let mut state = self.lock();
        let kept = state.kept.remove(sid)?;
        state.turns.remove(&kept.turn);
        Some(kept.callback)
    }

    /// How many things are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().kept.len()
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Nothing panics while the lock is held, and what it guards is whole after every step.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn keep(&mut self, about: &str, number: u64, callback: Callback) {
        self.turn += 1;
        let turn = self.turn;
        let kept = Kept {
            number,
            turn,
            callback,
        };
        if let Some(before) = self.kept.insert(about.to_owned(), kept) {
            self.turns.remove(&before.turn);
        }
        self.turns.insert(turn, about.to_owned());
    }
}

impl fmt::Debug for Newest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Newest")
            .field("kept", &self.len())
            .field("capacity", &self.capacity)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::webhook::Params;

    fn report(sid: usize, number: u64) -> Callback {
        Callback::classify(
            [
                ("CallSid", format!("CA{sid:032x}")),
                ("CallStatus", "ringing".to_owned()),
                ("CallbackSource", "call-progress-events".to_owned()),
                ("SequenceNumber", number.to_string()),
            ]
            .into_iter()
            .collect(),
        )
    }

    fn newest(capacity: usize) -> Newest {
        Newest::new(NonZeroUsize::new(capacity).unwrap())
    }

    #[test]
    fn the_one_longest_without_news_is_forgotten() {
        let newest = newest(2);
        let sid = |n: usize| format!("CA{n:032x}");
        assert_eq!(newest.offer(&report(1, 5)), Placed::Newest);
        assert_eq!(newest.offer(&report(2, 0)), Placed::Newest);
        assert_eq!(newest.offer(&report(1, 6)), Placed::Newest);
        assert_eq!(newest.offer(&report(3, 0)), Placed::Newest);
        assert_eq!(newest.len(), 2);
        assert!(newest.newest(&sid(2)).is_none());
        assert_eq!(newest.newest(&sid(1)), Some(report(1, 6)));
        assert_eq!(newest.offer(&report(1, 5)), Placed::Late);
        assert_eq!(newest.forget(&sid(1)), Some(report(1, 6)));
        assert_eq!(newest.offer(&report(1, 5)), Placed::Newest);
        assert_eq!(format!("{newest:?}"), "Newest { kept: 2, capacity: 2 }");
    }

    #[test]
    fn conferences_and_calls_are_numbered_apart_and_others_not_at_all() {
        let newest = newest(9);
        let call = format!("CA{:032x}", 1);
        let conference = format!("CF{:032x}", 1);
        let event = |number: u32| {
            let body = format!(
                "ConferenceSid={conference}&CallSid={call}&StatusCallbackEvent=participant-join&SequenceNumber={number}"
            );
            Callback::classify(Params::parse(body.as_bytes()))
        };
        assert_eq!(newest.offer(&report(1, 7)), Placed::Newest);
        assert_eq!(newest.offer(&event(1)), Placed::Newest);
        assert_eq!(newest.offer(&event(0)), Placed::Late);
        assert_eq!(newest.offer(&report(1, 8)), Placed::Newest);
        let partial =
            format!("CallSid={call}&CallStatus=in-progress&StableSpeechResult=a&SequenceNumber=9");
        for body in [partial, format!("CallSid={call}&CallStatus=ringing")] {
            let callback = Callback::classify(Params::parse(body.as_bytes()));
            assert_eq!(newest.offer(&callback), Placed::Unnumbered, "{body}");
        }
        assert_eq!(newest.len(), 2);
    }

    proptest! {
        #[test]
        fn in_whatever_order_they_come_the_highest_number_is_kept(numbers in proptest::collection::vec(0u64..20, 1..30)) {
            let newest = newest(1);
            let mut highest = None;
            for number in numbers {
                let expected = match highest {
                    Some(high) if number == high => Placed::Repeated,
                    Some(high) if number < high => Placed::Late,
                    _ => Placed::Newest,
                };
                prop_assert_eq!(newest.offer(&report(1, number)), expected);
                highest = highest.max(Some(number));
            }
            let kept = newest.newest(report(1, 0).call_sid().unwrap().as_str()).unwrap();
            prop_assert_eq!(kept.params().number("SequenceNumber"), highest);
        }

        #[test]
        fn it_never_holds_more_than_it_may(offers in proptest::collection::vec((0usize..9, 0u64..4), 0..60), capacity in 1usize..5) {
            let newest = newest(capacity);
            for (sid, number) in offers {
                newest.offer(&report(sid, number));
                prop_assert!(newest.len() <= capacity);
                let state = newest.lock();
                prop_assert_eq!(state.kept.len(), state.turns.len());
            }
        }
    }
}
