//! What Twilio has been sent and has not played yet.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{StreamError, mulaw};

/// As much audio as may wait at Twilio: about ten minutes, after which it discards (31931).
pub const MAX_BUFFERED: Duration = Duration::from_secs(600);
/// So many marks may wait for their echo. A bound of ours: an application that never reads echoes must not fill memory.
pub const MAX_PENDING_MARKS: usize = 4_096;

/// What an echo of a mark means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MarkOutcome {
    /// The audio before it was played.
    Played,
    /// It was waiting when `clear` was sent: the audio before it was probably not heard to its end. An echo that was
    /// already on its way then cannot be told from one that `clear` caused, and counts as this one.
    Cleared,
    /// No mark of this name was waiting.
    Unknown,
}

/// What was stopped by a `clear`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interruption {
    /// The marks that had not come back, oldest first: what the person did not hear to its end.
    pub marks: Vec<String>,
    /// How much audio was still waiting, by the clock: an estimate, since the network's delay is not known.
    pub unplayed: Duration,
}

/// Keeps account of audio and marks. [`StreamSession`](super::StreamSession) has one; it is of use alone to whoever writes
/// the messages themselves.
///
/// Twilio plays what it is sent in order and in real time, so that what waits is known from what was sent and when. Marks
/// tell what was really played.
///
/// ```
/// use std::time::Duration;
/// use twilio_client::media_stream::{MarkOutcome, Playback};
/// use voice_core::clock::{Clock, SystemClock};
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?.block_on(async {
/// let clock = SystemClock::default();
/// let mut playback = Playback::new();
/// playback.sent_audio(8_000, clock.now())?;
/// playback.sent_mark("greeting")?;
/// clock.sleep(Duration::from_millis(400)).await;
/// assert!(playback.buffered(clock.now()) <= Duration::from_millis(600));
///
/// let stopped = playback.cleared(clock.now());
/// assert_eq!(stopped.marks, ["greeting"]);
/// assert_eq!(playback.echoed("greeting"), MarkOutcome::Cleared);
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Playback {
    /// When the last of the audio will have been played.
    ends: Option<Instant>,
    /// Marks without echo, in the order they were sent.
    marks: VecDeque<Mark>,
    sent: Duration,
}

#[derive(Debug, Clone)]
struct Mark {
    name: String,
    cleared: bool,
}

impl Playback {
    /// Nothing was sent yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether so much more audio may be sent.
    ///
    /// # Errors
    /// [`StreamError::NoAudio`], [`StreamError::BufferFull`] beyond [`MAX_BUFFERED`].
    pub fn check_audio(&self, bytes: usize, now: Instant) -> Result<(), StreamError> {
        if bytes == 0 {
            return Err(StreamError::NoAudio);
        }
        let waiting = self.buffered(now).saturating_add(mulaw::duration_of(bytes));
        if waiting > MAX_BUFFERED {
            return Err(StreamError::BufferFull(waiting));
        }
        Ok(())
    }

    /// So many bytes of audio are sent.
    ///
    /// # Errors
    /// As for [`check_audio`](Self::check_audio); it then counts as not sent.
    pub fn sent_audio(&mut self, bytes: usize, now: Instant) -> Result<(), StreamError> {
        self.check_audio(bytes, now)?;
        let length = mulaw::duration_of(bytes);
        self.ends = now.checked_add(self.buffered(now).saturating_add(length));
        self.sent = self.sent.saturating_add(length);
        Ok(())
    }

    /// A mark is sent.
    ///
    /// # Errors
    /// [`StreamError::MarkName`] when it has no name, [`StreamError::TooManyMarks`] beyond [`MAX_PENDING_MARKS`].
    pub fn sent_mark(&mut self, name: impl Into<String>) -> Result<(), StreamError> {
        let name = name.into();
        if name.is_empty() {
            return Err(StreamError::MarkName);
        }
        if self.marks.len() >= MAX_PENDING_MARKS {
            return Err(StreamError::TooManyMarks(self.marks.len()));
        }
        self.marks.push_back(Mark {
            name,
            cleared: false,
        });
        Ok(())
    }

    /// `clear` is sent: nothing waits any more, and the marks that wait will come back at once.
    pub fn cleared(&mut self, now: Instant) -> Interruption {
        let unplayed = self.buffered(now);
        self.ends = None;
        let mut marks = Vec::new();
        for mark in self.marks.iter_mut().filter(|mark| !mark.cleared) {
            mark.cleared = true;
            marks.push(mark.name.clone());
        }
        Interruption { marks, unplayed }
    }

    /// A mark came back. Of several of one name it is the oldest.
    pub fn echoed(&mut self, name: &str) -> MarkOutcome {
        let at = self.marks.iter().position(|mark| mark.name == name);
        match at.and_then(|at| self.marks.remove(at)) {
            Some(mark) if mark.cleared => MarkOutcome::Cleared,
            Some(_) => MarkOutcome::Played,
            None => MarkOutcome::Unknown,
        }
    }

    /// How much audio waits at Twilio, by the clock.
    #[must_use]
    pub fn buffered(&self, now: Instant) -> Duration {
        self.ends
            .map(|end| end.saturating_duration_since(now))
            .unwrap_or_default()
    }

    /// Whether something is being played or waits, by the clock or by marks that have not come back.
    #[must_use]
    pub fn is_playing(&self, now: Instant) -> bool {
        !self.buffered(now).is_zero() || self.marks.iter().any(|mark| !mark.cleared)
    }

    /// The marks that have not come back, oldest first. Those a `clear` concerns are among them.
    pub fn pending(&self) -> impl Iterator<Item = &str> {
        self.marks.iter().map(|mark| mark.name.as_str())
    }

    /// How much audio was sent altogether.
    #[must_use]
    pub fn total_sent(&self) -> Duration {
        self.sent
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use voice_core::clock::{Clock, SystemClock};

    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn what_waits_is_what_was_sent_less_the_time_that_passed() {
        let start = SystemClock::default().now();
        let mut playback = Playback::new();
        playback.sent_audio(8_000, start).unwrap();
        playback.sent_audio(8_000, start + seconds(1)).unwrap();
        assert_eq!(playback.buffered(start + seconds(1)), seconds(1));
        assert!(!playback.is_playing(start + seconds(2)));
        // After a pause it begins anew.
        playback.sent_audio(8_000, start + seconds(9)).unwrap();
        assert_eq!(playback.buffered(start + seconds(9)), seconds(1));
        assert_eq!(playback.total_sent(), seconds(3));
    }

    #[test]
    fn what_twilio_would_discard_is_refused_and_does_not_count() {
        let start = SystemClock::default().now();
        let mut playback = Playback::new();
        playback.sent_audio(599 * 8_000, start).unwrap();
        let refused = playback.sent_audio(8_001, start);
        let over = MAX_BUFFERED + Duration::from_micros(125);
        assert_eq!(refused, Err(StreamError::BufferFull(over)));
        assert_eq!(playback.buffered(start), seconds(599));
        playback.sent_audio(8_000, start).unwrap();
        assert_eq!(playback.sent_audio(0, start), Err(StreamError::NoAudio));
        assert!(playback.sent_audio(usize::MAX, start).is_err());
    }

    #[test]
    fn echoes_are_told_apart() {
        let now = SystemClock::default().now();
        let mut playback = Playback::new();
        for name in ["a", "b", "a"] {
            playback.sent_mark(name).unwrap();
        }
        assert_eq!(playback.echoed("a"), MarkOutcome::Played);
        assert_eq!(playback.cleared(now).marks, ["b", "a"]);
        // What is sent after a clear is not concerned by it.
        playback.sent_mark("c").unwrap();
        assert!(playback.is_playing(now));
        assert_eq!(playback.cleared(now).marks, ["c"]);
        assert!(!playback.is_playing(now));
        assert_eq!(playback.echoed("a"), MarkOutcome::Cleared);
        assert_eq!(playback.echoed("a"), MarkOutcome::Unknown);
        assert_eq!(playback.pending().collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(playback.sent_mark(""), Err(StreamError::MarkName));
    }

    #[test]
    fn marks_that_nobody_answers_do_not_fill_memory() {
        let mut playback = Playback::new();
        for _ in 0..MAX_PENDING_MARKS {
            playback.sent_mark("m").unwrap();
        }
        assert_eq!(
            playback.sent_mark("m"),
            Err(StreamError::TooManyMarks(MAX_PENDING_MARKS))
        );
    }

    proptest! {
        #[test]
        fn every_mark_comes_back_once(names in prop::collection::vec("[a-c]", 0..30), cut in 0_usize..30) {
            let now = SystemClock::default().now();
            let mut playback = Playback::new();
            for name in &names {
                playback.sent_mark(name.clone()).unwrap();
            }
            let cut = cut.min(names.len());
            for name in &names[..cut] {
                prop_assert_eq!(playback.echoed(name), MarkOutcome::Played);
            }
            prop_assert_eq!(playback.cleared(now).marks, names[cut..].to_vec());
            for name in &names[cut..] {
                prop_assert_eq!(playback.echoed(name), MarkOutcome::Cleared);
            }
            prop_assert_eq!(playback.pending().count(), 0);
        }
    }
}
