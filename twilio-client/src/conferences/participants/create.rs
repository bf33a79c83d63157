//! The request that dials somebody into a conference.

use secrecy::{ExposeSecret, SecretString};
use voice_core::error::Error;
use voice_core::ident::{ByocTrunkSid, CallSid, E164};
use voice_core::webhook::WebhookUrl;

use super::options::{
    Beep, ConferenceEvent, ConferenceRecord, JitterBufferSize, MixRegion, ParticipantLabel,
    RecordingStep, WaitUrl,
};
use super::{CREATE, coaching_rule};
use crate::calls::{
    CallEvent, MachineDetection, RecordingChannels, RecordingTrack, Trim, detection_rules,
};
use crate::types::{
    Endpoint, HttpMethod, Milliseconds, Parameters, Problems, Seconds, Toggle, request,
};

request! {
    /// Somebody to be dialled into a conference. Values are checked, all of them, before anything is sent; see
    /// [`check`](Self::check).
    CreateParticipant {
        to = "To": Endpoint,
        from = "From": Endpoint,
        label = "Label": Labelled,
        ..
        /// Where the call's progress is reported.
        status_callback = "StatusCallback": WebhookUrl,
        /// How it is reported; POST unless set.
        status_callback_method = "StatusCallbackMethod": HttpMethod,
        /// Which progress; `completed` unless set.
        status_callback_event = "StatusCallbackEvent": Vec<CallEvent>,
        /// How long it rings: 5 to 600 s, 60 s unless set. Twilio adds 5 s.
        timeout = "Timeout": Seconds,
        /// Whether the participant is recorded; off unless set.
        record = "Record": Toggle,
        /// Whether they are muted; not unless set.
        muted = "Muted": Toggle,
        /// When a beep is heard.
        beep = "Beep": Beep,
        /// Whether the conference begins when they come; it does unless set.
        start_conference_on_enter = "StartConferenceOnEnter": Toggle,
        /// Whether it ends when they leave; not unless set.
        end_conference_on_exit = "EndConferenceOnExit": Toggle,
        /// What they hear until it begins; Twilio's music unless set.
        wait_url = "WaitUrl": WaitUrl,
        /// How that is requested; POST unless set. GET lets Twilio cache a sound file.
        wait_method = "WaitMethod": HttpMethod,
        /// Whether the others hear it ring; they do unless set.
        early_media = "EarlyMedia": Toggle,
        /// How many the conference holds: 2 to 250, 250 unless set.
        max_participants = "MaxParticipants": u32,
        /// Whether the conference is recorded.
        conference_record = "ConferenceRecord": ConferenceRecord,
        /// What happens to silence at the ends of the conference's recording; it is cut unless set.
        conference_trim = "ConferenceTrim": Trim,
        /// Where the conference is reported; only the first participant's setting counts.
        conference_status_callback = "ConferenceStatusCallback": WebhookUrl,
        /// How it is reported; POST unless set.
        conference_status_callback_method = "ConferenceStatusCallbackMethod": HttpMethod,
        /// What is reported of the conference; its start and end unless set.
        conference_status_callback_event = "ConferenceStatusCallbackEvent": Vec<ConferenceEvent>,
        /// How many channels the participant's recording has.
        recording_channels = "RecordingChannels": RecordingChannels,
        /// Where that recording is reported.
        recording_status_callback = "RecordingStatusCallback": WebhookUrl,
        /// How it is reported; POST unless set.
        recording_status_callback_method = "RecordingStatusCallbackMethod": HttpMethod,
        /// The user for a SIP call.
        sip_auth_username = "SipAuthUsername": String => secret,
        /// The password for a SIP call.
        sip_auth_password = "SipAuthPassword": SecretString,
        /// Where the conference's sound is mixed.
        region = "Region": MixRegion,
        /// Where the conference's recording is reported.
        conference_recording_status_callback = "ConferenceRecordingStatusCallback": WebhookUrl,
        /// How it is reported; POST unless set.
        conference_recording_status_callback_method = "ConferenceRecordingStatusCallbackMethod": HttpMethod,
        /// What is reported of the participant's recording.
        recording_status_callback_event = "RecordingStatusCallbackEvent": Vec<RecordingStep>,
        /// What is reported of the conference's recording: in-progress, completed, failed, absent.
        conference_recording_status_callback_event = "ConferenceRecordingStatusCallbackEvent": Vec<RecordingStep>,
        /// Whether they whisper to one participant; needs [`call_sid_to_coach`](Self::call_sid_to_coach).
        coaching = "Coaching": Toggle,
        /// Whom they whisper to: the only one who hears them.
        call_sid_to_coach = "CallSidToCoach": CallSid,
        /// How much their sound is smoothed.
        jitter_buffer_size = "JitterBufferSize": JitterBufferSize,
        /// A trunk of one's own carrier; for phone numbers only (beta).
        byoc = "Byoc": ByocTrunkSid,
        /// The caller id, where it differs from `From`.
        caller_id = "CallerId": Endpoint,
        /// Why you call, shown on the phone (branded calls, beta).
        call_reason = "CallReason": String,
        /// Which side of the participant is recorded.
        recording_track = "RecordingTrack": RecordingTrack,
        /// Longest time, at least 1 s; what else is allowed depends on the account.
        time_limit = "TimeLimit": Seconds,
        /// Whether to find out who answered.
        machine_detection = "MachineDetection": MachineDetection,
        /// How long to try to find out; 30 s unless set.
        machine_detection_timeout = "MachineDetectionTimeout": Seconds,
        /// Longer speech is a machine: 1 to 6 s, 2.4 s unless set.
        machine_detection_speech_threshold = "MachineDetectionSpeechThreshold": Milliseconds,
        /// So much silence ends speech: 0.5 to 5 s, 1.2 s unless set.
        machine_detection_speech_end_threshold = "MachineDetectionSpeechEndThreshold": Milliseconds,
        /// So much silence at the beginning is `unknown`: 2 to 10 s, 5 s unless set.
        machine_detection_silence_timeout = "MachineDetectionSilenceTimeout": Milliseconds,
        /// Where it is reported who answered.
        amd_status_callback = "AmdStatusCallback": WebhookUrl,
        /// How it is reported; POST unless set.
        amd_status_callback_method = "AmdStatusCallbackMethod": HttpMethod,
        /// What happens to silence at the ends of the participant's recording.
        trim = "Trim": Trim,
        /// The token of an incoming call that is forwarded with its caller id.
        call_token = "CallToken": SecretString,
        /// Where push notifications of the call are delivered.
        client_notification_url = "ClientNotificationUrl": WebhookUrl,
        /// The name shown by a SIP phone: 2 to 255 characters; for SIP addresses only.
        caller_display_name = "CallerDisplayName": String => secret,
    } rules |participant, problems| participant.rules_of_the_call(problems)
}

impl CreateParticipant {
    /// Dials `to` (a phone number, `sip:…`, `client:…` or, by [`Endpoint::other`], `app:…`) and shows `from`. The label
    /// makes the participant findable where the outcome is unknown, so it should be unique: an order's number, say.
    pub fn new(
        to: impl Into<Endpoint>,
        from: impl Into<Endpoint>,
        label: ParticipantLabel,
    ) -> Self {
        Self::required(to.into(), from.into(), Labelled(Some(label)))
    }

    /// The same without a label: after an unknown outcome nothing tells whether somebody was rung.
    pub fn unlabelled(to: impl Into<Endpoint>, from: impl Into<Endpoint>) -> Self {
        Self::required(to.into(), from.into(), Labelled(None))
    }

    /// Checks every value against the documented rules, as [`Conferences::dial`](crate::conferences::Conferences::dial)
    /// does by itself.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with one field message for each rule that
    /// is broken; no value is quoted.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        self.rules(&mut problems);
        problems.into_result(&CREATE)
    }

    fn rules_of_the_call(&self, problems: &mut Problems) {
        let to_phone = self.to.phone().is_some();
        problems.unless(
            !to_phone || self.from.phone().is_some(),
            "From",
            "must be a phone number when To is one",
        );
        problems.unless(
            self.byoc.is_none() || to_phone,
            "Byoc",
            "works only when To is a phone number",
        );
        problems.unless(
            self.timeout.is_none_or(|v| (5..=600).contains(&v.get())),
            "Timeout",
            "must be 5 to 600 s",
        );
        problems.unless(
            self.time_limit.is_none_or(|v| v.get() > 0),
            "TimeLimit",
            "must be at least 1 s",
        );
        problems.unless(
            self.max_participants
                .is_none_or(|most| (2..=250).contains(&most)),
            "MaxParticipants",
            "must be 2 to 250",
        );
        problems.unless(
            self.caller_display_name
                .as_ref()
                .is_none_or(|name| (2..=255).contains(&name.chars().count())),
            "CallerDisplayName",
            "must have 2 to 255 characters",
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
        coaching_rule(self.coaching, self.call_sid_to_coach, problems);
        for (secret, parameter) in [
            (&self.sip_auth_password, "SipAuthPassword"),
            (&self.call_token, "CallToken"),
        ] {
            problems.unless(
                secret
                    .as_ref()
                    .is_none_or(|secret| !secret.expose_secret().is_empty()),
                parameter,
                "must not be empty",
            );
        }
    }

    /// Both ends, if both are phones.
    pub(super) fn phones(&self) -> Option<(E164, E164)> {
        Some((self.to.phone()?, self.from.phone()?))
    }

    /// What no error about the request may show.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        self.sip_auth_password.iter().chain(&self.call_token)
    }
}

/// A label, or deliberately none.
#[derive(Debug, Clone)]
struct Labelled(Option<ParticipantLabel>);

impl crate::types::Encode for Labelled {
    fn encode(&self, name: &str, sink: crate::types::Sink<'_>) {
        if let Some(label) = &self.0 {
            label.encode(name, sink);
        }
    }
}
