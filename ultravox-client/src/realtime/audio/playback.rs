//! The agent's audio, waiting to be played.

use std::collections::VecDeque;
use std::time::Duration;

use super::{PcmError, PcmFormat, PcmFrame};
use crate::realtime::Event;
use crate::realtime::message::ServerMessage;

/// Audio of the agent that waits to be played, and that is dropped when the agent is interrupted.
///
/// A client that honours `playback_clear_buffer` as this does can ask for a large
/// [`client_buffer_size_ms`](crate::types::WebSocketMedium::client_buffer_size_ms), such as 30,000; the server then sends
/// ahead of time. Give every [`Event`] to [`take_in`](Self::take_in), and play what [`play`](Self::play) gives.
///
/// ```
/// use std::time::Duration;
/// use ultravox_client::realtime::{PcmFormat, PcmFrame, PlaybackBuffer};
///
/// let mut buffer = PlaybackBuffer::new(PcmFormat::HZ_8000, Duration::from_secs(30));
/// buffer.push(&PcmFrame::from_samples(PcmFormat::HZ_8000, [1; 200]))?;
/// let played = buffer.play(Duration::from_millis(20));
/// assert_eq!((played.samples().len(), buffer.buffered()), (160, Duration::from_millis(5)));
/// assert_eq!(buffer.clear(), Duration::from_millis(5));
/// # Ok::<(), ultravox_client::realtime::PcmError>(())
/// ```
#[derive(Debug)]
pub struct PlaybackBuffer {
    format: PcmFormat,
    capacity: usize,
    bytes: VecDeque<u8>,
    overflowed: Duration,
    cleared: Duration,
}

impl PlaybackBuffer {
    /// A buffer for so much audio; what does not fit is dropped, as the server's side would do.
    #[must_use]
    pub fn new(format: PcmFormat, capacity: Duration) -> Self {
        Self {
            format,
            capacity: format.bytes_of(capacity),
            bytes: VecDeque::new(),
            overflowed: Duration::ZERO,
            cleared: Duration::ZERO,
        }
    }

    /// Keeps the audio of an event, and drops everything when the event says so. Other events are left alone.
    ///
    /// # Errors
    /// [`PcmError::WrongRate`] when the audio has another rate than the buffer.
    pub fn take_in(&mut self, event: &Event) -> Result<(), PcmError> {
        match event {
            Event::Audio(frame) => self.push(frame),
            Event::Message(ServerMessage::PlaybackClearBuffer(_)) => {
                self.clear();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Puts audio behind what is there.
    ///
    /// # Errors
    /// [`PcmError::WrongRate`] when it has another rate than the buffer.
    pub fn push(&mut self, frame: &PcmFrame) -> Result<(), PcmError> {
        if frame.format() != self.format {
            return Err(PcmError::WrongRate {
                given: frame.format().sample_rate(),
                expected: self.format.sample_rate(),
            });
        }
        let room = self.capacity.saturating_sub(self.bytes.len());
        let bytes = frame.as_bytes();
        let (kept, lost) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        self.bytes.extend(kept);
        self.overflowed += self.format.duration_of(lost.len());
        Ok(())
    }

    /// Takes what is to be played next: so much, or all there is.
    pub fn play(&mut self, length: Duration) -> PcmFrame {
        let take = self.format.bytes_of(length).min(self.bytes.len());
        let samples = self.bytes.drain(..take).collect::<Vec<u8>>();
        // Only whole samples go in and come out.
        PcmFrame::from_bytes(self.format, samples)
            .unwrap_or_else(|_| PcmFrame::silence(self.format, Duration::ZERO))
    }

    /// Drops everything; says how much that was.
    pub fn clear(&mut self) -> Duration {
        let dropped = self.buffered();
        self.bytes.clear();
        self.cleared += dropped;
        dropped
    }

    /// How much waits to be played.
    #[must_use]
    pub fn buffered(&self) -> Duration {
        self.format.duration_of(self.bytes.len())
    }

    /// How much was dropped because it did not fit.
    #[must_use]
    pub fn overflowed(&self) -> Duration {
        self.overflowed
    }

    /// How much was dropped because the agent was interrupted.
    #[must_use]
    pub fn cleared(&self) -> Duration {
        self.cleared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realtime::message::PlaybackClearBuffer;
    use proptest::prelude::*;

    const FORMAT: PcmFormat = PcmFormat::HZ_8000;

    #[test]
    fn an_interruption_empties_it() {
        let mut buffer = PlaybackBuffer::new(FORMAT, Duration::from_secs(1));
        let audio = PcmFrame::silence(FORMAT, Duration::from_millis(300));
        buffer.take_in(&Event::Audio(audio)).unwrap();
        assert_eq!(buffer.buffered(), Duration::from_millis(300));
        let clear = ServerMessage::PlaybackClearBuffer(PlaybackClearBuffer::new());
        buffer.take_in(&Event::Message(clear)).unwrap();
        assert_eq!(
            (buffer.buffered(), buffer.cleared()),
            (Duration::ZERO, Duration::from_millis(300))
        );
        let other = PcmFrame::silence(PcmFormat::HZ_16000, Duration::from_millis(20));
        assert!(buffer.take_in(&Event::Audio(other)).is_err());
    }

    proptest! {
        #[test]
        fn audio_comes_out_as_it_went_in(
            lengths in prop::collection::vec(0usize..400, 1..8),
            step in 1u64..50,
        ) {
            let mut buffer = PlaybackBuffer::new(FORMAT, Duration::from_millis(100));
            let mut wanted = Vec::new();
            for (at, length) in lengths.iter().enumerate() {
                let samples = vec![i16::try_from(at).unwrap(); *length];
                buffer.push(&PcmFrame::from_samples(FORMAT, samples.iter().copied())).unwrap();
                wanted.extend(samples);
            }
            let lost = FORMAT.bytes_of(buffer.overflowed()) / 2;
            wanted.truncate(wanted.len().min(800));
            prop_assert_eq!(lost + wanted.len(), lengths.iter().sum::<usize>());
            let mut played = Vec::new();
            while !buffer.buffered().is_zero() {
                played.extend(buffer.play(Duration::from_millis(step)).samples());
            }
            prop_assert_eq!(played, wanted);
        }
    }
}
