//! [`IntakeSettings`]: limits, times and answers of the pipeline.

use std::time::Duration;

use crate::error::Error;
use crate::provider::RejectReason;
use crate::store::{KEEP_DONE, Tier};

/// Limits, times and answers of the pipeline. Every one has a default; [`check`](Self::check) says what must hold between
/// them, and is called when the pipeline is built.
///
/// ```
/// use voice_core::intake::IntakeSettings;
///
/// let mut settings = IntakeSettings::default();
/// settings.max_calls = 20;
/// assert!(settings.check().is_ok());
/// settings.claim_lease = std::time::Duration::from_secs(5);
/// assert!(settings.check().is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IntakeSettings {
    /// Calls at once over all tenants, and for a tenant that sets no limit of its own: 100. 0 takes none.
    pub max_calls: u32,
    /// How long work on a webhook is held before another may take it over: 45 s. Longer than accepting, starting a session
    /// and hanging up may take together.
    pub claim_lease: Duration,
    /// How long it is remembered that a webhook was dealt with: [`KEEP_DONE`], since deliveries are repeated for up to 72 h.
    pub remembered: Duration,
    /// How long a place is held without being renewed: 60 s. It is renewed every third of it.
    pub place_lease: Duration,
    /// What becomes of a call whose place was lost and is not to be had again: it goes on.
    pub when_place_lost: WhenPlaceLost,
    /// How long one question to a store of claims or places may take: 3 s.
    pub store_limit: Duration,
    /// How long it may take to find the tenant, its configuration, or its texts, each: 10 s. The parts that do it have
    /// limits of their own, which are shorter.
    pub lookup_limit: Duration,
    /// How long taking a call may take, retries included: 8 s. A caller waits for seconds only.
    pub accept_limit: Duration,
    /// How long refusing or hanging up may take, retries included: 5 s.
    pub hang_up_limit: Duration,
    /// How long an order to hand a call on may take, retries included: 8 s.
    pub transfer_limit: Duration,
    /// How long the agent's session may take to stand: 10 s.
    pub start_limit: Duration,
    /// How long a session may take to end by itself once its call was handed on, hung up, or is said to be over: 5 s. Its
    /// last words and figures come in then.
    pub farewell: Duration,
    /// How long each hook after a call may take: 30 s.
    pub hook_limit: Duration,
    /// Most turns of a transcript that are kept: 2,000. Later ones are counted only.
    pub transcript_turns: usize,
    /// Most bytes of a transcript that are kept: 262,144.
    pub transcript_bytes: usize,
    /// How a caller is refused when the tenant has no place: busy (486).
    pub reject_tenant_full: RejectReason,
    /// How a caller is refused when there is no place over all tenants, while draining, or when the store of places fails:
    /// no capacity (503).
    pub reject_full: RejectReason,
    /// How a caller is refused whose dialled number is nobody's: unknown (404).
    pub reject_unknown: RejectReason,
    /// How a caller is refused for any other reason: declined (603).
    pub reject_other: RejectReason,
}

/// What becomes of a call whose place was lost and is not to be had again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WhenPlaceLost {
    /// It goes on, one above the limit, and asks for a place again and again.
    #[default]
    Keep,
    /// It is hung up.
    HangUp,
}

impl Default for IntakeSettings {
    fn default() -> Self {
        const fn secs(secs: u64) -> Duration {
            Duration::from_secs(secs)
        }
        Self {
            max_calls: 100,
            claim_lease: secs(45),
            remembered: KEEP_DONE,
            place_lease: secs(60),
            when_place_lost: WhenPlaceLost::Keep,
            store_limit: secs(3),
            lookup_limit: secs(10),
            accept_limit: secs(8),
            hang_up_limit: secs(5),
            transfer_limit: secs(8),
            start_limit: secs(10),
            farewell: secs(5),
            hook_limit: secs(30),
            transcript_turns: 2_000,
            transcript_bytes: 256 * 1024,
            reject_tenant_full: RejectReason::Busy,
            reject_full: RejectReason::NoCapacity,
            reject_unknown: RejectReason::UnknownNumber,
            reject_other: RejectReason::Declined,
        }
    }
}

impl IntakeSettings {
    /// Checks what must hold between the settings.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::error::ErrorKind::InvalidInput), naming the setting:
    /// - `place_lease`, `store_limit`, `lookup_limit`, `accept_limit`, `hang_up_limit`, `transfer_limit`, `start_limit` and
    ///   `hook_limit` are above zero;
    /// - `claim_lease` is longer than `accept_limit`, `start_limit`, `hang_up_limit` and `store_limit` together, so that
    ///   nobody takes over a call that is being taken;
    /// - `place_lease` is longer than three times `store_limit`, so that one slow renewal loses nothing;
    /// - `remembered` is at least `claim_lease`.
    pub fn check(&self) -> Result<(), Error> {
        for (name, time) in [
            ("place_lease", self.place_lease),
            ("store_limit", self.store_limit),
            ("lookup_limit", self.lookup_limit),
            ("accept_limit", self.accept_limit),
            ("hang_up_limit", self.hang_up_limit),
            ("transfer_limit", self.transfer_limit),
            ("start_limit", self.start_limit),
            ("hook_limit", self.hook_limit),
        ] {
            if time.is_zero() {
                return Err(Error::invalid_input(name, "must be above zero"));
            }
        }
        let taking = self
            .accept_limit
            .saturating_add(self.start_limit)
            .saturating_add(self.hang_up_limit)
            .saturating_add(self.store_limit);
        if self.claim_lease <= taking {
            return Err(Error::invalid_input(
                "claim_lease",
                "must be longer than accept_limit, start_limit, hang_up_limit and store_limit together",
            ));
        }
        if self.place_lease <= self.store_limit.saturating_mul(3) {
            return Err(Error::invalid_input(
                "place_lease",
                "must be longer than three times store_limit",
            ));
        }
        if self.remembered < self.claim_lease {
            return Err(Error::invalid_input(
                "remembered",
                "must be at least claim_lease",
            ));
        }
        Ok(())
    }

    pub(super) const fn reject_full(&self, tier: Tier) -> RejectReason {
        match tier {
            Tier::Tenant => self.reject_tenant_full,
            Tier::Global => self.reject_full,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_hold_and_each_rule_is_named() {
        type Change = fn(&mut IntakeSettings);
        let good = IntakeSettings::default();
        good.check().unwrap();
        assert!(good.remembered >= Duration::from_secs(72 * 60 * 60));
        let rules: [(&str, Change); 6] = [
            ("hook_limit", |s| s.hook_limit = Duration::ZERO),
            ("start_limit", |s| s.start_limit = Duration::ZERO),
            ("claim_lease", |s| s.start_limit = Duration::from_secs(30)),
            ("place_lease", |s| s.store_limit = Duration::from_secs(20)),
            ("place_lease", |s| s.place_lease = Duration::ZERO),
            ("remembered", |s| s.remembered = Duration::from_secs(44)),
        ];
        for (name, change) in rules {
            let mut bad = good.clone();
            change(&mut bad);
            let error = bad.check().unwrap_err();
            assert_eq!(error.fields()[0].field, name);
        }
    }
}
