//! An agent rings a phone, and the call is followed to its end.
//!
//! Without credentials in the environment it runs on built-in simulators of Ultravox and Twilio. With `ULTRAVOX_API_KEY`,
//! `TWILIO_ACCOUNT_SID`, `TWILIO_AUTH_TOKEN` and `TWILIO_PHONE_NUMBER` it uses the real services, and asks for `--yes`
//! before it dials.
//!
//! ```sh
//! cargo run --example outbound_agent_call
//! cargo run --example outbound_agent_call -- --to +15551234567 --agent "Support Agent" --var customer_name="valued customer"
//! cargo run --example outbound_agent_call -- --outcome busy
//! cargo run --example outbound_agent_call -- --lose-answer   # the answer to the dial gets lost on its way
//! cargo run --example outbound_agent_call -- --prompt support-agent --var company=Acme
//! ```
//!
//! With `--prompt ID` the agent speaks by a prompt kept at PromptOps, whose variables are filled in here from `--var`: from the
//! service of `PROMPTOPS_API_KEY`, or from a built-in simulator. The agent is created with it, or its prompt is changed.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use twilio_client::TwilioClient;
use ultravox_client::UltravoxClient;
use voice_core::config::Environment;
use voice_core::error::Error;
use voice_core::flow::{OutboundAgentCall, outbound_agent_call};
use voice_core::ident::{AgentName, E164, PromptId};
use voice_core::provider::{AgentProvider, CallProvider};
use voice_examples::{Outcome, Stage, give_prompt, prepare_prompt, variable};

/// Lets a voice agent ring a phone, on built-in simulators or on real accounts.
#[derive(Debug, Parser)]
#[command(name = "outbound_agent_call")]
struct Args {
    /// The number to ring, in E.164 form; needed with real accounts
    #[arg(long, value_name = "NUMBER")]
    to: Option<E164>,

    /// The number to show; with real accounts TWILIO_PHONE_NUMBER unless given
    #[arg(long, value_name = "NUMBER")]
    from: Option<E164>,

    /// The agent, by its exact name
    #[arg(long, default_value = "Support Agent")]
    agent: AgentName,

    /// A prompt at PromptOps that the agent is to speak by; its variables are filled in from --var
    #[arg(long, value_name = "ID")]
    prompt: Option<PromptId>,

    /// A value for one of the agent's template variables; may be given several times
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    variables: Vec<(String, String)>,

    /// Really dial, with real accounts
    #[arg(long)]
    yes: bool,

    /// Use the simulators although there are credentials in the environment
    #[arg(long)]
    simulate: bool,

    /// What becomes of the call on the simulators
    #[arg(long, value_enum, default_value_t)]
    outcome: Outcome,

    /// On the simulators: the dial is carried out, but its answer gets lost
    #[arg(long)]
    lose_answer: bool,
}

/// Any of these in the environment means that real accounts are meant.
const CREDENTIALS: [&str; 3] = [
    "ULTRAVOX_API_KEY",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
];

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let environment = Environment::process();
    let real = !args.simulate && CREDENTIALS.iter().any(|name| environment.has(name));
    let outcome = if real {
        on_real_accounts(&args, &environment).await
    } else {
        on_simulators(&args).await
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{error}");
            let called = if error.may_have_happened() {
                "The person may have been rung: look before you dial again."
            } else {
                "Nobody was rung."
            };
            eprintln!("{called}");
            ExitCode::FAILURE
        }
    }
}

async fn on_simulators(args: &Args) -> Result<ExitCode, Error> {
    println!("No credentials in use: this runs on built-in simulators of Ultravox and Twilio.\n");
    let prompt = prepared(args, &Environment::process()).await?;
    let stage = Stage::start(&args.agent).await?;
    if args.lose_answer {
        stage.lose_the_answer_to_the_dial();
    }
    let to = match args.to {
        Some(to) => to,
        None => E164::parse("+15551234567")?,
    };
    stage.let_calls_end(&to, args.outcome);
    let call = OutboundAgentCall::new(args.agent.clone(), to, args.from.unwrap_or(stage.from))
        .variable("customer_name", "valued customer")
        .look_every(Duration::from_millis(100));
    make(&stage.agents, &stage.phone, call, args, prompt).await
}

async fn on_real_accounts(args: &Args, environment: &Environment) -> Result<ExitCode, Error> {
    // Both are read before either is reported, so that one run names everything that is missing.
    let (agents, phone, from) = (
        UltravoxClient::from_environment(environment),
        TwilioClient::from_environment(environment),
        from_number(args, environment),
    );
    let problems: Vec<&Error> = [
        agents.as_ref().err(),
        phone.as_ref().err(),
        from.as_ref().err(),
    ]
    .into_iter()
    .flatten()
    .collect();
    for problem in &problems {
        eprintln!("{problem}");
    }
    let (Ok(agents), Ok(phone), Ok(from)) = (agents, phone, from) else {
        eprintln!("\nSet these, or run with --simulate.");
        return Ok(ExitCode::from(2));
    };
    let Some(to) = args.to else {
        eprintln!("With real accounts, say whom to ring: --to +15551234567");
        return Ok(ExitCode::from(2));
    };
    if !args.yes {
        println!(
            "This would let the agent {:?} ring {} from {}, on your accounts and at your cost.\n\
             Run it again with --yes to dial, or with --simulate to try it without.",
            args.agent.as_str(),
            to.masked(),
            from.masked(),
        );
        return Ok(ExitCode::from(2));
    }
    let prompt = prepared(args, environment).await?;
    let call = OutboundAgentCall::new(args.agent.clone(), to, from);
    make(&agents, &phone, call, args, prompt).await
}

/// The prompt's text with its values filled in, when there is to be one.
async fn prepared(args: &Args, environment: &Environment) -> Result<Option<String>, Error> {
    let Some(id) = &args.prompt else {
        return Ok(None);
    };
    let environment = (!args.simulate).then_some(environment);
    let prepared = prepare_prompt(environment, id, &args.variables).await?;
    println!(
        "The agent speaks by the prompt {} {}, from: {}\n",
        prepared.id,
        prepared.version,
        prepared.source.as_str()
    );
    Ok(Some(prepared.text))
}

fn from_number(args: &Args, environment: &Environment) -> Result<E164, Error> {
    if let Some(from) = args.from {
        return Ok(from);
    }
    let mut reader = environment.reader("twilio");
    let number = reader.required::<E164>(&["TWILIO_PHONE_NUMBER"]);
    reader.finish()?;
    number.ok_or_else(|| Error::invalid_input("TWILIO_PHONE_NUMBER", "is not set"))
}

/// The call itself: the same, whoever provides the agent and the telephone.
async fn make(
    agents: &dyn AgentProvider,
    phone: &dyn CallProvider,
    mut call: OutboundAgentCall,
    args: &Args,
    prompt: Option<String>,
) -> Result<ExitCode, Error> {
    if let Some(prompt) = prompt {
        give_prompt(agents, &args.agent, &prompt).await?;
    }
    for (name, value) in &args.variables {
        call = call.variable(name, value.as_str());
    }
    let call = call.on_event(|entry| {
        println!("{:>8.3}s  {}", entry.at.as_secs_f64(), entry.event);
    });
    let report = outbound_agent_call(agents, phone, &call).await?;
    match report.call.duration {
        Some(talked) if !talked.is_zero() => {
            println!(
                "\nThe call is over: {}, after {} s of conversation.",
                report.call.status,
                talked.as_secs()
            );
        }
        _ => println!("\nThe call is over: {}.", report.call.status),
    }
    Ok(ExitCode::SUCCESS)
}
