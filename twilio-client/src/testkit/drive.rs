//! Lets a call go on: turn, dial, ring, answer, end.

use std::sync::Arc;
use std::time::Duration;

use voice_core::ident::CallSid;

use super::legs;
use super::state::Shared;
use super::{Outcome, Pace, rooms, sound};
use crate::calls::CallStatus;
use crate::xml::XmlTree;

/// Runs beside everything else until the call is over.
pub(super) async fn drive(shared: Arc<Shared>, sid: CallSid, queued_for: Duration) {
    let steps = [CallStatus::Initiated, CallStatus::Ringing];
    shared.clock.sleep(queued_for).await;
    for step in steps {
        let pace = shared.lock().pace;
        let wait = if step == CallStatus::Initiated {
            pace.dial
        } else {
            pace.ring
        };
        if !wait_and_step(&shared, &sid, wait, &step).await {
            return;
        }
    }
    let Pace { answer, .. } = shared.lock().pace;
    // A ringing that was limited ends before a late answer.
    let limit = shared
        .lock()
        .find(&sid)
        .and_then(|record| record.order.legs.timeout);
    let late = limit.is_some_and(|limit| limit < answer);
    shared
        .clock
        .sleep(limit.map_or(answer, |limit| limit.min(answer)))
        .await;
    if late {
        return shared.finish(&sid, CallStatus::NoAnswer);
    }
    let outcome = {
        let state = shared.lock();
        let to = state
            .find(&sid)
            .map(|record| record.order.to.clone())
            .unwrap_or_default();
        state.outcomes.get(&to).copied().unwrap_or_default()
    };
    match outcome {
        Outcome::Answered => answered(&shared, &sid).await,
        Outcome::Busy => shared.finish(&sid, CallStatus::Busy),
        Outcome::NoAnswer => shared.finish(&sid, CallStatus::NoAnswer),
        Outcome::Failed => shared.finish(&sid, CallStatus::Failed),
    }
}

/// `false` when the call is over, or the simulator gone.
async fn wait_and_step(shared: &Shared, sid: &CallSid, wait: Duration, to: &CallStatus) -> bool {
    shared.clock.sleep(wait).await;
    shared.step(sid, to)
}

async fn answered(shared: &Arc<Shared>, sid: &CallSid) {
    if !wait_and_step(shared, sid, Duration::ZERO, &CallStatus::InProgress).await {
        return;
    }
    sound::answered(shared, sid);
    rooms::joined(shared, sid);
    let order = shared.lock().find(sid).map(|record| record.order.clone());
    let Some(order) = order else { return };
    let mut base = String::new();
    if let Some((url, get)) = &order.url {
        match legs::fetch(shared, sid, url, *get, Vec::new()).await {
            Ok((url, twiml)) => {
                base = url;
                if let Some(record) = shared.lock().find_mut(sid) {
                    record.order.twiml = Some(twiml);
                }
            }
            Err(legs::NoDocument::Elsewhere) => {}
            // The caller hears that an application error has occurred, and the call ends.
            Err(legs::NoDocument::Failed) => return shared.finish(sid, CallStatus::Completed),
        }
    }
    let twiml = shared
        .lock()
        .find(sid)
        .and_then(|record| record.order.twiml.clone());
    if let Some(twiml) = twiml
        && XmlTree::parse(&twiml).is_ok_and(|tree| legs::is_driven(&tree))
    {
        return legs::run(shared, sid, base, &twiml).await;
    }
    follow(shared, sid);

    let pace = shared.lock().pace;
    let talk = match (pace.talk, order.time_limit) {
        (Some(talk), Some(limit)) => talk.min(limit),
        (Some(length), None) | (None, Some(length)) => length,
        (None, None) => return,
    };
    shared.clock.sleep(talk).await;
    if !shared.is_stopped() {
        shared.finish(sid, CallStatus::Completed);
    }
}

/// Does what a call's TwiML says, as far as it is simulated: a stream is connected, a document that begins with its end
/// ends the call.
pub(super) fn follow(shared: &Shared, sid: &CallSid) {
    let mut state = shared.lock();
    let Some(record) = state
        .find_mut(sid)
        .filter(|record| record.status == CallStatus::InProgress)
    else {
        return;
    };
    let tree = record
        .order
        .twiml
        .as_deref()
        .and_then(|twiml| XmlTree::parse(twiml).ok());
    let Some(tree) = tree else { return };
    if matches!(tree.children.first(), Some(first) if first.name == "Hangup") {
        drop(state);
        return shared.finish(sid, CallStatus::Completed);
    }
    let stream = tree
        .child("Connect")
        .and_then(|connect| connect.child("Stream"))
        .and_then(|stream| stream.attribute("url"));
    record.stream = stream.map(str::to_owned);
    let call = record.snapshot();
    drop(state);
    let hook = shared.hooks().answered.clone();
    if let (Some(hook), Some(stream)) = (hook, &call.stream) {
        hook(&call, stream);
    }
}
