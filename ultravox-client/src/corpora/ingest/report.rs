//! What is heard of files on their way into a corpus: while it goes on, at its end, and when it stops.

use std::fmt;

use voice_core::error::Error;
use voice_core::transport::UploadProgress;

use crate::corpora::Source;
use crate::types::{DocumentId, SourceId};

/// How far it came: what [`Ingest::resume`](crate::corpora::Ingest::resume) goes on from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ingesting {
    /// The files that are there, in the order they were given; fewer than were given, perhaps.
    pub documents: Vec<DocumentId>,
    /// The source, once it is there.
    pub source: Option<SourceId>,
}

/// Files that can be found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Ingested {
    /// The ids of the files, in the order they were given.
    pub documents: Vec<DocumentId>,
    /// The source, as it was when it was ready.
    pub source: Source,
}

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum IngestProgress<'a> {
    /// A file is being sent.
    #[non_exhaustive]
    Uploading {
        /// Which one, from 1.
        file: usize,
        /// Of how many.
        files: usize,
        /// How far it is.
        progress: UploadProgress,
    },
    /// A file is there.
    #[non_exhaustive]
    Uploaded {
        /// Which one, from 1.
        file: usize,
        /// Of how many.
        files: usize,
        /// Its id.
        document: &'a DocumentId,
    },
    /// The source was looked at: its status, and how many documents it has so far.
    Loading(&'a Source),
}

impl fmt::Display for IngestProgress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uploading {
                file,
                files,
                progress,
            } => {
                let (sent, total) = (progress.sent, progress.total);
                write!(f, "file {file} of {files}: {sent} of {total} bytes")
            }
            Self::Uploaded {
                file,
                files,
                document,
            } => write!(f, "file {file} of {files}: uploaded as {document}"),
            Self::Loading(source) => {
                let status = source.status().map_or("unknown", |status| status.as_str());
                write!(f, "source: {status}, {} documents", source.documents())
            }
        }
    }
}

/// Where it stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IngestStep {
    /// Something is wrong with what was given; nothing was sent.
    Check,
    /// A file could not be sent.
    Upload {
        /// Which one, from 1.
        file: usize,
    },
    /// The source could not be created, or nobody knows whether it was.
    CreateSource,
    /// The source did not become ready: its documents are being loaded still, or it is gone.
    Load,
}

impl fmt::Display for IngestStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check => f.write_str("before anything was sent"),
            Self::Upload { file } => write!(f, "at the upload of file {file}"),
            Self::CreateSource => f.write_str("at the creation of the source"),
            Self::Load => f.write_str("while the source was loading"),
        }
    }
}

/// Files did not get into a corpus, or not all the way.
#[derive(Debug, thiserror::Error)]
#[error("stopped {step}: {error}")]
#[non_exhaustive]
pub struct IngestError {
    /// Where it stopped.
    pub step: IngestStep,
    /// How far it came; for [`Ingest::resume`](crate::corpora::Ingest::resume).
    pub done: Ingesting,
    /// Why.
    #[source]
    pub error: Error,
}

/// For callers who do not go on: what went wrong, with what is there in its context.
impl From<IngestError> for Error {
    fn from(failed: IngestError) -> Self {
        let error = failed
            .error
            .with_context("uploaded", failed.done.documents.len().to_string());
        match failed.done.source {
            Some(source) => error.with_context("source_id", source),
            None => error,
        }
    }
}
