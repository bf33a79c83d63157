//! Which form a body is.

use voice_core::ident::{AccountSid, CallSid};

use super::{
    AmdCallback, CallerIdValidation, ConferenceEvent, DebuggerEvent, DialAction, EnqueueAction,
    FallbackRequest, FormInfo, GatherAction, GatherPartial, PayAction, PayStatus, QueueConnect,
    QueueWait, RecordAction, RecordingStatusCallback, RecordingTranscription, ReferAction,
    ReferRequest, RelayAction, SiprecStatus, SmsStatus, StatusCallback, StreamAction, StreamStatus,
    TranscriptionCallback, TrunkRecovery, UsageTriggerFired, UserDefinedMessage, VoiceRequest,
};
use crate::webhook::Params;

/// Declares the enum of forms, their kinds and their table from one list.
macro_rules! callbacks {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Which form a webhook is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum FormKind {
            $($(#[$doc])* $name,)*
        }

        impl FormKind {
            /// What is documented of it.
            #[must_use]
            pub const fn info(self) -> &'static FormInfo {
                match self {
                    $(Self::$name => &$name::INFO,)*
                }
            }
        }

        /// Every form, with its parameters.
        pub const FORMS: &[&FormInfo] = &[$(&$name::INFO),*];

        /// A webhook as the form it is.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Callback {
            $($(#[$doc])* $name($name),)*
            /// No form this version knows, or one without the SID that names what it is about.
            Other(Params),
        }

        impl Callback {
            fn read(kind: FormKind, params: Params) -> Self {
                match kind {
                    $(FormKind::$name => match $name::new(params.clone()) {
                        Ok(form) => Self::$name(form),
                        Err(_) => Self::Other(params),
                    },)*
                }
            }

            /// Everything that came.
            #[must_use]
            pub fn params(&self) -> &Params {
                match self {
                    $(Self::$name(form) => form.params(),)*
                    Self::Other(params) => params,
                }
            }

            /// Which form it is; `None` for [`Other`](Self::Other).
            #[must_use]
            pub const fn kind(&self) -> Option<FormKind> {
                match self {
                    $(Self::$name(_) => Some(FormKind::$name),)*
                    Self::Other(_) => None,
                }
            }
        }
    };
}

callbacks! {
    /// A request for TwiML.
    VoiceRequest,
    /// A request for TwiML after the first URL failed.
    FallbackRequest,
    /// A request for TwiML for a trunk whose origination failed.
    TrunkRecovery,
    /// Progress of a call.
    StatusCallback,
    /// Who answered.
    AmdCallback,
    /// `<Gather>` is over.
    GatherAction,
    /// `<Gather>` has understood something.
    GatherPartial,
    /// `<Record>` is over.
    RecordAction,
    /// A recording was transcribed.
    RecordingTranscription,
    /// Progress of a recording.
    RecordingStatusCallback,
    /// `<Dial>` is over.
    DialAction,
    /// A SIP endpoint asks to be transferred.
    ReferRequest,
    /// `<Refer>` is over.
    ReferAction,
    /// A call left its queue.
    EnqueueAction,
    /// A waiting caller is to hear something.
    QueueWait,
    /// A caller is taken out of the queue.
    QueueConnect,
    /// Something happened in a conference.
    ConferenceEvent,
    /// Something happened to a media stream.
    StreamStatus,
    /// Something happened to a SIPREC session.
    SiprecStatus,
    /// Real-time transcription.
    TranscriptionCallback,
    /// `<Pay>` is over.
    PayAction,
    /// Progress of a payment.
    PayStatus,
    /// `<Connect><Stream>` is over.
    StreamAction,
    /// `<Connect><ConversationRelay>` is over.
    RelayAction,
    /// A caller id was confirmed, or not.
    CallerIdValidation,
    /// Usage reached a trigger.
    UsageTriggerFired,
    /// A message from the other end of a call.
    UserDefinedMessage,
    /// An error or warning of the account.
    DebuggerEvent,
    /// What became of a text.
    SmsStatus,
}

impl Callback {
    /// Reads parameters as the form they are. Nothing is refused: what is no known form is [`Other`](Self::Other).
    ///
    /// Forms do not name themselves, so that they are told by the parameters only one of them has. A custom parameter
    /// with such a name can mislead it; where every purpose has its own URL, read the form that belongs to it instead.
    #[must_use]
    pub fn classify(params: Params) -> Self {
        match FormKind::of(&params) {
            Some(kind) => Self::read(kind, params),
            None => Self::Other(params),
        }
    }

    /// Reads a webhook whose signature was checked.
    #[must_use]
    pub fn from_request(request: &voice_core::webhook::WebhookRequest<'_>) -> Self {
        Self::classify(Params::from_request(request))
    }

    /// The form's name; `webhook` for [`Other`](Self::Other).
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind().map_or("webhook", |kind| kind.info().name())
    }

    /// The call it is about, where it is about one.
    #[must_use]
    pub fn call_sid(&self) -> Option<CallSid> {
        self.params().parsed("CallSid")
    }

    /// The account.
    #[must_use]
    pub fn account_sid(&self) -> Option<AccountSid> {
        self.params().parsed("AccountSid")
    }
}

impl FormKind {
    /// Which form these parameters are, by those that only one form has; `None` when no form fits. The SID is not looked
    /// at.
    #[must_use]
    pub fn of(params: &Params) -> Option<Self> {
        let has = |name: &str| params.get(name).is_some();
        let any = |names: &[&str]| names.iter().any(|name| has(name));
        // A request for TwiML, or a report about a call with its circumstances.
        let call = has("CallSid") && has("CallStatus");
        let kind = if params.get("CallbackSource") == Some("call-progress-events") {
            Self::StatusCallback
        } else if has("ConferenceSid") && has("StatusCallbackEvent") {
            Self::ConferenceEvent
        } else if has("TranscriptionEvent") {
            Self::TranscriptionCallback
        } else if any(&["SiprecEvent", "SiprecSid"]) {
            Self::SiprecStatus
        } else if has("RecordingStatus") {
            Self::RecordingStatusCallback
        } else if has("TranscriptionSid") {
            Self::RecordingTranscription
        } else if has("UsageTriggerSid") {
            Self::UsageTriggerFired
        } else if has("Payload") && any(&["PayloadType", "Level"]) {
            Self::DebuggerEvent
        } else if has("Content") && has("Sid") {
            Self::UserDefinedMessage
        } else if has("VerificationStatus") {
            Self::CallerIdValidation
        } else if any(&["MessageSid", "MessageStatus"]) {
            Self::SmsStatus
        } else if call {
            return Some(Self::of_call(params));
        } else if any(&["StreamEvent", "StreamSid"]) {
            Self::StreamStatus
        } else if any(&["PaymentSid", "Capture", "Result", "For"]) {
            Self::PayStatus
        } else if any(&["UnstableSpeechResult", "StableSpeechResult"]) {
            Self::GatherPartial
        } else if any(&["AnsweredBy", "MachineDetectionDuration"]) {
            Self::AmdCallback
        } else {
            return None;
        };
        Some(kind)
    }

    /// Whether Twilio waits for TwiML. The answers to all others are ignored but for their status.
    #[must_use]
    pub const fn wants_twiml(self) -> bool {
        matches!(
            self,
            Self::VoiceRequest
                | Self::FallbackRequest
                | Self::TrunkRecovery
                | Self::GatherAction
                | Self::RecordAction
                | Self::DialAction
                | Self::ReferRequest
                | Self::ReferAction
                | Self::EnqueueAction
                | Self::QueueWait
                | Self::QueueConnect
                | Self::PayAction
                | Self::StreamAction
                | Self::RelayAction
        )
    }

    /// Which form it is, of those that say how far a call is.
    fn of_call(params: &Params) -> Self {
        let has = |name: &str| params.get(name).is_some();
        let any = |names: &[&str]| names.iter().any(|name| has(name));
        if any(&["PaymentSid", "Capture", "Attempt", "PartialResult", "For"]) {
            Self::PayStatus
        } else if has("Result") {
            Self::PayAction
        } else if has("DialCallStatus") {
            Self::DialAction
        } else if has("ReferCallStatus") {
            Self::ReferAction
        } else if has("ReferTransferTarget") {
            Self::ReferRequest
        } else if has("QueueResult") {
            Self::EnqueueAction
        } else if has("DequeingCallSid") {
            Self::QueueConnect
        } else if has("QueuePosition") {
            Self::QueueWait
        } else if any(&["SessionId", "SessionStatus", "HandoffData"]) {
            Self::RelayAction
        } else if any(&["StreamSid", "StreamEvent"]) {
            Self::StreamAction
        } else if any(&["UnstableSpeechResult", "StableSpeechResult", "Stability"]) {
            Self::GatherPartial
        } else if any(&["SequenceNumber", "CallbackSource", "CallDuration"]) {
            Self::StatusCallback
        } else if any(&["RecordingUrl", "RecordingSid"]) {
            Self::RecordAction
        } else if any(&["Digits", "FinishedOnKey", "SpeechResult"]) {
            Self::GatherAction
        } else if has("ErrorUrl") {
            Self::FallbackRequest
        } else if has("TrunkSid") {
            Self::TrunkRecovery
        } else {
            Self::VoiceRequest
        }
    }
}
