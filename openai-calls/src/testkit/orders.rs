//! Orders about a call: accept, reject, refer, hang up; the same for the live API, with which it shares its calls.

use serde_json::{Map, Value};
use voice_core::testkit::SimAnswer;

use super::call_state::{CallState, Phase};
use super::router::{Asked, Route};
use super::settings::Repeated;
use super::world::World;
use super::{answers, session};

pub(super) static ROUTES: &[Route] = &[
    Route("calls.accept", "POST", "realtime/calls/*/accept", accept),
    Route("calls.reject", "POST", "realtime/calls/*/reject", reject),
    Route("calls.refer", "POST", "realtime/calls/*/refer", refer),
    Route("calls.hang_up", "POST", "realtime/calls/*/hangup", hang_up),
    Route(
        "live_sessions.accept",
        "POST",
        "live/sessions/*/accept",
        accept_live,
    ),
    Route(
        "live_sessions.reject",
        "POST",
        "live/sessions/*/reject",
        reject_live,
    ),
    Route(
        "live_sessions.refer",
        "POST",
        "live/sessions/*/refer",
        refer,
    ),
    Route(
        "live_sessions.hang_up",
        "POST",
        "live/sessions/*/hangup",
        hang_up,
    ),
];

/// Counts a request about a call, whatever becomes of it.
pub(super) fn count_request(world: &mut World, operation: &str, id: &str) {
    let Some(call) = world.call(id) else { return };
    let counts = &mut call.counts;
    let order = operation.split_once('.').map_or("", |(_, order)| order);
    match order {
        "accept" => counts.accept_requests += 1,
        "reject" => counts.reject_requests += 1,
        "refer" => counts.refer_requests += 1,
        "hang_up" => counts.hang_up_requests += 1,
        _ => {}
    }
}

/// A call that waits for a decision, or what is said of one that does not.
fn undecided<'w>(world: &'w mut World, id: &str) -> Result<&'w mut CallState, SimAnswer> {
    let repeated = world.settings.repeated;
    let Some(call) = world.call(id) else {
        return Err(answers::not_found("call"));
    };
    match (&call.phase, repeated) {
        (Phase::Ringing, _) => Ok(call),
        (Phase::Accepted | Phase::Rejected(_), Repeated::Conflict) => Err(answers::conflict()),
        _ => Err(answers::not_found("call")),
    }
}

/// A call that goes on.
fn active<'w>(world: &'w mut World, id: &str) -> Result<&'w mut CallState, SimAnswer> {
    let call = world.call(id).filter(|call| !call.phase.is_over());
    call.ok_or_else(|| answers::not_found("call"))
}

fn settle(result: Result<(), SimAnswer>) -> SimAnswer {
    match result {
        Ok(()) => answers::done(),
        Err(refusal) => refusal,
    }
}

fn accept(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let take = |world: &mut World| {
        let body = asked.object()?;
        session::check(&body, &["realtime"])?;
        take(undecided(world, asked.id)?, body);
        Ok(())
    };
    settle(take(world))
}

/// The body's form is the live API's own, and not looked at.
fn accept_live(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let take = |world: &mut World| {
        let body = asked.maybe_object()?;
        take(undecided(world, asked.id)?, body);
        Ok(())
    };
    settle(take(world))
}

fn take(call: &mut CallState, session: Map<String, Value>) {
    call.counts.accepts += 1;
    call.phase = Phase::Accepted;
    call.session = Value::Object(session);
}

fn reject(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    refuse(world, asked, Some(603))
}

fn reject_live(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    refuse(world, asked, None)
}

fn refuse(world: &mut World, asked: &Asked<'_>, unless_said: Option<u16>) -> SimAnswer {
    let refuse = |world: &mut World| {
        let body = asked.maybe_object()?;
        if let Some(odd) = body.keys().find(|key| *key != "status_code") {
            return Err(answers::unknown_parameter(odd));
        }
        let status = match body.get("status_code") {
            None => unless_said.ok_or_else(|| answers::missing("status_code"))?,
            Some(given) => given
                .as_u64()
                .and_then(|status| u16::try_from(status).ok())
                .filter(|status| (400..700).contains(status))
                .ok_or_else(|| answers::bad_value("status_code"))?,
        };
        let call = undecided(world, asked.id)?;
        call.counts.rejects.push(status);
        call.end(Phase::Rejected(status));
        Ok(())
    };
    settle(refuse(world))
}

fn refer(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let refer = |world: &mut World| {
        let body = asked.object()?;
        let Some(target) = body.get("target_uri") else {
            return Err(answers::missing("target_uri"));
        };
        let target = target
            .as_str()
            .filter(|uri| {
                let rest = ["tel:", "sip:", "sips:"]
                    .iter()
                    .find_map(|scheme| uri.strip_prefix(scheme));
                rest.is_some_and(|rest| !rest.is_empty())
            })
            .ok_or_else(|| answers::bad_value("target_uri"))?
            .to_owned();
        let is_lost = world.lost_refers > 0;
        let call = world
            .call(asked.id)
            .filter(|call| call.phase == Phase::Accepted);
        let call = call.ok_or_else(|| answers::not_found("call"))?;
        if !is_lost {
            call.counts.refers.push(target.clone());
            call.end(Phase::Referred(target));
        }
        world.lost_refers -= usize::from(is_lost);
        Ok(())
    };
    settle(refer(world))
}

fn hang_up(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let hang_up = |world: &mut World| {
        if !asked.request.body.is_empty() {
            let message = "This request has no body.";
            return Err(answers::invalid("unexpected_body", None, message));
        }
        let call = active(world, asked.id)?;
        call.counts.hang_ups += 1;
        call.end(Phase::HungUp);
        Ok(())
    };
    settle(hang_up(world))
}
