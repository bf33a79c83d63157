//! Sessions that interpret: what is heard in one language is said in another.

use voice_core::error::Error;

use super::{NoiseReduction, Problems, Transcription};
use crate::wire::{model, words};

model! {
    /// A session that interprets. One sends it without a `type`; the server gives it one.
    both TranslationSession {
        /// The kind of session. The server's.
        session_type: SessionType => "type",
        /// The model, which a request must have.
        model: String => "model",
        /// What is heard and what is said.
        audio: TranslationAudio => "audio",
        /// Its id. The server's.
        id: String => "id",
        /// When it ends, in Unix seconds. The server's.
        expires_at: i64 => "expires_at",
    }
}

impl TranslationSession {
    /// Interprets with this model.
    #[must_use]
    pub fn new(model: impl Into<String>) -> Self {
        Self::default().model(model)
    }

    /// Sets the language that is spoken, such as `es`.
    #[must_use]
    pub fn language(mut self, language: impl Into<String>) -> Self {
        let audio = self.audio.take().unwrap_or_default();
        self.audio(audio.output(TranslationOutput::new().language(language)))
    }

    /// Checks what the API documents, all at once.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) names every field that breaks a rule.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        let has_model = self.model.as_ref().is_some_and(|model| !model.is_empty());
        problems.rule(
            !has_model && !self.extra.contains_key("model"),
            "model",
            "must not be empty",
        );
        let input = self.audio.as_ref().and_then(|audio| audio.input.as_ref());
        if let Some(transcription) = input.and_then(|input| input.transcription.value()) {
            problems.rule(
                transcription.model.is_none() && !transcription.extra.contains_key("model"),
                "audio.input.transcription.model",
                "must be set",
            );
            problems.transcription(transcription);
        }
        if let Some(reduction) = input.and_then(|input| input.noise_reduction.value()) {
            problems.rule(
                reduction.kind.is_none() && !reduction.extra.contains_key("type"),
                "audio.input.noise_reduction.type",
                "must be set",
            );
        }
        problems.finish()
    }
}

words! {
    /// A kind of session.
    pub enum SessionType {
        /// Speaks.
        Realtime = "realtime",
        /// Listens.
        Transcription = "transcription",
        /// Interprets.
        Translation = "translation",
    }
}

model! {
    /// Both directions of an interpreter.
    plain TranslationAudio {
        /// What is heard.
        input: TranslationInput => "input",
        /// What is said.
        output: TranslationOutput => "output",
    }
}

model! {
    /// What an interpreter hears.
    plain TranslationInput {
        /// Whether what is heard is transcribed as well; `null` turns it off. Its model must be set.
        transcription: Transcription => "transcription" null,
        /// Noise reduction; `null` turns it off.
        noise_reduction: NoiseReduction => "noise_reduction" null,
    }
}

model! {
    /// What an interpreter says.
    plain TranslationOutput {
        /// The language, such as `es`.
        language: String => "language",
    }
}
