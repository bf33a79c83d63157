//! Function calls: each answered once, and the agent asked to go on once.

use serde_json::json;

use super::server::{
    Functions, Server, arguments, created, done, function_call, go_on, output, until,
};

#[tokio::test]
async fn a_round_trip() {
    let server = Server::start().await;
    let functions = Functions::new();
    let options = server.options().functions(functions.clone());
    let (mut sideband, mut peer) = server.attached(options).await;
    peer.say(created("r1")).await;
    peer.say(arguments("r1", "fc_1", "now")).await;
    assert_eq!(peer.hear().await, output("fc_1", "now"));
    peer.hear_nothing().await;
    // The same call again, within the response as it ended.
    peer.say(done("r1", &json!([function_call("fc_1", "now")])))
        .await;
    assert_eq!(peer.hear().await, go_on());
    peer.say(created("r2")).await;
    peer.say(done("r2", &json!([function_call("fc_1", "now")])))
        .await;
    peer.hear_nothing().await;
    assert_eq!(functions.runs(), 1);
    for kind in [
        "response.created",
        "response.function_call_arguments.done",
        "response.done",
    ] {
        until(&mut sideband, kind).await;
    }
}

#[tokio::test]
async fn calls_in_parallel_are_answered_each_and_followed_by_one_request() {
    let server = Server::start().await;
    let functions = Functions::new();
    let options = server.options().functions(functions.clone());
    let (_sideband, mut peer) = server.attached(options).await;
    peer.say(created("r1")).await;
    for (call, name) in [("a", "later"), ("b", "now"), ("c", "panic"), ("d", "later")] {
        peer.say(arguments("r1", call, name)).await;
    }
    let mut first = [peer.hear().await, peer.hear().await];
    first.sort_by_key(ToString::to_string);
    assert_eq!(first[0], output("b", "now"));
    let failed = first[1]["item"]["output"].as_str().unwrap();
    assert!(
        failed.contains("failed") && !failed.contains("planted"),
        "{failed}"
    );
    peer.say(done("r1", &json!([]))).await;
    peer.hear_nothing().await;
    functions.permits.add_permits(2);
    let last = [peer.hear().await, peer.hear().await];
    assert!(last.contains(&output("a", "later")) && last.contains(&output("d", "later")));
    assert_eq!(peer.hear().await, go_on());
    assert_eq!(functions.runs(), 4);
}

#[tokio::test]
async fn an_answer_that_waits_keeps_the_agent_silent() {
    let server = Server::start().await;
    let options = server.options().functions(Functions::new());
    let (_sideband, mut peer) = server.attached(options).await;
    let calls = json!([function_call("a", "wait"), function_call("b", "now")]);
    peer.say(done("r1", &calls)).await;
    peer.hear().await;
    peer.hear().await;
    peer.hear_nothing().await;
    peer.say(done("r2", &json!([function_call("c", "now")])))
        .await;
    assert_eq!(peer.hear().await, output("c", "now"));
    assert_eq!(peer.hear().await, go_on());
}

#[tokio::test]
async fn a_caller_who_was_quicker_is_answered_first() {
    let server = Server::start().await;
    let options = server.options().functions(Functions::new());
    let (_sideband, mut peer) = server.attached(options).await;
    peer.say(done("r1", &json!([function_call("a", "now")])))
        .await;
    assert_eq!(peer.hear().await, output("a", "now"));
    let (id, asked) = peer.hear_with_id().await;
    assert_eq!(asked, go_on());
    peer.say(created("r2")).await;
    let code = "conversation_already_has_active_response";
    peer.say(json!({"type": "error", "error": {"code": code, "event_id": id}}))
        .await;
    peer.hear_nothing().await;
    peer.say(done("r2", &json!([]))).await;
    let (again, asked) = peer.hear_with_id().await;
    assert_eq!(asked, go_on());
    assert_ne!(again, id, "it is another request");
}

#[tokio::test]
async fn a_greeting_that_a_caller_was_quicker_than_is_said_after_the_answer() {
    let server = Server::start().await;
    let options = server.options().greeting("Good morning");
    let (_sideband, mut peer) = server.attached(options).await;
    let (id, greeting) = peer.hear_with_id().await;
    peer.say(created("r1")).await;
    let code = "conversation_already_has_active_response";
    peer.say(json!({"type": "error", "error": {"code": code, "event_id": id}}))
        .await;
    peer.hear_nothing().await;
    peer.say(done("r1", &json!([]))).await;
    let (again, asked) = peer.hear_with_id().await;
    assert_eq!(
        asked, greeting,
        "and not whatever comes to the agent's mind"
    );
    assert_ne!(again, id);
    peer.say(created("r2")).await;
    peer.say(done("r2", &json!([]))).await;
    peer.hear_nothing().await;
}

#[tokio::test]
async fn a_call_that_comes_without_its_name_waits_for_it() {
    let server = Server::start().await;
    let options = server.options().functions(Functions::new());
    let (_sideband, mut peer) = server.attached(options).await;
    let mut nameless = arguments("r1", "a", "now");
    nameless.as_object_mut().unwrap().remove("name");
    peer.say(nameless).await;
    peer.say(arguments("r1", "b", "")).await;
    peer.hear_nothing().await;
    let calls = json!([function_call("a", "now"), function_call("b", "now")]);
    peer.say(done("r1", &calls)).await;
    assert_eq!(peer.hear().await["item"]["output"], "now");
    assert_eq!(peer.hear().await["item"]["output"], "now");
    assert_eq!(peer.hear().await, go_on());
}

#[tokio::test]
async fn arguments_that_were_cut_off_are_not_served() {
    let server = Server::start().await;
    let functions = Functions::new();
    let options = server.options().functions(functions.clone());
    let (_sideband, mut peer) = server.attached(options).await;
    let mut cut = arguments("r1", "a", "now");
    cut["arguments"] = json!("{\"q\":\"pl");
    peer.say(cut).await;
    let mut item = function_call("a", "now");
    item["status"] = json!("incomplete");
    peer.say(done("r1", &json!([item]))).await;
    peer.hear_nothing().await;
    // A model that writes nonsense to the end is answered.
    let mut cut = arguments("r2", "b", "now");
    cut["arguments"] = json!("nonsense");
    peer.say(cut).await;
    peer.hear_nothing().await;
    peer.say(done("r2", &json!([function_call("b", "now")])))
        .await;
    assert_eq!(peer.hear().await, output("b", "now"));
    assert_eq!(functions.runs(), 1);
}

#[tokio::test]
async fn a_result_that_is_too_large_is_answered_as_such() {
    let server = Server::start().await;
    let options = server
        .options()
        .functions(Functions::new())
        .outgoing_bytes(2048);
    let (_sideband, mut peer) = server.attached(options).await;
    peer.say(done("r1", &json!([function_call("a", "large")])))
        .await;
    let heard = peer.hear().await;
    assert!(
        heard["item"]["output"]
            .as_str()
            .unwrap()
            .contains("too large")
    );
    assert_eq!(peer.hear().await, go_on());
}

#[tokio::test]
async fn without_functions_calls_are_only_events() {
    let server = Server::start().await;
    let (mut sideband, mut peer) = server.attached(server.options()).await;
    peer.say(arguments("r1", "a", "now")).await;
    until(&mut sideband, "response.function_call_arguments.done").await;
    peer.hear_nothing().await;
}
