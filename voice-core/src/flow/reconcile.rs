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
    let settled = later(clock.now(), left.unwrap_or(Duration::ZERO));
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
