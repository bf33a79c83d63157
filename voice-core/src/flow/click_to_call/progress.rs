//! What is reported of the two legs, and what follows from it.
//!
//! Reports are separate requests that overtake each other and come twice: one is taken only if its number is higher than
//! that of the last, and nothing is taken back after the end.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{AgentFailure, ClickRecord, LeadFailure, Outcome, Refusal, Stage};
use crate::provider::CallStatus;

/// Who answered, as far as the provider can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Answerer {
    /// A person.
    Human,
    /// A machine or a fax.
    Machine,
    /// It could not be told.
    Unknown,
}

/// One report of the agent's leg.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusReport {
    /// How far it is.
    pub status: CallStatus,
    /// Its place among the reports, counted up by the provider.
    pub sequence: Option<u64>,
    /// How long the leg was, at its end.
    pub length: Option<Duration>,
    /// Who answered.
    pub answerer: Option<Answerer>,
}

impl StatusReport {
    /// A report of nothing but the status.
    #[must_use]
    pub fn new(status: CallStatus) -> Self {
        Self {
            status,
            sequence: None,
            length: None,
            answerer: None,
        }
    }

    /// Its place among the reports.
    #[must_use]
    pub fn sequence(mut self, sequence: Option<u64>) -> Self {
        self.sequence = sequence;
        self
    }

    /// How long the leg was.
    #[must_use]
    pub fn length(mut self, length: Option<Duration>) -> Self {
        self.length = length;
        self
    }

    /// Who answered.
    #[must_use]
    pub fn answerer(mut self, answerer: Option<Answerer>) -> Self {
        self.answerer = answerer;
        self
    }
}

/// How the lead's leg ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeadReport {
    /// They spoke.
    Connected {
        /// How long.
        length: Option<Duration>,
    },
    /// The lead was not reached.
    Unreachable(LeadFailure),
    /// The agent hung up before the lead answered.
    AgentGone,
}

/// Whether a report was news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Taken {
    /// It was taken.
    News,
    /// It came twice, or was overtaken by a later one.
    Stale,
}

/// How far along a status is, for reports without a number.
fn rank(status: &CallStatus) -> u8 {
    match status {
        CallStatus::Queued => 0,
        CallStatus::Initiated => 1,
        CallStatus::Ringing => 2,
        CallStatus::InProgress => 3,
        status if status.is_final() => 4,
        // A word too new to be placed is taken as it comes, but never ends anything.
        _ => 3,
    }
}

impl ClickRecord {
    /// Takes a report of the agent's leg, and concludes what follows when the leg is over.
    pub fn report_agent(&mut self, report: &StatusReport) -> Taken {
        let stale = match (report.sequence, self.agent_sequence) {
            (Some(new), Some(last)) => new <= last,
            _ => self.agent_status.as_ref().is_some_and(|last| {
                rank(&report.status) < rank(last)
                    || report.status == *last && report.length == self.agent_length
            }),
        };
        if stale || self.agent_is_gone() && !report.status.is_final() {
            return Taken::Stale;
        }
        self.agent_status = Some(report.status.clone());
        self.agent_sequence = report.sequence.or(self.agent_sequence);
        self.agent_length = report.length.or(self.agent_length);
        self.answerer = report.answerer.or(self.answerer);
        if self.agent_is_gone() {
            self.conclude();
        }
        Taken::News
    }

    /// The agent's leg is over.
    fn conclude(&mut self) {
        if self.is_over() {
            return;
        }
        let failure = self.agent_status.as_ref().and_then(AgentFailure::of);
        self.outcome = Some(match failure {
            // A leg that was answered is not unreachable, whatever word it ends with.
            Some(failure) if self.stage == Stage::Ringing => Outcome::AgentUnreachable(failure),
            _ if self.answerer == Some(Answerer::Machine) => Outcome::AgentMachine,
            // Should the lead have answered, the report of the lead's leg still says so.
            _ => Outcome::AgentGaveUp,
        });
    }

    /// Takes the report of the lead's leg. It weighs more than what was concluded from the agent's.
    pub fn report_lead(&mut self, report: &LeadReport) -> Taken {
        self.stage = Stage::LeadOver;
        let open = matches!(
            self.outcome,
            None | Some(Outcome::Unknown | Outcome::AgentGaveUp)
        );
        if !open {
            return Taken::Stale;
        }
        self.outcome = Some(match report {
            LeadReport::Connected { length } => Outcome::Connected { length: *length },
            LeadReport::Unreachable(why) => Outcome::LeadUnreachable(*why),
            LeadReport::AgentGone => Outcome::AgentGaveUp,
        });
        Taken::News
    }

    /// A machine answered at the agent's.
    pub fn report_machine(&mut self) {
        self.answerer = Some(Answerer::Machine);
        if !self.is_over() {
            self.outcome = Some(Outcome::AgentMachine);
        }
    }

    /// The handler refused to connect. What was dialled, or is over, stays as it is.
    pub fn refuse(&mut self, refusal: Refusal) {
        if !self.is_over() && self.stage < Stage::LeadDialled {
            self.outcome = Some(Outcome::NotConnected(refusal));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::tests::record;
    use super::*;

    fn numbered(status: CallStatus, sequence: u64) -> StatusReport {
        StatusReport::new(status).sequence(Some(sequence))
    }

    #[test]
    fn reports_that_come_late_or_twice_change_nothing() {
        let mut record = record("a");
        let steps = [
            (CallStatus::Ringing, 1, Taken::News),
            (CallStatus::Initiated, 0, Taken::Stale),
            (CallStatus::Ringing, 1, Taken::Stale),
            (CallStatus::NoAnswer, 3, Taken::News),
            (CallStatus::InProgress, 2, Taken::Stale),
            (CallStatus::InProgress, 4, Taken::Stale),
        ];
        for (status, number, taken) in steps {
            assert_eq!(
                record.report_agent(&numbered(status, number)),
                taken,
                "{number}"
            );
        }
        assert_eq!(record.agent_status, Some(CallStatus::NoAnswer));
        assert_eq!(
            record.outcome,
            Some(Outcome::AgentUnreachable(AgentFailure::NoAnswer))
        );
    }

    #[test]
    fn without_numbers_a_status_never_goes_back() {
        let mut record = record("a");
        let report = |status| StatusReport::new(status);
        assert_eq!(
            record.report_agent(&report(CallStatus::InProgress)),
            Taken::News
        );
        assert_eq!(
            record.report_agent(&report(CallStatus::Ringing)),
            Taken::Stale
        );
        assert_eq!(
            record.report_agent(&report(CallStatus::InProgress)),
            Taken::Stale
        );
        assert_eq!(
            record.report_agent(&report(CallStatus::Completed)),
            Taken::News
        );
    }

    #[test]
    fn the_agents_end_tells_what_it_can() {
        for (status, failure) in [
            (CallStatus::Busy, AgentFailure::Busy),
            (CallStatus::NoAnswer, AgentFailure::NoAnswer),
            (CallStatus::Failed, AgentFailure::Failed),
            (CallStatus::Canceled, AgentFailure::Canceled),
        ] {
            let mut record = record("a");
            record.report_agent(&numbered(status, 1));
            assert_eq!(record.outcome, Some(Outcome::AgentUnreachable(failure)));
        }
        let mut pressed_nothing = record("a");
        pressed_nothing.stage = Stage::Asked;
        pressed_nothing.report_agent(&numbered(CallStatus::Completed, 1));
        assert_eq!(pressed_nothing.outcome, Some(Outcome::AgentGaveUp));
        let mut machine = record("a");
        let report = numbered(CallStatus::Completed, 1).answerer(Some(Answerer::Machine));
        machine.report_agent(&report);
        assert_eq!(machine.outcome, Some(Outcome::AgentMachine));
    }

    #[test]
    fn the_leads_leg_has_the_last_word_whatever_comes_first() {
        let length = Some(Duration::from_secs(9));
        for lead_first in [true, false] {
            let mut record = record("a");
            record.stage = Stage::LeadDialled;
            if lead_first {
                record.report_lead(&LeadReport::Connected { length });
            }
            record.report_agent(&numbered(CallStatus::Completed, 1));
            if !lead_first {
                assert_eq!(record.outcome, Some(Outcome::AgentGaveUp));
                record.report_lead(&LeadReport::Connected { length });
            }
            assert_eq!(record.outcome, Some(Outcome::Connected { length }));
            let late = record.report_lead(&LeadReport::AgentGone);
            assert_eq!(late, Taken::Stale);
        }
    }

    #[test]
    fn a_refusal_after_the_lead_was_dialled_changes_nothing() {
        let mut record = record("a");
        record.stage = Stage::LeadDialled;
        record.refuse(Refusal::Fallback);
        assert_eq!(record.outcome, None);
        record.stage = Stage::Asked;
        record.refuse(Refusal::Expired);
        assert_eq!(
            record.outcome,
            Some(Outcome::NotConnected(Refusal::Expired))
        );
    }
}
