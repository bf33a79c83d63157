//! What streams, SIPREC sessions and real-time transcriptions share: each copies a call's audio to somebody.

use std::fmt;

use crate::types::{Encode, Sink, open_enum, request};

open_enum! {
    /// Which side of the call is copied, as Twilio hears and plays it.
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
    /// Whether it still runs.
    ForkStatus {
        /// It runs.
        InProgress = "in-progress",
        /// It has ended; the only status one can set.
        Stopped = "stopped",
    }
}

request! {
    /// A change of a stream, SIPREC session or real-time transcription: its end.
    UpdateFork {
        status = "Status": ForkStatus,
        ..
    } rules |update, problems| problems.unless(
        update.status != ForkStatus::InProgress,
        "Status",
        "can only be set to stopped",
    )
}

impl UpdateFork {
    /// Ends it. The call goes on.
    pub fn stop() -> Self {
        Self::required(ForkStatus::Stopped)
    }

    /// Sets a status by its word, for what Twilio may offer before this crate knows it.
    pub fn to(status: ForkStatus) -> Self {
        Self::required(status)
    }
}

/// A name for a stream, SIPREC session or real-time transcription, by which it can be stopped.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ForkName(Box<str>);

/// A text cannot be such a name. It never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("must not be empty, have control characters, or be longer than 1,024 bytes")]
pub struct ForkNameError;

impl ForkName {
    /// Takes a name: not empty, at most 1,024 bytes, no control characters. Two that run on one call should not share it.
    ///
    /// # Errors
    /// [`ForkNameError`] for anything else.
    pub fn new(name: impl AsRef<str>) -> Result<Self, ForkNameError> {
        let name = name.as_ref();
        if name.is_empty() || name.len() > 1024 || name.chars().any(char::is_control) {
            return Err(ForkNameError);
        }
        Ok(Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Encode for ForkName {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, self.as_str());
    }
}

/// Which one: by its SID, or by the name it was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ForkOf<S> {
    /// By its SID.
    Sid(S),
    /// By its name.
    Name(ForkName),
}

impl<S: AsRef<str>> AsRef<str> for ForkOf<S> {
    fn as_ref(&self) -> &str {
        match self {
            Self::Sid(sid) => sid.as_ref(),
            Self::Name(name) => name.as_str(),
        }
    }
}

impl<S> From<ForkName> for ForkOf<S> {
    fn from(name: ForkName) -> Self {
        Self::Name(name)
    }
}

macro_rules! fork_of {
    ($($sid:ident)*) => {$(
        impl From<voice_core::ident::$sid> for ForkOf<voice_core::ident::$sid> {
            fn from(sid: voice_core::ident::$sid) -> Self {
                Self::Sid(sid)
            }
        }
    )*};
}

fork_of! { RealtimeTranscriptionSid SiprecSid StreamSid }

/// Values for whoever receives the audio: at most 99 pairs, in their order.
///
/// Sent as `Parameter1.Name`, `Parameter1.Value` and so on; they arrive in the stream's `start` message, or in the SIPREC
/// metadata. TwiML documents less than 500 characters for name and value together. `Debug` shows the names.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct CustomParameters(Vec<(String, String)>);

/// Why pairs cannot be custom parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CustomParametersError {
    /// More than 99.
    #[error("at most 99 custom parameters can be sent")]
    TooMany,
    /// A name is empty.
    #[error("a custom parameter needs a name")]
    NoName,
    /// A name stands twice.
    #[error("a custom parameter's name must not stand twice")]
    Twice,
}

impl CustomParameters {
    /// The largest number of pairs.
    pub const MAX: usize = 99;

    /// Takes pairs of name and value.
    ///
    /// # Errors
    /// [`CustomParametersError`] for more than 99, for a name that is empty, and for one that stands twice.
    pub fn new<N: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, CustomParametersError> {
        let mut own: Vec<(String, String)> = Vec::new();
        for (name, value) in pairs {
            let name = name.into();
            if own.len() == Self::MAX {
                return Err(CustomParametersError::TooMany);
            }
            if name.is_empty() {
                return Err(CustomParametersError::NoName);
            }
            if own.iter().any(|(known, _)| *known == name) {
                return Err(CustomParametersError::Twice);
            }
            own.push((name, value.into()));
        }
        Ok(Self(own))
    }
}

impl Encode for CustomParameters {
    fn encode(&self, _: &str, sink: Sink<'_>) {
        for ((name, value), number) in self.0.iter().zip(1..) {
            let number: usize = number;
            sink(&format!("Parameter{number}.Name"), name);
            sink(&format!("Parameter{number}.Value"), value);
        }
    }
}

impl fmt::Debug for CustomParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_numbered_from_one_and_bounded() {
        let many = |count: usize| CustomParameters::new((0..count).map(|n| (format!("n{n}"), "v")));
        let mut sent = Vec::new();
        many(99)
            .unwrap()
            .encode("", &mut |name, value| sent.push(format!("{name}={value}")));
        assert_eq!(sent.len(), 198);
        assert_eq!(
            (sent[0].as_str(), sent[197].as_str()),
            ("Parameter1.Name=n0", "Parameter99.Value=v")
        );
        assert_eq!(many(100), Err(CustomParametersError::TooMany));
        assert_eq!(
            CustomParameters::new([("", "v")]),
            Err(CustomParametersError::NoName)
        );
        assert_eq!(
            CustomParameters::new([("a", "1"), ("a", "2")]),
            Err(CustomParametersError::Twice)
        );
        let shown = format!("{:?}", CustomParameters::new([("a", "s3cret")]).unwrap());
        assert_eq!(shown, r#"["a"]"#);
    }

    #[test]
    fn names_that_no_path_could_hold_are_refused() {
        for bad in ["", "a\nb", &"x".repeat(1025)] {
            assert_eq!(ForkName::new(bad), Err(ForkNameError));
        }
        assert_eq!(
            ForkName::new("my stream/1").unwrap().as_str(),
            "my stream/1"
        );
    }
}
