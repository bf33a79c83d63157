//! What your server answers the applets of a flow.
//!
//! A flow is made in Exotel's dashboard. Its **connect applet** can ask a URL of yours, by GET, whom to dial and how:
//! [`ConnectAnswer`] is the JSON to answer with. Its **passthru applet** tells a URL of yours about the call and goes on as
//! your answer's status says: [`Passthru`].

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::ser::{Error as _, Serializer};
use serde::{Deserialize, Serialize};
use voice_core::open_enum;
use voice_core::webhook::WebhookUrl;

use crate::voice::{Number, RecordingChannels, Seconds};

/// Whom a connect applet dials.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Destination {
    Trunk(String),
    Numbers(Vec<Number>),
}

impl Serialize for Destination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "snake_case")]
        enum Form<'a> {
            Trunk(&'a str),
            Numbers(Vec<&'a str>),
        }
        match self {
            Self::Trunk(trunk) => Form::Trunk(trunk),
            Self::Numbers(numbers) => Form::Numbers(numbers.iter().map(Number::as_str).collect()),
        }
        .serialize(serializer)
    }
}

/// The answer to a connect applet: whom to dial and how.
///
/// Documented are the destination, [`refetch`](Self::refetch), [`custom_param`](Self::custom_param) and the recording. The
/// rest is found in public code alone and marked so; leave it unset unless your account is known to take it.
///
/// ```
/// use exotel_vsip::applet::{ConnectAnswer, Switch};
/// use exotel_vsip::voice::RecordingChannels;
///
/// let answer = ConnectAnswer::trunk("trmum1c0ffee")
///     .custom_param("lead", "42")
///     .record(Switch::On)
///     .recording_channels(RecordingChannels::Dual);
/// assert_eq!(
///     serde_json::to_value(&answer)?,
///     serde_json::json!({
///         "destination": {"trunk": "trmum1c0ffee"}, "custom_params": "lead=42",
///         "record": true, "recording_channels": "dual",
///     })
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[must_use = "an answer does nothing until it is sent"]
pub struct ConnectAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch_after_attempt: Option<Switch>,
    destination: Destination,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_query")]
    custom_params: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<Switch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recording_channels: Option<RecordingChannels>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    outgoing_phone_number: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_ringing_duration: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_conversation_duration: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    music_on_hold: Option<MusicOnHold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_call_playback: Option<StartPlayback>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parallel_ringing: Option<ParallelRinging>,
    #[serde(flatten)]
    more: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct MusicOnHold {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct StartPlayback {
    playback_to: PlaybackSide,
    #[serde(rename = "type")]
    kind: PlaybackKind,
    value: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct ParallelRinging {
    activate: Switch,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_parallel_attempts: Option<u32>,
}

/// A setting that is either on or off; unset leaves the applet's default. In JSON `true` and `false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Switch {
    /// `true`.
    On,
    /// `false`.
    Off,
}

impl Serialize for Switch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(matches!(self, Self::On))
    }
}

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bool::deserialize(deserializer).map(|on| if on { Self::On } else { Self::Off })
    }
}

open_enum! {
    /// Who hears what is played at the beginning (public code).
    pub enum PlaybackSide {
        /// The one who is dialled.
        Callee = "callee",
        /// Both.
        Both = "both",
    }
}

open_enum! {
    /// What is played at the beginning (public code).
    pub enum PlaybackKind {
        /// A text that is spoken.
        Text = "text",
        /// An audio file by its URL.
        AudioUrl = "audio_url",
    }
}

impl ConnectAnswer {
    fn to(destination: Destination) -> Self {
        Self {
            fetch_after_attempt: None,
            destination,
            custom_params: Vec::new(),
            record: None,
            recording_channels: None,
            outgoing_phone_number: None,
            max_ringing_duration: None,
            max_conversation_duration: None,
            music_on_hold: None,
            start_call_playback: None,
            parallel_ringing: None,
            more: BTreeMap::new(),
        }
    }

    /// Hands the call to a SIP trunk by its SID.
    pub fn trunk(trunk_sid: impl Into<String>) -> Self {
        Self::to(Destination::Trunk(trunk_sid.into()))
    }

    /// Dials these numbers. None of them dials nobody: the flow goes on.
    pub fn numbers(numbers: impl IntoIterator<Item = impl Into<Number>>) -> Self {
        Self::to(Destination::Numbers(
            numbers.into_iter().map(Into::into).collect(),
        ))
    }

    /// Whether the URL is asked again after each attempt.
    ///
    /// Written as `fetch_after_attempt`.
    pub fn refetch(mut self, switch: Switch) -> Self {
        self.fetch_after_attempt = Some(switch);
        self
    }

    /// A parameter that travels with the call; several are joined as in a query.
    ///
    /// Written as `custom_params`.
    pub fn custom_param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.custom_params.push((name.into(), value.into()));
        self
    }

    /// Whether the call is recorded.
    pub fn record(mut self, switch: Switch) -> Self {
        self.record = Some(switch);
        self
    }

    /// How many channels the recording has.
    pub fn recording_channels(mut self, channels: RecordingChannels) -> Self {
        self.recording_channels = Some(channels);
        self
    }

    /// The ExoPhone that is shown (public code).
    pub fn outgoing_phone_number(mut self, number: impl Into<Number>) -> Self {
        self.outgoing_phone_number = Some(number.into());
        self
    }

    /// How long it rings, in whole seconds (public code).
    pub fn max_ringing_duration(mut self, limit: Duration) -> Self {
        self.max_ringing_duration = Some(limit.into());
        self
    }

    /// How long they may speak, in whole seconds (public code).
    pub fn max_conversation_duration(mut self, limit: Duration) -> Self {
        self.max_conversation_duration = Some(limit.into());
        self
    }

    /// What is heard while it rings, by the API's word for it (public code).
    pub fn music_on_hold(mut self, kind: impl Into<String>) -> Self {
        self.music_on_hold = Some(MusicOnHold { kind: kind.into() });
        self
    }

    /// A text spoken at the beginning (public code).
    pub fn say_at_start(mut self, to: PlaybackSide, text: impl Into<String>) -> Self {
        self.start_call_playback = Some(StartPlayback {
            playback_to: to,
            kind: PlaybackKind::Text,
            value: text.into(),
        });
        self
    }

    /// Audio played at the beginning (public code).
    pub fn play_at_start(mut self, to: PlaybackSide, audio: &WebhookUrl) -> Self {
        self.start_call_playback = Some(StartPlayback {
            playback_to: to,
            kind: PlaybackKind::AudioUrl,
            value: audio.as_str().to_owned(),
        });
        self
    }

    /// Rings several numbers at once, so many at most where it is said (public code).
    pub fn parallel_ringing(mut self, most: Option<u32>) -> Self {
        self.parallel_ringing = Some(ParallelRinging {
            activate: Switch::On,
            max_parallel_attempts: most,
        });
        self
    }

    /// Any property by its own name, for what Exotel adds before this crate knows it. One that has a setter is written by the
    /// setter alone: a name given here as well is left out.
    pub fn property(mut self, name: impl Into<String>, value: serde_json::Value) -> Self {
        const OWN: [&str; 11] = [
            "fetch_after_attempt",
            "destination",
            "custom_params",
            "record",
            "recording_channels",
            "outgoing_phone_number",
            "max_ringing_duration",
            "max_conversation_duration",
            "music_on_hold",
            "start_call_playback",
            "parallel_ringing",
        ];
        let name = name.into();
        if !OWN.contains(&name.as_str()) {
            self.more.insert(name, value);
        }
        self
    }
}

/// What travels with the call, and what is said, may be personal: names are shown.
impl fmt::Debug for ConnectAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let params: Vec<&str> = self
            .custom_params
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let more: Vec<&str> = self.more.keys().map(String::as_str).collect();
        f.debug_struct("ConnectAnswer")
            .field("destination", &self.destination)
            .field("custom_params", &params)
            .field("record", &self.record)
            .field("more", &more)
            .finish_non_exhaustive()
    }
}

fn as_query<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        query.append_pair(name, value);
    }
    serializer.serialize_str(&query.finish())
}

fn as_text<S: Serializer>(number: &Option<Number>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => serializer.serialize_str(number.as_str()),
        None => Err(S::Error::custom("unset")),
    }
}

/// Which way a flow goes on behind a passthru applet.
///
/// ```
/// use exotel_vsip::applet::Passthru;
///
/// assert_eq!((Passthru::A.status(), Passthru::B.status()), (200, 302));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Passthru {
    /// The first branch.
    A,
    /// The second branch.
    B,
}

impl Passthru {
    /// The HTTP status to answer with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::A => 200,
            Self::B => 302,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn everything_is_written_under_its_name() {
        let number = |text| Number::parse(text).unwrap();
        let audio = WebhookUrl::parse("https://a.example/hi.wav").unwrap();
        let answer = ConnectAnswer::numbers([number("+919876543210"), number("09876543211")])
            .refetch(Switch::Off)
            .custom_param("a", "1 &2")
            .custom_param("b", "")
            .outgoing_phone_number(number("08047112345"))
            .max_ringing_duration(Duration::from_millis(29_001))
            .max_conversation_duration(Duration::from_secs(600))
            .music_on_hold("operator_tone")
            .play_at_start(PlaybackSide::Both, &audio)
            .parallel_ringing(Some(2))
            .property("new", json!(1))
            .property("record", json!("no"));
        assert_eq!(
            serde_json::to_value(&answer).unwrap(),
            json!({
                "fetch_after_attempt": false,
                "destination": {"numbers": ["+919876543210", "09876543211"]},
                "custom_params": "a=1+%262&b=",
                "outgoing_phone_number": "08047112345",
                "max_ringing_duration": 30,
                "max_conversation_duration": 600,
                "music_on_hold": {"type": "operator_tone"},
                "start_call_playback": {"playback_to": "both", "type": "audio_url", "value": "https://a.example/hi.wav"},
                "parallel_ringing": {"activate": true, "max_parallel_attempts": 2},
                "new": 1,
            })
        );
        assert!(!format!("{answer:?}").contains("98765432"));
        let nobody = ConnectAnswer::numbers(Vec::<Number>::new());
        assert_eq!(
            serde_json::to_value(nobody).unwrap(),
            json!({"destination": {"numbers": []}})
        );
    }
}
