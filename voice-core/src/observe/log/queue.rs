//! Between the requests and the disk: a bounded queue of lines, and the thread that empties it.
//!
//! Whoever pushes holds the lock for a copy of one line and never while anything is written. A queue that is full refuses
//! lines, and counts them.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::sink::{Batch, Sink};
use super::wire::rfc3339;

/// Longest wait of a flush, and of the drop of the last handle.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) struct Queue {
    state: Mutex<State>,
    /// Something is to be done.
    work: Condvar,
    /// Something was done.
    done: Condvar,
    max_bytes: usize,
}

#[derive(Default)]
struct State {
    waiting: Batch,
    /// The time of the newest line.
    newest: Option<SystemTime>,
    /// Lines taken in, in all; those that were written or lost behind the queue.
    pushed: u64,
    settled: u64,
    written: u64,
    lost: u64,
    /// Of the lost ones, those no line in the log tells of yet.
    untold: u64,
    warned: bool,
    /// Flushes asked for, in all, and those that were made. One that is asked for while another is made is made after it.
    flushes: u64,
    flushed: u64,
    closed: bool,
    /// There is no thread, or no more.
    ended: bool,
}

/// What was counted: lines written, lines lost.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    pub(super) written: u64,
    pub(super) lost: u64,
}

impl Queue {
    /// A queue of at most `max_bytes`, and a thread that writes it to `sink`.
    pub(super) fn start(sink: impl Sink, max_bytes: usize) -> Arc<Self> {
        let queue = Arc::new(Self {
            state: Mutex::default(),
            work: Condvar::new(),
            done: Condvar::new(),
            max_bytes,
        });
        let worker = Arc::clone(&queue);
        let thread = std::thread::Builder::new().name("voice-request-log".to_owned());
        if let Err(error) = thread.spawn(move || worker.run(sink)) {
            let mut state = queue.lock();
            state.ended = true;
            state.warn(&"its thread could not be started", &error);
        }
        queue
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one line, without its line feed.
    pub(super) fn push(&self, time: SystemTime, line: &[u8]) {
        let mut state = self.lock();
        let size = state.waiting.bytes.len().saturating_add(line.len() + 1);
        state.newest = Some(time);
        if state.ended || size > self.max_bytes {
            state.lose(1);
            let full = io::Error::other("the queue of lines is full");
            state.warn(&"the request log", &full);
        } else {
            state.waiting.push(line);
            state.pushed += 1;
        }
        drop(state);
        self.work.notify_one();
    }

    pub(super) fn lose(&self) {
        self.lock().lose(1);
    }

    pub(super) fn counted(&self) -> Counted {
        let state = self.lock();
        Counted {
            written: state.written,
            lost: state.lost,
        }
    }

    /// Waits until everything pushed so far was written or lost, and the sink was flushed.
    pub(super) fn flush(&self) {
        let mut state = self.lock();
        state.flushes += 1;
        let (until, flush) = (state.pushed, state.flushes);
        self.work.notify_one();
        drop(
            self.done
                .wait_timeout_while(state, PATIENCE, |state| {
                    !state.ended && (state.flushed < flush || state.settled < until)
                })
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    /// Writes what is there and ends the thread.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        self.work.notify_one();
        drop(
            self.done
                .wait_timeout_while(state, PATIENCE, |state| !state.ended)
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    fn run(&self, mut sink: impl Sink) {
        // Also when the sink panics: nobody is left waiting, and later lines are counted as lost.
        let _end = End(self);
        let mut batch = Batch::default();
        loop {
            let state = self.lock();
            let mut state = self
                .work
                .wait_while(state, |s| {
                    s.waiting.is_empty() && s.flushed == s.flushes && !s.closed
                })
                .unwrap_or_else(PoisonError::into_inner);
            batch.bytes.clear();
            batch.ends.clear();
            std::mem::swap(&mut batch, &mut state.waiting);
            let (flushes, last) = (state.flushes, state.closed);
            let flush = state.flushed < flushes;
            drop(state);

            self.write(&mut sink, &batch);
            self.tell_of_losses(&mut sink);
            if flush || last {
                sink.flush();
            }
            if flush {
                self.lock().flushed = flushes;
            }
            self.done.notify_all();
            if last {
                return;
            }
        }
    }

    fn write(&self, sink: &mut impl Sink, batch: &Batch) {
        if batch.is_empty() {
            return;
        }
        let result = sink.write(batch);
        let mut state = self.lock();
        state.settled += batch.lines() as u64;
        state.written += result.lines as u64;
        state.lose(batch.lines().saturating_sub(result.lines) as u64);
        if let Some(error) = result.error {
            state.warn(sink.name(), &error);
        }
    }

    /// A line that says how many are missing, once one can be written.
    fn tell_of_losses(&self, sink: &mut impl Sink) {
        let (untold, time) = {
            let state = self.lock();
            (state.untold, state.newest.unwrap_or(SystemTime::UNIX_EPOCH))
        };
        if untold == 0 {
            return;
        }
        let time = rfc3339::text(time);
        let mut notice = Batch::default();
        notice.push(format!(r#"{{"event":"lost","time":"{time}","lines":{untold}}}"#).as_bytes());
        if sink.write(&notice).lines == 1 {
            self.lock().untold -= untold;
        }
    }
}

impl State {
    fn lose(&mut self, lines: u64) {
        self.lost += lines;
        self.untold += lines;
    }

    /// Says so once: whoever does not look at it will not look at a thousand either.
    fn warn(&mut self, what: &dyn std::fmt::Display, error: &io::Error) {
        if !std::mem::replace(&mut self.warned, true) {
            tracing::warn!(
                target: "voice_core",
                log = %what,
                %error,
                "the request log loses lines; requests are not affected, and this is not said again"
            );
        }
    }
}

struct End<'a>(&'a Queue);

impl Drop for End<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.ended = true;
        state.waiting = Batch::default();
        let left = state.pushed.saturating_sub(state.settled);
        state.lose(left);
        drop(state);
        self.0.done.notify_all();
    }
}
