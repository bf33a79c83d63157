//! Messages as Twilio documents them, and messages nobody should send.

use proptest::prelude::*;
use serde_json::{Value, json};
use voice_core::ident::StreamSid;

use super::*;

const SID: &str = concat!("MZ", "00112233445566778899aabbccddeeff");
const OTHER: &str = concat!("MZ", "ffeeddccbbaa99887766554433221100");
const ACCOUNT: &str = concat!("AC", "00112233445566778899aabbccddeeff");
const CALL: &str = concat!("CA", "00112233445566778899aabbccddeeff");

fn start() -> Value {
    json!({
        "event": "start", "sequenceNumber": "1", "streamSid": SID,
        "start": {
            "streamSid": SID, "accountSid": ACCOUNT, "callSid": CALL, "tracks": ["inbound", "both"],
            "customParameters": {"language": "en", "secret": "s3cret"},
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        },
    })
}

fn started() -> StreamSession {
    let mut session = StreamSession::new();
    assert_eq!(session.receive(&start().to_string()), Ok(Received::Started));
    session
}

fn parsed(value: &Value) -> StreamMessage {
    StreamMessage::parse(&value.to_string()).unwrap()
}

#[test]
fn every_documented_message_is_read_and_written_back() {
    for message in [
        json!({"event": "connected", "protocol": "Call", "version": "1.0.0"}),
        json!({"event": "media", "sequenceNumber": "3", "streamSid": SID,
            "media": {"track": "inbound", "chunk": "1", "timestamp": "5", "payload": "/////w=="}}),
        json!({"event": "dtmf", "sequenceNumber": "5", "streamSid": SID,
            "dtmf": {"track": "inbound_track", "digit": "1"}}),
        json!({"event": "mark", "sequenceNumber": "4", "streamSid": SID, "mark": {"name": "m"}}),
        json!({"event": "stop", "sequenceNumber": "5", "streamSid": SID,
            "stop": {"accountSid": ACCOUNT, "callSid": CALL}}),
        json!({"event": "hologram", "streamSid": SID, "new": [1]}),
        json!({"event": "stop", "sequenceNumber": "6", "streamSid": SID, "new": 1, "stop": {"why": {"a": 1}}}),
    ] {
        let read = parsed(&message);
        let written: Value = serde_json::from_str(&read.to_text()).unwrap();
        assert_eq!(written, message);
    }
}

#[test]
fn the_start_says_everything() {
    let message = parsed(&start());
    assert_eq!(message.sequence, Some(1));
    let StreamEvent::Start(start) = message.event else {
        panic!("{message:?}");
    };
    assert_eq!(start.call_sid.unwrap().as_str(), CALL);
    assert_eq!(start.account_sid.unwrap().as_str(), ACCOUNT);
    let tracks = start.tracks.clone().unwrap();
    assert_eq!(tracks, [Track::Inbound, Track::Other("both".to_owned())]);
    assert!(start.media_format.as_ref().unwrap().is_mulaw());
    let shown = format!("{start:?}");
    assert!(shown.contains("language") && !shown.contains("s3cret"));
}

#[test]
fn audio_and_digits_arrive_and_are_not_shown() {
    let media = parsed(
        &json!({"event": "media", "media": {"payload": "AQID", "chunk": 7, "timestamp": "140"}}),
    );
    assert!(!format!("{media:?}").contains("AQID") && !format!("{media:?}").contains("1, 2, 3"));
    let StreamEvent::Media(media) = media.event else {
        panic!("{media:?}");
    };
    assert_eq!(media.audio, [1, 2, 3]);
    assert_eq!((media.chunk, media.timestamp_ms), (Some(7), Some(140)));
    let dtmf = parsed(&json!({"event": "dtmf", "dtmf": {"digit": "9"}}));
    assert!(!format!("{dtmf:?}").contains('9'));
}

#[test]
fn what_means_nothing_is_refused_by_name() {
    let long = format!(r#"{{"event":"{}"}}"#, "x".repeat(MAX_MESSAGE_BYTES));
    let deep = format!(r#"{{"event":{}"#, "[".repeat(10_000));
    for (text, error) in [
        ("", StreamError::NotJson),
        ("[]", StreamError::NotJson),
        ("{", StreamError::NotJson),
        (deep.as_str(), StreamError::NotJson),
        (long.as_str(), StreamError::TooLong(long.len())),
        ("{}", StreamError::Missing("event")),
        (r#"{"event":5}"#, StreamError::Missing("event")),
        (
            r#"{"event":"media","media":[]}"#,
            StreamError::Missing("media"),
        ),
        (
            r#"{"event":"media","media":{}}"#,
            StreamError::Missing("payload"),
        ),
        (
            r#"{"event":"media","media":{"payload":"?"}}"#,
            StreamError::Payload,
        ),
        (r#"{"event":"start"}"#, StreamError::Missing("start")),
        (r#"{"event":"dtmf"}"#, StreamError::Missing("dtmf")),
        (r#"{"event":"stop"}"#, StreamError::Missing("stop")),
    ] {
        assert_eq!(StreamMessage::parse(text), Err(error));
    }
}

#[test]
fn commands_are_written_as_twilio_wants_them_and_read_as_strictly() {
    let sid = StreamSid::parse(SID).unwrap();
    for (command, expected) in [
        (
            StreamCommand::Media(vec![0xFF; 4]),
            json!({"event": "media", "streamSid": SID, "media": {"payload": "/////w=="}}),
        ),
        (
            StreamCommand::Mark("a \"b\"".to_owned()),
            json!({"event": "mark", "streamSid": SID, "mark": {"name": "a \"b\""}}),
        ),
        (
            StreamCommand::Clear,
            json!({"event": "clear", "streamSid": SID}),
        ),
    ] {
        let text = command.to_text(&sid);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
        assert_eq!(StreamCommand::parse(&text), Ok((sid, command)));
    }
    for refused in [
        json!({"event": "clear", "streamSid": SID, "extra": 1}),
        json!({"event": "clear"}),
        json!({"event": "clear", "streamSid": CALL}),
        json!({"event": "media", "streamSid": SID, "media": {"payload": "/w==", "track": "outbound"}}),
        json!({"event": "media", "streamSid": SID, "media": {"payload": "/w"}}),
        json!({"event": "mark", "streamSid": SID, "mark": {"name": 5}}),
        json!({"event": "dtmf", "streamSid": SID}),
    ] {
        assert!(
            StreamCommand::parse(&refused.to_string()).is_err(),
            "{refused}"
        );
    }
}

#[test]
fn nothing_is_sent_before_the_start_or_after_the_stop() {
    let mut session = StreamSession::new();
    assert_eq!(session.play(&[1]), Err(StreamError::NotStarted));
    assert_eq!(session.mark("m"), Err(StreamError::NotStarted));
    let mut session = started();
    assert!(session.play(&[1]).is_ok());
    let stop = json!({"event": "stop", "streamSid": SID, "stop": {}});
    assert!(matches!(
        session.receive(&stop.to_string()),
        Ok(Received::Stopped(_))
    ));
    assert!(session.has_stopped());
    assert_eq!(session.play(&[1]), Err(StreamError::Stopped));
    assert_eq!(session.clear(), Err(StreamError::Stopped));
    assert_eq!(session.interrupt(), Err(StreamError::Stopped));
}

#[test]
fn another_stream_or_format_is_refused() {
    let mut session = started();
    assert_eq!(
        session.receive(&start().to_string()),
        Err(StreamError::OtherStream)
    );
    let other = json!({"event": "mark", "streamSid": OTHER, "mark": {"name": "m"}});
    assert_eq!(
        session.receive(&other.to_string()),
        Err(StreamError::OtherStream)
    );
    for format in [
        json!({"encoding": "audio/l16"}),
        json!({"sampleRate": 16000}),
        json!({"sampleRate": "many"}),
        json!({"channels": "2"}),
    ] {
        let mut message = start();
        message["start"]["mediaFormat"] = format;
        let mut session = StreamSession::new();
        assert_eq!(
            session.receive(&message.to_string()),
            Err(StreamError::Format)
        );
        assert_eq!(session.stream_sid(), None);
    }
}

#[test]
fn a_wav_file_is_no_audio() {
    let mut session = started();
    assert_eq!(
        session.play(b"RIFF\x24\0\0\0WAVEfmt "),
        Err(StreamError::FileHeader)
    );
    assert_eq!(session.play(b""), Err(StreamError::NoAudio));
    assert!(session.play(b"RIFF but no wave").is_ok());
}

#[test]
fn only_what_is_playing_is_interrupted() {
    let mut session = started();
    assert_eq!(session.interrupt(), Ok(None));
    session.play(&[0; 800]).unwrap();
    session.mark("m").unwrap();
    assert!(session.is_playing());
    let (frame, stopped) = session.interrupt().unwrap().unwrap();
    assert_eq!(frame, format!(r#"{{"event":"clear","streamSid":"{SID}"}}"#));
    assert_eq!(stopped.marks, ["m"]);
    assert_eq!(session.interrupt(), Ok(None));
    let echo = json!({"event": "mark", "streamSid": SID, "mark": {"name": "m"}});
    assert_eq!(
        session.receive(&echo.to_string()),
        Ok(Received::Mark {
            name: "m".to_owned(),
            outcome: MarkOutcome::Cleared
        })
    );
}

#[test]
fn messages_that_never_came_are_counted() {
    let mut session = started();
    for sequence in ["2", "5", "4", "6", "18446744073709551615", "nonsense"] {
        let message = json!({"event": "mark", "sequenceNumber": sequence, "mark": {"name": "m"}});
        session.receive(&message.to_string()).unwrap();
        match sequence {
            "2" => assert_eq!(session.missing(), 0),
            "5" | "4" | "6" => assert_eq!(session.missing(), 2),
            _ => assert_eq!(session.missing(), u64::MAX - 7 + 2),
        }
    }
}

/// Any JSON, of little depth.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i16>().prop_map(|number| Value::from(f64::from(number) / 4.0)),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let key = prop_oneof![
            "start|media|mark|dtmf|stop|payload|streamSid|sequenceNumber",
            "[a-z]{1,6}"
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = StreamMessage::parse(&text);
        let _ = StreamCommand::parse(&text);
    }

    #[test]
    fn no_json_panics_and_what_is_read_is_kept(
        event in "connected|start|media|dtmf|mark|stop|other", body in any_json(), aside in any_json(),
    ) {
        let mut message = json!({"event": event, "aside": aside});
        message[event.as_str()] = body;
        let text = message.to_string();
        let _ = started().receive(&text);
        let _ = StreamCommand::parse(&text);
        if let Ok(read) = StreamMessage::parse(&text) {
            let again = StreamMessage::parse(&read.to_text());
            prop_assert_eq!(again, Ok(read));
        }
    }

    #[test]
    fn audio_survives_both_ways(audio in prop::collection::vec(any::<u8>(), 1..600), name in "\\PC{1,20}") {
        let sid = StreamSid::parse(SID).unwrap();
        let mut session = started();
        let played = StreamCommand::parse(&session.play(&audio).unwrap());
        prop_assert_eq!(played, Ok((sid, StreamCommand::Media(audio.clone()))));
        let marked = StreamCommand::parse(&session.mark(name.clone()).unwrap());
        prop_assert_eq!(marked, Ok((sid, StreamCommand::Mark(name))));
        let media = StreamMedia::new(Track::Inbound, 1, 20, audio);
        let message = StreamMessage::new(Some(2), Some(sid), StreamEvent::Media(media));
        prop_assert_eq!(StreamMessage::parse(&message.to_text()), Ok(message));
    }
}

#[test]
fn whatever_stands_on_a_message_stays_there() {
    for text in [
        r#"{"event":"connected","protocol":"Call","sequenceNumber":"7","streamSid":"MZ0123456789abcdef0123456789abcdef"}"#,
        r#"{"event":"mark","mark":{"name":"a"},"sequenceNumber":"soon","streamSid":"none"}"#,
    ] {
        let message = StreamMessage::parse(text).unwrap();
        let written: Value = serde_json::from_str(&message.to_text()).unwrap();
        assert_eq!(written, serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(StreamMessage::parse(&message.to_text()), Ok(message));
    }
}
