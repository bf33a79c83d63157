//! The conversation of one call: what the model does when the client, the caller or a test says something.
//!
//! Every function gives the events to send, in order. A response is over as soon as it has begun, unless a test
//! [holds](Turn::Hold) it.

mod items;
mod voice;

use std::collections::{BTreeSet, VecDeque};

use serde_json::{Value, json};

use crate::testkit::seen::Seen;

/// What the model does in its next response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Turn {
    /// It says this.
    Say(String),
    /// It calls a function with these arguments, a JSON text (or whatever a model writes instead).
    Call {
        /// The function.
        name: String,
        /// The text of the arguments.
        arguments: String,
    },
    /// It begins, and goes on until [`finish`](crate::testkit::SimCall::finish), a cancel or the caller's voice.
    Hold,
    /// It fails on the server's side.
    Fail,
}

#[derive(Debug, Default)]
pub(in crate::testkit) struct Talk {
    pub(in crate::testkit) turns: VecDeque<Turn>,
    /// The response on its way.
    active: Option<String>,
    items: BTreeSet<String>,
    /// Function calls, and whether there is an output yet.
    functions: Vec<(String, bool)>,
    has_spoken: bool,
    number: u64,
    millis: u64,
}

impl Talk {
    pub(in crate::testkit) fn next(&mut self, prefix: &str) -> String {
        self.number += 1;
        format!("{prefix}{:06}", self.number)
    }

    /// An event of the server's.
    fn event(&mut self, kind: &str, fields: Value) -> Value {
        let mut event = fields;
        if let Value::Object(map) = &mut event {
            let id = self.next("event_");
            map.insert("event_id".to_owned(), id.into());
            map.insert("type".to_owned(), kind.into());
        }
        event
    }

    /// What a socket is told first.
    pub(in crate::testkit) fn created(&mut self, session: &Value) -> Value {
        let session = whole(session);
        self.event("session.created", json!({"session": session}))
    }

    pub(in crate::testkit) fn error(
        &mut self,
        cause: &Value,
        code: &str,
        param: Option<&str>,
        message: &str,
    ) -> Value {
        let error = json!({
            "type": "invalid_request_error", "code": code, "message": message, "param": param,
            "event_id": cause.get("event_id").cloned().unwrap_or_default(),
        });
        self.event("error", json!({"error": error}))
    }

    /// Answers an event of the client's.
    pub(in crate::testkit) fn heed(
        &mut self,
        session: &mut Value,
        seen: &mut Seen,
        event: &Value,
    ) -> Vec<Value> {
        let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
        match text("type") {
            "session.update" => vec![self.update(session, event)],
            "response.create" => self.respond(seen, event),
            "response.cancel" => match self.active.take() {
                Some(id) => vec![self.done(&id, "cancelled", Some("client_cancelled"), &[])],
                None => vec![self.error(
                    event,
                    "response_cancel_not_active",
                    None,
                    "No response is active.",
                )],
            },
            "conversation.item.create" => self.create_item(seen, event),
            kind @ ("conversation.item.delete"
            | "conversation.item.retrieve"
            | "conversation.item.truncate") => {
                let id = text("item_id").to_owned();
                if !self.items.contains(&id) {
                    let message = "There is no such item.";
                    return vec![self.error(event, "item_not_found", Some("item_id"), message)];
                }
                match kind {
                    "conversation.item.delete" => {
                        self.items.remove(&id);
                        vec![self.event("conversation.item.deleted", json!({"item_id": id}))]
                    }
                    "conversation.item.retrieve" => {
                        let item =
                            json!({"id": id, "type": "message", "role": "user", "content": []});
                        vec![self.event("conversation.item.retrieved", json!({"item": item}))]
                    }
                    _ => {
                        let number = |name: &str| {
                            event.get(name).and_then(Value::as_u64).unwrap_or_default()
                        };
                        let (part, end) = (number("content_index"), number("audio_end_ms"));
                        let fields =
                            json!({"item_id": id, "content_index": part, "audio_end_ms": end});
                        vec![self.event("conversation.item.truncated", fields)]
                    }
                }
            }
            // A call brings its audio itself: there is nothing in the buffer to commit.
            "input_audio_buffer.commit" => {
                let message = "The buffer is empty.";
                vec![self.error(event, "input_audio_buffer_commit_empty", None, message)]
            }
            "input_audio_buffer.clear" => vec![self.event("input_audio_buffer.cleared", json!({}))],
            "input_audio_buffer.append" => Vec::new(),
            "output_audio_buffer.clear" => {
                let response = self
                    .active
                    .clone()
                    .unwrap_or_else(|| "resp_000000".to_owned());
                vec![self.event(
                    "output_audio_buffer.cleared",
                    json!({"response_id": response}),
                )]
            }
            "" => vec![self.error(
                event,
                "missing_required_parameter",
                Some("type"),
                "An event needs a type.",
            )],
            _ => vec![self.error(
                event,
                "invalid_value",
                Some("type"),
                "There is no such event.",
            )],
        }
    }

    fn update(&mut self, session: &mut Value, event: &Value) -> Value {
        let Some(Value::Object(change)) = event.get("session") else {
            return self.error(
                event,
                "missing_required_parameter",
                Some("session"),
                "A session is needed.",
            );
        };
        if !change.contains_key("type") {
            let param = Some("session.type");
            return self.error(
                event,
                "missing_required_parameter",
                param,
                "A session needs a type.",
            );
        }
        let voice = "/audio/output/voice";
        let wanted = event.pointer(&format!("/session{voice}"));
        if self.has_spoken && wanted.is_some() && wanted != session.pointer(voice) {
            let message = "The voice is fixed once the model has spoken.";
            return self.error(
                event,
                "cannot_update_voice",
                Some("session.audio.output.voice"),
                message,
            );
        }
        if let Value::Object(kept) = session {
            kept.extend(change.clone());
        }
        let session = whole(session);
        self.event("session.updated", json!({"session": session}))
    }

    fn respond(&mut self, seen: &mut Seen, event: &Value) -> Vec<Value> {
        let aside = event
            .pointer("/response/conversation")
            .and_then(Value::as_str)
            == Some("none");
        if self.active.is_some() && !aside {
            seen.overlapping_responses += 1;
            let code = "conversation_already_has_active_response";
            return vec![self.error(event, code, None, "A response is on its way already.")];
        }
        let turn = self
            .turns
            .pop_front()
            .unwrap_or_else(|| Turn::Say("Hello.".to_owned()));
        self.take(turn)
    }

    /// The model takes its turn.
    pub(in crate::testkit) fn take(&mut self, turn: Turn) -> Vec<Value> {
        let response = self.next("resp_");
        let mut events = self.begin(&response);
        match turn {
            Turn::Hold => self.active = Some(response),
            Turn::Fail => events.push(self.done(&response, "failed", None, &[])),
            Turn::Say(text) => events.extend(self.speak(&response, &text)),
            Turn::Call { name, arguments } => {
                events.extend(self.call(&response, &name, &arguments).1);
            }
        }
        events
    }

    /// The model calls a function, in a response of its own; gives the function call's id as well.
    pub(in crate::testkit) fn call_now(
        &mut self,
        name: &str,
        arguments: &str,
    ) -> (String, Vec<Value>) {
        let response = self.next("resp_");
        let mut events = self.begin(&response);
        let (id, more) = self.call(&response, name, arguments);
        events.extend(more);
        (id, events)
    }

    /// Ends the response that is held, with these words.
    pub(in crate::testkit) fn finish(&mut self, text: &str) -> Vec<Value> {
        match self.active.take() {
            Some(response) => self.speak(&response, text),
            None => Vec::new(),
        }
    }
}

/// A session as events give it: with an id.
fn whole(session: &Value) -> Value {
    let mut session = session.clone();
    if let Value::Object(map) = &mut session {
        map.insert("id".to_owned(), "sess_000001".into());
        map.insert("object".to_owned(), "realtime.session".into());
    }
    session
}
