//! Rings the agent, once.

use std::sync::Arc;
use std::time::SystemTime;

use super::{
    AgentFailure, AgentLeg, ClickRecord, ClickRequest, ClickRoutes, ClickStore, ConnectTokens,
    DialState, Inserted, Outcome, RingAgent, StatusReport, Step, edit, reconcile,
};
use crate::clock::later_wall;
use crate::error::{Delivery, Error, ErrorKind};
use crate::flow::FlowEvent;
use crate::flow::event::Recorder;
use crate::provider::{Call, CallProvider, FindCall};

/// Whether a click was the first of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Turn {
    /// The agent is rung by this click.
    First,
    /// An earlier click with the same key has rung the agent; nothing was dialled now.
    Repeated,
}

/// A click that was taken.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Clicked {
    /// The record as it is now.
    pub record: ClickRecord,
    /// Whether this click rang the agent.
    pub turn: Turn,
}

/// Rings the agent, who is connected to the contact on answering.
///
/// 1. A record is written under the caller's key. If there is one already, **nothing is dialled**: that record is returned,
///    whatever became of it.
/// 2. The agent is rung, with URLs whose tokens live through queue and ringing.
/// 3. The call's id is written into the record. If the dial has no clear outcome, the call is looked for as
///    [`outbound_agent_call`](crate::flow::outbound_agent_call) does; a signed request that came with one of the tokens
///    proves it as well.
///
/// What happens then, the handler writes into the record. Dropping the future after the record was written leaves it as
/// [`DialState::Sending`]; [`reconcile`](super::reconcile) clears that up.
///
/// # Errors
/// The store's, from before anything was dialled; the provider's. [`Error::may_have_happened`] tells whether the agent may be
/// rung; then the record says [`Outcome::Unknown`], and the same key still dials nothing.
pub async fn click_to_call(
    calls: &dyn RingAgent,
    store: &dyn ClickStore,
    tokens: &ConnectTokens,
    routes: &ClickRoutes,
    request: &ClickRequest,
) -> Result<Clicked, Error> {
    let clock = &*request.clock;
    let created = clock.wall();
    let record = ClickRecord::new(
        tokens.id(&request.key),
        request.key.clone(),
        request.contact.clone(),
        request.agent,
        request.from,
        created,
    );
    let leg = leg(tokens, routes, request, &record, created).map_err(nobody)?;
    match store.insert(&record).await.map_err(nobody)? {
        Inserted::New => {}
        Inserted::Existing(existing) => {
            return Ok(Clicked {
                record: *existing,
                turn: Turn::Repeated,
            });
        }
    }

    let recorder = Recorder::new(Arc::clone(&request.clock), request.listener.clone());
    recorder.note(FlowEvent::Dialling {
        to: request.agent,
        from: request.from,
    });
    let sent_from = clock.wall();
    let outcome = calls.ring_agent(&leg).await;
    let sent_until = clock.wall();
    match outcome {
        Ok(call) => {
            recorder.note(FlowEvent::Placed {
                call: call.id.clone(),
                status: call.status.clone(),
            });
            placed(store, record, &call, sent_until).await
        }
        Err(error) if error.may_have_happened() => {
            recorder.note(FlowEvent::OutcomeUnknown);
            let unclear = edit(store, &record.id, |record| {
                record.sent_until = Some(sent_until);
                if record.call.is_none() {
                    record.dial = DialState::Unclear;
                    record.outcome = Some(Outcome::Unknown);
                }
            })
            .await;
            if let Ok(Some((_, record))) = unclear
                && record.call.is_some()
            {
                return Ok(first(record));
            }
            let wanted = find(&record, sent_from, sent_until);
            reconcile::recover(calls, store, &record, &wanted, error, &recorder)
                .await
                .map(first)
        }
        Err(error) => {
            let refused = edit(store, &record.id, |record| {
                record.sent_until = Some(sent_until);
                record.dial = DialState::Refused;
                record.outcome = Some(Outcome::AgentUnreachable(AgentFailure::NotDialled));
            })
            .await;
            let error = match refused {
                Ok(_) => error,
                Err(store) => error.with_context("store", store.to_string()),
            };
            Err(error.with_context("dialled", "nobody was rung"))
        }
    }
}

/// The call stands: that it cannot be written down is no reason to say otherwise, since requests with its tokens tie it to
/// the record as well.
async fn placed(
    store: &dyn ClickStore,
    mut record: ClickRecord,
    call: &Call,
    sent_until: SystemTime,
) -> Result<Clicked, Error> {
    let attach = |record: &mut ClickRecord| {
        record.sent_until = Some(sent_until);
        let bound = record.bind(&call.id);
        if bound.is_ok() {
            record.report_agent(&StatusReport::new(call.status.clone()));
        }
        bound
    };
    match edit(store, &record.id, attach).await {
        Ok(Some((Ok(()), record))) => Ok(first(record)),
        Ok(Some((Err(refusal), _))) => Err(Error::new(
            ErrorKind::Conflict,
            format!("the agent's call is not the one that asked with its token: {refusal}"),
        )
        .with_delivery(Delivery::Unknown)
        .with_context("call", call.id.as_str())),
        unwritten => {
            if let Err(error) = unwritten {
                tracing::warn!(target: "voice_core", call = call.id.as_str(), "click-to-call: the call could not be written into its record: {error}");
            }
            let _ = attach(&mut record);
            Ok(first(record))
        }
    }
}

fn first(record: ClickRecord) -> Clicked {
    Clicked {
        record,
        turn: Turn::First,
    }
}

fn nobody(error: Error) -> Error {
    let error = if error.may_have_happened() {
        error.with_delivery(Delivery::NotSent)
    } else {
        error
    };
    error.with_context("dialled", "nobody was rung")
}

/// What is known of the agent's call.
pub(super) fn find(
    record: &ClickRecord,
    sent_from: SystemTime,
    sent_until: SystemTime,
) -> FindCall {
    FindCall {
        to: record.agent,
        from: record.from,
        key: record.key.clone(),
        sent_from,
        sent_until,
    }
}

fn leg(
    tokens: &ConnectTokens,
    routes: &ClickRoutes,
    request: &ClickRequest,
    record: &ClickRecord,
    now: SystemTime,
) -> Result<AgentLeg, Error> {
    let link = |step, life| {
        let token = tokens.issue(record.id, step, later_wall(now, life));
        routes.link(step, &token)
    };
    let whole = request.whole_life();
    Ok(AgentLeg {
        to: request.agent,
        from: request.from,
        key: request.key.clone(),
        connect: link(Step::Connect, request.life())?,
        fallback: match &request.fallback {
            Some(url) => url.clone(),
            None => link(Step::Fallback, whole)?,
        },
        status: link(Step::Status, whole)?,
        ring_timeout: request.ring_timeout,
        time_limit: request.time_limit,
        machine_check: request.machine_check,
    })
}

/// The same provider, as one that places and finds calls.
pub(super) fn as_calls(calls: &dyn RingAgent) -> &dyn CallProvider {
    calls
}
