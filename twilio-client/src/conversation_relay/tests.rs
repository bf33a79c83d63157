//! Messages as Twilio documents them, and messages nobody should send.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::calls::{CallDirection, CallStatus};
use crate::types::Toggle;

const ACCOUNT: &str = concat!("AC", "00112233445566778899aabbccddeeff");
const CALL: &str = concat!("CA", "00112233445566778899aabbccddeeff");
const SESSION: &str = concat!("VX", "00112233445566778899aabbccddeeff");

fn setup() -> Value {
    json!({
        "type": "setup", "sessionId": SESSION, "accountSid": ACCOUNT, "parentCallSid": "", "callSid": CALL,
        "from": "+14155550123", "to": "+14155550100", "forwardedFrom": "+14155550199", "callType": "PSTN",
        "callerName": "Alice", "direction": "inbound", "callStatus": "IN_PROGRESS",
        "customParameters": {"team": "s3cret"},
    })
}

fn heard(session: &mut RelaySession, value: &Value) -> RelayEvent {
    session.receive(&value.to_string()).unwrap()
}

fn prompt(text: &str, last: bool) -> Value {
    json!({"type": "prompt", "voicePrompt": text, "lang": "en-US", "last": last})
}

fn text_of(event: &RelayEvent) -> (&str, &str) {
    match event {
        RelayEvent::Partial(prompt) => ("partial", &prompt.text),
        RelayEvent::Prompt(prompt) => ("prompt", &prompt.text),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_documented_message_is_read_and_written_back() {
    for message in [
        prompt("hi", true),
        json!({"type": "dtmf", "digit": "1"}),
        json!({"type": "interrupt", "utteranceUntilInterrupt": "Life", "durationUntilInterruptMs": "460"}),
        json!({"type": "error", "description": "Invalid message"}),
        json!({"type": "info", "name": "tokensPlayed", "value": "Hello", "ts": "17"}),
        json!({"type": "info", "name": "moodChanged", "value": "on", "why": [1]}),
        json!({"type": "hologram", "x": {"y": 1}}),
        json!({"type": "prompt", "voicePrompt": 5, "last": "yes", "new": null}),
    ] {
        let read = RelayMessage::parse(&message.to_string()).unwrap();
        let written: Value = serde_json::from_str(&read.to_text()).unwrap();
        assert_eq!(written, message);
    }
}

#[test]
fn the_setup_is_kept_and_shows_nothing_personal() {
    let mut session = RelaySession::new();
    assert_eq!(session.call_sid(), None);
    assert_eq!(heard(&mut session, &setup()), RelayEvent::Setup);
    let setup = session.setup().unwrap();
    assert_eq!(setup.session_id.unwrap().as_str(), SESSION);
    assert_eq!(setup.parent_call_sid, None);
    assert_eq!(setup.direction, Some(CallDirection::Inbound));
    assert_eq!(setup.status(), Some(CallStatus::InProgress));
    assert_eq!(session.call_sid().unwrap().as_str(), CALL);
    assert_eq!(session.parameter("team"), Some("s3cret"));
    let shown = format!("{session:?}");
    for hidden in ["5550123", "5550199", "Alice", "s3cret"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[test]
fn parts_of_an_utterance_replace_one_another_or_add_up() {
    let mut session = RelaySession::new();
    for (message, expected) in [
        (prompt("I want two", false), ("partial", "I want two")),
        (prompt("I want to go", false), ("partial", "I want to go")),
        (prompt("I want to go.", true), ("prompt", "I want to go.")),
        (prompt("Now", true), ("prompt", "Now")),
        (
            json!({"type": "prompt", "voicePrompt": "Unsaid"}),
            ("prompt", "Unsaid"),
        ),
    ] {
        assert_eq!(text_of(&heard(&mut session, &message)), expected);
    }
    let mut session = RelaySession::new().partial_prompts(PartialPrompts::Append);
    for (message, expected) in [
        (prompt("I want", false), ("partial", "I want")),
        (prompt(" to go", true), ("prompt", "I want to go")),
        (prompt("Now", true), ("prompt", "Now")),
    ] {
        assert_eq!(text_of(&heard(&mut session, &message)), expected);
    }
}

#[test]
fn an_utterance_without_end_is_begun_anew() {
    let mut session = RelaySession::new().partial_prompts(PartialPrompts::Append);
    let part = prompt(&"x".repeat(40_000), false).to_string();
    assert!(session.receive(&part).is_ok());
    assert_eq!(session.receive(&part), Err(RelayError::TooLong(80_000)));
    assert_eq!(
        text_of(&heard(&mut session, &prompt("a", true))),
        ("prompt", "a")
    );
}

fn interrupted(session: &mut RelaySession, utterance: &str, after: &Value) -> RelayInterruption {
    let message = json!({
        "type": "interrupt", "utteranceUntilInterrupt": utterance, "durationUntilInterruptMs": after,
    });
    match heard(session, &message) {
        RelayEvent::Interrupted(stopped) => stopped,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_not_heard_is_known_of_the_turn_that_was_broken_into() {
    let mut session = RelaySession::new();
    session.finish("An earlier turn.").unwrap();
    session.say("Life is a ").unwrap();
    session.finish("complex  set of things.").unwrap();
    assert_eq!(session.turn(), "Life is a complex  set of things.");
    let stopped = interrupted(&mut session, "Life is a complex set", &json!(460));
    assert_eq!(stopped.heard, "Life is a complex set");
    assert_eq!(stopped.unheard.as_deref(), Some(" of things."));
    assert_eq!(stopped.after, Some(Duration::from_millis(460)));
    assert!(!format!("{stopped:?}").contains("Life"));
    assert_eq!(session.turn(), "");

    session.say("Now").unwrap();
    let stopped = interrupted(&mut session, "Welcome to", &json!("1e400"));
    assert_eq!((stopped.unheard, stopped.after), (None, None));
    let stopped = interrupted(&mut session, "", &json!("-5"));
    assert_eq!(
        (stopped.unheard.as_deref(), stopped.after),
        (Some(""), None)
    );
}

#[test]
fn commands_are_written_as_documented() {
    let text = TextToken::part(" and ")
        .language("es-ES")
        .unwrap()
        .interruptible(Toggle::Off)
        .preemptible(Toggle::On);
    let play = PlayMedia::new("https://media.example.com/a.mp3").unwrap();
    let other: Map<String, Value> = [("type".to_owned(), json!("x"))].into_iter().collect();
    for (command, expected) in [
        (
            RelayCommand::Text(text),
            json!({"type": "text", "token": " and ", "last": false, "lang": "es-ES", "interruptible": false,
                "preemptible": true}),
        ),
        (
            RelayCommand::Text(TextToken::last("")),
            json!({"type": "text", "token": "", "last": true}),
        ),
        (
            RelayCommand::Play(play.clone()),
            json!({"type": "play", "source": "https://media.example.com/a.mp3"}),
        ),
        (
            RelayCommand::Play(
                play.times(0)
                    .unwrap()
                    .interruptible(Toggle::On)
                    .preemptible(Toggle::Off),
            ),
            json!({"type": "play", "source": "https://media.example.com/a.mp3", "loop": 0, "interruptible": true,
                "preemptible": false}),
        ),
        (
            RelayCommand::SendDigits(RelayDigits::new("9w#*").unwrap()),
            json!({"type": "sendDigits", "digits": "9w#*"}),
        ),
        (
            RelayCommand::Language(LanguageSwitch::speech("sv-SE").unwrap()),
            json!({"type": "language", "ttsLanguage": "sv-SE"}),
        ),
        (
            RelayCommand::Language(LanguageSwitch::transcription("multi").unwrap()),
            json!({"type": "language", "transcriptionLanguage": "multi"}),
        ),
        (
            RelayCommand::Language(LanguageSwitch::both("en").unwrap()),
            json!({"type": "language", "ttsLanguage": "en", "transcriptionLanguage": "en"}),
        ),
        (RelayCommand::End(None), json!({"type": "end"})),
        (
            RelayCommand::End(Some("{\"a\":1}".to_owned())),
            json!({"type": "end", "handoffData": "{\"a\":1}"}),
        ),
        (RelayCommand::Other(other), json!({"type": "x"})),
    ] {
        let written: Value = serde_json::from_str(&command.to_text()).unwrap();
        assert_eq!(written, expected);
    }
}

#[test]
fn what_twilio_would_drop_cannot_be_built() {
    assert_eq!(RelayDigits::new(""), Err(RelayError::Digits));
    assert_eq!(RelayDigits::new("12W"), Err(RelayError::Digits));
    for source in ["", "ftp://x", "https://", "a.mp3", "https://x/ y"] {
        assert_eq!(PlayMedia::new(source), Err(RelayError::Source), "{source}");
    }
    let media = PlayMedia::new("http://x/a").unwrap();
    assert!(media.clone().times(1000).is_ok());
    assert_eq!(media.times(1001), Err(RelayError::Loop(1001)));
    assert_eq!(LanguageSwitch::both(""), Err(RelayError::Language));
    assert_eq!(
        TextToken::last("a").language("en US"),
        Err(RelayError::Language)
    );
}

#[test]
fn nothing_is_sent_after_the_end() {
    let mut session = RelaySession::new();
    assert_eq!(session.end(None).unwrap(), r#"{"type":"end"}"#);
    assert_eq!(session.say("a"), Err(RelayError::Ended));
    assert_eq!(session.finish("a"), Err(RelayError::Ended));
    assert_eq!(session.end(None), Err(RelayError::Ended));
}

#[test]
fn what_means_nothing_is_refused_by_name() {
    let long = "x".repeat(MAX_MESSAGE_BYTES + 1);
    let mut session = RelaySession::new();
    for (text, error) in [
        (long.as_str(), RelayError::TooLong(long.len())),
        ("[1]", RelayError::NotJson),
        ("", RelayError::NotJson),
        ("{}", RelayError::Missing("type")),
        (r#"{"type":1}"#, RelayError::Missing("type")),
        (r#"{"type":"prompt"}"#, RelayError::Missing("voicePrompt")),
    ] {
        assert_eq!(session.receive(text), Err(error));
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*", kind in "setup|prompt|dtmf|interrupt|error|info|other", field in "\\PC{0,30}", number in any::<f64>()) {
        let mut session = RelaySession::new();
        let _ = session.receive(&text);
        for value in [json!(field), json!(number), Value::Null, json!([field]), json!({"a": field})] {
            let message = json!({
                "type": kind, "voicePrompt": value, "lang": value, "last": value, "digit": value, "name": value,
                "utteranceUntilInterrupt": value, "durationUntilInterruptMs": value, "customParameters": value,
            });
            let _ = session.receive(&message.to_string());
        }
    }

    #[test]
    fn heard_and_unheard_make_up_the_turn(turn in "[a-zé ]{0,40}", cut in any::<prop::sample::Index>()) {
        let mut session = RelaySession::new();
        session.finish(turn.clone()).unwrap();
        let at = cut.index(turn.chars().count() + 1);
        let spoken: String = turn.chars().take(at).collect();
        let stopped = interrupted(&mut session, &spoken, &json!(1));
        let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let together = format!("{}{}", stopped.heard, stopped.unheard.unwrap());
        prop_assert_eq!(squeezed(&together), squeezed(&turn));
    }
}

#[test]
fn what_an_error_quotes_is_not_shown() {
    let quoting = r#"invalid message: {"type":"txt","token":"your PIN is 4711"}"#;
    let mut session = RelaySession::new();
    let event = heard(
        &mut session,
        &json!({"type": "error", "description": quoting}),
    );
    let shown = format!("{event:?}");
    assert!(!shown.contains("4711"), "{shown}");
    let RelayEvent::Error(fault) = event else {
        panic!("{shown}")
    };
    assert_eq!(fault.description.as_deref(), Some(quoting));
}
