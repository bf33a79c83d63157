//! The one form of audio a server WebSocket carries: signed 16 bits, little endian, one channel.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

/// The longest silence that is made at once: a mistaken length must not take all memory.
const LONGEST_SILENCE: Duration = Duration::from_secs(3600);
/// Bytes of one sample.
const SAMPLE: usize = 2;

/// Audio that is not in the form of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PcmError {
    /// The sample rate is none of those that are taken.
    #[error("a sample rate must be 8000, 16000, 24000 or 48000 Hz, not {0}")]
    SampleRate(u32),
    /// Half a sample: samples have 2 bytes.
    #[error("audio of {0} bytes ends within a sample")]
    OddLength(usize),
    /// Audio of one rate where another is expected.
    #[error("the audio has {given} Hz, {expected} Hz are expected")]
    WrongRate {
        /// What it has.
        given: u32,
        /// What it should have.
        expected: u32,
    },
}

/// Signed 16 bits, little endian, one channel, at a sample rate of 8,000, 16,000, 24,000 or 48,000 Hz.
///
/// ```
/// use std::time::Duration;
/// use ultravox_client::realtime::PcmFormat;
///
/// let format = PcmFormat::new(16_000)?;
/// assert_eq!(format.frame_bytes(), 640);
/// assert_eq!(format.duration_of(32_000), Duration::from_secs(1));
/// assert!(PcmFormat::new(44_100).is_err());
/// # Ok::<(), ultravox_client::realtime::PcmError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PcmFormat {
    sample_rate: u32,
}

impl PcmFormat {
    /// 8,000 Hz, as telephones have it.
    pub const HZ_8000: Self = Self { sample_rate: 8_000 };
    /// 16,000 Hz.
    pub const HZ_16000: Self = Self {
        sample_rate: 16_000,
    };
    /// 24,000 Hz.
    pub const HZ_24000: Self = Self {
        sample_rate: 24_000,
    };
    /// 48,000 Hz.
    pub const HZ_48000: Self = Self {
        sample_rate: 48_000,
    };

    /// Audio at this rate, in Hz.
    ///
    /// # Errors
    /// [`PcmError::SampleRate`] unless it is 8,000, 16,000, 24,000 or 48,000.
    pub const fn new(sample_rate: u32) -> Result<Self, PcmError> {
        match sample_rate {
            8_000 | 16_000 | 24_000 | 48_000 => Ok(Self { sample_rate }),
            other => Err(PcmError::SampleRate(other)),
        }
    }

    /// In Hz.
    #[must_use]
    pub const fn sample_rate(self) -> u32 {
        self.sample_rate
    }

    /// The same, as [`WebSocketMedium`](crate::types::WebSocketMedium) takes it.
    #[must_use]
    pub fn medium_rate(self) -> i32 {
        i32::try_from(self.sample_rate).unwrap_or(i32::MAX)
    }

    /// Samples of one frame of 20 ms.
    #[must_use]
    pub const fn frame_samples(self) -> usize {
        (self.sample_rate / 50) as usize
    }

    /// Bytes of one frame of 20 ms.
    #[must_use]
    pub const fn frame_bytes(self) -> usize {
        self.frame_samples() * SAMPLE
    }

    /// How long so many bytes play.
    #[must_use]
    pub fn duration_of(self, bytes: usize) -> Duration {
        let samples = u64::try_from(bytes / SAMPLE).unwrap_or(u64::MAX);
        let nanos =
            u128::from(samples).saturating_mul(1_000_000_000) / u128::from(self.sample_rate);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// How many bytes play this long, in whole samples.
    #[must_use]
    pub fn bytes_of(self, length: Duration) -> usize {
        let samples = length
            .as_nanos()
            .saturating_mul(u128::from(self.sample_rate))
            / 1_000_000_000;
        usize::try_from(samples)
            .unwrap_or(usize::MAX / SAMPLE)
            .saturating_mul(SAMPLE)
    }
}

/// A stretch of audio of any length. `Debug` shows its length, not what is in it; cloning it is cheap.
#[derive(Clone, PartialEq, Eq)]
pub struct PcmFrame {
    format: PcmFormat,
    bytes: Bytes,
}

impl PcmFrame {
    /// Takes bytes as they travel: signed 16 bits, little endian, one channel.
    ///
    /// # Errors
    /// [`PcmError::OddLength`] when they end within a sample.
    pub fn from_bytes(format: PcmFormat, bytes: impl Into<Bytes>) -> Result<Self, PcmError> {
        let bytes = bytes.into();
        if bytes.len() % SAMPLE != 0 {
            return Err(PcmError::OddLength(bytes.len()));
        }
        Ok(Self { format, bytes })
    }

    /// Takes samples.
    pub fn from_samples(format: PcmFormat, samples: impl IntoIterator<Item = i16>) -> Self {
        let samples = samples.into_iter();
        let mut bytes = Vec::with_capacity(samples.size_hint().0.saturating_mul(SAMPLE));
        for sample in samples {
            bytes.extend_from_slice(&sample.to_le_bytes());
        }
        Self {
            format,
            bytes: bytes.into(),
        }
    }

    /// Silence, of an hour at most.
    #[must_use]
    pub fn silence(format: PcmFormat, length: Duration) -> Self {
        let bytes = format.bytes_of(length.min(LONGEST_SILENCE));
        Self {
            format,
            bytes: vec![0; bytes].into(),
        }
    }

    /// The form it is in.
    #[must_use]
    pub fn format(&self) -> PcmFormat {
        self.format
    }

    /// The bytes as they travel.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes as they travel.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }

    /// The samples.
    pub fn samples(&self) -> impl ExactSizeIterator<Item = i16> + '_ {
        self.bytes.chunks_exact(SAMPLE).map(|pair| match pair {
            [low, high] => i16::from_le_bytes([*low, *high]),
            _ => 0,
        })
    }

    /// How long it plays.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.format.duration_of(self.bytes.len())
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

impl fmt::Debug for PcmFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "PcmFrame({:?} at {} Hz)",
            self.duration(),
            self.format.sample_rate
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::FRAME;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rates_are_checked() {
        for rate in [8_000, 16_000, 24_000, 48_000] {
            let format = PcmFormat::new(rate).unwrap();
            assert_eq!(format.sample_rate(), rate);
            assert_eq!(format.duration_of(format.frame_bytes()), FRAME);
            assert_eq!(format.bytes_of(FRAME), format.frame_bytes());
        }
        for rate in [0, 7_999, 11_025, 44_100, u32::MAX] {
            assert_eq!(PcmFormat::new(rate), Err(PcmError::SampleRate(rate)));
        }
    }

    #[test]
    fn extremes_are_held_in_range() {
        let format = PcmFormat::HZ_48000;
        assert!(format.duration_of(usize::MAX) > Duration::from_secs(1_000_000));
        assert_eq!(format.bytes_of(Duration::MAX) % 2, 0);
        assert_eq!(format.duration_of(1), Duration::ZERO);
    }

    proptest! {
        #[test]
        fn samples_survive(samples in prop::collection::vec(any::<i16>(), 0..200)) {
            let frame = PcmFrame::from_samples(PcmFormat::HZ_8000, samples.iter().copied());
            prop_assert_eq!(frame.samples().collect::<Vec<_>>(), samples);
            let again = PcmFrame::from_bytes(PcmFormat::HZ_8000, frame.as_bytes().to_vec()).unwrap();
            prop_assert_eq!(again, frame);
        }

        #[test]
        fn bytes_are_whole_samples_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..65)) {
            let length = bytes.len();
            match PcmFrame::from_bytes(PcmFormat::HZ_16000, bytes) {
                Ok(frame) => prop_assert_eq!(frame.samples().len() * 2, length),
                Err(error) => prop_assert_eq!(error, PcmError::OddLength(length)),
            }
        }
    }
}
