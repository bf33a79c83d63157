//! Utterances, put together from their parts.

use std::collections::BTreeMap;
use std::fmt;

use super::message::{OutputMedium, Speaker, Transcript};
use crate::types::NotShown;

/// Utterances that are kept at most; the oldest go first.
const KEPT: usize = 10_000;

/// One utterance, complete or not yet. Its text is personal data and does not show in `Debug`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Utterance {
    /// Its place in the conversation.
    pub ordinal: u64,
    /// Whose words.
    pub role: Option<Speaker>,
    /// Whether they were spoken or written.
    pub medium: Option<OutputMedium>,
    /// The text so far.
    pub text: String,
    /// Whether nothing more comes.
    pub is_final: bool,
}

impl fmt::Debug for Utterance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Utterance")
            .field("ordinal", &self.ordinal)
            .field("role", &self.role)
            .field("medium", &self.medium)
            .field("text", &NotShown)
            .field("is_final", &self.is_final)
            .finish()
    }
}

/// Puts utterances together from transcript messages, which bring either all of the text so far or what is to be added.
/// It keeps the last 10,000.
///
/// ```
/// use ultravox_client::realtime::Transcripts;
/// use ultravox_client::realtime::message::{Speaker, Transcript};
///
/// let mut said = Transcripts::new();
/// said.add(&Transcript::new(Speaker::Agent, 4).delta("Hel"));
/// said.add(&Transcript::new(Speaker::Agent, 4).delta("lo."));
/// let line = said.add(&Transcript::new(Speaker::Agent, 4).is_final(true)).expect("an utterance");
/// assert_eq!((line.text.as_str(), line.is_final), ("Hello.", true));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Transcripts {
    utterances: BTreeMap<u64, Utterance>,
}

impl Transcripts {
    /// Nothing was said yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a message, and gives the utterance as it stands then. A message without an ordinal belongs to nothing and
    /// is left alone, and so is a delta for an utterance that is final.
    pub fn add(&mut self, part: &Transcript) -> Option<&Utterance> {
        let ordinal = part.ordinal?;
        let utterance = self.utterances.entry(ordinal).or_insert_with(|| Utterance {
            ordinal,
            role: None,
            medium: None,
            text: String::new(),
            is_final: false,
        });
        if let Some(role) = &part.role {
            utterance.role = Some(role.clone());
        }
        if let Some(medium) = &part.medium {
            utterance.medium = Some(medium.clone());
        }
        match (&part.text, &part.delta) {
            (Some(text), _) => utterance.text.clone_from(text),
            (None, Some(delta)) if !utterance.is_final => utterance.text.push_str(delta),
            (None, _) => {}
        }
        utterance.is_final |= part.is_final == Some(true);
        if self.utterances.len() > KEPT {
            self.utterances.pop_first();
        }
        self.utterances.get(&ordinal)
    }

    /// The utterance at a place.
    #[must_use]
    pub fn get(&self, ordinal: u64) -> Option<&Utterance> {
        self.utterances.get(&ordinal)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Utterance> {
        self.utterances.values()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.utterances.len()
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.utterances.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn agent(ordinal: u64) -> Transcript {
        Transcript::new(Speaker::Agent, ordinal)
    }

    #[test]
    fn text_replaces_and_delta_adds() {
        let mut said = Transcripts::new();
        said.add(&agent(1).delta("Hel"));
        said.add(&agent(1).text("Hello"));
        said.add(&agent(1).delta(" there"));
        said.add(&agent(1).text("Hello there.").is_final(true));
        said.add(&agent(1).delta(" too late"));
        said.add(&Transcript::new(Speaker::User, 0).text("Hi").is_final(true));
        let lines: Vec<_> = said
            .iter()
            .map(|line| (line.ordinal, line.text.as_str(), line.is_final))
            .collect();
        assert_eq!(lines, [(0, "Hi", true), (1, "Hello there.", true)]);
        assert!(said.add(&Transcript::default().text("whose?")).is_none());
        assert!(!format!("{said:?}").contains("Hello"));
    }

    #[test]
    fn the_oldest_go_first() {
        let mut said = Transcripts::new();
        for ordinal in 0..=10_000 {
            said.add(&agent(ordinal).text("x"));
        }
        assert_eq!((said.len(), said.get(0)), (10_000, None));
        // One older than all that are kept does not stay.
        assert!(said.add(&agent(0).text("x")).is_none());
    }

    proptest! {
        #[test]
        fn a_text_in_pieces_is_the_text(
            pieces in prop::collection::vec("\\PC{0,8}", 0..12),
            other in prop::collection::vec("\\PC{0,8}", 0..12),
        ) {
            let mut said = Transcripts::new();
            let mut parts: Vec<(u64, &String)> = pieces.iter().map(|piece| (2, piece)).collect();
            parts.extend(other.iter().map(|piece| (1, piece)));
            for (ordinal, piece) in parts {
                said.add(&agent(ordinal).delta(piece.as_str()));
            }
            let text = |ordinal| said.get(ordinal).map(|line| line.text.clone()).unwrap_or_default();
            prop_assert_eq!((text(2), text(1)), (pieces.concat(), other.concat()));
        }
    }
}
