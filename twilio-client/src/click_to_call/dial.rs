//! The lead's leg is over.

use voice_core::flow::click_to_call::{
    ClickNews, LeadFailure, LeadReport, Outcome, Refusal, Step, Taken,
};

use super::connect::Turn;
use super::documents;
use super::handler::{Asked, Done, Refused};
use super::phrases::Line;
use super::service::Inner;
use crate::calls::CallStatus;
use crate::webhook::forms::{DialAction, DialCallStatus};

impl Inner {
    pub(super) async fn dialled(&self, asked: &Asked) -> Result<Done, Refused> {
        if let Turn::Done(done) = self.claim(asked, Step::DialAction).await? {
            return Ok(done);
        }
        let form = DialAction::new(asked.params.clone())
            .map_err(|error| (Refusal::Malformed, Some(error.to_string())))?;
        let report = report(&form);
        let body = match &report {
            LeadReport::Unreachable(LeadFailure::Busy) => {
                documents::line(&self.phrases, Line::LeadBusy)
            }
            LeadReport::Unreachable(LeadFailure::NoAnswer) => {
                documents::line(&self.phrases, Line::LeadNoAnswer)
            }
            LeadReport::Unreachable(_) => documents::line(&self.phrases, Line::LeadFailed),
            // Nobody is there to hear it, or nothing is left to be said.
            _ => documents::hang_up(),
        };
        let news = match &report {
            LeadReport::Connected { length } => Outcome::Connected { length: *length },
            LeadReport::Unreachable(why) => Outcome::LeadUnreachable(*why),
            _ => Outcome::AgentGaveUp,
        };
        self.settle(
            asked,
            Step::DialAction,
            body,
            ClickNews::Over(news),
            |record| {
                let _: Taken = record.report_lead(&report);
            },
        )
        .await
    }
}

/// How the lead's leg ended. `completed` alone does not say that they spoke; and when the agent hangs up first, Twilio
/// reports the lead's leg as canceled or unanswered.
fn report(form: &DialAction) -> LeadReport {
    if form.was_connected() {
        return LeadReport::Connected {
            length: form.dial_duration(),
        };
    }
    let agent_gone = form
        .voice()
        .status()
        .is_some_and(|status: CallStatus| status.is_final());
    match form.dial_status() {
        Some(DialCallStatus::Canceled) => LeadReport::AgentGone,
        Some(DialCallStatus::NoAnswer) if agent_gone => LeadReport::AgentGone,
        Some(DialCallStatus::Busy) => LeadReport::Unreachable(LeadFailure::Busy),
        Some(DialCallStatus::NoAnswer | DialCallStatus::Completed | DialCallStatus::Answered) => {
            LeadReport::Unreachable(LeadFailure::NoAnswer)
        }
        _ => LeadReport::Unreachable(LeadFailure::Failed),
    }
}
