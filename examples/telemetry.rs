//! What a collector would receive of a call, and the figures at the end.
//!
//! A dial that succeeds, a read that is refused twice and then finds nothing, and a wrong number: each operation is a span with
//! a span for each attempt, under the names of OpenTelemetry's conventions, and every duration goes into a histogram. Here a
//! layer of thirty lines prints the spans; in an application `tracing-opentelemetry` sends them to a collector. Nothing leaves
//! this machine, and no account is needed.
//!
//! ```sh
//! cargo run --example telemetry
//! ```
#![allow(clippy::print_stdout, reason = "a program for a terminal")]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use twilio_client::calls::CreateCall;
use twilio_client::testkit::TwilioSimulator;
use twilio_client::twiml::{Response, Say};
use voice_core::client::ClientOptions;
use voice_core::ident::{CallSid, E164};
use voice_core::observe::Stats;
use voice_core::retry::ExponentialBackoff;
use voice_core::testkit::Mishap;
use voice_examples::Failure;

/// Prints each span when it ends.
#[derive(Debug)]
struct Printer;

/// The fields of a span.
#[derive(Debug, Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Printer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let extensions = span.extensions();
        let Some(Fields(fields)) = extensions.get::<Fields>() else {
            return;
        };
        let Some(name) = fields.get("otel.name") else {
            return;
        };
        let indent = if span.parent().is_some() {
            "    "
        } else {
            "  "
        };
        println!("{indent}{name}");
        for (field, value) in fields {
            if *field != "otel.name" {
                println!("{indent}    {field} = {value}");
            }
        }
    }
}

async fn run() -> Result<(), Failure> {
    let simulator = TwilioSimulator::start().await;
    let stats = Stats::default();
    let wait = Duration::from_millis(20);
    let options = ClientOptions::new()
        .backoff(ExponentialBackoff::new(wait, wait))
        .observer(stats.clone());
    let client = simulator.client_with(options)?;
    let from = E164::parse("+15557654300")?;
    let twiml = Response::new().with(Say::new("Hello!")).to_inline()?;

    println!("A dial:");
    let dial = CreateCall::new(E164::parse("+14155550123")?, from, twiml);
    let call = client.calls().create(&dial).await?;

    println!("\nA read that is refused once, and fails once:");
    simulator
        .mishaps()
        .next_of("calls.get", Mishap::RateLimited(None));
    simulator
        .mishaps()
        .next_of("calls.get", Mishap::ServerError);
    if let Some(sid) = call.sid {
        client.calls().get(sid).await?;
    }

    println!("\nA read of a call that there is not:");
    let nobody = CallSid::parse(concat!("CA", "00000000000000000000000000000000"))?;
    if client.calls().get(nobody).await.is_ok() {
        return Err("there is no such call".into());
    }

    println!("\nThe figures, times in milliseconds:\n");
    let snapshot = stats.snapshot();
    print!("{snapshot}");
    let read = snapshot.of("twilio", "calls.get");
    match read.map(|read| (read.operations, read.failures, read.attempts)) {
        Some((2, 1, 4)) => Ok(()),
        other => Err(format!("two reads, one failure and four attempts, not {other:?}").into()),
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    tracing_subscriber::registry().with(Printer).init();
    run().await
}
