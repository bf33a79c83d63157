//! The same on real sockets, with a proxy that breaks connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use promptops_client::cache::{PromptCache, Source};
use promptops_client::models::Prompt;
use promptops_client::testkit::{Creates, PromptOpsSimulator};
use promptops_client::{OPERATIONS, PromptOpsClient};
use voice_core::client::ClientOptions;
use voice_core::clock::{Clock, SystemClock};
use voice_core::error::ErrorKind;
use voice_core::retry::Repeat;
use voice_core::testkit::{Fault, FaultProxy, Forwarded};

use super::support::*;

const DEADLINE: Duration = Duration::from_secs(2);

fn faults() -> Vec<Fault> {
    vec![
        Fault::RefuseConnection,
        Fault::ResetBeforeRequest,
        Fault::ResetAfterRequest,
        Fault::ResetMidRequest(40),
        Fault::Truncate(30),
        Fault::ResetMidAnswer(60),
        Fault::Stall,
        Fault::StallBeforeForward,
        Fault::DelayAnswer(Duration::from_millis(900)),
        Fault::Garbage(b"\x00\xffno HTTP at all\r\n\r\n".to_vec()),
        Fault::GarbageAfterForward(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{\"a\":".to_vec()),
        Fault::CloseIdle,
        Fault::StatusInstead {
            status: 504,
            body: "<html>gateway</html>".to_owned(),
            forwarded: Forwarded::Yes,
        },
    ]
}

async fn proxied(sim: &PromptOpsSimulator) -> (FaultProxy, PromptOpsClient) {
    let addr: SocketAddr = sim.url().trim_start_matches("http://").parse().unwrap();
    let proxy = FaultProxy::start(addr).await.unwrap();
    let options = ClientOptions::new()
        .attempt_timeout(Duration::from_millis(400))
        .deadline(DEADLINE)
        .retries(2)
        .without_breaker()
        .without_retry_budget();
    let client = sim.client_builder().base_url(proxy.url()).options(options);
    (proxy, client.build().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_hangs_and_nothing_happens_twice() {
    let builder = PromptOpsSimulator::builder().creates(Creates::Work);
    let sim = Arc::new(builder.start().await);
    fill(&sim, "");
    let mut tasks = Vec::new();
    for label in [
        "prompts.get",
        "prompts.batch",
        "usage.log",
        "events.create",
        "keys.create",
        "experiments.update",
    ] {
        let sim = Arc::clone(&sim);
        let endpoint = OPERATIONS
            .iter()
            .find(|one| one.operation.name() == label)
            .unwrap();
        tasks.push(tokio::spawn(async move {
            let clock = SystemClock::default();
            let (proxy, client) = proxied(&sim).await;
            for fault in faults() {
                let before = sim.carried_out(label);
                let start = clock.now();
                proxy.push(fault.clone());
                let answer = ask(&client, &sim, endpoint).await;
                let took = clock.now() - start;
                assert!(took < DEADLINE + SECOND, "{label}, {fault:?}: {took:?}");
                let done = sim.carried_out(label) - before;
                if endpoint.operation.repeat() == Repeat::Once {
                    assert!(done <= 1, "{label}, {fault:?}: {done} times");
                } else if matches!(fault, Fault::GarbageAfterForward(_)) {
                    // A whole answer, and nobody can read it: asking again would not help.
                    assert_eq!(answer.unwrap_err().kind(), ErrorKind::Decode, "{label}");
                } else {
                    assert!(answer.is_ok(), "{label}, {fault:?}: {answer:?}");
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_warmed_cache_answers_within_five_milliseconds() {
    let sim = PromptOpsSimulator::start().await;
    sim.add("greet", "1.0.0", "Hello");
    let (proxy, client) = proxied(&sim).await;
    let cache: PromptCache<Prompt> = PromptCache::builder(scope(), Arc::new(Loader(client)))
        .ttl(Duration::from_millis(1))
        .pause_after_failure(Duration::from_millis(20))
        .build()
        .unwrap();
    cache.get(&key("greet")).await.unwrap();
    let clock = SystemClock::default();
    for fault in faults() {
        proxy.set_default(fault.clone());
        let mut times = Vec::new();
        for _ in 0..25 {
            clock.sleep(Duration::from_millis(2)).await;
            let start = clock.now();
            let found = cache.get(&key("greet")).await.unwrap();
            times.push(clock.now() - start);
            assert_eq!(found.content, "Hello");
            assert!(matches!(found.source(), Source::Memory | Source::Stale));
        }
        // A busy machine may hold up one read or another.
        times.sort_unstable();
        assert!(times[12] < Duration::from_millis(5), "{fault:?}: {times:?}");
    }
}
