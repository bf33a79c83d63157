//! Recording: `<Record>` for a message, `<Recording>` beside the call.

use std::time::Duration;

use super::Link;
use super::macros::{begins_empty, twiml_element};
use crate::calls::{RecordingChannels, RecordingEvent, RecordingTrack, Trim};
use crate::types::{HttpMethod, Toggle};

twiml_element! {
    /// `<Record>`: records what the caller says, such as a message.
    ///
    /// Without an [`action`](Self::action) the document itself is requested again, so that it may well begin anew.
    Record = "Record" [] {
        /// What is requested when the recording has ended; then verbs after it are not reached.
        action = "action": Link,
        /// How the action is requested; POST unless set.
        method = "method": HttpMethod,
        /// The silence that ends it; 5 s unless set.
        timeout = "timeout": Duration,
        /// The keys that end it; any unless set (error 13613 for anything but `0-9 * #`).
        finish_on_key = "finishOnKey": String,
        /// How long it may be; 1 h unless set.
        max_length = "maxLength": Duration,
        /// Whether it beeps before; it does unless set.
        play_beep = "playBeep": Toggle,
        /// What happens to silence at its ends.
        trim = "trim": Trim,
        /// A recording configuration, by its id.
        recording_configuration_id = "recordingConfigurationId": String,
        /// Where its progress is reported.
        recording_status_callback = "recordingStatusCallback": Link,
        /// Which progress; `completed` unless set.
        recording_status_callback_event = "recordingStatusCallbackEvent": Vec<RecordingEvent>,
        /// How it is reported; POST unless set.
        recording_status_callback_method = "recordingStatusCallbackMethod": HttpMethod,
        /// Whether it is transcribed: 2 s to 2 min of it (errors 13615 and 13617).
        transcribe = "transcribe": Toggle,
        /// Where the transcription is reported.
        transcribe_callback = "transcribeCallback": Link,
    }
}

twiml_element! {
    /// `<Recording>` in a Start: records the call while it goes on.
    Recording = "Recording" [] {
        /// One channel for both sides, or one each.
        channels = "channels": RecordingChannels,
        /// Which side; both unless set.
        track = "track": RecordingTrack,
        /// What happens to silence at its ends.
        trim = "trim": Trim,
        /// A recording configuration, by its id.
        recording_configuration_id = "recordingConfigurationId": String,
        /// Where its progress is reported.
        recording_status_callback = "recordingStatusCallback": Link,
        /// Which progress; `completed` unless set.
        recording_status_callback_event = "recordingStatusCallbackEvent": Vec<RecordingEvent>,
        /// How it is reported; POST unless set.
        recording_status_callback_method = "recordingStatusCallbackMethod": HttpMethod,
    }
}

begins_empty! {
    /// Records with Twilio's defaults.
    Record,
    /// Records with Twilio's defaults.
    Recording,
}
