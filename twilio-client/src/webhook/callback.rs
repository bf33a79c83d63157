//! Progress of a call, as status callbacks report it.

use std::fmt;
use std::time::Duration;

use voice_core::ident::{AccountSid, CallSid, RecordingSid};
use voice_core::webhook::WebhookRequest;

use super::Params;
use super::form::{FormError, accessors, call_form, call_of, params_of};
use crate::calls::{AnsweredBy, CallDirection, CallStatus};
use crate::error::ErrorCode;
use crate::types::{ApiTime, Masked};

call_form! {
    /// One report of a call's progress.
    ///
    /// Reports are separate requests and may overtake each other: order them by [`sequence`](Self::sequence). What you answer
    /// is ignored but for its status. Every parameter that came is in [`params`](Self::params).
    StatusCallback
}

impl StatusCallback {
    /// How far the call is. The event `answered` comes with the status `in-progress`.
    #[must_use]
    pub fn status(&self) -> CallStatus {
        CallStatus::from_word(self.params.get("CallStatus").unwrap_or_default())
    }

    /// Its place among the reports of this call, from 0.
    #[must_use]
    pub fn sequence(&self) -> Option<u64> {
        self.params.parsed("SequenceNumber")
    }

    /// When it happened.
    #[must_use]
    pub fn timestamp(&self) -> Option<ApiTime> {
        self.params.filled("Timestamp").map(ApiTime::new)
    }

    /// How long the call was, at its end.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        self.params.parsed("CallDuration").map(Duration::from_secs)
    }

    /// How long the call was in minutes begun, as it is charged.
    #[must_use]
    pub fn billed_minutes(&self) -> Option<u64> {
        self.params.parsed("Duration")
    }

    /// The SIP status the called side's carrier answered with, at the end.
    #[must_use]
    pub fn sip_response(&self) -> Option<u16> {
        self.params.parsed("SipResponseCode")
    }

    /// Why the call failed.
    #[must_use]
    pub fn error_code(&self) -> Option<ErrorCode> {
        self.params
            .parsed::<u32>("ErrorCode")
            .filter(|code| *code != 0)
            .map(ErrorCode::new)
    }

    /// Who answered, if that was to be detected.
    #[must_use]
    pub fn answered_by(&self) -> Option<AnsweredBy> {
        self.params.filled("AnsweredBy").map(AnsweredBy::from_word)
    }

    /// How long the detection took.
    #[must_use]
    pub fn detection_duration(&self) -> Option<Duration> {
        self.params
            .parsed("MachineDetectionDuration")
            .map(Duration::from_millis)
    }

    /// The recording of the call.
    #[must_use]
    pub fn recording_sid(&self) -> Option<RecordingSid> {
        self.params.parsed("RecordingSid")
    }

    /// How long the recording is.
    #[must_use]
    pub fn recording_duration(&self) -> Option<Duration> {
        self.params
            .parsed("RecordingDuration")
            .map(Duration::from_secs)
    }

    accessors! {
        /// Who calls. Personal.
        from = "From";
        /// Who is called. Personal.
        to = "To";
        /// What sent it; `call-progress-events`.
        source = "CallbackSource";
        /// Why the call failed, in words.
        error_message = "ErrorMessage";
        /// Where the recording is.
        recording_url = "RecordingUrl";
        /// How the outgoing call was attested (STIR/SHAKEN): A, B or C.
        stir_status = "StirStatus";
    }
}

impl fmt::Debug for StatusCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusCallback")
            .field("call_sid", &self.call)
            .field("status", &self.status())
            .field("sequence", &self.sequence())
            .field("from", &self.from().map(Masked))
            .field("to", &self.to().map(Masked))
            .field("params", &self.params)
            .finish()
    }
}
