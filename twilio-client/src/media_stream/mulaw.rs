//! μ-law (ITU-T G.711), the audio of telephones: 8,000 samples a second, one byte each.
//!
//! A μ-law byte holds a sign, a segment and a step within it, all bits inverted: small sounds are resolved finely, loud
//! ones coarsely. Linear samples here are signed 16 bits; the loudest code stands for ±32,124, and what is louder is
//! clipped.

use std::time::Duration;

/// Samples, and bytes, per second.
pub const SAMPLE_RATE: u32 = 8_000;
/// Bytes of one frame of [`FRAME`].
pub const FRAME_BYTES: usize = 160;
/// How long a frame is: 20 ms, as Twilio sends them.
pub const FRAME: Duration = Duration::from_millis(20);
/// The byte of silence.
pub const SILENCE: u8 = 0xFF;

/// Added before a sample is cut into segments, so that every segment begins at a power of two.
const BIAS: i32 = 0x84;
/// The loudest magnitude that has a code: with the bias it just fits 15 bits.
const CLIP: i32 = 32_635;
/// The longest silence that is made at once: a mistaken length must not take all memory.
const LONGEST_SILENCE: Duration = Duration::from_secs(600);

/// The linear value of a μ-law byte: -32,124 to 32,124.
///
/// ```
/// use twilio_client::media_stream::mulaw;
///
/// assert_eq!(mulaw::decode_sample(0x80), 32_124);
/// assert_eq!(mulaw::decode_sample(mulaw::SILENCE), 0);
/// ```
#[must_use]
#[allow(
    clippy::cast_possible_truncation,
    reason = "the largest magnitude is 32,124"
)]
pub const fn decode_sample(code: u8) -> i16 {
    let code = !code;
    let step = ((code & 0x0F) as i32) << 3;
    let segment = (code & 0x70) >> 4;
    let magnitude = ((step + BIAS) << segment) - BIAS;
    (if code & 0x80 == 0 {
        magnitude
    } else {
        -magnitude
    }) as i16
}

/// The μ-law byte of a linear value, by the decision values of G.711; what is louder than the loudest code is clipped.
///
/// ```
/// use twilio_client::media_stream::mulaw;
///
/// assert_eq!(mulaw::encode_sample(0), mulaw::SILENCE);
/// assert_eq!(mulaw::encode_sample(i16::MIN), 0x00);
/// ```
#[must_use]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sign, three bits and four bits: a byte"
)]
pub const fn encode_sample(sample: i16) -> u8 {
    let sample = sample as i32;
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = if sample < 0 { -sample } else { sample };
    let magnitude = if magnitude > CLIP { CLIP } else { magnitude } + BIAS;
    // The bias makes bit 7 the lowest that can be the highest one set, and the clip bit 14 the highest.
    let segment = 24 - magnitude.leading_zeros() as i32;
    let step = (magnitude >> (segment + 3)) & 0x0F;
    !((sign | (segment << 4) | step) as u8)
}

/// The linear samples of μ-law audio.
pub fn decode(audio: &[u8]) -> impl ExactSizeIterator<Item = i16> + '_ {
    audio.iter().map(|code| decode_sample(*code))
}

/// Linear samples as μ-law audio.
#[must_use]
pub fn encode(samples: impl IntoIterator<Item = i16>) -> Vec<u8> {
    samples.into_iter().map(encode_sample).collect()
}

/// Silence of this length, 10 minutes at most.
#[must_use]
pub fn silence(length: Duration) -> Vec<u8> {
    vec![SILENCE; bytes_of(length.min(LONGEST_SILENCE))]
}

/// Cuts audio into frames of [`FRAME_BYTES`]; the last one is filled up with silence.
///
/// ```
/// use twilio_client::media_stream::mulaw;
///
/// let frames: Vec<_> = mulaw::frames(&[0; 200]).collect();
/// assert_eq!(frames.len(), 2);
/// assert_eq!(frames[1][39..41], [0, mulaw::SILENCE]);
/// ```
pub fn frames(audio: &[u8]) -> impl ExactSizeIterator<Item = [u8; FRAME_BYTES]> + '_ {
    audio.chunks(FRAME_BYTES).map(|chunk| {
        let mut frame = [SILENCE; FRAME_BYTES];
        for (to, from) in frame.iter_mut().zip(chunk) {
            *to = *from;
        }
        frame
    })
}

/// How long so many bytes play: 125 µs each.
#[must_use]
pub const fn duration_of(bytes: usize) -> Duration {
    Duration::from_micros((bytes as u64).saturating_mul(125))
}

/// How many bytes play this long; part of one is dropped.
#[must_use]
pub fn bytes_of(length: Duration) -> usize {
    usize::try_from(length.as_micros() / 125).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The decoder's output of each code as the recommendation tables it: segment `e` and step `m` stand for
    /// `(33 + 2m)·2^e - 33` of 14 bits, which is a quarter of the 16-bit value.
    fn tabled(code: u8) -> i32 {
        let (segment, step) = (i32::from(!code >> 4 & 7), i32::from(!code & 15));
        let magnitude = 4 * ((33 + 2 * step) * 2_i32.pow(segment.unsigned_abs()) - 33);
        if code < 0x80 { -magnitude } else { magnitude }
    }

    #[test]
    fn all_codes_have_the_value_of_the_recommendation() {
        for code in 0..=u8::MAX {
            assert_eq!(i32::from(decode_sample(code)), tabled(code), "{code:#04x}");
        }
        // A few by hand: the ends of both signs, the first of each positive segment.
        for (code, value) in [
            (0x00, -32_124),
            (0x7F, 0),
            (0x80, 32_124),
            (0xFF, 0),
            (0xFE, 8),
            (0xEF, 132),
            (0xDF, 396),
            (0xCF, 924),
            (0xBF, 1_980),
            (0xAF, 4_092),
            (0x9F, 8_316),
            (0x8F, 16_764),
            (0x0F, -16_764),
        ] {
            assert_eq!(decode_sample(code), value, "{code:#04x}");
        }
    }

    #[test]
    fn every_code_survives_but_negative_zero() {
        for code in 0..=u8::MAX {
            let expected = if code == 0x7F { SILENCE } else { code };
            assert_eq!(encode_sample(decode_sample(code)), expected, "{code:#04x}");
        }
    }

    #[test]
    fn every_sample_gets_the_code_of_the_recommendation() {
        // The decision values of 14 bits, softest first: a step begins at `(32 + 2m)·2^e - 33`.
        let steps: Vec<(i32, u8)> = (0..=0x7F_u8)
            .map(|code| (i32::from(code >> 4), i32::from(code & 15), code))
            .map(|(e, m, code)| (4 * ((32 + 2 * m) * 2_i32.pow(e.unsigned_abs()) - 33), code))
            .collect();
        for sample in i16::MIN..=i16::MAX {
            let magnitude = i32::from(sample).abs();
            let begun = steps.iter().rfind(|(from, _)| *from <= magnitude).unwrap();
            let sign = if sample < 0 { 0x80 } else { 0 };
            assert_eq!(encode_sample(sample), !(sign | begun.1), "{sample}");
        }
    }

    #[test]
    fn lengths_and_bytes_are_one() {
        assert_eq!(duration_of(FRAME_BYTES), FRAME);
        assert_eq!(bytes_of(FRAME), FRAME_BYTES);
        assert_eq!(bytes_of(Duration::from_secs(1)), SAMPLE_RATE as usize);
        assert_eq!(silence(FRAME), [SILENCE; FRAME_BYTES]);
        assert_eq!(silence(Duration::MAX).len(), 4_800_000);
        assert_eq!(frames(&[]).len(), 0);
    }

    proptest! {
        #[test]
        fn louder_is_never_coded_softer(one in any::<i16>(), other in any::<i16>()) {
            let (low, high) = (one.min(other), one.max(other));
            prop_assert!(decode_sample(encode_sample(low)) <= decode_sample(encode_sample(high)));
        }

        #[test]
        fn the_error_is_half_a_step_at_most(sample in any::<i16>()) {
            let magnitude = i32::from(sample).abs().min(CLIP);
            let off = (i32::from(decode_sample(encode_sample(sample))).abs() - magnitude).abs();
            // Steps are 8 in the first segment and double from one to the next.
            let segment = (magnitude + BIAS).ilog2() - 7;
            prop_assert!(off <= 4 << segment, "{off} in segment {segment}");
        }

        #[test]
        fn frames_lose_nothing(audio in prop::collection::vec(any::<u8>(), 0..1000)) {
            let framed: Vec<u8> = frames(&audio).flatten().collect();
            prop_assert_eq!(framed.len() % FRAME_BYTES, 0);
            prop_assert!(framed.len() < audio.len() + FRAME_BYTES);
            prop_assert_eq!(&framed[..audio.len()], &audio[..]);
            prop_assert!(framed[audio.len()..].iter().all(|byte| *byte == SILENCE));
            let linear: Vec<i16> = decode(&audio).collect();
            prop_assert_eq!(encode(linear), audio.iter().map(|code| if *code == 0x7F { 0xFF } else { *code }).collect::<Vec<_>>());
        }
    }
}
