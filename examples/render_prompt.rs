//! A prompt is fetched, its variables listed, its values filled in; a chat; missing names; the service goes down.
//!
//! Without credentials it runs on the built-in simulator of PromptOps, and ends with 1 when anything is not as expected. With
//! `PROMPTOPS_API_KEY` (and `PROMPTOPS_SECRET_KEY`) in the environment it renders a prompt of yours.
//!
//! ```sh
//! cargo run --example render_prompt
//! cargo run --example render_prompt -- --prompt hello-world --var name=Ana
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use promptops_client::render::{Message, PromptVariables, Role};
use promptops_client::testkit::Outage;
use promptops_client::{PromptOps, variables};
use voice_core::config::Environment;
use voice_core::error::Error;
use voice_examples::{PromptStage, expect};

/// Fetches a prompt and renders it.
#[derive(Debug, Parser)]
#[command(name = "render_prompt")]
struct Args {
    /// The prompt
    #[arg(long, default_value = "order-status", value_name = "ID")]
    prompt: String,

    /// One version of it; the latest unless given
    #[arg(long)]
    version: Option<String>,

    /// A value for one of its variables; may be given several times
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = voice_examples::variable)]
    variables: Vec<(String, String)>,

    /// Use the simulator although there are credentials in the environment
    #[arg(long)]
    simulate: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let environment = Environment::process();
    let outcome = match !args.simulate && environment.has("PROMPTOPS_API_KEY") {
        true => on_account(&args).await,
        false => on_simulator(&args).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn on_account(args: &Args) -> Result<(), Error> {
    let prompts = PromptOps::from_env()?;
    let values: PromptVariables = args.variables.iter().cloned().collect();
    show(&prompts, args, &values).await?;
    prompts.close(Duration::from_secs(5)).await;
    Ok(())
}

async fn on_simulator(args: &Args) -> Result<(), Error> {
    println!("No credentials in use: this runs on a built-in simulator of PromptOps.\n");
    let stage = PromptStage::start().await?;
    let prompts = &stage.prompts;
    let mut values =
        variables! { customer_name: "Ana {{secret}}", order: serde_json::json!({"id": 4711}) };
    values.extend(args.variables.iter().cloned());
    let text = show(prompts, args, &values).await?;
    if args.prompt == "order-status" && args.variables.is_empty() {
        let expected = "You help Ana {{secret}} with order 4711. Answer as {\"say\": \"…\"}.";
        expect(
            text == expected,
            "values are inserted as they are, and JSON stays",
        )?;
    }

    println!("\nA chat, with what was said before:");
    let history = [
        Message::new(Role::User, "Hello"),
        Message::new(Role::Assistant, "Good day!"),
    ];
    let values = variables! { shop: "Acme", question: "Where is it?" };
    let values = values.with_messages("history", history);
    let ask = prompts.prompt("support-chat");
    let messages = ask.render_chat(Role::User, &values).await?;
    for message in &messages {
        println!("  {:>9}: {}", message.role().as_str(), message.content());
    }
    expect(messages.len() == 4, "two messages and a history of two")?;

    println!("\nWithout values:");
    match prompts.render("order-status", &variables! {}).await {
        Ok(_) => expect(false, "missing names are an error")?,
        Err(error) => {
            println!("  {error}");
            let named = |name: &str| {
                error
                    .fields()
                    .iter()
                    .any(|field| field.field.ends_with(name))
            };
            let all = named("customer_name") && named("order.id");
            expect(all, "every missing name is named")?;
        }
    }

    println!("\nThe service goes down:");
    stage.simulator.set_outage(Outage::Down);
    let values = variables! { customer_name: "Ben", order: serde_json::json!({"id": 42}) };
    let cached = prompts.render("order-status", &values).await?;
    println!("  {:>11}: {}", cached.source.as_str(), cached.text);
    expect(!cached.is_fallback(), "what was ever seen is still there")?;
    let ask = prompts
        .prompt("never-seen")
        .fallback_text("Help {{customer_name}}.");
    let fallback = ask.render(&values).await?;
    println!("  {:>11}: {}", fallback.source.as_str(), fallback.text);
    let is_own = fallback.is_fallback() && fallback.text == "Help Ben.";
    expect(is_own, "what was never seen has a fallback, marked as such")?;

    let cache = prompts.cache_stats();
    println!(
        "\n{} prompts asked for, {:.0} % of them from memory, {} requests sent.",
        prompts.stats().total_requests,
        cache.hit_rate * 100.0,
        stage.simulator.total_requests(),
    );
    Ok(())
}

/// Fetches, says what there is, renders.
async fn show(prompts: &PromptOps, args: &Args, values: &PromptVariables) -> Result<String, Error> {
    let mut ask = prompts.prompt(&args.prompt);
    if let Some(version) = &args.version {
        ask = ask.version(version.as_str());
    }
    let prompt = ask.get().await?;
    println!(
        "{} {} from: {}",
        prompt.id(),
        prompt.version(),
        prompt.source().as_str()
    );
    println!("variables: {}", prompt.variables()?.join(", "));
    let rendered = prompt.render(values)?;
    println!("rendered:  {}", rendered.text);
    Ok(rendered.text)
}
