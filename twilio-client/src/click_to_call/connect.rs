//! The agent has answered; the agent has pressed a key.

use std::time::Duration;

use voice_core::error::Error;
use voice_core::flow::click_to_call::{
    Claim, ClickNews, ClickRecord, Contact, ContactAnswer, ContactRequest, GuardError, Outcome,
    Refusal, Stage, Step, edit, guarded,
};
use voice_core::secret::redact;
use voice_core::webhook::WebhookUrl;

use super::documents;
use super::handler::{Asked, Done, Refused};
use super::options::KeyPress;
use super::phrases::Line;
use super::service::Inner;
use crate::calls::AnsweredBy;

/// How long the token of the key lives, from when it is asked for.
const KEY_LIFE: Duration = Duration::from_secs(300);
/// What the token of the lead's leg lives beyond ringing and talk.
const DIAL_SLACK: Duration = Duration::from_secs(600);

/// What was claimed: a record to go on with, or the end of it.
pub(super) enum Turn {
    Take(Box<ClickRecord>),
    Done(Done),
}

impl Inner {
    /// Takes a step for the call that asks.
    pub(super) async fn claim(&self, asked: &Asked, step: Step) -> Result<Turn, Refused> {
        let claimed = edit(&*self.store, &asked.claims.id, |record| {
            record.claim(step, &asked.call)
        })
        .await
        .map_err(|error| store_failed(&error))?;
        match claimed {
            None => Err((Refusal::UnknownClick, None)),
            Some((Claim::Take, record)) => Ok(Turn::Take(Box::new(record))),
            Some((Claim::Again(body), _)) => Ok(Turn::Done(Done {
                body,
                news: ClickNews::Repeated,
            })),
            Some((Claim::Refused(refusal), _)) => Err((refusal, None)),
            Some(_) => Err((Refusal::Internal, None)),
        }
    }

    /// Writes what was decided, with its answer. The answer that is written first counts: what was decided after it is told
    /// to nobody, and changes nothing.
    pub(super) async fn settle(
        &self,
        asked: &Asked,
        step: Step,
        body: String,
        news: ClickNews,
        change: impl Fn(&mut ClickRecord) + Send + Sync,
    ) -> Result<Done, Refused> {
        let settled = edit(&*self.store, &asked.claims.id, |record| {
            let is_first = record.answer(step).is_none();
            if is_first {
                change(record);
            }
            (is_first, record.settle(step, body.clone()))
        })
        .await
        .map_err(|error| store_failed(&error))?;
        match settled {
            Some(((true, body), _)) => Ok(Done { body, news }),
            Some(((false, body), _)) => Ok(Done {
                body,
                news: ClickNews::Repeated,
            }),
            None => Err((Refusal::UnknownClick, None)),
        }
    }

    /// Writes a refusal with its spoken line.
    pub(super) async fn settle_refusal(
        &self,
        asked: &Asked,
        step: Step,
        (refusal, detail): Refused,
    ) -> Result<Done, Refused> {
        let body = self.spoken(step, refusal);
        let news = ClickNews::Refused(refusal, detail);
        self.settle(asked, step, body, news, |record| record.refuse(refusal))
            .await
    }

    pub(super) async fn connect(&self, asked: &Asked) -> Result<Done, Refused> {
        let record = match self.claim(asked, Step::Connect).await? {
            Turn::Take(record) => record,
            Turn::Done(done) => return Ok(done),
        };
        let answered_by = asked.params.filled("AnsweredBy").map(AnsweredBy::from_word);
        if answered_by.as_ref().is_some_and(is_machine) {
            let news = ClickNews::Over(Outcome::AgentMachine);
            return self
                .settle(
                    asked,
                    Step::Connect,
                    documents::hang_up(),
                    news,
                    ClickRecord::report_machine,
                )
                .await;
        }
        let contact = match self.resolve(asked, &record).await {
            Ok(contact) => contact,
            Err(refused) => return self.settle_refusal(asked, Step::Connect, refused).await,
        };
        let (body, news, stage) = match self.options.key_press {
            KeyPress::Required => {
                let gathered =
                    self.link(asked, Step::Gather, KEY_LIFE + self.options.key_timeout)?;
                let name = contact.name.as_deref();
                let body = documents::ask(&self.phrases, &self.options, name, gathered);
                (body, ClickNews::Asked, Stage::Asked)
            }
            KeyPress::NotNeeded => {
                let body = self.dial_document(asked, &record, &contact)?;
                (body, ClickNews::LeadDialled, Stage::LeadDialled)
            }
        };
        self.settle(asked, Step::Connect, body, news, |record| {
            record.stage = record.stage.max(stage);
            record.lead.get_or_insert_with(|| contact.clone());
        })
        .await
    }

    pub(super) async fn gathered(&self, asked: &Asked) -> Result<Done, Refused> {
        let record = match self.claim(asked, Step::Gather).await? {
            Turn::Take(record) => record,
            Turn::Done(done) => return Ok(done),
        };
        if asked.params.filled("Digits").is_none() {
            let body = documents::line(&self.phrases, Line::NoInput);
            let news = ClickNews::Over(Outcome::AgentGaveUp);
            return self
                .settle(asked, Step::Gather, body, news, |record| {
                    record.outcome.get_or_insert(Outcome::AgentGaveUp);
                })
                .await;
        }
        let Some(contact) = &record.lead else {
            let refused = (
                Refusal::Internal,
                Some("no contact was asked for".to_owned()),
            );
            return self.settle_refusal(asked, Step::Gather, refused).await;
        };
        let body = self.dial_document(asked, &record, contact)?;
        self.settle(
            asked,
            Step::Gather,
            body,
            ClickNews::LeadDialled,
            |record| {
                record.stage = record.stage.max(Stage::LeadDialled);
            },
        )
        .await
    }

    fn dial_document(
        &self,
        asked: &Asked,
        record: &ClickRecord,
        contact: &Contact,
    ) -> Result<String, Refused> {
        let life = self
            .options
            .lead_ring
            .saturating_add(self.options.lead_limit)
            .saturating_add(DIAL_SLACK);
        let dialled = self.link(asked, Step::DialAction, life)?;
        Ok(documents::dial(
            &self.options,
            record.from,
            contact.number,
            dialled,
        ))
    }

    /// The URL of the next step, with a token of its own that lives from now on.
    fn link(&self, asked: &Asked, step: Step, life: Duration) -> Result<WebhookUrl, Refused> {
        let now = self.clock.wall();
        let expires = now.checked_add(life).unwrap_or(now);
        let token = self.tokens.issue(asked.claims.id, step, expires);
        self.routes
            .link(step, &token)
            .map_err(|error| (Refusal::Internal, Some(error.to_string())))
    }

    /// Asks the application.
    async fn resolve(&self, asked: &Asked, record: &ClickRecord) -> Result<Contact, Refused> {
        let request = ContactRequest::new(
            record.contact.clone(),
            record.agent,
            record.key.clone(),
            asked.call.clone(),
        );
        // The call itself is within the block: what is not async in it may panic as well.
        let resolved = async { self.contacts.resolve(&request).await };
        match guarded(&*self.clock, self.options.callback_limit, resolved).await {
            Ok(Ok(ContactAnswer::Connect(contact))) => Ok(contact),
            Ok(Ok(ContactAnswer::Unknown)) => Err((Refusal::UnknownContact, None)),
            Ok(Ok(_)) => Err((Refusal::Declined, None)),
            Ok(Err(error)) => Err((Refusal::CallbackFailed, Some(bounded(&error.to_string())))),
            Err(GuardError::Slow) => Err((Refusal::CallbackSlow, None)),
            Err(_) => Err((Refusal::CallbackPanicked, None)),
        }
    }

    /// A token of the record's own call was too old: that is what became of it, unless its step was answered in time.
    pub(super) async fn note_expired(&self, asked: &Asked) {
        // What cannot be written changes nothing of the answer.
        let _ = edit(&*self.store, &asked.claims.id, |record| {
            let answered = record.answer(asked.claims.step).is_some();
            if record.bind(&asked.call).is_ok() && !answered {
                record.refuse(Refusal::Expired);
            }
        })
        .await;
    }
}

pub(super) fn store_failed(error: &Error) -> Refused {
    (Refusal::StoreFailed, Some(bounded(&error.to_string())))
}

/// For the log: without secrets and numbers, and not endless.
fn bounded(text: &str) -> String {
    redact(text).chars().take(200).collect()
}

fn is_machine(answered_by: &AnsweredBy) -> bool {
    matches!(
        answered_by,
        AnsweredBy::Machine
            | AnsweredBy::MachineStart
            | AnsweredBy::MachineEndBeep
            | AnsweredBy::MachineEndSilence
            | AnsweredBy::MachineEndOther
            | AnsweredBy::Fax
    )
}
