//! What came of many trials.

use std::collections::BTreeMap;
use std::fmt;

/// Outcomes by name, and what went against the rules.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) points: usize,
    pub(crate) outcomes: BTreeMap<String, usize>,
    pub(crate) broken: Vec<String>,
}

impl Tally {
    pub(crate) fn add(&mut self, outcome: Result<String, String>) {
        self.points += 1;
        match outcome {
            Ok(name) => *self.outcomes.entry(name).or_default() += 1,
            Err(rule) => self.broken.push(rule),
        }
    }

    /// How many outcomes have a name that begins like this.
    pub(crate) fn of(&self, start: &str) -> usize {
        let named = self
            .outcomes
            .iter()
            .filter(|(name, _)| name.starts_with(start));
        named.map(|(_, count)| count).sum()
    }

    /// Fails when a rule was broken.
    #[track_caller]
    pub(crate) fn check(&self, what: &str) {
        println!("{what}: {self}");
        let first: Vec<&String> = self.broken.iter().take(40).collect();
        assert!(
            self.broken.is_empty(),
            "{} of {} points broke a rule: {first:#?}",
            self.broken.len(),
            self.points
        );
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} points", self.points)?;
        self.outcomes
            .iter()
            .try_for_each(|(name, count)| write!(f, ", {count} {name}"))
    }
}
