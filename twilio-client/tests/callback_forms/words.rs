//! The words the provider documents are known, each by its own name; others are kept.

use twilio_client::webhook::forms::{
    Attestation, ConferenceEventKind, DialCallStatus, PayResult, PaymentMethod, QueueResult,
    ReasonConferenceEnded, ReasonParticipantLeft, RecordingSource, RecordingStatus,
    RecordingTranscriptionStatus, SiprecEvent, StirVerstat, StreamEvent, Track, TranscriptionEvent,
    VerificationStatus,
};

macro_rules! knows {
    ($($type:ident: $words:literal;)*) => {$({
        let mut documented: Vec<&str> = $words.split_whitespace().collect();
        let mut known = $type::KNOWN.to_vec();
        documented.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, documented, stringify!($type));
        for word in documented {
            let read = $type::from_word(word);
            assert!(!matches!(read, $type::Other(_)), "{word}");
            assert_eq!(read.as_str(), word);
        }
        assert_eq!($type::from_word("new-2027").as_str(), "new-2027");
    })*};
}

#[test]
fn every_documented_word_is_known() {
    knows! {
        StirVerstat: "TN-Validation-Passed-A TN-Validation-Passed-B TN-Validation-Passed-C TN-Validation-Failed \
            TN-Validation-Failed-A TN-Validation-Failed-B TN-Validation-Failed-C No-TN-Validation";
        Attestation: "A B C";
        DialCallStatus: "completed answered busy no-answer failed canceled";
        QueueResult: "bridged bridging-in-process error hangup leave redirected redirected-from-bridged queue-full system-error";
        ConferenceEventKind: "conference-start conference-end participant-join participant-leave participant-mute \
            participant-unmute participant-hold participant-unhold participant-modify participant-speech-start \
            participant-speech-stop announcement-end announcement-fail";
        ReasonParticipantLeft: "conference_ended_via_api moderator_ended_conference participant_updated_via_api \
            participant_hung_up participant_add_failed";
        ReasonConferenceEnded: "conference-ended-via-api participant-with-end-conference-on-exit-left \
            participant-with-end-conference-on-exit-kicked last-participant-kicked last-participant-left";
        RecordingStatus: "in-progress paused stopped processing completed absent deleted";
        RecordingSource: "DialVerb Conference OutboundAPI Trunking RecordVerb StartCallRecordingAPI StartConferenceRecordingAPI";
        RecordingTranscriptionStatus: "in-progress completed failed";
        StreamEvent: "stream-started stream-stopped stream-error";
        SiprecEvent: "siprec-started siprec-stopped siprec-error";
        TranscriptionEvent: "transcription-started transcription-content transcription-stopped transcription-error";
        Track: "inbound_track outbound_track both_tracks";
        PayResult: "success too-many-failed-attempts payment-connector-error caller-interrupted-with-star caller-hung-up \
            validation-error internal-error";
        PaymentMethod: "credit-card ach-debit";
        VerificationStatus: "success failed";
    }
}
