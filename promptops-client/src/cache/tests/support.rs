//! A loader that does what a test says, and counts.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use voice_core::clock::{Clock, SystemClock};
use voice_core::error::{Error, ErrorKind};

use super::super::*;
use crate::models::Prompt;

pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const TTL: Duration = Duration::from_secs(300);

/// How the service behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Well,
    Fails(ErrorKind),
    Hangs,
    Panics,
}

#[derive(Debug)]
pub(super) struct Service {
    mood: Mutex<Mood>,
    delay: Mutex<Duration>,
    text: Mutex<String>,
    special: Mutex<HashMap<String, Mood>>,
    loads: AtomicUsize,
}

impl Service {
    pub(super) fn start() -> Arc<Self> {
        Arc::new(Self {
            mood: Mutex::new(Mood::Well),
            delay: Mutex::new(Duration::ZERO),
            text: Mutex::new("one".to_owned()),
            special: Mutex::default(),
            loads: AtomicUsize::new(0),
        })
    }

    pub(super) fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub(super) fn delays(&self, delay: Duration) {
        *self.delay.lock().unwrap() = delay;
    }

    pub(super) fn says(&self, text: &str) {
        text.clone_into(&mut self.text.lock().unwrap());
    }

    pub(super) fn is_about(&self, id: &str, mood: Mood) {
        self.special.lock().unwrap().insert(id.to_owned(), mood);
    }

    pub(super) fn loads(&self) -> usize {
        self.loads.load(Ordering::SeqCst)
    }
}

#[async_trait::async_trait]
impl PromptLoader<Prompt> for Service {
    async fn load(&self, key: &PromptKey) -> Result<Arc<Prompt>, Error> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        // What it says is settled when it is asked, as a server's answer is before a slow network.
        let text = self.text.lock().unwrap().clone();
        let delay = *self.delay.lock().unwrap();
        if !delay.is_zero() {
            SystemClock::default().sleep(delay).await;
        }
        let id = key.id().as_str();
        let special = self.special.lock().unwrap().get(id).copied();
        let mood = special.unwrap_or(*self.mood.lock().unwrap());
        match mood {
            Mood::Well => Ok(Arc::new(Prompt::new(id, "1.0.0", text))),
            Mood::Fails(kind) => Err(Error::new(kind, "as the test says")),
            Mood::Hangs => std::future::pending().await,
            Mood::Panics => panic!("as the test says"),
        }
    }
}

pub(super) fn scope() -> CacheScope {
    CacheScope::new("https://api.promptops.com", "po_abc123def456ghi789jkl012")
}

pub(super) fn builder(service: &Arc<Service>) -> PromptCacheBuilder<Prompt> {
    PromptCache::builder(scope(), service.clone())
}

pub(super) fn start() -> (Arc<Service>, PromptCache) {
    let service = Service::start();
    let cache = builder(&service).build().unwrap();
    (service, cache)
}

pub(super) fn key(id: &str) -> PromptKey {
    PromptKey::new(scope(), id.parse().unwrap())
}

pub(super) async fn pass(duration: Duration) {
    SystemClock::default().sleep(duration).await;
}

/// Lets tasks in the background get as far as they can.
pub(super) async fn settle() {
    pass(Duration::from_millis(1)).await;
}

/// Whether a future ends without any time passing.
pub(super) async fn at_once<T>(future: impl Future<Output = T>) -> T {
    let before = SystemClock::default().now();
    let output = future.await;
    assert_eq!(SystemClock::default().now(), before, "it waited");
    output
}

/// A folder that goes with the test.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("promptops-snapshot-{}-{count}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    pub(super) fn file(&self) -> PathBuf {
        self.0.join("prompts.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
