//! Lets a call go on: it rings one number, perhaps another, connects them or a stream, and ends.

use std::sync::Arc;
use std::time::Duration;

use voice_core::provider::CallStatus;

use super::record::{Leg, Order, Record, digits};
use crate::testkit::Outcome;
use crate::testkit::callback::{self, Event};
use crate::testkit::world::Shared;

/// Takes a call into the list and lets it go on by itself.
pub(in crate::testkit) fn place(shared: &Arc<Shared>, account: usize, order: Order) -> String {
    let wall = shared.settings.clock.wall();
    let mut state = shared.lock();
    // SIDs count up, so that a failing test can be read.
    let sid = format!("51ec{:028x}", state.calls.len());
    let account_name = state
        .accounts
        .get(account)
        .map(|account| account.name.clone())
        .unwrap_or_default();
    state.calls.push(Record {
        sid: sid.clone(),
        account,
        account_name,
        order,
        status: CallStatus::Queued,
        created: wall,
        updated: wall,
        started: None,
        connected: None,
        ended: None,
        legs: [Leg::default(), Leg::default()],
        stream: None,
    });
    drop(state);
    shared.runtime.spawn(drive(Arc::clone(shared), sid.clone()));
    sid
}

async fn drive(shared: Arc<Shared>, sid: String) {
    let clock = &shared.settings.clock;
    let pace = shared.lock().pace;
    clock.sleep(pace.dial).await;
    let wall = clock.wall();
    let Some(order) = change(&shared, &sid, |record| {
        record.status = CallStatus::Ringing;
        record.started = Some(wall);
        record.order.clone()
    }) else {
        return;
    };
    for (index, number) in std::iter::once(&order.from).chain(&order.to).enumerate() {
        let ended = ring(&shared, &sid, index, number, order.ring_timeout).await;
        match ended {
            None => return,
            Some(Outcome::Answered) => {}
            Some(outcome) => return finish(&shared, &sid, failed(outcome)),
        }
    }
    connected(&shared, &sid, &order).await;
}

fn failed(outcome: Outcome) -> CallStatus {
    match outcome {
        Outcome::Busy => CallStatus::Busy,
        Outcome::NoAnswer => CallStatus::NoAnswer,
        _ => CallStatus::Failed,
    }
}

/// Rings one number; `None` when the call is over meanwhile, or the simulator gone.
async fn ring(
    shared: &Shared,
    sid: &str,
    index: usize,
    number: &str,
    limit: Option<Duration>,
) -> Option<Outcome> {
    let clock = &shared.settings.clock;
    let answer = shared.lock().pace.answer;
    clock
        .sleep(limit.map_or(answer, |limit| limit.min(answer)))
        .await;
    let wall = clock.wall();
    let outcome = match limit {
        Some(limit) if limit < answer => Outcome::NoAnswer,
        _ => shared
            .lock()
            .outcomes
            .get(&digits(number))
            .copied()
            .unwrap_or_default(),
    };
    change(shared, sid, |record| {
        if let Some(leg) = record.legs.get_mut(index) {
            leg.status = Some(match outcome {
                Outcome::Answered => CallStatus::InProgress,
                outcome => failed(outcome),
            });
            leg.answered = (outcome == Outcome::Answered).then_some(wall);
        }
        outcome
    })
}

/// Changes a call that goes on; `None` when it is over, or the simulator gone.
fn change<T>(shared: &Shared, sid: &str, with: impl FnOnce(&mut Record) -> T) -> Option<T> {
    let wall = shared.settings.clock.wall();
    let mut state = shared.lock();
    let record = state
        .calls
        .iter_mut()
        .find(|record| record.sid == sid && !record.status.is_final())
        .filter(|_| !shared.is_stopped())?;
    record.updated = wall;
    Some(with(record))
}

async fn connected(shared: &Arc<Shared>, sid: &str, order: &Order) {
    let clock = &shared.settings.clock;
    let wall = clock.wall();
    let call = change(shared, sid, |record| {
        record.status = CallStatus::InProgress;
        record.connected = Some(wall);
        record.stream.clone_from(&record.order.stream);
        (record.snapshot(), Event::answered(record))
    });
    let Some((mut call, event)) = call else {
        return;
    };
    callback::send(shared, event);
    // A flow's voicebot asks somebody else where to stream to.
    let voicebot = shared
        .hooks()
        .voicebot
        .clone()
        .filter(|_| order.flow.is_some());
    if let Some(stream) = voicebot.and_then(|voicebot| voicebot(&call)) {
        let changed = change(shared, sid, |record| {
            record.stream = Some(stream.clone());
            record.snapshot()
        });
        match changed {
            Some(changed) => call = changed,
            None => return,
        }
    }
    let hook = shared.hooks().answered.clone();
    if let (Some(hook), Some(stream)) = (hook, &call.stream) {
        hook(&call, stream);
    }
    let pace = shared.lock().pace;
    let talk = match (pace.talk, order.time_limit) {
        (Some(talk), Some(limit)) => talk.min(limit),
        (Some(length), None) | (None, Some(length)) => length,
        (None, None) => return,
    };
    clock.sleep(talk).await;
    if !shared.is_stopped() {
        finish(shared, sid, CallStatus::Completed);
    }
}

/// Ends a call that goes on, reports it, and tells the hook; a call that is over stays as it is.
pub(in crate::testkit) fn finish(shared: &Arc<Shared>, sid: &str, status: CallStatus) {
    let wall = shared.settings.clock.wall();
    let ended = change(shared, sid, |record| {
        for leg in &mut record.legs {
            if leg.status == Some(CallStatus::InProgress) {
                leg.status = Some(CallStatus::Completed);
            }
        }
        record.status = status;
        record.ended = Some(wall);
        (
            record.snapshot(),
            Event::terminal(record),
            record.stream.clone(),
        )
    });
    let Some((call, event, stream)) = ended else {
        return;
    };
    callback::send(shared, event);
    let hook = shared.hooks().ended.clone();
    if let (Some(hook), Some(stream)) = (hook, stream) {
        hook(&call, &stream);
    }
}
