//! The simulator behaves as the documented API does, also towards requests this client would never send.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use common::{from, full::hangup, join_url, quick, to, until};
use twilio_client::calls::{CallStatus, CreateCall, ListCalls, UpdateCall};
use twilio_client::testkit::{Outcome, Pace, TwilioSimulator};
use twilio_client::twiml::{Connect, Response, Stream, XmlTree};
use twilio_client::types::DateFilter;
use voice_core::ident::E164;
use voice_core::transport::{HttpTransport, Transport};

/// Sends a raw request with the account's credentials.
async fn raw(
    simulator: &TwilioSimulator,
    method: &str,
    path: &str,
    form: Option<&str>,
) -> (u16, String) {
    use base64::Engine as _;

    let credentials = format!(
        "{}:{}",
        TwilioSimulator::ACCOUNT_SID,
        TwilioSimulator::AUTH_TOKEN
    );
    let path = path.replace(
        "{A}",
        &format!("/2010-04-01/Accounts/{}", TwilioSimulator::ACCOUNT_SID),
    );
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("{}{path}", simulator.url()))
        .header(
            "authorization",
            format!(
                "Basic {}",
                base64::engine::general_purpose::STANDARD.encode(credentials)
            ),
        );
    if form.is_some() {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    let request = request
        .body(Bytes::from(form.unwrap_or_default().to_owned()))
        .unwrap();
    let answer = HttpTransport::builder()
        .build()
        .unwrap()
        .send(request)
        .await
        .unwrap();
    assert!(
        answer.headers()["twilio-request-id"]
            .to_str()
            .unwrap()
            .starts_with("RQ")
    );
    assert_eq!(answer.headers()["twilio-concurrent-requests"], "1");
    let status = answer.status().as_u16();
    let body = answer.into_body().collect(1 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn code(body: &str) -> u64 {
    serde_json::from_str::<serde_json::Value>(body).unwrap()["code"]
        .as_u64()
        .unwrap()
}

#[tokio::test]
async fn wrong_dials_are_refused_with_the_documented_codes() {
    let simulator = TwilioSimulator::builder().number(from()).start().await;
    const GOOD: &str = "To=%2B14155550123&From=%2B14155550100";
    const TWIML: &str = "Twiml=%3CResponse/%3E";
    let long = format!("{GOOD}&Twiml={}", "x".repeat(4001));
    for (form, expected) in [
        (format!("From=%2B14155550100&{TWIML}"), 21201),
        (format!("To=&From=%2B14155550100&{TWIML}"), 21201),
        (format!("To=%2B14155550123&{TWIML}"), 21213),
        (GOOD.to_owned(), 21205),
        (format!("{GOOD}&Url=not-a-url"), 21205),
        (
            format!("{GOOD}&{TWIML}&StatusCallback=https://my_host.example/"),
            21205,
        ),
        (format!("To=4155550123&From=%2B14155550100&{TWIML}"), 21211),
        (format!("To=%2B14155550123&From=4155550100&{TWIML}"), 21212),
        (format!("To=%2B14155550123&From=client:bob&{TWIML}"), 21212),
        (
            format!("To=%2B14155550123&From=%2B14155550999&{TWIML}"),
            21210,
        ),
        (
            format!("To=%2B15005550001&From=%2B14155550100&{TWIML}"),
            21217,
        ),
        (
            format!("To=%2B15005550002&From=%2B14155550100&{TWIML}"),
            21214,
        ),
        (
            format!("To=%2B15005550003&From=%2B14155550100&{TWIML}"),
            21215,
        ),
        (
            format!("To=%2B15005550004&From=%2B14155550100&{TWIML}"),
            21216,
        ),
        (format!("{GOOD}&{TWIML}&Timeout=601"), 21208),
        (format!("{GOOD}&{TWIML}&Timeout=soon"), 21208),
        (format!("{GOOD}&{TWIML}&SendDigits=12x"), 21206),
        (format!("{GOOD}&{TWIML}&Method=PUT"), 21209),
        (format!("{GOOD}&ApplicationSid=AP1"), 21218),
        (format!("{GOOD}&{TWIML}&MachineDetection=Perhaps"), 21234),
        (
            format!("{GOOD}&{TWIML}&MachineDetectionSilenceTimeout=1"),
            21263,
        ),
        (format!("{GOOD}&{TWIML}&AsyncAmd=true"), 21262),
        (long, 32018),
    ] {
        let (status, body) = raw(&simulator, "POST", "{A}/Calls.json", Some(&form)).await;
        assert_eq!((status, code(&body)), (400, expected), "{form}: {body}");
    }
    // A body that is no form has no parameters.
    let (status, body) = raw(&simulator, "POST", "{A}/Calls.json", None).await;
    assert_eq!((status, code(&body)), (400, 21201));
    assert!(simulator.calls().is_empty());
    let both = format!("{GOOD}&{TWIML}&Url=https://a.example/");
    let (status, _) = raw(&simulator, "POST", "{A}/Calls.json", Some(&both)).await;
    assert_eq!(
        (status, simulator.calls()[0].twiml.as_deref()),
        (201, None),
        "the URL wins"
    );
}

#[tokio::test]
async fn unknown_things_are_404_and_unoffered_methods_405() {
    let simulator = TwilioSimulator::start().await;
    let unknown = "{A}/Calls/CAffffffffffffffffffffffffffffffff.json";
    for (method, path, status, expected) in [
        ("GET", unknown, 404, 20404),
        ("POST", unknown, 404, 20404),
        ("GET", "{A}/Calls/CA1.json", 404, 20404),
        (
            "GET",
            "/2010-04-01/Accounts/ACffffffffffffffffffffffffffffffff/Calls.json",
            404,
            20404,
        ),
        ("GET", "/elsewhere.json", 404, 20404),
        ("PUT", "{A}/Calls.json", 405, 20004),
        ("GET", "{A}/Calls.json?PageSize=1001", 400, 20007),
        ("GET", "{A}/Calls.json?PageToken=PAx", 400, 21481),
    ] {
        let (given, body) = raw(&simulator, method, path, None).await;
        assert_eq!(
            (given, code(&body)),
            (status, expected),
            "{method} {path}: {body}"
        );
    }
    let (status, body) = raw(&simulator, "GET", "{A}/Calls", None).await;
    let tree = XmlTree::parse(&body).unwrap();
    assert_eq!(
        (
            status,
            tree.child("RestException")
                .unwrap()
                .child("Code")
                .unwrap()
                .text
                .as_str()
        ),
        (404, "20404")
    );
}

#[tokio::test]
async fn calls_above_the_rate_wait_and_are_listed_newest_first() {
    let simulator = TwilioSimulator::builder()
        .calls_per_second(4.0)
        .start()
        .await;
    let client = simulator.client_with(quick()).unwrap();
    let request = CreateCall::new(to(), from(), hangup());
    let mut waits = Vec::new();
    for _ in 0..3 {
        waits.push(
            client
                .calls()
                .create(&request)
                .await
                .unwrap()
                .waited()
                .unwrap(),
        );
    }
    assert!(
        waits[0].is_zero() && waits[1] > Duration::from_millis(50) && waits[2] > waits[1],
        "{waits:?}"
    );
    let list = client
        .calls()
        .list(&ListCalls::new().page_size(1u32))
        .collect()
        .await
        .unwrap();
    let listed: Vec<_> = list.iter().map(|call| call.sid.unwrap()).collect();
    let placed: Vec<_> = simulator
        .calls()
        .iter()
        .rev()
        .map(|call| call.sid)
        .collect();
    assert_eq!(listed, placed, "three pages of one");
    assert_eq!(
        (&list[0].start_time, &list[0].status),
        (&None, &Some(CallStatus::Queued))
    );
    let created = list[0].date_created.as_ref().unwrap().as_str();
    assert!(
        created.ends_with(" +0000") && created.len() == 31,
        "whole seconds, RFC 2822: {created}"
    );
}

#[tokio::test]
async fn a_token_holds_its_place_and_filters_leave_out_what_has_not_started() {
    let simulator = TwilioSimulator::builder()
        .pace(Pace::FAST.with_dial(Duration::from_secs(60)))
        .start()
        .await;
    let client = simulator.client_with(quick()).unwrap();
    let other = E164::parse("+14155550777").unwrap();
    for _ in 0..3 {
        simulator.place_call_elsewhere(&to(), &from());
    }
    let mut list = client
        .calls()
        .list(&ListCalls::new().to(to()).page_size(2u32));
    let first = list.next().await.unwrap().unwrap().sid.unwrap();
    simulator.place_call_elsewhere(&other, &from());
    simulator.place_call_elsewhere(&to(), &from());
    let rest: Vec<_> = list
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|call| call.sid.unwrap())
        .collect();
    assert_eq!(
        rest.len(),
        2,
        "the new call neither shifts nor repeats anything"
    );
    assert!(!rest.contains(&first));

    let count =
        async |filter: ListCalls| client.calls().list(&filter).collect().await.unwrap().len();
    assert_eq!(count(ListCalls::new().to(other)).await, 1);
    assert_eq!(count(ListCalls::new().status(CallStatus::Queued)).await, 5);
    assert_eq!(
        count(ListCalls::new().status(CallStatus::Completed)).await,
        0
    );
    let day = DateFilter::parse("2020-01-01").unwrap();
    assert_eq!(
        count(ListCalls::new().started_from(day)).await,
        0,
        "start_time is null while queued"
    );
    assert_eq!(count(ListCalls::new().ended_before(day)).await, 0);
}

#[tokio::test]
async fn every_outcome_can_be_had_and_the_agent_is_told() {
    let simulator = TwilioSimulator::builder()
        .calls_per_second(100.0)
        .start()
        .await;
    let client = simulator.client_with(quick()).unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    for ended in [false, true] {
        let told = Arc::clone(&told);
        let hook = move |call: &twilio_client::testkit::SimCall, url: &str| {
            told.lock()
                .unwrap()
                .push((ended, call.status.clone(), url.to_owned()));
        };
        if ended {
            simulator.on_ended(hook);
        } else {
            simulator.on_answered(hook);
        }
    }
    let twiml = Response::new()
        .with(Connect::stream(Stream::to(&join_url())))
        .to_inline()
        .unwrap();
    for (outcome, status) in [
        (Outcome::Busy, CallStatus::Busy),
        (Outcome::NoAnswer, CallStatus::NoAnswer),
        (Outcome::Failed, CallStatus::Failed),
        (Outcome::Answered, CallStatus::Completed),
    ] {
        simulator.set_outcome(&to(), outcome);
        let call = client
            .calls()
            .create(&CreateCall::new(to(), from(), twiml.clone()))
            .await
            .unwrap();
        let sid = call.sid.unwrap();
        until(|| simulator.call(&sid).unwrap().status.is_final()).await;
        let ended = client.calls().get(sid).await.unwrap();
        assert_eq!(ended.status, Some(status.clone()));
        assert_eq!(
            ended.length(),
            Some(Duration::from_secs(u64::from(
                status == CallStatus::Completed
            )))
        );
        assert!(ended.start_time.is_some() && ended.end_time.is_some());
    }
    until(|| told.lock().unwrap().len() == 2).await;
    let url = join_url().expose().to_owned();
    assert_eq!(
        *told.lock().unwrap(),
        [
            (false, CallStatus::InProgress, url.clone()),
            (true, CallStatus::Completed, url)
        ]
    );
    assert_eq!(simulator.dialled(&to()), 4);
}

#[tokio::test]
async fn a_time_limit_or_the_other_side_or_new_instructions_end_a_call() {
    let simulator = TwilioSimulator::builder()
        .calls_per_second(100.0)
        .pace(Pace::FAST.with_talk(None))
        .start()
        .await;
    let client = simulator.client_with(quick()).unwrap();
    let twiml = Response::new()
        .with(Connect::stream(Stream::to(&join_url())))
        .to_inline()
        .unwrap();
    let place =
        async |request: CreateCall| client.calls().create(&request).await.unwrap().sid.unwrap();
    let request = || CreateCall::new(to(), from(), twiml.clone());
    let limited = place(request().time_limit(Duration::from_secs(1))).await;
    let left = place(request()).await;
    let told = place(request()).await;
    let early = client
        .calls()
        .update(told, &UpdateCall::new().twiml(hangup()))
        .await
        .unwrap_err();
    assert_eq!(early.code(), Some("21220"), "not in progress yet");
    until(|| {
        simulator
            .calls()
            .iter()
            .all(|call| call.status == CallStatus::InProgress)
    })
    .await;
    simulator.end_call(&left);
    client.calls().cancel(left).await.unwrap_err();
    let unchanged = client.calls().cancel(told).await.unwrap();
    assert_eq!(
        unchanged.status,
        Some(CallStatus::InProgress),
        "a cancel does not touch it"
    );
    let updated = client
        .calls()
        .update(told, &UpdateCall::new().twiml(hangup()))
        .await
        .unwrap();
    assert_eq!(updated.status, Some(CallStatus::Completed));
    until(|| simulator.call(&limited).unwrap().status == CallStatus::Completed).await;
    assert_eq!(simulator.call(&left).unwrap().status, CallStatus::Completed);
}
