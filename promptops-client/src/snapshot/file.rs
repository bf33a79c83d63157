//! [`SnapshotFile`]: reading and writing, whole or not at all.

use std::collections::hash_map::RandomState;
use std::fs::{self, File, OpenOptions};
use std::hash::BuildHasher;
use std::io::{self, BufWriter, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SnapshotError;
use crate::cache::{CacheValue, KeyForm, PromptKey};

const FORMAT: &str = "promptops-snapshot";
/// The number of this form; a file with another is not read.
const SCHEMA: u32 = 1;
/// Largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// One prompt in a snapshot.
#[derive(Debug)]
#[non_exhaustive]
pub struct SnapshotEntry<V> {
    /// What it is known by.
    pub key: PromptKey,
    /// When the service gave it.
    pub stored_at: SystemTime,
    /// The prompt.
    pub prompt: Arc<V>,
}

impl<V> SnapshotEntry<V> {
    /// An entry.
    #[must_use]
    pub fn new(key: PromptKey, stored_at: SystemTime, prompt: Arc<V>) -> Self {
        Self {
            key,
            stored_at,
            prompt,
        }
    }
}

/// A snapshot on disk. Its methods block: inside async code, call them by `spawn_blocking`.
#[derive(Debug, Clone)]
pub struct SnapshotFile<V> {
    path: PathBuf,
    of: PhantomData<fn() -> V>,
}

#[derive(Serialize)]
struct WrittenFile<'a, V> {
    format: &'a str,
    schema: u32,
    saved_at_ms: u64,
    entries: Vec<WrittenEntry<'a, V>>,
}

#[derive(Serialize)]
struct WrittenEntry<'a, V> {
    key: KeyForm,
    stored_at_ms: u64,
    prompt: &'a V,
}

#[derive(Deserialize)]
struct ReadFile {
    format: String,
    schema: u32,
    entries: Vec<Value>,
}

#[derive(Deserialize)]
struct ReadEntry<V> {
    key: KeyForm,
    stored_at_ms: u64,
    prompt: V,
}

impl<V: CacheValue> SnapshotFile<V> {
    /// The file at `path`, whether it is there yet or not.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            of: PhantomData,
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads all entries that can be read, and tells how many could not. A file that is not there has none.
    ///
    /// # Errors
    /// [`SnapshotError`] when there is a file and it is no snapshot.
    pub fn read(&self) -> Result<(Vec<SnapshotEntry<V>>, u64), SnapshotError> {
        match fs::metadata(&self.path) {
            Ok(about) if about.len() > MAX_BYTES => return Err(SnapshotError::TooLarge),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
            Err(error) => return Err(error.into()),
        }
        let bytes = fs::read(&self.path)?;
        let file: ReadFile = serde_json::from_slice(&bytes).map_err(|_| SnapshotError::Form)?;
        if file.format != FORMAT || file.schema != SCHEMA {
            return Err(SnapshotError::Form);
        }
        let total = file.entries.len() as u64;
        let entries: Vec<_> = file.entries.into_iter().filter_map(entry).collect();
        let unreadable = total - entries.len() as u64;
        Ok((entries, unreadable))
    }

    /// Writes these entries in place of what was there. Folders are made as needed.
    ///
    /// # Errors
    /// [`SnapshotError::Io`]; the file is then as it was.
    pub fn write(
        &self,
        entries: &[SnapshotEntry<V>],
        saved_at: SystemTime,
    ) -> Result<(), SnapshotError> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder)?;
        let temporary = self.temporary(folder);
        let written = self
            .write_to(&temporary, entries, saved_at)
            .and_then(|()| fs::rename(&temporary, &self.path));
        if let Err(error) = written {
            // It may not be there, and the error that matters is the first one.
            let _ = fs::remove_file(&temporary);
            return Err(error.into());
        }
        // The new name is on the disk once the folder is. Not every file system can do that, and the file is in place.
        #[cfg(unix)]
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    }

    fn write_to(
        &self,
        path: &Path,
        entries: &[SnapshotEntry<V>],
        saved_at: SystemTime,
    ) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut out = BufWriter::new(options.open(path)?);
        let file = WrittenFile {
            format: FORMAT,
            schema: SCHEMA,
            saved_at_ms: millis(saved_at),
            entries: entries
                .iter()
                .map(|entry| WrittenEntry {
                    key: (&entry.key).into(),
                    stored_at_ms: millis(entry.stored_at),
                    prompt: &*entry.prompt,
                })
                .collect(),
        };
        serde_json::to_writer(&mut out, &file)?;
        out.flush()?;
        let file: File = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()
    }

    /// A name of its own for each attempt of each process. The number of the process would not do: in containers that
    /// share a folder it is the same, and after a restart as well.
    fn temporary(&self, folder: &Path) -> PathBuf {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let unique = RandomState::new().hash_one(count);
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        folder.join(format!(".{name}.{unique:016x}.tmp"))
    }
}

fn entry<V: CacheValue>(value: Value) -> Option<SnapshotEntry<V>> {
    let read: ReadEntry<V> = serde_json::from_value(value).ok()?;
    let since = Duration::from_millis(read.stored_at_ms);
    Some(SnapshotEntry {
        key: read.key.into_key()?,
        stored_at: UNIX_EPOCH.checked_add(since)?,
        prompt: Arc::new(read.prompt),
    })
}

fn millis(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
