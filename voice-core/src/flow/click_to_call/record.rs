//! The record of one click-to-call, and what its tokens are still good for.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::{Answerer, ClickId, Contact, ContactRef, Outcome, Refusal, Step};
use crate::ident::E164;
use crate::provider::{CallId, CallKey, CallStatus};

/// How far the order to ring the agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DialState {
    /// It is written down and goes out; nobody knows yet what became of it.
    Sending,
    /// The provider has the call.
    Placed,
    /// The answer was lost: the agent may be rung.
    Unclear,
    /// The provider refused, or was not reached: nobody is rung.
    Refused,
}

/// How far the conversation with the agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stage {
    /// The agent has not answered.
    Ringing,
    /// The agent was asked to press a key.
    Asked,
    /// The provider was told to dial the lead.
    LeadDialled,
    /// The lead's leg is over.
    LeadOver,
}

/// One click-to-call, from before it was dialled to its end. Numbers and answers in it are personal and not shown.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClickRecord {
    /// Its id, which tokens carry.
    pub id: ClickId,
    /// The caller's key.
    pub key: CallKey,
    /// Counted up by the store with each change.
    pub version: u64,
    /// Whom the agent clicked on.
    pub contact: ContactRef,
    /// The agent.
    pub agent: E164,
    /// The number both are shown.
    pub from: E164,
    /// When it was written down.
    pub created: SystemTime,
    /// When the dial had its answer, or was given up.
    pub sent_until: Option<SystemTime>,
    /// How far the dial is.
    pub dial: DialState,
    /// How far the conversation is.
    pub stage: Stage,
    /// The agent's call: from the dial's answer, or from the first signed request that came with one of its tokens.
    pub call: Option<CallId>,
    /// The contact, once the application was asked.
    pub lead: Option<Contact>,
    /// The status of the agent's leg that was reported last.
    pub agent_status: Option<CallStatus>,
    /// The number of that report.
    pub agent_sequence: Option<u64>,
    /// How long the agent's leg was.
    pub agent_length: Option<Duration>,
    /// Who answered at the agent's, if that was found out.
    pub answerer: Option<Answerer>,
    /// What became of it; `None` while it goes on.
    pub outcome: Option<Outcome>,
    used: Vec<Used>,
}

/// A step that was taken, and what was answered.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Used {
    step: Step,
    answer: Option<String>,
}

/// Whether a token's step may be taken.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// It is taken now, or was begun before by the same call and never answered: work out the answer, and
    /// [`settle`](ClickRecord::settle) it.
    Take,
    /// The same call took it before: this was the answer.
    Again(String),
    /// No.
    Refused(Refusal),
}

/// Answers name numbers.
impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Take => f.write_str("Take"),
            Self::Again(_) => f.write_str("Again(…)"),
            Self::Refused(refusal) => f.debug_tuple("Refused").field(refusal).finish(),
        }
    }
}

impl ClickRecord {
    /// A record of what is about to be dialled.
    #[must_use]
    pub fn new(
        id: ClickId,
        key: CallKey,
        contact: ContactRef,
        agent: E164,
        from: E164,
        created: SystemTime,
    ) -> Self {
        Self {
            id,
            key,
            version: 0,
            contact,
            agent,
            from,
            created,
            sent_until: None,
            dial: DialState::Sending,
            stage: Stage::Ringing,
            call: None,
            lead: None,
            agent_status: None,
            agent_sequence: None,
            agent_length: None,
            answerer: None,
            outcome: None,
            used: Vec::new(),
        }
    }

    /// Whether its outcome is known.
    #[must_use]
    pub fn is_over(&self) -> bool {
        !matches!(self.outcome, None | Some(Outcome::Unknown))
    }

    /// Whether the agent's leg has ended.
    #[must_use]
    pub fn agent_is_gone(&self) -> bool {
        self.agent_status.as_ref().is_some_and(CallStatus::is_final)
    }

    /// Ties the record to a call; a record that is tied already stays so. The dial is known to have succeeded.
    ///
    /// # Errors
    /// [`Refusal::WrongCall`] when it is tied to another.
    pub fn bind(&mut self, call: &CallId) -> Result<(), Refusal> {
        match &self.call {
            Some(own) if own != call => return Err(Refusal::WrongCall),
            Some(_) => {}
            None => self.call = Some(call.clone()),
        }
        self.dial = DialState::Placed;
        if self.outcome == Some(Outcome::Unknown) {
            self.outcome = None;
        }
        Ok(())
    }

    /// Takes a step for a call. Each step is taken once, by the call the record is tied to; the first token that is used
    /// ties it.
    pub fn claim(&mut self, step: Step, call: &CallId) -> Claim {
        let used = self.used.iter().find(|used| used.step == step);
        if self.call.as_ref().is_some_and(|own| own != call) {
            return Claim::Refused(match used {
                Some(_) => Refusal::Replayed,
                None => Refusal::WrongCall,
            });
        }
        // Answers to these steps tell the lead's number, and a request carries no signed time: once the agent has hung up,
        // the provider has no reason to ask again.
        let names_the_lead = matches!(step, Step::Connect | Step::Gather);
        if names_the_lead && self.agent_is_gone() {
            return Claim::Refused(Refusal::Replayed);
        }
        let claim = match used {
            Some(Used {
                answer: Some(answer),
                ..
            }) => Claim::Again(answer.clone()),
            Some(_) => Claim::Take,
            None => {
                self.used.push(Used { step, answer: None });
                Claim::Take
            }
        };
        // It was asked just above whether this is another call's.
        let _ = self.bind(call);
        claim
    }

    /// Keeps the answer to a step; the first one stays, and is returned.
    pub fn settle(&mut self, step: Step, answer: String) -> String {
        match self.used.iter_mut().find(|used| used.step == step) {
            Some(used) => used.answer.get_or_insert(answer).clone(),
            None => {
                self.used.push(Used {
                    step,
                    answer: Some(answer.clone()),
                });
                answer
            }
        }
    }

    /// The answer that was given to a step.
    #[must_use]
    pub fn answer(&self, step: Step) -> Option<&str> {
        self.used
            .iter()
            .find(|used| used.step == step)
            .and_then(|used| used.answer.as_deref())
    }
}

impl fmt::Debug for ClickRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used: Vec<Step> = self.used.iter().map(|used| used.step).collect();
        f.debug_struct("ClickRecord")
            .field("id", &self.id)
            .field("key", &self.key)
            .field("agent", &self.agent)
            .field("dial", &self.dial)
            .field("stage", &self.stage)
            .field("call", &self.call)
            .field("agent_status", &self.agent_status)
            .field("outcome", &self.outcome)
            .field("used", &used)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::ConnectTokens;
    use super::*;
    use secrecy::SecretString;

    pub(in super::super) fn tokens() -> ConnectTokens {
        ConnectTokens::new([SecretString::from("a key of 32 bytes for these tests")]).unwrap()
    }

    pub(in super::super) fn record(key: &str) -> ClickRecord {
        let key = CallKey::new(key).unwrap();
        ClickRecord::new(
            tokens().id(&key),
            key,
            ContactRef::new("lead-1").unwrap(),
            E164::parse("+14155550111").unwrap(),
            E164::parse("+14155550100").unwrap(),
            SystemTime::UNIX_EPOCH,
        )
    }

    pub(in super::super) fn call(name: &str) -> CallId {
        CallId::new(name).unwrap()
    }

    #[test]
    fn a_step_is_taken_once_and_repeated_for_the_same_call() {
        let mut record = record("a");
        assert_eq!(record.claim(Step::Connect, &call("CA1")), Claim::Take);
        assert_eq!(record.dial, DialState::Placed);
        // Asked again before there was an answer: it is worked out again, and the first one that is kept stays.
        assert_eq!(record.claim(Step::Connect, &call("CA1")), Claim::Take);
        assert_eq!(record.settle(Step::Connect, "one".to_owned()), "one");
        assert_eq!(record.settle(Step::Connect, "two".to_owned()), "one");
        assert_eq!(
            record.claim(Step::Connect, &call("CA1")),
            Claim::Again("one".to_owned())
        );
        assert_eq!(
            record.claim(Step::Connect, &call("CA2")),
            Claim::Refused(Refusal::Replayed)
        );
        assert_eq!(
            record.claim(Step::Gather, &call("CA2")),
            Claim::Refused(Refusal::WrongCall)
        );
        assert_eq!(record.claim(Step::Gather, &call("CA1")), Claim::Take);
    }

    #[test]
    fn nothing_that_names_the_lead_is_told_after_the_agent_is_gone() {
        let mut record = record("a");
        record.claim(Step::Connect, &call("CA1"));
        record.settle(Step::Connect, "one".to_owned());
        record.agent_status = Some(CallStatus::Completed);
        assert_eq!(
            record.claim(Step::Connect, &call("CA1")),
            Claim::Refused(Refusal::Replayed)
        );
        assert_eq!(record.claim(Step::DialAction, &call("CA1")), Claim::Take);
    }

    #[test]
    fn a_record_stays_with_its_call() {
        let mut record = record("a");
        record.outcome = Some(Outcome::Unknown);
        assert_eq!(record.bind(&call("CA1")), Ok(()));
        assert_eq!(record.outcome, None);
        assert_eq!(record.bind(&call("CA2")), Err(Refusal::WrongCall));
        assert_eq!(record.call, Some(call("CA1")));
    }

    #[test]
    fn a_record_survives_json_and_shows_nothing_personal() {
        let mut record = record("a");
        record.claim(Step::Connect, &call("CA1"));
        record.settle(Step::Connect, "<Dial>+14155550122</Dial>".to_owned());
        record.lead = Some(Contact::parse("+14155550122").unwrap().named("Ada"));
        record.outcome = Some(Outcome::Connected {
            length: Some(Duration::from_secs(3)),
        });
        let json = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<ClickRecord>(&json).unwrap(), record);
        let shown = format!(
            "{record:?} {:?} {:?}",
            record.lead,
            Claim::Again("5550122".to_owned())
        );
        for personal in ["5550111", "5550122", "Ada"] {
            assert!(!shown.contains(personal), "{shown}");
        }
    }
}
