//! Ends a call in whatever state it is.

use voice_core::error::Error;
use voice_core::ident::CallSid;

use crate::calls::{CallStatus, UpdateCall};
use crate::client::TwilioClient;
use crate::error::{ErrorCode, TwilioErrorExt};

/// A call may move on between the look and the order; each round follows it.
const ROUNDS: usize = 3;

pub(super) async fn hang_up(client: &TwilioClient, sid: CallSid) -> Result<(), Error> {
    let mut status = client.calls().get(sid).await?.into_inner().status;
    let mut refused = None;
    for _ in 0..ROUNDS {
        let order = match &status {
            Some(status) if status.is_final() => return Ok(()),
            Some(CallStatus::Queued | CallStatus::Initiated | CallStatus::Ringing) => {
                UpdateCall::cancel()
            }
            _ => UpdateCall::complete(),
        };
        status = match client.calls().update(sid, &order).await {
            // A cancel that came too late changes nothing: the call is in progress, and is ended in the next round.
            Ok(call) if call.status != Some(CallStatus::InProgress) => return Ok(()),
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
