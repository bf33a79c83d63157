//! The words that attributes take: open enums, so that tomorrow's words can be written today.

use super::attribute::words;
use crate::types::{Toggle, open_enum};

open_enum! {
    /// When a conference beeps.
    ConferenceBeep {
        /// When somebody joins or leaves; the default.
        Always = "true",
        /// Never.
        Never = "false",
        /// When somebody joins.
        OnEnter = "onEnter",
        /// When somebody leaves.
        OnExit = "onExit",
    }
}

open_enum! {
    /// What is reported of a conference.
    ConferenceEvent {
        /// It has begun.
        Start = "start",
        /// It is over.
        End = "end",
        /// Somebody joined.
        Join = "join",
        /// Somebody left.
        Leave = "leave",
        /// Somebody was muted, or unmuted.
        Mute = "mute",
        /// Somebody was put on hold, or back.
        Hold = "hold",
        /// A participant was changed.
        Modify = "modify",
        /// Somebody began or stopped speaking.
        Speaker = "speaker",
        /// An announcement began or ended.
        Announcement = "announcement",
    }
}

open_enum! {
    /// How much jitter a conference evens out, at the cost of delay.
    JitterBufferSize {
        /// Most jitter, longest delay; the default.
        Large = "large",
        /// Between the two.
        Medium = "medium",
        /// Little of both.
        Small = "small",
        /// None.
        Off = "off",
    }
}

open_enum! {
    /// Whether a conference is recorded.
    ConferenceRecord {
        /// It is not; the default.
        DoNotRecord = "do-not-record",
        /// From its start.
        FromStart = "record-from-start",
    }
}

open_enum! {
    /// Where a conference is mixed.
    ConferenceRegion {
        /// Virginia.
        Us1 = "us1",
        /// Oregon.
        Us2 = "us2",
        /// Ireland.
        Ie1 = "ie1",
        /// Singapore.
        Sg1 = "sg1",
        /// Brazil.
        Br1 = "br1",
        /// Australia.
        Au1 = "au1",
        /// Japan.
        Jp1 = "jp1",
        /// Germany.
        De1 = "de1",
    }
}

open_enum! {
    /// Whether, and from when on, a dialled call is recorded.
    DialRecord {
        /// It is not; the default.
        DoNotRecord = "do-not-record",
        /// From the answer, both sides in one channel.
        FromAnswer = "record-from-answer",
        /// From the first ring, both sides in one channel.
        FromRinging = "record-from-ringing",
        /// From the answer, each side in its own channel.
        FromAnswerDual = "record-from-answer-dual",
        /// From the first ring, each side in its own channel.
        FromRingingDual = "record-from-ringing-dual",
    }
}

open_enum! {
    /// Whether, and from when on, a conversation is recorded.
    ConversationRecord {
        /// It is not; the default.
        DoNotRecord = "do-not-record",
        /// From the answer, both sides in one channel.
        FromAnswer = "record-from-answer",
        /// From the first ring, both sides in one channel.
        FromRinging = "record-from-ringing",
        /// From the answer, each side in its own channel.
        FromAnswerDual = "record-from-answer-dual",
        /// From the first ring, each side in its own channel.
        FromRingingDual = "record-from-ringing-dual",
        /// It is.
        On = "true",
        /// It is not.
        Off = "false",
    }
}

open_enum! {
    /// What a Dial reports.
    DialEvent {
        /// How far the dialled calls are.
        CallProgress = "call-progress-event",
    }
}

open_enum! {
    /// What a Gather listens to.
    GatherInput {
        /// Keys; the default.
        Dtmf = "dtmf",
        /// Speech. With both, whichever comes first wins.
        Speech = "speech",
    }
}

open_enum! {
    /// The model that turns speech into text.
    SpeechModel {
        /// The usual one.
        Default = "default",
        /// For numbers and short commands.
        NumbersAndCommands = "numbers_and_commands",
        /// For telephone audio.
        PhoneCall = "phone_call",
        /// For whole conversations.
        ExperimentalConversations = "experimental_conversations",
        /// For single utterances; it takes many hints.
        ExperimentalUtterances = "experimental_utterances",
    }
}

open_enum! {
    /// Which side of a call a stream, a transcription or a SIPREC session takes.
    Track {
        /// What Twilio hears.
        Inbound = "inbound_track",
        /// What Twilio plays.
        Outbound = "outbound_track",
        /// Both.
        Both = "both_tracks",
    }
}

open_enum! {
    /// Who transcribes.
    TranscriptionEngine {
        /// Google.
        Google = "google",
        /// Deepgram.
        Deepgram = "deepgram",
    }
}

open_enum! {
    /// What a rejected caller hears.
    RejectReason {
        /// That the number is not in service; the default.
        Rejected = "rejected",
        /// The busy tone.
        Busy = "busy",
    }
}

open_enum! {
    /// The input that interrupts the agent's speech, or is reported during it. On means `Any`, off means `None`.
    Interruptible {
        /// Nothing.
        None = "none",
        /// A key.
        Dtmf = "dtmf",
        /// Speech.
        Speech = "speech",
        /// Either; the default.
        Any = "any",
    }
}

impl From<Toggle> for Interruptible {
    fn from(toggle: Toggle) -> Self {
        match toggle {
            Toggle::On => Self::Any,
            Toggle::Off => Self::None,
        }
    }
}

open_enum! {
    /// How easily the agent is interrupted.
    InterruptSensitivity {
        /// By little; the default.
        High = "high",
        /// Between the two.
        Medium = "medium",
        /// By clear speech only.
        Low = "low",
    }
}

words! {
    ConferenceBeep, ConferenceEvent, JitterBufferSize, ConferenceRecord, ConferenceRegion, DialRecord, ConversationRecord,
    DialEvent, GatherInput, SpeechModel, Track, TranscriptionEngine, RejectReason, Interruptible, InterruptSensitivity,
}
