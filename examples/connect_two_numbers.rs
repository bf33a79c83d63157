//! Two phones are connected: one is rung, then the other, and status callbacks say how far the call is.
//!
//! It runs on a built-in simulator of Exotel, with a receiver of callbacks that expects a token. With `--real --yes` and
//! `EXOTEL_API_KEY`, `EXOTEL_API_TOKEN` and `EXOTEL_ACCOUNT_SID` it rings real phones, at your cost, and follows the call by
//! its details.
//!
//! ```sh
//! cargo run --example connect_two_numbers
//! cargo run --example connect_two_numbers -- --outcome busy
//! cargo run --example connect_two_numbers -- --real --from +919876543210 --to +918123456789 --caller-id 08047112345 --yes
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use exotel_vsip::ExotelClient;
use exotel_vsip::callback::{CallTracker, CallbackReceiver, Freshness};
use exotel_vsip::testkit::{self, ExotelSimulator, Pace};
use exotel_vsip::voice::{Call, CallEvent, CallSid, ConnectNumbers, Number};
use secrecy::SecretString;
use voice_core::clock::{Clock, SystemClock};
use voice_core::config::Environment;
use voice_core::error::Error;
use voice_core::ident::E164;
use voice_core::testkit::{Service, SimAnswer, SimRequest, SimServer};
use voice_core::webhook::{WebhookRequest, WebhookUrl};

type Failure = Box<dyn std::error::Error>;

/// Connects two phones, on a built-in simulator or on a real account.
#[derive(Debug, Parser)]
#[command(name = "connect_two_numbers")]
struct Args {
    /// The number that is rung first, in E.164 form
    #[arg(long, default_value = "+919876543210")]
    from: E164,

    /// The number that is rung then
    #[arg(long, default_value = "+918123456789")]
    to: E164,

    /// The ExoPhone that both see
    #[arg(long, default_value = "08047112345")]
    caller_id: Number,

    /// On the simulator: what becomes of the second number
    #[arg(long, value_enum, default_value_t)]
    outcome: Outcome,

    /// Use the real account
    #[arg(long)]
    real: bool,

    /// Really ring, with the real account
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Outcome {
    /// Somebody picks up
    #[default]
    Answered,
    /// The line is busy
    Busy,
    /// Nobody picks up
    NoAnswer,
}

/// The application's server. In yours, the web framework takes the place of [`Service`]; the rest stays.
struct Server {
    receiver: CallbackReceiver,
    tracker: CallTracker,
}

impl Service for Server {
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        let target = format!("{}?{}", request.path, request.query);
        let webhook =
            WebhookRequest::new(&request.method, &target, &request.headers, &request.body);
        match self.receiver.receive(&webhook, None) {
            Ok(callback) => {
                let news = match self.tracker.note(&callback) {
                    Freshness::New => "",
                    _ => " (nothing new)",
                };
                let report = callback.report();
                let event = report.event.as_ref().map_or("", CallEvent::as_str);
                let status = report.status.as_ref().map_or("", |status| status.as_str());
                println!("  callback: {event}, {status}{news}");
                for (at, leg) in report
                    .legs
                    .iter()
                    .flat_map(|legs| legs.as_slice())
                    .enumerate()
                {
                    let status = leg
                        .status
                        .as_ref()
                        .map_or("no status", |status| status.as_str());
                    println!("    leg {}: {status}", at + 1);
                }
                SimAnswer::empty(204)
            }
            Err(refused) => {
                println!("  callback refused: {refused}");
                SimAnswer::empty(refused.suggested_status())
            }
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let outcome = if args.real {
        on_a_real_account(&args).await
    } else {
        on_the_simulator(&args).await
    };
    outcome.unwrap_or_else(|failure| {
        eprintln!("\n{failure}");
        let unknown = failure
            .downcast_ref::<Error>()
            .is_some_and(Error::may_have_happened);
        if unknown {
            eprintln!("Somebody may have been rung: look at the call list before you dial again.");
        }
        ExitCode::FAILURE
    })
}

async fn on_the_simulator(args: &Args) -> Result<ExitCode, Failure> {
    println!("This runs on a built-in simulator of Exotel.\n");
    let pace = Pace::FAST
        .with_dial(Duration::from_millis(200))
        .with_answer(Duration::from_millis(400))
        .with_talk(Some(Duration::from_millis(1200)));
    let simulator = ExotelSimulator::builder().pace(pace).start().await;
    simulator.set_outcome(
        &args.to,
        match args.outcome {
            Outcome::Answered => testkit::Outcome::Answered,
            Outcome::Busy => testkit::Outcome::Busy,
            Outcome::NoAnswer => testkit::Outcome::NoAnswer,
        },
    );
    // Callbacks are not signed: a secret in their URL tells them from anybody else's.
    let receiver = CallbackReceiver::new().token(SecretString::from("a-long-random-text"))?;
    let server = Arc::new(Server {
        receiver: receiver.clone(),
        tracker: CallTracker::new(),
    });
    let listening = SimServer::start(server).await;
    let url = WebhookUrl::parse(&format!("{}/exotel", listening.url()))?;

    let request = request(args)
        .status_callback(receiver.url(&url))
        .events([CallEvent::Answered, CallEvent::Terminal]);
    let client = simulator.client()?;
    let sid = dial(&client, &request, args).await?;
    follow(&client, &sid, Duration::from_millis(100)).await?;
    // The report of the end may still be on its way.
    SystemClock::default()
        .sleep(Duration::from_millis(200))
        .await;

    println!("\nThe callbacks come a second time, as happens:");
    simulator.redeliver().await;
    println!(
        "\nPeople rung: {} and {}, once each.",
        simulator.dialled(&args.from),
        simulator.dialled(&args.to)
    );
    Ok(ExitCode::SUCCESS)
}

async fn on_a_real_account(args: &Args) -> Result<ExitCode, Failure> {
    let client = ExotelClient::from_environment(&Environment::process())?;
    if !args.yes {
        println!(
            "This would ring {} and then {}, at your cost. Run it again with --yes, or without --real.",
            args.from.masked(),
            args.to.masked()
        );
        return Ok(ExitCode::from(2));
    }
    let sid = dial(&client, &request(args), args).await?;
    follow(&client, &sid, Duration::from_secs(2)).await?;
    Ok(ExitCode::SUCCESS)
}

fn request(args: &Args) -> ConnectNumbers {
    ConnectNumbers::new(args.from, args.to, args.caller_id.clone())
        .time_limit(Duration::from_secs(600))
        .ring_timeout(Duration::from_secs(30))
}

async fn dial(
    client: &ExotelClient,
    request: &ConnectNumbers,
    args: &Args,
) -> Result<CallSid, Failure> {
    println!("Ringing {}, then {}:", args.from.masked(), args.to.masked());
    let call = client.voice().connect(request).await?;
    let sid = call.sid.clone().ok_or("the answer has no call SID")?;
    Ok(sid)
}

/// Tells of every change until the call is over.
async fn follow(client: &ExotelClient, sid: &CallSid, every: Duration) -> Result<(), Failure> {
    let clock = SystemClock::default();
    let mut last = String::new();
    loop {
        let call = client.voice().details(sid).await?;
        if status(&call) != last {
            last = status(&call);
            println!("  {sid}: {last}");
        }
        if call.status.as_ref().is_some_and(|status| status.is_final()) {
            return Ok(());
        }
        clock.sleep(every).await;
    }
}

fn status(call: &Call) -> String {
    call.status
        .as_ref()
        .map_or_else(|| "no status".to_owned(), ToString::to_string)
}
