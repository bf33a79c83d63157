//! Changes a call.

use std::sync::Arc;

use voice_core::ident::CallSid;
use voice_core::testkit::{SimAnswer, SimRequest};

use super::answer::{Refused, ok};
use super::create::{is_url, params, reports};
use super::drive;
use super::state::Shared;
use crate::calls::CallStatus;

pub(super) fn update(
    shared: &Arc<Shared>,
    request: &SimRequest,
    sid: &CallSid,
) -> Result<SimAnswer, Refused> {
    let form = params(request);
    let not_found = || Refused::not_found(&request.path);
    let status = shared
        .lock()
        .find(sid)
        .map(|record| record.status.clone())
        .ok_or_else(not_found)?;
    let (url, twiml) = (form.filled("Url"), form.filled("Twiml"));
    let new_status = form.filled("Status");
    if new_status.is_some_and(|word| !matches!(word, "canceled" | "completed")) {
        return Err(Refused::bad(20001, "Status must be canceled or completed"));
    }
    if url.is_some() && twiml.is_some() {
        return Err(Refused::bad(20001, "Url and Twiml are mutually exclusive"));
    }
    if url.is_some_and(|url| !is_url(url)) {
        return Err(Refused::bad(21205, "Url is not a valid URL"));
    }
    let redirected = url.is_some() || twiml.is_some();
    if status.is_final() || (redirected && status != CallStatus::InProgress) {
        return Err(Refused::bad(
            21220,
            "Call is not in-progress. Cannot redirect.",
        ));
    }
    if let Some(record) = shared.lock().find_mut(sid) {
        if let Some(reports) = reports(&form) {
            record.order.reports = Some(reports);
        }
        if let Some(twiml) = twiml {
            record.order.twiml = Some(twiml.to_owned());
        }
    }
    if twiml.is_some() {
        drive::follow(shared, sid);
    }
    match new_status {
        Some("completed") => shared.end(sid),
        // It does not touch a call in progress.
        Some("canceled") if status != CallStatus::InProgress => shared.end(sid),
        _ => {}
    }
    let state = shared.lock();
    let record = state.find(sid).ok_or_else(not_found)?;
    Ok(ok(200, &record.to_json()))
}
