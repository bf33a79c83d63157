//! An agent with tools, through everything that can go wrong with them.
//!
//! A call comes in at the simulator and is accepted. Over its sideband the model calls functions: a lookup, one with
//! arguments that do not fit, one that does not exist, one that is too slow, one that panics, transfers to destinations
//! that the tenant has and has not. Each gets exactly one answer, and the agent goes on speaking. One tool could not be
//! built, which costs that tool alone. No account is needed, and nothing leaves this machine.
//!
//! The tools are in `examples/src/inbound/shop_tools.rs`.
//!
//! ```sh
//! cargo run --example tools
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::process::ExitCode;

use clap::Parser;
use voice_examples::inbound::{Story, play_tools};

/// Shows what an agent hears of its tools: answers, mistakes, limits, transfers.
#[derive(Debug, Parser)]
#[command(
    name = "tools",
    after_help = "On a real account three constructors change: OpenAiClient::from_env() (OPENAI_API_KEY), \
                  OpenAiWebhooks::from_env() (OPENAI_WEBHOOK_SECRET), and \
                  SidebandSessions::new(SidebandOptions::of(&client)) with that client. The tools stay as they are."
)]
struct Args {}

#[tokio::main]
async fn main() -> ExitCode {
    Args::parse();
    // One of the tools panics on purpose; a trace of it would only confuse here.
    std::panic::set_hook(Box::new(|_| {}));
    let story = Story::new(|line| println!("{line}"));
    match play_tools(&story).await {
        Ok(_) if story.is_good() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
