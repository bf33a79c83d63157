//! Voices that Ultravox does not know itself.

use std::collections::BTreeMap;

use super::{JsonByteEncoding, JsonMap, Secret};

one_of! {
    /// A voice of a speech provider, or overrides for one: exactly one. The account needs a key of that provider.
    ///
    /// Ultravox checks these less than its own voices: a wrong value shows as silence in the call.
    ExternalVoice {
        /// ElevenLabs.
        ElevenLabs(ElevenLabsVoice) => "elevenLabs",
        /// Cartesia.
        Cartesia(CartesiaVoice) => "cartesia",
        /// LMNT.
        Lmnt(LmntVoice) => "lmnt",
        /// Google, Chirp 3 or newer.
        Google(GoogleVoice) => "google",
        /// Inworld.
        Inworld(InworldVoice) => "inworld",
        /// Respeecher.
        Respeecher(RespeecherVoice) => "respeecher",
        /// Any service that takes JSON over POST and gives audio.
        Generic(Box<GenericVoice>) => "generic",
    }
}

model! {
    /// A voice at ElevenLabs; see its API for what the settings do.
    plain ElevenLabsVoice {
        /// The voice's id there.
        voice_id: String => "voiceId",
        /// The model.
        model: String => "model",
        /// 0.7 to 1.2; 1 by default.
        speed: f64 => "speed",
        /// Whether the speaker is boosted.
        use_speaker_boost: bool => "useSpeakerBoost",
        /// Style exaggeration.
        style: f64 => "style",
        /// Similarity.
        similarity_boost: f64 => "similarityBoost",
        /// Stability.
        stability: f64 => "stability",
        /// Pronunciation dictionaries.
        pronunciation_dictionaries: Vec<PronunciationDictionary> => "pronunciationDictionaries",
        /// How far latency goes before quality.
        optimize_streaming_latency: i32 => "optimizeStreamingLatency",
        /// The highest sample rate asked for, in Hz; plans differ in what they allow.
        max_sample_rate: i32 => "maxSampleRate",
        /// Whether SSML is understood.
        enable_ssml_parsing: bool => "enableSsmlParsing",
    }
}

model! {
    /// A pronunciation dictionary at ElevenLabs.
    plain PronunciationDictionary {
        /// Its id.
        dictionary_id: String => "dictionaryId",
        /// Its version.
        version_id: String => "versionId",
    }
}

model! {
    /// A voice at Cartesia.
    plain CartesiaVoice {
        /// The voice's id there.
        voice_id: String => "voiceId",
        /// The model.
        model: String => "model",
        /// −1 to 1. Deprecated by the API in favour of `generation_config`.
        speed: f64 => "speed",
        /// Deprecated by the API in favour of `generation_config`.
        emotion: String => "emotion",
        /// Deprecated by the API in favour of `generation_config`.
        emotions: Vec<String> => "emotions",
        /// How it speaks; Sonic 3 and newer.
        generation_config: CartesiaGeneration => "generationConfig",
    }
}

model! {
    /// How a Cartesia voice speaks.
    plain CartesiaGeneration {
        /// 0.5 to 2.0; 1.0 by default.
        volume: f64 => "volume",
        /// 0.6 to 1.5; 1.0 by default.
        speed: f64 => "speed",
        /// Such as neutral, calm, angry, content, sad, scared.
        emotion: String => "emotion",
        /// A pronunciation dictionary; Sonic 3 and newer.
        pronunciation_dict_id: String => "pronunciationDictId",
    }
}

model! {
    /// A voice at LMNT.
    plain LmntVoice {
        /// The voice's id there.
        voice_id: String => "voiceId",
        /// The model.
        model: String => "model",
        /// 0.25 to 2; 1 by default.
        speed: f64 => "speed",
        /// Whether it speaks as in a conversation.
        conversational: bool => "conversational",
    }
}

model! {
    /// A voice at Google, Chirp 3 or newer.
    plain GoogleVoice {
        /// The voice's name there, such as `en-US-Chirp3-HD-Charon`.
        voice_id: String => "voiceId",
        /// 0.25 to 2; 1 by default.
        speaking_rate: f64 => "speakingRate",
    }
}

model! {
    /// A voice at Inworld.
    plain InworldVoice {
        /// The voice's id there.
        voice_id: String => "voiceId",
        /// The model, such as `inworld-tts-1-max`.
        model_id: String => "modelId",
        /// 0.5 to 1.5; 1 by default.
        speaking_rate: f64 => "speakingRate",
        /// 0 to 2.
        temperature: f64 => "temperature",
        /// Whether numbers and the like are put into words.
        apply_text_normalization: bool => "applyTextNormalization",
    }
}

model! {
    /// A voice at Respeecher.
    plain RespeecherVoice {
        /// The voice's id there.
        voice_id: String => "voiceId",
        /// The model: `/v1/public/tts/en-rt` for English, else `/v1/public/tts/ua-rt`, unless set.
        model: String => "model",
        /// For the same speech again.
        seed: i32 => "seed",
        /// 0 or more.
        temperature: f64 => "temperature",
        /// −1, or more than 0.
        top_k: i32 => "topK",
        /// More than 0, at most 1.
        top_p: f64 => "topP",
        /// 0 to 1.
        min_p: f64 => "minP",
        /// 0 to 2.
        presence_penalty: f64 => "presencePenalty",
        /// 1 to 2.
        repetition_penalty: f64 => "repetitionPenalty",
        /// 0 to 2.
        frequency_penalty: f64 => "frequencyPenalty",
    }
}

model! {
    /// Any speech service that takes JSON over POST and gives WAV, raw PCM, or JSON with audio in it.
    both GenericVoice {
        /// Where it is.
        url: String => "url",
        /// Headers; they often hold credentials.
        headers: BTreeMap<String, Secret> => "headers",
        /// The body, with `{text}` where the text goes.
        body: JsonMap => "body",
        /// Of its audio, in Hz.
        response_sample_rate: i32 => "responseSampleRate",
        /// How fast it speaks; 150 by default. Times transcripts while audio streams in.
        response_words_per_minute: i32 => "responseWordsPerMinute",
        /// What its answers really are, when their content type says something else.
        response_mime_type: String => "responseMimeType",
        /// Where in a JSON answer the audio is.
        json_audio_field_path: String => "jsonAudioFieldPath",
        /// How audio stands in a JSON answer; base64 by default.
        json_byte_encoding: JsonByteEncoding => "jsonByteEncoding",
    }
}

impl GenericVoice {
    /// A service at `url` that takes `body`, with `{text}` somewhere in it.
    #[must_use]
    pub fn new(url: impl Into<String>, body: impl Into<JsonMap>) -> Self {
        Self::default().url(url).body(body)
    }
}
