//! The snapshot file: written whole, read with suspicion, used last.

use std::fs;
use std::time::Duration;

use proptest::prelude::*;
use voice_core::clock::{Clock, SystemClock};
use voice_core::error::ErrorKind;

use super::super::*;
use super::support::*;
use crate::models::Prompt;
use crate::snapshot::{SnapshotError, SnapshotFile, SnapshotScope};

fn with(service: &std::sync::Arc<Service>, folder: &Folder) -> PromptCache {
    builder(service)
        .snapshot(folder.file(), SnapshotScope::Exact)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_start_without_the_service_lives_on_the_last_run() {
    let (service, folder) = (Service::start(), Folder::new());
    let cache = with(&service, &folder);
    cache.warmup(&[key("a"), key("b")]).await;
    assert_eq!(cache.save_snapshot().await.unwrap(), 2);

    service.becomes(Mood::Fails(ErrorKind::Connect));
    let cache = with(&service, &folder);
    for _ in 0..2 {
        let found = cache.get(&key("a")).await.unwrap();
        assert_eq!(
            (found.source(), found.content.as_str()),
            (Source::Snapshot, "one")
        );
    }
    cache.require(&[key("a"), key("b")]).await.unwrap();
    assert!(cache.get(&key("c")).await.is_err());
    assert_eq!(cache.stats().snapshot_hits, 2);

    service.becomes(Mood::Well);
    service.says("two");
    assert_eq!(cache.refresh_now(&key("a")).await.unwrap().content, "two");
    assert_eq!(cache.save_snapshot().await.unwrap(), 2, "b is still in it");
}

#[tokio::test]
async fn a_slow_service_is_waited_for_once() {
    let (service, folder) = (Service::start(), Folder::new());
    with(&service, &folder).warmup(&[key("a"), key("b")]).await;
    service.becomes(Mood::Hangs);
    let cache = with(&service, &folder);
    let brief = GetOptions::new().patience(Duration::from_millis(20));
    assert_eq!(
        cache.get_with(&key("a"), &brief).await.unwrap().source(),
        Source::Snapshot
    );
    let start = SystemClock::default().now();
    for id in ["a", "b", "a", "b"] {
        assert_eq!(
            cache.get(&key(id)).await.unwrap().source(),
            Source::Snapshot
        );
    }
    assert!(
        SystemClock::default().now() - start < SECOND,
        "nobody waited again"
    );
}

#[tokio::test]
async fn what_is_gone_or_invalid_does_not_come_back_from_the_file() {
    let (service, folder) = (Service::start(), Folder::new());
    with(&service, &folder)
        .warmup(&[key("a"), key("b"), key("ab")])
        .await;
    let cache = with(&service, &folder);
    service.is_about("a", Mood::Fails(ErrorKind::NotFound));
    assert!(cache.get(&key("a")).await.is_err());
    cache.invalidate(&"b".parse().unwrap()).await;
    service.becomes(Mood::Fails(ErrorKind::Unavailable));
    assert!(cache.get(&key("b")).await.is_err());
    assert!(cache.get(&key("ab")).await.is_ok());
    assert_eq!(cache.save_snapshot().await.unwrap(), 1);
}

#[tokio::test]
async fn a_file_of_another_account_counts_only_when_told_so() {
    let (service, folder) = (Service::start(), Folder::new());
    with(&service, &folder).warmup(&[key("a")]).await;
    service.becomes(Mood::Fails(ErrorKind::Unavailable));
    let other = CacheScope::new(
        "https://staging-api.promptops.com",
        "po_other_key_of_staging",
    );
    for (scope, is_found) in [(SnapshotScope::Exact, false), (SnapshotScope::Any, true)] {
        let cache = PromptCache::builder(other.clone(), service.clone())
            .snapshot(folder.file(), scope)
            .build()
            .unwrap();
        assert_eq!(
            cache.get(&cache.key("a".parse().unwrap())).await.is_ok(),
            is_found
        );
    }
}

#[tokio::test]
async fn a_broken_file_is_counted_and_harms_nobody() {
    let (service, folder) = (Service::start(), Folder::new());
    with(&service, &folder).warmup(&[key("a"), key("b")]).await;
    let good = fs::read_to_string(folder.file()).unwrap();
    let wrong = good.replacen("\"content\":\"one\"", "\"content\":1", 1);
    for (text, readable) in [
        (wrong.as_str(), 1),
        (&good[..good.len() / 2], 0),
        ("", 0),
        ("[]", 0),
        (&good.replace("\"schema\":1", "\"schema\":2"), 0),
    ] {
        fs::write(folder.file(), text).unwrap();
        let cache = with(&service, &folder);
        assert_eq!(cache.stats().snapshot_errors, 1, "{text}");
        service.becomes(Mood::Fails(ErrorKind::Unavailable));
        let mut found = 0;
        for id in ["a", "b"] {
            found += usize::from(cache.get(&key(id)).await.is_ok());
        }
        assert_eq!(found, readable, "{text}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_written_leaves_the_old_one_and_no_rubbish() {
    let (service, folder) = (Service::start(), Folder::new());
    let cache = with(&service, &folder);
    cache.warmup(&[key("a")]).await;
    let before = fs::read(folder.file()).unwrap();
    let names = || {
        fs::read_dir(&folder.0)
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(), ["prompts.json"], "nothing temporary stays");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "only the owner may read it");
    }
    // A folder where the file should go: the rename fails.
    let blocked = Folder::new();
    fs::create_dir_all(blocked.file().join("x")).unwrap();
    let cache = with(&service, &blocked);
    assert!(cache.get(&key("a")).await.is_ok());
    let error = cache.save_snapshot().await.unwrap_err();
    assert!(error.to_string().contains("snapshot"), "{error}");
    assert!(cache.stats().snapshot_errors >= 2);
    assert_eq!(
        fs::read_dir(&blocked.0).unwrap().count(),
        1,
        "the temporary file is gone"
    );
    assert_eq!(fs::read(folder.file()).unwrap(), before);
}

#[tokio::test]
async fn readers_find_the_old_file_or_the_new_one_while_many_write() {
    let (service, folder) = (Service::start(), Folder::new());
    let keys: Vec<_> = (0..50).map(|n| key(&format!("p{n}"))).collect();
    let caches = [with(&service, &folder), with(&service, &folder)];
    for cache in &caches {
        cache.warmup(&keys).await;
    }
    let writers = caches.clone().map(|cache| {
        tokio::spawn(async move {
            for _ in 0..20 {
                cache.save_snapshot().await.unwrap();
            }
        })
    });
    for _ in 0..40 {
        let (entries, unreadable) = SnapshotFile::<Prompt>::new(folder.file()).read().unwrap();
        assert_eq!((entries.len(), unreadable), (50, 0));
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
}

/// The second save waits for the first; what is forgotten meanwhile must not come back by it.
#[tokio::test]
async fn what_is_forgotten_while_a_save_waits_stays_forgotten() {
    let (service, folder) = (Service::start(), Folder::new());
    let cache = with(&service, &folder);
    cache.warmup(&[key("a"), key("b")]).await;
    let id = "a".parse().unwrap();
    let (first, second, forgotten) = tokio::join!(
        cache.save_snapshot(),
        cache.save_snapshot(),
        cache.invalidate(&id)
    );
    assert_eq!((first.unwrap(), second.unwrap(), forgotten), (2, 1, 1));
    service.becomes(Mood::Fails(ErrorKind::Unavailable));
    assert!(cache.get(&key("a")).await.is_err());
}

#[tokio::test]
async fn a_save_nobody_waits_for_does_not_overtake_a_later_one() {
    let (service, folder) = (Service::start(), Folder::new());
    let cache = builder(&service)
        .snapshot(folder.file(), SnapshotScope::Exact)
        .snapshot_every(Duration::ZERO)
        .build()
        .unwrap();
    service.says(&"x".repeat(16 << 20));
    cache.get(&key("large")).await.unwrap();
    let id = "large".parse().unwrap();
    {
        let mut slow = Box::pin(cache.save_snapshot());
        assert!(futures_util::poll!(&mut slow).is_pending());
    }
    cache.invalidate(&id).await;
    assert_eq!(cache.save_snapshot().await.unwrap(), 0);
    while fs::read_dir(&folder.0).unwrap().count() > 1 {
        pass(Duration::from_millis(5)).await;
    }
    let (entries, _) = SnapshotFile::<Prompt>::new(folder.file()).read().unwrap();
    assert_eq!(entries.len(), 0, "the older file won");
}

/// In containers every process has the same number, and one that was killed leaves its file behind.
#[tokio::test]
async fn what_a_killed_process_left_behind_is_in_nobodys_way() {
    let (service, folder) = (Service::start(), Folder::new());
    fs::create_dir_all(&folder.0).unwrap();
    let left = |count: u32| {
        let process = std::process::id();
        folder
            .0
            .join(format!(".prompts.json.{process}.{count}.tmp"))
    };
    (0..500).for_each(|count| fs::write(left(count), "half").unwrap());
    let cache = with(&service, &folder);
    cache.warmup(&[key("a")]).await;
    assert_eq!(cache.save_snapshot().await.unwrap(), 1);
    assert_eq!(cache.stats().snapshot_errors, 0);
    assert!(
        (0..500).all(|count| left(count).exists()),
        "it was not ours"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_file_makes_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let folder = Folder::new();
        fs::create_dir_all(&folder.0).unwrap();
        fs::write(folder.file(), bytes).unwrap();
        let read = SnapshotFile::<Prompt>::new(folder.file()).read();
        prop_assert!(matches!(read, Err(SnapshotError::Form)));
    }
}
