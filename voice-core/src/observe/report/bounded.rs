//! A map that does not grow without end.

use std::collections::BTreeMap;

/// Values by name, for so many names; what comes later goes to one value for all others.
#[derive(Debug)]
pub(super) struct Bounded<V> {
    map: BTreeMap<String, V>,
    others: Option<V>,
    capacity: usize,
}

impl<V: Default> Bounded<V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            map: BTreeMap::new(),
            others: None,
            capacity,
        }
    }

    pub(super) fn entry(&mut self, name: &str) -> &mut V {
        let is_new = !self.map.contains_key(name);
        if is_new && self.map.len() >= self.capacity {
            return self.others.get_or_insert_default();
        }
        // A name is copied only the first time.
        if is_new {
            self.map.insert(name.to_owned(), V::default());
        }
        match self.map.get_mut(name) {
            Some(value) => value,
            None => self.others.get_or_insert_default(),
        }
    }

    /// Every name with its value, the one for all others last.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        let others = self.others.iter().map(|value| ("(others)", value));
        self.map
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .chain(others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stops_growing_and_counts_on() {
        let mut map = Bounded::<u64>::new(2);
        for name in ["a", "b", "c", "a", "d"] {
            *map.entry(name) += 1;
        }
        let all: Vec<_> = map.iter().map(|(name, count)| (name, *count)).collect();
        assert_eq!(all, [("a", 2), ("b", 1), ("(others)", 2)]);
    }
}
