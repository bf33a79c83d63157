//! What the provider documents, and values it could send.

use std::collections::BTreeSet;

use twilio_client::webhook::{FormInfo, Params};

use crate::sid;

/// Every voice request, when it applies, inbound SIP.
const VOICE: &str = "CallSid AccountSid From To CallStatus ApiVersion Direction Caller Called \
    FromCity FromState FromZip FromCountry ToCity ToState ToZip ToCountry \
    CallerCity CallerState CallerZip CallerCountry CalledCity CalledState CalledZip CalledCountry \
    ForwardedFrom CallerName ParentCallSid CallToken StirVerstat StirPassportToken StirStatus TrunkSid \
    AnsweredBy MachineDetectionDuration \
    SipDomain SipDomainSid SipUsername SipCallId SipSourceIp SipHeader_";

const PAY: &str = "Result PaymentMethod PaymentConfirmationCode PaymentToken ProfileId PaymentCardNumber PaymentCardType \
    ExpirationDate SecurityCode PaymentCardPostalCode BankAccountNumber BankRoutingNumber BankAccountType PaymentError \
    PayErrorCode ConnectorError";

/// Form, whether it is a voice request too, and its own parameters, as documented.
pub(crate) const EXPECTED: &[(&str, bool, &str)] = &[
    ("voice request", true, ""),
    ("fallback request", true, "ErrorCode ErrorUrl"),
    ("trunk disaster recovery", true, "TrunkSid"),
    (
        "call progress",
        true,
        "Timestamp CallbackSource SequenceNumber StirStatus CallDuration Duration SipResponseCode ErrorCode ErrorMessage \
         RecordingUrl RecordingSid RecordingDuration",
    ),
    (
        "machine detection",
        false,
        "CallSid AccountSid AnsweredBy MachineDetectionDuration",
    ),
    (
        "gather action",
        true,
        "Digits FinishedOnKey SpeechResult Confidence Language",
    ),
    (
        "gather partial result",
        true,
        "UnstableSpeechResult StableSpeechResult Stability SequenceNumber Language SpeechActivity",
    ),
    (
        "record action",
        true,
        "RecordingUrl RecordingDuration RecordingSid Digits",
    ),
    (
        "recording transcription",
        false,
        "TranscriptionSid TranscriptionText TranscriptionStatus TranscriptionUrl RecordingSid RecordingUrl CallSid AccountSid",
    ),
    (
        "recording status",
        false,
        "AccountSid CallSid ConferenceSid RecordingSid RecordingUrl RecordingStatus RecordingDuration RecordingChannels \
         RecordingStartTime RecordingSource RecordingTrack ErrorCode",
    ),
    (
        "dial action",
        true,
        "DialCallStatus DialCallSid DialCallDuration DialBridged RecordingUrl DialSipCallId DialSipResponseCode \
         DialSipHeader_ QueueResult QueueSid QueueTime RecordingSid RecordingDuration",
    ),
    ("refer request", true, "ReferTransferTarget"),
    (
        "refer action",
        true,
        "ReferCallStatus ReferSipResponseCode NotifySipResponseCode",
    ),
    ("enqueue action", true, "QueueResult QueueSid QueueTime"),
    (
        "queue wait",
        true,
        "QueuePosition QueueSid QueueTime AvgQueueTime CurrentQueueSize MaxQueueSize",
    ),
    ("queue connect", true, "QueueSid QueueTime DequeingCallSid"),
    (
        "conference event",
        false,
        "ConferenceSid FriendlyName AccountSid SequenceNumber Timestamp StatusCallbackEvent CallSid Muted Hold Coaching \
         EndConferenceOnExit StartConferenceOnEnter ParticipantLabel ParticipantCallStatus ReasonParticipantLeft \
         CallSidEndingConference ParticipantLabelEndingConference ReasonConferenceEnded Reason ReasonAnnouncementFailed \
         AnnounceUrl",
    ),
    (
        "stream status",
        false,
        "AccountSid CallSid StreamSid StreamName StreamEvent StreamError Timestamp",
    ),
    (
        "SIPREC status",
        false,
        "AccountSid CallSid SiprecSid SiprecName SiprecEvent SiprecError SiprecErrorCode Timestamp",
    ),
    (
        "real-time transcription",
        false,
        "AccountSid CallSid TranscriptionSid TranscriptionEvent SequenceId Timestamp LanguageCode Track TranscriptionEngine \
         ProviderConfiguration PartialResults TranscriptionData Final Stability ErrorCode ErrorMessage",
    ),
    ("pay action", true, PAY),
    (
        "payment status",
        true,
        "For ErrorType Attempt Capture Required PartialResult ChargeAmount PaymentSid DateCreated DateUpdated",
    ),
    (
        "stream action",
        true,
        "StreamSid StreamName StreamEvent StreamError Timestamp",
    ),
    (
        "relay action",
        true,
        "SessionId SessionStatus SessionDuration HandoffData ErrorCode ErrorMessage",
    ),
    (
        "caller id validation",
        false,
        "VerificationStatus OutgoingCallerIdSid To CallSid AccountSid",
    ),
    (
        "usage trigger",
        false,
        "AccountSid UsageTriggerSid DateFired Recurring UsageCategory TriggerBy TriggerValue CurrentValue UsageRecordUri \
         IdempotencyToken",
    ),
    (
        "user-defined message",
        false,
        "AccountSid CallSid Content SequenceNumber DateCreated Sid",
    ),
    (
        "debugger event",
        false,
        "AccountSid Sid ParentAccountSid Timestamp Level PayloadType Payload",
    ),
    (
        "text status",
        false,
        "MessageSid MessageStatus SmsSid SmsStatus AccountSid",
    ),
];

pub(crate) fn expected(form: &str) -> BTreeSet<&'static str> {
    let (_, voice, own) = EXPECTED
        .iter()
        .find(|(name, ..)| *name == form)
        .expect("documented");
    let shared = if form == "payment status" { PAY } else { "" };
    let voice = if *voice { VOICE } else { "" };
    [*own, shared, voice]
        .into_iter()
        .flat_map(str::split_whitespace)
        .collect()
}

/// A value Twilio could send for a parameter of a form.
pub(crate) fn sample(form: &str, parameter: &str) -> String {
    let text = match parameter {
        "CallSid"
        | "ParentCallSid"
        | "DialCallSid"
        | "DequeingCallSid"
        | "CallSidEndingConference" => {
            return sid("CA");
        }
        "AccountSid" | "ParentAccountSid" => return sid("AC"),
        "TrunkSid" => return sid("TK"),
        "SipDomainSid" => return sid("SD"),
        "RecordingSid" => return sid("RE"),
        "ConferenceSid" => return sid("CF"),
        "QueueSid" => return sid("QU"),
        "StreamSid" => return sid("MZ"),
        "SiprecSid" => return sid("SR"),
        "PaymentSid" => return sid("PK"),
        "OutgoingCallerIdSid" => return sid("PN"),
        "UsageTriggerSid" => return sid("UT"),
        "MessageSid" | "SmsSid" => return sid("SM"),
        "TranscriptionSid" if form == "real-time transcription" => return sid("GT"),
        "TranscriptionSid" => return sid("TR"),
        "Sid" if form == "debugger event" => return sid("NO"),
        "Sid" => return sid("KX"),
        "From" | "Caller" | "ForwardedFrom" => "+14155550100",
        "To" | "Called" => "+14155550123",
        "SipSourceIp" => "203.0.113.9",
        "Timestamp" if form == "real-time transcription" => "2026-11-01T12:00:00.123456Z",
        "Timestamp" | "DateCreated" | "DateUpdated" | "DateFired" | "RecordingStartTime" => {
            "Sun, 01 Nov 2026 12:00:00 +0000"
        }
        "Confidence" | "Stability" => "0.91",
        "TranscriptionData" => r#"{"transcript":"hello","confidence":0.98}"#,
        "ProviderConfiguration" | "Content" | "Payload" => r#"{"a":1}"#,
        "DialBridged"
        | "Muted"
        | "Hold"
        | "Coaching"
        | "EndConferenceOnExit"
        | "Final"
        | "PartialResults"
        | "StartConferenceOnEnter" => "true",
        "SipHeader_" | "DialSipHeader_" => "x",
        _ if parameter.ends_with("ResponseCode") => "200",
        _ => "12",
    };
    text.to_owned()
}

/// A body with every parameter of a form, and the name of each as it came.
pub(crate) fn full(form: &FormInfo) -> Params {
    expected(form.name())
        .into_iter()
        .map(|name| {
            let came = if name.ends_with('_') {
                format!("{name}X-Trace")
            } else {
                name.to_owned()
            };
            (came, sample(form.name(), name))
        })
        .collect()
}
