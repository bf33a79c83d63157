//! A SIP trunk with all that belongs to it: shown as a plan, tried, run, broken off, resumed, and rolled back.
//!
//! It runs on a built-in simulator of Exotel, which fails once in the middle. With `--real` and `EXOTEL_API_KEY`,
//! `EXOTEL_API_TOKEN` and `EXOTEL_ACCOUNT_SID` it uses the real account: it only reads until `--yes` is given.
//!
//! ```sh
//! cargo run --example provision_trunk
//! cargo run --example provision_trunk -- --plan voice-ai-outbound --fail-at 2
//! cargo run --example provision_trunk -- --lose-answer-at 4 --fail-at 0   # nobody is told that it was made
//! cargo run --example provision_trunk -- --rollback
//! cargo run --example provision_trunk -- --real --name my_trunk --number +918047112345 --ip 8.8.4.17 \
//!     --destination "8.8.4.17:5061;transport=tls" --report trunk.json --yes
//! cargo run --example provision_trunk -- --real … --report trunk.json --rollback --confirm SID --yes
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use exotel_vsip::credentials::NewCredential;
use exotel_vsip::provision::{Plan, Progress, ProvisionReport, Rollback, StepOutcome};
use exotel_vsip::testkit::ExotelSimulator;
use exotel_vsip::trunks::ConfirmDeletion;
use exotel_vsip::types::Password;
use exotel_vsip::{ExotelClient, OPERATIONS};
use voice_core::config::Environment;
use voice_core::error::Error;
use voice_core::ident::{E164, Ipv4Cidr, SipDestination, TrunkName};
use voice_core::testkit::Mishap;

type Failure = Box<dyn std::error::Error>;

/// Provisions a SIP trunk, on a built-in simulator or on a real account.
#[derive(Debug, Parser)]
#[command(name = "provision_trunk")]
struct Args {
    /// What the trunk is for
    #[arg(long, value_enum, default_value_t)]
    plan: Purpose,

    /// Its name: 1 to 16 letters, digits and underscores
    #[arg(long, default_value = "outbound_trunk")]
    name: TrunkName,

    /// A number of the account, in E.164 form; needed with a real account
    #[arg(long)]
    number: Option<E164>,

    /// The address, or range, that may send calls; needed with a real account where the plan has one
    #[arg(long)]
    ip: Option<Ipv4Cidr>,

    /// Where calls are delivered: host:port;transport=tls or tcp; needed with a real account where the plan has one
    #[arg(long)]
    destination: Option<SipDestination>,

    /// The user for SIP digest authentication; with a real account its password is read from SIP_PASSWORD
    #[arg(long, default_value = "voice_ai_user")]
    user: String,

    /// On the simulator: the step that fails once; 0 for none
    #[arg(long, default_value_t = 3)]
    fail_at: usize,

    /// On the simulator: the step that is carried out, but whose answer gets lost; 0 for none
    #[arg(long, default_value_t = 0)]
    lose_answer_at: usize,

    /// Take back what was made
    #[arg(long)]
    rollback: bool,

    /// The SID of the trunk that may be deleted; needed to take a real trunk back
    #[arg(long)]
    confirm: Option<String>,

    /// With a real account: where the report is kept, to resume from and to roll back by
    #[arg(long)]
    report: Option<PathBuf>,

    /// Use the real account
    #[arg(long)]
    real: bool,

    /// Really change the real account
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Purpose {
    /// Trunk, number, access list, destination
    #[default]
    Pstn,
    /// Trunk, number in flow mode, access list
    StreamKit,
    /// Trunk, number, credential
    VoiceAiOutbound,
    /// Trunk, number, destination by host name
    VoiceAiInbound,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let outcome = if args.real {
        on_a_real_account(&args).await
    } else {
        on_the_simulator(&args).await
    };
    outcome.unwrap_or_else(|failure| {
        eprintln!("\n{failure}");
        ExitCode::FAILURE
    })
}

async fn on_the_simulator(args: &Args) -> Result<ExitCode, Failure> {
    println!("This runs on a built-in simulator of Exotel.\n");
    let simulator = ExotelSimulator::start().await;
    let client = simulator.client()?;
    let plan = plan_of(args, Some("a-password-nobody-uses".into()))?;
    show(&plan, &client).await?;

    for (step, mishap) in [
        (args.fail_at, Mishap::Unauthorized),
        (args.lose_answer_at, Mishap::ServerErrorAfterActing),
    ] {
        let step = step
            .checked_sub(1)
            .map(|at| plan.describe().steps.get(at).cloned());
        let Some(step) = step else { continue };
        let operation = step.and_then(|step| step.operation);
        let known = OPERATIONS
            .iter()
            .find(|known| Some(known.name()) == operation.as_deref());
        let known = known.ok_or("the plan has no such step")?;
        simulator.mishaps().next_of(known.name(), mishap);
    }

    println!("Running:");
    let report = match plan.runner(&client).on_step(tell).run().await {
        Ok(report) => report,
        Err(stopped) => {
            println!("\n{stopped}\n");
            // What is kept between two runs of a program.
            let stored = serde_json::to_string(stopped.report())?;
            println!(
                "The report is kept ({} bytes of JSON), and the run goes on from it:",
                stored.len()
            );
            let report: ProvisionReport = serde_json::from_str(&stored)?;
            plan.runner(&client)
                .resume(report)
                .on_step(tell)
                .run()
                .await?
        }
    };
    println!("\n{report}");
    let again = plan.run(&client).await?;
    let found = again
        .steps
        .iter()
        .filter(|step| step.outcome == StepOutcome::Found);
    println!(
        "Run once more, it finds {} of {} there and makes nothing.",
        found.count(),
        again.steps.len()
    );
    state(&simulator);

    if args.rollback {
        let sid = report.trunk_sid.as_ref().ok_or("the trunk has no SID")?;
        println!("\nTaking back what the run made:");
        let mut rollback = Rollback::of(&report).confirm(ConfirmDeletion::of(sid.as_str()));
        if report
            .steps
            .iter()
            .any(|step| step.outcome == StepOutcome::Recovered)
        {
            println!("(also what it probably made: an answer was lost)");
            rollback = rollback.include_recovered();
        }
        print!("{}", rollback.run(&client).await?);
        state(&simulator);
    }
    Ok(ExitCode::SUCCESS)
}

async fn on_a_real_account(args: &Args) -> Result<ExitCode, Failure> {
    let environment = Environment::process();
    let client = ExotelClient::from_environment(&environment)?;
    let mut reader = environment.reader("exotel");
    let password = reader.secret(&["SIP_PASSWORD"]).map(Password::from);
    reader.finish()?;
    let plan = plan_of(args, password)?;
    let kept: Option<ProvisionReport> = match &args.report {
        Some(path) if path.exists() => Some(serde_json::from_str(&std::fs::read_to_string(path)?)?),
        _ => None,
    };

    if args.rollback {
        let report = kept.ok_or("a rollback needs the --report of the run")?;
        println!("{report}");
        if !args.yes {
            println!(
                "This would take back what that run made. Run it again with --confirm SID and --yes."
            );
            return Ok(ExitCode::from(2));
        }
        let mut rollback = Rollback::of(&report);
        if let Some(sid) = &args.confirm {
            rollback = rollback.confirm(ConfirmDeletion::of(sid));
        }
        print!("{}", rollback.run(&client).await?);
        return Ok(ExitCode::SUCCESS);
    }
    show(&plan, &client).await?;
    if !args.yes {
        println!("Nothing was changed. Run it again with --yes to make it so.");
        return Ok(ExitCode::from(2));
    }
    let mut run = plan.runner(&client).on_step(tell);
    if let Some(report) = kept {
        run = run.resume(report);
    }
    let (report, code) = match run.run().await {
        Ok(report) => (report, ExitCode::SUCCESS),
        Err(stopped) => {
            eprintln!("\n{stopped}\nRun it again: it goes on where it stopped.");
            (stopped.into_parts().0, ExitCode::FAILURE)
        }
    };
    println!("\n{report}");
    if let Some(path) = &args.report {
        std::fs::write(path, serde_json::to_string_pretty(&report)?)?;
    }
    Ok(code)
}

/// The plan, and what it would come to by reading alone.
async fn show(plan: &Plan, client: &ExotelClient) -> Result<(), Error> {
    println!("{}", plan.describe());
    let dry = plan.dry_run(client).await?;
    println!(
        "Held against the account, {} requests, all of them reads:\n{dry}",
        dry.requests
    );
    Ok(())
}

/// One line per step that is over.
fn tell(progress: &Progress<'_>) {
    let step = progress.step;
    if step.outcome != StepOutcome::NotRun {
        println!(
            "  {}/{} {:<17} {:<9} requests: {}",
            progress.number, progress.steps, step.step, step.outcome, step.requests
        );
    }
}

fn state(simulator: &ExotelSimulator) {
    println!("\nThe account has {} trunks.", simulator.trunks().len());
    for trunk in simulator.trunks() {
        println!(
            "  {} ({}): {} numbers, {} addresses, {} destinations, {} credentials; {} duplicates",
            trunk.name,
            trunk.sid,
            trunk.numbers.len(),
            trunk.ips.len(),
            trunk.destinations.len(),
            trunk.credentials.len(),
            simulator.duplicates(),
        );
    }
}

fn plan_of(args: &Args, password: Option<Password>) -> Result<Plan, Failure> {
    // What stands in for a real account's values on the simulator.
    let simulated = !args.real;
    let number = match args.number {
        Some(number) => number,
        None if simulated => E164::parse("+918047112345")?,
        None => return Err("a real account needs --number".into()),
    };
    let ip = || match args.ip {
        Some(ip) => Ok(ip),
        None if simulated => Ok(Ipv4Cidr::parse("8.8.4.17/32")?),
        None => Err(Failure::from("this plan needs --ip")),
    };
    let destination = |host: &str| match &args.destination {
        Some(destination) => Ok(destination.clone()),
        None if simulated => Ok(SipDestination::tls(host, 5061)?),
        None => Err(Failure::from("this plan needs --destination")),
    };
    Ok(match args.plan {
        Purpose::Pstn => Plan::pstn(args.name, number, ip()?, destination("8.8.4.17")?),
        Purpose::StreamKit => Plan::stream_kit(args.name, number, ip()?),
        Purpose::VoiceAiInbound => {
            Plan::voice_ai_inbound(args.name, number, destination("sip.example.com")?)
        }
        Purpose::VoiceAiOutbound => {
            let password = password.ok_or("this plan needs SIP_PASSWORD in the environment")?;
            let credential = NewCredential::new(args.user.as_str(), password);
            Plan::voice_ai_outbound(args.name, number, credential)
        }
    })
}
