//! [`Ledger`]: what was seen on a connection, so that nothing is dealt with twice.

use std::collections::{HashSet, VecDeque};

/// Ids that are remembered at most; the oldest are forgotten first.
const REMEMBERED: usize = 4096;

/// Remembers ids: the last 4,096, the oldest are forgotten first. For function calls and messages that a server may tell of
/// twice.
#[derive(Debug, Default)]
pub struct Ledger {
    known: HashSet<String>,
    order: VecDeque<String>,
}

impl Ledger {
    /// Enters an id, and says whether it was new.
    pub fn enter(&mut self, id: &str) -> bool {
        if !self.known.insert(id.to_owned()) {
            return false;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once_and_the_oldest_are_forgotten() {
        let mut ledger = Ledger::default();
        assert!(ledger.enter("first"));
        assert!(!ledger.enter("first"));
        for id in 0..REMEMBERED {
            assert!(ledger.enter(&id.to_string()));
        }
        assert_eq!(ledger.known.len(), REMEMBERED);
        assert!(ledger.enter("first"));
    }
}
