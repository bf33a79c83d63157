//! What a collector receives: real operations of every provider crate on simulators, exported by OpenTelemetry's own exporter
//! over OTLP, and held against the conventions for HTTP client spans.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_in_result,
    reason = "a test fails by panicking"
)]

#[path = "otlp/collector.rs"]
mod collector;
#[path = "otlp/rules.rs"]
mod rules;

use std::sync::Arc;
use std::time::Duration;

use collector::{Telemetry, answers};
use exotel_vsip::provider::{CallRoute, ExotelCalls};
use exotel_vsip::testkit::ExotelSimulator;
use rules::{clients, failed, hold, int, names, text};
use twilio_client::TwilioClient;
use twilio_client::testkit::{Pace, TwilioSimulator};
use ultravox_client::UltravoxClient;
use ultravox_client::testkit::UltravoxSimulator;
use voice_core::client::ClientOptions;
use voice_core::error::ErrorKind;
use voice_core::flow::bulk::{BulkDial, Entry};
use voice_core::flow::journal::MemoryJournal;
use voice_core::flow::{OutboundAgentCall, outbound_agent_call};
use voice_core::ident::{AccountSid, AgentName, AuthToken, CallSid, E164};
use voice_core::provider::{
    AgentProvider, AgentSpec, CallId, CallKey, Connect, HealthCheck, JoinUrl, PlaceCall,
};
use voice_core::retry::ExponentialBackoff;
use voice_core::testkit::{Mishap, Reply, ScriptedTransport};
use voice_examples::inbound::{CallScenes, Stores, Story, play_calls};
use voice_examples::{Outcome, Stage, prepare_prompt};

fn impatient() -> ClientOptions {
    let wait = Duration::from_millis(1);
    ClientOptions::new().backoff(ExponentialBackoff::new(wait, wait))
}

fn number(n: u32) -> E164 {
    E164::parse(&format!("+1415{:07}", 5_550_000 + n)).unwrap()
}

fn sid(n: u32) -> CallSid {
    CallSid::parse(&format!("CA{n:032x}")).unwrap()
}

#[tokio::test]
async fn success_retry_refusal_and_error_are_told_by_the_conventions() {
    let telemetry = Telemetry::start();
    let simulator = TwilioSimulator::start().await;
    let client = simulator.client_with(impatient()).unwrap();
    let mishaps = simulator.mishaps();

    client.health().await;
    mishaps.next_of("calls.get", Mishap::RateLimited(None));
    mishaps.next_of("calls.get", Mishap::ServerError);
    client.calls().get(sid(1)).await.unwrap_err();
    mishaps.next_of("calls.get", Mishap::Unauthorized);
    client.calls().get(sid(2)).await.unwrap_err();

    let spans = telemetry.collect();
    let account = TwilioSimulator::ACCOUNT_SID;
    let token = TwilioSimulator::AUTH_TOKEN;
    hold(&spans, &[account, token, "CA0000"]);
    let attempts = clients(&spans);
    let of_get: Vec<_> = attempts
        .iter()
        .filter(|span| span.name.ends_with("/Calls/{Sid}.json"))
        .map(|span| {
            (
                int(span, "http.response.status_code").unwrap(),
                text(span, "error.type").unwrap(),
                int(span, "http.request.resend_count"),
            )
        })
        .collect();
    assert_eq!(
        of_get,
        [
            (429, "rate_limited", None),
            (500, "server", Some(1)),
            (404, "not_found", Some(2)),
            (401, "authentication", None),
        ]
    );
    let well = attempts.iter().filter(|span| !failed(span));
    assert!(well.count() >= 1, "the account is well");
    let run = spans.iter().find(|span| span.name == "twilio calls.get");
    let run = run.unwrap();
    assert_eq!(int(run, "voice.attempts"), Some(3));
    assert_eq!(text(run, "voice.delivery"), Some("answered"));
    assert_eq!(text(run, "error.type"), Some("not_found"));
}

#[tokio::test]
async fn what_never_reaches_a_server_is_an_error_without_a_status() {
    let telemetry = Telemetry::start();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let client = UltravoxClient::builder()
        .api_key("planted-key-1234")
        .base_url(url)
        .options(impatient().retries(1))
        .build()
        .unwrap();
    let id = CallId::new("00000000-0000-4000-8000-0000000000aa").unwrap();
    let error = client.calls().recording(&id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    let spans = telemetry.collect();
    hold(&spans, &["planted-key-1234"]);
    let attempts = clients(&spans);
    assert_eq!(attempts.len(), 2);
    for span in attempts {
        assert_eq!(text(span, "error.type"), Some("connect"));
        assert_eq!(int(span, "http.response.status_code"), None);
    }
}

#[tokio::test]
async fn a_redirect_is_followed_within_its_attempt_and_its_place_is_told_nowhere() {
    let telemetry = Telemetry::start();
    let storage = answers(vec![
        "HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nRIFF".to_owned(),
    ]);
    let lead = format!(
        "HTTP/1.1 302 Found\r\nlocation: {storage}/bucket/planted?sig=c0ffee\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    let client = UltravoxClient::builder()
        .api_key("planted-key-1234")
        .base_url(answers(vec![lead]))
        .options(impatient().retries(0))
        .build()
        .unwrap();
    let id = CallId::new("00000000-0000-4000-8000-0000000000aa").unwrap();
    let mut sound = client.calls().recording(&id).await.unwrap().into_inner();
    assert_eq!(sound.chunk().await.unwrap().unwrap(), "RIFF");
    let spans = telemetry.collect();
    let port = storage.rsplit(':').next().unwrap();
    hold(
        &spans,
        &["planted", "c0ffee", "0000000000aa", &format!(":{port}")],
    );
    let attempts = clients(&spans);
    assert_eq!(attempts.len(), 1);
    assert_eq!(int(attempts[0], "http.response.status_code"), Some(200));
}

#[tokio::test]
async fn calls_of_every_telephone_and_a_prompt() {
    let telemetry = Telemetry::start();
    let name = AgentName::parse("Support Agent").unwrap();
    let to = number(1);
    // Ultravox and Twilio.
    let stage = Stage::start(&name).await.unwrap();
    stage.let_calls_end(&to, Outcome::Answered);
    stage.lose_the_answer_to_the_dial();
    let call = OutboundAgentCall::new(name.clone(), to, stage.from)
        .variable("customer_name", "Planted Person")
        .look_every(Duration::from_millis(100));
    outbound_agent_call(&stage.agents, &stage.phone, &call)
        .await
        .unwrap();
    // Ultravox and Exotel.
    let ultravox = Arc::new(UltravoxSimulator::start().await);
    let exotel = ExotelSimulator::start().await;
    let agents = ultravox.client().build().unwrap();
    let spec = AgentSpec::new(name.clone(), "Hello {{customer_name}}.");
    agents.create_agent(&spec).await.unwrap();
    let phone = ExotelCalls::new(exotel.client().unwrap(), CallRoute::Stream);
    let (indian, from) = ("+919876543210", "+918047112345");
    let [to, from] = [indian, from].map(|text| E164::parse(text).unwrap());
    let call = OutboundAgentCall::new(name, to, from)
        .variable("customer_name", "Planted Person")
        .look_every(Duration::from_millis(50));
    // Nobody joins the session here, which is no matter of spans.
    let _ = outbound_agent_call(&agents, &phone, &call).await;
    // PromptOps.
    let id = "support-agent".parse().unwrap();
    prepare_prompt(None, &id, &[]).await.unwrap();

    let spans = telemetry.collect();
    hold(
        &spans,
        &["4155550001", "9876543210", "8047112345", "Planted Person"],
    );
    let names = names(&spans);
    for provider in ["ultravox", "twilio", "exotel", "promptops"] {
        let prefix = format!("{provider} ");
        assert!(
            names.iter().any(|name| name.starts_with(&prefix)),
            "{provider} in {names:?}"
        );
    }
}

#[tokio::test]
async fn the_pipeline_for_inbound_calls_and_its_live_sessions() {
    let telemetry = Telemetry::start();
    let story = Story::new(|_| {});
    let scenes = CallScenes {
        calls: 2,
        stores: Stores::memory(),
        file: None,
        reload: false,
    };
    play_calls(scenes, &story).await.unwrap();
    assert!(story.is_good());
    let spans = telemetry.collect();
    hold(&spans, &["4155550101", "4155550109"]);
    let calls: Vec<_> = spans.iter().filter(|span| span.name == "call").collect();
    assert!(!calls.is_empty());
    // What the pipeline orders for a call belongs to the call.
    let accepts = spans
        .iter()
        .filter(|span| span.name == "openai calls.accept");
    let mut seen = 0;
    for accept in accepts {
        seen += 1;
        let mut parents = calls.iter().map(|call| &call.span_id);
        assert!(
            parents.any(|id| *id == accept.parent_span_id),
            "{accept:#?}"
        );
    }
    assert!(seen > 2);
    assert!(names(&spans).len() <= 20, "{:?}", names(&spans));
}

#[tokio::test]
async fn a_bulk_of_calls_is_a_handful_of_names() {
    const PEOPLE: u32 = 40;
    let telemetry = Telemetry::start();
    let simulator = TwilioSimulator::builder()
        .calls_per_second(1e6)
        .pace(Pace::FAST)
        .start()
        .await;
    let client = simulator.client_with(impatient()).unwrap();
    let greeting = JoinUrl::new("wss://agent.example.com/planted".to_owned()).unwrap();
    let entries = (0..PEOPLE).map(|n| {
        let key = CallKey::new(format!("planted-{n}")).unwrap();
        let connect = Connect::Session(greeting.clone());
        Entry::from(PlaceCall::new(number(n), number(9_999), connect, key))
    });
    let entries: Vec<Entry> = entries.collect();
    BulkDial::new()
        .per_second(10_000)
        .at_once(10)
        .run_all(&client, &MemoryJournal::new(), entries)
        .await
        .unwrap();
    let spans = telemetry.collect();
    hold(&spans, &["+1415555", "1415555", "planted-"]);
    let dials = clients(&spans);
    assert!(dials.len() >= PEOPLE as usize);
    assert!(names(&spans).len() <= 8, "{:?}", names(&spans));
}

#[tokio::test]
async fn a_thousand_calls_with_ids_of_their_own_have_two_names() {
    let telemetry = Telemetry::start();
    let transport = ScriptedTransport::new((0..1_000).map(|n| match n % 2 {
        0 => Reply::status(404, format!("no {}", sid(n).as_str())),
        _ => Reply::status(400, format!("no {}", number(n).as_str())),
    }));
    let client = TwilioClient::builder()
        .account_sid(AccountSid::parse(TwilioSimulator::ACCOUNT_SID).unwrap())
        .auth_token(AuthToken::parse(TwilioSimulator::AUTH_TOKEN).unwrap())
        .base_url(voice_core::transport::BaseUrl::parse("http://127.0.0.1:9").unwrap())
        .options(impatient().transport(Arc::new(transport)))
        .build()
        .unwrap();
    for n in 0..1_000 {
        client.calls().get(sid(n)).await.unwrap_err();
    }
    let spans = telemetry.collect();
    assert_eq!(spans.len(), 2_000, "a run and a try for each, none lost");
    hold(&spans, &["CA0000", "1415555", "+1415"]);
    let expected = [
        "GET /2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json",
        "twilio calls.get",
    ];
    assert_eq!(names(&spans).into_iter().collect::<Vec<_>>(), expected);
    // Nor do the attributes grow with the calls.
    let mut sets: Vec<String> = spans
        .iter()
        .map(|span| {
            let keys = ["url.full", "http.response.status_code", "error.type"];
            format!(
                "{} {:?}",
                span.name,
                keys.map(|key| rules::value(&span.attributes, key))
            )
        })
        .collect();
    sets.sort_unstable();
    sets.dedup();
    assert!(sets.len() <= 4, "{sets:#?}");
}
