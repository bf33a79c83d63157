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
    /// The same, after a while.
    SlowFail(Duration),
    /// It fails, and nobody knows what it did: it did nothing.
    Doubt,
    /// It does it, and the answer is lost.
    DoneButSilent,
    /// The call is over.
    Gone,
    /// It was decided on otherwise.
    Decided,
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
    dice: Option<Dice>,
}

/// Chance, repeatable.
#[derive(Debug)]
struct Dice {
    rng: fastrand::Rng,
    /// Of 1,000 askings of a part how many go how.
    odds: Vec<(&'static str, u32, Mood)>,
}

/// What is left of a mood once it was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Well,
    Fail,
    Doubt,
    DoneButSilent,
    Gone,
    Decided,
}

impl Script {
    pub fn always(&self, part: &'static str, mood: Mood) {
        self.0.lock().unwrap().always.insert(part, mood);
    }

    pub fn next(&self, part: &'static str, moods: impl IntoIterator<Item = Mood>) {
        let mut inner = self.0.lock().unwrap();
        inner.next.entry(part).or_default().extend(moods);
    }

    /// From now on chance decides, as `odds` say in thousandths; nobody writes down what was asked.
    pub fn dice(&self, seed: u64, odds: &[(&'static str, u32, Mood)]) {
        self.0.lock().unwrap().dice = Some(Dice {
            rng: fastrand::Rng::with_seed(seed),
            odds: odds.to_vec(),
        });
    }

    /// Everything does as it should again.
    pub fn calm(&self) {
        let mut inner = self.0.lock().unwrap();
        inner.always.clear();
        if let Some(dice) = &mut inner.dice {
            dice.odds.clear();
        }
    }

    pub fn usually(&self, part: &'static str) {
        self.0.lock().unwrap().always.remove(part);
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
        if let Some(mood) = inner.always.get(part) {
            let mood = *mood;
            if inner.dice.is_some() {
                return mood;
            }
        }
        if let Some(dice) = &mut inner.dice {
            let mut roll = dice.rng.u32(0..1_000);
            for (of, share, mood) in &dice.odds {
                if *of == part {
                    if roll < *share {
                        return *mood;
                    }
                    roll -= share;
                }
            }
            return Mood::Well;
        }
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
            Mood::SlowFail(wait) => {
                SystemClock::default().sleep(wait).await;
                Fate::Fail
            }
            Mood::Hang => std::future::pending().await,
            mood => fate(part, mood),
        }
    }
}

fn fate(part: &str, mood: Mood) -> Fate {
    match mood {
        Mood::Well | Mood::Slow(_) | Mood::Hang => Fate::Well,
        Mood::Fail | Mood::SlowFail(_) => Fate::Fail,
        Mood::Doubt => Fate::Doubt,
        Mood::DoneButSilent => Fate::DoneButSilent,
        Mood::Gone => Fate::Gone,
        Mood::Decided => Fate::Decided,
        // Without the noise of the panic hook.
        Mood::Panic => std::panic::resume_unwind(Box::new(format!("{part} panics on purpose"))),
    }
}
