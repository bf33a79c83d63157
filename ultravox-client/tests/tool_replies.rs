//! HTTP tools: what they are asked, who may ask, what they answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use http::{HeaderMap, HeaderValue, Response, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};
use ultravox_client::tool_calls::{
    CALL_TOKEN_HEADER, NewStage, ParameterPlace, ToolAccess, ToolReply, ToolRequest,
    ToolRequestError, ToolResponseType,
};
use ultravox_client::types::{AgentReaction, JsonMap, Message, SelectedTool};
use voice_core::error::ErrorKind;

fn header<'r>(response: &'r Response<String>, name: &str) -> Option<&'r str> {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap())
}

fn kind(response: &Response<String>) -> Option<&str> {
    header(response, "x-ultravox-response-type")
}

#[test]
fn results_for_the_model() {
    let text = ToolReply::text("Vier Plätze sind frei.").into_response();
    assert_eq!((text.status(), kind(&text)), (StatusCode::OK, None));
    assert_eq!(
        header(&text, "content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(text.body(), "Vier Plätze sind frei.");
    let json = ToolReply::json(&json!({"seats": 4}))
        .unwrap()
        .into_response();
    assert_eq!(header(&json, "content-type"), Some("application/json"));
    assert_eq!(json.body(), r#"{"seats":4}"#);
    assert_eq!(json.headers().len(), 1);
}

#[test]
fn the_end_of_the_call_a_new_stage_another_thread_and_what_is_not_known_yet() {
    let end = ToolReply::hang_up()
        .reaction(AgentReaction::SpeaksOnce)
        .into_response();
    assert_eq!((kind(&end), end.body().as_str()), (Some("hang-up"), ""));
    assert_eq!(
        header(&end, "x-ultravox-agent-reaction"),
        Some("speaks-once")
    );

    let stage = NewStage::new()
        .system_prompt("Book it.")
        .temperature(0.0)
        .voice("Mark")
        .language_hint("en")
        .initial_messages([Message::agent("Now, when?")])
        .selected_tools([SelectedTool::by_name("hangUp")])
        .tool_result_text("Done.")
        .with_extra("future", true);
    let response = ToolReply::new_stage(&stage).unwrap().into_response();
    assert_eq!(kind(&response), Some("new-stage"));
    assert_eq!(
        serde_json::from_str::<Value>(response.body()).unwrap(),
        json!({
            "systemPrompt": "Book it.",
            "temperature": 0.0,
            "voice": "Mark",
            "languageHint": "en",
            "initialMessages": [{"role": "MESSAGE_ROLE_AGENT", "text": "Now, when?"}],
            "selectedTools": [{"toolName": "hangUp"}],
            "toolResultText": "Done.",
            "future": true,
        })
    );

    let thread = ToolReply::send_to_thread(&json!({"text": "x"})).unwrap();
    assert_eq!(kind(&thread.into_response()), Some("send-to-thread"));
    let new = ToolResponseType::from("take-a-break");
    let response = ToolReply::of_type(new, &()).unwrap().into_response();
    assert_eq!(
        (kind(&response), response.body().as_str()),
        (Some("take-a-break"), "null")
    );
}

#[test]
fn broken_stages_and_types_are_refused_at_once() {
    let stage = NewStage::new()
        .temperature(1.5)
        .selected_tools([SelectedTool::default()]);
    let error = ToolReply::new_stage(&stage).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let fields: Vec<&str> = error.fields().iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["temperature", "selectedTools.0"]);
    for word in ["a\nb", "ä\u{7f}"] {
        assert!(ToolReply::of_type(ToolResponseType::from(word), &()).is_err());
    }
}

#[test]
fn reactions_have_words_of_their_own() {
    for (reaction, word) in [
        (AgentReaction::Speaks, Some("speaks")),
        (AgentReaction::Listens, Some("listens")),
        (AgentReaction::SpeaksOnce, Some("speaks-once")),
        (AgentReaction::Unspecified, None),
        (AgentReaction::from("hums"), Some("hums")),
        (AgentReaction::from("hums\r\nx: y"), None),
    ] {
        let response = ToolReply::text("").reaction(reaction).into_response();
        assert_eq!(header(&response, "x-ultravox-agent-reaction"), word);
    }
}

#[test]
fn the_state_fits_into_a_header() {
    let state = JsonMap::from([("note", "naïve 🙂\r\nx-evil: 1\u{7f}")]);
    let response = ToolReply::text("ok").update_state(&state).into_response();
    let line = header(&response, "x-ultravox-update-call-state").unwrap();
    assert!(
        line.bytes().all(|byte| (0x20..0x7f).contains(&byte)),
        "{line}"
    );
    let read: JsonMap = serde_json::from_str(line).unwrap();
    assert_eq!(read, state);
    assert!(response.headers().get("x-evil").is_none());
}

#[test]
fn failures_are_failures() {
    let response = ToolReply::failure(StatusCode::NOT_FOUND, "No such order.").into_response();
    assert_eq!(
        (response.status(), response.body().as_str()),
        (StatusCode::NOT_FOUND, "No such order.")
    );
    for status in [StatusCode::OK, StatusCode::FOUND] {
        let response = ToolReply::failure(status, "x").into_response();
        assert_eq!(response.status(), 500);
    }
    let shown = format!(
        "{:?}",
        ToolReply::text("planted").update_state(&JsonMap::from([("a", "planted")]))
    );
    assert!(!shown.contains("planted"), "{shown}");
}

fn asked(query: &str, headers: &[(&'static str, &str)], body: &str) -> ToolRequest {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, value.parse().unwrap());
    }
    ToolRequest::read(query, &map, body.as_bytes()).unwrap()
}

#[test]
fn parameters_are_read_wherever_they_stand() {
    let request = asked(
        "order=a%20b&order=c&empty=",
        &[("x-call-id", "c-1"), (CALL_TOKEN_HEADER, "planted-token")],
        r#"{"n": 7, "none": null, "deep": {"list": [1, "planted"]}}"#,
    );
    assert_eq!(request.query("order"), Some("a b"));
    assert_eq!(request.query_all("order").collect::<Vec<_>>(), ["a b", "c"]);
    assert_eq!(request.require_query("empty"), Ok(""));
    assert_eq!(request.require_header("X-Call-Id"), Ok("c-1"));
    assert_eq!(request.field_as::<u8>("n"), Ok(7));
    assert_eq!(request.field("none"), None);
    assert_eq!(request.body()["deep"]["list"][0], 1);
    assert_eq!(request.call_token().unwrap().expose(), "planted-token");
    assert_eq!(request.header(CALL_TOKEN_HEADER), None);
    let shown = format!("{request:?}");
    for hidden in ["planted", "a b", "c-1"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
    assert!(shown.contains("x-call-id"), "{shown}");
}

#[test]
fn what_is_missing_or_of_another_form_is_named() {
    let request = asked("", &[], r#"{"n": "planted", "none": null}"#);
    let missing = |name: &str, place| ToolRequestError::Missing {
        name: name.to_owned(),
        place,
    };
    assert_eq!(
        request.require_query("q"),
        Err(missing("q", ParameterPlace::Query))
    );
    assert_eq!(
        request.require_header("h"),
        Err(missing("h", ParameterPlace::Header))
    );
    assert_eq!(
        request.field_as::<u8>("none"),
        Err(missing("none", ParameterPlace::Body))
    );
    let malformed = request.field_as::<u8>("n").unwrap_err();
    assert_eq!(
        malformed.to_string(),
        "the parameter n in the body has an unexpected form"
    );
    let response = malformed.into_response();
    assert_eq!(response.status(), 400);
    assert!(!response.body().contains("planted"));

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Order {
        n: u8,
    }
    let path = |body: &str| asked("", &[], body).body_as::<Order>().unwrap_err();
    assert_eq!(
        path(r#"{"n": []}"#),
        ToolRequestError::Malformed {
            name: "n".to_owned(),
            place: ParameterPlace::Body
        }
    );
    assert_eq!(
        path(""),
        ToolRequestError::Malformed {
            name: String::new(),
            place: ParameterPlace::Body
        }
    );
    // A name within an open object is the caller's choice: neither shown whole nor of any length.
    type Phones = std::collections::BTreeMap<String, u8>;
    for key in ["+14155550123".to_owned(), "k".repeat(10_000)] {
        let body = serde_json::json!({ key.as_str(): [] }).to_string();
        let error = asked("", &[], &body).body_as::<Phones>().unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(&key) && shown.len() < 1_000, "{shown}");
    }
    assert_eq!(
        asked("", &[], r#"{"n": 3}"#).body_as::<Order>(),
        Ok(Order { n: 3 })
    );
    assert_eq!(
        ToolRequest::read("", &HeaderMap::new(), b"{").unwrap_err(),
        ToolRequestError::NoJson
    );
    let mut headers = HeaderMap::new();
    headers.insert("h", HeaderValue::from_bytes(b"\xff").unwrap());
    let request = ToolRequest::read("", &headers, b" \n").unwrap();
    assert!(matches!(
        request.require_header("h"),
        Err(ToolRequestError::Malformed { .. })
    ));
}

#[test]
fn a_request_of_the_http_crate_is_read() {
    let request = http::Request::post("https://tools.example.com/t?a=1")
        .header("x-h", "2")
        .body(br#"{"b": 3}"#.to_vec())
        .unwrap();
    let request = ToolRequest::from_http(&request).unwrap();
    assert_eq!(
        (request.query("a"), request.header("x-h")),
        (Some("1"), Some("2"))
    );
    assert_eq!(request.field("b"), Some(&json!(3)));
}

#[test]
fn only_the_key_opens() {
    let by_header = ToolAccess::header("X-Tool-Key", ["new-key", "old-key"]).unwrap();
    let by_query = ToolAccess::query("key", ["new-key"]).unwrap();
    let by_auth = ToolAccess::http_auth("Bearer", ["new-key"]).unwrap();
    for (access, query, headers, good) in [
        (&by_header, "", vec![("x-tool-key", "new-key")], true),
        (&by_header, "", vec![("x-tool-key", "old-key")], true),
        (&by_header, "", vec![("x-tool-key", "new-ke")], false),
        (&by_header, "", vec![("x-tool-key", "new-key2")], false),
        (&by_header, "", vec![("x-tool-key", "")], false),
        (&by_header, "", vec![], false),
        (&by_header, "x-tool-key=new-key", vec![], false),
        (
            &by_header,
            "",
            vec![("x-tool-key", "new-key"), ("x-tool-key", "x")],
            false,
        ),
        (&by_query, "key=new-key", vec![], true),
        (&by_query, "key=new-key%00", vec![], false),
        (&by_query, "key=new-key&key=new-key", vec![], false),
        (&by_query, "", vec![], false),
        (
            &by_auth,
            "",
            vec![("authorization", "Bearer new-key")],
            true,
        ),
        (
            &by_auth,
            "",
            vec![("authorization", "bearer  new-key")],
            true,
        ),
        (
            &by_auth,
            "",
            vec![("authorization", "Bearernew-key")],
            false,
        ),
        (
            &by_auth,
            "",
            vec![("authorization", "Basic new-key")],
            false,
        ),
        (&by_auth, "", vec![("authorization", "Bearer")], false),
        (&by_auth, "", vec![("authorization", "new-key")], false),
    ] {
        let got = access.check(&asked(query, &headers, ""));
        assert_eq!(got.is_ok(), good, "{access:?} {query} {headers:?}");
        if let Err(error) = got {
            assert_eq!(error.into_response().status(), 401);
        }
    }
}

#[test]
fn the_tools_definition_asks_for_the_same_key() {
    for (access, wire) in [
        (
            ToolAccess::header("X-Tool-Key", ["k"]).unwrap(),
            json!({"headerApiKey": {"name": "X-Tool-Key"}}),
        ),
        (
            ToolAccess::query("key", ["k"]).unwrap(),
            json!({"queryApiKey": {"name": "key"}}),
        ),
        (
            ToolAccess::http_auth("Bearer", ["k"]).unwrap(),
            json!({"httpAuth": {"scheme": "Bearer"}}),
        ),
    ] {
        assert_eq!(serde_json::to_value(access.requirement()).unwrap(), wire);
    }
}

#[test]
fn keys_and_names_that_protect_nothing_are_refused() {
    let none: [&str; 0] = [];
    for refused in [
        ToolAccess::header("x", none),
        ToolAccess::header("x", ["good", " "]),
        ToolAccess::header("x y", ["k"]),
        ToolAccess::query("", ["k"]),
        ToolAccess::query("k", [""]),
        ToolAccess::http_auth("", ["k"]),
        ToolAccess::http_auth("Be arer", ["k"]),
    ] {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Config);
    }
    let shown = format!("{:?}", ToolAccess::header("x", ["planted"]).unwrap());
    assert!(!shown.contains("planted"), "{shown}");
}

proptest! {
    #[test]
    fn any_request_is_read_or_refused(query in "\\PC{0,40}", body in proptest::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(request) = ToolRequest::read(&query, &HeaderMap::new(), &body) {
            let _ = format!("{request:?}");
            prop_assert!(request.call_token().is_none());
        }
    }

    #[test]
    fn nothing_but_the_key_opens(given in "[ -~]{0,12}") {
        let access = ToolAccess::header("k", ["the key"]).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("k", given.parse().unwrap());
        let request = ToolRequest::read("", &headers, b"").unwrap();
        prop_assert_eq!(access.check(&request).is_ok(), given == "the key");
    }
}
