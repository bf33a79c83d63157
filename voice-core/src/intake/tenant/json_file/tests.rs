//! Reloading: what counts as another file, and what a broken one does.

use std::fs;

use serde_json::json;

use super::*;
use crate::clock::Clock;

const A: &str = "+14155550123";
const B: &str = "+442079460958";

/// A folder of its own, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let at = COUNT.fetch_add(1, Ordering::SeqCst);
        let name = format!("voice-tenants-{}-{at}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("tenants.json")
    }

    /// As it should be done: beside it, then renamed.
    fn put(&self, text: impl AsRef<[u8]>) {
        let beside = self.0.join("new.json");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, self.file()).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn leads_to(number: &str, tenant: &str) -> String {
    json!({"tenants": [{"tenant_id": tenant}], "numbers": {number: tenant}}).to_string()
}

async fn tenant(directory: &JsonFileDirectory, number: &str) -> Option<String> {
    let number = E164::parse(number).unwrap();
    let route = directory.route(&number).await.unwrap();
    route.map(|route| route.tenant_id.to_string())
}

async fn second() {
    SystemClock::default().sleep(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn both_forms_of_a_number_and_its_document_are_read() {
    let folder = Folder::new();
    let route = json!({"tenant_id": "acme", "max_concurrent_calls": 3, "client_id": "c"});
    folder.put(
        json!({"tenants": [{"tenant_id": "acme", "x": 1}], "numbers": {A: "other", B: route}})
            .to_string(),
    );
    let directory = JsonFileDirectory::open(folder.file()).await.unwrap();
    assert_eq!(tenant(&directory, A).await.as_deref(), Some("other"));
    let route = directory
        .route(&E164::parse(B).unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (route.max_concurrent_calls, route.client_id.as_deref()),
        (Some(3), Some("c"))
    );
    let document = directory.document(&route.tenant_id).await.unwrap();
    assert_eq!(document, Some(json!({"tenant_id": "acme", "x": 1})));
    let other = TenantId::parse("other").unwrap();
    assert_eq!(directory.document(&other).await.unwrap(), None);
    assert!(!format!("{directory:?}").contains("acme"));
}

#[tokio::test(start_paused = true)]
async fn another_file_takes_effect_at_the_next_look() {
    let folder = Folder::new();
    folder.put(leads_to(A, "one"));
    let directory = JsonFileDirectory::open(folder.file()).await.unwrap();
    folder.put(leads_to(A, "two"));
    assert_eq!(
        tenant(&directory, A).await.as_deref(),
        Some("one"),
        "not yet time"
    );
    second().await;
    assert_eq!(
        tenant(&directory, A).await.as_deref(),
        Some("two"),
        "the first who asks sees it"
    );
    for _ in 0..5 {
        second().await;
        tenant(&directory, A).await;
    }
    assert_eq!(
        directory.stats(),
        JsonFileStats {
            loads: 2,
            failures: 0
        }
    );
}

#[tokio::test(start_paused = true)]
async fn a_broken_or_missing_file_changes_nothing() {
    let folder = Folder::new();
    folder.put(leads_to(A, "one"));
    let directory = JsonFileDirectory::open(folder.file()).await.unwrap();
    let good = leads_to(A, "two");
    let half = good.split_at(good.len() / 2).0;
    for (broken, failures) in [
        ("", 1),
        (half, 2),
        ("{}", 3),
        (r#"{"tenants": [], "numbers": {"1": "a"}}"#, 4),
    ] {
        folder.put(broken);
        for _ in 0..3 {
            second().await;
            assert_eq!(tenant(&directory, A).await.as_deref(), Some("one"));
        }
        assert_eq!(
            directory.stats().failures,
            failures,
            "a broken file is read once"
        );
    }
    fs::remove_file(folder.file()).unwrap();
    second().await;
    assert_eq!(tenant(&directory, A).await.as_deref(), Some("one"));
    folder.put(&good);
    second().await;
    assert_eq!(tenant(&directory, A).await.as_deref(), Some("two"));
    assert_eq!(
        directory.stats(),
        JsonFileStats {
            loads: 2,
            failures: 5
        }
    );
}

#[tokio::test(start_paused = true)]
async fn many_who_ask_at_once_see_the_new_file() {
    let folder = Folder::new();
    folder.put(leads_to(A, "one"));
    let directory = JsonFileDirectory::open(folder.file()).await.unwrap();
    folder.put(leads_to(A, "two"));
    second().await;
    let all = futures_util::future::join_all((0..20).map(|_| tenant(&directory, A))).await;
    assert!(
        all.iter().all(|tenant| tenant.as_deref() == Some("two")),
        "{all:?}"
    );
    assert_eq!(directory.stats().loads, 2, "and it is read once");
}

#[tokio::test(start_paused = true)]
async fn a_file_written_in_place_is_seen_by_length_or_time() {
    let folder = Folder::new();
    fs::write(folder.file(), leads_to(A, "one")).unwrap();
    let clock = SystemClock::shared();
    let directory = JsonFileDirectory::open_with(folder.file(), Duration::ZERO, clock)
        .await
        .unwrap();
    fs::write(folder.file(), leads_to(A, "longer")).unwrap();
    assert_eq!(tenant(&directory, A).await.as_deref(), Some("longer"));
    let file = fs::File::options().write(true).open(folder.file()).unwrap();
    fs::write(folder.file(), leads_to(A, "LONGER")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(1_000))
        .unwrap();
    assert_eq!(tenant(&directory, A).await.as_deref(), Some("LONGER"));
}

#[tokio::test(start_paused = true)]
async fn every_problem_of_a_file_has_its_path_and_no_number_shows() {
    let folder = Folder::new();
    let file = json!({
        "tenants": [{"tenant_id": "acme"}, 7, {"tenant_id": "a b"}, {}, {"tenant_id": "acme"}],
        "numbers": {
            A: 5,
            B: {"tenant_id": 1, "max_concurrent_calls": -1, "client_id": []},
            "030-12345678": "acme",
            "+919876543210": {},
        },
    });
    folder.put(file.to_string());
    let error = JsonFileDirectory::open(folder.file()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let mut paths: Vec<_> = error
        .fields()
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "numbers.+14*******23",
            "numbers.+44********58.client_id",
            "numbers.+44********58.max_concurrent_calls",
            "numbers.+44********58.tenant_id",
            "numbers.+91********10.tenant_id",
            "numbers.?",
            "tenants[1]",
            "tenants[2].tenant_id",
            "tenants[3].tenant_id",
            "tenants[4].tenant_id",
        ]
    );
    let shown = format!("{error} {error:?}");
    for digits in ["4155550123", "2079460958", "12345678", "9876543210"] {
        assert!(!shown.contains(digits), "{shown}");
    }
    for (text, words) in [
        ("[]", "object with tenants"),
        ("{\"a\":\n+1", "line 2, column 1"),
    ] {
        folder.put(text);
        let error = JsonFileDirectory::open(folder.file()).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    let nowhere = JsonFileDirectory::open(folder.0.join("nowhere.json"))
        .await
        .unwrap_err();
    assert!(nowhere.to_string().contains("cannot be read"), "{nowhere}");
}

#[tokio::test(start_paused = true)]
async fn a_file_system_that_hangs_costs_one_wait_and_nothing_else() {
    let folder = Folder::new();
    folder.put(leads_to(A, "one"));
    let directory = JsonFileDirectory::open(folder.file()).await.unwrap();
    folder.put(leads_to(A, "two"));
    let (let_go, held) = tokio::sync::oneshot::channel::<()>();
    directory.check.lock().await.running = Some(tokio::spawn(async move {
        held.await.unwrap();
        Ok(Seen::Same)
    }));
    let clock = SystemClock::default();
    let start = clock.now();
    assert_eq!(tenant(&directory, A).await.as_deref(), Some("one"));
    let waited = clock.now() - start;
    assert!(waited >= PATIENCE && waited < PATIENCE * 2, "{waited:?}");
    assert_eq!(tenant(&directory, A).await.as_deref(), Some("one"));
    assert_eq!(clock.now() - start, waited, "the next one does not wait");
    let_go.send(()).unwrap();
    tokio::task::yield_now().await;
    assert_eq!(tenant(&directory, A).await.as_deref(), Some("one"));
    second().await;
    assert_eq!(tenant(&directory, A).await.as_deref(), Some("two"));
    let error = JsonFileDirectory::open(&folder.0).await.unwrap_err();
    assert!(error.to_string().contains("a folder"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_somebody_elses_look_does_not_end_looking() {
    let folder = Folder::new();
    folder.put(leads_to(A, "one"));
    let directory = JsonFileDirectory::open(folder.file()).await.unwrap();
    folder.put(leads_to(A, "two"));
    let held = directory.check.lock().await;
    assert_eq!(tenant(&directory, A).await.as_deref(), Some("one"));
    drop(held);
    assert_eq!(tenant(&directory, A).await.as_deref(), Some("two"));
}

#[tokio::test(start_paused = true)]
async fn a_number_that_is_there_twice_leads_nowhere_by_accident() {
    let folder = Folder::new();
    folder.put(format!(
        r#"{{"tenants": [], "numbers": {{"{A}": "acme", "{B}": "acme", "{A}": "other"}}}}"#
    ));
    let error = JsonFileDirectory::open(folder.file()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let fields: Vec<_> = error.fields().iter().map(|f| format!("{f:?}")).collect();
    assert_eq!(fields.len(), 1, "{fields:?}");
    assert!(fields[0].contains("more than once"), "{fields:?}");
    assert!(!format!("{error} {error:?} {fields:?}").contains("4155550123"));
    folder.put(format!(
        r#"{{"tenants": [], "numbers": {{}}, "numbers": {{"{A}": "acme"}}}}"#
    ));
    let error = JsonFileDirectory::open(folder.file()).await.unwrap_err();
    assert!(
        error.to_string().contains("numbers: there more than once"),
        "{error}"
    );
}
