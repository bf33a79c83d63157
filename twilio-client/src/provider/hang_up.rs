//! Ends a call in whatever state it is.

use voice_core::error::Error;
use voice_core::ident::CallSid;

use crate::calls::{CallStatus, UpdateCall};
use crate::client::TwilioClient;
use crate::error::{ErrorCode, TwilioErrorExt};

/// A call may move on between the look and the order; each round follows it.
const ROUNDS: usize = 3;

pub(super) async fn hang_up(client: &TwilioClient, sid: CallSid) -> Result<(), Error> {
    let mut status = match client.calls().get(sid).await {
        Ok(call) => call.into_inner().status,
        // For a moment after its creation a call may be said not to be there, while it rings: the order itself tells.
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error),
    };
    let mut refused = None;
    for round in 0..ROUNDS {
        let order = match &status {
            Some(status) if status.is_final() => return Ok(()),
            Some(CallStatus::Queued | CallStatus::Initiated | CallStatus::Ringing)
                if round == 0 =>
            {
                UpdateCall::cancel()
            }
            _ => UpdateCall::complete(),
        };
        status = match client.calls().update(sid, &order).await {
            // A cancel that came too late changes nothing: the call is in progress, or about to be, and is ended in the
            // next round.
            Ok(call) if call.status.as_ref().is_none_or(CallStatus::is_final) => return Ok(()),
            Ok(call) => call.into_inner().status,
            // It is in no state for this any more: over, or answered in the meantime.
            Err(error) if error.twilio_code() == Some(ErrorCode::INVALID_CALL_STATE) => {
                refused = Some(error);
                client.calls().get(sid).await?.into_inner().status
            }
            Err(error) => return Err(error),
        };
    }
    match (status, refused) {
        (Some(status), _) if status.is_final() => Ok(()),
        (_, Some(error)) => Err(error.with_context("call", sid.as_str())),
        // Ordered three times without contradiction: it ends.
        (_, None) => Ok(()),
    }
}
