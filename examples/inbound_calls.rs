//! Phone calls that ring at OpenAI, answered for many tenants.
//!
//! A webhook endpoint on loopback HTTP stands in front of the intake. The simulator rings and delivers signed webhooks: two
//! tenants that are well, one of which has a single line, a third whose document is full of slips, a number that is
//! nobody's, duplicates, forgeries, a store of texts that is down, a caller who is gone, a session that does not start. In
//! the end everybody hangs up, every place is free again, and the counters are shown. No account is needed, and nothing
//! leaves this machine, unless you give it a Redis.
//!
//! The application's part is `examples/src/inbound/service.rs`, and the handler `desk.rs` beside it.
//!
//! ```sh
//! cargo run --example inbound_calls
//! cargo run --example inbound_calls -- --calls 50 --reload --log
//! cargo run --example inbound_calls -- --redis redis://127.0.0.1:6379
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use voice_core::clock::SystemClock;
use voice_core::observe::json_log::{JsonLog, LogLevels};
use voice_core::provider::CallKey;
use voice_examples::inbound::{
    CallScenes, Failure, OneCallLog, Stores, Story, TenantFile, play_calls, tenants,
};

/// Answers simulated phone calls for many tenants, through everything that can go wrong.
#[derive(Debug, Parser)]
#[command(
    name = "inbound_calls",
    after_help = "On a real account three constructors change: OpenAiClient::from_env() (OPENAI_API_KEY) in place of \
                  the simulator's client, OpenAiWebhooks::from_env() (OPENAI_WEBHOOK_SECRET) in place of its secret, and \
                  SidebandSessions::new(SidebandOptions::of(&client)) with that client. The endpoint then has to be \
                  reachable for OpenAI, and is registered in the project's settings."
)]
struct Args {
    /// Calls that one tenant takes at once
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=200))]
    calls: u32,

    /// Keep the tenants in this JSON file; it is written when there is none
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,

    /// Change the file while calls come in, and put it back; a temporary one without --directory
    #[arg(long)]
    reload: bool,

    /// Keep claims and places on this Redis, such as redis://127.0.0.1:6379
    #[arg(long, value_name = "URL")]
    redis: Option<String>,

    /// Print the log of the first call, as JSON lines, to standard error
    #[arg(long)]
    log: bool,
}

async fn run(args: &Args, story: &Story) -> Result<(), Failure> {
    let temporary = std::env::temp_dir().join(format!(
        "voice-tenants-{}.json",
        CallKey::unique(&SystemClock::default()).as_str()
    ));
    let path = args
        .directory
        .as_ref()
        .or(args.reload.then_some(&temporary));
    let file = match path {
        Some(path) => Some(TenantFile::open(path, &tenants()).await?),
        None => None,
    };
    let scenes = CallScenes {
        calls: args.calls,
        stores: match &args.redis {
            Some(url) => Stores::redis(url).await?,
            None => Stores::memory(),
        },
        file,
        reload: args.reload,
    };
    let played = play_calls(scenes, story).await;
    if path == Some(&temporary) {
        std::fs::remove_file(&temporary)?;
    }
    played.map(drop)
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let log = OneCallLog::default();
    if args.log {
        let levels = LogLevels::new(voice_core::observe::json_log::LogLevel::Debug);
        let layer = JsonLog::to(log.clone()).layer(levels);
        tracing_subscriber::registry().with(layer).init();
    }
    let story = Story::new(|line| println!("{line}"));
    let outcome = run(&args, &story).await;
    for line in log.lines() {
        eprintln!("{line}");
    }
    match outcome {
        Ok(()) if story.is_good() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
