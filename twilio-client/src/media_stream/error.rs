//! What can be wrong with a message or with what is to be sent.

use std::time::Duration;

use voice_core::error::{Error, ErrorKind};

/// Why a message cannot be read, or must not be sent. Nothing of its content is in it.
///
/// None of them ends the stream: Twilio drops a frame it does not understand and goes on, and so may the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// Longer than [`MAX_MESSAGE_BYTES`](super::MAX_MESSAGE_BYTES); not read.
    #[error("a message of {0} bytes is too long")]
    TooLong(usize),
    /// Not a JSON object.
    #[error("the message is no JSON object")]
    NotJson,
    /// A field without which the message means nothing is missing or of another form.
    #[error("the message has no usable {0}")]
    Missing(&'static str),
    /// The audio is not base64.
    #[error("the audio is not base64")]
    Payload,
    /// The message names another stream than the one that was started. Twilio's side refuses that as well (31951).
    #[error("the message is of another stream")]
    OtherStream,
    /// The stream carries something else than μ-law at 8,000 Hz with one channel.
    #[error("the stream's audio is not 8,000 Hz mono mu-law")]
    Format,
    /// Nothing can be sent before the `start` message has said which stream it is.
    #[error("the stream has not started")]
    NotStarted,
    /// Nothing can be sent any more: the stream has stopped.
    #[error("the stream has stopped")]
    Stopped,
    /// There is no audio in it.
    #[error("there is no audio to play")]
    NoAudio,
    /// The audio begins with the header of a WAV file, which would be heard as noise.
    #[error("the audio is a WAV file; Twilio plays raw mu-law without a header")]
    FileHeader,
    /// More audio would be waiting than Twilio keeps: it discards what is over about ten minutes (31931).
    #[error("{0:?} of audio would be waiting, more than Twilio keeps")]
    BufferFull(Duration),
    /// A mark without a name is not to be recognised when it comes back.
    #[error("the mark has no name")]
    MarkName,
    /// So many marks wait for their echo that something is wrong.
    #[error("{0} marks wait for their echo")]
    TooManyMarks(usize),
}

impl From<StreamError> for Error {
    fn from(error: StreamError) -> Self {
        Self::new(ErrorKind::InvalidInput, error.to_string()).with_source(error)
    }
}
