//! A campaign: everybody on a list is rung once, at a rate, with a journal on the disk that survives `kill -9`.
//!
//! It runs on a built-in simulator of Twilio, on which some dials are refused with 429 and one answer gets lost. The results are
//! lines of JSON in the system's folder for temporary files. At the end the simulator says how often each number was rung.
//!
//! ```sh
//! cargo run --example campaign
//! cargo run --example campaign -- --kill    # the dialler is killed in the middle, twice, and started again
//! cargo run --example campaign -- --pause   # held for two seconds, then resumed
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::sync::Mutex;
use std::time::Duration;

use clap::Parser;
use twilio_client::TwilioClient;
use twilio_client::testkit::TwilioSimulator;
use voice_core::clock::{Clock, SystemClock};
use voice_core::flow::bulk::{
    BulkControl, BulkDial, BulkProgress, BulkReport, BulkState, Entry, EntryOutcome, ResultLines,
};
use voice_core::flow::journal::FileJournal;
use voice_core::ident::{AccountSid, AuthToken, E164};
use voice_core::provider::{CallKey, Connect, JoinUrl, PlaceCall};
use voice_core::testkit::Mishap;
use voice_core::transport::BaseUrl;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The simulator makes a call the moment it is asked. With a real provider leave this at its default of 35 s.
const SETTLE: Duration = Duration::from_secs(2);

/// Rings everybody on a list once, on a built-in simulator.
#[derive(Debug, Parser)]
#[command(name = "campaign")]
struct Args {
    /// How many people are on the list, at most 9999
    #[arg(long, default_value_t = 150, value_parser = clap::value_parser!(u32).range(1..=9999))]
    people: u32,

    /// Dials per second
    #[arg(long, default_value_t = 40)]
    per_second: u32,

    /// Kill the dialler in the middle, twice, and start it again
    #[arg(long)]
    kill: bool,

    /// Hold the campaign for two seconds in the middle
    #[arg(long, conflicts_with = "kill")]
    pause: bool,

    /// The simulator to dial on: set by the program for the process it kills
    #[arg(long, hide = true, requires = "folder")]
    dial_on: Option<String>,

    /// Where journal and results are
    #[arg(long, hide = true)]
    folder: Option<PathBuf>,
}

fn number(row: u32) -> Result<E164, Failure> {
    Ok(E164::parse(&format!("+1415555{row:04}"))?)
}

/// The list: each entry has a key that is the same at every start.
fn list(people: u32) -> Result<Vec<Entry>, Failure> {
    let from = E164::parse("+15557654300")?;
    let greeting = Connect::Session(JoinUrl::new("wss://agent.example.com/greeting".to_owned())?);
    (0..people)
        .map(|row| {
            let key = CallKey::new(format!("spring/row-{row}"))?;
            let call = PlaceCall::new(number(row)?, from, greeting.clone(), key);
            Ok(Entry::from(call))
        })
        .collect()
}

/// A bar on a terminal; a line for each tenth elsewhere.
struct Bar {
    on_terminal: bool,
    last: Mutex<(u64, BulkState)>,
}

impl Bar {
    fn new() -> Self {
        Self {
            on_terminal: std::io::stdout().is_terminal(),
            last: Mutex::new((0, BulkState::Running)),
        }
    }

    fn show(&self, progress: &BulkProgress) {
        let total = progress.total.unwrap_or(1).max(1);
        let tenths = progress.done.finished() * 10 / total;
        if self.on_terminal {
            let full = usize::try_from(tenths * 3).unwrap_or(30).min(30);
            let bar = format!("{}{}", "#".repeat(full), "-".repeat(30 - full));
            print!("\r  [{bar}] {progress}\x1b[K");
            // A terminal that is gone shows nothing, which is no reason to stop dialling.
            let _ = std::io::stdout().flush();
            return;
        }
        let Ok(mut last) = self.last.lock() else {
            return;
        };
        if *last != (tenths, progress.state) {
            *last = (tenths, progress.state);
            println!("  {progress}");
        }
    }

    fn end(&self) {
        if self.on_terminal {
            println!();
        }
    }
}

/// Dials the list. This is all an application has to write.
async fn dial(
    client: &TwilioClient,
    folder: &Path,
    args: &Args,
    control: &BulkControl,
) -> Result<BulkReport, Failure> {
    let journal = FileJournal::open(folder.join("calls.journal")).await?;
    let bar = std::sync::Arc::new(Bar::new());
    let shown = std::sync::Arc::clone(&bar);
    let outcome = BulkDial::new()
        .per_second(args.per_second)
        .at_once(20)
        .settle(SETTLE)
        .control(control)
        .results(&ResultLines::file(folder.join("results.jsonl"))?)
        .on_progress(move |progress| shown.show(progress))
        .on_result(|result| match &result.outcome {
            EntryOutcome::Unknown { error } => println!("\n  {} is unknown: {error}", result.key),
            EntryOutcome::Refused { error } => println!("\n  {} was refused: {error}", result.key),
            _ => {}
        })
        .run_all(client, &journal, list(args.people)?)
        .await;
    bar.end();
    let report = outcome?;
    println!("  {report}");
    Ok(report)
}

fn client(url: &str) -> Result<TwilioClient, Failure> {
    Ok(TwilioClient::builder()
        .account_sid(AccountSid::parse(TwilioSimulator::ACCOUNT_SID)?)
        .auth_token(AuthToken::parse(TwilioSimulator::AUTH_TOKEN)?)
        .base_url(BaseUrl::parse(url)?)
        .build()?)
}

/// Pauses for two seconds once a third is done.
async fn interrupt(control: &BulkControl, people: u32) {
    let mut watch = control.watch();
    while let Some(progress) = watch.changed().await {
        if progress.done.finished() >= u64::from(people / 3) {
            break;
        }
    }
    control.pause();
    SystemClock::default().sleep(Duration::from_secs(2)).await;
    control.resume();
}

/// Starts this program again as a dialler.
fn dialler(url: &str, folder: &Path, args: &Args) -> Result<Child, Failure> {
    Ok(Command::new(std::env::current_exe()?)
        .args(["--people", &args.people.to_string()])
        .args(["--per-second", &args.per_second.to_string()])
        .args(["--dial-on", url])
        .arg("--folder")
        .arg(folder)
        .spawn()?)
}

/// Kills the dialler after a third and after two thirds, and starts it again until it is through.
async fn with_kills(
    simulator: &TwilioSimulator,
    folder: &Path,
    args: &Args,
) -> Result<(), Failure> {
    let clock = SystemClock::default();
    let people = usize::try_from(args.people)?;
    for limit in [Some(people / 3), Some(people * 2 / 3), None] {
        let mut child = dialler(&simulator.url(), folder, args)?;
        loop {
            if let Some(status) = child.try_wait()? {
                match status.success() {
                    true => return Ok(()),
                    false => return Err(format!("the dialler failed: {status}").into()),
                }
            }
            let rung = simulator.calls().len();
            if limit.is_some_and(|limit| rung >= limit) {
                // The next answers are slow, so that it dies with dials on their way: made, and not yet heard of.
                for _ in 0..5 {
                    let slow = Mishap::Slow(Duration::from_secs(1));
                    simulator.mishaps().next_of("calls.create", slow);
                }
                clock.sleep(Duration::from_millis(150)).await;
                let rung = simulator.calls().len();
                child.kill()?;
                child.wait()?;
                println!("\n  -- killed (SIGKILL) after {rung} calls; started again --");
                break;
            }
            clock.sleep(Duration::from_millis(5)).await;
        }
    }
    Ok(())
}

/// What the simulator saw.
fn verdict(simulator: &TwilioSimulator, people: u32) -> Result<bool, Failure> {
    let mut rung = [0_u32; 3];
    for row in 0..people {
        let times = simulator.dialled(&number(row)?).min(2);
        if let Some(count) = rung.get_mut(times) {
            *count += 1;
        }
    }
    let [never, once, more] = rung;
    println!("The simulator rang {once} of {people} once, {never} never, {more} more than once.");
    Ok(once == people)
}

async fn simulated(args: &Args) -> Result<bool, Failure> {
    let simulator = TwilioSimulator::builder()
        .calls_per_second(1_000.0)
        .start()
        .await;
    for _ in 0..3 {
        let wait = Some(Duration::from_secs(1));
        simulator
            .mishaps()
            .next_of("calls.create", Mishap::RateLimited(wait));
    }
    simulator
        .mishaps()
        .next_of("calls.create", Mishap::ServerErrorAfterActing);
    let folder = std::env::temp_dir().join(format!("voice-campaign-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    println!(
        "{} people, {} dials per second, on a simulator of Twilio.",
        args.people, args.per_second
    );
    if args.kill {
        with_kills(&simulator, &folder, args).await?;
    } else {
        let control = BulkControl::new();
        let client = simulator.client()?;
        let campaign = dial(&client, &folder, args, &control);
        if args.pause {
            let (report, ()) = tokio::join!(campaign, interrupt(&control, args.people));
            report?;
        } else {
            campaign.await?;
        }
    }
    println!("Results: {}", folder.join("results.jsonl").display());
    verdict(&simulator, args.people)
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let outcome = match (&args.dial_on, &args.folder) {
        (Some(url), Some(folder)) => match client(url) {
            Ok(client) => dial(&client, folder, &args, &BulkControl::new())
                .await
                .map(|_| true),
            Err(failure) => Err(failure),
        },
        _ => simulated(&args).await,
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
