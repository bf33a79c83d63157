//! Real-time transcription: what is said, while it is said.

use std::fmt;

use serde_json::{Map, Value};
use voice_core::ident::{AccountSid, CallSid, RealtimeTranscriptionSid};

use super::macros::form;
use super::words::{Track, TranscriptionEvent};

form! {
    /// One event of a real-time transcription.
    TranscriptionCallback("real-time transcription") of transcription_sid: RealtimeTranscriptionSid = "TranscriptionSid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// The call.
        call_sid: parse(CallSid) = "CallSid", shown;
        /// What happened.
        event: word(TranscriptionEvent) = "TranscriptionEvent", shown;
        /// Its place among the events of this transcription.
        sequence: number = "SequenceId", shown;
        /// When it happened.
        timestamp: time = "Timestamp";
        /// The language it is taken for.
        language: text = "LanguageCode";
        /// Who speaks.
        track: word(Track) = "Track", shown;
        /// Who recognises: `google`, `deepgram`, …
        engine: text = "TranscriptionEngine";
        /// The recogniser's settings.
        provider_configuration: json = "ProviderConfiguration";
        /// Whether unfinished results are sent.
        partial_results: toggle = "PartialResults", shown;
        /// Whether the text will not change any more.
        is_final: toggle = "Final", shown;
        /// How likely an unfinished text is to stay, from 0 to 1.
        stability: ratio = "Stability";
        /// What failed.
        error_code: code = "ErrorCode", shown;
        /// What failed, in words.
        error_message: text = "ErrorMessage";
        /// The content as JSON; [`data`](Self::data) reads it.
        data_value: json = "TranscriptionData";
    }
}

impl TranscriptionCallback {
    /// What was said; `None` when it is missing or no JSON object.
    #[must_use]
    pub fn data(&self) -> Option<TranscriptionData> {
        match self.data_value()? {
            Value::Object(fields) => Some(TranscriptionData(fields)),
            _ => None,
        }
    }
}

/// What was said. Personal: `Debug` shows the names of its properties only.
#[derive(Clone, PartialEq)]
pub struct TranscriptionData(Map<String, Value>);

impl TranscriptionData {
    /// The text.
    #[must_use]
    pub fn transcript(&self) -> Option<&str> {
        self.0.get("transcript")?.as_str()
    }

    /// How sure the recognition is, from 0 to 1; on final texts only. Numbers that come as text are read.
    #[must_use]
    pub fn confidence(&self) -> Option<f64> {
        let value = self.0.get("confidence")?;
        let number = value
            .as_f64()
            .or_else(|| value.as_str()?.trim().parse().ok())?;
        number.is_finite().then_some(number)
    }

    /// All properties.
    #[must_use]
    pub fn properties(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl fmt::Debug for TranscriptionData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}
