//! The request that rings a phone.

use secrecy::{ExposeSecret, SecretString};
use voice_core::error::Error;
use voice_core::ident::{ByocTrunkSid, E164};
use voice_core::webhook::WebhookUrl;

use super::options::{
    Instructions, MachineDetection, RecordingChannels, RecordingEvent, RecordingTrack, Trim,
    detection_rules,
};
use crate::calls::CREATE;
use crate::types::{
    CallEvent, Endpoint, HttpMethod, Milliseconds, Problems, Seconds, Toggle, request,
};

request! {
    /// A call to be dialled. Values are checked, all of them, before anything is sent; see [`check`](Self::check).
    CreateCall {
        to = "To": Endpoint,
        from = "From": Endpoint,
        instructions = "Url": Instructions,
        ..
        /// How the `Url` is requested; POST unless set.
        method = "Method": HttpMethod,
        /// What is requested when the `Url` fails.
        fallback_url = "FallbackUrl": WebhookUrl,
        /// How it is requested; POST unless set.
        fallback_method = "FallbackMethod": HttpMethod,
        /// Where progress is reported; a host without underscore.
        status_callback = "StatusCallback": WebhookUrl,
        /// Which progress; `completed` unless set.
        status_callback_event = "StatusCallbackEvent": Vec<CallEvent>,
        /// How it is reported; POST unless set.
        status_callback_method = "StatusCallbackMethod": HttpMethod,
        /// Keys to send once it is answered: up to 32 of `0-9 A-D # *`, `w` for 0.5 s and `W` for 1 s of silence.
        send_digits = "SendDigits": String => secret,
        /// How long it rings: 1 to 600 s, 60 s unless set. Some flows add 5 s.
        timeout = "Timeout": Seconds,
        /// Whether the call is recorded; off unless set.
        record = "Record": Toggle,
        /// How many channels the recording has.
        recording_channels = "RecordingChannels": RecordingChannels,
        /// Where the recording is reported.
        recording_status_callback = "RecordingStatusCallback": WebhookUrl,
        /// How it is reported; POST unless set.
        recording_status_callback_method = "RecordingStatusCallbackMethod": HttpMethod,
        /// The user for a SIP call.
        sip_auth_username = "SipAuthUsername": String => secret,
        /// The password for a SIP call.
        sip_auth_password = "SipAuthPassword": SecretString,
        /// Whether to find out who answered; not together with `SendDigits`.
        machine_detection = "MachineDetection": MachineDetection,
        /// How long to try to find out; 30 s unless set.
        machine_detection_timeout = "MachineDetectionTimeout": Seconds,
        /// What is reported of the recording; `completed` unless set.
        recording_status_callback_event = "RecordingStatusCallbackEvent": Vec<RecordingEvent>,
        /// What happens to silence at the recording's ends.
        trim = "Trim": Trim,
        /// The caller id, where it differs from `From`.
        caller_id = "CallerId": Endpoint,
        /// Longer speech is a machine: 1 to 6 s, 2.4 s unless set.
        machine_detection_speech_threshold = "MachineDetectionSpeechThreshold": Milliseconds,
        /// So much silence ends speech: 0.5 to 5 s, 1.2 s unless set.
        machine_detection_speech_end_threshold = "MachineDetectionSpeechEndThreshold": Milliseconds,
        /// So much silence at the beginning is `unknown`: 2 to 10 s, 5 s unless set.
        machine_detection_silence_timeout = "MachineDetectionSilenceTimeout": Milliseconds,
        /// Whether detection runs beside the call; it blocks the call unless set.
        async_amd = "AsyncAmd": Toggle,
        /// Where the result of detection beside the call is reported; required with it.
        async_amd_status_callback = "AsyncAmdStatusCallback": WebhookUrl,
        /// How it is reported; POST unless set.
        async_amd_status_callback_method = "AsyncAmdStatusCallbackMethod": HttpMethod,
        /// A trunk of one's own carrier; for phone numbers only (beta).
        byoc = "Byoc": ByocTrunkSid,
        /// Why you call, shown on the phone (branded calls, beta).
        call_reason = "CallReason": String,
        /// The token of an incoming call that is forwarded with its caller id.
        call_token = "CallToken": SecretString,
        /// Which side is recorded.
        recording_track = "RecordingTrack": RecordingTrack,
        /// Longest time, at least 1 s; what else is allowed depends on the account.
        time_limit = "TimeLimit": Seconds,
        /// Where push notifications of the call are delivered.
        client_notification_url = "ClientNotificationUrl": WebhookUrl,
    }
}

impl CreateCall {
    /// Dials `to`, shows `from`, and then follows `instructions`: a [`WebhookUrl`], an
    /// [`InlineTwiml`](crate::twiml::InlineTwiml) or an [`ApplicationSid`](voice_core::ident::ApplicationSid).
    pub fn new(
        to: impl Into<Endpoint>,
        from: impl Into<Endpoint>,
        instructions: impl Into<Instructions>,
    ) -> Self {
        Self::required(to.into(), from.into(), instructions.into())
    }

    /// Checks every value against the documented rules, as [`Calls::create`](super::Calls::create) does by itself.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with one field message for each rule that
    /// is broken; no value is quoted.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        let to_phone = self.to.phone().is_some();
        problems.unless(
            !to_phone || self.from.phone().is_some(),
            "From",
            "must be a phone number when To is one",
        );
        let seconds =
            |value: Option<Seconds>, most| value.is_none_or(|v| (1..=most).contains(&v.get()));
        problems.unless(seconds(self.timeout, 600), "Timeout", "must be 1 to 600 s");
        problems.unless(
            seconds(self.time_limit, u64::MAX),
            "TimeLimit",
            "must be at least 1 s",
        );
        problems.unless(
            self.send_digits.as_deref().is_none_or(are_digits),
            "SendDigits",
            "must be 1 to 32 of 0-9 A-D # * w W",
        );
        problems.unless(
            self.status_callback
                .as_ref()
                .is_none_or(|url| !host(url.as_str()).contains('_')),
            "StatusCallback",
            "its host must not have an underscore",
        );
        problems.unless(
            self.byoc.is_none() || to_phone,
            "Byoc",
            "works only when To is a phone number",
        );
        self.check_detection(&mut problems);
        if matches!(self.instructions, Instructions::Application(_)) {
            for (set, parameter) in [
                (self.method.is_some(), "Method"),
                (self.fallback_url.is_some(), "FallbackUrl"),
                (self.fallback_method.is_some(), "FallbackMethod"),
                (self.status_callback.is_some(), "StatusCallback"),
                (self.status_callback_event.is_some(), "StatusCallbackEvent"),
                (
                    self.status_callback_method.is_some(),
                    "StatusCallbackMethod",
                ),
            ] {
                problems.unless(
                    !set,
                    parameter,
                    "is ignored with an ApplicationSid; set it on the application",
                );
            }
        }
        for (empty, parameter) in [
            (
                self.sip_auth_password
                    .as_ref()
                    .is_some_and(|p| p.expose_secret().is_empty()),
                "SipAuthPassword",
            ),
            (
                self.call_token
                    .as_ref()
                    .is_some_and(|p| p.expose_secret().is_empty()),
                "CallToken",
            ),
        ] {
            problems.unless(!empty, parameter, "must not be empty");
        }
        problems.into_result(&CREATE)
    }

    /// Both ends, if both are phones.
    pub(crate) fn phones(&self) -> Option<(E164, E164)> {
        Some((self.to.phone()?, self.from.phone()?))
    }

    /// What no error about the request may show.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        self.sip_auth_password.iter().chain(&self.call_token)
    }

    fn check_detection(&self, problems: &mut Problems) {
        problems.unless(
            self.machine_detection.is_none() || self.send_digits.is_none(),
            "MachineDetection",
            "is ignored with SendDigits",
        );
        detection_rules(
            self.machine_detection_timeout,
            [
                self.machine_detection_speech_threshold,
                self.machine_detection_speech_end_threshold,
                self.machine_detection_silence_timeout,
            ],
            problems,
        );
        problems.unless(
            self.async_amd != Some(Toggle::On) || self.async_amd_status_callback.is_some(),
            "AsyncAmdStatusCallback",
            "is required with AsyncAmd",
        );
    }
}

fn are_digits(text: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, b'0'..=b'9' | b'A'..=b'D' | b'#' | b'*' | b'w' | b'W');
    (1..=32).contains(&text.len()) && text.bytes().all(allowed)
}

/// The authority of an absolute URL; user information, which may have underscores, left out.
pub(super) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}
