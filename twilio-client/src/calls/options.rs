//! What a dial can be told: the words its parameters take, and what the call does once it is answered.

use voice_core::ident::ApplicationSid;
use voice_core::webhook::WebhookUrl;

use crate::twiml::InlineTwiml;
use crate::types::{Encode, Milliseconds, Problems, Seconds, Sink, open_enum};

open_enum! {
    /// Whether Twilio finds out who answered.
    MachineDetection {
        /// Says so as soon as it knows.
        Enable = "Enable",
        /// Waits for the end of a machine's message.
        DetectMessageEnd = "DetectMessageEnd",
    }
}

open_enum! {
    /// How many channels a recording has.
    RecordingChannels {
        /// Both sides in one; the default.
        Mono = "mono",
        /// Each side in its own.
        Dual = "dual",
    }
}

open_enum! {
    /// Which side is recorded.
    RecordingTrack {
        /// What Twilio hears.
        Inbound = "inbound",
        /// What Twilio plays.
        Outbound = "outbound",
        /// Both; the default.
        Both = "both",
    }
}

open_enum! {
    /// What is reported of a recording.
    RecordingEvent {
        /// It has begun.
        InProgress = "in-progress",
        /// It can be fetched; the only one reported unless asked otherwise.
        Completed = "completed",
        /// There is nothing to keep.
        Absent = "absent",
    }
}

open_enum! {
    /// What happens to silence at a recording's ends.
    Trim {
        /// It is cut; the default.
        TrimSilence = "trim-silence",
        /// It stays.
        DoNotTrim = "do-not-trim",
    }
}

/// What a call does once it is answered: exactly one of three.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Instructions {
    /// Twilio fetches TwiML from a URL.
    Url(WebhookUrl),
    /// TwiML given with the call.
    Twiml(InlineTwiml),
    /// A TwiML application; its own settings override `Method`, `Fallback…` and `StatusCallback…`.
    Application(ApplicationSid),
}

impl Encode for Instructions {
    fn encode(&self, _: &str, sink: Sink<'_>) {
        match self {
            Self::Url(url) => sink("Url", url.as_str()),
            Self::Twiml(twiml) => sink("Twiml", twiml.as_str()),
            Self::Application(sid) => sink("ApplicationSid", sid.as_str()),
        }
    }
}

impl From<WebhookUrl> for Instructions {
    fn from(url: WebhookUrl) -> Self {
        Self::Url(url)
    }
}

impl From<InlineTwiml> for Instructions {
    fn from(twiml: InlineTwiml) -> Self {
        Self::Twiml(twiml)
    }
}

impl From<ApplicationSid> for Instructions {
    fn from(sid: ApplicationSid) -> Self {
        Self::Application(sid)
    }
}

/// The documented ranges of machine detection: its timeout; then the thresholds for speech, the end of speech, and silence
/// at the beginning.
pub(crate) fn detection_rules(
    timeout: Option<Seconds>,
    [speech, speech_end, silence]: [Option<Milliseconds>; 3],
    problems: &mut Problems,
) {
    problems.unless(
        timeout.is_none_or(|limit| limit.get() > 0),
        "MachineDetectionTimeout",
        "must be at least 1 s",
    );
    for (value, parameter, range, rule) in [
        (
            speech,
            "MachineDetectionSpeechThreshold",
            1000..=6000,
            "must be 1,000 to 6,000 ms",
        ),
        (
            speech_end,
            "MachineDetectionSpeechEndThreshold",
            500..=5000,
            "must be 500 to 5,000 ms",
        ),
        (
            silence,
            "MachineDetectionSilenceTimeout",
            2000..=10_000,
            "must be 2,000 to 10,000 ms",
        ),
    ] {
        problems.unless(
            value.is_none_or(|value| range.contains(&value.get())),
            parameter,
            rule,
        );
    }
}
