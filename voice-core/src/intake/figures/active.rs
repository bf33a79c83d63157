//! [`ActiveCall`]: a call that goes on.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{Block, Figure, IntakeFigures};

/// A call that counts as active. Dropped without a word it counts as failed, so that no path leaves it behind.
#[must_use = "the call counts as failed when this is dropped"]
pub struct ActiveCall {
    figures: IntakeFigures,
    tenant: Arc<Block>,
    settled: bool,
}

impl ActiveCall {
    pub(super) fn begin(figures: IntakeFigures, tenant: Arc<Block>) -> Self {
        let call = Self {
            figures,
            tenant,
            settled: false,
        };
        call.each(|block| {
            block.active.fetch_add(1, Ordering::Relaxed);
        });
        call
    }

    /// The agent's session stands.
    pub fn started(&self) {
        self.each(|block| block.add(Figure::StartedCalls, 1));
    }

    /// The call came to its end after `lasted`.
    pub fn end(mut self, lasted: Duration) {
        self.settle(Figure::EndedCalls, lasted);
    }

    /// The call failed after `lasted`.
    pub fn fail(mut self, lasted: Duration) {
        self.settle(Figure::FailedCalls, lasted);
    }

    fn settle(&mut self, figure: Figure, lasted: Duration) {
        if std::mem::replace(&mut self.settled, true) {
            return;
        }
        let millis = u64::try_from(lasted.as_millis()).unwrap_or(u64::MAX);
        self.each(|block| {
            block.active.fetch_sub(1, Ordering::Relaxed);
            block.add(figure, 1);
            // Held at the most there is: a sum that starts anew would run backwards.
            let more = |sum: u64| Some(sum.saturating_add(millis));
            let _ = block
                .millis
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        });
    }

    fn each(&self, act: impl Fn(&Block)) {
        act(&self.figures.0.totals);
        act(&self.tenant);
    }
}

impl Drop for ActiveCall {
    fn drop(&mut self) {
        self.settle(Figure::FailedCalls, Duration::ZERO);
    }
}

impl fmt::Debug for ActiveCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActiveCall").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::tenant::TenantId;

    #[test]
    fn minutes_never_run_backwards() {
        let figures = IntakeFigures::default();
        let tenant = TenantId::parse("a").unwrap();
        figures.begin(&tenant).end(Duration::MAX);
        let most = figures.snapshot().totals.minutes_processed;
        figures.begin(&tenant).end(Duration::from_secs(60));
        assert!(figures.snapshot().totals.minutes_processed >= most);
    }

    #[test]
    fn a_call_is_active_until_it_ends_fails_or_is_dropped() {
        let figures = IntakeFigures::default();
        let tenant = TenantId::parse("a").unwrap();
        let calls = [(); 3].map(|()| figures.begin(&tenant));
        assert_eq!(figures.snapshot().tenants["a"].active_calls, 3);
        let [one, two, three] = calls;
        one.started();
        one.end(Duration::from_secs(30));
        two.fail(Duration::from_secs(15));
        drop(three);
        let snapshot = figures.snapshot();
        for values in [&snapshot.totals, &snapshot.tenants["a"]] {
            assert_eq!(values.active_calls, 0);
            assert_eq!(values.get(Figure::StartedCalls), 1);
            assert_eq!(values.get(Figure::EndedCalls), 1);
            assert_eq!(values.get(Figure::FailedCalls), 2);
            assert!((values.minutes_processed - 0.75).abs() < 1e-9);
        }
    }
}
