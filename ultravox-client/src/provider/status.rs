//! How far a call that Ultravox dials is, in the family's words.

use std::time::Duration;

use voice_core::provider::{Call, CallId, CallStatus};

use crate::calls::{self, CallPhase};
use crate::deleted_calls::CallTombstone;
use crate::types::{EndReason, SipTermination, UvTime, WithRaw};

/// How far a call is.
///
/// | Ultravox | here |
/// |---|---|
/// | not joined | `initiated` |
/// | joined | `in-progress` |
/// | ended, SIP: busy, timeout, cancelled | `busy`, `no-answer`, `canceled` |
/// | ended, SIP: no number, unreachable, rejected | `failed` |
/// | ended after it was joined | `completed` |
/// | ended as `unjoined`, or hung up before | `no-answer`, `canceled` |
/// | ended before it was joined, otherwise | `failed` |
pub(super) fn of(call: &calls::Call) -> CallStatus {
    match call.phase() {
        CallPhase::Waiting => CallStatus::Initiated,
        CallPhase::Live => CallStatus::InProgress,
        CallPhase::Ended => {
            let sip = call.sip_details.as_ref();
            let sip = sip.and_then(|sip| sip.termination_reason.as_ref());
            sip.and_then(of_sip)
                .unwrap_or_else(|| of_end(call.joined.is_some(), call.end_reason.as_ref()))
        }
    }
}

/// What SIP says of the end, where that decides.
fn of_sip(reason: &SipTermination) -> Option<CallStatus> {
    Some(match reason {
        SipTermination::Busy => CallStatus::Busy,
        SipTermination::Timeout => CallStatus::NoAnswer,
        SipTermination::Canceled => CallStatus::Canceled,
        SipTermination::InvalidNumber
        | SipTermination::DestinationUnavailable
        | SipTermination::Rejected => CallStatus::Failed,
        SipTermination::Normal | SipTermination::Unknown | SipTermination::Other(_) => return None,
    })
}

fn of_end(was_joined: bool, reason: Option<&EndReason>) -> CallStatus {
    if was_joined {
        return CallStatus::Completed;
    }
    match reason {
        Some(EndReason::Unjoined) => CallStatus::NoAnswer,
        None | Some(EndReason::Hangup | EndReason::AgentHangup) => CallStatus::Canceled,
        Some(_) => CallStatus::Failed,
    }
}

/// What is left of a deleted call: it is over.
pub(super) fn of_tombstone(id: &CallId, stone: WithRaw<CallTombstone>) -> Call {
    let WithRaw { value, raw } = stone;
    let status = of_end(value.joined.is_some(), value.end_reason.as_ref());
    let mut call = Call::new(id.clone(), status);
    call.duration = spoken(&value.joined, &value.ended);
    call.raw = raw;
    call
}

/// From joining to the end.
pub(super) fn spoken(joined: &Option<UvTime>, ended: &Option<UvTime>) -> Option<Duration> {
    let joined = joined.as_ref()?.time()?;
    ended.as_ref()?.time()?.duration_since(joined).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const TIME: &str = "2026-01-01T00:00:00Z";

    fn status(call: Value) -> CallStatus {
        of(&serde_json::from_value(call).unwrap())
    }

    #[test]
    fn every_state_has_a_word() {
        assert_eq!(status(json!({})), CallStatus::Initiated);
        assert_eq!(status(json!({"joined": TIME})), CallStatus::InProgress);
        for (joined, reason, expected) in [
            (true, "hangup", CallStatus::Completed),
            (true, "agent_hangup", CallStatus::Completed),
            (true, "timeout", CallStatus::Completed),
            (true, "connection_error", CallStatus::Completed),
            (true, "word_of_the_future", CallStatus::Completed),
            (false, "unjoined", CallStatus::NoAnswer),
            (false, "hangup", CallStatus::Canceled),
            (false, "system_error", CallStatus::Failed),
            (false, "connection_error", CallStatus::Failed),
            (false, "word_of_the_future", CallStatus::Failed),
        ] {
            let joined = joined.then_some(TIME);
            let call = json!({"joined": joined, "ended": TIME, "endReason": reason});
            assert_eq!(status(call), expected, "{reason}");
        }
    }

    #[test]
    fn sip_says_how_it_ended() {
        for (reason, expected) in [
            ("BUSY", CallStatus::Busy),
            ("TIMEOUT", CallStatus::NoAnswer),
            ("CANCELED", CallStatus::Canceled),
            ("INVALID_NUMBER", CallStatus::Failed),
            ("DESTINATION_UNAVAILABLE", CallStatus::Failed),
            ("REJECTED", CallStatus::Failed),
            ("NORMAL", CallStatus::NoAnswer),
            ("UNKNOWN", CallStatus::NoAnswer),
            ("OF_THE_FUTURE", CallStatus::NoAnswer),
        ] {
            let details = json!({"terminationReason": format!("SIP_TERMINATION_{reason}")});
            let call = json!({"ended": TIME, "endReason": "unjoined", "sipDetails": details});
            assert_eq!(status(call), expected, "{reason}");
        }
        let going_on = json!({"joined": TIME, "sipDetails": {"terminationReason": null}});
        assert_eq!(status(going_on), CallStatus::InProgress);
        let normal = json!({
            "joined": TIME, "ended": TIME, "sipDetails": {"terminationReason": "SIP_TERMINATION_NORMAL"},
        });
        assert_eq!(status(normal), CallStatus::Completed);
    }

    #[test]
    fn a_tombstone_is_over() {
        let id = CallId::new("c").unwrap();
        let stone = |value: Value| of_tombstone(&id, serde_json::from_value(value).unwrap());
        assert_eq!(stone(json!({})).status, CallStatus::Canceled);
        let spoken = stone(json!({"joined": TIME, "ended": "2026-01-01T00:00:09Z"}));
        assert_eq!(
            (spoken.status, spoken.duration),
            (CallStatus::Completed, Some(Duration::from_secs(9)))
        );
    }
}
