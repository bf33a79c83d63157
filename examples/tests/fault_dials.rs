//! Dials through a network that breaks at random, over every provider that dials: nobody is rung twice, none is lost without
//! an error that says so, and every failure says what it is.
//!
//! 1,500 calls; `VOICE_LONG=1` makes 10,000, and `DIAL_SEED` draws other faults.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails by panicking, and waits for real sockets"
)]

mod fault_common;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use fault_common::is_long;
use fault_common::place::Place;
use fault_common::world::{Provider, World, number};
use futures_util::StreamExt;
use promptops_client::testkit::PromptOpsSimulator;
use twilio_client::calls::CreateCall;
use twilio_client::testkit::TwilioSimulator;
use twilio_client::twiml::{Response, Say};
use ultravox_client::{Outgoing, UltravoxCalls};
use voice_core::clock::SystemClock;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::{CallKey, CallProvider, Connect, OwnAgent, PlaceCall};
use voice_core::testkit::{Fault, FaultProxy, Forwarded, Reframe};
use voice_core::transport::HttpTransport;

const AT_A_TIME: usize = 48;

/// Every way an exchange can fail, before, within and after the request, in the frame of the answer, and answers that are not
/// the API's.
fn faults() -> Vec<(u32, Fault)> {
    // What a gateway says that had handed the request on: its own page. Ultravox's own 503, a refusal, is JSON.
    let broke_off = "<html><title>503 Service Unavailable</title></html>";
    let instead = |status, forwarded| Fault::StatusInstead {
        status,
        body: broke_off.into(),
        forwarded,
    };
    let early = |status| Fault::AnswerEarly {
        status,
        body: "{}".into(),
    };
    let framed = Fault::Reframed;
    let not_http = || b"\x00\xff not http\r\n\r\n".to_vec();
    let short = || b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{\"sid".to_vec();
    vec![
        (45, Fault::None),
        (4, Fault::RefuseConnection),
        (6, Fault::ResetBeforeRequest),
        (4, Fault::ResetMidRequest(40)),
        (4, Fault::ResetMidRequest(400)),
        (10, Fault::ResetAfterRequest),
        (4, Fault::Truncate(0)),
        (4, Fault::Truncate(20)),
        (4, Fault::Truncate(400)),
        (4, Fault::ResetMidAnswer(60)),
        (4, Fault::ResetMidAnswer(300)),
        (3, Fault::Stall),
        (3, Fault::StallBeforeForward),
        (4, Fault::Delay(Duration::from_millis(20))),
        (4, Fault::DelayAnswer(Duration::from_millis(20))),
        (
            2,
            Fault::Drip {
                chunk: 64,
                every: Duration::from_millis(1),
            },
        ),
        (3, Fault::Garbage(not_http())),
        (3, Fault::GarbageAfterForward(not_http())),
        (3, Fault::GarbageAfterForward(short())),
        (4, Fault::CloseIdle),
        (3, instead(429, Forwarded::No)),
        (3, instead(500, Forwarded::Yes)),
        (3, instead(502, Forwarded::No)),
        (3, instead(503, Forwarded::Yes)),
        (2, instead(504, Forwarded::Yes)),
        (2, instead(524, Forwarded::Yes)),
        (2, instead(101, Forwarded::Yes)),
        (2, early(500)),
        (2, early(503)),
        (2, framed(Reframe::Chunked(16))),
        (2, framed(Reframe::Gzip)),
        (2, framed(Reframe::GzipBroken)),
        (2, framed(Reframe::LengthTooLong(2))),
        (2, framed(Reframe::LengthTooShort(2))),
        (2, framed(Reframe::TwoLengths)),
        (2, framed(Reframe::Twice)),
        (2, framed(Reframe::Followed(short()))),
        (
            2,
            framed(Reframe::Interim {
                status: 100,
                times: 2,
            }),
        ),
    ]
}

fn key(n: u32) -> CallKey {
    format!("dial-{n}").parse().unwrap()
}

async fn dial(place: &Place, provider: Provider) -> Result<(), Error> {
    let (to, from) = (number(415, place.n), number(203, 0));
    match provider {
        Provider::Twilio => {
            let twiml = Response::new()
                .with(Say::new("Hello!"))
                .to_inline()
                .unwrap();
            let call = CreateCall::new(to, from, twiml);
            place.twilio().calls().create(&call).await.map(drop)
        }
        Provider::Exotel => {
            let exophone = exotel_vsip::voice::Number::parse("08047112345").unwrap();
            let call = exotel_vsip::voice::ConnectNumbers::new(to, from, exophone);
            place.exotel().voice().connect(&call).await.map(drop)
        }
        _ => {
            let calls = UltravoxCalls::new(place.ultravox(), Outgoing::twilio());
            let connect = Connect::Agent(OwnAgent::new(place.world.agent.clone()));
            let call = PlaceCall::new(to, from, connect, key(place.n));
            calls.place_call(&call).await.map(drop)
        }
    }
}

fn rung(world: &World, provider: Provider, n: u32) -> usize {
    match provider {
        Provider::Twilio => world.twilio.dialled(&number(415, n)),
        Provider::Exotel => world.exotel.dialled(&number(415, n)),
        _ => world.ultravox.created_with(&key(n)),
    }
}

/// What an outcome says, held against how often the simulator was made to ring.
fn verdict(outcome: &Result<(), Error>, rung: usize, provider: Provider, n: u32) -> String {
    assert!(
        rung <= 1,
        "{provider:?} {n} was rung {rung} times: {outcome:?}"
    );
    let error = match outcome {
        Ok(()) => {
            assert_eq!(rung, 1, "a success without a call");
            return "placed".to_owned();
        }
        Err(error) => error,
    };
    assert_ne!(error.kind(), ErrorKind::Other, "{error:?}");
    assert!(
        error.attempts() >= 1 && !error.message().is_empty(),
        "{error:?}"
    );
    let text = format!("{error} {error:?} {}", error.log_value());
    let secrets = [TwilioSimulator::AUTH_TOKEN, PromptOpsSimulator::SECRET_KEY];
    assert!(
        !text.contains(number(415, n).digits()) && !secrets.iter().any(|s| text.contains(s)),
        "{text}"
    );
    assert!(
        error.may_have_happened() || rung == 0,
        "rung, and the error denies it: {error:?}"
    );
    if error.delivery() == Delivery::Answered && rung == 1 {
        // A success that cannot be read is an answer: the call exists, and the error says so.
        assert_eq!(error.kind(), ErrorKind::Decode, "{error:?}");
    }
    let rang = if rung == 1 { "rang" } else { "did not ring" };
    format!("{} {}, {rang}", error.delivery(), error.kind())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn none_is_dialled_twice_and_every_failure_is_typed() {
    let seed = std::env::var("DIAL_SEED").map_or(20_261_122, |text| text.parse().unwrap());
    let dials: u32 = if is_long() { 10_000 } else { 1_500 };
    println!("DIAL_SEED={seed}, {dials} dials");
    let world = Arc::new(World::start().await);
    let ways = [Provider::Twilio, Provider::Exotel, Provider::Ultravox];
    let mut proxies = BTreeMap::new();
    for (way, provider) in ways.into_iter().enumerate() {
        let upstream: SocketAddr = world.address(provider);
        let proxy = FaultProxy::start(upstream).await.unwrap();
        proxy.random(seed + way as u64, &faults());
        proxies.insert(provider, proxy);
    }
    let transport = HttpTransport::builder().build().unwrap();

    let outcomes: Vec<(Provider, u32, Result<(), Error>)> = futures_util::stream::iter(0..dials)
        .map(|n| {
            let provider = ways[n as usize % ways.len()];
            let place = Place {
                world: Arc::clone(&world),
                base: proxies[&provider].url(),
                n,
                transport: transport.clone(),
                clock: SystemClock::shared(),
                attempt: Duration::from_secs(3),
            };
            async move {
                let outcome = dial(&place, provider).await;
                (provider, n, outcome)
            }
        })
        .buffer_unordered(AT_A_TIME)
        .collect()
        .await;

    // What was still on its way to a simulator has arrived by now, or never will.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(outcomes.len(), dials as usize);
    for provider in ways {
        let mut tally: BTreeMap<String, u32> = BTreeMap::new();
        let mine = outcomes.iter().filter(|(by, ..)| *by == provider);
        for (_, n, outcome) in mine {
            let rung = rung(&world, provider, *n);
            *tally
                .entry(verdict(outcome, rung, provider, *n))
                .or_default() += 1;
        }
        let counters = proxies[&provider].counters();
        println!("{provider:?} {tally:#?}\n{counters:?}");
        // The trial was one: calls were placed, some only by a retry, and many outcomes were unknown.
        let all = dials / 3;
        assert!(tally["placed"] > all / 3, "{tally:?}");
        let unknown = tally.iter().filter(|(name, _)| name.starts_with("unknown"));
        assert!(unknown.map(|(_, n)| n).sum::<u32>() > all / 10, "{tally:?}");
        assert!(
            counters.requests > u64::from(all),
            "nothing was ever sent again"
        );
    }
}
