//! The answer: a variant, or the reason why there is none.

use std::sync::Arc;

use crate::models::{ExperimentStatus, Variant};

/// Whether somebody takes part, and with which variant.
///
/// Who does not take part sees what they would see without the experiment, and must not be counted as control: that is
/// why the two are told apart here.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Assignment {
    /// Takes part.
    Enrolled(Enrolled),
    /// Does not, and why.
    NotEnrolled(NotEnrolled),
}

/// Somebody takes part.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Enrolled {
    /// The experiment.
    pub experiment_id: String,
    /// The variant, as the experiment describes it; `is_control` is set.
    pub variant: Arc<Variant>,
    /// What the answer rests on.
    pub basis: Basis,
}

/// What an assignment rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Basis {
    /// The hash of the unit.
    Hash,
    /// An assignment that was stored before.
    Stored,
    /// The hash, since the store could not be asked. As long as the experiment does not change it is the same answer.
    HashWithoutStore,
}

impl Basis {
    /// A word for logs and for the API's `assignment_reason`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hash => "hash",
            Self::Stored => "stored",
            Self::HashWithoutStore => "hash_without_store",
        }
    }
}

/// Why somebody does not take part.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotEnrolled {
    /// The experiment does not run: its status.
    NotRunning(ExperimentStatus),
    /// It has not begun.
    NotStarted,
    /// Its time is over.
    Ended,
    /// Neither user, device nor session is known.
    NoUnit,
    /// It goes by country, and none is known.
    NoPlace,
    /// It goes by attributes, and there are none.
    NoAttributes,
    /// It goes by something this version does not know.
    UnknownStrategy(String),
    /// The rules leave this subject out.
    NotTargeted,
    /// The subject is in the part of the traffic that is left alone.
    OutOfTraffic,
}

impl Assignment {
    /// The variant, for those who take part.
    #[must_use]
    pub fn variant(&self) -> Option<&Variant> {
        self.enrolled().map(|enrolled| &*enrolled.variant)
    }

    /// The enrolment, for those who take part.
    #[must_use]
    pub fn enrolled(&self) -> Option<&Enrolled> {
        match self {
            Self::Enrolled(enrolled) => Some(enrolled),
            Self::NotEnrolled(_) => None,
        }
    }

    /// Whether this is a participant with the control variant. `false` for those who do not take part.
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.variant()
            .is_some_and(|variant| variant.is_control == Some(true))
    }
}
