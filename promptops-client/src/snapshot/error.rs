//! [`SnapshotError`]: why a snapshot could not be read or written.

use voice_core::error::{Error, ErrorKind};

/// Why a snapshot could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The file system's.
    #[error("the snapshot file: {0}")]
    Io(#[from] std::io::Error),
    /// More than 64 MiB, which no set of prompts needs.
    #[error("the snapshot file is larger than 64 MiB")]
    TooLarge,
    /// No JSON of this form, or of a schema this version does not know.
    #[error("the snapshot file is no snapshot of this form")]
    Form,
    /// Outside a tokio runtime, or one that shuts down.
    #[error("the snapshot file needs a running tokio runtime")]
    Runtime,
}

impl From<SnapshotError> for Error {
    fn from(error: SnapshotError) -> Self {
        Self::new(ErrorKind::Other, error.to_string()).with_source(error)
    }
}
