//! A live session with a simulated agent.

use std::time::Duration;

use ultravox_client::realtime::message::{ClientMessage, ServerMessage};
use ultravox_client::realtime::{Event, PcmFormat, RealtimeSession, SessionEnd, SessionOptions};
use ultravox_client::testkit::realtime::{RealtimeSim, Script};
use voice_core::clock::{SystemClock, timeout};
use voice_core::error::Error;

pub(crate) const LIVE: &str = "5e000000-0000-4000-8000-0000000011fe";
pub(crate) const FORMAT: PcmFormat = PcmFormat::HZ_16000;

pub(crate) fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

pub(crate) fn options() -> SessionOptions {
    SessionOptions::new(FORMAT)
}

/// Joins a call whose agent follows the script.
pub(crate) async fn joined(
    script: Script,
    options: SessionOptions,
) -> (RealtimeSim, RealtimeSession) {
    let sim = RealtimeSim::start().await.unwrap();
    let url = sim.call(LIVE, script).unwrap();
    let session = RealtimeSession::connect(&url, options).await.unwrap();
    (sim, session)
}

/// All events until the end, which must come within 20 s.
pub(crate) async fn all(session: &mut RealtimeSession) -> (Vec<Result<Event, Error>>, SessionEnd) {
    let mut events = Vec::new();
    let taking = async {
        while let Some(event) = session.next_event().await {
            if let Ok(Event::Closed(end)) = event {
                assert!(
                    session.next_event().await.is_none(),
                    "nothing comes after the end"
                );
                return end;
            }
            events.push(event);
        }
        panic!("no end was told")
    };
    let end = within(taking).await;
    (events, end)
}

/// Fails if it takes more than 20 s.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    let clock = SystemClock::default();
    timeout(&clock, Duration::from_secs(20), future)
        .await
        .expect("it takes too long")
}

pub(crate) fn messages(events: &[Result<Event, Error>]) -> Vec<&ServerMessage> {
    let messages = events.iter().filter_map(|event| match event {
        Ok(Event::Message(message)) => Some(message),
        _ => None,
    });
    messages.collect()
}

pub(crate) fn kinds(messages: &[ClientMessage]) -> Vec<&str> {
    messages.iter().map(ClientMessage::kind).collect()
}
