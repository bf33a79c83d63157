//! The words of voice v1, as open enums.

use voice_core::open_enum;

use super::record::take_word;

open_enum! {
    /// How far a call is.
    pub enum CallStatus {
        /// Accepted, not dialled yet.
        Queued = "queued",
        /// It rings.
        Ringing = "ringing",
        /// They speak.
        InProgress = "in-progress",
        /// It was answered, and is over.
        Completed = "completed",
        /// It could not be connected.
        Failed = "failed",
        /// The line was busy.
        Busy = "busy",
        /// Nobody answered.
        NoAnswer = "no-answer",
        /// It was ended before it was answered.
        Canceled = "canceled",
    }
}

impl CallStatus {
    /// Nothing more will happen to it, except that duration and price settle within about 2 minutes.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Failed | Self::Busy | Self::NoAnswer | Self::Canceled
        )
    }
}

impl From<&CallStatus> for voice_core::provider::CallStatus {
    fn from(status: &CallStatus) -> Self {
        Self::from_word(status.as_str())
    }
}

open_enum! {
    /// Who began a call.
    pub enum Direction {
        /// Somebody called an ExoPhone.
        Inbound = "inbound",
        /// A call was made from the dashboard or by a flow.
        OutboundDial = "outbound-dial",
        /// A call was made through the API.
        OutboundApi = "outbound-api",
    }
}

open_enum! {
    /// Whether calls to a number are restricted (India's register of those who do not want to be disturbed).
    pub enum Dnd {
        /// Registered.
        Yes = "Yes",
        /// Not registered.
        No = "No",
        /// Not known.
        Unavailable = "Unavailable",
    }
}

open_enum! {
    /// What kind of line a number is.
    pub enum LineType {
        /// A mobile phone.
        Mobile = "Mobile",
        /// A fixed line.
        Landline = "Landline",
    }
}

open_enum! {
    /// How many channels a recording has.
    pub enum RecordingChannels {
        /// Both sides in one; the default.
        Single = "single",
        /// One for each side.
        Dual = "dual",
    }
}

open_enum! {
    /// The quality of a recording.
    pub enum RecordingFormat {
        /// The default.
        Mp3 = "mp3",
        /// More bits.
        Mp3Hq = "mp3-hq",
    }
}

open_enum! {
    /// When the stream of a call between two numbers begins.
    pub enum StreamBegin {
        /// When the number called first answers.
        Leg1Connect = "at Leg1Connect",
        /// When the second number answers.
        Leg2Connect = "at Leg2Connect",
    }
}

open_enum! {
    /// Who hears the audio played at the beginning.
    pub enum PlaybackTo {
        /// The second number; the default.
        Callee = "Callee",
        /// Both.
        Both = "Both",
    }
}

open_enum! {
    /// What a status callback reports.
    pub enum CallEvent {
        /// The call is over.
        Terminal = "terminal",
        /// Somebody answered.
        Answered = "answered",
    }
}

open_enum! {
    /// In what form status callbacks come. [The parser](crate::callback) reads all of them.
    pub enum CallbackFormat {
        /// JSON; what this crate asks for unless told otherwise.
        Json = "application/json",
        /// A multipart form; Exotel's own default.
        Multipart = "multipart/form-data",
    }
}

open_enum! {
    /// What kind of call it is.
    pub enum CallType {
        /// Transactional.
        Transactional = "trans",
    }
}

open_enum! {
    /// Who answered a leg. Exotel spells these words in any case; all of them are read.
    pub enum AnsweredBy {
        /// A person.
        Human = "Human",
        /// An answering machine.
        Machine = "Machine",
        /// It cannot be told.
        NotSure = "NotSure",
        /// Nobody looked, or nobody answered.
        NotApplicable = "NA",
    }
}

impl super::record::Take for AnsweredBy {
    fn take(value: &serde_json::Value) -> Option<Self> {
        let word = value.as_str()?.trim();
        let known = Self::KNOWN
            .iter()
            .find(|known| known.eq_ignore_ascii_case(word));
        Some(Self::from_word(known.copied().unwrap_or(word)))
    }
}

take_word! { CallStatus, Direction, Dnd, LineType, CallEvent }

/// Whether a call is recorded; unset leaves the account's default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recording {
    /// It is.
    On,
    /// It is not.
    Off,
}

impl Recording {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::On => "true",
            Self::Off => "false",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_ends_are_ends_and_words_pass_over_to_the_family() {
        for word in CallStatus::KNOWN {
            let over = !["queued", "ringing", "in-progress"].contains(word);
            let status = CallStatus::from_word(word);
            let shared = voice_core::provider::CallStatus::from(&status);
            assert_eq!(
                (status.is_final(), shared.is_final()),
                (over, over),
                "{word}"
            );
            assert_eq!(shared.as_str(), *word);
            assert!(!matches!(
                shared,
                voice_core::provider::CallStatus::Other(_)
            ));
        }
        assert!(!CallStatus::from_word("parked").is_final());
        for (word, read) in [
            ("HUMAN", AnsweredBy::Human),
            ("notSure", AnsweredBy::NotSure),
            ("Robot", AnsweredBy::Other("Robot".into())),
        ] {
            assert_eq!(
                super::super::record::Take::take(&word.into()),
                Some(read),
                "{word}"
            );
        }
    }
}
