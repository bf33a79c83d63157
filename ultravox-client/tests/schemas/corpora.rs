//! Corpora.

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &[
    "CorpusUploadsRequest",
    "CorpusUploadsResponse",
    "ultravox.v1.AdvancedSpec",
    "ultravox.v1.AdvancedSpec_DocumentDetails",
    "ultravox.v1.Corpus",
    "ultravox.v1.CorpusDocument",
    "ultravox.v1.CorpusDocumentMetadata",
    "ultravox.v1.CorpusQueryResult",
    "ultravox.v1.CorpusQueryResult_Citation",
    "ultravox.v1.CorpusSource",
    "ultravox.v1.CorpusStats",
    "ultravox.v1.CrawlSpec",
    "ultravox.v1.MimeTypeFilter",
    "ultravox.v1.MimeTypeSet",
    "ultravox.v1.QueryCorpusRequest",
    "ultravox.v1.SourceStats",
    "ultravox.v1.UploadSpec",
];

table! {}
