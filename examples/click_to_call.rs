//! Somebody clicks on a lead: the agent's telephone rings, and on answering the agent is connected.
//!
//! The handler Twilio asks is served on loopback. Without credentials in the environment the calls are simulated, both legs,
//! through one story after the other: it works, the lead is busy, the agent does not answer, a token is used again, a token
//! is invalid, a click comes twice. It ends by itself; the exit code says whether everything came as it should.
//!
//! With `TWILIO_ACCOUNT_SID`, `TWILIO_AUTH_TOKEN`, `TWILIO_PHONE_NUMBER` and `TWILIO_STATUS_CALLBACK_BASE_URL` set it places
//! one real call. The base URL must lead to the address it listens on, through a tunnel for example.
//!
//! ```sh
//! cargo run --example click_to_call
//! cargo run --example click_to_call -- --agent +15551234567 --to +15559876543 --yes
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use clap::Parser;
use tokio::net::TcpListener;
use twilio_client::click_to_call::ClickToCall;
use twilio_client::testkit::{Fetched, Outcome as Ends, TwilioSimulator};
use twilio_client::types::HttpMethod;
use twilio_client::webhook::Params;
use voice_core::clock::{Clock, SystemClock};
use voice_core::config::Environment;
use voice_core::flow::click_to_call::{
    ClickRecord, Contact, ContactAnswer, ContactRef, ContactRequest, Contacts, Turn,
};
use voice_core::ident::{AuthToken, E164, PublicHttpsUrl};
use voice_core::provider::CallKey;
use voice_examples::{Incoming, serve};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Rings an agent and connects a lead, simulated or on a real account.
#[derive(Debug, Parser)]
#[command(name = "click_to_call")]
struct Args {
    /// The agent's number; needed with a real account
    #[arg(long, value_name = "NUMBER")]
    agent: Option<E164>,

    /// The lead's number; needed with a real account
    #[arg(long, value_name = "NUMBER")]
    to: Option<E164>,

    /// Where to listen with a real account
    #[arg(long, default_value = "127.0.0.1:3001")]
    listen: String,

    /// Really dial, with a real account
    #[arg(long)]
    yes: bool,

    /// Simulate although there are credentials in the environment
    #[arg(long)]
    simulate: bool,
}

/// The application: one lead.
#[derive(Debug)]
struct Crm {
    lead: E164,
}

#[async_trait]
impl Contacts for Crm {
    async fn resolve(&self, request: &ContactRequest) -> Result<ContactAnswer, Failure> {
        Ok(match request.contact.as_str() {
            "lead-4711" => ContactAnswer::Connect(Contact::new(self.lead).named("Ada Smith")),
            _ => ContactAnswer::Unknown,
        })
    }
}

/// Serves the handler: all that has to be written for a web framework.
fn start(listener: TcpListener, clicks: &ClickToCall) -> tokio::task::JoinHandle<()> {
    let clicks = clicks.clone();
    tokio::spawn(serve(listener, move |request: Incoming| {
        let clicks = clicks.clone();
        async move {
            let answer = clicks
                .handle(
                    &request.method,
                    &request.target,
                    &request.headers,
                    &request.body,
                )
                .await;
            (answer.status, answer.content_type, answer.body)
        }
    }))
}

/// Waits until the agent's leg is over and it is known what became of the lead's.
async fn outcome(
    clicks: &ClickToCall,
    key: &CallKey,
    limit: Duration,
) -> Result<ClickRecord, Failure> {
    let clock = SystemClock::default();
    let start = clock.now();
    loop {
        let record = clicks.record(key).await?.ok_or("the record is gone")?;
        if record.agent_is_gone() && record.outcome.is_some() {
            return Ok(record);
        }
        if clock.now() - start > limit {
            return Err(format!("it did not come to an end: {record:?}").into());
        }
        clock.sleep(Duration::from_millis(20)).await;
    }
}

/// The simulated office.
struct Office {
    simulator: TwilioSimulator,
    clicks: ClickToCall,
    agent: E164,
    lead: E164,
    good: bool,
}

impl Office {
    async fn click(&self, key: &CallKey, contact: &str) -> Result<Turn, Failure> {
        let request = self
            .clicks
            .request(self.agent, ContactRef::new(contact)?, key.clone())
            .on_event(|entry| println!("  {}", entry.event));
        Ok(self.clicks.call(&request).await?.turn)
    }

    /// One click from beginning to end.
    async fn story(
        &mut self,
        title: &str,
        contact: &str,
        (agent, lead): (Ends, Ends),
        expected: &str,
    ) -> Result<CallKey, Failure> {
        println!("{title}");
        self.simulator.set_outcome(&self.agent, agent);
        self.simulator.set_outcome(&self.lead, lead);
        let key = CallKey::unique(&SystemClock::default());
        self.click(&key, contact).await?;
        let record = outcome(&self.clicks, &key, Duration::from_secs(10)).await?;
        let became = record.outcome.map(|o| o.to_string()).unwrap_or_default();
        self.check(&became, became == expected);
        Ok(key)
    }

    fn check(&mut self, what: &str, is_expected: bool) {
        self.good &= is_expected;
        let word = match is_expected {
            true => "as expected",
            false => "NOT AS EXPECTED",
        };
        println!("  {word}: {what}\n");
    }

    /// What the agent would hear.
    fn heard(answer: &Fetched) -> String {
        let text = answer.body.split("<Say>").nth(1).unwrap_or_default();
        let text = text.split("</Say>").next().unwrap_or_default();
        format!("status {:?}, \"{text}\"", answer.status.unwrap_or_default())
    }
}

async fn simulated() -> Result<bool, Failure> {
    println!("No credentials in use: the calls are simulated.\n");
    let simulator = TwilioSimulator::builder()
        .calls_per_second(100.0)
        .start()
        .await;
    let (agent, lead) = (E164::parse("+15551234567")?, E164::parse("+15559876543")?);
    let base = PublicHttpsUrl::parse("https://crm.example.com")?;
    let clicks = ClickToCall::builder(
        &simulator.client()?,
        E164::parse("+15557654300")?,
        base.clone(),
        &AuthToken::parse(TwilioSimulator::AUTH_TOKEN)?,
        Arc::new(Crm { lead }),
    )?
    .on_event(|event| println!("  {event}"))
    .build()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    // What a proxy with a certificate does for a real server.
    simulator.tunnel(&base, format!("http://{}", listener.local_addr()?));
    simulator.press_keys(&agent, "1");
    let server = start(listener, &clicks);
    let mut office = Office {
        simulator,
        clicks,
        agent,
        lead,
        good: true,
    };

    let both = (Ends::Answered, Ends::Answered);
    let first = office
        .story("Agent and lead speak:", "lead-4711", both, "connected")
        .await?;
    let busy = (Ends::Answered, Ends::Busy);
    office
        .story(
            "The lead is busy:",
            "lead-4711",
            busy,
            "lead unreachable: busy",
        )
        .await?;
    let nobody = (Ends::NoAnswer, Ends::Answered);
    office
        .story(
            "The agent does not answer:",
            "lead-4711",
            nobody,
            "agent unreachable: no answer",
        )
        .await?;
    office
        .story(
            "There is no such lead:",
            "lead-0",
            both,
            "not connected: unknown contact",
        )
        .await?;

    println!("The click comes a second time:");
    let turn = office.click(&first, "lead-4711").await?;
    office.check(
        "nobody is rung again",
        turn == Turn::Repeated && office.simulator.calls().len() == 6,
    );

    println!("The first request is captured and sent again:");
    let captured = office
        .simulator
        .fetched()
        .into_iter()
        .next()
        .ok_or("nothing was asked")?;
    let replayed = office
        .simulator
        .ask(&captured.url, &HttpMethod::Post, &captured.params)
        .await;
    let refused = replayed.status == Some(200) && replayed.body.contains("used already");
    office.check(&Office::heard(&replayed), refused);

    println!("Somebody tries tokens:");
    for (query, words) in [("", "missing token"), ("?token=invalid", "not valid")] {
        let url = format!("{base}/api/v1/twilio/voice/connect{query}");
        for method in [HttpMethod::Get, HttpMethod::Post] {
            let form = Params::parse(b"CallSid=CA123&From=%2B15551234567&To=%2B15559876543");
            let answer = office.simulator.ask(&url, &method, &form).await;
            let refused = answer.status == Some(200) && answer.body.contains(words);
            office.check(&Office::heard(&answer), refused);
        }
    }
    server.abort();
    Ok(office.good)
}

async fn real(args: &Args) -> Result<bool, Failure> {
    let (Some(agent), Some(lead)) = (args.agent, args.to) else {
        return Err(
            "with a real account, say whom to ring: --agent +1… --to +1… (or --simulate)".into(),
        );
    };
    let clicks = ClickToCall::from_env(Arc::new(Crm { lead }))?
        .on_event(|event| println!("{event}"))
        .build()?;
    if !args.yes {
        println!(
            "This would ring {} and then {}, on your account and at your cost. Run it again with --yes to dial.",
            agent.masked(),
            lead.masked()
        );
        return Ok(false);
    }
    let listener = TcpListener::bind(&args.listen).await?;
    println!("{} must lead to {}", clicks.routes().base(), args.listen);
    let server = start(listener, &clicks);
    let key = CallKey::unique(&SystemClock::default());
    let request = clicks.request(agent, ContactRef::new("lead-4711")?, key.clone());
    clicks.call(&request).await?;
    let record = outcome(&clicks, &key, Duration::from_secs(5 * 3600)).await?;
    // The report of the lead's leg may come after the end of the agent's.
    SystemClock::default().sleep(Duration::from_secs(2)).await;
    let record = clicks.record(&key).await?.unwrap_or(record);
    server.abort();
    if let Some(outcome) = record.outcome {
        println!("It is over: {outcome}.");
    }
    Ok(true)
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let environment = Environment::process();
    let credentials = ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"];
    let on_account = !args.simulate && credentials.iter().any(|name| environment.has(name));
    let outcome = match on_account {
        true => real(&args).await,
        false => simulated().await,
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
