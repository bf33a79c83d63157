//! The sideband socket.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::Request;
use openai_calls::testkit::{API_KEY, OpenAiSim, Phase, SimCall, Turn};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use voice_core::clock::{Clock, SystemClock, timeout};
use voice_core::provider::CallId;
use voice_core::testkit::Mishap;

use crate::http_client::{accepted, order, path, post, ring};

struct Socket(WebSocketStream<TcpStream>);

/// How a socket ended.
#[derive(Debug, PartialEq)]
enum End {
    /// With this close code.
    Closed(u16),
    /// Without a close frame.
    Dropped,
}

async fn attach(sim: &OpenAiSim, call: &CallId, token: &str) -> Result<Socket, u16> {
    let url = sim.sideband_url(call);
    let request = Request::get(&url)
        .header("host", sim.address().to_string())
        .header("authorization", format!("Bearer {token}"))
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .body(())
        .unwrap();
    let stream = TcpStream::connect(sim.address()).await.unwrap();
    match tokio_tungstenite::client_async(request, stream).await {
        Ok((socket, _)) => Ok(Socket(socket)),
        Err(Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

impl Socket {
    async fn open(sim: &OpenAiSim, call: &SimCall) -> Self {
        let mut socket = attach(sim, call.id(), API_KEY).await.unwrap();
        assert_eq!(socket.next().await["type"], "session.created");
        socket
    }

    async fn send(&mut self, event: Value) {
        self.0.send(Message::text(event.to_string())).await.unwrap();
    }

    async fn frame(&mut self) -> Option<Result<Message, Error>> {
        let next = timeout(
            &SystemClock::default(),
            Duration::from_secs(5),
            self.0.next(),
        )
        .await;
        next.expect("something comes within 5 s")
    }

    async fn next(&mut self) -> Value {
        match self.frame().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// Everything up to an event of this type, which is the last.
    async fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut events = vec![self.next().await];
        while events[events.len() - 1]["type"] != kind {
            events.push(self.next().await);
        }
        events
    }

    /// How it ends, whatever comes before.
    async fn end(mut self) -> End {
        loop {
            match self.frame().await {
                Some(Ok(Message::Close(frame))) => {
                    return End::Closed(frame.map_or(1005, |frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return End::Dropped,
            }
        }
    }
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_socket_is_let_in_for_calls_that_go_on_and_with_the_key() {
    let sim = OpenAiSim::start().await.unwrap();
    let (call, ringing) = (accepted(&sim).await, ring(&sim));
    let unknown = CallId::new("rtc_none").unwrap();
    let refused = async |call: &CallId, token: &str| attach(&sim, call, token).await.err();
    assert_eq!(refused(call.id(), "wrong").await, Some(401));
    assert_eq!(refused(&unknown, API_KEY).await, Some(404));
    assert_eq!(refused(ringing.id(), API_KEY).await, Some(404));
    call.refuse_attaches(2, 503);
    assert_eq!(refused(call.id(), API_KEY).await, Some(503));
    assert_eq!(refused(call.id(), API_KEY).await, Some(503));
    sim.mishaps()
        .next_of("sideband.attach", Mishap::Status(429));
    assert_eq!(refused(call.id(), API_KEY).await, Some(429));
    let mut socket = attach(&sim, call.id(), API_KEY).await.unwrap();
    let created = socket.next().await;
    assert_eq!(
        (&created["type"], &created["session"]["type"]),
        (&json!("session.created"), &json!("realtime"))
    );
    assert!(created["event_id"].is_string() && created["session"]["id"].is_string());
    let counts = call.counts();
    assert_eq!(
        (counts.attaches, counts.refused_attaches, call.attached()),
        (1, 4, 1)
    );
    assert_eq!(order(&sim, &path(&call, "hangup")).await.status, 200);
    assert_eq!(refused(call.id(), API_KEY).await, Some(404));
}

#[tokio::test]
async fn a_response_begins_speaks_and_ends_with_its_usage() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = accepted(&sim).await;
    call.then(Turn::Say("Good day to you.".to_owned()));
    let mut socket = Socket::open(&sim, &call).await;
    let greeting = json!({"type": "response.create", "event_id": "mine_1", "response": {"instructions": "Greet."}});
    socket.send(greeting.clone()).await;
    let events = socket.until("response.done").await;
    assert_eq!(
        kinds(&events)[..2],
        ["response.created", "rate_limits.updated"]
    );
    let words: String = events
        .iter()
        .filter(|event| event["type"] == "response.output_audio_transcript.delta")
        .map(|event| event["delta"].as_str().unwrap())
        .collect();
    assert_eq!(words, "Good day to you.");
    let said = events
        .iter()
        .find(|event| event["type"] == "response.output_audio_transcript.done")
        .unwrap();
    assert_eq!(said["transcript"], "Good day to you.");
    let response = &events[events.len() - 1]["response"];
    assert_eq!(
        (&response["status"], &response["usage"]["total_tokens"]),
        (&json!("completed"), &json!(150))
    );
    assert_eq!(response["id"], events[0]["response"]["id"]);
    assert_eq!(response["output"][0]["role"], "assistant");
    let ids: std::collections::BTreeSet<&str> = events
        .iter()
        .map(|event| event["event_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), events.len(), "every event has an id of its own");
    assert_eq!(call.seen().events, [greeting]);
}

#[tokio::test]
async fn a_function_is_called_and_answered_once() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = accepted(&sim).await;
    let mut socket = Socket::open(&sim, &call).await;
    let function = call.call_function("look_up", "{\"number\": 5");
    let events = socket.until("response.done").await;
    let asked = events
        .iter()
        .find(|event| event["type"] == "response.function_call_arguments.done")
        .unwrap();
    assert_eq!(
        (&asked["call_id"], &asked["name"]),
        (&json!(function), &json!("look_up"))
    );
    assert_eq!(
        asked["arguments"], "{\"number\": 5",
        "whatever a model writes"
    );
    assert_eq!(
        events[events.len() - 1]["response"]["output"][0]["call_id"],
        json!(function)
    );

    let output = |id: &str, output: Value| {
        json!({"type": "conversation.item.create", "event_id": "mine",
            "item": {"type": "function_call_output", "call_id": id, "output": output}})
    };
    socket.send(output(&function, json!("found"))).await;
    assert_eq!(
        kinds(&socket.until("conversation.item.done").await),
        ["conversation.item.added", "conversation.item.done"]
    );
    for (event, code) in [
        (
            output(&function, json!("found")),
            "tool_call_already_answered",
        ),
        (output("call_none", json!("found")), "tool_call_not_found"),
        (output(&function, json!({"not": "a text"})), "invalid_value"),
    ] {
        socket.send(event).await;
        let error = socket.next().await;
        assert_eq!(
            (&error["type"], &error["error"]["code"]),
            (&json!("error"), &json!(code))
        );
        assert_eq!(error["error"]["event_id"], "mine");
    }
    let seen = call.seen();
    assert_eq!(
        (
            seen.repeated_outputs,
            seen.errors.len(),
            seen.outputs_of(&function).len()
        ),
        (1, 3, 3)
    );
    assert_eq!(seen.outputs_of(&function)[0], "found");
    // The model may call in answer to a client, too.
    call.then(Turn::Call {
        name: "transfer".to_owned(),
        arguments: "{}".to_owned(),
    });
    socket.send(json!({"type": "response.create"})).await;
    let events = socket.until("response.done").await;
    assert!(kinds(&events).contains(&"response.function_call_arguments.done"));
}

#[tokio::test]
async fn one_response_at_a_time() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = accepted(&sim).await;
    call.then(Turn::Hold)
        .then(Turn::Hold)
        .then(Turn::Fail)
        .then(Turn::Hold);
    let mut socket = Socket::open(&sim, &call).await;
    let create = json!({"type": "response.create"});
    socket.send(create.clone()).await;
    socket.until("rate_limits.updated").await;
    socket.send(create.clone()).await;
    assert_eq!(
        socket.next().await["error"]["code"],
        "conversation_already_has_active_response"
    );
    assert_eq!(call.seen().overlapping_responses, 1);
    call.finish("At last.");
    assert_eq!(
        socket.until("response.done").await.last().unwrap()["response"]["status"],
        "completed"
    );
    socket.until("output_audio_buffer.stopped").await;
    // Cancelled by the client, failed, and broken off by the caller.
    socket.send(create.clone()).await;
    socket.send(json!({"type": "response.cancel"})).await;
    let done = socket.until("response.done").await;
    assert_eq!(
        done.last().unwrap()["response"]["status_details"]["reason"],
        "client_cancelled"
    );
    socket.send(json!({"type": "response.cancel"})).await;
    assert_eq!(
        socket.next().await["error"]["code"],
        "response_cancel_not_active"
    );
    socket.send(create.clone()).await;
    assert_eq!(
        socket.until("response.done").await.last().unwrap()["response"]["status"],
        "failed"
    );
    socket.send(create).await;
    socket.until("rate_limits.updated").await;
    call.caller_says("Wait!");
    let done = socket.until("response.done").await;
    assert_eq!(done[0]["type"], "input_audio_buffer.speech_started");
    assert_eq!(
        done.last().unwrap()["response"]["status_details"]["reason"],
        "turn_detected"
    );
}

#[tokio::test]
async fn the_caller_speaks_and_presses_keys() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = accepted(&sim).await;
    let mut socket = Socket::open(&sim, &call).await;
    call.caller_says("Hello?");
    let events = socket.until("output_audio_buffer.stopped").await;
    let words = "conversation.item.input_audio_transcription.completed";
    assert!(
        !kinds(&events).contains(&words),
        "no transcript unless asked for"
    );
    assert!(
        kinds(&events).contains(&"response.done"),
        "the model answers"
    );
    let session = json!({"type": "session.update", "session": {"type": "realtime",
        "audio": {"input": {"transcription": {"model": "whisper-1"}, "turn_detection": null}}}});
    socket.send(session).await;
    assert_eq!(socket.next().await["type"], "session.updated");
    call.caller_says("Anybody there?");
    let events = socket.until(words).await;
    assert_eq!(events.last().unwrap()["transcript"], "Anybody there?");
    call.caller_presses("#");
    let key = socket.next().await;
    assert_eq!(
        (&key["event"], key.get("event_id")),
        (&json!("#"), None),
        "and no answer before it"
    );
    assert!(key["received_at"].is_u64());
    // The voice is fixed by now.
    let voice = json!({"type": "session.update", "session": {"type": "realtime", "audio": {"output": {"voice": "cedar"}}}});
    socket.send(voice).await;
    assert_eq!(socket.next().await["error"]["code"], "cannot_update_voice");
}

#[tokio::test]
async fn what_is_no_event_is_an_error_and_the_socket_stays() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = accepted(&sim).await;
    let mut socket = Socket::open(&sim, &call).await;
    for text in ["}{", "[]", "5"] {
        socket.0.send(Message::text(text)).await.unwrap();
        assert_eq!(socket.next().await["error"]["code"], "invalid_json");
    }
    for (event, code) in [
        (json!({}), "missing_required_parameter"),
        (json!({"type": "from.the.future"}), "invalid_value"),
        (
            json!({"type": "session.update"}),
            "missing_required_parameter",
        ),
        (
            json!({"type": "session.update", "session": {}}),
            "missing_required_parameter",
        ),
        (
            json!({"type": "conversation.item.create"}),
            "missing_required_parameter",
        ),
        (
            json!({"type": "conversation.item.delete", "item_id": "none"}),
            "item_not_found",
        ),
        (
            json!({"type": "input_audio_buffer.commit"}),
            "input_audio_buffer_commit_empty",
        ),
    ] {
        socket.send(event).await;
        assert_eq!(socket.next().await["error"]["code"], code);
    }
    let item = json!({"type": "conversation.item.create", "item": {"id": "mine", "type": "message", "role": "user", "content": []}});
    socket.send(item).await;
    socket.until("conversation.item.done").await;
    for (kind, answer) in [
        ("conversation.item.retrieve", "conversation.item.retrieved"),
        ("conversation.item.truncate", "conversation.item.truncated"),
        ("conversation.item.delete", "conversation.item.deleted"),
        ("input_audio_buffer.clear", "input_audio_buffer.cleared"),
        ("output_audio_buffer.clear", "output_audio_buffer.cleared"),
    ] {
        socket
            .send(json!({"type": kind, "item_id": "mine", "content_index": 0, "audio_end_ms": 5}))
            .await;
        assert_eq!(socket.next().await["type"], answer);
    }
    let seen = call.seen();
    assert_eq!(
        (seen.unreadable, seen.errors.len(), call.attached()),
        (3, 10, 1)
    );
}

#[tokio::test]
async fn anything_may_be_sent() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = accepted(&sim).await;
    let (mut one, mut two) = (
        Socket::open(&sim, &call).await,
        Socket::open(&sim, &call).await,
    );
    call.emit(json!({"type": "from.the.future", "x": 1}));
    for socket in [&mut one, &mut two] {
        assert_eq!(socket.next().await["x"], 1);
    }
    call.emit_text("}no json{");
    call.emit_binary([1, 2]);
    assert!(
        matches!(one.frame().await, Some(Ok(Message::Text(text))) if text.as_str() == "}no json{")
    );
    assert!(matches!(one.frame().await, Some(Ok(Message::Binary(bytes))) if bytes[..] == [1, 2]));
    one.0.send(Message::Ping(vec![7].into())).await.unwrap();
    assert!(matches!(one.frame().await, Some(Ok(Message::Pong(_)))));
    assert_eq!(call.seen().pings, 1);
}

#[tokio::test]
async fn sockets_end_in_every_way() {
    let sim = OpenAiSim::start().await.unwrap();
    // A network that broke: the call goes on, and one may come back.
    let call = accepted(&sim).await;
    let socket = Socket::open(&sim, &call).await;
    call.say("Last words.");
    call.drop_sockets();
    assert_eq!(socket.end().await, End::Dropped);
    assert_eq!(call.phase(), Phase::Accepted);
    let socket = Socket::open(&sim, &call).await;
    call.close_sockets(1012, "restart");
    assert_eq!(socket.end().await, End::Closed(1012));
    assert!(call.wait_attached(0).await);

    // A client that leaves in order.
    let mut socket = Socket::open(&sim, &call).await;
    socket.0.close(None).await.unwrap();
    assert_eq!(socket.end().await, End::Closed(1005));
    let seen = call.wait_seen(|seen| seen.ended == 3).await;
    assert_eq!((seen.ended, seen.close_codes), (3, vec![1005]));

    // The end of the call, by whomever.
    let target = json!({"target_uri": "sip:desk@example.com"});
    for end in ["caller", "hangup", "refer"] {
        let call = accepted(&sim).await;
        let mut socket = Socket::open(&sim, &call).await;
        call.say("Good-bye.");
        match end {
            "caller" => call.caller_hangs_up(),
            "hangup" => assert_eq!(order(&sim, &path(&call, "hangup")).await.status, 200),
            _ => assert_eq!(post(&sim, &path(&call, "refer"), &target).await.status, 200),
        }
        // What was said before still arrives.
        socket.until("output_audio_buffer.stopped").await;
        assert_eq!(socket.end().await, End::Dropped, "{end}");
        assert!(call.phase().is_over());
        assert_eq!(attach(&sim, call.id(), API_KEY).await.err(), Some(404));
    }
}

#[tokio::test]
async fn a_socket_may_stall() {
    let clock = SystemClock::default();
    let sim = OpenAiSim::start().await.unwrap();
    let call = accepted(&sim).await;
    let mut socket = Socket::open(&sim, &call).await;
    let start = clock.now();
    call.stall(Duration::from_millis(150));
    call.emit(json!({"type": "late"}));
    assert_eq!(socket.next().await["type"], "late");
    assert!(clock.now() - start >= Duration::from_millis(150));
    // And a handshake may be late, or never come.
    sim.mishaps().next_of("sideband.attach", Mishap::NoAnswer);
    let never = attach(&sim, call.id(), API_KEY);
    assert!(
        timeout(&clock, Duration::from_millis(150), never)
            .await
            .is_err()
    );
}

#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "where the list is is told by the environment, and a skipped test says so"
)]
fn listed() -> Option<Value> {
    let Some(folder) = std::env::var_os("VOICE_SPECS_DIR") else {
        println!("skipped: VOICE_SPECS_DIR is not set");
        return None;
    };
    let path = std::path::PathBuf::from(folder).join("openai.realtime_events.json");
    Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

#[tokio::test]
async fn every_event_is_a_listed_one_with_its_fields() {
    let Some(list) = listed() else { return };
    let sim = OpenAiSim::start().await.unwrap();
    let call = accepted(&sim).await;
    let mut socket = attach(&sim, call.id(), API_KEY).await.unwrap();
    let update = json!({"type": "session.update", "session": {"type": "realtime",
        "audio": {"input": {"transcription": {"model": "whisper-1"}}}}});
    for event in [
        update,
        json!({"type": "response.create"}),
        json!({"type": "conversation.item.create", "item": {"id": "mine", "type": "message", "role": "user", "content": []}}),
        json!({"type": "conversation.item.retrieve", "item_id": "mine"}),
        json!({"type": "conversation.item.truncate", "item_id": "mine", "content_index": 0, "audio_end_ms": 5}),
        json!({"type": "conversation.item.delete", "item_id": "mine"}),
        json!({"type": "input_audio_buffer.clear"}),
        json!({"type": "output_audio_buffer.clear"}),
        json!({"type": "response.cancel"}),
    ] {
        socket.send(event).await;
    }
    call.wait_seen(|seen| seen.events.len() == 9).await;
    call.caller_says("Hello?");
    call.call_function("look_up", "{}");
    call.caller_presses("5");
    call.emit(json!({"type": "the end"}));
    let mut events = socket.until("the end").await;
    events.pop();
    let mut kinds = std::collections::BTreeSet::new();
    for event in &events {
        let kind = event["type"].as_str().unwrap();
        let server = list["server"].as_array().unwrap();
        let listed = server
            .iter()
            .find(|listed| listed["type"] == kind)
            .expect(kind);
        for field in listed["required"].as_array().unwrap() {
            let field = field.as_str().unwrap();
            assert!(event.get(field).is_some(), "{kind} has no {field}");
        }
        for field in event.as_object().unwrap().keys() {
            let is_known = field == "type" || listed["fields"].get(field).is_some();
            assert!(is_known, "{kind} has no {field} in the list");
        }
        kinds.insert(kind);
    }
    assert_eq!(kinds.len(), 29, "{kinds:?}");
}
