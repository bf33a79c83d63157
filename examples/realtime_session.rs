//! A call that is joined from here: audio both ways over a WebSocket, and a tool that runs in this program.
//!
//! Without `ULTRAVOX_API_KEY` in the environment it runs on built-in simulators. With it, a real call of one of the
//! account's agents is made, and `--yes` asked for before; nobody's phone rings.
//!
//! ```sh
//! cargo run --example realtime_session
//! cargo run --example realtime_session -- --agent "Support Agent" --yes
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::f64::consts::TAU;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use serde_json::json;
use ultravox_client::UltravoxClient;
use ultravox_client::agents::{NewAgent, TemplateSpec};
use ultravox_client::calls::StartAgentCall;
use ultravox_client::realtime::message::{ServerMessage, Speaker};
use ultravox_client::realtime::{
    ClientTools, Event, PcmFormat, PcmFrame, PlaybackBuffer, RealtimeSession, SessionOptions,
    SessionSender, ToolCall, ToolError, Transcripts,
};
use ultravox_client::testkit::realtime::{RealtimeSim, Script};
use ultravox_client::testkit::{SimSettings, UltravoxSimulator};
use ultravox_client::types::{
    CallMedium, DynamicParameter, ParameterLocation, SelectedTool, ToolDefinition, ToolOverrides,
};
use voice_core::clock::{Clock, SystemClock, timeout};
use voice_core::config::Environment;
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::AgentName;
use voice_core::provider::AgentProvider;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const FORMAT: PcmFormat = PcmFormat::HZ_16000;
/// The tool, as the model knows it.
const TOOL: &str = "lookup_order";
/// A real agent may go on for ever; this program does not.
const LONGEST: Duration = Duration::from_secs(7);

/// Speaks with a voice agent from here, on built-in simulators or on a real account.
#[derive(Debug, Parser)]
#[command(name = "realtime_session")]
struct Args {
    /// The agent, by its exact name
    #[arg(long, default_value = "Support Agent")]
    agent: AgentName,

    /// Really make a call, with a real account
    #[arg(long)]
    yes: bool,

    /// Use the simulators although there is a key in the environment
    #[arg(long)]
    simulate: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let environment = Environment::process();
    let real = !args.simulate && environment.has("ULTRAVOX_API_KEY");
    if real && !args.yes {
        println!(
            "This would make a call of the agent {:?} on your account and at your cost. Run it again with --yes, or with \
             --simulate to try it without.",
            args.agent.as_str()
        );
        return ExitCode::from(2);
    }
    let outcome = if real {
        on_a_real_account(&args, &environment).await
    } else {
        on_simulators(&args).await
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}

async fn on_simulators(args: &Args) -> Result<(), Failure> {
    println!("No credentials in use: this runs on built-in simulators of Ultravox.\n");
    let sessions = Arc::new(RealtimeSim::start().await?);
    sessions.usual_script(
        Script::new()
            .format(FORMAT)
            .say("Hello, what can I do for you?")
            .await_audio(Duration::from_millis(1200))
            .hear("Where is my order 4711?")
            .invoke_tool(TOOL, [("orderId", "4711")])
            .say("It was shipped yesterday. Anything else?"),
    );
    let settings = SimSettings::new().realtime(sessions);
    let simulator = UltravoxSimulator::start_with(settings).await;
    let client = simulator.client().build()?;
    let spec = TemplateSpec::new("You help customers with their orders.");
    client
        .agents()
        .create(&NewAgent::new(args.agent.clone(), spec))
        .await?;
    talk(&client, args).await
}

async fn on_a_real_account(args: &Args, environment: &Environment) -> Result<(), Failure> {
    let client = UltravoxClient::from_environment(environment)?;
    talk(&client, args).await
}

/// The same, whoever plays the agent.
async fn talk(client: &UltravoxClient, args: &Args) -> Result<(), Failure> {
    let agent = client
        .find_agent(&args.agent)
        .await?
        .ok_or_else(|| Error::new(ErrorKind::NotFound, "there is no agent of this name"))?;
    let order = StartAgentCall::new()
        .medium(CallMedium::server_web_socket(FORMAT.medium_rate()))
        .max_duration(Duration::from_secs(60))
        .tool_overrides(ToolOverrides::new().add([SelectedTool::temporary(definition())]));
    let call = client.agents().calls(&agent.id).create(&order).await?;
    println!("   call {}", call.id()?);

    let options = SessionOptions::new(FORMAT).tools(tools()?);
    let mut session = RealtimeSession::connect(&call.join_url()?, options).await?;
    let speaking = tokio::spawn(speak(session.sender()));
    let talked = timeout(&SystemClock::default(), LONGEST, listen(&mut session)).await;
    if talked.is_err() {
        println!("   (enough)");
    }
    speaking.abort();
    let stats = session.stats();
    let end = match session.end() {
        Some(end) => end.clone(),
        None => session.hang_up().await,
    };
    println!(
        "\nThe end: {end}. {} frames of speech and {} of silence sent, {:.1} s of audio heard.",
        stats.frames_sent,
        stats.silent_frames_sent,
        stats.audio_received.as_secs_f64()
    );
    Ok(end.into_result()?)
}

/// What the model is told of the tool.
fn definition() -> ToolDefinition {
    ToolDefinition::client_tool(TOOL)
        .description("Looks up an order by its number.")
        .dynamic_parameters([DynamicParameter::new(
            "orderId",
            ParameterLocation::Body,
            [("type", "string")],
        )
        .required(true)])
}

/// What runs when the model calls it.
fn tools() -> Result<ClientTools, Failure> {
    let tools = ClientTools::new().tool(TOOL, |call: ToolCall| async move {
        let order: String = call.parameter("orderId")?;
        if order != "4711" {
            return Err(ToolError::new("There is no such order."));
        }
        Ok(json!({"orderId": order, "status": "shipped", "when": "yesterday"}))
    })?;
    Ok(tools)
}

/// A tone that swells up and down stands for somebody who speaks. It leaves in real time however fast it is made.
async fn speak(sender: SessionSender) -> Result<(), Error> {
    let rate = f64::from(FORMAT.sample_rate());
    for piece in 0..12_u32 {
        let samples = (0..FORMAT.sample_rate() / 10).map(|at| {
            let time = f64::from(piece) / 10.0 + f64::from(at) / rate;
            let loudness = (time * 2.0 * TAU).sin().abs() * 8000.0;
            #[allow(
                clippy::cast_possible_truncation,
                reason = "8,000 fits, whatever the angle"
            )]
            let sample = ((time * 220.0 * TAU).sin() * loudness) as i16;
            sample
        });
        sender
            .send_audio(&PcmFrame::from_samples(FORMAT, samples))
            .await?;
    }
    sender.flush_audio();
    sender.ping().await
}

/// Prints what happens until the call is over. On the simulators the second question of the agent is the end of it.
async fn listen(session: &mut RealtimeSession) {
    let clock = SystemClock::default();
    let start = clock.now();
    let sender = session.sender();
    let mut said = Transcripts::new();
    let mut playback = PlaybackBuffer::new(FORMAT, Duration::from_secs(30));
    let mut answers = 0;
    while let Some(event) = session.next_event().await {
        let at = (clock.now() - start).as_secs_f64();
        let Ok(event) = event.inspect_err(|error| println!("{at:>7.3}s  {error}")) else {
            continue;
        };
        // A program with a loudspeaker would play this; here it is only kept, and dropped at an interruption.
        if let Err(error) = playback.take_in(&event) {
            println!("{at:>7.3}s  {error}");
        }
        match event {
            Event::Message(ServerMessage::State(state)) => {
                if let Some(state) = state.state {
                    println!("{at:>7.3}s  [{state}]");
                }
            }
            Event::Message(ServerMessage::Transcript(part)) => {
                let Some(line) = said.add(&part).filter(|line| line.is_final) else {
                    continue;
                };
                let who = line.role.as_ref().map_or("?", Speaker::as_str);
                println!("{at:>7.3}s  {who}: {}", line.text);
                answers += usize::from(line.role == Some(Speaker::Agent));
                if answers == 2 && sender.hang_up().await.is_err() {
                    return;
                }
            }
            Event::ToolFinished(run) => {
                println!("{at:>7.3}s  tool {}: {:?}", run.tool, run.outcome);
            }
            _ => {}
        }
    }
}
