//! When the agent is to go on after its function calls.
//!
//! A response may call several functions. The agent is asked to go on once, when the response has ended, all of its calls
//! are answered, none of the answers says to wait, and no other response is under way.

use super::functions::AfterAnswer;
use crate::events::EventId;
use voice_core::socket::Ledger;

/// The server's word for a request for a response while another is under way.
const ACTIVE: &str = "conversation_already_has_active_response";
/// Responses that are followed at most; the oldest are forgotten first.
const FOLLOWED: usize = 64;

/// Follows responses and the function calls in them.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    served: Ledger,
    groups: Vec<Group>,
    active: Vec<String>,
    asked: Option<Asked>,
    owes_greeting: bool,
    owed: bool,
}

/// What the agent is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// The greeting.
    Greet,
    /// To go on after its function calls.
    GoOn,
}

/// The last request.
#[derive(Debug)]
struct Asked {
    event: EventId,
    what: Ask,
    /// A response has begun since. It need not be the one that was asked for: a caller who speaks begins one as well, and
    /// then the request is refused after all.
    is_answered: bool,
}

/// The function calls of one response.
#[derive(Debug)]
struct Group {
    response: String,
    running: usize,
    is_done: bool,
    waits: bool,
}

impl Rounds {
    /// A response begins.
    pub(super) fn created(&mut self, response: &str) {
        self.noticed();
        if !self.active.iter().any(|active| active == response) {
            self.active.push(response.to_owned());
            if self.active.len() > FOLLOWED {
                self.active.remove(0);
            }
        }
    }

    fn noticed(&mut self) {
        if let Some(asked) = &mut self.asked {
            asked.is_answered = true;
        }
    }

    /// A function is called; whether it is for the first time, and so to be run.
    pub(super) fn called(&mut self, response: &str, call: &str) -> bool {
        if call.is_empty() || !self.served.enter(call) {
            return false;
        }
        if let Some(group) = self.group(response) {
            group.running += 1;
            return true;
        }
        self.groups.push(Group {
            response: response.to_owned(),
            running: 1,
            is_done: false,
            waits: false,
        });
        if self.groups.len() > FOLLOWED {
            self.groups.remove(0);
        }
        true
    }

    fn group(&mut self, response: &str) -> Option<&mut Group> {
        self.groups
            .iter_mut()
            .find(|group| group.response == response)
    }

    /// A response has ended.
    pub(super) fn ended(&mut self, response: &str) {
        // Its beginning may have been missed.
        self.noticed();
        self.active
            .retain(|active| active != response && !active.is_empty());
        if let Some(group) = self.group(response) {
            group.is_done = true;
        }
        self.settle();
    }

    /// The answer to a function call is queued.
    pub(super) fn answered(&mut self, response: &str, then: AfterAnswer) {
        if let Some(group) = self.group(response) {
            group.running = group.running.saturating_sub(1);
            group.waits |= then == AfterAnswer::Wait;
        }
        self.settle();
    }

    fn settle(&mut self) {
        let mut owed = false;
        self.groups.retain(|group| {
            let is_over = group.is_done && group.running == 0;
            owed |= is_over && !group.waits;
            !is_over
        });
        self.owed |= owed;
    }

    /// The agent was asked, with this event.
    pub(super) fn asked(&mut self, event: EventId, what: Ask) {
        self.asked = Some(Asked {
            event,
            what,
            is_answered: false,
        });
        *self.owed(what) = false;
    }

    fn owed(&mut self, what: Ask) -> &mut bool {
        match what {
            Ask::Greet => &mut self.owes_greeting,
            Ask::GoOn => &mut self.owed,
        }
    }

    /// One of this side's events was refused. Where another response came first, the agent is asked again after it.
    pub(super) fn refused(&mut self, event: &EventId, code: Option<&str>) {
        let Some(asked) = self.asked.take_if(|asked| asked.event == *event) else {
            return;
        };
        if code == Some(ACTIVE) {
            *self.owed(asked.what) = true;
            if self.active.is_empty() {
                // It began where it could not be seen. Its end says its name, which will do.
                self.active.push(String::new());
            }
        }
    }

    /// The connection broke: what is under way cannot be followed any more. What was asked is not asked again, unless it
    /// never left.
    pub(super) fn broke(&mut self, is_waiting: impl FnOnce(&EventId) -> bool) {
        self.active.clear();
        self.asked = self.asked.take().filter(|asked| is_waiting(&asked.event));
        for group in &mut self.groups {
            group.is_done = true;
        }
        self.settle();
    }

    /// What the agent is to be asked for now.
    pub(super) fn must_ask(&self) -> Option<Ask> {
        let is_asked = self.asked.as_ref().is_some_and(|asked| !asked.is_answered);
        if is_asked || !self.active.is_empty() {
            return None;
        }
        let greets = self.owes_greeting.then_some(Ask::Greet);
        greets.or(self.owed.then_some(Ask::GoOn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(rounds: &mut Rounds) -> bool {
        let must = rounds.must_ask();
        if let Some(what) = must {
            rounds.asked("e".into(), what);
        }
        must.is_some()
    }

    #[test]
    fn the_agent_goes_on_once_after_all_calls() {
        let mut rounds = Rounds::default();
        rounds.created("r");
        assert!(rounds.called("r", "a") && rounds.called("r", "b"));
        assert!(!rounds.called("r", "a") && !rounds.called("r2", "b") && !rounds.called("r", ""));
        rounds.answered("r", AfterAnswer::Speak);
        assert!(!asks(&mut rounds));
        rounds.ended("r");
        assert!(!asks(&mut rounds));
        rounds.answered("r", AfterAnswer::Speak);
        assert!(asks(&mut rounds));
        assert!(!asks(&mut rounds));
        rounds.created("r2");
        rounds.ended("r2");
        assert!(!asks(&mut rounds), "there is nothing left to go on with");
    }

    #[test]
    fn a_response_under_way_is_let_end() {
        let mut rounds = Rounds::default();
        assert!(rounds.called("r", "a"));
        rounds.ended("r");
        rounds.created("other");
        rounds.answered("r", AfterAnswer::Speak);
        assert!(!asks(&mut rounds));
        rounds.ended("other");
        assert!(asks(&mut rounds));
    }

    #[test]
    fn one_answer_that_waits_keeps_the_agent_silent() {
        let mut rounds = Rounds::default();
        assert!(rounds.called("r", "a") && rounds.called("r", "b"));
        rounds.ended("r");
        rounds.answered("r", AfterAnswer::Wait);
        rounds.answered("r", AfterAnswer::Speak);
        assert!(!asks(&mut rounds));
        assert!(rounds.called("r2", "c"));
        rounds.ended("r2");
        rounds.answered("r2", AfterAnswer::Speak);
        assert!(asks(&mut rounds), "it is of that response only");
    }

    #[test]
    fn a_request_that_came_too_early_is_made_again() {
        let mut rounds = Rounds::default();
        assert!(rounds.called("r", "a"));
        rounds.answered("r", AfterAnswer::Speak);
        rounds.ended("r");
        assert!(asks(&mut rounds));
        rounds.refused(&"another".into(), Some(ACTIVE));
        rounds.refused(&"e".into(), Some(ACTIVE));
        assert!(!asks(&mut rounds));
        rounds.ended("unseen");
        assert!(asks(&mut rounds));
        rounds.created("the caller's");
        rounds.refused(&"e".into(), Some(ACTIVE));
        assert!(!asks(&mut rounds));
        rounds.ended("the caller's");
        assert!(asks(&mut rounds));
        rounds.refused(&"e".into(), Some("invalid_request"));
        assert!(!asks(&mut rounds), "it would be refused again");
    }

    #[test]
    fn a_break_leaves_what_never_left() {
        let mut rounds = Rounds::default();
        rounds.created("r");
        assert!(rounds.called("r", "a"));
        rounds.broke(|_| false);
        assert!(!rounds.called("r", "a"));
        rounds.answered("r", AfterAnswer::Speak);
        assert!(asks(&mut rounds));
        rounds.broke(|_| true);
        assert!(rounds.asked.is_some());
        rounds.broke(|_| false);
        assert!(
            rounds.asked.is_none() && !asks(&mut rounds),
            "it may have arrived"
        );
    }
}
