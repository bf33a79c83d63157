//! The vendor's list of elements, attributes and words holds what this crate has, and the other way round.
//!
//! Skipped, with a line that says so, where `VOICE_SPECS_DIR` does not lead to it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;
use twilio_client::calls::{RecordingChannels, RecordingEvent, RecordingTrack, Trim};
use twilio_client::twiml::{
    AttributeKind, AttributeText, BankAccountType, CardType, ConferenceBeep, ConferenceEvent,
    ConferenceRecord, ConferenceRegion, ConversationEvent, ConversationRecord, DialEvent,
    DialRecord, ELEMENTS, ElementSpec, GatherInput, JitterBufferSize, LanguageTag, PayInput,
    PaymentMethod, PromptError, PromptFor, RejectReason, RingTone, TokenType, Track, Voice, ssml,
};
use twilio_client::types::{CallEvent, HttpMethod};

/// Withdrawn by the vendor: for the escape hatch.
const WITHDRAWN: &str = "Assistant";

#[allow(
    clippy::disallowed_methods,
    reason = "where the specification lies is not a setting of the crate"
)]
fn spec() -> Option<Value> {
    let Some(dir) = std::env::var_os("VOICE_SPECS_DIR") else {
        println!("skipped: VOICE_SPECS_DIR is not set");
        return None;
    };
    let path = PathBuf::from(dir).join("twilio/twiml.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} cannot be read", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).expect("the specification is JSON"))
}

fn ours() -> BTreeMap<&'static str, &'static ElementSpec> {
    ELEMENTS.iter().map(|spec| (spec.class, spec)).collect()
}

#[test]
fn every_element_is_typed_under_its_tag() {
    let Some(spec) = spec() else { return };
    assert_eq!(spec["removed"], serde_json::json!([WITHDRAWN]));
    let theirs: BTreeMap<_, _> = spec["tags"].as_object().unwrap().iter().collect();
    let mut own = ours();
    for (class, tag) in theirs {
        match own.remove(class.as_str()) {
            Some(found) => assert_eq!(found.tag, tag, "{class}"),
            None => assert_eq!(class, WITHDRAWN, "there is no type for <{tag}>"),
        }
    }
    assert!(own.is_empty(), "not in the specification: {own:?}");
    assert_eq!(ELEMENTS.len(), 59);
}

#[test]
fn every_attribute_has_a_typed_setter() {
    let Some(spec) = spec() else { return };
    let types = spec["types"].as_object().unwrap();
    let mut count = 0;
    for (class, own) in ours() {
        let none = serde_json::Map::new();
        let theirs = spec["attrs"][class].as_object().unwrap_or(&none);
        let names: BTreeSet<_> = own
            .attributes
            .iter()
            .map(|attribute| attribute.name)
            .collect();
        let their_names: BTreeSet<_> = theirs.keys().map(String::as_str).collect();
        assert_eq!(names, their_names, "{class}");
        count += names.len();
        for attribute in own.attributes {
            let theirs = theirs[attribute.name]["type"].as_str().unwrap();
            let words = types.get(theirs.trim_end_matches("[]")).map(|words| {
                let words = words.as_array().unwrap().iter();
                words
                    .map(|word| word.as_str().unwrap())
                    .collect::<BTreeSet<_>>()
            });
            let fits = match (theirs, words, attribute.kind) {
                ("string", _, _) | ("boolean", _, AttributeKind::Flag) => true,
                // Declared as a flag; the vendor's pages name words.
                ("boolean", _, AttributeKind::Word(_)) => {
                    attribute.name == "reportInputDuringAgentSpeech"
                }
                ("number", _, kind) => matches!(
                    kind,
                    AttributeKind::Count | AttributeKind::Seconds | AttributeKind::Milliseconds
                ),
                ("number[]", _, AttributeKind::Counts) => true,
                // Some 900 voices: the most common are constants.
                ("SayVoice", Some(words), AttributeKind::Word(known)) => known
                    .iter()
                    .all(|word| words.contains(word) || word.starts_with("Polly.")),
                (name, Some(words), AttributeKind::Word(known)) => {
                    let known: BTreeSet<_> = known.iter().copied().collect();
                    !name.ends_with("[]")
                        && words.is_subset(&known)
                        && (name.contains("Lang") || words == known)
                }
                (name, Some(words), AttributeKind::Words(known)) => {
                    name.ends_with("[]") && words == known.iter().copied().collect()
                }
                _ => false,
            };
            assert!(
                fits,
                "{class} {}: {theirs} is {:?}",
                attribute.name, attribute.kind
            );
        }
    }
    assert!(count >= 300, "{count} attributes only");
}

#[test]
fn every_element_holds_what_it_may_and_nothing_else() {
    let Some(spec) = spec() else { return };
    for (class, own) in ours() {
        let theirs: BTreeSet<_> = spec["children"][class]
            .as_array()
            .unwrap()
            .iter()
            .map(|child| child[0].as_str().unwrap())
            .filter(|child| *child != WITHDRAWN)
            .collect();
        let children: BTreeSet<_> = own.children.iter().copied().collect();
        assert_eq!(children, theirs, "{class}");
    }
}

/// The word as the type writes it.
fn echo<T: for<'a> From<&'a str> + AttributeText>(word: &str) -> String {
    T::from(word).into_text().into_owned()
}

type Echo = fn(&str) -> String;

/// Which type stands for which of the vendor's enumerations.
fn echoes() -> Vec<(&'static str, Echo)> {
    let mut all: Vec<(&'static str, Echo)> = vec![
        ("ConferenceBeep", echo::<ConferenceBeep>),
        ("ConferenceEvent", echo::<ConferenceEvent>),
        ("ConferenceJitterBufferSize", echo::<JitterBufferSize>),
        ("ConferenceRecord", echo::<ConferenceRecord>),
        ("ConferenceRegion", echo::<ConferenceRegion>),
        ("ConversationEvent", echo::<ConversationEvent>),
        ("ConversationRecord", echo::<ConversationRecord>),
        ("DialEvents", echo::<DialEvent>),
        ("DialRecord", echo::<DialRecord>),
        ("DialRecordingTrack", echo::<RecordingTrack>),
        ("DialRingTone", echo::<RingTone>),
        ("GatherInput", echo::<GatherInput>),
        ("PayBankAccountType", echo::<BankAccountType>),
        ("PayInput", echo::<PayInput>),
        ("PayPaymentMethod", echo::<PaymentMethod>),
        ("PayTokenType", echo::<TokenType>),
        ("PayValidCardTypes", echo::<CardType>),
        ("PromptCardType", echo::<CardType>),
        ("PromptErrorType", echo::<PromptError>),
        ("PromptFor", echo::<PromptFor>),
        ("RecordingChannels", echo::<RecordingChannels>),
        ("RecordingTrack", echo::<RecordingTrack>),
        ("RejectReason", echo::<RejectReason>),
        ("SayVoice", echo::<Voice>),
        ("SsmlBreakStrength", echo::<ssml::BreakStrength>),
        ("SsmlEmphasisLevel", echo::<ssml::EmphasisLevel>),
        ("SsmlPhonemeAlphabet", echo::<ssml::PhonemeAlphabet>),
        ("SsmlSayAsFormat", echo::<ssml::DateFormat>),
        ("SsmlSayAsInterpretAs", echo::<ssml::InterpretAs>),
    ];
    for name in ["Application", "Client", "Number", "Sip", "WhatsApp"] {
        all.push((leak(name, "Event"), echo::<CallEvent>));
    }
    for name in ["Conference", "Conversation", "Dial", "Record", ""] {
        all.push((leak(name, "RecordingEvent"), echo::<RecordingEvent>));
    }
    for name in ["Conference", "Conversation", "Dial", "Record", "Recording"] {
        all.push((leak(name, "Trim"), echo::<Trim>));
    }
    for name in [
        "Pay",
        "Siprec",
        "Stream",
        "Transcription",
        "RecordingRecording",
    ] {
        all.push((leak(name, "StatusCallbackMethod"), echo::<HttpMethod>));
    }
    for name in ["Siprec", "Stream", "Transcription"] {
        all.push((leak(name, "Track"), echo::<Track>));
    }
    for name in [
        "GatherLanguage",
        "PayLanguage",
        "SayLanguage",
        "SsmlLangXmlLang",
    ] {
        all.push((name, echo::<LanguageTag>));
    }
    all
}

fn leak(name: &str, rest: &str) -> &'static str {
    Box::leak(format!("{name}{rest}").into_boxed_str())
}

#[test]
fn every_word_of_every_enumeration_is_written_as_it_was_read() {
    let Some(spec) = spec() else { return };
    let echoes: BTreeMap<_, _> = echoes().into_iter().collect();
    let types = spec["types"].as_object().unwrap();
    let names: BTreeSet<_> = types.keys().map(String::as_str).collect();
    assert_eq!(echoes.keys().copied().collect::<BTreeSet<_>>(), names);
    assert_eq!(names.len(), 56);
    for (name, words) in types {
        for word in words.as_array().unwrap() {
            let word = word.as_str().unwrap();
            assert_eq!(echoes[name.as_str()](word), word, "{name}");
        }
    }
}

#[test]
fn words_of_tomorrow_are_kept() {
    for (name, echo) in echoes() {
        assert_eq!(echo("tomorrow's-word"), "tomorrow's-word", "{name}");
    }
}
