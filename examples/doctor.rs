//! Why does nothing work? Every provider side by side: settings, DNS, TCP, TLS, HTTP, clock, credentials, limits, numbers, trunks,
//! webhooks; each finding with cause and remedy.
//!
//! Without arguments it looks at built-in simulators of all five providers, first well, then with faults. `--real` looks at the
//! services of the environment. It never dials and never changes anything; no secret and no full number is printed.
//!
//! The exit code is 0 when nothing failed, 1 when something did, and 2 when it could not begin. Without arguments it is 0 when the
//! healthy run is healthy and the faults of the other one are found.
//!
//! ```sh
//! cargo run --example doctor
//! cargo run --example doctor -- --fault auth --fault tls-expired --provider twilio --provider openai
//! cargo run --example doctor -- --list-faults
//! cargo run --example doctor -- --real --json
//! cargo run --example doctor -- --real --provider twilio --calls-to GB --webhook https://voice.example.com/hook
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use exotel_vsip::doctor::ExotelDoctor;
use openai_calls::doctor::OpenAiDoctor;
use promptops_client::doctor::PromptDoctor;
use twilio_client::doctor::TwilioDoctor;
use ultravox_client::doctor::UltravoxDoctor;
use voice_core::config::Environment;
use voice_core::doctor::{CheckContext, Colour, Doctor, Examination, Report};
use voice_core::transport::HttpTransport;
use voice_examples::Failure;
use voice_examples::clinic::{Fault, Provider, examine};

/// What the second run has without arguments.
const SHOWN: [Fault; 4] = [
    Fault::Auth,
    Fault::Clock,
    Fault::Number,
    Fault::WebhookRedirect,
];

/// Looks at everything between this machine and the providers.
#[derive(Debug, Parser)]
#[command(name = "doctor")]
struct Args {
    /// What is wrong with the simulators; may be given several times
    #[arg(long, value_enum, conflicts_with = "real")]
    fault: Vec<Fault>,

    /// Print the faults there are, and end
    #[arg(long)]
    list_faults: bool,

    /// Only this provider; may be given several times
    #[arg(long, value_enum)]
    provider: Vec<Provider>,

    /// Look at the services of the environment
    #[arg(long)]
    real: bool,

    /// A webhook of yours, which gets one POST with a forged signature; with --real
    #[arg(long, value_name = "URL", requires = "real")]
    webhook: Vec<String>,

    /// A country that is to be called from Twilio (two letters); with --real
    #[arg(long, value_name = "COUNTRY", requires = "real")]
    calls_to: Vec<String>,

    /// Longest time of one step, in seconds; with --real
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=120))]
    timeout: u64,

    /// Print JSON
    #[arg(long)]
    json: bool,

    /// Colours
    #[arg(long, value_enum, default_value_t)]
    color: When,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum When {
    /// On a terminal, or with CLICOLOR_FORCE; never with NO_COLOR
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    run(&args).await.unwrap_or_else(|error| {
        eprintln!("The doctor could not begin: {error}");
        ExitCode::from(Report::COULD_NOT_RUN)
    })
}

async fn run(args: &Args) -> Result<ExitCode, Failure> {
    if args.list_faults {
        for value in Fault::value_variants()
            .iter()
            .filter_map(ValueEnum::to_possible_value)
        {
            let help = value.get_help().map(ToString::to_string);
            println!("{:<18}{}", value.get_name(), help.unwrap_or_default());
        }
        return Ok(ExitCode::SUCCESS);
    }
    if args.real {
        let report = on_accounts(args).await?;
        print(args, &report);
        return Ok(ExitCode::from(report.exit_code()));
    }
    let providers = match args.provider.is_empty() {
        true => Provider::ALL.to_vec(),
        false => args.provider.clone(),
    };
    eprintln!("No account is in use: this looks at built-in simulators.\n");
    if !args.fault.is_empty() || args.json || !args.provider.is_empty() {
        let report = examine(&providers, &args.fault).await?;
        print(args, &report);
        return Ok(ExitCode::from(report.exit_code()));
    }
    println!("All is well:\n");
    let well = examine(&providers, &[]).await?;
    print(args, &well);
    let names: Vec<String> = SHOWN.iter().map(|fault| fault.as_str()).collect();
    println!("\nThe same with the faults {}:\n", names.join(", "));
    let ill = examine(&providers, &SHOWN).await?;
    print(args, &ill);
    match (well.exit_code(), ill.exit_code()) {
        (0, 1) => {
            println!("\nThe faults were found. --list-faults names all there are.");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprintln!("\nThis is not what was expected.");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The providers that were named, or those whose settings are in the environment.
async fn on_accounts(args: &Args) -> Result<Report, Failure> {
    let environment = Environment::process();
    let meant = |provider: &Provider| {
        let mut names = provider.variables().iter();
        names.any(|name| environment.has(name))
    };
    let providers: Vec<Provider> = match args.provider.is_empty() {
        true => Provider::ALL.into_iter().filter(meant).collect(),
        false => args.provider.clone(),
    };
    if providers.is_empty() {
        let hint = "no provider's settings are in the environment: set them (such as TWILIO_ACCOUNT_SID), or name one with --provider";
        return Err(hint.into());
    }
    // The way the clients of `from_env()` go: through the proxy of the environment, if there is one.
    let transport = HttpTransport::builder().system_proxy().build()?;
    let context = CheckContext::builder()
        .step_limit(Duration::from_secs(args.timeout))
        .transport(std::sync::Arc::new(transport))
        .build()?;
    let mut doctor = Doctor::new(context);
    for provider in providers {
        doctor = doctor.examine(real(provider, args));
    }
    Ok(doctor.run().await)
}

fn real(provider: Provider, args: &Args) -> Examination {
    let (webhooks, countries) = (args.webhook.iter(), args.calls_to.iter());
    match provider {
        Provider::Twilio => {
            let doctor = countries.fold(TwilioDoctor::from_env(), TwilioDoctor::calls_to);
            webhooks.fold(doctor, TwilioDoctor::webhook).into()
        }
        Provider::Ultravox => webhooks
            .fold(UltravoxDoctor::from_env(), UltravoxDoctor::webhook)
            .into(),
        Provider::Exotel => webhooks
            .fold(ExotelDoctor::from_env(), ExotelDoctor::callback)
            .into(),
        Provider::OpenAi => webhooks
            .fold(OpenAiDoctor::from_env(), OpenAiDoctor::webhook)
            .into(),
        Provider::PromptOps => PromptDoctor::from_env().into(),
    }
}

fn print(args: &Args, report: &Report) {
    if args.json {
        println!("{}", report.to_json());
        return;
    }
    let colour = match args.color {
        When::Auto => Colour::choose(&std::io::stdout(), &Environment::process()),
        When::Always => Colour::Ansi,
        When::Never => Colour::Plain,
    };
    print!("{}", report.to_text(colour));
}
