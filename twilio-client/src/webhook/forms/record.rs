//! Recordings: the outcome of `<Record>`, transcriptions of recordings, and how recordings come along.

use voice_core::ident::{AccountSid, CallSid, ConferenceSid, RecordingSid, TranscriptionSid};

use super::VoiceRequest;
use super::macros::form;
use super::words::{RecordingSource, RecordingStatus, RecordingTranscriptionStatus};

form! {
    /// The request for TwiML after `<Record>`.
    ///
    /// The recording may not be fetchable yet: [`RecordingStatusCallback`] says when it is.
    RecordAction("record action") on VoiceRequest as voice {
        /// Where the recording will be, without a suffix.
        recording_url: text = "RecordingUrl";
        /// How long it is.
        recording_duration: seconds = "RecordingDuration", shown;
        /// The recording.
        recording_sid: parse(RecordingSid) = "RecordingSid", shown;
        /// The key that ended it, or `hangup`. Personal.
        digits: text = "Digits";
    }
}

form! {
    /// The transcription of a recording (`transcribeCallback`).
    RecordingTranscription("recording transcription") of transcription_sid: TranscriptionSid = "TranscriptionSid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// The call.
        call_sid: parse(CallSid) = "CallSid", shown;
        /// What was said. Personal.
        text: text = "TranscriptionText";
        /// How it went.
        status: word(RecordingTranscriptionStatus) = "TranscriptionStatus", shown;
        /// Where the transcription is.
        url: text = "TranscriptionUrl";
        /// The recording.
        recording_sid: parse(RecordingSid) = "RecordingSid", shown;
        /// Where the recording is.
        recording_url: text = "RecordingUrl";
    }
}

form! {
    /// How far a recording is; once it is [`Completed`](RecordingStatus::Completed), it can be fetched.
    RecordingStatusCallback("recording status") of recording_sid: RecordingSid = "RecordingSid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// The call that was recorded, or in which recording was ordered.
        call_sid: parse(CallSid) = "CallSid", shown;
        /// The conference that was recorded.
        conference_sid: parse(ConferenceSid) = "ConferenceSid", shown;
        /// Where it is, without a suffix: add `.wav` or `.mp3`.
        url: text = "RecordingUrl";
        /// How far it is.
        status: word(RecordingStatus) = "RecordingStatus", shown;
        /// How long it is.
        duration: seconds = "RecordingDuration", shown;
        /// 1, or 2 with each side on its own.
        channels: number = "RecordingChannels", shown;
        /// What made it.
        source: word(RecordingSource) = "RecordingSource", shown;
        /// Whose voice is in it: `inbound`, `outbound`, `both`.
        track: text = "RecordingTrack";
        /// Why it failed.
        error_code: code = "ErrorCode", shown;
        /// When it began.
        start_time: time = "RecordingStartTime";
    }
}
