//! The suite for directories lets all of ours pass and catches those that break a promise.
#![cfg(all(feature = "testkit", feature = "intake"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use serde_json::{Map, Value, json};
use voice_core::clock::SystemClock;
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::E164;
use voice_core::intake::tenant::{
    CachedDirectory, JsonFileDirectory, MemoryDirectory, TenantDirectory, TenantId, TenantRoute,
};
use voice_core::testkit::conformance::{DirectoryFixture, directory};

fn memory(fixture: &DirectoryFixture) -> MemoryDirectory {
    let memory = MemoryDirectory::new();
    for (number, route) in &fixture.routes {
        memory.put_route(*number, route.clone());
    }
    for (tenant, document) in &fixture.documents {
        memory.put_document(tenant.clone(), document.clone());
    }
    memory
}

#[tokio::test]
async fn memory_and_cache_pass() {
    let fixture = DirectoryFixture::standard();
    let memory = Arc::new(memory(&fixture));
    directory(&*memory, &fixture).await;
    let object: Arc<dyn TenantDirectory> = memory;
    directory(&object, &fixture).await;
    let cached = CachedDirectory::new(object, SystemClock::shared());
    directory(&cached, &fixture).await;
    assert_eq!(cached.stats().asked, 4 + 2 + 4 + 5, "each of them once");
}

#[tokio::test]
async fn a_file_passes() {
    let fixture = DirectoryFixture::standard();
    let numbers: Map<String, Value> = fixture
        .routes
        .iter()
        .map(|(number, route)| (number.to_string(), serde_json::to_value(route).unwrap()))
        .collect();
    let tenants: Vec<_> = fixture
        .documents
        .iter()
        .map(|(_, document)| document)
        .collect();
    let path = std::env::temp_dir().join(format!("voice-directory-{}.json", std::process::id()));
    std::fs::write(
        &path,
        json!({"tenants": tenants, "numbers": numbers}).to_string(),
    )
    .unwrap();
    let clock = SystemClock::shared();
    let file = JsonFileDirectory::open_with(&path, Duration::ZERO, clock)
        .await
        .unwrap();
    directory(&file, &fixture).await;
    assert_eq!(file.stats().loads, 1);
    std::fs::remove_file(path).unwrap();
}

#[cfg(feature = "redis")]
#[tokio::test]
async fn redis_passes_and_an_outage_is_an_error_or_served_from_the_cache() {
    use voice_core::intake::tenant::{DirectoryCacheOptions, RedisDirectory};
    use voice_core::store::redis::{RedisConnection, RedisOptions};
    use voice_core::testkit::RedisServer;

    let fixture = DirectoryFixture::standard();
    let mut server = RedisServer::start().await.expect("a redis-server");
    let redis = RedisConnection::open(RedisOptions::parse(&server.url()).unwrap()).unwrap();
    let ours = RedisDirectory::new(redis);
    for (number, route) in &fixture.routes {
        ours.put_route(number, route).await.unwrap();
    }
    for (tenant, document) in &fixture.documents {
        ours.put_document(tenant, document).await.unwrap();
    }
    directory(&ours, &fixture).await;

    let (number, _) = &fixture.routes[0];
    let (tenant, _) = &fixture.documents[0];
    let exists = "EXISTS voice:tenant-route:{+14155550123} voice:tenant-document:{acme}";
    assert_eq!(server.tell(exists).await.unwrap(), ":2");
    server
        .tell("SET voice:tenant-route:{+14155550125} +14155550125")
        .await
        .unwrap();
    let error = ours
        .route(&E164::parse("+14155550125").unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!format!("{error} {error:?}").contains("4155550125"));

    // What is served on when there is no server; the time of an answer is over at once.
    let options = DirectoryCacheOptions::default().ttl(Duration::ZERO);
    let cached = CachedDirectory::with(ours.clone(), options, SystemClock::shared());
    let before = cached.route(number).await.unwrap();
    ours.remove_route(number).await.unwrap();
    ours.remove_document(tenant).await.unwrap();
    assert_eq!(ours.route(number).await.unwrap(), None);
    assert_eq!(ours.document(tenant).await.unwrap(), None);
    server.stop();
    assert!(ours.route(number).await.is_err());
    assert_eq!(cached.route(number).await.unwrap(), before);
    assert_eq!(cached.stats().stale_served, 1);
}

/// What a directory does wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Flaw {
    None,
    FailsForNobody,
    ForgetsLimits,
    ChecksDocuments,
    IgnoresCase,
    LooksForPrefixes,
    ShowsItself,
    InventsDocuments,
}

struct Flawed(MemoryDirectory, Flaw);

impl std::fmt::Debug for Flawed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.1 {
            Flaw::ShowsItself => f.write_str("+14155550123"),
            _ => f.write_str("Flawed"),
        }
    }
}

#[async_trait]
impl TenantDirectory for Flawed {
    async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error> {
        let mut found = self.0.route(number).await?;
        match self.1 {
            Flaw::FailsForNobody if found.is_none() => {
                return Err(Error::new(ErrorKind::NotFound, "no such number"));
            }
            Flaw::ForgetsLimits => {
                if let Some(route) = &mut found {
                    route.max_concurrent_calls = None;
                }
            }
            Flaw::LooksForPrefixes if number.as_str().starts_with("+14155550123") => {
                let known = E164::parse("+14155550123").unwrap();
                return self.0.route(&known).await;
            }
            _ => {}
        }
        Ok(found)
    }

    async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error> {
        let found = self.0.document(tenant).await?;
        Ok(match (self.1, found) {
            (Flaw::ChecksDocuments, Some(document))
                if document.get("schema_version") != Some(&json!(1)) =>
            {
                None
            }
            (Flaw::IgnoresCase, None) => {
                let lower = TenantId::parse(&tenant.as_str().to_lowercase()).unwrap();
                self.0.document(&lower).await?
            }
            (Flaw::InventsDocuments, None) => Some(json!({})),
            (_, found) => found,
        })
    }
}

#[tokio::test]
async fn every_broken_promise_is_caught() {
    let fixture = DirectoryFixture::standard();
    for (flaw, words) in [
        (Flaw::FailsForNobody, "nobody's is no error"),
        (Flaw::ForgetsLimits, "all that belongs to it"),
        (Flaw::ChecksDocuments, "as it is kept"),
        (Flaw::IgnoresCase, "by case"),
        (Flaw::LooksForPrefixes, "leads nowhere"),
        (Flaw::ShowsItself, "no number shows"),
        (Flaw::InventsDocuments, "compared in full"),
    ] {
        let flawed = Flawed(memory(&fixture), flaw);
        let outcome = AssertUnwindSafe(directory(&flawed, &fixture))
            .catch_unwind()
            .await;
        let panic = outcome.expect_err("caught");
        let text = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_default();
        assert!(text.contains(words), "{flaw:?}: {text}");
    }
    directory(&Flawed(memory(&fixture), Flaw::None), &fixture).await;
}
