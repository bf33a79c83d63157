//! Calls of the simulator: their ends, their streams, their callbacks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod simulator_common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use exotel_vsip::ExotelClient;
use exotel_vsip::callback::StatusCallback;
use exotel_vsip::testkit::{ExotelSimulator, Outcome, Pace, SimCall};
use exotel_vsip::voice::{
    AppId, CallEvent, CallStatus, CallbackFormat, ConnectFlow, ConnectNumbers, ConnectStream,
    Number,
};
use simulator_common::until;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use voice_core::clock::{Clock, SystemClock};
use voice_core::ident::E164;
use voice_core::provider::JoinUrl;
use voice_core::webhook::WebhookUrl;

fn person() -> E164 {
    E164::parse("+919876543210").unwrap()
}

fn second() -> E164 {
    E164::parse("+918123456789").unwrap()
}

fn exophone() -> Number {
    Number::parse("08047112345").unwrap()
}

fn join() -> JoinUrl {
    JoinUrl::new("wss://bot.example.com/calls/7").unwrap()
}

fn pair() -> ConnectNumbers {
    ConnectNumbers::new(person(), second(), exophone())
}

async fn over(
    simulator: &ExotelSimulator,
    client: &ExotelClient,
    sid: &exotel_vsip::voice::CallSid,
) -> exotel_vsip::voice::Call {
    until(|| simulator.call(sid.as_str()).unwrap().status.is_final()).await;
    client.voice().details(sid).await.unwrap().into_inner()
}

#[tokio::test]
async fn each_number_has_its_own_outcome() {
    let simulator = ExotelSimulator::start().await;
    let client = simulator.client().unwrap();
    let all = [
        (Outcome::Busy, CallStatus::Busy),
        (Outcome::NoAnswer, CallStatus::NoAnswer),
        (Outcome::Failed, CallStatus::Failed),
        (Outcome::Answered, CallStatus::Completed),
    ];
    for (number, index) in [(person(), 0), (second(), 1)] {
        for (outcome, status) in &all {
            simulator.set_outcome(&number, *outcome);
            let sid = client
                .voice()
                .connect(&pair())
                .await
                .unwrap()
                .sid
                .clone()
                .unwrap();
            let call = over(&simulator, &client, &sid).await;
            assert_eq!(call.status.as_ref(), Some(status));
            let details = call.details.as_ref().unwrap();
            let leg = if index == 0 {
                &details.leg1_status
            } else {
                &details.leg2_status
            };
            assert_eq!(leg.as_ref(), Some(status));
            let answered = *outcome == Outcome::Answered;
            assert_eq!(call.length(), Some(Duration::from_secs(answered.into())));
            assert!(call.start_time.is_some() && call.end_time.is_some());
        }
    }
    assert_eq!(
        (simulator.dialled(&person()), simulator.dialled(&second())),
        (8, 8)
    );
    assert!(!format!("{:?}", simulator.calls()).contains("98765"));
}

#[tokio::test]
async fn limits_and_either_side_end_a_call() {
    let simulator = ExotelSimulator::builder()
        .pace(Pace::FAST.with_talk(None))
        .start()
        .await;
    let client = simulator.client().unwrap();
    let place = async |order: &ConnectNumbers| {
        client
            .voice()
            .connect(order)
            .await
            .unwrap()
            .sid
            .clone()
            .unwrap()
    };
    let limited = place(&pair().time_limit(Duration::from_secs(1))).await;
    let left = place(&pair()).await;
    until(|| {
        simulator
            .calls()
            .iter()
            .all(|call| call.status == voice_core::provider::CallStatus::InProgress)
    })
    .await;
    simulator.end_call(left.as_str());
    assert_eq!(
        simulator.call(left.as_str()).unwrap().status.as_str(),
        "completed"
    );
    assert_eq!(
        over(&simulator, &client, &limited).await.status,
        Some(CallStatus::Completed)
    );
    simulator.set_pace(Pace::FAST.with_answer(Duration::from_secs(90)));
    let early = place(&pair()).await;
    simulator.end_call(early.as_str());
    assert_eq!(
        simulator.call(early.as_str()).unwrap().status.as_str(),
        "canceled"
    );
    let unanswered = place(&pair().ring_timeout(Duration::from_secs(1))).await;
    assert_eq!(
        over(&simulator, &client, &unanswered).await.status,
        Some(CallStatus::NoAnswer)
    );
    let elsewhere = simulator.place_call_elsewhere(&person(), &second());
    assert_eq!(simulator.call(&elsewhere).unwrap().from, person().as_str());
}

#[tokio::test]
async fn whoever_answers_is_connected_to_the_agent_by_each_route() {
    let simulator = ExotelSimulator::start().await;
    let client = simulator.client().unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    for ended in [false, true] {
        let told = Arc::clone(&told);
        let hook = move |call: &SimCall, url: &str| {
            told.lock()
                .unwrap()
                .push((ended, call.status.as_str().to_owned(), url.to_owned()));
        };
        if ended {
            simulator.on_ended(hook);
        } else {
            simulator.on_answered(hook);
        }
    }
    simulator.on_voicebot(|call| {
        assert_eq!(call.flow.as_deref(), Some("1262658"));
        call.custom_field
            .as_ref()
            .map(|key| format!("wss://bot.example.com/{key}"))
    });
    let stream = ConnectStream::new(person(), join(), exophone());
    client.voice().connect_stream(&stream).await.unwrap();
    until(|| told.lock().unwrap().len() == 2).await;
    let flow = ConnectFlow::new(person(), AppId::parse("1262658").unwrap(), exophone())
        .custom_field("vk7");
    client.voice().connect_flow(&flow).await.unwrap();
    until(|| told.lock().unwrap().len() == 4).await;
    simulator.set_outcome(&person(), Outcome::Busy);
    let sid = client
        .voice()
        .connect_stream(&stream)
        .await
        .unwrap()
        .sid
        .clone()
        .unwrap();
    over(&simulator, &client, &sid).await;
    let heard = |ended, status: &str, url: &str| (ended, status.to_owned(), url.to_owned());
    assert_eq!(
        *told.lock().unwrap(),
        [
            heard(false, "in-progress", join().expose()),
            heard(true, "completed", join().expose()),
            heard(false, "in-progress", "wss://bot.example.com/vk7"),
            heard(true, "completed", "wss://bot.example.com/vk7"),
        ]
    );
}

/// Content type and body of each request that was heard.
type Heard = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A listener on loopback that writes down what it hears and answers 200.
async fn listener() -> (String, Heard) {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/status", socket.local_addr().unwrap());
    let heard: Heard = Arc::default();
    let log = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = socket.accept().await {
            let mut bytes = Vec::new();
            let mut buffer = [0; 4096];
            let (content_type, body) = loop {
                let read = stream.read(&mut buffer).await.unwrap_or(0);
                bytes.extend_from_slice(&buffer[..read]);
                let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else {
                    assert!(read > 0);
                    continue;
                };
                let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
                let value = |name: &str| {
                    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
                    lines
                        .find(|(own, _)| own.eq_ignore_ascii_case(name))
                        .unwrap()
                        .1
                        .trim()
                        .to_owned()
                };
                let length: usize = value("content-length").parse().unwrap();
                if bytes.len() >= end + 4 + length {
                    break (value("content-type"), bytes[end + 4..].to_vec());
                }
            };
            log.lock().unwrap().push((content_type, body));
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                .await;
        }
    });
    (base, heard)
}

#[tokio::test]
async fn callbacks_arrive_in_three_forms_and_are_read() {
    let simulator = ExotelSimulator::start().await;
    let client = simulator.client().unwrap();
    let (base, heard) = listener().await;
    let forms = [
        (CallbackFormat::Json, "application/json"),
        (CallbackFormat::Multipart, "multipart/form-data"),
        (
            CallbackFormat::Other("application/x-www-form-urlencoded".to_owned()),
            "application/x-www-form-urlencoded",
        ),
    ];
    for (format, content_type) in forms {
        heard.lock().unwrap().clear();
        let order = pair()
            .custom_field("vk42")
            .status_callback(WebhookUrl::parse(&base).unwrap())
            .events([CallEvent::Terminal, CallEvent::Answered])
            .callback_format(format);
        let sid = client
            .voice()
            .connect(&order)
            .await
            .unwrap()
            .sid
            .clone()
            .unwrap();
        until(|| heard.lock().unwrap().len() == 2).await;
        let read: Vec<StatusCallback> = heard
            .lock()
            .unwrap()
            .iter()
            .map(|(kind, body)| {
                assert!(kind.starts_with(content_type), "{kind}");
                StatusCallback::parse(Some(kind), body).unwrap()
            })
            .collect();
        assert_eq!(read[0].event, Some(CallEvent::Answered), "{content_type}");
        let end = &read[1];
        assert_eq!(
            (end.call_sid(), end.event.clone()),
            (&sid, Some(CallEvent::Terminal))
        );
        assert_eq!(
            (end.status.clone(), end.custom_field.as_deref()),
            (Some(CallStatus::Completed), Some("vk42"))
        );
        let legs = end.legs.as_ref().unwrap();
        assert_eq!(
            (legs.len(), legs[1].status.clone()),
            (2, Some(CallStatus::Completed))
        );
        assert_eq!(end.to.as_deref(), Some(second().as_str()));
    }
    let flow = ConnectFlow::new(person(), AppId::parse("1").unwrap(), exophone())
        .status_callback(WebhookUrl::parse(&base).unwrap())
        .events([CallEvent::Terminal, CallEvent::Answered]);
    heard.lock().unwrap().clear();
    let sid = client
        .voice()
        .connect_flow(&flow)
        .await
        .unwrap()
        .sid
        .clone()
        .unwrap();
    over(&simulator, &client, &sid).await;
    until(|| simulator.delivered().len() == 7).await;
    let (kind, body) = heard.lock().unwrap()[0].clone();
    let short = StatusCallback::parse(Some(&kind), &body).unwrap();
    assert!(
        short.event.is_none()
            && short.legs.is_none()
            && short.status == Some(CallStatus::Completed)
    );
    simulator.redeliver().await;
    assert_eq!(heard.lock().unwrap().len(), 8);
    assert!(
        simulator
            .delivered()
            .iter()
            .all(|delivery| delivery.answered == Some(200))
    );
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_fails_is_sent_after_5_and_15_minutes_and_then_never() {
    let simulator = ExotelSimulator::start().await;
    let options =
        voice_core::client::ClientOptions::new().transport(Arc::new(simulator.in_process()));
    let client = simulator.client_with(options).unwrap();
    let clock = SystemClock::default();
    let start = clock.now();
    let tries: Arc<Mutex<Vec<(String, u64)>>> = Arc::default();
    let log = Arc::clone(&tries);
    simulator.on_callback(move |delivery| {
        let event = delivery.report["EventType"].as_str().unwrap().to_owned();
        let minutes = (SystemClock::default().now() - start).as_secs() / 60;
        log.lock().unwrap().push((event.clone(), minutes));
        // The second try for the answer is heard; the end never is.
        if event == "answered" && delivery.attempt == 2 {
            204
        } else {
            302
        }
    });
    let order = pair()
        .status_callback(WebhookUrl::parse("https://hooks.example.com/x").unwrap())
        .events([CallEvent::Terminal, CallEvent::Answered]);
    client.voice().connect(&order).await.unwrap();
    clock.sleep(Duration::from_secs(3600)).await;
    let tried = |event: &str| {
        let tries = tries.lock().unwrap();
        tries
            .iter()
            .filter(|(own, _)| own == event)
            .map(|(_, minutes)| *minutes)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (tried("answered"), tried("terminal")),
        (vec![0, 5], vec![0, 5, 20])
    );
    assert_eq!(simulator.delivered().len(), 5);
}

#[tokio::test]
async fn nobody_outside_this_machine_is_called() {
    let simulator = ExotelSimulator::start().await;
    let client = simulator.client().unwrap();
    let order = pair().status_callback(WebhookUrl::parse("https://hooks.example.com/x").unwrap());
    client.voice().connect(&order).await.unwrap();
    until(|| simulator.delivered().len() == 1).await;
    assert_eq!(
        (
            simulator.delivered()[0].answered,
            simulator.delivered()[0].attempt
        ),
        (None, 1)
    );
}
