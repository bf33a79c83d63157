//! What Redis decides: [`Scripts`], and the numbers of the rule they take ([`Pace`]).
//!
//! The bucket is one number, the moment at which it is empty again (TAT), in microseconds of the server's clock, beside the
//! moment before which nobody may go. Both expire when they no longer matter.

use std::time::Duration;

use crate::limits::{LimitExceeded, LimitRule};
use crate::retry::Repeat;
use crate::store::redis::Script;

/// The most steps of the bucket that those who lost a race spread over.
const MAX_SPREAD: u32 = 16;

// Both moments are brought into range where they are not, and written so, lest they move along with the present: after the
// server's clock was set back they would hold everybody for as long.
const READ: &str = "
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local step, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local function number(key) return tonumber(redis.call('GET', key) or '') or 0 end
local function write(key, till, longer)
  local left = till + (longer or 0) - now
  redis.call('SET', key, string.format('%.0f', till), 'PX', math.max(1, math.ceil(left / 1000)))
end
";
const TAKE: &str = "
local cost = tonumber(ARGV[3])
local function within(key, most)
  local found = number(key)
  if found > most then
    write(key, most)
    return most
  end
  return found
end
local hold = within(KEYS[2], now + ARGV[4])
local tat = within(KEYS[1], math.max(now, hold) + step * burst)
if tat + ARGV[5] < now then tat = now end
local new = tat + step * cost
local ready = new - step * burst
if hold > now and hold >= ready then return {0, hold - now, 1} end
if ready > now then return {0, ready - now, 0} end
if cost > 0 then write(KEYS[1], new, ARGV[5]) end
return {1, now, new + step - step * burst - now}";
// After a hold turns come one by one, also those that were given back during it.
const RETURN: &str = "
local cost, granted = tonumber(ARGV[3]), tonumber(ARGV[4])
if now >= granted + step * cost then return 0 end
local tat, hold = number(KEYS[1]) - step * cost, number(KEYS[2])
if hold > now then tat = math.max(tat, hold + step * (burst - 1)) end
if tat <= now then redis.call('DEL', KEYS[1]) else write(KEYS[1], tat) end
return 1";
const HOLD: &str = "
local till = now + ARGV[3]
if math.min(number(KEYS[2]), now + ARGV[4]) >= till then return 0 end
write(KEYS[2], till)
write(KEYS[1], math.max(number(KEYS[1]), till + step * (burst - 1)))
return 1";

/// The scripts. A turn that is taken twice because an answer was lost costs a turn and harms nobody.
#[derive(Debug)]
pub(super) struct Scripts {
    pub(super) take: Script,
    pub(super) give_back: Script,
    pub(super) hold: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        let script = |body: &str, repeat| Script::new(&[READ, body].concat(), repeat);
        Self {
            take: script(TAKE, Repeat::Idempotent),
            give_back: script(RETURN, Repeat::Once),
            hold: script(HOLD, Repeat::Idempotent),
        }
    }
}

/// The rule in the numbers of the scripts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Microseconds between two turns; rounded up, so that never more go than were allowed.
    pub(super) step: u64,
    pub(super) burst: u32,
    /// A turn taken up to so many microseconds late counts from when it was due: questions take time, and it must not add up.
    pub(super) slack: u64,
    /// For a refusal: as it was set.
    pub(super) limit: u32,
    pub(super) window: Duration,
}

impl Pace {
    pub(super) fn check(&self, cost: u32) -> Result<(), LimitExceeded> {
        if cost > self.burst {
            let most = self.burst;
            return Err(LimitExceeded::new(None, LimitRule::Cost { most }));
        }
        Ok(())
    }

    /// How long so many turns take one after the other.
    pub(super) fn time(&self, turns: u64) -> Duration {
        Duration::from_micros(self.step.saturating_mul(turns))
    }

    /// How much later to ask again after so many lost races. Turns that pass unused meanwhile stay in the bucket as long as
    /// the burst has room for them, so that nothing is lost by it; with a burst of 1 there is no such room.
    pub(super) fn spread(&self, lost_races: u32, unit: f64) -> Duration {
        let steps = lost_races.min(self.burst.saturating_sub(1)).min(MAX_SPREAD);
        self.time(u64::from(steps)).mul_f64(unit.clamp(0.0, 1.0))
    }

    pub(super) fn rule(&self) -> LimitRule {
        LimitRule::Window {
            limit: self.limit,
            window: self.window,
        }
    }

    /// From when a turn counts: `empty_at` of the bucket, or now.
    #[cfg(feature = "testkit")]
    pub(super) fn base(&self, empty_at: u64, now: u64) -> u64 {
        if empty_at.saturating_add(self.slack) < now {
            now
        } else {
            empty_at
        }
    }

    /// All of a burst but one, in microseconds.
    #[cfg(feature = "testkit")]
    pub(super) fn rest(&self) -> u64 {
        self.step
            .saturating_mul(u64::from(self.burst.saturating_sub(1)))
    }

    pub(super) fn take_args(&self, cost: u32, max_hold: Duration) -> [String; 5] {
        let [step, burst, cost, hold] = self.args(u64::from(cost), micros(max_hold));
        [step, burst, cost, hold, self.slack.to_string()]
    }

    pub(super) fn give_back_args(&self, cost: u32, granted: u64) -> [String; 4] {
        self.args(u64::from(cost), granted)
    }

    pub(super) fn hold_args(&self, hold: Duration, max_hold: Duration) -> [String; 4] {
        self.args(micros(hold), micros(max_hold))
    }

    fn args(&self, third: u64, fourth: u64) -> [String; 4] {
        [
            self.step.to_string(),
            self.burst.to_string(),
            third.to_string(),
            fourth.to_string(),
        ]
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losers_of_a_race_spread_no_further_than_the_bucket_keeps_their_turns() {
        let pace = |burst| Pace {
            step: 10_000,
            burst,
            slack: 0,
            limit: 100,
            window: Duration::from_secs(1),
        };
        let ms = Duration::from_millis;
        assert_eq!(
            pace(10).spread(0, 0.9),
            Duration::ZERO,
            "the first wait is exact"
        );
        assert_eq!(pace(10).spread(2, 0.5), ms(10));
        assert_eq!(pace(4).spread(9, 1.0), ms(30));
        assert_eq!(pace(1).spread(9, 1.0), Duration::ZERO);
        assert_eq!(pace(1_000).spread(9_000, 1.0), ms(160));
    }
}
