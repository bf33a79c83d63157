//! Debug output of whatever an application may log: no secret, no full number, no personal text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod common;

use common::{DIAL, PLANTED};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;
use voice_core::client::{Answer, ClientOptions, Refusal, RequestOptions};
use voice_core::ident::{AgentName, E164, PromptId};
use voice_core::provider::{
    Agent, AgentChange, AgentId, AgentSpec, Call, CallId, CallKey, CallStatus, Connect,
    CreateTrunk, Found, JoinUrl, OwnAgent, PlaceCall, Prompt, SessionRequest, Trunk, TrunkId,
};
use voice_core::transport::HttpTransport;

const NUMBER: &str = "+15551234567";

fn shows_nothing(thing: &impl std::fmt::Debug) {
    let text = format!("{thing:?} {thing:#?}");
    for mark in ["5551234567", PLANTED, "Ada Lovelace"] {
        assert!(!text.contains(mark), "{mark} in {text}");
    }
    assert!(!text.contains("65, 100, 97"), "raw bytes in {text}");
}

#[test]
fn what_providers_give_and_take() {
    let personal = json!({"to": NUMBER, "name": "Ada Lovelace", "key": PLANTED});
    let mut call = Call::new(CallId::new("CA1").unwrap(), CallStatus::Ringing);
    call.raw = personal.clone();
    shows_nothing(&call);
    assert!(format!("{call:?}").contains("CA1"), "but what it is about");
    shows_nothing(&Found::One(Box::new(call)));

    let mut agent = Agent::new(AgentId::new("a1").unwrap(), "Support");
    agent.prompt = Some("You work for Ada Lovelace".into());
    agent.raw = personal.clone();
    shows_nothing(&agent);
    assert!(format!("{agent:?}").contains("Support"));

    let name = AgentName::parse("Support").unwrap();
    let mut spec = AgentSpec::new(name, format!("Call Ada Lovelace at {NUMBER}"));
    spec.extra.insert("tools".into(), personal.clone());
    shows_nothing(&spec);
    assert!(format!("{spec:?}").contains("tools"));
    let mut change = AgentChange::new().prompt(format!("Call {NUMBER} {PLANTED}"));
    change.extra.insert("tools".into(), personal.clone());
    shows_nothing(&change);

    shows_nothing(&Trunk::new(
        TrunkId::new("t1").unwrap(),
        "t",
        personal.clone(),
    ));
    let mut trunk = CreateTrunk::new("t");
    trunk.extra.insert("auth".into(), personal.clone());
    shows_nothing(&trunk);
    let id = PromptId::parse("greeting").unwrap();
    shows_nothing(&Prompt::new(id, "1", "Ada Lovelace"));

    let number = || E164::parse(NUMBER).unwrap();
    let join = JoinUrl::new(format!("wss://voice.example/x?token={PLANTED}")).unwrap();
    let key = CallKey::new("k").unwrap();
    shows_nothing(&PlaceCall::new(
        number(),
        number(),
        Connect::Session(join),
        key.clone(),
    ));
    let agent = OwnAgent::new(AgentId::new("a1").unwrap()).variable("who", personal.clone());
    shows_nothing(&agent);
    assert!(format!("{agent:?}").contains("who"));
    let connect = Connect::Agent(agent);
    shows_nothing(&PlaceCall::new(number(), number(), connect, key.clone()));
    let media = voice_core::provider::MediaKind::Twilio;
    let mut session = SessionRequest::new(AgentId::new("a1").unwrap(), key, media);
    session.context.insert("who".into(), personal);
    shows_nothing(&session);
}

#[test]
fn what_the_pipeline_works_with() {
    let options = RequestOptions::new().header("x-customer", NUMBER).unwrap();
    shows_nothing(&options);
    assert!(format!("{options:?}").contains("x-customer"));

    let http = HttpTransport::builder()
        .proxy(format!("http://user:{PLANTED}@proxy.example:3128"))
        .root_certificate_pem("Ada Lovelace");
    shows_nothing(&http);
    shows_nothing(&ClientOptions::new().http(http));

    let error = HttpTransport::builder()
        .proxy(format!("http://user:{PLANTED}@[bad"))
        .build()
        .unwrap_err();
    shows_nothing(&error);
    assert!(!error.to_string().contains(PLANTED));

    let mut headers = HeaderMap::new();
    headers.insert("set-cookie", HeaderValue::from_static(PLANTED));
    let body = format!("Ada Lovelace {NUMBER}");
    let now = std::time::UNIX_EPOCH;
    shows_nothing(&Answer::new(
        &DIAL,
        StatusCode::OK,
        &headers,
        body.as_bytes(),
        now,
    ));
    let mut refusal = Refusal::from_status(StatusCode::BAD_REQUEST)
        .with_message(format!("no such number: {NUMBER} of Ada Lovelace"));
    refusal.context.push(("who", NUMBER.to_owned()));
    shows_nothing(&refusal);
    assert!(format!("{refusal:?}").contains("InvalidInput"));
}
