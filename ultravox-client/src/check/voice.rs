//! What speech providers take: ranges of their settings, as the schema and their pages state them.

use super::Problems;
use crate::types::{ExternalVoice, GenericVoice, RespeecherVoice};

/// Checks the settings of a voice, all of them at once. `whole` says that it is a voice of its own and not overrides for
/// another: then it must say which voice it is.
pub(crate) fn external_voice(
    problems: &mut Problems,
    at: &str,
    voice: &ExternalVoice,
    whole: bool,
) {
    let mut inner = Problems::default();
    let (provider, voice_id) = match voice {
        ExternalVoice::ElevenLabs(voice) => {
            inner.range("speed", voice.speed, 0.7..=1.2);
            ("elevenLabs", voice.voice_id.as_ref())
        }
        ExternalVoice::Cartesia(voice) => {
            inner.range("speed", voice.speed, -1.0..=1.0);
            if let Some(generation) = &voice.generation_config {
                inner.range("generationConfig.volume", generation.volume, 0.5..=2.0);
                inner.range("generationConfig.speed", generation.speed, 0.6..=1.5);
            }
            ("cartesia", voice.voice_id.as_ref())
        }
        ExternalVoice::Lmnt(voice) => {
            inner.range("speed", voice.speed, 0.25..=2.0);
            ("lmnt", voice.voice_id.as_ref())
        }
        ExternalVoice::Google(voice) => {
            inner.range("speakingRate", voice.speaking_rate, 0.25..=2.0);
            ("google", voice.voice_id.as_ref())
        }
        ExternalVoice::Inworld(voice) => {
            inner.range("speakingRate", voice.speaking_rate, 0.5..=1.5);
            inner.range("temperature", voice.temperature, 0.0..=2.0);
            ("inworld", voice.voice_id.as_ref())
        }
        ExternalVoice::Respeecher(voice) => {
            respeecher(&mut inner, voice);
            ("respeecher", voice.voice_id.as_ref())
        }
        ExternalVoice::Generic(voice) => {
            generic(&mut inner, voice, whole);
            problems.within(&format!("{at}.generic"), inner);
            return;
        }
        // What this version does not know is the server's to judge.
        ExternalVoice::Other(object) => {
            problems.rule(object.is_empty(), at, "must name a speech provider");
            return;
        }
    };
    let is_named = voice_id.is_some_and(|id| !id.is_empty());
    inner.rule(whole && !is_named, "voiceId", "says which voice it is");
    problems.within(&format!("{at}.{provider}"), inner);
}

/// Checks the voice settings of an agent or a call.
pub(crate) fn voices(
    problems: &mut Problems,
    external: Option<&ExternalVoice>,
    overrides: Option<&ExternalVoice>,
) {
    if let Some(voice) = external {
        external_voice(problems, "externalVoice", voice, true);
    }
    if let Some(voice) = overrides {
        external_voice(problems, "voiceOverrides", voice, false);
    }
}

fn respeecher(problems: &mut Problems, voice: &RespeecherVoice) {
    let low = voice
        .temperature
        .is_some_and(|value| value < 0.0 || value.is_nan());
    problems.rule(low, "temperature", "must be 0 or more");
    let none = voice.top_k.is_some_and(|value| value != -1 && value <= 0);
    problems.rule(none, "topK", "must be -1, or more than 0");
    let out = voice
        .top_p
        .is_some_and(|value| !(value > 0.0 && value <= 1.0));
    problems.rule(out, "topP", "must be more than 0 and at most 1");
    problems.range("minP", voice.min_p, 0.0..=1.0);
    problems.range("presencePenalty", voice.presence_penalty, 0.0..=2.0);
    problems.range("repetitionPenalty", voice.repetition_penalty, 1.0..=2.0);
    problems.range("frequencyPenalty", voice.frequency_penalty, 0.0..=2.0);
}

fn generic(problems: &mut Problems, voice: &GenericVoice, whole: bool) {
    if whole || voice.url.is_some() {
        let none = String::new();
        problems.url("url", voice.url.as_ref().or(Some(&none)), usize::MAX);
    }
    let has_text = |value: &serde_json::Value| has_placeholder(value);
    let is_there = voice
        .body
        .as_ref()
        .is_some_and(|body| body.values().any(has_text));
    problems.rule(
        (whole || voice.body.is_some()) && !is_there,
        "body",
        "must have {text} somewhere",
    );
    for (field, value) in [
        ("responseSampleRate", voice.response_sample_rate),
        ("responseWordsPerMinute", voice.response_words_per_minute),
    ] {
        problems.rule(
            value.is_some_and(|value| value <= 0),
            field,
            "must be more than 0",
        );
    }
}

/// Whether `{text}` stands in a text anywhere within.
fn has_placeholder(value: &serde_json::Value) -> bool {
    use serde_json::Value;

    match value {
        Value::String(text) => text.contains("{text}"),
        Value::Array(items) => items.iter().any(has_placeholder),
        Value::Object(fields) => fields.values().any(has_placeholder),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn broken(voice: &Value, whole: bool) -> Vec<String> {
        let voice: ExternalVoice = serde_json::from_value(voice.clone()).unwrap();
        let mut problems = Problems::default();
        external_voice(&mut problems, "definition", &voice, whole);
        let error = problems.finish(&crate::agents::CREATE).err();
        error.map_or(Vec::new(), |error| {
            let fields = error.fields().iter();
            fields.map(|field| field.field.clone()).collect()
        })
    }

    /// Each range at both ends and beyond them.
    #[test]
    fn ranges_hold_at_their_ends() {
        for (provider, field, low, high) in [
            ("elevenLabs", "speed", 0.7, 1.2),
            ("cartesia", "speed", -1.0, 1.0),
            ("cartesia", "generationConfig.volume", 0.5, 2.0),
            ("cartesia", "generationConfig.speed", 0.6, 1.5),
            ("lmnt", "speed", 0.25, 2.0),
            ("google", "speakingRate", 0.25, 2.0),
            ("inworld", "speakingRate", 0.5, 1.5),
            ("inworld", "temperature", 0.0, 2.0),
            ("respeecher", "minP", 0.0, 1.0),
            ("respeecher", "presencePenalty", 0.0, 2.0),
            ("respeecher", "repetitionPenalty", 1.0, 2.0),
            ("respeecher", "frequencyPenalty", 0.0, 2.0),
        ] {
            let voice = |value: f64| match field.split_once('.') {
                Some((outer, inner)) => json!({provider: {"voiceId": "v", outer: {inner: value}}}),
                None => json!({provider: {"voiceId": "v", field: value}}),
            };
            for (value, good) in [
                (low, true),
                (high, true),
                (low - 0.01, false),
                (high + 0.01, false),
            ] {
                let expected = if good {
                    vec![]
                } else {
                    vec![format!("definition.{provider}.{field}")]
                };
                assert_eq!(
                    broken(&voice(value), true),
                    expected,
                    "{provider}.{field} = {value}"
                );
            }
        }
    }

    #[test]
    fn respeecher_has_open_ranges() {
        for (field, good, bad) in [
            ("temperature", vec![0.0, 9.0], vec![-0.1]),
            ("topP", vec![0.1, 1.0], vec![0.0, 1.1]),
        ] {
            for (value, is_good) in good
                .iter()
                .map(|v| (v, true))
                .chain(bad.iter().map(|v| (v, false)))
            {
                let voice = json!({"respeecher": {"voiceId": "v", field: value}});
                assert_eq!(
                    broken(&voice, true).is_empty(),
                    is_good,
                    "{field} = {value}"
                );
            }
        }
        for (value, is_good) in [(-1, true), (1, true), (0, false), (-2, false)] {
            let voice = json!({"respeecher": {"voiceId": "v", "topK": value}});
            assert_eq!(broken(&voice, true).is_empty(), is_good, "topK = {value}");
        }
    }

    #[test]
    fn everything_wrong_comes_at_once_and_overrides_need_no_voice() {
        let voice = json!({"inworld": {"speakingRate": 9, "temperature": -1}});
        let ranges = [
            "definition.inworld.speakingRate",
            "definition.inworld.temperature",
        ];
        assert_eq!(broken(&voice, false), ranges);
        assert_eq!(broken(&voice, true).len(), 3);
        let nan = ExternalVoice::Respeecher(
            RespeecherVoice::new()
                .voice_id("v")
                .top_p(f64::NAN)
                .temperature(f64::NAN),
        );
        let mut problems = Problems::default();
        external_voice(&mut problems, "d", &nan, true);
        assert_eq!(
            problems
                .finish(&crate::agents::CREATE)
                .unwrap_err()
                .fields()
                .len(),
            2
        );
    }

    #[test]
    fn a_generic_voice_has_an_address_and_a_place_for_the_text() {
        let good = json!({"generic": {"url": "https://a.example", "body": {"in": [{"t": "Say {text}."}]}}});
        assert!(broken(&good, true).is_empty());
        let bad = json!({"generic": {"body": {"t": "text"}, "responseSampleRate": 0, "responseWordsPerMinute": -1}});
        let at = |field: &str| format!("definition.generic.{field}");
        assert_eq!(
            broken(&bad, true),
            [
                at("url"),
                at("body"),
                at("responseSampleRate"),
                at("responseWordsPerMinute")
            ]
        );
        assert!(broken(&json!({"generic": {}}), false).is_empty());
        assert_eq!(broken(&json!({}), true), ["definition"]);
        assert!(broken(&json!({"playHt": {"x": 1}}), true).is_empty());
    }
}
