//! A conference: an agent and a customer talk, a supervisor whispers to the agent, and the talk is recorded.
//!
//! The customer is put on hold, hears an announcement and is taken back; the supervisor is put out; when the agent hangs up
//! it is over for all. A small web server of our own gives the announcement and hears what happens. No account is needed: the
//! test kit plays Twilio and everybody on the phone, and nothing leaves this machine.
//!
//! ```sh
//! cargo run --example conference
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use twilio_client::TwilioClient;
use twilio_client::conferences::{
    ConferenceEndReason, ConferenceEvent, ConferenceRecord, ConferenceStatus, CreateParticipant,
    ListParticipants, Participant, ParticipantLabel, ParticipantStatus, Room, UpdateParticipant,
};
use twilio_client::recordings::{ListCreated, RecordingStatus};
use twilio_client::testkit::{Pace, TwilioSimulator};
use twilio_client::twiml::{Response, Say};
use twilio_client::types::Toggle;
use twilio_client::webhook::{Params, SignatureValidator};
use voice_core::clock::{Clock, SystemClock};
use voice_core::ident::{ConferenceSid, E164};
use voice_core::webhook::{WebhookRequest, WebhookUrl};

type Failure = Box<dyn std::error::Error + Send + Sync>;
/// What our server is to hear of.
const EVENTS: [&str; 11] = [
    "participant-join",
    "conference-start",
    "participant-join",
    "participant-join",
    "participant-hold",
    "announcement-end",
    "participant-unhold",
    // The supervisor, and with the agent the customer.
    "participant-leave",
    "participant-leave",
    "participant-leave",
    "conference-end",
];

type Heard = Arc<Mutex<Vec<String>>>;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => {
            println!("\nEverything went as expected.");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("\nNot as expected: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let simulator = TwilioSimulator::builder()
        .pace(Pace::FAST.with_talk(None))
        .calls_per_second(20.0)
        .start()
        .await;
    let client = simulator.client()?;
    let (base, heard) = listen().await?;
    let number = E164::parse("+14155550100")?;
    let person = |number: &str| E164::parse(number);

    println!("Somebody is rung for each part:");
    let room = Room::name("order-7")?;
    let agent = CreateParticipant::new(person("+14155550111")?, number, label("agent")?)
        .end_conference_on_exit(Toggle::On)
        .conference_record(ConferenceRecord::FromStart)
        .conference_status_callback(WebhookUrl::parse(&format!("{base}/events"))?)
        .conference_status_callback_event(vec![
            ConferenceEvent::Start,
            ConferenceEvent::End,
            ConferenceEvent::Join,
            ConferenceEvent::Leave,
            ConferenceEvent::Hold,
            ConferenceEvent::Announcement,
        ]);
    let dialled = client.conferences().dial(&room, &agent).await?;
    let sid = dialled.conference_sid.ok_or("the conference has no SID")?;
    let agent = connected(&client, sid, "agent").await?;
    let agent_call = agent.call_sid.ok_or("the agent has no call")?;
    let customer = CreateParticipant::new(person("+14155550123")?, number, label("customer")?);
    client.conferences().dial(&room, &customer).await?;
    connected(&client, sid, "customer").await?;
    // Somebody of this label is there: nobody is rung a second time.
    let twice = client.conferences().dial(&room, &customer).await.err();
    let code = twice.as_ref().and_then(|error| error.code());
    expect(code == Some("16026"), "the customer is not rung twice")?;

    println!("A supervisor listens, and only the agent hears them:");
    let supervisor = CreateParticipant::new(person("+14155550133")?, number, label("supervisor")?)
        .coaching(Toggle::On)
        .call_sid_to_coach(agent_call);
    client.conferences().dial(&room, &supervisor).await?;
    let coach = connected(&client, sid, "supervisor").await?;
    expect(
        coach.call_sid_to_coach == Some(agent_call),
        "they whisper to the agent",
    )?;

    println!("The customer waits and hears something:");
    let participants = client.conferences().participants(sid);
    let announcement = WebhookUrl::parse(&format!("{base}/announcement"))?;
    let held = participants
        .update(label("customer")?, &UpdateParticipant::on_hold())
        .await?;
    expect(held.hold == Some(true), "they are on hold")?;
    participants
        .update(
            label("customer")?,
            &UpdateParticipant::announce(announcement),
        )
        .await?;
    until(|| saw(&heard, "announcement-end")).await?;
    participants
        .update(label("customer")?, &UpdateParticipant::off_hold())
        .await?;
    participants.remove(label("supervisor")?).await?;
    let left = participants
        .list(&ListParticipants::new())
        .collect()
        .await?;
    expect(left.len() == 2, "the supervisor was put out")?;

    println!("The agent hangs up:");
    client.calls().hang_up(agent_call).await?;
    let over = ended(&client, sid).await?;
    expect(
        over == Some(ConferenceEndReason::EndingParticipantLeft),
        "with the agent it is over for all",
    )?;
    recording(&client, sid).await?;
    until(|| saw(&heard, "conference-end")).await?;
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner).clone();
    println!("Our server heard of: {}", heard.join(", "));
    expect(
        heard == EVENTS,
        "every event was reported once, in order, and signed",
    )
}

/// The recording of the conference, which ends with it.
async fn recording(client: &TwilioClient, room: ConferenceSid) -> Result<(), Failure> {
    let recordings = client.conferences().recordings(room);
    let clock = SystemClock::default();
    for _ in 0..400 {
        let made = recordings.list(&ListCreated::new()).collect().await?;
        if let [only] = made.as_slice()
            && only.status == Some(RecordingStatus::Completed)
        {
            println!(
                "  the recording is {:?} long",
                only.length().unwrap_or_default()
            );
            return Ok(());
        }
        clock.sleep(Duration::from_millis(5)).await;
    }
    Err("the conference was not recorded".into())
}

fn label(text: &str) -> Result<ParticipantLabel, Failure> {
    Ok(ParticipantLabel::new(text)?)
}

/// Waits until somebody has answered.
async fn connected(
    client: &TwilioClient,
    room: ConferenceSid,
    name: &str,
) -> Result<Participant, Failure> {
    let (label, clock) = (label(name)?, SystemClock::default());
    for _ in 0..400 {
        let found = client.conferences().participants(room).find(&label).await?;
        if let Some(found) = found.filter(|it| it.status == Some(ParticipantStatus::Connected)) {
            println!("  the {name} is there");
            return Ok(found);
        }
        clock.sleep(Duration::from_millis(5)).await;
    }
    Err(format!("the {name} never came").into())
}

/// Waits for the end, and says why it came.
async fn ended(
    client: &TwilioClient,
    room: ConferenceSid,
) -> Result<Option<ConferenceEndReason>, Failure> {
    let clock = SystemClock::default();
    for _ in 0..400 {
        let found = client.conferences().get(room).await?.into_inner();
        if found.status == Some(ConferenceStatus::Completed) {
            return Ok(found.reason_conference_ended);
        }
        clock.sleep(Duration::from_millis(5)).await;
    }
    Err("the conference goes on".into())
}

/// A web server of our own: any framework does.
async fn listen() -> Result<(String, Heard), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    let heard = Heard::default();
    let (own, log) = (base.clone(), Arc::clone(&heard));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (own, log) = (own.clone(), Arc::clone(&log));
            tokio::spawn(async move {
                if let Err(error) = serve(stream, &own, &log).await {
                    eprintln!("  our server: {error}");
                }
            });
        }
    });
    Ok((base, heard))
}

async fn serve(mut stream: TcpStream, base: &str, heard: &Heard) -> Result<(), Failure> {
    let (target, headers, body) = read(&mut stream).await?;
    let validator = SignatureValidator::new(TwilioSimulator::AUTH_TOKEN)?;
    let url = format!("{base}{target}");
    let request = WebhookRequest::new(&Method::POST, &url, &headers, &body);
    let answer = match validator.check(&request) {
        Err(why) => {
            eprintln!("  our server: 403, {why}");
            "HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned()
        }
        Ok(_) if target == "/announcement" => {
            let twiml = Response::new()
                .with(Say::new("One moment, please."))
                .to_twiml()?;
            let twiml = twiml.as_str();
            format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{twiml}",
                twiml.len()
            )
        }
        Ok(_) => {
            let event = Params::parse(&body);
            let event = event.get("StatusCallbackEvent").unwrap_or_default();
            let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.push(event.to_owned());
            "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".to_owned()
        }
    };
    stream.write_all(answer.as_bytes()).await?;
    Ok(())
}

/// One request: its target, headers and body.
async fn read(stream: &mut TcpStream) -> Result<(String, HeaderMap, Vec<u8>), Failure> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if bytes.len() > 65_536 || stream.read_buf(&mut bytes).await? == 0 {
            return Err("no request".into());
        }
    };
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned();
    let mut lines = head.lines();
    let target = lines.next().and_then(|line| line.split(' ').nth(1));
    let target = target.unwrap_or_default().to_owned();
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        headers.append(
            name.parse::<HeaderName>()?,
            HeaderValue::from_str(value.trim())?,
        );
    }
    let length = headers
        .get("content-length")
        .and_then(|it| it.to_str().ok());
    let length: usize = length.unwrap_or("0").parse()?;
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err("half a request".into());
        }
    }
    let body = bytes.split_off(end + 4);
    Ok((target, headers, body))
}

fn saw(heard: &Heard, event: &str) -> bool {
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    heard.iter().any(|own| own == event)
}

async fn until(so: impl Fn() -> bool) -> Result<(), Failure> {
    let clock = SystemClock::default();
    for _ in 0..400 {
        if so() {
            return Ok(());
        }
        clock.sleep(Duration::from_millis(5)).await;
    }
    Err("it did not come about".into())
}

fn expect(is_so: bool, what: &str) -> Result<(), Failure> {
    if is_so {
        println!("  ✓ {what}");
        return Ok(());
    }
    Err(what.into())
}
