//! Deletes a call: only once it is over.

use voice_core::testkit::SimAnswer;

use super::answer::{Refused, named};
use super::desk::{Asked, Line};

pub(super) static LINES: &[Line] = &[Line::delete("Calls/*.json", "calls.delete", delete)];

fn delete(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let sid = asked.call(0)?;
    let mut state = asked.shared.lock();
    if state.find(&sid).is_some_and(|call| !call.status.is_final()) {
        return Err(Refused::bad(20009, named(20009)));
    }
    if let Some(call) = state.find_mut(&sid) {
        call.deleted = true;
    }
    Ok(SimAnswer::empty(204))
}
