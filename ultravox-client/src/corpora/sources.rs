//! The sources of one corpus, and the documents of each.

use http::Method;
use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::retry::Repeat;

use super::wait::{Patience, until_ready};
use super::{Document, NewSource, Source, SourceUpdate};
use crate::list::List;
use crate::types::{CorpusId, DocumentId, SourceId};

/// `GET /api/corpora/{corpus_id}/sources`
pub static LIST_SOURCES: Operation =
    Operation::get("corpora.sources.list", "/api/corpora/{corpus_id}/sources");
/// `POST /api/corpora/{corpus_id}/sources`: a second one makes a second source.
pub static CREATE_SOURCE: Operation = Operation::post(
    "corpora.sources.create",
    "/api/corpora/{corpus_id}/sources",
    Repeat::Once,
);
/// `GET /api/corpora/{corpus_id}/sources/{source_id}`
pub static GET_SOURCE: Operation = Operation::get(
    "corpora.sources.get",
    "/api/corpora/{corpus_id}/sources/{source_id}",
);
/// `PUT /api/corpora/{corpus_id}/sources/{source_id}`; undocumented. Each one loads the documents again, most likely.
pub static REPLACE_SOURCE: Operation = Operation::new(
    "corpora.sources.replace",
    Method::PUT,
    "/api/corpora/{corpus_id}/sources/{source_id}",
    Repeat::Once,
);
/// `PATCH /api/corpora/{corpus_id}/sources/{source_id}`: each one loads the documents again.
pub static UPDATE_SOURCE: Operation = Operation::new(
    "corpora.sources.update",
    Method::PATCH,
    "/api/corpora/{corpus_id}/sources/{source_id}",
    Repeat::Once,
);
/// `DELETE /api/corpora/{corpus_id}/sources/{source_id}`
pub static DELETE_SOURCE: Operation = Operation::delete(
    "corpora.sources.delete",
    "/api/corpora/{corpus_id}/sources/{source_id}",
);
/// `GET /api/corpora/{corpus_id}/sources/{source_id}/documents`
pub static LIST_DOCUMENTS: Operation = Operation::get(
    "corpora.documents.list",
    "/api/corpora/{corpus_id}/sources/{source_id}/documents",
);
/// `GET /api/corpora/{corpus_id}/sources/{source_id}/documents/{document_id}`
pub static GET_DOCUMENT: Operation = Operation::get(
    "corpora.documents.get",
    "/api/corpora/{corpus_id}/sources/{source_id}/documents/{document_id}",
);

/// The sources of one corpus; from [`Corpora::sources`](super::Corpora::sources).
#[derive(Debug, Clone, Copy)]
pub struct CorpusSources<'a> {
    client: &'a Client,
    corpus: &'a CorpusId,
}

impl<'a> CorpusSources<'a> {
    pub(super) fn new(client: &'a Client, corpus: &'a CorpusId) -> Self {
        Self { client, corpus }
    }

    /// Adds a source; its documents are loaded in the background, see [`wait_until_ready`](Self::wait_until_ready). Sent
    /// once: after an unknown outcome list the sources before adding it again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent if a rule is
    /// broken; otherwise the API's. A corpus has at most 20 sources.
    pub async fn create(&self, source: &NewSource) -> Result<Response<Source>, Error> {
        source.check(&CREATE_SOURCE)?;
        self.client
            .request(&CREATE_SOURCE)
            .path("corpus_id", self.corpus)
            .json(source)
            .send()
            .await
    }

    /// Reads a source, with how far it is.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, id: &SourceId) -> Result<Response<Source>, Error> {
        self.client
            .request(&GET_SOURCE)
            .path("corpus_id", self.corpus)
            .path("source_id", id)
            .send()
            .await
    }

    /// All sources, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListSources) -> Pager<'static, Source> {
        self.sources(filter).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(&self, filter: &ListSources) -> Result<Response<Page<Source>>, Error> {
        self.sources(filter).page().await
    }

    /// Replaces a source, which then loads its documents again, most likely. Sent once.
    ///
    /// The vendor's pages do not mention this operation; it may change without notice.
    ///
    /// # Errors
    /// As [`create`](Self::create), and [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound).
    pub async fn replace(
        &self,
        id: &SourceId,
        source: &NewSource,
    ) -> Result<Response<Source>, Error> {
        source.check(&REPLACE_SOURCE)?;
        self.client
            .request(&REPLACE_SOURCE)
            .path("corpus_id", self.corpus)
            .path("source_id", id)
            .json(source)
            .send()
            .await
    }

    /// Changes a source. **It loads its documents again, even if only its name changes**: a crawl visits every page anew,
    /// which takes its time and may bring other contents. Sent once.
    ///
    /// # Errors
    /// As [`replace`](Self::replace); a change of nothing is refused before anything is sent, see
    /// [`reload`](Self::reload).
    pub async fn update_and_reload(
        &self,
        id: &SourceId,
        change: &SourceUpdate,
    ) -> Result<Response<Source>, Error> {
        change.check(&UPDATE_SOURCE)?;
        self.patch(id, change).await
    }

    /// Lets a source load its documents again, with nothing changed: a PATCH without fields. Sent once.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn reload(&self, id: &SourceId) -> Result<Response<Source>, Error> {
        self.patch(id, &SourceUpdate::new()).await
    }

    /// Deletes a source and its documents.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn delete(&self, id: &SourceId) -> Result<Response<()>, Error> {
        self.client
            .request(&DELETE_SOURCE)
            .path("corpus_id", self.corpus)
            .path("source_id", id)
            .send_empty()
            .await
    }

    /// Reads a source again and again until its documents can be found. `look` hears of every reading.
    ///
    /// Failures that may pass, such as a refusal for now, do not end the wait.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`](voice_core::error::ErrorKind::Timeout) when the patience is at its end: the source goes on
    /// loading all the same. Otherwise the API's, such as [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound)
    /// when the source was deleted meanwhile.
    pub async fn wait_until_ready(
        &self,
        id: &SourceId,
        patience: Patience,
        look: impl FnMut(&Source) + Send,
    ) -> Result<Source, Error> {
        until_ready(self.client.clock().as_ref(), self, id, patience, look).await
    }

    /// All documents of a source, as a stream that fetches page after page.
    pub fn documents(&self, source: &SourceId, filter: &ListDocuments) -> Pager<'static, Document> {
        self.document_list(source, filter).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn documents_page(
        &self,
        source: &SourceId,
        filter: &ListDocuments,
    ) -> Result<Response<Page<Document>>, Error> {
        self.document_list(source, filter).page().await
    }

    /// Reads a document: what is known of it, not its contents.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn document(
        &self,
        source: &SourceId,
        id: &DocumentId,
    ) -> Result<Response<Document>, Error> {
        self.client
            .request(&GET_DOCUMENT)
            .path("corpus_id", self.corpus)
            .path("source_id", source)
            .path("document_id", id)
            .send()
            .await
    }

    async fn patch(&self, id: &SourceId, change: &SourceUpdate) -> Result<Response<Source>, Error> {
        self.client
            .request(&UPDATE_SOURCE)
            .path("corpus_id", self.corpus)
            .path("source_id", id)
            .json(change)
            .send()
            .await
    }

    fn sources(&self, filter: &ListSources) -> List {
        filter
            .list(self.client, &LIST_SOURCES)
            .path("corpus_id", self.corpus.as_str())
    }

    fn document_list(&self, source: &SourceId, filter: &ListDocuments) -> List {
        filter
            .list(self.client, &LIST_DOCUMENTS)
            .path("corpus_id", self.corpus.as_str())
            .path("source_id", source.as_str())
    }
}

filter! {
    /// Where in the list of sources to begin, and how many to a page.
    ListSources {}
}

filter! {
    /// Where in the list of documents to begin, and how many to a page.
    ListDocuments {}
}
