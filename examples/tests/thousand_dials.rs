//! A thousand dials through a network that breaks at random: nobody is rung twice, and every failure says what it is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails by panicking, and waits for real sockets"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use twilio_client::TwilioClient;
use twilio_client::calls::CreateCall;
use twilio_client::testkit::TwilioSimulator;
use twilio_client::twiml::{Response, Say};
use voice_core::client::ClientOptions;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::{AccountSid, AuthToken, E164};
use voice_core::retry::ExponentialBackoff;
use voice_core::testkit::{Fault, FaultProxy, Forwarded};
use voice_core::transport::BaseUrl;

const DIALS: u32 = 1_000;
const AT_A_TIME: usize = 32;

/// Every way a connection can fail, before, within and after the request, and answers that are not the API's.
fn faults() -> Vec<(u32, Fault)> {
    let instead = |status, forwarded| Fault::StatusInstead {
        status,
        body: "<html>gateway</html>".into(),
        forwarded,
    };
    vec![
        (30, Fault::None),
        (4, Fault::RefuseConnection),
        (6, Fault::ResetBeforeRequest),
        (4, Fault::ResetMidRequest(40)),
        (4, Fault::ResetMidRequest(400)),
        (10, Fault::ResetAfterRequest),
        (4, Fault::Truncate(0)),
        (4, Fault::Truncate(20)),
        (4, Fault::Truncate(400)),
        (4, Fault::ResetMidAnswer(60)),
        (4, Fault::ResetMidAnswer(700)),
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
        (3, Fault::Garbage(b"\x00\xff not http\r\n\r\n".to_vec())),
        (
            3,
            Fault::GarbageAfterForward(
                b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{\"sid".to_vec(),
            ),
        ),
        (4, Fault::CloseIdle),
        (3, instead(429, Forwarded::No)),
        (3, instead(500, Forwarded::Yes)),
        (3, instead(502, Forwarded::No)),
        (3, instead(503, Forwarded::Yes)),
        (2, instead(504, Forwarded::Yes)),
    ]
}

fn number(n: u32) -> E164 {
    E164::parse(&format!("+1415{:07}", 5_000_000 + n)).unwrap()
}

fn client(proxy: &FaultProxy) -> TwilioClient {
    let options = ClientOptions::new()
        .attempt_timeout(Duration::from_millis(700))
        .deadline(Duration::from_secs(10))
        .backoff(ExponentialBackoff::new(
            Duration::from_millis(5),
            Duration::from_millis(50),
        ))
        // Nothing may hold the retries back: they are what is on trial.
        .without_breaker()
        .without_retry_budget();
    TwilioClient::builder()
        .account_sid(AccountSid::parse(TwilioSimulator::ACCOUNT_SID).unwrap())
        .auth_token(AuthToken::parse(TwilioSimulator::AUTH_TOKEN).unwrap())
        .base_url(BaseUrl::parse(&proxy.url()).unwrap())
        .options(options)
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn none_is_dialled_twice_and_every_failure_is_typed() {
    let seed = std::env::var("DIAL_SEED").map_or(20_261_122, |text| text.parse().unwrap());
    println!("DIAL_SEED={seed}");
    let simulator = TwilioSimulator::builder()
        .calls_per_second(1e6)
        .start()
        .await;
    let upstream = simulator
        .url()
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    let proxy = FaultProxy::start(upstream).await.unwrap();
    proxy.random(seed, &faults());
    let client = Arc::new(client(&proxy));
    let from = E164::parse("+14155550100").unwrap();
    let twiml = Response::new()
        .with(Say::new("Hello!"))
        .to_inline()
        .unwrap();

    let outcomes: Vec<(E164, Result<(), Error>)> = futures_util::stream::iter(0..DIALS)
        .map(|n| {
            let (client, twiml) = (Arc::clone(&client), twiml.clone());
            async move {
                let to = number(n);
                let outcome = client
                    .calls()
                    .create(&CreateCall::new(to, from, twiml))
                    .await;
                (to, outcome.map(drop))
            }
        })
        .buffer_unordered(AT_A_TIME)
        .collect()
        .await;

    // What was still on its way to the simulator has arrived by now, or never will.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut tally: BTreeMap<String, u32> = BTreeMap::new();
    for (to, outcome) in &outcomes {
        let rung = simulator.dialled(to);
        assert!(
            rung <= 1,
            "{} was rung {rung} times: {outcome:?}",
            to.masked()
        );
        let verdict = match outcome {
            Ok(()) => {
                assert_eq!(rung, 1, "a success without a call");
                "placed".to_owned()
            }
            Err(error) => {
                assert_eq!(
                    (error.provider(), error.operation()),
                    ("twilio", "calls.create"),
                    "{error:?}"
                );
                assert_ne!(error.kind(), ErrorKind::Other, "{error:?}");
                assert!(
                    error.attempts() >= 1 && !error.message().is_empty(),
                    "{error:?}"
                );
                let text = format!("{error} {error:?} {}", error.log_value());
                assert!(
                    !text.contains(to.digits()) && !text.contains(TwilioSimulator::AUTH_TOKEN),
                    "{text}"
                );
                match error.delivery() {
                    // A success that cannot be read is an answer: the call exists, and the error says so.
                    Delivery::Answered => assert_eq!(error.kind(), ErrorKind::Decode, "{error:?}"),
                    Delivery::Unknown => {}
                    never => assert_eq!(rung, 0, "{never}, and rung all the same: {error:?}"),
                }
                format!("{} {}", error.delivery(), error.kind())
            }
        };
        *tally.entry(verdict).or_default() += 1;
    }
    println!("{tally:#?}\n{:?}", proxy.counters());
    assert_eq!(outcomes.len(), DIALS as usize);
    // The trial was one: calls were placed, some only by a retry, and many outcomes were unknown.
    assert!(tally["placed"] > 300, "{tally:?}");
    let unknown: u32 = tally
        .iter()
        .filter(|(k, _)| k.starts_with("unknown"))
        .map(|(_, n)| n)
        .sum();
    assert!(unknown > 100, "{tally:?}");
    assert!(
        proxy.counters().requests > u64::from(DIALS),
        "nothing was ever sent again"
    );
}
