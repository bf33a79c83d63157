//! Time, outages, and who is asked how often.

use std::future::pending;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::json;

use super::*;
use crate::clock::{Clock, SystemClock};
use crate::intake::tenant::MemoryDirectory;

const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mood {
    Well,
    Slow(Duration),
    Down,
    /// One entry cannot be read; the directory is well.
    Garbled,
    Hangs,
    Panics,
}

/// A directory with moods that counts questions.
#[derive(Debug)]
struct Moody {
    inner: MemoryDirectory,
    mood: Mutex<Mood>,
    asked: AtomicUsize,
}

impl Moody {
    async fn endure(&self) -> Result<(), Error> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Well => Ok(()),
            Mood::Slow(wait) => {
                SystemClock::default().sleep(wait).await;
                Ok(())
            }
            Mood::Down => Err(Error::new(ErrorKind::Connect, "down").with_operation("sql", "read")),
            Mood::Garbled => Err(Error::new(ErrorKind::Decode, "no document")),
            Mood::Hangs => pending().await,
            Mood::Panics => panic!("a bug"),
        }
    }

    fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl TenantDirectory for Moody {
    async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error> {
        let answer = self.inner.route(number).await;
        self.endure().await?;
        answer
    }

    async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error> {
        self.endure().await?;
        self.inner.document(tenant).await
    }
}

fn number(at: u32) -> E164 {
    E164::parse(&format!("+1415555{at:04}")).unwrap()
}

fn acme() -> TenantId {
    TenantId::parse("acme").unwrap()
}

fn cached_with(options: DirectoryCacheOptions) -> CachedDirectory<Moody> {
    let inner = MemoryDirectory::new();
    inner.put_route(number(1), TenantRoute::to(acme()));
    inner.put_document(acme(), json!({"a": 1}));
    let moody = Moody {
        inner,
        mood: Mutex::new(Mood::Well),
        asked: AtomicUsize::new(0),
    };
    CachedDirectory::with(moody, options, SystemClock::shared())
}

fn cached() -> CachedDirectory<Moody> {
    cached_with(DirectoryCacheOptions::default())
}

async fn wait(time: Duration) {
    SystemClock::default().sleep(time).await;
}

async fn route(cache: &CachedDirectory<Moody>) -> Result<Option<TenantRoute>, Error> {
    cache.route(&number(1)).await
}

#[tokio::test(start_paused = true)]
async fn answers_are_kept_for_their_time_and_no_longer() {
    let cache = cached();
    for (at, asked) in [(0, 1), (59, 1), (1, 2), (60, 3)] {
        wait(SECOND * at).await;
        assert!(route(&cache).await.unwrap().is_some());
        assert_eq!(cache.inner().asked(), asked);
    }
    let cache = cached();
    for (at, asked) in [(0, 1), (9, 1), (1, 2)] {
        wait(SECOND * at).await;
        assert_eq!(cache.route(&number(2)).await.unwrap(), None);
        assert_eq!(cache.inner().asked(), asked);
    }
    let stats = cache.stats();
    assert_eq!(
        (stats.asked, stats.negative_hits, stats.hits, stats.routes),
        (2, 1, 0, 0)
    );
    assert_eq!(
        cache.document(&acme()).await.unwrap(),
        Some(json!({"a": 1}))
    );
    assert_eq!(
        cache.document(&acme()).await.unwrap(),
        Some(json!({"a": 1}))
    );
    assert_eq!((cache.stats().hits, cache.stats().documents), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn many_who_ask_at_once_are_one_question() {
    let cache = cached();
    cache.inner().set(Mood::Slow(SECOND));
    let answers = join_all((0..50).map(|_| route(&cache))).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap().is_some()));
    assert_eq!(cache.inner().asked(), 1);
    assert_eq!(cache.stats().joined, 49);
    join_all((1..=20).map(|at| {
        let cache = cache.clone();
        async move { cache.route(&number(100 + at)).await.unwrap() }
    }))
    .await;
    assert_eq!(cache.inner().asked(), 21, "one for each number");
}

#[tokio::test(start_paused = true)]
async fn the_question_outlives_who_asked_first() {
    let cache = cached();
    cache.inner().set(Mood::Slow(SECOND));
    let hurried = timeout(&SystemClock::default(), SECOND / 10, route(&cache)).await;
    assert!(hurried.is_err());
    assert!(route(&cache).await.unwrap().is_some());
    assert_eq!(cache.inner().asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_survived_on_what_was_known_for_a_day() {
    let cache = cached();
    route(&cache).await.unwrap();
    cache.inner().set(Mood::Down);
    wait(SECOND * 60).await;
    for _ in 0..3 {
        assert!(route(&cache).await.unwrap().is_some());
    }
    let stats = cache.stats();
    assert_eq!(
        (stats.stale_served, stats.failures, stats.asked),
        (3, 1, 2),
        "one try in a second"
    );
    wait(SECOND).await;
    assert!(route(&cache).await.unwrap().is_some());
    assert_eq!(cache.stats().asked, 3);

    let error = cache.route(&number(2)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message(), error.provider()),
        (ErrorKind::Connect, "down", "sql")
    );
    assert_eq!(
        cache.stats().asked,
        4,
        "who cannot be served otherwise asks at once"
    );

    wait(SECOND * (24 * 60 * 60 - 61)).await;
    assert!(route(&cache).await.unwrap().is_some(), "a day old");
    wait(SECOND).await;
    assert_eq!(route(&cache).await.unwrap_err().kind(), ErrorKind::Connect);

    cache.inner().set(Mood::Well);
    assert!(route(&cache).await.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn that_there_was_nothing_is_not_served_on() {
    let cache = cached();
    assert_eq!(cache.route(&number(2)).await.unwrap(), None);
    cache.inner().set(Mood::Down);
    wait(SECOND * 10).await;
    assert!(cache.route(&number(2)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_is_gone_even_in_an_outage() {
    let cache = cached();
    route(&cache).await.unwrap();
    cache.inner().inner.remove_route(&number(1));
    wait(SECOND * 60).await;
    assert_eq!(route(&cache).await.unwrap(), None);
    cache.inner().set(Mood::Down);
    wait(SECOND * 10).await;
    assert!(route(&cache).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_directory_that_hangs_costs_its_time_limit_once() {
    let cache = cached();
    route(&cache).await.unwrap();
    cache.inner().set(Mood::Hangs);
    wait(SECOND * 60).await;
    let clock = SystemClock::default();
    let start = clock.now();
    assert!(route(&cache).await.unwrap().is_some());
    let waited = clock.now() - start;
    assert!(waited >= SECOND * 2 && waited < SECOND * 3, "{waited:?}");
    assert!(route(&cache).await.unwrap().is_some());
    assert_eq!(clock.now() - start, waited, "the next one does not wait");
    let error = cache.document(&acme()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!((cache.stats().timeouts, cache.stats().failures), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_the_directory_is_an_error_and_leaves_nothing_behind() {
    let cache = cached();
    cache.inner().set(Mood::Panics);
    assert_eq!(route(&cache).await.unwrap_err().kind(), ErrorKind::Other);
    cache.inner().set(Mood::Well);
    assert!(route(&cache).await.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn what_is_forgotten_does_not_come_back_with_a_late_answer() {
    let cache = cached();
    cache.inner().set(Mood::Slow(SECOND));
    let slow = tokio::spawn({
        let cache = cache.clone();
        async move { route(&cache).await }
    });
    wait(SECOND / 2).await;
    cache.inner().inner.remove_route(&number(1));
    cache.forget_route(&number(1));
    assert_eq!(route(&cache).await.unwrap(), None, "asked anew");
    assert!(
        slow.await.unwrap().unwrap().is_some(),
        "it was so when it was asked"
    );
    assert_eq!(route(&cache).await.unwrap(), None);
    assert_eq!(cache.inner().asked(), 2);
    cache.clear();
    cache.forget_document(&acme());
    assert_eq!(route(&cache).await.unwrap(), None);
    assert_eq!(cache.inner().asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn numbers_made_up_push_no_tenant_out() {
    let cache = cached_with(DirectoryCacheOptions::default().capacity(3));
    route(&cache).await.unwrap();
    for at in 100..200 {
        cache.route(&number(at)).await.unwrap();
    }
    assert!(route(&cache).await.unwrap().is_some());
    assert_eq!(cache.inner().asked(), 101);
    for at in 200..205 {
        cache
            .inner()
            .inner
            .put_route(number(at), TenantRoute::to(acme()));
        cache.route(&number(at)).await.unwrap();
    }
    assert_eq!(cache.stats().routes, 3);
}

#[test]
fn without_a_runtime_it_says_so_and_works_on_the_next() {
    let cache = cached();
    let error = FutureExt::now_or_never(route(&cache)).unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Other);
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        cache.forget_route(&number(1));
        assert!(runtime.block_on(route(&cache)).unwrap().is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn answers_are_as_old_as_their_question() {
    let cache = cached();
    cache.inner().set(Mood::Slow(SECOND));
    // What the directory looks up at the start is told a second later.
    assert_eq!(cache.route(&number(2)).await.unwrap(), None);
    cache
        .inner()
        .inner
        .put_route(number(2), TenantRoute::to(acme()));
    cache.inner().set(Mood::Well);
    wait(SECOND * 9).await;
    let found = cache.route(&number(2)).await.unwrap();
    assert!(found.is_some(), "ten seconds after the directory was asked");
}

#[tokio::test(start_paused = true)]
async fn one_entry_that_cannot_be_read_keeps_no_other_from_being_refreshed() {
    let cache = cached();
    assert!(route(&cache).await.unwrap().is_some());
    wait(SECOND * 61).await;
    cache.inner().inner.remove_route(&number(1));
    cache.inner().set(Mood::Garbled);
    assert!(cache.document(&acme()).await.is_err());
    cache.inner().set(Mood::Well);
    assert_eq!(route(&cache).await.unwrap(), None);
    assert_eq!(cache.stats().failures, 1);
}
