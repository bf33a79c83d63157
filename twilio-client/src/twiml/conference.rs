//! `<Conference>`: a room for several calls.

use voice_core::ident::CallSid;

use super::macros::twiml_element;
use super::{
    ConferenceBeep, ConferenceEvent, ConferenceRecord, ConferenceRegion, JitterBufferSize, Link,
};
use crate::calls::{RecordingEvent, Trim};
use crate::types::{HttpMethod, Toggle};

twiml_element! {
    /// `<Conference>` in a Dial: a room, by its name. It does not mix with other nouns (error 13000).
    ///
    /// ```
    /// use twilio_client::twiml::{Conference, ConferenceBeep, Dial, Response};
    /// use twilio_client::types::Toggle;
    ///
    /// let room = Conference::new("standup").beep(ConferenceBeep::OnEnter).start_conference_on_enter(Toggle::Off);
    /// assert!(Response::new().with(Dial::new().with(room)).to_twiml().is_ok());
    /// # Ok::<(), twilio_client::twiml::TwimlError>(())
    /// ```
    Conference = "Conference" [] {
        /// Whether the participant is heard; unmuted unless set.
        muted = "muted": Toggle,
        /// When it beeps; always unless set.
        beep = "beep": ConferenceBeep,
        /// Whether it starts when this participant enters; it does unless set.
        start_conference_on_enter = "startConferenceOnEnter": Toggle,
        /// Whether it ends when this participant leaves; it does not unless set.
        end_conference_on_exit = "endConferenceOnExit": Toggle,
        /// A name for the participant: at most 128 characters, no `/`, no call SID (error 16023).
        participant_label = "participantLabel": String,
        /// How much jitter is evened out.
        jitter_buffer_size = "jitterBufferSize": JitterBufferSize,
        /// How many may be in it; 250 unless set.
        max_participants = "maxParticipants": u32,
        /// The call that this participant coaches: it alone hears them.
        coach = "coach": CallSid,
        /// Where it is mixed; near the first participant unless set.
        region = "region": ConferenceRegion,
        /// What is heard while waiting: TwiML of Play, Say, Pause and Redirect (error 13238). See also
        /// [`silent_wait`](Self::silent_wait).
        wait_url = "waitUrl": Link,
        /// How it is requested; POST unless set.
        wait_method = "waitMethod": HttpMethod,
        /// Whether it is recorded.
        record = "record": ConferenceRecord,
        /// What happens to silence at the recording's ends.
        trim = "trim": Trim,
        /// A recording configuration, by its id.
        recording_configuration_id = "recordingConfigurationId": String,
        /// Where the recording's progress is reported.
        recording_status_callback = "recordingStatusCallback": Link,
        /// Which progress; `completed` unless set.
        recording_status_callback_event = "recordingStatusCallbackEvent": Vec<RecordingEvent>,
        /// How it is reported; POST unless set.
        recording_status_callback_method = "recordingStatusCallbackMethod": HttpMethod,
        /// Where the conference's progress is reported. The first participant's setting holds for all.
        status_callback = "statusCallback": Link,
        /// Which progress.
        status_callback_event = "statusCallbackEvent": Vec<ConferenceEvent>,
        /// How it is reported; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
        /// The older place for reports; use [`status_callback`](Self::status_callback).
        event_callback_url = "eventCallbackUrl": Link,
    }
}

impl Conference {
    /// A room by its name; it comes to be with its first participant.
    pub fn new(name: impl Into<String>) -> Self {
        Self::holding(name)
    }

    /// Waits in silence rather than with music: an empty `waitUrl`.
    #[must_use]
    pub fn silent_wait(self) -> Self {
        self.attribute("waitUrl", "")
    }
}
