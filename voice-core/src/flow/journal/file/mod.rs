//! [`FileJournal`]: a journal in a file, safe against the death of process and machine.

mod paper;
mod scan;
mod writer;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use async_trait::async_trait;
use tokio::sync::oneshot;

use super::ledger::{Change, Ledger};
use super::{Begun, CallJournal, DialOutcome, EntryState, Intent, JournalError};
use crate::provider::{CallId, CallKey};
use paper::Paper;
use writer::Ask;

/// A journal in a file of JSON lines, to which lines are only ever added.
///
/// - **Durable**: a line is on the disk (fsync) before [`begin`](CallJournal::begin) returns; so is the folder's entry of a new
///   file. Many that ask at once share one fsync.
/// - **One at a time**: the file is locked (`flock`, on Windows `LockFileEx`) for as long as the journal is open; the lock goes
///   with the process however it dies. On network file systems locks and fsync are as good as the file system's.
/// - **Torn lines**: an unfinished last line, as a power cut leaves, was never acknowledged, so it is cut off. A line in the
///   middle that cannot be read is [`JournalError::Corrupt`], a file of another kind or version [`JournalError::Format`]; both
///   leave it as it is.
/// - **A disk that fails** ends it: after the first error of a write or fsync every call returns that error, since nobody knows
///   what is on the disk. Opened again, it reads what is there.
///
/// Reading and writing are done by a thread of its own. All keys are held in memory, about 200 bytes each. On Unix a new file
/// can be read by its owner alone.
///
/// ```
/// use std::time::SystemTime;
/// use voice_core::flow::journal::{Begun, CallJournal, DialOutcome, EntryState, FileJournal, Intent};
/// use voice_core::provider::{CallId, CallKey};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let path = std::env::temp_dir().join(format!("voice-journal-doc-{}", std::process::id()));
/// let key = CallKey::new("spring/row-17")?;
/// let journal = FileJournal::open(&path).await?;
/// assert_eq!(journal.begin(&Intent::new(key.clone(), SystemTime::UNIX_EPOCH)).await?, Begun::Yes);
/// // … the dial …
/// journal.finish(&key, &DialOutcome::Placed { call: CallId::new("CA1")?, end: None }).await?;
/// drop(journal);
///
/// let journal = FileJournal::open(&path).await?;
/// assert!(matches!(journal.state(&key).await?, EntryState::Done { .. }));
/// # drop(journal);
/// # std::fs::remove_file(path)?;
/// # Ok(())
/// # }
/// ```
pub struct FileJournal {
    path: PathBuf,
    shared: Arc<Shared>,
    asks: Option<mpsc::Sender<Ask>>,
    thread: Option<JoinHandle<()>>,
}

/// What the journal and its thread share.
#[derive(Debug, Default)]
struct Shared {
    ledger: Mutex<Ledger>,
    failed: Mutex<Option<JournalError>>,
}

impl Shared {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self) -> MutexGuard<'_, Option<JournalError>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FileJournal {
    /// Opens a journal, or begins a new one where there is no file or an empty one. Its folder must exist.
    ///
    /// # Errors
    /// [`JournalError::Locked`] when another process (or this one) has it open, [`JournalError::Format`],
    /// [`JournalError::Corrupt`], [`JournalError::Io`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let path = path.as_ref().to_path_buf();
        let at = path.clone();
        Self::start(path, move || scan::open(&at)).await
    }

    async fn start<P: Paper + 'static>(
        path: PathBuf,
        open: impl FnOnce() -> Result<scan::Opened<P>, JournalError> + Send + 'static,
    ) -> Result<Self, JournalError> {
        let (asks, inbox) = mpsc::channel();
        let (ready, opened) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("voice-journal".to_owned())
            .spawn(move || match open() {
                Ok(opened) => {
                    let shared = Arc::new(Shared {
                        ledger: Mutex::new(opened.ledger),
                        failed: Mutex::default(),
                    });
                    // Nobody waits any more when opening was given up: then nothing will be asked either.
                    let _ = ready.send(Ok(Arc::clone(&shared)));
                    writer::run(opened.paper, opened.length, &shared, &inbox);
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            })
            .map_err(JournalError::io("start its thread"))?;
        let shared = opened.await.unwrap_or_else(|_| Err(gone()))?;
        Ok(Self {
            path,
            shared,
            asks: Some(asks),
            thread: Some(thread),
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many entries it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.ledger().len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    async fn write(&self, change: Change) -> Result<Begun, JournalError> {
        let (reply, written) = oneshot::channel();
        let asks = self.asks.as_ref().ok_or_else(gone)?;
        asks.send(Ask { change, reply }).map_err(|_| gone())?;
        written.await.unwrap_or_else(|_| Err(gone()))
    }

    fn readable(&self) -> Result<(), JournalError> {
        self.shared.failed().clone().map_or(Ok(()), Err)
    }
}

/// The thread has ended, which it does only with the journal.
fn gone() -> JournalError {
    JournalError::Io {
        doing: "go on",
        kind: std::io::ErrorKind::BrokenPipe,
        message: "its thread has ended".to_owned(),
    }
}

/// Waits until what was asked is written, and gives up the lock.
impl Drop for FileJournal {
    fn drop(&mut self) {
        drop(self.asks.take());
        if let Some(thread) = self.thread.take() {
            // It ends by itself, and has told everybody of its errors.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for FileJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileJournal")
            .field("path", &self.path)
            .field("entries", &self.len())
            .field("failed", &*self.shared.failed())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl CallJournal for FileJournal {
    async fn begin(&self, intent: &Intent) -> Result<Begun, JournalError> {
        self.write(Change::Begin(intent.clone())).await
    }

    async fn finish(&self, key: &CallKey, outcome: &DialOutcome) -> Result<(), JournalError> {
        let change = Change::Finish(key.clone(), outcome.clone());
        self.write(change).await.map(drop)
    }

    async fn state(&self, key: &CallKey) -> Result<EntryState, JournalError> {
        self.readable()?;
        Ok(self.shared.ledger().state(key))
    }

    async fn owner(&self, call: &CallId) -> Result<Option<CallKey>, JournalError> {
        self.readable()?;
        Ok(self.shared.ledger().owner(call))
    }
}
