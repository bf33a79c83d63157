//! The live sessions of Ultravox and OpenAI over WebSockets that are cut: within the upgrade's request and answer, and within
//! the frames, both ways.
//!
//! `VOICE_LONG=1` cuts after every single byte.
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

use std::sync::Arc;
use std::time::Duration;

use fault_common::borders::{Grain, head_end, of_http};
use fault_common::is_long;
use fault_common::tally::Tally;
use futures_util::StreamExt;
use openai_calls::OpenAiClient;
use openai_calls::session::Session;
use openai_calls::sideband::{Reconnect, Sideband, SidebandOptions};
use openai_calls::testkit::{CallSpec, OpenAiSim};
use tokio::time::timeout;
use ultravox_client::realtime::{Event, PcmFormat, RealtimeSession, SessionOptions};
use ultravox_client::testkit::realtime::{RealtimeSim, Script};
use voice_core::error::{Error, ErrorKind};
use voice_core::provider::JoinUrl;
use voice_core::testkit::{Cut, CutEnd, CutProxy, Passage};
use voice_core::transport::BaseUrl;

const AT_A_TIME: usize = 32;
/// The client's own limits are below this by far.
const BOUND: Duration = Duration::from_secs(60);

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Cuts of both ways, each with one of the ends in turn, or with all.
fn cuts(tape: &Passage) -> Vec<Cut> {
    let grain = if is_long() {
        Grain::Bytes
    } else {
        Grain::Borders
    };
    let garbage = CutEnd::Garbage(b"\x00\xffno frame\r\n\r\n".to_vec());
    let ends = [CutEnd::Reset, CutEnd::Close, CutEnd::Stall, garbage];
    let mut cuts = Vec::new();
    for (bytes, is_up) in [(&tape.to_server, true), (&tape.to_client, false)] {
        let head = head_end(bytes);
        let mut places = of_http(bytes, grain);
        if grain == Grain::Borders {
            // Frames begin anywhere.
            let step = ((bytes.len() - head).min(800) / 24).max(1);
            places.extend((head..bytes.len()).step_by(step).map(|at| at as u64));
        }
        // Audio goes on and on.
        places.retain(|at| *at <= head as u64 + 800);
        for (index, after) in places.into_iter().enumerate() {
            for (turn, end) in ends.iter().enumerate() {
                if is_long() || index % ends.len() == turn || after <= head as u64 {
                    let end = end.clone();
                    cuts.push(if is_up {
                        Cut::to_server(after, end)
                    } else {
                        Cut::to_client(after, end)
                    });
                }
            }
        }
    }
    cuts
}

/// What a connection error says, held against whether the server had taken the session up.
fn refusal(error: &Error, acted: bool) -> Result<String, String> {
    if error.kind() == ErrorKind::Other || error.message().is_empty() {
        return Err(format!("it says nothing: {error:?}"));
    }
    if acted && !error.may_have_happened() {
        return Err(format!(
            "it was taken up, and the error denies it: {error:?}"
        ));
    }
    Ok(format!("{} {}", error.delivery(), error.kind()))
}

fn live(n: usize) -> String {
    format!("5e000000-0000-4000-8000-{n:012}")
}

/// Joins a call whose agent says a few words and hangs up.
async fn join(sim: &RealtimeSim, n: usize, cut: Option<Cut>) -> (Result<String, String>, Passage) {
    let script = Script::new().say("Hello, how can I help?").hang_up();
    let url = sim.call(&live(n), script).unwrap();
    let rest = url.expose().strip_prefix("ws://").unwrap();
    let (address, path) = rest.split_once('/').unwrap();
    let proxy = CutProxy::start(address.parse().unwrap()).await.unwrap();
    proxy.push(
        cut.clone()
            .unwrap_or(Cut::to_server(u64::MAX, CutEnd::Reset)),
    );
    let url = JoinUrl::new(format!("ws://{}/{path}", proxy.addr())).unwrap();
    let options = SessionOptions::new(PcmFormat::HZ_16000)
        .connect_timeout(ms(700))
        .close_timeout(ms(300))
        .keep_alive(ms(500))
        .silence_limit(ms(1_500));
    let outcome = match RealtimeSession::connect(&url, options).await {
        Err(error) => {
            proxy.until_settled().await;
            tokio::time::sleep(ms(20)).await;
            refusal(&error, !sim.seen(&live(n)).query.is_empty())
        }
        Ok(mut session) => loop {
            match session.next_event().await {
                Some(Ok(Event::Closed(end))) => {
                    let tape = proxy.passages().remove(0).to_client;
                    let said = String::from_utf8_lossy(&tape).contains("hangup");
                    let cut_off = cut.is_some() && !said && proxy.passages()[0].happened;
                    if end.reason.is_expected() && cut_off && end.code.is_some() {
                        break Err(format!("an orderly end that never came: {end:?}"));
                    }
                    break Ok(format!("ended {:?}", end.reason));
                }
                Some(_) => {}
                None => break Err("no end was told".to_owned()),
            }
        },
    };
    (outcome, proxy.passages().remove(0))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn realtime_sessions_end_and_say_how() {
    let sim = Arc::new(RealtimeSim::start().await.unwrap());
    let (calm, tape) = join(&sim, 0, None).await;
    println!("calm: {calm:?}");
    calm.unwrap();
    let mut tally = Tally::default();
    let trials = cuts(&tape).into_iter().enumerate().map(|(n, cut)| {
        let sim = Arc::clone(&sim);
        tokio::spawn(async move {
            let what = format!("{cut:?}");
            let outcome = timeout(BOUND, join(&sim, n + 1, Some(cut))).await;
            outcome
                .map_or(Err("it hangs".to_owned()), |it| it.0)
                .map_err(|rule| format!("{what}: {rule}"))
        })
    });
    let mut trials = futures_util::stream::iter(trials).buffer_unordered(AT_A_TIME);
    while let Some(outcome) = trials.next().await {
        tally.add(outcome.unwrap_or_else(|panic| Err(panic.to_string())));
    }
    tally.check("realtime sessions");
    assert!(tally.points > 80 && tally.of("ended") > 10, "{tally}");
}

/// Attaches to a call with a greeting, over a connection that is cut once; what follows is a reconnection.
async fn attach(
    sim: &OpenAiSim,
    direct: &OpenAiClient,
    cut: Option<Cut>,
) -> (Result<String, String>, Passage) {
    let call = sim.ring(CallSpec::new("+15550100", "+15550199"));
    let accepted = direct
        .calls()
        .accept(call.id(), &Session::new("Be kind."))
        .await;
    assert!(accepted.unwrap().is_done());
    let proxy = CutProxy::start(sim.address()).await.unwrap();
    proxy.push(cut.unwrap_or(Cut::to_server(u64::MAX, CutEnd::Reset)));
    let options = SidebandOptions::of(direct)
        .base_url(BaseUrl::parse(&format!("{}/v1", proxy.url())).unwrap())
        .greeting("Hello!")
        .connect_timeout(ms(700))
        .close_timeout(ms(300))
        .keep_alive(ms(500))
        .silence_limit(ms(1_500))
        .reconnect(Reconnect::default().first_wait(ms(5)).longest_wait(ms(50)));
    let outcome = match Sideband::connect(call.id(), options).await {
        Err(error) => {
            proxy.until_settled().await;
            tokio::time::sleep(ms(20)).await;
            let seen = call.seen();
            refusal(
                &error,
                call.attached() > 0 || seen.ended > 0 || !seen.events.is_empty(),
            )
        }
        Ok(mut sideband) => {
            let taking = async {
                while sideband.next_event().await.is_some() {}
                sideband.end().cloned()
            };
            let hanging_up = async {
                tokio::time::sleep(ms(2_500)).await;
                call.caller_hangs_up();
            };
            let (end, ()) = tokio::join!(taking, hanging_up);
            let seen = call.seen();
            let greetings = seen.of("response.create").count();
            match end {
                _ if greetings > 1 => Err(format!("greeted {greetings} times")),
                _ if seen.repeated_outputs > 0 => Err("an output twice".to_owned()),
                None => Err("no end was told".to_owned()),
                Some(end) => Ok(format!(
                    "ended {:?}, {} reconnects, {greetings} greetings",
                    end.reason, end.reconnects
                )),
            }
        }
    };
    (outcome, proxy.passages().remove(0))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sidebands_come_back_and_greet_once() {
    let sim = Arc::new(OpenAiSim::start().await.unwrap());
    let direct = sim
        .client()
        .ringing_deadline(BOUND)
        .ringing_attempt_timeout(BOUND)
        .build()
        .unwrap();
    let (calm, tape) = attach(&sim, &direct, None).await;
    println!("calm: {calm:?}");
    assert!(calm.unwrap().ends_with("1 greetings"));
    let mut tally = Tally::default();
    let trials = cuts(&tape).into_iter().map(|cut| {
        let (sim, direct) = (Arc::clone(&sim), direct.clone());
        tokio::spawn(async move {
            let what = format!("{cut:?}");
            let outcome = timeout(2 * BOUND, attach(&sim, &direct, Some(cut))).await;
            outcome
                .map_or(Err("it hangs".to_owned()), |it| it.0)
                .map_err(|rule| format!("{what}: {rule}"))
        })
    });
    // Nearly all of the time is waiting.
    let mut trials = futures_util::stream::iter(trials).buffer_unordered(2 * AT_A_TIME);
    while let Some(outcome) = trials.next().await {
        tally.add(outcome.unwrap_or_else(|panic| Err(panic.to_string())));
    }
    tally.check("sidebands");
    assert!(tally.points > 80 && tally.of("ended") > 10, "{tally}");
}
