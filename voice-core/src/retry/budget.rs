//! Is it healthy enough to retry at all?

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The third question: retries are paid from a bucket that successes refill.
///
/// One budget serves one provider, account and host. It starts full. A retry takes one token when it is **sent**; a
/// finished operation brings back a part of one. While everything succeeds now and then the bucket stays full and nobody
/// notices it; in an outage it runs dry, and requests then fail after their first attempt instead of multiplying the load.
///
/// The default holds 100 tokens and gets 0.25 of one for each success: through 15 % of transient faults every retry is
/// paid for, and in the long run there are at most 1.25 requests for each one asked for.
#[derive(Debug)]
pub struct RetryBudget {
    /// In thousandths of a token.
    level: AtomicU64,
    capacity: u64,
    refill: u64,
}

const TOKEN: u64 = 1_000;

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(100, 0.25)
    }
}

impl RetryBudget {
    /// A full bucket of `tokens`, refilled by `per_success` (0 to 1) with each success.
    #[must_use]
    pub fn new(tokens: u32, per_success: f64) -> Self {
        let capacity = u64::from(tokens) * TOKEN;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 0..=1000 just before"
        )]
        let refill = (per_success.clamp(0.0, 1.0) * 1_000.0) as u64;
        Self {
            level: AtomicU64::new(capacity),
            capacity,
            refill,
        }
    }

    /// Takes a token for one retry, or `None` when the bucket is dry.
    ///
    /// The token goes back when it is dropped without [`BudgetToken::spend`], so that an operation cancelled while it
    /// waits costs nothing.
    #[must_use]
    pub fn withdraw(self: &Arc<Self>) -> Option<BudgetToken> {
        self.level
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |level| {
                level.checked_sub(TOKEN)
            })
            .ok()
            .map(|_| BudgetToken {
                budget: Some(Arc::clone(self)),
            })
    }

    /// Counts a success.
    pub fn deposit(&self) {
        self.add(self.refill);
    }

    /// Whole tokens left.
    #[must_use]
    pub fn level(&self) -> u32 {
        u32::try_from(self.level.load(Ordering::Acquire) / TOKEN).unwrap_or(u32::MAX)
    }

    fn add(&self, amount: u64) {
        if amount == 0 || self.level.load(Ordering::Relaxed) >= self.capacity {
            return;
        }
        let _ = self
            .level
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |level| {
                Some(level.saturating_add(amount).min(self.capacity))
            });
    }
}

/// The right to one retry.
#[derive(Debug)]
#[must_use = "a token that is dropped goes back into the budget"]
pub struct BudgetToken {
    budget: Option<Arc<RetryBudget>>,
}

impl BudgetToken {
    /// The retry is being sent: the token is gone.
    pub fn spend(mut self) {
        self.budget = None;
    }
}

impl Drop for BudgetToken {
    fn drop(&mut self) {
        if let Some(budget) = self.budget.take() {
            budget.add(TOKEN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_paid_and_successes_refill() {
        let budget = Arc::new(RetryBudget::new(2, 0.25));
        budget.withdraw().unwrap().spend();
        budget.withdraw().unwrap().spend();
        assert!(budget.withdraw().is_none(), "dry");
        for _ in 0..3 {
            budget.deposit();
            assert!(budget.withdraw().is_none());
        }
        budget.deposit();
        budget.withdraw().unwrap().spend();
        assert_eq!(budget.level(), 0);
    }

    #[test]
    fn a_dropped_token_is_not_lost_and_the_bucket_never_overflows() {
        let budget = Arc::new(RetryBudget::new(1, 1.0));
        drop(budget.withdraw().unwrap());
        assert_eq!(budget.level(), 1);
        budget.deposit();
        assert_eq!(budget.level(), 1);
    }

    #[test]
    fn an_empty_budget_never_lends() {
        let budget = Arc::new(RetryBudget::new(0, 1.0));
        budget.deposit();
        assert!(budget.withdraw().is_none());
    }
}
