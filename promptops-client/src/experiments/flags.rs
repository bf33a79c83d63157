//! One flag: on or off for somebody, and why.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::models::{AllocationStrategy, FeatureFlag};

use super::plan::moment;
use super::{
    BucketUse, NotEnrolled, Percent, PlanError, Segments, Subject, Targeting, Window, WindowState,
    bucket,
};

/// A flag that was checked and can be asked. Cloning is cheap.
///
/// Asked in this order: enabled, schedule, targeting, percentage. The percentage is, from first to last: that of the
/// canary while it lasts, that of the current stage of a staged rollout, that of the rollout.
///
/// A canary lasts from the scheduled enabling, else from the flag's creation, for its hours; without either it lasts for
/// as long as the flag is a canary, which is the careful side.
///
/// ```
/// use std::time::UNIX_EPOCH;
/// use promptops_client::experiments::{FlagPlan, Segments, Subject};
/// use promptops_client::models::FeatureFlag;
///
/// let flag = FeatureFlag::new("new-ui").enabled(true).rollout_percentage(50_u32);
/// let flag = FlagPlan::from_flag(&flag)?;
/// let is_on = |user| flag.decide(&Subject::user(user), &Segments::new(), UNIX_EPOCH).is_on();
/// assert!(is_on("user-2") && !is_on("user-1"));
/// # Ok::<(), promptops_client::experiments::PlanError>(())
/// ```
#[derive(Debug, Clone)]
pub struct FlagPlan {
    name: Arc<str>,
    state: FlagState,
    window: Window,
    targeting: Arc<Targeting>,
    strategy: AllocationStrategy,
    rollout: Percent,
    stage: Option<Percent>,
    canary: Option<Canary>,
}

#[derive(Debug, Clone, Copy)]
struct Canary {
    percent: Percent,
    from: Option<SystemTime>,
    lasts: Duration,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FlagState {
    /// On.
    On,
    /// Off. The default.
    #[default]
    Off,
}

/// What a flag is for somebody, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlagDecision {
    /// On.
    On(OnReason),
    /// Off.
    Off(OffReason),
}

/// Why a flag is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnReason {
    /// Within the rollout's percentage.
    Rollout,
    /// Within the stage's.
    Stage,
    /// Within the canary's.
    Canary,
    /// Nobody knows the flag, and the caller's default is on.
    Default,
}

/// Why a flag is off.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OffReason {
    /// Nobody knows the flag.
    Unknown,
    /// The flag is known and cannot be used as it is.
    Invalid,
    /// Off for everybody.
    Disabled,
    /// Its scheduled enabling is still to come.
    NotYet,
    /// Its scheduled disabling is over.
    NoLonger,
    /// The rules leave this subject out.
    NotTargeted,
    /// Beyond the percentage.
    OutOfRollout,
    /// There is nothing to hash.
    NoUnit(NotEnrolled),
}

impl FlagDecision {
    /// Whether the flag is on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        matches!(self, Self::On(_))
    }
}

impl FlagPlan {
    /// Checks a flag. Defaults are the API's: off, 0 %, uniform, stage 1, a canary of 5 % for 24 hours.
    ///
    /// Targeting rules that cannot be read let nobody in; [`targeting`](Self::targeting) lists them.
    ///
    /// # Errors
    /// [`PlanError::NoId`], [`PlanError::Percent`], [`PlanError::Time`], [`PlanError::Stage`].
    pub fn from_flag(flag: &FeatureFlag) -> Result<Self, PlanError> {
        if flag.name.is_empty() {
            return Err(PlanError::NoId);
        }
        let from = moment("scheduled_enable_time", flag.scheduled_enable_time.as_ref())?;
        let until = moment(
            "scheduled_disable_time",
            flag.scheduled_disable_time.as_ref(),
        )?;
        let stage = match flag.is_staged_rollout {
            Some(true) => Some(stage(flag)?),
            _ => None,
        };
        let canary = match flag.is_canary_release {
            Some(true) => Some(Canary {
                percent: Percent::new(flag.canary_percentage.unwrap_or(5))?,
                // A creation that cannot be read is as good as none: the canary lasts.
                from: from.or_else(|| flag.created_at.as_ref()?.time()),
                lasts: Duration::from_secs(
                    u64::from(flag.canary_duration_hours.unwrap_or(24)) * 3600,
                ),
            }),
            _ => None,
        };
        let rules = flag.targeting_rules.iter();
        Ok(Self {
            name: flag.name.as_str().into(),
            state: match flag.enabled {
                Some(true) => FlagState::On,
                _ => FlagState::Off,
            },
            window: Window::new(from, until),
            targeting: Arc::new(Targeting::from_map(rules.flat_map(|map| map.iter()))),
            strategy: flag
                .rollout_strategy
                .clone()
                .unwrap_or(AllocationStrategy::Uniform),
            rollout: Percent::new(flag.rollout_percentage.unwrap_or(0))?,
            stage,
            canary,
        })
    }

    /// The flag's name, the salt of its hashes.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// For whom.
    #[must_use]
    pub fn targeting(&self) -> &Targeting {
        &self.targeting
    }

    /// What the flag is for the subject at this moment. A flag at 100 % is on even for a subject without a unit.
    #[must_use]
    pub fn decide(&self, subject: &Subject, segments: &Segments, now: SystemTime) -> FlagDecision {
        match self.reason(subject, segments, now) {
            Ok(reason) => FlagDecision::On(reason),
            Err(reason) => FlagDecision::Off(reason),
        }
    }

    fn reason(
        &self,
        subject: &Subject,
        segments: &Segments,
        now: SystemTime,
    ) -> Result<OnReason, OffReason> {
        if self.state == FlagState::Off {
            return Err(OffReason::Disabled);
        }
        match self.window.state(now) {
            WindowState::Before => return Err(OffReason::NotYet),
            WindowState::Within => {}
            WindowState::After => return Err(OffReason::NoLonger),
        }
        if !self.targeting.matches(subject, segments) {
            return Err(OffReason::NotTargeted);
        }
        let (percent, reason) = self.percent(now);
        if percent == Percent::EVERYBODY {
            return Ok(reason);
        }
        let unit = subject
            .unit_for(&self.strategy)
            .map_err(OffReason::NoUnit)?;
        match percent.takes(bucket(BucketUse::Flag, &self.name, &unit)) {
            true => Ok(reason),
            false => Err(OffReason::OutOfRollout),
        }
    }

    /// The percentage that counts now, and whose it is.
    fn percent(&self, now: SystemTime) -> (Percent, OnReason) {
        if let Some(canary) = self.canary {
            let end = canary.from.and_then(|from| from.checked_add(canary.lasts));
            if end.is_none_or(|end| now < end) {
                return (canary.percent, OnReason::Canary);
            }
        }
        match self.stage {
            Some(stage) => (stage, OnReason::Stage),
            None => (self.rollout, OnReason::Rollout),
        }
    }
}

/// The percentage of the current stage, which is counted from 1.
fn stage(flag: &FeatureFlag) -> Result<Percent, PlanError> {
    let current = flag.current_stage.unwrap_or(1);
    let place = usize::try_from(current).ok().and_then(|n| n.checked_sub(1));
    let percent = place.and_then(|place| flag.stage_rollout_percentage.get(place));
    Ok(Percent::new(*percent.ok_or(PlanError::Stage(current))?)?)
}

#[cfg(test)]
#[path = "flags_tests.rs"]
mod tests;
