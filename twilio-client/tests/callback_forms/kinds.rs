//! Which form a body is.

use twilio_client::webhook::Params;
use twilio_client::webhook::forms::{Callback, FormKind};

use crate::common::{ACCOUNT, CALL};
use crate::sid;

#[test]
fn each_form_is_told_from_the_others() {
    let call = format!("CallSid={CALL}&AccountSid={ACCOUNT}&CallStatus=in-progress&From=a&To=b");
    let gt = sid("GT");
    for (more, kind) in [
        ("", FormKind::VoiceRequest),
        (
            "AnsweredBy=human&MachineDetectionDuration=1",
            FormKind::VoiceRequest,
        ),
        (
            "ErrorCode=11200&ErrorUrl=https%3A%2F%2Fa.example",
            FormKind::FallbackRequest,
        ),
        (&format!("TrunkSid={}", sid("TK")), FormKind::TrunkRecovery),
        (
            "CallbackSource=call-progress-events&SequenceNumber=0",
            FormKind::StatusCallback,
        ),
        (
            "CallbackSource=call-progress-events&SequenceNumber=3&RecordingUrl=x&ErrorCode=1&CallDuration=1",
            FormKind::StatusCallback,
        ),
        ("CallDuration=12&Duration=1", FormKind::StatusCallback),
        ("Digits=1&FinishedOnKey=%23", FormKind::GatherAction),
        ("SpeechResult=yes&Confidence=0.9", FormKind::GatherAction),
        (
            "UnstableSpeechResult=y&Stability=0.1&SequenceNumber=1",
            FormKind::GatherPartial,
        ),
        (
            "StableSpeechResult=y&SequenceNumber=1",
            FormKind::GatherPartial,
        ),
        (
            "RecordingUrl=x&RecordingDuration=3&Digits=hangup",
            FormKind::RecordAction,
        ),
        (
            "DialCallStatus=completed&RecordingUrl=x",
            FormKind::DialAction,
        ),
        (
            "DialCallStatus=completed&QueueResult=bridged&QueueSid=x",
            FormKind::DialAction,
        ),
        ("ReferTransferTarget=sip%3Aa%40b", FormKind::ReferRequest),
        (
            "ReferCallStatus=completed&ReferSipResponseCode=202",
            FormKind::ReferAction,
        ),
        ("QueueResult=hangup&QueueTime=1", FormKind::EnqueueAction),
        ("QueuePosition=1&QueueTime=1", FormKind::QueueWait),
        (
            &format!("DequeingCallSid={CALL}&QueueTime=1"),
            FormKind::QueueConnect,
        ),
        ("Result=success&PaymentToken=x", FormKind::PayAction),
        ("For=security-code&Attempt=1", FormKind::PayStatus),
        (
            &format!("StreamSid={}&StreamName=a", sid("MZ")),
            FormKind::StreamAction,
        ),
        ("SessionId=VX1&SessionStatus=ended", FormKind::RelayAction),
    ] {
        let params = Params::parse(format!("{call}&{more}").as_bytes());
        assert_eq!(Callback::classify(params).kind(), Some(kind), "{more}");
    }
    for (body, kind) in [
        (
            format!("CallSid={CALL}&AccountSid={ACCOUNT}&AnsweredBy=human"),
            FormKind::AmdCallback,
        ),
        (
            format!(
                "RecordingSid={}&RecordingStatus=completed&CallSid={CALL}&RecordingUrl=x",
                sid("RE")
            ),
            FormKind::RecordingStatusCallback,
        ),
        (
            format!(
                "TranscriptionSid={}&TranscriptionText=x&RecordingSid={}",
                sid("TR"),
                sid("RE")
            ),
            FormKind::RecordingTranscription,
        ),
        (
            format!(
                "TranscriptionSid={gt}&TranscriptionEvent=transcription-content&SequenceId=2&CallSid={CALL}"
            ),
            FormKind::TranscriptionCallback,
        ),
        (
            format!(
                "ConferenceSid={}&StatusCallbackEvent=conference-end&SequenceNumber=9&CallSid={CALL}",
                sid("CF")
            ),
            FormKind::ConferenceEvent,
        ),
        (
            format!(
                "StreamSid={}&StreamEvent=stream-started&CallSid={CALL}",
                sid("MZ")
            ),
            FormKind::StreamStatus,
        ),
        (
            format!(
                "SiprecSid={}&SiprecEvent=siprec-started&CallSid={CALL}",
                sid("SR")
            ),
            FormKind::SiprecStatus,
        ),
        (
            format!(
                "CallSid={CALL}&PaymentSid={}&Required=a&Capture=b",
                sid("PK")
            ),
            FormKind::PayStatus,
        ),
        (
            format!("CallSid={CALL}&VerificationStatus=failed&To=a"),
            FormKind::CallerIdValidation,
        ),
        (
            format!("UsageTriggerSid={}&DateFired=x", sid("UT")),
            FormKind::UsageTriggerFired,
        ),
        (
            format!(
                "Sid={}&Content=%7B%7D&CallSid={CALL}&SequenceNumber=1",
                sid("KX")
            ),
            FormKind::UserDefinedMessage,
        ),
        (
            format!(
                "Sid={}&Level=ERROR&PayloadType=application%2Fjson&Payload=%7B%7D",
                sid("NO")
            ),
            FormKind::DebuggerEvent,
        ),
        (
            format!("MessageSid={}&MessageStatus=sent", sid("SM")),
            FormKind::SmsStatus,
        ),
    ] {
        let callback = Callback::classify(Params::parse(body.as_bytes()));
        assert_eq!(callback.kind(), Some(kind), "{body}");
        assert_eq!(callback.name(), kind.info().name());
    }
    // No form, or no SID.
    for body in [
        "",
        "a=b",
        "CallSid=CA1&CallStatus=ringing",
        "ConferenceSid=&StatusCallbackEvent=conference-end",
    ] {
        let params = Params::parse(body.as_bytes());
        let callback = Callback::classify(params.clone());
        assert_eq!(callback, Callback::Other(params.clone()), "{body}");
        assert_eq!((callback.name(), callback.params()), ("webhook", &params));
    }
}
