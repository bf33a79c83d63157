//! Follows a call to its end by looking at it.

use std::time::Duration;

use super::event::{FlowEvent, Recorder};
use crate::error::{Delivery, Error, ErrorKind};
use crate::provider::{Call, CallProvider};

/// How often a call may be out of sight before following it is given up.
const LOOKS_THAT_MAY_FAIL: u32 = 12;

/// Every error of this has [`Delivery::Unknown`]: the person was rung.
///
/// Looks every `every` during the first minute, then at a quarter of that rate, until the call is over.
pub(super) async fn to_the_end(
    calls: &dyn CallProvider,
    mut call: Call,
    every: Duration,
    limit: Duration,
    recorder: &Recorder,
) -> Result<Call, Error> {
    let clock = recorder.clock();
    let start = clock.now();
    let mut failures = 0;
    while !call.status.is_final() {
        let elapsed = clock.now().saturating_duration_since(start);
        if elapsed >= limit {
            return Err(Error::new(
                ErrorKind::Timeout,
                format!(
                    "the call was still {} when following it was given up",
                    call.status
                ),
            )
            .with_delivery(Delivery::Unknown)
            .with_context("call", call.id.as_str()));
        }
        let pause = if elapsed < Duration::from_secs(60) {
            every
        } else {
            every.saturating_mul(4)
        };
        clock.sleep(pause.min(limit.saturating_sub(elapsed))).await;
        match calls.get_call(&call.id).await {
            Ok(now) => {
                failures = 0;
                if now.status != call.status {
                    recorder.note(FlowEvent::Status {
                        call: now.id.clone(),
                        status: now.status.clone(),
                    });
                }
                call = now;
            }
            Err(error) => {
                failures += 1;
                // A call may be invisible for a moment after it was placed; credentials do not come back.
                if failures >= LOOKS_THAT_MAY_FAIL || error.is_auth() {
                    // The error of a look says what became of the look; here it stands for the call.
                    return Err(error
                        .with_delivery(Delivery::Unknown)
                        .with_context("call", call.id.as_str())
                        .with_hint(
                            "The call was placed and may be going on; only following it failed",
                        ));
                }
                recorder.note(FlowEvent::LookFailed {
                    error: error.to_string(),
                });
            }
        }
    }
    Ok(call)
}
