//! Documents of a source.

use crate::types::{CorpusId, DocumentId, Int64, SourceId, UvTime};

model! {
    /// A document: a file that was uploaded, a page, or what was made of one on the way.
    response Document {
        /// The corpus it is in.
        corpus_id: CorpusId => "corpusId",
        /// The source it is from.
        source_id: SourceId => "sourceId",
        /// Its id.
        document_id: DocumentId => "documentId",
        /// When it was created.
        created: UvTime => "created",
        /// Its media type.
        mime_type: String => "mimeType",
        /// What is known of it.
        metadata: DocumentMetadata => "metadata",
        /// Its size, in bytes; 0 may be absent.
        size_bytes: Int64 => "sizeBytes",
    }
}

model! {
    /// What is known of a document.
    response DocumentMetadata {
        /// Its address, if it has a public one.
        public_url: String => "publicUrl",
        /// Its language (BCP 47).
        language: String => "language",
        /// Its title.
        title: String => "title",
        /// What is in it.
        description: String => "description",
        /// When it was published.
        published: UvTime => "published",
        /// The questions it is found by, for documents of an [`AdvancedSpec`](super::AdvancedSpec).
        example_queries: Vec<String> => "exampleQueries",
    }
}
