//! Agents: create, change, list, let one ring somebody; codes, figures and health of the whole.
//!
//! Runs on built-in simulators of Ultravox and Twilio. With `ULTRAVOX_API_KEY` in the environment and `--real` it lists the
//! account's agents, and with `--yes` it also creates one, changes it and deletes it again.
//!
//! ```sh
//! cargo run --example agents
//! cargo run --example agents -- --real
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::process::ExitCode;

use clap::Parser;
use ultravox_client::UltravoxClient;
use ultravox_client::agents::{AgentUpdate, ListAgents, NewAgent, TemplateSpec};
use ultravox_client::service::{AgentCalls, AgentSettings, CallOrder};
use voice_core::error::Error;
use voice_core::ident::AgentName;
use voice_examples::Stage;

/// Shows what agents are made of, on built-in simulators or on a real account.
#[derive(Debug, Parser)]
#[command(name = "agents")]
struct Args {
    /// Use the account whose key is in ULTRAVOX_API_KEY
    #[arg(long)]
    real: bool,

    /// With --real: also create an agent, change it and delete it
    #[arg(long)]
    yes: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let outcome = if args.real {
        on_a_real_account(args.yes).await
    } else {
        Box::pin(on_simulators()).await
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            if let Some(hint) = error.hint() {
                eprintln!("{hint}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn on_simulators() -> Result<(), Error> {
    println!("This runs on built-in simulators of Ultravox and Twilio.\n");
    let name = AgentName::parse("Front desk")?;
    let stage = Stage::start(&name).await?;
    let service =
        AgentCalls::builder(stage.agents.clone(), stage.phone.clone(), stage.from).build();

    // Texts for variables stay with the agent: a call need not bring them.
    let settings = AgentSettings::new(
        "Support Agent",
        "Hello {{customer_name}}, this is {{company_name}}. How can I help?",
    )
    .variable("company_name", "Acme Corp")
    .language("en");
    let agent = service.create_agent(&settings).await?;
    let id = agent.agent_id.as_ref().map_or("", |id| id.as_str());
    println!("created   {} ({id})", agent.name.as_deref().unwrap_or("?"));

    let change = AgentSettings::change().voice("Mark");
    let changed = service.update_agent(id, &change).await?;
    let voice = changed.call_template.as_ref().and_then(|t| t.voice.clone());
    println!("changed   voice is now {}", voice.unwrap_or_default());

    for agent in &service
        .list_agents(&ListAgents::new().sort("name"))
        .await?
        .items
    {
        println!("listed    {}", agent.name.as_deref().unwrap_or("?"));
    }

    // What is wrong is said before anybody is rung, all of it at once.
    for order in [
        CallOrder::new("+1 (555) 123-4567"),
        CallOrder::new("+15551234567"),
    ] {
        if let Err(error) = service.start_call(id, &order).await {
            println!("refused   {error}");
        }
    }
    let order = CallOrder::new("+15551234567").value("customer_name", "Ada");
    let started = service.start_call(id, &order).await?;
    println!("calling   {} is {}", started.call.id, started.call.status);
    let report = started.follow(&stage.agents, &stage.phone).await?;
    println!("ended     {}", report.call.status);

    let figures = service.metrics().snapshot();
    println!("\nfigures");
    for (name, count) in &figures.counters {
        println!("  {name:<36}{count:>4}");
    }
    let health = service.health_detailed().await;
    println!("\nhealth    {}", health.to_json());
    Ok(())
}

async fn on_a_real_account(write: bool) -> Result<(), Error> {
    let client = UltravoxClient::from_env()?;
    let mut agents = client.agents().list(&ListAgents::new());
    while let Some(agent) = agents.next().await {
        let agent = agent?;
        println!("{}", agent.name.as_deref().unwrap_or("(without a name)"));
    }
    if !write {
        println!("\nRun it again with --yes to create an agent, change it and delete it.");
        return Ok(());
    }
    let name = AgentName::parse("SDK example")?;
    let agent = NewAgent::new(name, TemplateSpec::new("Greet {{customer_name}}."));
    let created = client.agents().create(&agent).await?;
    let id = created.id()?;
    println!("created {id}");
    let change = AgentUpdate::new().prompt("Greet {{customer_name}}, and be brief.");
    let outcome = client.agents().update(id, &change).await;
    println!("changed: {}", if outcome.is_ok() { "yes" } else { "no" });
    client.agents().delete(id).await?;
    println!("deleted {id}");
    outcome.map(drop)
}
