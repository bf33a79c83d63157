//! [`JsonFileDirectory`]: tenants in one JSON file that may change while calls come in.

mod read;
mod shape;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::memory::Tables;
use super::{TenantDirectory, TenantId, TenantRoute};
use crate::clock::{SharedClock, SystemClock, later, timeout};
use crate::error::{Error, ErrorKind};
use crate::ident::E164;
use read::{FileError, Seen, Stamp};

/// How long a call waits for the file system before it goes on with what is known.
const PATIENCE: Duration = Duration::from_secs(2);

/// A directory in one JSON file:
///
/// ```json
/// {
///   "tenants": [
///     {"schema_version": 1, "tenant_id": "acme", "display_name": "Acme"}
///   ],
///   "numbers": {
///     "+14155550123": "acme",
///     "+442079460958": {"tenant_id": "acme", "max_concurrent_calls": 5, "client_id": "c-1"}
///   }
/// }
/// ```
///
/// The file is looked at when somebody asks, at most once a second: when its time of change, length or inode is another, it
/// is read anew, off the async threads, and takes effect as a whole. A file that cannot be read or breaks this form
/// **changes nothing**: what was good serves on, and the failure is logged once and counted. Tenants' documents are only
/// indexed here, so that one with a mistake harms its own tenant alone. A number or a tenant that is there twice breaks the
/// form, and so does a file of more than 64 MiB.
///
/// To change the file, write a new one beside it and rename it: then nobody reads half of it, and its inode tells that it is
/// another even where times are coarse.
///
/// ```no_run
/// use voice_core::intake::tenant::JsonFileDirectory;
///
/// # async fn run() -> Result<(), voice_core::error::Error> {
/// let directory = JsonFileDirectory::open("/etc/voice/tenants.json").await?;
/// assert_eq!(directory.stats().failures, 0);
/// # Ok(())
/// # }
/// ```
pub struct JsonFileDirectory {
    path: PathBuf,
    every: Duration,
    clock: SharedClock,
    tables: RwLock<Arc<Tables>>,
    check: Mutex<Check>,
    /// The file system did not answer in time; nobody waits for it until it does.
    is_stuck: AtomicBool,
    loads: AtomicU64,
    failures: AtomicU64,
}

/// When the file is looked at again, and what was seen.
struct Check {
    next: Instant,
    stamp: Option<Stamp>,
    running: Option<JoinHandle<Result<Seen, FileError>>>,
    failure: Option<String>,
}

/// What a [`JsonFileDirectory`] has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonFileStats {
    /// Files that took effect, the first one included.
    pub loads: u64,
    /// Looks that failed: the file was missing, could not be read, was broken, or did not come in time.
    pub failures: u64,
}

impl JsonFileDirectory {
    /// Reads the file; looks at it once a second at most from then on.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when it cannot be read or breaks its form, with every problem as a field.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path, Duration::from_secs(1), SystemClock::shared()).await
    }

    /// The same with another time between looks, on a clock. Zero looks at every question.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with(
        path: impl AsRef<Path>,
        every: Duration,
        clock: SharedClock,
    ) -> Result<Self, Error> {
        let now = clock.now();
        let directory = Self {
            path: path.as_ref().to_owned(),
            every,
            clock,
            tables: RwLock::default(),
            check: Mutex::new(Check {
                next: now,
                stamp: None,
                running: None,
                failure: None,
            }),
            is_stuck: AtomicBool::new(false),
            loads: AtomicU64::new(0),
            failures: AtomicU64::new(0),
        };
        match timeout(&*directory.clock, PATIENCE, directory.look()).await {
            Ok(outcome) => outcome.map_err(|error| error.into_error())?,
            Err(_) => return Err(FileError::Late(PATIENCE).into_error()),
        }
        Ok(directory)
    }

    /// What happened so far.
    #[must_use]
    pub fn stats(&self) -> JsonFileStats {
        JsonFileStats {
            loads: self.loads.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
        }
    }

    /// What is known, after a look at the file if it is time for one.
    async fn tables(&self) -> Arc<Tables> {
        if timeout(&*self.clock, PATIENCE, self.look()).await.is_err() {
            self.failures.fetch_add(1, Ordering::Relaxed);
            if !self.is_stuck.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    "the file of tenants cannot be looked at in time; what is known serves on"
                );
            }
        }
        Arc::clone(&self.tables.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the file if it is time. One look at a time; a caller who goes away leaves it to the next.
    async fn look(&self) -> Result<(), FileError> {
        let mut check = self.check.lock().await;
        let still_runs = check
            .running
            .as_ref()
            .is_some_and(|look| !look.is_finished());
        if still_runs && self.is_stuck.load(Ordering::Relaxed) {
            return Ok(());
        }
        if check.running.is_none() {
            if self.clock.now() < check.next {
                return Ok(());
            }
            let runtime = Handle::try_current().map_err(|_| FileError::NoRuntime)?;
            let (path, known) = (self.path.clone(), check.stamp);
            check.running = Some(runtime.spawn_blocking(move || read::look(&path, known)));
        }
        let Some(running) = &mut check.running else {
            return Ok(());
        };
        let seen = running.await.unwrap_or(Err(FileError::Stopped));
        check.running = None;
        check.next = later(self.clock.now(), self.every);
        self.is_stuck.store(false, Ordering::Relaxed);
        self.take(&mut check, seen)
    }

    fn take(&self, check: &mut Check, seen: Result<Seen, FileError>) -> Result<(), FileError> {
        let error = match seen {
            Ok(Seen::Same) => return Ok(()),
            Ok(Seen::Other(stamp, Ok(tables))) => {
                check.stamp = Some(stamp);
                check.failure = None;
                *self.tables.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tables);
                self.loads.fetch_add(1, Ordering::Relaxed);
                return Ok(());
            }
            Ok(Seen::Other(stamp, Err(error))) => {
                check.stamp = Some(stamp);
                error
            }
            Err(error) => {
                // When it is there again it may be another.
                check.stamp = None;
                error
            }
        };
        self.failures.fetch_add(1, Ordering::Relaxed);
        let text = error.to_string();
        if check.failure.as_ref() != Some(&text) {
            tracing::error!(error = %text, "the file of tenants is broken; what was good serves on");
            check.failure = Some(text);
        }
        Err(error)
    }
}

impl FileError {
    fn into_error(self) -> Error {
        let mut error = Error::new(ErrorKind::Config, self.to_string())
            .with_operation("json-file", "tenants.read");
        if let Self::Form { problems, .. } = &self {
            for problem in problems {
                let text = format!("{}; expected {}", problem.kind, problem.expected);
                error = error.with_field(crate::error::FieldError::new(&problem.path, text));
            }
        }
        error.with_source(self)
    }
}

impl fmt::Debug for JsonFileDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonFileDirectory")
            .field("path", &self.path)
            .field("every", &self.every)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl TenantDirectory for JsonFileDirectory {
    async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error> {
        Ok(self.tables().await.routes.get(number).cloned())
    }

    async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error> {
        Ok(self.tables().await.documents.get(tenant).cloned())
    }
}
