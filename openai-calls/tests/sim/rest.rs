//! Orders about calls.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use openai_calls::testkit::{API_KEY, CallSpec, OpenAiSim, Phase, Repeated, SimSettings};
use serde_json::{Value, json};

use crate::http_client::{accepted, get, order, path, post, request, ring, try_send};

#[tokio::test]
async fn a_call_is_accepted_once_and_hung_up() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = ring(&sim);
    assert_eq!(call.phase(), Phase::Ringing);
    let session =
        json!({"type": "realtime", "model": "gpt-realtime-2.1", "instructions": "Be kind."});
    let answer = post(&sim, &path(&call, "accept"), &session).await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    let text = |name: &str| answer.headers[name].to_str().unwrap();
    assert!(text("x-request-id").starts_with("req_"));
    assert_eq!(text("x-ratelimit-limit-requests"), "10000");
    assert_eq!(text("x-ratelimit-reset-requests"), "4m12.5s");
    assert_eq!(text("x-ratelimit-reset-tokens"), "850ms");
    assert_eq!((call.phase(), sim.active_calls()), (Phase::Accepted, 1));
    assert_eq!(call.session(), session);

    let again = post(&sim, &path(&call, "accept"), &session).await;
    assert_eq!(
        (again.status, again.code().as_str()),
        (409, "decision_already_made")
    );
    let late = order(&sim, &path(&call, "reject")).await;
    assert_eq!(late.status, 409);

    let answer = order(&sim, &path(&call, "hangup")).await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_eq!((call.phase(), sim.active_calls()), (Phase::HungUp, 0));
    assert_eq!(order(&sim, &path(&call, "hangup")).await.status, 404);
    assert_eq!(
        post(&sim, &path(&call, "accept"), &session).await.status,
        404
    );
    let counts = call.counts();
    assert_eq!((counts.accept_requests, counts.accepts), (3, 1));
    assert_eq!((counts.reject_requests, counts.rejects.len()), (1, 0));
    assert_eq!((counts.hang_up_requests, counts.hang_ups), (2, 1));
    assert_eq!(sim.requests("calls.accept"), 3);
}

#[tokio::test]
async fn a_second_decision_may_be_told_404() {
    let settings = SimSettings::new().repeated(Repeated::NotFound);
    let sim = OpenAiSim::start_with(settings).await.unwrap();
    let call = accepted(&sim).await;
    let answer = post(&sim, &path(&call, "accept"), &json!({"type": "realtime"})).await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
    assert_eq!(call.counts().accepts, 1);
}

#[tokio::test]
async fn calls_are_rejected_with_the_status_asked_for_or_603() {
    let sim = OpenAiSim::start().await.unwrap();
    for (body, status) in [
        (None, 603),
        (Some(json!({})), 603),
        (Some(json!({"status_code": 486})), 486),
    ] {
        let call = ring(&sim);
        let answer = match &body {
            None => order(&sim, &path(&call, "reject")).await,
            Some(body) => post(&sim, &path(&call, "reject"), body).await,
        };
        assert_eq!((answer.status, answer.body.len()), (200, 0));
        assert_eq!(call.phase(), Phase::Rejected(status));
        assert_eq!(call.counts().rejects, [status]);
    }
    let call = ring(&sim);
    for bad in [
        json!({"status_code": "486"}),
        json!({"status_code": 200}),
        json!({"code": 486}),
    ] {
        assert_eq!(
            post(&sim, &path(&call, "reject"), &bad).await.status,
            400,
            "{bad}"
        );
    }
    assert_eq!(call.phase(), Phase::Ringing);
}

#[tokio::test]
async fn calls_are_handed_on_and_sometimes_only_seemingly() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = accepted(&sim).await;
    for bad in [
        json!({}),
        json!({"target_uri": "+15550123"}),
        json!({"target_uri": "tel:"}),
        json!({"target_uri": 5}),
    ] {
        assert_eq!(
            post(&sim, &path(&call, "refer"), &bad).await.status,
            400,
            "{bad}"
        );
    }
    let target = json!({"target_uri": "tel:+15550123"});
    sim.lose_next_refer();
    assert_eq!(post(&sim, &path(&call, "refer"), &target).await.status, 200);
    assert_eq!(
        (call.phase(), call.counts().refers.len()),
        (Phase::Accepted, 0)
    );
    assert_eq!(post(&sim, &path(&call, "refer"), &target).await.status, 200);
    assert_eq!(call.phase(), Phase::Referred("tel:+15550123".to_owned()));
    assert_eq!(post(&sim, &path(&call, "refer"), &target).await.status, 404);
    let counts = call.counts();
    assert_eq!((counts.refer_requests, counts.refers.len()), (7, 1));
    // One that rings cannot be handed on.
    let ringing = ring(&sim);
    assert_eq!(
        post(&sim, &path(&ringing, "refer"), &target).await.status,
        404
    );
}

#[tokio::test]
async fn callers_give_up() {
    let sim = OpenAiSim::start().await.unwrap();
    let hurried = CallSpec::new("+15550100", "+15550199").ring_time(Duration::from_millis(20));
    let (call, patient) = (sim.ring(hurried), ring(&sim));
    let session = json!({"type": "realtime"});
    assert_eq!(
        post(&sim, &path(&patient, "accept"), &session).await.status,
        200
    );
    assert_eq!(
        call.wait_phase(|phase| *phase != Phase::Ringing).await,
        Phase::Abandoned
    );
    assert_eq!(
        post(&sim, &path(&call, "accept"), &session).await.status,
        404
    );
    assert_eq!(order(&sim, &path(&call, "reject")).await.status, 404);
    assert_eq!(
        (call.counts().accepts, patient.phase()),
        (0, Phase::Accepted)
    );
    let impatient = ring(&sim);
    impatient.caller_hangs_up();
    assert_eq!(
        post(&sim, &path(&impatient, "accept"), &session)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn sessions_that_the_api_refuses_are_refused() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = ring(&sim);
    for (bad, param) in [
        (json!({"session": {"type": "realtime"}}), "session"),
        (json!({"type": "realtime", "session": {}}), "session"),
        (json!({"model": "gpt-realtime-2.1"}), "type"),
        (json!({"type": "transcription"}), "type"),
        (json!({"type": "realtime", "voice": "marin"}), "voice"),
        (
            json!({"type": "realtime", "output_modalities": ["audio", "text"]}),
            "output_modalities",
        ),
        (
            json!({"type": "realtime", "max_output_tokens": 4097}),
            "max_output_tokens",
        ),
        (
            json!({"type": "realtime", "instructions": 5}),
            "instructions",
        ),
        (
            json!({"type": "realtime", "audio": {"output": {"speed": 2}}}),
            "audio.output.speed",
        ),
        (json!({"type": "realtime", "tools": {}}), "tools"),
        (
            json!({"type": "realtime", "tools": [{"type": "function", "function": {"name": "nested"}}]}),
            "tools[0].name",
        ),
        (
            json!({"type": "realtime", "tools": [{"type": "mcp"}]}),
            "tools[0].server_label",
        ),
        (
            json!({"type": "realtime", "tools": [{"name": "x"}]}),
            "tools[0].type",
        ),
    ] {
        let answer = post(&sim, &path(&call, "accept"), &bad).await;
        assert_eq!(answer.status, 400, "{bad}");
        assert!(!answer.code().is_empty());
        assert_eq!(answer.json()["error"]["param"], param, "{bad}");
    }
    assert_eq!((call.phase(), call.counts().accepts), (Phase::Ringing, 0));
    let whole = json!({"type": "realtime", "output_modalities": ["text"], "max_output_tokens": "inf",
        "audio": {"output": {"speed": 1.5}, "input": {"turn_detection": null}},
        "tools": [{"type": "function", "name": "look_up"}, {"type": "mcp", "server_label": "x"}]});
    assert_eq!(post(&sim, &path(&call, "accept"), &whole).await.status, 200);
}

#[tokio::test]
async fn only_the_key_and_json_are_taken() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = ring(&sim);
    let uri = format!("{}/{}", sim.base_url(), path(&call, "accept"));
    let body = json!({"type": "realtime"}).to_string();
    for (authorization, status) in [
        (None, 401),
        (Some(API_KEY.to_owned()), 401),
        (Some("Bearer wrong".to_owned()), 401),
        (Some(format!("Basic {API_KEY}")), 401),
    ] {
        let mut request = Request::post(&uri).header("content-type", "application/json");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let answer = try_send(request.body(Bytes::from(body.clone())).unwrap())
            .await
            .unwrap();
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, "invalid_api_key")
        );
    }
    for (kind, body, status) in [
        ("text/plain", body.as_str(), 415),
        ("application/json; charset=utf-8", "{", 400),
        ("application/json", "[]", 400),
        ("application/json", "", 400),
    ] {
        let request = Request::post(&uri)
            .header("content-type", kind)
            .header("authorization", format!("Bearer {API_KEY}"));
        let answer = try_send(request.body(Bytes::from(body.to_owned())).unwrap())
            .await
            .unwrap();
        assert_eq!(answer.status, status, "{kind} {body}");
    }
    // A hang-up has no body, not even an empty one of JSON.
    for body in [Value::Null, json!({})] {
        assert_eq!(post(&sim, &path(&call, "hangup"), &body).await.status, 400);
    }
    assert_eq!(call.phase(), Phase::Ringing);
}

#[tokio::test]
async fn other_paths_and_methods_find_nothing() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = ring(&sim);
    for wrong in [
        "realtime/calls/rtc_none/accept",
        "realtime/calls/rtc_none/hangup",
        "realtime/calls//accept",
        "calls",
    ] {
        assert_eq!(
            post(&sim, wrong, &json!({"type": "realtime"})).await.status,
            if wrong.contains("hangup") { 400 } else { 404 }
        );
    }
    assert_eq!(
        order(&sim, "realtime/calls/rtc_none/hangup").await.status,
        404
    );
    assert_eq!(get(&sim, &path(&call, "accept")).await.status, 405);
    let outside = format!("http://{}/{}", sim.address(), path(&call, "hangup"));
    let mut request = request(&sim, Method::POST, "", None);
    *request.uri_mut() = outside.parse().unwrap();
    assert_eq!(try_send(request).await.unwrap().status, 404);
    assert_eq!(call.phase(), Phase::Ringing);
}

#[tokio::test]
async fn the_live_api_takes_the_same_call_and_the_first_wins() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = ring(&sim);
    let live = |what: &str| format!("live/sessions/{}/{what}", call.id());
    assert_eq!(
        order(&sim, &live("reject")).await.code(),
        "missing_required_parameter"
    );
    assert_eq!(order(&sim, &live("accept")).await.status, 200);
    let answer = post(&sim, &path(&call, "accept"), &json!({"type": "realtime"})).await;
    assert_eq!((answer.status, call.counts().accepts), (409, 1));
    assert_eq!(order(&sim, &live("hangup")).await.status, 200);
    assert_eq!(call.phase(), Phase::HungUp);
}
