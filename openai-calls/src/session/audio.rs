//! What is heard and what is said: formats, noise, and the two directions.

use super::{Setting, Transcription, TurnDetection, Voice};
use crate::wire::{model, tagged, words};

model! {
    /// Both directions of a session's audio.
    plain SessionAudio {
        /// What is heard.
        input: AudioInput => "input",
        /// What is said.
        output: AudioOutput => "output",
    }
}

model! {
    /// What is heard, and what becomes of it.
    plain AudioInput {
        /// The format; a call over SIP brings its own.
        format: AudioFormat => "format",
        /// Whether and how what the caller says is transcribed; `null` turns it off, and so does the API's default. The
        /// transcript is another model's: a guide to what the speech model heard, no more.
        transcription: Transcription => "transcription" null,
        /// Noise reduction before anything else hears it; `null` turns it off.
        noise_reduction: NoiseReduction => "noise_reduction" null,
        /// How the end of the caller's turn is found; with `null` the client must say itself when to answer.
        turn_detection: TurnDetection => "turn_detection" null,
    }
}

model! {
    /// What is said.
    plain AudioOutput {
        /// The format; a call over SIP brings its own.
        format: AudioFormat => "format",
        /// The voice; fixed once the agent has spoken.
        voice: Voice => "voice",
        /// How fast: 0.25 to 1.5 times the usual, 1 by default. Changes between turns only.
        speed: f64 => "speed",
    }
}

tagged! {
    /// An audio format.
    AudioFormat {
        /// 16-bit PCM, little-endian, one channel, at 24 kHz.
        Pcm(PcmFormat) => "audio/pcm",
        /// G.711 μ-law at 8 kHz.
        Pcmu(G711Format) => "audio/pcmu",
        /// G.711 A-law at 8 kHz.
        Pcma(G711Format) => "audio/pcma",
    }
}

impl AudioFormat {
    /// PCM at 24 kHz.
    #[must_use]
    pub fn pcm() -> Self {
        Self::Pcm(PcmFormat::new().rate(24_000_u32))
    }

    /// G.711 μ-law.
    #[must_use]
    pub fn pcmu() -> Self {
        Self::Pcmu(G711Format::new())
    }

    /// G.711 A-law.
    #[must_use]
    pub fn pcma() -> Self {
        Self::Pcma(G711Format::new())
    }
}

model! {
    /// PCM.
    plain PcmFormat {
        /// Samples per second; only 24000 is documented.
        rate: u32 => "rate",
    }
}

model! {
    /// G.711, which has nothing to be set.
    plain G711Format {}
}

model! {
    /// Noise reduction for a kind of microphone.
    plain NoiseReduction {
        /// The kind.
        kind: NoiseReductionType => "type",
    }
}

impl From<NoiseReductionType> for NoiseReduction {
    fn from(kind: NoiseReductionType) -> Self {
        Self::new().kind(kind)
    }
}

impl From<NoiseReductionType> for Setting<NoiseReduction> {
    fn from(kind: NoiseReductionType) -> Self {
        Self::Value(kind.into())
    }
}

words! {
    /// Where the microphone is.
    pub enum NoiseReductionType {
        /// At the mouth, as with a headset or a handset.
        NearField = "near_field",
        /// Across the room, as with a loudspeaker phone.
        FarField = "far_field",
    }
}
