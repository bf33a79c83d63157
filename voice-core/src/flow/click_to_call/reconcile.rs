//! Asks the provider what became of a click-to-call nobody has heard of.

use super::run::{as_calls, find};
use super::{ClickRecord, ClickStore, DialState, Outcome, RingAgent, StatusReport, edit};
use crate::clock::{SharedClock, later_wall};
use crate::error::{Delivery, Error, ErrorKind};
use crate::flow::FlowEvent;
use crate::flow::event::Recorder;
use crate::flow::reconcile::{self as look, Verdict};
use crate::provider::{Call, CallKey, FindCall};

/// Longest time from the writing of a record until its dial was given up, where nobody noted when that was: the default
/// deadline of a request.
const LONGEST_SEND: std::time::Duration = std::time::Duration::from_secs(90);

/// Brings a record up to date by asking the provider: a call that is known is read, one whose dial had no clear outcome is
/// looked for (up to 35 s after the dial). For records that stay open: the process was restarted, reports never came.
///
/// Nothing is dialled. `None` when there is no record of that key.
///
/// # Errors
/// The store's and the provider's; the record then stays as it was. [`Delivery::Unknown`] when the call was looked for and
/// it cannot be said which it is or whether there is one.
pub async fn reconcile(
    calls: &dyn RingAgent,
    store: &dyn ClickStore,
    key: &CallKey,
    clock: &SharedClock,
) -> Result<Option<ClickRecord>, Error> {
    let Some(record) = store.find(key).await? else {
        return Ok(None);
    };
    let nothing_rings = record.agent_is_gone() || record.dial == DialState::Refused;
    if record.is_over() && nothing_rings {
        return Ok(Some(record));
    }
    if let Some(call) = &record.call {
        let call = calls.get_call(call).await?;
        return attach(store, &record, &call).await.map(Some);
    }
    let until = record
        .sent_until
        .unwrap_or_else(|| later_wall(record.created, LONGEST_SEND).min(clock.wall()));
    let wanted = find(&record, record.created, until);
    let error = Error::new(
        ErrorKind::Other,
        "the dial of this click-to-call had no clear outcome",
    );
    let recorder = Recorder::new(clock.clone(), None);
    recover(calls, store, &record, &wanted, error, &recorder)
        .await
        .map(Some)
}

/// Looks for the call of a dial without a clear outcome, until none can come any more.
pub(super) async fn recover(
    calls: &dyn RingAgent,
    store: &dyn ClickStore,
    record: &ClickRecord,
    wanted: &FindCall,
    error: Error,
    recorder: &Recorder,
) -> Result<ClickRecord, Error> {
    let verdict = look::call(as_calls(calls), wanted, recorder.clock(), recorder).await;
    if let Verdict::Placed(call) = &verdict {
        recorder.note(FlowEvent::Recovered {
            call: call.id.clone(),
        });
        return attach(store, record, call).await;
    }
    // Meanwhile a request may have come with one of its tokens, which proves the call.
    if let Ok(Some(now)) = store.get(&record.id).await
        && now.call.is_some()
    {
        return Ok(now);
    }
    let _ = edit(store, &record.id, |record| {
        if !record.is_over() {
            record.outcome = Some(Outcome::Unknown);
        }
    })
    .await;
    let error = error
        .with_delivery(Delivery::Unknown)
        .with_context("key", wanted.key.as_str());
    Err(match verdict {
        Verdict::Ambiguous(ids) => {
            let ids: Vec<&str> = ids.iter().map(crate::provider::CallId::as_str).collect();
            error
                .with_context("reconcile", "several calls could be it")
                .with_context("calls", ids.join(" "))
                .with_hint("Look at these calls before anyone dials again")
        }
        Verdict::Unanswered => error
            .with_context("reconcile", "the provider could not be asked")
            .with_hint("The agent may have been rung: look at the provider's call list before anyone dials again"),
        Verdict::NotFound | Verdict::Placed(_) => error
            .with_context("reconcile", "no such call was found")
            .with_hint("No call was found after the provider had time to make it: most likely the agent was not rung; a new click needs a new key"),
    })
}

/// Writes what the provider says of the agent's call.
async fn attach(
    store: &dyn ClickStore,
    record: &ClickRecord,
    call: &Call,
) -> Result<ClickRecord, Error> {
    let report = StatusReport::new(call.status.clone()).length(call.duration);
    let written = edit(store, &record.id, |record| {
        if record.bind(&call.id).is_ok() {
            record.report_agent(&report);
        }
    })
    .await?;
    written.map(|(_, record)| record).ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            "the record of this click-to-call is gone",
        )
    })
}
