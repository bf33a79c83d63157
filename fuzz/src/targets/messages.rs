//! Messages of live connections: Ultravox sessions, OpenAI's sideband, Twilio's media streams and ConversationRelay.

use openai_calls::events::{AudioData, ClientEvent, ServerEvent};
use openai_calls::session::{AnySession, Session};
use serde_json::{Map, Value};
use twilio_client::conversation_relay::{RelayMessage, RelaySession};
use twilio_client::media_stream::{StreamCommand, StreamMessage, StreamSession};
use ultravox_client::realtime::message::{ClientMessage, ServerMessage};

use crate::support::hold::json;
use crate::support::input::text;
use crate::support::{clock, wait};

/// Nothing of `sent` is lost in `written`: every field is there with its value. A null may be left out where it means
/// what absence means.
fn nothing_lost(sent: &Map<String, Value>, written: &Value) {
    for (name, value) in sent {
        match (value, written.get(name)) {
            (Value::Null, None) => {}
            (value, kept) => same(name, value, kept.unwrap_or(&Value::Null)),
        }
    }
}

fn same(name: &str, sent: &Value, kept: &Value) {
    match (sent, kept) {
        (Value::Object(sent), Value::Object(_)) => nothing_lost(sent, kept),
        (Value::Array(sent), Value::Array(kept)) => {
            assert_eq!(sent.len(), kept.len(), "{name} lost items");
            for (sent, kept) in sent.iter().zip(kept) {
                same(name, sent, kept);
            }
        }
        (Value::Number(sent), Value::Number(kept)) => {
            assert_eq!(sent.as_f64(), kept.as_f64(), "{name} changed");
        }
        (sent, kept) => assert_eq!(sent, kept, "{name} changed"),
    }
}

fn object(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).ok()
}

/// Ultravox, both directions: a message is read and written the same, an unknown one is kept whole.
pub fn ultravox_realtime(data: &[u8]) {
    let text = &*text(data);
    let Some(sent) = object(text) else {
        assert!(json::<ServerMessage>(text).is_none());
        return;
    };
    if let Some(message) = json::<ServerMessage>(text) {
        assert_eq!(Some(message.kind()), sent["type"].as_str());
        nothing_lost(&sent, &serde_json::to_value(&message).unwrap());
    }
    if let Some(message) = json::<ClientMessage>(text) {
        assert_eq!(Some(message.kind()), sent["type"].as_str());
        nothing_lost(&sent, &serde_json::to_value(&message).unwrap());
    }
}

/// OpenAI, server events: nothing is lost, whatever form the fields have.
pub fn openai_server_event(data: &[u8]) {
    let text = &*text(data);
    match (ServerEvent::parse(text), object(text)) {
        (Ok(event), Some(sent)) => {
            assert_eq!(Some(event.kind()), sent["type"].as_str());
            let _ = (event.event_id(), format!("{event:?}"));
            let written = serde_json::to_value(&event).expect("it can be written");
            nothing_lost(&sent, &written);
            assert_eq!(ServerEvent::parse(&written.to_string()), Ok(event));
        }
        (Ok(_), None) => panic!("an event that is no object"),
        (Err(error), sent) => {
            assert!(sent.is_none_or(|sent| !sent.get("type").is_some_and(Value::is_string)));
            let _ = format!("{error} {error:?}");
        }
    }
}

/// OpenAI, client events: nothing is lost; what passes its own check can be sent as text.
pub fn openai_client_event(data: &[u8]) {
    let text = &*text(data);
    if let Some(event) = json::<ClientEvent>(text) {
        if let Some(sent) = object(text) {
            nothing_lost(&sent, &serde_json::to_value(&event).unwrap());
        }
        if event.check().is_ok() {
            let _ = event.to_text();
        }
    }
    if let Ok(audio) = AudioData::from_base64(text) {
        let bytes = audio.decode().expect("checked");
        assert!(bytes.len() <= text.len());
        assert_eq!(AudioData::encode(&bytes).decode().expect("its own"), bytes);
    }
}

/// OpenAI, session objects: absent, null and value stay what they are.
pub fn openai_session(data: &[u8]) {
    let text = &*text(data);
    let Some(sent) = object(text) else { return };
    if let Some(session) = json::<Session>(text) {
        let written = serde_json::to_value(&session).unwrap();
        nothing_lost(&sent, &written);
        for name in written
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
        {
            assert!(sent.contains_key(name) || name == "type", "{name} appeared");
        }
        let secrets: Vec<String> = session
            .secrets()
            .into_iter()
            .map(|secret| secret.expose().to_owned())
            .collect();
        let shown = format!(
            "{session:?} {:?}",
            session.check().map_err(|error| error.to_string())
        );
        for secret in secrets.iter().filter(|secret| secret.len() > 24) {
            assert!(!shown.contains(secret.as_str()), "shows a secret");
        }
    }
    if let Some(session) = json::<AnySession>(text) {
        nothing_lost(&sent, &serde_json::to_value(&session).unwrap());
        let _ = session.check();
    }
}

/// Twilio's media streams: messages and commands are read and written the same; a session takes any order of them.
pub fn twilio_media_stream(data: &[u8]) {
    let all = text(data);
    wait(async {
        let mut session = StreamSession::with_clock(clock());
        for line in all.lines().take(64) {
            if let Ok(message) = StreamMessage::parse(line) {
                let written = message.to_text();
                assert_eq!(
                    StreamMessage::parse(&written).as_ref(),
                    Ok(&message),
                    "{written}"
                );
            }
            if let Ok((stream, command)) = StreamCommand::parse(line) {
                let written = command.to_text(&stream);
                assert_eq!(
                    StreamCommand::parse(&written),
                    Ok((stream, command)),
                    "{written}"
                );
            }
            if let Err(error) = session.receive(line) {
                assert!(format!("{error} {error:?}").len() < 1_000);
            }
            let _ = session.mark(line.chars().take(8).collect::<String>());
            let _ = (
                session.missing(),
                session.is_playing(),
                session.parameter("a"),
            );
        }
        assert!(session.playback().pending().count() <= 64);
        let _ = session.interrupt();
    });
}

/// Twilio's ConversationRelay: messages are read and written the same; a session takes any order of them.
pub fn twilio_relay(data: &[u8]) {
    let all = text(data);
    let mut session = RelaySession::new();
    for line in all.lines().take(64) {
        if let Ok(message) = RelayMessage::parse(line) {
            let written = message.to_text();
            assert_eq!(
                RelayMessage::parse(&written).as_ref(),
                Ok(&message),
                "{written}"
            );
        }
        if let Err(error) = session.receive(line) {
            assert!(format!("{error} {error:?}").len() < 1_000);
        }
        let _ = session.say(line);
        assert!(session.turn().len() <= 4 * all.len() + 16);
    }
}
