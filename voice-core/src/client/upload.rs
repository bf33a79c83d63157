//! Files on their way out: word of their progress, and storage that takes them without credentials.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, header};

use super::exchange::Intake;
use super::{Client, Operation, RequestBuilder, Response, attempt};
use crate::error::Error;
use crate::transport::{SecretUrl, UploadProgress};

impl RequestBuilder<'_> {
    /// Hears how much of the body was taken for sending: 0 at the start of each attempt, then after each piece of at most
    /// 64 KiB. A request without a body tells nothing.
    ///
    /// It is called by the task that writes to the connection: be quick, and do not panic. The last word of an attempt that
    /// was given up may come after the first of the next; `attempt` tells them apart. A transport of one's own may stay
    /// silent, see [`UploadWatch`](crate::transport::UploadWatch).
    pub fn on_progress(
        mut self,
        listener: impl Fn(UploadProgress) + Send + Sync + 'static,
    ) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }
}

impl Client {
    /// Begins an upload to a storage's presigned URL, which comes from the provider and is not the provider's.
    ///
    /// `operation` is a PUT and gives the upload its name, its repeat class and the path template that spans show; its
    /// path is not used. No credentials go along, and no header but `Content-Type` and `User-Agent`. Timeouts and retries
    /// are the client's; its limiter is not asked, and its provider's breaker neither asked nor told. One attempt must be
    /// over within the attempt timeout: give large files a longer one with [`Client::with`].
    pub fn upload<'a>(&'a self, operation: &'a Operation, url: SecretUrl) -> Upload<'a> {
        let mut request = self.request(operation);
        if operation.method() != Method::PUT {
            request.fail(Error::invalid_input("method", "an upload is a PUT"));
        }
        request.upload = Some(url);
        Upload { request }
    }
}

/// An upload being put together; see [`Client::upload`].
///
/// ```
/// use voice_core::client::{Client, Operation};
/// use voice_core::error::Error;
/// use voice_core::transport::SecretUrl;
///
/// static UPLOAD: Operation = Operation::put("corpora.upload", "/{presigned_url}");
///
/// async fn put(client: &Client, url: &str, file: Vec<u8>) -> Result<(), Error> {
///     client
///         .upload(&UPLOAD, SecretUrl::parse(url)?)
///         .content_type(http::HeaderValue::from_static("application/pdf"))
///         .body(file)
///         .on_progress(|progress| println!("{} of {}", progress.sent, progress.total))
///         .send()
///         .await?;
///     Ok(())
/// }
/// ```
#[must_use = "an upload does nothing until it is sent"]
pub struct Upload<'a> {
    request: RequestBuilder<'a>,
}

impl Upload<'_> {
    /// The media type; none is sent unless it is given. Storage often refuses another than the link was made for.
    pub fn content_type(mut self, content_type: HeaderValue) -> Self {
        let headers = &mut self.request.headers;
        headers.insert(header::CONTENT_TYPE, content_type);
        self
    }

    /// The file.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.request.body = body.into();
        self
    }

    /// Hears how it goes; see [`RequestBuilder::on_progress`].
    pub fn on_progress(
        mut self,
        listener: impl Fn(UploadProgress) + Send + Sync + 'static,
    ) -> Self {
        self.request = self.request.on_progress(listener);
        self
    }

    /// Sends it. What the storage answers is not read; its headers, such as `ETag`, are on the response.
    ///
    /// # Errors
    /// Whatever went wrong. A refusal of the link says so in its [`hint`](Error::hint) and is
    /// [`ErrorKind::Other`](crate::error::ErrorKind::Other), not one of this client's key. Nothing of the storage's answer
    /// but the status is quoted.
    pub async fn send(mut self) -> Result<Response<()>, Error> {
        self.request.check(HeaderValue::from_static("*/*"))?;
        let (meta, _) = attempt::run(self.request, Intake::Whole).await?;
        Ok(Response::new((), meta))
    }
}

impl fmt::Debug for Upload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("operation", &self.request.operation.name())
            .field("body_bytes", &self.request.body.len())
            .finish_non_exhaustive()
    }
}
