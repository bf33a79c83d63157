//! What `inbound_calls` shows holds: in memory, on Redis, and looked at from the provider's side.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use openai_calls::testkit::Phase;
use serde_json::json;
use voice_core::clock::{SystemClock, timeout};
use voice_core::intake::figures::{Figure, FiguresSnapshot};
use voice_core::intake::tenant::{TenantConfig, TenantDirectory, TenantId};
use voice_core::testkit::RedisServer;
use voice_examples::inbound::{
    BLUEBELL, CallScenes, HARBOUR, NOBODY, OAKFIELD, Setup, Stage, Stores, Story, TenantFile,
    memory_directory, mended, play_calls, shop_tools, tenants,
};

async fn bounded<T>(test: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(60);
    timeout(&SystemClock::default(), limit, test).await.unwrap()
}

type Told = Arc<Mutex<Vec<String>>>;

fn story() -> (Story, Told) {
    let told = Told::default();
    let lines = Arc::clone(&told);
    (
        Story::new(move |line| lines.lock().unwrap().push(line.to_owned())),
        told,
    )
}

async fn stage() -> Stage {
    let setup = Setup {
        directory: Arc::new(memory_directory(&tenants()).unwrap()),
        tools: shop_tools(),
        stores: Stores::memory(),
        max_calls: 10,
    };
    Stage::start(setup, &story().0).await.unwrap()
}

/// What must come out, whatever the stores.
fn held(snapshot: &FiguresSnapshot, calls: u64, oakfield: u64) {
    let totals = &snapshot.totals;
    assert_eq!(totals.active_calls, 0);
    // Bluebell's; one told seven times; Harbour's two; one for each kind of fallback; one without a session.
    assert_eq!(
        totals.get(Figure::AcceptedCalls),
        calls + 1 + 2 + 2 + 1 + oakfield
    );
    assert_eq!(
        totals.get(Figure::EndedCalls) + 1,
        totals.get(Figure::AcceptedCalls)
    );
    for (figure, expected) in [
        (Figure::RejectedCapacity, 1),
        (Figure::RejectedTenantConfigParseError, 1),
        (Figure::RejectedTenantResolveFailed, 1),
        (Figure::DedupHits, 6),
        (Figure::WebhooksRefused, 5),
        (Figure::CallersGone, 1),
        (Figure::FailedCalls, 1),
        (Figure::FallbackSafe, 1),
        (Figure::FallbackDowntime, 1),
    ] {
        assert_eq!(totals.get(figure), expected, "{figure:?}");
    }
}

#[tokio::test]
async fn the_story_comes_as_it_should_in_memory() {
    let (story, told) = story();
    let scenes = CallScenes {
        calls: 3,
        stores: Stores::memory(),
        file: None,
        reload: false,
    };
    let snapshot = bounded(play_calls(scenes, &story)).await.unwrap();
    assert!(story.is_good(), "{:#?}", told.lock().unwrap());
    held(&snapshot, 3, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_story_comes_as_it_should_on_redis_with_a_file_that_changes() {
    let redis = RedisServer::start().await.unwrap();
    let path = std::env::temp_dir().join(format!("voice-tenants-test-{}.json", std::process::id()));
    let file = TenantFile::open(&path, &tenants()).await.unwrap();
    let before = file.text().unwrap();
    let (story, told) = story();
    let scenes = CallScenes {
        calls: 20,
        stores: Stores::redis(&redis.url()).await.unwrap(),
        file: Some(file.clone()),
        reload: true,
    };
    let played = bounded(play_calls(scenes, &story)).await;
    let after = file.text().unwrap();
    std::fs::remove_file(&path).unwrap();
    let snapshot = played.unwrap();
    assert!(story.is_good(), "{:#?}", told.lock().unwrap());
    held(&snapshot, 20, 2);
    assert_eq!(before, after, "the file is as it was");
}

#[tokio::test]
async fn a_redis_that_is_not_there_is_told_at_once() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", free.local_addr().unwrap());
    drop(free);
    assert!(bounded(Stores::redis(&url)).await.is_err());
}

#[tokio::test]
async fn a_full_line_and_a_strange_number_are_refused_before_anything_is_accepted() {
    let stage = stage().await;
    let (first, _) = stage.call(HARBOUR).await.unwrap();
    let (second, answer) = stage.call(HARBOUR).await.unwrap();
    assert_eq!(answer.body["rejected"], "capacity");
    let (strange, answer) = stage.call(NOBODY).await.unwrap();
    assert_eq!(answer.body["rejected"], "tenant_resolve_failed");
    for (call, status) in [(&second, 486), (&strange, 404)] {
        let counts = call.counts();
        assert_eq!((counts.accept_requests, counts.rejects), (0, vec![status]));
    }
    assert_eq!(first.phase(), Phase::Accepted);
    first.caller_hangs_up();
    assert!(stage.settled(0).await);
    assert_eq!(stage.finished.lines().len(), 1);
}

#[tokio::test]
async fn every_slip_of_the_broken_document_is_told_by_its_path() {
    let stage = stage().await;
    let (call, answer) = stage.call(OAKFIELD).await.unwrap();
    assert_eq!(answer.body["rejected"], "tenant_config_parse_error");
    assert_eq!(call.counts().accept_requests, 0);
    let tenant = TenantId::parse("oakfield").unwrap();
    let document = stage.directory.document(&tenant).await.unwrap().unwrap();
    let error = TenantConfig::from_document(&tenant, &document).unwrap_err();
    let mut paths: Vec<&str> = error.problems().iter().map(|p| p.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "destinations.sales",
            "features.order_status",
            "summary_emails[1]",
            "timezone"
        ]
    );
    for path in paths {
        assert!(answer.cause.contains(path), "{path}: {}", answer.cause);
    }
    let mended = mended();
    let document = mended.pointer("/tenants/2").unwrap();
    TenantConfig::from_document(&tenant, document).unwrap();
}

#[tokio::test]
async fn one_call_is_taken_whoever_delivers_it_and_none_by_a_forger() {
    let stage = stage().await;
    let call = stage.ring(BLUEBELL);
    let webhook = stage.sim.webhook_for(&call);
    let forged = stage.deliver(&webhook.forged()).await.unwrap();
    assert_eq!(forged.status, 401);
    assert_eq!(call.counts().accept_requests, 0);
    let answers = stage.deliver_copies(&webhook, 8).await.unwrap();
    let accepted = answers.iter().filter(|answer| answer.has("accepted"));
    assert_eq!((answers.len(), accepted.count()), (8, 1));
    let other = webhook.with_id("wh_another");
    let again = stage.deliver(&other).await.unwrap();
    assert_eq!(again.body, json!({"ok": true, "deduped": true}));
    assert_eq!(call.counts().accept_requests, 1);
    assert_eq!(call.counts().attaches, 1);
}
