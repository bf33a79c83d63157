//! What every capacity store keeps.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use crate::clock::SharedClock;
use crate::store::{CapacityStore, InUse, Lease, LeaseLimits, Renewal, Reservation, Tier};

/// Long enough not to end during a suite.
const LONG: Duration = Duration::from_secs(600);
/// Short enough to be waited for.
const SHORT: Duration = Duration::from_millis(150);
const WIDE: LeaseLimits = LeaseLimits::new(1_000, 1_000);
const TASKS: usize = 64;
/// Of the tenant whose calls are most.
const BUSY_LIMIT: u32 = 6;
const GLOBAL_LIMIT: u32 = 20;

/// Grants up to both limits and names the tier that is full; renews what is held and takes no second place; loses what ran
/// out, the short and not the long; stays within its limits under 64 tasks at once and ends with none taken.
///
/// Takes handles of the same store, in which no place is taken: one, or several as processes of a fleet have.
pub async fn capacity_store(handles: &[Arc<dyn CapacityStore>], clock: &SharedClock) {
    assert!(!handles.is_empty(), "there is a store to test");
    let suite = Suite { handles, clock };
    suite.empty("at the beginning").await;
    suite.limits().await;
    suite.held().await;
    suite.run_out().await;
    suite.odd_tenants().await;
    suite.crowd().await;
}

struct Suite<'a> {
    handles: &'a [Arc<dyn CapacityStore>],
    clock: &'a SharedClock,
}

fn lease(tenant: &str, id: impl fmt::Display) -> Lease {
    Lease::new(tenant, format!("{id}"))
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
impl Suite<'_> {
    /// A handle; different ones for different numbers where there are several.
    fn handle(&self, number: usize) -> &Arc<dyn CapacityStore> {
        let index = number % self.handles.len();
        self.handles.get(index).expect("an index within")
    }

    async fn reserve(
        &self,
        handle: usize,
        lease: &Lease,
        limits: LeaseLimits,
        ttl: Duration,
    ) -> Reservation {
        let reservation = self.handle(handle).reserve(lease, limits, ttl).await;
        reservation.expect("a store that is there grants or refuses")
    }

    async fn renew(&self, handle: usize, lease: &Lease, ttl: Duration) -> Renewal {
        let renewal = self.handle(handle).renew(lease, ttl).await;
        renewal.expect("a store that is there renews or does not")
    }

    async fn release(&self, handle: usize, lease: &Lease) {
        let released = self.handle(handle).release(lease).await;
        released.expect("a release is no error, whether held or not");
    }

    async fn in_use(&self, tenant: &str) -> (u32, u32) {
        let used = self.handle(1).in_use(tenant).await;
        let InUse { global, tenant } = used.expect("a store that is there counts");
        (global, tenant)
    }

    async fn empty(&self, when: &str) {
        assert_eq!(self.in_use("a").await, (0, 0), "no place is taken {when}");
    }

    async fn limits(&self) {
        let limits = LeaseLimits::new(3, 2);
        let granted = Reservation::Granted;
        for id in 1..=2 {
            let reservation = self.reserve(id, &lease("a", id), limits, LONG).await;
            assert_eq!(reservation, granted, "there is place number {id}");
        }
        let full = self.reserve(0, &lease("a", 3), limits, LONG).await;
        assert_eq!(full, Reservation::Full(Tier::Tenant), "the tenant is full");
        let other = self.reserve(1, &lease("b", 4), limits, LONG).await;
        assert_eq!(other, granted, "another tenant is not");
        for tenant in ["a", "c"] {
            let full = self.reserve(0, &lease(tenant, 5), limits, LONG).await;
            assert_eq!(full, Reservation::Full(Tier::Global), "all is full");
        }
        assert_eq!(self.in_use("a").await, (3, 2), "a refusal takes nothing");
        assert_eq!(self.in_use("c").await, (3, 0), "a refusal takes nothing");
        self.release(1, &lease("a", 1)).await;
        self.release(0, &lease("a", 1)).await;
        self.release(0, &lease("c", "never held")).await;
        assert_eq!(self.in_use("a").await, (2, 1), "a release counts once");
        let again = self.reserve(0, &lease("a", 3), limits, LONG).await;
        assert_eq!(again, granted, "a place that was given back can be had");
        let nobody = lease("z", 9);
        let none = self.reserve(0, &nobody, LeaseLimits::new(0, 0), LONG);
        assert_eq!(
            none.await,
            Reservation::Full(Tier::Global),
            "0 lets nobody in"
        );
        for (tenant, id) in [("a", 2), ("a", 3), ("b", 4)] {
            self.release(0, &lease(tenant, id)).await;
        }
        self.empty("when all were given back").await;
    }

    async fn held(&self) {
        let limits = LeaseLimits::new(1, 1);
        let mine = lease("a", "held");
        for _ in 0..3 {
            let reservation = self.reserve(0, &mine, limits, LONG).await;
            assert_eq!(
                reservation,
                Reservation::Granted,
                "a lease that is held is renewed, though all is full"
            );
        }
        assert_eq!(self.in_use("a").await, (1, 1), "and takes no second place");
        assert_eq!(self.renew(0, &mine, LONG).await, Renewal::Renewed);
        assert_eq!(self.in_use("a").await, (1, 1), "renewing takes none either");
        self.release(0, &mine).await;
        let renewal = self.renew(0, &mine, LONG).await;
        assert_eq!(renewal, Renewal::Lost, "what was given back is not renewed");
        self.empty("when it was given back").await;
    }

    async fn run_out(&self) {
        let (long, short, renewed, cut) = (
            lease("a", "long"),
            lease("a", "short"),
            lease("b", "renewed"),
            lease("b", "cut"),
        );
        self.reserve(0, &long, WIDE, LONG).await;
        self.reserve(0, &cut, WIDE, LONG).await;
        self.reserve(0, &renewed, WIDE, SHORT).await;
        self.renew(0, &renewed, LONG).await;
        self.renew(0, &cut, SHORT).await;
        // Last, so that a store that expires all of a tenant by its latest lease is found out.
        self.reserve(0, &short, WIDE, SHORT).await;
        self.clock.sleep(SHORT * 2).await;
        assert_eq!(
            (self.in_use("a").await, self.in_use("b").await),
            ((2, 1), (2, 1)),
            "a short lease ends after its time, and no longer one with it"
        );
        for over in [&short, &cut] {
            let renewal = self.renew(0, over, LONG).await;
            assert_eq!(renewal, Renewal::Lost, "what ran out is lost");
        }
        let limits = LeaseLimits::new(3, 2);
        let again = self.reserve(0, &short, limits, LONG).await;
        assert_eq!(again, Reservation::Granted, "what ran out left its place");
        for held in [&long, &renewed] {
            assert_eq!(
                self.renew(0, held, LONG).await,
                Renewal::Renewed,
                "{held:?}"
            );
        }
        for lease in [&long, &short, &renewed] {
            self.release(0, lease).await;
        }
        self.empty("after leases that ran out").await;
    }

    async fn odd_tenants(&self) {
        let tenants = ["", "a", "{a}", "%7Ba}", "a:g", "g", "ü \r\n", "a%"];
        for tenant in tenants {
            self.reserve(0, &lease(tenant, "x"), WIDE, LONG).await;
        }
        for tenant in tenants {
            assert_eq!(
                self.in_use(tenant).await,
                (8, 1),
                "{tenant:?} is one of its own"
            );
        }
        for tenant in tenants {
            self.release(0, &lease(tenant, "x")).await;
        }
        let endless = lease("a", "endless");
        self.reserve(0, &endless, WIDE, Duration::MAX).await;
        assert_eq!(self.in_use("a").await, (1, 1), "no lease is too long");
        self.release(0, &endless).await;
        self.reserve(0, &endless, WIDE, Duration::ZERO).await;
        self.clock.sleep(Duration::from_millis(50)).await;
        self.empty("after odd tenants").await;
    }

    async fn crowd(&self) {
        let counts = Arc::new(Counts::default());
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let (store, clock) = (Arc::clone(self.handle(task)), Arc::clone(self.clock));
                let counts = Arc::clone(&counts);
                tokio::spawn(async move {
                    let limits = LeaseLimits::new(GLOBAL_LIMIT, BUSY_LIMIT);
                    let tenant = if task % 2 == 0 {
                        "busy".to_owned()
                    } else {
                        format!("t{}", task % 8)
                    };
                    let mine = lease(&tenant, task);
                    let is_busy = tenant == "busy";
                    // Until every task has had its place.
                    loop {
                        match store.reserve(&mine, limits, LONG).await {
                            Ok(Reservation::Granted) => break,
                            Ok(Reservation::Full(_)) => clock.sleep(Duration::from_millis(3)).await,
                            Err(error) => return Err(error),
                        }
                    }
                    counts.enter(is_busy);
                    clock.sleep(Duration::from_millis(40)).await;
                    store.renew(&mine, LONG).await?;
                    clock.sleep(Duration::from_millis(40)).await;
                    counts.leave(is_busy);
                    store.release(&mine).await
                })
            })
            .collect();
        for task in tasks {
            task.await
                .expect("a task ends")
                .expect("a store that is there answers");
        }
        let peaks = (counts.all.peak(), counts.busy.peak());
        assert_eq!(
            peaks,
            (GLOBAL_LIMIT, BUSY_LIMIT),
            "both limits are reached and kept"
        );
        self.empty("after a crowd").await;
    }
}

#[derive(Default)]
struct Counts {
    all: Peak,
    busy: Peak,
}

impl Counts {
    fn enter(&self, is_busy: bool) {
        self.all.add();
        if is_busy {
            self.busy.add();
        }
    }

    fn leave(&self, is_busy: bool) {
        self.all.now.fetch_sub(1, SeqCst);
        if is_busy {
            self.busy.now.fetch_sub(1, SeqCst);
        }
    }
}

#[derive(Default)]
struct Peak {
    now: AtomicU32,
    most: AtomicU32,
}

impl Peak {
    fn add(&self) {
        let now = self.now.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(now, SeqCst);
    }

    fn peak(&self) -> u32 {
        self.most.load(SeqCst)
    }
}
