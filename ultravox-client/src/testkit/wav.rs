//! What simulated voices, and calls, sound like.

use std::time::Duration;

use bytes::Bytes;

const RATE: u32 = 8_000;

/// A quarter of a second of a tone.
pub(super) fn wav() -> Bytes {
    tone(Duration::from_millis(250))
}

/// A tone of this length, of at most ten seconds: 16 bits, mono, 8,000 Hz.
pub(super) fn tone(length: Duration) -> Bytes {
    let millis = length.as_millis().min(10_000);
    let samples = u32::try_from(millis).unwrap_or_default() * RATE / 1_000;
    let size = samples * 2;
    let mut out = Vec::with_capacity(44 + size as usize);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(36 + size).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16_u32.to_le_bytes());
    for word in [1_u16, 1] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    out.extend_from_slice(&RATE.to_le_bytes());
    out.extend_from_slice(&(RATE * 2).to_le_bytes());
    for word in [2_u16, 16] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    out.extend_from_slice(b"data");
    out.extend_from_slice(&size.to_le_bytes());
    for sample in 0..samples {
        // A square wave of 400 Hz.
        let level: i16 = if (sample / 10) % 2 == 0 {
            4_000
        } else {
            -4_000
        };
        out.extend_from_slice(&level.to_le_bytes());
    }
    out.into()
}
