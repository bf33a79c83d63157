//! What accessors make of values.

use std::time::Duration;

use twilio_client::calls::{AnsweredBy, CallStatus};
use twilio_client::error::ErrorCode;
use twilio_client::types::Toggle;
use twilio_client::webhook::forms::{
    Attestation, ConferenceEvent, DialAction, DialCallStatus, FallbackRequest, GatherAction,
    QueueConnect, ReasonConferenceEnded, SmsStatus, StirVerstat, TranscriptionCallback,
    TrunkRecovery, UserDefinedMessage, VoiceRequest,
};
use twilio_client::webhook::{FormError, Params};

use crate::common::CALL;
use crate::sid;

pub(crate) fn read<T>(new: fn(Params) -> Result<T, FormError>, body: &str) -> T {
    new(Params::parse(format!("CallSid={CALL}&{body}").as_bytes())).unwrap()
}

#[test]
fn values_are_typed_and_what_is_unknown_stays_reachable() {
    let voice = read(
        VoiceRequest::new,
        "StirVerstat=TN-Validation-Passed-A&StirStatus=B&SipSourceIp=2001%3Adb8%3A%3A1&SipHeader_X-Lead_Id=42\
         &SipHeader_User-to-User=abc&FromCity=&tenant=7&AnsweredBy=machine_start&MachineDetectionDuration=2300&Digits=1",
    );
    assert!(voice.stir_verstat().unwrap().is_passed());
    assert!(!StirVerstat::FailedA.is_passed() && !StirVerstat::NotValidated.is_passed());
    assert_eq!(voice.stir_status(), Some(Attestation::Partial));
    assert_eq!(voice.sip_source_ip(), Some("2001:db8::1".parse().unwrap()));
    assert_eq!(voice.sip_header("x-lead_id"), Some("42"));
    assert_eq!(
        voice.sip_headers().collect::<Vec<_>>(),
        [("X-Lead_Id", "42"), ("User-to-User", "abc")]
    );
    assert_eq!((voice.from_city(), voice.from_zip()), (Some(""), None));
    assert_eq!(
        voice.custom_parameters().collect::<Vec<_>>(),
        [("tenant", "7")]
    );
    assert_eq!(voice.answered_by(), Some(AnsweredBy::MachineStart));
    assert_eq!(
        voice.detection_duration(),
        Some(Duration::from_millis(2300))
    );

    let fallback = read(FallbackRequest::new, "ErrorCode=11200&ErrorUrl=u");
    assert_eq!(
        fallback.error_code(),
        Some(ErrorCode::HTTP_RETRIEVAL_FAILURE)
    );
    let trunk = read(TrunkRecovery::new, &format!("TrunkSid={}", sid("TK")));
    assert_eq!(trunk.trunk_sid().unwrap().as_str(), sid("TK"));

    let gather = read(
        GatherAction::new,
        "SpeechResult=&Confidence=NaN&FinishedOnKey=",
    );
    assert_eq!(
        (
            gather.speech(),
            gather.confidence(),
            gather.digits(),
            gather.finished_on_key()
        ),
        (Some(""), None, None, Some(""))
    );

    for (body, status, connected) in [
        (
            "DialCallStatus=completed&DialBridged=true",
            DialCallStatus::Completed,
            true,
        ),
        (
            "DialCallStatus=completed&DialBridged=false&DialCallDuration=9",
            DialCallStatus::Completed,
            false,
        ),
        (
            "DialCallStatus=completed&DialCallDuration=9",
            DialCallStatus::Completed,
            true,
        ),
        (
            "DialCallStatus=completed&DialCallDuration=0",
            DialCallStatus::Completed,
            false,
        ),
        ("DialCallStatus=no-answer", DialCallStatus::NoAnswer, false),
        (
            "DialCallStatus=new",
            DialCallStatus::Other("new".into()),
            false,
        ),
    ] {
        let dialled = read(DialAction::new, body);
        assert_eq!(dialled.dial_status(), Some(status), "{body}");
        assert_eq!(dialled.was_connected(), connected, "{body}");
    }
    let dialled = read(
        DialAction::new,
        "DialSipHeader_X-A=1&DialSipResponseCode=486",
    );
    assert_eq!(dialled.sip_header("x-a"), Some("1"));
    assert_eq!(dialled.sip_response(), Some(486));

    let queue = read(
        QueueConnect::new,
        &format!("DequeingCallSid={CALL}&QueueTime=7"),
    );
    assert_eq!(queue.queue_time(), Some(Duration::from_secs(7)));
    assert_eq!(queue.dequeuing_call_sid().unwrap().as_str(), CALL);

    let event = ConferenceEvent::new(Params::parse(
        format!(
            "ConferenceSid={}&Muted=true&Hold=false&ReasonConferenceEnded=last-participant-left&ParticipantCallStatus=completed",
            sid("CF")
        )
        .as_bytes(),
    ))
    .unwrap();
    assert_eq!(
        (event.muted(), event.hold(), event.coaching()),
        (Some(Toggle::On), Some(Toggle::Off), None)
    );
    assert_eq!(
        event.reason_conference_ended(),
        Some(ReasonConferenceEnded::LastParticipantLeft)
    );
    assert_eq!(event.participant_status(), Some(CallStatus::Completed));

    let message = UserDefinedMessage::new(
        [("Sid", sid("KX")), ("Content", r#"{"a":[1]}"#.to_owned())]
            .into_iter()
            .collect(),
    )
    .unwrap();
    assert_eq!(message.content().unwrap()["a"][0], 1);
    let text = SmsStatus::new([("MessageSid", sid("SM"))].into_iter().collect()).unwrap();
    assert_eq!(text.message_sid(), sid("SM"));
}

#[test]
fn a_transcription_is_read_out_of_its_json() {
    let with = |data: &str| {
        let pairs = [
            ("TranscriptionSid", sid("GT")),
            ("TranscriptionData", data.to_owned()),
        ];
        TranscriptionCallback::new(pairs.into_iter().collect()).unwrap()
    };
    let said = with(r#"{"transcript":"my pin is 4711","confidence":0.87,"words":[]}"#);
    let data = said.data().unwrap();
    assert_eq!(
        (data.transcript(), data.confidence()),
        (Some("my pin is 4711"), Some(0.87))
    );
    assert!(data.properties().contains_key("words"));
    assert!(!format!("{said:?} {data:?}").contains("4711"));
    let partial = with(r#"{"transcript":"my","confidence":"0.5"}"#)
        .data()
        .unwrap();
    assert_eq!(partial.confidence(), Some(0.5));
    let odd = with(r#"{"transcript":7}"#).data().unwrap();
    assert_eq!((odd.transcript(), odd.confidence()), (None, None));
    for no_object in ["", "[1]", "{", "\"x\"", &"[".repeat(500)] {
        assert!(with(no_object).data().is_none(), "{no_object}");
    }
}
