//! What failed today, when and where: as a table, as JSON, and as a page with charts.
//!
//! Without a log it lets a client work through a simulated day, which takes a second and needs no account, and reports on
//! that. With `--log` it reports on a request log (its rotated predecessors included) or on a file of test results (`.json`).
//!
//! ```sh
//! cargo run --example error_report
//! cargo run --example error_report -- --out report.html --write-log requests.jsonl
//! cargo run --example error_report -- --log requests.jsonl --zone Europe/Berlin
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use clap::Parser;
use voice_core::client::ClientOptions;
use voice_core::clock::Clock;
use voice_core::observe::log::{JsonlLog, rotated_files};
use voice_core::observe::report::{AlertRule, ErrorAlarm, ReportCollector, ReportOptions, Zone};
use voice_examples::Day;

/// Reports what failed: in a simulated day, or in a log.
#[derive(Debug, Parser)]
#[command(name = "error_report")]
struct Args {
    /// Where the page goes; the system's folder for temporary files unless given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// A request log in JSON lines, or test results in a .json file
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,

    /// Where the simulated day's request log goes
    #[arg(long, value_name = "FILE", conflicts_with = "log")]
    write_log: Option<PathBuf>,

    /// The zone whose hours are shown, such as Europe/Berlin
    #[arg(long, default_value = "Asia/Kolkata", value_parser = Zone::named)]
    zone: Zone,

    /// Alert when more than so many percent of the attempts fail
    #[arg(long, default_value_t = 5, value_name = "PERCENT")]
    threshold: u32,

    /// Print JSON instead of the table
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let collector = ReportCollector::new(ReportOptions::new().zone(args.zone.clone()));
    match &args.log {
        Some(log) => read(&collector, log)?,
        None => simulate(&collector, args).await?,
    }
    let report = collector.report();
    if args.json {
        println!("{:#}", report.to_json());
    } else {
        print!("{}", report.to_text());
    }
    let page = match &args.out {
        Some(page) => page.clone(),
        None => std::env::temp_dir().join("error_report.html"),
    };
    fs::write(&page, report.to_html())?;
    if let Some(alert) = report.alert(&AlertRule::over_percent(args.threshold)) {
        eprintln!("\nALERT: {alert}");
    }
    eprintln!("The page is in {}", page.display());
    Ok(())
}

fn read(collector: &ReportCollector, log: &Path) -> Result<(), Box<dyn Error>> {
    let named = |error| format!("{}: {error}", log.display());
    if log.extension().is_some_and(|extension| extension == "json") {
        let file = File::open(log).map_err(named)?;
        collector.read_test_results(file).map_err(named)?;
    } else {
        collector.read_log_file(log).map_err(named)?;
    }
    Ok(())
}

async fn simulate(collector: &ReportCollector, args: &Args) -> Result<(), Box<dyn Error>> {
    let day = Day::new(7);
    let clock: Arc<dyn Clock> = Arc::new(day.clone());
    let (alerts, inbox) = mpsc::channel();
    let rule = AlertRule::over_percent(args.threshold).min_sample(50);
    let alarm = ErrorAlarm::new(rule, {
        let day = day.clone();
        move |alert| {
            // The receiver lives as long as the client.
            let _ = alerts.send((day.wall(), *alert));
        }
    })
    .window(Duration::from_secs(3600))
    .with_clock(Arc::clone(&clock));

    let observed = collector.clone().with_clock(Arc::clone(&clock));
    let mut options = ClientOptions::new().observer(observed).observer(alarm);
    let log = args.write_log.as_ref().map(|path| {
        // A day in a second is more than a queue is made for.
        JsonlLog::file(path)
            .clock(Arc::clone(&clock))
            .queue_bytes(64 << 20)
            .build()
    });
    if let Some(log) = &log {
        options = options.observer(log.clone());
    }
    day.work(options).await?;

    for (time, alert) in inbox.try_iter() {
        eprintln!("alarm at {}: {alert}", args.zone.time(time));
    }
    if let (Some(log), Some(path)) = (log, &args.write_log) {
        let stats = log.flush();
        let files = rotated_files(path).len();
        eprintln!(
            "{} lines logged in {files} files, {} lost",
            stats.written, stats.lost
        );
    }
    eprintln!();
    Ok(())
}
