//! Corpora: collections of documents that agents look things up in.
//!
//! A corpus has sources, a source gives documents: pages it crawled, or files that were uploaded. Documents are cut into
//! pieces, and a query finds the pieces that fit. [`Ingest`] does the whole way of files into a corpus; the operations it
//! is made of are here as well.
//!
//! Limits the vendor names: 20 sources to a corpus, 200 documents to a source, 10 MB to a file, 20 results to a query, and
//! 2 corpora to an account unless its plan says more.

mod corpus;
mod document;
mod file;
mod ingest;
mod query;
mod source;
mod sources;
mod spec;
mod wait;

use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::retry::Repeat;
use voice_core::transport::UploadProgress;

pub use corpus::{Corpus, CorpusStats, CorpusStatus, CorpusUpdate, NewCorpus};
pub use document::{Document, DocumentMetadata};
pub use file::{NewUpload, PresignedUpload};
pub use ingest::{Ingest, IngestError, IngestProgress, IngestStep, Ingested, Ingesting};
pub use query::{Citation, CorpusMatch, CorpusQuery};
pub use source::{NewSource, Source, SourceStats, SourceStatus, SourceUpdate};
pub use sources::{
    CREATE_SOURCE, CorpusSources, DELETE_SOURCE, GET_DOCUMENT, GET_SOURCE, LIST_DOCUMENTS,
    LIST_SOURCES, ListDocuments, ListSources, REPLACE_SOURCE, UPDATE_SOURCE,
};
pub use spec::{
    AdvancedDocument, AdvancedSpec, CrawlSpec, MimeTypeFilter, MimeTypeSet, SourceContent,
    UploadSpec,
};
pub use wait::Patience;

use crate::types::{CorpusId, DocumentId, UploadFile};

/// `GET /api/corpora`
pub static LIST: Operation = Operation::get("corpora.list", "/api/corpora");
/// `POST /api/corpora`: a second one makes a second corpus.
pub static CREATE: Operation = Operation::post("corpora.create", "/api/corpora", Repeat::Once);
/// `GET /api/corpora/{corpus_id}`
pub static GET: Operation = Operation::get("corpora.get", "/api/corpora/{corpus_id}");
/// `PUT /api/corpora/{corpus_id}`; undocumented.
pub static REPLACE: Operation = Operation::put("corpora.replace", "/api/corpora/{corpus_id}");
/// `PATCH /api/corpora/{corpus_id}`
pub static UPDATE: Operation = Operation::patch("corpora.update", "/api/corpora/{corpus_id}");
/// `DELETE /api/corpora/{corpus_id}`
pub static DELETE: Operation = Operation::delete("corpora.delete", "/api/corpora/{corpus_id}");
/// `POST /api/corpora/{corpus_id}/query`: it only reads.
pub static QUERY: Operation = Operation::post(
    "corpora.query",
    "/api/corpora/{corpus_id}/query",
    Repeat::Safe,
);
/// `POST /api/corpora/{corpus_id}/uploads`: a second one gives a second link, and the first expires unused.
pub static CREATE_UPLOAD: Operation = Operation::post(
    "corpora.uploads.create",
    "/api/corpora/{corpus_id}/uploads",
    Repeat::Idempotent,
);

/// The account's corpora; from [`UltravoxClient::corpora`](crate::UltravoxClient::corpora).
#[derive(Debug, Clone, Copy)]
pub struct Corpora<'a> {
    client: &'a Client,
}

impl<'a> Corpora<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates a corpus, which is empty. Sent once: after an unknown outcome list the corpora before creating it again.
    ///
    /// # Errors
    /// The API's; accounts have a limit, which [`Account`](crate::accounts::Account) tells.
    pub async fn create(&self, corpus: &NewCorpus) -> Result<Response<Corpus>, Error> {
        self.client.request(&CREATE).json(corpus).send().await
    }

    /// Reads a corpus, with how far it is.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, id: &CorpusId) -> Result<Response<Corpus>, Error> {
        self.client.request(&GET).path("corpus_id", id).send().await
    }

    /// All corpora, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListCorpora) -> Pager<'static, Corpus> {
        filter.list(self.client, &LIST).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(&self, filter: &ListCorpora) -> Result<Response<Page<Corpus>>, Error> {
        filter.list(self.client, &LIST).page().await
    }

    /// Replaces name and description of a corpus: what `corpus` does not set is empty then. Its sources stay.
    ///
    /// The vendor's pages do not mention this operation; it may change without notice. [`update`](Self::update) is the
    /// documented way.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none; otherwise the API's.
    pub async fn replace(
        &self,
        id: &CorpusId,
        corpus: &NewCorpus,
    ) -> Result<Response<Corpus>, Error> {
        self.client
            .request(&REPLACE)
            .path("corpus_id", id)
            .json(corpus)
            .send()
            .await
    }

    /// Changes name or description of a corpus.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none; a change of nothing is refused
    /// before anything is sent.
    pub async fn update(
        &self,
        id: &CorpusId,
        change: &CorpusUpdate,
    ) -> Result<Response<Corpus>, Error> {
        change.check(&UPDATE)?;
        self.client
            .request(&UPDATE)
            .path("corpus_id", id)
            .json(change)
            .send()
            .await
    }

    /// Deletes a corpus, its sources and its documents. Agents that look things up in it find nothing any more.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn delete(&self, id: &CorpusId) -> Result<Response<()>, Error> {
        self.client
            .request(&DELETE)
            .path("corpus_id", id)
            .send_empty()
            .await
    }

    /// Finds the pieces of a corpus that fit a question, best first; not in pages.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for an empty
    /// question or a number of results that is not 1 to 20; otherwise the API's.
    pub async fn query(
        &self,
        id: &CorpusId,
        query: &CorpusQuery,
    ) -> Result<Response<Vec<CorpusMatch>>, Error> {
        query.check(&QUERY)?;
        self.client
            .request(&QUERY)
            .path("corpus_id", id)
            .json(query)
            .send()
            .await
    }

    /// The sources of a corpus, and their documents.
    #[must_use]
    pub fn sources(&self, id: &'a CorpusId) -> CorpusSources<'a> {
        CorpusSources::new(self.client, id)
    }

    /// Asks for a link that one file can be sent to, within 5 minutes. [`upload`](Self::upload) asks and sends.
    ///
    /// # Errors
    /// The API's.
    pub async fn create_upload(
        &self,
        id: &CorpusId,
        upload: &NewUpload,
    ) -> Result<Response<PresignedUpload>, Error> {
        self.client
            .request(&CREATE_UPLOAD)
            .path("corpus_id", id)
            .json(upload)
            .send()
            .await
    }

    /// Uploads a file, which belongs to nothing until a source names it: see [`SourceContent::upload`]. [`Ingest`] does
    /// that as well, and waits.
    ///
    /// The file goes to a storage, without the API key and with the media type the link was made for. A link that the
    /// storage refuses, as it does when 5 minutes have passed, is asked for anew, once.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for an empty file
    /// or one of more than [10 MiB](crate::types::MOST_BYTES); otherwise the API's or the storage's.
    pub async fn upload(&self, id: &CorpusId, file: &UploadFile) -> Result<DocumentId, Error> {
        self.upload_with_progress(id, file, |_| {}).await
    }

    /// The same, and hears how it goes.
    ///
    /// # Errors
    /// As [`upload`](Self::upload).
    pub async fn upload_with_progress(
        &self,
        id: &CorpusId,
        file: &UploadFile,
        listener: impl Fn(UploadProgress) + Send + Sync + 'static,
    ) -> Result<DocumentId, Error> {
        file::send(self, id, file, std::sync::Arc::new(listener)).await
    }

    /// Puts files into a corpus: uploads them, makes a source of them, waits until they can be found.
    pub fn ingest(&self, id: &'a CorpusId) -> Ingest<'a> {
        Ingest::new(*self, id)
    }
}

filter! {
    /// Where in the list of corpora to begin, and how many to a page.
    ListCorpora {}
}
