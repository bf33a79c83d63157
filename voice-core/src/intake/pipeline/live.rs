//! Supervision of a call whose session stands: what is said and used, until it is over.

use std::sync::Arc;
use std::time::Instant;

use serde_json::json;

use super::Inner;
use super::after::{FinishedCall, HandedOn, run_hooks};
use super::calls::{CallPhase, Listed, Stop};
use super::part::{calm, unhurried};
use super::permit::Permit;
use super::settings::IntakeSettings;
use super::take::About;
use crate::clock::timeout;
use crate::error::{Error, ErrorKind};
use crate::flow::click_to_call::guarded;
use crate::intake::code::EventCode;
use crate::intake::error::{IntakeError, Reason};
use crate::intake::figures::ActiveCall;
use crate::intake::log::emit;
use crate::intake::session::{CallEnd, EndReason, LiveCall, SessionEvent, TranscriptTurn, Usage};

/// A call that was taken and whose session stands, with all that must be given back.
pub(super) struct Live {
    pub(super) about: About,
    pub(super) session: Box<dyn LiveCall>,
    pub(super) permit: Permit,
    pub(super) listed: Listed,
    pub(super) active: ActiveCall,
    pub(super) since: Instant,
}

/// What was said and used, within bounds.
#[derive(Debug, Default)]
struct Notes {
    turns: Vec<TranscriptTurn>,
    bytes: usize,
    dropped: u64,
    usage: Usage,
}

impl Notes {
    fn turn(&mut self, turn: TranscriptTurn, settings: &IntakeSettings) {
        let bytes = self.bytes.saturating_add(turn.text.len());
        if self.turns.len() >= settings.transcript_turns || bytes > settings.transcript_bytes {
            self.dropped = self.dropped.saturating_add(1);
            return;
        }
        self.bytes = bytes;
        self.turns.push(turn);
    }
}

/// How a call came to its end here.
#[derive(Debug)]
struct Ending {
    reason: EndReason,
    handed_on: HandedOn,
    /// Whether the provider must still be told that it is over.
    hang_up: HangUp,
    /// When it was over; what is left to be cleared away does not count as part of the call.
    at: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HangUp {
    Needed,
    NotNeeded,
}

impl Inner {
    /// Stays with a call until it is over, clears it away, and runs the hooks.
    pub(super) async fn supervise(self: &Arc<Self>, live: Live) {
        let Live {
            about,
            mut session,
            permit,
            listed,
            active,
            since,
        } = live;
        let mut notes = Notes::default();
        let ending = self
            .listen(&about, &mut *session, &listed, &permit, &mut notes)
            .await;

        listed.phase(CallPhase::Ending);
        if let EndReason::Lost(error) = &ending.reason {
            lost(&about, error);
        }
        if ending.hang_up == HangUp::Needed {
            self.hang_up_surely(&about.call).await;
        }
        permit.free().await;
        self.put_down(session).await;
        drop(listed);

        let duration = ending.at.saturating_duration_since(since);
        let word = match (&ending.reason, &ending.handed_on) {
            (_, HandedOn::To(_)) => "handed_on",
            (EndReason::CallEnded, _) => "call_ended",
            (EndReason::Closed, _) => "closed",
            (EndReason::Lost(_), _) => "lost",
        };
        emit(
            EventCode::CallEnded,
            None,
            &[
                ("reason", json!(word)),
                ("duration_ms", json!(duration.as_millis())),
                ("turns", json!(notes.turns.len())),
                ("turns_dropped", json!(notes.dropped)),
            ],
        );
        match &ending.reason {
            EndReason::Lost(_) => active.fail(duration),
            EndReason::CallEnded | EndReason::Closed => active.end(duration),
        }
        if self.hooks.is_empty() {
            return;
        }
        let finished = FinishedCall {
            end: CallEnd::new(
                about.call.clone(),
                about.config.tenant_id.clone(),
                duration,
                notes.turns,
                notes.usage,
                ending.reason,
            ),
            config: about.config,
            caller: about.caller,
            dialled: about.dialled,
            texts: about.texts,
            turns_dropped: notes.dropped,
            handed_on: ending.handed_on,
        };
        run_hooks(
            &self.hooks,
            &*self.clock,
            self.settings.hook_limit,
            &finished,
        )
        .await;
    }

    /// Listens until the session ends, or somebody says that the call is to end.
    async fn listen(
        self: &Arc<Self>,
        about: &About,
        session: &mut dyn LiveCall,
        listed: &Listed,
        permit: &Permit,
        notes: &mut Notes,
    ) -> Ending {
        let stop = tokio::select! {
            // A session often ends because the call was handed on: of two that are there, the stop says more.
            biased;
            stop = listed.stop().stopped() => stop,
            reason = self.follow(session, notes) => {
                let hang_up = match &reason {
                    EndReason::Lost(_) => HangUp::Needed,
                    EndReason::CallEnded | EndReason::Closed => HangUp::NotNeeded,
                };
                let at = self.clock.now();
                return Ending { reason, handed_on: HandedOn::No, hang_up, at };
            }
        };
        let at = self.clock.now();
        // The session's own last words come in while and after the call ends.
        let farewell = timeout(
            &*self.clock,
            self.settings.farewell,
            self.follow(session, notes),
        );
        // Whatever the session says of its end: that the call is over is known.
        if matches!(stop, Stop::Drained | Stop::PlaceLost) {
            let _ = tokio::join!(self.hang_up_surely(&about.call), farewell);
        } else {
            let place = permit.keeper();
            let _ = tokio::join!(place.free(), farewell);
        }
        let (reason, handed_on) = match stop {
            Stop::HandedOn(to) => (EndReason::Closed, HandedOn::To(to)),
            Stop::Gone => (EndReason::CallEnded, HandedOn::No),
            Stop::HungUp | Stop::Drained | Stop::PlaceLost => (EndReason::Closed, HandedOn::No),
        };
        Ending {
            reason,
            handed_on,
            hang_up: HangUp::NotNeeded,
            at,
        }
    }

    /// Takes down what happens in a session until it ends.
    async fn follow(&self, session: &mut dyn LiveCall, notes: &mut Notes) -> EndReason {
        loop {
            match unhurried(|| session.next()).await {
                Some(SessionEvent::Transcript(turn)) => notes.turn(turn, &self.settings),
                Some(SessionEvent::Usage(part)) => notes.usage.add(&part),
                Some(SessionEvent::Ended(reason)) => return reason,
                None => {
                    let error = Error::new(ErrorKind::Other, "the session panicked");
                    return EndReason::Lost(error);
                }
            }
        }
    }

    /// Closes a session, whatever it does.
    async fn put_down(&self, mut session: Box<dyn LiveCall>) {
        let limit = self.settings.hang_up_limit;
        // A session that panics or hangs while closing is dropped all the same, and a panic of that ends here too.
        let _ = guarded(&*self.clock, limit, async { session.close().await }).await;
        let _ = calm(|| drop(session));
    }
}

fn lost(about: &About, cause: &Error) {
    let error = IntakeError::new(EventCode::CallSessionLost, Reason::ProviderError)
        .of(&about.config.tenant_id);
    emit(
        EventCode::CallSessionLost,
        Some(&error),
        &[("cause", json!(cause.to_string()))],
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::session::Speaker;

    #[test]
    fn a_transcript_is_bounded_by_turns_and_by_bytes() {
        let settings = IntakeSettings {
            transcript_turns: 3,
            transcript_bytes: 10,
            ..IntakeSettings::default()
        };
        let mut notes = Notes::default();
        for text in ["12345", "1234567", "123", "1", "2", ""] {
            notes.turn(TranscriptTurn::new(Speaker::Caller, text), &settings);
        }
        let kept: Vec<_> = notes.turns.iter().map(|turn| turn.text.as_str()).collect();
        assert_eq!(kept, ["12345", "123", "1"]);
        assert_eq!(notes.dropped, 3);
    }
}
