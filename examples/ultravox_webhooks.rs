//! A server that receives Ultravox's webhooks, and takes only what is genuine, fresh and new.
//!
//! The Ultravox simulator runs a call and reports it. The server is down for the first try, so that the simulator comes
//! again; then a forger, a replay, a duplicate and a change of secrets have their turn. No account is needed, and nothing
//! leaves this machine.
//!
//! ```sh
//! cargo run --example ultravox_webhooks
//! ```
#![allow(clippy::print_stdout, reason = "a program for a terminal")]

use std::collections::HashSet;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use ultravox_client::agents::{NewAgent, TemplateSpec};
use ultravox_client::calls::StartAgentCall;
use ultravox_client::testkit::{HurriedClock, SimSettings, UltravoxSimulator, WebhookTarget};
use ultravox_client::types::EndReason;
use ultravox_client::webhooks::{
    self, EventKind, SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookVerifier,
};
use voice_core::clock::SharedClock;
use voice_core::provider::CallId;
use voice_core::testkit::{Service, SimAnswer, SimRequest, SimServer, deliver_webhook};
use voice_core::webhook::WebhookRequest;

/// The application's server. In yours, the web framework takes the place of [`Service`]; the rest stays.
struct Server {
    verifier: Mutex<WebhookVerifier>,
    seen: Mutex<HashSet<String>>,
    outages: Mutex<u32>,
    last: Mutex<Option<SimRequest>>,
}

impl Service for Server {
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        let mut outages = lock(&self.outages);
        if *outages > 0 {
            *outages -= 1;
            println!("  server: 503, not up yet");
            return SimAnswer::empty(503);
        }
        // The raw body and headers, before anything parses them.
        let webhook = WebhookRequest::new(
            &request.method,
            &request.path,
            &request.headers,
            &request.body,
        );
        let reply = match lock(&self.verifier).event(&webhook) {
            Ok(event) => {
                let is_new = event
                    .dedup_key()
                    .is_none_or(|key| lock(&self.seen).insert(key));
                if is_new {
                    let why = event.call.end_reason.as_ref().map_or("", EndReason::as_str);
                    println!("  server: 204, {} {why}", event.kind);
                } else {
                    println!("  server: 204, {} seen before, nothing done", event.kind);
                }
                *lock(&self.last) = Some(request.clone());
                webhooks::acknowledge()
            }
            Err(refused) => {
                println!("  server: {}, {refused}", refused.suggested_status());
                webhooks::refuse(&refused)
            }
        };
        SimAnswer::empty(reply.status().as_u16())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Waits take no time: half a minute until a webhook comes again would be long for an example.
    let clock = Arc::new(HurriedClock::new());
    let server = Arc::new(Server {
        verifier: Mutex::new(verifier(&["old-secret"], clock.clone())?),
        seen: Mutex::default(),
        outages: Mutex::new(1),
        last: Mutex::default(),
    });
    let listening = SimServer::start(server.clone()).await;
    let url = format!("{}/hooks/ultravox", listening.url());

    let simulator = UltravoxSimulator::start_with(SimSettings::new().clock(clock.clone())).await;
    let call = a_call(&simulator, &clock).await?;

    println!("A call is over. Ultravox reports it, and comes again where it was not heard:");
    let target = WebhookTarget::new(&url).secret("old-secret");
    for done in simulator.deliver_webhooks(&call, &target).await {
        println!("{} took {} tries", done.kind, done.attempts.len());
    }

    println!("\nA forger does not know the secret:");
    let genuine = lock(&server.last).take().ok_or("nothing arrived")?;
    let stamp = genuine.header(TIMESTAMP_HEADER).to_owned();
    let forged = webhooks::sign("guessed-secret", &genuine.body, &stamp);
    send(&url, &genuine, stamp.clone(), forged).await?;

    println!("\nSomebody who saw a genuine one sends it again, ten minutes later:");
    clock.advance(Duration::from_secs(600));
    let signature = genuine.header(SIGNATURE_HEADER).to_owned();
    send(&url, &genuine, stamp, signature).await?;

    println!("\nUltravox itself sends one twice:");
    simulator
        .deliver_webhook(&call, EventKind::CallEnded, &target)
        .await;

    println!("\nThe secret changes, without a gap. First the server takes both:");
    *lock(&server.verifier) = verifier(&["new-secret", "old-secret"], clock.clone())?;
    simulator
        .deliver_webhook(&call, EventKind::CallEnded, &target)
        .await;
    println!("then the webhook gets the new one:");
    let target = WebhookTarget::new(&url).secret("new-secret");
    simulator
        .deliver_webhook(&call, EventKind::CallEnded, &target)
        .await;
    println!("then the server forgets the old one:");
    *lock(&server.verifier) = verifier(&["new-secret"], clock.clone())?;
    simulator
        .deliver_webhook(&call, EventKind::CallEnded, &target)
        .await;

    println!(
        "\n{} events were acted on, each once.",
        lock(&server.seen).len()
    );
    Ok(())
}

/// A call that was joined, and hung up after a minute.
async fn a_call(
    simulator: &UltravoxSimulator,
    clock: &HurriedClock,
) -> Result<CallId, Box<dyn Error>> {
    let client = simulator.client().build()?;
    let agent = NewAgent::new("Front desk".parse()?, TemplateSpec::new("Be brief."));
    let agent = client.agents().create(&agent).await?;
    let call = client
        .agents()
        .calls(agent.id()?)
        .create(&StartAgentCall::new())
        .await?;
    let id = call.id()?.clone();
    simulator.join(&id);
    clock.advance(Duration::from_secs(60));
    simulator.end(&id, &EndReason::Hangup);
    Ok(id)
}

fn verifier(secrets: &[&str], clock: SharedClock) -> Result<WebhookVerifier, Box<dyn Error>> {
    let secrets = secrets.iter().map(|secret| SecretString::from(*secret));
    Ok(WebhookVerifier::with_secrets(secrets)?.clock(clock))
}

async fn send(
    url: &str,
    seen: &SimRequest,
    stamp: String,
    signature: String,
) -> Result<(), Box<dyn Error>> {
    let headers = [(TIMESTAMP_HEADER, stamp), (SIGNATURE_HEADER, signature)];
    deliver_webhook(url, "application/json", &headers, seen.body.clone()).await?;
    Ok(())
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
