//! Models, what they put out, and how long they think.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::wire::{Lenient, model, words};

/// The model of this crate's sessions unless another is set.
pub const DEFAULT_MODEL: &str = "gpt-realtime-2.1";

words! {
    /// A speech-to-speech model.
    pub enum Model {
        /// `gpt-realtime`. **Shut down on 2027-01-20.**
        GptRealtime = "gpt-realtime",
        /// `gpt-realtime-1.5`.
        GptRealtime1_5 = "gpt-realtime-1.5",
        /// `gpt-realtime-2`, which reasons.
        GptRealtime2 = "gpt-realtime-2",
        /// `gpt-realtime-2.1`: [`DEFAULT_MODEL`].
        GptRealtime2_1 = "gpt-realtime-2.1",
        /// `gpt-realtime-2.1-mini`.
        GptRealtime2_1Mini = "gpt-realtime-2.1-mini",
        /// `gpt-realtime-2025-08-28`. **Shut down on 2027-01-20.**
        GptRealtime20250828 = "gpt-realtime-2025-08-28",
        /// `gpt-4o-realtime-preview`.
        Gpt4oRealtimePreview = "gpt-4o-realtime-preview",
        /// `gpt-4o-realtime-preview-2024-10-01`.
        Gpt4oRealtimePreview20241001 = "gpt-4o-realtime-preview-2024-10-01",
        /// `gpt-4o-realtime-preview-2024-12-17`.
        Gpt4oRealtimePreview20241217 = "gpt-4o-realtime-preview-2024-12-17",
        /// `gpt-4o-realtime-preview-2025-06-03`.
        Gpt4oRealtimePreview20250603 = "gpt-4o-realtime-preview-2025-06-03",
        /// `gpt-4o-mini-realtime-preview`.
        Gpt4oMiniRealtimePreview = "gpt-4o-mini-realtime-preview",
        /// `gpt-4o-mini-realtime-preview-2024-12-17`.
        Gpt4oMiniRealtimePreview20241217 = "gpt-4o-mini-realtime-preview-2024-12-17",
        /// `gpt-realtime-mini`. **Shut down on 2027-01-20.**
        GptRealtimeMini = "gpt-realtime-mini",
        /// `gpt-realtime-mini-2025-10-06`. **Shut down on 2027-01-20.**
        GptRealtimeMini20251006 = "gpt-realtime-mini-2025-10-06",
        /// `gpt-realtime-mini-2025-12-15`. **Shut down on 2027-01-20.**
        GptRealtimeMini20251215 = "gpt-realtime-mini-2025-12-15",
        /// `gpt-audio-1.5`.
        GptAudio1_5 = "gpt-audio-1.5",
        /// `gpt-audio-mini`. **Shut down on 2027-01-20.**
        GptAudioMini = "gpt-audio-mini",
        /// `gpt-audio-mini-2025-10-06`.
        GptAudioMini20251006 = "gpt-audio-mini-2025-10-06",
        /// `gpt-audio-mini-2025-12-15`.
        GptAudioMini20251215 = "gpt-audio-mini-2025-12-15",
    }
}

/// [`DEFAULT_MODEL`].
impl Default for Model {
    fn default() -> Self {
        Self::from_word(DEFAULT_MODEL)
    }
}

/// What a model answers in: speech with its transcript, or text. Never both, which is why this is one value, though on
/// the wire it is a list of one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OutputModality {
    /// Speech, and its transcript; the API's default.
    Audio,
    /// Text alone.
    Text,
    /// A word this version does not know.
    Other(String),
}

impl OutputModality {
    /// The API's word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Audio => "audio",
            Self::Text => "text",
            Self::Other(word) => word,
        }
    }

    fn from_word(word: String) -> Self {
        match word.as_str() {
            "audio" => Self::Audio,
            "text" => Self::Text,
            _ => Self::Other(word),
        }
    }
}

impl Serialize for OutputModality {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.as_str()].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for OutputModality {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Value::deserialize(deserializer)?)
            .map_err(|_| D::Error::custom("expected a list of one word"))
    }
}

/// Several at once are not read: the API has none such.
impl Lenient for OutputModality {
    fn read(value: Value) -> Result<Self, Value> {
        match value.as_array().map(Vec::as_slice) {
            Some([Value::String(word)]) => Ok(Self::from_word(word.clone())),
            _ => Err(value),
        }
    }
}

words! {
    /// What else the server is to tell.
    pub enum Include {
        /// How sure the transcription of the caller is of each token.
        InputTranscriptionLogprobs = "item.input_audio_transcription.logprobs",
    }
}

model! {
    /// How a reasoning model thinks.
    plain Reasoning {
        /// How much; low by default.
        effort: ReasoningEffort => "effort",
    }
}

impl From<ReasoningEffort> for Reasoning {
    fn from(effort: ReasoningEffort) -> Self {
        Self::new().effort(effort)
    }
}

words! {
    /// How much a reasoning model thinks before it speaks: more takes longer.
    pub enum ReasoningEffort {
        /// As little as possible.
        Minimal = "minimal",
        /// A little; the default.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// Much.
        High = "high",
        /// As much as possible.
        ExtraHigh = "xhigh",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_default_model_is_one_of_those_known() {
        assert_eq!(Model::default(), Model::GptRealtime2_1);
        assert_eq!(Model::KNOWN.len(), 19);
        assert_eq!(Model::from("gpt-realtime-9").as_str(), "gpt-realtime-9");
    }

    #[test]
    fn there_is_one_modality_at_a_time() {
        for (json, read) in [
            (json!(["audio"]), Some(OutputModality::Audio)),
            (json!(["text"]), Some(OutputModality::Text)),
            (
                json!(["smell"]),
                Some(OutputModality::Other("smell".into())),
            ),
            (json!(["audio", "text"]), None),
            (json!([]), None),
            (json!("audio"), None),
            (json!([1]), None),
        ] {
            let got = serde_json::from_value::<OutputModality>(json.clone()).ok();
            assert_eq!(got, read, "{json}");
            if let Some(got) = got {
                assert_eq!(serde_json::to_value(got).unwrap(), json);
            }
            assert_eq!(OutputModality::read(json.clone()).ok(), read);
        }
    }
}
