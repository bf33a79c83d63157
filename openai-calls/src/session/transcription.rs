//! Transcripts of what is heard, beside a session that speaks or instead of one.

use voice_core::error::Error;

use super::{AudioInput, Include, Problems, Setting};
use crate::wire::{model, words};

model! {
    /// How what is heard is transcribed.
    plain Transcription {
        /// The model.
        model: TranscriptionModel => "model",
        /// The language, as ISO 639-1 (`en`); knowing it helps.
        language: String => "language",
        /// The languages it may be, at least one, for models that can choose.
        languages: Vec<String> => "languages",
        /// Words to expect, or what was said before, depending on the model.
        prompt: String => "prompt" quiet,
        /// Words to expect, for models that take them apart from the prompt.
        keywords: Vec<String> => "keywords" quiet,
        /// How long the model waits before it commits itself; later is better. `gpt-realtime-whisper` only.
        delay: TranscriptionDelay => "delay",
    }
}

impl From<TranscriptionModel> for Transcription {
    fn from(model: TranscriptionModel) -> Self {
        Self::new().model(model)
    }
}

impl From<TranscriptionModel> for Setting<Transcription> {
    fn from(model: TranscriptionModel) -> Self {
        Self::Value(model.into())
    }
}

words! {
    /// A transcription model.
    pub enum TranscriptionModel {
        /// `whisper-1`.
        Whisper1 = "whisper-1",
        /// `gpt-transcribe`.
        GptTranscribe = "gpt-transcribe",
        /// `gpt-live-transcribe`.
        GptLiveTranscribe = "gpt-live-transcribe",
        /// `gpt-4o-mini-transcribe`.
        Gpt4oMiniTranscribe = "gpt-4o-mini-transcribe",
        /// `gpt-4o-mini-transcribe-2025-12-15`.
        Gpt4oMiniTranscribe20251215 = "gpt-4o-mini-transcribe-2025-12-15",
        /// `gpt-4o-transcribe`.
        Gpt4oTranscribe = "gpt-4o-transcribe",
        /// `gpt-4o-transcribe-diarize`, which tells speakers apart.
        Gpt4oTranscribeDiarize = "gpt-4o-transcribe-diarize",
        /// `gpt-realtime-whisper`; without turn detection.
        GptRealtimeWhisper = "gpt-realtime-whisper",
    }
}

words! {
    /// How long a transcription waits.
    pub enum TranscriptionDelay {
        /// As little as possible.
        Minimal = "minimal",
        /// A little.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// Long.
        High = "high",
        /// Longest.
        ExtraHigh = "xhigh",
    }
}

model! {
    /// A session that listens and writes.
    plain TranscriptionSession as "transcription" {
        /// What is heard.
        audio: TranscriptionAudio => "audio",
        /// What else the server is to tell.
        include: Vec<Include> => "include",
        /// Its id. The server's.
        id: String => "id",
        /// What kind of object it is. The server's.
        object: String => "object",
        /// When it ends, in Unix seconds. The server's.
        expires_at: i64 => "expires_at",
    }
}

impl TranscriptionSession {
    /// Transcribes with this model.
    #[must_use]
    pub fn with_model(model: impl Into<TranscriptionModel>) -> Self {
        let transcription = Transcription::new().model(model.into());
        Self::new().input(AudioInput::new().transcription(transcription))
    }

    /// Sets what is heard.
    #[must_use]
    pub fn input(mut self, input: AudioInput) -> Self {
        let audio = self.audio.take().unwrap_or_default();
        self.audio(audio.input(input))
    }

    /// Checks the ranges the API documents, all at once.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) names every field that is out of its range.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.tag(&self.extra, "transcription");
        if let Some(input) = self.audio.as_ref().and_then(|audio| audio.input.as_ref()) {
            problems.input(input);
        }
        problems.finish()
    }
}

model! {
    /// The audio of a session that only listens.
    plain TranscriptionAudio {
        /// What is heard.
        input: AudioInput => "input",
    }
}
