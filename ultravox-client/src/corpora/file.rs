//! One file's way to the storage: a link is asked for, and the file is sent to it.

use std::sync::Arc;
use std::time::Duration;

use voice_core::client::{Operation, RequestOptions};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::transport::{SecretUrl, UploadProgress};

use super::Corpora;
use crate::PROVIDER;
use crate::check::Problems;
use crate::types::{CorpusId, DocumentId, MOST_BYTES, Secret, UploadFile};

/// The PUT to the storage. It is none of the API's operations; its path only names it in spans.
static PUT: Operation = Operation::put("corpora.uploads.put", "/{presigned_url}");

/// A link lives for 5 minutes: two tries of two minutes fit in.
const ATTEMPT: Duration = Duration::from_secs(120);
const DEADLINE: Duration = Duration::from_secs(285);

request! {
    /// A file that a link is asked for.
    NewUpload(
        /// Its media type; the file must be sent with the very same.
        mime_type: String => "mimeType",
    ) {
        /// Its name.
        file_name: String => "fileName" quiet,
    }
}

model! {
    /// A link that one file can be sent to, by a PUT without the API key.
    response PresignedUpload {
        /// The file's id from now on.
        document_id: DocumentId => "documentId",
        /// The link, a secret: whoever has it can send the file. It expires after 5 minutes.
        presigned_url: Secret => "presignedUrl",
    }
}

impl PresignedUpload {
    /// The file's id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] for an answer without one, which the API does not give.
    pub fn id(&self) -> Result<&DocumentId, Error> {
        self.document_id
            .as_ref()
            .ok_or_else(|| crate::missing("corpora.uploads", "documentId"))
    }

    /// The link.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] for an answer without one, or with one that no file can go to. It is not shown.
    pub fn url(&self) -> Result<SecretUrl, Error> {
        let url = self
            .presigned_url
            .as_ref()
            .ok_or_else(|| crate::missing("corpora.uploads", "presignedUrl"))?;
        SecretUrl::parse(url.expose()).map_err(|error| {
            Error::new(ErrorKind::Decode, format!("presignedUrl: {error}"))
                .with_operation(PROVIDER, super::CREATE_UPLOAD.name())
                .with_delivery(Delivery::Answered)
        })
    }
}

pub(super) type Listener = Arc<dyn Fn(UploadProgress) + Send + Sync>;

/// What a file must be like.
pub(super) fn check(problems: &mut Problems, field: &str, file: &UploadFile) {
    problems.rule(file.is_empty(), field, "must not be empty");
    problems.rule(file.len() > MOST_BYTES, field, "must have at most 10 MiB");
}

/// Sends a file; with a second link if the storage refuses the first.
pub(super) async fn send(
    corpora: &Corpora<'_>,
    corpus: &CorpusId,
    file: &UploadFile,
    listener: Listener,
) -> Result<DocumentId, Error> {
    let mut problems = Problems::default();
    check(&mut problems, "file", file);
    problems.finish(&super::CREATE_UPLOAD)?;
    match try_once(corpora, corpus, file, Arc::clone(&listener)).await {
        Err(error) if is_dead_link(&error) => try_once(corpora, corpus, file, listener).await,
        outcome => outcome,
    }
}

async fn try_once(
    corpora: &Corpora<'_>,
    corpus: &CorpusId,
    file: &UploadFile,
    listener: Listener,
) -> Result<DocumentId, Error> {
    let order = NewUpload::new(file.mime_type());
    let order = match file.name() {
        "" => order,
        name => order.file_name(name),
    };
    let link = corpora.create_upload(corpus, &order).await?;
    let options = RequestOptions::new()
        .attempt_timeout(ATTEMPT)
        .deadline(DEADLINE);
    corpora
        .client
        .with(options)
        .upload(&PUT, link.url()?)
        .content_type(file.content_type())
        .body(file.bytes().clone())
        .on_progress(move |progress| listener(progress))
        .send()
        .await?;
    Ok(link.id()?.clone())
}

/// Storages say 403 for a link that has expired; some say 400, or that there is no such thing.
fn is_dead_link(error: &Error) -> bool {
    let status = error.status().map(|status| status.as_u16());
    error.operation() == PUT.name() && matches!(status, Some(400 | 401 | 403 | 404 | 410))
}
