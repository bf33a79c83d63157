//! Progress of the agent's leg.

use voice_core::flow::click_to_call::{Answerer, ClickNews, Refusal, StatusReport, Taken, edit};
use voice_core::provider::CallStatus;

use super::connect::store_failed;
use super::documents;
use super::handler::{Asked, Done, Refused};
use super::service::Inner;
use crate::calls::AnsweredBy;
use crate::webhook::StatusCallback;

impl Inner {
    pub(super) async fn status(&self, asked: &Asked) -> Result<Done, Refused> {
        let form = StatusCallback::new(asked.params.clone())
            .map_err(|error| (Refusal::Malformed, Some(error.to_string())))?;
        let status = CallStatus::from(&form.status());
        let report = StatusReport::new(status.clone())
            .sequence(form.sequence())
            .length(form.duration())
            .answerer(form.answered_by().as_ref().and_then(answerer));
        // The record was written before the call was dialled, so that no report comes before it; a report that comes before
        // the dial's own answer ties the call to it.
        let taken = edit(&*self.store, &asked.claims.id, |record| {
            record.bind(&asked.call)?;
            let taken = record.report_agent(&report);
            Ok((taken, record.outcome.clone()))
        })
        .await
        .map_err(|error| store_failed(&error))?;
        let (taken, outcome) = match taken {
            None => return Err((Refusal::UnknownClick, None)),
            Some((Err(refusal), _)) => return Err((refusal, None)),
            Some((Ok(taken), _)) => taken,
        };
        let news = match (taken, outcome) {
            (Taken::News, Some(outcome)) if status.is_final() => ClickNews::Over(outcome),
            (Taken::News, _) => ClickNews::Progress(status),
            _ => ClickNews::Stale,
        };
        Ok(Done {
            body: documents::nothing(),
            news,
        })
    }
}

fn answerer(answered_by: &AnsweredBy) -> Option<Answerer> {
    match answered_by {
        AnsweredBy::Human => Some(Answerer::Human),
        AnsweredBy::Unknown => Some(Answerer::Unknown),
        AnsweredBy::Other(_) => None,
        _ => Some(Answerer::Machine),
    }
}
