//! The words that callbacks use. Every enum is open: a word that is not known is kept.

use super::show::show_words;
use crate::types::open_enum;

open_enum! {
    /// What became of the check of an incoming call's caller id (STIR/SHAKEN).
    StirVerstat {
        /// Checked and good; the carrier vouches for caller and number.
        PassedA = "TN-Validation-Passed-A",
        /// Checked and good; the carrier vouches for the caller only.
        PassedB = "TN-Validation-Passed-B",
        /// Checked and good; the carrier vouches for the gateway only.
        PassedC = "TN-Validation-Passed-C",
        /// The check failed.
        Failed = "TN-Validation-Failed",
        /// The check of a full attestation failed.
        FailedA = "TN-Validation-Failed-A",
        /// The check of a partial attestation failed.
        FailedB = "TN-Validation-Failed-B",
        /// The check of a gateway's attestation failed.
        FailedC = "TN-Validation-Failed-C",
        /// It could not be checked.
        NotValidated = "No-TN-Validation",
    }
}

impl StirVerstat {
    /// The check was made and passed, at any level.
    #[must_use]
    pub const fn is_passed(&self) -> bool {
        matches!(self, Self::PassedA | Self::PassedB | Self::PassedC)
    }
}

open_enum! {
    /// How an outgoing call's caller id was attested (STIR/SHAKEN).
    Attestation {
        /// Full: caller and number are known.
        Full = "A",
        /// Partial: the caller is known, the number is not.
        Partial = "B",
        /// Only the gateway is known.
        Gateway = "C",
    }
}

open_enum! {
    /// How the leg that `<Dial>` rang ended.
    DialCallStatus {
        /// It was answered, and is over.
        Completed = "completed",
        /// It was answered: a conference or queue.
        Answered = "answered",
        /// The line was busy.
        Busy = "busy",
        /// Nobody answered in time.
        NoAnswer = "no-answer",
        /// It could not be connected.
        Failed = "failed",
        /// It was ended before it was answered.
        Canceled = "canceled",
    }
}

open_enum! {
    /// How a call left its queue.
    QueueResult {
        /// It was connected, and that is over.
        Bridged = "bridged",
        /// It is being connected.
        BridgingInProcess = "bridging-in-process",
        /// The request was wrong.
        Error = "error",
        /// The caller hung up.
        Hangup = "hangup",
        /// A `<Leave>` verb.
        Leave = "leave",
        /// It was redirected out of the queue.
        Redirected = "redirected",
        /// It was redirected while it was connected.
        RedirectedFromBridged = "redirected-from-bridged",
        /// There was no room.
        QueueFull = "queue-full",
        /// Twilio failed.
        SystemError = "system-error",
    }
}

open_enum! {
    /// What happened in a conference.
    ConferenceEventKind {
        /// It began.
        Start = "conference-start",
        /// It ended.
        End = "conference-end",
        /// Somebody came.
        ParticipantJoin = "participant-join",
        /// Somebody left.
        ParticipantLeave = "participant-leave",
        /// Somebody was muted.
        ParticipantMute = "participant-mute",
        /// Somebody is heard again.
        ParticipantUnmute = "participant-unmute",
        /// Somebody was put on hold.
        ParticipantHold = "participant-hold",
        /// Somebody was taken off hold.
        ParticipantUnhold = "participant-unhold",
        /// A participant's settings changed.
        ParticipantModify = "participant-modify",
        /// Somebody began to speak.
        ParticipantSpeechStart = "participant-speech-start",
        /// Somebody stopped speaking.
        ParticipantSpeechStop = "participant-speech-stop",
        /// An announcement ended.
        AnnouncementEnd = "announcement-end",
        /// An announcement failed.
        AnnouncementFail = "announcement-fail",
    }
}

open_enum! {
    /// Why somebody is no longer in a conference.
    ReasonParticipantLeft {
        /// The conference was ended by the API.
        ConferenceEndedViaApi = "conference_ended_via_api",
        /// A moderator ended it.
        ModeratorEndedConference = "moderator_ended_conference",
        /// The participant was moved by the API.
        ParticipantUpdatedViaApi = "participant_updated_via_api",
        /// The participant hung up.
        ParticipantHungUp = "participant_hung_up",
        /// The participant never came.
        ParticipantAddFailed = "participant_add_failed",
    }
}

open_enum! {
    /// Why a conference ended.
    ReasonConferenceEnded {
        /// By the API.
        EndedViaApi = "conference-ended-via-api",
        /// Somebody whose leaving ends it left.
        EndingParticipantLeft = "participant-with-end-conference-on-exit-left",
        /// Somebody whose leaving ends it was removed.
        EndingParticipantKicked = "participant-with-end-conference-on-exit-kicked",
        /// The last one was removed.
        LastParticipantKicked = "last-participant-kicked",
        /// The last one left.
        LastParticipantLeft = "last-participant-left",
    }
}

open_enum! {
    /// How far a recording is.
    RecordingStatus {
        /// It runs.
        InProgress = "in-progress",
        /// It waits.
        Paused = "paused",
        /// It was stopped.
        Stopped = "stopped",
        /// It is being written.
        Processing = "processing",
        /// It can be fetched.
        Completed = "completed",
        /// There is none: too short, or silent.
        Absent = "absent",
        /// It was deleted.
        Deleted = "deleted",
    }
}

open_enum! {
    /// What made a recording.
    RecordingSource {
        /// `<Dial record>`.
        DialVerb = "DialVerb",
        /// `<Conference record>`.
        Conference = "Conference",
        /// `Record` when the call was created.
        OutboundApi = "OutboundAPI",
        /// A trunk.
        Trunking = "Trunking",
        /// `<Record>`.
        RecordVerb = "RecordVerb",
        /// The API, of a running call.
        StartCallRecordingApi = "StartCallRecordingAPI",
        /// The API, of a running conference.
        StartConferenceRecordingApi = "StartConferenceRecordingAPI",
    }
}

open_enum! {
    /// How a recording's transcription went.
    RecordingTranscriptionStatus {
        /// It is being made.
        InProgress = "in-progress",
        /// It is there.
        Completed = "completed",
        /// It could not be made.
        Failed = "failed",
    }
}

open_enum! {
    /// What happened to a media stream.
    StreamEvent {
        /// It began.
        Started = "stream-started",
        /// It ended.
        Stopped = "stream-stopped",
        /// It failed.
        Error = "stream-error",
    }
}

open_enum! {
    /// What happened to a SIPREC session.
    SiprecEvent {
        /// It began.
        Started = "siprec-started",
        /// It ended.
        Stopped = "siprec-stopped",
        /// It failed.
        Error = "siprec-error",
    }
}

open_enum! {
    /// What happened to a real-time transcription.
    TranscriptionEvent {
        /// It began.
        Started = "transcription-started",
        /// Somebody said something.
        Content = "transcription-content",
        /// It ended.
        Stopped = "transcription-stopped",
        /// It failed.
        Error = "transcription-error",
    }
}

open_enum! {
    /// Whose voice.
    Track {
        /// What Twilio hears.
        Inbound = "inbound_track",
        /// What Twilio says.
        Outbound = "outbound_track",
        /// Both.
        Both = "both_tracks",
    }
}

open_enum! {
    /// How a payment ended.
    PayResult {
        /// Paid, or the token was made.
        Success = "success",
        /// Too many wrong inputs.
        TooManyFailedAttempts = "too-many-failed-attempts",
        /// The payment processor refused or failed.
        ConnectorError = "payment-connector-error",
        /// The caller pressed the star key.
        InterruptedWithStar = "caller-interrupted-with-star",
        /// The caller hung up.
        HungUp = "caller-hung-up",
        /// An attribute is wrong.
        ValidationError = "validation-error",
        /// Twilio failed.
        InternalError = "internal-error",
    }
}

open_enum! {
    /// What a payment is made with.
    PaymentMethod {
        /// A card.
        CreditCard = "credit-card",
        /// A bank account in the USA.
        AchDebit = "ach-debit",
    }
}

open_enum! {
    /// Whether a caller id was confirmed.
    VerificationStatus {
        /// The code was typed.
        Success = "success",
        /// It was not.
        Failed = "failed",
    }
}

show_words!(
    Attestation,
    ConferenceEventKind,
    DialCallStatus,
    QueueResult,
    ReasonConferenceEnded,
    ReasonParticipantLeft,
    RecordingSource,
    RecordingStatus,
    RecordingTranscriptionStatus,
    SiprecEvent,
    StirVerstat,
    StreamEvent,
    Track,
    TranscriptionEvent,
    VerificationStatus,
);
