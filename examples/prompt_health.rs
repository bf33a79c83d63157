//! Why are there no prompts? The five checks of PromptOps's health script, or everything between here and the service.
//!
//! Without credentials it looks at the built-in simulator, with a fault of your choice. With `PROMPTOPS_API_KEY` in the
//! environment, or with `--real`, it looks at the real service. The exit code is 0 when nothing failed, else 1; on the
//! simulator, 1 also means that the fault was not found.
//!
//! ```sh
//! cargo run --example prompt_health
//! cargo run --example prompt_health -- --fault wrong-secret
//! cargo run --example prompt_health -- --full --json
//! cargo run --example prompt_health -- --real --full --prompt my-prompt
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use promptops_client::doctor::PromptDoctor;
use promptops_client::render::PromptVariables;
use promptops_client::testkit::Outage;
use promptops_client::{CacheSwitch, PromptOps, variables};
use voice_core::config::Environment;
use voice_core::doctor::{CheckContext, Colour, Report};
use voice_examples::PromptStage;

/// Looks at everything between an application and its prompts.
#[derive(Debug, Parser)]
#[command(name = "prompt_health")]
struct Args {
    /// The prompt to try with; one that is absent is a warning
    #[arg(long, default_value = "hello-world", value_name = "ID")]
    prompt: String,

    /// A value for one of its variables; may be given several times
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = voice_examples::variable)]
    variables: Vec<(String, String)>,

    /// Look at settings, credentials, limits and network as well
    #[arg(long)]
    full: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,

    /// Look at the service of the environment, whether it has credentials or not
    #[arg(long)]
    real: bool,

    /// Use the simulator although there are credentials in the environment
    #[arg(long, conflicts_with = "real")]
    simulate: bool,

    /// What is wrong with the simulator
    #[arg(long, value_enum, default_value_t)]
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Fault {
    /// Nothing
    #[default]
    None,
    /// It answers 503
    Down,
    /// It answers with a page of HTML
    Garbage,
    /// It does not answer
    Hang,
    /// The secret is another
    WrongSecret,
    /// Its clock is an hour ahead, and the client does not correct that
    Clock,
    /// There is no such prompt
    AbsentPrompt,
    /// Prompts are not cached
    NoCache,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let environment = Environment::process();
    let real = args.real || (!args.simulate && environment.has("PROMPTOPS_API_KEY"));
    let outcome = match real {
        true => on_account(&args, environment).await,
        false => on_simulator(&args).await,
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}

async fn on_account(args: &Args, environment: Environment) -> Result<ExitCode, Box<dyn Error>> {
    let doctor = PromptDoctor::new(PromptOps::from_env()).environment(environment);
    let values = args.variables.iter().cloned().collect();
    let report = look(doctor, args, &args.prompt, values, Duration::from_secs(10)).await?;
    Ok(ExitCode::from(report.exit_code()))
}

async fn on_simulator(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    eprintln!("No credentials in use: this looks at a built-in simulator of PromptOps.\n");
    let stage = PromptStage::start().await?;
    let mut client = PromptStage::client(&stage.simulator)?;
    let mut prompt = args.prompt.as_str();
    match args.fault {
        Fault::None | Fault::NoCache => {}
        Fault::Down => stage.simulator.set_outage(Outage::Down),
        Fault::Garbage => stage.simulator.set_outage(Outage::Garbage),
        Fault::Hang => stage.simulator.set_outage(Outage::Hang),
        Fault::AbsentPrompt => prompt = "no-such-prompt",
        Fault::WrongSecret => {
            let builder = stage.simulator.client_builder();
            client = builder.secret_key("another-secret").build()?;
        }
        Fault::Clock => {
            let hour = Duration::from_secs(3600);
            stage.simulator.set_clock_error(Some(Ok(hour)));
            let builder = stage.simulator.client_builder();
            let off = promptops_client::SkewCorrection::Off;
            client = builder.skew_correction(off).build()?;
        }
    }
    let mut builder = PromptOps::builder(client);
    if args.fault == Fault::NoCache {
        builder = builder.cache(CacheSwitch::Off);
    }
    let mut values = variables! { name: "test", company: "Test Corp" };
    values.extend(args.variables.iter().cloned());
    let doctor = PromptDoctor::new(builder.build());
    let report = look(doctor, args, prompt, values, Duration::from_secs(3)).await?;
    let totals = report.totals();
    let found = match args.fault {
        Fault::None => totals.fail == 0 && totals.warn == 0,
        Fault::AbsentPrompt | Fault::NoCache => totals.fail == 0 && totals.warn > 0,
        _ => totals.fail > 0,
    };
    match (found, args.fault) {
        (true, Fault::None) => eprintln!("\nNothing is wrong, and nothing was found."),
        (true, fault) => eprintln!("\nThe fault ({fault:?}) was found."),
        (false, fault) => {
            eprintln!("\nThis is not what was expected with the fault {fault:?}.");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::from(report.exit_code()))
}

async fn look(
    doctor: PromptDoctor,
    args: &Args,
    prompt: &str,
    values: PromptVariables,
    step: Duration,
) -> Result<Report, Box<dyn Error>> {
    let context = CheckContext::builder().step_limit(step).build()?;
    let doctor = doctor.prompt_id(prompt).values(values);
    let report = match args.full {
        true => doctor.full(context).await,
        false => doctor.health(context).await,
    };
    match args.json {
        true => println!("{}", report.to_json()),
        false => {
            let colour = Colour::choose(&std::io::stdout(), &Environment::process());
            print!("{}", report.to_text(colour));
        }
    }
    Ok(report)
}
