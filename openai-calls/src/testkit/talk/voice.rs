//! What is said, in events: the model's words, its function calls, the caller's words.

use serde_json::{Value, json};

use super::{Talk, Turn};

impl Talk {
    pub(super) fn begin(&mut self, response: &str) -> Vec<Value> {
        let body = response_of(response, "in_progress", None, &[]);
        let created = self.event("response.created", json!({"response": body}));
        let limits = json!({"rate_limits": [
            {"name": "requests", "limit": 1000, "remaining": 999, "reset_seconds": 0.06},
            {"name": "tokens", "limit": 50000, "remaining": 49950, "reset_seconds": 0.06},
        ]});
        vec![created, self.event("rate_limits.updated", limits)]
    }

    pub(super) fn speak(&mut self, response: &str, text: &str) -> Vec<Value> {
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

    pub(super) fn call(
        &mut self,
        response: &str,
        name: &str,
        arguments: &str,
    ) -> (String, Vec<Value>) {
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

    pub(super) fn done(
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
    pub(in crate::testkit) fn hear(&mut self, session: &Value, text: &str) -> Vec<Value> {
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
