//! The words and values of participants.

use std::fmt;

use voice_core::ident::CallSid;
use voice_core::secret::redact;
use voice_core::webhook::WebhookUrl;

use crate::types::{Encode, Sink, open_enum};

open_enum! {
    /// When a beep is heard.
    Beep {
        /// When the participant comes, and when they leave; the default.
        Always = "true",
        /// Never.
        Never = "false",
        /// When they come.
        OnEnter = "onEnter",
        /// When they leave.
        OnExit = "onExit",
    }
}

open_enum! {
    /// Whether the conference is recorded.
    ConferenceRecord {
        /// From its start.
        FromStart = "record-from-start",
        /// It is not; the default.
        Never = "do-not-record",
        /// The same as [`FromStart`](Self::FromStart).
        On = "true",
        /// The same as [`Never`](Self::Never).
        Off = "false",
    }
}

open_enum! {
    /// What is reported of a conference.
    ConferenceEvent {
        /// It begins.
        Start = "start",
        /// It ends.
        End = "end",
        /// Somebody comes.
        Join = "join",
        /// Somebody leaves.
        Leave = "leave",
        /// Somebody is muted, or no longer.
        Mute = "mute",
        /// Somebody is put on hold, or no longer.
        Hold = "hold",
        /// A participant's settings change.
        Modify = "modify",
        /// Somebody begins or ends to speak.
        Speaker = "speaker",
        /// An announcement ends or fails.
        Announcement = "announcement",
    }
}

open_enum! {
    /// What is reported of a recording of a participant or a conference.
    RecordingStep {
        /// It was begun; of participants only.
        Started = "started",
        /// It is being made.
        InProgress = "in-progress",
        /// It pauses; of participants only.
        Paused = "paused",
        /// It goes on; of participants only.
        Resumed = "resumed",
        /// It was stopped; of participants only.
        Stopped = "stopped",
        /// The sound can be fetched.
        Completed = "completed",
        /// It failed.
        Failed = "failed",
        /// There is nothing to keep.
        Absent = "absent",
    }
}

open_enum! {
    /// How much a participant's sound is smoothed before it is mixed: more costs delay.
    JitterBufferSize {
        /// Not at all.
        Off = "off",
        /// A little.
        Small = "small",
        /// Some.
        Medium = "medium",
        /// Much; the default.
        Large = "large",
    }
}

open_enum! {
    /// The region a conference's sound is mixed in.
    MixRegion {
        /// United States, the first; the default region of the API.
        Us1 = "us1",
        /// United States, the second.
        Us2 = "us2",
        /// Ireland.
        Ie1 = "ie1",
        /// Germany.
        De1 = "de1",
        /// Singapore.
        Sg1 = "sg1",
        /// Brazil.
        Br1 = "br1",
        /// Australia.
        Au1 = "au1",
        /// Japan.
        Jp1 = "jp1",
    }
}

open_enum! {
    /// How far a participant's call is.
    ParticipantStatus {
        /// It waits for its turn.
        Queued = "queued",
        /// It is being dialled.
        Connecting = "connecting",
        /// It rings.
        Ringing = "ringing",
        /// They are in the conference.
        Connected = "connected",
        /// It is over.
        Complete = "complete",
        /// It could not be connected.
        Failed = "failed",
    }
}

/// What is heard until the conference begins.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitUrl {
    /// A sound file, or TwiML.
    Url(WebhookUrl),
    /// Nothing.
    Silence,
}

impl From<WebhookUrl> for WaitUrl {
    fn from(url: WebhookUrl) -> Self {
        Self::Url(url)
    }
}

impl Encode for WaitUrl {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        match self {
            Self::Url(url) => sink(name, url.as_str()),
            Self::Silence => sink(name, ""),
        }
    }
}

/// A participant's name within a conference: it stands where the call's SID may stand, and no two participants there can
/// have the same (16026). `Debug` masks numbers in it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ParticipantLabel(Box<str>);

/// A text cannot be a participant's label (16024 at Twilio). It never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error(
    "a label must have 1 to 128 characters, no / and no control character, not be . or .., and not be a call's SID"
)]
pub struct ParticipantLabelError;

impl ParticipantLabel {
    /// Takes a label: 1 to 128 characters, no `/`, no control character, not `.` or `..`, and not the SID of a call.
    ///
    /// # Errors
    /// [`ParticipantLabelError`] for anything else.
    pub fn new(label: impl AsRef<str>) -> Result<Self, ParticipantLabelError> {
        let label = label.as_ref();
        let good = (1..=128).contains(&label.chars().count())
            && !label.chars().any(|c| c == '/' || c.is_control())
            && !matches!(label, "." | "..")
            && CallSid::parse(label).is_err();
        if good {
            Ok(Self(label.into()))
        } else {
            Err(ParticipantLabelError)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ParticipantLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ParticipantLabel")
            .field(&redact(&self.0))
            .finish()
    }
}

impl Encode for ParticipantLabel {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, self.as_str());
    }
}

/// Which participant: by their call, or by their label.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ParticipantOf {
    /// By their call.
    Call(CallSid),
    /// By their label.
    Label(ParticipantLabel),
}

impl From<CallSid> for ParticipantOf {
    fn from(call: CallSid) -> Self {
        Self::Call(call)
    }
}

impl From<ParticipantLabel> for ParticipantOf {
    fn from(label: ParticipantLabel) -> Self {
        Self::Label(label)
    }
}

impl AsRef<str> for ParticipantOf {
    fn as_ref(&self) -> &str {
        match self {
            Self::Call(call) => call.as_str(),
            Self::Label(label) => label.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_are_held_to_the_documented_rule() {
        for good in ["agent", "order 7", &"é".repeat(128)] {
            assert_eq!(ParticipantLabel::new(good).unwrap().as_str(), good);
        }
        let number = ParticipantLabel::new("lead +14155550123").unwrap();
        assert!(!format!("{number:?}").contains("5550"), "{number:?}");
        assert!(format!("{:?}", ParticipantLabel::new("agent").unwrap()).contains("agent"));
        let sid = concat!("CA", "0123456789abcdef0123456789abcdef");
        for bad in ["", "a/b", ".", "..", "a\nb", sid, &"x".repeat(129)] {
            assert_eq!(ParticipantLabel::new(bad), Err(ParticipantLabelError));
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            if let Ok(label) = ParticipantLabel::new(&text) {
                prop_assert_eq!(label.as_str(), text);
            }
        }
    }
}
