//! Progress of a call, and who answered it.

use voice_core::ident::{AccountSid, CallSid, RecordingSid};

use super::VoiceRequest;
use super::macros::form;
use crate::calls::{AnsweredBy, CallDirection, CallStatus};

form! {
    /// One report of a call's progress.
    ///
    /// Reports are separate requests and may overtake each other: order them by [`sequence`](Self::sequence), or let
    /// [`Newest`](crate::webhook::Newest) do so. What you answer is ignored but for its status.
    StatusCallback("call progress") on VoiceRequest as voice {
        /// When it happened.
        timestamp: time = "Timestamp";
        /// What sent it; `call-progress-events`.
        source: text = "CallbackSource";
        /// Its place among the reports of this call, from 0.
        sequence: number = "SequenceNumber", shown;
        /// How long the call was, at its end.
        duration: seconds = "CallDuration", shown;
        /// How long the call was in minutes begun, as it is charged.
        billed_minutes: number = "Duration";
        /// The SIP status the called side's carrier answered with, at the end.
        sip_response: parse(u16) = "SipResponseCode";
        /// Why the call failed.
        error_code: code = "ErrorCode", shown;
        /// Why the call failed, in words.
        error_message: text = "ErrorMessage";
        /// Where the recording is.
        recording_url: text = "RecordingUrl";
        /// The recording of the call.
        recording_sid: parse(RecordingSid) = "RecordingSid", shown;
        /// How long the recording is.
        recording_duration: seconds = "RecordingDuration";
    }
}

impl StatusCallback {
    /// How far the call is. The event `answered` comes with the status `in-progress`.
    #[must_use]
    pub fn status(&self) -> CallStatus {
        CallStatus::from_word(self.params().get("CallStatus").unwrap_or_default())
    }

    /// Who calls. Personal.
    #[must_use]
    pub fn from(&self) -> Option<&str> {
        self.voice().from()
    }

    /// Who is called. Personal.
    #[must_use]
    pub fn to(&self) -> Option<&str> {
        self.voice().to()
    }

    /// Where the call came from.
    #[must_use]
    pub fn direction(&self) -> Option<CallDirection> {
        self.voice().direction()
    }

    /// The call that created this leg.
    #[must_use]
    pub fn parent_call_sid(&self) -> Option<CallSid> {
        self.voice().parent_call_sid()
    }

    /// Who answered, if that was to be detected.
    #[must_use]
    pub fn answered_by(&self) -> Option<AnsweredBy> {
        self.voice().answered_by()
    }

    /// How long the detection took.
    #[must_use]
    pub fn detection_duration(&self) -> Option<std::time::Duration> {
        self.voice().detection_duration()
    }
}

form! {
    /// Who answered, told while the call goes on (`AsyncAmd`).
    AmdCallback("machine detection") of call_sid: CallSid = "CallSid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// Who answered.
        answered_by: word(AnsweredBy) = "AnsweredBy", shown;
        /// How long the detection took.
        detection_duration: millis = "MachineDetectionDuration", shown;
    }
}
