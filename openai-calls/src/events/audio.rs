//! Audio within an event.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::wire::Lenient;

/// Padding is written, and not asked for.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a text is no audio; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the audio is not base64")]
#[non_exhaustive]
pub struct AudioError;

/// Audio as an event carries it: base64, decoded when it is asked for and not before.
///
/// What a server sent is taken as it came, and checked by [`decode`](Self::decode). `Debug` shows the length.
///
/// ```
/// use openai_calls::events::AudioData;
///
/// let audio = AudioData::encode(b"\x00\x01");
/// assert_eq!(audio.as_base64(), "AAE=");
/// assert_eq!(&audio.decode()?[..], b"\x00\x01");
/// assert!(AudioData::from_base64("no base64!").is_err());
/// # Ok::<(), openai_calls::events::AudioError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AudioData(String);

impl AudioData {
    /// Audio in the session's format.
    #[must_use]
    pub fn encode(audio: impl AsRef<[u8]>) -> Self {
        Self(BASE64.encode(audio))
    }

    /// Audio that is base64 already.
    ///
    /// # Errors
    /// [`AudioError`] for anything else.
    pub fn from_base64(text: impl Into<String>) -> Result<Self, AudioError> {
        let audio = Self(text.into());
        audio.decode()?;
        Ok(audio)
    }

    /// The text as it travels.
    #[must_use]
    pub fn as_base64(&self) -> &str {
        &self.0
    }

    /// The audio itself, in the session's format.
    ///
    /// # Errors
    /// [`AudioError`] if it is not base64.
    pub fn decode(&self) -> Result<Bytes, AudioError> {
        BASE64
            .decode(&self.0)
            .map(Bytes::from)
            .map_err(|_| AudioError)
    }
}

impl fmt::Debug for AudioData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[base64 of {} bytes]", self.0.len())
    }
}

impl Lenient for AudioData {
    fn read(value: serde_json::Value) -> Result<Self, serde_json::Value> {
        String::read(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn audio_comes_back(audio: Vec<u8>) {
            let data = AudioData::encode(&audio);
            prop_assert_eq!(&data.decode().unwrap()[..], &audio[..]);
            let bare = data.as_base64().trim_end_matches('=');
            prop_assert_eq!(&AudioData::from_base64(bare).unwrap().decode().unwrap()[..], &audio[..]);
        }

        #[test]
        fn any_text_is_decoded_or_refused(text in "\\PC{0,40}") {
            let read: AudioData = serde_json::from_value(text.clone().into()).unwrap();
            prop_assert_eq!(read.decode().is_ok(), AudioData::from_base64(text).is_ok());
        }
    }

    #[test]
    fn only_the_length_shows() {
        assert_eq!(
            format!("{:?}", AudioData::encode([0; 3])),
            "[base64 of 4 bytes]"
        );
        assert_eq!(AudioData::from_base64("A"), Err(AudioError));
    }
}
