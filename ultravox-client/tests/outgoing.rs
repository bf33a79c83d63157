//! Calls that Ultravox dials itself, through the shared trait.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use common::{AGENT, CALL, call_id, created, new_agent, scripted};
use serde_json::{Value, json};
use ultravox_client::testkit::{SimSettings, UltravoxSimulator};
use ultravox_client::types::{EndReason, Secret, SipTermination};
use ultravox_client::{Outgoing, UltravoxCalls, UltravoxClient};
use voice_core::client::RequestOptions;
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{E164, SipUri};
use voice_core::provider::{
    AgentId, CallId, CallKey, CallProvider, CallStatus, Connect, FindCall, Found, JoinUrl,
    MediaKind, OwnAgent, PlaceCall,
};
use voice_core::testkit::conformance::{self, CallFixture};
use voice_core::testkit::{Fault, FaultProxy, Forwarded, Mishap, Reply, TestClock};
use voice_core::webhook::WebhookUrl;

fn number(text: &str) -> E164 {
    text.parse().unwrap()
}

fn trunk() -> SipUri {
    SipUri::parse("sip:trunk.example.com").unwrap()
}

fn ways() -> [Outgoing; 4] {
    [
        Outgoing::twilio(),
        Outgoing::telnyx(),
        Outgoing::plivo(),
        Outgoing::sip(trunk()),
    ]
}

fn settings() -> SimSettings {
    let providers = [MediaKind::Twilio, MediaKind::Telnyx, MediaKind::Plivo];
    providers
        .into_iter()
        .fold(SimSettings::new(), SimSettings::telephony)
}

async fn with_agent(settings: SimSettings) -> (UltravoxSimulator, UltravoxClient, AgentId) {
    let simulator = UltravoxSimulator::start_with(settings).await;
    let client = simulator.client().build().unwrap();
    let agent = client
        .agents()
        .create(&new_agent("Greeter", "Greet {{name}}."))
        .await
        .unwrap();
    let id = agent.id().unwrap().clone();
    (simulator, client, id)
}

fn order(agent: &AgentId, key: &str) -> PlaceCall {
    let connect = Connect::Agent(OwnAgent::new(agent.clone()).variable("name", "Ada"));
    PlaceCall::new(
        number("+14155550123"),
        number("+14155550100"),
        connect,
        key.parse().unwrap(),
    )
}

fn look(order: &PlaceCall) -> FindCall {
    FindCall::of(order, SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH)
}

#[tokio::test]
async fn the_call_suite_passes_for_every_way_of_dialling() {
    for outgoing in ways() {
        let (simulator, client, agent) = with_agent(settings()).await;
        let calls = UltravoxCalls::new(client, outgoing);
        let fixture = CallFixture::new(
            number("+14155550123"),
            number("+14155550199"),
            number("+14155550100"),
            Connect::Agent(OwnAgent::new(agent).variable("name", "Ada")),
            CallId::new("00000000-0000-4000-8000-00000000ffff").unwrap(),
        );
        conformance::call_provider(&calls, &fixture).await;
        assert_eq!(simulator.dialled(), 1, "{:?}", calls.media());
    }
}

#[tokio::test]
async fn what_is_ordered_goes_over_the_wire() {
    let answer = json!({"callId": CALL, "joinUrl": null, "created": "2026-01-01T00:00:00Z"});
    let (client, transport) = scripted([created(&answer)]);
    let calls = UltravoxCalls::new(client, Outgoing::sip(trunk()))
        .callback_secrets([Secret::from("a-callback-secret")]);
    let mut order = order(&AgentId::new(AGENT).unwrap(), "order-1");
    order.ring_timeout = Duration::from_secs(20);
    order.time_limit = Some(Duration::from_secs(600));
    order.status_callback = Some(WebhookUrl::parse("https://me.example/status?x=1").unwrap());
    let call = calls.place_call(&order).await.unwrap();
    assert_eq!(
        (call.id, call.status, call.duration),
        (call_id(), CallStatus::Initiated, None)
    );
    assert_eq!(call.raw, answer);
    let sent = &transport.sent()[0];
    assert_eq!(sent.uri.path(), format!("/api/agents/{AGENT}/calls"));
    let callback = json!({"url": "https://me.example/status?x=1&voice_call_key=order-1", "secrets": ["a-callback-secret"]});
    let body: Value = serde_json::from_str(&sent.text()).unwrap();
    assert_eq!(
        body,
        json!({
            "templateContext": {"name": "Ada"},
            "metadata": {"voice_call_key": "order-1"},
            "medium": {"sip": {"outgoing": {
                "to": "sip:+14155550123@trunk.example.com", "from": "sip:+14155550100@trunk.example.com",
            }}},
            "joinTimeout": "20s",
            "maxDuration": "600s",
            "callbacks": {"joined": callback, "ended": callback},
        })
    );
    let shown = format!("{calls:?} {order:?}");
    assert!(
        !shown.contains("callback-secret") && !shown.contains("5550123") && !shown.contains("Ada"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_session_cannot_be_bridged_and_nothing_is_sent() {
    let (client, transport) = scripted([]);
    let calls = UltravoxCalls::new(client, Outgoing::twilio());
    let mut order = order(&AgentId::new(AGENT).unwrap(), "k");
    order.connect = Connect::Session(JoinUrl::new("wss://voice.example/calls/c/twilio").unwrap());
    let error = calls.place_call(&order).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Unsupported, Delivery::NotSent)
    );
    assert!(error.hint().unwrap().contains("Connect::Agent"), "{error}");
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn every_end_has_its_status() {
    let clock = Arc::new(TestClock::at(1_800_000_000));
    let (simulator, client, agent) = with_agent(settings().clock(clock.clone())).await;
    let sip = UltravoxCalls::new(client.clone(), Outgoing::sip(trunk()));
    for (at, (reason, status)) in [
        (SipTermination::Busy, CallStatus::Busy),
        (SipTermination::Timeout, CallStatus::NoAnswer),
        (SipTermination::Rejected, CallStatus::Failed),
        (SipTermination::InvalidNumber, CallStatus::Failed),
        (SipTermination::DestinationUnavailable, CallStatus::Failed),
        (SipTermination::Canceled, CallStatus::Canceled),
        (SipTermination::Unknown, CallStatus::NoAnswer),
    ]
    .into_iter()
    .enumerate()
    {
        let placed = sip
            .place_call(&order(&agent, &format!("k{at}")))
            .await
            .unwrap();
        assert!(simulator.end_sip(&placed.id, &reason));
        let read = sip.get_call(&placed.id).await.unwrap();
        assert_eq!((read.status, read.duration), (status, None), "{reason}");
        sip.hang_up(&placed.id).await.unwrap();
    }

    let answered = sip.place_call(&order(&agent, "answered")).await.unwrap();
    assert!(simulator.join(&answered.id));
    assert_eq!(
        sip.get_call(&answered.id).await.unwrap().status,
        CallStatus::InProgress
    );
    clock.step(Ok(Duration::from_secs(42)));
    sip.hang_up(&answered.id).await.unwrap();
    let over = sip.get_call(&answered.id).await.unwrap();
    assert_eq!(over.status, CallStatus::Completed);
    assert_eq!(over.duration.map(|spoken| spoken.as_secs()), Some(42));
    assert_eq!(
        over.raw["sipDetails"]["terminationReason"],
        "SIP_TERMINATION_NORMAL"
    );

    let twilio = UltravoxCalls::new(client, Outgoing::twilio());
    let ignored = twilio.place_call(&order(&agent, "ignored")).await.unwrap();
    clock.step(Ok(Duration::from_secs(61)));
    assert_eq!(
        twilio.get_call(&ignored.id).await.unwrap().status,
        CallStatus::NoAnswer,
        "30 s and 30 s"
    );
    let spoken = twilio.place_call(&order(&agent, "spoken")).await.unwrap();
    assert!(simulator.join(&spoken.id) && simulator.end(&spoken.id, &EndReason::AgentHangup));
    assert_eq!(
        twilio.get_call(&spoken.id).await.unwrap().status,
        CallStatus::Completed
    );
}

#[tokio::test]
async fn a_call_that_rings_is_cancelled_and_its_tombstone_read() {
    let (simulator, client, agent) = with_agent(settings()).await;
    let calls = UltravoxCalls::new(client, Outgoing::plivo());
    let placed = calls.place_call(&order(&agent, "k")).await.unwrap();
    calls.hang_up(&placed.id).await.unwrap();
    assert!(simulator.call(&placed.id).is_none(), "deleted");
    let read = calls.get_call(&placed.id).await.unwrap();
    assert!(read.status.is_final());
    assert_eq!(read.raw["callId"], placed.id.as_str());
    calls.hang_up(&placed.id).await.unwrap();
    let unknown = CallId::new("none").unwrap();
    for error in [
        calls.get_call(&unknown).await.unwrap_err(),
        calls.hang_up(&unknown).await.unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
}

/// Answered between the look and the deletion; and over between the look and the message.
#[tokio::test]
async fn hanging_up_follows_a_call_that_moves_on() {
    let waiting = || Reply::json(&json!({"callId": CALL}));
    let live = || Reply::json(&json!({"callId": CALL, "joined": "2026-01-01T00:00:00Z"}));
    let over = || Reply::json(&json!({"callId": CALL, "endReason": "hangup"}));
    let refused = || Reply::status(400, r#"{"detail": "ongoing"}"#);
    let not_live = || Reply::status(422, r#"{"detail": "not live"}"#);
    let done = || Reply::status(204, "");
    for (script, requests, is_ended) in [
        (vec![waiting(), refused(), done()], 3, true),
        (vec![live(), not_live(), over()], 3, true),
        (vec![live(), not_live(), Reply::status(404, "")], 3, true),
        (vec![waiting(), refused(), not_live(), waiting()], 4, false),
    ] {
        let (client, transport) = scripted(script);
        let calls = UltravoxCalls::new(client, Outgoing::twilio());
        let outcome = calls.hang_up(&call_id()).await;
        assert_eq!(
            (outcome.is_ok(), transport.sent().len()),
            (is_ended, requests),
            "{outcome:?}"
        );
        if let Err(error) = outcome {
            assert_eq!(error.kind(), ErrorKind::Conflict);
        }
    }
}

/// The connection breaks after the server has created the call and dialled.
#[tokio::test]
async fn a_reset_after_the_dial_is_reconciled_exactly_and_nobody_is_rung_twice() {
    for outgoing in ways() {
        let (simulator, _, agent) = with_agent(settings()).await;
        let upstream = simulator
            .url()
            .trim_start_matches("http://")
            .parse()
            .unwrap();
        let proxy = FaultProxy::start(upstream).await.unwrap();
        let client = simulator.client().base_url(proxy.url()).build().unwrap();
        let calls = UltravoxCalls::new(client.clone(), outgoing);

        // Another call to the same number, at the same time: only the key tells them apart.
        let other = calls.place_call(&order(&agent, "another")).await.unwrap();
        proxy.push(Fault::ResetAfterRequest);
        let wanted = order(&agent, "wanted");
        let error = calls.place_call(&wanted).await.unwrap_err();
        assert_eq!(error.delivery(), Delivery::Unknown, "{error}");
        assert!(error.may_have_happened());
        let dials = proxy.log().into_iter().filter(|exchange| {
            exchange.request_line.starts_with("POST") && exchange.forwarded == Forwarded::Yes
        });
        assert_eq!(dials.count(), 2, "one for each order, and no repeat");
        assert_eq!(
            (simulator.dialled(), simulator.created_with(&wanted.key)),
            (2, 1)
        );

        let Found::One(found) = calls.find_call(&look(&wanted)).await.unwrap() else {
            panic!("the call is there");
        };
        assert_ne!(found.id, other.id);
        assert_eq!(found.raw["metadata"]["voice_call_key"], "wanted");
        let same = client
            .calls()
            .find_by_key(&wanted.key)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(same.id().unwrap(), &found.id);
        assert_eq!(simulator.dialled(), 2);
        calls.hang_up(&found.id).await.unwrap();
    }
}

#[tokio::test]
async fn nothing_is_dialled_twice_whatever_goes_wrong_and_refusals_are_repeated() {
    let (simulator, client, agent) = with_agent(settings()).await;
    let hasty = client.with(RequestOptions::new().attempt_timeout(Duration::from_millis(500)));
    let calls = UltravoxCalls::new(hasty, Outgoing::twilio());
    for (at, (mishap, exists)) in [
        (Mishap::ServerErrorAfterActing, true),
        (Mishap::UnreadableSuccess, true),
        (Mishap::Slow(Duration::from_secs(30)), true),
        (Mishap::ServerError, false),
        (Mishap::BadGateway, false),
    ]
    .into_iter()
    .enumerate()
    {
        let order = order(&agent, &format!("k{at}"));
        let before = simulator.requests("agents.calls.create");
        simulator
            .mishaps()
            .next_of("agents.calls.create", mishap.clone());
        let error = calls.place_call(&order).await.unwrap_err();
        assert_eq!(error.delivery(), Delivery::Unknown, "{mishap:?}: {error}");
        assert_eq!(
            simulator.requests("agents.calls.create"),
            before + 1,
            "{mishap:?}"
        );
        let found = calls.find_call(&look(&order)).await.unwrap();
        assert_eq!(
            matches!(found, Found::One(_)),
            exists,
            "{mishap:?}: {found:?}"
        );
        assert_eq!(
            simulator.created_with(&order.key),
            usize::from(exists),
            "{mishap:?}"
        );
    }
    let order = order(&agent, "refused");
    simulator.mishaps().next_of(
        "agents.calls.create",
        Mishap::RateLimited(Some(Duration::ZERO)),
    );
    calls.place_call(&order).await.unwrap();
    assert_eq!(simulator.created_with(&order.key), 1);
}

#[tokio::test]
async fn what_is_found_has_the_key_or_is_an_error() {
    let key: CallKey = "k1".parse().unwrap();
    let call = |id: &str, key: &str| json!({"callId": id, "metadata": {"voice_call_key": key}});
    let order = order(&AgentId::new(AGENT).unwrap(), key.as_str());
    let find = async |calls: Value| {
        let (client, _) = scripted([Reply::json(&json!({"results": calls}))]);
        UltravoxCalls::new(client, Outgoing::twilio())
            .find_call(&look(&order))
            .await
    };
    assert_eq!(find(json!([])).await.unwrap(), Found::Nothing);
    assert!(matches!(
        find(json!([call("a", "k1")])).await.unwrap(),
        Found::One(_)
    ));
    let ids = ["a", "b"].map(|id| CallId::new(id).unwrap()).to_vec();
    assert_eq!(
        find(json!([call("a", "k1"), call("b", "k1")]))
            .await
            .unwrap(),
        Found::Several(ids)
    );
    let foreign = find(json!([call("a", "k1"), call("b", "k2")]))
        .await
        .unwrap_err();
    assert_eq!(
        foreign.kind(),
        ErrorKind::Protocol,
        "the filter proves nothing"
    );
}

#[tokio::test]
async fn a_success_that_names_no_call_may_have_rung_somebody() {
    for body in [json!({}), json!({"callId": 7}), json!([])] {
        let (client, transport) = scripted([created(&body)]);
        let calls = UltravoxCalls::new(client, Outgoing::twilio());
        let error = calls
            .place_call(&order(&AgentId::new(AGENT).unwrap(), "k"))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Decode, Delivery::Unknown),
            "{error}"
        );
        assert!(
            error.hint().unwrap().contains("do not dial again"),
            "{error}"
        );
        assert_eq!(transport.sent().len(), 1);
    }
}

#[tokio::test]
async fn a_provider_the_account_has_no_credentials_for_is_refused() {
    let (simulator, client, agent) = with_agent(SimSettings::new()).await;
    let calls = UltravoxCalls::new(client, Outgoing::telnyx());
    let error = calls.place_call(&order(&agent, "k")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::InvalidInput, Delivery::Answered)
    );
    assert_eq!(error.fields()[0].field, "medium");
    assert_eq!(simulator.dialled(), 0);
}
