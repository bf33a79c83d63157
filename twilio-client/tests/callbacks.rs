//! Status callbacks end to end: the simulator sends them over a socket, the validator checks what arrived.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{Heard, Listener, from, full::hangup, join_url, quick, to};
use http::Method;
use secrecy::SecretString;
use twilio_client::calls::{CallDirection, CallEvent, CallStatus, CreateCall};
use twilio_client::error::ErrorCode;
use twilio_client::testkit::{Outcome, Pace, TwilioSimulator};
use twilio_client::twiml::{Connect, Response, Stream};
use twilio_client::types::HttpMethod;
use twilio_client::webhook::forms::GatherAction;
use twilio_client::webhook::{
    Callback, Newest, Params, Placed, SignatureValidator, StatusCallback, VoiceRequest, call_key,
    dedup_key, external_url,
};
use voice_core::provider::{CallKey, CallProvider, PlaceCall, WebhookVerifier};
use voice_core::webhook::{WebhookRequest, WebhookUrl};

fn validator() -> SignatureValidator {
    SignatureValidator::new(SecretString::from(TwilioSimulator::AUTH_TOKEN)).unwrap()
}

fn url(text: &str) -> WebhookUrl {
    WebhookUrl::parse(text).unwrap()
}

/// Checks a request as an application would, and reads it.
fn read(listener: &Listener, heard: &Heard) -> (StatusCallback, Option<String>, String) {
    let url = external_url(&listener.base, &heard.target);
    let request = WebhookRequest::new(&heard.method, &url, &heard.headers, &heard.body);
    let event = validator().verify(&request).expect("genuine");
    let callback = StatusCallback::from_request(&request).unwrap();
    assert_eq!(event.call.unwrap().as_str(), callback.call_sid().as_str());
    (callback, event.dedup_key, url)
}

#[tokio::test]
async fn a_call_reports_every_step_in_order_signed_and_with_its_key() {
    let listener = Listener::start().await;
    let simulator = TwilioSimulator::start().await;
    let client = simulator.client_with(quick()).unwrap();
    let key = CallKey::new("vk'42").unwrap();
    let connect = voice_core::provider::Connect::Session(join_url());
    let mut order = PlaceCall::new(to(), from(), connect, key.clone());
    order.status_callback = Some(url(&format!("{}/status?x=it's#rc=2", listener.base)));
    let call = client.place_call(&order).await.unwrap();

    let heard = listener.wait_for(4).await;
    let mut tokens = Vec::new();
    for (number, (heard, status)) in heard
        .iter()
        .zip(["initiated", "ringing", "in-progress", "completed"])
        .enumerate()
    {
        let (callback, token, arrived) = read(&listener, heard);
        assert_eq!(callback.status().as_str(), status);
        assert_eq!(callback.sequence(), Some(number as u64));
        assert_eq!(callback.call_sid().as_str(), call.id.as_str());
        assert_eq!(
            (callback.to(), callback.from()),
            (Some(to().as_str()), Some(from().as_str()))
        );
        assert_eq!(callback.direction(), Some(CallDirection::OutboundApi));
        assert_eq!(callback.source(), Some("call-progress-events"));
        assert!(callback.timestamp().unwrap().time().is_some());
        assert_eq!(call_key(&arrived), Some(key.clone()));
        assert!(!heard.target.contains("rc=2"), "a fragment is not sent");
        assert!(matches!(
            Callback::classify(callback.params().clone()),
            Callback::StatusCallback(same) if same == callback
        ));
        tokens.push(token.unwrap());
    }
    let (last, ..) = read(&listener, &heard[3]);
    assert_eq!(
        (last.duration(), last.sip_response()),
        (Some(Duration::from_secs(1)), Some(200))
    );
    tokens.dedup();
    assert_eq!(tokens.len(), 4, "each has its own token");
    // The simulator notes an answer after the listener has given it.
    let answered = || {
        let delivered = simulator.delivered();
        delivered
            .iter()
            .filter(|sent| sent.answered == Some(204))
            .count()
    };
    common::until(|| answered() == 4).await;
    assert!(!format!("{last:?} {:?}", simulator.delivered()).contains("5550123"));
}

#[tokio::test]
async fn what_was_changed_on_the_way_is_refused() {
    let listener = Listener::start().await;
    let simulator = TwilioSimulator::start().await;
    let client = simulator.client_with(quick()).unwrap();
    let request = CreateCall::new(to(), from(), hangup())
        .status_callback(url(&format!("{}/s", listener.base)));
    client.calls().create(&request).await.unwrap();
    let heard = listener.wait_for(1).await.remove(0);
    let good = external_url(&listener.base, &heard.target);
    let genuine = WebhookRequest::new(&heard.method, &good, &heard.headers, &heard.body);
    assert!(validator().check(&genuine).is_ok());
    let more = [&heard.body[..], b"&x=y"].concat();
    for (url, body) in [
        ("http://127.0.0.1/s", &heard.body),
        (&format!("{good}?x"), &heard.body),
        (&good, &more),
    ] {
        let request = WebhookRequest::new(&heard.method, url, &heard.headers, body);
        assert!(validator().check(&request).is_err(), "{url}");
    }
    let stranger = SignatureValidator::new(SecretString::from("another token")).unwrap();
    assert!(stranger.check(&genuine).is_err());
}

#[tokio::test]
async fn only_the_events_asked_for_are_sent_and_by_get_in_the_query() {
    let listener = Listener::start().await;
    let simulator = TwilioSimulator::builder()
        .calls_per_second(100.0)
        .start()
        .await;
    let client = simulator.client_with(quick()).unwrap();
    simulator.set_outcome(&to(), Outcome::Busy);
    let request = CreateCall::new(to(), from(), hangup())
        .status_callback(url(&format!("{}/s?a=b", listener.base)))
        .status_callback_event([CallEvent::Ringing, CallEvent::Completed])
        .status_callback_method(HttpMethod::Get);
    client.calls().create(&request).await.unwrap();
    let heard = listener.wait_for(2).await;
    assert!(
        heard
            .iter()
            .all(|heard| heard.method == Method::GET && heard.body.is_empty())
    );
    let (ringing, ..) = read(&listener, &heard[0]);
    let (busy, ..) = read(&listener, &heard[1]);
    assert_eq!(
        (ringing.status(), ringing.sequence()),
        (CallStatus::Ringing, Some(0)),
        "numbered as they are sent"
    );
    assert_eq!(
        (busy.status(), busy.sip_response()),
        (CallStatus::Busy, Some(486))
    );

    // Nothing asked for: the end alone.
    let request = CreateCall::new(to(), from(), hangup())
        .status_callback(url(&format!("{}/t", listener.base)));
    client.calls().create(&request).await.unwrap();
    let heard = listener.wait_for(3).await;
    assert_eq!(read(&listener, &heard[2]).0.status(), CallStatus::Busy);
}

#[tokio::test]
async fn a_repeat_is_recognised_and_order_restored() {
    let listener = Listener::start().await;
    let simulator = TwilioSimulator::start().await;
    let client = simulator.client_with(quick()).unwrap();
    let request = CreateCall::new(to(), from(), hangup())
        .status_callback(url(&format!("{}/s", listener.base)))
        .status_callback_event(CallEvent::ALL);
    client.calls().create(&request).await.unwrap();
    let once = listener.wait_for(4).await;
    common::until(|| simulator.delivered().len() == 4).await;
    simulator.redeliver().await;
    let twice = listener.wait_for(8).await;
    let key = |heard: &Heard| dedup_key(&heard.headers, &Params::parse(&heard.body)).unwrap();
    let first: Vec<String> = once.iter().map(key).collect();
    let again: Vec<String> = twice[4..].iter().rev().map(key).collect();
    assert_eq!(first, again, "late, and newest first, but the same keys");
    let mut numbers: Vec<_> = twice
        .iter()
        .map(|heard| read(&listener, heard).0.sequence().unwrap())
        .collect();
    assert_eq!(numbers, [0, 1, 2, 3, 3, 2, 1, 0]);
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 4);

    // The same four without the token, as behind a proxy that drops the header: call, status and number tell them apart.
    let without =
        |heard: &Heard| dedup_key(&http::HeaderMap::new(), &Params::parse(&heard.body)).unwrap();
    let mut keys: Vec<String> = twice.iter().map(without).collect();
    assert_eq!(keys[0], keys[7]);
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 4);

    let newest = Newest::new(std::num::NonZeroUsize::MIN);
    let placed: Vec<Placed> = twice
        .iter()
        .map(|heard| newest.offer(&Callback::classify(Params::parse(&heard.body))))
        .collect();
    let late = [Placed::Repeated, Placed::Late, Placed::Late, Placed::Late];
    assert_eq!(placed, [[Placed::Newest; 4], late].concat());
}

#[tokio::test]
async fn twiml_is_fetched_from_this_machine_with_a_signed_voice_request() {
    let listener = Listener::start().await;
    let simulator = TwilioSimulator::builder()
        .calls_per_second(100.0)
        .pace(Pace::FAST)
        .start()
        .await;
    let client = simulator.client_with(quick()).unwrap();
    let twiml = Response::new()
        .with(Connect::stream(Stream::to(&join_url())))
        .to_twiml()
        .unwrap();
    listener.answer_xml(twiml.as_str());
    let call = client
        .calls()
        .create(&CreateCall::new(
            to(),
            from(),
            url(&format!("{}/voice", listener.base)),
        ))
        .await
        .unwrap();
    let sid = call.sid.unwrap();
    let heard = listener.wait_for(1).await.remove(0);
    let arrived = external_url(&listener.base, &heard.target);
    let request = WebhookRequest::new(&heard.method, &arrived, &heard.headers, &heard.body);
    assert_eq!(validator().verify(&request).unwrap().kind, "voice");
    let voice = VoiceRequest::from_request(&request).unwrap();
    assert_eq!(
        (voice.call_sid(), voice.status()),
        (sid, Some(CallStatus::InProgress))
    );
    assert_eq!(voice.account_sid().unwrap(), TwilioSimulator::ACCOUNT_SID);
    common::until(|| simulator.call(&sid).unwrap().stream.is_some()).await;

    // A voice URL that does not answer 200 ends the call.
    let call = client
        .calls()
        .create(&CreateCall::new(
            to(),
            from(),
            url(&format!("{}/voice", listener.base)),
        ))
        .await
        .unwrap();
    common::until(|| simulator.call(&call.sid.unwrap()).unwrap().status == CallStatus::Completed)
        .await;
}

#[tokio::test]
async fn no_other_machine_is_ever_called() {
    let simulator = TwilioSimulator::start().await;
    let client = simulator.client_with(quick()).unwrap();
    let request = CreateCall::new(to(), from(), url("https://hooks.example.com/voice"))
        .status_callback(url("https://hooks.example.com/status"));
    let sid = client.calls().create(&request).await.unwrap().sid.unwrap();
    common::until(|| !simulator.delivered().is_empty()).await;
    assert_eq!(simulator.delivered()[0].answered, None);
    assert_eq!(simulator.call(&sid).unwrap().status, CallStatus::Completed);
}

#[test]
fn callbacks_keep_what_they_do_not_know_and_need_only_their_call() {
    let sid = common::CALL;
    let body = format!(
        "CallSid={sid}&CallStatus=teleported&SequenceNumber=&Duration=2&CallDuration=61&ErrorCode=13224&NewIn2027=x&New=1&New=2\
         &AnsweredBy=machine_end_beep&MachineDetectionDuration=2500&RecordingSid=oops&CallerName=&SipResponseCode=404"
    );
    let callback = StatusCallback::new(Params::parse(body.as_bytes())).unwrap();
    assert_eq!(callback.status(), CallStatus::Other("teleported".into()));
    assert_eq!(
        (callback.sequence(), callback.params().get("SequenceNumber")),
        (None, Some(""))
    );
    assert_eq!(
        (callback.duration(), callback.billed_minutes()),
        (Some(Duration::from_secs(61)), Some(2))
    );
    assert_eq!(callback.error_code(), Some(ErrorCode::new(13224)));
    assert_eq!(callback.answered_by().unwrap().as_str(), "machine_end_beep");
    assert_eq!(
        callback.detection_duration(),
        Some(Duration::from_millis(2500))
    );
    assert_eq!(
        (
            callback.recording_sid(),
            callback.params().get("RecordingSid")
        ),
        (None, Some("oops"))
    );
    assert_eq!(callback.params().get("NewIn2027"), Some("x"));
    assert_eq!(
        callback.params().to_value()["New"],
        serde_json::json!(["1", "2"])
    );
    assert_eq!(callback.from(), None);
    for bad in ["", "CallSid=", "CallSid=CA1", "CallStatus=ringing"] {
        assert!(
            StatusCallback::new(Params::parse(bad.as_bytes())).is_err(),
            "{bad}"
        );
        assert!(
            VoiceRequest::new(Params::parse(bad.as_bytes())).is_err(),
            "{bad}"
        );
    }
    let gathered = GatherAction::new(Params::parse(
        format!("CallSid={sid}&CallerName=&Digits=12%23&From=anonymous").as_bytes(),
    ))
    .unwrap();
    let voice = gathered.voice();
    assert_eq!(
        (
            voice.caller_name(),
            voice.forwarded_from(),
            gathered.digits()
        ),
        (Some(""), None, Some("12#"))
    );
    assert!(!format!("{gathered:?} {voice:?}").contains("12#"));
}
