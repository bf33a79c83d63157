//! The conversation of one call: what the model does when the client, the caller or a test says something.
//!
//! Every function gives the events to send, in order. A response is over as soon as it has begun, unless a test
//! [holds](Turn::Hold) it.

use std::collections::{BTreeSet, VecDeque};

use serde_json::{Value, json};

use super::seen::Seen;

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
    /// It begins, and goes on until [`finish`](super::SimCall::finish), a cancel or the caller's voice.
    Hold,
    /// It fails on the server's side.
    Fail,
}

#[derive(Debug, Default)]
pub(super) struct Talk {
    pub(super) turns: VecDeque<Turn>,
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
    pub(super) fn next(&mut self, prefix: &str) -> String {
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
    pub(super) fn created(&mut self, session: &Value) -> Value {
        let session = whole(session);
        self.event("session.created", json!({"session": session}))
    }

    pub(super) fn error(
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
    pub(super) fn heed(
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

    fn create_item(&mut self, seen: &mut Seen, event: &Value) -> Vec<Value> {
        let Some(Value::Object(item)) = event.get("item") else {
            return vec![self.error(
                event,
                "missing_required_parameter",
                Some("item"),
                "An item is needed.",
            )];
        };
        let mut item = item.clone();
        if item.get("type").and_then(Value::as_str) == Some("function_call_output") {
            let call = item
                .get("call_id")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let known = self.functions.iter_mut().find(|(id, _)| id == call);
            let refusal = match known {
                _ if !item.get("output").is_some_and(Value::is_string) => {
                    Some(("invalid_value", "item.output", "An output is a text."))
                }
                None => Some((
                    "tool_call_not_found",
                    "item.call_id",
                    "There is no such function call.",
                )),
                Some((_, true)) => {
                    seen.repeated_outputs += 1;
                    Some((
                        "tool_call_already_answered",
                        "item.call_id",
                        "The call has its output.",
                    ))
                }
                Some((_, answered)) => {
                    *answered = true;
                    None
                }
            };
            if let Some((code, param, message)) = refusal {
                return vec![self.error(event, code, Some(param), message)];
            }
        }
        if !item.contains_key("id") {
            item.insert("id".to_owned(), self.next("item_").into());
        }
        self.items(&Value::Object(item))
    }

    /// Tells of a new item that is complete.
    fn items(&mut self, item: &Value) -> Vec<Value> {
        if let Some(id) = item.get("id").and_then(Value::as_str) {
            self.items.insert(id.to_owned());
        }
        let fields = json!({"previous_item_id": null, "item": item});
        let added = self.event("conversation.item.added", fields.clone());
        vec![added, self.event("conversation.item.done", fields)]
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
    pub(super) fn take(&mut self, turn: Turn) -> Vec<Value> {
        let response = self.next("resp_");
        let mut events = self.begin(&response);
        match turn {
            Turn::Hold => self.active = Some(response),
            Turn::Fail => events.push(self.done(&response, "failed", None, &[])),
            Turn::Say(text) => events.extend(self.speak(&response, &text)),
            Turn::Call { name, arguments } => {
                events.extend(self.call(&response, &name, &arguments).1)
            }
        }
        events
    }

    /// The model calls a function, in a response of its own; gives the function call's id as well.
    pub(super) fn call_now(&mut self, name: &str, arguments: &str) -> (String, Vec<Value>) {
        let response = self.next("resp_");
        let mut events = self.begin(&response);
        let (id, more) = self.call(&response, name, arguments);
        events.extend(more);
        (id, events)
    }

    /// Ends the response that is held, with these words.
    pub(super) fn finish(&mut self, text: &str) -> Vec<Value> {
        match self.active.take() {
            Some(response) => self.speak(&response, text),
            None => Vec::new(),
        }
    }

    fn begin(&mut self, response: &str) -> Vec<Value> {
        let body = response_of(response, "in_progress", None, &[]);
        let created = self.event("response.created", json!({"response": body}));
        let limits = json!({"rate_limits": [
            {"name": "requests", "limit": 1000, "remaining": 999, "reset_seconds": 0.06},
            {"name": "tokens", "limit": 50000, "remaining": 49950, "reset_seconds": 0.06},
        ]});
        vec![created, self.event("rate_limits.updated", limits)]
    }

    fn speak(&mut self, response: &str, text: &str) -> Vec<Value> {
        self.has_spoken = true;
        let id = self.next("item_");
        self.items.insert(id.clone());
        let message = |status: &str, content: Value| json!({"id": id, "object": "realtime.item", "type": "message", "role": "assistant", "status": status, "content": content});
        let (begun, ready) = (
            message("in_progress", json!([])),
            message(
                "completed",
                json!([{"type": "output_audio", "transcript": text}]),
            ),
        );
        let place = |more: Value| {
            let mut fields = json!({"response_id": response, "item_id": id, "output_index": 0, "content_index": 0});
            if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
                fields.extend(more);
            }
            fields
        };
        let item = |item: &Value| json!({"response_id": response, "output_index": 0, "item": item});
        let mut events = vec![
            self.event("response.output_item.added", item(&begun)),
            self.event(
                "conversation.item.added",
                json!({"previous_item_id": null, "item": begun}),
            ),
            self.event(
                "response.content_part.added",
                place(json!({"part": {"type": "audio", "transcript": ""}})),
            ),
            self.event(
                "output_audio_buffer.started",
                json!({"response_id": response}),
            ),
        ];
        for word in text.split_inclusive(' ') {
            events.push(self.event(
                "response.output_audio_transcript.delta",
                place(json!({"delta": word})),
            ));
        }
        events.extend([
            self.event("response.output_audio.done", place(json!({}))),
            self.event(
                "response.output_audio_transcript.done",
                place(json!({"transcript": text})),
            ),
            self.event(
                "response.content_part.done",
                place(json!({"part": {"type": "audio", "transcript": text}})),
            ),
            self.event("response.output_item.done", item(&ready)),
            self.event(
                "conversation.item.done",
                json!({"previous_item_id": null, "item": ready}),
            ),
            self.done(response, "completed", None, &[ready]),
            self.event(
                "output_audio_buffer.stopped",
                json!({"response_id": response}),
            ),
        ]);
        events
    }

    fn call(&mut self, response: &str, name: &str, arguments: &str) -> (String, Vec<Value>) {
        let (item, call) = (self.next("item_"), self.next("call_"));
        self.items.insert(item.clone());
        self.functions.push((call.clone(), false));
        let function = |status: &str, arguments: &str| {
            json!({"id": item, "object": "realtime.item", "type": "function_call", "status": status,
                "call_id": call, "name": name, "arguments": arguments})
        };
        let (begun, ready) = (
            function("in_progress", ""),
            function("completed", arguments),
        );
        let fields =
            |item: &Value| json!({"response_id": response, "output_index": 0, "item": item});
        let mut delta = json!({"response_id": response, "item_id": item, "output_index": 0, "call_id": call, "delta": arguments});
        let mut events = vec![
            self.event("response.output_item.added", fields(&begun)),
            self.event(
                "conversation.item.added",
                json!({"previous_item_id": null, "item": begun}),
            ),
            self.event("response.function_call_arguments.delta", delta.clone()),
        ];
        if let Value::Object(map) = &mut delta {
            map.remove("delta");
            map.insert("name".to_owned(), name.into());
            map.insert("arguments".to_owned(), arguments.into());
        }
        events.extend([
            self.event("response.function_call_arguments.done", delta),
            self.event("response.output_item.done", fields(&ready)),
            self.event(
                "conversation.item.done",
                json!({"previous_item_id": null, "item": ready}),
            ),
            self.done(response, "completed", None, &[ready]),
        ]);
        (call, events)
    }

    fn done(
        &mut self,
        response: &str,
        status: &str,
        reason: Option<&str>,
        output: &[Value],
    ) -> Value {
        let body = response_of(response, status, reason, output);
        self.event("response.done", json!({"response": body}))
    }

    /// The caller says something. A response that is held is broken off, and the model answers, if the session has it so.
    pub(super) fn hear(&mut self, session: &Value, text: &str) -> Vec<Value> {
        let item = self.next("item_");
        let (start, end) = (self.millis + 200, self.millis + 1200);
        self.millis = end;
        let mut events = vec![self.event(
            "input_audio_buffer.speech_started",
            json!({"audio_start_ms": start, "item_id": item}),
        )];
        let detection = session.pointer("/audio/input/turn_detection");
        let does = |name: &str| match detection {
            Some(Value::Null) => false,
            Some(detection) => detection.get(name).and_then(Value::as_bool).unwrap_or(true),
            None => true,
        };
        if does("interrupt_response")
            && let Some(response) = self.active.take()
        {
            events.push(self.done(&response, "cancelled", Some("turn_detected"), &[]));
        }
        events.extend([
            self.event(
                "input_audio_buffer.speech_stopped",
                json!({"audio_end_ms": end, "item_id": item}),
            ),
            self.event(
                "input_audio_buffer.committed",
                json!({"previous_item_id": null, "item_id": item}),
            ),
        ]);
        let heard = json!({"id": item, "object": "realtime.item", "type": "message", "role": "user", "status": "completed",
            "content": [{"type": "input_audio", "transcript": null}]});
        events.extend(self.items(&heard));
        let transcribes = session
            .pointer("/audio/input/transcription")
            .is_some_and(|model| !model.is_null());
        if transcribes {
            let usage = json!({"type": "tokens", "total_tokens": 20, "input_tokens": 15, "output_tokens": 5});
            let fields =
                json!({"item_id": item, "content_index": 0, "transcript": text, "usage": usage});
            events.push(self.event(
                "conversation.item.input_audio_transcription.completed",
                fields,
            ));
        }
        if does("create_response") && self.active.is_none() {
            let turn = self
                .turns
                .pop_front()
                .unwrap_or_else(|| Turn::Say("I see.".to_owned()));
            events.extend(self.take(turn));
        }
        events
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

fn response_of(id: &str, status: &str, reason: Option<&str>, output: &[Value]) -> Value {
    let details = match (status, reason) {
        ("failed", _) => json!({"type": "failed", "error": {"type": "server_error", "code": null}}),
        (_, Some(reason)) => json!({"type": status, "reason": reason}),
        _ => Value::Null,
    };
    let usage = if status == "completed" {
        json!({"total_tokens": 150, "input_tokens": 100, "output_tokens": 50,
            "input_token_details": {"text_tokens": 80, "audio_tokens": 20, "cached_tokens": 64},
            "output_token_details": {"text_tokens": 10, "audio_tokens": 40}})
    } else {
        Value::Null
    };
    json!({"object": "realtime.response", "id": id, "status": status, "status_details": details, "output": output,
        "conversation_id": "conv_000001", "output_modalities": ["audio"], "max_output_tokens": "inf", "usage": usage,
        "metadata": null})
}
