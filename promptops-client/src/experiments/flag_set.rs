//! All flags of an application.

use std::collections::HashMap;
use std::time::SystemTime;

use crate::models::FeatureFlag;

use super::flags::OnReason;
use super::{FlagDecision, FlagPlan, FlagState, OffReason, PlanError, Segments, Subject};

/// Flags by name, and the segments their rules name.
///
/// ```
/// use std::time::UNIX_EPOCH;
/// use promptops_client::experiments::{FlagSet, FlagState, Subject};
/// use promptops_client::models::FeatureFlag;
///
/// let flags: FlagSet = [FeatureFlag::new("new-ui").enabled(true).rollout_percentage(100_u32)].iter().collect();
/// let ana = Subject::user("user-1");
/// assert!(flags.decide("new-ui", &ana, UNIX_EPOCH, FlagState::Off).is_on());
/// assert!(!flags.decide("other", &ana, UNIX_EPOCH, FlagState::Off).is_on());
/// assert!(flags.decide("other", &ana, UNIX_EPOCH, FlagState::On).is_on());
/// ```
#[derive(Debug, Clone, Default)]
pub struct FlagSet {
    flags: HashMap<String, Result<FlagPlan, PlanError>>,
    segments: Segments,
}

impl FlagSet {
    /// No flags.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with these segments.
    #[must_use]
    pub fn with_segments(mut self, segments: Segments) -> Self {
        self.segments = segments;
        self
    }

    /// Adds a flag, or replaces the one of its name. One that cannot be used is kept as such, and off for everybody.
    pub fn insert(&mut self, flag: &FeatureFlag) {
        self.flags
            .insert(flag.name.clone(), FlagPlan::from_flag(flag));
    }

    /// What a flag is for the subject at this moment; `unknown` decides about a flag that is not in the set.
    #[must_use]
    pub fn decide(
        &self,
        name: &str,
        subject: &Subject,
        now: SystemTime,
        unknown: FlagState,
    ) -> FlagDecision {
        match (self.flags.get(name), unknown) {
            (Some(Ok(flag)), _) => flag.decide(subject, &self.segments, now),
            (Some(Err(_)), _) => FlagDecision::Off(OffReason::Invalid),
            (None, FlagState::On) => FlagDecision::On(OnReason::Default),
            (None, FlagState::Off) => FlagDecision::Off(OffReason::Unknown),
        }
    }

    /// The flags that cannot be used, with what is wrong with each, in any order.
    pub fn faults(&self) -> impl Iterator<Item = (&str, &PlanError)> {
        self.flags
            .iter()
            .filter_map(|(name, flag)| Some((name.as_str(), flag.as_ref().err()?)))
    }

    /// How many flags there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.flags.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }
}

impl<'a> FromIterator<&'a FeatureFlag> for FlagSet {
    fn from_iter<I: IntoIterator<Item = &'a FeatureFlag>>(flags: I) -> Self {
        let mut out = Self::new();
        flags.into_iter().for_each(|flag| out.insert(flag));
        out
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn unknown_flags_are_the_callers_and_broken_ones_are_off() {
        let flags = [
            FeatureFlag::new("broken")
                .enabled(true)
                .rollout_percentage(200_u32),
            FeatureFlag::new("fine")
                .enabled(true)
                .rollout_percentage(100_u32),
        ];
        let flags: FlagSet = flags.iter().collect();
        let ask = |name, unknown| flags.decide(name, &Subject::user("u"), UNIX_EPOCH, unknown);
        assert_eq!(ask("x", FlagState::On), FlagDecision::On(OnReason::Default));
        assert_eq!(
            ask("x", FlagState::default()),
            FlagDecision::Off(OffReason::Unknown)
        );
        assert_eq!(
            ask("broken", FlagState::On),
            FlagDecision::Off(OffReason::Invalid)
        );
        assert!(ask("fine", FlagState::Off).is_on());
        let faults: Vec<_> = flags.faults().map(|(name, _)| name).collect();
        assert_eq!((faults, flags.len()), (vec!["broken"], 2));
    }

    #[test]
    fn rules_of_flags_may_name_segments() {
        let rules = crate::models::JsonMap::from([("segments", "beta")]);
        let flag = FeatureFlag::new("f")
            .enabled(true)
            .rollout_percentage(100_u32)
            .targeting_rules(rules);
        let conditions = serde_json::Map::from_iter([("beta".to_owned(), true.into())]);
        let segments =
            Segments::new().with("beta", super::super::Segment::from_conditions(&conditions));
        let flags = [flag].iter().collect::<FlagSet>().with_segments(segments);
        let ask = |subject: &Subject| {
            flags
                .decide("f", subject, UNIX_EPOCH, FlagState::Off)
                .is_on()
        };
        assert!(ask(&Subject::user("u").with_attribute("beta", true)));
        assert!(!ask(&Subject::user("u")));
    }
}
