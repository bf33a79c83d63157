//! Ends a call in whatever state it is.

use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::CallId;

use crate::UltravoxClient;
use crate::calls::CallPhase;

/// What was found at first.
pub(super) enum Ending {
    /// There was a call, and it is over now, or gone.
    Over,
    /// There is no such call, or it was deleted.
    Gone,
}

/// Reads the call, then deletes it if nobody joined, or hangs up if somebody did. A call that is gone, that ends
/// meanwhile, or that is joined meanwhile, is dealt with.
pub(super) async fn end(client: &UltravoxClient, id: &CallId) -> Result<Ending, Error> {
    let calls = client.calls();
    let phase = match calls.get(id).await {
        Ok(call) => call.phase(),
        Err(error) if error.is_not_found() => return Ok(Ending::Gone),
        Err(error) => return Err(error),
    };
    match phase {
        CallPhase::Ended => return Ok(Ending::Over),
        CallPhase::Waiting => match calls.delete(id).await {
            Ok(_) => return Ok(Ending::Over),
            Err(error) if error.is_not_found() => return Ok(Ending::Over),
            // Refused: it may have been joined just now.
            Err(error) if is_about_state(&error) => {}
            Err(error) => return Err(error),
        },
        CallPhase::Live => {}
    }
    let refused = match calls.hang_up(id).await {
        Ok(_) => return Ok(Ending::Over),
        Err(error) if error.is_not_found() => return Ok(Ending::Over),
        Err(error) if error.kind() == ErrorKind::Conflict => error,
        Err(error) => return Err(error),
    };
    match calls.get(id).await {
        Ok(call) if call.phase() == CallPhase::Ended => Ok(Ending::Over),
        Err(error) if error.is_not_found() => Ok(Ending::Over),
        Ok(_) => Err(refused.with_hint(
            "The call could not be ended; it ends by itself at its join timeout if nobody joins",
        )),
        Err(error) => Err(error),
    }
}

/// A deletion that the state of the call forbids; the API does not document the status.
fn is_about_state(error: &Error) -> bool {
    error.delivery() == Delivery::Answered
        && matches!(
            error.kind(),
            ErrorKind::Conflict | ErrorKind::InvalidInput | ErrorKind::Permission
        )
}
