//! Many calls in one batch: Ultravox makes them by itself, one after the other, no faster than a throttle lets it.
//!
//! Without credentials it runs on the built-in simulator, whose clock is turned forward, so that minutes take a second.
//! With `ULTRAVOX_API_KEY` it uses the real account, which needs credentials at Twilio (`telephony_configs`), and asks for
//! `--yes` before it lets anybody be rung.
//!
//! ```sh
//! cargo run --example batch_calls
//! cargo run --example batch_calls -- --agent "Front desk" --from +15557654300 --to +15551234567 --to +15551234568 --yes
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use ultravox_client::UltravoxClient;
use ultravox_client::agents::{
    BatchCall, ListAgents, ListScheduledCalls, NewAgent, NewBatch, ScheduledCall, TemplateSpec,
};
use ultravox_client::call_throttles::{NewThrottle, ThrottleRule};
use ultravox_client::calls::{Call, CallPhase};
use ultravox_client::telephony_configs::NewTwilioConfig;
use ultravox_client::testkit::{SimSettings, UltravoxSimulator};
use ultravox_client::types::{BatchId, CallMedium, EndReason, OutgoingCall, TelephonyMedium};
use voice_core::clock::{Clock, SharedClock, SystemClock};
use voice_core::config::Environment;
use voice_core::error::Error;
use voice_core::ident::{AgentName, E164};
use voice_core::provider::{AgentId, CallId};
use voice_core::testkit::TestClock;

/// Lets Ultravox ring many people in a scheduled batch, on the built-in simulator or on a real account.
#[derive(Debug, Parser)]
#[command(name = "batch_calls")]
struct Args {
    /// A number to ring, in E.164 form; may be given several times
    #[arg(long, value_parser = E164::parse)]
    to: Vec<E164>,

    /// The number that is shown; needed with a real account
    #[arg(long, value_parser = E164::parse)]
    from: Option<E164>,

    /// The agent's name
    #[arg(long, default_value = "Front desk", value_parser = AgentName::parse)]
    agent: AgentName,

    /// Most calls in any ten seconds: 1 to 100
    #[arg(long, default_value_t = 2)]
    calls_per_10s: u32,

    /// With a real account: rings people, at its cost
    #[arg(long)]
    yes: bool,

    /// Uses the simulator even if there are credentials
    #[arg(long)]
    simulate: bool,
}

const KEY: &str = "ULTRAVOX_API_KEY";

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let environment = Environment::process();
    let real = !args.simulate && environment.has(KEY);
    let outcome = if real {
        on_the_real_account(&args, &environment).await
    } else {
        on_the_simulator(&args).await
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("\n{error}");
        if error.may_have_happened() {
            eprintln!("The batch may exist: look before you schedule it again.");
        }
        ExitCode::FAILURE
    })
}

/// Time goes on, and the telephone network does its part: nothing to do on a real account but to wait.
trait Surroundings {
    /// What time it is for the calls.
    fn clock(&self) -> SharedClock;
    /// Waits a while; `calls` are those that go on.
    async fn pass(&mut self, calls: &[CallId]);
}

struct RealTime(SharedClock);

impl Surroundings for RealTime {
    fn clock(&self) -> SharedClock {
        Arc::clone(&self.0)
    }

    async fn pass(&mut self, _: &[CallId]) {
        self.0.sleep(Duration::from_secs(2)).await;
    }
}

/// Every other person picks up, and speaks for half a minute.
struct Simulated {
    simulator: UltravoxSimulator,
    clock: Arc<TestClock>,
    /// How often each call was looked at.
    seen: HashMap<CallId, usize>,
}

impl Surroundings for Simulated {
    fn clock(&self) -> SharedClock {
        self.clock.clone()
    }

    async fn pass(&mut self, calls: &[CallId]) {
        for call in calls {
            let is_heard = self.seen.len().is_multiple_of(2);
            let looks = self.seen.entry(call.clone()).or_default();
            *looks += 1;
            match *looks {
                1 if is_heard => drop(self.simulator.join(call)),
                7 => drop(self.simulator.end(call, &EndReason::AgentHangup)),
                _ => {}
            }
        }
        self.clock.step(Ok(Duration::from_secs(5)));
        SystemClock::default()
            .sleep(Duration::from_millis(60))
            .await;
    }
}

async fn on_the_simulator(args: &Args) -> Result<ExitCode, Error> {
    println!(
        "No credentials in use: this runs on the built-in simulator, with its clock turned forward.\n"
    );
    // 2026-11-02, 09:00 UTC.
    let clock = Arc::new(TestClock::at(1_793_610_000));
    let settings = SimSettings::new().clock(clock.clone());
    let simulator = UltravoxSimulator::start_with(settings).await;
    let client = simulator.client().build()?;
    let template = TemplateSpec::new("Hello {{customer_name}}, your order is ready.");
    let agent = NewAgent::new(args.agent.clone(), template);
    let agent = client.agents().create(&agent).await?;
    let twilio = NewTwilioConfig::new("ACsimulated", "simulated");
    client.telephony_configs().twilio().create(&twilio).await?;

    let mut numbers = args.to.clone();
    if numbers.is_empty() {
        for number in 1..=6 {
            numbers.push(E164::parse(&format!("+1555123456{number}"))?);
        }
    }
    let from = match args.from {
        Some(from) => from,
        None => E164::parse("+15557654300")?,
    };
    let mut calls: Vec<BatchCall> = numbers.iter().map(|to| call(to, &from)).collect();
    // One mistake, to show what becomes of it: the agent's prompt asks for a name.
    if let Some(last) = calls.last_mut() {
        last.template_context = None;
    }
    let surroundings = Simulated {
        simulator,
        clock,
        seen: HashMap::new(),
    };
    make(&client, agent.id()?, calls, args, surroundings).await
}

async fn on_the_real_account(args: &Args, environment: &Environment) -> Result<ExitCode, Error> {
    let client = UltravoxClient::from_environment(environment)?;
    let (Some(from), false) = (args.from, args.to.is_empty()) else {
        eprintln!(
            "With a real account, say whom to ring and from where: --to +15551234567 --from +15557654300"
        );
        return Ok(ExitCode::from(2));
    };
    if !args.yes {
        println!(
            "This would let the agent {:?} ring {} people from {}, on your account and at your cost.\n\
             Run it again with --yes to do so, or with --simulate to try it without.",
            args.agent.as_str(),
            args.to.len(),
            from.masked(),
        );
        return Ok(ExitCode::from(2));
    }
    let search = ListAgents::new().search(args.agent.as_str());
    let found = client.agents().list(&search).collect().await?;
    let named = |name: Option<&str>| name == Some(args.agent.as_str());
    let Some(agent) = found.iter().find(|agent| named(agent.name.as_deref())) else {
        eprintln!("The account has no agent named {:?}.", args.agent.as_str());
        return Ok(ExitCode::from(2));
    };
    let calls = args.to.iter().map(|to| call(to, &from)).collect();
    let surroundings = RealTime(SystemClock::shared());
    make(&client, agent.id()?, calls, args, surroundings).await
}

fn call(to: &E164, from: &E164) -> BatchCall {
    let outgoing = OutgoingCall::new(to.as_str(), from.as_str());
    BatchCall::new()
        .medium(CallMedium::Twilio(
            TelephonyMedium::new().outgoing(outgoing),
        ))
        .variable("customer_name", "valued customer")
        .tag("campaign", "batch_calls example")
}

/// The batch itself: the same on the simulator and on a real account.
async fn make(
    client: &UltravoxClient,
    agent: &AgentId,
    calls: Vec<BatchCall>,
    args: &Args,
    mut surroundings: impl Surroundings,
) -> Result<ExitCode, Error> {
    let window = Duration::from_secs(10);
    let rule = ThrottleRule::new(args.calls_per_10s, window);
    let throttle = NewThrottle::new("batch_calls example", [rule]);
    let throttle = client.call_throttles().create(&throttle).await?;
    let throttle = throttle.id()?;

    let started = surroundings.clock().wall();
    let batch = NewBatch::new(calls)
        .window_end(started + Duration::from_secs(3600))
        .throttle(throttle.as_str());
    let agents = client.agents();
    let made = agents.scheduled_batches(agent).create(&batch).await;
    let never_made = made.as_ref().is_err_and(|error| !error.may_have_happened());
    let outcome = match made {
        Ok(batch) => follow(client, agent, batch.id()?, &mut surroundings).await,
        Err(error) => Err(error),
    };
    // A batch that may still run needs its throttle; one that is over, or was never made, does not.
    if outcome.is_ok() || never_made {
        client.call_throttles().delete(throttle).await?;
    }
    outcome
}

async fn follow(
    client: &UltravoxClient,
    agent: &AgentId,
    id: &BatchId,
    surroundings: &mut impl Surroundings,
) -> Result<ExitCode, Error> {
    let agents = client.agents();
    let batches = agents.scheduled_batches(agent);
    let started = surroundings.clock().wall();
    let mut shown = None;
    loop {
        let batch = batches.get(id).await?;
        let calls = batches.scheduled_calls(id, &ListScheduledCalls::new());
        let calls = calls.collect().await?;
        let made = calls_made(client, &calls).await?;
        let open: Vec<CallId> = made
            .values()
            .filter(|call| call.phase() != CallPhase::Ended)
            .filter_map(|call| call.call_id.clone())
            .collect();
        let progress = (batch.completed_count, open.len());
        if shown != Some(progress) {
            let passed = surroundings.clock().wall().duration_since(started);
            println!(
                "{:>5} s  {} of {} done, {} on the line",
                passed.unwrap_or_default().as_secs(),
                batch.completed_count.unwrap_or_default(),
                batch.total_count.unwrap_or_default(),
                open.len(),
            );
            shown = Some(progress);
        }
        if batch.ended_at.is_some() && open.is_empty() {
            report(&calls, &made);
            return Ok(ExitCode::SUCCESS);
        }
        surroundings.pass(&open).await;
    }
}

async fn calls_made(
    client: &UltravoxClient,
    calls: &[ScheduledCall],
) -> Result<HashMap<CallId, Call>, Error> {
    let mut made = HashMap::new();
    for id in calls.iter().filter_map(|call| call.call_id.as_ref()) {
        made.insert(id.clone(), client.calls().get(id).await?.into_inner());
    }
    Ok(made)
}

/// What became of each call.
fn report(calls: &[ScheduledCall], made: &HashMap<CallId, Call>) {
    println!();
    for call in calls {
        let to = match &call.medium {
            Some(CallMedium::Twilio(medium)) => medium.outgoing.as_ref(),
            _ => None,
        };
        let to = to.and_then(|outgoing| E164::parse(outgoing.to.as_deref()?).ok());
        let to = to.map_or_else(String::new, |to| to.masked().to_string());
        let status = call.status.as_ref().map_or("", |status| status.as_str());
        let call_made = call.call_id.as_ref().and_then(|id| made.get(id));
        let result = match (call_made, &call.error) {
            (Some(call), _) => {
                let reason = call.end_reason.as_ref().map_or("", EndReason::as_str);
                let billed = call.billed_duration.as_ref().map_or("", |d| d.as_str());
                format!("{reason}, {billed}")
            }
            (None, Some(error)) => error.clone(),
            (None, None) => String::new(),
        };
        println!("{to:<14} {status:<8} {result}");
    }
}
