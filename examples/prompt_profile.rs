//! How fast are prompts? Ten rounds over three prompts, fetched and rendered: a table, and a page with a chart.
//!
//! Without credentials it runs on the built-in simulator of PromptOps and ends with 1 when anything is not as expected. With
//! `PROMPTOPS_API_KEY` in the environment it asks the real service for the prompts given.
//!
//! ```sh
//! cargo run --example prompt_profile
//! cargo run --example prompt_profile -- --rounds 100 --prompt hello-world --prompt welcome-message
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use promptops_client::{PromptOps, variables};
use voice_core::config::Environment;
use voice_core::error::{Error, ErrorKind};
use voice_core::observe::{MemorySampler, ProfileSummary, Profiler};
use voice_examples::{PromptStage, expect, output};

/// Times prompts.
#[derive(Debug, Parser)]
#[command(name = "prompt_profile")]
struct Args {
    /// How many rounds
    #[arg(long, default_value_t = 10)]
    rounds: u32,

    /// A prompt; may be given several times
    #[arg(long = "prompt", value_name = "ID", default_values = ["hello-world", "welcome-message", "customer-service"])]
    prompts: Vec<String>,

    /// Ask the service each time instead of the cache
    #[arg(long)]
    no_cache: bool,

    /// Where the page goes; target/prompt_profile.html unless given. The chart stands beside it as SVG
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Use the simulator although there are credentials in the environment
    #[arg(long)]
    simulate: bool,
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

async fn run(args: &Args) -> Result<(), Error> {
    let real = !args.simulate && Environment::process().has("PROMPTOPS_API_KEY");
    let stage = match real {
        true => None,
        false => Some(PromptStage::start().await?),
    };
    let prompts = match &stage {
        Some(stage) => stage.prompts.clone(),
        None => PromptOps::from_env()?,
    };
    let summary = measure(&prompts, args).await;
    print!("{}", summary.to_text());
    let cache = prompts.cache_stats();
    println!(
        "\ncache: {} hits, {} misses, hit rate {:.2} %",
        cache.stats.hits,
        cache.stats.misses,
        cache.hit_rate * 100.0
    );
    let page = output(args.out.as_deref(), "prompt_profile.html");
    write(&page, &summary.to_html())?;
    if let Some(svg) = summary.to_svg() {
        write(&page.with_extension("svg"), &svg)?;
    }
    println!("The page is in {}", page.display());

    let asked = u64::from(args.rounds) * args.prompts.len() as u64;
    expect(
        summary.total == 2 * asked,
        "every round times a fetch and a rendering of each",
    )?;
    if let Some(stage) = &stage {
        let all_well = summary.success_rate.is_none_or(|rate| rate >= 1.0);
        expect(all_well, "everything succeeds on the simulator")?;
        let sent = stage.simulator.requests("prompts.get") as u64;
        let most = match args.no_cache {
            true => 2 * asked,
            false => args.prompts.len() as u64,
        };
        expect(sent <= most, "the cache keeps what was fetched")?;
    }
    Ok(())
}

async fn measure(prompts: &PromptOps, args: &Args) -> ProfileSummary {
    let profiler = Profiler::builder().memory(MemorySampler::process()).build();
    let values = variables! { name: "test_user", company: "Test Corp" };
    for _ in 0..args.rounds {
        for id in &args.prompts {
            let ask = || {
                let ask = prompts.prompt(id);
                match args.no_cache {
                    true => ask.ttl(std::time::Duration::ZERO),
                    false => ask,
                }
            };
            let metadata = [("prompt_id", id.as_str())];
            let got = profiler.time("get_prompt", metadata, async { ask().get().await });
            let got = got.await.map(drop);
            let rendering = async { ask().render(&values).await };
            let rendered = profiler.time("render_prompt", metadata, rendering).await;
            for error in [got.err(), rendered.map(drop).err()].into_iter().flatten() {
                eprintln!("{id}: {error}");
            }
        }
    }
    profiler.summary()
}

fn write(path: &std::path::Path, text: &str) -> Result<(), Error> {
    let wrong = |error| Error::new(ErrorKind::Other, format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(wrong)?;
    }
    fs::write(path, text).map_err(wrong)
}
