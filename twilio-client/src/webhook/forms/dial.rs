//! What became of `<Dial>` and `<Refer>`.

use voice_core::ident::{CallSid, QueueSid, RecordingSid};

use super::VoiceRequest;
use super::macros::form;
use super::words::{DialCallStatus, QueueResult};
use crate::calls::CallStatus;
use crate::types::Toggle;

/// What the parameters that carry SIP headers of the dialled side begin with.
const SIP_HEADER: &str = "DialSipHeader_";

form! {
    /// The request for TwiML after `<Dial>`, which says how the dialled leg ended.
    ///
    /// After a conference there is neither a leg's SID nor a duration.
    DialAction("dial action") on VoiceRequest as voice {
        /// How the dialled leg ended.
        dial_status: word(DialCallStatus) = "DialCallStatus", shown;
        /// The dialled leg.
        dial_call_sid: parse(CallSid) = "DialCallSid", shown;
        /// How long the dialled leg was.
        dial_duration: seconds = "DialCallDuration", shown;
        /// Whether the two were connected: `completed` alone does not say so.
        bridged: toggle = "DialBridged", shown;
        /// Where the recording of the dialled leg is.
        recording_url: text = "RecordingUrl";
        /// The recording of the dialled leg.
        recording_sid: parse(RecordingSid) = "RecordingSid", shown;
        /// How long that recording is.
        recording_duration: seconds = "RecordingDuration";
        /// The `Call-ID` of the dialled SIP dialogue.
        sip_call_id: text = "DialSipCallId";
        /// The SIP status the dialled side answered with.
        sip_response: parse(u16) = "DialSipResponseCode", shown;
        /// After `<Dial><Queue>`: how that went.
        queue_result: word(QueueResult) = "QueueResult", shown;
        /// After `<Dial><Queue>`: the queue.
        queue_sid: parse(QueueSid) = "QueueSid", shown;
        /// After `<Dial><Queue>`: how long the caller had waited.
        queue_time: seconds = "QueueTime", shown;
    }
    prefixes "DialSipHeader_"
}

impl DialAction {
    /// Whether the two spoke with each other: what `DialBridged` says, or else a leg that was answered and lasted.
    #[must_use]
    pub fn was_connected(&self) -> bool {
        match self.bridged() {
            Some(bridged) => bridged == Toggle::On,
            None => {
                matches!(
                    self.dial_status(),
                    Some(DialCallStatus::Completed | DialCallStatus::Answered)
                ) && self.dial_duration().is_some_and(|length| !length.is_zero())
            }
        }
    }

    /// A header of the SIP answer, by its name without regard to case. Personal.
    #[must_use]
    pub fn sip_header(&self, name: &str) -> Option<&str> {
        self.sip_headers()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// All headers of the SIP answer that were passed on, their names as they came. Personal.
    pub fn sip_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.params().behind(SIP_HEADER)
    }
}

form! {
    /// A SIP endpoint asks to be transferred (`referUrl`): answer with TwiML that does so.
    ReferRequest("refer request") on VoiceRequest as voice {
        /// Whom it wants to be connected to, a SIP URI. Personal.
        target: text = "ReferTransferTarget", masked;
    }
}

form! {
    /// The request for TwiML after `<Refer>`.
    ReferAction("refer action") on VoiceRequest as voice {
        /// How far the transfer went.
        refer_status: word(CallStatus) = "ReferCallStatus", shown;
        /// The SIP status the REFER was answered with; 202 when it was taken.
        sip_response: parse(u16) = "ReferSipResponseCode", shown;
        /// The SIP status of the transferred call, out of the last NOTIFY.
        notify_sip_response: parse(u16) = "NotifySipResponseCode", shown;
    }
}
