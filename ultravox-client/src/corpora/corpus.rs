//! A corpus: as it is asked for, changed, and given.

use voice_core::client::Operation;
use voice_core::error::Error;
use voice_core::wire::open_enum;

use crate::check::Problems;
use crate::types::{CorpusId, UvTime};

open_enum! {
    /// How far a corpus is.
    pub enum CorpusStatus {
        /// Not said.
        Unspecified = "CORPUS_STATUS_UNSPECIFIED",
        /// It has no sources.
        Empty = "CORPUS_STATUS_EMPTY",
        /// Its first documents are being loaded; queries find nothing yet.
        Initializing = "CORPUS_STATUS_INITIALIZING",
        /// It can be asked.
        Ready = "CORPUS_STATUS_READY",
        /// It can be asked, and more is being loaded.
        Updating = "CORPUS_STATUS_UPDATING",
    }
}

request! {
    /// A corpus to be created, or to take an old one's place.
    NewCorpus(
        /// Its name.
        name: String => "name",
    ) {
        /// What is in it.
        description: String => "description",
    }
}

request! {
    /// What to change of a corpus; what is not set stays.
    CorpusUpdate() {
        /// Another name.
        name: String => "name",
        /// Another description; an empty text for none, since `null` is not declared here.
        description: String => "description",
    }
}

impl CorpusUpdate {
    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.no_change(self == &Self::new());
        problems.finish(operation)
    }
}

model! {
    /// A corpus as Ultravox knows it.
    response Corpus {
        /// Its id.
        corpus_id: CorpusId => "corpusId",
        /// When it was created.
        created: UvTime => "created",
        /// Its name.
        name: String => "name",
        /// What is in it.
        description: String => "description",
        /// How far it is.
        stats: CorpusStats => "stats",
    }
}

impl Corpus {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for an answer without one, which the API does not give.
    pub fn id(&self) -> Result<&CorpusId, Error> {
        self.corpus_id
            .as_ref()
            .ok_or_else(|| crate::missing("corpora", "corpusId"))
    }

    /// Whether it can be asked: ready, or being updated.
    #[must_use]
    pub fn can_be_queried(&self) -> bool {
        let status = self.stats.as_ref().and_then(|stats| stats.status.as_ref());
        matches!(status, Some(CorpusStatus::Ready | CorpusStatus::Updating))
    }
}

model! {
    /// How far a corpus is. Numbers that are 0 may be absent.
    response CorpusStats {
        /// Whether it can be asked.
        status: CorpusStatus => "status",
        /// When its contents last changed.
        last_updated: UvTime => "lastUpdated",
        /// Pieces of documents.
        num_chunks: i32 => "numChunks",
        /// Documents.
        num_docs: i32 => "numDocs",
        /// What is searched; several for one piece, at times.
        num_vectors: i32 => "numVectors",
    }
}
