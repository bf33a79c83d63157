//! Looks for what a request with an unknown outcome may have made.

use std::time::Duration;

use super::event::{FlowEvent, Recorder};
use crate::clock::{Clock, later};
use crate::provider::{
    AgentProvider, AgentSession, Call, CallId, CallKey, CallProvider, FindCall, Found,
};

/// What became of a dial without a clear answer.
pub(super) enum Verdict {
    /// It is this call.
    Placed(Box<Call>),
    /// Nothing was found until no request could still turn into a call.
    NotFound,
    /// Several calls could be it.
    Ambiguous(Vec<CallId>),
    /// The provider could not be asked at the end.
    Unanswered,
}

/// Looks for a call: at once, then after 1, 2, 4 and then every 8 s, until the window has settled.
pub(super) async fn call(
    calls: &dyn CallProvider,
    wanted: &FindCall,
    clock: &dyn Clock,
    recorder: &Recorder,
) -> Verdict {
    let left = wanted.settled_after().duration_since(clock.wall());
    // The dial was given up before now: more than this is a clock that was set back since.
    let left = left.unwrap_or(Duration::ZERO).min(FindCall::SETTLE);
    let settled = later(clock.now(), left);
    let mut pause = Duration::from_secs(1);
    loop {
        // Only a look begun after the window has settled proves that there is nothing.
        let last = clock.now() >= settled;
        let verdict = match calls.find_call(wanted).await {
            Ok(Found::One(call)) => return Verdict::Placed(call),
            Ok(Found::Several(ids)) => Verdict::Ambiguous(ids),
            Ok(Found::Nothing) => Verdict::NotFound,
            Err(error) => {
                recorder.note(FlowEvent::LookFailed {
                    error: error.to_string(),
                });
                Verdict::Unanswered
            }
        };
        if last {
            return verdict;
        }
        let left = settled.saturating_duration_since(clock.now());
        clock.sleep(pause.min(left)).await;
        pause = (pause * 2).min(Duration::from_secs(8));
    }
}

/// Looks for a session a key may have opened: at once, then after 1, 2, 4 and 8 s.
pub(super) async fn session(
    agents: &dyn AgentProvider,
    key: &CallKey,
    clock: &dyn Clock,
    recorder: &Recorder,
) -> Option<AgentSession> {
    for pause in [0, 1, 2, 4, 8] {
        if pause > 0 {
            clock.sleep(Duration::from_secs(pause)).await;
        }
        match agents.find_session(key).await {
            Ok(Some(session)) => return Some(session),
            Ok(None) => {}
            Err(error) => recorder.note(FlowEvent::LookFailed {
                error: error.to_string(),
            }),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;

    use super::*;
    use crate::clock::SharedClock;
    use crate::error::{Error, ErrorKind};
    use crate::ident::E164;
    use crate::provider::{Connect, JoinUrl, MediaKind, PlaceCall};
    use crate::testkit::TestClock;

    /// Knows of no call.
    #[derive(Debug, Default)]
    struct Empty(AtomicU32);

    #[async_trait]
    impl CallProvider for Empty {
        fn media(&self) -> MediaKind {
            MediaKind::Twilio
        }
        async fn place_call(&self, _: &PlaceCall) -> Result<Call, Error> {
            Err(Error::new(ErrorKind::Other, "not asked for"))
        }
        async fn get_call(&self, _: &CallId) -> Result<Call, Error> {
            Err(Error::new(ErrorKind::Other, "not asked for"))
        }
        async fn hang_up(&self, _: &CallId) -> Result<(), Error> {
            Ok(())
        }
        async fn find_call(&self, _: &FindCall) -> Result<Found, Error> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(Found::Nothing)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_was_set_back_since_the_dial_holds_nobody_for_an_hour() {
        let number = E164::parse("+14155550100").unwrap();
        let join = JoinUrl::new("wss://voice.example/join").unwrap();
        let key = CallKey::new("key-1").unwrap();
        let order = PlaceCall::new(number, number, Connect::Session(join), key);
        for back in [3_600, 86_400, 1_750_000_000] {
            let clock = Arc::new(TestClock::at(1_750_000_000));
            let wanted = FindCall::of(&order, clock.wall(), clock.wall());
            clock.step(Err(Duration::from_secs(back)));
            let recorder = Recorder::new(Arc::clone(&clock) as SharedClock, None);
            let calls = Empty::default();
            let verdict = call(&calls, &wanted, &*clock, &recorder).await;
            assert!(matches!(verdict, Verdict::NotFound));
            let took = clock.elapsed();
            assert!(
                took >= FindCall::SETTLE && took < FindCall::SETTLE + Duration::from_secs(1),
                "{back}: {took:?}"
            );
            assert!(calls.0.load(Ordering::Relaxed) < 12, "nothing spins");
        }
    }
}
