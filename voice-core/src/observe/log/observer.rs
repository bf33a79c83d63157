//! The observer that writes the log.

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use secrecy::SecretString;

use super::entries;
use super::queue::Queue;
use super::record::Record;
use super::rotate::RotatingFile;
use super::sink::{Plain, Sink};
use super::{keyed_payload_hash, payload_hash};
use crate::clock::{SharedClock, SystemClock};
use crate::observe::{AttemptEvent, Observer, OperationEvent};

/// An [`Observer`] that writes one JSON line for each attempt and each operation's end.
///
/// Lines go through a bounded queue to a thread of its own: a request never waits for a disk, and never fails because a log
/// cannot be written. What is lost is counted ([`LogStats::lost`], and a line in the log), and warned of once through
/// `tracing`. Cloning shares the log; the last clone that is dropped waits up to 5 s for what is still to be written.
///
/// Give every process a file of its own.
#[derive(Clone)]
pub struct JsonlLog(Arc<Shared>);

struct Shared {
    queue: Arc<Queue>,
    clock: SharedClock,
    hash: Hash,
    format: LogFormat,
}

/// What a line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum LogFormat {
    /// One flat [`Record`] for each attempt and each operation's end, which [`LogReader`](super::LogReader) reads again.
    #[default]
    Records,
    /// Entries `{"type","timestamp","data"}`, for tools that expect these: a `request` when the attempt began, and a
    /// `response` or an `error` when it ended, both written at its end. Operations' ends are left out, and the log's
    /// readers do not read them. `data` holds what a record holds, and of texts no more than it.
    Entries,
}

enum Hash {
    None,
    Plain,
    Keyed(SecretString),
}

/// What became of the lines so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogStats {
    /// Written, as far as the operating system says.
    pub written: u64,
    /// Lost: the queue was full, or the file could not be written.
    pub lost: u64,
}

impl JsonlLog {
    /// A log in a file that rotates: see [`JsonlLogBuilder::max_bytes`]. An existing file is appended to; its folder must
    /// exist. On Unix a new file is readable by its owner alone.
    pub fn file(path: impl Into<PathBuf>) -> JsonlLogBuilder {
        JsonlLogBuilder::new(Target::File(path.into()))
    }

    /// A log on standard error.
    pub fn stderr() -> JsonlLogBuilder {
        Self::writer(io::stderr())
    }

    /// A log to any writer, which is given whole lines, and flushed by [`flush`](Self::flush).
    pub fn writer(out: impl Write + Send + 'static) -> JsonlLogBuilder {
        JsonlLogBuilder::new(Target::Writer(Box::new(out)))
    }

    /// Adds a record of one's own.
    pub fn write(&self, record: &Record) {
        if self.0.format == LogFormat::Entries {
            return self.write_entries(record);
        }
        match serde_json::to_vec(record) {
            Ok(line) => self.0.queue.push(record.time, &line),
            Err(_) => self.0.queue.lose(),
        }
    }

    fn write_entries(&self, record: &Record) {
        let Some(entries) = entries::of(record) else {
            return;
        };
        for entry in entries {
            match serde_json::to_vec(&entry) {
                Ok(line) => self.0.queue.push(record.time, &line),
                Err(_) => self.0.queue.lose(),
            }
        }
    }

    /// Waits until everything given so far is written or lost, and says how many. Blocks the thread, for 5 s at most: call
    /// it at the end of a program or from `spawn_blocking`.
    pub fn flush(&self) -> LogStats {
        self.0.queue.flush();
        self.stats()
    }

    /// How many lines were written and lost so far.
    #[must_use]
    pub fn stats(&self) -> LogStats {
        let counted = self.0.queue.counted();
        LogStats {
            written: counted.written,
            lost: counted.lost,
        }
    }

    fn now(&self) -> SystemTime {
        self.0.clock.wall()
    }
}

impl Observer for JsonlLog {
    fn on_attempt(&self, event: &AttemptEvent<'_>) {
        let mut record = Record::of_attempt(event, self.now());
        if !event.request_body.is_empty() {
            record.payload_hash = match &self.0.hash {
                Hash::None => None,
                Hash::Plain => Some(payload_hash(event.request_body)),
                Hash::Keyed(key) => Some(keyed_payload_hash(key, event.request_body)),
            };
        }
        self.write(&record);
    }

    fn on_operation(&self, event: &OperationEvent<'_>) {
        self.write(&Record::of_operation(event, self.now()));
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl fmt::Debug for JsonlLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JsonlLog").field(&self.stats()).finish()
    }
}

/// Builds a [`JsonlLog`].
#[must_use = "a builder does nothing until it is built"]
pub struct JsonlLogBuilder {
    target: Target,
    max_bytes: u64,
    files: u32,
    queue_bytes: usize,
    clock: SharedClock,
    hash: Hash,
    format: LogFormat,
}

enum Target {
    File(PathBuf),
    Writer(Box<dyn Write + Send>),
}

impl JsonlLogBuilder {
    /// Longest file by default: 10 MiB.
    pub const MAX_BYTES: u64 = 10 << 20;
    /// Files kept by default.
    pub const FILES: u32 = 5;
    /// Longest queue by default: 1 MiB, about 2,500 lines.
    pub const QUEUE_BYTES: usize = 1 << 20;

    fn new(target: Target) -> Self {
        Self {
            target,
            max_bytes: Self::MAX_BYTES,
            files: Self::FILES,
            queue_bytes: Self::QUEUE_BYTES,
            clock: SystemClock::shared(),
            hash: Hash::Plain,
            format: LogFormat::default(),
        }
    }

    /// Longest file, in bytes; [`MAX_BYTES`](Self::MAX_BYTES), and no less than 4,096. A line that would make the file
    /// longer begins a new one: `requests.jsonl` becomes `requests.jsonl.1`, that `requests.jsonl.2`, and so on.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = bytes.max(4096);
        self
    }

    /// How many files are kept in all, the current one included; [`FILES`](Self::FILES), and no less than 1.
    pub fn files(mut self, files: u32) -> Self {
        self.files = files.max(1);
        self
    }

    /// Longest queue of lines that wait to be written, in bytes; [`QUEUE_BYTES`](Self::QUEUE_BYTES).
    pub fn queue_bytes(mut self, bytes: usize) -> Self {
        self.queue_bytes = bytes;
        self
    }

    /// Where the times come from; the system's clock. Give the one the client has.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// What a line looks like; [`LogFormat::Records`].
    pub fn format(mut self, format: LogFormat) -> Self {
        self.format = format;
        self
    }

    /// Hashes payloads with a key; see [`keyed_payload_hash`] for what that is good for.
    pub fn payload_hash_key(mut self, key: SecretString) -> Self {
        self.hash = Hash::Keyed(key);
        self
    }

    /// Hashes no payloads.
    pub fn without_payload_hash(mut self) -> Self {
        self.hash = Hash::None;
        self
    }

    /// Starts the log. A file that cannot be opened is tried again with each line, and loses lines meanwhile.
    #[must_use]
    pub fn build(self) -> JsonlLog {
        fn start(sink: impl Sink, bytes: usize) -> Arc<Queue> {
            Queue::start(sink, bytes)
        }
        let queue = match self.target {
            Target::File(path) => start(
                RotatingFile::new(path, self.max_bytes, self.files),
                self.queue_bytes,
            ),
            Target::Writer(out) => start(Plain::new(out), self.queue_bytes),
        };
        JsonlLog(Arc::new(Shared {
            queue,
            clock: self.clock,
            hash: self.hash,
            format: self.format,
        }))
    }
}

impl fmt::Debug for JsonlLogBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonlLogBuilder")
            .field("max_bytes", &self.max_bytes)
            .field("files", &self.files)
            .field("queue_bytes", &self.queue_bytes)
            .finish_non_exhaustive()
    }
}
