//! Agent calls through the shared trait: routes, unknown outcomes, and what cannot be done.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod voice_common;

use std::time::{Duration, SystemTime};

use exotel_vsip::callback::StatusCallback;
use exotel_vsip::provider::{CALL_KEY, CallRoute, ExotelCalls, SessionField};
use exotel_vsip::voice::{CivilTime, india};
use serde_json::{Value, json};
use voice_common::{SID, app, exophone, join_url, pairs, person, query, scripted, sid, value};
use voice_core::clock::{Clock, SystemClock};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::provider::{
    CallId, CallKey, CallProvider, CallStatus, Connect, FindCall, Found, HealthCheck, HealthStatus,
    JoinUrl, MediaKind, PlaceCall,
};
use voice_core::testkit::{Reply, ScriptedTransport};
use voice_core::webhook::WebhookUrl;

const SENT: u64 = 1_769_833_800;
const SENT_IN_INDIA: &str = "2026-01-31 10:00:00";

fn order(key: &str) -> PlaceCall {
    let connect = Connect::Session(join_url());
    PlaceCall::new(person(), exophone(), connect, CallKey::new(key).unwrap())
}

fn calls(
    route: CallRoute,
    script: impl IntoIterator<Item = Reply>,
) -> (ExotelCalls, ScriptedTransport) {
    let (client, transport) = scripted(script);
    (ExotelCalls::new(client, route), transport)
}

fn answer() -> Reply {
    Reply::json(&json!({"Call": {"Sid": SID, "Status": "in-progress"}}))
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn look(key: &str) -> FindCall {
    FindCall::of(&order(key), at(SENT), at(SENT + 2))
}

fn listed(sid: &str) -> Value {
    json!({"Sid": sid, "From": "09876543210", "PhoneNumberSid": "08047112345", "Direction": "outbound-api",
        "DateCreated": SENT_IN_INDIA, "Status": "in-progress"})
}

fn with(mut call: Value, name: &str, value: Value) -> Value {
    call[name] = value;
    call
}

fn list(calls: &[Value]) -> Reply {
    Reply::json(&json!({"Metadata": {"NextPageUri": null}, "Calls": calls}))
}

fn details(call: &Value) -> Reply {
    Reply::json(&json!({"Call": call}))
}

fn found(found: &Found) -> &str {
    match found {
        Found::One(call) => call.id.as_str(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_route_rings_the_person_and_carries_key_and_session_its_own_way() {
    for route in [
        CallRoute::Stream,
        CallRoute::Flow(app()),
        CallRoute::FlowWithUrl(app()),
    ] {
        let (calls, transport) = calls(route.clone(), [answer()]);
        assert_eq!(calls.media(), MediaKind::Exotel);
        let mut request = order("vk42");
        request.ring_timeout = Duration::from_millis(20_500);
        request.time_limit = Some(Duration::from_secs(900));
        request.status_callback =
            Some(WebhookUrl::parse("https://hooks.example.com/exo?token=t").unwrap());
        let call = calls.place_call(&request).await.unwrap();
        assert_eq!(
            (call.id.as_str(), &call.status),
            (SID, &CallStatus::InProgress)
        );
        assert_eq!(call.raw["Sid"], SID);
        let form = pairs(&transport.sent()[0].text());
        let sent = |name: &str| value(&form, name);
        assert_eq!(
            (sent("From"), sent("CallerId")),
            (Some(person().as_str()), Some(exophone().as_str()))
        );
        assert_eq!(
            (sent("TimeOut"), sent("TimeLimit"), sent("To")),
            (Some("21"), Some("900"), None)
        );
        let callback = format!("https://hooks.example.com/exo?token=t&{CALL_KEY}=vk42");
        assert_eq!(sent("StatusCallback"), Some(callback.as_str()));
        let field = SessionField::parse(sent("CustomField").unwrap()).unwrap();
        assert_eq!(field.key().as_str(), "vk42");
        let key = CallKey::new("vk42").unwrap();
        let (events, stream, in_field, kept) = match route {
            CallRoute::Stream => (Some("terminal"), Some(join_url()), false, false),
            CallRoute::Flow(_) => (None, None, false, true),
            _ => (None, None, true, false),
        };
        assert_eq!(sent("StatusCallbackEvents[0]"), events);
        assert_eq!(sent("StreamUrl"), stream.as_ref().map(JoinUrl::expose));
        assert_eq!(field.join_url().is_some(), in_field);
        assert_eq!(calls.join_url(&key).is_some(), kept);
        assert_eq!(sent("Url").is_some(), stream.is_none());
        let shown = format!("{calls:?} {call:?} {request:?} {field:?}");
        assert!(
            !shown.contains("j0in") && !shown.contains("9876543210"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn what_does_not_fit_is_not_sent() {
    let (calls, transport) = calls(CallRoute::FlowWithUrl(app()), []);
    let mut request = order("vk42");
    request.connect = Connect::Session(
        JoinUrl::new(format!("wss://bot.example.com/{}", "x".repeat(110))).unwrap(),
    );
    let error = calls.place_call(&request).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.fields()[0].field.as_str()),
        (ErrorKind::InvalidInput, "CustomField")
    );
    let mut request = order("vk42");
    request.time_limit = Some(Duration::from_secs(14_401));
    assert_eq!(
        calls.place_call(&request).await.unwrap_err().fields()[0].field,
        "TimeLimit"
    );
    let error = calls
        .get_call(&CallId::new("../Balance").unwrap())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.provider()),
        (ErrorKind::InvalidInput, "exotel")
    );
    assert!(transport.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_dial_whose_outcome_is_unknown_is_sent_once_and_says_so() {
    for reply in [
        Reply::hang(),
        Reply::status(500, ""),
        Reply::status(200, "<oops"),
        Reply::json(&json!({"Call": {"Status": "queued"}})),
    ] {
        let (calls, transport) = calls(CallRoute::Stream, [reply, answer()]);
        let error = calls.place_call(&order("vk42")).await.unwrap_err();
        assert_eq!(
            (error.delivery(), transport.sent().len()),
            (Delivery::Unknown, 1),
            "{error}"
        );
        assert!(error.may_have_happened());
    }
    let (calls, transport) = calls(CallRoute::Stream, [Reply::status(400, ""), answer()]);
    let error = calls.place_call(&order("vk42")).await.unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Answered, 1)
    );
    assert!(!error.may_have_happened());
}

#[tokio::test]
async fn ending_a_call_is_said_to_be_impossible_unless_it_is_over() {
    let call = |status: &str| details(&json!({"Sid": SID, "Status": status}));
    let (calls, transport) = calls(
        CallRoute::Stream,
        [
            call("in-progress"),
            call("completed"),
            Reply::status(404, ""),
        ],
    );
    let id = CallId::from(&sid());
    let error = calls.hang_up(&id).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Unsupported, Delivery::NotSent)
    );
    assert!(error.hint().unwrap().contains("session") && error.context_value("call") == Some(SID));
    calls.hang_up(&id).await.unwrap();
    assert!(calls.hang_up(&id).await.unwrap_err().is_not_found());
    assert!(transport.sent().iter().all(|sent| sent.method == "GET"));
}

#[tokio::test]
async fn a_call_is_found_by_its_key_in_the_list_or_in_its_details() {
    let other = with(listed("a1"), "CustomField", json!("vk1"));
    let own = with(
        listed("a2"),
        "CustomField",
        json!("vk42 wss://bot.example.com/x"),
    );
    let (by_list, transport) = calls(CallRoute::Stream, [list(&[other.clone(), own.clone()])]);
    assert_eq!(
        found(&by_list.find_call(&look("vk42")).await.unwrap()),
        "a2"
    );
    let asked = query(&transport.sent()[0]);
    assert_eq!(
        value(&asked, "From"),
        Some("+919876543210,919876543210,09876543210")
    );
    assert_eq!(value(&asked, "PageSize"), Some("100"));
    // 04:30 UTC, widened by every zone there is.
    assert_eq!(
        value(&asked, "DateCreated"),
        Some("gte:2026-01-30 16:28:55;lte:2026-01-31 18:31:42")
    );

    let script = [
        list(&[listed("a1"), listed("a2")]),
        details(&other),
        details(&own),
    ];
    let (by_details, transport) = calls(CallRoute::Stream, script);
    assert_eq!(
        found(&by_details.find_call(&look("vk42")).await.unwrap()),
        "a2"
    );
    assert!(transport.sent()[2].uri.path().ends_with("/Calls/a2.json"));

    let (zoned, transport) = calls(CallRoute::Stream, [list(&[])]);
    let zoned = zoned.zone(india());
    assert_eq!(
        zoned.find_call(&look("vk42")).await.unwrap(),
        Found::Nothing
    );
    let asked = query(&transport.sent()[0]);
    assert_eq!(
        value(&asked, "DateCreated"),
        Some("gte:2026-01-31 09:58:55;lte:2026-01-31 10:01:42")
    );
}

#[tokio::test]
async fn without_a_key_a_call_is_taken_only_when_nothing_else_can_be_it() {
    let one = || vec![list(&[listed("a1")]), details(&listed("a1"))];
    // The zone is named: its time is certain.
    let (sure, _) = calls(CallRoute::Stream, one());
    assert_eq!(
        found(&sure.zone(india()).find_call(&look("vk42")).await.unwrap()),
        "a1"
    );
    // It is not: it could be an older call.
    let (unsure, _) = calls(CallRoute::Stream, one());
    let outcome = unsure.find_call(&look("vk42")).await.unwrap();
    assert_eq!(outcome, Found::Several(vec![CallId::new("a1").unwrap()]));
    // Two of them.
    let two = [
        list(&[listed("a1"), listed("a2")]),
        details(&listed("a1")),
        details(&listed("a2")),
    ];
    let (several, _) = calls(CallRoute::Stream, two);
    let outcome = several
        .zone(india())
        .find_call(&look("vk42"))
        .await
        .unwrap();
    assert!(matches!(outcome, Found::Several(ids) if ids.len() == 2));

    for other in [
        with(listed("a1"), "From", json!("09876543211")),
        with(listed("a1"), "PhoneNumberSid", json!("08047112346")),
        with(listed("a1"), "Direction", json!("inbound")),
        with(listed("a1"), "ParentCallSid", json!("a0")),
        with(listed("a1"), "CustomField", json!("lead 7")),
        with(listed("a1"), "DateCreated", json!("2026-01-31 10:07:00")),
    ] {
        let (none, transport) = calls(CallRoute::Stream, [list(std::slice::from_ref(&other))]);
        assert_eq!(
            none.find_call(&look("vk42")).await.unwrap(),
            Found::Nothing,
            "{other}"
        );
        assert_eq!(transport.sent().len(), 1);
    }
}

#[tokio::test]
async fn a_list_that_was_not_read_to_its_end_proves_nothing() {
    let other = |number: usize| {
        with(
            listed(&format!("other{number}")),
            "CustomField",
            json!("vk-other"),
        )
    };
    let page = |number: usize| {
        let calls: Vec<Value> = (0..100).map(|at| other(number * 100 + at)).collect();
        Reply::json(
            &json!({"Metadata": {"NextPageUri": format!("/v1/Accounts/exampleacc/Calls?After=c{number}")},
            "Calls": calls}),
        )
    };
    let (calls, _) = calls(CallRoute::Stream, (0..5).map(page));
    let found = calls.zone(india()).find_call(&look("vk1")).await.unwrap();
    assert_eq!(found, Found::Several(Vec::new()));
}

#[tokio::test]
async fn a_call_whose_details_were_not_read_is_not_taken() {
    let silent: Vec<Value> = (0..11).map(|at| listed(&format!("call{at}"))).collect();
    let mut script = vec![list(&silent)];
    script.extend(silent[..10].iter().map(|call| {
        let whose = with(call.clone(), "CustomField", json!("vk-other"));
        details(&whose)
    }));
    let (calls, transport) = calls(CallRoute::Stream, script);
    let found = calls.zone(india()).find_call(&look("vk1")).await.unwrap();
    assert_eq!(found, Found::Several(vec![CallId::new("call10").unwrap()]));
    assert_eq!(transport.sent().len(), 11);
}

#[tokio::test(start_paused = true)]
async fn no_dial_takes_the_call_of_another() {
    // A dial with an answer owns its call.
    let mine = with(listed(SID), "DateCreated", json!(null));
    let (owned, _) = calls(CallRoute::Stream, [answer(), list(&[mine])]);
    owned.place_call(&order("vk1")).await.unwrap();
    assert_eq!(owned.find_call(&look("vk2")).await.unwrap(), Found::Nothing);

    // Two dials without an answer: neither takes the only call there is.
    let wall = SystemClock::default().wall();
    let now = jiff::Timestamp::try_from(wall).unwrap().to_zoned(india());
    let now = CivilTime::from(now.datetime());
    let only = with(listed("a1"), "DateCreated", json!(now.as_str()));
    let script = [
        Reply::status(500, ""),
        Reply::status(500, ""),
        list(std::slice::from_ref(&only)),
        details(&only),
    ];
    let (rivals, _) = calls(CallRoute::Stream, script);
    let rivals = rivals.zone(india());
    let clock = rivals.client().raw().clock().clone();
    let from = clock.wall();
    for key in ["vk1", "vk2"] {
        rivals.place_call(&order(key)).await.unwrap_err();
    }
    let look = FindCall::of(&order("vk1"), from, clock.wall());
    let outcome = rivals.find_call(&look).await.unwrap();
    assert_eq!(outcome, Found::Several(vec![CallId::new("a1").unwrap()]));
}

#[tokio::test]
async fn a_callback_tells_at_once_which_call_it_is() {
    let (calls, transport) = calls(CallRoute::Stream, [details(&listed("a7"))]);
    let callback =
        StatusCallback::parse(None, b"CallSid=a7&Status=in-progress&CustomField=vk42").unwrap();
    calls.note(&callback);
    assert_eq!(found(&calls.find_call(&look("vk42")).await.unwrap()), "a7");
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test]
async fn a_look_that_fails_is_an_error_and_no_proof() {
    let (calls, _) = calls(CallRoute::Stream, [Reply::status(401, "")]);
    let error = calls.find_call(&look("vk42")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
}

#[tokio::test]
async fn health_is_one_small_read() {
    let list = Reply::json(&json!({"http_code": 200, "response": []}));
    let (calls, transport) = calls(CallRoute::Stream, [list, Reply::status(401, "")]);
    assert_eq!(calls.health().await.status, HealthStatus::Ok);
    assert_eq!(
        calls.client().health().await.status,
        HealthStatus::AuthError
    );
    let sent = &transport.sent()[0];
    let target = sent.uri.path_and_query().unwrap().as_str();
    assert_eq!(target, "/v2/accounts/exampleacc/trunks?page_size=1");
}
