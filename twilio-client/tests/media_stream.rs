//! Media streams over a real WebSocket: a bot on loopback, and Twilio's side of it from the test kit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{CALL, call_sid};
use futures_util::{SinkExt, StreamExt};
use http::{Method, StatusCode};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use twilio_client::error::ErrorCode;
use twilio_client::media_stream::{
    MarkOutcome, Received, StreamError, StreamSession, Track, mulaw,
};
use twilio_client::testkit::TwilioSimulator;
use twilio_client::testkit::media::{CallerError, StreamCall, StreamCaller, StreamHeard};
use twilio_client::webhook::SignatureValidator;
use voice_core::webhook::WebhookRequest;

/// What the TwiML says, and Twilio signs. The bot knows it from its configuration.
const PUBLIC: &str = "wss://voice.example.com/media";
const SECOND: Duration = Duration::from_secs(1);

/// What a bot does when the stream has started.
#[derive(Clone, Copy, PartialEq)]
enum Bot {
    /// Greets for so long, marks the end of it, and echoes what is loud.
    Greet(Duration),
    /// Sends what Twilio does not understand, then greets.
    Stammer,
    /// Closes the socket.
    Leave,
}

/// What a bot saw.
#[derive(Debug, Default)]
struct Report {
    accepted: bool,
    events: Vec<Received>,
    errors: Vec<StreamError>,
    interruptions: Vec<(Vec<String>, Duration)>,
    session: StreamSession,
}

impl Report {
    fn marks(&self) -> Vec<(&str, MarkOutcome)> {
        let mark = |event| match event {
            &Received::Mark {
                ref name, outcome, ..
            } => Some((name.as_str(), outcome)),
            _ => None,
        };
        self.events.iter().filter_map(mark).collect()
    }
}

/// Starts a bot that takes one connection; gives the address.
async fn start(bot: Bot) -> (String, JoinHandle<Report>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("ws://{}/media", listener.local_addr().unwrap());
    (address, tokio::spawn(serve(listener, bot)))
}

async fn serve(listener: TcpListener, bot: Bot) -> Report {
    let mut report = Report::default();
    let (tcp, _) = listener.accept().await.unwrap();
    tcp.set_nodelay(true).unwrap();
    let validator = SignatureValidator::new(TwilioSimulator::AUTH_TOKEN).unwrap();
    #[allow(clippy::result_large_err, reason = "the library's own type")]
    let verify = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        let upgrade = WebhookRequest::new(&Method::GET, PUBLIC, request.headers(), b"");
        validator.check(&upgrade).map(|_| response).map_err(|_| {
            let mut refusal = ErrorResponse::new(None);
            *refusal.status_mut() = StatusCode::FORBIDDEN;
            refusal
        })
    };
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(tcp, verify).await else {
        return report;
    };
    report.accepted = true;
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else {
            continue;
        };
        let mut frames = Vec::new();
        match report.session.receive(&text) {
            Err(error) => report.errors.push(error),
            Ok(event) => {
                match &event {
                    Received::Started if bot == Bot::Leave => {
                        socket.close(None).await.unwrap();
                    }
                    Received::Started => {
                        if bot == Bot::Stammer {
                            socket
                                .send(Message::binary(&b"\xFF\xFF"[..]))
                                .await
                                .unwrap();
                            frames.push("?".to_owned());
                            frames.push(r#"{"event":"clear","streamSid":"MZ1"}"#.to_owned());
                        }
                        let length = match bot {
                            Bot::Greet(length) => length,
                            _ => SECOND,
                        };
                        frames.push(
                            report
                                .session
                                .play(&vec![0x10; mulaw::bytes_of(length)])
                                .unwrap(),
                        );
                        frames.push(report.session.mark("greeting").unwrap());
                    }
                    Received::Media(media) if media.audio[0] != mulaw::SILENCE => {
                        frames.push(report.session.play(&media.audio).unwrap());
                    }
                    Received::Dtmf(_) => {
                        if let Some((frame, stopped)) = report.session.interrupt().unwrap() {
                            frames.push(frame);
                            report.interruptions.push((stopped.marks, stopped.unplayed));
                        }
                    }
                    _ => {}
                }
                report.events.push(event);
            }
        }
        for frame in frames {
            if socket.send(Message::text(frame)).await.is_err() {
                return report;
            }
        }
    }
    report
}

async fn dial(address: &str) -> Result<StreamCall, CallerError> {
    StreamCaller::new(address)
        .signed_url(PUBLIC)
        .call_sid(call_sid())
        .parameter("language", "en")
        .dial()
        .await
}

#[tokio::test(start_paused = true)]
async fn a_call_is_greeted_echoed_and_ended() {
    let (address, bot) = start(Bot::Greet(SECOND)).await;
    let mut call = dial(&address).await.unwrap();
    let greeted = |heard: &StreamHeard| !heard.marks.is_empty();
    assert!(call.listen_until(5 * SECOND, greeted).await.unwrap());
    // The mark came when the second of audio was over, and not before.
    let elapsed = call.elapsed();
    assert!(
        elapsed >= SECOND && elapsed <= SECOND + 3 * mulaw::FRAME,
        "{elapsed:?}"
    );
    assert_eq!(call.heard().audio, [0x10; 8_000]);

    let words: Vec<u8> = (0..3 * 160).map(|at| (at % 100) as u8).collect();
    call.speak(&words).await.unwrap();
    call.listen(SECOND).await.unwrap();
    let heard = call.hang_up().await;
    assert_eq!(heard.audio[8_000..], words);
    assert_eq!((heard.clears(), heard.warnings.len()), (0, 0));

    let report = bot.await.unwrap();
    assert_eq!(report.marks(), [("greeting", MarkOutcome::Played)]);
    assert_eq!(report.session.call_sid().unwrap().as_str(), CALL);
    assert_eq!(report.session.parameter("language"), Some("en"));
    assert!(report.session.has_stopped());
    assert_eq!((report.session.missing(), report.errors.len()), (0, 0));
    assert!(matches!(report.events[0], Received::Connected(_)));
    assert_eq!(report.events[1], Received::Started);
    let Received::Media(first) = &report.events[2] else {
        panic!("{:?}", report.events[2]);
    };
    assert_eq!(first.audio, [mulaw::SILENCE; 160]);
    assert_eq!(
        (&first.track, first.chunk, first.timestamp_ms),
        (&Some(Track::Inbound), Some(1), Some(0))
    );
    assert!(matches!(report.events.last(), Some(Received::Stopped(_))));
}

#[tokio::test(start_paused = true)]
async fn a_key_stops_what_is_being_played() {
    let (address, bot) = start(Bot::Greet(10 * SECOND)).await;
    let mut call = dial(&address).await.unwrap();
    call.listen(2 * SECOND).await.unwrap();
    call.press("5").await.unwrap();
    call.listen(SECOND).await.unwrap();
    // Nothing is being played any more, so that the second key stops nothing.
    call.press("6").await.unwrap();
    call.listen(SECOND).await.unwrap();
    let heard = call.hang_up().await;
    assert_eq!(heard.clears(), 1);
    assert_eq!(heard.marks, ["greeting"]);
    assert_eq!(heard.audio.len() + heard.cleared, 80_000);
    let played = mulaw::duration_of(heard.audio.len());
    let late = 3 * mulaw::FRAME;
    assert!(
        played >= 2 * SECOND - late && played <= 2 * SECOND + late,
        "{played:?}"
    );

    let report = bot.await.unwrap();
    assert_eq!(report.marks(), [("greeting", MarkOutcome::Cleared)]);
    let [(marks, unplayed)] = &report.interruptions[..] else {
        panic!("{:?}", report.interruptions);
    };
    assert_eq!(marks, &["greeting"]);
    assert!(
        *unplayed >= 8 * SECOND - late && *unplayed <= 8 * SECOND + late,
        "{unplayed:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn only_twilio_gets_in() {
    type Setting = fn(StreamCaller) -> StreamCaller;
    let settings: [(Setting, Option<u16>); 5] = [
        (|caller| caller.signed_url(PUBLIC), None),
        (|caller| caller.signed_url(PUBLIC).unsigned(), Some(403)),
        (
            |caller| caller.signed_url(PUBLIC).auth_token("another"),
            Some(403),
        ),
        // The address the server sees is not what was signed, and a query is not part of it.
        (|caller| caller, Some(403)),
        (
            |caller| caller.signed_url(format!("{PUBLIC}?a=1")),
            Some(403),
        ),
    ];
    for (set, status) in settings {
        let (address, bot) = start(Bot::Greet(SECOND)).await;
        let dialled = set(StreamCaller::new(address)).dial().await;
        assert_eq!(
            dialled.as_ref().err(),
            status.map(CallerError::Upgrade).as_ref()
        );
        if let Ok(call) = dialled {
            call.hang_up().await;
        }
        assert_eq!(bot.await.unwrap().accepted, status.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_no_end_of_the_call() {
    let (address, bot) = start(Bot::Greet(SECOND)).await;
    let mut call = dial(&address).await.unwrap();
    call.listen(SECOND / 2).await.unwrap();
    let heard = call.drop_connection();
    assert!(!heard.audio.is_empty() && heard.marks.is_empty());
    let report = bot.await.unwrap();
    assert!(!report.session.has_stopped());
    assert_eq!(
        report.session.playback().pending().collect::<Vec<_>>(),
        ["greeting"]
    );
}

#[tokio::test(start_paused = true)]
async fn an_application_that_leaves_is_noticed() {
    let (address, bot) = start(Bot::Leave).await;
    let mut call = dial(&address).await.unwrap();
    assert_eq!(call.listen(SECOND).await, Err(CallerError::Closed(None)));
    assert_eq!(call.press("1").await, Err(CallerError::Closed(None)));
    drop(call);
    assert!(bot.await.unwrap().accepted);
}

#[tokio::test(start_paused = true)]
async fn frames_that_nobody_understands_end_nothing_on_either_side() {
    let (address, bot) = start(Bot::Stammer).await;
    let mut call = dial(&address).await.unwrap();
    for frame in [
        "?",
        r#"{"event":"hologram","sequenceNumber":"2"}"#,
        r#"{"event":"media","media":{"payload":"%"}}"#,
    ] {
        call.send_text(frame).await.unwrap();
    }
    call.listen(2 * SECOND).await.unwrap();
    let heard = call.hang_up().await;
    assert_eq!(heard.warnings, [31950, 31950, 31951].map(ErrorCode::new));
    assert_eq!(heard.audio, [0x10; 8_000]);
    let report = bot.await.unwrap();
    assert_eq!(report.errors, [StreamError::NotJson, StreamError::Payload]);
    assert!(
        report
            .events
            .iter()
            .any(|event| matches!(event, Received::Other(other) if other.event == "hologram"))
    );
    assert!(report.session.has_stopped());
}

#[tokio::test]
async fn without_pace_a_minute_takes_no_minute() {
    let (address, bot) = start(Bot::Greet(5 * SECOND)).await;
    let caller = StreamCaller::new(&address).signed_url(PUBLIC);
    let mut call = caller.frame_every(Duration::ZERO).dial().await.unwrap();
    let played = |heard: &StreamHeard| !heard.marks.is_empty();
    assert!(call.listen_until(600 * SECOND, played).await.unwrap());
    let heard = call.hang_up().await;
    assert_eq!(heard.audio, vec![0x10; 40_000]);
    assert_eq!(
        bot.await.unwrap().marks(),
        [("greeting", MarkOutcome::Played)]
    );
}

#[tokio::test]
async fn only_sockets_of_this_machine_are_dialled() {
    for address in [
        "wss://127.0.0.1:1/",
        "ws://192.0.2.1:80/",
        "http://127.0.0.1/",
        "ws://127.0.0.1.example.com/",
        "",
    ] {
        let dialled = StreamCaller::new(address).dial().await;
        assert_eq!(dialled.err(), Some(CallerError::Address), "{address}");
    }
    // A port that was just free.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("ws://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(
        StreamCaller::new(address).dial().await.err(),
        Some(CallerError::Refused)
    );
}
