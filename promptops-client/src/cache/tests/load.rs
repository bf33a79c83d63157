//! Misses, and who shares them.

use std::time::Duration;

use voice_core::error::ErrorKind;

use super::super::*;
use super::support::*;

#[tokio::test(start_paused = true)]
async fn a_thousand_misses_of_one_key_make_one_request() {
    let (service, cache) = start();
    service.delays(SECOND);
    let tasks: Vec<_> = (0..1_000)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.get(&key("greet")).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap().content, "one");
    }
    assert_eq!(service.loads(), 1);
    assert_eq!(cache.stats().misses, 1_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_misses_on_several_threads_make_one_request() {
    let (service, cache) = start();
    service.delays(Duration::from_millis(20));
    let tasks: Vec<_> = (0..1_000)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.get(&key("greet")).await.map(|_| ()) })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(service.loads(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_waiter_who_goes_away_ends_nothing_for_the_others() {
    let (service, cache) = start();
    service.delays(SECOND);
    let first = tokio::spawn({
        let cache = cache.clone();
        async move { cache.get(&key("greet")).await.map(|_| ()) }
    });
    settle().await;
    let second = tokio::spawn({
        let cache = cache.clone();
        async move { cache.get(&key("greet")).await.map(|_| ()) }
    });
    settle().await;
    first.abort();
    second.await.unwrap().unwrap();
    assert_eq!(service.loads(), 1);
    let only = tokio::spawn({
        let cache = cache.clone();
        async move { cache.get(&key("other")).await.map(|_| ()) }
    });
    settle().await;
    only.abort();
    pass(SECOND).await;
    assert_eq!(
        cache.get(&key("other")).await.unwrap().source(),
        Source::Memory
    );
}

#[tokio::test(start_paused = true)]
async fn a_loader_that_panics_fails_one_load_and_wedges_nobody() {
    let (service, cache) = start();
    service.becomes(Mood::Panics);
    let key = key("greet");
    let (one, other) = tokio::join!(cache.get(&key), cache.get(&key));
    assert_eq!(one.unwrap_err().kind(), ErrorKind::Other);
    assert!(other.is_err());
    let bypass = GetOptions::new().ttl(Duration::ZERO);
    assert!(cache.get_with(&key, &bypass).await.is_err());
    assert!(!cache.warmup(std::slice::from_ref(&key)).await.is_complete());
    service.becomes(Mood::Well);
    assert_eq!(cache.get(&key).await.unwrap().content, "one");
}

#[tokio::test(start_paused = true)]
async fn a_load_that_hangs_is_given_up_and_the_next_one_is_a_new_one() {
    let (service, cache) = start();
    service.becomes(Mood::Hangs);
    let error = cache.get(&key("a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    service.becomes(Mood::Well);
    assert!(cache.get(&key("a")).await.is_ok());
    assert_eq!(service.loads(), 2);
}

#[tokio::test(start_paused = true)]
async fn everybody_who_waited_hears_the_same_error() {
    let (service, cache) = start();
    service.becomes(Mood::Fails(ErrorKind::Permission));
    service.delays(SECOND);
    let key = key("a");
    let (one, other) = tokio::join!(cache.get(&key), cache.get(&key));
    let (one, other) = (one.unwrap_err(), other.unwrap_err());
    assert_eq!(one.to_string(), other.to_string());
    assert_eq!((one.kind(), service.loads()), (ErrorKind::Permission, 1));
    assert!(cache.get(&key).await.is_err(), "an error is not cached");
    assert_eq!(service.loads(), 2);
}

#[tokio::test(start_paused = true)]
async fn not_found_is_remembered_only_when_asked_and_shortly() {
    let (service, cache) = start();
    service.becomes(Mood::Fails(ErrorKind::NotFound));
    for _ in 0..3 {
        assert!(cache.get(&key("a")).await.unwrap_err().is_not_found());
    }
    assert_eq!(service.loads(), 3);

    let cache = builder(&service).negative_ttl(SECOND * 5).build().unwrap();
    for _ in 0..3 {
        assert!(cache.get(&key("a")).await.unwrap_err().is_not_found());
    }
    assert_eq!((service.loads(), cache.stats().negative_hits), (4, 2));
    let options = GetOptions::new().fallback(Fallback::text("mine"));
    assert!(
        cache
            .get_with(&key("a"), &options)
            .await
            .unwrap()
            .is_fallback()
    );
    service.becomes(Mood::Well);
    pass(SECOND * 5).await;
    assert_eq!(cache.get(&key("a")).await.unwrap().content, "one");
}

#[tokio::test(start_paused = true)]
async fn a_warm_up_reports_each_id_and_keeps_what_it_got() {
    let (service, cache) = start();
    service.is_about("gone", Mood::Fails(ErrorKind::NotFound));
    let keys = [key("a"), key("gone"), key("b")];
    let report = cache.warmup(&keys).await;
    assert_eq!((report.loaded(), report.is_complete()), (2, false));
    let failed: Vec<_> = report
        .failed()
        .map(|(key, error)| (key.id().as_str(), error.kind()))
        .collect();
    assert_eq!(failed, [("gone", ErrorKind::NotFound)]);
    assert_eq!(report.entries[2].key, keys[2]);
    at_once(cache.get(&key("a"))).await.unwrap();
    assert_eq!(service.loads(), 3);

    let error = cache.require(&keys).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.fields().len(), 1);
    assert!(error.to_string().contains("gone"), "{error}");
    service.becomes(Mood::Fails(ErrorKind::Unavailable));
    cache
        .require(&[key("a"), key("b")])
        .await
        .expect("both are in memory");
    assert!(cache.require(&[key("c")]).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_warm_up_that_is_dropped_goes_on_and_others_share_it() {
    let (service, cache) = start();
    service.delays(SECOND);
    let warm = tokio::spawn({
        let cache = cache.clone();
        async move { cache.warmup(&[key("a")]).await.loaded() }
    });
    settle().await;
    warm.abort();
    assert_eq!(cache.get(&key("a")).await.unwrap().content, "one");
    assert_eq!(service.loads(), 1);
}
