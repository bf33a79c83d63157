//! The sound of a recording, as a download.
//!
//! It is not in the official list of operations; the facts are of Twilio's documentation of recordings: the recording's
//! address with `.wav` or `.mp3` in place of `.json`.

use voice_core::client::{Download, Operation, Response};
use voice_core::error::Error;
use voice_core::ident::RecordingSid;

use super::{ON, Recordings};

static WAV: Operation = Operation::get(
    "recordings.media_wav",
    "/2010-04-01/Accounts/{AccountSid}/Recordings/{Sid}.wav",
);
static MP3: Operation = Operation::get(
    "recordings.media_mp3",
    "/2010-04-01/Accounts/{AccountSid}/Recordings/{Sid}.mp3",
);

/// A format of sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MediaFormat {
    /// WAV: larger, nothing lost.
    #[default]
    Wav,
    /// MP3: smaller. An encrypted recording is not given as one (16109).
    Mp3,
}

/// How many channels the sound is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaChannels {
    /// Everybody in one.
    Mono,
    /// Each side in its own; a recording made with one channel has no such form (16113).
    Dual,
}

impl MediaChannels {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Mono => "1",
            Self::Dual => "2",
        }
    }
}

/// In which form sound is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[must_use = "a request does nothing until it is sent"]
pub struct RecordingMedia {
    format: MediaFormat,
    channels: Option<MediaChannels>,
}

impl RecordingMedia {
    /// As WAV.
    pub fn wav() -> Self {
        MediaFormat::Wav.into()
    }

    /// As MP3.
    pub fn mp3() -> Self {
        MediaFormat::Mp3.into()
    }

    /// With so many channels.
    ///
    /// Sent as `RequestedChannels`.
    pub fn channels(mut self, channels: MediaChannels) -> Self {
        self.channels = Some(channels);
        self
    }
}

impl From<MediaFormat> for RecordingMedia {
    fn from(format: MediaFormat) -> Self {
        Self {
            format,
            channels: None,
        }
    }
}

impl Recordings<'_> {
    /// Downloads the sound of a recording: a stream, bounded in size and silence, see [`Download`].
    ///
    /// Where Twilio answers with a redirect, storage of your own for example, it is followed without credentials.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) until the recording is
    /// [completed](super::RecordingStatus::Completed), and once it is deleted; 16109 for an encrypted one as MP3, 16113 for
    /// two channels of one made with one. Otherwise the API's, or the storage's.
    pub async fn media(
        &self,
        sid: RecordingSid,
        media: impl Into<RecordingMedia>,
    ) -> Result<Response<Download>, Error> {
        let media = media.into();
        let operation = match media.format {
            MediaFormat::Wav => &WAV,
            MediaFormat::Mp3 => &MP3,
        };
        self.client
            .at(ON, operation)
            .path("Sid", sid)
            .query_option(
                "RequestedChannels",
                media.channels.map(MediaChannels::as_str),
            )
            .send_stream()
            .await
    }
}
