//! Looks for the call of a dial nobody knows the outcome of, by the rules of [`crate::flow`]: at once, after 1, 2, 4 and then every
//! 8 s, until none can come any more. Beyond those, a campaign has many dials, and a call belongs to one of them.

use std::time::{Duration, SystemTime};

use super::run::Campaign;
use crate::clock::later;
use crate::flow::journal::JournalError;
use crate::provider::{Call, CallId, FindCall, Found};

/// What became of a dial.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It is this call.
    Placed(Box<Call>),
    /// There is no call, and none will come.
    Absent,
    /// Several calls could be it.
    Ambiguous(Vec<CallId>),
    /// Nothing was found, but the calendar went backwards: nothing is proven.
    Unproven,
    /// The provider could not be asked at the end.
    Unanswered,
}

impl Campaign<'_> {
    /// Looks for the call of a dial that was begun at `wanted.sent_from`.
    pub(super) async fn look(&self, wanted: &FindCall) -> Result<Verdict, JournalError> {
        let clock = self.clock();
        // Counted from now and on the clock that is never set: a calendar that jumps, between two runs or in this one, must not
        // make the wait shorter.
        let settled = later(clock.now(), self.settings.settle);
        let mut pause = Duration::from_secs(1);
        loop {
            // Only a look begun after that proves that there is nothing.
            let last = clock.now() >= settled;
            let verdict = match self.calls.find_call(wanted).await {
                Ok(found) => self.judge(wanted, found).await?,
                Err(error) => {
                    tracing::debug!(target: "voice_core", key = %wanted.key, %error, "could not look for a call");
                    Verdict::Unanswered
                }
            };
            if last || matches!(verdict, Verdict::Placed(_)) {
                return Ok(match verdict {
                    Verdict::Absent if clock.wall() < wanted.sent_from => Verdict::Unproven,
                    verdict => verdict,
                });
            }
            let left = settled.saturating_duration_since(clock.now());
            clock.sleep(pause.min(left)).await;
            pause = (pause * 2).min(Duration::from_secs(8));
        }
    }

    /// Takes a call for this dial's unless it is, or may be, another's.
    async fn judge(&self, wanted: &FindCall, found: Found) -> Result<Verdict, JournalError> {
        let candidates = match &found {
            Found::Nothing => return Ok(Verdict::Absent),
            Found::One(call) => vec![call.id.clone()],
            Found::Several(ids) => ids.clone(),
        };
        let mut free = Vec::new();
        for id in candidates {
            let owner = self.journal.owner(&id).await?;
            if owner.is_none_or(|owner| owner == wanted.key) && self.is_free(&id, &wanted.key) {
                free.push(id);
            }
        }
        let [id] = free.as_slice() else {
            return Ok(match free.is_empty() {
                true => Verdict::Absent,
                false => Verdict::Ambiguous(free),
            });
        };
        // Somebody else is dialling the same number right now: it may be that call.
        if self.is_dialling(wanted.to, wanted.from) || !self.claim(id, &wanted.key) {
            return Ok(Verdict::Ambiguous(free));
        }
        if let Found::One(call) = found {
            return Ok(Verdict::Placed(call));
        }
        Ok(match self.calls.get_call(id).await {
            Ok(call) => Verdict::Placed(Box::new(call)),
            Err(_) => Verdict::Unanswered,
        })
    }

    /// What is looked for after a run that died: in the time a dial may have taken.
    pub(super) fn window(&self, began: SystemTime) -> SystemTime {
        let latest = began
            .checked_add(self.settings.longest_dial)
            .unwrap_or(began);
        self.clock().wall().clamp(began, latest)
    }
}
