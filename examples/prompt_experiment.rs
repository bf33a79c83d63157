//! An experiment from its first user to its winner: a thousand users are assigned, see a prompt, and order or do not.
//!
//! It runs on the built-in simulator of PromptOps: the service defines the experiment, the client assigns on its own, reports
//! exposures and conversions in the background, and the numbers are worked out here. It prints a table, draws a plot, and
//! ends with 1 when anything is not as expected.
//!
//! ```sh
//! cargo run --example prompt_experiment
//! cargo run --example prompt_experiment -- --users 5000 --plain 10 --friendly 12
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use promptops_client::experiments::stats::{Confidence, Sample, Verdict, winner};
use promptops_client::experiments::{BucketUse, Subject, bucket};
use promptops_client::models::{EventType, Experiment, ExperimentStatus, JsonMap, Variant};
use promptops_client::{PromptOps, variables};
use voice_core::error::{Error, ErrorKind};
use voice_examples::{PromptStage, RatePlot, expect, output};

/// Runs an experiment on simulated users.
#[derive(Debug, Parser)]
#[command(name = "prompt_experiment")]
struct Args {
    /// How many users
    #[arg(long, default_value_t = 1_000)]
    users: u32,

    /// How many of a hundred order after the plain greeting
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=100))]
    plain: u8,

    /// How many of a hundred order after the friendly greeting
    #[arg(long, default_value_t = 22, value_parser = clap::value_parser!(u8).range(0..=100))]
    friendly: u8,

    /// Where the plot goes; target/prompt_experiment.svg unless given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXPERIMENT: &str = "greeting-tone";

#[tokio::main]
async fn main() -> ExitCode {
    match Box::pin(run(&Args::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<(), Error> {
    let stage = PromptStage::start().await?;
    let simulator = &stage.simulator;
    simulator.add("greeting", "1.0.0", "Greet {{name}} {{tone}}.");
    simulator.add_experiment(experiment());
    let prompts = &stage.prompts;

    let mut left_out = 0_u32;
    for number in 0..args.users {
        let subject = Subject::user(format!("user_{number}"));
        left_out += u32::from(visit(prompts, &subject, number, args).await?.is_none());
        if number % 100 == 99 {
            // Events are sent in the background; a program this fast has to wait for them now and then.
            prompts.flush(Duration::from_secs(30)).await;
        }
    }
    let closed = prompts.close(Duration::from_secs(30)).await;
    let counts = count(simulator);
    println!(
        "{} users: {left_out} take no part; {} events sent, {} dropped.\n",
        args.users, closed.events.sent, closed.events.dropped
    );
    report(&counts, args)?;

    let exposed: u64 = counts.values().map(|(exposed, _)| exposed).sum();
    let all = u64::from(args.users - left_out);
    expect(
        exposed == all,
        "every participant was exposed once, and nobody else",
    )?;
    let ids: Vec<&str> = counts.keys().map(String::as_str).collect();
    expect(ids == ["friendly", "plain"], "both variants were seen")?;
    let again = prompts.assign(EXPERIMENT, &Subject::user("user_0")).await?;
    let once_more = prompts.assign(EXPERIMENT, &Subject::user("user_0")).await?;
    expect(again == once_more, "a user keeps a variant")
}

fn experiment() -> Experiment {
    let tone = |text: &str| {
        let values = serde_json::json!({ "tone": text });
        JsonMap::from([("variables", values)])
    };
    Experiment::new(EXPERIMENT)
        .status(ExperimentStatus::Running)
        .traffic_percentage(90_u32)
        .control_variant(Variant::new("plain").prompt_config(tone("briefly")))
        .treatment_variants([Variant::new("friendly").prompt_config(tone("warmly"))])
}

/// One user sees the prompt, and orders or does not; `None` for who takes no part.
async fn visit(
    prompts: &PromptOps,
    subject: &Subject,
    number: u32,
    args: &Args,
) -> Result<Option<()>, Error> {
    let seen = prompts
        .prompt_with_variant("greeting", EXPERIMENT, subject)
        .await?;
    let user = format!("User {number}");
    let text = seen.render(&variables! { name: user.as_str(), tone: "somehow" })?;
    let (tone, percent) = match seen.variant_id() {
        Some("friendly") => ("warmly", args.friendly),
        Some(_) => ("briefly", args.plain),
        None => ("somehow", 0),
    };
    expect(
        text.text == format!("Greet {user} {tone}."),
        "the variant's values are rendered",
    )?;
    if seen.variant_id().is_none() {
        return Ok(None);
    }
    // Whether a user orders is a function of the user, so that every run is the same.
    let unit = subject.user_id().unwrap_or_default();
    let lot = bucket(BucketUse::Flag, "orders", unit) % 100;
    if lot < u64::from(percent) {
        prompts
            .track_conversion(EXPERIMENT, subject, "ordered")
            .await?;
    }
    Ok(Some(()))
}

/// Exposures and conversions by variant, as the service has them.
fn count(
    simulator: &promptops_client::testkit::PromptOpsSimulator,
) -> BTreeMap<String, (u64, u64)> {
    let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for event in simulator.events() {
        let data = event.event_data.unwrap_or_default();
        let variant = data.get("variant_id").and_then(serde_json::Value::as_str);
        let (exposed, converted) = counts.entry(variant.unwrap_or("?").to_owned()).or_default();
        match event.event_type {
            Some(EventType::Conversion) => *converted += 1,
            _ => *exposed += 1,
        }
    }
    counts
}

fn report(counts: &BTreeMap<String, (u64, u64)>, args: &Args) -> Result<(), Error> {
    let confidence = Confidence::default();
    let wrong = |error: promptops_client::experiments::stats::StatsError| {
        Error::new(ErrorKind::Other, error.to_string())
    };
    let sample = |id: &str| {
        let (exposed, converted) = counts.get(id).copied().unwrap_or_default();
        Sample::new(exposed, converted).map_err(wrong)
    };
    let (plain, friendly) = (sample("plain")?, sample("friendly")?);
    println!(
        "{:<10} {:>6} {:>8} {:>7}   95 % interval",
        "variant", "users", "ordered", "rate"
    );
    let mut plot = RatePlot::new("Orders by variant, with 95 % intervals");
    for (name, sample) in [("plain", plain), ("friendly", friendly)] {
        let interval = sample.wilson(confidence);
        println!(
            "{name:<10} {:>6} {:>8} {:>6.1} %   {:.1} % to {:.1} %",
            sample.participants(),
            sample.conversions(),
            sample.rate() * 100.0,
            interval.low * 100.0,
            interval.high * 100.0,
        );
        plot = plot.bar(name, sample.rate(), (interval.low, interval.high));
    }
    let treatments = [("friendly", friendly)];
    let verdict = winner(plain, &treatments, u64::from(args.users) / 4, confidence);
    println!();
    match &verdict {
        Verdict::Winner {
            variant_id,
            comparison,
        } => {
            let interval = comparison.interval();
            println!(
                "Winner: {variant_id}, {:+.1} points (95 %: {:+.1} to {:+.1}), p = {:.4}",
                comparison.difference() * 100.0,
                interval.low * 100.0,
                interval.high * 100.0,
                comparison.p_value(),
            );
        }
        Verdict::TooFew { have, need } => println!("No verdict yet: {have} users of {need}."),
        _ => println!("No winner: the difference may be chance."),
    }
    let file = output(args.out.as_deref(), "prompt_experiment.svg");
    let failed = |error| Error::new(ErrorKind::Other, format!("{}: {error}", file.display()));
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(&file, plot.to_svg()).map_err(failed)?;
    println!("The plot is in {}", file.display());
    let is_clear = args.users >= 1_000 && args.friendly >= args.plain.saturating_add(10);
    let won = matches!(verdict, Verdict::Winner { .. });
    expect(won || !is_clear, "a difference this clear has a winner")
}
