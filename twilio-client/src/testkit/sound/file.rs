//! Sound as files: silence of the right length, in the formats that are fetched.
//!
//! WAV is μ-law at 8 kHz with the `fact` chunk that formats other than PCM need; MP3 is MPEG 2.5 layer III at 8 kHz and
//! 8 kbit/s, frames of 576 samples whose side information says that nothing follows.

/// Longer sound is cut, so that no test fills the memory.
const LONGEST: u64 = 60 * 60;
const RATE: u32 = 8000;
/// μ-law for 0.
const SILENCE: u8 = 0xff;

pub(super) fn wav(seconds: u64, channels: u16) -> Vec<u8> {
    let seconds = u32::try_from(seconds.min(LONGEST)).unwrap_or(0);
    let samples = seconds * RATE;
    let data = samples * u32::from(channels);
    let mut file = Vec::with_capacity(data as usize + 58);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(data + 50).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&18_u32.to_le_bytes());
    file.extend_from_slice(&7_u16.to_le_bytes());
    file.extend_from_slice(&channels.to_le_bytes());
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(RATE * u32::from(channels)).to_le_bytes());
    file.extend_from_slice(&channels.to_le_bytes());
    file.extend_from_slice(&8_u16.to_le_bytes());
    file.extend_from_slice(&0_u16.to_le_bytes());
    file.extend_from_slice(b"fact");
    file.extend_from_slice(&4_u32.to_le_bytes());
    file.extend_from_slice(&samples.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&data.to_le_bytes());
    file.resize(file.len() + data as usize, SILENCE);
    file
}

pub(super) fn mp3(seconds: u64) -> Vec<u8> {
    const FRAME: usize = 72;
    const SAMPLES: u64 = 576;
    let frames = (seconds.min(LONGEST) * u64::from(RATE)).div_ceil(SAMPLES);
    let mut file = Vec::new();
    for _ in 0..frames {
        file.extend_from_slice(&[0xff, 0xe3, 0x18, 0xc0]);
        file.resize(file.len() + FRAME - 4, 0);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wav_says_its_own_length() {
        for (seconds, channels) in [(1, 1), (3, 2)] {
            let file = wav(seconds, channels);
            let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
            assert_eq!(number(4) as usize + 8, file.len());
            assert_eq!(number(54) as usize, file.len() - 58);
            let bytes_per_second = number(28);
            assert_eq!(u64::from(number(54) / bytes_per_second), seconds);
            assert_eq!(&file[50..54], b"data");
        }
        assert!(wav(u64::MAX, 2).len() < 60_000_000);
    }

    #[test]
    fn mp3_frames_are_as_long_as_their_header_says() {
        let file = mp3(2);
        // 72 * bit rate / sample rate.
        assert_eq!(file.len() % 72, 0);
        assert!(
            file.chunks(72)
                .all(|frame| frame.starts_with(&[0xff, 0xe3]))
        );
        assert_eq!(file.len() / 72, 28);
    }
}
