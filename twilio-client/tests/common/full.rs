//! Requests that use every parameter there is, for the wire tests and against the specification.

use std::time::Duration;

use twilio_client::calls::{
    CallEvent, CallStatus, CallUpdateStatus, CreateCall, ListCalls, MachineDetection,
    RecordingChannels, RecordingEvent, RecordingTrack, Trim, UpdateCall,
};
use twilio_client::twiml::{Hangup, InlineTwiml, Response};
use twilio_client::types::{DateFilter, HttpMethod, Toggle};
use voice_core::ident::{ApplicationSid, ByocTrunkSid};
use voice_core::secret::SecretString;
use voice_core::webhook::WebhookUrl;

use super::{call_sid, from, to};

pub(crate) fn hangup() -> InlineTwiml {
    Response::new().with(Hangup::new()).to_inline().unwrap()
}

pub(crate) fn url(text: &str) -> WebhookUrl {
    WebhookUrl::parse(text).unwrap()
}

/// Dials that together use every parameter.
pub(crate) fn all_creates() -> Vec<CreateCall> {
    let everything = CreateCall::new(to(), from(), url("https://a.example/u"))
        .method(HttpMethod::Get)
        .fallback_url(url("https://a.example/f"))
        .fallback_method(HttpMethod::Post)
        .status_callback(url("https://a.example/s"))
        .status_callback_event(CallEvent::ALL)
        .status_callback_method(HttpMethod::Get)
        .timeout(Duration::from_secs(600))
        .record(Toggle::Off)
        .recording_channels(RecordingChannels::Dual)
        .recording_status_callback(url("https://a.example/r"))
        .recording_status_callback_method(HttpMethod::Post)
        .recording_status_callback_event([RecordingEvent::InProgress, RecordingEvent::Absent])
        .sip_auth_username("anna")
        .sip_auth_password(SecretString::from("s1p-pass"))
        .machine_detection(MachineDetection::DetectMessageEnd)
        .machine_detection_timeout(Duration::from_secs(10))
        .machine_detection_speech_threshold(Duration::from_millis(1000))
        .machine_detection_speech_end_threshold(Duration::from_millis(5000))
        .machine_detection_silence_timeout(Duration::from_secs(2))
        .async_amd(Toggle::On)
        .async_amd_status_callback(url("https://a.example/a"))
        .async_amd_status_callback_method(HttpMethod::Post)
        .trim(Trim::DoNotTrim)
        .caller_id(from())
        .byoc(ByocTrunkSid::parse(concat!("BY", "0123456789abcdef0123456789abcdef")).unwrap())
        .call_reason("your order")
        .call_token(SecretString::from("c4ll-token"))
        .recording_track(RecordingTrack::Both)
        .time_limit(Duration::from_secs(3600))
        .client_notification_url(url("https://a.example/n"));
    let digits = CreateCall::new(to(), from(), hangup()).send_digits("ww1234#ABCD*W");
    let application =
        ApplicationSid::parse(concat!("AP", "0123456789abcdef0123456789abcdef")).unwrap();
    let application = CreateCall::new(to(), from(), application);
    vec![everything, digits, application]
}

/// Changes that together use every parameter.
pub(crate) fn all_updates() -> Vec<UpdateCall> {
    let everything = UpdateCall::new()
        .url(url("https://a.example/u"))
        .method(HttpMethod::Post)
        .status(CallUpdateStatus::Completed)
        .fallback_url(url("https://a.example/f"))
        .fallback_method(HttpMethod::Get)
        .status_callback(url("https://a.example/s"))
        .status_callback_method(HttpMethod::Get)
        .time_limit(Duration::from_secs(60));
    vec![everything, UpdateCall::new().twiml(hangup())]
}

/// A list with every filter.
pub(crate) fn all_filters() -> ListCalls {
    let day = DateFilter::parse("2026-11-01").unwrap();
    ListCalls::new()
        .to(to())
        .from(from())
        .parent_call_sid(call_sid())
        .status(CallStatus::NoAnswer)
        .started_on(day)
        .started_before(day)
        .started_from(day)
        .ended_on(day)
        .ended_before(day)
        .ended_from(day)
        .page_size(1000u32)
        .page(2u32)
        .page_token("PAx")
}
