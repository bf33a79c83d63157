//! Every form of the provider's documentation, parameter by parameter; which form a body is; and what no form shows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::BTreeSet;
use std::time::Duration;

use common::{ACCOUNT, CALL};
use proptest::prelude::*;
use twilio_client::calls::{AnsweredBy, CallStatus};
use twilio_client::error::ErrorCode;
use twilio_client::types::Toggle;
use twilio_client::webhook::forms::{
    Attestation, Callback, ConferenceEvent, DialAction, DialCallStatus, FORMS, FallbackRequest,
    FormInfo, FormKind, GatherAction, PayAction, QueueConnect, ReasonConferenceEnded, SmsStatus,
    StirVerstat, TranscriptionCallback, TrunkRecovery, UserDefinedMessage, VoiceRequest,
};
use twilio_client::webhook::{FormError, Params};

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
const EXPECTED: &[(&str, bool, &str)] = &[
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

fn expected(form: &str) -> BTreeSet<&'static str> {
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

fn sid(prefix: &str) -> String {
    format!("{prefix}0123456789abcdef0123456789abcdef")
}

/// A value Twilio could send for a parameter of a form.
fn sample(form: &str, parameter: &str) -> String {
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
fn full(form: &FormInfo) -> Params {
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

#[test]
fn every_documented_parameter_of_every_form_has_an_accessor_that_reads_it() {
    let names: BTreeSet<&str> = FORMS.iter().map(|form| form.name()).collect();
    let documented: BTreeSet<&str> = EXPECTED.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names, documented);
    assert_eq!((names.len(), EXPECTED.len()), (FORMS.len(), FORMS.len()));
    let mut count = 0;
    for form in FORMS {
        let expected = expected(form.name());
        let table: BTreeSet<&str> = form.parameters().collect();
        assert_eq!(table, expected, "{}", form.name());
        let params = full(form);
        let read: BTreeSet<&str> = form.read(&params).unwrap().into_iter().collect();
        assert_eq!(read, expected, "{}", form.name());
        assert_eq!(form.unknown(&params).count(), 0);
        count += expected.len();

        // Taken away one by one, none is taken for another, and only the naming SIDs are missed.
        for missing in &expected {
            let fewer: Params = params
                .iter()
                .filter(|(name, _)| {
                    !name.starts_with(missing)
                        || name.len() > missing.len() && !missing.ends_with('_')
                })
                .collect();
            match form.read(&fewer) {
                Ok(read) => assert!(
                    !read.contains(missing) && read.len() + 1 >= expected.len(),
                    "{} without {missing}",
                    form.name()
                ),
                Err(FormError(named)) => {
                    assert_eq!(named, *missing, "{}", form.name());
                    assert!(missing.ends_with("Sid"));
                }
            }
        }
    }
    println!("{} forms, {count} parameters", FORMS.len());
}

#[test]
fn only_the_sid_that_names_a_form_is_required() {
    for form in FORMS {
        let mut required = Vec::new();
        for name in expected(form.name()) {
            let fewer: Params = full(form).iter().filter(|(own, _)| *own != name).collect();
            if form.read(&fewer).is_err() {
                required.push(name);
            }
        }
        let one: &[&str] = match form.name() {
            "trunk disaster recovery" => &["CallSid", "TrunkSid"],
            "recording transcription" | "real-time transcription" => &["TranscriptionSid"],
            "recording status" => &["RecordingSid"],
            "conference event" => &["ConferenceSid"],
            "stream status" => &["StreamSid"],
            "SIPREC status" => &["SiprecSid"],
            "usage trigger" => &["UsageTriggerSid"],
            "user-defined message" | "debugger event" => &["Sid"],
            "text status" => &["MessageSid"],
            _ => &["CallSid"],
        };
        assert_eq!(required, one, "{}", form.name());
        let alone: Params = one
            .iter()
            .map(|name| (*name, sample(form.name(), name)))
            .collect();
        assert!(form.read(&alone).is_ok(), "{}", form.name());
        assert!(form.read(&Params::default()).is_err(), "{}", form.name());
    }
}

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

fn read<T>(new: fn(Params) -> Result<T, FormError>, body: &str) -> T {
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

/// A value planted into every parameter is seen in no `Debug`.
#[test]
fn no_form_shows_a_number_a_name_or_a_secret() {
    for secret in [
        "+14155550199",
        "4155550199",
        "se-cret 55550199",
        "alice-55550199@example.com",
    ] {
        for form in FORMS {
            let params: Params = expected(form.name())
                .into_iter()
                // With it, every request for TwiML is one for a trunk.
                .filter(|name| *name != "TrunkSid" || form.name() == "trunk disaster recovery")
                .map(|name| {
                    let value = if name.ends_with("Sid") || name.ends_with("Conference") {
                        sample(form.name(), name)
                    } else if matches!(
                        name,
                        "SequenceNumber" | "SequenceId" | "QueuePosition" | "CurrentQueueSize"
                    ) || name.ends_with("Duration")
                        || name.ends_with("Time")
                        || name.ends_with("Size")
                        || name.ends_with("Channels")
                    {
                        // Counts are shown; nobody's number stands there.
                        "3".to_owned()
                    } else {
                        secret.to_owned()
                    };
                    (name, value)
                })
                .collect();
            assert!(form.read(&params).is_ok());
            let callback = Callback::classify(params.clone());
            assert_eq!(callback.name(), form.name());
            let shown = format!("{callback:?} {params:?}");
            assert!(!shown.contains("55550199"), "{}: {shown}", form.name());
        }
    }
    let paid = read(
        PayAction::new,
        "Result=success&PaymentCardNumber=xxxx1881&ExpirationDate=1230&PaymentToken=tok9&PaymentCardPostalCode=94105&From=%2B14155550199",
    );
    let shown = format!("{paid:?}");
    for hidden in ["1881", "1230", "tok9", "94105", "55550199", "Success"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
    assert!(
        shown.contains(CALL) && shown.contains("PaymentToken"),
        "{shown}"
    );
}

fn names() -> impl Strategy<Value = String> {
    let all: Vec<String> = FORMS
        .iter()
        .flat_map(|form| form.parameters())
        .map(str::to_owned)
        .collect();
    prop_oneof![
        4 => proptest::sample::select(all),
        1 => "[A-Za-z_]{0,12}",
    ]
}

fn values() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(sid("CA")),
        Just(sid("CF")),
        Just(sid("MZ")),
        Just(sid("KX")),
        Just("99999999999999999999999".to_owned()),
        Just("-1".to_owned()),
        Just("{\"transcript\":null}".to_owned()),
        "\\PC{0,12}",
        "[0-9]{1,20}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_body_panics_and_nothing_that_came_is_lost(pairs in proptest::collection::vec((names(), values()), 0..16), call in any::<bool>()) {
        let mut pairs = pairs;
        if call {
            pairs.insert(0, ("CallSid".to_owned(), CALL.to_owned()));
            pairs.push(("CallStatus".to_owned(), "ringing".to_owned()));
        }
        let params: Params = pairs.iter().cloned().collect();
        let callback = Callback::classify(params.clone());
        prop_assert_eq!(callback.params(), &params);
        let _ = format!("{callback:?} {} {:?} {:?}", callback.name(), callback.call_sid(), callback.account_sid());
        for form in FORMS {
            if let Ok(read) = form.read(&params) {
                for name in read {
                    prop_assert!(form.documents(name), "{} of {}", name, form.name());
                }
            }
            prop_assert!(form.unknown(&params).count() <= pairs.len());
        }
        if let Ok(voice) = VoiceRequest::new(params.clone()) {
            for (name, value) in voice.custom_parameters() {
                prop_assert!(params.iter().any(|pair| pair == (name, value)));
            }
        }
        if let Ok(transcription) = TranscriptionCallback::new(params.clone()) {
            let _ = transcription.data().map(|data| (data.confidence(), format!("{data:?}")));
        }
        let headers = http::HeaderMap::new();
        prop_assert_eq!(
            twilio_client::webhook::dedup_key(&headers, &params),
            twilio_client::webhook::sequence_key(&params)
        );
    }

    #[test]
    fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let params = Params::parse(&body);
        let callback = Callback::classify(params.clone());
        prop_assert_eq!(callback.params(), &params);
    }
}
