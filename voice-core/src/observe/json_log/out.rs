//! The writer below the log: whole lines, or a count of those that are missing.

use std::cell::Cell;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

thread_local! {
    /// Whether this thread is writing: a writer that logs must not wait for itself.
    static WRITING: Cell<bool> = const { Cell::new(false) };
}

pub(super) struct Out {
    sink: Mutex<Sink>,
    written: AtomicU64,
    lost: AtomicU64,
}

struct Sink {
    writer: Box<dyn Write + Send>,
    /// A line was cut off, and must be ended before the next one.
    torn: bool,
}

/// What became of the lines so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonLogStats {
    /// The writer took them.
    pub written: u64,
    /// It did not, or panicked; or a field panicked while it was shown; or the writer itself logged.
    pub lost: u64,
}

impl Out {
    pub(super) fn new(writer: Box<dyn Write + Send>) -> Self {
        Self {
            sink: Mutex::new(Sink {
                writer,
                torn: false,
            }),
            written: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        }
    }

    pub(super) fn write(&self, line: &str) {
        if WRITING.try_with(|writing| writing.replace(true)) != Ok(false) {
            self.lose();
            return;
        }
        let whole = {
            let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
            // A panic is caught below the lock, so that nobody finds it poisoned.
            let wrote = catch_unwind(AssertUnwindSafe(|| sink.write(line)));
            wrote.unwrap_or_else(|_| {
                sink.torn = true;
                false
            })
        };
        let _ = WRITING.try_with(|writing| writing.set(false));
        match whole {
            true => self.written.fetch_add(1, Ordering::Relaxed),
            false => self.lost.fetch_add(1, Ordering::Relaxed),
        };
    }

    pub(super) fn lose(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn stats(&self) -> JsonLogStats {
        JsonLogStats {
            written: self.written.load(Ordering::Relaxed),
            lost: self.lost.load(Ordering::Relaxed),
        }
    }
}

impl Sink {
    /// Whether the whole line was taken.
    fn write(&mut self, line: &str) -> bool {
        if self.torn {
            if self.take(b"\n") == 0 {
                return false;
            }
            self.torn = false;
        }
        let taken = self.take(line.as_bytes());
        self.torn = taken > 0 && taken < line.len();
        taken == line.len()
    }

    /// How many bytes were taken before the writer failed, if it did.
    fn take(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
            match self.writer.write(rest) {
                Ok(0) => break,
                Ok(more) => taken = taken.saturating_add(more).min(bytes.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        taken
    }
}
