//! The simulator of Twilio by itself: a short tour, or a server for programs in other languages.
//!
//! ```sh
//! cargo run --example twilio_simulator             # a tour, which ends by itself
//! cargo run --example twilio_simulator -- --serve  # a server, until Ctrl-C
//! ```
//!
//! Any client of Twilio can be pointed at the server. Products are told apart by the `Host` header, so a client whose HTTP
//! layer sends requests for `https://PRODUCT.twilio.com` to the printed address and keeps that header needs nothing else.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use twilio_client::calls::{CallStatus, CreateCall, ListCalls};
use twilio_client::incoming_phone_numbers::BuyNumber;
use twilio_client::queues::CreateQueue;
use twilio_client::testkit::{Pace, TwilioSimulator};
use twilio_client::twiml::{Response, Say};
use voice_core::clock::{Clock, SystemClock};
use voice_core::ident::E164;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A simulated Twilio on this machine.
#[derive(Debug, Parser)]
struct Arguments {
    /// Serve until Ctrl-C instead of showing around.
    #[arg(long)]
    serve: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = if Arguments::parse().serve {
        serve().await
    } else {
        tour().await
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nNot as expected: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Failure> {
    let simulator = TwilioSimulator::builder()
        .pace(Pace::FAST.with_talk(None))
        .calls_per_second(100.0)
        .start()
        .await;
    println!("url {}", simulator.url());
    println!("account {}", TwilioSimulator::ACCOUNT_SID);
    println!("token {}", TwilioSimulator::AUTH_TOKEN);
    tokio::signal::ctrl_c().await?;
    println!("{} requests were served.", simulator.requests());
    Ok(())
}

async fn tour() -> Result<(), Failure> {
    let simulator = TwilioSimulator::start().await;
    let client = simulator.client()?;
    println!("A simulated Twilio listens at {}", simulator.url());

    let wanted = E164::parse("+14155550100")?;
    let bought = client
        .incoming_phone_numbers()
        .buy(&BuyNumber::new(wanted))
        .await?;
    println!("  bought a number: {}", bought.sid.is_some());
    let again = client
        .incoming_phone_numbers()
        .buy(&BuyNumber::new(E164::parse("+15005550000")?))
        .await;
    let code = again
        .err()
        .and_then(|error| error.code().map(str::to_owned));
    expect(
        code.as_deref() == Some("21422"),
        "a number that is taken is refused",
    )?;

    let twiml = Response::new().with(Say::new("Hello!")).to_inline()?;
    let to = E164::parse("+14155550123")?;
    let call = client
        .calls()
        .create(&CreateCall::new(to, wanted, twiml))
        .await?;
    let sid = call.sid.ok_or("the call has no SID")?;
    let mut last = None;
    for _ in 0..200 {
        let status = client.calls().get(sid).await?.status.clone();
        if status != last {
            println!(
                "  the call is {}",
                status.as_ref().map_or("?", CallStatus::as_str)
            );
            last = status;
        }
        if last.as_ref().is_some_and(CallStatus::is_final) {
            break;
        }
        SystemClock::default().sleep(Duration::from_millis(5)).await;
    }
    expect(last == Some(CallStatus::Completed), "the call is over")?;
    let calls = client.calls().list(&ListCalls::new()).collect().await?;
    expect(calls.len() == 1, "it is in the list")?;
    let queue = client.queues().create(&CreateQueue::new("support")).await?;
    expect(queue.sid.is_some(), "a queue was created")?;
    println!(
        "{} requests were made, none of them left this machine.",
        simulator.requests()
    );
    Ok(())
}

fn expect(is_so: bool, what: &str) -> Result<(), Failure> {
    if is_so {
        println!("  ✓ {what}");
        return Ok(());
    }
    Err(what.into())
}
