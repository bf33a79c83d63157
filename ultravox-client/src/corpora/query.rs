//! Questions to a corpus.

use voice_core::client::Operation;
use voice_core::error::Error;

use crate::check::Problems;
use crate::types::{DocumentId, SourceId};

/// The most results a question may ask for.
const MOST: u32 = 20;

request! {
    /// A question to a corpus. It does not show in `Debug`: what people ask can be personal.
    CorpusQuery(
        /// The question, in words.
        query: String => "query" quiet,
    ) {
        /// How many results at most, 1 to 20; the API decides unless set.
        max_results: u32 => "maxResults",
    }
}

impl CorpusQuery {
    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.rule(self.query.trim().is_empty(), "query", "must not be empty");
        if let Some(results) = self.max_results {
            problems.whole("maxResults", results, 1..=MOST);
        }
        problems.finish(operation)
    }
}

model! {
    /// A piece of a document that fits a question.
    response CorpusMatch {
        /// The piece. It does not show in `Debug`.
        content: String => "content" quiet,
        /// How well it fits; more is better.
        score: f64 => "score",
        /// Where it is from.
        citation: Citation => "citation",
    }
}

model! {
    /// Where a piece is from.
    response Citation {
        /// The source.
        source_id: SourceId => "sourceId",
        /// The document.
        document_id: DocumentId => "documentId",
        /// The document's address, if it has a public one.
        public_url: String => "publicUrl",
        /// The document's title, if it is known.
        title: String => "title",
    }
}
