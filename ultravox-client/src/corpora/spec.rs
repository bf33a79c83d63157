//! Where the documents of a source are from.

use crate::check::Problems;
use crate::types::{DocumentId, JsonMap, only_key};

/// The most documents of a source.
const MOST_DOCUMENTS: usize = 200;
/// The most example questions of a document.
const MOST_QUERIES: usize = 10;
/// The longest example question, in characters.
const LONGEST_QUERY: usize = 400;

one_of! {
    /// Where the documents of a source are from: exactly one way.
    SourceContent {
        /// Pages of the web.
        Crawl(CrawlSpec) => "crawl",
        /// Files that were uploaded.
        Upload(UploadSpec) => "upload",
        /// Files that were uploaded, found by example questions and given as a whole.
        Advanced(AdvancedSpec) => "advanced",
    }
}

impl SourceContent {
    /// Pages of the web, beginning at these.
    #[must_use]
    pub fn crawl<U: Into<String>>(start_urls: impl IntoIterator<Item = U>) -> Self {
        Self::Crawl(CrawlSpec::new(start_urls))
    }

    /// Files that were uploaded.
    #[must_use]
    pub fn upload(documents: impl IntoIterator<Item = DocumentId>) -> Self {
        Self::Upload(UploadSpec::new(documents))
    }

    /// Files that were uploaded, each with the questions it answers.
    #[must_use]
    pub fn advanced(documents: impl IntoIterator<Item = AdvancedDocument>) -> Self {
        Self::Advanced(AdvancedSpec::new(documents))
    }

    pub(super) fn check(&self, problems: &mut Problems) {
        match self {
            Self::Crawl(spec) => spec.check(problems),
            Self::Upload(spec) => {
                let documents = spec.document_ids.as_ref().map_or(0, Vec::len);
                count(problems, "upload.documentIds", documents);
            }
            Self::Advanced(spec) => spec.check(problems),
            Self::Other(object) => problems.rule(
                only_key(object).is_none(),
                "source",
                "must have exactly one of crawl, upload, advanced",
            ),
        }
    }

    /// Its only field, as it goes into a source.
    pub(super) fn fields(&self) -> Result<JsonMap, serde_json::Error> {
        JsonMap::try_from(serde_json::to_value(self)?)
    }

    /// The ids of files that were uploaded; none of a crawl.
    pub(super) fn uploaded(&self) -> Vec<&DocumentId> {
        match self {
            Self::Upload(spec) => spec.document_ids.iter().flatten().collect(),
            Self::Advanced(spec) => spec
                .documents
                .iter()
                .flatten()
                .filter_map(|document| document.document_id.as_ref())
                .collect(),
            Self::Crawl(_) | Self::Other(_) => Vec::new(),
        }
    }
}

fn count(problems: &mut Problems, field: &str, documents: usize) {
    problems.rule(
        !(1..=MOST_DOCUMENTS).contains(&documents),
        field,
        "must have 1 to 200 documents",
    );
}

model! {
    /// Pages of the web.
    both CrawlSpec {
        /// The most documents, 1 to 200.
        max_documents: i32 => "maxDocuments",
        /// The largest document, in bytes.
        max_document_bytes: i32 => "maxDocumentBytes",
        /// Which media types are kept; the API decides unless set.
        relevant_document_types: MimeTypeFilter => "relevantDocumentTypes",
        /// Where it begins.
        start_urls: Vec<String> => "startUrls",
        /// How far links are followed: 1 is the start pages alone, 2 is those they link to as well, and so on.
        max_depth: i32 => "maxDepth",
    }
}

impl CrawlSpec {
    /// Begins at these pages: `http` or `https` URLs.
    #[must_use]
    pub fn new<U: Into<String>>(start_urls: impl IntoIterator<Item = U>) -> Self {
        let urls: Vec<String> = start_urls.into_iter().map(Into::into).collect();
        Self::default().start_urls(urls)
    }

    fn check(&self, problems: &mut Problems) {
        let urls = self.start_urls.as_deref().unwrap_or_default();
        problems.rule(
            urls.is_empty(),
            "crawl.startUrls",
            "must have a page to begin at",
        );
        for (at, url) in urls.iter().enumerate() {
            problems.url(&format!("crawl.startUrls.{at}"), Some(url), usize::MAX);
        }
        let out = |value: Option<i32>, most: i32| value.is_some_and(|v| !(1..=most).contains(&v));
        problems.rule(
            out(self.max_documents, 200),
            "crawl.maxDocuments",
            "must be between 1 and 200",
        );
        for (field, value) in [
            ("crawl.maxDocumentBytes", self.max_document_bytes),
            ("crawl.maxDepth", self.max_depth),
        ] {
            problems.rule(out(value, i32::MAX), field, "must be 1 or more");
        }
    }
}

model! {
    /// Which media types are kept.
    plain MimeTypeFilter {
        /// Only these.
        include: MimeTypeSet => "include",
        /// Not these.
        exclude: MimeTypeSet => "exclude",
    }
}

model! {
    /// Media types.
    both MimeTypeSet {
        /// The types, such as `text/html`.
        mime_types: Vec<String> => "mimeTypes",
    }
}

impl MimeTypeSet {
    /// These types.
    #[must_use]
    pub fn new<T: Into<String>>(types: impl IntoIterator<Item = T>) -> Self {
        let types: Vec<String> = types.into_iter().map(Into::into).collect();
        Self::default().mime_types(types)
    }
}

model! {
    /// Files that were uploaded.
    both UploadSpec {
        /// Their ids: 1 to 200.
        document_ids: Vec<DocumentId> => "documentIds",
    }
}

impl UploadSpec {
    /// These files.
    #[must_use]
    pub fn new(documents: impl IntoIterator<Item = DocumentId>) -> Self {
        let documents: Vec<DocumentId> = documents.into_iter().collect();
        Self::default().document_ids(documents)
    }
}

model! {
    /// Files that were uploaded, found by example questions and given as a whole.
    both AdvancedSpec {
        /// The files: 1 to 200.
        documents: Vec<AdvancedDocument> => "documents",
    }
}

impl AdvancedSpec {
    /// These files.
    #[must_use]
    pub fn new(documents: impl IntoIterator<Item = AdvancedDocument>) -> Self {
        let documents: Vec<AdvancedDocument> = documents.into_iter().collect();
        Self::default().documents(documents)
    }

    fn check(&self, problems: &mut Problems) {
        let documents = self.documents.as_deref().unwrap_or_default();
        count(problems, "advanced.documents", documents.len());
        for (at, document) in documents.iter().enumerate() {
            let at = format!("advanced.documents.{at}");
            problems.rule(
                document.document_id.is_none(),
                &format!("{at}.documentId"),
                "says which file it is",
            );
            document.check(problems, &format!("{at}.exampleQueries"));
        }
    }
}

model! {
    /// A file, and the questions it answers. Only the questions are searched; what is found is the whole file.
    both AdvancedDocument {
        /// The file.
        document_id: DocumentId => "documentId",
        /// At most 10 questions of at most 400 characters each, none of them blank.
        example_queries: Vec<String> => "exampleQueries",
    }
}

impl AdvancedDocument {
    /// A file, and the questions it answers.
    #[must_use]
    pub fn new<Q: Into<String>>(
        document: DocumentId,
        example_queries: impl IntoIterator<Item = Q>,
    ) -> Self {
        let queries: Vec<String> = example_queries.into_iter().map(Into::into).collect();
        Self::default()
            .document_id(document)
            .example_queries(queries)
    }

    pub(super) fn check(&self, problems: &mut Problems, field: &str) {
        let queries = self.example_queries.as_ref();
        problems.at_most(field, queries, MOST_QUERIES);
        for (at, query) in queries.into_iter().flatten().enumerate() {
            let field = format!("{field}.{at}");
            if query.trim().is_empty() {
                problems.add(field, "must not be blank");
            } else {
                problems.text(&field, Some(query), LONGEST_QUERY);
            }
        }
    }
}
