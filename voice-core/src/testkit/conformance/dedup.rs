//! What every dedup store keeps.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::SharedClock;
use crate::store::{Claim, ClaimOwner, DedupStore, Held, KEEP_DONE};

/// Long enough not to end during a suite.
const LONG: Duration = Duration::from_secs(600);
/// Short enough to be waited for.
const SHORT: Duration = Duration::from_millis(150);
const RACERS: usize = 16;
const IDS: usize = 200;

/// Claims, completes and releases as the table of [`DedupStore`] says; leases run out and hand over; of 16 who race for each
/// of 200 keys one wins. Takes handles of the same store: one, or several as processes of a fleet have.
pub async fn dedup_store(handles: &[Arc<dyn DedupStore>], clock: &SharedClock) {
    assert!(!handles.is_empty(), "there is a store to test");
    let suite = Suite {
        handles,
        clock,
        run: ClaimOwner::unique(&**clock).as_str().to_owned(),
    };
    suite.one_after_the_other().await;
    suite.of_another().await;
    suite.run_out().await;
    suite.odd_keys().await;
    suite.race().await;
}

struct Suite<'a> {
    handles: &'a [Arc<dyn DedupStore>],
    clock: &'a SharedClock,
    /// Makes the keys of this run its own.
    run: String,
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
impl Suite<'_> {
    fn owner(&self) -> ClaimOwner {
        ClaimOwner::unique(&**self.clock)
    }

    fn key(&self, name: &str) -> String {
        format!("{} {name}", self.run)
    }

    /// A handle; different ones for different numbers where there are several.
    fn handle(&self, number: usize) -> &Arc<dyn DedupStore> {
        let index = number % self.handles.len();
        self.handles.get(index).expect("an index within")
    }

    async fn claim(&self, handle: usize, key: &str, owner: &ClaimOwner, lease: Duration) -> Claim {
        let claim = self.handle(handle).claim(key, owner, lease).await;
        claim.expect("a store that is there answers a claim")
    }

    async fn complete(&self, handle: usize, key: &str, owner: &ClaimOwner, keep: Duration) -> Held {
        let held = self.handle(handle).complete(key, owner, keep).await;
        held.expect("a store that is there takes what is done")
    }

    async fn release(&self, handle: usize, key: &str, owner: &ClaimOwner) -> Held {
        let held = self.handle(handle).release(key, owner).await;
        held.expect("a store that is there takes back a claim")
    }

    async fn one_after_the_other(&self) {
        let (key, me) = (self.key("mine"), self.owner());
        let unknown = "what was never claimed is not held";
        assert_eq!(
            self.complete(0, &key, &me, KEEP_DONE).await,
            Held::No,
            "{unknown}"
        );
        assert_eq!(self.release(0, &key, &me).await, Held::No, "{unknown}");
        for time in ["first", "second"] {
            let claim = self.claim(0, &key, &me, LONG).await;
            assert_eq!(claim, Claim::Claimed, "the owner may claim a {time} time");
        }
        let held = self.release(0, &key, &me).await;
        assert_eq!(held, Held::Yes, "the owner may release");
        let held = self.release(0, &key, &me).await;
        assert_eq!(held, Held::No, "what was released is not held");
        let claim = self.claim(0, &key, &me, LONG).await;
        assert_eq!(claim, Claim::Claimed, "what was released may be claimed");
        let held = self.complete(0, &key, &me, KEEP_DONE).await;
        assert_eq!(held, Held::Yes, "the owner may complete");
        let claim = self.claim(0, &key, &me, LONG).await;
        assert_eq!(
            claim,
            Claim::Done,
            "what is done is done, for its owner too"
        );
        let done = "what is done is not held by anybody";
        assert_eq!(self.complete(0, &key, &me, SHORT).await, Held::No, "{done}");
        assert_eq!(self.release(0, &key, &me).await, Held::No, "{done}");
        let claim = self.claim(1, &key, &self.owner(), LONG).await;
        assert_eq!(claim, Claim::Done, "what is done stays done");
    }

    async fn of_another(&self) {
        let (key, me, other) = (self.key("another's"), self.owner(), self.owner());
        assert_eq!(self.claim(0, &key, &me, LONG).await, Claim::Claimed);
        let claim = self.claim(1, &key, &other, LONG).await;
        assert_eq!(claim, Claim::InProgress, "what another has is in progress");
        let theirs = "what another has is not held";
        assert_eq!(
            self.complete(1, &key, &other, KEEP_DONE).await,
            Held::No,
            "{theirs}"
        );
        assert_eq!(self.release(1, &key, &other).await, Held::No, "{theirs}");
        let held = self.release(0, &key, &me).await;
        assert_eq!(held, Held::Yes, "nobody but the owner ends a claim");
        let claim = self.claim(1, &key, &other, LONG).await;
        assert_eq!(claim, Claim::Claimed, "what one released another may claim");
    }

    async fn run_out(&self) {
        let (key, me, other) = (self.key("run out"), self.owner(), self.owner());
        let (kept, renewed) = (self.key("kept"), self.key("renewed"));
        assert_eq!(self.claim(0, &key, &me, SHORT).await, Claim::Claimed);
        self.claim(0, &kept, &me, LONG).await;
        let held = self.complete(0, &kept, &me, SHORT).await;
        assert_eq!(held, Held::Yes);
        self.claim(0, &renewed, &me, SHORT).await;
        self.claim(0, &renewed, &me, LONG).await;
        self.clock.sleep(SHORT * 2).await;
        let claim = self.claim(1, &key, &other, LONG).await;
        assert_eq!(claim, Claim::Claimed, "a lease that ran out hands over");
        let held = self.complete(0, &key, &me, KEEP_DONE).await;
        assert_eq!(
            held,
            Held::No,
            "who comes too late does not complete another's"
        );
        let held = self.release(0, &key, &me).await;
        assert_eq!(
            held,
            Held::No,
            "who comes too late does not release another's"
        );
        let held = self.complete(1, &key, &other, KEEP_DONE).await;
        assert_eq!(held, Held::Yes, "the new owner may complete");
        let claim = self.claim(1, &kept, &other, LONG).await;
        assert_eq!(
            claim,
            Claim::Claimed,
            "what is done is kept for its time only"
        );
        let claim = self.claim(1, &renewed, &other, LONG).await;
        assert_eq!(claim, Claim::InProgress, "a second claim renews the lease");
    }

    async fn odd_keys(&self) {
        let owner = self.owner();
        let keys = ["", "{", "}", "%7D", "a:b", "ü \u{0} \r\n", "{}", "%"];
        for name in keys {
            let claim = self.claim(0, &self.key(name), &owner, LONG).await;
            assert_eq!(claim, Claim::Claimed, "{name:?} is a key of its own");
        }
        for name in keys {
            let held = self
                .complete(0, &self.key(name), &owner, Duration::ZERO)
                .await;
            assert_eq!(
                held,
                Held::Yes,
                "{name:?} is a key of its own, kept for no time"
            );
        }
        self.clock.sleep(Duration::from_millis(50)).await;
        let key = self.key("long");
        let claim = self.claim(0, &key, &owner, Duration::MAX).await;
        assert_eq!(claim, Claim::Claimed, "no lease is too long");
        let claim = self.claim(1, &key, &self.owner(), Duration::ZERO).await;
        assert_eq!(claim, Claim::InProgress, "a long lease is not a short one");
    }

    async fn race(&self) {
        let racers: Vec<_> = (0..RACERS)
            .map(|number| {
                let store = Arc::clone(self.handle(number));
                let owner = self.owner();
                let keys: Vec<_> = (0..IDS).map(|id| self.key(&id.to_string())).collect();
                tokio::spawn(async move {
                    let mut won = Vec::new();
                    for (id, key) in keys.iter().enumerate() {
                        match store.claim(key, &owner, LONG).await {
                            Ok(Claim::Claimed) => won.push(id),
                            Ok(_) => {}
                            Err(error) => panics(&format!("a claim failed: {error}")),
                        }
                        tokio::task::yield_now().await;
                    }
                    won
                })
            })
            .collect();
        let mut winners = vec![0_u32; IDS];
        for racer in racers {
            for id in racer.await.expect("a racer ends") {
                *winners.get_mut(id).expect("an id within") += 1;
            }
        }
        let wrong = winners.iter().filter(|count| **count != 1).count();
        assert_eq!(
            wrong, 0,
            "of {RACERS} who race for each of {IDS} keys exactly one wins"
        );
    }
}

#[allow(clippy::panic, reason = "a conformance suite fails by panicking")]
#[track_caller]
fn panics(text: &str) {
    panic!("{text}");
}
