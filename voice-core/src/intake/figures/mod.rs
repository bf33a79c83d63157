//! Counters of the pipeline, over all and for each tenant.
//!
//! [`IntakeFigures`] is shared by everything that counts; a count is one or two atomic additions. The number of tenants
//! with counters of their own is bounded, and all others share one set, so that nobody can fill the memory with names.
//! Nothing personal is in a name or label: tenants by id, reasons by code, never a number.

mod active;
mod figure;
mod prometheus;
mod snapshot;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

pub use active::ActiveCall;
pub use figure::Figure;
pub use snapshot::{FigureValues, FiguresSnapshot};

use super::tenant::TenantId;

/// How many tenants have counters of their own unless set otherwise.
pub const DEFAULT_TENANTS: usize = 1_000;

/// Counters of the pipeline; a clone shares them.
///
/// ```
/// use voice_core::intake::figures::{Figure, IntakeFigures};
/// use voice_core::intake::tenant::TenantId;
///
/// let figures = IntakeFigures::default();
/// let acme = TenantId::parse("acme-corp")?;
/// figures.count(Figure::AcceptedCalls, Some(&acme));
/// let call = figures.begin(&acme);
/// assert_eq!(figures.snapshot().totals.active_calls, 1);
/// call.end(std::time::Duration::from_secs(90));
///
/// let snapshot = figures.snapshot();
/// assert_eq!(snapshot.tenants["acme-corp"].minutes_processed, 1.5);
/// assert_eq!(snapshot.totals.get(Figure::EndedCalls), 1);
/// # Ok::<(), voice_core::intake::tenant::TenantIdError>(())
/// ```
#[derive(Clone)]
pub struct IntakeFigures(Arc<Shared>);

struct Shared {
    totals: Block,
    tenants: RwLock<HashMap<TenantId, Arc<Block>>>,
    max_tenants: usize,
    others: Arc<Block>,
}

/// One set of counters.
pub(super) struct Block {
    counts: [AtomicU64; Figure::ALL.len()],
    active: AtomicU64,
    millis: AtomicU64,
}

impl Default for Block {
    fn default() -> Self {
        Self {
            counts: std::array::from_fn(|_| AtomicU64::new(0)),
            active: AtomicU64::new(0),
            millis: AtomicU64::new(0),
        }
    }
}

impl Block {
    fn add(&self, figure: Figure, by: u64) {
        if let Some(count) = self.counts.get(figure as usize) {
            count.fetch_add(by, Ordering::Relaxed);
        }
    }

    fn values(&self) -> FigureValues {
        FigureValues::new(
            self.active.load(Ordering::Relaxed),
            Duration::from_millis(self.millis.load(Ordering::Relaxed)),
            std::array::from_fn(|at| {
                self.counts
                    .get(at)
                    .map_or(0, |count| count.load(Ordering::Relaxed))
            }),
        )
    }
}

impl Default for IntakeFigures {
    fn default() -> Self {
        Self::with_tenants(DEFAULT_TENANTS)
    }
}

impl IntakeFigures {
    /// Counters of their own for the first `max_tenants` tenants that are counted.
    #[must_use]
    pub fn with_tenants(max_tenants: usize) -> Self {
        Self(Arc::new(Shared {
            totals: Block::default(),
            tenants: RwLock::default(),
            max_tenants,
            others: Arc::default(),
        }))
    }

    /// Counts one, over all and for the tenant, if there is one.
    pub fn count(&self, figure: Figure, tenant: Option<&TenantId>) {
        self.add(figure, 1, tenant);
    }

    /// Counts `by`, over all and for the tenant, if there is one.
    pub fn add(&self, figure: Figure, by: u64, tenant: Option<&TenantId>) {
        self.0.totals.add(figure, by);
        if let Some(tenant) = tenant {
            self.block(tenant).add(figure, by);
        }
    }

    /// A call was taken: it counts as active until the guard ends or is dropped.
    pub fn begin(&self, tenant: &TenantId) -> ActiveCall {
        ActiveCall::begin(self.clone(), self.block(tenant))
    }

    /// All counters as they are now. Calls that are counted meanwhile may be in some and not yet in others.
    #[must_use]
    pub fn snapshot(&self) -> FiguresSnapshot {
        let tenants = self
            .0
            .tenants
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let tenants = tenants
            .iter()
            .map(|(tenant, block)| (tenant.as_str().to_owned(), block.values()))
            .collect();
        FiguresSnapshot {
            totals: self.0.totals.values(),
            tenants,
            others: self.0.others.values(),
        }
    }

    fn block(&self, tenant: &TenantId) -> Arc<Block> {
        let known = self
            .0
            .tenants
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(block) = known.get(tenant) {
            return Arc::clone(block);
        }
        if known.len() >= self.0.max_tenants {
            return Arc::clone(&self.0.others);
        }
        drop(known);
        let mut known = self
            .0
            .tenants
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if known.len() >= self.0.max_tenants && !known.contains_key(tenant) {
            return Arc::clone(&self.0.others);
        }
        Arc::clone(known.entry(tenant.clone()).or_default())
    }
}

impl fmt::Debug for IntakeFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntakeFigures")
            .field("totals", &self.0.totals.values())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(name: &str) -> TenantId {
        TenantId::parse(name).unwrap()
    }

    #[test]
    fn what_is_counted_for_a_tenant_is_counted_over_all() {
        let figures = IntakeFigures::default();
        figures.count(Figure::RejectedCapacity, Some(&tenant("a")));
        figures.add(Figure::RejectedOther, 2, Some(&tenant("b")));
        figures.count(Figure::RejectedTenantResolveFailed, None);
        let snapshot = figures.snapshot();
        assert_eq!(snapshot.totals.rejected_calls(), 4);
        assert_eq!(snapshot.tenants["a"].rejected_calls(), 1);
        assert_eq!(snapshot.tenants["b"].get(Figure::RejectedOther), 2);
        assert_eq!(snapshot.tenants.len(), 2);
    }

    #[test]
    fn tenants_beyond_the_bound_share_one_set() {
        let figures = IntakeFigures::with_tenants(2);
        for name in ["a", "b", "c", "d", "a"] {
            figures.count(Figure::AcceptedCalls, Some(&tenant(name)));
        }
        let snapshot = figures.snapshot();
        assert_eq!(snapshot.tenants.len(), 2);
        assert_eq!(snapshot.tenants["a"].get(Figure::AcceptedCalls), 2);
        assert_eq!(snapshot.others.get(Figure::AcceptedCalls), 2);
        assert_eq!(snapshot.totals.get(Figure::AcceptedCalls), 5);
    }

    #[test]
    fn nothing_is_lost_between_threads_and_the_bound_holds() {
        let figures = IntakeFigures::with_tenants(3);
        std::thread::scope(|scope| {
            for thread in 0..8_u32 {
                let figures = &figures;
                scope.spawn(move || {
                    for at in 0..1_000_u32 {
                        let name = format!("t{}", (at + thread) % 7);
                        figures.count(Figure::ToolRuns, Some(&tenant(&name)));
                    }
                });
            }
        });
        let snapshot = figures.snapshot();
        let of_tenants: u64 = snapshot
            .tenants
            .values()
            .chain([&snapshot.others])
            .map(|values| values.get(Figure::ToolRuns))
            .sum();
        assert_eq!(snapshot.tenants.len(), 3);
        assert_eq!(of_tenants, 8_000);
        assert_eq!(snapshot.totals.get(Figure::ToolRuns), 8_000);
    }

    #[test]
    fn names_are_there_once_and_words_of_refusals_find_theirs() {
        let names: std::collections::BTreeSet<_> =
            Figure::ALL.iter().map(|figure| figure.as_str()).collect();
        assert_eq!(names.len(), Figure::ALL.len());
        for (at, figure) in Figure::ALL.iter().enumerate() {
            assert_eq!(*figure as usize, at);
            if let Some(word) = figure.as_str().strip_prefix("rejected_calls_") {
                assert_eq!(Figure::rejected(word), *figure, "{word}");
            }
        }
        assert_eq!(Figure::rejected("whatever"), Figure::RejectedOther);
    }
}
