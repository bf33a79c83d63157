//! What each part does when it is asked next.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use voice_core::clock::{Clock, SystemClock};

/// How a part behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    Well,
    /// As it should, after a while.
    Slow(Duration),
    /// It fails, and surely did nothing.
    Fail,
    /// It fails, and nobody knows what it did: it did nothing.
    Doubt,
    /// It does it, and the answer is lost.
    DoneButSilent,
    /// The call is over.
    Gone,
    /// It panics.
    Panic,
    /// It never answers.
    Hang,
}

/// What each part does, by the name of the part.
#[derive(Debug, Clone, Default)]
pub struct Script(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    always: BTreeMap<&'static str, Mood>,
    next: BTreeMap<&'static str, VecDeque<Mood>>,
    asked: Vec<&'static str>,
}

/// What is left of a mood once it was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Well,
    Fail,
    Doubt,
    DoneButSilent,
    Gone,
}

impl Script {
    pub fn always(&self, part: &'static str, mood: Mood) {
        self.0.lock().unwrap().always.insert(part, mood);
    }

    pub fn next(&self, part: &'static str, moods: impl IntoIterator<Item = Mood>) {
        let mut inner = self.0.lock().unwrap();
        inner.next.entry(part).or_default().extend(moods);
    }

    /// How often a part was asked.
    pub fn asked(&self, part: &str) -> usize {
        let inner = self.0.lock().unwrap();
        inner.asked.iter().filter(|asked| **asked == part).count()
    }

    /// Every part in the order it was asked.
    pub fn order(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().asked.clone()
    }

    fn mood(&self, part: &'static str) -> Mood {
        let mut inner = self.0.lock().unwrap();
        inner.asked.push(part);
        let next = inner.next.get_mut(part).and_then(VecDeque::pop_front);
        next.or_else(|| inner.always.get(part).copied())
            .unwrap_or(Mood::Well)
    }

    /// Asks without waiting.
    pub fn now(&self, part: &'static str) -> Fate {
        fate(part, self.mood(part))
    }

    /// Asks, and waits as long as the mood says.
    pub async fn ask(&self, part: &'static str) -> Fate {
        match self.mood(part) {
            Mood::Slow(wait) => {
                SystemClock::default().sleep(wait).await;
                Fate::Well
            }
            Mood::Hang => std::future::pending().await,
            mood => fate(part, mood),
        }
    }
}

fn fate(part: &str, mood: Mood) -> Fate {
    match mood {
        Mood::Well | Mood::Slow(_) | Mood::Hang => Fate::Well,
        Mood::Fail => Fate::Fail,
        Mood::Doubt => Fate::Doubt,
        Mood::DoneButSilent => Fate::DoneButSilent,
        Mood::Gone => Fate::Gone,
        Mood::Panic => panic!("{part} panics on purpose"),
    }
}
