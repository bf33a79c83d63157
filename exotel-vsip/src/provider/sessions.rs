//! Where the agents of calls wait that a flow connects.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use voice_core::provider::{CallKey, JoinUrl};

/// How many are remembered; the oldest are forgotten first.
const MOST: usize = 4096;

/// Shared by all clones of a provider.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<VecDeque<(CallKey, JoinUrl)>>);

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, VecDeque<(CallKey, JoinUrl)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers where the agent of a call waits.
    pub(super) fn keep(&self, key: &CallKey, url: &JoinUrl) {
        let mut sessions = self.lock();
        sessions.retain(|(own, _)| own != key);
        if sessions.len() >= MOST {
            sessions.pop_front();
        }
        sessions.push_back((key.clone(), url.clone()));
    }

    /// Where the agent of a call waits.
    pub(super) fn of(&self, key: &CallKey) -> Option<JoinUrl> {
        let sessions = self.lock();
        let found = sessions.iter().rev().find(|(own, _)| own == key);
        found.map(|(_, url)| url.clone())
    }

    /// A dial placed nothing: nobody is joined.
    pub(super) fn forget(&self, key: &CallKey) {
        self.lock().retain(|(own, _)| own != key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_url_of_a_key_is_kept_and_the_oldest_keys_are_forgotten() {
        let sessions = Sessions::default();
        let key = |number: usize| CallKey::new(format!("k{number}")).unwrap();
        let url = |text: &str| JoinUrl::new(text).unwrap();
        sessions.keep(&key(0), &url("wss://a.example/x"));
        sessions.keep(&key(0), &url("wss://a.example/y"));
        assert_eq!(sessions.of(&key(0)).unwrap().expose(), "wss://a.example/y");
        for number in 1..=MOST {
            sessions.keep(&key(number), &url("wss://a.example/z"));
        }
        assert!(sessions.of(&key(0)).is_none());
        assert_eq!(sessions.lock().len(), MOST);
        sessions.forget(&key(1));
        assert!(sessions.of(&key(1)).is_none() && sessions.of(&key(2)).is_some());
    }
}
