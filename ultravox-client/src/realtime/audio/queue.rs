//! The audio on its way to the server: a bounded queue that gives out one frame every 20 ms.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;
use voice_core::clock::Clock;

use super::{FRAME, Pace, PcmError, PcmFormat, PcmFrame};

/// What is sent when there is no audio to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Underflow {
    /// Silence, from the connection on: the API wants 20 ms of audio every 20 ms, and may end a call whose audio stays
    /// away. The default.
    #[default]
    Silence,
    /// Nothing. A frame that is not full waits until it is, or until it is flushed.
    Nothing,
}

/// Audio was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrySendAudioError {
    /// The queue has no room for all of it, or another task is waiting to put audio in. Nothing was taken.
    #[error("the queue of outgoing audio is full")]
    Full,
    /// The session is over.
    #[error("the session is over")]
    Closed,
    /// It is not in the form of the session.
    #[error(transparent)]
    Form(#[from] PcmError),
}

/// A frame that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outgoing {
    /// Audio that was put in.
    Audio(Bytes),
    /// Nothing was there.
    Silence(Bytes),
}

#[derive(Debug)]
pub(crate) struct AudioQueue {
    format: PcmFormat,
    capacity: usize,
    underflow: Underflow,
    silence: Bytes,
    state: Mutex<State>,
    /// Something was put in, or flushed.
    filled: Notify,
    /// Something was taken out, or all is over.
    room: Notify,
    /// Who puts in audio does so in one piece.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    bytes: VecDeque<u8>,
    /// The rest goes out although it is not a whole frame.
    flushed: bool,
    /// Audio has gone out since it last ran dry.
    running: bool,
    closed: bool,
    counts: AudioCounts,
}

/// What came of the audio.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AudioCounts {
    pub(crate) sent: u64,
    pub(crate) silent: u64,
    pub(crate) underruns: u64,
    pub(crate) dropped: Duration,
}

impl AudioQueue {
    /// A queue with room for `capacity`, one frame at least.
    pub(crate) fn new(format: PcmFormat, capacity: Duration, underflow: Underflow) -> Self {
        Self {
            format,
            capacity: format.bytes_of(capacity.max(FRAME)),
            underflow,
            silence: PcmFrame::silence(format, FRAME).into_bytes(),
            state: Mutex::default(),
            filled: Notify::new(),
            room: Notify::new(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check(&self, audio: &PcmFrame) -> Result<(), PcmError> {
        let (given, expected) = (audio.format(), self.format);
        if given == expected {
            return Ok(());
        }
        Err(PcmError::WrongRate {
            given: given.sample_rate(),
            expected: expected.sample_rate(),
        })
    }

    /// Puts all of it in, or nothing.
    pub(crate) fn try_push(&self, audio: &PcmFrame) -> Result<(), TrySendAudioError> {
        self.check(audio)?;
        let Ok(_turn) = self.turn.try_lock() else {
            return Err(TrySendAudioError::Full);
        };
        let mut state = self.state();
        if state.closed {
            return Err(TrySendAudioError::Closed);
        }
        if audio.as_bytes().len() > self.capacity.saturating_sub(state.bytes.len()) {
            state.counts.dropped += audio.duration();
            return Err(TrySendAudioError::Full);
        }
        state.put(audio.as_bytes());
        drop(state);
        self.filled.notify_one();
        Ok(())
    }

    /// Puts it in piece by piece as there is room. Dropped on the way, what is in stays in.
    pub(crate) async fn push(&self, audio: &PcmFrame) -> Result<(), TrySendAudioError> {
        self.check(audio)?;
        let _turn = self.turn.lock().await;
        let mut rest = audio.as_bytes();
        loop {
            // Registered before looking, so that a wake-up between the two is not lost.
            let room = self.room.notified();
            {
                let mut state = self.state();
                if state.closed {
                    return Err(TrySendAudioError::Closed);
                }
                let fits = self
                    .capacity
                    .saturating_sub(state.bytes.len())
                    .min(rest.len());
                let (now, later) = rest.split_at_checked(fits).unwrap_or((rest, &[]));
                state.put(now);
                rest = later;
            }
            self.filled.notify_one();
            if rest.is_empty() {
                return Ok(());
            }
            room.await;
        }
    }

    /// Lets the rest go out although it is not a whole frame; silence fills it up.
    pub(crate) fn flush(&self) {
        let mut state = self.state();
        state.flushed = true;
        drop(state);
        self.filled.notify_one();
    }

    /// Throws away what was not sent; says how much that was.
    pub(crate) fn clear(&self) -> Duration {
        let mut state = self.state();
        let dropped = self.format.duration_of(state.bytes.len());
        state.bytes.clear();
        state.flushed = true;
        state.counts.dropped += dropped;
        drop(state);
        self.room.notify_one();
        dropped
    }

    /// Nothing goes in any more.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        // One waits at most, the others wait for their turn.
        self.room.notify_one();
    }

    pub(crate) fn queued(&self) -> Duration {
        self.format.duration_of(self.state().bytes.len())
    }

    pub(crate) fn counts(&self) -> AudioCounts {
        self.state().counts
    }

    /// The next frame, when it is due. Dropped on the way, nothing is lost.
    pub(crate) async fn next(&self, clock: &dyn Clock, pace: &mut Pace) -> Outgoing {
        loop {
            let now = clock.now();
            let wait = pace.wait(now);
            if !wait.is_zero() {
                clock.sleep(wait).await;
                continue;
            }
            if let Some(frame) = self.take() {
                pace.sent(now);
                self.room.notify_one();
                return frame;
            }
            pace.dry();
            self.filled.notified().await;
        }
    }

    fn take(&self) -> Option<Outgoing> {
        let frame = self.format.frame_bytes();
        let mut state = self.state();
        let whole = state.bytes.len() >= frame;
        let fill_up = state.flushed || self.underflow == Underflow::Silence;
        if whole || (fill_up && !state.bytes.is_empty()) {
            let take = frame.min(state.bytes.len());
            let mut bytes = Vec::with_capacity(frame);
            bytes.extend(state.bytes.drain(..take));
            bytes.resize(frame, 0);
            state.counts.sent += 1;
            if !whole && !state.flushed {
                state.ran_dry();
            } else {
                state.running = true;
            }
            return Some(Outgoing::Audio(bytes.into()));
        }
        state.ran_dry();
        if self.underflow == Underflow::Nothing {
            return None;
        }
        state.counts.silent += 1;
        Some(Outgoing::Silence(self.silence.clone()))
    }
}

impl State {
    fn put(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.bytes.extend(bytes);
            self.flushed = false;
        }
    }

    /// Counts a gap once, and only one that nobody announced by flushing.
    fn ran_dry(&mut self) {
        if self.running && !self.flushed {
            self.counts.underruns += 1;
        }
        self.running = false;
    }
}

#[cfg(test)]
mod tests;
