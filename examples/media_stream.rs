//! An echo bot on the phone: the audio of a call over a WebSocket, both ways.
//!
//! The bot greets the caller, says back what it hears, and falls silent when a key is pressed. Only Twilio gets in: the
//! upgrade is verified. No account is needed: the test kit plays Twilio and the caller, and nothing leaves this machine.
//!
//! ```sh
//! cargo run --example media_stream
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::f64::consts::TAU;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::{Method, StatusCode};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use twilio_client::media_stream::{MarkOutcome, Received, StreamError, StreamSession, mulaw};
use twilio_client::testkit::TwilioSimulator;
use twilio_client::testkit::media::{CallerError, StreamCaller};
use twilio_client::twiml::{Connect, Response as Twiml, Stream};
use twilio_client::webhook::SignatureValidator;
use voice_core::webhook::WebhookRequest;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Where Twilio finds the socket: what the TwiML says is what is signed.
const PUBLIC_URL: &str = "wss://voice.example.com/media";
/// The Auth Token of the account; in your program it comes from the environment.
const AUTH_TOKEN: &str = TwilioSimulator::AUTH_TOKEN;
const GREETING: Duration = Duration::from_millis(600);

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
    let stream = Stream::new(PUBLIC_URL)?.parameter("language", "en");
    let twiml = Twiml::new().with(Connect::stream(stream)).to_inline()?;
    println!("The TwiML that brings the call here:\n{}\n", twiml.as_str());

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("ws://{}/media", listener.local_addr()?);
    let bot = tokio::spawn(listen(listener));

    println!("Somebody who is not Twilio:");
    let stranger = StreamCaller::new(&address)
        .signed_url(PUBLIC_URL)
        .unsigned();
    let refused = stranger.dial().await.err();
    expect(
        refused == Some(CallerError::Upgrade(403)),
        "a stranger stays outside",
    )?;

    println!("A caller:");
    call(&address).await?;
    let marks = bot.await??;
    let expected = [
        ("greeting".to_owned(), MarkOutcome::Played),
        ("music".to_owned(), MarkOutcome::Cleared),
    ];
    expect(marks == expected, "the bot knows what was heard")
}

/// The caller's side: what a person would do and hear.
async fn call(address: &str) -> Result<(), Failure> {
    let caller = StreamCaller::new(address)
        .signed_url(PUBLIC_URL)
        .parameter("language", "en");
    let mut call = caller.dial().await?;
    let limit = Duration::from_secs(5);

    let greeted = call
        .listen_until(limit, |heard| heard.marks.len() == 1)
        .await?;
    println!(
        "  caller: heard a greeting of {:?}",
        mulaw::duration_of(call.heard().audio.len())
    );
    expect(
        greeted && call.heard().audio.len() == mulaw::bytes_of(GREETING),
        "the greeting is whole",
    )?;

    let words = tone(440.0, Duration::from_millis(200));
    call.speak(&words).await?;
    let enough = mulaw::bytes_of(GREETING) + words.len();
    let echoed = call
        .listen_until(limit, |heard| heard.audio.len() >= enough)
        .await?;
    println!("  caller: said something, and heard it again");
    expect(
        echoed && call.heard().audio.ends_with(&words),
        "the echo is what was said",
    )?;

    println!("  caller: presses 1 for music");
    call.press("1").await?;
    call.listen(Duration::from_millis(400)).await?;
    println!("  caller: has had enough, and presses 2");
    call.press("2").await?;
    let silent = call
        .listen_until(limit, |heard| heard.clears() == 1)
        .await?;
    let heard = call.hang_up().await;
    println!(
        "  caller: hung up; {:?} of music were never heard",
        mulaw::duration_of(heard.cleared)
    );
    expect(
        silent && heard.cleared > mulaw::bytes_of(Duration::from_secs(8)),
        "the music stopped",
    )?;
    expect(heard.warnings.is_empty(), "Twilio understood every frame")
}

/// The bot's side: takes connections until one call was served, and gives its marks.
async fn listen(listener: TcpListener) -> Result<Vec<(String, MarkOutcome)>, Failure> {
    let validator = SignatureValidator::new(AUTH_TOKEN)?;
    loop {
        let (tcp, _) = listener.accept().await?;
        tcp.set_nodelay(true)?;
        if let Some(marks) = serve(tcp, &validator).await? {
            return Ok(marks);
        }
    }
}

/// One connection. With another web framework the loop is the same.
async fn serve(
    tcp: TcpStream,
    validator: &SignatureValidator,
) -> Result<Option<Vec<(String, MarkOutcome)>>, Failure> {
    #[allow(clippy::result_large_err, reason = "the library's own type")]
    let verify = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        let upgrade = WebhookRequest::new(&Method::GET, PUBLIC_URL, request.headers(), b"");
        validator.check(&upgrade).map(|_| response).map_err(|why| {
            println!("  bot: 403, {why}");
            let mut refusal = ErrorResponse::new(None);
            *refusal.status_mut() = StatusCode::FORBIDDEN;
            refusal
        })
    };
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(tcp, verify).await else {
        return Ok(None);
    };
    let mut session = StreamSession::new();
    let mut marks = Vec::new();
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else {
            continue;
        };
        match session.receive(&text) {
            Ok(event) => {
                for frame in answer(&mut session, &event)? {
                    socket.send(Message::text(frame)).await?;
                }
                if let Received::Mark { name, outcome } = event {
                    marks.push((name, outcome));
                }
            }
            // A frame that cannot be read is no reason to hang up.
            Err(error) => println!("  bot: skipped a frame, {error}"),
        }
    }
    if !session.has_stopped() {
        println!("  bot: the connection was lost");
    }
    Ok(Some(marks))
}

/// What the bot says to what it hears.
fn answer(session: &mut StreamSession, event: &Received) -> Result<Vec<String>, StreamError> {
    match event {
        Received::Started => {
            let language = session.parameter("language").unwrap_or("?").to_owned();
            println!("  bot: a call has come, in language {language}");
            Ok(vec![
                session.play(&tone(330.0, GREETING))?,
                session.mark("greeting")?,
            ])
        }
        // Silence is not worth an echo. A real bot asks its voice activity detector.
        Received::Media(media) if mulaw::decode(&media.audio).any(|sample| sample.abs() > 500) => {
            Ok(vec![session.play(&media.audio)?])
        }
        Received::Dtmf(dtmf) if dtmf.digit.as_deref() == Some("1") => {
            println!(
                "  bot: plays ten seconds of music, all at once: Twilio keeps what it cannot play yet"
            );
            Ok(vec![
                session.play(&tone(262.0, Duration::from_secs(10)))?,
                session.mark("music")?,
            ])
        }
        Received::Dtmf(_) => {
            let Some((frame, stopped)) = session.interrupt()? else {
                return Ok(Vec::new());
            };
            println!(
                "  bot: stops; {:?} were not played to their end",
                stopped.marks
            );
            Ok(vec![frame])
        }
        Received::Mark { name, outcome } => {
            println!("  bot: {name} {outcome:?}");
            Ok(Vec::new())
        }
        Received::Stopped(_) => {
            println!("  bot: the call is over");
            Ok(Vec::new())
        }
        _ => Ok(Vec::new()),
    }
}

/// A tone stands for somebody who speaks.
fn tone(hertz: f64, length: Duration) -> Vec<u8> {
    let rate = f64::from(mulaw::SAMPLE_RATE);
    (0_u32..)
        .take(mulaw::bytes_of(length))
        .map(|at| {
            let angle = f64::from(at) / rate * hertz * TAU;
            #[allow(
                clippy::cast_possible_truncation,
                reason = "8,000 fits, whatever the angle"
            )]
            let sample = (angle.sin() * 8000.0) as i16;
            mulaw::encode_sample(sample)
        })
        .collect()
}

fn expect(is_so: bool, what: &str) -> Result<(), Failure> {
    if is_so {
        println!("  ✓ {what}");
        return Ok(());
    }
    Err(what.into())
}
